//! A sample session with a simulated audience, over the same HTTP that real clients use.

use std::error::Error;

use crate::{config::DemoArgs, startup::Running};

pub async fn play(running: Running, _: &DemoArgs) -> Result<(), Box<dyn Error>> {
    running.run().await?;
    Ok(())
}
