//! The HTTP API as its clients meet it: the real server, in process, on a port of its own.
//!
//! `app` starts it, `client` has a method for each endpoint, `room` is a session with people in
//! it. Every other module is one subject of the contract.

// Clippy knows tests by their attribute; here the claims are functions that the tests call.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod app;
mod client;
mod conformance;
mod crowd;
mod room;
mod secrets;
mod workbook;

mod activities;
mod archive;
mod authorisation;
mod bad_input;
mod exports;
mod held;
mod joining;
mod moderation;
mod nodes;
mod openapi;
mod operations;
mod people;
mod poker;
mod polls;
mod problems;
mod quiz;
mod quiz_clock;
mod raw;
mod results;
mod sessions;
mod signing_in;
mod state;
mod surface;
mod text;
mod throttles;
mod watched;
mod wordcloud;

use std::time::Duration;

/// Far more than any test takes: what hangs must fail.
const TIME_OUT: Duration = Duration::from_secs(240);

/// Runs each claim on a server with SQLite, and on one with PostgreSQL.
macro_rules! on_both {
    ($($claim:ident),* $(,)?) => {
        $crate::on_store!(sqlite, on_sqlite: $($claim),*);
        $crate::on_store!(postgres, on_postgres: $($claim),*);
    };
}
pub(crate) use on_both;

/// Runs each claim on a server with SQLite: for what no store has a part in.
macro_rules! on_one {
    ($($claim:ident),* $(,)?) => {
        $crate::on_store!(one, on_sqlite: $($claim),*);
    };
}
pub(crate) use on_one;

macro_rules! on_store {
    ($name:ident, $start:ident: $($claim:ident),*) => {
        mod $name {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let test = async { super::$claim($crate::app::TestApp::$start().await).await };
                tokio::time::timeout($crate::TIME_OUT, test).await.expect("the test ends");
            })*
        }
    };
}
pub(crate) use on_store;
