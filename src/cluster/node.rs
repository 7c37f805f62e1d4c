//! This server as one node of several: its lease and its name.

use std::{
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Data;
use caja_actors::{
    journal::{Peer, Term},
    session::SessionId,
};
use dashmap::{DashMap, DashSet};
use tokio::{runtime::Handle, sync::Semaphore};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::{
    inside::{SECRET, Secret},
    tenure::{LocalMs, Tenure},
};
use crate::{
    app::App,
    clock::boot_ms,
    http::tokens::random_admin_token,
    store::{Formats, NodeRow, Store, StoreError},
};

/// By how much another node's clock is ahead of this one's, at least.
#[derive(Clone, Copy)]
struct PeerClock {
    ahead_ms: i64,
    /// When that was asked.
    at: LocalMs,
}

/// Why a node may not join the others.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "node {} of release {} reads sessions up to format {} and writes {}, this release reads up \
         to {} and writes {}: upgrade by the release between them",
        node.peer.url, node.version, node.formats.reads, node.formats.writes, own.reads, own.writes
    )]
    Stranger { node: NodeRow, own: Formats },
}

/// What makes a server one of several.
pub struct Membership {
    /// Where other nodes reach this one.
    pub url: String,
    /// Where they are listened to.
    pub listen: SocketAddr,
    /// What nodes show each other; the store has one where it is left out.
    pub secret: Option<String>,
    pub tenure: Arc<Tenure>,
}

/// One node of several.
pub struct Node {
    /// Where other nodes reach this one.
    pub url: String,
    tenure: Arc<Tenure>,
    secret: Secret,
    http: reqwest::Client,
    /// Whose a session was when it was last asked for. Nothing rests on it: an owner that is none
    /// any more says so.
    owners: DashMap<SessionId, Peer>,
    /// What clocks of other nodes show.
    clocks: DashMap<Uuid, PeerClock>,
    /// Who looks for another release's files.
    searches: Semaphore,
    /// Which followers look for an owner.
    seekers: Semaphore,
    /// Sessions that somebody here follows.
    following: DashSet<SessionId>,
    /// Where followers run: longer than any worker.
    home: Handle,
}

impl Node {
    /// Registers nothing yet.
    pub async fn new(membership: Membership, store: &dyn Store) -> Result<Self, StoreError> {
        let Membership { url, tenure, secret, .. } = membership;
        let secret = match secret {
            Some(secret) => secret,
            None => {
                let candidate = random_admin_token();
                let shared = store.secret("cluster", candidate.as_bytes()).await?;
                String::from_utf8(shared).map_err(|_| StoreError::Damaged("no text".into()))?
            }
        };
        // Keeps connections to other nodes open. What is asked has a time limit of its own.
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(tenure.lease() / 10)
            .pool_idle_timeout(IDLE_CONNECTION);
        Ok(Self {
            url,
            tenure,
            secret: Secret::new(&secret),
            http: http.build().expect("nothing that could fail is asked for"),
            owners: DashMap::new(),
            clocks: DashMap::new(),
            searches: Semaphore::new(MOST_SEARCHES),
            seekers: Semaphore::new(MOST_SEEKERS),
            following: DashSet::new(),
            home: Handle::current(),
        })
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(super) fn searches(&self) -> &Semaphore {
        &self.searches
    }

    pub(super) fn seekers(&self) -> &Semaphore {
        &self.seekers
    }

    pub(super) fn following(&self) -> &DashSet<SessionId> {
        &self.following
    }

    pub(super) fn home(&self) -> &Handle {
        &self.home
    }

    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(super) fn known_owner(&self, session: SessionId) -> Option<Peer> {
        self.owners.get(&session).map(|owner| owner.clone())
    }

    pub(super) fn remember(&self, session: SessionId, owner: Peer) {
        if self.owners.len() >= MOST_OWNERS {
            self.owners.clear();
        }
        self.owners.insert(session, owner);
    }

    pub(super) fn forget(&self, session: SessionId) {
        self.owners.remove(&session);
    }

    /// Forgets an owner, unless another is known by now.
    pub(super) fn forget_that(&self, session: SessionId, owner: &Peer) {
        self.owners.remove_if(&session, |_, known| known == owner);
    }

    /// What another node's clock shows at most, in so long from now.
    pub(super) async fn clock_of(&self, peer: &Peer, later: Duration) -> Option<LocalMs> {
        let known = self.clocks.get(&peer.id).map(|clock| *clock);
        let clock = match known.filter(|clock| boot_ms() < clock.at + CLOCK_KEPT_MS) {
            Some(clock) => clock,
            None => {
                let url = format!("{}/cluster/clock", peer.url);
                let asked =
                    self.http.get(url).header(SECRET.as_str(), self.secret.shown().as_bytes());
                let asked = asked.timeout(self.patience() / 2).send().await.ok()?;
                let shown: LocalMs =
                    asked.error_for_status().ok()?.text().await.ok()?.parse().ok()?;
                // It showed that some time before now.
                let at = boot_ms();
                let clock = PeerClock { ahead_ms: shown.checked_signed_diff(at)?, at };
                self.clocks.retain(|_, clock| at < clock.at + CLOCK_KEPT_MS);
                self.clocks.insert(peer.id, clock);
                clock
            }
        };
        let later = u64::try_from(later.as_millis()).ok()?;
        Some((boot_ms() + later).saturating_add_signed(clock.ahead_ms))
    }

    /// How long another node may be silent before its lease is looked at.
    pub(super) fn patience(&self) -> Duration {
        self.tenure.lease() / 4
    }

    /// Whether what was taken over in this term is still this node's.
    #[must_use]
    pub fn holds(&self, term: Term) -> bool {
        self.tenure.holds(term, boot_ms())
    }

    /// What the store is asked for.
    #[must_use]
    pub fn lease(&self) -> Duration {
        self.tenure.lease()
    }

    /// What is left of this node's lease.
    #[must_use]
    pub fn lease_left(&self) -> Duration {
        Duration::from_millis(self.tenure.left_ms(boot_ms()))
    }

    /// How many sessions of other nodes are followed.
    #[must_use]
    pub fn follows(&self) -> usize {
        self.following.len()
    }

    /// Whether this node has a lease now.
    #[must_use]
    pub fn has_lease(&self) -> bool {
        self.tenure.term(boot_ms()).is_some()
    }

    /// Registers this node; what it takes over from now on is its own.
    pub async fn begin(&self, app: &Data<App>) -> Result<(), BeginError> {
        let cluster = app.store.cluster().expect("only such a store is opened for several");
        cluster.forget_nodes(DEAD_NODES_KEPT).await?;
        let strangers = cluster.nodes().await?.into_iter().filter(NodeRow::is_alive);
        if let Some(node) = strangers.into_iter().find(|it| !it.formats.fit(Formats::OWN)) {
            return Err(BeginError::Stranger { node, own: Formats::OWN });
        }
        self.renew(app).await?;
        info!(url = %self.url, "one node of several");
        Ok(())
    }

    /// Renews the lease and gives away what is beyond this node's share, for as long as the server
    /// runs.
    pub async fn run(&self, app: &Data<App>) {
        let spread = async {
            loop {
                tokio::time::sleep(self.tenure.lease().mul_f64(rand::random_range(0.8..1.2))).await;
                if let Err(error) = self.spread(app).await {
                    debug!(error = &error as &dyn Error, "sessions not spread");
                }
            }
        };
        tokio::join!(self.keep_lease(app), spread);
    }

    async fn keep_lease(&self, app: &Data<App>) {
        let (every, soon) = (self.tenure.renew_every(), self.tenure.lease() / 20);
        let mut pause = every;
        let mut said: Option<Instant> = None;
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = self.renew(app).await {
                if said.is_none_or(|at| at.elapsed() >= SAID_AGAIN) {
                    warn!(error = &error as &dyn Error, "the lease can't be renewed");
                    said = Some(Instant::now());
                }
                pause = soon;
            } else {
                (pause, said) = (every, None);
            }
        }
    }

    async fn renew(&self, app: &Data<App>) -> Result<(), StoreError> {
        let cluster = app.store.cluster().expect("only such a store is opened for several");
        let sent = boot_ms();
        let ran_on = cluster.renew_lease(&self.url).await?;
        if !self.tenure.granted(sent, boot_ms(), ran_on) && !app.registry.is_empty() {
            warn!("the lease had ended: other nodes may have taken sessions over");
            app.metrics.leases_lost.increment(1);
            for session in app.registry.lapse() {
                self.forget(session);
                self.follow(app, session);
            }
        }
        Ok(())
    }

    /// Follows what somebody asks for here and nobody keeps up to date. To be called every second.
    pub fn attend(&self, app: &Data<App>) {
        for session in app.registry.adrift() {
            self.follow(app, session);
        }
    }

    /// Gives everything back at once, when the sessions have stopped.
    pub async fn end(&self, app: &App) {
        self.tenure.end();
        let cluster = app.store.cluster().expect("only such a store is opened for several");
        let ended = tokio::time::timeout(END_LIMIT, cluster.end_lease()).await;
        if !matches!(ended, Ok(Ok(()))) {
            warn!("the lease could not be given back: it ends by itself");
        }
    }
}

/// How long two clocks are taken to run alike. In that time they drift apart by some milliseconds.
const CLOCK_KEPT_MS: u64 = 30_000;
/// How long an operator sees a node that has died.
const DEAD_NODES_KEPT: Duration = Duration::from_secs(3_600);
/// Owners that are remembered: more are looked up again.
const MOST_OWNERS: usize = 100_000;
/// Files of other releases that are looked for at the same time.
const MOST_SEARCHES: usize = 8;
/// Followers that look for an owner at the same time: a node that dies may have had thousands of
/// sessions, and who waits for an answer comes first.
const MOST_SEEKERS: usize = 2;
/// How often the log says that a lease can't be renewed, for alarms that go by the log.
const SAID_AGAIN: Duration = Duration::from_secs(60);
/// How long a connection is kept that nobody uses: less than the other end keeps it.
const IDLE_CONNECTION: Duration = Duration::from_secs(60);
/// How long a server that goes waits for the store to hear of it.
const END_LIMIT: Duration = Duration::from_secs(3);
