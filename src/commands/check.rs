//! `caja check`: what a server would do with these settings, without starting one.

use std::time::Instant;

use caja::{
    config::Settings,
    http::tokens::hash,
    open_files,
    store::{AdminRow, Formats, NodeRow, Store},
};

use super::{Done, open_beside};

pub(crate) async fn run(settings: &Settings) -> Done {
    let asked = Instant::now();
    let store = open_beside(settings).await?;
    store.ping().await?;
    let took = asked.elapsed().as_millis();
    say("store", &format!("{}, reached in {took} ms", place(settings)));
    let pending = store.pending().await?;
    say("tables", &tables(&pending));
    // Nothing else can be read from tables that are not there.
    let is_new = pending.first() == Some(&1);
    let admins = if is_new { vec![] } else { store.admins().await? };
    say("administrators", &administrators(settings, &admins));
    say("listens", &format!("{}, {} threads", settings.listen, settings.workers()));
    say("phones", &format!("are sent to {}", settings.public_url(settings.listen.port())));
    match settings.edge().proxies.count() {
        0 => say("proxies", "none is trusted: who connects is the sender"),
        count => say("proxies", &format!("{count} networks are trusted to say who sends")),
    }
    match settings.retention_days {
        0 => say("keeps", "sessions for ever"),
        days => say("keeps", &format!("sessions for {days} days after their end")),
    }
    match open_files::allowed() {
        Some(files) => say("open files", &format!("{files}: about as many connections")),
        None => say("open files", "unknown"),
    }
    nodes(settings, &*store, is_new || pending.contains(&5)).await
}

/// Whether it would run alone or beside others, and whether it may.
async fn nodes(settings: &Settings, store: &dyn Store, is_old: bool) -> Done {
    let alive = match store.cluster() {
        Some(cluster) if !is_old => cluster.nodes().await?,
        Some(_) | None => vec![],
    };
    let alive: Vec<_> = alive.into_iter().filter(NodeRow::is_alive).collect();
    match (settings.node_url()?, alive.len()) {
        (None, 0) => say("nodes", "none: the server is alone"),
        (None, _) => return Err("other servers are nodes on this store: set CAJA_NODE_URL".into()),
        (Some(_), _) if store.cluster().is_none() => {
            return Err("CAJA_NODE_URL is set: several nodes need PostgreSQL".into());
        }
        (Some(url), count) => {
            let (listen, lease) = (settings.node_listen, settings.lease_seconds);
            say("nodes", &format!("this one at {url} (listens on {listen}), lease {lease} s"));
            say("", &format!("{count} others run"));
        }
    }
    match alive.iter().find(|node| !node.formats.fit(Formats::OWN)) {
        Some(node) => Err(format!(
            "node {} of release {} and this release don't read each other's sessions",
            node.peer.url, node.version
        )
        .into()),
        None => {
            println!("settings and store are fine");
            Ok(())
        }
    }
}

fn say(what: &str, how: &str) {
    println!("{what:<15} {how}");
}

/// Where the store is, without what is secret in its address.
fn place(settings: &Settings) -> String {
    let url = settings.database_url();
    match url.split_once("://") {
        Some((scheme, rest)) if scheme.starts_with("postgres") => {
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("PostgreSQL at {}", host.split('?').next().unwrap_or_default())
        }
        Some((_, file)) => format!("SQLite in {}", file.split('?').next().unwrap_or_default()),
        None => url,
    }
}

fn tables(pending: &[i64]) -> String {
    match pending {
        [] => "up to date".into(),
        [1, ..] => "none yet: the server makes them when it starts".into(),
        more => format!("{} changes are made when the server starts: {more:?}", more.len()),
    }
}

fn administrators(settings: &Settings, known: &[AdminRow]) -> String {
    let active = known.iter().filter(|admin| admin.revoked_at.is_none()).count();
    let chosen = settings.admin_token.as_ref().map(|token| hash(token));
    let chosen_is = chosen.map(|hash| known.iter().find(|admin| admin.token_hash == hash));
    match chosen_is {
        None if known.is_empty() => "none yet: the server makes a token and prints it, once".into(),
        None => active.to_string(),
        Some(None) => format!("{active}, and the one of CAJA_ADMIN_TOKEN is made"),
        Some(Some(AdminRow { revoked_at: None, .. })) => {
            format!("{active}, the one of CAJA_ADMIN_TOKEN among them")
        }
        Some(Some(_)) => {
            format!("{active}; the token in CAJA_ADMIN_TOKEN was revoked and signs nobody in")
        }
    }
}
