//! What a server needs for a full room.

use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::{
    api::Api,
    process::Place,
    stage::{Kind, Stage, text},
    support::eventually,
};

const PEOPLE: usize = 1_000;
const MOST_KIB: u64 = 100 * 1_024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_people_who_answered_fit_into_100_mb() {
    let place = Place::sqlite().ready();
    let mut server = place.start();
    let stage = Stage::build(&Api::new(server.port())).await;
    let before = resident_kib(server.pid());
    let activate = stage.at_activity(Kind::Poll, "/activate");
    stage.api.post(&activate, &stage.runner_token, &json!({})).await.done();
    let people = (0..PEOPLE).map(|number| join_and_answer(&stage, number));
    stream::iter(people).buffer_unordered(32).collect::<()>().await;
    eventually("the frame shows all answers", || async {
        let frame = stage.api.get(&stage.at("/state"), &stage.runner_token).await.done();
        frame["results"]["counts"]["a"] == PEOPLE
    })
    .await;
    let (Some(before), Some(after)) = (before, resident_kib(server.pid())) else {
        println!("memory is not measured: there is no /proc here");
        return;
    };
    println!("{} MiB without people, {} MiB with {PEOPLE}", before / 1_024, after / 1_024);
    assert!(after < MOST_KIB, "{after} KiB");
}

async fn join_and_answer(stage: &Stage, number: usize) {
    let body = json!({"nickname": format!("Person {number}"), "client_id": uuid::Uuid::new_v4()});
    let joined = stage.api.post(&stage.at("/participants"), "", &body).await.done();
    let token = text(&joined["participant_token"]);
    let answer = json!({"choices": ["a"]});
    let path = stage.at_activity(Kind::Poll, "/response");
    stage.api.put(&path, &token, &answer).await.done();
    stage.api.get(&stage.at("/state"), &token).await.done();
}

/// Physical memory of a process, where the system tells it.
pub(crate) fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
