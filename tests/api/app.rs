//! A server of one's own.

use std::thread::{self, JoinHandle};

use caja::{
    startup::{self, Options, Stopper},
    store::{self, OpenOptions},
};
use futures_util::FutureExt;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::{client::Client, support::postgres_database};

const ADMIN_TOKEN: &str = "an-admin-token-of-tests";
/// Two, so that requests of one test really run side by side.
const WORKERS: usize = 2;

/// A running server. Stops when dropped.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) database: String,
    running: Option<(Stopper, JoinHandle<()>)>,
    /// Where the embedded store lives; gone with this value.
    _folder: Option<TempDir>,
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let database = format!("sqlite://{}/caja.db", folder.path().display());
        Self::spawn(database, Some(folder)).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::on(postgres_database().await).await
    }

    /// A server on the database at this address.
    pub(crate) async fn on(database: String) -> Self {
        Self::spawn(database, None).await
    }

    async fn spawn(database: String, folder: Option<TempDir>) -> Self {
        let mut app = Self { base: String::new(), database, running: None, _folder: folder };
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
        let database = self.database.clone();
        let thread = thread::spawn(move || {
            let system = actix_web::rt::System::with_tokio_rt(runtime);
            system.block_on(async move {
                let store = store::open(&database, &OpenOptions::serve()).await.unwrap();
                let options = Options {
                    store,
                    listen: ([127, 0, 0, 1], 0).into(),
                    workers: WORKERS,
                    public_url: Box::new(|_| "http://caja.example".into()),
                    admin_token: Some(ADMIN_TOKEN.into()),
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

    /// Another administrator, with sessions of their own.
    pub(crate) async fn another_admin(&self) -> Client {
        let token = "another-admin-token-of-tests";
        let store = store::open(&self.database, &OpenOptions::beside()).await.unwrap();
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
