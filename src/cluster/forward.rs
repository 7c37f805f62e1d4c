//! Requests whose session is another node's: that node is asked, and its answer given.

use std::{convert::identity, error::Error, time::Duration};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody, SizedStream},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use caja_actors::{
    journal::{JournalError, Peer},
    session::SessionId,
};
use percent_encoding::percent_decode_str;
use tokio::time::{Instant, sleep, timeout};
use tracing::debug;
use uuid::Uuid;

use super::{
    inside::{Forwarded, OWNER, SECRET, SENDER, UNTIL, WAITED_MS},
    node::Node,
};
use crate::{
    app::{App, WRITE_TIMEOUT},
    http::{body, origin, problem::Problem},
    store::NodeRow,
    telemetry::traces,
};

/// How long to wait before the owner is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How long a report may take, which is read from the store. Asked again too early it would begin anew
/// each time.
const SUMMARY_LIMIT: Duration = Duration::from_secs(60);
/// How long to wait before another owner is asked that was named: two may name each other for a
/// moment.
const GO_THERE: Duration = Duration::from_millis(5);

/// What belongs to a connection and not to a request (RFC 9110, 7.6.1), and what is made anew.
const OF_THE_CONNECTION: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::CONTENT_LENGTH,
];

/// Answers here what is this node's, or nobody's yet, and has other nodes answer what is theirs.
pub async fn wrap(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<BoxBody, impl MessageBody>>, actix_web::Error> {
    let app = request.app_data::<Data<App>>().expect("set in every server").clone();
    let session = session_of(request.path());
    let forwarded = request.extensions().get::<Forwarded>().copied();
    if let (Some(node), Some(session)) = (&app.node, session)
        && !app.registry.owns(session)
    {
        // Nothing is forwarded twice: who is asked by a node answers, or says that it can't.
        let answer = match forwarded {
            Some(forwarded) => {
                forwarded.in_time(Node::misdirected(&app, session)).await.and_then(identity)
            }
            None => node.elsewhere(&app, session, &mut request).await,
        };
        if let Some(answer) = answer.unwrap_or_else(|problem| Some(problem.error_response())) {
            return Ok(request.into_response(answer.map_into_left_body()));
        }
    }
    let answered = next.call(request);
    let response = match forwarded {
        Some(forwarded) => forwarded.in_time(answered).await??,
        None => answered.await?,
    };
    Ok(response.map_into_right_body())
}

/// The session whose path it is, unless any node can answer.
fn session_of(path: &str) -> Option<SessionId> {
    let rest = path.strip_prefix("/api/v1/sessions/")?;
    let (id, what) = rest.split_once('/').unwrap_or((rest, ""));
    // Read from the store, and it takes its time.
    let is_from_store = what == "export";
    // As the routes read it.
    let id = percent_decode_str(id).decode_utf8().ok()?;
    Uuid::try_parse(&id).ok().filter(|_| !is_from_store).map(SessionId)
}

/// What came of asking another node.
enum Asked {
    Answered(HttpResponse),
    /// It was not asked, or it says that the session is not its own.
    NotThere,
    /// It knows another owner.
    Elsewhere(Peer),
    /// It may have done what it was asked for.
    Unknown,
}

impl Node {
    /// The owner's answer to a request; `None`: this node is the owner, or nobody can be.
    async fn elsewhere(
        &self,
        app: &App,
        session: SessionId,
        request: &mut ServiceRequest,
    ) -> Result<Option<HttpResponse>, Problem> {
        let arrived = Instant::now();
        let mut body: Option<Bytes> = None;
        loop {
            let owner = match self.known_owner(session) {
                Some(owner) => owner,
                None => match self.find_owner(app, session).await {
                    Ok(Some(owner)) => owner,
                    // The routes do it, or say what is wrong.
                    Ok(None) | Err(JournalError::NotFound(_) | JournalError::Damaged { .. }) => {
                        if let Some(body) = body {
                            put_back(request, body);
                        }
                        return Ok(None);
                    }
                    // What is known here may be old, and the routes would show it.
                    Err(error) => return Err(error.into()),
                },
            };
            let body = match &body {
                Some(body) => body.clone(),
                None => {
                    let read = body::read(request.take_payload(), app.timeouts.body).await?;
                    body.insert(read).clone()
                }
            };
            let path = path_of(request.request());
            match self.ask(app, &owner, request.request(), &path, body, arrived).await {
                Asked::Answered(answer) => {
                    self.remember(session, owner);
                    app.metrics.forwarded.increment(1);
                    return Ok(Some(answer));
                }
                Asked::NotThere => self.forget_that(session, &owner),
                Asked::Elsewhere(owner) => {
                    self.remember(session, owner);
                    if arrived.elapsed() < WRITE_TIMEOUT {
                        sleep(GO_THERE).await;
                        continue;
                    }
                }
                // Asked again, what is idempotent does no harm. Of the rest the sender learns that
                // it is unknown, and asks again if it may.
                Asked::Unknown if request.method().is_idempotent() => {
                    self.forget_that(session, &owner);
                }
                Asked::Unknown => {
                    app.metrics.forwarded_in_vain.increment(1);
                    return Err(Problem::busy());
                }
            }
            app.metrics.forwarded_in_vain.increment(1);
            if arrived.elapsed() + LOOK_AGAIN > WRITE_TIMEOUT {
                return Err(Problem::store_unavailable());
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// The owner's answer to a poll; `None`: it can't be asked.
    pub async fn poll_at_owner(
        &self,
        app: &App,
        session: SessionId,
        request: &HttpRequest,
    ) -> Option<HttpResponse> {
        let owner = match self.known_owner(session) {
            Some(owner) => owner,
            None => self.find_owner(app, session).await.ok()??,
        };
        // Held it was here.
        let path = without_wait(request.uri().path(), request.query_string());
        match self.ask(app, &owner, request, &path, Bytes::new(), Instant::now()).await {
            Asked::Answered(answer) => Some(answer),
            Asked::Elsewhere(owner) => {
                self.remember(session, owner);
                None
            }
            Asked::NotThere | Asked::Unknown => {
                self.forget_that(session, &owner);
                None
            }
        }
    }

    /// A file that another node has, which runs another release.
    pub async fn file_elsewhere(&self, app: &App, request: &HttpRequest) -> Option<HttpResponse> {
        if request.extensions().get::<Forwarded>().is_some() {
            return None;
        }
        // Whoever asks for what nobody has makes all nodes work: not for many at a time.
        let _turn = timeout(self.patience(), self.searches().acquire()).await.ok()?.ok()?;
        for node in self.others(app).await {
            let path = path_of(request);
            let asked = self.ask(app, &node, request, &path, Bytes::new(), Instant::now()).await;
            if let Asked::Answered(answer) = asked
                && answer.status() != StatusCode::NOT_FOUND
            {
                return Some(answer);
            }
        }
        None
    }

    /// The other nodes that are alive, as far as the store can be asked.
    async fn others(&self, app: &App) -> Vec<Peer> {
        let nodes = app.store.cluster().expect("opened for several").nodes().await;
        let alive = nodes.unwrap_or_default().into_iter().filter(NodeRow::is_alive);
        alive.map(|node| node.peer).filter(|peer| peer.url != self.url).collect()
    }

    /// Whose a session is; `None`: it is this node's from now on. Who is going takes nothing over,
    /// and has another node do it.
    pub(super) async fn find_owner(
        &self,
        app: &App,
        session: SessionId,
    ) -> Result<Option<Peer>, JournalError> {
        match app.registry.own(session).await {
            Ok(()) => Ok(None),
            Err(JournalError::Elsewhere { owner, .. }) => Ok(Some(owner)),
            Err(JournalError::Unavailable(_)) if app.draining.has_begun() => {
                let other = self.others(app).await.into_iter().next();
                Ok(Some(other.ok_or_else(|| JournalError::Unavailable("no other node".into()))?))
            }
            Err(error) => Err(error),
        }
    }

    /// The same for a follower, of whom there may be thousands when a node dies.
    pub(super) async fn find_owner_in_turn(
        &self,
        app: &App,
        session: SessionId,
    ) -> Result<Option<Peer>, JournalError> {
        let _turn = self.seekers().acquire().await.expect("the semaphore is never closed");
        self.find_owner(app, session).await
    }

    /// What a node that asks for somebody else's session is told.
    async fn misdirected(app: &App, session: SessionId) -> Result<Option<HttpResponse>, Problem> {
        let mut answer = HttpResponse::build(StatusCode::MISDIRECTED_REQUEST);
        match app.registry.own(session).await {
            Err(JournalError::Elsewhere { owner, .. }) => {
                Ok(Some(answer.insert_header((OWNER, owner.to_string())).finish()))
            }
            // It has no lease, or the store is away, or it is going: nothing was begun, and who asks
            // may find another owner.
            Err(JournalError::Unavailable(_)) => Ok(Some(answer.finish())),
            // The routes do it, or say what is wrong.
            Ok(()) | Err(_) => Ok(None),
        }
    }

    async fn ask(
        &self,
        app: &App,
        owner: &Peer,
        request: &HttpRequest,
        path: &str,
        body: Bytes,
        arrived: Instant,
    ) -> Asked {
        // A node that was stopped keeps its connections, and says nothing: who waited for it to the
        // end would learn nothing of the new owner.
        let left = match request.path().ends_with("/summary") {
            true => SUMMARY_LIMIT,
            false => WRITE_TIMEOUT.saturating_sub(arrived.elapsed()).min(self.patience()),
        };
        let Some(until) = self.clock_of(owner, left).await else { return Asked::NotThere };
        let mut headers = headers(request.headers());
        if !app.proxies.sent(request) {
            headers.remove(origin::FORWARDED_PROTO.as_str());
            headers.remove(origin::FORWARDED_HOST.as_str());
        }
        traces::pass_on(&mut headers);
        let asked = self
            .http()
            .request(method(request.method()), format!("{}{path}", owner.url))
            .headers(headers)
            .header(SECRET.as_str(), self.secret().shown().as_bytes())
            .header(SENDER.as_str(), app.sender(request).ip().to_string())
            .header(WAITED_MS.as_str(), arrived.elapsed().as_millis().to_string())
            .header(UNTIL.as_str(), until.to_string())
            .body(body)
            .send();
        match timeout(left, asked).await {
            Err(_) => Asked::Unknown,
            Ok(Ok(answer)) if answer.status() == reqwest::StatusCode::MISDIRECTED_REQUEST => {
                let named = answer.headers().get(OWNER.as_str());
                let named = named.and_then(|owner| owner.to_str().ok()?.parse().ok());
                named.map_or(Asked::NotThere, Asked::Elsewhere)
            }
            Ok(Ok(answer)) => Asked::Answered(passed_on(answer)),
            Ok(Err(error)) => {
                debug!(url = %owner.url, error = &error as &dyn Error, "node not reached");
                if error.is_connect() { Asked::NotThere } else { Asked::Unknown }
            }
        }
    }
}

fn path_of(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn without_wait(path: &str, query: &str) -> String {
    let kept = query.split('&').filter(|it| !it.is_empty() && !it.starts_with("wait="));
    let kept: Vec<_> = kept.collect();
    format!("{path}?{}", kept.join("&"))
}

/// Has the routes read the body as if nobody had.
fn put_back(request: &mut ServiceRequest, body: Bytes) {
    let (_, mut payload) = actix_http::h1::Payload::create(true);
    payload.unread_data(body);
    request.set_payload(payload.into());
}

fn method(method: &Method) -> reqwest::Method {
    reqwest::Method::from_bytes(method.as_str().as_bytes()).expect("a method is a method")
}

/// Whether a header goes on with its request. What nodes say to each other no client may say: the
/// first of two values is the one that counts.
fn is_of_the_request(name: &HeaderName) -> bool {
    !OF_THE_CONNECTION.contains(name) && !name.as_str().starts_with("x-caja-")
}

fn headers(from: &HeaderMap) -> reqwest::header::HeaderMap {
    let mut to = reqwest::header::HeaderMap::new();
    for (name, value) in from.iter().filter(|(name, _)| is_of_the_request(name)) {
        let name = reqwest::header::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            to.append(name, value);
        }
    }
    to
}

/// Another node's answer, piece by piece: an export is large.
fn passed_on(answer: reqwest::Response) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status().as_u16()).expect("a status is a status");
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let Ok(name) = name
            && !OF_THE_CONNECTION.contains(&name)
        {
            response.append_header((name, value.as_bytes()));
        }
    }
    match answer.content_length() {
        Some(0) => response.finish(),
        // Not in chunks where it came in one piece.
        Some(length) => response.body(SizedStream::new(length, answer.bytes_stream())),
        None => response.streaming(answer.bytes_stream()),
    }
}
