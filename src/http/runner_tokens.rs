//! Runner tokens: what a big screen or a presenter's phone steers one session with.

use actix_web::{
    HttpResponse, delete, get,
    http::header,
    post,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    auth::Owner,
    body::{NoBody, Nothing},
    problem::Problem,
    tokens::{hash, random_runner_token},
    wire::{Page, Time},
};
use crate::{app::App, store::RunnerTokenRow};

/// Runner tokens a session may have at the same time.
const MAX_TOKENS: usize = 100;

/// A fresh runner token. The only body that ever holds it.
#[derive(Serialize, ToSchema)]
pub struct FreshRunnerToken {
    /// For revoking it.
    token_id: Uuid,
    /// For `Authorization: Bearer`. A secret.
    #[schema(example = "cr_pXw9kzS0m5dSmJm3yZ0oYw1nq7q6m8l5b1s4r2t0uvw")]
    runner_token: String,
    /// The big screen's page with the token in its fragment.
    #[schema(
        example = "https://caja.example/run/0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17#cr_pXw9kzS0"
    )]
    runner_url: String,
}

/// A runner token without its secret.
#[derive(Serialize, ToSchema)]
pub struct RunnerTokenResource {
    /// For revoking it.
    token_id: Uuid,
    /// When it was minted.
    created_at: Time,
}

/// Mint a runner token
#[utoipa::path(
    tag = "runner tokens",
    operation_id = "runner_tokens_create",
    security(("admin" = [])),
    request_body = Option<Nothing>,
    responses((status = 201, description = "Shown only this once", body = FreshRunnerToken)),
)]
#[post("/sessions/{id}/runner-tokens")]
pub async fn create(app: Data<App>, owner: Owner, _: NoBody) -> Result<HttpResponse, Problem> {
    if app.store.runner_tokens(owner.session).await?.len() >= MAX_TOKENS {
        let detail = format!("a session has at most {MAX_TOKENS} runner tokens");
        return Err(Problem::conflict("too_many_runner_tokens", detail));
    }
    let runner_token = random_runner_token();
    let token_id = Uuid::now_v7();
    let row = RunnerTokenRow {
        token_id,
        session: owner.session,
        token_hash: hash(&runner_token),
        created_at: app.now(),
    };
    app.store.create_runner_token(row).await?;
    let runner_url = format!("{}/run/{}#{runner_token}", app.public_url, owner.session);
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(FreshRunnerToken { token_id, runner_token, runner_url }))
}

/// The runner tokens that are alive
#[utoipa::path(
    tag = "runner tokens",
    operation_id = "runner_tokens_list",
    security(("admin" = [])),
    responses((status = 200, body = Page<RunnerTokenResource>)),
)]
#[get("/sessions/{id}/runner-tokens")]
pub async fn list(app: Data<App>, owner: Owner) -> Result<HttpResponse, Problem> {
    let rows = app.store.runner_tokens(owner.session).await?;
    let items = rows.into_iter().map(|row| RunnerTokenResource {
        token_id: row.token_id,
        created_at: Time(row.created_at),
    });
    Ok(HttpResponse::Ok().json(Page { items: items.collect(), next_cursor: None }))
}

/// Revoke a runner token
#[utoipa::path(
    tag = "runner tokens",
    operation_id = "runner_tokens_revoke",
    security(("admin" = [])),
    responses((status = 204, description = "It is dead")),
)]
#[delete("/sessions/{id}/runner-tokens/{token_id}")]
pub async fn revoke(
    app: Data<App>,
    owner: Owner,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::not_found("runner token");
    let token_id = Uuid::try_parse(&path.1).map_err(|_| unknown())?;
    if !app.store.revoke_runner_token(owner.session, token_id).await? {
        return Err(unknown());
    }
    app.principals.forget_runner(token_id);
    Ok(HttpResponse::NoContent().finish())
}
