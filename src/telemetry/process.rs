//! The process itself, under the names that Prometheus' client libraries use.
//!
//! By hand: a few lines of `/proc`. Elsewhere than on Linux less is known, and less is said.

use std::{
    fmt::{Display, Write},
    fs,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use rlimit::Resource;
use rustix::time::{ClockId, clock_gettime};

/// The process is a little older than its metrics.
static STARTED: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// Notes when the process began.
pub(super) fn begin() {
    LazyLock::force(&STARTED);
}

/// What is known of the process. Reads files, and with many connections a long list of them.
pub(super) fn render() -> String {
    let mut text = String::new();
    let mut say = |name, kind, help, value: Option<&dyn Display>| {
        if let Some(value) = value {
            let lines =
                format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
            text.write_fmt(lines).expect("a string takes everything");
        }
    };
    macro_rules! say {
        ($name:literal, $kind:literal, $help:literal, $value:expr) => {
            say($name, $kind, $help, $value.as_ref().map(|it| it as &dyn Display));
        };
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let threads = field(&status, "Threads:");
    let resident = field(&status, "VmRSS:").map(|kib| kib * 1024);
    let since = STARTED.duration_since(UNIX_EPOCH).ok().map(|it| it.as_secs_f64());
    let most_files = Resource::NOFILE.get_soft().ok();
    say!("process_start_time_seconds", "gauge", "When the process began, since 1970", since);
    say!("process_cpu_seconds_total", "counter", "Time that processors spent", Some(cpu_seconds()));
    say!("process_resident_memory_bytes", "gauge", "Resident memory", resident);
    say!("process_threads", "gauge", "Threads", threads);
    say!("process_open_fds", "gauge", "Open files and connections", open_files());
    say!("process_max_fds", "gauge", "Files that may be open", most_files);
    say!("caja_memory_limit_bytes", "gauge", "Memory the process may have", memory_limit());
    text
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn open_files() -> Option<usize> {
    // Looking opens one more.
    Some(fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1))
}

/// The container's limit, or the machine's memory where there is none.
fn memory_limit() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok();
    let machine = machine.and_then(|text| Some(field(&text, "MemTotal:")? * 1024));
    let container = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .into_iter()
        .find_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    machine.into_iter().chain(container).min()
}

/// The number behind a name at a line's beginning.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_the_line_that_begins_with_its_name() {
        let text = "Name:\tcaja\nVmRSS:\t   51200 kB\nThreads:\t9\n";
        assert_eq!(field(text, "VmRSS:"), Some(51_200));
        assert_eq!(field(text, "Threads:"), Some(9));
        assert_eq!(field(text, "Name:"), None);
        assert_eq!(field(text, "VmSwap:"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_has_memory_files_and_a_limit() {
        begin();
        let text = render();
        for name in [
            "process_start_time_seconds",
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_threads",
            "process_open_fds",
            "process_max_fds",
            "caja_memory_limit_bytes",
        ] {
            let value = field(&text.replace('.', " "), &format!("{name} "));
            assert!(value.is_some_and(|it| it > 0) || name.contains("cpu"), "{name}: {text}");
        }
    }
}
