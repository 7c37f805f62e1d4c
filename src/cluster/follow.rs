//! Following: sessions that another node owns, published here as that node publishes them.
//!
//! One long poll for each followed session, however many people ask here; and every few seconds the
//! owner hears who they were.

use std::{convert::Infallible, error::Error, sync::Arc, time::Duration};

use actix_web::web::Data;
use caja_actors::{
    copies::{Copy, Known},
    journal::{JournalError, Peer},
    publish::Published,
    session::{SessionId, Timestamp},
};
use tokio::time::{Instant, sleep};
use tracing::debug;

use super::{inside::SECRET, node::Node};
use crate::{
    app::{App, WRITE_TIMEOUT},
    http::problem::Problem,
};

/// A session that nobody asked for here this long is not followed any more.
const IDLE_MS: u64 = 60_000;
/// How long to wait before the owner is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// By how much longer for each session that is followed: when a node dies all who followed it look,
/// and the store has other work.
const LOOK_AGAIN_EACH: Duration = Duration::from_millis(1);
/// How often the owner hears who was seen. A page is held for up to 25 s and counts as online for
/// 30: what is between them has to be enough for its next request and this.
const SEEN_EVERY: Duration = Duration::from_secs(2);
/// How many people are told of at once. Each is some 14 bytes, and 256 KiB may come.
const SEEN_AT_ONCE: usize = 10_000;
/// How long a session is looked for of which nothing ever came.
const SOUGHT: Duration = WRITE_TIMEOUT;
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
        if let Some(owner) = owner {
            self.remember(session, owner);
        }
        let until = Instant::now() + WRITE_TIMEOUT;
        while Instant::now() < until {
            // Each time: who follows already may just be giving it up.
            self.follow(app, session);
            if let Some(published) = app.registry.published(session) {
                return Ok(published);
            }
            sleep(ARRIVED_YET).await;
        }
        Err(Problem::store_unavailable())
    }

    /// Follows a session, or takes it over where nobody owns it, unless that is going on already.
    pub fn follow(&self, app: &Data<App>, session: SessionId) {
        if self.following().insert(session) {
            let mark = Mark { app: app.clone(), session };
            self.home().spawn(async move { follow(&mark.app, session).await });
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

    fn look_again(&self) -> Duration {
        let followed = u32::try_from(self.follows()).unwrap_or(u32::MAX);
        LOOK_AGAIN + LOOK_AGAIN_EACH * followed
    }
}

/// Marks a session as followed, until it is dropped.
struct Mark {
    app: Data<App>,
    session: SessionId,
}

impl Drop for Mark {
    fn drop(&mut self) {
        if let Some(node) = &self.app.node {
            node.following().remove(&self.session);
        }
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
async fn follow(app: &Data<App>, session: SessionId) {
    let node = app.node.as_ref().expect("only nodes follow");
    tokio::select! {
        () = take_in(app, node, session) => {}
        never = tell(app, node, session) => match never {},
    }
    app.registry.unfollow(session);
}

/// Publishes here what the owner publishes.
async fn take_in(app: &Data<App>, node: &Node, session: SessionId) {
    let mut known = Known::default();
    let began = Instant::now();
    while is_used(app, session, began) {
        let Some(owner) = node.known_owner(session) else {
            match node.find_owner_in_turn(app, session).await {
                Ok(None) | Err(JournalError::NotFound(_)) => return,
                Ok(Some(owner)) => node.remember(session, owner),
                Err(_) => sleep(node.look_again()).await,
            }
            continue;
        };
        match node.copy(&owner, session, known).await {
            Ok(None) => {}
            Ok(Some(copy)) => {
                app.metrics.copies.increment(1);
                if app.registry.take_in(session, &copy).is_some() {
                    known = copy.known();
                } else {
                    // From the beginning; but who says less than all again is asked again later.
                    known = Known::default();
                    sleep(LOOK_AGAIN).await;
                }
            }
            Err(Failed::Gone) => return,
            Err(failed) => {
                debug!(session.id = %session, error = &failed as &dyn Error, "owner lost");
                app.registry.lose(session);
                node.forget_that(session, &owner);
                sleep(node.look_again()).await;
            }
        }
    }
}

fn is_used(app: &App, session: SessionId, began: Instant) -> bool {
    match app.registry.published(session) {
        Some(published) => app.now().ms_since(published.last_used()) < IDLE_MS,
        None => began.elapsed() < SOUGHT,
    }
}

/// Tells the owner who was seen here.
async fn tell(app: &App, node: &Node, session: SessionId) -> Infallible {
    let mut told = app.now();
    loop {
        sleep(SEEN_EVERY).await;
        let Some(owner) = node.known_owner(session) else { continue };
        let now = app.now();
        match tell_since(app, node, &owner, session, told, now).await {
            Ok(()) => told = now,
            Err(error) => {
                debug!(session.id = %session, error = &error as &dyn Error, "presence not told");
            }
        }
    }
}

/// How long ago, because nodes' clocks differ.
async fn tell_since(
    app: &App,
    node: &Node,
    owner: &Peer,
    session: SessionId,
    since: Timestamp,
    now: Timestamp,
) -> Result<(), Failed> {
    let Some(published) = app.registry.published(session) else { return Ok(()) };
    let seen = published.seats.seen_after(since);
    let seen: Vec<_> = seen.into_iter().map(|(seat, at)| (seat.0, now.ms_since(at))).collect();
    for some in seen.chunks(SEEN_AT_ONCE) {
        node.tell_seen(owner, session, some).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_are_told_of_at_once_fit_into_a_request() {
        let longest = vec![(u32::MAX, 10_000_000u64); SEEN_AT_ONCE];
        let body = serde_json::to_vec(&longest).expect("numbers");
        assert!(body.len() < 256 << 10, "{}", body.len());
    }
}
