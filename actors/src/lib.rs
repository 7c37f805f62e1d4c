//! The session engine and the actors that run it.
//!
//! Read in this order: [`session`] (the rules, pure) and [`activity`] (the rules of each type),
//! [`journal`] (what the engine needs from storage), [`actor`] (the rules made concurrent and
//! durable), [`publish`] and [`seats`] (what pollers read), [`handle`] and [`registry`] (all that
//! the HTTP layer may touch).

pub mod session;

pub mod activity;

pub mod journal;

pub mod clock;

pub mod codec;

pub mod rate;

pub mod publish;

pub mod copies;

mod gzip;

pub mod my_answers;

pub mod seats;

mod actor;

mod faults;

mod lookout;

mod showing;

pub mod counts;

pub mod handle;

mod snapshot;

mod entry;

pub mod registry;

#[doc(hidden)]
pub mod fuzzing;
