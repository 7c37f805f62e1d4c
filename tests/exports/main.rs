//! Exports, exactly: of one fixed event, byte for byte.
//!
//! `CAJA_WRITE_GOLDEN=1 cargo test --test exports` writes the golden files again.
//! The workbook is not compared by its bytes: `scripts/check-exports` opens it.

#[path = "../../actors/tests/support/mod.rs"]
mod support;

use std::{fs, path::PathBuf};

use caja::export::{Format, write};
use support::pageant::pageant;

fn golden(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "exports", "golden", file].iter().collect()
}

#[test]
fn a_fixed_event_is_exported_as_ever() {
    let session = pageant().session;
    for (format, file) in [(Format::Csv, "pageant.csv"), (Format::Json, "pageant.json")] {
        let written = write(&session, format).expect("it can be written");
        if std::env::var_os("CAJA_WRITE_GOLDEN").is_some() {
            fs::write(golden(file), &written).expect("the folder is there");
        }
        let expected = fs::read(golden(file)).expect("golden files are committed");
        let (written, expected) = (String::from_utf8(written), String::from_utf8(expected));
        assert!(written == expected, "{file} differs:\n{}", written.unwrap_or_default());
    }
}

/// Exports of the event for a spreadsheet reader.
#[test]
fn a_fixed_event_becomes_a_workbook() {
    let session = pageant().session;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("exports");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    for (format, file) in [
        (Format::Csv, "pageant.csv"),
        (Format::Json, "pageant.json"),
        (Format::Xlsx, "pageant.xlsx"),
    ] {
        let written = write(&session, format).expect("it can be written");
        assert!(!written.is_empty());
        fs::write(folder.join(file), written).expect("the folder can be written");
    }
}
