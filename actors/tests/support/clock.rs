//! A clock that moves when the test says so.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use caja_actors::{clock::Clock, session::Timestamp};

use super::stage::BEGINNING;

#[derive(Clone)]
pub(crate) struct ManualClock {
    shows: Arc<AtomicU64>,
    /// What it showed when a session set it forward.
    set_to: Arc<AtomicU64>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self { shows: Arc::new(AtomicU64::new(BEGINNING.0)), set_to: Arc::default() }
    }

    pub(crate) fn advance(&self, ms: u64) {
        self.shows.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.shows.load(Ordering::SeqCst))
    }

    fn catch_up_with(&self, at: Timestamp) {
        if self.shows.fetch_max(at.0, Ordering::SeqCst) < at.0 {
            self.set_to.fetch_max(at.0, Ordering::SeqCst);
        }
    }

    fn as_noted(&self, at: Timestamp) -> Timestamp {
        at.max(Timestamp(self.set_to.load(Ordering::SeqCst)))
    }
}
