//! A server of one's own.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use caja::{
    app::{Edge, Timeouts},
    cluster::node::Membership,
    http::address::TrustedProxies,
    startup::{self, Options, Stopper},
    store::{self, OpenOptions, Store},
};
use futures_util::FutureExt;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::{client::Client, support::postgres_database};

pub(crate) const ADMIN_TOKEN: &str = "an-admin-token-of-tests";
const PUBLIC_URL: &str = "http://caja.example";
/// Two, so that requests of one test really run side by side.
const WORKERS: usize = 2;
pub(crate) const LEASE: Duration = Duration::from_secs(10);

/// For tests that give their own processor so much to do that a request's head comes late.
fn patient() -> Edge {
    let timeouts = Timeouts { head: Duration::from_secs(60), ..Timeouts::default() };
    Edge { timeouts, ..Edge::default() }
}

/// A running server. Stops when dropped.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) database: String,
    edge: Edge,
    public_url: &'static str,
    /// Where other nodes come in, if it is one of several.
    pub(crate) inside: Option<SocketAddr>,
    running: Option<(Stopper, JoinHandle<()>)>,
    /// Where the embedded store lives; gone with this value.
    folder: Option<TempDir>,
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        Self::with(patient()).await
    }

    /// A server that this takes for its proxy.
    pub(crate) async fn behind_a_proxy() -> Self {
        let proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
        Self::with(Edge { proxies, ..patient() }).await
    }

    /// A server with another ceiling for each address.
    pub(crate) async fn with_limit(address_limit: u32) -> Self {
        Self::with(Edge { address_limit, ..patient() }).await
    }

    /// A server with another public address.
    pub(crate) async fn at(public_url: &'static str) -> Self {
        let (database, folder) = on_disk();
        Self::spawn(database, Some(folder), patient(), public_url).await
    }

    /// A server that expects something else of clients.
    pub(crate) async fn with(edge: Edge) -> Self {
        let (database, folder) = on_disk();
        Self::spawn(database, Some(folder), edge, PUBLIC_URL).await
    }

    /// Where the embedded store keeps its files.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.as_ref().expect("the store is embedded").path()
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::on(postgres_database().await).await
    }

    /// One node of several on a PostgreSQL database.
    pub(crate) async fn node(database: &str) -> Self {
        // Nobody is there.
        Self::node_behind(database, "192.0.2.1/32").await
    }

    /// One that believes what comes from this address.
    pub(crate) async fn node_behind(database: &str, proxy: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let inside = Some(free.expect("there is a free port"));
        let proxies = TrustedProxies::new(vec![proxy.parse().unwrap()]);
        let edge = Edge { proxies, ..patient() };
        Self::spawn_at(database.to_owned(), None, edge, PUBLIC_URL, inside).await
    }

    /// A server on the database at this address.
    pub(crate) async fn on(database: String) -> Self {
        Self::spawn(database, None, patient(), PUBLIC_URL).await
    }

    async fn spawn(
        database: String,
        folder: Option<TempDir>,
        edge: Edge,
        public_url: &'static str,
    ) -> Self {
        Self::spawn_at(database, folder, edge, public_url, None).await
    }

    async fn spawn_at(
        database: String,
        folder: Option<TempDir>,
        edge: Edge,
        public_url: &'static str,
        inside: Option<SocketAddr>,
    ) -> Self {
        let base = String::new();
        let mut app = Self { base, database, edge, public_url, inside, running: None, folder };
        app.start().await;
        app
    }

    /// Stops the server cleanly and starts another on the same database.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// Stops the server as a signal would.
    pub(crate) async fn stop(&mut self) {
        let (stopper, thread) = self.running.take().expect("it runs");
        stopper.stop().await;
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }

    async fn start(&mut self) {
        let (started, listens) = oneshot::channel();
        let (database, edge, public_url, inside) =
            (self.database.clone(), self.edge.clone(), self.public_url, self.inside);
        let thread = thread::spawn(move || {
            let system = actix_web::rt::System::with_tokio_rt(runtime);
            system.block_on(async move {
                let store_options = match inside {
                    Some(_) => OpenOptions::clustered(LEASE),
                    None => OpenOptions::serve(),
                };
                let store = store::open(&database, &store_options).await.unwrap();
                let membership = inside.zip(store_options.tenure).map(|(listen, tenure)| {
                    let url = format!("http://{listen}");
                    Membership { url, listen, secret: None, tenure }
                });
                let options = Options {
                    store,
                    listen: ([127, 0, 0, 1], 0).into(),
                    workers: WORKERS,
                    public_url: Box::new(|_| public_url.into()),
                    admin_token: Some(ADMIN_TOKEN.into()),
                    retention_days: 0,
                    edge,
                    membership,
                    metrics_listen: None,
                };
                let server = startup::start(options).await.unwrap();
                assert!(started.send((server.address, server.stopper())).is_ok(), "it is awaited");
                server.run().await.unwrap();
            });
        });
        let (address, stopper) = listens.await.expect("the server starts");
        self.base = format!("http://{address}");
        self.running = Some((stopper, thread));
    }

    /// Somebody without credentials.
    pub(crate) fn anyone(&self) -> Client {
        Client::new(&self.base)
    }

    pub(crate) fn admin(&self) -> Client {
        self.anyone().bearing(ADMIN_TOKEN)
    }

    /// The server's store, as a command opens it that runs beside the server.
    pub(crate) async fn beside(&self) -> Arc<dyn Store> {
        store::open(&self.database, &OpenOptions::beside()).await.unwrap()
    }

    /// Another administrator, with sessions of their own.
    pub(crate) async fn another_admin(&self) -> Client {
        let token = "another-admin-token-of-tests";
        let store = self.beside().await;
        let admin = store::AdminRow {
            id: uuid::Uuid::now_v7(),
            name: "another".into(),
            token_hash: caja::http::tokens::hash(token),
            created_at: caja_actors::session::Timestamp(1),
            revoked_at: None,
        };
        store.create_admin(admin).await.unwrap();
        self.anyone().bearing(token)
    }
}

/// The address of a new SQLite file, and its folder.
fn on_disk() -> (String, TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be created");
    (format!("sqlite://{}/caja.db", folder.path().display()), folder)
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((stopper, thread)) = self.running.take() {
            // The first step gives the order; the rest would only wait for its end.
            let _ = stopper.stop().now_or_never();
            let _ = thread.join();
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started")
}
