//! Polls and durable answers through HTTP, each beside a bare actix-web handler (one route, no
//! state) that takes and answers the same bytes. Both sides alternate in one run.

#[path = "support/load.rs"]
mod load;
#[path = "support/server.rs"]
mod server;

use std::{net::SocketAddr, time::Duration};

use load::{Connection, Outcome, Requests, burst, request, saturate};
use serde_json::Value;
use server::{Bare, Client, Process, Stage, answers, bare_server};

const LASTS: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [50, 500, 2_000];
const WRITERS: usize = 500;
/// So many that nobody answers more often than they may: ten times a second.
const PEOPLE_FOR_EACH_WRITER: usize = 40;
/// Who votes in the same second.
const ROOM: usize = 1_000;

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
        burst_of_votes(&stage, name, &caja).await;
    }
    if with_polls && is_wanted("polls") {
        let caja = Process::caja(url);
        for connections in CONNECTIONS {
            // A new one each time: who joined and does not come gives the seat back.
            let stage = Stage::build(caja.address, connections).await;
            compare_polls(&stage, connections, true).await;
            compare_polls(&stage, connections, false).await;
        }
    }
    if is_wanted("answers") {
        let caja = Process::caja(url);
        let stage = Stage::build(caja.address, WRITERS * PEOPLE_FOR_EACH_WRITER).await;
        compare_answers(&stage, name, &caja).await;
    }
}

/// Whether a part was asked for: `cargo bench --bench http -- burst`. All of them by default.
fn is_wanted(part: &str) -> bool {
    let asked: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    asked.is_empty() || asked.iter().any(|it| it == part)
}

/// Polls that are answered 304, or with a whole frame.
async fn compare_polls(stage: &Stage, connections: usize, unchanged: bool) {
    let path = format!("{}/state", stage.path);
    let mut probe = Client::new(stage.address, &stage.tokens[0]).await;
    probe.call("GET", &path, Value::Null).await;
    let etag = probe.header("etag");
    let requests: Vec<Requests> = stage.tokens[..connections.min(stage.tokens.len())]
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
    let mut connection = Connection::open(stage.address).await;
    let status = connection.exchange(&requests[0][0]).await;
    assert_eq!(status, if unchanged { 304 } else { 200 });
    let bare = Process::bare(&Bare::like(&path, connection.last_answer()));
    let (ours, theirs) = alternate(stage.address, bare.address, &requests).await;
    let kind = if unchanged { "304" } else { "full frame" };
    report(&format!("polls, {kind}, {connections} connections"), &ours, &theirs);
}

/// Durable answers, changed every time.
async fn compare_answers(stage: &Stage, name: &str, caja: &Process) {
    let path = format!("{}/response", stage.activity);
    let people = stage.tokens.chunks(PEOPLE_FOR_EACH_WRITER);
    let requests: Vec<Requests> = people.map(|tokens| answers(&path, tokens)).collect();
    let mut connection = Connection::open(stage.address).await;
    let (first, changed) = (&requests[0][0], &requests[0][PEOPLE_FOR_EACH_WRITER]);
    connection.exchange(first).await;
    assert_eq!(connection.exchange(changed).await, 200);
    let bare = Process::bare(&Bare::like(&path, connection.last_answer()));
    let (ours, theirs) = alternate(stage.address, bare.address, &requests).await;
    let refused = ours.iter().flat_map(|run| run.statuses.keys()).find(|status| **status >= 300);
    assert_eq!(refused, None, "only answers that count are counted");
    report(&format!("durable answers, {name}, {WRITERS} connections"), &ours, &theirs);
    println!("    {:.0} MiB resident after it", caja.resident_mib());
}

/// 1,000 answers that arrive within one second.
async fn burst_of_votes(stage: &Stage, name: &str, caja: &Process) {
    let path = format!("{}/response", stage.activity);
    let people = stage.tokens.chunks(1);
    let requests: Vec<Requests> = people.map(|token| answers(&path, token)).collect();
    let outcome = burst(stage.address, &requests, Duration::from_secs(1)).await;
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
