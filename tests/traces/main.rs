//! Spans arrive at a collector: a server built with the feature `otel`, and the least that can take
//! in what it sends.
//!
//! cargo test --features otel --test traces

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const ADMIN: &str = "an-admin-token-of-tests";
/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes every request for one with spans.
struct Collector {
    url: String,
    bodies: Receiver<(String, Vec<u8>)>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (took, bodies) = channel();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let took = took.clone();
                thread::spawn(move || take(connection, &took));
            }
        });
        Self { url, bodies }
    }

    /// All that came.
    fn bytes(self) -> Vec<u8> {
        let came: Vec<_> = self.bodies.try_iter().collect();
        assert!(came.iter().all(|(line, _)| line == "POST /v1/traces HTTP/1.1\r\n"), "{came:?}");
        came.into_iter().flat_map(|(_, body)| body).collect()
    }
}

/// Answers requests until the connection ends.
fn take(connection: TcpStream, took: &Sender<(String, Vec<u8>)>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut writer = connection;
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let _ = took.send((first, body));
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}

struct Server {
    child: Child,
    base: String,
}

impl Server {
    fn start(folder: &std::path::Path, collector: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caja"))
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-token", ADMIN, "--log", "warn"])
            .args(["--otlp-url", collector, "--data-dir"])
            .arg(folder)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let (say, says) = channel();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || {
            while let Some(Ok(line)) = lines.next() {
                let _ = say.send(line);
            }
        });
        loop {
            let line = says.recv_timeout(PATIENCE).expect("it says where it listens");
            if let Some(url) = line.trim().strip_prefix("On this machine") {
                let base = url.trim().replace("localhost", "127.0.0.1");
                return Self { child, base };
            }
        }
    }

    /// Ends it by a signal. What it has gathered is sent by then.
    fn leave(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn send(request: RequestBuilder, token: &str) -> (u16, Value) {
    let reply = request.bearer_auth(token).send().await.unwrap();
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
}

/// A trace that somebody else began.
fn traceparent(byte: u8) -> String {
    format!("00-{}-00f067aa0ba902b7-01", format!("{byte:02x}").repeat(16))
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn each_request_but_a_plain_poll_is_a_span_of_its_senders_trace() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let server = Server::start(folder.path(), &collector.url);
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let api = format!("{}/api/v1/sessions", server.base);
    let text = |body: &Value, field: &str| body[field].as_str().unwrap().to_owned();

    let create = http.post(&api).json(&json!({"name": "All hands"}));
    let (status, session) = send(create.header("x-request-id", "creates"), ADMIN).await;
    assert_eq!(status, 201);
    let id = text(&session, "id");
    let at = |path: &str| format!("{api}/{id}{path}");
    send(http.post(at("/open")), ADMIN).await;
    let config = json!({"kind": "text", "question": "What do you think?"});
    let poll = json!({"type": "poll", "title": "Now", "config": config});
    let poll = text(&send(http.post(at("/activities")).json(&poll), ADMIN).await.1, "id");
    send(http.post(at(&format!("/activities/{poll}/activate"))), ADMIN).await;
    let join = http.post(at("/participants")).json(&json!({"nickname": "Marisol"}));
    let token = text(&send(join, ADMIN).await.1, "participant_token");
    let answer = http
        .request(Method::PUT, at(&format!("/activities/{poll}/response")))
        .json(&json!({"text": "in-confidence"}))
        .header("traceparent", traceparent(0xa1))
        .header("x-request-id", "answers");
    assert_eq!(send(answer, &token).await.0, 201);
    for query in ["", "?wait=1&since=1"] {
        let poll = http.get(at(&format!("/state{query}")));
        assert_eq!(send(poll.header("traceparent", traceparent(0xb2)), &token).await.0, 200);
    }
    server.leave();

    let bytes = collector.bytes();
    for part in [
        "caja",
        "creates",
        "answers",
        &id,
        "POST /api/v1/sessions",
        "PUT /api/v1/sessions/{id}/activities/{aid}/response",
        "http.response.status_code",
    ] {
        assert!(has(&bytes, part.as_bytes()), "{part}");
    }
    assert!(has(&bytes, &[0xa1; 16]), "the sender's trace goes on");
    assert!(!has(&bytes, &[0xb2; 16]), "a poll is no span");
    for secret in [ADMIN, &token, "in-confidence", "Marisol"] {
        assert!(!has(&bytes, secret.as_bytes()), "{secret}");
    }
}
