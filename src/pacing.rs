//! How often clients may poll: every two seconds in calm, less often under load.
//!
//! The measure of load is how late a timer fires: when the workers' queues grow, it does too.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use caja_actors::{activity::View, session::SessionStatus};

/// Milliseconds between a participant's polls in calm.
const CALM_MS: u32 = 2_000;
/// The same for runners: a big screen should follow at once.
const RUNNER_CALM_MS: u32 = 100;
/// A completed session does not change any more.
const COMPLETED_MS: u32 = 30_000;
/// The slowest pace under load: a facilitator still sees the room react.
const SLOWEST: u32 = 8;
/// How often the load is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A timer that fires this late says that requests wait about as long.
const LATE: Duration = Duration::from_millis(60);
const EARLY_AGAIN: Duration = Duration::from_millis(15);

/// The pace that clients are told.
pub struct Pacing {
    /// Calm is one; it doubles while the server is late, and halves when it is early again.
    factor: AtomicU32,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { factor: AtomicU32::new(1) }
    }
}

impl Pacing {
    /// Milliseconds between the starts of a device's polls.
    #[must_use]
    pub fn poll_after_ms(&self, view: View, status: SessionStatus) -> u32 {
        if status == SessionStatus::Completed {
            return COMPLETED_MS;
        }
        let factor = self.factor.load(Ordering::Relaxed);
        match view {
            View::Participant => CALM_MS * factor,
            View::Runner => RUNNER_CALM_MS * factor,
        }
    }

    /// Milliseconds between a participant's polls in a session that runs.
    #[must_use]
    pub fn participants_ms(&self) -> u32 {
        self.poll_after_ms(View::Participant, SessionStatus::Active)
    }

    /// Watches the load from inside a worker, for ever.
    pub async fn watch(&self) {
        loop {
            let due = tokio::time::Instant::now() + LOOK_EVERY;
            tokio::time::sleep_until(due).await;
            self.adapt(due.elapsed());
        }
    }

    fn adapt(&self, late_by: Duration) {
        let factor = self.factor.load(Ordering::Relaxed);
        let next = if late_by > LATE {
            (factor * 2).min(SLOWEST)
        } else if late_by < EARLY_AGAIN {
            (factor / 2).max(1)
        } else {
            factor
        };
        self.factor.store(next, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_slows_under_load_and_recovers() {
        let pacing = Pacing::default();
        assert_eq!(pacing.participants_ms(), 2_000);
        for _ in 0..9 {
            pacing.adapt(Duration::from_millis(200));
        }
        assert_eq!(pacing.participants_ms(), 16_000);
        for _ in 0..9 {
            pacing.adapt(Duration::from_millis(1));
        }
        assert_eq!(pacing.participants_ms(), 2_000);
    }
}
