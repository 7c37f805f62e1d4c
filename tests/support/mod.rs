//! Databases for tests: a fresh one for every test, gone afterwards.
//!
//! PostgreSQL comes from `CAJA_TEST_POSTGRES_URL`, or else from a throwaway cluster that each
//! test process starts for itself. Under `cargo nextest`, where every test is a process, one
//! cluster for all is faster: `scripts/postgres-for-tests -- cargo nextest run`.

// Each test binary uses its own part of this.
#![allow(dead_code)]

pub(crate) mod proxy;

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use caja::store::{OpenOptions, Store, open};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// A PostgreSQL server of one's own, to stop and start at will.
pub(crate) struct OwnCluster {
    url: String,
    /// `None` only while being dropped.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    keeper: Child,
}

impl OwnCluster {
    /// Starts a server, which takes about a second. It ends when this value or this process does.
    pub(crate) fn start() -> Self {
        Self::keep(&mut Command::new(script()))
    }

    /// Starts a server through another program, with its data in `folder`.
    pub(crate) fn start_through(words: &[&str], folder: &str) -> Self {
        let mut command = Command::new(words[0]);
        Self::keep(command.args(&words[1..]).arg(script()).env("TMPDIR", folder))
    }

    fn keep(command: &mut Command) -> Self {
        let mut keeper = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Not ours: it outlives this process for a moment, and would keep it from ending.
            .stderr(Stdio::piped())
            .spawn()
            .expect("scripts/postgres-for-tests runs");
        let orders = keeper.stdin.take();
        let mut answers = BufReader::new(keeper.stdout.take().expect("it is piped"));
        let url = next_line(&mut answers);
        if url.is_empty() {
            let mut why = String::new();
            let mut errors = keeper.stderr.take().expect("it is piped");
            errors.read_to_string(&mut why).expect("it is text");
            panic!("no PostgreSQL for tests: {why}");
        }
        Self { url, orders, answers, keeper }
    }

    /// Stops the server; connections are cut.
    pub(crate) fn stop(&mut self) {
        self.order("stop", "stopped");
    }

    /// Ends the server without letting it clean up.
    pub(crate) fn kill(&mut self) {
        self.order("kill", "killed");
    }

    /// `kill -9` of its first process.
    pub(crate) fn crash(&mut self) {
        self.order("crash", "crashed");
    }

    /// Starts the server again, on the same port.
    pub(crate) fn restart(&mut self) {
        self.order("start", "started");
    }

    /// Starts the server if it has ended by itself, as whatever watches over one would.
    pub(crate) async fn revive(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(3);
        while Instant::now() < deadline {
            if PgConnection::connect(&self.url).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.restart();
    }

    /// The address of a new, empty database.
    pub(crate) async fn database(&self) -> String {
        create_database(&self.url).await
    }

    fn order(&mut self, order: &str, answer: &str) {
        let orders = self.orders.as_mut().expect("it is not being dropped");
        writeln!(orders, "{order}").expect("the keeper listens");
        assert_eq!(next_line(&mut self.answers), answer);
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres-for-tests")
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        // The keeper removes the cluster when its standard input ends.
        self.orders = None;
        let _ = self.keeper.wait();
    }
}

fn next_line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).expect("the keeper answers");
    line.trim_end().to_owned()
}

/// The address of a new, empty PostgreSQL database.
pub(crate) async fn postgres_database() -> String {
    static CLUSTER: OnceLock<OwnCluster> = OnceLock::new();
    match std::env::var("CAJA_TEST_POSTGRES_URL") {
        Ok(url) => create_database(&url).await,
        Err(_) => CLUSTER.get_or_init(OwnCluster::start).database().await,
    }
}

async fn create_database(server: &str) -> String {
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(server).await.expect("the server answers");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    connection.execute(create).await.expect("a database can be created");
    let (address, _) = server.rsplit_once('/').expect("the address names a database");
    format!("{address}/{name}")
}

/// A store with its tables, on a database of its own.
pub(crate) struct TestStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) url: String,
    pub(crate) folder: Option<TempDir>,
}

impl TestStore {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let url = format!("sqlite://{}/caja.db", folder.path().display());
        Self::on(url, Some(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::on(postgres_database().await, None).await
    }

    async fn on(url: String, folder: Option<TempDir>) -> Self {
        let store = open(&url, &OpenOptions::serve()).await.expect("the store opens");
        store.migrate().await.expect("the tables can be created");
        Self { store, url, folder }
    }
}

/// One store in each database.
pub(crate) async fn stores() -> [TestStore; 2] {
    [TestStore::sqlite().await, TestStore::postgres().await]
}

/// Asks again and again until `check` holds.
///
/// # Panics
/// When it does not within a minute, which is for machines that do other things as well.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !check().await {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
