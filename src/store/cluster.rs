//! What a store does for several servers on it.

use std::time::Duration;

use async_trait::async_trait;
use caja_actors::journal::Peer;

use super::StoreError;

/// Leases of nodes, by the store's clock.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Registers this node, or renews its lease: from the moment of the statement on it counts for
    /// as long as the store was opened with.
    async fn renew_lease(&self, url: &str) -> Result<(), StoreError>;

    /// Ends this node's lease, and gives back all that it still owns.
    async fn end_lease(&self) -> Result<(), StoreError>;

    /// All nodes that are known, those with the longest lease left first.
    async fn nodes(&self) -> Result<Vec<NodeRow>, StoreError>;
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
}

impl NodeRow {
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.lease_left.is_zero()
    }
}
