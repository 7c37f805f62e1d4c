//! Random tokens that were looked up lately: administrators', runners' and those in cookies.
//!
//! Nobody waits for the store who was there a moment ago. What is older than [`FRESH_MS`] is looked
//! up again beside the request that uses it, what is older than [`BELIEVED_MS`] before.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use caja_actors::session::{AdminId, Timestamp};
use dashmap::DashMap;
use uuid::Uuid;

use super::{
    auth::Principal,
    login::{Login, NOTED_EVERY_MS},
    tokens,
};
use crate::store::{Store, StoreError, TokenHash};

/// How long a token is believed without asking the store: what another process or node revokes is
/// dead here this much later.
const BELIEVED_MS: u64 = 5_000;
/// How long it is believed without even a look-up beside: well before, so that who polls never
/// waits for the store.
const FRESH_MS: u64 = 2_000;
/// Tokens remembered; far more than there are administrators and screens.
const REMEMBERED: usize = 100_000;
/// How long a token is remembered for the case that the store goes away: longer than an event.
const REMEMBERED_MS: u64 = 12 * 3_600_000;

/// A credential: a token can't be used as a cookie, nor a cookie as a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub means: Means,
    pub hash: TokenHash,
}

/// How somebody proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Means {
    Bearer,
    Cookie,
}

impl Key {
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self { means: Means::Bearer, hash: tokens::hash(token) }
    }

    #[must_use]
    pub fn cookie(login: &str) -> Self {
        Self { means: Means::Cookie, hash: tokens::hash(login) }
    }
}

/// What a credential proves.
#[derive(Debug, Clone)]
pub struct Identity {
    pub principal: Principal,
    /// An administrator's name; empty for runners.
    pub name: Arc<str>,
    /// The sign-in, if it was by cookie.
    pub login: Option<Login>,
}

impl Identity {
    fn is_alive(&self, now: Timestamp) -> bool {
        self.login.is_none_or(|login| now < login.expires_at())
    }
}

#[derive(Clone)]
struct Known {
    identity: Identity,
    /// When the look-up began that says so.
    checked_at: Timestamp,
    is_being_checked: bool,
}

/// The credentials that were looked up lately.
pub struct Principals(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    known: DashMap<Key, Known>,
    /// Moves with everything that is revoked here. A look-up that began before must not bring
    /// back what was forgotten meanwhile.
    revocations: AtomicU64,
}

impl Principals {
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Inner { store, known: DashMap::new(), revocations: AtomicU64::new(0) }))
    }

    /// What is known of a credential without waiting.
    ///
    /// While the store can't be reached the event goes on with the credentials that were good.
    #[must_use]
    pub fn known(&self, key: Key, now: Timestamp, is_store_reachable: bool) -> Option<Identity> {
        let mut known = self.0.known.get_mut(&key)?;
        if !known.identity.is_alive(now) {
            return None;
        }
        let age_ms = now.ms_since(known.checked_at);
        if is_store_reachable && age_ms >= BELIEVED_MS {
            return None;
        }
        if age_ms >= FRESH_MS && !known.is_being_checked {
            known.is_being_checked = true;
            let inner = self.0.clone();
            tokio::spawn(async move { inner.check_again(key, now).await });
        }
        self.0.note_use(key, &mut known.identity, now);
        Some(known.identity.clone())
    }

    /// Looks a credential up. `None`: it proves nothing.
    pub async fn find(&self, key: Key, now: Timestamp) -> Result<Option<Identity>, StoreError> {
        let revocations = self.0.revocations.load(Ordering::SeqCst);
        match self.0.look_up(key).await {
            Ok(found) => Ok(self.0.remember(key, found, now, revocations)),
            // The store has just gone.
            Err(error) => match self.0.known.get(&key) {
                Some(known) if known.identity.is_alive(now) => Ok(Some(known.identity.clone())),
                Some(_) | None => Err(error),
            },
        }
    }

    /// Forgets a revoked runner token at once.
    pub fn forget_runner(&self, revoked: Uuid) {
        self.forget(|_, principal| {
            matches!(principal, Principal::Runner { token_id, .. } if token_id == revoked)
        });
    }

    /// Forgets a sign-in that ended.
    pub fn forget_login(&self, ended: Key) {
        self.forget(|key, _| key == ended);
    }

    fn forget(&self, is_revoked: impl Fn(Key, Principal) -> bool) {
        self.0.revocations.fetch_add(1, Ordering::SeqCst);
        self.0.known.retain(|key, known| !is_revoked(*key, known.identity.principal));
    }

    /// Forgets what was not used for long: to be called now and then.
    pub fn sweep(&self, now: Timestamp) {
        self.0.known.retain(|_, known| now.ms_since(known.checked_at) < REMEMBERED_MS);
    }
}

impl Inner {
    fn remember(
        &self,
        key: Key,
        found: Option<Identity>,
        now: Timestamp,
        revocations: u64,
    ) -> Option<Identity> {
        let Some(mut identity) = found.filter(|identity| identity.is_alive(now)) else {
            self.known.remove(&key);
            return None;
        };
        self.note_use(key, &mut identity, now);
        let is_current = self.revocations.load(Ordering::SeqCst) == revocations;
        if is_current && (self.known.len() < REMEMBERED || self.known.contains_key(&key)) {
            let known =
                Known { identity: identity.clone(), checked_at: now, is_being_checked: false };
            self.known.insert(key, known);
        }
        Some(identity)
    }

    /// Looks a credential up that is in use meanwhile.
    async fn check_again(&self, key: Key, now: Timestamp) {
        let found = self.look_up(key).await;
        // Not inserted: what was forgotten meanwhile stays forgotten.
        let Some(mut known) = self.known.get_mut(&key) else { return };
        known.is_being_checked = false;
        match found {
            Ok(Some(identity)) => {
                known.identity = identity;
                known.checked_at = now;
            }
            Ok(None) => {
                drop(known);
                self.known.remove(&key);
            }
            // It stays believed for as long as it was going to be.
            Err(_) => {}
        }
    }

    async fn look_up(&self, key: Key) -> Result<Option<Identity>, StoreError> {
        match key.means {
            Means::Bearer => self.look_up_token(key.hash).await,
            Means::Cookie => Ok(self.store.login(key.hash).await?.map(|row| Identity {
                principal: Principal::Admin(AdminId(row.admin)),
                name: row.admin_name.into(),
                login: Some(Login { created_at: row.created_at, used_at: row.used_at }),
            })),
        }
    }

    async fn look_up_token(&self, hash: TokenHash) -> Result<Option<Identity>, StoreError> {
        let identity =
            |principal, name: &str| Identity { principal, name: name.into(), login: None };
        if let Some(runner) = self.store.runner_token_by_hash(hash).await? {
            let (session, token_id) = (runner.session, runner.token_id);
            return Ok(Some(identity(Principal::Runner { session, token_id }, "")));
        }
        let admin = self.store.admin_by_token(hash).await?;
        let admin = admin.filter(|admin| admin.revoked_at.is_none());
        Ok(admin.map(|admin| identity(Principal::Admin(AdminId(admin.id)), &admin.name)))
    }

    /// Lets a sign-in that is used live on.
    fn note_use(&self, key: Key, identity: &mut Identity, now: Timestamp) {
        let Some(login) = &mut identity.login else { return };
        if now.ms_since(login.used_at) < NOTED_EVERY_MS {
            return;
        }
        login.used_at = now;
        let store = self.store.clone();
        // If it fails, the sign-in ends a little earlier.
        tokio::spawn(async move { store.note_login(key.hash, now).await });
    }
}
