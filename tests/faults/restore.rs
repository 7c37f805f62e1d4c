//! `caja restore`: a backup comes back, and no client takes it for old news.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    api::Api,
    pollers::{Follower, Manner},
    process::{ADMIN_TOKEN, PATIENCE, Place, Server},
    stage::{Kind, Stage, text},
    support::{eventually, postgres_database},
    verify::surely,
};

/// Who answers once, most of them while the backup is taken.
const VOTERS: usize = 300;
const CHOICES: [&str; 4] = ["a", "b", "c", "d"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_restored_sqlite_file_go_forward() {
    let folder = tempfile::tempdir().unwrap();
    let (live, backup) = (folder.path().join("live"), folder.path().join("backup"));
    let place =
        |folder: &Path| Place::sqlite().ready().with("CAJA_DATA_DIR", folder.to_str().unwrap());
    let first = place(&live);
    restored(first, async || {
        copy(&live, &backup);
        place(&backup)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_restored_postgres_database_go_forward() {
    let url = postgres_database().await;
    let place = |url: &str| Place::sqlite().ready().with("DATABASE_URL", url);
    restored(place(&url), async || {
        let (server, name) = url.rsplit_once('/').unwrap();
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
        let copy = format!("create database {name}_backup template {name}");
        connection.execute(AssertSqlSafe(copy)).await.unwrap();
        place(&format!("{url}_backup"))
    })
    .await;
}

/// By PostgreSQL's own tools, beside a server under load.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_taken_under_load_goes_on_with_exact_counts() {
    let url = postgres_database().await;
    let live = Place::sqlite().ready().with("DATABASE_URL", &url);
    let mut server = live.start();
    let stage = Stage::build(&Api::new(server.port())).await;
    let api = stage.api.clone();
    let poll = stage.at_activity(Kind::Poll, "");
    api.post(&format!("{poll}/activate"), ADMIN_TOKEN, &json!({})).await.done();
    let mut tokens = vec![];
    for number in 0..VOTERS {
        let body = json!({"nickname": format!("Voter {number}")});
        let joined = api.post(&stage.at("/participants"), "", &body).await.done();
        tokens.push(text(&joined["participant_token"]));
    }
    let vote = |number: usize| json!({"choices": [CHOICES[number % 4]]});
    let path = format!("{poll}/response");
    let (sent, acknowledged) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let votes = stream::iter(tokens.iter().enumerate()).for_each_concurrent(4, |(at, token)| {
        let (api, path, sent, acknowledged) = (&api, &path, &sent, &acknowledged);
        async move {
            sent.fetch_add(1, Ordering::SeqCst);
            api.put(path, token, &vote(at)).await.done();
            acknowledged.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("caja.dump").display().to_string();
    let dumped = async {
        while acknowledged.load(Ordering::SeqCst) < VOTERS / 10 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let least = acknowledged.load(Ordering::SeqCst);
        let mut tool = postgres_tool("pg_dump");
        tool.args(["--format=custom", &format!("--file={dump}"), &url]);
        let ended = tokio::task::spawn_blocking(move || tool.status()).await.unwrap();
        assert!(ended.unwrap().success());
        (least, sent.load(Ordering::SeqCst))
    };
    let ((), (least, most)) = tokio::join!(votes, dumped);
    let screen = Follower::runner(&stage, Manner::Held);
    screen.poll(&api).await.expect("it is answered");
    stop(server);

    let (host, name) = url.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&format!("{host}/postgres")).await.unwrap();
    let create = format!("create database {name}_restored");
    connection.execute(AssertSqlSafe(create)).await.unwrap();
    let restored = format!("{url}_restored");
    let into = format!("--dbname={restored}");
    let ended = postgres_tool("pg_restore").args(["--no-owner", &into, &dump]).status();
    assert!(ended.unwrap().success());
    let place = Place::sqlite().ready().with("DATABASE_URL", &restored);
    let moved = place.run(&["restore", "--yes"]);
    assert!(moved.status.success(), "{}", moved.stderr);

    let mut server = place.start();
    let (back, frame) = frame(&stage, &mut server).await;
    let counted = frame["results"]["responses"].as_u64().unwrap() as usize;
    assert!((least..=most).contains(&counted), "{counted}, and not {least} to {most}");
    println!("{least} were acknowledged before the dump, {most} sent at its end: {counted} in it");
    let mut shown = 0;
    for (number, token) in tokens.iter().enumerate() {
        let me = surely(&back, &stage.at("/me"), token).await;
        if let Some(answer) = me["answers"].get(stage.activity(Kind::Poll)) {
            assert_eq!(answer, &vote(number));
            shown += 1;
        }
    }
    assert_eq!(shown, counted);
    // The screen has seen more than the backup knows, and takes what there is now for news.
    let back = Api { watch: api.watch.clone(), ..back };
    screen.poll(&back).await.expect("it is answered");
    assert_eq!(screen.frame()["results"]["responses"], counted);
    for (number, token) in tokens.iter().enumerate() {
        back.put(&path, token, &vote(number)).await.done();
    }
    let quarter = VOTERS / 4;
    let all = json!({"a": quarter, "b": quarter, "c": quarter, "d": quarter});
    eventually("everybody is counted once", || async {
        surely(&back, &stage.at("/state"), &stage.runner_token).await["results"]["counts"] == all
    })
    .await;
    api.watch.assert_nothing("after a restored dump");
    stop(server);
}

/// One of the tools that come with PostgreSQL's server.
fn postgres_tool(name: &str) -> Command {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let beside = installed.map(|version| version.path().join("bin").join(name));
    let chosen = std::env::var("CAJA_PG_BIN").ok().map(|bin| Path::new(&bin).join(name));
    let there = chosen.into_iter().chain(beside).find(|path| path.exists());
    Command::new(there.unwrap_or_else(|| name.into()))
}

fn copy(from: &Path, to: &PathBuf) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn stop(server: Server) {
    server.signal("TERM");
    assert!(server.end(PATIENCE).status.success());
}

/// The runner's frame on a server that was just started.
async fn frame(stage: &Stage, server: &mut Server) -> (Api, Value) {
    let api = Api::new(server.port());
    let frame = surely(&api, &stage.at("/state"), &stage.runner_token).await;
    (api, frame)
}

/// Plays a session, takes a backup, plays on, and goes on with the backup.
async fn restored(live: Place, take_backup: impl AsyncFnOnce() -> Place) {
    let mut server = live.start();
    let stage = Stage::build(&Api::new(server.port())).await;
    let running = live.run(&["restore", "--yes"]);
    assert!(!running.status.success() && running.stderr.contains("server"), "{}", running.stderr);
    stop(server);
    let backup = take_backup().await;
    let mut seen = 0;
    for _ in 0..3 {
        server = live.start();
        let (api, _) = frame(&stage, &mut server).await;
        let activity = stage.at_activity(Kind::Poll, "/control");
        api.post(&activity, ADMIN_TOKEN, &json!({"action": "reset"})).await;
        let after = surely(&api, &stage.at("/state"), &stage.runner_token).await;
        seen = after["version"].as_u64().unwrap();
        stop(server);
    }

    let unasked = backup.run(&["restore"]);
    assert!(!unasked.status.success());
    assert_eq!(unasked.stderr, "caja: nothing was changed\n");
    let restored = backup.run(&["restore", "--yes"]);
    assert!(restored.status.success(), "{}", restored.stderr);
    assert!(restored.stdout.contains("no client has seen: 1\n"), "{}", restored.stdout);

    let mut server = backup.start();
    let (api, now) = frame(&stage, &mut server).await;
    assert!(now["version"].as_u64().unwrap() > seen, "{} after {seen}", now["version"]);
    // A client that has seen what is gone gets what is there now, whole.
    let path = format!("{}?since={seen}&wait=1", stage.at("/state"));
    let delta = api.get(&path, &stage.runner_token).await.done();
    assert_eq!(delta["activities"], now["activities"]);
    stop(server);
}
