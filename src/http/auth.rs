//! Who asks, and whether they may.

use std::future::Future;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use caja_actors::{
    publish::Published,
    session::{AdminId, SessionId, Timestamp, Who},
};
use dashmap::DashMap;
use futures_util::future::LocalBoxFuture;
use std::sync::Arc;
use uuid::Uuid;

use super::{
    problem::Problem,
    tokens::{self, Claim},
};
use crate::{app::App, store::TokenHash};

/// How long a random token is believed without asking the store: what another process or node
/// revokes is dead here this much later.
const BELIEVED_MS: u64 = 5_000;
/// Tokens remembered; far more than there are admins and screens.
const REMEMBERED: usize = 100_000;

/// Whoever has a valid token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    Admin(AdminId),
    Runner { session: SessionId, token_id: Uuid },
    Participant(Claim),
}

/// Admin and runner tokens that were looked up lately.
#[derive(Default)]
pub struct Principals {
    known: DashMap<TokenHash, (Principal, Timestamp)>,
}

impl Principals {
    /// Forgets a revoked token at once.
    pub fn forget_runner(&self, revoked: Uuid) {
        self.known.retain(|_, (principal, _)| {
            !matches!(principal, Principal::Runner { token_id, .. } if *token_id == revoked)
        });
    }

    async fn find(&self, app: &App, token: &str) -> Result<Option<Principal>, Problem> {
        let hash = tokens::hash(token);
        let now = app.now();
        let known = self.known.get(&hash).map(|it| *it);
        // While the store can't be reached the event goes on with the credentials that were good,
        // without waiting for it each time.
        if let Some((principal, checked_at)) = known
            && (now.ms_since(checked_at) < BELIEVED_MS || !app.store.health().reachable)
        {
            return Ok(Some(principal));
        }
        match (look_up(app, hash).await, known) {
            (Ok(Some(principal)), _) => {
                if self.known.len() < REMEMBERED {
                    self.known.insert(hash, (principal, now));
                }
                Ok(Some(principal))
            }
            (Ok(None), _) => {
                self.known.remove(&hash);
                Ok(None)
            }
            // The store has just gone.
            (Err(_), Some((principal, _))) => Ok(Some(principal)),
            (Err(problem), None) => Err(problem),
        }
    }
}

async fn look_up(app: &App, hash: TokenHash) -> Result<Option<Principal>, Problem> {
    if let Some(runner) = app.store.runner_token_by_hash(hash).await? {
        let (session, token_id) = (runner.session, runner.token_id);
        return Ok(Some(Principal::Runner { session, token_id }));
    }
    let admin = app.store.admin_by_token(hash).await?;
    Ok(admin
        .filter(|admin| admin.revoked_at.is_none())
        .map(|admin| Principal::Admin(AdminId(admin.id))))
}

/// The token a request bears.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who asks.
pub async fn principal(app: &App, token: Option<&str>) -> Result<Principal, Problem> {
    let token = token.ok_or_else(Problem::unauthorized)?;
    if let Some(claim) = app.tokens.check(token.as_bytes()) {
        return Ok(Principal::Participant(claim));
    }
    app.principals.find(app, token).await?.ok_or_else(Problem::unauthorized)
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
    match principal(app, bearer(request)).await? {
        Principal::Admin(id) => Ok(Admin(id)),
        Principal::Runner { .. } | Principal::Participant(_) => Err(Problem::forbidden()),
    }
}

async fn check_owner(app: &App, request: &HttpRequest) -> Result<Owner, Problem> {
    let Admin(admin) = check_admin(app, request).await?;
    let session = path_session(request)?;
    let published = app.registry.activate(session).await?;
    if published.owner == admin { Ok(Owner { session, admin }) } else { Err(Problem::forbidden()) }
}

async fn check_steerer(app: &App, request: &HttpRequest) -> Result<Steerer, Problem> {
    let principal = principal(app, bearer(request)).await?;
    let session = path_session(request)?;
    may_steer(app, principal, session).await?;
    Ok(Steerer { session })
}

/// Whether somebody may steer a session.
pub async fn may_steer(
    app: &App,
    principal: Principal,
    session: SessionId,
) -> Result<Arc<Published>, Problem> {
    let published = within(app.registry.activate(session)).await?;
    let may = match principal {
        Principal::Admin(admin) => published.owner == admin,
        Principal::Runner { session: own, .. } => own == session,
        Principal::Participant(_) => false,
    };
    if may { Ok(published) } else { Err(Problem::forbidden()) }
}

async fn check_participant(app: &App, request: &HttpRequest) -> Result<Participant, Problem> {
    let arrived_at = app.now();
    let Principal::Participant(claim) = principal(app, bearer(request)).await? else {
        return Err(Problem::forbidden());
    };
    let session = path_session(request)?;
    if claim.session != session {
        return Err(Problem::forbidden());
    }
    let published = within(app.registry.activate(session)).await?;
    if let Some(how) = published.seats.departure(claim.who.seat) {
        return Err(Problem::gone(how));
    }
    Ok(Participant { session, who: claim.who, published, arrived_at })
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
