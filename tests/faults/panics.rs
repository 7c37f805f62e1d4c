//! An actor that panics: its session comes back by itself, and the other sessions don't notice.
//!
//! Only a debug build can be told to, by an announcement.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    api::{Api, Outcome},
    process::{ADMIN_TOKEN, Place},
    stage::{KINDS, Kind, Stage, text},
    trial::{Trial, in_time, rounds},
    verify::surely,
};

const MEMBERS: usize = 40;
const ROUND: Duration = Duration::from_secs(60);
const WORDS: &str = "Let it fall";
/// Before a command is judged; when it has changed the state and is not durable; when it is
/// durable and nobody knows.
const MOMENTS: [&str; 3] = ["asked", "applied", "durable"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_actor_panics_comes_back_from_sqlite_and_the_others_go_on() {
    panic_and_come_back("panic, sqlite", Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_actor_panics_comes_back_from_postgres_and_the_others_go_on() {
    panic_and_come_back("panic, postgres", Place::postgres().await).await;
}

async fn panic_and_come_back(name: &'static str, place: Place) {
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let place = place.with("CAJA_FAULT_PANIC", WORDS);
        let mut trial = Trial::begin(name, place, MEMBERS).await;
        let bystander = Bystander::start(trial.another_api()).await;
        for round in 1..=rounds {
            for moment in MOMENTS {
                trial.play(KINDS[round as usize % KINDS.len()]).await;
                trial.work(100..400).await;
                let report = strike(&trial, moment).await;
                trial.check(&format!("round {round}/{rounds}, {moment}: {report}")).await;
            }
        }
        let (votes, slowest_ms) = bystander.stop().await;
        let what = format!(
            "{rounds} rounds of {MOMENTS:?}, meanwhile {votes} votes in another session, the \
             slowest after {slowest_ms} ms"
        );
        let ended = trial.end(&what);
        for words in ["panicked at", "session stopped by a panic"] {
            let told = ended.stderr.matches(words).count();
            assert_eq!(told, MOMENTS.len() * rounds as usize, "{words}: {}", ended.stderr);
        }
    })
    .await;
}

async fn strike(trial: &Trial, moment: &str) -> String {
    let crowd = trial.crowd();
    let notice = format!("{WORDS} {moment}");
    let turn = crowd.host.turn().await;
    // So that the next one changes something: another that does not has nothing to fall over.
    crowd.host.announce(&turn, crowd, "Mind your heads").await.done();
    let struck_at = Instant::now();
    let told = crowd.host.announce(&turn, crowd, &notice).await;
    drop(turn);
    assert!(matches!(told, Outcome::Unknown(_)), "it can't have an answer: {told:?}");
    surely(&crowd.stage.api, &crowd.stage.at("/state"), &crowd.stage.runner_token).await;
    let poll = struck_at.elapsed().as_millis();
    crowd.new_member().join(crowd, &mut crowd.rng()).await;
    format!("first poll after {poll} ms, first write after {} ms", struck_at.elapsed().as_millis())
}

/// Somebody in another session of the server, who votes all the time and is never refused.
struct Bystander {
    task: tokio::task::JoinHandle<u64>,
    is_over: Arc<AtomicU64>,
}

impl Bystander {
    async fn start(api: Api) -> Self {
        let stage = Stage::build(&api).await;
        let joined =
            api.post(&stage.at("/participants"), "", &json!({"nickname": "Ana"})).await.done();
        let token = text(&joined["participant_token"]);
        let activate = stage.at_activity(Kind::Poll, "/activate");
        api.post(&activate, ADMIN_TOKEN, &json!({})).await.done();
        let is_over = Arc::<AtomicU64>::default();
        let over = is_over.clone();
        let task = tokio::spawn(async move {
            let (mut votes, mut slowest) = (0, Duration::ZERO);
            let path = stage.at_activity(Kind::Poll, "/response");
            while over.load(Ordering::Relaxed) == 0 {
                let begun = Instant::now();
                let choice = ["a", "b", "c", "d"][votes as usize % 4];
                api.put(&path, &token, &json!({"choices": [choice]})).await.done();
                let me = api.get(&stage.at("/me"), &token).await.done();
                assert_eq!(me["answers"][stage.activity(Kind::Poll)]["choices"], json!([choice]));
                slowest = slowest.max(begun.elapsed());
                votes += 1;
                // Below the limit of answers of one person.
                tokio::time::sleep(Duration::from_millis(120)).await;
            }
            api.watch.assert_nothing("in another session");
            over.store(votes, Ordering::Relaxed);
            u64::try_from(slowest.as_millis()).unwrap()
        });
        Self { task, is_over }
    }

    /// How many votes there were, and how long the slowest took.
    async fn stop(self) -> (u64, u64) {
        self.is_over.store(1, Ordering::Relaxed);
        let slowest_ms = self.task.await.expect("it was never refused");
        (self.is_over.load(Ordering::Relaxed), slowest_ms)
    }
}
