//! What requests cost in allocations: counted, so the same on every machine at any load.
//!
//! Allocations are what creeps in unseen. Instructions are counted by `make instructions`.

#[path = "../../benches/support/load.rs"]
mod load;

use std::{net::SocketAddr, thread};

use caja::{
    app::Edge,
    startup::{self, Options, Stopper},
    store::{self, OpenOptions},
};
use load::{Connection, request};
use serde_json::{Value, json};
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const ADMIN: &str = "an-admin-token-of-tests";
/// Enough for what happens beside them, by the clock, not to count.
const REQUESTS: u64 = 2_000;

/// So many that nobody answers more often than they may.
const PEOPLE: usize = 200;

/// A limit, and what was counted when it was set.
struct Limit {
    what: &'static str,
    allocations: f64,
}

/// One test, because the counts are the whole process's.
#[tokio::test]
async fn requests_allocate_no_more_than_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("caja.db").display());
    let (address, stopper, server) = start(database).await;
    let mut stage = Stage::build(address).await;
    let state = format!("{}/state", stage.session);
    let bearer = format!("Bearer {}", stage.people[0]);
    let poll = |query: &str, tag: Option<&str>| {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(tag.map(|tag| ("if-none-match", tag)));
        request("GET", &format!("{state}{query}"), &headers, "")
    };
    let answer = |token: &String, choice: &str| {
        let body = json!({"choices": [choice], "round": 1}).to_string();
        let bearer = format!("Bearer {token}");
        let path = format!("{}/response", stage.activity);
        request("PUT", &path, &[("authorization", &*bearer)], &body)
    };
    let answers = ["a", "b"].iter().flat_map(|choice| {
        let answer = &answer;
        stage.people.iter().map(move |token| answer(token, choice))
    });
    let cases = [
        (
            Limit { what: "a poll that is answered 304", allocations: 5.5 },
            vec![poll("", Some("*"))],
        ),
        (Limit { what: "a poll with a whole frame", allocations: 5.5 }, vec![poll("", None)]),
        (
            Limit { what: "a poll with a delta", allocations: 10.5 },
            vec![poll("?since=268435457", None)],
        ),
        (Limit { what: "a changed answer, made durable", allocations: 110.0 }, answers.collect()),
    ];
    let _profiler = dhat::Profiler::builder().testing().build();
    let mut over = vec![];
    for (limit, requests) in cases {
        for turn in 0..PEOPLE {
            stage.client.exchange(&requests[turn % requests.len()]).await;
        }
        let before = dhat::HeapStats::get();
        for turn in 0..REQUESTS {
            let status = stage.client.exchange(&requests[turn as usize % requests.len()]).await;
            assert!(matches!(status, 200 | 201 | 304), "{}: {status}", limit.what);
        }
        let after = dhat::HeapStats::get();
        let allocations = (after.total_blocks - before.total_blocks) as f64 / REQUESTS as f64;
        let bytes = (after.total_bytes - before.total_bytes) / REQUESTS;
        println!("{}: {allocations:.2} allocations, {bytes} bytes", limit.what);
        if allocations > limit.allocations {
            over.push(format!(
                "{}: {allocations:.2} for at most {}",
                limit.what, limit.allocations
            ));
        }
    }
    stopper.stop().await;
    server.join().unwrap();
    assert!(over.is_empty(), "{over:#?}");
}

async fn start(database: String) -> (SocketAddr, Stopper, thread::JoinHandle<()>) {
    let (started, listens) = oneshot::channel();
    let server = thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let options = Options {
                store: store::open(&database, &OpenOptions::serve()).await.expect("it is new"),
                listen: ([127, 0, 0, 1], 0).into(),
                workers: 1,
                public_url: Box::new(|_| "http://caja.example".into()),
                admin_token: Some(ADMIN.into()),
                retention_days: 0,
                edge: Edge::default(),
            };
            let server = startup::start(options).await.expect("it starts");
            assert!(started.send((server.address, server.stopper())).is_ok(), "it is awaited");
            server.run().await.expect("it ends well");
        });
    });
    let (address, stopper) = listens.await.expect("the server starts");
    (address, stopper, server)
}

/// A session with an active poll and people in it.
struct Stage {
    client: Connection,
    session: String,
    activity: String,
    /// Their tokens.
    people: Vec<String>,
}

impl Stage {
    async fn build(address: SocketAddr) -> Self {
        let mut client = Connection::open(address).await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut call = async |method: &str, path: &str, body: Value| -> Value {
            let bearer = format!("Bearer {ADMIN}");
            let body = body.to_string();
            let status =
                client.exchange(&request(method, path, &[("authorization", &bearer)], &body)).await;
            let answer = client.last_answer();
            assert!(status < 300, "{method} {path}: {}", String::from_utf8_lossy(answer));
            let at = answer.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
            serde_json::from_slice(&answer[at..]).unwrap_or_default()
        };
        let session = call("POST", "/api/v1/sessions", json!({"name": "Cost"})).await;
        let session = format!("/api/v1/sessions/{}", text(&session["id"]));
        let poll = json!({"type": "poll", "title": "Where?", "config": {"kind": "choice",
            "options": [{"label": "By the sea"}, {"label": "In the mountains"}]}});
        let poll = call("POST", &format!("{session}/activities"), poll).await;
        let activity = format!("{session}/activities/{}", text(&poll["id"]));
        call("POST", &format!("{session}/open"), json!({})).await;
        call("POST", &format!("{activity}/activate"), json!({})).await;
        let mut people = vec![];
        for n in 0..PEOPLE {
            let body = json!({"nickname": format!("Participant {n}")});
            let joined = call("POST", &format!("{session}/participants"), body).await;
            people.push(text(&joined["participant_token"]));
        }
        Self { client, session, activity, people }
    }
}
