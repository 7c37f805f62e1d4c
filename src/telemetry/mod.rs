//! What operators see: logs and metrics.

mod logs;
mod metrics;
mod process;
mod requests;

pub use self::{
    logs::{LogFormat, start_logging},
    metrics::{JournalMetrics, Metrics, store_failed, writer_failed},
};
