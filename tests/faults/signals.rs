//! Leaving on request: nothing is lost, nobody is cut off, and it does not take long.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Client, Method, StatusCode, header};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    api::Api,
    crowd::Show,
    process::{Ended, PATIENCE, Place, Server, fixed_port},
    stage::{Kind, Stage, text},
    support::eventually,
    verify,
};

/// The actix server looks once a second whether its connections have ended.
const FAST: Duration = Duration::from_secs(3);
const UNDER_LOAD: Duration = Duration::from_secs(6);
const HOLDERS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_when_told_to_leave_under_load() {
    let ended = leave_under_load(Place::sqlite(), &[("TERM", 0)]).await;
    let said = ended.stderr;
    assert!(said.contains("snapshot taken"), "so that the next start reads less: {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_loses_nothing_when_told_to_leave_under_load() {
    leave_under_load(Place::postgres().await, &[("TERM", 0)]).await;
}

/// Somebody who presses Ctrl-C again and again does no harm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn being_told_to_leave_again_and_again_loses_nothing() {
    let signals = [("TERM", 0), ("TERM", 5), ("INT", 30), ("TERM", 100)];
    leave_under_load(Place::sqlite(), &signals).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_held_poll_keeps_nobody_from_leaving() {
    let place = Place::sqlite().ready();
    let mut server = place.start();
    let stage = Stage::build(&Api::new(server.port())).await;
    let mut held = hold_polls(&stage).await;
    let told_at = Instant::now();
    server.signal("TERM");
    assert_answered(&mut held, told_at).await;
    assert_clean(&end(server, FAST).await);
}

/// A request that had begun is finished, though the server is going.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_finished() {
    let place = Place::sqlite().ready();
    let mut server = place.start();
    let port = server.port();
    let stage = Stage::build(&Api::new(port)).await;
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let body = json!({"text": "Back soon"}).to_string();
    let head = format!(
        "PUT /api/v1{}/announcement HTTP/1.1\r\nhost: caja\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        stage.path,
        stage.runner_token,
        body.len(),
    );
    let (first, rest) = body.split_at(5);
    connection.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    // The server has read the head when it has answered somebody who asked later.
    stage.api.get(&stage.at("/state"), &stage.runner_token).await.done();
    server.signal("TERM");
    eventually("the server says so", || async { server.stderr().contains("leaving") }).await;
    connection.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = timeout(PATIENCE, connection.read_to_string(&mut answer)).await;
    read.expect("the connection ends").unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert_clean(&end(server, FAST).await);
    let mut server = place.start();
    let stage = Stage { api: Api::new(server.port()), ..stage };
    let frame = stage.api.get(&stage.at("/state"), &stage.runner_token).await.done();
    assert_eq!(frame["announcement"], "Back soon");
}

async fn leave_under_load(place: Place, signals: &[(&str, u64)]) -> Ended {
    let seed = rand::random_range(0..1_000_000);
    println!("seed {seed}");
    let port = fixed_port();
    let place = place.ready().with("CAJA_LISTEN", &format!("127.0.0.1:{port}"));
    let place = place.with("CAJA_LOG", "info,caja_actors::snapshot=debug");
    let mut server = place.start();
    server.port();
    let api = Api::new(port);
    let mut held = hold_polls(&Stage::build(&api).await).await;
    let show = Show::begin(Stage::build(&api).await, 40, 4, seed).await;
    let crowd = &show.crowd;
    // Long texts: enough in the journal for a snapshot on leaving.
    crowd.host.switch(crowd, Kind::Text).await;
    crowd.open_gate();
    let load_ms = StdRng::seed_from_u64(seed).random_range(300..900);
    sleep(Duration::from_millis(load_ms)).await;
    let told_at = Instant::now();
    for (signal, after_ms) in signals {
        sleep(Duration::from_millis(*after_ms)).await;
        server.signal(signal);
    }
    assert_answered(&mut held, told_at).await;
    let ended = end(server, UNDER_LOAD).await;
    println!("left {:?} after it was told to", told_at.elapsed());
    assert_clean(&ended);
    crowd.close_gate();
    let _server = place.start();
    verify::recovered(crowd).await;
    crowd.settles().await;
    verify::settled(crowd).await;
    crowd.stage.api.watch.assert_nothing(&format!("seed {seed}"));
    println!("{} acknowledged, none lost", crowd.acknowledged());
    ended
}

type HeldPolls = JoinSet<(Result<StatusCode, reqwest::Error>, Instant)>;

/// Polls of people who wait for news in a session where nothing happens.
async fn hold_polls(stage: &Stage) -> HeldPolls {
    // Each on a connection of its own: nobody reuses one that is just being closed.
    let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let api = Api { client, ..stage.api.clone() };
    let mut tokens = vec![];
    for number in 0..HOLDERS {
        let body = json!({"nickname": format!("Holder {number}")});
        let joined = api.post(&stage.at("/participants"), "", &body).await.done();
        tokens.push(text(&joined["participant_token"]));
    }
    let mut held = HeldPolls::new();
    for token in tokens {
        let state = api.request(Method::GET, &stage.at("/state"), &token).send().await.unwrap();
        let etag = state.headers()[header::ETAG].clone();
        let poll = api.request(Method::GET, &stage.at("/state?wait=25"), &token);
        let poll = poll.header(header::IF_NONE_MATCH, etag);
        held.spawn(async move {
            let answer = poll.send().await;
            (answer.map(|response| response.status()), Instant::now())
        });
    }
    eventually("all polls are held", || async {
        let health = api.client.get(api.url("/health/live")).send().await.unwrap();
        let health: serde_json::Value = health.json().await.unwrap();
        health["held_polls"] == HOLDERS
    })
    .await;
    held
}

async fn assert_answered(held: &mut HeldPolls, told_at: Instant) {
    let all = async {
        while let Some(poll) = held.join_next().await {
            let (status, at) = poll.unwrap();
            let status = status.expect("a held poll is answered, not cut");
            assert!([200, 304].contains(&status.as_u16()), "{status}");
            let took = at.duration_since(told_at);
            assert!(took < Duration::from_secs(2), "answered after {took:?}");
        }
    };
    timeout(PATIENCE, all).await.expect("held polls are answered");
}

async fn end(server: Server, within: Duration) -> Ended {
    tokio::task::spawn_blocking(move || server.end(within)).await.expect("it ends in time")
}

fn assert_clean(ended: &Ended) {
    assert!(ended.status.success(), "{}: {}", ended.status, ended.stderr);
    for word in ["leaving", "left"] {
        assert!(ended.stderr.contains(word), "the log says {word:?}: {}", ended.stderr);
    }
    for word in ["panicked", "ERROR"] {
        assert!(!ended.stderr.contains(word), "the log has {word:?}: {}", ended.stderr);
    }
}
