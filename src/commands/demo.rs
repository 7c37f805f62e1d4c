//! `caja demo`: a server with a sample session and a simulated audience.

use caja::{
    config::{DemoArgs, Settings},
    demo,
};

use super::{Done, serve};

pub(crate) async fn run(settings: &Settings, args: &DemoArgs) -> Done {
    let running = serve::start(settings).await?;
    serve::greet(&running);
    demo::play(running, args).await?;
    Ok(())
}
