//! This server as one node of several: its lease and its name.

use std::{error::Error, sync::Arc, time::Duration};

use tracing::{info, warn};

use super::tenure::Tenure;
use crate::{app::App, clock::boot_ms, store::StoreError};

/// One node of several.
pub struct Node {
    /// Where other nodes reach this one.
    pub url: String,
    tenure: Arc<Tenure>,
}

impl Node {
    #[must_use]
    pub fn new(url: String, tenure: Arc<Tenure>) -> Self {
        Self { url, tenure }
    }

    /// Whether this node has a lease now.
    #[must_use]
    pub fn has_lease(&self) -> bool {
        self.tenure.term(boot_ms()).is_some()
    }

    /// Registers this node; what it takes over from now on is its own.
    pub async fn begin(&self, app: &App) -> Result<(), StoreError> {
        self.renew(app).await?;
        info!(url = %self.url, "one node of several");
        Ok(())
    }

    /// Renews the lease, for as long as the server runs.
    pub async fn keep_lease(&self, app: &App) {
        let (every, soon) = (self.tenure.renew_every(), self.tenure.lease() / 20);
        let mut pause = every;
        loop {
            tokio::time::sleep(pause).await;
            pause = match self.renew(app).await {
                Ok(()) => every,
                Err(error) => {
                    if pause == every {
                        warn!(error = &error as &dyn Error, "the lease can't be renewed");
                    }
                    soon
                }
            };
        }
    }

    async fn renew(&self, app: &App) -> Result<(), StoreError> {
        let cluster = app.store.cluster().expect("only such a store is opened for several");
        let sent = boot_ms();
        cluster.renew_lease(&self.url).await?;
        if !self.tenure.granted(sent, boot_ms()) && !app.registry.is_empty() {
            warn!("the lease had ended: other nodes may have taken sessions over");
            app.registry.lapse();
        }
        Ok(())
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

/// How long a server that goes waits for the store to hear of it.
const END_LIMIT: Duration = Duration::from_secs(3);
