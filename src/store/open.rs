//! From `DATABASE_URL` to a store.

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use uuid::Uuid;

use super::{Store, postgres::Postgres, sqlite::Sqlite};
use crate::cluster::tenure::Tenure;

/// How the store is going to be used.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    pub access: Access,
    /// This run of the server: the owner of the sessions it takes over.
    pub node: Uuid,
    /// How long a node owns its sessions without a sign of life. Every wait on the database is
    /// bounded by a part of it.
    pub lease: Duration,
    /// Whether this server has a lease, where it is one of several.
    pub tenure: Option<Arc<Tenure>>,
}

impl OpenOptions {
    const LEASE: Duration = Duration::from_secs(10);

    /// For the server, with a fresh node id and a lease of ten seconds.
    #[must_use]
    pub fn serve() -> Self {
        Self { access: Access::Serve, node: Uuid::new_v4(), lease: Self::LEASE, tenure: None }
    }

    /// For one server of several, with a lease of this length.
    #[must_use]
    pub fn clustered(lease: Duration) -> Self {
        Self { lease, tenure: Some(Arc::new(Tenure::new(lease))), ..Self::serve() }
    }

    /// For a command that must not run beside a server.
    #[must_use]
    pub fn alone() -> Self {
        Self { access: Access::Alone, ..Self::serve() }
    }

    /// For a command that may run beside a server.
    #[must_use]
    pub fn beside() -> Self {
        Self { access: Access::Beside, ..Self::serve() }
    }
}

/// Whether this process is the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The server: the only one on a SQLite file.
    Serve,
    /// A command that runs while no server does.
    Alone,
    /// A command that reads and writes a little beside a running server.
    Beside,
}

/// Why a store can't be opened. Each message is one line for whoever set `DATABASE_URL`; none
/// repeats its password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL begins with {scheme:?}; use sqlite://path or postgres://…")]
    UnknownScheme { scheme: String },
    #[error("DATABASE_URL is not a valid address")]
    BadAddress(#[source] Box<dyn Error + Send + Sync>),
    #[error("DATABASE_URL names no file; a database in memory would lose every session")]
    NoFile,
    #[error(
        "CAJA_NODE_URL (--node-url) is set: several nodes need PostgreSQL, and DATABASE_URL names SQLite"
    )]
    NotForSeveral,
    #[error("another caja server is using {}", file.display())]
    InUse { file: PathBuf },
    #[error("can't create or open {}", file.display())]
    File {
        file: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("can't reach PostgreSQL at {host}, port {port}, database {database:?}")]
    Unreachable {
        host: String,
        port: u16,
        database: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("{} is damaged, or no SQLite database", file.display())]
    Damaged {
        file: PathBuf,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("the database does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Opens the store at `url`: `sqlite://path` or `postgres://…`.
///
/// Creates a missing SQLite file and its folder, but no tables: see [`Store::migrate`]. The
/// store's tasks run on the runtime that this is called on.
///
/// # Errors
/// When the address is wrong, the database does not answer, or another server has the file.
pub async fn open(url: &str, options: &OpenOptions) -> Result<Arc<dyn Store>, OpenError> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme {
        "postgres" | "postgresql" => Ok(Arc::new(Postgres::open(url, options).await?)),
        "sqlite" if options.tenure.is_some() => Err(OpenError::NotForSeveral),
        "sqlite" => Ok(Arc::new(Sqlite::open(url, options).await?)),
        other => {
            // Without a colon the first part may be anything, even a password.
            let scheme = if url.contains(':') { other } else { "" };
            Err(OpenError::UnknownScheme { scheme: scheme.to_owned() })
        }
    }
}
