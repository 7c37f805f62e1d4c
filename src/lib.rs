//! Caja: the HTTP server around the session engine.

pub mod store;
