//! What operators see: logs and metrics.

use std::{
    cell::RefCell,
    collections::HashMap,
    io::IsTerminal,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::http::{Method, StatusCode};
use clap::ValueEnum;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, prelude::*};

use crate::app::App;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object in each line, for machines.
    Json,
}

/// What libraries say is said by ourselves: that we listen, and once, not at every attempt, that
/// the store is away. Who wants it nevertheless names the target.
const SAID_ANYWAY: &str = "actix_server=warn,sqlx_core::pool=off,sqlx::postgres::notice=warn";

/// Starts logging to standard error. `filter` is in tracing-subscriber's syntax.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), String> {
    let filter = read_filter(filter)?;
    let is_terminal = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(is_terminal);
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Pretty => registry.with(lines.with_target(false)).init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
    }
    Ok(())
}

fn read_filter(filter: &str) -> Result<EnvFilter, String> {
    const ALLOWED: &str = "use a level such as info, or caja=debug,warn";
    let is_level = |word: &str| word.parse::<LevelFilter>().is_ok();
    // A lone word that is no level names a target, and all else is silent: it is a typing error.
    let typo = filter
        .split(',')
        .map(str::trim)
        .find(|word| !word.is_empty() && !word.contains(['=', '[', ':']) && !is_level(word));
    match typo {
        Some(word) => Err(format!("{word:?} is no level; {ALLOWED}")),
        None => EnvFilter::try_new(format!("{SAID_ANYWAY},{filter}"))
            .map_err(|error| format!("{error}; {ALLOWED}")),
    }
}

/// Bounds of the histogram of request durations, in seconds.
const DURATIONS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

thread_local! {
    /// The recorder finds a metric by its labels, which would have to be made for each request.
    static OF_ROUTES: RefCell<HashMap<String, OfRoute>> = RefCell::default();
}

/// A route's metrics, kept by each worker for itself.
struct OfRoute {
    seconds: Histogram,
    requests: Vec<(&'static str, StatusCode, Counter)>,
}

impl OfRoute {
    fn new(route: &str) -> Self {
        let seconds = histogram!("caja_request_seconds", "route" => route.to_owned());
        Self { seconds, requests: vec![] }
    }

    fn counter(&mut self, route: &str, method: &Method, status: StatusCode) -> &Counter {
        let method = word(method);
        let at = self.requests.iter().position(|it| it.0 == method && it.1 == status);
        let at = at.unwrap_or_else(|| {
            let labels = [
                ("method", method.to_owned()),
                ("route", route.to_owned()),
                ("status", status.as_str().to_owned()),
            ];
            let counter = counter!("caja_requests_total", &labels);
            self.requests.push((method, status, counter));
            self.requests.len() - 1
        });
        &self.requests[at].2
    }
}

/// A method as it is counted: clients may invent any number of others.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The server's own counters.
pub struct Metrics {
    /// Polls answered.
    pub polls: Counter,
    /// Answers accepted.
    pub answers: Counter,
    /// Requests that another node answered.
    pub forwarded: Counter,
    /// Requests that the node whose they are was asked for in vain.
    pub forwarded_in_vain: Counter,
    /// States of sessions that came from their owners.
    pub copies: Counter,
    /// Leases that ended before they were renewed.
    pub leases_lost: Counter,
    prometheus: PrometheusHandle,
}

impl Metrics {
    /// Installs the process's recorder, once, and the counters of the hot path.
    #[must_use]
    pub fn install() -> Self {
        static PROMETHEUS: OnceLock<PrometheusHandle> = OnceLock::new();
        let prometheus = PROMETHEUS.get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets(&DURATIONS)
                .expect("the list of bounds is not empty")
                .install_recorder()
                .expect("nothing else in this process installs a recorder")
        });
        Self {
            polls: counter!("caja_polls_total"),
            answers: counter!("caja_answers_total"),
            forwarded: counter!("caja_forwarded_total", "outcome" => "answered"),
            forwarded_in_vain: counter!("caja_forwarded_total", "outcome" => "failed"),
            copies: counter!("caja_copies_total"),
            leases_lost: counter!("caja_leases_lost_total"),
            prometheus: prometheus.clone(),
        }
    }

    /// Counts a request. There are as many routes, methods and statuses as the API has.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
        OF_ROUTES.with_borrow_mut(|routes| {
            if !routes.contains_key(route) {
                routes.insert(route.to_owned(), OfRoute::new(route));
            }
            let of_route = routes.get_mut(route).expect("it was just put there");
            of_route.seconds.record(elapsed);
            of_route.counter(route, method, status).increment(1);
        });
    }

    /// Brings the gauges up to date: they are read when they are asked for.
    pub fn gauges(&self, app: &App) {
        let store = app.store.health();
        gauge!("caja_sessions_in_memory").set(app.registry.len() as f64);
        gauge!("caja_held_polls").set(app.held.count() as f64);
        gauge!("caja_store_reachable").set(f64::from(u8::from(store.reachable)));
        gauge!("caja_poll_after_ms").set(app.pacing.participants_ms());
        let counts = app.registry.counts();
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        counter!("caja_sessions_activated_total").absolute(count(&counts.activated));
        counter!("caja_sessions_fenced_total").absolute(count(&counts.fenced));
        counter!("caja_sessions_handed_over_total").absolute(count(&counts.handed_over));
        if let Some(node) = &app.node {
            gauge!("caja_sessions_owned").set(app.registry.owned().len() as f64);
            gauge!("caja_sessions_followed").set(node.follows() as f64);
            gauge!("caja_lease_left_seconds").set(node.lease_left().as_secs_f64());
        }
    }

    /// Counts what was measured since the last time. To be called every second: until then each
    /// request's time is kept in memory, and nobody may be reading the metrics.
    pub fn settle(&self) {
        self.prometheus.run_upkeep();
    }

    #[must_use]
    pub fn render(&self) -> String {
        self.settle();
        self.prometheus.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_refused_instead_of_silencing_the_log() {
        for right in ["info", "caja=debug,warn", "warn,sqlx::query=trace", "WARN", "off", ""] {
            assert!(read_filter(right).is_ok(), "{right}");
        }
        for wrong in ["inof", "caja", "caja=loud", "=["] {
            let why = read_filter(wrong).map(|_| ()).unwrap_err();
            assert!(why.ends_with("use a level such as info, or caja=debug,warn"), "{why}");
        }
    }
}
