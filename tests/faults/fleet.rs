//! Several servers on one PostgreSQL, each with a network of its own that can be cut.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, PgConnection};
use tokio::{task::JoinSet, time::Instant};
use uuid::Uuid;

use crate::{
    api::Api,
    crowd::Crowd,
    kill::check_log,
    pollers::{Follower, Manner},
    process::{Ended, Place, Server, fixed_port},
    support::{OwnCluster, eventually, proxy::Proxy},
};

/// Where others take over that soon.
pub(crate) const LEASE: Duration = Duration::from_secs(2);
/// What a node says that has taken a session from another, which had not given it.
pub(crate) const TAKEN_OVER: &str = "session taken over";
const NODES: usize = 3;
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Fleet {
    pub(crate) cluster: OwnCluster,
    database: String,
    pub(crate) nodes: Vec<Node>,
}

pub(crate) struct Node {
    place: Place,
    pub(crate) port: u16,
    /// Between it and PostgreSQL.
    store: Proxy,
    /// Between it and other nodes that come to it.
    entrance: Proxy,
    /// `None` while there is none.
    server: Option<Server>,
    excused: Arc<Excused>,
}

/// Whether a node may be silent. Even: it may not.
#[derive(Default)]
struct Excused(AtomicU64);

impl Fleet {
    pub(crate) async fn start() -> Self {
        let cluster = OwnCluster::start();
        let database = cluster.database().await;
        let mut nodes = vec![];
        for _ in 0..NODES {
            nodes.push(Node::new(&database).await);
        }
        // All at once, as a deploy does: one of them makes the tables and the administrator.
        for node in &mut nodes {
            node.spawn();
        }
        for node in &mut nodes {
            node.listens();
        }
        Self { cluster, database, nodes }
    }

    /// All of them, without stickiness.
    pub(crate) fn api(&self) -> Api {
        Api::of(&self.nodes.iter().map(|node| node.port).collect::<Vec<_>>())
    }

    pub(crate) fn database_url(&self) -> &str {
        &self.database
    }

    /// What the store answers.
    pub(crate) async fn store(&self) -> PgConnection {
        PgConnection::connect(&self.database).await.expect("the store answers")
    }

    /// How many sessions each node owns.
    pub(crate) async fn shares(&self) -> Vec<i64> {
        let (mut store, mut shares) = (self.store().await, vec![]);
        for node in &self.nodes {
            let count = "select count(*) from sessions join nodes on sessions.owner = nodes.id \
                         where url like '%:' || $1 and lease_until_ms > \
                         extract(epoch from clock_timestamp()) * 1000";
            let port = node.entrance.port.to_string();
            let count = sqlx::query_scalar(count).bind(port).fetch_one(&mut store).await;
            shares.push(count.expect("the store counts"));
        }
        shares
    }

    /// Which node has the session, by what the store says.
    pub(crate) async fn owner(&self, crowd: &Crowd) -> usize {
        let mut store = self.store().await;
        let session = crowd.stage.path.rsplit('/').next().expect("the path ends with the session");
        let session: Uuid = session.parse().expect("it is an id");
        let url = "select url from nodes join sessions on sessions.owner = nodes.id \
                   where sessions.id = $1";
        let url: String =
            sqlx::query_scalar(url).bind(session).fetch_one(&mut store).await.expect("it is owned");
        let is_it = |node: &Node| url.ends_with(&format!(":{}", node.entrance.port));
        self.nodes.iter().position(is_it).expect("one of these nodes has it")
    }

    /// Has somebody poll each node all the time, who notes every poll that was not answered though
    /// nothing had happened to the node. Gives what the slowest of those took, in milliseconds.
    pub(crate) fn witness(&self, crowd: &Crowd, tasks: &mut JoinSet<()>) -> Arc<AtomicU64> {
        let slowest = Arc::new(AtomicU64::new(0));
        for (number, node) in self.nodes.iter().enumerate() {
            let (api, excused) = (crowd.stage.api.only(node.port), node.excused.clone());
            let (follower, slowest) =
                (Follower::runner(&crowd.stage, Manner::Whole), slowest.clone());
            tasks.spawn(async move {
                loop {
                    let before = excused.0.load(Ordering::SeqCst);
                    let begun = Instant::now();
                    let answered = follower.poll(&api).await.is_some();
                    let took = begun.elapsed().as_millis() as u64;
                    if before % 2 == 0 && before == excused.0.load(Ordering::SeqCst) {
                        slowest.fetch_max(took, Ordering::SeqCst);
                        api.watch.claim(answered, || {
                            format!("node {number} did not answer a poll, in {took} ms")
                        });
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        slowest
    }

    /// How often running nodes said that they took a session over from one that had not left.
    pub(crate) fn takeovers(&self) -> usize {
        let running = self.nodes.iter().filter_map(|node| node.server.as_ref());
        running.map(|server| server.stderr().matches(TAKEN_OVER).count()).sum()
    }

    /// Ends all nodes, and looks at what they said.
    pub(crate) fn end(mut self, crowd: &Crowd) {
        for node in &mut self.nodes {
            check_log(crowd, &said(&node.kill()));
        }
    }
}

impl Node {
    async fn new(database: &str) -> Self {
        let (port, inside) = (fixed_port(), fixed_port());
        let store = Proxy::start(database).await;
        let entrance = Proxy::before(&format!("127.0.0.1:{inside}")).await;
        let place = Place::sqlite()
            .ready()
            .with("DATABASE_URL", &store.url)
            .with("CAJA_LISTEN", &format!("127.0.0.1:{port}"))
            .with("CAJA_NODE_LISTEN", &format!("127.0.0.1:{inside}"))
            .with("CAJA_NODE_URL", &format!("http://127.0.0.1:{}", entrance.port))
            .with("CAJA_LEASE_SECONDS", &LEASE.as_secs().to_string())
            .with("CAJA_LOG", "info,caja::cluster=debug");
        let excused = Arc::new(Excused(AtomicU64::new(1)));
        Self { place, port, store, entrance, server: None, excused }
    }

    pub(crate) fn start(&mut self) {
        self.spawn();
        self.listens();
    }

    fn spawn(&mut self) {
        self.server = Some(self.place.start());
    }

    fn listens(&mut self) {
        self.server.as_mut().expect("it was started").port();
        self.is_expected();
    }

    /// Starts it although it must not run, and gives what it says.
    pub(crate) fn refuses_to_start(&self) -> String {
        self.place.run(&[]).stderr
    }

    /// From now on it need not answer.
    pub(crate) fn is_excused(&self) {
        if self.excused.0.load(Ordering::SeqCst).is_multiple_of(2) {
            self.excused.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(crate) fn is_expected(&self) {
        if !self.excused.0.load(Ordering::SeqCst).is_multiple_of(2) {
            self.excused.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> Ended {
        self.is_excused();
        self.server.take().expect("it runs").kill()
    }

    /// `SIGTERM`; resolves when it has left.
    pub(crate) async fn leave(&mut self, within: Duration) -> Ended {
        let server = self.server.take().expect("it runs");
        server.signal("TERM");
        let ended = tokio::task::spawn_blocking(move || server.end(within)).await;
        ended.expect("it leaves in time")
    }

    /// Nothing reaches it by PostgreSQL or from other nodes, and nobody hears of that.
    pub(crate) fn is_cut_off(&self) {
        self.is_excused();
        self.store.swallow_all();
        self.entrance.swallow_all();
    }

    /// Nothing reaches it by PostgreSQL, and nobody hears of that.
    pub(crate) fn is_without_store(&self) {
        self.is_excused();
        self.store.swallow_all();
    }

    pub(crate) fn is_reconnected(&self) {
        self.store.cut();
        self.entrance.cut();
    }

    /// Waits until it has polls answered as if nothing had been.
    pub(crate) async fn recovers(&self, crowd: &Crowd) {
        let api = crowd.stage.api.only(self.port);
        let follower = Follower::runner(&crowd.stage, Manner::Whole);
        eventually("the node answers again", || async { follower.poll(&api).await.is_some() })
            .await;
        self.is_expected();
    }
}

/// All that a process wrote.
pub(crate) fn said(ended: &Ended) -> String {
    format!("{}{}", ended.stdout, ended.stderr)
}
