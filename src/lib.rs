//! Caja: the HTTP server around the session engine.
//!
//! Read in this order: [`startup`] (how a server comes up and goes), [`http`] (the API; its route
//! table is in `http/mod.rs`), [`app`] (what every request may reach), [`store`] (durability).

pub mod startup;

pub mod connection;

pub mod open_files;

pub mod http;

pub mod ui;

pub mod app;

pub mod store;

pub mod archivist;

pub mod cluster;

pub mod clock;

pub mod pacing;

pub mod telemetry;

pub mod config;
pub mod export;

pub mod demo;

#[doc(hidden)]
pub mod fuzzing;
