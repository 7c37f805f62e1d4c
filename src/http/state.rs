//! What everyone polls. The hot path: no store, no mailbox, no lock that a writer holds.

use std::{sync::Arc, time::Duration};

use actix_http::Request;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{self, AcceptEncoding, Encoding, Header, HeaderMap, HeaderName, HeaderValue},
    },
    web::{Bytes, Data},
};
use caja_actors::{
    activity::View,
    publish::{Frame, Frames, Published, Standing},
    session::{Seat, SessionId, Timestamp, Version},
};
use tokio::time::{Instant, timeout_at};

use super::{
    auth::{self, Principal, bearer, may_steer},
    held::{Bearer, Holder},
    problem::Problem,
    request_id,
    tokens::Claim,
    wire::{StateFrame, delta_example, frame_example},
};
use crate::{app::App, cluster::inside::Forwarded};

/// Seconds a poll may be held.
const MAX_WAIT_S: u64 = 25;

const TIME_MS: HeaderName = HeaderName::from_static("x-caja-time-ms");
const POLL_AFTER_MS: HeaderName = HeaderName::from_static("x-caja-poll-after-ms");
/// There where the session's owner can't be asked at the moment.
const STALE: HeaderName = HeaderName::from_static("x-caja-stale");
/// How long a poll waits for this node to know what its sender knows.
const CATCHING_UP: Duration = Duration::from_millis(500);
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("Authorization");
const VARY_LARGE: HeaderValue = HeaderValue::from_static("Authorization, Accept-Encoding");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
/// Longer bodies are compressed: they would take more than one packet.
const LARGE: usize = 1_400;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The latest published frame of a session.
///
/// A participant's token gives the participant frame, a runner's or an admin's the runner frame.
/// `If-None-Match` answers 304 while nothing changed; `since` answers only the sections that
/// changed; `wait` holds the request until something newer exists. Bodies of 1,400 bytes and more
/// are compressed for clients that accept gzip, and have a weak `ETag` then. `x-caja-stale:
/// owner-lost` is there while the server that owns the session can't be asked: what is shown may be
/// old.
#[utoipa::path(
    tag = "state",
    operation_id = "state_poll",
    params(
        ("id" = uuid::Uuid, Path, description = "Session"),
        ("since" = Option<u64>, Query, minimum = 0,
            description = "A version this client has: only what changed after it is sent"),
        ("wait" = Option<u64>, Query, minimum = 0, maximum = 25,
            description = "Seconds to hold the request while nothing is newer"),
        ("If-None-Match" = Option<String>, Header, example = "\"p-268435468\"",
            description = "The `ETag` of the frame this client has"),
    ),
    responses(
        (status = 200, description = "A whole frame, or a delta when `since` is there", body = StateFrame,
            headers(
                ("etag" = String, description = "Names view and version"),
                ("x-caja-time-ms" = u64, description = "The server's clock, epoch milliseconds"),
                ("x-caja-poll-after-ms" = u32, description = "Least time between the starts of a device's polls"),
                ("cache-control" = String, description = "`private, no-cache`"),
                ("vary" = String, description = "`Authorization`"),
            ),
            examples(
                ("Frame" = (summary = "A participant's frame", value = json!(frame_example()))),
                ("Delta" = (summary = "Only what changed after `since`", value = json!(delta_example()))),
                ("Unchanged" = (summary = "Nothing newer than `since`", value = json!({"version": 268_435_468, "since": 268_435_468}))),
            )),
        (status = 304, description = "Nothing changed",
            headers(
                ("etag" = String, description = "Names view and version"),
                ("x-caja-time-ms" = u64, description = "The server's clock, epoch milliseconds"),
                ("x-caja-poll-after-ms" = u32, description = "Least time between the starts of a device's polls"),
                ("cache-control" = String, description = "`private, no-cache`"),
                ("vary" = String, description = "`Authorization`"),
            )),
    ),
    security(("participant" = []), ("runner" = []), ("admin" = [])),
)]
#[get("/api/v1/sessions/{id}/state")]
pub async fn poll(request: HttpRequest) -> HttpResponse {
    show(request).await
}

/// Answers a poll, wherever it came in.
pub async fn show(request: HttpRequest) -> HttpResponse {
    let app = request.app_data::<Data<App>>().expect("set in every server");
    match answer(app, &request).await {
        Ok(response) => response,
        Err(problem) => {
            let response = request_id::on_problem(&request, problem);
            app.metrics.poll(response.status());
            response
        }
    }
}

async fn answer(app: &Data<App>, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(request.headers(), request.query_string())?;
    let poller = poller(app, request).await?;
    let began = app.now();
    let last_began = poller.note(began);
    if asked.wait > Duration::ZERO {
        hold(app, &asked, &poller, began, last_began).await;
        poller.check_still_there(app, request).await?;
    }
    if poller.is_behind(&asked)
        && let Some(answer) = catch_up(app, request, &asked, &poller).await
    {
        return Ok(answer);
    }
    Ok(poller.answer(app, request, &asked))
}

/// The owner's answer to somebody who has seen more than this node knows of: nobody goes back in
/// time. `None`: this node knows as much by now, or its owner can't say more either.
async fn catch_up(
    app: &App,
    request: &HttpRequest,
    asked: &Asked,
    poller: &Poller,
) -> Option<HttpResponse> {
    let node = app.node.as_ref().filter(|_| !app.registry.owns(poller.holder.session))?;
    let mut wakes = poller.published.wakes(poller.view);
    let until = Instant::now() + CATCHING_UP;
    while poller.is_behind(asked) && timeout_at(until, wakes.changed()).await.is_ok() {}
    if !poller.is_behind(asked) {
        return None;
    }
    // Nothing is forwarded twice.
    let is_forwarded = request.extensions().get::<Forwarded>().is_some();
    let answer = match is_forwarded {
        true => None,
        false => node.poll_at_owner(app, poller.holder.session, request).await,
    };
    // Counted by the owner, if it has answered.
    answer.or_else(|| asked.nothing_newer(app, poller))
}

/// The answer to a participant's poll that waits for nothing: not for news, nor for the store.
/// `None`: there is more to it, and [`poll`] has to answer.
pub fn at_once(app: &App, session: SessionId, request: &Request) -> Option<HttpResponse> {
    let query = request.uri().query().unwrap_or_default();
    let asked =
        Asked::read(request.headers(), query).ok().filter(|asked| asked.wait == Duration::ZERO)?;
    let claim = app.tokens.check(bearer(request.headers())?.as_bytes())?;
    let published = app.registry.published(session).filter(|_| claim.session == session)?;
    let poller = Poller::participant(claim, published).ok()?;
    if poller.is_behind(&asked) {
        return None;
    }
    poller.note(app.now());
    Some(poller.answer(app, request, &asked))
}

/// Who polls what.
struct Poller {
    published: Arc<Published>,
    view: View,
    holder: Holder,
}

async fn poller(app: &Data<App>, request: &HttpRequest) -> Result<Poller, Problem> {
    let session = auth::path_session(request)?;
    let token = bearer(request.headers());
    if let Some(claim) = token.and_then(|token| app.tokens.check(token.as_bytes())) {
        if claim.session != session {
            return Err(Problem::forbidden());
        }
        return Poller::participant(claim, auth::published(app, session).await?);
    }
    let principal = auth::principal(app, request).await?;
    let published = may_steer(app, principal, session).await?;
    let bearer = match principal {
        Principal::Admin(admin) => Bearer::Token(admin.0),
        Principal::Runner { token_id, .. } => Bearer::Token(token_id),
        Principal::Participant(_) => return Err(Problem::forbidden()),
    };
    Ok(Poller { published, view: View::Runner, holder: Holder { session, bearer } })
}

impl Poller {
    /// Whoever the token names, if they are still there.
    fn participant(claim: Claim, published: Arc<Published>) -> Result<Self, Problem> {
        if let Some(how) = published.seats.departure(claim.who.seat) {
            return Err(Problem::gone(how));
        }
        let bearer = Bearer::Seat(claim.who.seat.0);
        let holder = Holder { session: claim.session, bearer };
        Ok(Self { published, view: View::Participant, holder })
    }

    fn answer(&self, app: &App, request: &impl HttpMessage, asked: &Asked) -> HttpResponse {
        let mut response = asked.respond(app, request, self.view, &self.published.frames());
        app.metrics.poll(response.status());
        if self.may_be_old(app) {
            response.headers_mut().insert(STALE, HeaderValue::from_static("owner-lost"));
        }
        response
    }

    /// Whether its owner can't be asked, or this node is it no more and has not noticed yet.
    fn may_be_old(&self, app: &App) -> bool {
        match self.published.standing() {
            Standing::Owned(term) => app.node.as_ref().is_some_and(|node| !node.holds(term)),
            Standing::Followed => false,
            Standing::Lost => true,
        }
    }

    /// Whether the poller has seen more than what is published here: from another node.
    fn is_behind(&self, asked: &Asked) -> bool {
        let published = self.published.frames().view(self.view).version;
        asked.known(self.view).is_some_and(|known| published < known)
    }

    /// A participant may have been removed, or a token revoked, while the poll was held.
    async fn check_still_there(&self, app: &App, request: &HttpRequest) -> Result<(), Problem> {
        match self.holder.bearer {
            Bearer::Seat(seat) => match self.published.seats.departure(Seat(seat)) {
                Some(how) => Err(Problem::gone(how)),
                None => Ok(()),
            },
            Bearer::Token(_) => auth::principal(app, request).await.map(drop),
        }
    }

    /// Notes that the poller was seen; gives back when the poll before began.
    fn note(&self, at: Timestamp) -> Timestamp {
        self.published.used(at);
        match self.holder.bearer {
            Bearer::Seat(seat) => self.published.seats.polls(Seat(seat), at),
            Bearer::Token(_) => Timestamp(0),
        }
    }
}

async fn hold(app: &App, asked: &Asked, poller: &Poller, began: Timestamp, last_began: Timestamp) {
    let wakes = poller.published.wakes(poller.view);
    let (known, pace_ms) = {
        let frames = poller.published.frames();
        let frame = frames.view(poller.view);
        let is_news = asked.is_news(frame);
        let pace_ms = app.pacing.poll_after_ms(poller.view, frames.status);
        ((!is_news).then_some(frame.version), u64::from(pace_ms))
    };
    let early_ms = last_began.plus_ms(pace_ms).ms_since(began);
    let not_before = Instant::now() + Duration::from_millis(early_ms);
    app.held.hold(poller.holder, wakes, known, not_before, asked.wait).await;
}

/// What a poll asks for.
struct Asked {
    since: Option<Version>,
    if_none_match: Option<HeaderValue>,
    wait: Duration,
}

impl Asked {
    fn read(headers: &HeaderMap, query: &str) -> Result<Self, Problem> {
        let mut asked = Self {
            since: None,
            if_none_match: headers.get(header::IF_NONE_MATCH).cloned(),
            wait: Duration::ZERO,
        };
        let mut wait_s = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "since" => once("since", &mut asked.since, Version(number("since", &value)?))?,
                "wait" => once("wait", &mut wait_s, number("wait", &value)?)?,
                // As everywhere: proxies and campaigns add others.
                _ => {}
            }
        }
        if wait_s.is_some_and(|seconds| seconds > MAX_WAIT_S) {
            return Err(Problem::invalid_field("wait", "must be 0 to 25 seconds"));
        }
        asked.wait = Duration::from_secs(wait_s.unwrap_or_default());
        Ok(asked)
    }

    /// The version that the client has.
    fn known(&self, view: View) -> Option<Version> {
        let tag = self.if_none_match.as_ref().and_then(|tags| version_of(tags.as_bytes(), view));
        self.since.max(tag)
    }

    /// The answer to who has seen more than anybody can be asked about: nothing newer is known.
    fn nothing_newer(&self, app: &App, poller: &Poller) -> Option<HttpResponse> {
        let frames = poller.published.frames();
        let mut response = match (&self.if_none_match, self.since) {
            (Some(tags), _) => {
                let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
                response.headers_mut().insert(header::ETAG, tags.clone());
                response
            }
            (None, Some(Version(since))) => {
                let body = format!("{{\"version\":{since},\"since\":{since}}}");
                let mut response =
                    HttpResponse::with_body(StatusCode::OK, body).map_into_boxed_body();
                response.headers_mut().insert(header::CONTENT_TYPE, JSON);
                response
            }
            (None, None) => return None,
        };
        response.headers_mut().insert(header::VARY, VARY);
        response.headers_mut().insert(STALE, HeaderValue::from_static("owner-lost"));
        Self::finish(app, poller.view, &frames, &mut response);
        app.metrics.poll(response.status());
        Some(response)
    }

    /// Whether the client already has this very frame.
    fn has(&self, frame: &Frame) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| names(tags.as_bytes(), &frame.etag))
    }

    /// Whether the frame has something that the client may not have seen.
    fn is_news(&self, frame: &Frame) -> bool {
        match (&self.if_none_match, self.since) {
            (Some(_), _) => !self.has(frame),
            (None, Some(since)) => since != frame.version,
            (None, None) => true,
        }
    }

    fn respond(
        &self,
        app: &App,
        request: &impl HttpMessage,
        view: View,
        frames: &Frames,
    ) -> HttpResponse {
        let frame = frames.view(view);
        let mut response = if self.has(frame) {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            response.headers_mut().insert(header::ETAG, tag(&frame.etag));
            response.headers_mut().insert(header::VARY, VARY);
            response
        } else {
            self.show(request, frame)
        };
        Self::finish(app, view, frames, &mut response);
        response
    }

    fn finish(app: &App, view: View, frames: &Frames, response: &mut HttpResponse) {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        headers.insert(TIME_MS, app.now().0.into());
        headers.insert(POLL_AFTER_MS, app.pacing.poll_after_ms(view, frames.status).into());
    }
}

impl Asked {
    /// The frame or the delta, compressed if that is worth it.
    fn show(&self, request: &impl HttpMessage, frame: &Frame) -> HttpResponse {
        let plain = self.since.map_or_else(|| frame.body.clone(), |since| frame.since(since));
        let is_large = plain.len() >= LARGE;
        let is_gzipped = is_large && takes_gzip(request);
        let body = if is_gzipped { frame.gzipped(self.since) } else { plain };
        let mut response = HttpResponse::with_body(StatusCode::OK, body).map_into_boxed_body();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::VARY, if is_large { VARY_LARGE } else { VARY });
        if is_gzipped {
            headers.insert(header::CONTENT_ENCODING, GZIP);
            // A strong tag would promise the same bytes as without compression.
            headers.insert(header::ETAG, tag(&[b"W/", &*frame.etag].concat().into()));
        } else {
            headers.insert(header::ETAG, tag(&frame.etag));
        }
        response
    }
}

fn takes_gzip(request: &impl HttpMessage) -> bool {
    let accepted = AcceptEncoding::parse(request).ok();
    let offered = [Encoding::gzip(), Encoding::identity()];
    accepted.and_then(|it| it.negotiate(offered.iter())) == Some(Encoding::gzip())
}

fn once<T>(name: &str, field: &mut Option<T>, value: T) -> Result<(), Problem> {
    match field.replace(value) {
        Some(_) => Err(Problem::invalid_field(name, "is there twice")),
        None => Ok(()),
    }
}

fn number(name: &str, value: &str) -> Result<u64, Problem> {
    value.parse().map_err(|_| Problem::invalid_field(name, "must be a whole number"))
}

fn tag(etag: &Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(etag.clone()).expect("an entity tag is visible ASCII")
}

/// The newest version of a view that a list of entity tags names.
fn version_of(tags: &[u8], view: View) -> Option<Version> {
    let initial = view.initial() as u8;
    let versions = tags.split(|byte| *byte == b',').filter_map(|tag| {
        let tag = tag.trim_ascii();
        let tag = tag.strip_prefix(b"W/").unwrap_or(tag);
        let inner = tag.strip_prefix(&[b'"', initial, b'-'])?.strip_suffix(b"\"")?;
        std::str::from_utf8(inner).ok()?.parse().ok().map(Version)
    });
    versions.max()
}

/// Whether a list of entity tags names this one. Compared weakly: proxies add `W/`.
fn names(tags: &[u8], etag: &[u8]) -> bool {
    tags.split(|byte| *byte == b',').any(|tag| {
        let tag = tag.trim_ascii();
        tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_compared_weakly_and_in_lists() {
        assert!(names(b"\"p-7\"", b"\"p-7\""));
        assert!(names(b"W/\"p-7\"", b"\"p-7\""));
        assert!(names(b"\"x\", W/\"p-7\"", b"\"p-7\""));
        assert!(names(b"*", b"\"p-7\""));
        assert!(!names(b"\"r-7\"", b"\"p-7\""));
        assert!(!names(b"\"p-77\"", b"\"p-7\""));
    }
}
