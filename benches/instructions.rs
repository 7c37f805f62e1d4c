//! What requests cost a server in instructions, as callgrind counts them: the same on every machine
//! at any load. Beside them those of a bare actix-web handler that takes and answers the same bytes.
//! What the kernel does is not counted.
//!
//! Fails where a request costs more than it did; a limit that is raised is raised on purpose.

#[path = "support/load.rs"]
mod load;
#[path = "support/record.rs"]
mod record;
#[path = "support/server.rs"]
mod server;

use std::{fs, path::Path, process::Command};

use load::Connection;
use record::record;
use serde_json::json;
use server::{Bare, Process, Stage, bare_server};

/// So many that nobody answers more often than they may.
const PEOPLE: usize = 200;
/// Enough for what happens beside them, by the clock, not to count.
const REQUESTS: usize = 2_000;

struct Case {
    what: &'static str,
    /// A little more than was counted when it was set.
    limit: u64,
    requests: Vec<Vec<u8>>,
}

fn main() {
    // `cargo bench` calls this program; it calls itself again as the bare server.
    if std::env::args().any(|argument| argument == "--bare") {
        bare_server();
        return;
    }
    if let Err(error) = Command::new("valgrind").arg("--version").output() {
        let is_optional = std::env::args().any(|argument| argument == "--if-possible");
        eprintln!("instructions were not counted: valgrind is needed: {error}");
        std::process::exit(i32::from(!is_optional));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let over = runtime.expect("threads can be started").block_on(count());
    assert!(over.is_empty(), "more instructions than they may take: {over:?}");
}

/// Counts all cases, and gives those over their limit.
async fn count() -> Vec<&'static str> {
    let data = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite://{}", data.path().join("bench.db").display());
    // What was counted stays, for callgrind_annotate.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/callgrind");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    let counter = Counter { folder: &folder };
    let caja = Process::caja_under(&counter.watcher("caja"), &database);
    let stage = Stage::settled(caja.address, PEOPLE).await;
    let mut over = vec![];
    for Case { what, limit, requests } in cases(&stage) {
        let mut connection = Connection::open(caja.address).await;
        let ours = counter.count(&mut connection, &caja, "caja", &requests).await;
        let answer = Bare::to(&requests[0], connection.last_answer());
        let bare = Process::bare_under(&counter.watcher("bare"), &answer);
        let mut connection = Connection::open(bare.address).await;
        let theirs = counter.count(&mut connection, &bare, "bare", &requests).await;
        println!("{what}: {ours} instructions (at most {limit}), bare {theirs}");
        record("instructions", &json!({"name": what, "caja": ours, "bare": theirs}));
        if ours > limit {
            over.push(what);
        }
    }
    over
}

fn cases(stage: &Stage) -> Vec<Case> {
    let poll = |query: &str, tag: Option<&str>| vec![stage.poll(&stage.tokens[0], query, tag)];
    let answers = stage.answers(&stage.tokens);
    vec![
        Case { what: "a poll that is answered 304", limit: 33_000, requests: poll("", Some("*")) },
        Case { what: "a poll with a whole frame", limit: 33_000, requests: poll("", None) },
        Case {
            what: "a poll with a delta",
            limit: 37_000,
            requests: poll("?since=268435457", None),
        },
        // Half of it is SQLite's commit, and what happens by the clock weighs more on slow machines:
        // 208,922 and 211,040 on two machines.
        Case { what: "a changed answer, made durable", limit: 215_000, requests: answers },
    ]
}

/// Counts by callgrind, which writes what a process took since it last wrote.
struct Counter<'a> {
    folder: &'a Path,
}

impl Counter<'_> {
    fn watcher(&self, name: &str) -> Vec<&'static str> {
        let out = format!("--callgrind-out-file={}", self.folder.join(name).display());
        vec!["valgrind", "--quiet", "--tool=callgrind", out.leak()]
    }

    /// Instructions of a request, on the average.
    async fn count(
        &self,
        connection: &mut Connection,
        server: &Process,
        name: &str,
        requests: &[Vec<u8>],
    ) -> u64 {
        let mut send = async |times: usize| {
            for turn in 0..times {
                let status = connection.exchange(&requests[turn % requests.len()]).await;
                assert!(matches!(status, 200 | 201 | 304), "answered {status}");
            }
        };
        send(requests.len().max(100)).await;
        self.taken(server, name);
        send(REQUESTS).await;
        self.taken(server, name) / REQUESTS as u64
    }

    /// What a server took since this was asked last.
    fn taken(&self, server: &Process, name: &str) -> u64 {
        let pid = server.child.id().to_string();
        let told = Command::new("callgrind_control").args(["--dump", &pid]).output();
        assert!(told.is_ok_and(|told| told.status.success()), "callgrind writes what it counted");
        // It numbers what it writes.
        let last =
            (1..).map(|n| self.folder.join(format!("{name}.{n}"))).take_while(|it| it.exists());
        let last = last.last().expect("it was written");
        let text = fs::read_to_string(last).expect("a text");
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        total.and_then(|total| total.trim().parse().ok()).expect("callgrind gives totals")
    }
}
