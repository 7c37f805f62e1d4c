//! PostgreSQL: a pool for the catalog, and a connection of its own for the journal.

mod append;
mod archive;
mod nodes;
mod settings;

use std::{
    path::Path,
    str::FromStr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use caja_actors::{
    journal::{Append, Journal, JournalError, JournalRow, SnapshotRow, Taken, Term},
    session::{Epoch, Seq, SessionId, Timestamp},
};
use futures_util::future::BoxFuture;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, migrate::Migrator,
    postgres::PgConnectOptions, query, query_as, query_scalar,
};
use tokio::{runtime::Handle, sync::Mutex};
use uuid::Uuid;

use self::{append::Appender, archive::remove_archive, settings::Limits};
use super::{
    Access, AdminRow, Archive, Cluster, CompletedAt, Expiry, Jump, LoginRow, NewSession, OldLogins,
    OpenError, OpenOptions, RunnerTokenRow, SessionFilter, SessionRow, Store, StoreError,
    StoreHealth, TokenHash, Upkeep,
    catalog::{
        OPERATION_LIMIT, PING_LIMIT, beside_newer_releases, bounded, implement_store,
        select_session, within,
    },
    columns::{
        StoredAdmin, StoredHeader, StoredLogin, StoredRow, StoredRunnerToken, StoredSession,
        StoredSnapshot, can_be_stored, like_pattern, signed, status_text,
    },
    create::implement_creation,
    health::{Health, Probe},
    journal::{
        ARCHIVE_LIMIT, LARGE_LIMIT, PAGE_BYTES, PAGE_ROWS, implement_journal, is_ours, of_session,
    },
    upkeep::{SWEPT_BYTES, SWEPT_ROWS, implement_upkeep},
    writer::Writer,
};
use crate::cluster::tenure::Tenure;

static MIGRATOR: LazyLock<Migrator> =
    LazyLock::new(|| beside_newer_releases(sqlx::migrate!("migrations/postgres")));

/// A store in PostgreSQL.
pub(super) struct Postgres {
    /// Where connections live.
    home: Handle,
    options: PgConnectOptions,
    reads: PgPool,
    writes: PgPool,
    writer: Writer,
    node: Uuid,
    /// There where this server is one of several.
    tenure: Option<Arc<Tenure>>,
    lease: Duration,
    limits: Limits,
    /// What leases are renewed by.
    renews: Mutex<Option<PgConnection>>,
    health: Health,
    _probe: Probe,
}

impl Postgres {
    /// Connects to the database at `url`.
    pub(super) async fn open(url: &str, options: &OpenOptions) -> Result<Self, OpenError> {
        let limits = Limits::within(options.lease);
        let address = PgConnectOptions::from_str(url)
            .map_err(|error| OpenError::BadAddress(error.into()))?
            .application_name(match options.access {
                Access::Serve => "caja",
                Access::Alone | Access::Beside => "caja command",
            })
            // Formatting each statement for the log costs more than running many of them.
            .disable_statement_logging();
        reach(&address, limits).await?;
        let home = Handle::current();
        let reads = settings::readers(address.clone(), limits);
        let health = Health::reached();
        let appender = Appender::new(address.clone(), limits);
        let writes = settings::writers(address.clone(), limits);
        Ok(Self {
            home: home.clone(),
            options: address,
            writer: Writer::start(appender, health.clone()),
            node: options.node,
            tenure: options.tenure.clone(),
            lease: options.lease,
            limits,
            renews: Mutex::default(),
            _probe: Probe::start(health.clone(), {
                let (home, reads) = (home.clone(), reads.clone());
                move || ping(&home, &reads)
            }),
            health,
            reads,
            writes,
        })
    }

    fn as_cluster(&self) -> Option<&dyn Cluster> {
        Some(self)
    }

    fn as_file(&self) -> Option<&Path> {
        None
    }

    /// Deleted rows stay in their pages until PostgreSQL's vacuum reuses these, which is its own
    /// business: no statement can read them.
    async fn wipe(&self) -> Result<(), StoreError> {
        Ok(())
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

/// Connects once by itself: the pools would only say that it took too long.
async fn reach(address: &PgConnectOptions, limits: Limits) -> Result<(), OpenError> {
    let connection = settings::connect(address, limits).await.map_err(|error| {
        let host = address
            .get_socket()
            .map_or(address.get_host().to_owned(), |socket| socket.display().to_string());
        // Without a name PostgreSQL takes the user's.
        let database = address.get_database().unwrap_or(address.get_username()).to_owned();
        OpenError::Unreachable { host, port: address.get_port(), database, source: error.into() }
    })?;
    // It was reached; a connection that ends badly ends, too.
    connection.close().await.ok();
    Ok(())
}

fn ping(
    home: &Handle,
    pool: &PgPool,
) -> impl Future<Output = Result<(), StoreError>> + Send + use<> {
    let (home, pool) = (home.clone(), pool.clone());
    async move {
        within(&home, PING_LIMIT, async move {
            query("select 1").execute(&pool).await?;
            Ok(())
        })
        .await
    }
}

implement_creation!(Postgres, PgConnection, begin: "begin");
implement_store!(
    Postgres,
    begin: "begin",
    has_migrations: "select count(*) from pg_tables where schemaname = current_schema() \
        and tablename = '_sqlx_migrations'"
);
implement_journal!(
    Postgres,
    PgConnection,
    begin: "begin",
    hold: "select owner from sessions where id = $1 for share",
    before_much: "set local statement_timeout = '30s'"
);
implement_upkeep!(
    Postgres,
    begin: "begin",
    before_much: "set local statement_timeout = '30s'",
    servers: archive::SERVERS
);
