//! The node's clock: wall time at the start, then the monotonic clock.
//!
//! Somebody who sets the machine's clock back or forward in the middle of an event moves no
//! deadline and reorders no answer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use caja_actors::{clock::Clock, session::Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// The machine's wall clock.
#[must_use]
pub fn wall() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
    Timestamp(ms.saturating_add_signed(offset_ms()))
}

/// By how much a test has set the clock: the file `CAJA_FAULT_CLOCK` says it in milliseconds. Not
/// in release builds.
fn offset_ms() -> i64 {
    let file = if cfg!(debug_assertions) { std::env::var_os("CAJA_FAULT_CLOCK") } else { None };
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    text.and_then(|text| text.trim().parse().ok()).unwrap_or_default()
}

/// Milliseconds since any fixed point, by a clock that nobody sets and that counts on while the
/// machine sleeps: a lease that ended meanwhile must be seen to have ended.
#[must_use]
pub fn boot_ms() -> u64 {
    #[cfg(target_os = "linux")]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: ClockId = ClockId::Monotonic;
    let time = clock_gettime(CLOCK);
    time.tv_sec.unsigned_abs() * 1_000 + time.tv_nsec.unsigned_abs() / 1_000_000
}

#[derive(Debug)]
pub struct NodeClock {
    started: Instant,
    /// Wall time at the start, or later if a session was ahead of it.
    base_ms: AtomicU64,
    /// What it showed when it was last set forward.
    set_to: AtomicU64,
}

impl NodeClock {
    #[must_use]
    pub fn start() -> Self {
        let base_ms = AtomicU64::new(wall().0);
        Self { started: Instant::now(), base_ms, set_to: AtomicU64::new(0) }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.base_ms.load(Ordering::Relaxed).saturating_add(self.elapsed_ms()))
    }

    fn catch_up_with(&self, at: Timestamp) {
        let base_ms = at.0.saturating_sub(self.elapsed_ms());
        if self.base_ms.fetch_max(base_ms, Ordering::Relaxed) < base_ms {
            self.set_to.fetch_max(at.0, Ordering::Relaxed);
        }
    }

    fn as_noted(&self, at: Timestamp) -> Timestamp {
        Timestamp(at.0.max(self.set_to.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_runs_backwards() {
        let clock = NodeClock::start();
        let ahead = clock.now().plus_ms(3_600_000);
        clock.catch_up_with(ahead);
        assert!(ahead <= clock.now());
        clock.catch_up_with(Timestamp(1));
        assert!(ahead <= clock.now());
    }

    #[test]
    fn what_was_noted_before_the_clock_was_set_forward_is_not_long_ago() {
        let clock = NodeClock::start();
        let before = clock.now();
        assert_eq!(clock.as_noted(before), before);
        let ahead = before.plus_ms(3_600_000);
        clock.catch_up_with(ahead);
        assert_eq!(clock.as_noted(before), ahead);
        let later = ahead.plus_ms(1);
        assert_eq!(clock.as_noted(later), later);
    }
}
