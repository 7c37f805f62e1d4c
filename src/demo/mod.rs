//! A sample session with a simulated audience, over the same HTTP that real clients use.

mod host;
mod phone;
mod sample;

use std::{error::Error, time::Duration};

use actix_web::web::Data;
use caja_actors::session::{AdminId, Command, SessionId};
use reqwest::Client;
use uuid::Uuid;

use crate::{
    app::App,
    config::DemoArgs,
    http::{
        sessions::create_draft,
        tokens::{hash, random_runner_token},
    },
    startup::Running,
    store::RunnerTokenRow,
};

/// The audience arrives over this long.
const ARRIVAL: Duration = Duration::from_secs(10);

/// What host and phones need to reach the session.
#[derive(Clone)]
struct Venue {
    client: Client,
    /// The session's resource.
    url: String,
}

/// Plays until it is stopped, or for the seconds asked for.
pub async fn play(running: Running, args: &DemoArgs) -> Result<(), Box<dyn Error>> {
    let app = running.app.clone();
    let (session, runner_token) = prepare(&app).await?;
    println!("  Big screen        {}/run/{session}#{runner_token}", app.public_url);
    println!("  Runner token      {runner_token}\n");
    let venue = Venue {
        // The audience is on this machine: nothing leaves it, whatever proxy is set.
        client: Client::builder().no_proxy().timeout(Duration::from_secs(40)).build()?,
        url: format!("http://127.0.0.1:{}/api/v1/sessions/{session}", running.address.port()),
    };
    for number in 1..=args.participants {
        let at = ARRIVAL.mul_f64(f64::from(number) / f64::from(args.participants));
        tokio::spawn(phone::live(venue.clone(), number, at));
    }
    tokio::spawn(host::run(venue.clone(), runner_token.clone()));
    tokio::spawn(host::watch(venue, runner_token));
    let seconds = args.seconds;
    let enough = async move {
        match seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    running.run_until(enough).await?;
    Ok(())
}

/// Creates and opens the sample session, and mints a token for its big screen.
async fn prepare(app: &Data<App>) -> Result<(SessionId, String), Box<dyn Error>> {
    let admins = app.store.admins().await?;
    let owner = admins.iter().find(|admin| admin.revoked_at.is_none());
    let owner = AdminId(owner.ok_or("there is no administrator")?.id);
    let session = create_draft(app, owner, sample::draft()?).await?.id();
    app.registry.ask(session, Command::Open, app.now()).await?;
    let runner_token = random_runner_token();
    let row = RunnerTokenRow {
        token_id: Uuid::now_v7(),
        session,
        token_hash: hash(&runner_token),
        created_at: app.now(),
    };
    app.store.create_runner_token(row).await?;
    Ok((session, runner_token))
}
