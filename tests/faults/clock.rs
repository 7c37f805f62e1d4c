//! The machine's clock is set back and forward by an hour, under a running server and between two
//! runs: nothing that the server says of time runs backwards, and deadlines come when they should.
//!
//! A debug build reads its offset from a file; nothing else in the server reads a wall clock.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    api::Api,
    process::{ADMIN_TOKEN, Place},
    stage::{Kind, text},
    trial::{Trial, in_time, rounds},
};

const MEMBERS: usize = 30;
const ROUND: Duration = Duration::from_secs(90);
const HOUR_MS: i64 = 3_600_000;
/// Where the clock is set to, one after the other: back, forward by two hours, and back.
const OFFSETS: [i64; 3] = [-HOUR_MS, HOUR_MS, 0];
/// How long the activities run.
const DURATION: Duration = Duration::from_secs(2);
/// What a busy machine may add: far less than an hour.
const LATE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_an_hour_back_and_forward_moves_no_deadline_on_sqlite() {
    set_the_clock("clock, sqlite", Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_an_hour_back_and_forward_moves_no_deadline_on_postgres() {
    set_the_clock("clock, postgres", Place::postgres().await).await;
}

async fn set_the_clock(name: &'static str, place: Place) {
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let folder = tempfile::tempdir().unwrap();
        let clock = folder.path().join("offset");
        let place = place.with("CAJA_FAULT_CLOCK", clock.to_str().unwrap());
        let mut trial = Trial::begin(name, place, MEMBERS).await;
        let mut times = Times { clock, shown: 0 };
        for round in 1..=rounds {
            for (step, offset) in (round..).zip(OFFSETS) {
                let when = format!("round {round}/{rounds}, {:+} h", offset / HOUR_MS);
                trial.play(if step % 2 == 0 { Kind::Quiz } else { Kind::Poll }).await;
                trial.work(50..150).await;
                let countdown = times.set_while_it_runs(&trial, offset).await;
                trial.check(&format!("{when} while it runs")).await;
                countdown.ends(DURATION).await;
                times.look(&trial).await;
                trial.work(50..150).await;
                let countdown = times.set_between_runs(&mut trial, -offset).await;
                trial.check(&format!("{when} between two runs")).await;
                countdown.ends(Duration::ZERO).await;
                times.look(&trial).await;
            }
        }
        trial.end(&format!("{rounds} rounds of {OFFSETS:?} ms"));
    })
    .await;
}

/// The clock, and what was seen of it.
struct Times {
    clock: PathBuf,
    /// The latest time of an event that the server has told.
    shown: u64,
}

impl Times {
    fn set(&self, offset_ms: i64) {
        std::fs::write(&self.clock, offset_ms.to_string()).unwrap();
    }

    /// A deadline that is running when the clock is set comes when it would have come.
    async fn set_while_it_runs(&self, trial: &Trial, offset_ms: i64) -> Countdown {
        let before = server_time(trial).await;
        let countdown = Countdown::begin(trial.another_api()).await;
        self.set(offset_ms);
        let after = server_time(trial).await;
        assert!(
            after >= before && Duration::from_millis(after - before) < LATE,
            "from {before} to {after}"
        );
        countdown
    }

    /// A server that died comes back with another clock; the deadline is as far away as it was,
    /// give or take what nobody saw pass.
    async fn set_between_runs(&self, trial: &mut Trial, offset_ms: i64) -> Countdown {
        let countdown = Countdown::begin(trial.another_api()).await;
        let ends_at = countdown.frame().await["activity"]["ends_at_ms"].clone();
        trial.kill();
        self.set(offset_ms);
        trial.restart();
        let frame = countdown.frame().await;
        if frame["activity"]["status"] == "active" {
            assert_eq!(frame["activity"]["ends_at_ms"], ends_at);
        }
        countdown
    }

    /// Whoever joined later joined at a later time, and nothing is before what was told already.
    async fn look(&mut self, trial: &Trial) {
        let people = trial.crowd().stage.participants().await;
        let joined: Vec<String> = people.iter().map(|it| text(&it["joined_at"])).collect();
        assert!(joined.is_sorted(), "{joined:?}");
        let now = server_time(trial).await;
        assert!(now >= self.shown, "it was {} and is {now}", self.shown);
        let countdown = Countdown::begin(trial.another_api()).await;
        let at = text(&countdown.activity().await["activated_at"]);
        // Both are of this form, so that they compare as texts.
        assert!(joined.last().is_none_or(|last| *last <= at), "{joined:?} and then {at}");
        self.shown = now;
    }
}

/// The server's clock as clients read it.
async fn server_time(trial: &Trial) -> u64 {
    let stage = &trial.crowd().stage;
    let request = stage.api.request(Method::GET, &stage.at("/state"), &stage.runner_token);
    let response = request.send().await.unwrap();
    response.headers()["x-caja-time-ms"].to_str().unwrap().parse().unwrap()
}

/// A poll that expires by itself, in a session of its own.
struct Countdown {
    api: Api,
    session: String,
    activity: String,
    begun: Instant,
}

impl Countdown {
    async fn begin(api: Api) -> Self {
        let post = async |path: &str, body: Value| api.post(path, ADMIN_TOKEN, &body).await.done();
        let session = post("/sessions", json!({"name": "Countdown"})).await;
        let session = format!("/sessions/{}", text(&session["id"]));
        let poll = json!({"type": "poll", "title": "Soon over", "config": {
            "kind": "rating", "question": "Soon over?", "duration_s": DURATION.as_secs(),
        }});
        let activity = post(&format!("{session}/activities"), poll).await;
        let activity = format!("{session}/activities/{}", text(&activity["id"]));
        post(&format!("{session}/open"), json!({})).await;
        let begun = Instant::now();
        post(&format!("{activity}/activate"), json!({})).await;
        Self { api, session, activity, begun }
    }

    async fn frame(&self) -> Value {
        self.api.get(&format!("{}/state", self.session), ADMIN_TOKEN).await.done()
    }

    async fn activity(&self) -> Value {
        self.api.get(&self.activity, ADMIN_TOKEN).await.done()
    }

    /// It ends after at least this time, and not much after the whole time.
    async fn ends(&self, at_least: Duration) {
        while self.frame().await["activity"]["status"] == "active" {
            assert!(self.begun.elapsed() < DURATION + LATE, "it does not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let took = self.begun.elapsed();
        assert!(took >= at_least, "it ended after {took:?}");
        let activity = self.activity().await;
        assert!(text(&activity["activated_at"]) <= text(&activity["expired_at"]), "{activity}");
    }
}
