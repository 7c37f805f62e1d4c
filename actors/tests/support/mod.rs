//! What the tests of the engine share: scripts of commands, a journal in memory, a clock by hand.

// Each test binary uses its own part of this.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

pub(crate) mod acts;
pub(crate) mod clock;
pub(crate) mod configs;
pub(crate) mod resolve;
pub(crate) mod stage;
