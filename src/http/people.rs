//! People: joining, what a participant knows of themselves, and who is there.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, delete, get,
    http::header,
    patch, post,
    web::{Data, Path},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use caja_actors::{
    publish::Frames,
    seats::{IDLE_MS, Me, ONLINE_MS, Seats},
    session::{
        ClientId, Command, Nickname, ParticipantId, People, Rejection, Reply, Seat, Session,
        SessionId, SessionStatus, TextStatus, Timestamp, Version, Who, guest_name,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    address::Address,
    auth::{Owner, Participant, Steerer, path_session, within},
    body::Body,
    openapi::AnsweredBody,
    problem::Problem,
    query::Query,
    sessions::page_limit,
    throttle::too_many,
    tokens::Claim,
    wire::{Page, Time, json},
};
use crate::{app::App, store::SessionRow};

/// A session, as somebody sees it who has its code.
#[derive(Serialize, ToSchema)]
pub struct JoinInvitation {
    session_id: SessionId,
    /// What the session is called.
    #[schema(example = "All hands")]
    name: String,
    status: SessionStatus,
    /// How many are in it.
    #[schema(example = 312)]
    participant_count: u32,
    /// Language of the event, as a BCP 47 tag.
    #[schema(required, example = "es-MX")]
    locale: Option<String>,
}

/// Find a session by its code
#[utoipa::path(
    tag = "joining",
    operation_id = "people_invitation",
    responses((status = 200, body = JoinInvitation)),
)]
#[get("/join/{code}")]
pub async fn invitation(
    app: Data<App>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let row = find_by_code(&app, app.sender(&request), &code).await?;
    Ok(HttpResponse::Ok().json(JoinInvitation {
        session_id: row.id,
        name: row.header.name,
        status: row.header.status,
        participant_count: row.header.participant_count,
        locale: row.header.settings.locale,
    }))
}

/// The session with this code. An address that guessed wrong too often learns nothing, be the code
/// right or wrong, unless somebody there is in the session already.
async fn find_by_code(app: &App, from: Address, code: &str) -> Result<SessionRow, Problem> {
    let (now, guesses, visits) = (app.now(), &app.throttles.wrong_codes, &app.throttles.visits);
    app.throttles.look_up(from, now)?;
    if let Err(wait_ms) = guesses.check(from, now)
        && !visits.has_any(from)
    {
        return Err(too_many(wait_ms));
    }
    let is_code = (6..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let row = if is_code { app.store.session_by_code(code).await? } else { None };
    match row {
        Some(row) if visits.has(from, row.id, now) => Ok(row),
        Some(row) => guesses.check(from, now).map(|()| row).map_err(too_many),
        None => {
            guesses.count(from, now).map_err(too_many)?;
            Err(Problem::not_found("session"))
        }
    }
}

/// Somebody who wants to join.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"nickname": "Marisol"}))]
pub struct Join {
    /// 1 to 40 characters as readers count them, unlike any other in the session.
    #[schema(min_length = 1, example = "Marisol", max_length = 2560)]
    nickname: String,
    /// A random UUID that the device keeps: joining again with it is the same participant.
    client_id: Option<ClientId>,
    /// Spectators watch and are not waited for.
    #[serde(default)]
    spectator: bool,
}

/// A participant's credentials.
#[derive(Serialize, ToSchema)]
pub struct Joined {
    participant_id: ParticipantId,
    /// For `Authorization: Bearer`. A secret.
    #[schema(example = "cp_AZnlpGwee1KdQ1ovDI5LFwGZ5aRsHntSnUNaLwyOSxcAAAAAx3J5b2RvbWFuZG9sZXM")]
    participant_token: String,
    /// As it is shown: spaces folded, compatibility forms unified.
    #[schema(example = "Marisol")]
    nickname: String,
    session_id: SessionId,
}

/// Join a session
#[utoipa::path(
    tag = "joining",
    operation_id = "people_join",
    request_body = Join,
    responses(
        (status = 201, description = "Welcome", body = Joined),
        (status = 200, description = "This device had joined before", body = Joined),
    ),
)]
#[post("/sessions/{id}/participants")]
pub async fn join(
    app: Data<App>,
    request: HttpRequest,
    Body(body): Body<Join>,
) -> Result<HttpResponse, Problem> {
    let (from, now) = (app.sender(&request), app.now());
    app.throttles.join(from, now)?;
    let session = path_session(&request)?;
    let command = Command::Join {
        id: ParticipantId(Uuid::now_v7()),
        nickname: Nickname::parse(&body.nickname)?,
        client: body.client_id,
        spectator: body.spectator,
    };
    let receipt = within(app.registry.ask(session, command, app.now())).await?;
    let Reply::Joined { seat, id, nickname, is_new } = receipt.reply else {
        return Err(Problem::internal());
    };
    let who = Who { seat, id };
    let joined = Joined {
        participant_id: id,
        participant_token: app.tokens.issue(Claim { session, who }),
        nickname,
        session_id: session,
    };
    app.throttles.visits.note(from, session, now);
    if !is_new && let Some(published) = app.registry.published(session) {
        published.seats.saw(seat, app.now());
    }
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.insert_header((header::CACHE_CONTROL, "no-store")).json(joined))
}

/// Whether a nickname can be had.
#[derive(Serialize, ToSchema)]
pub struct NicknameCheck {
    /// Whether nobody has it, nor one that looks like it.
    #[schema(example = false)]
    available: bool,
    /// The nickname as it would be shown.
    #[schema(example = "Marisol")]
    normalized: String,
    /// Free ones like it, if it is taken.
    #[schema(max_items = 3, example = json!(["Marisol 2", "Marisol 3", "Marisol 4"]))]
    suggestions: Vec<String>,
}

/// Check a nickname before joining
#[utoipa::path(
    tag = "joining",
    operation_id = "people_check_nickname",
    responses((status = 200, body = NicknameCheck)),
)]
#[get("/sessions/{id}/nicknames/{nickname}")]
pub async fn check_nickname(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    app.throttles.look_up(app.sender(&request), app.now())?;
    let session = path_session(&request)?;
    let nickname = Nickname::parse(&path.1)?;
    let check = app.registry.read(session, move |session| {
        let people = session.people();
        let nickname = nickname.screened(session.settings().profanity)?.0;
        let available = people.holder_of(&nickname).is_none();
        Ok::<_, Rejection>(NicknameCheck {
            available,
            normalized: nickname.as_str().to_owned(),
            suggestions: if available { vec![] } else { people.suggestions(&nickname) },
        })
    });
    Ok(HttpResponse::Ok().json(within(check).await??))
}

/// What a participant knows of themselves.
#[derive(Serialize, ToSchema)]
pub struct MeResource {
    participant_id: ParticipantId,
    /// As you chose it.
    #[schema(example = "Marisol")]
    nickname: String,
    /// What others see instead of a nickname that waits for a moderator or was hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Guest 7")]
    shown_as: Option<String>,
    /// Spectators watch and are not waited for.
    #[schema(example = false)]
    spectator: bool,
    /// The last accepted answer of the present round, by the activity's id.
    #[schema(
        value_type = std::collections::HashMap<String, AnsweredBody>,
        example = json!({"0199e5a4-7d2f-7c63-8e54-6b301d9f5c28": {"choices": ["a"]}}),
    )]
    answers: serde_json::Map<String, serde_json::Value>,
    /// In the quiz that runs, or ran last.
    #[schema(example = 1840)]
    score: u32,
    /// `null` before the first reveal.
    #[schema(required, example = 3)]
    rank: Option<u32>,
    /// One entry for each revealed question.
    log: Vec<LogEntry>,
    /// The `me_version` of the frame that this belongs to.
    #[schema(value_type = u64, example = 268435460)]
    me_version: Version,
}

/// How one question went.
#[derive(Serialize, ToSchema)]
pub struct LogEntry {
    /// The question's id.
    #[schema(example = "q1")]
    question: String,
    /// Whether your answer was right.
    correct: bool,
    /// What it earned.
    #[schema(example = 920)]
    points: u32,
    /// From the opening of the question to the answer; `null` without an answer.
    #[schema(required, example = 3200)]
    ms: Option<u32>,
    /// Right answers in a row, this one included.
    #[schema(example = 1)]
    streak: u32,
}

/// What you know of yourself
#[utoipa::path(
    tag = "participants",
    operation_id = "people_show_me",
    security(("participant" = [])),
    responses((status = 200, body = MeResource)),
)]
#[get("/sessions/{id}/me")]
pub async fn show_me(app: Data<App>, participant: Participant) -> Result<HttpResponse, Problem> {
    let Participant { who, published, .. } = participant;
    published.seats.saw(who.seat, app.now());
    let me = published.seats.me(who.seat, who.id).ok_or_else(Problem::unauthorized)?;
    Ok(HttpResponse::Ok().json(me_resource(me, who.seat, &published.frames())))
}

fn me_resource(me: Me, seat: Seat, frames: &Frames) -> MeResource {
    let mut answers = serde_json::Map::new();
    for answer in me.answers.iter() {
        let activity = frames.activities.iter().find(|it| it.no == answer.activity);
        // An answer of an earlier round was discarded; one of a later round is shown at once.
        let Some(activity) = activity.filter(|it| it.round <= answer.round) else { continue };
        if let Some(body) = activity.config.answer_body(&answer.given) {
            answers.insert(activity.id.to_string(), json(&*body));
        }
    }
    let standing = frames.standings.by_seat.get(seat.index()).copied().flatten();
    let log = frames.standings.questions.iter().map(|question| {
        let outcome = question.by_seat.get(seat.index()).copied().flatten();
        LogEntry {
            question: question.question.to_string(),
            correct: outcome.is_some_and(|it| it.correct),
            points: outcome.map_or(0, |it| it.points),
            ms: outcome.map(|it| it.ms),
            streak: outcome.map_or(0, |it| it.streak),
        }
    });
    MeResource {
        participant_id: me.id,
        nickname: me.nickname.to_string(),
        shown_as: (me.name_status != TextStatus::Visible).then(|| guest_name(seat)),
        spectator: me.spectator,
        answers,
        score: standing.map_or(0, |it| it.score),
        rank: standing.map(|it| it.rank),
        log: log.collect(),
        me_version: frames.me_version,
    }
}

/// What to change about a participant; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditParticipant {
    /// 1 to 40 characters as readers count them, unlike any other in the session.
    #[schema(min_length = 1, example = "Marisol R.", max_length = 2560)]
    nickname: Option<String>,
    /// Spectators watch and are not waited for.
    spectator: Option<bool>,
}

impl EditParticipant {
    fn command(self, id: ParticipantId, by_moderator: bool) -> Result<Command, Problem> {
        let nickname = self.nickname.as_deref().map(Nickname::parse).transpose()?;
        Ok(Command::EditParticipant { id, nickname, spectator: self.spectator, by_moderator })
    }
}

/// Change your nickname, or become a spectator
#[utoipa::path(
    tag = "participants",
    operation_id = "people_edit_me",
    security(("participant" = [])),
    request_body = EditParticipant,
    responses((status = 200, body = MeResource)),
)]
#[patch("/sessions/{id}/me")]
pub async fn edit_me(
    app: Data<App>,
    participant: Participant,
    Body(body): Body<EditParticipant>,
) -> Result<HttpResponse, Problem> {
    participant.may_write()?;
    let Participant { session, who, published, .. } = participant;
    within(app.registry.ask(session, body.command(who.id, false)?, app.now())).await?;
    let me = published.seats.me(who.seat, who.id).ok_or_else(Problem::unauthorized)?;
    Ok(HttpResponse::Ok().json(me_resource(me, who.seat, &published.frames())))
}

/// Leave the session
#[utoipa::path(
    tag = "participants",
    operation_id = "people_leave",
    security(("participant" = [])),
    responses((status = 204, description = "The token is dead")),
)]
#[delete("/sessions/{id}/me")]
pub async fn leave(app: Data<App>, participant: Participant) -> Result<HttpResponse, Problem> {
    participant.may_write()?;
    let command = Command::Leave { id: participant.who.id };
    within(app.registry.ask(participant.session, command, app.now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A participant, as whoever steers the session sees them.
#[derive(Serialize, ToSchema)]
pub struct ParticipantResource {
    participant_id: ParticipantId,
    /// As everybody sees it: `Guest 7` where the nickname is not shown.
    #[schema(example = "Marisol")]
    nickname: String,
    /// Spectators watch and are not waited for.
    #[schema(example = false)]
    spectator: bool,
    status: ParticipantStatus,
    /// When they joined.
    joined_at: Time,
    /// When they last polled or answered.
    last_seen_at: Time,
}

/// How lately a participant was seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParticipantStatus {
    /// Less than 30 seconds ago.
    Online,
    /// Less than 2 minutes ago.
    Idle,
    Disconnected,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParticipants {
    /// Part of a nickname.
    q: Option<String>,
    /// At most 200; 50 where it is left out.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

/// Who is in the session, in the order of joining
#[utoipa::path(
    tag = "participants",
    operation_id = "people_list",
    security(("admin" = []), ("runner" = [])),
    params(ListParticipants),
    responses((status = 200, body = Page<ParticipantResource>)),
)]
#[get("/sessions/{id}/participants")]
pub async fn list(
    app: Data<App>,
    steerer: Steerer,
    Query(asked): Query<ListParticipants>,
) -> Result<HttpResponse, Problem> {
    let limit = page_limit(asked.limit)?;
    let after = asked.cursor.as_deref().map(read_cursor).transpose()?;
    let needle = asked.q.unwrap_or_default().to_lowercase();
    let people = app
        .registry
        .read(steerer.session, move |session| found(session, after, &needle, limit as usize + 1));
    let people = within(people).await?;
    let published = app.registry.activate(steerer.session).await?;
    let now = app.now();
    let cursor = |found: &Found| cursor_of(found.seat);
    let page = Page::cut(people, limit, cursor, |found| found.resource(&published.seats, now));
    Ok(HttpResponse::Ok().json(page))
}

/// Somebody in the session.
struct Found {
    seat: Seat,
    id: ParticipantId,
    nickname: String,
    spectator: bool,
    joined_at: Timestamp,
}

impl Found {
    fn of(people: &People, seat: Seat) -> Self {
        let person = people.at(seat);
        Self {
            seat,
            id: person.id,
            nickname: people.shown_name(seat).into_owned(),
            spectator: person.spectator,
            joined_at: person.joined_at,
        }
    }

    fn resource(self, seats: &Seats, now: Timestamp) -> ParticipantResource {
        let last_seen_at = seats.last_seen(self.seat);
        let status = match now.ms_since(last_seen_at) {
            ms if ms < ONLINE_MS => ParticipantStatus::Online,
            ms if ms < IDLE_MS => ParticipantStatus::Idle,
            _ => ParticipantStatus::Disconnected,
        };
        ParticipantResource {
            participant_id: self.id,
            nickname: self.nickname,
            spectator: self.spectator,
            status,
            joined_at: Time(self.joined_at),
            last_seen_at: Time(last_seen_at),
        }
    }
}

fn found(session: &Session, after: Option<Seat>, needle: &str, limit: usize) -> Vec<Found> {
    let people = session.people();
    let first = after.map_or(0, |after| after.0.saturating_add(1));
    (first..people.next_seat().0)
        .map(Seat)
        .filter(|seat| people.at(*seat).is_present())
        .filter(|seat| people.shown_name(*seat).to_lowercase().contains(needle))
        .take(limit)
        .map(|seat| Found::of(people, seat))
        .collect()
}

pub(crate) fn cursor_of(seat: Seat) -> String {
    URL_SAFE_NO_PAD.encode(seat.0.to_be_bytes())
}

pub(crate) fn read_cursor(cursor: &str) -> Result<Seat, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(|bytes| Seat(u32::from_be_bytes(bytes)))
        .ok_or_else(|| Problem::invalid_field("cursor", "is not a cursor of this list"))
}

/// Rename a participant, or make them a spectator
#[utoipa::path(
    tag = "participants",
    operation_id = "people_edit",
    security(("admin" = []), ("runner" = [])),
    request_body = EditParticipant,
    responses((status = 200, body = ParticipantResource)),
)]
#[patch("/sessions/{id}/participants/{pid}")]
pub async fn edit(
    app: Data<App>,
    steerer: Steerer,
    path: Path<(String, String)>,
    Body(body): Body<EditParticipant>,
) -> Result<HttpResponse, Problem> {
    let id = path_participant(&path.1)?;
    let command = body.command(id, true)?;
    let work = async {
        app.registry.ask(steerer.session, command, app.now()).await?;
        app.registry
            .read(steerer.session, move |session| {
                let people = session.people();
                people.seat_of(id).map(|seat| Found::of(people, seat))
            })
            .await
    };
    let found = within(work).await?.ok_or_else(|| Problem::not_found("participant"))?;
    let published = app.registry.activate(steerer.session).await?;
    Ok(HttpResponse::Ok().json(found.resource(&published.seats, app.now())))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RemoveParticipant {
    /// Also refuse this device.
    #[serde(default)]
    ban: bool,
    /// Also throw away what they wrote, everywhere it is stored; the owner only. Works again on
    /// somebody who is gone, also after the session was completed.
    #[serde(default)]
    erase: bool,
}

/// Remove a participant: their token dies
///
/// What they wrote is hidden, their rows leave the leaderboard, and what they counted for stays.
#[utoipa::path(
    tag = "participants",
    operation_id = "people_remove",
    security(("admin" = []), ("runner" = [])),
    params(RemoveParticipant),
    responses((status = 204, description = "They are gone")),
)]
#[delete("/sessions/{id}/participants/{pid}")]
pub async fn remove(
    app: Data<App>,
    steerer: Steerer,
    request: HttpRequest,
    path: Path<(String, String)>,
    Query(asked): Query<RemoveParticipant>,
) -> Result<HttpResponse, Problem> {
    let RemoveParticipant { ban, erase } = asked;
    if erase {
        Owner::extract(&request).await?;
    }
    let command = Command::Remove { id: path_participant(&path.1)?, ban, erase };
    within(app.registry.ask(steerer.session, command, app.now())).await?;
    if erase {
        // To its end, also when nobody waits any more: what was promised to be erased must be.
        let scrubbing = app.clone();
        let scrub = async move { scrubbing.registry.scrub(steerer.session).await };
        let scrubbed = async { tokio::spawn(scrub).await.map_err(|_| Problem::internal()) };
        within(scrubbed).await??;
        app.archivist.wake();
    }
    Ok(HttpResponse::NoContent().finish())
}

fn path_participant(id: &str) -> Result<ParticipantId, Problem> {
    Uuid::try_parse(id).map(ParticipantId).map_err(|_| Problem::not_found("participant"))
}
