//! What requests cost in allocations, and that they leave no memory behind: counted, so the same on
//! every machine at any load.
//!
//! Allocations are what creeps in unseen. Instructions are counted by `make instructions`.

#[path = "../../benches/support/load.rs"]
mod load;
#[path = "../../benches/support/server.rs"]
mod server;

use std::{net::SocketAddr, thread, time::Duration};

use caja::{
    app::Edge,
    startup::{self, Options, Stopper},
    store::{self, OpenOptions},
};
use load::Connection;
use server::{ADMIN, Stage};
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Enough for what happens beside them, by the clock, not to count.
const REQUESTS: u64 = 2_000;

/// So many that nobody answers more often than they may.
const PEOPLE: usize = 200;

/// So many requests that eight bytes of each would be seen among all else that is kept.
const MANY: u64 = 30_000;
const KEPT_BYTES: usize = 150_000;

/// A limit, and what was counted when it was set.
struct Limit {
    what: &'static str,
    allocations: f64,
}

/// One test, because the counts are the whole process's.
#[tokio::test]
async fn requests_allocate_no_more_than_they_did_and_keep_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("caja.db").display());
    let (address, stopper, server) = start(database).await;
    let stage = Stage::build(address, PEOPLE).await;
    let mut client = Connection::open(address).await;
    let poll = |query: &str, tag: Option<&str>| stage.poll(&stage.tokens[0], query, tag);
    let answers = stage.answers(&stage.tokens);
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
        (Limit { what: "a changed answer, made durable", allocations: 70.0 }, answers),
    ];
    let _profiler = dhat::Profiler::builder().testing().build();
    let mut over = vec![];
    for (limit, requests) in cases {
        for turn in 0..PEOPLE {
            client.exchange(&requests[turn % requests.len()]).await;
        }
        let before = dhat::HeapStats::get();
        for turn in 0..REQUESTS {
            let status = client.exchange(&requests[turn as usize % requests.len()]).await;
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
    let before = settled_bytes().await;
    let me = stage.read(&stage.tokens[0], "/me", &[]);
    for _ in 0..MANY {
        assert_eq!(client.exchange(&me).await, 200);
    }
    let kept = settled_bytes().await.saturating_sub(before);
    println!("kept after {MANY} requests: {kept} bytes");
    if kept > KEPT_BYTES {
        over.push(format!("{kept} bytes kept after {MANY} requests"));
    }
    stopper.stop().await;
    server.join().unwrap();
    assert!(over.is_empty(), "{over:#?}");
}

/// What is in memory when what happens every second has happened.
async fn settled_bytes() -> usize {
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    dhat::HeapStats::get().curr_bytes
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
                membership: None,
                metrics_listen: None,
            };
            let server = startup::start(options).await.expect("it starts");
            assert!(started.send((server.address, server.stopper())).is_ok(), "it is awaited");
            server.run().await.expect("it ends well");
        });
    });
    let (address, stopper) = listens.await.expect("the server starts");
    (address, stopper, server)
}
