//! What operators see, and what happens when something is away.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    TIME_OUT,
    app::TestApp,
    client::{Client, try_send},
    crowd::{at_once, crowd},
    on_one,
    room::Room,
    support::{OwnCluster, eventually},
};

on_one! {
    health_and_metrics_tell_how_the_server_is,
}

async fn health_and_metrics_tell_how_the_server_is(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    for health in [app.anyone().live().await, app.anyone().ready().await] {
        let health = health.expect(200);
        assert_eq!(
            (&health["status"], &health["store"]["reachable"]),
            (&json!("ok"), &json!(true))
        );
        assert!(health["store"]["since"].is_string());
        assert_eq!(health["sessions"], 1);
    }
    let metrics = app.anyone().metrics().await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let text = metrics.text();
    assert!(text.contains("\ncaja_answers_total "), "{text}");
    let route = "route=\"/api/v1/sessions/{id}/activities/{aid}/response\"";
    assert!(text.contains(route), "routes, not paths: {text}");
    assert!(!text.contains(&room.id), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_is_away_polls_go_on_and_nothing_accepted_is_lost() {
    tokio::time::timeout(TIME_OUT, outage()).await.expect("the test ends");
}

async fn outage() {
    let mut cluster = OwnCluster::start();
    let app = TestApp::on(cluster.database().await).await;
    let room = Room::open(&app).await;
    let phones = crowd(&room, 3).await;
    let poll = room.run_choice().await;
    phones[0].answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    room.counts(1).await;

    cluster.kill();

    let began = Instant::now();
    let stranger = app.anyone().bearing("an-unknown-token");
    let body = json!({"name": "a"});
    let (write, created, unknown) = tokio::join!(
        phones[1].answer(&poll, json!({"choices": ["b"]})),
        room.admin.create_session(&body),
        stranger.session(&room.id),
    );
    assert_eq!(write.status, 503, "{}", write.text());
    assert!(write.header("retry-after").is_some());
    assert!(began.elapsed() < Duration::from_secs(11), "{:?}", began.elapsed());
    assert_eq!(created.problem(503), "store_unavailable");
    assert_eq!(unknown.problem(503), "store_unavailable", "neither right nor wrong");
    let health = app.anyone().ready().await.expect(200);
    assert_eq!(
        (&health["status"], &health["store"]["reachable"]),
        (&json!("degraded"), &json!(false))
    );
    for _ in 0..2 {
        // Also after whoever asks has to be looked up again.
        let began = Instant::now();
        assert_eq!(phones[0].frame().await["activity"]["id"], poll);
        assert_eq!(phones[0].me().await["answers"][&poll], json!({"choices": ["a"]}));
        assert_eq!(room.frame().await["results"]["responses"], 1, "nothing shown that may be lost");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
    cluster.restart();

    eventually("it is ready", || async { app.anyone().ready().await.json()["status"] == "ok" })
        .await;
    eventually("a write is accepted again", || async {
        phones[2].answer(&poll, json!({"choices": ["c"]})).await.status < 300
    })
    .await;
    let retried = phones[1].answer(&poll, json!({"choices": ["b"]})).await;
    assert!(matches!(retried.status, 200 | 201), "{}", retried.text());
    let counts = json!({"a": 1, "b": 1, "c": 1});
    room.sees("everybody counts once", |it| it["results"]["counts"] == counts).await;
}

/// The server as operators run it, to be killed.
struct Process {
    child: Child,
    /// Kept, so that the server can go on writing.
    _output: Lines<BufReader<ChildStdout>>,
    base: String,
}

impl Process {
    fn start(folder: &TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caja"))
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-token", "an-admin-token-of-tests"])
            .arg("--data-dir")
            .arg(folder.path())
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.trim().strip_prefix("On this machine").map(|url| url.trim().to_owned())
            })
            .expect("it says where it listens");
        Self { child, _output: lines, base: base.replace("localhost", "127.0.0.1") }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_survives_a_kill_at_any_moment() {
    tokio::time::timeout(TIME_OUT, killed()).await.expect("the test ends");
}

async fn killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(&folder);
    let admin = Client::new(&process.base).bearing("an-admin-token-of-tests");
    let session = admin.create_session(&json!({"name": "a"})).await.expect(201);
    let id = session["id"].as_str().unwrap().to_owned();
    admin.open(&id).await.expect(200);
    let body = json!({"type": "poll", "title": "Now", "config": crate::room::choice()});
    let poll =
        admin.create_activity(&id, &body).await.expect(201)["id"].as_str().unwrap().to_owned();
    admin.step(&id, &poll, "activate").await.expect(200);
    let tokens = at_once(0..200, |n| {
        let (admin, id) = (&admin, &id);
        async move {
            let joined =
                admin.join(id, &json!({"nickname": format!("Guest {n}")})).await.expect(201);
            joined["participant_token"].as_str().unwrap().to_owned()
        }
    })
    .await;

    // Everybody answers; the server dies in the middle.
    let answered = std::sync::atomic::AtomicUsize::new(0);
    let answers = at_once(&tokens, |token| {
        let path = format!("/api/v1/sessions/{id}/activities/{poll}/response");
        let request = admin.bearing(token).request(reqwest::Method::PUT, &path);
        let answered = &answered;
        async move {
            let reply = try_send(request.json(&json!({"choices": ["b"]}))).await;
            let accepted = reply.is_ok_and(|reply| reply.status == 201);
            answered.fetch_add(usize::from(accepted), std::sync::atomic::Ordering::Relaxed);
            accepted
        }
    });
    let kill = async {
        while answered.load(std::sync::atomic::Ordering::Relaxed) < 60 {
            tokio::task::yield_now().await;
        }
        process.kill();
    };
    let (accepted, ()) = tokio::join!(answers, kill);
    let count = accepted.iter().filter(|it| **it).count();
    assert!((60..200).contains(&count), "it died in the middle: {count}");

    let process = Process::start(&folder);
    let admin = admin.at(&process.base);
    for (token, _) in tokens.iter().zip(&accepted).filter(|(_, accepted)| **accepted) {
        let me = admin.bearing(token).me(&id).await.expect(200);
        assert_eq!(me["answers"][&poll], json!({"choices": ["b"]}), "acknowledged, so there");
    }
    // A retry counts once, whether the first try had been stored or not.
    at_once(&tokens, |token| {
        let client = admin.bearing(token);
        let (id, poll) = (&id, &poll);
        async move {
            let reply = client.answer(id, poll, &json!({"choices": ["b"]})).await;
            assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
        }
    })
    .await;
    eventually("everybody counts once", || async {
        let frame: Value = admin.state(&id, "").await.expect(200);
        frame["results"]["counts"] == json!({"a": 0, "b": 200, "c": 0})
    })
    .await;
}
