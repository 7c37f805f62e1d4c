//! Keeps what a benchmark measured for the tables and charts of docs/performance.md: lines of JSON
//! in target/performance, the last of the same name counting.

#![allow(unreachable_pub, reason = "as in the other parts of benchmarks")]

use std::{fs, io::Write, path::Path};

use serde_json::Value;

/// Adds what was measured to that of a benchmark. `row` has a name.
pub fn record(benchmark: &str, row: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/performance");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join(format!("{benchmark}.jsonl"));
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    writeln!(file.expect("the file can be written"), "{row}").expect("it is written");
}
