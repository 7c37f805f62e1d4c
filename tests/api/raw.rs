//! Bytes that no honest client sends: requests that two readers could read differently, and
//! clients that stall. Each is refused or harmless, and the server goes on.

use std::time::{Duration, Instant};

use caja::app::{Edge, Timeouts};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    app::{ADMIN_TOKEN, TestApp},
    on_one,
    room::Room,
};

on_one! {
    requests_that_could_be_read_in_two_ways_are_refused_or_harmless,
    odd_but_clear_requests_are_answered_once,
    paths_are_read_as_they_are,
    a_head_has_limits,
    a_body_is_as_long_as_it_says,
    head_is_get_without_the_body,
    whoever_stalls_loses_the_connection,
    an_answer_that_nobody_takes_is_not_kept,
}

/// What is hidden behind a request, to be taken for one of its own.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
/// Far more than the time limits below.
const LONG: Duration = Duration::from_secs(10);
/// What is not over by then never ends by itself.
const QUIET: Duration = Duration::from_millis(400);

/// What came back, and whether the server closed the connection.
struct Heard {
    text: String,
    is_closed: bool,
}

impl Heard {
    fn statuses(&self) -> Vec<u16> {
        let parts = self.text.split("HTTP/1.").skip(1);
        parts.map(|part| part[2..5].parse().expect("a status")).collect()
    }

    /// Refused once, and nothing else was answered.
    fn is_refused(&self, status: u16) -> bool {
        self.statuses() == [status] && self.is_closed
    }
}

struct Wire(TcpStream);

impl Wire {
    async fn open(app: &TestApp) -> Self {
        let address = app.base.strip_prefix("http://").unwrap();
        Self(TcpStream::connect(address).await.unwrap())
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Reads until the server closes or falls silent. A busy one may take long to begin.
    async fn hear(&mut self, silence: Duration) -> Heard {
        let (mut heard, mut buffer) = (vec![], vec![0; 65_536]);
        let is_closed = loop {
            let patience = if heard.is_empty() { silence.max(LONG) } else { silence };
            match timeout(patience, self.0.read(&mut buffer)).await {
                Ok(Ok(0) | Err(_)) => break true,
                Ok(Ok(read)) => heard.extend_from_slice(&buffer[..read]),
                Err(_) => break false,
            }
        };
        Heard { text: String::from_utf8_lossy(&heard).into_owned(), is_closed }
    }
}

async fn ask(app: &TestApp, bytes: impl AsRef<[u8]>) -> Heard {
    let mut wire = Wire::open(app).await;
    wire.send(bytes).await;
    wire.hear(QUIET).await
}

/// The server still answers others.
async fn is_well(app: &TestApp) {
    app.anyone().ready().await.expect(200);
}

fn post(headers: &str, rest: &str) -> String {
    format!("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n{rest}")
}

async fn requests_that_could_be_read_in_two_ways_are_refused_or_harmless(app: TestApp) {
    let hidden_in_chunks = format!("0\r\n\r\n{HIDDEN}");
    let both = "Content-Length: 5\r\nTransfer-Encoding: chunked";
    let chunked = "Transfer-Encoding: chunked";
    for (what, bytes) in [
        ("length and chunks", post(both, &hidden_in_chunks)),
        ("two lengths", post("Content-Length: 5\r\nContent-Length: 6", HIDDEN)),
        ("the same length twice", post("Content-Length: 5\r\nContent-Length: 5", HIDDEN)),
        ("a list of lengths", post("Content-Length: 5, 5", HIDDEN)),
        ("a signed length", post("Content-Length: +5", HIDDEN)),
        ("a negative length", post("Content-Length: -5", HIDDEN)),
        ("a hexadecimal length", post("Content-Length: 0x5", HIDDEN)),
        ("an endless length", post("Content-Length: 99999999999999999999", HIDDEN)),
        ("no length", post("Content-Length: ", HIDDEN)),
        ("two encodings", post("Transfer-Encoding: gzip, chunked", &hidden_in_chunks)),
        ("chunked twice", post(&format!("{chunked}\r\n{chunked}"), &hidden_in_chunks)),
        ("chunked not last", post("Transfer-Encoding: chunked, identity", &hidden_in_chunks)),
        ("almost chunked", post("Transfer-Encoding: xchunked", &hidden_in_chunks)),
        ("chunked after a tab", post("Transfer-Encoding:\x0bchunked", &hidden_in_chunks)),
        ("a space before the colon", post("Transfer-Encoding : chunked", &hidden_in_chunks)),
        ("a folded header", post("X: a\r\n b: c\r\nContent-Length: 0", HIDDEN)),
        ("a folded encoding", post("Transfer-Encoding:\r\n chunked", &hidden_in_chunks)),
        ("a lone carriage return", post("X: a\rContent-Length: 50", HIDDEN)),
        ("a NUL in a header", post("X: a\0b\r\nContent-Length: 0", HIDDEN)),
        ("a header without a name", post(": a\r\nContent-Length: 0", HIDDEN)),
        ("a header without a colon", post("Content-Length 0", HIDDEN)),
        ("two hosts", post("Host: y\r\nContent-Length: 0", HIDDEN)),
        ("no host", format!("GET /health/live HTTP/1.1\r\n\r\n{HIDDEN}")),
        ("chunks for HTTP/1.0", post(chunked, &hidden_in_chunks).replace("/1.1", "/1.0")),
        ("HTTP/1.2", format!("GET /health/live HTTP/1.2\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("HTTP/0.9", format!("GET /health/live\r\n\r\n{HIDDEN}")),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("a NUL in the path", format!("GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("a space in the path", format!("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("a tab in the request line", format!("GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("no path", format!("GET  HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("TLS", "\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03".to_owned()),
        ("nonsense", "nonsense\r\n\r\n".to_owned()),
    ] {
        let heard = ask(&app, bytes).await;
        assert!(heard.is_refused(400), "{what}: closed: {}, {}", heard.is_closed, heard.text);
    }
    // What is wrong only within the body is found when the body is read.
    for (what, body) in [
        ("a chunk of another size", "3\r\n{}x\r\r\n0\r\n\r\n"),
        ("a chunk without a size", "\r\n{}\r\n0\r\n\r\n"),
        ("a chunk of negative size", "-2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk of endless size", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("a chunk with a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk that does not end", "2\r\n{}0\r\n\r\n"),
        ("a lone line feed in the extension", "2;a\nb\r\n{}\r\n0\r\n\r\n"),
    ] {
        let headers = format!("{chunked}\r\nContent-Type: application/json");
        let heard = ask(&app, post(&headers, &format!("{body}{HIDDEN}"))).await;
        let is_refused = heard.statuses().first() == Some(&400) && heard.is_closed;
        assert!(is_refused && !heard.text.contains(" 404 "), "{what}: {}", heard.text);
    }
    is_well(&app).await;
}

async fn odd_but_clear_requests_are_answered_once(app: TestApp) {
    let get = |line: &str, headers: &str| format!("{line}\r\n{headers}\r\n");
    let live = "GET /health/live HTTP/1.1";
    for (what, bytes, status) in [
        ("line feeds alone", format!("{live}\nHost: x\n\n"), 200),
        ("empty lines before", format!("\r\n\r\n{live}\r\nHost: x\r\n\r\n"), 200),
        ("HTTP/1.0", get("GET /health/live HTTP/1.0", ""), 200),
        ("absolute form", get("GET http://evil.example/health/live HTTP/1.1", "Host: x\r\n"), 200),
        ("another host", get(live, "Host: evil.example:99999\r\n"), 200),
        ("an empty host", get(live, "Host:\r\n"), 200),
        ("an unknown method", get("BREW /health/live HTTP/1.1", "Host: x\r\n"), 405),
        ("a method in small letters", get("get /health/live HTTP/1.1", "Host: x\r\n"), 405),
        ("options of all", get("OPTIONS * HTTP/1.1", "Host: x\r\n"), 404),
        ("a tunnel", get("CONNECT evil.example:443 HTTP/1.1", "Host: x\r\n"), 404),
        (
            "h2c",
            get(live, "Host: x\r\nUpgrade: h2c\r\nConnection: upgrade, http2-settings\r\n"),
            200,
        ),
        ("a socket", get(live, "Host: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"), 200),
        ("an unknown expectation", get(live, "Host: x\r\nExpect: a-miracle\r\n"), 200),
        ("bytes above ASCII", get(live, "Host: x\r\nX: \u{e9}\u{1f980}\r\n"), 200),
        ("a range", get(live, "Host: x\r\nRange: bytes=0-1\r\n"), 200),
    ] {
        let heard = ask(&app, bytes).await;
        assert_eq!(heard.statuses(), [status], "{what}: {}", heard.text);
    }
    let login = format!("{{\"token\":\"{ADMIN_TOKEN}\"}}");
    let size = format!("{:x}", login.len());
    let json = "Content-Type: application/json\r\nTransfer-Encoding: chunked";
    for body in [
        format!("{size}\r\n{login}\r\n0\r\n\r\n"),
        format!("{size};name=value;\"q\"\r\n{login}\r\n0\r\n\r\n"),
        format!("000{size}\r\n{login}\r\n000\r\n\r\n"),
        format!("{size}\r\n{login}\r\n0\r\n\r\n{HIDDEN}"),
    ] {
        let heard = ask(&app, post(json, &body)).await;
        let pipelined = if body.ends_with(HIDDEN) { vec![200, 404] } else { vec![200] };
        assert_eq!(heard.statuses(), pipelined, "{body}: {}", heard.text);
    }
    // A body that an operation does not want is no request either.
    let body = format!("Content-Length: {}", HIDDEN.len());
    let head = format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{body}\r\n\r\n");
    assert_eq!(ask(&app, head + HIDDEN).await.statuses(), [200]);
    is_well(&app).await;
}

async fn paths_are_read_as_they_are(app: TestApp) {
    let room = Room::open(&app).await;
    let session = format!("/api/v1/sessions/{}", room.id);
    for (path, status) in [
        ("/api/v1//sessions".to_owned(), 404),
        ("/api/v1/sessions/".to_owned(), 404),
        ("/api/v1/../v1/sessions".to_owned(), 404),
        ("/api/v1/%2e%2e/sessions".to_owned(), 404),
        ("/api/v1/sessions%2f".to_owned(), 404),
        ("/API/v1/sessions".to_owned(), 404),
        ("/api/v1/sessions/%00".to_owned(), 404),
        ("/api/v1/sessions/%ff%fe".to_owned(), 404),
        ("/api/v1/sessions/%zz".to_owned(), 404),
        ("/api/v1/sessions/..%2f..%2fetc%2fpasswd".to_owned(), 404),
        ("/docs/..%2f..%2fCargo.toml".to_owned(), 404),
        ("/docs/../health/live".to_owned(), 404),
        ("/api/v1/join/%d9%a1%d9%a2%d9%a3%d9%a4%d9%a5%d9%a6".to_owned(), 404),
        (format!("{session}/activities/%00"), 404),
        (format!("{session};a=b"), 404),
        (format!("{session}?%00=%ff&&=&a"), 200),
        (format!("{session}?unknown=1&unknown=2"), 200),
        (format!("{session}/participants?limit=1&limit=1"), 422),
        (format!("{session}/participants?limit=%31"), 200),
        (format!("{session}/participants?limit=1%00"), 422),
        (format!("{session}/participants?q=%00%ff"), 200),
        (format!("{session}/state?since=1&since=1"), 422),
        (format!("{session}/state?wait=0&unknown=1&unknown=2"), 200),
        (format!("{session}/state?wait=0&wait=0"), 422),
        (format!("{session}/state?since=%31"), 200),
        (format!("{session}/state?since=-1"), 422),
        (format!("{session}/nicknames/%ff"), 200),
        (format!("{session}/nicknames/a%2fb"), 200),
        (format!("/api/v1/join/{}", "1".repeat(60_000)), 404),
        (format!("{session}/nicknames/{}", "x".repeat(60_000)), 422),
        (format!("{session}/participants?q={}", "x".repeat(60_000)), 200),
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN_TOKEN}");
        let heard = ask(&app, format!("{head}\r\n\r\n")).await;
        let path = &path[..path.len().min(120)];
        assert_eq!(heard.statuses(), [status], "{path}: {}", heard.text);
        if status >= 400 && path.starts_with("/api/") {
            assert!(heard.text.contains("application/problem+json"), "{path}: {}", heard.text);
            assert!(heard.text.contains("x-request-id: "), "{path}: {}", heard.text);
        }
    }
    is_well(&app).await;
}

async fn a_head_has_limits(app: TestApp) {
    let live = |rest: String| format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{rest}\r\n\r\n");
    let many = |count: usize| (0..count).map(|n| format!("X-{n}: a\r\n")).collect::<String>();
    assert_eq!(ask(&app, live(many(90).trim_end().to_owned())).await.statuses(), [200]);
    for (what, bytes, status) in [
        ("too many headers", live(many(200).trim_end().to_owned()), 431),
        ("a huge header", live(format!("X: {}", "x".repeat(1 << 20))), 431),
        ("a head that never ends", format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(1 << 20)), 431),
        ("a huge path", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000)), 400),
        ("an endless path", format!("GET /{}", "x".repeat(1 << 20)), 431),
        ("a huge method", format!("{} / HTTP/1.1\r\n\r\n", "X".repeat(1 << 20)), 431),
    ] {
        let heard = ask(&app, bytes).await;
        // The rest of what was sent may be thrown away with the answer.
        let statuses = heard.statuses();
        assert!(heard.is_closed, "{what}: {}", heard.text);
        assert!(statuses.is_empty() || statuses == [status], "{what}: {}", heard.text);
    }
    is_well(&app).await;
}

async fn a_body_is_as_long_as_it_says(app: TestApp) {
    let json = "Content-Type: application/json";
    let large = "x".repeat(65_537);
    let bodies = [
        post(&format!("{json}\r\nContent-Length: 65537"), &large),
        post(&format!("{json}\r\nContent-Length: 1073741824"), &large),
        post(
            &format!("{json}\r\nTransfer-Encoding: chunked"),
            &format!("10001\r\n{large}\r\n0\r\n\r\n"),
        ),
    ];
    for (n, bytes) in bodies.iter().enumerate() {
        let mut wire = Wire::open(&app).await;
        wire.send(bytes).await;
        let heard = wire.hear(Duration::from_secs(2)).await;
        assert_eq!(heard.statuses(), [413], "{n}: {}", heard.text);
        assert!(heard.text.contains("\"code\":\"body_too_large\""), "{n}: {}", heard.text);
        assert!(n != 1 || heard.is_closed, "what is left of it is no request");
    }
    // A client that goes away in the middle of its body.
    let mut wire = Wire::open(&app).await;
    wire.send(post(&format!("{json}\r\nContent-Length: 50"), "{\"token\"")).await;
    wire.0.shutdown().await.unwrap();
    let heard = wire.hear(LONG).await;
    assert!(heard.is_closed && heard.statuses().iter().all(|it| *it == 400), "{}", heard.text);
    // One that only says that it is done still gets its answer.
    let mut wire = Wire::open(&app).await;
    wire.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
    wire.0.shutdown().await.unwrap();
    let heard = wire.hear(LONG).await;
    assert!(heard.is_closed && heard.statuses() == [200], "{}", heard.text);
    is_well(&app).await;
}

async fn head_is_get_without_the_body(app: TestApp) {
    let room = Room::open(&app).await;
    let session = format!("/api/v1/sessions/{}", room.id);
    let paths = ["/api/v1/sessions", &session, "/health/ready", "/", "/docs/", "/api/v1/nothing"];
    let own = [format!("{session}/state"), format!("{session}/qr.png"), format!("{session}/open")];
    for path in paths.into_iter().chain(own.iter().map(String::as_str)) {
        let ask = |method: &str| {
            let token = format!("Authorization: Bearer {ADMIN_TOKEN}");
            ask(&app, format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{token}\r\n\r\n"))
        };
        let (head, get) = (ask("HEAD").await, ask("GET").await);
        assert_eq!(head.statuses(), get.statuses(), "{path}");
        assert!(head.text.ends_with("\r\n\r\n"), "{path}: {}", head.text);
        let length = |heard: &str| {
            let line = heard.lines().find(|line| line.starts_with("content-length: "));
            line.map(str::to_owned)
        };
        assert_eq!(length(&head.text), length(&get.text), "{path}");
    }
    let heard = ask(&app, format!("HEAD {session}/open HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    assert_eq!(heard.statuses(), [405]);
    assert!(heard.text.contains("allow: POST\r\n"), "{}", heard.text);
}

/// A server on which nobody waits long.
async fn impatient() -> TestApp {
    let timeouts = Timeouts {
        head: Duration::from_millis(500),
        keep_alive: Duration::from_millis(1_500),
        body: Duration::from_millis(500),
        exchange: Duration::from_secs(1),
    };
    TestApp::with(Edge { timeouts, ..Edge::default() }).await
}

async fn whoever_stalls_loses_the_connection(_: TestApp) {
    let app = impatient().await;
    let live = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    let json = "Content-Type: application/json";
    let length = post(&format!("{json}\r\nContent-Length: 60000"), "");
    let chunked = post(&format!("{json}\r\nTransfer-Encoding: chunked"), "");
    let unread =
        "POST /api/v1/auth/logout HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    // What is sent at once, what is sent on and on, and what is answered.
    for (what, first, rest, statuses) in [
        ("nothing", "", "", &[408][..]),
        ("a head that stops", "GET / HTT", "", &[408]),
        ("a head byte by byte", "GET / HTTP/1.1\r\n", "x", &[408]),
        ("a pause between requests", live, "", &[200]),
        ("a second head that stops", &format!("{live}GET / HTT"), "", &[200]),
        ("a second head byte by byte", &format!("{live}GET / HTTP/1.1\r\n"), "x", &[200]),
        ("a body that stops", &length, "", &[408]),
        ("a body byte by byte", &length, "x", &[408]),
        ("a body in chunks, byte by byte", &chunked, "1\r\nx\r\n", &[408]),
        ("an unwanted body without an end", unread, "1\r\nx\r\n", &[204]),
    ] {
        let began = Instant::now();
        let mut wire = Wire::open(&app).await;
        wire.send(first).await;
        let heard = if rest.is_empty() {
            wire.hear(LONG).await
        } else {
            // Until the server has enough of it.
            while wire.send(rest).await && began.elapsed() < LONG {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            wire.hear(QUIET).await
        };
        assert!(heard.is_closed && began.elapsed() < LONG, "{what} is never over: {}", heard.text);
        // What was sent after the end may have thrown the answer away.
        let heard_all = heard.statuses() == statuses;
        let lost_all = !rest.is_empty() && heard.text.is_empty();
        assert!(heard_all || lost_all, "{what}: {}", heard.text);
        if heard.text.contains("\"status\":408") {
            assert!(heard.text.contains("\"code\":\"body_too_slow\""), "{what}: {}", heard.text);
        }
    }
    is_well(&app).await;
}

async fn an_answer_that_nobody_takes_is_not_kept(_: TestApp) {
    let app = impatient().await;
    let ask = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let size = app.anyone().openapi().await.bytes.len();
    // Far more than the sockets between them hold.
    let asked = 100;
    let mut wire = Wire::open(&app).await;
    let sending = timeout(Duration::from_secs(2), wire.send(ask.repeat(asked))).await;
    assert!(sending.is_ok(), "the questions are small");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let heard = wire.hear(LONG).await;
    assert!(heard.is_closed && heard.text.len() < asked * size, "{}", heard.text.len());
    // Whoever takes it slowly gets all of it.
    let mut wire = Wire::open(&app).await;
    wire.send(ask).await;
    let (mut taken, mut buffer) = (0, vec![0; size / 64]);
    while taken < size {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let read = wire.0.read(&mut buffer).await.unwrap();
        assert!(read > 0, "closed after {taken} of {size}");
        taken += read;
    }
    is_well(&app).await;
}
