//! What has happened in this process, counted for who watches it. Read when somebody asks.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::session::Timestamp;

/// What has happened to sessions here since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Brought into memory, as their owner.
    pub activated: AtomicU64,
    /// Stopped because another owner could have them by now.
    pub fenced: AtomicU64,
    /// Given to another node.
    pub handed_over: AtomicU64,
    /// Found unreadable in the store.
    pub unreadable: AtomicU64,
    /// Stopped by a panic.
    pub panicked: AtomicU64,
    /// States published, as their owner.
    pub frames: AtomicU64,
    /// How many requests waited in one session, in its mailbox or for the journal.
    pub queue: Peak,
}

/// For how long a peak is remembered at least: whoever looks this often misses none.
const PEAK_KEPT_MS: u64 = 30_000;

/// The highest of the values of the last half minute to minute.
#[derive(Debug, Default)]
pub struct Peak {
    current: AtomicUsize,
    previous: AtomicUsize,
    turned_ms: AtomicU64,
}

impl Peak {
    /// Most values are not the highest: noting one of them only reads.
    pub(crate) fn note(&self, value: usize) {
        if value > self.current.load(Ordering::Relaxed) {
            self.current.fetch_max(value, Ordering::Relaxed);
        }
    }

    /// Forgets what is old. To be called every second or so.
    pub(crate) fn turn(&self, now: Timestamp) {
        if now.ms_since(Timestamp(self.turned_ms.load(Ordering::Relaxed))) >= PEAK_KEPT_MS {
            self.turned_ms.store(now.0, Ordering::Relaxed);
            let current = self.current.swap(0, Ordering::Relaxed);
            self.previous.store(current, Ordering::Relaxed);
        }
    }

    #[must_use]
    pub fn get(&self) -> usize {
        self.current.load(Ordering::Relaxed).max(self.previous.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_seen_for_half_a_minute_and_forgotten_after_a_minute() {
        let (peak, began) = (Peak::default(), 1_000_000);
        peak.turn(Timestamp(began));
        peak.note(7);
        peak.note(3);
        for (after_ms, seen) in [(1_000, 7), (29_999, 7), (30_000, 7), (59_999, 7), (60_000, 0)] {
            peak.turn(Timestamp(began + after_ms));
            assert_eq!(peak.get(), seen, "after {after_ms} ms");
        }
    }
}
