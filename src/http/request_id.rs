//! A request's name in logs and answers, and what is logged and counted about it.
//!
//! State polls do without: they are too many, and too alike.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{RequestHead, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tracing::{Instrument, Span, debug, info_span};
use uuid::Uuid;

use super::problem::Problem;
use crate::{app::App, telemetry::traces};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer one that a client sends is not taken over.
const MAX_LEN: usize = 128;

/// Names the request, logs it and counts it.
///
/// `HEAD` is answered as `GET` is; the connection leaves the body away.
pub async fn wrap(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = taken_over(request.headers()).unwrap_or_else(fresh);
    let began = Instant::now();
    let span = span(&id, request.head());
    let method = request.method().clone();
    if method == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    // Another node that answers it calls it the same.
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let app = request.app_data::<Data<App>>().cloned();
    let mut response = next.call(request).instrument(span.clone()).await?;
    response.headers_mut().insert(REQUEST_ID, id);
    let (status, elapsed) = (response.status(), began.elapsed());
    let route = response.request().match_pattern().unwrap_or_default();
    debug!(parent: &span, status = status.as_u16(), ms = elapsed.as_millis(), "answered");
    traces::answered(&span, &method, &route, status);
    if let Some(app) = app {
        app.metrics.request(&method, &route, status, elapsed);
    }
    Ok(response)
}

/// Names, logs and counts what is answered without routes, as if it were answered by `route`.
pub async fn of(
    app: &App,
    head: &RequestHead,
    route: &str,
    work: impl Future<Output = Result<HttpResponse, Problem>>,
) -> HttpResponse {
    let id = taken_over(head.headers()).unwrap_or_else(fresh);
    let began = Instant::now();
    let span = span(&id, head);
    let answer = work.instrument(span.clone()).await;
    let mut response = answer.unwrap_or_else(|problem| problem.error_response());
    response.headers_mut().insert(REQUEST_ID, id);
    let (status, elapsed) = (response.status(), began.elapsed());
    debug!(parent: &span, status = status.as_u16(), ms = elapsed.as_millis(), "answered");
    traces::answered(&span, &head.method, route, status);
    app.metrics.request(&head.method, route, status, elapsed);
    response
}

/// What all that is logged about a request has in common. There is no token in a path; nicknames
/// are left away.
fn span(id: &HeaderValue, head: &RequestHead) -> Span {
    let path = head.uri.path();
    let span = info_span!(
        "request",
        otel.kind = traces::kind(),
        request.id = id.to_str().unwrap_or_default(),
        session.id = session_in(path),
        method = %head.method,
        path = without_names(path),
    );
    traces::arrived(&span, head.headers());
    span
}

/// The session that a path names.
fn session_in(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api/v1/sessions/")?;
    let id = rest.split('/').next().unwrap_or_default();
    Uuid::try_parse(id).is_ok().then_some(id)
}

fn without_names(path: &str) -> &str {
    const BEFORE_A_NAME: &str = "/nicknames/";
    path.find(BEFORE_A_NAME).map_or(path, |at| &path[..at + BEFORE_A_NAME.len()])
}

/// The answer to a poll that failed.
pub fn on_problem(request: &HttpRequest, problem: Problem) -> HttpResponse {
    let mut response = problem.error_response();
    let id = taken_over(request.headers()).unwrap_or_else(fresh);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn taken_over(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(REQUEST_ID)?;
    let is_plain = id.as_bytes().iter().all(u8::is_ascii_graphic);
    ((1..=MAX_LEN).contains(&id.len()) && is_plain).then(|| id.clone())
}

fn fresh() -> HeaderValue {
    HeaderValue::from_str(&Uuid::new_v4().to_string()).expect("a UUID is visible ASCII")
}
