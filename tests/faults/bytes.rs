//! Stored bytes, read and written past the server.

use sqlx::{Connection, PgConnection, SqliteConnection, query, query_as};
use uuid::Uuid;

use crate::process::Place;

/// Which of a session's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newest {
    Snapshot,
    JournalRow,
}

impl Newest {
    fn read(self) -> &'static str {
        match self {
            Self::Snapshot => {
                "select seq, state from snapshots where session_id = $1 order by seq desc limit 1"
            }
            Self::JournalRow => {
                "select seq, events from journal where session_id = $1 order by seq desc limit 1"
            }
        }
    }

    fn write(self) -> &'static str {
        match self {
            Self::Snapshot => "update snapshots set state = $3 where session_id = $1 and seq = $2",
            Self::JournalRow => "update journal set events = $3 where session_id = $1 and seq = $2",
        }
    }
}

/// A session's newest snapshot or row of the journal, and its place.
pub(crate) async fn read(place: &Place, session: &str, what: Newest) -> (i64, Vec<u8>) {
    let id: Uuid = session.parse().unwrap();
    let (url, sql) = (place.database_url(), what.read());
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        query_as(sql).bind(id).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        query_as(sql).bind(id).fetch_one(&mut connection).await.unwrap()
    }
}

/// So that the file holds everything.
pub(crate) async fn move_the_log_into(place: &Place) {
    let mut connection = SqliteConnection::connect(&place.database_url()).await.unwrap();
    query("pragma wal_checkpoint(truncate)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn write(place: &Place, session: &str, what: Newest, seq: i64, bytes: &[u8]) {
    let id: Uuid = session.parse().unwrap();
    let (url, sql) = (place.database_url(), what.write());
    let written = if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let done = query(sql).bind(id).bind(seq).bind(bytes).execute(&mut connection).await;
        done.unwrap().rows_affected()
    } else {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let done = query(sql).bind(id).bind(seq).bind(bytes).execute(&mut connection).await;
        done.unwrap().rows_affected()
    };
    assert_eq!(written, 1);
}
