//! Appends to the journal in PostgreSQL: one statement for all sessions.

use std::collections::{HashMap, HashSet};

use caja_actors::{
    journal::Append,
    session::{Epoch, SessionId},
};
use sqlx::{
    Connection, FromRow, PgConnection,
    postgres::{PgConnectOptions, PgDatabaseError, PgSeverity},
    query_as, query_scalar,
};
use uuid::Uuid;

use super::settings::{self, Limits};
use crate::store::{
    columns::{StoredHeader, signed},
    writer::{Commit, Failure, Outcome, Verdict},
};

/// The rows of an append, checked and written in one step.
///
/// The session rows are locked *before* the insert, so that nobody can take a session over
/// between the look at its epoch and the commit; a mere condition on the epoch loses votes: the
/// new owner would read the journal while this insert is not yet committed. In order of id, so
/// that two nodes' appends never wait for each other in a circle. And locked rows are skipped,
/// so that a session which is being taken over doesn't hold up all others.
macro_rules! insert_rows {
    ($lock:literal) => {
        concat!(
            "with owned as materialized ( \
                 select s.id from unnest($1::uuid[], $2::int8[]) as claim (id, epoch) \
                 join sessions s on s.id = claim.id and s.epoch = claim.epoch \
                 order by s.id for ",
            $lock,
            " of s skip locked \
             ), appended as ( \
                 insert into journal (session_id, epoch, seq, count, at_ms, events) \
                 select r.session_id, r.epoch, r.seq, r.count, r.at_ms, r.events \
                 from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], \
                             $6::bytea[]) \
                     as r (session_id, epoch, seq, count, at_ms, events) \
                 join owned on owned.id = r.session_id \
                 on conflict (session_id, seq) do nothing returning session_id \
             ) "
        )
    };
}

const INSERT: &str = concat!(insert_rows!("share"), "select session_id from appended");

/// The same, with what the session list shows of some of the sessions. Those rows are going to
/// be updated, so the stronger lock is taken at once: raising it later can deadlock.
const INSERT_WITH_HEADERS: &str = concat!(
    insert_rows!("no key update"),
    ", changed as ( \
         update sessions s set name = h.name, description = h.description, status = h.status, \
             settings = h.settings, search_text = h.search_text, opened_ms = h.opened_ms, \
             completed_ms = h.completed_ms, participant_count = h.participant_count, \
             activity_count = h.activity_count, revision = h.revision, archived_ms = null \
         from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], \
                     $13::int8[], $14::int8[], $15::int8[], $16::int8[], $17::int8[]) \
             as h (id, name, description, status, settings, search_text, opened_ms, \
                   completed_ms, participant_count, activity_count, revision) \
         join appended on appended.session_id = h.id \
         where s.id = h.id returning s.id, s.code, s.status \
     ), freed as ( \
         delete from codes using changed where codes.code = changed.code \
             and codes.session_id = changed.id and changed.status = 'completed' \
     ) \
     select session_id from appended"
);

/// The writer's own connection. One that failed is never used again.
pub(super) struct Appender {
    options: PgConnectOptions,
    limits: Limits,
    connection: Option<PgConnection>,
}

impl Appender {
    pub(super) fn new(options: PgConnectOptions, limits: Limits) -> Self {
        Self { options, limits, connection: None }
    }

    async fn connect(&mut self) -> Result<PgConnection, Failure> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => settings::connect(&self.options, self.limits)
                .await
                .map_err(|error| Failure { outcome: Outcome::RolledBack, source: error.into() }),
        }
    }

    /// Waits for an answer no longer than the server may take to give one.
    async fn answered<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.limits.answer, work).await {
            Ok(result) => result.map_err(failure),
            Err(elapsed) => Err(Failure { outcome: Outcome::Unknown, source: elapsed.into() }),
        }
    }
}

impl Commit for Appender {
    async fn insert(&mut self, rows: &[&Append]) -> Result<HashSet<SessionId>, Failure> {
        let mut connection = self.connect().await?;
        let accepted = self.answered(insert(&mut connection, rows)).await?;
        self.connection = Some(connection);
        Ok(accepted.into_iter().map(SessionId).collect())
    }

    async fn settle(&mut self, rows: &[&Append]) -> Result<Vec<Verdict>, Failure> {
        let mut connection = self.connect().await?;
        let verdicts = self.answered(settle(&mut connection, rows)).await?;
        self.connection = Some(connection);
        Ok(verdicts)
    }
}

async fn insert(connection: &mut PgConnection, rows: &[&Append]) -> Result<Vec<Uuid>, sqlx::Error> {
    let headers: Vec<(Uuid, StoredHeader)> = rows
        .iter()
        .filter_map(|row| row.header.as_ref().map(|header| (row.session.0, header.into())))
        .collect();
    let statement = if headers.is_empty() { INSERT } else { INSERT_WITH_HEADERS };
    let mut query = query_scalar(statement)
        .bind(column(rows, |row| row.session.0))
        .bind(column(rows, |row| signed(row.epoch.0)))
        .bind(column(rows, |row| signed(row.last.0)))
        .bind(column(rows, |row| i64::from(row.count)))
        .bind(column(rows, |row| signed(row.at.0)))
        .bind(column(rows, |row| &row.events[..]));
    if !headers.is_empty() {
        query = query
            .bind(column(&headers, |(id, _)| *id))
            .bind(column(&headers, |(_, h)| h.name.as_str()))
            .bind(column(&headers, |(_, h)| h.description.as_deref()))
            .bind(column(&headers, |(_, h)| h.status))
            .bind(column(&headers, |(_, h)| h.settings.as_str()))
            .bind(column(&headers, |(_, h)| h.search_text.as_str()))
            .bind(column(&headers, |(_, h)| h.opened_ms))
            .bind(column(&headers, |(_, h)| h.completed_ms))
            .bind(column(&headers, |(_, h)| h.participant_count))
            .bind(column(&headers, |(_, h)| h.activity_count))
            .bind(column(&headers, |(_, h)| h.revision));
    }
    query.fetch_all(connection).await
}

fn column<'a, R, T>(rows: &'a [R], value: impl FnMut(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

#[derive(FromRow)]
struct Found {
    session_id: Uuid,
    session_exists: bool,
    row_exists: bool,
    row_is_ours: bool,
}

/// Locks the sessions, which waits for no one but skips those that somebody has locked: a lost
/// transaction of our own may still be at work on them. Then looks for the rows, in a statement
/// of its own so that it sees what committed before the lock was had.
async fn settle(
    connection: &mut PgConnection,
    rows: &[&Append],
) -> Result<Vec<Verdict>, sqlx::Error> {
    let mut tx = connection.begin().await?;
    let sessions = column(rows, |row| row.session.0);
    let locked: Vec<(Uuid, i64)> = query_as(
        "select id, epoch from sessions where id = any($1) order by id for update skip locked",
    )
    .bind(&sessions)
    .fetch_all(&mut *tx)
    .await?;
    let found: Vec<Found> = query_as(
        "select r.session_id, s.id is not null as session_exists, j.seq is not null as row_exists, \
             coalesce(j.epoch = r.epoch and j.events = r.events, false) as row_is_ours \
         from unnest($1::uuid[], $2::int8[], $3::int8[], $4::bytea[]) \
             as r (session_id, epoch, seq, events) \
         left join sessions s on s.id = r.session_id \
         left join journal j on j.session_id = r.session_id and j.seq = r.seq",
    )
    .bind(&sessions)
    .bind(column(rows, |row| signed(row.epoch.0)))
    .bind(column(rows, |row| signed(row.last.0)))
    .bind(column(rows, |row| &row.events[..]))
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    Ok(verdicts(rows, &locked.into_iter().collect(), found))
}

fn verdicts(rows: &[&Append], locked: &HashMap<Uuid, i64>, found: Vec<Found>) -> Vec<Verdict> {
    let found: HashMap<Uuid, Found> = found.into_iter().map(|f| (f.session_id, f)).collect();
    let verdict = |row: &&Append| {
        let epoch = locked.get(&row.session.0).map(|epoch| Epoch(epoch.unsigned_abs()));
        match (found.get(&row.session.0), epoch) {
            (Some(Found { row_is_ours: true, .. }), _) => Verdict::Durable,
            (Some(Found { row_exists: true, .. }), _) => Verdict::Fenced,
            (None | Some(Found { session_exists: false, .. }), _) => Verdict::NotFound,
            (_, None) => Verdict::Locked,
            (_, Some(epoch)) if epoch == row.epoch => Verdict::Absent,
            (_, Some(_)) => Verdict::Fenced,
        }
    };
    rows.iter().map(verdict).collect()
}

/// What an error of a statement says about its effects.
fn failure(error: sqlx::Error) -> Failure {
    let outcome = match &error {
        sqlx::Error::Database(database) => {
            database.try_downcast_ref::<PgDatabaseError>().map_or(Outcome::Unknown, outcome)
        }
        sqlx::Error::Encode(_) => Outcome::Refused,
        _ => Outcome::Unknown,
    };
    Failure { outcome, source: error.into() }
}

fn outcome(error: &PgDatabaseError) -> Outcome {
    // The connection ended with this message, maybe between the commit and its answer.
    if matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic) {
        return Outcome::Unknown;
    }
    match error.code() {
        // statement_completion_unknown
        "40003" => Outcome::Unknown,
        // Data exceptions, violated constraints, program limits: the bytes are at fault.
        // Corrupt data: a page is at fault that one session needs.
        "XX001" | "XX002" => Outcome::Refused,
        code if ["22", "23", "54"].iter().any(|class| code.starts_with(class)) => Outcome::Refused,
        _ => Outcome::RolledBack,
    }
}
