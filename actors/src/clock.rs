//! Time, as the engine is told it.

use crate::session::Timestamp;

/// The node's clock. Never runs backwards while the process lives.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// Makes sure that `now` is not before `at`.
    ///
    /// A session that comes from a node whose clock was ahead must not go back in time.
    fn catch_up_with(&self, at: Timestamp);

    /// What a time counts as that was noted some moments ago. If the clock was set forward since,
    /// it would else be before all that the session knows: a vote for a question that is open
    /// would count as too early.
    fn as_noted(&self, at: Timestamp) -> Timestamp;
}
