//! How values look in columns: the same in both databases.

use caja_actors::{
    journal::{JournalRow, SnapshotRow},
    session::{Header, Seq, SessionId, SessionStatus, Timestamp},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{AdminRow, LoginRow, RunnerTokenRow, SessionRow, StoreError, TokenHash};

/// Unsigned numbers in columns that only know signed ones. Everything we count stays far below
/// the limit; as a bound of a search the largest number there is means the same.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64, column: &str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| damaged(column, number))
}

fn small(number: i64, column: &str) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| damaged(column, number))
}

fn time(ms: Option<i64>, column: &str) -> Result<Option<Timestamp>, StoreError> {
    ms.map(|ms| unsigned(ms, column).map(Timestamp)).transpose()
}

fn damaged(column: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(format!("{column}: {what}"))
}

pub(super) fn status_text(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Draft => "draft",
        SessionStatus::Active => "active",
        SessionStatus::Completed => "completed",
    }
}

fn status(text: &str) -> Result<SessionStatus, StoreError> {
    match text {
        "draft" => Ok(SessionStatus::Draft),
        "active" => Ok(SessionStatus::Active),
        "completed" => Ok(SessionStatus::Completed),
        unknown => Err(damaged("sessions.status", format!("unknown status {unknown:?}"))),
    }
}

/// PostgreSQL's texts hold everything but NUL, so nobody needs to look for that.
pub(super) fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}

/// What the search looks into. Folded here, because the databases disagree on lower case.
fn search_text(header: &Header) -> String {
    let description = header.description.as_deref().unwrap_or_default();
    format!("{}\n{description}", header.name).to_lowercase()
}

/// A pattern for `like … escape '\'` that finds `part` anywhere.
pub(super) fn like_pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for character in part.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// A header in the form of its columns.
pub(super) struct StoredHeader {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) status: &'static str,
    pub(super) settings: String,
    pub(super) search_text: String,
    pub(super) opened_ms: Option<i64>,
    pub(super) completed_ms: Option<i64>,
    pub(super) participant_count: i64,
    pub(super) activity_count: i64,
    pub(super) revision: i64,
}

impl From<&Header> for StoredHeader {
    fn from(header: &Header) -> Self {
        Self {
            name: header.name.clone(),
            description: header.description.clone(),
            status: status_text(header.status),
            settings: serde_json::to_string(&header.settings)
                .expect("settings have no map and no fallible field"),
            search_text: search_text(header),
            opened_ms: header.opened_at.map(|at| signed(at.0)),
            completed_ms: header.completed_at.map(|at| signed(at.0)),
            participant_count: header.participant_count.into(),
            activity_count: header.activity_count.into(),
            revision: signed(header.revision),
        }
    }
}

#[derive(FromRow)]
pub(super) struct StoredSession {
    id: Uuid,
    admin: Uuid,
    code: String,
    name: String,
    description: Option<String>,
    status: String,
    settings: String,
    created_ms: i64,
    opened_ms: Option<i64>,
    completed_ms: Option<i64>,
    participant_count: i64,
    activity_count: i64,
    revision: i64,
}

impl TryFrom<StoredSession> for SessionRow {
    type Error = StoreError;

    fn try_from(stored: StoredSession) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId(stored.id),
            admin: stored.admin,
            code: stored.code,
            created_at: Timestamp(unsigned(stored.created_ms, "sessions.created_ms")?),
            header: Header {
                name: stored.name,
                description: stored.description,
                status: status(&stored.status)?,
                settings: serde_json::from_str(&stored.settings)
                    .map_err(|error| damaged("sessions.settings", error))?,
                opened_at: time(stored.opened_ms, "sessions.opened_ms")?,
                completed_at: time(stored.completed_ms, "sessions.completed_ms")?,
                participant_count: small(stored.participant_count, "sessions.participant_count")?,
                activity_count: small(stored.activity_count, "sessions.activity_count")?,
                revision: unsigned(stored.revision, "sessions.revision")?,
            },
        })
    }
}

#[derive(FromRow)]
pub(super) struct StoredRow {
    seq: i64,
    count: i64,
    events: Vec<u8>,
}

impl TryFrom<StoredRow> for JournalRow {
    type Error = StoreError;

    fn try_from(stored: StoredRow) -> Result<Self, StoreError> {
        Ok(Self {
            last: Seq(unsigned(stored.seq, "journal.seq")?),
            count: small(stored.count, "journal.count")?,
            events: stored.events.into(),
        })
    }
}

#[derive(FromRow)]
pub(super) struct StoredSnapshot {
    seq: i64,
    taken_ms: i64,
    state: Vec<u8>,
}

impl TryFrom<StoredSnapshot> for SnapshotRow {
    type Error = StoreError;

    fn try_from(stored: StoredSnapshot) -> Result<Self, StoreError> {
        Ok(Self {
            seq: Seq(unsigned(stored.seq, "snapshots.seq")?),
            taken_at: Timestamp(unsigned(stored.taken_ms, "snapshots.taken_ms")?),
            state: stored.state.into(),
        })
    }
}

#[derive(FromRow)]
pub(super) struct StoredAdmin {
    id: Uuid,
    name: String,
    token_hash: Vec<u8>,
    created_ms: i64,
    revoked_ms: Option<i64>,
}

impl TryFrom<StoredAdmin> for AdminRow {
    type Error = StoreError;

    fn try_from(stored: StoredAdmin) -> Result<Self, StoreError> {
        Ok(Self {
            id: stored.id,
            name: stored.name,
            token_hash: hash(&stored.token_hash, "admins.token_hash")?,
            created_at: Timestamp(unsigned(stored.created_ms, "admins.created_ms")?),
            revoked_at: time(stored.revoked_ms, "admins.revoked_ms")?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct StoredLogin {
    login_hash: Vec<u8>,
    admin: Uuid,
    name: String,
    created_ms: i64,
    used_ms: i64,
}

impl TryFrom<StoredLogin> for LoginRow {
    type Error = StoreError;

    fn try_from(stored: StoredLogin) -> Result<Self, StoreError> {
        Ok(Self {
            login_hash: hash(&stored.login_hash, "logins.login_hash")?,
            admin: stored.admin,
            admin_name: stored.name,
            created_at: Timestamp(unsigned(stored.created_ms, "logins.created_ms")?),
            used_at: Timestamp(unsigned(stored.used_ms, "logins.used_ms")?),
        })
    }
}

#[derive(FromRow)]
pub(super) struct StoredRunnerToken {
    session_id: Uuid,
    token_id: Uuid,
    token_hash: Vec<u8>,
    created_ms: i64,
}

impl TryFrom<StoredRunnerToken> for RunnerTokenRow {
    type Error = StoreError;

    fn try_from(stored: StoredRunnerToken) -> Result<Self, StoreError> {
        Ok(Self {
            token_id: stored.token_id,
            session: SessionId(stored.session_id),
            token_hash: hash(&stored.token_hash, "runner_tokens.token_hash")?,
            created_at: Timestamp(unsigned(stored.created_ms, "runner_tokens.created_ms")?),
        })
    }
}

fn hash(bytes: &[u8], column: &str) -> Result<TokenHash, StoreError> {
    bytes.try_into().map_err(|_| damaged(column, "not 32 bytes"))
}
