//! Any node answers any request as the session's owner would.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::{Client, Reply},
    support::{eventually, postgres_database},
};

/// What differs between two answers to the same question: when they were given, and their names.
const OF_THE_MOMENT: [&str; 4] = ["date", "x-request-id", "x-caja-time-ms", "x-caja-poll-after-ms"];

const TRIES: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_answers_as_the_owner_does() {
    let database = postgres_database().await;
    let (owner, other) = (TestApp::node(&database).await, TestApp::node(&database).await);
    let (here, there) = (owner.admin(), other.admin());
    let session = here.create_session(&json!({"name": "Any node"})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    here.open(id).await.expect(200);
    let poll = json!({"type": "poll", "title": "Tea?", "config": {
        "kind": "choice", "options": [{"label": "Yes"}, {"label": "No"}],
    }});
    let poll = there.create_activity(id, &poll).await.expect(201);
    let poll = poll["id"].as_str().unwrap();
    there.step(id, poll, "activate").await.expect(200);
    let mut people = vec![];
    for number in 0..60 {
        let node = if number % 2 == 0 { &owner } else { &other };
        let body = json!({"nickname": format!("Somebody with a rather long name {number}")});
        let joined = node.anyone().join(id, &body).await.expect(201);
        people.push(joined["participant_token"].as_str().unwrap().to_owned());
    }
    for (number, token) in people.iter().enumerate() {
        let node = if number % 3 == 0 { &owner } else { &other };
        let body = json!({"choices": [if number % 4 == 0 { "a" } else { "b" }], "round": 1});
        node.anyone().bearing(token).answer(id, poll, &body).await.expect(201);
    }
    there.control(id, poll, &json!({"action": "reveal"})).await.expect(200);
    let catches_up = || {
        eventually("the other node shows the same", || async {
            let (one, two) = (here.state(id, "").await.json(), there.state(id, "").await.json());
            one["version"] == two["version"]
        })
    };
    catches_up().await;
    let as_admin = [
        "",
        "/activities",
        "/participants?limit=7",
        "/summary",
        "/export?format=csv",
        "/export?format=json",
        "/export?format=pdf",
        "/moderation",
        "/runner-tokens",
        "/qr.svg",
        "/state",
        "/state?since=1",
        "/state?wait=99",
        "/nowhere",
        "/participants?limit=0",
    ];
    for below in as_admin.map(str::to_owned).into_iter().chain([format!("/activities/{poll}")]) {
        for method in [Method::GET, Method::HEAD] {
            let [one, two] = asked([&here, &there], &method, id, &below).await;
            assert_eq!(one, two, "{method} {below} as administrator");
        }
    }
    let (first, second) = (owner.anyone().bearing(&people[0]), other.anyone().bearing(&people[0]));
    for below in ["/me", "/state", "/participants", "", "/export?format=csv"] {
        for method in [Method::GET, Method::HEAD] {
            let [one, two] = asked([&first, &second], &method, id, below).await;
            assert_eq!(one, two, "{method} {below} as participant");
        }
    }
    for (body, status) in
        [(json!({"choices": ["z"]}), 422), (json!({"choices": ["a"], "round": 9}), 409)]
    {
        let [one, two] =
            [first.answer(id, poll, &body).await, second.answer(id, poll, &body).await];
        assert_eq!(one.status, status);
        assert_eq!(comparable(&one), comparable(&two), "{body}");
    }
    // Who was removed at one node is so at the other.
    let gone = there.participants(id, "?limit=1").await.expect(200);
    let gone = gone["items"][0]["participant_id"].as_str().unwrap().to_owned();
    there.remove_participant(id, &gone, "").await.expect(204);
    catches_up().await;
    let mut refused = 0;
    for token in &people {
        let at = [&owner, &other].map(|node| node.anyone().bearing(token));
        let [one, two] = [at[0].state(id, "").await, at[1].state(id, "").await];
        assert_eq!(one.status, two.status);
        refused += u32::from(one.status != 200);
    }
    assert_eq!(refused, 1);
    there.delete_session(id).await.expect(204);
    eventually("both know that it is deleted", || async {
        [here.state(id, "").await.status, there.state(id, "").await.status] == [404, 404]
    })
    .await;
}

/// Nobody but nodes comes in by their door.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_for_nodes_is_shut_for_everybody_else() {
    let node = TestApp::node(&postgres_database().await).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let inside = node.inside.expect("it is one of several");
    for path in ["/cluster/clock", "/health/live", "/api/v1/openapi.json", "/"] {
        for secret in [None, Some(""), Some("guessed-guessed-guessed-guessed")] {
            let mut asked = http.get(format!("http://{inside}{path}"));
            if let Some(secret) = secret {
                asked = asked.header("x-caja-cluster", secret);
            }
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path}");
            assert_eq!(answer.text().await.unwrap(), "");
        }
    }
    // And what nodes tell each other is nothing by the front door, nor is who says to be one.
    for path in ["/cluster/clock", "/cluster/sessions/00000000-0000-0000-0000-000000000000/copy"] {
        let asked = http.get(format!("{}{path}", node.base)).header("x-caja-cluster", "x");
        assert_eq!(asked.send().await.unwrap().status(), 404);
    }
}

/// What both say, once they say the same: who is there changes by itself, and the other node hears of
/// it a moment later.
async fn asked(clients: [&Client; 2], method: &Method, id: &str, below: &str) -> [Value; 2] {
    for _ in 0..TRIES {
        let [one, two] = asked_once(clients, method, id, below).await;
        if one == two {
            return [one, two];
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    asked_once(clients, method, id, below).await
}

async fn asked_once(clients: [&Client; 2], method: &Method, id: &str, below: &str) -> [Value; 2] {
    let path = format!("/api/v1/sessions/{id}{below}");
    let mut replies = vec![];
    for client in clients {
        // Not by `send`, which holds answers to the document; that leaves `HEAD` out.
        let answer = client.request(method.clone(), &path).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap().to_vec();
        replies.push(comparable(&Reply { status, headers, bytes }));
    }
    replies.try_into().unwrap()
}

/// Status, headers and body, but for what is of the moment.
fn comparable(reply: &Reply) -> Value {
    let headers = reply.headers.iter().filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    let mut headers: Vec<_> = headers.collect();
    headers.sort_unstable();
    let mut body = serde_json::from_slice(&reply.bytes).unwrap_or_else(|_| json!(reply.text()));
    if let Some(body) = body.as_object_mut() {
        for moment in ["request_id", "exported_at", "timeline"] {
            body.remove(moment);
        }
    }
    json!([reply.status, headers, body])
}
