//! What operators see: logs, metrics and traces.

mod logs;
mod metrics;
mod process;
mod requests;

#[cfg_attr(not(feature = "otel"), path = "no_traces.rs")]
pub mod traces;

pub use self::{
    logs::{LogFormat, start_logging},
    metrics::{JournalMetrics, Metrics, store_failed, took_over, writer_failed},
};
