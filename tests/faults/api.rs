//! The HTTP API as clients use it, and a watch over what it must never answer.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::Value;

/// Longer than the server lets anything wait.
const TIME_OUT: Duration = Duration::from_secs(30);

/// What servers on this machine answer.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) client: Client,
    pub(crate) doors: Arc<[Door]>,
    pub(crate) next: Arc<AtomicUsize>,
    pub(crate) watch: Watch,
}

/// A port that a server listens on.
pub(crate) struct Door {
    pub(crate) port: u16,
    /// Nobody is sent there any more.
    is_shut: AtomicBool,
}

impl Door {
    pub(crate) fn shut(&self) {
        self.is_shut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn open(&self) {
        self.is_shut.store(false, Ordering::SeqCst);
    }
}

/// How a request went.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Value),
    Refused(StatusCode, Value),
    /// Nobody knows whether it was done: the connection broke, or the server asks to come again.
    Unknown(String),
}

impl Api {
    pub(crate) fn new(port: u16) -> Self {
        Self::of(&[port])
    }

    /// Each request to the next server, as a load balancer without stickiness sends them.
    pub(crate) fn of(ports: &[u16]) -> Self {
        let client = Client::builder().no_proxy().timeout(TIME_OUT).build();
        let door = |port: &u16| Door { port: *port, is_shut: AtomicBool::new(false) };
        Self {
            client: client.expect("a plain client can be built"),
            doors: ports.iter().map(door).collect(),
            next: Arc::default(),
            watch: Watch::default(),
        }
    }

    /// Only one of the servers, with the same watch.
    pub(crate) fn only(&self, port: u16) -> Self {
        Self { watch: self.watch.clone(), ..Self::new(port) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let (before, after) = self.doors.split_at(turn % self.doors.len());
        let mut open = after.iter().chain(before).filter(|it| !it.is_shut.load(Ordering::SeqCst));
        let port = open.next().map_or(self.doors[0].port, |door| door.port);
        format!("http://127.0.0.1:{port}{path}")
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, self.url(&format!("/api/v1{path}"))).bearer_auth(token)
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Outcome {
        self.send(self.request(Method::GET, path, token)).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Outcome {
        self.send(self.request(Method::POST, path, token).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: &Value) -> Outcome {
        self.send(self.request(Method::PUT, path, token).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Outcome {
        self.send(self.request(Method::DELETE, path, token)).await
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Outcome {
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Outcome::Unknown(format!("{error:?}")),
        };
        self.watch.check(&response);
        let status = response.status();
        if is_to_come_again(status) {
            return Outcome::Unknown(status.to_string());
        }
        let body = match response.bytes().await {
            Ok(body) => serde_json::from_slice(&body).unwrap_or_default(),
            Err(error) => return Outcome::Unknown(format!("{error:?}")),
        };
        if status.is_success() { Outcome::Done(body) } else { Outcome::Refused(status, body) }
    }
}

/// As the pages judge. A server that slept in the middle of a request takes its sender for slow.
pub(crate) fn is_to_come_again(status: StatusCode) -> bool {
    let for_now = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    status.is_server_error() || for_now.contains(&status)
}

impl Outcome {
    /// The body of what must have worked.
    pub(crate) fn done(self) -> Value {
        match self {
            Self::Done(body) => body,
            other => panic!("it should have worked: {other:?}"),
        }
    }
}

/// What went wrong, noted by whoever saw it; a task that panics would be seen by nobody.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Vec<String>>>);

impl Watch {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    pub(crate) fn claim(&self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.note(what());
        }
    }

    /// The server never fails, whatever happens around it; at most it asks to come again.
    pub(crate) fn check(&self, response: &Response) {
        let status = response.status();
        let asks_again = status == StatusCode::SERVICE_UNAVAILABLE
            && response.headers().contains_key(header::RETRY_AFTER);
        self.claim(!status.is_server_error() || asks_again, || {
            format!("{status} from {}", response.url().path())
        });
    }

    /// # Panics
    /// When anything was noted.
    pub(crate) fn assert_nothing(&self, when: &str) {
        let noted = self.0.lock().unwrap();
        let first: Vec<_> = noted.iter().take(20).collect();
        assert!(noted.is_empty(), "{when}: {} things went wrong: {first:#?}", noted.len());
    }
}
