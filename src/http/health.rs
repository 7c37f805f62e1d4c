//! Whether the server lives, and what operators read.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    web::{self, Data},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    problem::{Problem, ProblemBody},
    wire::Time,
};
use crate::app::App;

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// How the server is.
    status: HealthStatus,
    /// Whether the store can be reached.
    store: StoreHealth,
    /// Sessions in memory.
    sessions: usize,
    /// Polls held.
    held_polls: usize,
    /// Whether the server is on its way out.
    #[schema(example = false)]
    draining: bool,
}

#[derive(Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    Ok,
    /// The store is away: polls go on from memory, writes wait.
    Degraded,
}

#[derive(Serialize, ToSchema)]
pub struct StoreHealth {
    /// Whether it can be reached.
    reachable: bool,
    /// Since when it is so.
    since: Time,
}

fn health(app: &App) -> Health {
    let store = app.store.health();
    Health {
        status: if store.reachable { HealthStatus::Ok } else { HealthStatus::Degraded },
        store: StoreHealth { reachable: store.reachable, since: Time(store.since) },
        sessions: app.registry.len(),
        held_polls: app.held.count(),
        draining: app.draining.has_begun(),
    }
}

/// Whether the process lives
#[utoipa::path(tag = "operations", operation_id = "health_live", responses((status = 200, body = Health)))]
#[get("/health/live")]
pub async fn live(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(health(&app))
}

/// Whether to send requests here: not while starting or draining
///
/// An outage of the store is `degraded` with 200: taking every node out of service would turn a
/// store's blip into the end of the event.
#[utoipa::path(
    tag = "operations",
    operation_id = "health_ready",
    responses(
        (status = 200, body = Health),
        (status = 503, description = "Starting or draining", body = Health),
    ),
)]
#[get("/health/ready")]
pub async fn ready(app: Data<App>) -> HttpResponse {
    let status =
        if app.draining.has_begun() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    HttpResponse::build(status).json(health(&app))
}

/// Whether the metrics are where all else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricsHere(pub bool);

/// Prometheus metrics
///
/// Where `CAJA_METRICS_LISTEN` gives them an address of their own, they are only there.
#[utoipa::path(
    tag = "operations",
    operation_id = "health_metrics",
    responses(
        (status = 200, content_type = "text/plain", body = String),
        (
            status = 404,
            description = "They have an address of their own",
            content_type = "application/problem+json",
            body = ProblemBody,
            example = json!({
                "type": "urn:caja:problem:not_found",
                "title": "Not Found",
                "status": 404,
                "detail": "there is no such resource",
                "code": "not_found",
            }),
        ),
    ),
)]
#[get("/metrics")]
pub async fn metrics(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    if !request.app_data().is_some_and(|MetricsHere(here)| *here) {
        return Err(Problem::not_found("resource"));
    }
    // Counting thousands of open connections takes its time, and polls must not wait for it.
    let text = web::block(move || app.metrics.render(&app)).await;
    let text = text.map_err(|_| Problem::busy())?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}
