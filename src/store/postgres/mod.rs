//! PostgreSQL: a pool for the catalog, and a connection of its own for the journal.

mod append;
mod settings;

use std::{str::FromStr, sync::LazyLock};

use caja_actors::{
    journal::{Append, Journal, JournalError, JournalRow, SnapshotRow},
    session::{Epoch, Seq, SessionId, Timestamp},
};
use futures_util::future::BoxFuture;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, migrate::Migrator,
    postgres::PgConnectOptions, query, query_as, query_scalar,
};
use uuid::Uuid;

use self::{append::Appender, settings::Limits};
use super::{
    AdminRow, LoginRow, NewSession, OldLogins, OpenError, OpenOptions, RunnerTokenRow,
    SessionFilter, SessionRow, Store, StoreError, StoreHealth, TokenHash,
    catalog::{
        PING_LIMIT, beside_newer_releases, bounded, implement_store, select_session, within,
    },
    columns::{
        StoredAdmin, StoredHeader, StoredLogin, StoredRow, StoredRunnerToken, StoredSession,
        StoredSnapshot, can_be_stored, like_pattern, signed, status_text,
    },
    create::implement_creation,
    health::{Health, Probe},
    journal::{LARGE_LIMIT, PAGE_BYTES, PAGE_ROWS, implement_journal, of_session},
    writer::Writer,
};

static MIGRATOR: LazyLock<Migrator> =
    LazyLock::new(|| beside_newer_releases(sqlx::migrate!("migrations/postgres")));

/// A store in PostgreSQL.
pub(super) struct Postgres {
    options: PgConnectOptions,
    reads: PgPool,
    writes: PgPool,
    writer: Writer,
    node: Uuid,
    health: Health,
    _probe: Probe,
}

impl Postgres {
    /// Connects to the database at `url`.
    pub(super) async fn open(url: &str, options: &OpenOptions) -> Result<Self, OpenError> {
        let limits = Limits::within(options.lease);
        let address = PgConnectOptions::from_str(url)
            .map_err(|error| OpenError::BadAddress(error.into()))?
            .application_name("caja")
            // Formatting each statement for the log costs more than running many of them.
            .disable_statement_logging();
        let reads = settings::readers(address.clone(), limits);
        ping(&reads).await.map_err(|error| OpenError::Unavailable(error.into()))?;
        let health = Health::reached();
        let appender = Appender::new(address.clone(), limits);
        let writes = settings::writers(address.clone(), limits);
        Ok(Self {
            options: address,
            writer: Writer::start(appender, health.clone()),
            node: options.node,
            _probe: Probe::start(health.clone(), {
                let reads = reads.clone();
                move || ping(&reads)
            }),
            health,
            reads,
            writes,
        })
    }

    /// On a connection without time-outs: another node's migration, or our own, may take long.
    async fn migrate_schema(&self) -> Result<(), StoreError> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        // `run` is the same, but its future can't be proved `Send` here.
        MIGRATOR.run_direct(None, &mut connection, false).await?;
        // The work is done; a connection that ends badly ends, too.
        connection.close().await.ok();
        Ok(())
    }
}

fn ping(pool: &PgPool) -> impl Future<Output = Result<(), StoreError>> + Send + use<> {
    let pool = pool.clone();
    within(PING_LIMIT, async move {
        query("select 1").execute(&pool).await?;
        Ok(())
    })
}

implement_creation!(Postgres, PgConnection, begin: "begin");
implement_store!(Postgres, begin: "begin");
implement_journal!(
    Postgres,
    begin: "begin",
    hold: "select owner from sessions where id = $1 for share",
    before_much: "set local statement_timeout = '30s'"
);
