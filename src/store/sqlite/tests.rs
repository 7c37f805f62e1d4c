use std::time::Duration;

use caja_actors::{
    journal::Append,
    session::{Header, SessionStatus, Settings},
};
use tempfile::TempDir;

use super::*;

fn session() -> NewSession {
    let id = SessionId(Uuid::now_v7());
    NewSession {
        id,
        admin: Uuid::nil(),
        code: "1".to_owned(),
        created_at: Timestamp(1),
        header: Header {
            name: "A session".to_owned(),
            description: None,
            status: SessionStatus::Draft,
            settings: Settings::default(),
            opened_at: None,
            completed_at: None,
            participant_count: 0,
            activity_count: 0,
            revision: 1,
        },
        first: row(id, 1, 10),
    }
}

fn row(session: SessionId, seq: u64, size: usize) -> Append {
    Append {
        session,
        epoch: Epoch(0),
        last: Seq(seq),
        count: 1,
        at: Timestamp(1),
        events: vec![7; size].into(),
        header: None,
    }
}

async fn until(check: impl Fn() -> bool) {
    let waiting = async {
        while !check() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it happens");
}

/// A store with one session.
async fn store() -> (Sqlite, SessionId, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/caja.db", folder.path().display());
    let store = Sqlite::open(&url, &OpenOptions::serve()).await.unwrap();
    store.migrate().await.unwrap();
    let new = session();
    let id = new.id;
    store.create_session(new).await.unwrap();
    (store, id, folder)
}

/// After some errors SQLite ends a transaction by itself, and sqlx does not notice.
#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_spoils_nothing() {
    let (store, id, _folder) = store().await;
    let mut tx = store.writes.begin_with("begin immediate").await.unwrap();
    query("rollback").execute(&mut *tx).await.unwrap();
    drop(tx);

    let append = tokio::time::timeout(Duration::from_secs(10), store.append(row(id, 2, 1)));

    append.await.expect("it is answered").unwrap();
}

#[tokio::test]
async fn a_full_disk_is_waited_out() {
    let (store, id, _folder) = store().await;
    // A limit of the connection's, and the smallest there is: the size that the file has.
    query("pragma max_page_count = 1").execute(&store.writes).await.unwrap();

    let append = tokio::spawn(store.append(row(id, 2, 1 << 20)));
    until(|| !store.health().reachable).await;
    query("pragma max_page_count = 1073741823").execute(&store.writes).await.unwrap();

    let answer = tokio::time::timeout(Duration::from_secs(10), append).await;
    answer.expect("it is answered").unwrap().unwrap();
    assert_eq!(store.rows(id, Seq(1)).await.unwrap()[0].events.len(), 1 << 20);
    until(|| store.health().reachable).await;
}
