//! More than a server can do at once, on one session: all of it is done or refused, other sessions
//! are served, phones are asked to come less often, and as often as before once the load is gone.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    load::Connection,
    process::Place,
    server::{ADMIN, Client, Stage},
    support::eventually,
    trial::{HELD, in_time},
};

/// Who answers in the same instant.
const PEOPLE: usize = 8_000;
/// Who goes on answering as often as anybody may.
const FLOODERS: usize = 3_000;
const FLOOD: Duration = Duration::from_secs(5);
/// Who follows another session meanwhile.
const OTHERS: usize = 20;
const POLL_EVERY: Duration = Duration::from_millis(250);
/// A poll of another session, at most: a debug build, on a machine that others load as well.
const SERVED_IN: Duration = Duration::from_secs(5);
const LIMIT: Duration = Duration::from_secs(300);
const CALM_MS: u64 = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overloaded_session_harms_no_other_and_loses_nothing_on_sqlite() {
    in_time(LIMIT, overload("overload, sqlite", Place::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overloaded_session_harms_no_other_and_loses_nothing_on_postgres() {
    in_time(LIMIT, overload("overload, postgres", Place::postgres().await)).await;
}

async fn overload(name: &str, place: Place) {
    let place = place.ready().with("CAJA_ADMIN_TOKEN", ADMIN).with("CAJA_ADDRESS_LIMIT", "0");
    let mut server = place.with("CAJA_LOG", "error").start();
    let address = ([127, 0, 0, 1], server.port()).into();
    let hot = Stage::build(address, PEOPLE).await;
    let other = Stage::build(address, OTHERS).await;

    let is_over = AtomicBool::new(false);
    let load = async {
        let mut voters = Voters::of(&hot).await;
        voters.answer_at_once().await;
        voters.flood().await;
        is_over.store(true, Ordering::Relaxed);
        voters
    };
    let (voters, others) = join(load, follow(&other, &is_over)).await;

    println!(
        "{name}: of {PEOPLE} answers in one instant {} were told to come again; then {} a second; \
         another session polled in {:?} at most, and was asked to come every {} ms",
        voters.refused,
        voters.flooded / FLOOD.as_secs() as usize,
        others.slowest,
        others.slowest_pace_ms,
    );
    assert!(voters.refused < PEOPLE && voters.flooded > 0, "answers are taken all the same");
    assert!(others.slowest_pace_ms > CALM_MS, "phones were asked to come less often");

    eventually("phones may come as often as before", || async {
        let mut calm = Followed::default();
        calm.poll(&mut Connection::open(address).await, &other, 0).await;
        calm.slowest_pace_ms == CALM_MS
    })
    .await;
    voters.are_counted().await;
    drop(voters);
    let ended = server.kill();
    assert_eq!(ended.stderr, "", "nothing went wrong");
    println!("{name}: {HELD}");
}

/// What those saw who followed another session.
#[derive(Default)]
struct Followed {
    slowest: Duration,
    slowest_pace_ms: u64,
}

async fn follow(stage: &Stage, is_over: &AtomicBool) -> Followed {
    let follow_one = async |person: usize| {
        let mut seen = Followed::default();
        let mut connection = Connection::open(stage.address).await;
        while !is_over.load(Ordering::Relaxed) {
            seen.poll(&mut connection, stage, person).await;
            sleep(POLL_EVERY).await;
        }
        seen
    };
    let all = join_all((0..OTHERS).map(follow_one)).await;
    Followed {
        slowest: all.iter().map(|it| it.slowest).max().unwrap(),
        slowest_pace_ms: all.iter().map(|it| it.slowest_pace_ms).max().unwrap(),
    }
}

impl Followed {
    async fn poll(&mut self, connection: &mut Connection, stage: &Stage, person: usize) {
        let poll = stage.poll(&stage.tokens[person], "", None);
        let sent = Instant::now();
        assert_eq!(connection.exchange(&poll).await, 200, "another session is served");
        let took = sent.elapsed();
        assert!(took < SERVED_IN, "it took {took:?}");
        self.slowest = self.slowest.max(took);
        let pace = connection.header("x-caja-poll-after-ms").expect("a pace");
        self.slowest_pace_ms = self.slowest_pace_ms.max(pace.parse().expect("a number"));
    }
}

/// Everybody in the hot session, each with a connection, and what they were promised.
struct Voters<'a> {
    stage: &'a Stage,
    connections: Vec<Connection>,
    /// The request for `a` and that for `b`, by person.
    requests: Vec<[Vec<u8>; 2]>,
    /// Which of them was acknowledged last.
    given: Vec<Option<usize>>,
    refused: usize,
    flooded: usize,
}

impl<'a> Voters<'a> {
    async fn of(stage: &'a Stage) -> Self {
        let all = stage.answers(&stage.tokens);
        let (a, b) = all.split_at(PEOPLE);
        let requests = a.iter().cloned().zip(b.iter().cloned()).map(|(a, b)| [a, b]);
        let mut connections = vec![];
        for _ in 0..PEOPLE {
            connections.push(Connection::open(stage.address).await);
        }
        let (given, refused, flooded) = (vec![None; PEOPLE], 0, 0);
        Self { stage, connections, requests: requests.collect(), given, refused, flooded }
    }

    async fn answer_at_once(&mut self) {
        let people = self.connections.iter_mut().zip(&self.requests).enumerate();
        let all = people.map(|(person, (connection, requests))| async move {
            answer(connection, &requests[person % 2]).await.then_some(person % 2)
        });
        self.given = join_all(all).await;
        self.refused = self.given.iter().filter(|given| given.is_none()).count();
    }

    /// Some change their minds again and again.
    async fn flood(&mut self) {
        let ends = Instant::now() + FLOOD;
        let people = self.connections.iter_mut().zip(&self.requests).zip(&mut self.given);
        let all = people.take(FLOODERS).map(|((connection, requests), given)| async move {
            let mut answered = 0;
            while Instant::now() < ends {
                let next = given.map_or(0, |given| 1 - given);
                if answer(connection, &requests[next]).await {
                    *given = Some(next);
                    answered += 1;
                }
                // Nobody may answer more often than ten times a second.
                sleep(Duration::from_millis(100)).await;
            }
            answered
        });
        self.flooded = join_all(all).await.iter().sum();
    }

    /// What was acknowledged is in the results, no more and no less.
    async fn are_counted(&self) {
        let count = |choice| self.given.iter().filter(|given| **given == Some(choice)).count();
        let right = json!({"a": count(0), "b": count(1)});
        let mut admin = Client::new(self.stage.address, ADMIN).await;
        let reveal = json!({"action": "reveal"});
        admin.call("POST", &format!("{}/control", self.stage.activity), reveal).await;
        eventually("the results are shown", async || self.shown().await.is_object()).await;
        assert_eq!(self.shown().await, right);
    }

    async fn shown(&self) -> Value {
        let mut client = Client::new(self.stage.address, &self.stage.tokens[0]).await;
        let frame = client.call("GET", &format!("{}/state", self.stage.path), Value::Null).await;
        frame["results"]["counts"].clone()
    }
}

/// Whether it was acknowledged; if not, it said when to come again.
async fn answer(connection: &mut Connection, request: &[u8]) -> bool {
    let status = connection.exchange(request).await;
    match status {
        200 | 201 => true,
        429 | 503 => {
            let after = connection.header("retry-after").and_then(|it| it.parse::<u64>().ok());
            assert!(after.is_some_and(|seconds| seconds > 0), "{status} without a time");
            false
        }
        other => panic!("answered {other}: {}", String::from_utf8_lossy(connection.last_answer())),
    }
}
