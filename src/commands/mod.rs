//! The subcommands.

pub(crate) mod admin;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod restore;
pub(crate) mod serve;

use std::{
    error::Error,
    io::Write,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use caja::{
    config::Settings,
    http::{self, openapi::Document},
    store::{self, NodeRow, OpenError, OpenOptions, OwnedRow, Store},
};

pub(crate) type Done = Result<(), Box<dyn Error>>;

/// A healthy server answers a health check well within this.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// A store that can't be opened, and the setting that chose it.
#[derive(Debug, thiserror::Error)]
#[error("{setting} can't be used")]
struct Unusable {
    setting: &'static str,
    #[source]
    source: OpenError,
}

async fn open(
    settings: &Settings,
    options: &OpenOptions,
) -> Result<Arc<dyn Store>, Box<dyn Error>> {
    let setting = match settings.database_url {
        Some(_) => "DATABASE_URL (--database-url)",
        None => "CAJA_DATA_DIR (--data-dir)",
    };
    let opened = store::open(&settings.database_url(), options).await;
    opened.map_err(|error| match error {
        // These name the setting themselves.
        OpenError::UnknownScheme { .. }
        | OpenError::BadAddress(_)
        | OpenError::NotForSeveral
        | OpenError::NoFile => error.into(),
        OpenError::InUse { .. }
        | OpenError::File { .. }
        | OpenError::Unreachable { .. }
        | OpenError::Damaged { .. }
        | OpenError::Unavailable(_) => Unusable { setting, source: error }.into(),
    })
}

/// Opens the store for a command that may run beside a server.
async fn open_beside(settings: &Settings) -> Result<Arc<dyn Store>, Box<dyn Error>> {
    open(settings, &OpenOptions::beside()).await
}

/// Prints the OpenAPI document.
pub(crate) fn openapi() -> Done {
    std::io::stdout().write_all(Document::of(&http::document()).0.as_bytes())?;
    Ok(())
}

/// Asks a server whether it is ready.
pub(crate) async fn healthcheck(settings: &Settings, url: Option<String>) -> Done {
    let url = url.unwrap_or_else(|| {
        let (ip, port) = (settings.listen.ip(), settings.listen.port());
        let ip = if ip.is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { ip };
        format!("http://{}", SocketAddr::new(ip, port))
    });
    let client = reqwest::Client::builder().timeout(HEALTH_TIMEOUT).no_proxy().build()?;
    let response = client.get(format!("{}/health/ready", url.trim_end_matches('/'))).send().await?;
    let status = response.status();
    println!("{}", response.text().await?);
    if status.is_success() { Ok(()) } else { Err(format!("not ready: {status}").into()) }
}

/// Brings the schema up to date.
pub(crate) async fn migrate(settings: &Settings) -> Done {
    open_beside(settings).await?.migrate().await?;
    println!("the schema is up to date");
    Ok(())
}

/// Lists the nodes on the store, and the sessions that they own, at most so many.
pub(crate) async fn nodes(settings: &Settings, limit: u32) -> Done {
    let store = open_beside(settings).await?;
    let Some(cluster) = store.cluster() else {
        println!("one server alone has a SQLite file; several need PostgreSQL");
        return Ok(());
    };
    let nodes = cluster.nodes().await?;
    if nodes.is_empty() {
        println!("no node: a server without CAJA_NODE_URL runs alone");
    }
    for node in nodes {
        let lease = match node.is_alive() {
            true => format!("lease for {:.1} s", node.lease_left.as_secs_f64()),
            false => "lease over".to_owned(),
        };
        let NodeRow { peer, version, sessions, .. } = node;
        println!("{}  {}  {version}  {lease}  {sessions} sessions", peer.id, peer.url);
    }
    for session in cluster.owned(limit).await? {
        let OwnedRow { session, name, participants, epoch, owner } = session;
        println!("{session}  {}  epoch {}  {participants} people  {name}", owner.url, epoch.0);
    }
    Ok(())
}
