//! Faults: the real program as a process of its own, killed, signalled, and started wrongly.

// Clippy knows tests by their attribute; here helpers do their work.
#![allow(clippy::unwrap_used)]

#[path = "../../benches/support/load.rs"]
mod load;
#[path = "../../benches/support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod api;
mod bytes;
mod clock;
mod crowd;
mod damage;
mod disk;
mod fleet;
mod host;
mod idle;
mod kill;
mod ledger;
mod member;
mod memory;
mod nodes;
mod outage;
mod overload;
mod panics;
mod pollers;
mod process;
mod restore;
mod second;
mod signals;
mod stage;
mod start;
mod trial;
mod verify;
