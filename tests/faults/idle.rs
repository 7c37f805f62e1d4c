//! Sessions that nobody asks for leave memory, and come back as they were.
//!
//! A debug build can be told how long it waits.

use std::{
    iter::zip,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    api::Api,
    memory::resident_kib,
    process::{ADMIN_TOKEN, Place},
    stage::text,
    trial::{HELD, in_time, setting},
};

/// Where no rounds are asked for.
const FEW: usize = 500;
const MANY: usize = 10_000;
const AT_ONCE: usize = 24;
const LIMIT: Duration = Duration::from_secs(600);

/// A session with one poll and one answer.
struct Small {
    path: String,
    poll: String,
    token: String,
    choice: &'static str,
}

impl Small {
    async fn build(api: &Api, number: usize) -> Self {
        let post = async |path: &str, body: Value| api.post(path, ADMIN_TOKEN, &body).await.done();
        let session = post("/sessions", json!({"name": format!("Small {number}")})).await;
        let path = format!("/sessions/{}", text(&session["id"]));
        let options = ["a", "b"].map(|id| json!({"id": id, "label": id}));
        let poll = json!({"type": "poll", "title": "Which?", "config": {
            "kind": "choice", "question": "Which?", "results": "always", "options": options,
        }});
        let poll = text(&post(&format!("{path}/activities"), poll).await["id"]);
        post(&format!("{path}/open"), json!({})).await;
        post(&format!("{path}/activities/{poll}/activate"), json!({})).await;
        let joined = post(&format!("{path}/participants"), json!({"nickname": "Ana"})).await;
        let token = text(&joined["participant_token"]);
        let choice = ["a", "b"][number % 2];
        let answer = json!({"choices": [choice]});
        api.put(&format!("{path}/activities/{poll}/response"), &token, &answer).await.done();
        Self { path, poll, token, choice }
    }

    async fn is_right(&self, api: &Api) {
        let frame = api.get(&format!("{}/state", self.path), &self.token).await.done();
        let counts = &frame["results"]["counts"];
        assert_eq!((&counts[self.choice], &frame["results"]["responses"]), (&json!(1), &json!(1)));
        let me = api.get(&format!("{}/me", self.path), &self.token).await.done();
        assert_eq!(me["answers"][&self.poll]["choices"], json!([self.choice]));
    }
}

async fn in_memory(api: &Api) -> u64 {
    let health = api.client.get(api.url("/health/live")).send().await.unwrap();
    health.json::<Value>().await.unwrap()["sessions"].as_u64().unwrap()
}

async fn until_in_memory(api: &Api, wanted: u64) {
    while in_memory(api).await != wanted {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_sessions_leave_memory_and_one_that_is_woken_is_as_it_was() {
    let count = if setting::<u32>("CAJA_FAULT_ROUNDS").is_some() { MANY } else { FEW };
    let folder = tempfile::tempdir().unwrap();
    let patience = folder.path().join("idle_ms");
    let place = Place::sqlite().ready().with("CAJA_FAULT_IDLE", patience.to_str().unwrap());
    let mut server = place.with("CAJA_LOG", "warn").start();
    let api = Api::new(server.port());
    in_time(LIMIT, async {
        let empty = resident_kib(server.pid());
        let builds = (0..count).map(|number| Small::build(&api, number));
        let small: Vec<Small> = stream::iter(builds).buffered(AT_ONCE).collect().await;
        let most = in_memory(&api).await;
        let full = resident_kib(server.pid());
        assert_eq!(most, count as u64, "all of them are in memory");

        let begun = Instant::now();
        std::fs::write(&patience, "1000").unwrap();
        until_in_memory(&api, 0).await;
        let idle = resident_kib(server.pid());

        std::fs::write(&patience, "600000").unwrap();
        let woken_at = Instant::now();
        small[count / 3].is_right(&api).await;
        let woken = woken_at.elapsed();
        assert_eq!(in_memory(&api).await, 1);
        let answer = json!({"choices": ["a"]});
        let vote = format!("{}/activities/{}/response", small[7].path, small[7].poll);
        api.put(&vote, &small[7].token, &answer).await.done();
        let others = zip(&small, 0..).filter(|(_, number)| *number != 7).take(50);
        stream::iter(others).for_each(|(it, _)| it.is_right(&api)).await;
        let mib = |kib: Option<u64>| kib.map_or("?".into(), |kib| format!("{} MiB", kib / 1_024));
        println!(
            "idle: {} empty, {} with {count} sessions in memory, {} when all had left after {:?}; \
             the first woken one answered twice within {woken:?}",
            mib(empty),
            mib(full),
            mib(idle),
            begun.elapsed(),
        );
        if let (Some(full), Some(idle)) = (full, idle) {
            assert!(idle < full, "{idle} KiB of {full} KiB");
        }
    })
    .await;
    api.watch.assert_nothing("idle");
    let ended = server.kill();
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    println!("idle: {count} sessions left memory, 51 woken ones are right: {HELD}");
}
