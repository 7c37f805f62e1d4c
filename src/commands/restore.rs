//! `caja restore`: what must happen between restoring a backup and starting the server.

use std::io::{Write, stdin, stdout};

use caja::{
    clock::NodeClock,
    config::Settings,
    store::{Jump, OpenOptions},
};
use caja_actors::clock::Clock;

use super::Done;

const IN_USE: &str = "a caja server is using the database; stop it first";

pub(crate) async fn run(settings: &Settings, yes: bool) -> Done {
    let store = super::open(settings, &OpenOptions::alone()).await?;
    if store.has_server(NodeClock::start().now()).await? {
        return Err(IN_USE.into());
    }
    if !yes && !is_confirmed()? {
        return Err("nothing was changed".into());
    }
    store.migrate().await?;
    match store.jump().await? {
        Jump::Done { sessions, jumps_left } => {
            println!("sessions moved to versions that no client has seen: {sessions}");
            println!("owners and nodes of the past: forgotten");
            println!("restores that are left: {jumps_left}");
            Ok(())
        }
        Jump::UsedUp => Err("a session has been restored too often: it has no versions left; \
                             nothing was changed"
            .into()),
    }
}

fn is_confirmed() -> std::io::Result<bool> {
    println!("This is for a store that was just restored from a backup.");
    println!("It moves every session to new versions, and can't be undone.");
    print!("Go on? Type yes: ");
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
