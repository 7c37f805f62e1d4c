//! A server with a crowd on it, to which faults happen.
//!
//! `CAJA_FAULT_ROUNDS` says how often; `CAJA_FAULT_SEED` repeats what a seed decided.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;

use crate::{
    api::{Api, Outcome},
    crowd::{Crowd, Show},
    kill::check_log,
    process::{Ended, Place, Server, fixed_port},
    stage::{Kind, Stage},
    support::eventually,
    verify,
};

pub(crate) struct Trial {
    name: &'static str,
    seed: u64,
    pub(crate) place: Place,
    pub(crate) show: Show,
    pub(crate) rng: StdRng,
    /// `None` while there is none.
    server: Option<Server>,
    port: u16,
}

impl Trial {
    /// Starts a server, and lets `members` join.
    pub(crate) async fn begin(name: &'static str, place: Place, members: usize) -> Self {
        let seed = setting("CAJA_FAULT_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
        println!("{name}: seed {seed}");
        let port = fixed_port();
        let place = place
            .ready()
            .with("CAJA_LISTEN", &format!("127.0.0.1:{port}"))
            .with("CAJA_LOG", "info,caja_actors::snapshot=debug");
        let mut server = place.start();
        server.port();
        let stage = Stage::build(&Api::new(port)).await;
        let show = Show::begin(stage, members, 6, seed).await;
        let rng = StdRng::seed_from_u64(seed);
        Self { name, seed, place, show, rng, server: Some(server), port }
    }

    pub(crate) fn crowd(&self) -> &Crowd {
        &self.show.crowd
    }

    pub(crate) fn api(&self) -> &Api {
        &self.crowd().stage.api
    }

    /// Another client of the server, with a watch of its own.
    pub(crate) fn another_api(&self) -> Api {
        Api::new(self.port)
    }

    /// The same data, and another port.
    pub(crate) fn second(&self) -> Place {
        self.place.beside()
    }

    pub(crate) fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("it runs")
    }

    pub(crate) fn server_runs(&mut self) -> bool {
        self.server().is_running()
    }

    pub(crate) async fn play(&self, kind: Kind) {
        self.crowd().host.switch(self.crowd(), kind).await;
    }

    /// Lets the crowd work from now on, and gives it a moment.
    pub(crate) async fn work(&mut self, ms: std::ops::Range<u64>) {
        self.crowd().open_gate();
        let ms = self.rng.random_range(ms);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    /// Lets the crowd write long texts until so many more snapshots were taken.
    pub(crate) async fn work_for_snapshots(&mut self, count: usize) {
        self.play(Kind::Text).await;
        self.crowd().open_gate();
        let taken = |server: &Server| server.stderr().matches("snapshot taken").count();
        let wanted = taken(self.server()) + count;
        let server = self.server.as_ref().expect("it runs");
        eventually("snapshots are taken", || async { taken(server) >= wanted }).await;
    }

    /// `kill -9`; whatever was under way goes on by itself, and nothing new begins.
    pub(crate) fn kill(&mut self) -> Ended {
        let ended = self.server.take().expect("it runs").kill();
        self.crowd().close_gate();
        ended
    }

    pub(crate) fn restart(&mut self) {
        let mut server = self.place.start();
        server.port();
        self.server = Some(server);
    }

    /// Checks all that the crowd was promised, right after a fault and when all has settled.
    pub(crate) async fn check(&self, report: &str) {
        let crowd = self.crowd();
        let before = crowd.acknowledged();
        // Somebody joins: service resumed by itself.
        crowd.new_member().join(crowd, &mut crowd.rng()).await;
        crowd.close_gate();
        verify::recovered(crowd).await;
        crowd.settles().await;
        verify::settled(crowd).await;
        let (name, seed) = (self.name, self.seed);
        println!("{name}: {} acknowledged before, {} now; {report}", before, crowd.acknowledged());
        self.api().watch.assert_nothing(&format!("{name}, seed {seed}, {report}"));
    }

    /// Ends the server, and says what it has shown.
    pub(crate) fn end(mut self, what: &str) -> Ended {
        let ended = self.kill();
        if !ended.stderr.contains("a test has the actor panic") {
            check_log(self.crowd(), &format!("{}{}", ended.stdout, ended.stderr));
            self.api().watch.assert_nothing(self.name);
        }
        println!(
            "{}: {what}, {} answers by {} people: {HELD}",
            self.name,
            self.crowd().acknowledged(),
            self.crowd().members().len(),
        );
        ended
    }

    /// Waits until the server says of itself that it is so.
    pub(crate) async fn is(&self, status: &str) {
        eventually(&format!("the server says that it is {status}"), || self.says(status)).await;
    }

    pub(crate) async fn says(&self, status: &str) -> bool {
        let health = self.api().client.get(self.api().url("/health/ready")).send().await;
        let Ok(health) = health else { return false };
        assert_eq!(health.status(), 200, "readiness");
        health.json::<Value>().await.is_ok_and(|body| body["status"] == status)
    }

    /// While the store is away: polls are answered, and a write is refused in time. `None`: the
    /// store was not away any more.
    pub(crate) async fn check_absence(&self) -> Option<String> {
        self.is("degraded").await;
        let poll = self.poll_ms().await;
        let (crowd, host) = (self.crowd(), &self.crowd().host);
        let turn = host.turn().await;
        let begun = std::time::Instant::now();
        // What changes nothing has nothing to wait for.
        let notice = format!("While the store was away {}", uuid::Uuid::now_v7());
        let write = host.announce(&turn, crowd, &notice);
        let write = tokio::time::timeout(WRITE_WAITS, write).await.expect("it is answered in time");
        drop(turn);
        // The watch makes sure of `Retry-After`.
        let status = match write {
            Outcome::Unknown(status) => status,
            Outcome::Done(_) => return None,
            Outcome::Refused(..) => panic!("it should wait: {write:?}"),
        };
        assert_eq!(status, "503 Service Unavailable");
        let write = begun.elapsed().as_millis();
        let last = self.poll_ms().await;
        let took = format!("a poll took {poll} ms, a write got 503 after {write} ms");
        Some(format!("{took}, a poll {last} ms then"))
    }

    async fn poll_ms(&self) -> u128 {
        let stage = &self.crowd().stage;
        let begun = std::time::Instant::now();
        stage.api.get(&stage.at("/state"), &stage.runner_token).await.done();
        let took = begun.elapsed();
        assert!(took < POLL_TAKES, "a poll from memory took {took:?}");
        took.as_millis()
    }
}

pub(crate) const HELD: &str =
    "nothing acknowledged lost, nothing doubled, service resumed by itself";
/// What a write may wait, and a busy machine's share.
const WRITE_WAITS: Duration = Duration::from_secs(11);
/// Far below what anything takes that asks the store.
const POLL_TAKES: Duration = Duration::from_secs(1);

/// How many rounds: few, unless more are asked for.
pub(crate) fn rounds(few: u32) -> u32 {
    setting("CAJA_FAULT_ROUNDS").unwrap_or(few)
}

pub(crate) fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} should be a number, and is {value:?}")))
}

/// A test that hangs fails.
pub(crate) async fn in_time(limit: Duration, test: impl Future<Output = ()>) {
    tokio::time::timeout(limit, test).await.expect("the rounds end");
}
