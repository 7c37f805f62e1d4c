//! Servers in processes of their own: Caja, and a bare actix-web handler (one route, no state) that
//! takes and answers the same bytes.

#![allow(dead_code, unreachable_pub, reason = "each benchmark uses a part of it")]

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    web,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::load::{Connection, Requests, request};

pub const ADMIN: &str = "bench-admin-token-bench";

const LISTENS: &str = "On this machine   http://localhost:";

/// A server in a process of its own, killed when it is dropped.
pub struct Process {
    pub child: Child,
    pub address: SocketAddr,
}

impl Process {
    pub fn caja(database_url: &str) -> Self {
        Self::caja_under(&[], database_url)
    }

    /// One node of several.
    pub fn node(database_url: &str) -> Self {
        let inside = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let inside = inside.expect("a free port").to_string();
        let mut command = Self::serve(&[], database_url);
        command.env("CAJA_NODE_LISTEN", &inside).env("CAJA_NODE_URL", format!("http://{inside}"));
        Self::start(command, LISTENS)
    }

    /// Run by a program that watches it.
    pub fn caja_under(watcher: &[&str], database_url: &str) -> Self {
        Self::start(Self::serve(watcher, database_url), LISTENS)
    }

    fn serve(watcher: &[&str], database_url: &str) -> Command {
        let mut command = under(watcher, Path::new(env!("CARGO_BIN_EXE_caja")));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", database_url])
            .env("CAJA_ADMIN_TOKEN", ADMIN)
            // Everybody joins from one address.
            .env("CAJA_ADDRESS_LIMIT", "0")
            .env("CAJA_LOG", "warn");
        command
    }

    /// The bare server, which answers these bytes.
    pub fn bare(answers: &Bare) -> Self {
        Self::bare_under(&[], answers)
    }

    pub fn bare_under(watcher: &[&str], answers: &Bare) -> Self {
        let mut command = under(watcher, &std::env::current_exe().expect("this program"));
        command.arg("--bare").env("CAJA_BARE", serde_json::to_string(answers).expect("plain"));
        Self::start(command, "bare http://localhost:")
    }

    fn start(mut command: Command, mark: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let port = lines
            .find_map(|line| {
                let line = line.expect("text");
                line.split(mark).nth(1).map(|port| port.trim().parse().expect("a port"))
            })
            .expect("the server says where it listens");
        // Whatever else it prints must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    /// Processor time used so far: fields 14 and 15 of proc(5)'s `stat`, in hundredths of a second.
    pub fn cpu_seconds(&self) -> f64 {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        let rest = stat.rsplit(") ").next().unwrap_or_default();
        let ticks = rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse().unwrap_or(0.0));
        ticks.sum::<f64>() / 100.0
    }

    pub fn resident_mib(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.unwrap_or_default() / 1_024.0
    }
}

fn under(watcher: &[&str], program: &Path) -> Command {
    match watcher {
        [] => Command::new(program),
        [watcher, arguments @ ..] => {
            let mut command = Command::new(watcher);
            command.args(arguments).arg(program);
            command
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Connections that people join over.
const DOORS: usize = 64;

/// A session with an active poll, and people in it.
pub struct Stage {
    pub address: SocketAddr,
    pub path: String,
    pub activity: String,
    pub tokens: Vec<String>,
}

impl Stage {
    pub async fn build(address: SocketAddr, people: usize) -> Self {
        let mut admin = Client::new(address, ADMIN).await;
        let body = json!({"name": "Bench", "settings": {"max_participants": 100_000}});
        let session = admin.call("POST", "/api/v1/sessions", body).await;
        let path = format!("/api/v1/sessions/{}", text(&session["id"]));
        admin.call("POST", &format!("{path}/open"), Value::Null).await;
        let activity = activate_poll(&mut admin, &path).await;
        let doors = (0..DOORS).map(|door| join_all(address, &path, (door..people).step_by(DOORS)));
        let tokens = futures_util::future::join_all(doors).await.concat();
        Self { address, path, activity, tokens }
    }

    /// One in which nothing moves by itself any more: the number of participants has settled.
    pub async fn settled(address: SocketAddr, people: usize) -> Self {
        let stage = Self::build(address, people).await;
        tokio::time::sleep(Duration::from_secs(11)).await;
        stage
    }

    /// The tag of the present frame.
    pub async fn etag(&self) -> String {
        let mut probe = Client::new(self.address, &self.tokens[0]).await;
        probe.call("GET", &format!("{}/state", self.path), Value::Null).await;
        probe.connection.header("etag").expect("frames have tags")
    }

    /// Somebody's poll, with a query or none, and with the tag of what they have.
    pub fn poll(&self, token: &str, query: &str, tag: Option<&str>) -> Vec<u8> {
        let tag = tag.map(|tag| ("if-none-match", tag));
        self.read(token, &format!("/state{query}"), tag.as_slice())
    }

    /// Somebody's request for what is below the session's path.
    pub fn read(&self, token: &str, below: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let bearer = format!("Bearer {token}");
        let headers = [&[("authorization", bearer.as_str())], headers].concat();
        request("GET", &format!("{}{below}", self.path), &headers, "")
    }

    /// Everybody's answer to what is active, and then everybody's change of mind.
    pub fn answers(&self, tokens: &[String]) -> Requests {
        let path = format!("{}/response", self.activity);
        let put = |choice: &str, token: &String| {
            let body = json!({"choices": [choice], "round": 1}).to_string();
            request("PUT", &path, &[("authorization", &format!("Bearer {token}"))], &body)
        };
        let put = &put;
        ["a", "b"]
            .iter()
            .flat_map(|choice| tokens.iter().map(move |token| put(choice, token)))
            .collect()
    }

    /// Puts another poll in the present one's place.
    pub async fn next_poll(&mut self) {
        let mut admin = Client::new(self.address, ADMIN).await;
        self.activity = activate_poll(&mut admin, &self.path).await;
    }
}

/// Gives the path of a new poll that is answered now.
async fn activate_poll(admin: &mut Client, session: &str) -> String {
    let poll = json!({"type": "poll", "title": "Where?", "config": {"kind": "choice",
        "options": [{"label": "By the sea"}, {"label": "In the mountains"}]}});
    let poll = admin.call("POST", &format!("{session}/activities"), poll).await;
    let activity = format!("{session}/activities/{}", text(&poll["id"]));
    admin.call("POST", &format!("{activity}/activate"), Value::Null).await;
    activity
}

/// Joins over one connection.
async fn join_all(
    address: SocketAddr,
    path: &str,
    numbers: impl Iterator<Item = usize>,
) -> Vec<String> {
    let mut client = Client::new(address, ADMIN).await;
    let mut tokens = vec![];
    for n in numbers {
        let body = json!({"nickname": format!("Participant {n}")});
        let joined = client.call("POST", &format!("{path}/participants"), body).await;
        tokens.push(text(&joined["participant_token"]));
    }
    tokens
}

/// A client for setting up.
pub struct Client {
    connection: Connection,
    token: String,
}

impl Client {
    pub async fn new(address: SocketAddr, token: &str) -> Self {
        Self { connection: Connection::open(address).await, token: token.to_owned() }
    }

    pub async fn call(&mut self, method: &str, path: &str, body: Value) -> Value {
        let bearer = format!("Bearer {}", self.token);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request(method, path, &[("authorization", &*bearer)], &body);
        let status = self.connection.exchange(&request).await;
        let answer = self.connection.last_answer();
        let at = answer.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
        assert!(status < 300, "{method} {path}: {}", String::from_utf8_lossy(answer));
        serde_json::from_slice(&answer[at..]).unwrap_or_default()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// What the bare handler answers: the status, headers and body that Caja gave.
#[derive(serde::Serialize, Deserialize, Clone)]
pub struct Bare {
    pub path: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Bare {
    /// What Caja answered to a request.
    pub fn to(request: &[u8], answer: &[u8]) -> Self {
        let (request, answer) = (String::from_utf8_lossy(request), String::from_utf8_lossy(answer));
        let target = request.split(' ').nth(1).expect("a request line");
        let path = target.split('?').next().expect("a path");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines.next().expect("a status line")[9..12].parse().expect("a status");
        // The framework writes these two itself.
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| !["date", "content-length"].contains(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { path: path.to_owned(), status, headers: headers.collect(), body: body.to_owned() }
    }
}

/// The same, made once: the bare handler copies nothing.
#[derive(Clone)]
struct Prepared {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

impl From<Bare> for Prepared {
    fn from(bare: Bare) -> Self {
        let header = |(name, value): (String, String)| {
            (name.parse().expect("a name"), value.parse().expect("a value"))
        };
        Self {
            status: StatusCode::from_u16(bare.status).expect("a status"),
            headers: bare.headers.into_iter().map(header).collect(),
            body: bare.body.into(),
        }
    }
}

impl Prepared {
    fn respond(&self) -> HttpResponse {
        let mut response = HttpResponse::with_body(self.status, self.body.clone());
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.map_into_boxed_body()
    }
}

/// The answer that the bare handler parses, as Caja does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BareAnswer {
    choices: Vec<String>,
    round: u32,
}

pub fn bare_server() {
    let bare: Bare = serde_json::from_str(&std::env::var("CAJA_BARE").expect("set")).expect("it");
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || {
            let get = Prepared::from(bare.clone());
            let put = get.clone();
            App::new()
                .route(&bare.path, web::get().to(move || std::future::ready(get.respond())))
                .route(
                    &bare.path,
                    web::put().to(move |body: web::Json<BareAnswer>| {
                        assert!(body.round > 0 && !body.choices.is_empty());
                        std::future::ready(put.respond())
                    }),
                )
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from))
        .bind("127.0.0.1:0")
        .expect("a free port");
        println!("bare http://localhost:{}", server.addrs()[0].port());
        server.run().await.expect("it serves");
    });
}
