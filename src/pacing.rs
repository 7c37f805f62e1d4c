//! How often clients may poll: every two seconds in calm, less often under load.
//!
//! The measure of load is how late timers fire on the threads that do the work, those of HTTP and
//! those of sessions: a timer's task stands in the same queue as requests do, so they wait as long.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use caja_actors::{activity::View, session::SessionStatus};
use tokio::time::{Instant, sleep, sleep_until};

/// Milliseconds between a participant's polls in calm.
const CALM_MS: u32 = 2_000;
/// The same for runners: a big screen should follow at once.
const RUNNER_CALM_MS: u32 = 100;
/// A completed session does not change any more.
const COMPLETED_MS: u32 = 30_000;
/// The slowest pace under load: a facilitator still sees the room react.
const SLOWEST: u32 = 8;
/// How often a thread's timer fires.
const FIRE_EVERY: Duration = Duration::from_millis(100);
/// How often the pace is thought over: in between, what it brought must show.
const ADAPT_EVERY: Duration = Duration::from_millis(500);
/// A timer that fires this late says that requests wait about as long.
const LATE: Duration = Duration::from_millis(60);
const EARLY_AGAIN: Duration = Duration::from_millis(15);

/// The pace that clients are told.
pub struct Pacing {
    /// Calm is one; it doubles while the server is late, and halves when it is early again.
    factor: AtomicU32,
    began: Instant,
    /// One for each thread that is watched.
    timers: Mutex<Vec<Arc<Timer>>>,
}

/// A thread's timer, in milliseconds since the pacing began.
#[derive(Default)]
struct Timer {
    due: AtomicU64,
    /// How late it fired since somebody looked, at most.
    late_by: AtomicU64,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { factor: AtomicU32::new(1), began: Instant::now(), timers: Mutex::default() }
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

    /// Watches the thread that this runs on, until it is dropped.
    pub async fn watch(self: Arc<Self>) {
        let watched = Watched::begin(&self);
        let timer = &watched.timer;
        loop {
            let due = Instant::now() + FIRE_EVERY;
            timer.due.store(self.millis(due), Ordering::Relaxed);
            sleep_until(due).await;
            timer.late_by.fetch_max(millis(due.elapsed()), Ordering::Relaxed);
        }
    }

    /// Adapts the pace to what the watched threads show, for ever, and has it noted.
    pub async fn lead(&self, note: impl Fn(Duration)) {
        loop {
            sleep(ADAPT_EVERY).await;
            let late_by = self.late_by();
            note(late_by);
            self.adapt(late_by);
        }
    }

    /// How late the latest thread is, or was since this was asked last.
    fn late_by(&self) -> Duration {
        let now = self.millis(Instant::now());
        let timers = self.timers();
        let late = timers.iter().map(|timer| {
            // One that has not fired yet is late, too.
            let overdue = now.saturating_sub(timer.due.load(Ordering::Relaxed));
            timer.late_by.swap(0, Ordering::Relaxed).max(overdue)
        });
        Duration::from_millis(late.max().unwrap_or_default())
    }

    fn timers(&self) -> MutexGuard<'_, Vec<Arc<Timer>>> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn millis(&self, at: Instant) -> u64 {
        millis(at.duration_since(self.began))
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

/// A timer among those that are looked at.
struct Watched<'a> {
    pacing: &'a Pacing,
    timer: Arc<Timer>,
}

impl<'a> Watched<'a> {
    fn begin(pacing: &'a Pacing) -> Self {
        let timer = Arc::new(Timer::default());
        pacing.timers().push(timer.clone());
        Self { pacing, timer }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.pacing.timers().retain(|timer| !Arc::ptr_eq(timer, &self.timer));
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thread_that_is_held_up_is_late_also_before_it_fires_again() {
        let pacing = Arc::new(Pacing::default());
        let watch = tokio::spawn(pacing.clone().watch());
        sleep(FIRE_EVERY * 3).await;
        pacing.late_by();
        // This thread is the only one, and does nothing else meanwhile.
        std::thread::sleep(FIRE_EVERY * 5);
        assert!(pacing.late_by() >= FIRE_EVERY * 3);
        sleep(FIRE_EVERY * 2).await;
        assert!(pacing.late_by() >= FIRE_EVERY * 3, "it says so when it fires");
        watch.abort();
        let _ = watch.await;
        std::thread::sleep(FIRE_EVERY * 5);
        assert_eq!(pacing.late_by(), Duration::ZERO, "whoever left is not waited for");
    }

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
