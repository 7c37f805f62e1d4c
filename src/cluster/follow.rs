//! Following: sessions that another node owns, published here as that node publishes them.
//!
//! One long poll for each followed session, however many people ask here; and every few seconds the
//! owner hears who they were.

use std::{error::Error, sync::Arc, time::Duration};

use actix_web::web::Data;
use caja_actors::{
    copies::{Copy, Known},
    journal::{JournalError, Peer},
    publish::Published,
    session::{SessionId, Timestamp},
};
use tokio::time::{Instant, sleep};
use tracing::{debug, info, warn};

use super::{inside::SECRET, node::Node};
use crate::{
    app::{App, WRITE_TIMEOUT},
    http::problem::Problem,
};

/// A session that nobody asked for here this long is not followed any more.
const IDLE_MS: u64 = 60_000;
/// How long to wait before the owner is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How often the owner hears who was seen.
const SEEN_EVERY: Duration = Duration::from_secs(5);
/// How often a poll that waits for the first copy looks for it.
const ARRIVED_YET: Duration = Duration::from_millis(10);

impl Node {
    /// What another node publishes about a session; followed from now on.
    pub async fn followed(
        &self,
        app: &Data<App>,
        session: SessionId,
        owner: Option<Peer>,
    ) -> Result<Arc<Published>, Problem> {
        let until = Instant::now() + WRITE_TIMEOUT;
        while Instant::now() < until {
            // Each time: who follows already may just be giving it up.
            self.follow(app, session, owner.clone());
            if let Some(published) = app.registry.published(session) {
                return Ok(published);
            }
            sleep(ARRIVED_YET).await;
        }
        Err(Problem::store_unavailable())
    }

    /// Follows a session, or takes it over where nobody owns it, unless that is going on already.
    pub fn follow(&self, app: &Data<App>, session: SessionId, owner: Option<Peer>) {
        if self.following().insert(session) {
            let app = app.clone();
            self.home().spawn(async move {
                follow(&app, session, owner).await;
                if let Some(node) = &app.node {
                    node.following().remove(&session);
                }
            });
        }
    }

    async fn copy(
        &self,
        owner: &Peer,
        session: SessionId,
        known: Known,
    ) -> Result<Option<Copy>, Failed> {
        let Known { version, departures } = known;
        let url = format!(
            "{}/cluster/sessions/{session}/copy?version={}&departures={departures}&wait_ms={}",
            owner.url,
            version.0,
            self.patience().as_millis()
        );
        let asked = self.http().get(url).header(SECRET.as_str(), self.secret().shown().as_bytes());
        let answer = asked.timeout(self.patience() * 2).send().await?;
        match answer.status().as_u16() {
            200 => Copy::decode(&answer.bytes().await?).map(Some).map_err(Failed::Unreadable),
            204 => Ok(None),
            404 => Err(Failed::Gone),
            _ => Err(Failed::NotThere),
        }
    }

    async fn tell_seen(
        &self,
        owner: &Peer,
        session: SessionId,
        seen: &[(u32, u64)],
    ) -> Result<(), Failed> {
        let url = format!("{}/cluster/sessions/{session}/seen", owner.url);
        let told = self.http().post(url).header(SECRET.as_str(), self.secret().shown().as_bytes());
        told.json(seen).timeout(self.patience()).send().await?.error_for_status()?;
        Ok(())
    }
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the session is gone")]
    Gone,
    #[error("the node does not own it any more")]
    NotThere,
    #[error("the node was not reached")]
    Unreached(#[from] reqwest::Error),
    #[error("the nodes do not understand each other")]
    Unreadable(#[source] caja_actors::codec::CodecError),
}

/// Follows a session until nobody asks for it here, or it is this node's own.
async fn follow(app: &Data<App>, session: SessionId, mut owner: Option<Peer>) {
    let node = app.node.as_ref().expect("only nodes follow");
    let mut known = Known::default();
    let mut told = app.now();
    while is_used(app, session) {
        let Some(asked) = &owner else {
            match node.find_owner(app, session).await {
                Ok(None) => return,
                Ok(found) => owner = found,
                Err(JournalError::NotFound(_)) => break,
                Err(_) => sleep(LOOK_AGAIN).await,
            }
            continue;
        };
        match node.copy(asked, session, known).await {
            Ok(None) => {}
            Ok(Some(copy)) => match app.registry.take_in(session, &copy) {
                Some(published) => {
                    app.metrics.copies.increment(1);
                    if published.is_lost() {
                        info!(session.id = %session, url = %asked.url, "following");
                    }
                    published.set_lost(false);
                    known = copy.known();
                }
                None => known = Known::default(),
            },
            Err(Failed::Gone) => break,
            Err(failed) => {
                debug!(session.id = %session, error = &failed as &dyn Error, "owner lost");
                if let Some(published) = app.registry.published(session) {
                    published.set_lost(true);
                }
                owner = None;
                sleep(LOOK_AGAIN).await;
                continue;
            }
        }
        if app.now().ms_since(told) >= SEEN_EVERY.as_millis() as u64 {
            let since = std::mem::replace(&mut told, app.now());
            if let Err(error) = tell(app, node, asked, session, since).await {
                warn!(session.id = %session, error = &error as &dyn Error, "presence not told");
            }
        }
    }
    app.registry.unfollow(session);
}

fn is_used(app: &App, session: SessionId) -> bool {
    let published = app.registry.published(session);
    published.is_none_or(|it| app.now().ms_since(it.last_used()) < IDLE_MS)
}

/// Tells the owner who was seen here. How long ago, because nodes' clocks differ.
async fn tell(
    app: &App,
    node: &Node,
    owner: &Peer,
    session: SessionId,
    since: Timestamp,
) -> Result<(), Failed> {
    let Some(published) = app.registry.published(session) else { return Ok(()) };
    let now = app.now();
    let seen = published.seats.seen_after(since);
    let seen: Vec<_> = seen.into_iter().map(|(seat, at)| (seat.0, now.ms_since(at))).collect();
    if seen.is_empty() { Ok(()) } else { node.tell_seen(owner, session, &seen).await }
}
