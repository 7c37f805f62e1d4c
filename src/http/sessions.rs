//! Sessions: created, listed, changed, opened, completed, duplicated, deleted by their owner.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, http::header, patch, post, put, web::Data,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use caja_actors::{
    activity::Config,
    codec::RowBuilder,
    journal::Append,
    session::{
        ActivityId, AdminId, Command, EditSettings, Entry, Epoch, Event, FieldError, Rejection,
        Screen, Session, SessionId, SessionStatus, Settings, Timestamp,
    },
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Admin, Owner, Steerer, within},
    body::{Body, NoBody, Nothing},
    problem::Problem,
    query::Query,
    wire::{ActivityResource, Page, SessionDetail, SessionResource},
};
use crate::{
    app::App,
    store::{NewSession, SessionFilter, SessionRow, StoreError},
};

const NAME_MAX: usize = 200;
const DESCRIPTION_MAX: usize = 2_000;
const ANNOUNCEMENT_MAX: usize = 280;
const LIMIT_DEFAULT: u32 = 50;
const LIMIT_MAX: u32 = 200;
/// Digits of a code, and how many more are tried when the space fills.
const CODE_DIGITS: u32 = 6;
const CODE_DIGITS_MAX: u32 = 8;
/// A code this rarely free gets a digit more.
const CODE_SPACE_SHARE: u64 = 10;
const CODE_TRIES: u32 = 50;

/// A session to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "All hands"}))]
pub struct CreateSession {
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "All hands")]
    name: String,
    /// Up to 2,000 characters.
    #[schema(max_length = 2000)]
    description: Option<String>,
    settings: Option<Settings>,
}

/// What to change about a session; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditSession {
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "All hands, autumn")]
    name: Option<String>,
    /// Up to 2,000 characters; `null` removes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    description: Option<Option<String>>,
    settings: Option<EditSettings>,
}

/// Tells `null` from absence.
fn present<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(field).map(Some)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListSessions {
    /// Only sessions of this status.
    #[param(inline)]
    status: Option<SessionStatus>,
    /// Part of a name or description, or a whole code.
    q: Option<String>,
    /// At most 200; 50 where it is left out.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

/// What a change may be conditional on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The session's `revision`, in quotes: at any other nothing is done (409 `stale_revision`).
    #[param(rename = "If-Match", pattern = "^(\\*|(W/)?\"[0-9]{1,19}\")$", example = "\"7\"")]
    #[allow(dead_code, reason = "read by `at_revision`")]
    if_match: Option<String>,
}

/// Create a session
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_create",
    security(("admin" = [])),
    request_body = CreateSession,
    responses((status = 201, description = "The new draft", body = SessionResource,
        headers(("location" = String, description = "Path of the session")))),
)]
#[post("/sessions")]
pub async fn create(
    app: Data<App>,
    admin: Admin,
    Body(body): Body<CreateSession>,
) -> Result<HttpResponse, Problem> {
    let (name, description) = checked(Some(body.name), Some(body.description), &body.settings)?;
    let draft = Draft {
        name: name.unwrap_or_default(),
        description: description.flatten(),
        settings: body.settings.unwrap_or_default(),
        activities: vec![],
    };
    let session = create_draft(&app, admin.0, draft).await?;
    Ok(created(SessionResource::of(&session, &app)))
}

fn created(session: SessionResource) -> HttpResponse {
    let location = format!("/api/v1/sessions/{}", session.id);
    HttpResponse::Created().insert_header((header::LOCATION, location)).json(session)
}

/// List your sessions, newest first
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_list",
    security(("admin" = [])),
    params(ListSessions),
    responses((status = 200, body = Page<SessionResource>)),
)]
#[get("/sessions")]
pub async fn list(
    app: Data<App>,
    admin: Admin,
    Query(asked): Query<ListSessions>,
) -> Result<HttpResponse, Problem> {
    let limit = page_limit(asked.limit)?;
    let filter = SessionFilter {
        admin: admin.0.0,
        status: asked.status,
        q: asked.q.filter(|q| !q.trim().is_empty()),
        before: asked.cursor.as_deref().map(read_cursor).transpose()?,
        limit: limit + 1,
    };
    let rows = app.store.sessions(filter).await?;
    Ok(HttpResponse::Ok()
        .json(Page::cut(rows, limit, cursor, |row| SessionResource::of_row(row, &app))))
}

/// The limit a client asks for, if it may.
pub fn page_limit(limit: Option<u32>) -> Result<u32, Problem> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::invalid_field("limit", format!("must be 1 to {LIMIT_MAX}")))
    }
}

fn cursor(row: &SessionRow) -> String {
    cursor_of(row.created_at, row.id)
}

pub(crate) fn cursor_of(created_at: Timestamp, id: SessionId) -> String {
    let mut cursor = created_at.0.to_be_bytes().to_vec();
    cursor.extend_from_slice(id.0.as_bytes());
    URL_SAFE_NO_PAD.encode(cursor)
}

pub(crate) fn read_cursor(cursor: &str) -> Result<(Timestamp, SessionId), Problem> {
    let read = || {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        let at = Timestamp(u64::from_be_bytes(*at));
        // The database counts in signed numbers.
        (at.0 <= i64::MAX.unsigned_abs()).then_some((at, SessionId(Uuid::from_slice(id).ok()?)))
    };
    read().ok_or_else(|| Problem::invalid_field("cursor", "is not a cursor of this list"))
}

/// One session with its activities
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_show",
    security(("admin" = [])),
    responses((status = 200, body = SessionDetail)),
)]
#[get("/sessions/{id}")]
pub async fn show(app: Data<App>, owner: Owner) -> Result<HttpResponse, Problem> {
    let url = app.public_url.clone();
    let detail = app.registry.read(owner.session, move |session| SessionDetail::of(session, &url));
    Ok(HttpResponse::Ok().json(within(detail).await?))
}

/// Change a session's name, description or settings
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_edit",
    security(("admin" = [])),
    request_body = EditSession,
    params(IfMatch),
    responses((status = 200, body = SessionResource)),
)]
#[patch("/sessions/{id}")]
pub async fn edit(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
    Body(body): Body<EditSession>,
) -> Result<HttpResponse, Problem> {
    let settings = body.settings.as_ref().map(|edit| edit.onto(&Settings::default()));
    let (name, description) = checked(body.name, body.description, &settings)?;
    let command = Command::Edit { name, description, settings: body.settings };
    perform(&app, owner.session, at_revision(&request, command)?).await
}

/// Delete a session and everything that belongs to it
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_remove",
    security(("admin" = [])),
    params(IfMatch),
    responses((status = 204, description = "It is gone")),
)]
#[delete("/sessions/{id}")]
pub async fn remove(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let revision = revision(&request)?;
    // The store compares: what was acknowledged is there, and nothing comes in between.
    let is_gone = app.store.delete_session_at(owner.session, revision).await?;
    if !is_gone && revision.is_some() {
        let now = app.registry.read(owner.session, |session| session.header().revision);
        let stale = Rejection::StaleRevision { current: within(now).await? };
        return Err(stale.into());
    }
    app.registry.forget(owner.session).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Open a draft: activities can run
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_open",
    security(("admin" = [])),
    params(IfMatch),
    request_body = Option<Nothing>,
    responses((status = 200, body = SessionResource)),
)]
#[post("/sessions/{id}/open")]
pub async fn open(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    perform(&app, owner.session, at_revision(&request, Command::Open)?).await
}

/// Complete a session: it becomes read-only and gives its code back
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_complete",
    security(("admin" = [])),
    params(IfMatch),
    request_body = Option<Nothing>,
    responses((status = 200, body = SessionResource)),
)]
#[post("/sessions/{id}/complete")]
pub async fn complete(
    app: Data<App>,
    owner: Owner,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    let completed = perform(&app, owner.session, at_revision(&request, Command::Complete)?).await?;
    app.archivist.wake();
    Ok(completed)
}

/// Copy a session: the same activities, no people, no answers
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_duplicate",
    security(("admin" = [])),
    request_body = Option<Nothing>,
    responses((status = 201, description = "The new draft", body = SessionResource,
        headers(("location" = String, description = "Path of the session")))),
)]
#[post("/sessions/{id}/duplicate")]
pub async fn duplicate(app: Data<App>, owner: Owner, _: NoBody) -> Result<HttpResponse, Problem> {
    let copy = app.registry.read(owner.session, |session| {
        let header = session.header();
        let activities = session.activities().iter();
        Draft {
            name: header.name,
            description: header.description,
            settings: header.settings,
            activities: activities.map(|it| (it.title.clone(), it.state.config())).collect(),
        }
    });
    let copy = within(copy).await?;
    let session = create_draft(&app, owner.admin, copy).await?;
    Ok(created(SessionResource::of(&session, &app)))
}

/// A text for everybody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// 0 to 280 characters; empty ends it.
    #[schema(max_length = 280, example = "Coffee is ready")]
    text: String,
}

/// Show everybody a text, until it is empty
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_announce",
    security(("admin" = []), ("runner" = [])),
    request_body = Announcement,
    params(IfMatch),
    responses((status = 204, description = "It is shown")),
)]
#[put("/sessions/{id}/announcement")]
pub async fn announce(
    app: Data<App>,
    steerer: Steerer,
    request: HttpRequest,
    Body(body): Body<Announcement>,
) -> Result<HttpResponse, Problem> {
    let text = body.text.trim();
    if text.chars().count() > ANNOUNCEMENT_MAX {
        let detail = format!("must have at most {ANNOUNCEMENT_MAX} characters");
        return Err(Problem::invalid_field("/text", detail));
    }
    let text = (!text.is_empty()).then(|| text.to_owned());
    let command = at_revision(&request, Command::Announce { text })?;
    within(app.registry.ask(steerer.session, command, app.now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Steer what the big screen shows
#[utoipa::path(
    tag = "sessions",
    operation_id = "sessions_set_screen",
    security(("admin" = []), ("runner" = [])),
    request_body = Screen,
    params(IfMatch),
    responses((status = 200, body = Screen)),
)]
#[put("/sessions/{id}/screen")]
pub async fn set_screen(
    app: Data<App>,
    steerer: Steerer,
    request: HttpRequest,
    Body(screen): Body<Screen>,
) -> Result<HttpResponse, Problem> {
    let command = at_revision(&request, Command::SetScreen { screen })?;
    within(app.registry.ask(steerer.session, command, app.now())).await?;
    Ok(HttpResponse::Ok().json(screen))
}

/// Carries a command out and shows the session.
async fn perform(app: &App, id: SessionId, command: Command) -> Result<HttpResponse, Problem> {
    let url = app.public_url.clone();
    let work = async {
        app.registry.ask(id, command, app.now()).await?;
        app.registry.read(id, move |session| SessionResource::of_url(session, &url)).await
    };
    Ok(HttpResponse::Ok().json(within(work).await?))
}

/// A command that is refused if the session is not at the revision of `If-Match`.
pub fn at_revision(request: &HttpRequest, command: Command) -> Result<Command, Problem> {
    Ok(match revision(request)? {
        Some(revision) => Command::AtRevision(revision, Box::new(command)),
        None => command,
    })
}

/// The revision of `If-Match`; `None`: any.
fn revision(request: &HttpRequest) -> Result<Option<u64>, Problem> {
    let Some(tag) = request.headers().get(header::IF_MATCH) else { return Ok(None) };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    match revision.and_then(|revision| revision.parse().ok()) {
        Some(revision) => Ok(Some(revision)),
        None => Err(Problem::invalid_field("If-Match", "must be a revision in quotes")),
    }
}

type Texts = (Option<String>, Option<Option<String>>);

/// Name and description as they are kept, if all three fit.
fn checked(
    name: Option<String>,
    description: Option<Option<String>>,
    settings: &Option<Settings>,
) -> Result<Texts, Problem> {
    let mut problems = vec![];
    let name = name.map(|name| name.trim().to_owned());
    if name.as_ref().is_some_and(|name| !(1..=NAME_MAX).contains(&name.chars().count())) {
        problems.push(FieldError::new("/name", format!("must have 1 to {NAME_MAX} characters")));
    }
    if name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
        problems.push(FieldError::new("/name", "must not contain control characters"));
    }
    let description = description
        .map(|text| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    let length = description.iter().flatten().map(|text| text.chars().count()).max();
    if length.is_some_and(|length| length > DESCRIPTION_MAX) {
        let detail = format!("must have at most {DESCRIPTION_MAX} characters");
        problems.push(FieldError::new("/description", detail));
    }
    if description.iter().flatten().any(|text| text.contains(is_unprintable)) {
        problems.push(FieldError::new("/description", "must not contain control characters"));
    }
    let wrong = settings.iter().flat_map(Settings::problems);
    problems.extend(wrong.map(|problem| problem.within("/settings")));
    if problems.is_empty() { Ok((name, description)) } else { Err(Problem::invalid(problems)) }
}

/// Control characters other than line breaks and tabs. PostgreSQL's texts can't hold NUL.
fn is_unprintable(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

/// A session that is about to be created.
pub struct Draft {
    pub name: String,
    pub description: Option<String>,
    pub settings: Settings,
    /// Titles and configurations.
    pub activities: Vec<(String, Config)>,
}

/// Creates a session under a free code.
pub async fn create_draft(app: &App, owner: AdminId, draft: Draft) -> Result<Session, Problem> {
    let mut digits = code_digits(app.store.codes_taken().await?);
    for attempt in 1..=CODE_TRIES {
        let code = random_code(digits);
        let (session, new) = new_session(app.now(), owner, &draft, code);
        match app.store.create_session(new).await {
            Ok(()) => return Ok(session),
            Err(StoreError::CodeTaken) if attempt % 10 == 0 => {
                digits = (digits + 1).min(CODE_DIGITS_MAX);
            }
            Err(StoreError::CodeTaken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::busy())
}

/// Codes stay guessable by nobody: at most one in ten of their space is taken.
fn code_digits(taken: u64) -> u32 {
    (CODE_DIGITS..CODE_DIGITS_MAX)
        .find(|digits| taken < 10u64.pow(*digits) / CODE_SPACE_SHARE)
        .unwrap_or(CODE_DIGITS_MAX)
}

fn random_code(digits: u32) -> String {
    let number = rand::random_range(10u64.pow(digits - 1)..10u64.pow(digits));
    number.to_string()
}

fn new_session(
    at: Timestamp,
    owner: AdminId,
    draft: &Draft,
    code: String,
) -> (Session, NewSession) {
    let id = SessionId(Uuid::now_v7());
    let created = Entry {
        at,
        event: Event::Created {
            id,
            owner,
            code: code.clone(),
            name: draft.name.clone(),
            description: draft.description.clone(),
            settings: draft.settings.clone(),
        },
    };
    let mut session = Session::create(&created).expect("the first event is a creation");
    let mut row = RowBuilder::default();
    row.push(&created);
    for (title, config) in &draft.activities {
        let (id, title) = (ActivityId(Uuid::now_v7()), title.clone());
        let added = Event::ActivityAdded { id, title, config: config.clone() };
        let added = Entry { at, event: added };
        session.apply(&added);
        row.push(&added);
    }
    let (count, events) = row.cut();
    let first = Append {
        session: id,
        epoch: Epoch(0),
        last: session.seq(),
        count,
        at,
        events,
        header: None,
    };
    let header = session.header();
    (session, NewSession { id, admin: owner.0, code, created_at: at, header, first })
}

/// The activities of a session as its owner sees them.
pub fn activities_of(session: &Session) -> Vec<ActivityResource> {
    let id = session.id();
    (0u32..)
        .zip(session.activities())
        .map(|(order, activity)| ActivityResource::of(id, order, activity))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_grow_a_digit_when_their_space_fills() {
        assert_eq!(code_digits(0), 6);
        assert_eq!(code_digits(99_999), 6);
        assert_eq!(code_digits(100_000), 7);
        assert_eq!(code_digits(1_000_000), 8);
        assert_eq!(code_digits(u64::MAX), 8);
        assert!((0..1_000).all(|_| random_code(6).len() == 6));
    }

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        assert!(read_cursor("").is_err());
        assert!(read_cursor("%%%").is_err());
        assert!(read_cursor(&URL_SAFE_NO_PAD.encode([255; 24])).is_err());
        let (at, id) = (Timestamp(1_700_000_000_000), SessionId(Uuid::now_v7()));
        let mut bytes = at.0.to_be_bytes().to_vec();
        bytes.extend_from_slice(id.0.as_bytes());
        assert_eq!(read_cursor(&URL_SAFE_NO_PAD.encode(bytes)).ok(), Some((at, id)));
    }
}
