//! Leases of nodes and who owns a session, by PostgreSQL's clock alone.

use std::time::Duration;

use async_trait::async_trait;
use caja_actors::{
    journal::{JournalError, Peer, Taken, Term},
    session::{Epoch, SessionId},
};
use sqlx::{FromRow, query, query_as, query_scalar};
use tracing::info;
use uuid::Uuid;

use super::{Postgres, settings};
use crate::{
    clock::boot_ms,
    store::{
        Cluster, Formats, NodeRow, OwnedRow, StoreError,
        catalog::{OPERATION_LIMIT, bounded, within},
        journal::{RAISE_EPOCH, of_session},
    },
    telemetry,
};

/// The time of the statement, not of its transaction's beginning.
macro_rules! now_ms {
    () => {
        "(extract(epoch from clock_timestamp()) * 1000)::int8"
    };
}

/// When the transaction began, which is before it read anything: a lease that it finds ended had
/// ended by what it found, however long the statement takes.
macro_rules! began_ms {
    () => {
        "(extract(epoch from now()) * 1000)::int8"
    };
}

/// Takes a session over that nobody alive owns. The update locks the session's row and checks the
/// condition again on the row as the lock finds it, but not the nodes' rows: of two nodes that come
/// at the same time the second finds another epoch than it had seen, and gets nothing.
const CLAIM: &str = concat!(
    "with seen as materialized (select epoch, owner from sessions where id = $1) \
     update sessions s set epoch = s.epoch + 1, owner = $2 from seen \
     where s.id = $1 and s.epoch = seen.epoch \
     and exists (select from nodes where id = $2 and lease_until_ms > ",
    began_ms!(),
    ") and (s.owner is null or s.owner = $2 or not exists ( \
         select from nodes n where n.id = s.owner and n.lease_until_ms > ",
    began_ms!(),
    ")) returning s.epoch, seen.owner as before"
);

const OWNER: &str = concat!(
    "select n.id, n.url, n.lease_until_ms > ",
    now_ms!(),
    " as is_alive from sessions s left join nodes n on n.id = s.owner where s.id = $1"
);

const RENEW: &str = concat!(
    "insert into nodes (id, url, version, reads_format, writes_format, started_ms, lease_until_ms) \
     values ($1, $2, $3, $5, $6, ",
    now_ms!(),
    ", ",
    now_ms!(),
    " + $4) on conflict (id) do update set url = excluded.url, \
     lease_until_ms = excluded.lease_until_ms \
     returning coalesce((select n.lease_until_ms > ",
    now_ms!(),
    " from nodes n where n.id = $1), false)"
);

const NODES: &str = concat!(
    "select n.id, n.url, n.version, n.reads_format, n.writes_format, greatest(n.lease_until_ms - ",
    now_ms!(),
    ", 0) as left_ms, (select count(*) from sessions s where s.owner = n.id) as sessions \
     from nodes n order by left_ms desc, n.id"
);

const OWNED: &str = "select s.id, s.name, s.participant_count, s.epoch, n.id as node, n.url \
     from sessions s join nodes n on n.id = s.owner order by n.url, s.name, s.id limit $1";

const FORGET: &str = concat!("delete from nodes where lease_until_ms < ", now_ms!(), " - $1");

#[derive(FromRow)]
struct Claimed {
    epoch: i64,
    /// Who owned it and did not give it back.
    #[sqlx(default)]
    before: Option<Uuid>,
}

#[derive(FromRow)]
struct Owner {
    id: Option<Uuid>,
    url: Option<String>,
    is_alive: Option<bool>,
}

#[derive(FromRow)]
struct StoredNode {
    id: Uuid,
    url: String,
    version: String,
    reads_format: i32,
    writes_format: i32,
    left_ms: i64,
    sessions: i64,
}

#[derive(FromRow)]
struct StoredOwned {
    id: Uuid,
    name: String,
    participant_count: i64,
    epoch: i64,
    node: Uuid,
    url: String,
}

impl Postgres {
    /// Takes a session over: from anybody if this server is the only one, and else from the dead.
    pub(super) async fn claim(&self, session: SessionId) -> Result<Taken, JournalError> {
        // Before the statement is sent: a lease that ends meanwhile makes nothing ours.
        let term = self.tenure.as_ref().map(|tenure| tenure.term(boot_ms()));
        let Some(term) = term.unwrap_or(Some(Term::default())) else {
            // Whose it is can be said without one. Not for long: where the store is away as well,
            // who waits for this has other nodes to ask.
            return Err(self.why_not(session, self.lease / 10).await);
        };
        let statement = if self.tenure.is_some() { CLAIM } else { RAISE_EPOCH };
        let raised = bounded(&self.home, async {
            let claim = query_as::<_, Claimed>(statement).bind(session.0).bind(self.node);
            Ok(claim.fetch_optional(&self.writes).await?)
        });
        let Some(Claimed { epoch, before }) = raised.await.map_err(of_session(session))? else {
            return Err(self.why_not(session, OPERATION_LIMIT).await);
        };
        if let Some(before) = before.filter(|&before| before != self.node) {
            info!(session.id = %session, node.id = %before, "session taken over");
            telemetry::took_over();
        }
        Ok(Taken { epoch: Epoch(epoch.unsigned_abs()), term })
    }

    /// Why a session could not be taken over.
    async fn why_not(&self, session: SessionId, limit: Duration) -> JournalError {
        let found = within(&self.home, limit, async {
            let owner = query_as::<_, Owner>(OWNER).bind(session.0);
            Ok(owner.fetch_optional(&self.reads).await?)
        });
        match found.await.map_err(of_session(session)) {
            Err(error) => error,
            Ok(None) => JournalError::NotFound(session),
            Ok(Some(Owner { id: Some(id), url: Some(url), is_alive: Some(true) }))
                if id != self.node =>
            {
                JournalError::Elsewhere { session, owner: Peer { id, url } }
            }
            // Free by now, or this node's lease is over.
            Ok(Some(_)) => without_lease(),
        }
    }

    pub(super) fn is_one_of_several(&self) -> bool {
        self.tenure.is_some()
    }

    pub(super) fn is_tenured(&self, term: Term) -> bool {
        self.tenure.as_ref().is_none_or(|tenure| tenure.holds(term, boot_ms()))
    }
}

fn without_lease() -> JournalError {
    JournalError::Unavailable("this node has no lease at the moment".into())
}

#[async_trait]
impl Cluster for Postgres {
    async fn renew_lease(&self, url: &str) -> Result<bool, StoreError> {
        let lease_ms = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let renewal = query_scalar::<_, bool>(RENEW)
            .bind(self.node)
            .bind(url)
            .bind(env!("CARGO_PKG_VERSION"))
            .bind(lease_ms)
            .bind(i32::from(Formats::OWN.reads))
            .bind(i32::from(Formats::OWN.writes));
        // Whatever else is written, renewals wait for none of it.
        let mut kept = self.renews.lock().await;
        within(&self.home, self.limits.whole(), async {
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => settings::connect(&self.options, self.limits).await?,
            };
            let ran_on = renewal.fetch_one(&mut connection).await?;
            // One that failed is never used again.
            *kept = Some(connection);
            Ok(ran_on)
        })
        .await
    }

    async fn end_lease(&self) -> Result<(), StoreError> {
        bounded(&self.home, async {
            let mut tx = self.writes.begin().await?;
            query("update sessions set owner = null where owner = $1")
                .bind(self.node)
                .execute(&mut *tx)
                .await?;
            query("delete from nodes where id = $1").bind(self.node).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    async fn nodes(&self) -> Result<Vec<NodeRow>, StoreError> {
        let stored: Vec<StoredNode> =
            bounded(&self.home, async { Ok(query_as(NODES).fetch_all(&self.reads).await?) })
                .await?;
        Ok(stored.into_iter().map(NodeRow::from).collect())
    }

    async fn owned(&self, limit: u32) -> Result<Vec<OwnedRow>, StoreError> {
        let stored: Vec<StoredOwned> = bounded(&self.home, async {
            Ok(query_as(OWNED).bind(i64::from(limit)).fetch_all(&self.reads).await?)
        })
        .await?;
        Ok(stored.into_iter().map(OwnedRow::from).collect())
    }

    async fn forget_nodes(&self, dead_for: Duration) -> Result<u64, StoreError> {
        let dead_ms = i64::try_from(dead_for.as_millis()).unwrap_or(i64::MAX);
        bounded(&self.home, async {
            Ok(query(FORGET).bind(dead_ms).execute(&self.writes).await?.rows_affected())
        })
        .await
    }
}

impl From<StoredOwned> for OwnedRow {
    fn from(stored: StoredOwned) -> Self {
        let StoredOwned { id, name, participant_count, epoch, node, url } = stored;
        Self {
            session: SessionId(id),
            name,
            participants: participant_count.unsigned_abs(),
            epoch: Epoch(epoch.unsigned_abs()),
            owner: Peer { id: node, url },
        }
    }
}

impl From<StoredNode> for NodeRow {
    fn from(stored: StoredNode) -> Self {
        let StoredNode { id, url, version, reads_format, writes_format, left_ms, sessions } =
            stored;
        // What can't be a format fits nothing.
        let format = |stored: i32| u16::try_from(stored).unwrap_or(u16::MAX);
        Self {
            peer: Peer { id, url },
            version,
            lease_left: Duration::from_millis(left_ms.unsigned_abs()),
            sessions: sessions.unsigned_abs(),
            formats: Formats { reads: format(reads_format), writes: format(writes_format) },
        }
    }
}
