//! Random tokens that were looked up lately: administrators', runners' and those in cookies.
//!
//! Nobody waits for the store who was there a moment ago. What is older than [`FRESH_MS`] is looked
//! up again beside the request that uses it, what is older than [`BELIEVED_MS`] before.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use caja_actors::session::{AdminId, Timestamp};
use dashmap::DashMap;
use tracing::debug;
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

/// Where credentials are looked up.
#[async_trait]
pub trait Credentials: Send + Sync + 'static {
    /// `None`: it proves nothing.
    async fn look_up(&self, key: Key) -> Result<Option<Identity>, StoreError>;
    /// Notes that a sign-in was used. If that fails, it ends a little earlier.
    async fn note_use(&self, login: TokenHash, at: Timestamp);
}

/// The credentials that were looked up lately.
pub struct Principals(Arc<Inner>);

struct Inner {
    credentials: Arc<dyn Credentials>,
    known: DashMap<Key, Known>,
    /// Moves with everything that is revoked here. A look-up that began before must not bring
    /// back what was forgotten meanwhile.
    revocations: AtomicU64,
}

impl Principals {
    #[must_use]
    pub fn new(credentials: Arc<dyn Credentials>) -> Self {
        let (known, revocations) = (DashMap::new(), AtomicU64::new(0));
        Self(Arc::new(Inner { credentials, known, revocations }))
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
        match self.0.credentials.look_up(key).await {
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
        let found = self.credentials.look_up(key).await;
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

    /// Lets a sign-in that is used live on.
    fn note_use(&self, key: Key, identity: &mut Identity, now: Timestamp) {
        let Some(login) = &mut identity.login else { return };
        if now.ms_since(login.used_at) < NOTED_EVERY_MS {
            return;
        }
        login.used_at = now;
        let credentials = self.credentials.clone();
        tokio::spawn(async move { credentials.note_use(key.hash, now).await });
    }
}

/// The store's credentials.
pub struct Stored(pub Arc<dyn Store>);

#[async_trait]
impl Credentials for Stored {
    async fn look_up(&self, key: Key) -> Result<Option<Identity>, StoreError> {
        match key.means {
            Means::Bearer => self.look_up_token(key.hash).await,
            Means::Cookie => Ok(self.0.login(key.hash).await?.map(|row| Identity {
                principal: Principal::Admin(AdminId(row.admin)),
                name: row.admin_name.into(),
                login: Some(Login { created_at: row.created_at, used_at: row.used_at }),
            })),
        }
    }

    async fn note_use(&self, login: TokenHash, at: Timestamp) {
        if let Err(error) = self.0.note_login(login, at).await {
            debug!(error = &error as &dyn std::error::Error, "the use of a sign-in is not noted");
        }
    }
}

impl Stored {
    async fn look_up_token(&self, hash: TokenHash) -> Result<Option<Identity>, StoreError> {
        let identity =
            |principal, name: &str| Identity { principal, name: name.into(), login: None };
        if let Some(runner) = self.0.runner_token_by_hash(hash).await? {
            let (session, token_id) = (runner.session, runner.token_id);
            return Ok(Some(identity(Principal::Runner { session, token_id }, "")));
        }
        let admin = self.0.admin_by_token(hash).await?;
        let admin = admin.filter(|admin| admin.revoked_at.is_none());
        Ok(admin.map(|admin| identity(Principal::Admin(AdminId(admin.id)), &admin.name)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::Semaphore;

    use super::*;

    const AT: Timestamp = Timestamp(1_800_000_000_000);

    /// Answers one look-up for each permit.
    struct Fake {
        found: Mutex<Result<Option<Identity>, StoreError>>,
        gate: Semaphore,
        begun: AtomicU64,
    }

    #[async_trait]
    impl Credentials for Fake {
        async fn look_up(&self, _: Key) -> Result<Option<Identity>, StoreError> {
            self.begun.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
            match &*self.found.lock().unwrap() {
                Ok(found) => Ok(found.clone()),
                Err(_) => Err(StoreError::Unavailable("away".into())),
            }
        }

        async fn note_use(&self, _: TokenHash, _: Timestamp) {}
    }

    impl Fake {
        fn begun(&self) -> u64 {
            self.begun.load(Ordering::SeqCst)
        }

        fn now_finds(&self, found: Result<Option<Identity>, StoreError>) {
            *self.found.lock().unwrap() = found;
        }

        async fn let_through(&self) {
            self.gate.add_permits(1);
            settle().await;
        }
    }

    /// Lets everything that can go on do so.
    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    fn identity(login: Option<Login>) -> Identity {
        Identity { principal: Principal::Admin(AdminId(Uuid::nil())), name: "".into(), login }
    }

    /// Somebody who was just looked up.
    async fn known(found: Identity) -> (Principals, Arc<Fake>, Key) {
        let fake = Arc::new(Fake {
            found: Mutex::new(Ok(Some(found))),
            gate: Semaphore::new(1),
            begun: AtomicU64::new(0),
        });
        let (principals, key) = (Principals::new(fake.clone()), Key::bearer("token"));
        assert!(principals.find(key, AT).await.unwrap().is_some());
        (principals, fake, key)
    }

    #[tokio::test]
    async fn who_goes_on_asking_never_waits() {
        let (principals, fake, key) = known(identity(None)).await;
        let is_known = |ms| principals.known(key, AT.plus_ms(ms), true).is_some();
        assert!(is_known(1_999));
        settle().await;
        assert_eq!(fake.begun(), 1);
        assert!(is_known(2_000) && is_known(2_001) && is_known(4_999));
        settle().await;
        assert_eq!(fake.begun(), 2, "one look-up beside, however many ask");
        assert!(!is_known(5_000), "it was not confirmed in time");
        fake.let_through().await;
        // Confirmed as of when it was asked, not of when the answer came.
        assert!(is_known(6_999));
        assert!(!is_known(7_000));
    }

    #[tokio::test]
    async fn who_is_revoked_elsewhere_is_dead_when_that_is_seen() {
        let (principals, fake, key) = known(identity(None)).await;
        fake.now_finds(Ok(None));
        assert!(principals.known(key, AT.plus_ms(2_000), true).is_some());
        settle().await;
        fake.let_through().await;
        assert!(principals.known(key, AT.plus_ms(2_001), true).is_none());
        fake.gate.add_permits(1);
        assert!(principals.find(key, AT.plus_ms(2_002)).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_forgotten_during_a_look_up_stays_forgotten() {
        let (principals, fake, key) = known(identity(None)).await;
        assert!(principals.known(key, AT.plus_ms(2_000), true).is_some());
        settle().await;
        principals.forget_login(key);
        fake.let_through().await;
        assert!(principals.known(key, AT.plus_ms(2_001), true).is_none(), "beside");
        let find = principals.find(key, AT.plus_ms(2_002));
        let forget = async {
            settle().await;
            principals.forget_login(key);
            fake.gate.add_permits(1);
        };
        let (found, ()) = tokio::join!(find, forget);
        assert!(found.unwrap().is_some());
        assert!(principals.known(key, AT.plus_ms(2_003), true).is_none(), "before");
    }

    #[tokio::test]
    async fn while_the_store_is_away_those_go_on_who_were_good() {
        let (principals, fake, key) = known(identity(None)).await;
        fake.now_finds(Err(StoreError::Unavailable("away".into())));
        let late = AT.plus_ms(3_600_000);
        assert!(principals.known(key, late, false).is_some());
        fake.gate.add_permits(9);
        assert!(principals.find(key, late).await.unwrap().is_some(), "it has just gone");
        let stranger = Key::bearer("another");
        assert!(principals.known(stranger, late, false).is_none());
        assert!(principals.find(stranger, late).await.is_err());
    }

    #[tokio::test]
    async fn a_sign_in_that_is_over_is_not_believed_though_it_is_known() {
        let login = Login { created_at: AT, used_at: AT };
        let (principals, fake, key) = known(identity(Some(login))).await;
        let end = login.expires_at();
        assert!(principals.known(key, Timestamp(end.0), false).is_none());
        fake.gate.add_permits(1);
        assert!(principals.find(key, end).await.unwrap().is_none());
    }
}
