//! What nodes say to each other beside the requests themselves: who they are, and whose a request is.
//!
//! Other nodes come in by a listener of their own. Nothing of this is believed elsewhere.

use std::{future::poll_fn, net::IpAddr, pin::pin, task::Poll, time::Duration};

use actix_http::{HttpMessage, Request};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use subtle::ConstantTimeEq;
use tokio::time::sleep;

use super::tenure::LocalMs;
use crate::{clock::boot_ms, http::problem::Problem};

/// Shows that the sender is a node.
pub const SECRET: HeaderName = HeaderName::from_static("x-caja-cluster");
/// Whose request it is.
pub const SENDER: HeaderName = HeaderName::from_static("x-caja-sender");
/// How long ago it arrived at the first node. A duration, because nodes' clocks differ.
pub const WAITED_MS: HeaderName = HeaderName::from_static("x-caja-waited-ms");
/// When the first node gives up, by the clock of the one that is asked.
pub const UNTIL: HeaderName = HeaderName::from_static("x-caja-until");

/// Whom to ask instead.
pub const OWNER: HeaderName = HeaderName::from_static("x-caja-owner");

/// A request that another node was asked first.
#[derive(Debug, Clone, Copy)]
pub struct Forwarded {
    pub sender: IpAddr,
    pub waited_ms: u64,
    until: LocalMs,
}

impl Forwarded {
    /// Does what was asked for as long as the other node waits. Once it may have given up nothing
    /// more is begun: whoever sent it may have sent it again, and something else after that.
    pub async fn in_time<T>(self, work: impl Future<Output = T>) -> Result<T, Problem> {
        let left = Duration::from_millis(self.until.saturating_sub(boot_ms()));
        let (mut work, mut alarm) = (pin!(work), pin!(sleep(left)));
        poll_fn(|context| {
            if boot_ms() >= self.until || alarm.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Problem::busy()));
            }
            work.as_mut().poll(context).map(Ok)
        })
        .await
    }
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
    let ms = |name| text(name).and_then(|ms| ms.parse().ok());
    if let (Some(sender), Some(waited_ms), Some(until)) = (sender, ms(WAITED_MS), ms(UNTIL)) {
        request.extensions_mut().insert(Forwarded { sender, waited_ms, until });
    }
}
