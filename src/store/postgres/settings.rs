//! How connections to PostgreSQL are set up.

use std::{io, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    query,
};

/// Connections that read. Polls and votes never come here.
const READERS: u32 = 6;
/// Connections that write, other than appends.
const WRITERS: u32 = 3;
/// How long reading a large snapshot may take. Nobody waits for a lock of a reader.
const READ_LIMIT: Duration = Duration::from_secs(30);
/// How long a caller may wait for a connection of the pool.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(3);
/// How long a pooled connection may take to show that it is alive. Several dead ones must fit
/// into the wait for a living one.
const PONG_LIMIT: Duration = Duration::from_millis(500);
/// Routers forget connections that are silent for some minutes.
const KEEPALIVE_SECONDS: &str = "60";

/// How long each kind of waiting on PostgreSQL may take.
///
/// All are below a quarter of the lease, so that nothing a stopped or cut-off node left behind
/// holds up the node that takes its sessions over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    lock: Duration,
    statement: Duration,
    idle_in_transaction: Duration,
    tcp_user: Duration,
    /// How long this side waits for an answer: a little longer than the server may need.
    pub(super) answer: Duration,
    connect: Duration,
}

impl Limits {
    pub(super) fn within(lease: Duration) -> Self {
        Self {
            lock: lease / 10,
            statement: lease / 5,
            idle_in_transaction: lease / 5,
            tcp_user: lease / 5,
            answer: lease * 9 / 40,
            connect: lease / 5,
        }
    }

    /// How long one attempt may take that connects first.
    pub(super) fn whole(self) -> Duration {
        self.connect.max(self.answer)
    }
}

/// Opens a connection that keeps to the limits.
pub(super) async fn connect(
    options: &PgConnectOptions,
    limits: Limits,
) -> Result<PgConnection, sqlx::Error> {
    let established = async {
        let mut connection = PgConnection::connect_with(options).await?;
        configure(&mut connection, limits).await?;
        Ok(connection)
    };
    match tokio::time::timeout(limits.connect, established).await {
        Ok(connection) => connection,
        Err(_) => {
            let waited = format!("no answer within {:?}", limits.connect);
            Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, waited)))
        }
    }
}

pub(super) fn readers(options: PgConnectOptions, limits: Limits) -> PgPool {
    pool(options, Limits { statement: READ_LIMIT, ..limits }, READERS)
}

pub(super) fn writers(options: PgConnectOptions, limits: Limits) -> PgPool {
    pool(options, limits, WRITERS)
}

/// A pool of connections that keep to the limits. Connects when it is first used.
fn pool(options: PgConnectOptions, limits: Limits, size: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_LIMIT)
        .after_connect(move |connection, _| Box::pin(configure(connection, limits)))
        // sqlx's own tests of a connection wait for ever.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(answers(connection)))
        .after_release(|connection, _| Box::pin(answers(connection)))
        .connect_lazy_with(options)
}

/// Whether the other end is still there. If the network ate it, TCP alone would wait for many
/// minutes, and the connection would be missing in the pool meanwhile.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let pong = tokio::time::timeout(PONG_LIMIT, connection.ping()).await;
    Ok(matches!(pong, Ok(Ok(()))))
}

/// Settings of the session, not of the start-up packet: connection poolers refuse them there.
async fn configure(connection: &mut PgConnection, limits: Limits) -> Result<(), sqlx::Error> {
    // An answer that says durable must mean it, whatever the database's default is; and the
    // checks of the writer rest on seeing what committed since the transaction began.
    query(
        "select set_config('lock_timeout', $1, false), \
         set_config('statement_timeout', $2, false), \
         set_config('idle_in_transaction_session_timeout', $3, false), \
         set_config('tcp_user_timeout', $4, false), \
         set_config('tcp_keepalives_idle', $5, false), \
         set_config('default_transaction_isolation', 'read committed', false), \
         set_config('synchronous_commit', \
             case current_setting('synchronous_commit') when 'off' then 'on' \
             else current_setting('synchronous_commit') end, false)",
    )
    .bind(limits.lock.as_millis().to_string())
    .bind(limits.statement.as_millis().to_string())
    .bind(limits.idle_in_transaction.as_millis().to_string())
    .bind(limits.tcp_user.as_millis().to_string())
    .bind(KEEPALIVE_SECONDS)
    .execute(connection)
    .await?;
    Ok(())
}
