//! Most polls and answers are dealt with here, before routing, which costs more than they do.
//!
//! What is not plain, errors included, goes on to the routes: they know all there is to know, and
//! this knows only the common case.

use actix_http::Request;
use actix_web::{HttpMessage, HttpResponse, http::Method, web::Data};
use caja_actors::session::{ActivityId, SessionId};
use uuid::Uuid;

use super::{
    answers,
    auth::{Participant, bearer},
    body, request_id, state,
};
use crate::{app::App, cluster::inside::Forwarded};

const ANSWERS: &str = "/api/v1/sessions/{id}/activities/{aid}/response";

/// The answer to a poll that waits for nothing.
#[must_use]
pub fn answer(app: &App, request: &Request) -> Option<HttpResponse> {
    if request.method() != Method::GET {
        return None;
    }
    state::at_once(app, polled(request.path())?, request)
}

/// Who answers which activity, if they are here and speak JSON.
#[must_use]
pub fn answers(app: &App, request: &Request) -> Option<(Participant, ActivityId)> {
    if request.method() != Method::PUT || !body::is_json(request.headers()) {
        return None;
    }
    let (session, activity) = answered(request.path())?;
    let claim = app.tokens.check(bearer(request.headers())?.as_bytes())?;
    let published = app.registry.published(session).filter(|_| app.registry.owns(session))?;
    let is_there = claim.session == session && published.seats.departure(claim.who.seat).is_none();
    let arrived_at = app.arrived_at(request);
    is_there.then_some((Participant { session, who: claim.who, published, arrived_at }, activity))
}

/// Has what they answered become durable.
pub async fn give(
    app: Data<App>,
    participant: Participant,
    activity: ActivityId,
    mut request: Request,
) -> HttpResponse {
    let payload = request.take_payload();
    let forwarded = request.extensions().get::<Forwarded>().copied();
    let work = async {
        let body = body::read(payload, app.timeouts.body).await?;
        participant.may_write()?;
        let given = answers::give(&app, participant, activity, &body);
        match forwarded {
            Some(forwarded) => forwarded.in_time(given).await?,
            None => given.await,
        }
    };
    request_id::of(&app, request.head(), ANSWERS, work).await
}

/// The session whose state is at this path, as clients write it.
fn polled(path: &str) -> Option<SessionId> {
    let id = path.strip_prefix("/api/v1/sessions/")?.strip_suffix("/state")?;
    Uuid::try_parse(id).ok().map(SessionId)
}

/// The activity whose answers are put to this path, and its session.
fn answered(path: &str) -> Option<(SessionId, ActivityId)> {
    let ids = path.strip_prefix("/api/v1/sessions/")?.strip_suffix("/response")?;
    let (session, activity) = ids.split_once("/activities/")?;
    Some((
        Uuid::try_parse(session).ok().map(SessionId)?,
        Uuid::try_parse(activity).ok().map(ActivityId)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199e5a4-7d2f-7c63-8e54-6b301d9f5c28";
    const OTHER: &str = "0199e5a4-7d2f-7c63-8e54-6b301d9f5c29";

    #[test]
    fn only_the_path_of_polls_is_taken() {
        let path = format!("/api/v1/sessions/{ID}/state");
        assert_eq!(polled(&path), Some(SessionId(ID.parse().unwrap())));
        for other in [
            format!("/api/v1/sessions/{ID}/me"),
            format!("/api/v1/sessions/{ID}/state/"),
            format!("/api/v1/sessions/{ID}/activities/state"),
            format!("/caja{path}"),
            "/api/v1/sessions/state".into(),
            "/api/v1/sessions//state".into(),
        ] {
            assert_eq!(polled(&other), None, "{other}");
        }
    }

    #[test]
    fn only_the_path_of_answers_is_taken() {
        let path = format!("/api/v1/sessions/{ID}/activities/{OTHER}/response");
        let ids = (SessionId(ID.parse().unwrap()), ActivityId(OTHER.parse().unwrap()));
        assert_eq!(answered(&path), Some(ids));
        for other in [
            format!("/api/v1/sessions/{ID}/activities/{OTHER}/control"),
            format!("/api/v1/sessions/{ID}/activities/{OTHER}/response/"),
            format!("/api/v1/sessions/{ID}/activities/{OTHER}/activities/{OTHER}/response"),
            format!("/api/v1/sessions/{ID}/activities/order/response"),
            format!("/api/v1/sessions/{ID}/activities/response"),
            format!("/api/v1/sessions/{ID}/response"),
            format!("/caja{path}"),
        ] {
            assert_eq!(answered(&other), None, "{other}");
        }
    }
}
