//! Who may write when two want to: on PostgreSQL with a second connection in the way, on SQLite
//! with a second process in the way.

use std::time::Duration;

use caja::store::{OpenOptions, open};
use caja_actors::{
    journal::{JournalError, SnapshotRow},
    session::{Epoch, Seq, SessionId},
};
use sqlx::{Connection, PgConnection, SqliteConnection, query, query_scalar};

use crate::{
    in_time, on_both,
    sample::{AT, all_rows, header, owned_session, row, seqs},
    support::{TestStore, eventually},
};

on_both!(
    a_node_that_lost_a_session_cannot_cut_its_journal,
    operations_that_are_given_up_leave_the_store_usable,
);

async fn a_node_that_lost_a_session_cannot_cut_its_journal(test: TestStore) {
    let (session, _) = owned_session(&*test.store, "1").await;
    let other_node = open(&test.url, &OpenOptions::beside()).await.unwrap();
    other_node.take_over(session).await.unwrap();
    let snapshot = SnapshotRow { seq: Seq(1), taken_at: AT, state: "state".into() };

    let refused = test.store.save_snapshot(session, snapshot.clone(), None).await;

    assert!(matches!(refused, Err(JournalError::Fenced(id)) if id == session));
    assert_eq!(test.store.snapshot(session, None).await.unwrap(), None);
    other_node.save_snapshot(session, snapshot, None).await.unwrap();
}

async fn operations_that_are_given_up_leave_the_store_usable(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    for n in 0..60_u64 {
        let snapshot = SnapshotRow { seq: Seq(1), taken_at: AT, state: vec![7; 9_999].into() };
        let patience = Duration::from_micros(n * 40);
        let _ =
            tokio::time::timeout(patience, test.store.save_snapshot(session, snapshot, None)).await;
        let new = crate::sample::new_session(&format!("given up {n}"), "Maybe");
        let _ = tokio::time::timeout(patience, test.store.create_session(new)).await;
    }

    test.store.append(row(session, epoch, 2)).await.unwrap();
    owned_session(&*test.store, "2").await;

    assert_eq!(seqs(&all_rows(&*test.store, session).await), [1, 2]);
}

/// A store on PostgreSQL and a connection beside it.
async fn postgres_and_another_connection() -> (TestStore, PgConnection) {
    let test = TestStore::postgres().await;
    let other = PgConnection::connect(&test.url).await.unwrap();
    (test, other)
}

/// The append is held up by somebody who writes the same row: its lock is held, its row not
/// committed.
#[tokio::test]
async fn a_take_over_waits_for_an_append_under_way() {
    in_time(async {
        let (test, mut other) = postgres_and_another_connection().await;
        let (session, epoch) = owned_session(&*test.store, "1").await;
        let next_owner = open(&test.url, &OpenOptions::beside()).await.unwrap();
        let mut in_the_way = other.begin().await.unwrap();
        insert_row_2(&mut in_the_way, session).await;

        let append = tokio::spawn(test.store.append(row(session, epoch, 2)));
        eventually("the append waits for the other row", async || {
            is_waiting(&test.url, "%insert into journal%").await
        })
        .await;
        let mut take_over = next_owner.take_over(session);
        let early = tokio::time::timeout(Duration::from_millis(200), &mut take_over).await;
        assert!(early.is_err(), "the append is still under way");
        in_the_way.rollback().await.unwrap();

        append.await.unwrap().unwrap();
        assert_eq!(take_over.await.unwrap().epoch, Epoch(2));
        assert_eq!(seqs(&all_rows(&*next_owner, session).await), [1, 2]);
    })
    .await;
}

async fn insert_row_2(connection: &mut PgConnection, session: SessionId) {
    query(
        "insert into journal (session_id, seq, count, epoch, at_ms, events) \
         values ($1, 2, 1, 1, 0, '')",
    )
    .bind(session.0)
    .execute(connection)
    .await
    .unwrap();
}

/// Whether a statement like this waits for a lock.
async fn is_waiting(url: &str, statement: &str) -> bool {
    let mut connection = PgConnection::connect(url).await.unwrap();
    query_scalar(
        "select exists (select 1 from pg_stat_activity where datname = current_database() \
         and wait_event_type = 'Lock' and query like $1)",
    )
    .bind(statement)
    .fetch_one(&mut connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn an_append_waits_for_a_take_over_under_way_and_others_do_not() {
    in_time(async {
        let (test, mut other) = postgres_and_another_connection().await;
        let (taken, old) = owned_session(&*test.store, "1").await;
        let (free, epoch) = owned_session(&*test.store, "2").await;
        let mut open_take_over = other.begin().await.unwrap();
        query("update sessions set epoch = epoch + 1 where id = $1")
            .bind(taken.0)
            .execute(&mut *open_take_over)
            .await
            .unwrap();

        let mut with_header = row(taken, old, 2);
        with_header.header = Some(header("Too late"));
        let mut append = test.store.append(with_header);
        for seq in 2..10 {
            test.store.append(row(free, epoch, seq)).await.unwrap();
        }
        let early = tokio::time::timeout(Duration::from_millis(200), &mut append).await;
        assert!(early.is_err(), "the take-over may still be rolled back");
        open_take_over.commit().await.unwrap();

        assert!(matches!(append.await, Err(JournalError::Fenced(id)) if id == taken));
        assert_eq!(seqs(&all_rows(&*test.store, taken).await), [1]);
        let name = test.store.session(taken).await.unwrap().unwrap().header.name;
        assert_eq!(name, "A session");
    })
    .await;
}

#[tokio::test]
async fn an_append_goes_on_when_a_take_over_is_rolled_back() {
    in_time(async {
        let (test, mut other) = postgres_and_another_connection().await;
        let (session, epoch) = owned_session(&*test.store, "1").await;
        let mut open_take_over = other.begin().await.unwrap();
        query("update sessions set epoch = epoch + 1 where id = $1")
            .bind(session.0)
            .execute(&mut *open_take_over)
            .await
            .unwrap();

        let append = tokio::spawn(test.store.append(row(session, epoch, 2)));
        open_take_over.rollback().await.unwrap();

        append.await.unwrap().unwrap();
        assert_eq!(seqs(&all_rows(&*test.store, session).await), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_postgres_cannot_hold_fails_alone() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (bad, bad_epoch) = owned_session(&*test.store, "1").await;
        let (good, good_epoch) = owned_session(&*test.store, "2").await;
        let mut with_nul = row(bad, bad_epoch, 2);
        with_nul.header = Some(header("NUL \0"));

        let (refused, appended) =
            tokio::join!(test.store.append(with_nul), test.store.append(row(good, good_epoch, 2)),);

        assert!(matches!(refused, Err(JournalError::Damaged { session, .. }) if session == bad));
        appended.unwrap();
        assert_eq!(seqs(&all_rows(&*test.store, bad).await), [1]);
    })
    .await;
}

#[tokio::test]
async fn appends_wait_for_another_process_that_writes_the_file() {
    in_time(async {
        let test = TestStore::sqlite().await;
        let (session, epoch) = owned_session(&*test.store, "1").await;
        let mut other = SqliteConnection::connect(&test.url).await.unwrap();
        let mut writing = other.begin_with("begin immediate").await.unwrap();
        query("update sessions set name = 'Busy'").execute(&mut *writing).await.unwrap();

        let append = tokio::spawn(test.store.append(row(session, epoch, 2)));
        eventually("the health says that nothing can be written", async || {
            !test.store.health().reachable
        })
        .await;
        writing.commit().await.unwrap();

        append.await.unwrap().unwrap();
        eventually("the health says that all is well", async || test.store.health().reachable)
            .await;
        assert_eq!(seqs(&all_rows(&*test.store, session).await), [1, 2]);
    })
    .await;
}
