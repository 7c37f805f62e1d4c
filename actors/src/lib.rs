//! The session engine and the actors that run it.
//!
//! Read in this order: [`session`] (the rules, pure), [`journal`] (what the engine needs from
//! storage).

pub mod session;

pub mod activity;

pub mod journal;
