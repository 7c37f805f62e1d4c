//! A light load generator: prebuilt requests over kept-alive connections.
//!
//! It shares the machine with the server it measures, so it does as little as it can: no client
//! library, no allocation for each request. Absolute numbers are therefore those of a server that
//! has to share its processors; comparisons alternate between two servers in one run.

#![allow(dead_code, unreachable_pub, reason = "each benchmark uses a part of it")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hdrhistogram::Histogram;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::Instant,
};

/// What one connection sends, in turn.
pub type Requests = Vec<Vec<u8>>;

/// An answer's status, and how long it took.
pub type Seen = (u16, Duration);

/// What came of a run.
pub struct Outcome {
    pub per_second: f64,
    pub latency_us: Histogram<u64>,
    /// Answers by status.
    pub statuses: std::collections::BTreeMap<u16, u64>,
}

/// One kept-alive HTTP/1.1 connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP socket");
        Self { stream, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Only sends.
    pub async fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("the server reads");
        self.buffer.clear();
    }

    /// Reads the answer to what was sent to its end; gives the status.
    pub async fn receive(&mut self) -> u16 {
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("the server answers");
            assert!(read > 0, "the server closed the connection");
            if let Some(status) = complete(&self.buffer) {
                return status;
            }
        }
    }

    /// Sends a request and reads its answer to the end; gives the status.
    pub async fn exchange(&mut self, request: &[u8]) -> u16 {
        self.send(request).await;
        self.receive().await
    }

    pub fn last_answer(&self) -> &[u8] {
        &self.buffer
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<String> {
        let answer = String::from_utf8_lossy(&self.buffer);
        let mut head = answer.lines().take_while(|line| !line.is_empty());
        let line = head.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::to_owned)
    }
}

/// The status of an answer that is there to its last byte.
fn complete(answer: &[u8]) -> Option<u16> {
    let head_len = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = &answer[..head_len];
    let status = std::str::from_utf8(&head[9..12]).ok()?.parse().ok()?;
    let name = b"content-length: ";
    let body_len = head
        .windows(name.len())
        .position(|window| window.eq_ignore_ascii_case(name))
        .and_then(|at| {
            let digits = head[at + name.len()..].split(|byte| *byte == b'\r').next()?;
            std::str::from_utf8(digits).ok()?.parse::<usize>().ok()
        })
        .unwrap_or(0);
    (answer.len() >= head_len + body_len).then_some(status)
}

/// Sends as fast as the answers come, over as many connections as there are lists of requests.
pub async fn saturate(address: SocketAddr, requests: &[Requests], lasts: Duration) -> Outcome {
    let is_over = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let over = is_over.clone();
    let tasks = send_in_turn(address, requests, move |_| !over.load(Ordering::Relaxed));
    tokio::time::sleep(lasts).await;
    is_over.store(true, Ordering::Relaxed);
    outcome(ended(tasks).await.concat(), began.elapsed())
}

/// Sends every request once, each list over a connection of its own.
pub async fn once(address: SocketAddr, requests: &[Requests]) -> Outcome {
    let most = requests.first().map_or(0, Vec::len);
    let began = Instant::now();
    let tasks = send_in_turn(address, requests, move |turn| turn < most);
    outcome(ended(tasks).await.concat(), began.elapsed())
}

/// Sends each list over and over on a connection of its own, for as long as the next turn `goes_on`.
fn send_in_turn(
    address: SocketAddr,
    requests: &[Requests],
    goes_on: impl Fn(usize) -> bool + Clone + Send + 'static,
) -> Vec<JoinHandle<Vec<Seen>>> {
    let mut tasks = vec![];
    for requests in requests.iter().cloned() {
        let goes_on = goes_on.clone();
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut seen = vec![];
            while goes_on(seen.len()) {
                let sent = Instant::now();
                let status = connection.exchange(&requests[seen.len() % requests.len()]).await;
                seen.push((status, sent.elapsed()));
            }
            seen
        }));
    }
    tasks
}

/// What came of all tasks.
pub async fn ended<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut all = vec![];
    for task in tasks {
        all.push(task.await.expect("a connection does not panic"));
    }
    all
}

/// Sends every request once, spread evenly over `within`, each list on a connection of its own
/// that is open already, as a phone's is that polls.
pub async fn spread(address: SocketAddr, requests: &[Requests], within: Duration) -> Outcome {
    let mut connections = vec![];
    for _ in requests {
        connections.push(Connection::open(address).await);
    }
    let begins = Instant::now() + Duration::from_millis(200);
    let of_each = requests.iter().map(Vec::len).max().unwrap_or(1);
    let between = within.div_f64(of_each as f64);
    let apart = between.div_f64(requests.len() as f64);
    let mut tasks = vec![];
    for (turn, (requests, mut connection)) in (0u32..).zip(requests.iter().zip(connections)) {
        let (requests, first) = (requests.clone(), begins + apart * turn);
        tasks.push(tokio::spawn(async move {
            let mut seen = vec![];
            for (turn, request) in (0u32..).zip(&requests) {
                let due = first + between * turn;
                tokio::time::sleep_until(due).await;
                // From when it was due: a slow answer can't hide by delaying the next request.
                let status = connection.exchange(request).await;
                seen.push((status, due.elapsed()));
            }
            seen
        }));
    }
    outcome(ended(tasks).await.concat(), begins.elapsed())
}

pub fn outcome(seen: Vec<Seen>, elapsed: Duration) -> Outcome {
    let mut latency_us = Histogram::new(3).expect("three digits are possible");
    let mut statuses = std::collections::BTreeMap::new();
    for (status, latency) in &seen {
        *statuses.entry(*status).or_default() += 1;
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        latency_us.record(micros).expect("the histogram grows");
    }
    Outcome { per_second: seen.len() as f64 / elapsed.as_secs_f64(), latency_us, statuses }
}

/// A request's bytes.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        let len = body.len();
        request.push_str(&format!("content-type: application/json\r\ncontent-length: {len}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    request.into_bytes()
}
