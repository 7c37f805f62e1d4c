//! What every request may reach.

use std::{sync::Arc, time::Duration};

use caja_actors::{
    clock::Clock,
    registry::Registry,
    session::{SessionId, Timestamp},
};

use crate::{
    archivist::Archivist,
    clock::NodeClock,
    http::{
        auth::Principals,
        held::HeldPolls,
        tokens::{KEY_LEN, ParticipantTokens},
    },
    pacing::Pacing,
    store::{Store, StoreError},
    telemetry::Metrics,
};

/// How long a write waits for the store before its sender is asked to come again.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(8);

/// The running server, shared by all its workers.
pub struct App {
    pub store: Arc<dyn Store>,
    pub registry: Arc<Registry>,
    pub clock: Arc<NodeClock>,
    pub tokens: ParticipantTokens,
    pub principals: Principals,
    pub pacing: Pacing,
    pub held: HeldPolls,
    pub metrics: Metrics,
    /// Where phones reach this server, without a slash at the end.
    pub public_url: String,
    pub archivist: Archivist,
    pub draining: Draining,
}

/// Whether the server is on its way out.
#[derive(Default)]
pub struct Draining(std::sync::atomic::AtomicBool);

impl Draining {
    pub fn begin(&self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

impl App {
    /// Puts the server together on a migrated store.
    pub async fn build(
        store: Arc<dyn Store>,
        public_url: String,
        workers: usize,
        retention_days: u32,
    ) -> Result<Self, StoreError> {
        let candidate: [u8; KEY_LEN] = rand::random();
        let key = store.secret("participant-token-key", &candidate).await?;
        let clock = Arc::new(NodeClock::start());
        let url = public_url.clone();
        let join_url = Box::new(move |code: &str| join_url(&url, code));
        let journal: Arc<dyn caja_actors::journal::Journal> = store.clone();
        let registry = Registry::start(journal, clock.clone(), workers, join_url);
        Ok(Self {
            archivist: Archivist::new(store.clone(), registry.clone(), retention_days),
            registry,
            store,
            clock,
            tokens: ParticipantTokens::new(&key),
            principals: Principals::default(),
            pacing: Pacing::default(),
            held: HeldPolls::default(),
            metrics: Metrics::install(),
            public_url,
            draining: Draining::default(),
        })
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    #[must_use]
    pub fn join_url(&self, code: &str) -> String {
        join_url(&self.public_url, code)
    }

    /// How many are in a session, if it is in memory.
    #[must_use]
    pub fn live_participants(&self, id: SessionId) -> Option<u32> {
        Some(self.registry.published(id)?.frames().participant_count)
    }
}

fn join_url(public_url: &str, code: &str) -> String {
    format!("{public_url}/j/{code}")
}
