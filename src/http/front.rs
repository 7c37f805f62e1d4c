//! Most polls are answered here, before routing, which costs more than their answer.
//!
//! What is not answered at once, errors included, goes on to the routes: they know all there is to
//! know about polls, and this knows only the common case.

use actix_http::Request;
use actix_web::{HttpResponse, http::Method};
use caja_actors::session::SessionId;
use uuid::Uuid;

use super::state;
use crate::app::App;

/// The answer to a poll that waits for nothing.
#[must_use]
pub fn answer(app: &App, request: &Request) -> Option<HttpResponse> {
    if request.method() != Method::GET {
        return None;
    }
    state::at_once(app, polled(request.path())?, request)
}

/// The session whose state is at this path, as clients write it.
fn polled(path: &str) -> Option<SessionId> {
    let id = path.strip_prefix("/api/v1/sessions/")?.strip_suffix("/state")?;
    Uuid::try_parse(id).ok().map(SessionId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_path_of_polls_is_taken() {
        let id = "0199e5a4-7d2f-7c63-8e54-6b301d9f5c28";
        let path = format!("/api/v1/sessions/{id}/state");
        assert_eq!(polled(&path), Some(SessionId(id.parse().unwrap())));
        for other in [
            format!("/api/v1/sessions/{id}/me"),
            format!("/api/v1/sessions/{id}/state/"),
            format!("/api/v1/sessions/{id}/activities/state"),
            format!("/caja{path}"),
            "/api/v1/sessions/state".into(),
            "/api/v1/sessions//state".into(),
        ] {
            assert_eq!(polled(&other), None, "{other}");
        }
    }
}
