//! Migrations and the web pages are compiled in, and Cargo can't see that they changed.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    // A debug build reads the pages when it starts.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // Cargo takes what is not there for changed, every time.
        let pages = Path::new("frontend/dist");
        if fs::create_dir_all(pages).is_ok() {
            println!("cargo::rerun-if-changed={}", pages.display());
        }
    }
}
