//! `caja serve`: the server, and what it says on a terminal.

use caja::{
    config::Settings,
    http::qr,
    startup::{self, Options, Running},
};
use tracing::info;

use super::Done;

pub(crate) async fn run(settings: &Settings) -> Done {
    let running = start(settings).await?;
    greet(&running);
    running.run().await?;
    Ok(())
}

/// Brings the server up as the settings say.
pub(crate) async fn start(settings: &Settings) -> Result<Running, Box<dyn std::error::Error>> {
    let opening = settings.store_options();
    let store = super::open(settings, &opening).await?;
    let wanted = settings.clone();
    let options = Options {
        store,
        listen: settings.listen,
        workers: settings.workers(),
        public_url: Box::new(move |port| wanted.public_url(port)),
        admin_token: settings.admin_token.clone(),
        retention_days: settings.retention_days,
        edge: settings.edge(),
        membership: settings.membership(opening.tenure)?,
        metrics_listen: settings.metrics_listen,
    };
    let running = startup::start(options).await?;
    info!(address = %running.address, public_url = %running.app.public_url, "listening");
    if let Some(address) = running.metrics_address {
        info!(%address, "metrics have an address of their own");
    }
    Ok(running)
}

/// Says where to go. Standard output, because the log is for machines.
pub(crate) fn greet(running: &Running) {
    let url = &running.app.public_url;
    let local = format!("http://localhost:{}", running.address.port());
    println!("\n  Caja is running.\n");
    println!("  On this machine   {local}");
    println!("  For phones        {url}");
    println!("  Administration    {local}/admin");
    println!("  API               {local}/docs/");
    match &running.fresh_admin_token {
        Some(token) => println!(
            "  Admin token       {token}\n                    (shown only this once; keep it)"
        ),
        None => {
            println!("  Admin token       as set before; `caja admin token create` makes another")
        }
    }
    if let Some(code) = qr::encode(url) {
        println!("\n{}", code.to_str());
    }
}
