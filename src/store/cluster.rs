//! What a store does for several servers on it.

use std::time::Duration;

use async_trait::async_trait;
use caja_actors::{
    codec,
    journal::Peer,
    session::{Epoch, SessionId},
};

use super::StoreError;

/// Leases of nodes, by the store's clock.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Registers this node, or renews its lease: from the moment of the statement on it counts for
    /// as long as the store was opened with. Gives whether the one before had not ended yet.
    async fn renew_lease(&self, url: &str) -> Result<bool, StoreError>;

    /// Ends this node's lease, and gives back all that it still owns.
    async fn end_lease(&self) -> Result<(), StoreError>;

    /// All nodes that are known, those with the longest lease left first.
    async fn nodes(&self) -> Result<Vec<NodeRow>, StoreError>;

    /// The sessions that nodes own, by node, at most so many.
    async fn owned(&self, limit: u32) -> Result<Vec<OwnedRow>, StoreError>;

    /// Forgets nodes whose lease ended so long ago.
    async fn forget_nodes(&self, dead_for: Duration) -> Result<u64, StoreError>;
}

/// A node as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    pub peer: Peer,
    /// The release that it runs.
    pub version: String,
    /// What is left of its lease; nothing if it is over.
    pub lease_left: Duration,
    /// Sessions that it owns.
    pub sessions: u64,
    pub formats: Formats,
}

/// In which formats a release stores sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// The newest that it reads; it reads all before.
    pub reads: u16,
    pub writes: u16,
}

impl Formats {
    /// Those of this release.
    pub const OWN: Self = Self { reads: codec::READS, writes: codec::FORMAT };

    /// Whether each of two releases reads what the other writes.
    #[must_use]
    pub fn fit(self, other: Self) -> bool {
        self.writes <= other.reads && other.writes <= self.reads
    }
}

/// A session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRow {
    pub session: SessionId,
    pub name: String,
    pub participants: u64,
    pub epoch: Epoch,
    pub owner: Peer,
}

impl NodeRow {
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.lease_left.is_zero()
    }
}
