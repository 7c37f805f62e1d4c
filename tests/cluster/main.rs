//! Several servers on one store.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod model;
