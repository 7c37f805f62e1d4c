//! Opening a store: addresses, files, locks, and what it says of data that it can't read.

use caja::store::{OpenError, OpenOptions, StoreError, open};
use caja_actors::{journal::JournalError, session::Seq};
use sqlx::{Connection, PgConnection};

use crate::{
    on_both,
    sample::{all_rows, new_session, owned_session, row, seqs},
    sql::run,
    support::{TestStore, eventually, postgres_database},
};

on_both!(
    what_a_command_beside_the_server_wrote_can_be_seen,
    a_session_that_cannot_be_read_is_reported,
    appends_of_a_thousand_sessions_share_commits,
    a_journal_of_many_small_rows_is_read_in_pages_too,
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
    assert_eq!(
        refused.to_string(),
        r#"can't reach PostgreSQL at 127.0.0.1, port 1, database "caja""#
    );
    let why = std::error::Error::source(&refused).expect("it has a reason").to_string();
    assert!(why.contains("refused"), "{why}");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_refused_by_name() {
    let url = postgres_database().await;
    let refused = error(&format!("{}_not", url.replace("postgres@", "postgres:secret@"))).await;
    let why = std::error::Error::source(&refused).expect("it has a reason").to_string();
    assert!(refused.to_string().contains("_not\""), "{refused}");
    assert!(why.contains("does not exist"), "{why}");
    assert!(!format!("{refused} {refused:?} {why}").contains("secret"));
}

#[tokio::test]
async fn a_host_that_says_nothing_is_refused_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let refused = error(&format!("postgres://127.0.0.1:{port}/caja")).await;
    let why = std::error::Error::source(&refused).expect("it has a reason").to_string();
    assert!(why.contains("no answer within 2s"), "{why}");
}

/// The caller's runtime may end before the store does: a worker's does.
#[test]
fn connections_outlive_the_runtime_that_asked_first() {
    let home = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let test = home.block_on(TestStore::postgres());
    let worker = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = async || {
        let asked = (0..12).map(|_| test.store.codes_taken());
        for answer in futures_util::future::join_all(asked).await {
            assert_eq!(answer.unwrap(), 0);
        }
    };
    let connections = async || {
        let mut other = PgConnection::connect(&test.url).await.unwrap();
        let ids: Vec<i32> = sqlx::query_scalar(
            "select pid from pg_stat_activity \
             where datname = current_database() and application_name = 'caja' order by pid",
        )
        .fetch_all(&mut other)
        .await
        .unwrap();
        ids
    };
    worker.block_on(ask());
    let before = home.block_on(connections());
    drop(worker);

    home.block_on(ask());

    let after = home.block_on(connections());
    assert!(before.len() > 1 && before.iter().all(|id| after.contains(id)), "{before:?} {after:?}");
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
         select 999, 'from the future', success, checksum, 0 from _sqlx_migrations \
         where version = 1",
    )
    .await;

    test.store.migrate().await.unwrap();
}

async fn a_journal_of_many_small_rows_is_read_in_pages_too(test: TestStore) {
    let (session, _) = owned_session(&*test.store, "1").await;
    run(
        &test,
        "insert into journal (session_id, seq, count, epoch, at_ms, events) \
         with recursive n (x) as (select 2 union all select x + 1 from n where x < 40000) \
         select session_id, x, 1, 1, 0, events from journal, n where seq = 1",
    )
    .await;

    let page = test.store.rows(session, Seq(1)).await.unwrap();

    assert_eq!(seqs(&page), (2..2 + page.len() as u64).collect::<Vec<_>>());
    assert!(page.len() < 20_000, "{} rows in a page", page.len());
    let all = all_rows(&*test.store, session).await;
    assert_eq!(seqs(&all), (1..40_001).collect::<Vec<_>>());
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
    let read = test.store.rows(id, Seq::ZERO).await;
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
