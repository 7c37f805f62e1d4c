//! What polls cost the node that owns a session and one that follows it, what the owner pays for
//! those who poll elsewhere, and how soon a vote on one node is seen on another.

#[path = "support/load.rs"]
mod load;
#[path = "support/record.rs"]
mod record;
#[path = "support/server.rs"]
mod server;

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use load::{Connection, Requests, saturate, spread};
use record::record;
use serde_json::{Value, json};
use server::{ADMIN, Client, Process, Stage};

const PEOPLE: usize = 2_000;
const CONNECTIONS: usize = 200;
const LASTS: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
/// Polls in a second at the follower, while people vote at the owner.
const ELSEWHERE: [usize; 4] = [0, 500, 2_000, 8_000];
const LOOKED_AT: Duration = Duration::from_secs(10);
const VOTES: usize = 300;
/// Apart: the runners' pace must not add to what is measured.
const BETWEEN_VOTES: Duration = Duration::from_millis(120);

fn main() {
    caja::open_files::take_all();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads can be started").block_on(async {
        let Ok(url) = std::env::var("CAJA_TEST_POSTGRES_URL") else {
            println!("nodes: not measured, CAJA_TEST_POSTGRES_URL is not set");
            return;
        };
        let owner = Process::node(&url);
        let follower = Process::node(&url);
        let stage = Stage::settled(owner.address, PEOPLE).await;
        // From now on it follows.
        let mut client = Client::new(follower.address, &stage.tokens[0]).await;
        client.call("GET", &format!("{}/state", stage.path), Value::Null).await;
        polls_of_each(&stage, &owner, &follower).await;
        for polls in ELSEWHERE {
            polls_elsewhere(&stage, &owner, &follower, polls).await;
        }
        for (name, voted, seen) in [
            ("at the owner, seen at the follower", &owner, &follower),
            ("at the follower, seen at the owner", &follower, &owner),
            ("and seen at the follower", &follower, &follower),
            ("and seen at the owner", &owner, &owner),
        ] {
            visible(&stage, name, voted, seen).await;
        }
    });
}

/// Processor time of a poll that is answered 304, and of a whole frame, at each node in turn.
async fn polls_of_each(stage: &Stage, owner: &Process, follower: &Process) {
    for (kind, with_tag) in [("304", true), ("full frame", false)] {
        let tag = stage.etag().await;
        let tokens = &stage.tokens[..CONNECTIONS];
        let poll = |token: &String| vec![stage.poll(token, "", with_tag.then_some(&*tag))];
        let requests: Vec<Requests> = tokens.iter().map(poll).collect();
        let mut costs = [vec![], vec![]];
        for _ in 0..ROUNDS {
            for (costs, node) in costs.iter_mut().zip([owner, follower]) {
                let (before, began) = (node.cpu_seconds(), Instant::now());
                let run = saturate(node.address, &requests, LASTS).await;
                let polls = run.per_second * began.elapsed().as_secs_f64();
                costs.push((node.cpu_seconds() - before) * 1e6 / polls);
            }
        }
        let [owner, follower] = costs.map(median);
        println!(
            "polls, {kind}: {owner:.1} µs of processor at the owner, {follower:.1} µs at the \
             follower"
        );
        record("nodes", &json!({"name": kind, "owner": owner, "follower": follower}));
    }
}

/// What the owner takes while people vote there, and so many poll at the follower.
async fn polls_elsewhere(stage: &Stage, owner: &Process, follower: &Process, polls: usize) {
    let count = polls * LOOKED_AT.as_secs() as usize;
    let tag = stage.etag().await;
    let mut requests: Vec<Requests> = vec![vec![]; if polls == 0 { 0 } else { CONNECTIONS }];
    for at in 0..count {
        let token = &stage.tokens[at % stage.tokens.len()];
        requests[at % CONNECTIONS].push(stage.poll(token, "", Some(&tag)));
    }
    // Twenty votes a second, each of them news for the follower.
    let votes = stage.answers(&stage.tokens[..100]);
    let votes: Vec<Requests> = votes.into_iter().map(|vote| vec![vote]).collect();
    let (before, follower_before) = (owner.cpu_seconds(), follower.cpu_seconds());
    let (polled, voted) = tokio::join!(
        async {
            match requests.is_empty() {
                true => None,
                false => Some(spread(follower.address, &requests, LOOKED_AT).await),
            }
        },
        spread(owner.address, &votes, LOOKED_AT)
    );
    let taken = |node: &Process, before: f64| {
        100.0 * (node.cpu_seconds() - before) / LOOKED_AT.as_secs_f64()
    };
    let (owner, follower) = (taken(owner, before), taken(follower, follower_before));
    let p99 = polled.as_ref().map_or(0.0, |it| at(&it.latency_us, 0.99));
    let statuses = polled.map(|it| it.statuses).unwrap_or_default();
    println!(
        "{polls} polls/s at the follower and {:.0} votes/s at the owner: owner {owner:.1} % of a \
         core, follower {follower:.1} %; polls p99 {p99:.1} ms, statuses {statuses:?}",
        voted.per_second
    );
    record(
        "nodes",
        &json!({"name": format!("{polls} polls/s"), "polls": polls, "owner": owner,
            "follower": follower, "p99": p99}),
    );
}

/// From sending a vote until a big screen, which waits for news at a node, has the frame with it.
async fn visible(stage: &Stage, name: &str, voted: &Process, seen: &Process) {
    let mut screen = Client::new(seen.address, ADMIN).await;
    let mut phone = Connection::open(voted.address).await;
    let state = format!("{}/state", stage.path);
    let mut version = screen.call("GET", &state, Value::Null).await["version"].as_u64();
    let (mut acknowledged, mut visible) = (histogram(), histogram());
    for vote in stage.answers(&stage.tokens[..1]).iter().cycle().take(VOTES) {
        tokio::time::sleep(BETWEEN_VOTES).await;
        let began = Instant::now();
        let shown = async {
            loop {
                let since = version.expect("frames have versions");
                let path = format!("{state}?since={since}&wait=25");
                let delta = screen.call("GET", &path, Value::Null).await;
                version = delta["version"].as_u64();
                if delta.get("results").is_some() {
                    break began.elapsed();
                }
            }
        };
        let given = async {
            // It waits by then.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let sent = began.elapsed();
            let status = phone.exchange(vote).await;
            assert!(status < 300, "{status}");
            (sent, began.elapsed())
        };
        let (shown, (sent, acked)) = tokio::join!(shown, given);
        for (histogram, moment) in [(&mut acknowledged, acked), (&mut visible, shown)] {
            let micros = u64::try_from(moment.saturating_sub(sent).as_micros());
            histogram.record(micros.expect("it took no ages")).expect("the histogram grows");
        }
    }
    let [ack, p50, p99] = [at(&acknowledged, 0.99), at(&visible, 0.5), at(&visible, 0.99)];
    println!(
        "{VOTES} votes {name}: acknowledged p99 {ack:.1} ms, visible p50 {p50:.1} ms, p99 {p99:.1} ms"
    );
    record("nodes", &json!({"name": name, "ack_p99": ack, "p50": p50, "p99": p99}));
}

fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("three digits are possible")
}

/// A quantile in milliseconds.
fn at(micros: &Histogram<u64>, quantile: f64) -> f64 {
    micros.value_at_quantile(quantile) as f64 / 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
