//! A full disk: a small one of the test's own, in a mount namespace that ends with it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    api::Outcome,
    process::{ADMIN_TOKEN, Place},
    stage::Kind,
    support::OwnCluster,
    trial::{Trial, in_time, rounds},
};

const MEMBERS: usize = 30;
const AT_ONCE: usize = 8;
/// In MiB.
const SIZE: u32 = 96;
/// An empty cluster and two segments of its log are much of it.
const SIZE_FOR_POSTGRES: u32 = 192;
const ROUND: Duration = Duration::from_secs(90);

/// A small file system, for as long as this lives.
struct SmallDisk {
    keeper: Child,
    /// Where it is, as the processes inside see it.
    path: String,
}

impl SmallDisk {
    /// `None` where a process may not have mounts of its own.
    fn mount(size: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder can be created").keep();
        let path = folder.display().to_string();
        let script = format!("mount -t tmpfs -o size={size}m tmpfs {path} && echo mounted && cat");
        let mut keeper = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let stdout = keeper.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut said).expect("it is text");
        let disk = Self { keeper, path };
        (said.trim() == "mounted").then_some(disk)
    }

    /// What starts a program where the disk is mounted.
    fn enter(&self) -> [String; 6] {
        let pid = self.keeper.id().to_string();
        ["nsenter", "--preserve-credentials", "--user", "--mount", "--target", &pid]
            .map(str::to_owned)
    }

    fn sqlite(&self) -> Place {
        let enter = self.enter();
        Place::sqlite().with("CAJA_DATA_DIR", &self.path).through(&enter.each_ref().map(|it| &**it))
    }

    fn postgres(&self) -> OwnCluster {
        let enter = self.enter();
        let mut words: Vec<&str> = enter.iter().map(|it| &**it).collect();
        // PostgreSQL refuses to run as root, which is whom it would find itself to be.
        words.extend(["unshare", "--user", "--map-user=1000", "--map-group=1000"]);
        OwnCluster::start_through(&words, &self.path)
    }

    fn ballast(&self) -> PathBuf {
        format!("/proc/{}/root{}/ballast", self.keeper.id(), self.path).into()
    }

    /// Takes all room that is left.
    fn fill(&self) -> usize {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        let mut taken = 0;
        for size in [1 << 20, 4_096, 1] {
            while ballast.write_all(&vec![7; size]).is_ok() {
                taken += size;
            }
        }
        taken
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        let _ = std::fs::remove_dir(&self.path);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_sqlite_loses_nothing_and_is_waited_out() {
    let Some(disk) = SmallDisk::mount(SIZE) else { return not_shown() };
    let place = disk.sqlite();
    fill_it("full disk, sqlite", place, Store { disk, cluster: None }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_postgres_loses_nothing_and_is_waited_out() {
    let Some(disk) = SmallDisk::mount(SIZE_FOR_POSTGRES) else { return not_shown() };
    let cluster = disk.postgres();
    let place = Place::sqlite().with("DATABASE_URL", &cluster.database().await);
    fill_it("full disk, postgres", place, Store { disk, cluster: Some(cluster) }).await;
}

fn not_shown() {
    println!("full disk: not shown, since this system allows no mounts of one's own");
}

/// What is on the disk.
struct Store {
    cluster: Option<OwnCluster>,
    disk: SmallDisk,
}

impl Store {
    /// PostgreSQL ends when it finds no room for its log.
    async fn make_room(&mut self) {
        self.disk.make_room();
        if let Some(cluster) = &mut self.cluster {
            cluster.revive().await;
        }
    }
}

async fn fill_it(name: &'static str, place: Place, mut store: Store) {
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let mut trial = Trial::begin(name, place, MEMBERS).await;
        for round in 1..=rounds {
            trial.play(Kind::Text).await;
            trial.work(200..500).await;
            let report = fill_and_make_room(&mut store, &mut trial).await;
            trial.check(&format!("round {round}/{rounds}: {report}")).await;
            trial.work(200..500).await;
            let report = die_while_it_is_full(&mut store, &mut trial).await;
            trial.check(&format!("round {round}/{rounds}: {report}")).await;
        }
        trial.end(&format!("{rounds} rounds"));
    })
    .await;
}

/// The crowd goes on, and writes what it is told to come again with when there is room.
async fn fill_and_make_room(store: &mut Store, trial: &mut Trial) -> String {
    let full_at = Instant::now();
    let taken = store.disk.fill();
    write_until_it_is_noticed(trial).await;
    let noticed = full_at.elapsed().as_millis();
    store.disk.fill();
    let report = loop {
        // PostgreSQL may find room in what it wrote before, and goes on until that is full as well.
        match trial.check_absence().await {
            Some(report) => break report,
            None => write_until_it_is_noticed(trial).await,
        }
        store.disk.fill();
    };
    store.make_room().await;
    trial.is("ok").await;
    format!("full by {taken} bytes, noticed after {noticed} ms; {report}")
}

/// What the store has taken from the disk it goes on using: the end of its log, and what snapshots
/// made free. Sessions that nobody asks for again take all of it.
async fn write_until_it_is_noticed(trial: &Trial) {
    let api = trial.another_api();
    let session = json!({"name": "Ballast", "description": "x".repeat(1_000)});
    while !trial.says("degraded").await {
        let posts = (0..AT_ONCE).map(|_| api.post("/sessions", ADMIN_TOKEN, &session));
        // Those that are not done are not waited for.
        let outcomes = tokio::time::timeout(Duration::from_secs(1), join_all(posts)).await;
        for outcome in outcomes.unwrap_or_default() {
            assert!(!matches!(outcome, Outcome::Refused(..)), "{outcome:?}");
        }
    }
    api.watch.assert_nothing("when the disk is filled");
}

/// A server that dies on a full disk may not come up on it, and comes up when there is room.
async fn die_while_it_is_full(store: &mut Store, trial: &mut Trial) -> String {
    store.disk.fill();
    write_until_it_is_noticed(trial).await;
    store.disk.fill();
    trial.kill();
    let mut early = trial.place.start();
    let deadline = Instant::now() + Duration::from_secs(3);
    while early.is_running() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (runs, said) = (early.is_running(), early.stderr());
    let line = said.lines().find(|line| line.starts_with("caja: ")).map(str::to_owned);
    assert!(runs || line.is_some(), "it says why it does not start: {said}");
    assert!(!said.contains("panicked"), "{said}");
    drop(early);
    store.make_room().await;
    trial.restart();
    let early = line.unwrap_or_else(|| "it came up".into());
    format!("killed and started while it was full ({early})")
}
