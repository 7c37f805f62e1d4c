//! Activities: prepared by the owner, steered by the owner or a runner.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header,
    patch, post, put,
    web::{Data, Path},
};
use caja_actors::{
    activity::{Config, Control, Kind, Step},
    session::{ActivityId, Command, Rejection, Session, SessionId},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    auth::{Owner, Steerer, within},
    body::{Body, NoBody, Nothing, RawBody, parse},
    openapi::{ActivityKind, AnyConfig, SteeredActivity},
    problem::Problem,
    sessions::{IfMatch, activities_of, at_revision},
    wire::ActivityResource,
};
use crate::app::App;

const TITLE_MAX: usize = 300;

/// An activity to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateActivity {
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    kind: String,
    /// 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300, example = "Where do we go?")]
    title: String,
    /// By type.
    #[schema(value_type = Object)]
    config: Box<RawValue>,
}

/// What to change about an activity; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditActivity {
    /// 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300, example = "Where do we go next?")]
    title: Option<String>,
    /// Replaces the whole configuration.
    #[schema(value_type = Option<AnyConfig>)]
    config: Option<Box<RawValue>>,
}

/// The order of all activities.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityOrder {
    /// Every activity exactly once.
    #[schema(max_items = 200)]
    ids: Vec<ActivityId>,
}

/// Create an activity
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_create",
    security(("admin" = [])),
    request_body = CreateActivity,
    params(IfMatch),
    responses((status = 201, description = "The new draft", body = ActivityResource,
        headers(("location" = String, description = "Path of the activity")))),
)]
#[post("/sessions/{id}/activities")]
pub async fn create(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
    Body(body): Body<CreateActivity>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == body.kind);
    let kind = kind.ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        Problem::invalid_field("/type", format!("must be one of {}", names.join(", ")))
    })?;
    let id = ActivityId(Uuid::now_v7());
    let title = checked_title(body.title)?;
    let config = read_config(kind, &body.config)?;
    let command = at_revision(&request, Command::AddActivity { id, title, config })?;
    let activity = perform(&app, owner.session, id, command, full).await?;
    let location = format!("/api/v1/sessions/{}/activities/{id}", owner.session);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(activity))
}

/// The activities in order
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_list",
    security(("admin" = [])),
    responses((status = 200, body = Vec<ActivityResource>)),
)]
#[get("/sessions/{id}/activities")]
pub async fn list(app: Data<App>, owner: Owner) -> Result<HttpResponse, Problem> {
    let activities = within(app.registry.read(owner.session, activities_of)).await?;
    Ok(HttpResponse::Ok().json(activities))
}

/// One activity
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_show",
    security(("admin" = [])),
    responses((status = 200, body = ActivityResource)),
)]
#[get("/sessions/{id}/activities/{aid}")]
pub async fn show(
    app: Data<App>,
    owner: Owner,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let id = path_activity(&path.1)?;
    let activity = within(app.registry.read(owner.session, move |it| full(it, id))).await?;
    Ok(HttpResponse::Ok().json(activity.ok_or_else(unknown)?))
}

/// Change an activity's title or configuration
///
/// The configuration can change in draft and published; to an active activity stories and
/// questions may be appended.
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_edit",
    security(("admin" = [])),
    request_body = EditActivity,
    params(IfMatch),
    responses((status = 200, body = ActivityResource)),
)]
#[patch("/sessions/{id}/activities/{aid}")]
pub async fn edit(
    app: Data<App>,
    owner: Owner,
    path: Path<(String, String)>,
    request: HttpRequest,
    Body(body): Body<EditActivity>,
) -> Result<HttpResponse, Problem> {
    let id = path_activity(&path.1)?;
    let title = body.title.map(checked_title).transpose()?;
    let kind = within(app.registry.read(owner.session, move |session| {
        session.activity(id).map(|activity| activity.state.kind())
    }));
    let kind = kind.await?.ok_or_else(unknown)?;
    let config = body.config.map(|config| read_config(kind, &config)).transpose()?;
    let command = at_revision(&request, Command::EditActivity { id, title, config })?;
    let activity = perform(&app, owner.session, id, command, full).await?;
    Ok(HttpResponse::Ok().json(activity))
}

/// Delete an activity with its answers
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_remove",
    security(("admin" = [])),
    params(IfMatch),
    responses((status = 204, description = "It is gone")),
)]
#[delete("/sessions/{id}/activities/{aid}")]
pub async fn remove(
    app: Data<App>,
    owner: Owner,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = path_activity(&path.1)?;
    let command = at_revision(&request, Command::DeleteActivity { id })?;
    within(app.registry.ask(owner.session, command, app.now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Put the activities in order
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_reorder",
    security(("admin" = [])),
    request_body = ActivityOrder,
    params(IfMatch),
    responses((status = 200, body = Vec<ActivityResource>)),
)]
#[put("/sessions/{id}/activities/order")]
pub async fn reorder(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
    Body(body): Body<ActivityOrder>,
) -> Result<HttpResponse, Problem> {
    let command = at_revision(&request, Command::OrderActivities { ids: body.ids })?;
    let work = async {
        app.registry.ask(owner.session, command, app.now()).await?;
        app.registry.read(owner.session, activities_of).await
    };
    Ok(HttpResponse::Ok().json(within(work).await?))
}

/// Declares the steps of the lifecycle: each is an operation of its own.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident: $path:literal => $step:ident;)+) => {
        $(
            $(#[$doc])*
            #[utoipa::path(
                tag = "activities",
                operation_id = concat!("activities_", stringify!($name)),
                security(("admin" = []), ("runner" = [])),
                params(IfMatch),
                request_body = Option<Nothing>,
                responses((status = 200, description = "Without questions and stories",
                    body = SteeredActivity)),
            )]
            #[post($path)]
            pub async fn $name(
                app: Data<App>,
                steerer: Steerer,
                path: Path<(String, String)>,
                request: HttpRequest,
                _: NoBody,
            ) -> Result<HttpResponse, Problem> {
                take_step(&app, steerer.session, &path.1, Step::$step, &request).await
            }
        )+
    };
}

steps! {
    /// Publish a draft: everybody sees that it comes
    publish: "/sessions/{id}/activities/{aid}/publish" => Publish;
    /// Take a published activity back into draft
    unpublish: "/sessions/{id}/activities/{aid}/unpublish" => Unpublish;
    /// Activate an activity: it takes answers, and the one that was active expires
    activate: "/sessions/{id}/activities/{aid}/activate" => Activate;
    /// End an active activity
    expire: "/sessions/{id}/activities/{aid}/expire" => Expire;
    /// Activate an expired activity again, with its answers
    reopen: "/sessions/{id}/activities/{aid}/reopen" => Reopen;
}

async fn take_step(
    app: &App,
    session: SessionId,
    activity: &str,
    step: Step,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let activity = path_activity(activity)?;
    let command = at_revision(request, Command::TakeStep { activity, step })?;
    let resource = perform(app, session, activity, command, public).await?;
    Ok(HttpResponse::Ok().json(resource))
}

/// Steer an activity
///
/// The actions depend on the type; an unknown or untimely one is 409 `invalid_action`. With
/// `round`, a press that was meant for an earlier round is 409 `stale_round` and changes nothing.
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_control",
    security(("admin" = []), ("runner" = [])),
    request_body(content = inline(super::openapi::AnyControl), description = "By type"),
    params(IfMatch),
    responses((status = 200, description = "Without questions and stories",
        body = SteeredActivity)),
)]
#[post("/sessions/{id}/activities/{aid}/control")]
pub async fn control(
    app: Data<App>,
    steerer: Steerer,
    path: Path<(String, String)>,
    request: HttpRequest,
    RawBody(body): RawBody,
) -> Result<HttpResponse, Problem> {
    let id = path_activity(&path.1)?;
    let kind = within(kind_of(&app, steerer.session, id)).await?.ok_or_else(unknown)?;
    let control = read_control(kind, &body)?;
    let pacing_ms = app.pacing.participants_ms();
    let command = Command::Control { activity: id, control, pacing_ms };
    let command = at_revision(&request, command)?;
    let activity = perform(&app, steerer.session, id, command, public).await?;
    Ok(HttpResponse::Ok().json(activity))
}

/// What a control is asked for, whatever else it has.
#[derive(Deserialize)]
struct Asked {
    action: String,
}

/// Reads a control. The action first: one of another type comes with fields of its own, and is
/// no more than unknown here.
fn read_control(kind: Kind, body: &[u8]) -> Result<Control, Problem> {
    match parse(body, |json| Asked::deserialize(json)) {
        Ok(Asked { action }) if !kind.actions().contains(&&*action) => {
            Err(Rejection::InvalidAction.into())
        }
        _ => parse(body, |json| kind.control(json)),
    }
}

/// The type of an activity, from what is published, or from the session itself if it is newer.
pub async fn kind_of(
    app: &App,
    session: SessionId,
    id: ActivityId,
) -> Result<Option<Kind>, Problem> {
    let published = app.registry.activate(session).await?;
    let known =
        published.frames().activities.iter().find(|it| it.id == id).map(|it| it.config.kind());
    match known {
        Some(kind) => Ok(Some(kind)),
        None => Ok(app
            .registry
            .read(session, move |session| session.activity(id).map(|it| it.state.kind()))
            .await?),
    }
}

/// A type of activity.
#[derive(Serialize, ToSchema)]
pub struct ActivityType {
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    name: &'static str,
    /// What a facilitator reads.
    #[serde(rename = "name")]
    #[schema(example = "Poll")]
    title: &'static str,
    /// What a facilitator reads when choosing.
    #[schema(example = "A choice, a rating, a ranking, or a short text.")]
    description: &'static str,
    /// JSON Schema of `config`.
    #[schema(value_type = Object, example = json!({"type": "object"}))]
    config_schema: serde_json::Value,
    /// JSON Schema of an answer.
    #[schema(value_type = Object, example = json!({"type": "object"}))]
    response_schema: serde_json::Value,
}

/// The types of activity
#[utoipa::path(
    tag = "activities",
    operation_id = "activities_types",
    security(("admin" = []), ("runner" = []), ("participant" = [])),
    responses((status = 200, body = Vec<ActivityType>)),
)]
#[get("/activity-types")]
pub async fn types(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    super::auth::principal(&app, &request).await?;
    let types: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| ActivityType {
            name: kind.name(),
            title: kind.title(),
            description: kind.description(),
            config_schema: super::openapi::standalone(*kind, |schemas| &schemas.config),
            response_schema: super::openapi::standalone(*kind, |schemas| &schemas.answer),
        })
        .collect();
    Ok(HttpResponse::Ok().json(types))
}

type Show = fn(&Session, ActivityId) -> Option<ActivityResource>;

fn full(session: &Session, id: ActivityId) -> Option<ActivityResource> {
    placed(session, id).map(|(order, it)| ActivityResource::of(session.id(), order, it))
}

fn public(session: &Session, id: ActivityId) -> Option<ActivityResource> {
    placed(session, id).map(|(order, it)| ActivityResource::public(session.id(), order, it))
}

fn placed(session: &Session, id: ActivityId) -> Option<(u32, &caja_actors::activity::Activity)> {
    (0u32..).zip(session.activities()).find(|(_, activity)| activity.id == id)
}

/// Carries a command out and shows the activity.
async fn perform(
    app: &App,
    session: SessionId,
    id: ActivityId,
    command: Command,
    shown: Show,
) -> Result<ActivityResource, Problem> {
    let work = async {
        app.registry.ask(session, command, app.now()).await?;
        app.registry.read(session, move |session| shown(session, id)).await
    };
    within(work).await?.ok_or_else(unknown)
}

/// The activity that a path names.
pub fn path_activity(id: &str) -> Result<ActivityId, Problem> {
    Uuid::try_parse(id).map(ActivityId).map_err(|_| unknown())
}

fn unknown() -> Problem {
    Problem::not_found("activity")
}

fn checked_title(title: String) -> Result<String, Problem> {
    let title = title.trim();
    if (1..=TITLE_MAX).contains(&title.chars().count()) {
        Ok(title.to_owned())
    } else {
        let detail = format!("must have 1 to {TITLE_MAX} characters");
        Err(Problem::invalid_field("/title", detail))
    }
}

fn read_config(kind: Kind, config: &RawValue) -> Result<Config, Problem> {
    let read = parse(config.get().as_bytes(), |json| kind.config(json));
    match read.map_err(|problem| problem.within("/config"))? {
        Ok(config) => Ok(config),
        Err(problems) => Err(Problem::invalid(
            problems.into_iter().map(|problem| problem.within("/config")).collect(),
        )),
    }
}
