//! What the server logs, and how it looks.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, prelude::*, registry::LookupSpan,
};

use super::{metrics::LogLines, traces::Traces};

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

/// Starts logging to standard error, and sending traces if it is said where to; until what this
/// gives is dropped. `filter` is in tracing-subscriber's syntax.
///
/// # Errors
/// In one line that names the setting that is wrong.
pub fn start_logging(
    filter: &str,
    format: LogFormat,
    otlp_url: Option<&str>,
) -> Result<Option<Traces>, String> {
    let wrong = |why| format!("CAJA_LOG (--log) is {filter:?}: {why}");
    let read = read_filter(filter).map_err(wrong)?;
    match otlp_url {
        Some(url) => start_with_traces(read, format, url)
            .map(Some)
            .map_err(|why| format!("CAJA_OTLP_URL (--otlp-url) is {url:?}: {why}")),
        None => {
            tracing_subscriber::registry()
                .with(read)
                .with(LogLines::new())
                .with(lines(format))
                .init();
            Ok(None)
        }
    }
}

/// What is logged, and no more than that, is up to the filter: spans are sent in any case.
#[cfg(feature = "otel")]
fn start_with_traces(filter: EnvFilter, format: LogFormat, url: &str) -> Result<Traces, String> {
    let traces = Traces::begin(url)?;
    tracing_subscriber::registry()
        .with(traces.layer())
        .with(LogLines::new().and_then(lines(format)).with_filter(filter))
        .init();
    Ok(traces)
}

#[cfg(not(feature = "otel"))]
fn start_with_traces(_: EnvFilter, _: LogFormat, _: &str) -> Result<Traces, String> {
    Err("this server is built without traces; cargo build --release --features otel".into())
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let is_terminal = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(is_terminal);
    match format {
        LogFormat::Pretty => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    }
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
