//! What operators get to see of a server: its log, and its metrics.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    TIME_OUT,
    app::{ADMIN_TOKEN, TestApp},
    client::{Client, Reply, send},
    on_one,
    room::{Room, choice},
};

on_one! {
    every_metric_says_what_it_is,
}

async fn every_metric_says_what_it_is(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    let tag = ana.client.state(&room.id, "").await.header("etag").unwrap().to_owned();
    assert_eq!(ana.client.state_unless(&room.id, "", &tag).await.status, 304);
    app.anyone().state(&room.id, "").await.problem(401);

    let text = app.anyone().metrics().await.text();

    let named = |mark: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(mark));
        lines.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(named("# TYPE "), named("# HELP "));
    for name in [
        "caja_polls_total{status=\"200\"}",
        "caja_polls_total{status=\"304\"}",
        "caja_polls_total{status=\"401\"}",
        "caja_answers_total",
        "caja_answer_ack_seconds_count",
        "caja_journal_commit_seconds_count",
        "caja_journal_batch_events_sum",
        "caja_frames_published_total",
        "caja_participants_online",
        "caja_session_queue_peak",
        "caja_store_size_bytes",
    ] {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let value = line.and_then(|rest| rest.trim().parse::<f64>().ok());
        assert!(value.is_some_and(|value| value > 0.0), "{name}: {text}");
    }
}

/// The server as operators run it, and the lines of its log.
struct Logged {
    child: Child,
    lines: Receiver<Value>,
    _folder: TempDir,
}

impl Logged {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_caja"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .args(["--admin-token", ADMIN_TOKEN, "--data-dir"])
            .arg(folder.path())
            .args(arguments)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let log = BufReader::new(child.stderr.take().expect("it is piped"));
        let (say, lines) = channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or_else(|_| json!(line));
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, _folder: folder }
    }

    /// The next line with this message.
    fn says(&self, message: &str) -> Value {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60));
            let line = line.unwrap_or_else(|_| panic!("it never says {message:?}"));
            if line["message"] == message {
                return line;
            }
        }
    }

    /// Where it listens, once it does.
    fn base(&self) -> String {
        let line = self.says("listening");
        format!("http://{}", line["address"].as_str().expect("it says where"))
    }

    /// All that it has said, after it was told to go and went.
    fn leave(mut self) -> Vec<Value> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.lines.iter().collect()
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_where_the_operator_wants_them_and_only_there() {
    let test = async {
        let server = Logged::start(&["--metrics-listen", "127.0.0.1:0"]);
        let anyone = Client::new(&server.base());
        let line = server.says("metrics have an address of their own");
        let at = format!("http://{}", line["address"].as_str().unwrap());
        let watcher = anyone.at(&at);
        assert!(watcher.metrics().await.text().contains("\ncaja_store_reachable 1\n"));
        assert_eq!(anyone.metrics().await.problem(404), "not_found");
        let plain = reqwest::Client::builder().no_proxy().build().unwrap();
        for path in ["/", "/health/live", "/api/v1/sessions", "/docs/"] {
            // Not by the client, who knows what the document says of these.
            let reply = plain.get(format!("{at}{path}")).send().await.unwrap();
            assert_eq!(reply.status(), 404, "{path}");
        }
        server.leave();
    };
    tokio::time::timeout(TIME_OUT, test).await.expect("the test ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_names_requests_and_sessions_and_tells_no_secret() {
    tokio::time::timeout(TIME_OUT, an_event_is_logged()).await.expect("the test ends");
}

/// What must be in no line of the log, if only a client sent it.
const SECRETS: [&str; 6] = [
    "what-nobody-else-may-read",
    "a-word-in-confidence",
    "a-refused-answer",
    "a-guessed-token",
    "Marisol",
    ADMIN_TOKEN,
];

async fn an_event_is_logged() {
    let server = Logged::start(&["--log", "trace"]);
    let admin = Client::new(&server.base()).bearing(ADMIN_TOKEN);
    let mut secrets: Vec<String> = SECRETS.map(str::to_owned).into();

    let login = admin.request(Method::POST, "/api/v1/auth/login");
    let signed_in = send(login.json(&json!({"token": ADMIN_TOKEN}))).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap();
    secrets.push(cookie.split_once('=').unwrap().1.to_owned());
    let session = admin.create_session(&json!({"name": "All hands"})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    admin.open(id).await.expect(200);
    let runner = text(&admin.mint_runner(id).await, "runner_token");
    let ana = admin.join(id, &json!({"nickname": "Marisol"})).await;
    let ana = admin.bearing(&text(&ana, "participant_token"));
    secrets.extend([runner.clone(), ana.token().to_owned()]);
    admin.check_nickname(id, "Marisol").await.expect(200);
    ana.state(id, "").await.expect(200);
    ana.state(id, "?wait=1&since=0").await.expect(200);
    admin.bearing("a-guessed-token-of-nobody").state(id, "").await.problem(401);
    admin.bearing(&runner).state(id, "").await.expect(200);

    let of_text = json!({"kind": "text", "question": "What do you think?"});
    for (kind, config, answer) in [
        ("poll", of_text, json!({"text": "what-nobody-else-may-read"})),
        ("poll", choice(), json!({"choices": ["a-refused-answer"]})),
        ("wordcloud", json!({"prompt": "A word"}), json!({"words": ["a-word-in-confidence"]})),
        ("wordcloud", json!({"prompt": "A word"}), json!({"words": {"a-refused-answer": 1}})),
    ] {
        let body = json!({"type": kind, "title": "Now", "config": config});
        let activity = text(&admin.create_activity(id, &body).await, "id");
        admin.step(id, &activity, "activate").await.expect(200);
        let given = ana.answer(id, &activity, &answer).await;
        let is_refused = answer.to_string().contains("refused");
        assert_eq!(given.status, if is_refused { 422 } else { 201 }, "{}", given.text());
        let named = ana.request(Method::DELETE, &answer_path(id, &activity));
        send(named.header("x-request-id", format!("withdraws-{kind}"))).await;
    }
    admin.complete(id).await.expect(200);

    let lines = server.leave();
    for line in &lines {
        let shown = line.to_string();
        assert!(line.is_object(), "each line is JSON: {shown}");
        for secret in &secrets {
            assert!(!shown.contains(secret.as_str()), "{secret}: {shown}");
        }
    }
    let named = lines.iter().find(|line| line["span"]["request.id"] == "withdraws-wordcloud");
    let named = named.expect("the request is in the log");
    assert_eq!(
        (&named["span"]["session.id"], &named["span"]["method"]),
        (&json!(id), &json!("DELETE"))
    );
    assert!(lines.iter().filter(|line| line["message"] == "answered").count() >= 18);
}

fn answer_path(session: &str, activity: &str) -> String {
    format!("/api/v1/sessions/{session}/activities/{activity}/response")
}

fn text(reply: &Reply, field: &str) -> String {
    reply.json()[field].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}
