//! What the owner of a session tells the nodes that follow it, by the listener for nodes only.

#![allow(unreachable_pub, reason = "the route macros put the handlers inside of what they define")]

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, get, post,
    web::{Bytes, Data, Path, Query},
};
use caja_actors::{
    activity::View,
    copies::{Copy, Known},
    publish::Published,
    session::{Seat, SessionId, Timestamp, Version},
};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::{app::App, clock::boot_ms, http::problem::Problem};

/// How long a question is held for news at most.
const HELD_MS: u64 = 10_000;
/// What wakes nobody, such as somebody's departure, is noticed after this time.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// This node's clock, which says when another node stops waiting for it.
#[get("/cluster/clock")]
pub async fn clock() -> String {
    boot_ms().to_string()
}

#[derive(Deserialize)]
struct Asked {
    version: u64,
    departures: usize,
    wait_ms: u64,
}

/// What a session publishes, as soon as there is something that the node does not know.
#[get("/cluster/sessions/{id}/copy")]
pub async fn copy(
    app: Data<App>,
    id: Path<Uuid>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let session = SessionId(*id);
    let published = owned(&app, session).await?;
    let known = Known { version: Version(asked.version), departures: asked.departures };
    let until = Instant::now() + Duration::from_millis(asked.wait_ms.min(HELD_MS));
    let mut participants = published.wakes(View::Participant);
    let mut runners = published.wakes(View::Runner);
    loop {
        if published.has_news_for(known) {
            let copy = Copy::of(&published, known).encode();
            return Ok(HttpResponse::Ok().body(copy));
        }
        let is_over = Instant::now() >= until || app.draining.has_begun();
        if is_over || !app.registry.owns(session) {
            return Ok(HttpResponse::NoContent().finish());
        }
        let look = (Instant::now() + LOOK_EVERY).min(until);
        let woken = async {
            tokio::select! {
                _ = participants.changed() => {}
                _ = runners.changed() => {}
            }
        };
        let _ = timeout_at(look, woken).await;
    }
}

/// Who was seen at another node: seats, and how many milliseconds ago.
#[post("/cluster/sessions/{id}/seen")]
pub async fn seen(app: Data<App>, id: Path<Uuid>, body: Bytes) -> Result<HttpResponse, Problem> {
    let published = owned(&app, SessionId(*id)).await?;
    let seen: Vec<(u32, u64)> = serde_json::from_slice(&body).unwrap_or_default();
    let now = app.now();
    for (seat, ago_ms) in seen {
        published.seats.was_seen(Seat(seat), Timestamp(now.0.saturating_sub(ago_ms)));
    }
    Ok(HttpResponse::NoContent().finish())
}

async fn owned(app: &App, session: SessionId) -> Result<Arc<Published>, Problem> {
    if !app.registry.owns(session) {
        app.registry.own(session).await?;
    }
    // It may just have left memory, which is not to say that there is none.
    let published = app.registry.published(session).ok_or_else(Problem::store_unavailable)?;
    published.used(app.now());
    Ok(published)
}
