//! Writing the archive in SQLite: step by step, because there is one writer, and the votes of
//! other sessions come in between. `archived_ms` says when all of it is there.

use caja_actors::session::SessionId;
use sqlx::{SqliteConnection, query};

use super::Sqlite;
use crate::store::{
    Archive, StoreError,
    archive::batches,
    columns::signed,
    upkeep::{implement_archive_removal, last_event},
};

// The statements that insert: `$1` is the session, `$2` a JSON array of rows, `$3` the event after
// which the session was read. Each makes sure that it is still the last one.

/// Whether session `$1` is as it was read: completed, and `$3` its last event.
macro_rules! is_unchanged {
    () => {
        concat!(
            "(select status from sessions where id = $1) = 'completed' and $3 = ",
            last_event!(),
        )
    };
}

/// A time as text, from a column in milliseconds.
macro_rules! time {
    ($ms:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', (value->>'", $ms, "') / 1000.0, 'unixepoch')")
    };
}

/// An id as a blob, from its text.
macro_rules! id {
    ($text:literal) => {
        concat!("unhex(value->>'", $text, "', '-')")
    };
}

const ACTIVITIES: &str = concat!(
    "insert into activities (session_id, activity_id, position, type, title, config, status, \
         round, created_at, published_at, activated_at, expired_at) \
     select $1, ",
    id!("activity_id"),
    ", value->>'position', value->>'type', value->>'title', value->'config', value->>'status', \
     value->>'round', ",
    time!("created_ms"),
    ", ",
    time!("published_ms"),
    ", ",
    time!("activated_ms"),
    ", ",
    time!("expired_ms"),
    " from json_each($2) where ",
    is_unchanged!()
);

const PARTICIPANTS: &str = concat!(
    "insert into participants \
         (session_id, participant_id, nickname, spectator, status, joined_at) \
     select $1, ",
    id!("participant_id"),
    ", value->>'nickname', value->>'spectator', value->>'status', ",
    time!("joined_ms"),
    " from json_each($2) where ",
    is_unchanged!()
);

const RESPONSES: &str = concat!(
    "insert into responses (session_id, no, activity_id, item_id, round, participant_id, answer, \
         correct, points, answered_at, response_ms) \
     select $1, value->>'no', ",
    id!("activity_id"),
    ", value->>'item_id', value->>'round', ",
    id!("participant_id"),
    ", nullif(value->'answer', 'null'), value->>'correct', value->>'points', ",
    time!("answered_ms"),
    ", value->>'response_ms' from json_each($2) where ",
    is_unchanged!()
);

const BEGIN: &str = concat!(
    "update sessions set archived_ms = null where id = $1 and $2 is null and ",
    is_unchanged!()
);
const END: &str =
    concat!("update sessions set archived_ms = $2 where id = $1 and ", is_unchanged!());

/// Nodes with a live lease. Others are kept away by the lock on the file.
pub(super) const SERVERS: &str = "select count(*) from nodes where lease_until_ms > $1";

implement_archive_removal!(SqliteConnection);

impl Sqlite {
    pub(super) async fn write_archive(&self, archive: &Archive) -> Result<bool, StoreError> {
        if !self.step(archive, BEGIN, None::<i64>).await? {
            return Ok(false);
        }
        self.remove_archive_in_steps(archive.session).await?;
        let activities = batches(&archive.activities).map(|rows| (ACTIVITIES, rows));
        let people = batches(&archive.participants).map(|rows| (PARTICIPANTS, rows));
        let answers = batches(&archive.responses).map(|rows| (RESPONSES, rows));
        for (insert, rows) in activities.chain(people).chain(answers) {
            if !self.step(archive, insert, rows).await? {
                return Ok(false);
            }
        }
        self.step(archive, END, signed(archive.at.0)).await
    }

    /// `false`: the session has changed.
    async fn step<T>(
        &self,
        archive: &Archive,
        sql: &'static str,
        value: T,
    ) -> Result<bool, StoreError>
    where
        T: for<'q> sqlx::Encode<'q, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + 'static,
    {
        let done = query(sql)
            .bind(archive.session.0)
            .bind(value)
            .bind(signed(archive.seq.0))
            .execute(&self.writes)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
