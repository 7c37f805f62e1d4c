//! What nodes say to each other beside the requests themselves: who they are, and whose a request is.
//!
//! Other nodes come in by a listener of their own. Nothing of this is believed elsewhere.

use std::net::IpAddr;

use actix_http::{HttpMessage, Request};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use subtle::ConstantTimeEq;

/// Shows that the sender is a node.
pub const SECRET: HeaderName = HeaderName::from_static("x-caja-cluster");
/// Whose request it is.
pub const SENDER: HeaderName = HeaderName::from_static("x-caja-sender");
/// How long ago it arrived at the first node. A duration, because nodes' clocks differ.
pub const WAITED_MS: HeaderName = HeaderName::from_static("x-caja-waited-ms");

/// Whom to ask instead.
pub const OWNER: HeaderName = HeaderName::from_static("x-caja-owner");

/// A request that another node was asked first.
#[derive(Debug, Clone, Copy)]
pub struct Forwarded {
    pub sender: IpAddr,
    pub waited_ms: u64,
}

/// What all nodes of a cluster know and nobody else does.
pub struct Secret(HeaderValue);

impl Secret {
    /// # Panics
    /// When it is not visible ASCII, which the settings see to.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let mut value = HeaderValue::from_str(secret).expect("visible ASCII");
        value.set_sensitive(true);
        Self(value)
    }

    #[must_use]
    pub fn shown(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Whether a request comes from a node.
    #[must_use]
    pub fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(SECRET).map_or(&[][..], HeaderValue::as_bytes);
        shown.ct_eq(self.0.as_bytes()).into()
    }
}

/// Reads what a node says of a request, and has it beside the request from here on.
pub fn note(request: &mut Request) {
    let text = |name| request.head().headers().get(name)?.to_str().ok();
    let sender = text(SENDER).and_then(|sender| sender.parse().ok());
    let waited_ms = text(WAITED_MS).and_then(|waited| waited.parse().ok());
    if let (Some(sender), Some(waited_ms)) = (sender, waited_ms) {
        request.extensions_mut().insert(Forwarded { sender, waited_ms });
    }
}
