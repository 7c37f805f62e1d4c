//! Appends to the journal in SQLite: many rows in one statement, all sessions in one commit.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    sync::{Arc, LazyLock},
};

use caja_actors::{
    journal::Append,
    session::{Epoch, SessionId},
};
use sqlx::{FromRow, SqliteConnection, SqlitePool, query, query_as, query_scalar};
use uuid::Uuid;

use crate::store::{
    columns::{StoredHeader, signed},
    writer::{Commit, Failure, Outcome, Verdict},
};

/// How many rows a statement takes. A statement for each row is what limits SQLite; few sizes,
/// so that all of them stay prepared. The largest needs 1,536 parameters of 32,766.
const SIZES: [usize; 4] = [256, 32, 4, 1];

static INSERTS: LazyLock<[String; 4]> = LazyLock::new(|| {
    SIZES.map(|size| {
        format!(
            "with r (session_id, epoch, seq, count, at_ms, events) as (values {}) \
             insert into journal (session_id, epoch, seq, count, at_ms, events) \
             select r.session_id, r.epoch, r.seq, r.count, r.at_ms, r.events from r \
             join sessions s on s.id = r.session_id and s.epoch = r.epoch where true \
             on conflict (session_id, seq) do nothing returning session_id",
            placeholders(size, 6),
        )
    })
});

static LOOK_UPS: LazyLock<[String; 4]> = LazyLock::new(|| {
    SIZES.map(|size| {
        format!(
            "with r (session_id, epoch, seq, events) as (values {}) \
             select r.session_id, s.epoch, j.seq is not null as row_exists, \
                 coalesce(j.epoch = r.epoch and j.events = r.events, false) as row_is_ours \
             from r left join sessions s on s.id = r.session_id \
             left join journal j on j.session_id = r.session_id and j.seq = r.seq",
            placeholders(size, 4),
        )
    })
});

fn placeholders(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    vec![row; rows].join(",")
}

/// Cuts rows into the sizes that there are statements for, largest first.
fn chunks<'a, 'r>(
    mut rows: &'a [&'r Append],
    statements: &'static [String; 4],
) -> impl Iterator<Item = (&'static str, &'a [&'r Append])> {
    std::iter::from_fn(move || {
        let fitting = SIZES.iter().position(|&size| size <= rows.len())?;
        let (chunk, rest) = rows.split_at(SIZES[fitting]);
        rows = rest;
        Some((statements[fitting].as_str(), chunk))
    })
}

/// Appends through the one connection that writes.
pub(super) struct Appender {
    writes: SqlitePool,
    /// Held until the last row is written, even when the store is dropped before.
    _lock: Option<Arc<File>>,
}

impl Appender {
    pub(super) fn new(writes: SqlitePool, lock: Option<Arc<File>>) -> Self {
        Self { writes, _lock: lock }
    }
}

impl Commit for Appender {
    async fn insert(&mut self, rows: &[&Append]) -> Result<HashSet<SessionId>, Failure> {
        insert(&self.writes, rows).await.map_err(failure)
    }

    async fn settle(&mut self, rows: &[&Append]) -> Result<Vec<Verdict>, Failure> {
        settle(&self.writes, rows).await.map_err(failure)
    }
}

async fn insert(writes: &SqlitePool, rows: &[&Append]) -> Result<HashSet<SessionId>, sqlx::Error> {
    // Immediate: a transaction that begins with reading can't be made a writer while another
    // process writes, and would fail instead of waiting.
    let mut tx = writes.begin_with("begin immediate").await?;
    let mut accepted = HashSet::with_capacity(rows.len());
    for (statement, chunk) in chunks(rows, &INSERTS) {
        let mut query = query_scalar::<_, Uuid>(statement);
        for row in chunk {
            query = query
                .bind(row.session.0)
                .bind(signed(row.epoch.0))
                .bind(signed(row.last.0))
                .bind(i64::from(row.count))
                .bind(signed(row.at.0))
                .bind(&row.events[..]);
        }
        accepted.extend(query.fetch_all(&mut *tx).await?.into_iter().map(SessionId));
    }
    for row in rows.iter().filter(|row| accepted.contains(&row.session)) {
        if let Some(header) = &row.header {
            change_header(&mut tx, row.session, header.into()).await?;
        }
    }
    tx.commit().await?;
    Ok(accepted)
}

async fn change_header(
    connection: &mut SqliteConnection,
    session: SessionId,
    header: StoredHeader,
) -> Result<(), sqlx::Error> {
    query(
        "update sessions set name = $2, description = $3, status = $4, settings = $5, \
             search_text = $6, opened_ms = $7, completed_ms = $8, participant_count = $9, \
             activity_count = $10, revision = $11, archived_ms = null where id = $1",
    )
    .bind(session.0)
    .bind(header.name)
    .bind(header.description)
    .bind(header.status)
    .bind(header.settings)
    .bind(header.search_text)
    .bind(header.opened_ms)
    .bind(header.completed_ms)
    .bind(header.participant_count)
    .bind(header.activity_count)
    .bind(header.revision)
    .execute(&mut *connection)
    .await?;
    query(
        "delete from codes where session_id = $1 and code = ( \
             select code from sessions where id = $1 and status = 'completed')",
    )
    .bind(session.0)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Found {
    session_id: Uuid,
    /// `None`: there is no such session.
    epoch: Option<i64>,
    row_exists: bool,
    row_is_ours: bool,
}

async fn settle(writes: &SqlitePool, rows: &[&Append]) -> Result<Vec<Verdict>, sqlx::Error> {
    let mut found = HashMap::with_capacity(rows.len());
    for (statement, chunk) in chunks(rows, &LOOK_UPS) {
        let mut query = query_as::<_, Found>(statement);
        for row in chunk {
            query = query
                .bind(row.session.0)
                .bind(signed(row.epoch.0))
                .bind(signed(row.last.0))
                .bind(&row.events[..]);
        }
        found.extend(query.fetch_all(writes).await?.into_iter().map(|f| (f.session_id, f)));
    }
    Ok(rows.iter().map(|row| verdict(row, found.get(&row.session.0))).collect())
}

fn verdict(row: &Append, found: Option<&Found>) -> Verdict {
    match found {
        Some(Found { row_is_ours: true, .. }) => Verdict::Durable,
        Some(Found { row_exists: true, .. }) => Verdict::Fenced,
        None | Some(Found { epoch: None, .. }) => Verdict::NotFound,
        Some(Found { epoch: Some(epoch), .. }) if Epoch(epoch.unsigned_abs()) == row.epoch => {
            Verdict::Absent
        }
        Some(Found { epoch: Some(_), .. }) => Verdict::Fenced,
    }
}

fn failure(error: sqlx::Error) -> Failure {
    let outcome = match &error {
        sqlx::Error::Database(database) => {
            // The extended code's low byte is the kind of error.
            let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
            match code & 0xff {
                // TOOBIG, CONSTRAINT, MISMATCH: the bytes are at fault. CORRUPT: a page is that
                // one session needs, and the others must not wait for it.
                11 | 18..=20 => Outcome::Refused,
                // BUSY, FULL, IOERR and the rest: the transaction is rolled back.
                _ => Outcome::RolledBack,
            }
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Outcome::RolledBack,
        // The connection's thread may have died after the commit.
        _ => Outcome::Unknown,
    };
    Failure { outcome, source: error.into() }
}
