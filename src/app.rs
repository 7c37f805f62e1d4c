//! What every request may reach.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpMessage, HttpRequest};
use caja_actors::{clock::Clock, registry::Registry, session::Timestamp};

use crate::{
    archivist::Archivist,
    clock::NodeClock,
    cluster::{inside::Forwarded, node::Node},
    http::{
        address::{Address, TrustedProxies},
        held::HeldPolls,
        principals::{Principals, Stored},
        throttle::Throttles,
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
    pub proxies: TrustedProxies,
    pub throttles: Throttles,
    pub timeouts: Timeouts,
    pub pacing: Arc<Pacing>,
    pub held: HeldPolls,
    pub metrics: Metrics,
    /// Where phones reach this server, without a slash at the end.
    pub public_url: String,
    pub archivist: Archivist,
    pub draining: Draining,
    /// There where this server is one of several.
    pub node: Option<Node>,
}

/// What the server expects of clients, and of what stands between them and it.
#[derive(Debug, Clone)]
pub struct Edge {
    pub proxies: TrustedProxies,
    /// Joins at once from one address, and as many each minute; zero for no ceiling.
    pub address_limit: u32,
    pub timeouts: Timeouts,
}

/// Joins at once from one address: a large venue behind one.
pub const ADDRESS_LIMIT: u32 = 5_000;

impl Default for Edge {
    fn default() -> Self {
        Self {
            proxies: TrustedProxies::default(),
            address_limit: ADDRESS_LIMIT,
            timeouts: Timeouts::default(),
        }
    }
}

/// How long a client may take: who is slower holds a connection for nothing.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the head of a connection's first request.
    pub head: Duration,
    /// For the next request to begin. Longer than load balancers keep an idle connection, so that
    /// they close it first.
    pub keep_alive: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// From the first byte of a request to the first of its answer, or without taking any of it.
    pub exchange: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(80),
            body: Duration::from_secs(10),
            // More than head, body, the longest held poll and the longest wait for the store.
            exchange: Duration::from_secs(60),
        }
    }
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
        edge: Edge,
        node: Option<Node>,
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
            principals: Principals::new(Arc::new(Stored(store.clone()))),
            proxies: edge.proxies,
            throttles: Throttles::new(edge.address_limit),
            timeouts: edge.timeouts,
            store,
            clock,
            tokens: ParticipantTokens::new(&key),
            pacing: Arc::default(),
            held: HeldPolls::default(),
            metrics: Metrics::install(),
            public_url,
            draining: Draining::default(),
            node,
        })
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Who sent a request, as far as senders are told apart.
    #[must_use]
    pub fn sender(&self, request: &HttpRequest) -> Address {
        match request.extensions().get::<Forwarded>() {
            Some(forwarded) => Address::of(forwarded.sender),
            None => self.proxies.sender_of(request),
        }
    }

    /// When a request arrived at the first node, by this node's clock.
    #[must_use]
    pub fn arrived_at(&self, request: &impl HttpMessage) -> Timestamp {
        let waited_ms = request.extensions().get::<Forwarded>().map_or(0, |it| it.waited_ms);
        Timestamp(self.now().0.saturating_sub(waited_ms))
    }

    /// Forgets what no longer matters of clients: to be called now and then.
    pub fn sweep(&self) {
        let now = self.now();
        self.throttles.sweep(now);
        self.principals.sweep(now);
    }

    #[must_use]
    pub fn join_url(&self, code: &str) -> String {
        join_url(&self.public_url, code)
    }
}

fn join_url(public_url: &str, code: &str) -> String {
    format!("{public_url}/j/{code}")
}
