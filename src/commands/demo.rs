//! `caja demo`: a server with a sample session and a simulated audience.

use caja::{
    config::{DemoArgs, Settings},
    demo,
};

use super::{Done, serve};

pub(crate) async fn run(settings: &Settings, args: &DemoArgs) -> Done {
    // The whole audience is at one address.
    let settings = Settings { address_limit: 0, ..settings.clone() };
    let running = serve::start(&settings).await?;
    serve::greet(&running);
    demo::play(running, args).await?;
    Ok(())
}
