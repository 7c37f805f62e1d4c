//! Any node answers any request as the session's owner would.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use caja::store::{self, OpenOptions};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    app::{ADMIN_TOKEN, LEASE, TestApp},
    client::{Client, Reply, send},
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
    for node in [&owner, &other] {
        let invitation = node.anyone().invitation(session["code"].as_str().unwrap()).await;
        assert_eq!(invitation.expect(200)["participant_count"], 60, "as soon as all are told");
        let list = node.admin().sessions("").await.expect(200);
        assert_eq!(list["items"][0]["participant_count"], 60);
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

/// What nodes say to each other of a request is not its sender's to say, by whatever node it comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_client_says_when_its_request_arrived_or_whose_it_is() {
    let database = postgres_database().await;
    let (owner, other) = (TestApp::node(&database).await, TestApp::node(&database).await);
    let admin = owner.admin();
    let session = admin.create_session(&json!({"name": "In time"})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    admin.open(id).await.expect(200);
    let poll = json!({"type": "poll", "title": "Now?", "config": {
        "kind": "choice", "options": [{"label": "Yes"}, {"label": "No"}], "duration_s": 1,
    }});
    let poll = admin.create_activity(id, &poll).await.expect(201);
    let poll = poll["id"].as_str().unwrap();
    let joined = other.anyone().join(id, &json!({"nickname": "Ana"})).await.expect(201);
    admin.step(id, poll, "activate").await.expect(200);
    eventually("its time is over", || async {
        admin.activity(id, poll).await.json()["status"] == "expired"
    })
    .await;
    for node in [&owner, &other] {
        let ana = node.anyone().bearing(joined["participant_token"].as_str().unwrap());
        let path = format!("/api/v1/sessions/{id}/activities/{poll}/response");
        let late = ana
            .request(Method::PUT, &path)
            .header("x-caja-cluster", "x")
            .header("x-caja-sender", "192.0.2.1")
            .header("x-caja-waited-ms", "5000")
            .header("x-caja-until", "18446744073709551615")
            .json(&json!({"choices": ["a"]}));
        let late = send(late).await;
        assert_eq!(late.problem(409), "not_accepting");
        assert_eq!(late.json()["reason"], "late");
    }
    // However the id is written.
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let gone = other.admin().request(Method::DELETE, &format!("/api/v1/sessions/{encoded}"));
    assert_eq!(gone.send().await.unwrap().status(), 204);
    assert_eq!(admin.state(id, "").await.status, 404);
}

/// Which proxies are believed is the business of the node that they came to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_trusted_proxy_says_counts_at_the_owner_and_what_others_say_does_not() {
    let database = postgres_database().await;
    let owner = TestApp::node(&database).await;
    let other = TestApp::node_behind(&database, "127.0.0.2/32").await;
    let session = owner.admin().create_session(&json!({"name": "Behind"})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    owner.admin().open(id).await.expect(200);
    let login = other.anyone().request(Method::POST, "/api/v1/auth/login");
    let login = send(login.json(&json!({"token": ADMIN_TOKEN}))).await;
    let cookie = login.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let rename_from = |address: [u8; 4]| {
        let http = reqwest::Client::builder().no_proxy().local_address(IpAddr::from(address));
        let request = http.build().unwrap().patch(format!("{}/api/v1/sessions/{id}", other.base));
        let request = request.header("cookie", &cookie).header("origin", "https://event.example");
        let request = request.header("x-forwarded-proto", "https");
        request.header("x-forwarded-host", "event.example").json(&json!({"name": "Renamed"})).send()
    };
    assert_eq!(rename_from([127, 0, 0, 2]).await.unwrap().status(), 200);
    assert_eq!(rename_from([127, 0, 0, 3]).await.unwrap().status(), 403);
}

/// While a release is replaced, a page comes from one node and its script is asked for at another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_another_release_comes_from_the_node_that_has_it() {
    const FILE: &str = "/assets/join-of-tomorrow.js";
    let database = postgres_database().await;
    let node = TestApp::node(&database).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |path: &str| http.get(format!("{}{path}", node.base)).send();
    assert_eq!(get(FILE).await.unwrap().status(), 404);

    let newer = Newer::join(&database, FILE).await;
    let answer = get(FILE).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "immutable");
    assert_eq!(answer.text().await.unwrap(), Newer::SCRIPT);
    assert_eq!(get("/assets/of-nobody.js").await.unwrap().status(), 404);

    // Who is asked by a node asks nobody else: two that both lack it would ask each other for ever.
    let inside = node.inside.expect("it is one of several");
    let secret = node.beside().await.secret("cluster", b"").await.unwrap();
    let for_nodes = |path: &str| {
        let asked = http.get(format!("http://{inside}{path}"));
        asked.header("x-caja-cluster", String::from_utf8(secret.clone()).unwrap())
    };
    let clock = for_nodes("/cluster/clock").send().await.unwrap().text().await.unwrap();
    let asked_before = newer.asked();
    let until = clock.parse::<u64>().unwrap() + 10_000;
    let forwarded = for_nodes(FILE)
        .header("x-caja-sender", "127.0.0.1")
        .header("x-caja-waited-ms", "0")
        .header("x-caja-until", until.to_string());
    assert_eq!(forwarded.send().await.unwrap().status(), 404);
    assert_eq!(newer.asked(), asked_before);
}

/// The least that is a node with a file of its own.
struct Newer {
    asked: Arc<AtomicUsize>,
}

impl Newer {
    const SCRIPT: &str = "tomorrow()";

    async fn join(database: &str, file: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let store = store::open(database, &OpenOptions::clustered(LEASE)).await.unwrap();
        store.cluster().expect("PostgreSQL is for several").renew_lease(&url).await.unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut head = vec![0; 4_096];
                let length = connection.read(&mut head).await.unwrap();
                let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
                let (status, body) = if head.starts_with("get /cluster/clock ") {
                    ("200 OK", "1")
                } else {
                    count.fetch_add(1, Ordering::Relaxed);
                    assert!(head.contains("\r\nx-caja-cluster: "), "{head}");
                    match head.starts_with(&format!("get {file} ")) {
                        true => ("200 OK", Self::SCRIPT),
                        false => ("404 Not Found", ""),
                    }
                };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncache-control: immutable\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
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
