//! Whether the store can be used, known without asking it.

use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use caja_actors::session::Timestamp;
use tokio::task::AbortHandle;

use super::{StoreError, StoreHealth};
use crate::{clock::wall, telemetry};

/// How long an absence can stay unnoticed while nothing is written.
const PROBE_EVERY: Duration = Duration::from_secs(1);
/// How often the log says that it lasts, for alarms that go by the log.
const SAID_AGAIN_MS: u64 = 60_000;

/// What one store knows about its own reachability.
#[derive(Clone)]
pub(super) struct Health(Arc<Mutex<State>>);

struct State {
    /// Kept apart, because a store that can be read may still refuse to write, and the probe
    /// must not hide that.
    probe_works: bool,
    writer_works: bool,
    since: Timestamp,
    said_at: Timestamp,
}

impl State {
    fn reachable(&self) -> bool {
        self.probe_works && self.writer_works
    }
}

impl Health {
    /// The health of a store that was reached just now.
    pub(super) fn reached() -> Self {
        let now = wall();
        let state = State { probe_works: true, writer_works: true, since: now, said_at: now };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(super) fn now(&self) -> StoreHealth {
        let state = self.state();
        StoreHealth { reachable: state.reachable(), since: state.since }
    }

    pub(super) fn probe_worked(&self) {
        self.change(|state| state.probe_works = true, None);
    }

    pub(super) fn probe_failed(&self, error: &(dyn Error + 'static)) {
        self.change(|state| state.probe_works = false, Some(error));
    }

    pub(super) fn writer_worked(&self) {
        self.change(|state| state.writer_works = true, None);
    }

    pub(super) fn writer_failed(&self, error: &(dyn Error + 'static)) {
        telemetry::writer_failed();
        self.change(|state| state.writer_works = false, Some(error));
    }

    /// Logs when the store goes away, each minute while it is, and when it is back, however often
    /// it is tried.
    fn change(&self, change: impl FnOnce(&mut State), error: Option<&(dyn Error + 'static)>) {
        let mut state = self.state();
        let before = state.reachable();
        change(&mut state);
        let (at, changed) = (wall(), state.reachable() != before);
        let lasted_ms = at.ms_since(state.since);
        if changed {
            state.since = at;
        }
        match error {
            Some(error) if changed => tracing::error!(error, "the store is unavailable"),
            Some(error) if at.ms_since(state.said_at) >= SAID_AGAIN_MS => {
                tracing::error!(error, lasted_ms, "the store is unavailable");
            }
            None if changed => tracing::info!(lasted_ms, "the store is available again"),
            Some(_) | None => return,
        }
        state.said_at = at;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Three plain fields are never half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that asks the store for a sign of life, for as long as this value lives.
pub(super) struct Probe(AbortHandle);

impl Probe {
    pub(super) fn start<F>(health: Health, ping: impl Fn() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<(), StoreError>> + Send,
    {
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(PROBE_EVERY).await;
                match ping().await {
                    Ok(()) => health.probe_worked(),
                    // The cause: that the store is unavailable is what the log says anyway.
                    Err(error) => health.probe_failed(error.source().unwrap_or(&error)),
                }
            }
        });
        Self(task.abort_handle())
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.abort();
    }
}
