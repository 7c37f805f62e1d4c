//! Everything that the fuzzer found worth keeping, through the same properties, without a fuzzer.

#![allow(clippy::unwrap_used)]

#[path = "fuzz/properties.rs"]
mod properties;
#[path = "fuzz/script.rs"]
mod script;

use std::{collections::BTreeSet, fs, path::Path};

use caja::{fuzzing::BODIES, http::openapi::Document};
use serde_json::Value;

/// A corpus is for coverage, not for bulk: the repository keeps it for ever.
const CORPUS_MAX_BYTES: u64 = 1_000_000;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

#[test]
fn the_corpus_holds_no_surprise() {
    let mut bytes = 0;
    for (name, property) in properties::TARGETS {
        let files = fs::read_dir(folder().join("corpus").join(name)).expect(name);
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            let data = fs::read(&file).unwrap();
            bytes += data.len() as u64;
            // Says which, should it panic.
            println!("{}", file.display());
            property(&data);
        }
    }
    assert!(bytes < CORPUS_MAX_BYTES, "the corpus has {bytes} bytes: minimise it");
}

#[test]
fn every_target_is_built() {
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    for (name, _) in properties::TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(folder().join(format!("targets/{name}.rs")).exists(), "{name}");
    }
}

#[test]
fn the_body_of_every_operation_is_fuzzed() {
    let document: Value = serde_json::from_str(&Document::of(&caja::http::document()).0).unwrap();
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|item| item.as_object().unwrap().values());
    let with_body: BTreeSet<_> = operations
        .filter(|operation| operation.get("requestBody").is_some())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let fuzzed: BTreeSet<_> = BODIES.iter().map(|(id, _)| *id).collect();
    assert_eq!(fuzzed, with_body);
}
