//! What the server logs, and how it looks.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, prelude::*};

use super::metrics::LogLines;

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
    let registry = tracing_subscriber::registry().with(filter).with(LogLines::new());
    match format {
        LogFormat::Pretty => registry.with(lines.with_target(false)).init(),
        LogFormat::Json => {
            registry.with(lines.json().flatten_event(true).with_span_list(false)).init()
        }
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
