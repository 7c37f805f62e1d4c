//! SQLite: one connection that writes, a few that read, and a lock against a second server.

mod append;
mod archive;

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
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
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::Migrator,
    query, query_as, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::Handle;
use uuid::Uuid;

use self::{append::Appender, archive::remove_archive};
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
        ARCHIVE_LIMIT, LARGE_LIMIT, PAGE_BYTES, PAGE_ROWS, RAISE_EPOCH, implement_journal, is_ours,
        of_session,
    },
    upkeep::{SWEPT_BYTES, SWEPT_ROWS, implement_upkeep},
    writer::Writer,
};

/// Readers don't block each other or the writer; more than there are cores gain nothing.
const READERS: u32 = 4;
/// Rows that a reading connection's thread may be ahead: each wait costs a change of threads.
const ROWS_AHEAD: usize = 1_024;
/// How long to wait for another process that writes, such as a command beside the server.
const BUSY_LIMIT: Duration = Duration::from_secs(2);
/// Pages of the log that are copied into the database at once, 16 MiB of them: busy pages are
/// copied once instead of four times as by default.
const CHECKPOINT_PAGES: &str = "4096";
/// What the log beside the database may keep of the disk after a burst.
const WAL_BYTES_KEPT: &str = "67108864";
/// How long to wait for readers that keep the log from being emptied.
const WIPE_LIMIT: Duration = Duration::from_secs(10);
const WIPE_PAUSE: Duration = Duration::from_millis(20);
/// How long a caller may wait for a connection of a pool.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(4);

static MIGRATOR: LazyLock<Migrator> =
    LazyLock::new(|| beside_newer_releases(sqlx::migrate!("migrations/sqlite")));

/// A store in a SQLite file.
pub(super) struct Sqlite {
    file: PathBuf,
    /// Where connections live.
    home: Handle,
    reads: SqlitePool,
    /// One connection: SQLite has one writer at a time, and waiting for it is fair here.
    writes: SqlitePool,
    writer: Writer,
    node: Uuid,
    health: Health,
    _probe: Probe,
}

impl Sqlite {
    /// Opens the file at `url`, creating it and its folder when they are missing.
    pub(super) async fn open(url: &str, options: &OpenOptions) -> Result<Self, OpenError> {
        let address = address(url)?;
        let file = address.get_filename().to_path_buf();
        create_folder(&file)?;
        let lock = match options.access {
            Access::Serve | Access::Alone => Some(lock(&file)?),
            Access::Beside => None,
        };
        let home = Handle::current();
        // What is deleted is overwritten: an erased answer must not linger in a free page.
        let writes = pool(address.clone().pragma("secure_delete", "on"), 1);
        ping(&home, &writes).await.map_err(|error| match error {
            StoreError::Damaged(_) => {
                OpenError::Damaged { file: file.clone(), source: error.into() }
            }
            StoreError::CodeTaken | StoreError::Unavailable(_) => {
                OpenError::Unavailable(error.into())
            }
        })?;
        let reads = address.pragma("query_only", "on").row_buffer_size(ROWS_AHEAD);
        let reads = pool(reads, READERS);
        let health = Health::reached();
        let appender = Appender::new(writes.clone(), lock.map(Arc::new));
        Ok(Self {
            file,
            home: home.clone(),
            writer: Writer::start(appender, health.clone()),
            node: options.node,
            _probe: Probe::start(health.clone(), {
                let (home, reads) = (home.clone(), reads.clone());
                move || ping(&home, &reads)
            }),
            health,
            reads,
            writes,
        })
    }

    /// One server has the file, so nobody else can own anything.
    async fn claim(&self, session: SessionId) -> Result<Taken, JournalError> {
        let raised = bounded(&self.home, async {
            // All rows, although there is one: SQLite commits when a statement has run to its end,
            // and only then can say that it could not.
            let raise = query_scalar::<_, i64>(RAISE_EPOCH).bind(session.0).bind(self.node);
            Ok(raise.fetch_all(&self.writes).await?)
        });
        let epochs = raised.await.map_err(of_session(session))?;
        let epoch = epochs.first().ok_or(JournalError::NotFound(session))?;
        Ok(Taken { epoch: Epoch(epoch.unsigned_abs()), term: Term::default() })
    }

    fn as_cluster(&self) -> Option<&dyn Cluster> {
        None
    }

    fn as_file(&self) -> Option<&Path> {
        Some(&self.file)
    }

    fn is_one_of_several(&self) -> bool {
        false
    }

    fn is_tenured(&self, _: Term) -> bool {
        true
    }

    /// Moves the log into the database and empties it: what was deleted is still in the log.
    async fn wipe(&self) -> Result<(), StoreError> {
        let emptied = within(&self.home, WIPE_LIMIT, async {
            loop {
                let (busy, _, _): (i64, i64, i64) =
                    query_as("pragma wal_checkpoint(truncate)").fetch_one(&self.writes).await?;
                if busy == 0 {
                    return Ok(());
                }
                // Somebody reads a page of it.
                tokio::time::sleep(WIPE_PAUSE).await;
            }
        });
        emptied.await
    }

    /// In one transaction that has the write lock from its start: of two processes that migrate,
    /// the second finds the first one's work done.
    async fn migrate_schema(&self) -> Result<(), StoreError> {
        let mut tx = self.writes.begin_with("begin immediate").await?;
        // `run` is the same, but its future can't be proved `Send` here.
        MIGRATOR.run_direct(None, &mut *tx, false).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn address(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(OpenError::NoFile);
    }
    let options =
        SqliteConnectOptions::from_str(url).map_err(|error| OpenError::BadAddress(error.into()))?;
    if options.get_filename().as_os_str().is_empty() {
        return Err(OpenError::NoFile);
    }
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit in WAL mode is on the disk only with this.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_LIMIT)
        .foreign_keys(true)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", WAL_BYTES_KEPT)
        // Formatting each statement for the log costs more than running many of them.
        .disable_statement_logging())
}

fn create_folder(file: &Path) -> Result<(), OpenError> {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)
        .map_err(|source| OpenError::File { file: folder.to_owned(), source })
}

/// Takes the lock that one server at a time has on the database. It ends with the process,
/// however that ends.
fn lock(database: &Path) -> Result<File, OpenError> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = opened.map_err(|source| OpenError::File { file: path.clone(), source })?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { file: database.to_owned() }),
        Err(TryLockError::Error(source)) => Err(OpenError::File { file: path, source }),
    }
}

fn pool(address: SqliteConnectOptions, size: u32) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_LIMIT)
        // Nothing can cut a connection to a file.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| {
            // An error that made SQLite roll back by itself leaves sqlx counting a transaction
            // that is gone, and nothing could begin on this connection any more. The ping waits
            // for a rollback that is still under way.
            Box::pin(async {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_lazy_with(address)
}

fn ping(
    home: &Handle,
    pool: &SqlitePool,
) -> impl Future<Output = Result<(), StoreError>> + Send + use<> {
    let (home, pool) = (home.clone(), pool.clone());
    async move {
        within(&home, PING_LIMIT, async move {
            query("select 1 from sqlite_schema limit 1").execute(&pool).await?;
            Ok(())
        })
        .await
    }
}

implement_creation!(Sqlite, SqliteConnection, begin: "begin immediate");
implement_store!(
    Sqlite,
    begin: "begin immediate",
    has_migrations: "select count(*) from sqlite_master where name = '_sqlx_migrations'"
);
// The transaction is the only one that writes, so there is nobody to keep away.
implement_journal!(
    Sqlite,
    SqliteConnection,
    begin: "begin immediate",
    hold: "select owner from sessions where id = $1",
    before_much: "select 1"
);

implement_upkeep!(
    Sqlite,
    begin: "begin immediate",
    before_much: "select 1",
    servers: archive::SERVERS
);

#[cfg(test)]
mod tests;
