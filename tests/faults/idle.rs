//! Sessions that nobody asks for leave memory, and come back as they were.
//!
//! A debug build can be told how long it waits.

use std::{
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    api::Api,
    memory::resident_kib,
    process::{ADMIN_TOKEN, Place, Server},
    stage::text,
    trial::{HELD, in_time, setting},
};

/// Where no rounds are asked for.
const FEW: usize = 500;
const MANY: usize = 10_000;
const AT_ONCE: usize = 24;
const LIMIT: Duration = Duration::from_secs(1_200);

/// A session with one poll and one answer.
struct Small {
    path: String,
    poll: String,
    token: String,
    choice: Mutex<&'static str>,
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
        Self { path, poll, token, choice: Mutex::new(choice) }
    }

    async fn change(&self, api: &Api) {
        let choice = if *self.choice.lock().unwrap() == "a" { "b" } else { "a" };
        let path = format!("{}/activities/{}/response", self.path, self.poll);
        api.put(&path, &self.token, &json!({"choices": [choice]})).await.done();
        *self.choice.lock().unwrap() = choice;
    }

    async fn is_right(&self, api: &Api) {
        let choice = *self.choice.lock().unwrap();
        let frame = api.get(&format!("{}/state", self.path), &self.token).await.done();
        let counts = &frame["results"]["counts"];
        assert_eq!((&counts[choice], &frame["results"]["responses"]), (&json!(1), &json!(1)));
        let me = api.get(&format!("{}/me", self.path), &self.token).await.done();
        assert_eq!(me["answers"][&self.poll]["choices"], json!([choice]));
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
async fn idle_sessions_leave_memory_and_come_back_from_sqlite_as_they_were() {
    leave_and_come_back("idle, sqlite", Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_sessions_leave_memory_and_come_back_from_postgres_as_they_were() {
    leave_and_come_back("idle, postgres", Place::postgres().await).await;
}

async fn leave_and_come_back(name: &str, place: Place) {
    let count = if setting::<u32>("CAJA_FAULT_ROUNDS").is_some() { MANY } else { FEW };
    let folder = tempfile::tempdir().unwrap();
    let patience = Patience(folder.path().join("idle_ms"));
    let place = place.ready().with("CAJA_FAULT_IDLE", patience.0.to_str().unwrap());
    let mut server = place.with("CAJA_LOG", "warn").start();
    let api = Api::new(server.port());
    in_time(LIMIT, async {
        let empty = resident_kib(server.pid());
        let builds = (0..count).map(|number| Small::build(&api, number));
        let small: Vec<Small> = stream::iter(builds).buffered(AT_ONCE).collect().await;
        assert_eq!(in_memory(&api).await, count as u64, "all of them are in memory");

        let left = patience.runs_out(&api).await;
        let woken_at = Instant::now();
        small[count / 3].is_right(&api).await;
        let woken = woken_at.elapsed();
        assert_eq!(in_memory(&api).await, 1, "nobody else is woken");
        println!(
            "{name}: {count} sessions had left after {left:?}; one that was woken answered twice \
             within {woken:?}"
        );

        let full = wake(&small, &server, &api).await;
        patience.runs_out(&api).await;
        let again = wake(&small, &server, &api).await;
        is_used_again(name, empty, full, again);

        small[7].change(&api).await;
        patience.runs_out(&api).await;
        small[7].is_right(&api).await;
    })
    .await;
    api.watch.assert_nothing(name);
    let ended = server.kill();
    assert_eq!(ended.stderr, "", "nothing went wrong");
    println!("{name}: {count} sessions left memory, all that were woken are right: {HELD}");
}

/// Wakes all of them; gives what the server then has in memory.
async fn wake(small: &[Small], server: &Server, api: &Api) -> Option<u64> {
    let woken = small.iter().map(|it| it.is_right(api));
    stream::iter(woken).buffer_unordered(AT_ONCE).collect::<()>().await;
    assert_eq!(in_memory(api).await, small.len() as u64, "all were woken");
    resident_kib(server.pid())
}

/// How long the server keeps an unused session.
struct Patience(PathBuf);

impl Patience {
    /// Waits until every session has left, and then lets none go.
    async fn runs_out(&self, api: &Api) -> Duration {
        let begun = Instant::now();
        std::fs::write(&self.0, "1000").unwrap();
        until_in_memory(api, 0).await;
        std::fs::write(&self.0, "600000").unwrap();
        begun.elapsed()
    }
}

/// Whoever comes back takes the room of those who left. How much of it the process has meanwhile
/// given to the system is up to its allocator.
fn is_used_again(name: &str, empty: Option<u64>, full: Option<u64>, again: Option<u64>) {
    let (Some(empty), Some(full), Some(again)) = (empty, full, again) else {
        println!("{name}: memory is not measured: there is no /proc here");
        return;
    };
    let mib = |kib: u64| kib / 1_024;
    println!(
        "{name}: {} MiB empty, {} MiB with all in memory, {} MiB when all had left and come back",
        mib(empty),
        mib(full),
        mib(again)
    );
    assert!(again < full + (full - empty) / 4, "{again} KiB after {full} KiB, {empty} KiB empty");
}
