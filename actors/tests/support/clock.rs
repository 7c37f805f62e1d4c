//! A clock that moves when the test says so.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use caja_actors::{clock::Clock, session::Timestamp};

use super::stage::BEGINNING;

#[derive(Clone)]
pub(crate) struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(BEGINNING.0)))
    }

    pub(crate) fn advance(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn catch_up_with(&self, at: Timestamp) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }
}
