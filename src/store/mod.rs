//! Durable storage: what the server keeps beyond the engine's journal, and the two databases.
//!
//! One trait, two implementations, one test suite over both.

mod archive;
mod catalog;
mod cluster;
mod columns;
mod create;
mod health;
mod home;
mod journal;
mod open;
mod postgres;
mod sqlite;
mod upkeep;
mod writer;

use std::path::Path;

use async_trait::async_trait;
use caja_actors::{
    journal::{Append, Journal},
    session::{Header, SessionId, SessionStatus, Timestamp},
};
use uuid::Uuid;

pub use self::{
    archive::{Archive, ArchivedActivity, ArchivedParticipant, ArchivedResponse},
    cluster::{Cluster, Formats, NodeRow, OwnedRow},
    open::{Access, OpenError, OpenOptions, open},
    upkeep::{CompletedAt, Expiry, Jump, Upkeep},
};

/// A durable store: the engine's journal, the server's catalog, and their upkeep.
#[async_trait]
pub trait Store: Journal + Upkeep {
    /// Brings the schema up to date, under a lock.
    async fn migrate(&self) -> Result<(), StoreError>;
    /// Which migrations a server would still have to make, oldest first.
    async fn pending(&self) -> Result<Vec<i64>, StoreError>;
    /// Whether the store answers. Fails within two seconds when it does not.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Whether the store can be read and written, without asking it.
    fn health(&self) -> StoreHealth;
    /// The database's file, if it is one on this machine.
    fn file(&self) -> Option<&Path>;

    /// Creates a session with its first journal row, in one transaction.
    async fn create_session(&self, new: NewSession) -> Result<(), StoreError>;
    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>, StoreError>;
    /// The session that has this code now; a completed session has given its code back.
    async fn session_by_code(&self, code: &str) -> Result<Option<SessionRow>, StoreError>;
    /// Newest first. A search text that no session can have finds none.
    async fn sessions(&self, filter: SessionFilter) -> Result<Vec<SessionRow>, StoreError>;
    /// How many codes are taken, so that codes grow a digit when the space fills.
    async fn codes_taken(&self) -> Result<u64, StoreError>;
    /// Removes a session and all that belongs to it. `false`: there was none. What can't be removed
    /// at once is among the [`Upkeep::remains`].
    async fn delete_session(&self, id: SessionId) -> Result<bool, StoreError> {
        self.delete_session_at(id, None).await
    }
    /// The same; where a revision is given, only of a session that is at it.
    async fn delete_session_at(
        &self,
        id: SessionId,
        revision: Option<u64>,
    ) -> Result<bool, StoreError>;

    async fn create_admin(&self, admin: AdminRow) -> Result<(), StoreError>;
    /// All of them, revoked ones too, oldest first.
    async fn admins(&self) -> Result<Vec<AdminRow>, StoreError>;
    /// The administrator who has this token, unless it was revoked.
    async fn admin_by_token(&self, hash: TokenHash) -> Result<Option<AdminRow>, StoreError>;
    /// Marks an admin's token as dead. `false`: there was none alive.
    async fn revoke_admin(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError>;

    /// Creates a sign-in, and removes those that are over and the oldest beyond what its
    /// administrator may have.
    async fn create_login(&self, login: LoginRow, old: OldLogins) -> Result<(), StoreError>;
    /// A sign-in of an administrator who was not revoked. Whether it is over, its reader decides.
    async fn login(&self, hash: TokenHash) -> Result<Option<LoginRow>, StoreError>;
    /// Notes that a sign-in was used.
    async fn note_login(&self, hash: TokenHash, at: Timestamp) -> Result<(), StoreError>;
    /// Ends a sign-in. `false`: there was none.
    async fn delete_login(&self, hash: TokenHash) -> Result<bool, StoreError>;

    async fn create_runner_token(&self, token: RunnerTokenRow) -> Result<(), StoreError>;
    /// A session's tokens that are not revoked, oldest first.
    async fn runner_tokens(&self, session: SessionId) -> Result<Vec<RunnerTokenRow>, StoreError>;
    async fn runner_token_by_hash(
        &self,
        hash: TokenHash,
    ) -> Result<Option<RunnerTokenRow>, StoreError>;
    /// Revokes a token. `false`: the session has no such token.
    async fn revoke_runner_token(
        &self,
        session: SessionId,
        token_id: Uuid,
    ) -> Result<bool, StoreError>;

    /// What the store does for several servers on it; `None`: it is for one.
    fn cluster(&self) -> Option<&dyn Cluster>;

    /// The named secret, shared by all nodes; `candidate` becomes it if there is none yet.
    async fn secret(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError>;
}

/// What is known of a store's reachability. At most a few seconds old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreHealth {
    pub reachable: bool,
    /// Since when it has been, or not been.
    pub since: Timestamp,
}

/// SHA-256 of a random token.
pub type TokenHash = [u8; 32];

/// A session to be created.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub admin: Uuid,
    pub code: String,
    pub created_at: Timestamp,
    pub header: Header,
    /// The journal row that holds its first event; its own `header` is not used.
    pub first: Append,
}

/// A session as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub id: SessionId,
    pub admin: Uuid,
    pub code: String,
    pub created_at: Timestamp,
    pub header: Header,
}

/// Which sessions to list.
#[derive(Debug, Clone)]
pub struct SessionFilter {
    pub admin: Uuid,
    pub status: Option<SessionStatus>,
    /// Part of a name or description, in any case, or a whole code.
    pub q: Option<String>,
    /// Only sessions before this one in the order of the list.
    pub before: Option<(Timestamp, SessionId)>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminRow {
    pub id: Uuid,
    pub name: String,
    pub token_hash: TokenHash,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// An administrator's sign-in by cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRow {
    pub login_hash: TokenHash,
    pub admin: Uuid,
    /// Read with the sign-in; it is not stored with it.
    pub admin_name: String,
    pub created_at: Timestamp,
    pub used_at: Timestamp,
}

/// Which sign-ins are over.
#[derive(Debug, Clone, Copy)]
pub struct OldLogins {
    pub created_before: Timestamp,
    pub used_before: Timestamp,
    /// Sign-ins that one administrator keeps: the newest.
    pub most: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerTokenRow {
    pub token_id: Uuid,
    pub session: SessionId,
    pub token_hash: TokenHash,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The code is taken; try another.
    #[error("the session code is taken")]
    CodeTaken,
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store holds something that this version can't read.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
}
