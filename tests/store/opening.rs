//! Opening a store: addresses, files, locks, and what it says of data that it can't read.

use caja::store::{OpenError, OpenOptions, StoreError, open};
use caja_actors::journal::JournalError;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::{
    on_both,
    sample::{new_session, owned_session, row},
    support::{TestStore, eventually},
};

on_both!(
    what_a_command_beside_the_server_wrote_can_be_seen,
    a_session_that_cannot_be_read_is_reported,
    appends_of_a_thousand_sessions_share_commits,
    a_release_starts_on_tables_that_a_newer_one_migrated,
);

async fn error(url: &str) -> OpenError {
    open(url, &OpenOptions::serve()).await.err().expect("it is refused")
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused_in_one_line() {
    let unknown = error("mysql://root:secret@db/caja").await;
    assert_eq!(
        unknown.to_string(),
        r#"DATABASE_URL begins with "mysql"; use sqlite://path or postgres://…"#
    );
    assert!(!error("secret").await.to_string().contains("secret"));
    assert!(matches!(error("postgres://u:secret@h:port/x").await, OpenError::BadAddress(_)));
}

#[tokio::test]
async fn a_database_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite://", "sqlite://x?mode=memory"] {
        assert!(matches!(error(url).await, OpenError::NoFile), "{url}");
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_refused() {
    // Port 1 is never PostgreSQL's.
    let refused = error("postgres://caja:secret@127.0.0.1:1/caja").await;
    assert!(matches!(refused, OpenError::Unavailable(_)));
}

#[tokio::test]
async fn a_missing_folder_is_created() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/a/b/caja.db", folder.path().display());

    let store = open(&url, &OpenOptions::serve()).await.unwrap();

    store.ping().await.unwrap();
    assert!(folder.path().join("a/b/caja.db").exists());
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let test = TestStore::sqlite().await;

    let refused = error(&test.url).await;

    assert!(matches!(refused, OpenError::InUse { .. }));
    assert!(refused.to_string().starts_with("another caja server is using /"));
    let TestStore { store, url, folder } = test;
    drop(store);
    eventually("the next server can open it", async || {
        open(&url, &OpenOptions::serve()).await.is_ok()
    })
    .await;
    drop(folder);
}

async fn what_a_command_beside_the_server_wrote_can_be_seen(test: TestStore) {
    let beside = open(&test.url, &OpenOptions::beside()).await.unwrap();
    beside.migrate().await.unwrap();

    beside.create_admin(crate::sample::admin(1)).await.unwrap();

    assert!(test.store.admin_by_token([1; 32]).await.unwrap().is_some());
}

async fn a_release_starts_on_tables_that_a_newer_one_migrated(test: TestStore) {
    run(
        &test,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         select 999, 'from the future', success, checksum, 0 from _sqlx_migrations",
    )
    .await;

    test.store.migrate().await.unwrap();
}

async fn run(test: &TestStore, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if test.url.starts_with("sqlite") {
        SqliteConnection::connect(&test.url).await.unwrap().execute(sql).await.unwrap();
    } else {
        PgConnection::connect(&test.url).await.unwrap().execute(sql).await.unwrap();
    }
}

async fn a_session_that_cannot_be_read_is_reported(test: TestStore) {
    let new = new_session("1", "Damaged");
    let id = new.id;
    test.store.create_session(new).await.unwrap();

    for sql in [
        "update sessions set status = 'paused'",
        "update sessions set status = 'draft', settings = '{'",
        "update sessions set settings = '{}', participant_count = -1",
    ] {
        run(&test, sql).await;
        let read = test.store.session(id).await;
        assert!(matches!(read, Err(StoreError::Damaged(_))), "{sql}");
    }
    run(&test, "update journal set count = -1").await;
    let read = test.store.rows(id, caja_actors::session::Seq::ZERO).await;
    assert!(matches!(read, Err(JournalError::Damaged { session, .. }) if session == id));
}

/// PostgreSQL tells which transaction wrote a row; for SQLite the rows must all be there.
async fn appends_of_a_thousand_sessions_share_commits(test: TestStore) {
    let mut sessions = vec![];
    for n in 0..100 {
        sessions.push(owned_session(&*test.store, &n.to_string()).await);
    }

    let appends = (2..12).flat_map(|seq| {
        let store = &test.store;
        sessions.iter().map(move |&(session, epoch)| store.append(row(session, epoch, seq)))
    });
    let answers = futures_util::future::join_all(appends).await;

    assert_eq!(answers.len(), 1_000);
    assert!(answers.iter().all(Result::is_ok));
    if test.url.starts_with("postgres") {
        let mut connection = PgConnection::connect(&test.url).await.unwrap();
        let commits: i64 =
            sqlx::query_scalar("select count(distinct xmin::text) from journal where seq > 1")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert!(commits <= 20, "{commits} commits for 1,000 appends");
    }
}
