//! `caja restore`: a backup comes back, and no client takes it for old news.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    api::Api,
    process::{ADMIN_TOKEN, PATIENCE, Place, Server},
    stage::{Kind, Stage},
    support::postgres_database,
    verify::surely,
};

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
