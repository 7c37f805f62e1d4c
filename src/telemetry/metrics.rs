//! The server's own metrics.
//!
//! What is counted for each poll or answer has a handle that is made once, or is an atomic of the
//! engine's; all else is looked at when somebody reads the metrics.

use std::{
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::http::{Method, StatusCode};
use metrics::{
    Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, layer::Context};

use super::{process, requests};
use crate::{
    app::App,
    store::{Store, StoreError},
};

/// Bounds of the histograms of durations, in seconds.
const DURATIONS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Bounds of the histogram of what one commit makes durable.
const EVENTS: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 5_000.0];
const BATCH: &str = "caja_journal_batch_events";
const TAKEN_OVER: &str = "caja_sessions_taken_over_total";

const COUNTERS: [(&str, &str); 16] = [
    ("caja_requests_total", "Requests answered, polls of the state left out"),
    ("caja_polls_total", "Polls of the state answered; 304: nothing had changed"),
    ("caja_answers_total", "Answers acknowledged, repeated ones included"),
    ("caja_frames_published_total", "States published by sessions of this node"),
    ("caja_sessions_activated_total", "Sessions read from the store and owned from then on"),
    (TAKEN_OVER, "Sessions taken over from a node that had died or lost its lease"),
    ("caja_sessions_fenced_total", "Sessions stopped because another node could own them by now"),
    ("caja_sessions_handed_over_total", "Sessions given to another node to spread the load"),
    ("caja_sessions_unreadable_total", "Times that a session could not be read from the store"),
    ("caja_sessions_panicked_total", "Sessions stopped by a panic, and restarted when asked for"),
    ("caja_journal_bytes_total", "Bytes of events made durable"),
    ("caja_store_errors_total", "Operations that the store failed or did not end in time"),
    ("caja_forwarded_total", "Requests for sessions of other nodes; failed: no answer from there"),
    ("caja_copies_total", "States of sessions that came from the nodes that own them"),
    ("caja_leases_lost_total", "Leases that ended before they were renewed"),
    ("caja_log_lines_total", "Lines of the log that warn of something or report an error"),
];

const GAUGES: [(&str, &str); 15] = [
    ("caja_build_info", "1, with the release and what it was built from as labels"),
    ("caja_sessions_in_memory", "Sessions in memory, those of other nodes included"),
    ("caja_sessions_owned", "Sessions that run on this node"),
    ("caja_sessions_followed", "Sessions of other nodes that somebody polls here"),
    ("caja_participants", "People who joined sessions of this node and did not leave"),
    ("caja_participants_online", "Those of them who were seen in the last 30 seconds"),
    ("caja_session_queue_peak", "Requests waiting in one session, at most in the last minute"),
    ("caja_polls_held", "Polls that wait for something newer"),
    ("caja_poll_interval_seconds", "Pause that participants are told to keep between polls"),
    ("caja_draining", "1 while the server is leaving"),
    ("caja_store_reachable", "1 if the store can be read and written"),
    ("caja_store_size_bytes", "Size of the embedded store"),
    ("caja_store_free_bytes", "Space left where the embedded store is"),
    ("caja_lease_seconds", "Length of this node's lease when it is renewed"),
    ("caja_lease_left_seconds", "What is left of this node's lease"),
];

const HISTOGRAMS: [(&str, &str); 5] = [
    ("caja_request_duration_seconds", "From a request to its answer, polls of the state left out"),
    ("caja_answer_ack_seconds", "From the arrival of an answer until it is durable"),
    ("caja_thread_lateness_seconds", "How late the latest of the busy threads is, twice a second"),
    ("caja_journal_commit_seconds", "Duration of one commit of the journal"),
    (BATCH, "Events made durable by one commit of the journal"),
];

/// The commit, where the build was told: releases may share a version.
const BUILT_FROM: &str = match option_env!("CAJA_REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// Everything that is counted with a handle.
pub struct Metrics {
    unchanged_polls: Counter,
    changed_polls: Counter,
    answers: Counter,
    answer_ack: Histogram,
    /// How late threads are.
    pub lateness: Histogram,
    /// Requests that another node answered.
    pub forwarded: Counter,
    /// Requests that the node whose they are was asked for in vain.
    pub forwarded_in_vain: Counter,
    /// States of sessions that came from their owners.
    pub copies: Counter,
    /// Leases that ended before they were renewed.
    pub leases_lost: Counter,
}

/// What the writer of the journal says of itself.
pub struct JournalMetrics {
    commits: Histogram,
    events: Histogram,
    bytes: Counter,
}

/// The process's recorder: installed by whoever counts first.
fn recorder() -> &'static PrometheusHandle {
    static PROMETHEUS: OnceLock<PrometheusHandle> = OnceLock::new();
    PROMETHEUS.get_or_init(|| {
        const BOUNDS: &str = "the list of bounds is not empty";
        process::begin();
        let handle = PrometheusBuilder::new()
            .set_buckets(&DURATIONS)
            .expect(BOUNDS)
            .set_buckets_for_metric(Matcher::Full(BATCH.into()), &EVENTS)
            .expect(BOUNDS)
            .install_recorder()
            .expect("nothing else in this process installs a recorder");
        COUNTERS.into_iter().for_each(|(name, help)| describe_counter!(name, help));
        GAUGES.into_iter().for_each(|(name, help)| describe_gauge!(name, help));
        HISTOGRAMS.into_iter().for_each(|(name, help)| describe_histogram!(name, help));
        handle
    })
}

static STORE_ERRORS: LazyLock<StoreErrors> = LazyLock::new(|| {
    recorder();
    let of = |kind: &'static str| counter!("caja_store_errors_total", "kind" => kind);
    StoreErrors { appends: of("append"), unavailable: of("unavailable"), damaged: of("damaged") }
});

struct StoreErrors {
    appends: Counter,
    unavailable: Counter,
    damaged: Counter,
}

/// Notes that the store failed an operation other than an append.
pub fn store_failed(error: &StoreError) {
    match error {
        StoreError::Unavailable(_) => STORE_ERRORS.unavailable.increment(1),
        StoreError::Damaged(_) => STORE_ERRORS.damaged.increment(1),
        // Another is tried.
        StoreError::CodeTaken => {}
    }
}

/// Notes that the journal could not be written, or that it is not known whether it was.
pub fn writer_failed() {
    STORE_ERRORS.appends.increment(1);
}

/// Notes that a session was another node's until now, and that node did not give it away.
pub fn took_over() {
    counter!(TAKEN_OVER).increment(1);
}

/// Counts lines of the log by level.
pub(super) struct LogLines {
    errors: Counter,
    warnings: Counter,
}

impl LogLines {
    pub(super) fn new() -> Self {
        recorder();
        let of = |level: &'static str| counter!("caja_log_lines_total", "level" => level);
        Self { errors: of("error"), warnings: of("warn") }
    }
}

impl<S: Subscriber> Layer<S> for LogLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        match *event.metadata().level() {
            Level::ERROR => self.errors.increment(1),
            Level::WARN => self.warnings.increment(1),
            _ => {}
        }
    }
}

impl JournalMetrics {
    #[must_use]
    pub fn new() -> Self {
        recorder();
        Self {
            commits: histogram!("caja_journal_commit_seconds"),
            events: histogram!(BATCH),
            bytes: counter!("caja_journal_bytes_total"),
        }
    }

    /// Counts a commit that made so many events and bytes durable.
    pub fn committed(&self, elapsed: Duration, events: u64, bytes: u64) {
        self.commits.record(elapsed);
        self.events.record(events as f64);
        self.bytes.increment(bytes);
    }
}

impl Default for JournalMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Has all counters ready, so that they can be seen before anything is counted.
    #[must_use]
    pub fn install() -> Self {
        recorder();
        LazyLock::force(&STORE_ERRORS);
        let (version, revision) = (env!("CARGO_PKG_VERSION"), BUILT_FROM);
        gauge!("caja_build_info", "version" => version, "revision" => revision).set(1);
        counter!(TAKEN_OVER).increment(0);
        Self {
            unchanged_polls: counter!("caja_polls_total", "status" => "304"),
            changed_polls: counter!("caja_polls_total", "status" => "200"),
            answers: counter!("caja_answers_total"),
            answer_ack: histogram!("caja_answer_ack_seconds"),
            lateness: histogram!("caja_thread_lateness_seconds"),
            forwarded: counter!("caja_forwarded_total", "outcome" => "answered"),
            forwarded_in_vain: counter!("caja_forwarded_total", "outcome" => "failed"),
            copies: counter!("caja_copies_total"),
            leases_lost: counter!("caja_leases_lost_total"),
        }
    }

    /// Counts a request.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
        requests::count(method, route, status, elapsed);
    }

    /// Counts an answer that is acknowledged, so long after it arrived at the first node.
    pub fn answered(&self, after_ms: u64) {
        self.answers.increment(1);
        self.answer_ack.record(after_ms as f64 / 1_000.0);
    }

    /// Counts a poll.
    pub fn poll(&self, status: StatusCode) {
        match status {
            StatusCode::NOT_MODIFIED => self.unchanged_polls.increment(1),
            StatusCode::OK => self.changed_polls.increment(1),
            // Few, so it may be looked for.
            other => {
                counter!("caja_polls_total", "status" => other.as_str().to_owned()).increment(1);
            }
        }
    }

    /// Counts what was measured since the last time. To be called every second: until then each
    /// request's time is kept in memory, and nobody may be reading the metrics.
    pub fn settle(&self) {
        recorder().run_upkeep();
    }

    /// All metrics of the process, as Prometheus reads them.
    #[must_use]
    pub fn render(&self, app: &App) -> String {
        look_at(app);
        self.settle();
        let mut text = recorder().render();
        text.push_str(&process::render());
        text
    }
}

/// Brings up to date what is looked at only now.
fn look_at(app: &App) {
    let flag = |is_so: bool| f64::from(u8::from(is_so));
    let population = app.registry.population();
    gauge!("caja_sessions_in_memory").set(app.registry.len() as f64);
    gauge!("caja_sessions_owned").set(population.sessions as f64);
    gauge!("caja_participants").set(population.participants as f64);
    gauge!("caja_participants_online").set(population.online as f64);
    gauge!("caja_polls_held").set(app.held.count() as f64);
    gauge!("caja_poll_interval_seconds").set(f64::from(app.pacing.participants_ms()) / 1_000.0);
    gauge!("caja_draining").set(flag(app.draining.has_begun()));
    gauge!("caja_store_reachable").set(flag(app.store.health().reachable));
    look_at_file(&*app.store);
    let counts = app.registry.counts();
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    gauge!("caja_session_queue_peak").set(counts.queue.get() as f64);
    counter!("caja_frames_published_total").absolute(count(&counts.frames));
    counter!("caja_sessions_activated_total").absolute(count(&counts.activated));
    counter!("caja_sessions_fenced_total").absolute(count(&counts.fenced));
    counter!("caja_sessions_handed_over_total").absolute(count(&counts.handed_over));
    counter!("caja_sessions_unreadable_total").absolute(count(&counts.unreadable));
    counter!("caja_sessions_panicked_total").absolute(count(&counts.panicked));
    if let Some(node) = &app.node {
        gauge!("caja_sessions_followed").set(node.follows() as f64);
        gauge!("caja_lease_seconds").set(node.lease().as_secs_f64());
        gauge!("caja_lease_left_seconds").set(node.lease_left().as_secs_f64());
    }
}

/// A database elsewhere is watched there.
fn look_at_file(store: &dyn Store) {
    let Some(file) = store.file() else { return };
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let size = |path: &std::path::Path| path.metadata().map_or(0, |it| it.len());
    gauge!("caja_store_size_bytes").set((size(file) + size(log.as_ref())) as f64);
    if let Ok(disk) = rustix::fs::statvfs(file) {
        gauge!("caja_store_free_bytes").set((disk.f_bavail * disk.f_frsize) as f64);
    }
}
