//! What a node has of one session, and whose the session is.

use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::{
    handle::SessionHandle,
    journal::Term,
    publish::{Published, Standing},
};

/// A session in memory. What pollers need outlives the actor.
#[derive(Default)]
pub(crate) struct Entry {
    pub(crate) published: OnceLock<Arc<Published>>,
    pub(crate) handle: ArcSwapOption<SessionHandle>,
    /// Held while the session is read from the store, so that it is read once.
    pub(crate) activation: Mutex<()>,
    /// Held while it changes whose the session is: what runs here and what is said of it go
    /// together. Pollers never wait for it.
    changing: std::sync::Mutex<()>,
}

impl Entry {
    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stands(&self, standing: Standing) -> Option<Standing> {
        Some(self.published.get()?.stands(standing))
    }

    /// From now on the session runs here.
    pub(crate) fn runs(&self, handle: Arc<SessionHandle>, term: Term) {
        let _turn = self.changing();
        self.handle.store(Some(handle));
        self.stands(Standing::Owned(term));
    }

    /// Notes how the session stands elsewhere, unless it runs here. Gives how it stood before.
    pub(crate) fn is_elsewhere(&self, standing: Standing) -> Option<Standing> {
        let _turn = self.changing();
        if self.running().is_some() { None } else { self.stands(standing) }
    }

    /// It runs here no more, and nobody knows yet where it does.
    pub(crate) fn lapses(&self) {
        let _turn = self.changing();
        // Nothing else holds its address, so the actor ends; what it has not revealed it never will.
        self.handle.store(None);
        self.stands(Standing::Lost);
    }

    /// The actor, while it runs here.
    pub(crate) fn running(&self) -> Option<Arc<SessionHandle>> {
        self.handle.load_full().filter(|handle| handle.is_running())
    }
}
