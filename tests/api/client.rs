//! A client of the API: one method for each endpoint.

use std::time::Duration;

use reqwest::{
    Method, RequestBuilder,
    header::{HeaderMap, IF_MATCH, IF_NONE_MATCH},
};
use serde_json::Value;

use crate::conformance;

/// More than the longest held poll.
const TIME_OUT: Duration = Duration::from_secs(40);

/// Somebody who uses the API, with their credentials.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body of an answer that has this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The code of a problem that has this status.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        self.json()["code"].as_str().expect("a problem has a code").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are ASCII"))
    }
}

impl Client {
    pub(crate) fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().timeout(TIME_OUT).no_proxy().build().unwrap();
        Self { http, base: base.to_owned(), token: None }
    }

    /// The same device with other credentials.
    pub(crate) fn bearing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// What it bears.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The same credentials at another address: of a server that was started again.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// A request to any address, for what the methods below do not say.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        send(with(self.request(method, path), body)).await
    }

    async fn to(&self, method: Method, session: &str, path: &str, body: Option<&Value>) -> Reply {
        self.send(method, &format!("/api/v1/sessions/{session}{path}"), body).await
    }

    // Sessions.

    pub(crate) async fn create_session(&self, body: &Value) -> Reply {
        self.send(Method::POST, "/api/v1/sessions", Some(body)).await
    }

    /// `query` with its question mark, or empty.
    pub(crate) async fn sessions(&self, query: &str) -> Reply {
        self.get(&format!("/api/v1/sessions{query}")).await
    }

    pub(crate) async fn session(&self, id: &str) -> Reply {
        self.to(Method::GET, id, "", None).await
    }

    pub(crate) async fn edit_session(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::PATCH, id, "", Some(body)).await
    }

    pub(crate) async fn edit_session_at(&self, id: &str, revision: &str, body: &Value) -> Reply {
        self.send_at(Method::PATCH, &format!("/api/v1/sessions/{id}"), revision, Some(body)).await
    }

    /// Anything, as long as the session is as `If-Match` says.
    pub(crate) async fn send_at(
        &self,
        method: Method,
        path: &str,
        if_match: &str,
        body: Option<&Value>,
    ) -> Reply {
        send(with(self.request(method, path).header(IF_MATCH, if_match), body)).await
    }

    pub(crate) async fn delete_session(&self, id: &str) -> Reply {
        self.to(Method::DELETE, id, "", None).await
    }

    pub(crate) async fn open(&self, id: &str) -> Reply {
        self.to(Method::POST, id, "/open", None).await
    }

    pub(crate) async fn complete(&self, id: &str) -> Reply {
        self.to(Method::POST, id, "/complete", None).await
    }

    pub(crate) async fn duplicate(&self, id: &str) -> Reply {
        self.to(Method::POST, id, "/duplicate", None).await
    }

    pub(crate) async fn announce(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::PUT, id, "/announcement", Some(body)).await
    }

    pub(crate) async fn set_screen(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::PUT, id, "/screen", Some(body)).await
    }

    pub(crate) async fn qr(&self, id: &str, kind: &str) -> Reply {
        self.to(Method::GET, id, &format!("/qr.{kind}"), None).await
    }

    // Runner tokens.

    pub(crate) async fn mint_runner(&self, id: &str) -> Reply {
        self.to(Method::POST, id, "/runner-tokens", None).await
    }

    pub(crate) async fn runner_tokens(&self, id: &str) -> Reply {
        self.to(Method::GET, id, "/runner-tokens", None).await
    }

    pub(crate) async fn revoke_runner(&self, id: &str, token_id: &str) -> Reply {
        self.to(Method::DELETE, id, &format!("/runner-tokens/{token_id}"), None).await
    }

    // Activities.

    pub(crate) async fn create_activity(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::POST, id, "/activities", Some(body)).await
    }

    pub(crate) async fn activities(&self, id: &str) -> Reply {
        self.to(Method::GET, id, "/activities", None).await
    }

    pub(crate) async fn activity(&self, id: &str, activity: &str) -> Reply {
        self.to(Method::GET, id, &format!("/activities/{activity}"), None).await
    }

    pub(crate) async fn edit_activity(&self, id: &str, activity: &str, body: &Value) -> Reply {
        self.to(Method::PATCH, id, &format!("/activities/{activity}"), Some(body)).await
    }

    pub(crate) async fn delete_activity(&self, id: &str, activity: &str) -> Reply {
        self.to(Method::DELETE, id, &format!("/activities/{activity}"), None).await
    }

    pub(crate) async fn order_activities(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::PUT, id, "/activities/order", Some(body)).await
    }

    /// `step` is `publish`, `unpublish`, `activate`, `expire` or `reopen`.
    pub(crate) async fn step(&self, id: &str, activity: &str, step: &str) -> Reply {
        self.to(Method::POST, id, &format!("/activities/{activity}/{step}"), None).await
    }

    pub(crate) async fn control(&self, id: &str, activity: &str, body: &Value) -> Reply {
        self.to(Method::POST, id, &format!("/activities/{activity}/control"), Some(body)).await
    }

    pub(crate) async fn activity_types(&self) -> Reply {
        self.get("/api/v1/activity-types").await
    }

    // People.

    pub(crate) async fn invitation(&self, code: &str) -> Reply {
        self.get(&format!("/api/v1/join/{code}")).await
    }

    pub(crate) async fn join(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::POST, id, "/participants", Some(body)).await
    }

    /// `nickname` as it stands in a path.
    pub(crate) async fn check_nickname(&self, id: &str, nickname: &str) -> Reply {
        self.to(Method::GET, id, &format!("/nicknames/{nickname}"), None).await
    }

    pub(crate) async fn participants(&self, id: &str, query: &str) -> Reply {
        self.to(Method::GET, id, &format!("/participants{query}"), None).await
    }

    pub(crate) async fn edit_participant(&self, id: &str, who: &str, body: &Value) -> Reply {
        self.to(Method::PATCH, id, &format!("/participants/{who}"), Some(body)).await
    }

    pub(crate) async fn remove_participant(&self, id: &str, who: &str, query: &str) -> Reply {
        self.to(Method::DELETE, id, &format!("/participants/{who}{query}"), None).await
    }

    pub(crate) async fn moderation(&self, id: &str, query: &str) -> Reply {
        self.to(Method::GET, id, &format!("/moderation{query}"), None).await
    }

    pub(crate) async fn moderate(&self, id: &str, item: &str, body: &Value) -> Reply {
        self.to(Method::POST, id, &format!("/moderation/{item}"), Some(body)).await
    }

    pub(crate) async fn me(&self, id: &str) -> Reply {
        self.to(Method::GET, id, "/me", None).await
    }

    pub(crate) async fn edit_me(&self, id: &str, body: &Value) -> Reply {
        self.to(Method::PATCH, id, "/me", Some(body)).await
    }

    pub(crate) async fn leave(&self, id: &str) -> Reply {
        self.to(Method::DELETE, id, "/me", None).await
    }

    // State and answers.

    pub(crate) async fn state(&self, id: &str, query: &str) -> Reply {
        self.to(Method::GET, id, &format!("/state{query}"), None).await
    }

    pub(crate) async fn state_unless(&self, id: &str, query: &str, etag: &str) -> Reply {
        let request = self.request(Method::GET, &format!("/api/v1/sessions/{id}/state{query}"));
        send(request.header(IF_NONE_MATCH, etag)).await
    }

    pub(crate) async fn answer(&self, id: &str, activity: &str, body: &Value) -> Reply {
        self.to(Method::PUT, id, &format!("/activities/{activity}/response"), Some(body)).await
    }

    pub(crate) async fn withdraw(&self, id: &str, activity: &str, query: &str) -> Reply {
        self.to(Method::DELETE, id, &format!("/activities/{activity}/response{query}"), None).await
    }

    // Operations.

    pub(crate) async fn ready(&self) -> Reply {
        self.get("/health/ready").await
    }

    pub(crate) async fn live(&self) -> Reply {
        self.get("/health/live").await
    }

    pub(crate) async fn metrics(&self) -> Reply {
        self.get("/metrics").await
    }

    pub(crate) async fn openapi(&self) -> Reply {
        self.get("/api/v1/openapi.json").await
    }
}

fn with(request: RequestBuilder, body: Option<&Value>) -> RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    try_send(request).await.expect("the server answers")
}

/// Sends, and compares the answer with the OpenAPI document.
pub(crate) async fn try_send(request: RequestBuilder) -> reqwest::Result<Reply> {
    let (client, request) = request.build_split();
    let request = request?;
    let (method, url) = (request.method().clone(), request.url().clone());
    let sent = request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec);
    let response = client.execute(request).await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let reply = Reply { status, headers, bytes: response.bytes().await?.to_vec() };
    conformance::check(&method, &url, sent.as_deref(), &reply);
    Ok(reply)
}
