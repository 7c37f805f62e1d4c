//! What the engine needs from durable storage. Implemented in the server crate, for each database.

use std::{fmt, str::FromStr};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::session::{Epoch, Header, Seq, SessionId, Timestamp};

/// The events one session had in one commit: one row of the journal.
///
/// A session's waiting events share a row, so that the cost of a vote falls as load rises.
#[derive(Debug, Clone)]
pub struct Append {
    pub session: SessionId,
    /// The epoch under which the events were decided.
    pub epoch: Epoch,
    /// Number of the last event in the row.
    pub last: Seq,
    /// How many events the row holds; the first is `last - count + 1`.
    pub count: u32,
    pub at: Timestamp,
    /// The encoded events, checksum included; opaque to the store.
    pub events: Bytes,
    /// What the session list shows, if it changed with these events.
    pub header: Option<Header>,
}

/// A row read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub last: Seq,
    pub count: u32,
    pub events: Bytes,
}

/// A session's whole state after the event `seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    pub seq: Seq,
    pub taken_at: Timestamp,
    /// The encoded state, format version and checksum included; opaque to the store.
    pub state: Bytes,
}

/// A stretch of time in which a node owns what it takes over: as long as its lease is renewed in
/// time. A node that owns alone has one that never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term(pub u64);

/// What a take-over gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub epoch: Epoch,
    pub term: Term,
}

/// Another node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub id: Uuid,
    /// Where other nodes reach it.
    pub url: String,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.url)
    }
}

impl FromStr for Peer {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, url) = text.split_once(' ').unwrap_or((text, ""));
        Ok(Self { id: id.parse()?, url: url.to_owned() })
    }
}

/// Durable storage of the sessions' events and snapshots.
pub trait Journal: Send + Sync + 'static {
    /// Durably raises the session's epoch, so that no earlier owner can append any more.
    ///
    /// Must happen before the session is read. Refused as long as another node owns it.
    fn take_over(&self, session: SessionId) -> BoxFuture<'_, Result<Taken, JournalError>>;

    /// Whether what was taken over in this term is still this node's: to be asked before each
    /// acknowledgment and each publish. Never waits.
    fn holds(&self, term: Term) -> bool;

    /// Whether others than this server may own sessions: then one that does not run here may change
    /// without this server.
    fn is_shared(&self) -> bool;

    /// Gives a session that is not in memory any more to whoever is asked for it next, unless it was
    /// taken over again since that epoch. A session that is not given back is free as soon as this
    /// node's lease ends.
    fn give_back(
        &self,
        session: SessionId,
        epoch: Epoch,
    ) -> BoxFuture<'_, Result<(), JournalError>>;

    /// The newest snapshot taken at or before event `up_to` (`None`: the newest of all).
    fn snapshot(
        &self,
        session: SessionId,
        up_to: Option<Seq>,
    ) -> BoxFuture<'_, Result<Option<SnapshotRow>, JournalError>>;

    /// Rows that hold events after `after`, in order; an empty page is the end.
    ///
    /// A page has at most a few MiB, so that recovery's memory is bounded.
    fn rows(
        &self,
        session: SessionId,
        after: Seq,
    ) -> BoxFuture<'_, Result<Vec<JournalRow>, JournalError>>;

    /// Resolves once the row is durable.
    ///
    /// Waits as long as the store is away: it resolves with `Ok`, or with an error that says
    /// that the row is not and never will be durable. Dropping the future does not cancel it.
    fn append(&self, append: Append) -> BoxFuture<'static, Result<(), JournalError>>;

    /// Keeps this snapshot and its `base`, the readable one that it was made from; drops all
    /// older ones, and truncates the journal up to the base. Without a base, the journal stays.
    ///
    /// A snapshot that somebody has overtaken meanwhile is not kept: a newer one is there, or
    /// its base is gone.
    fn save_snapshot(
        &self,
        session: SessionId,
        snapshot: SnapshotRow,
        base: Option<Seq>,
    ) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Replaces all that is stored of the session's past by this snapshot: older snapshots, the
    /// journal up to it, and whatever was derived from them are gone when this resolves.
    ///
    /// What a failure leaves behind goes the next time.
    fn forget_before(
        &self,
        session: SessionId,
        snapshot: SnapshotRow,
    ) -> BoxFuture<'_, Result<(), JournalError>>;
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// There is no such session.
    #[error("no session {0}")]
    NotFound(SessionId),
    /// Another node owns the session, and is alive.
    #[error("session {session} is at {}", owner.url)]
    Elsewhere { session: SessionId, owner: Peer },
    /// Another owner took the session over; this one must stop.
    #[error("session {0} has another owner")]
    Fenced(SessionId),
    /// The store can't be reached or refuses to work; asking again later may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What is stored can't be read. Reported, never silently emptied.
    #[error("stored data of session {session} is damaged: {what}")]
    Damaged { session: SessionId, what: String },
}
