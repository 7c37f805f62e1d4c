//! Who asks, and whether they may.

use std::{future::Future, sync::Arc};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::Data,
};
use caja_actors::{
    journal::JournalError,
    publish::Published,
    session::{AdminId, SessionId, Timestamp, Who},
};
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::{
    login, origin,
    principals::{Identity, Key},
    problem::Problem,
    throttle::too_many,
    tokens::{self, Claim},
};
use crate::app::App;

/// Whoever has valid credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    Admin(AdminId),
    Runner { session: SessionId, token_id: Uuid },
    Participant(Claim),
}

/// Who asks. With a bearer token it is its holder, whatever cookie the browser adds: pages of
/// participants and big screens must not become the administrator's by accident.
pub async fn principal(app: &App, request: &HttpRequest) -> Result<Principal, Problem> {
    match bearer(request.headers()) {
        Some(token) => match app.tokens.check(token.as_bytes()) {
            Some(claim) => Ok(Principal::Participant(claim)),
            // Nothing else looks like this, so there is nothing to look up.
            None if tokens::is_participants(token) => Err(Problem::unauthorized()),
            // Boxed, because few ask with another token, and every request would carry its size.
            None => Ok(Box::pin(identity(app, request, Key::bearer(token))).await?.principal),
        },
        None => Ok(Box::pin(signed_in(app, request)).await?.principal),
    }
}

/// The administrator who asks, and how they proved it.
pub async fn administrator(
    app: &App,
    request: &HttpRequest,
) -> Result<(AdminId, Identity), Problem> {
    let identity = match bearer(request.headers()) {
        Some(token) if tokens::is_participants(token) => {
            principal(app, request).await?;
            return Err(Problem::forbidden());
        }
        Some(token) => identity(app, request, Key::bearer(token)).await?,
        None => signed_in(app, request).await?,
    };
    match identity.principal {
        Principal::Admin(admin) => Ok((admin, identity)),
        Principal::Runner { .. } | Principal::Participant(_) => Err(Problem::forbidden()),
    }
}

/// Who is signed in by cookie. What the cookie's browser is made to write by a page of somebody
/// else is refused.
pub async fn signed_in(app: &App, request: &HttpRequest) -> Result<Identity, Problem> {
    let cookie = login::cookie(request).ok_or_else(Problem::unauthorized)?;
    let identity = identity(app, request, Key::cookie(cookie)).await?;
    origin::check(app, request)?;
    Ok(identity)
}

async fn identity(app: &App, request: &HttpRequest, key: Key) -> Result<Identity, Problem> {
    let now = app.now();
    let known = match app.principals.known(key, now, app.store.health().reachable) {
        Some(known) => Some(known),
        None => {
            let from = app.sender(request);
            app.throttles.unknown_token(from, now)?;
            let found = app.principals.find(key, now).await;
            if !matches!(found, Ok(None)) {
                app.throttles.was_good(from);
            }
            found?
        }
    };
    known.ok_or_else(Problem::unauthorized)
}

/// The token a request bears.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session that a request's path names.
pub fn path_session(request: &HttpRequest) -> Result<SessionId, Problem> {
    let id = request.match_info().get("id").and_then(|id| Uuid::try_parse(id).ok());
    id.map(SessionId).ok_or_else(|| Problem::not_found("session"))
}

/// An administrator.
pub struct Admin(pub AdminId);

/// The administrator who owns the session in the path.
pub struct Owner {
    pub session: SessionId,
    pub admin: AdminId,
}

/// Whoever steers the session in the path: its owner or a runner.
pub struct Steerer {
    pub session: SessionId,
}

/// A participant of the session in the path.
pub struct Participant {
    pub session: SessionId,
    pub who: Who,
    pub published: Arc<Published>,
    /// Before anything was waited for: this is when an answer counts as given.
    pub arrived_at: Timestamp,
}

impl Participant {
    /// Takes one of the writes that a participant may do.
    pub fn may_write(&self) -> Result<(), Problem> {
        self.published.seats.may_write(self.who.seat, self.arrived_at).map_err(too_many)
    }
}

macro_rules! from_request {
    ($name:ident, $check:ident) => {
        impl FromRequest for $name {
            type Error = Problem;
            type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let app = request.app_data::<Data<App>>().expect("set in every server");
                    $check(app, &request).await
                })
            }
        }
    };
}

from_request!(Admin, check_admin);
from_request!(Owner, check_owner);
from_request!(Steerer, check_steerer);
from_request!(Participant, check_participant);

async fn check_admin(app: &App, request: &HttpRequest) -> Result<Admin, Problem> {
    match principal(app, request).await? {
        Principal::Admin(id) => Ok(Admin(id)),
        Principal::Runner { .. } | Principal::Participant(_) => Err(Problem::forbidden()),
    }
}

async fn check_owner(app: &Data<App>, request: &HttpRequest) -> Result<Owner, Problem> {
    let Admin(admin) = check_admin(app, request).await?;
    let session = path_session(request)?;
    let published = published(app, session).await?;
    if published.owner == admin { Ok(Owner { session, admin }) } else { Err(Problem::forbidden()) }
}

async fn check_steerer(app: &Data<App>, request: &HttpRequest) -> Result<Steerer, Problem> {
    let principal = principal(app, request).await?;
    let session = path_session(request)?;
    may_steer(app, principal, session).await?;
    Ok(Steerer { session })
}

/// Whether somebody may steer a session.
pub async fn may_steer(
    app: &Data<App>,
    principal: Principal,
    session: SessionId,
) -> Result<Arc<Published>, Problem> {
    let published = published(app, session).await?;
    let may = match principal {
        Principal::Admin(admin) => published.owner == admin,
        Principal::Runner { session: own, .. } => own == session,
        Principal::Participant(_) => false,
    };
    if may { Ok(published) } else { Err(Problem::forbidden()) }
}

async fn check_participant(app: &Data<App>, request: &HttpRequest) -> Result<Participant, Problem> {
    let arrived_at = app.arrived_at(request);
    let Principal::Participant(claim) = principal(app, request).await? else {
        return Err(Problem::forbidden());
    };
    let session = path_session(request)?;
    if claim.session != session {
        return Err(Problem::forbidden());
    }
    let published = published(app, session).await?;
    if let Some(how) = published.seats.departure(claim.who.seat) {
        return Err(Problem::gone(how));
    }
    Ok(Participant { session, who: claim.who, published, arrived_at })
}

/// What is published about a session; it is read from the store if need be.
pub async fn published(app: &Data<App>, session: SessionId) -> Result<Arc<Published>, Problem> {
    match app.registry.published(session) {
        Some(published) => Ok(published),
        None => match (within_journal(app.registry.activate(session)).await?, &app.node) {
            (Err(JournalError::Elsewhere { owner, .. }), Some(node)) => {
                node.followed(app, session, Some(owner)).await
            }
            // Another node takes it over now that this one is going.
            (Err(JournalError::Unavailable(_)), Some(node)) if app.draining.has_begun() => {
                node.followed(app, session, None).await
            }
            (published, _) => Ok(published?),
        },
    }
}

async fn within_journal<T>(
    work: impl Future<Output = Result<T, JournalError>>,
) -> Result<Result<T, JournalError>, Problem> {
    within(async { Ok::<_, Problem>(work.await) }).await
}

/// Waits for something that rests on the store, but not for ever.
pub async fn within<T, E: Into<Problem>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(crate::app::WRITE_TIMEOUT, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Problem::store_unavailable()),
    }
}
