//! Polls and durable answers through HTTP, each beside a bare actix-web handler (one route, no
//! state) that takes and answers the same bytes. Both sides alternate in one run.

#[path = "support/load.rs"]
mod load;

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
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
use load::{Connection, Outcome, Requests, burst, request, saturate};
use serde::Deserialize;
use serde_json::{Value, json};

const LASTS: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [50, 500, 2_000];
const WRITERS: usize = 500;
/// So many that nobody answers more often than they may: ten times a second.
const PEOPLE_FOR_EACH_WRITER: usize = 40;
/// Who votes in the same second.
const ROOM: usize = 1_000;
/// Connections that people join over.
const DOORS: usize = 64;
const ADMIN: &str = "bench-admin-token-bench";

fn main() {
    // `cargo bench` calls this program; it calls itself again as the bare server.
    if std::env::args().any(|argument| argument == "--bare") {
        bare_server();
        return;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads can be started").block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let sqlite = format!("sqlite://{}", folder.path().join("bench.db").display());
        compare("SQLite", &sqlite, true).await;
        match std::env::var("CAJA_TEST_POSTGRES_URL") {
            Ok(url) => compare("PostgreSQL", &url, false).await,
            Err(_) => println!("PostgreSQL: not measured, CAJA_TEST_POSTGRES_URL is not set"),
        }
    });
}

/// Measures a server on one store; polls do not touch the store, so they are measured once.
async fn compare(name: &str, url: &str, with_polls: bool) {
    if is_wanted("burst") {
        let caja = Process::caja(url);
        let stage = Stage::build(caja.address, ROOM).await;
        println!("{name}: {:.0} MiB resident with {ROOM} participants", caja.resident_mib());
        stage.burst(name, &caja).await;
    }
    if with_polls && is_wanted("polls") {
        let caja = Process::caja(url);
        for connections in CONNECTIONS {
            // A new one each time: who joined and does not come gives the seat back.
            let stage = Stage::build(caja.address, connections).await;
            stage.compare_polls(connections, true).await;
            stage.compare_polls(connections, false).await;
        }
    }
    if is_wanted("answers") {
        let caja = Process::caja(url);
        let stage = Stage::build(caja.address, WRITERS * PEOPLE_FOR_EACH_WRITER).await;
        stage.compare_answers(name, &caja).await;
    }
}

/// Whether a part was asked for: `cargo bench --bench http -- burst`. All of them by default.
fn is_wanted(part: &str) -> bool {
    let asked: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    asked.is_empty() || asked.iter().any(|it| it == part)
}

/// A server in a process of its own, killed when it is dropped.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn caja(database_url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caja"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", database_url])
            .env("CAJA_ADMIN_TOKEN", ADMIN)
            // Everybody joins from one address.
            .env("CAJA_ADDRESS_LIMIT", "0")
            .env("CAJA_LOG", "warn");
        Self::start(command, "On this machine   http://localhost:")
    }

    /// The bare server, which answers these bytes.
    fn bare(answers: &Bare) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
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

    fn resident_mib(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.unwrap_or_default() / 1_024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A session with an active poll, and people in it.
struct Stage {
    address: SocketAddr,
    path: String,
    activity: String,
    tokens: Vec<String>,
}

impl Stage {
    async fn build(address: SocketAddr, people: usize) -> Self {
        let mut admin = Client::new(address, ADMIN).await;
        let body = json!({"name": "Bench", "settings": {"max_participants": 100_000}});
        let session = admin.call("POST", "/api/v1/sessions", body).await;
        let path = format!("/api/v1/sessions/{}", text(&session["id"]));
        let poll = json!({"type": "poll", "title": "Where?", "config": {"kind": "choice",
            "options": [{"label": "By the sea"}, {"label": "In the mountains"}]}});
        let poll = admin.call("POST", &format!("{path}/activities"), poll).await;
        let activity = format!("{path}/activities/{}", text(&poll["id"]));
        admin.call("POST", &format!("{path}/open"), Value::Null).await;
        admin.call("POST", &format!("{activity}/activate"), Value::Null).await;
        let doors = (0..DOORS).map(|door| join_all(address, &path, (door..people).step_by(DOORS)));
        let tokens = futures_util::future::join_all(doors).await.concat();
        // The number of participants settles; after that nothing moves by itself.
        tokio::time::sleep(Duration::from_secs(11)).await;
        Self { address, path, activity, tokens }
    }

    /// Polls that are answered 304, or with a whole frame.
    async fn compare_polls(&self, connections: usize, unchanged: bool) {
        let path = format!("{}/state", self.path);
        let mut probe = Client::new(self.address, &self.tokens[0]).await;
        probe.call("GET", &path, Value::Null).await;
        let etag = probe.header("etag");
        let requests: Vec<Requests> = self.tokens[..connections.min(self.tokens.len())]
            .iter()
            .map(|token| {
                let bearer = format!("Bearer {token}");
                let mut headers = vec![("authorization", &*bearer)];
                if unchanged {
                    headers.push(("if-none-match", &etag));
                }
                vec![request("GET", &path, &headers, "")]
            })
            .collect();
        let mut connection = Connection::open(self.address).await;
        let status = connection.exchange(&requests[0][0]).await;
        assert_eq!(status, if unchanged { 304 } else { 200 });
        let bare = Process::bare(&Bare::like(&path, connection.last_answer()));
        let (ours, theirs) = alternate(self.address, bare.address, &requests).await;
        let kind = if unchanged { "304" } else { "full frame" };
        report(&format!("polls, {kind}, {connections} connections"), &ours, &theirs);
    }

    /// Durable answers, changed every time.
    async fn compare_answers(&self, name: &str, caja: &Process) {
        let path = format!("{}/response", self.activity);
        let people = self.tokens.chunks(PEOPLE_FOR_EACH_WRITER);
        let requests: Vec<Requests> = people.map(|tokens| answers(&path, tokens)).collect();
        let mut connection = Connection::open(self.address).await;
        let (first, changed) = (&requests[0][0], &requests[0][PEOPLE_FOR_EACH_WRITER]);
        connection.exchange(first).await;
        assert_eq!(connection.exchange(changed).await, 200);
        let bare = Process::bare(&Bare::like(&path, connection.last_answer()));
        let (ours, theirs) = alternate(self.address, bare.address, &requests).await;
        let refused =
            ours.iter().flat_map(|run| run.statuses.keys()).find(|status| **status >= 300);
        assert_eq!(refused, None, "only answers that count are counted");
        report(&format!("durable answers, {name}, {WRITERS} connections"), &ours, &theirs);
        println!("    {:.0} MiB resident after it", caja.resident_mib());
    }

    /// 1,000 answers that arrive within one second.
    async fn burst(&self, name: &str, caja: &Process) {
        let path = format!("{}/response", self.activity);
        let people = self.tokens.chunks(1);
        let requests: Vec<Requests> = people.map(|token| answers(&path, token)).collect();
        let outcome = burst(self.address, &requests, Duration::from_secs(1)).await;
        println!(
            "{name}: {} answers within one second, acknowledged p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms, statuses {:?}, {:.0} MiB resident",
            requests.len(),
            outcome.latency_us.value_at_quantile(0.5) as f64 / 1_000.0,
            outcome.latency_us.value_at_quantile(0.99) as f64 / 1_000.0,
            outcome.latency_us.max() as f64 / 1_000.0,
            outcome.statuses,
            caja.resident_mib(),
        );
    }
}

/// Everybody's answer, and then everybody's change of mind.
fn answers(path: &str, tokens: &[String]) -> Requests {
    let put = |choice: &str, token: &String| {
        let body = json!({"choices": [choice], "round": 1}).to_string();
        request("PUT", path, &[("authorization", &format!("Bearer {token}"))], &body)
    };
    ["a", "b"]
        .iter()
        .flat_map(|choice| tokens.iter().map(move |token| put(choice, token)))
        .collect()
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

async fn alternate(
    ours: SocketAddr,
    theirs: SocketAddr,
    requests: &[Requests],
) -> (Vec<Outcome>, Vec<Outcome>) {
    let (mut our_runs, mut their_runs) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        their_runs.push(saturate(theirs, requests, LASTS).await);
        our_runs.push(saturate(ours, requests, LASTS).await);
    }
    (our_runs, their_runs)
}

fn report(what: &str, ours: &[Outcome], theirs: &[Outcome]) {
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second);
    let (our_rate, their_rate) =
        (median(ours, |it| it.per_second), median(theirs, |it| it.per_second));
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{what}: {our_rate:.0}/s, bare {their_rate:.0}/s, ratio {:.2} ({:.2} to {:.2}), p99 {:.1} ms, bare {:.1} ms, statuses {:?}",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1],
        median(ours, |it| it.latency_us.value_at_quantile(0.99) as f64) / 1_000.0,
        median(theirs, |it| it.latency_us.value_at_quantile(0.99) as f64) / 1_000.0,
        ours[0].statuses.keys().collect::<Vec<_>>(),
    );
}

fn median(runs: &[Outcome], value: impl Fn(&Outcome) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A client for setting up.
struct Client {
    connection: Connection,
    token: String,
}

impl Client {
    async fn new(address: SocketAddr, token: &str) -> Self {
        Self { connection: Connection::open(address).await, token: token.to_owned() }
    }

    async fn call(&mut self, method: &str, path: &str, body: Value) -> Value {
        let bearer = format!("Bearer {}", self.token);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request(method, path, &[("authorization", &*bearer)], &body);
        let status = self.connection.exchange(&request).await;
        let answer = self.connection.last_answer();
        let at = answer.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
        assert!(status < 300, "{method} {path}: {}", String::from_utf8_lossy(answer));
        serde_json::from_slice(&answer[at..]).unwrap_or_default()
    }

    fn header(&self, name: &str) -> String {
        let answer = String::from_utf8_lossy(self.connection.last_answer()).into_owned();
        let line = answer.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// What the bare handler answers: the status, headers and body that Caja gave.
#[derive(serde::Serialize, Deserialize, Clone)]
struct Bare {
    path: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Bare {
    fn like(path: &str, answer: &[u8]) -> Self {
        let answer = String::from_utf8_lossy(answer);
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

fn bare_server() {
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
