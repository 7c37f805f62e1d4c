//! Resources as clients see them. What is stored has its own types.

use caja_actors::{
    activity::{Activity, ActivityStatus},
    session::{
        ActivityId, Header, ParticipantId, Round, Screen, Session, SessionId, SessionStatus,
        Settings, Timestamp,
    },
};
use serde::{Serialize, Serializer};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    openapi::{ActivityKind, Results, StoryInFrame},
    sessions::activities_of,
};
use crate::{app::App, store::SessionRow};

/// A time in a resource: RFC 3339, UTC, with milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&rfc3339(self.0))
    }
}

impl utoipa::PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .examples([serde_json::json!("2026-11-23T09:30:00.000Z")])
            .into()
    }
}

impl ToSchema for Time {}

/// Writes a time by Howard Hinnant's `civil_from_days`.
/// <https://howardhinnant.github.io/date_algorithms.html>
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let (days, ms) = (at.0 / 86_400_000, at.0 % 86_400_000);
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u64::from(month <= 2);
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{:03}Z", ms % 1_000)
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionResource {
    pub id: SessionId,
    /// What people type to join: 6 to 8 digits.
    #[schema(example = "493817")]
    pub code: String,
    /// What it is called.
    #[schema(example = "All hands")]
    pub name: String,
    /// For its owner.
    #[schema(required)]
    pub description: Option<String>,
    pub status: SessionStatus,
    pub settings: Settings,
    /// What the QR code holds.
    #[schema(example = "https://caja.example/j/493817")]
    pub join_url: String,
    /// When it was created.
    pub created_at: Time,
    /// When it was opened, if it was.
    #[schema(required)]
    pub opened_at: Option<Time>,
    /// When it was completed, if it was.
    #[schema(required, example = json!(null))]
    pub completed_at: Option<Time>,
    /// How many are in it.
    #[schema(example = 312)]
    pub participant_count: u32,
    /// How many activities it has.
    #[schema(example = 4)]
    pub activity_count: u32,
    /// Grows with every change of the session's own and of its activities; for `If-Match`.
    #[schema(example = 7)]
    pub revision: u64,
}

impl SessionResource {
    #[must_use]
    pub fn of(session: &Session, app: &App) -> Self {
        Self::of_url(session, &app.public_url)
    }

    #[must_use]
    pub fn of_url(session: &Session, public_url: &str) -> Self {
        let (id, code) = (session.id(), session.code().to_owned());
        let join_url = format!("{public_url}/j/{code}");
        Self::build(id, code, join_url, session.created_at(), session.header())
    }

    #[must_use]
    pub fn of_row(row: SessionRow, app: &App) -> Self {
        let join_url = app.join_url(&row.code);
        Self::build(row.id, row.code, join_url, row.created_at, row.header)
    }

    fn build(
        id: SessionId,
        code: String,
        join_url: String,
        created_at: Timestamp,
        header: Header,
    ) -> Self {
        Self {
            id,
            code,
            name: header.name,
            description: header.description,
            status: header.status,
            settings: header.settings,
            join_url,
            created_at: Time(created_at),
            opened_at: header.opened_at.map(Time),
            completed_at: header.completed_at.map(Time),
            participant_count: header.participant_count,
            activity_count: header.activity_count,
            revision: header.revision,
        }
    }
}

/// A session with its activities in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionDetail {
    #[serde(flatten)]
    pub session: SessionResource,
    /// In order.
    pub activities: Vec<ActivityResource>,
}

impl SessionDetail {
    #[must_use]
    pub fn of(session: &Session, public_url: &str) -> Self {
        Self {
            session: SessionResource::of_url(session, public_url),
            activities: activities_of(session),
        }
    }
}

/// An activity.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityResource {
    pub id: ActivityId,
    pub session_id: SessionId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: &'static str,
    /// What people read.
    #[schema(example = "Where do we go?")]
    pub title: String,
    /// By type.
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
    /// Place in the session, from 0.
    pub order: u32,
    pub status: ActivityStatus,
    /// Grows with every new question, story or vote; never repeats.
    pub round: Round,
    /// When it was created.
    pub created_at: Time,
    /// When it was published, if it is.
    #[schema(required)]
    pub published_at: Option<Time>,
    /// When it was last activated, if it was.
    #[schema(required)]
    pub activated_at: Option<Time>,
    /// When it expired, if it has.
    #[schema(required, example = json!(null))]
    pub expired_at: Option<Time>,
}

impl ActivityResource {
    /// With the whole configuration, for its owner.
    #[must_use]
    pub fn of(session: SessionId, order: u32, activity: &Activity) -> Self {
        let config = json(&*activity.state.config().wire());
        Self::build(session, order, activity, config)
    }

    /// Without questions and stories, for whoever steers.
    #[must_use]
    pub fn public(session: SessionId, order: u32, activity: &Activity) -> Self {
        let config = json(&*activity.state.running().public_config());
        Self::build(session, order, activity, config)
    }

    fn build(
        session: SessionId,
        order: u32,
        activity: &Activity,
        config: serde_json::Value,
    ) -> Self {
        Self {
            id: activity.id,
            session_id: session,
            kind: activity.state.kind().name(),
            title: activity.title.clone(),
            config,
            order,
            status: activity.status,
            round: activity.round,
            created_at: Time(activity.created_at),
            published_at: activity.published_at.map(Time),
            activated_at: activity.activated_at.map(Time),
            expired_at: activity.expired_at.map(Time),
        }
    }
}

/// Something of the engine's as a JSON value.
#[must_use]
pub fn json(value: &dyn erased_serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("the engine's values have string keys")
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page from rows of which one more than `limit` was asked for.
    #[must_use]
    pub fn cut<R>(
        mut rows: Vec<R>,
        limit: u32,
        cursor: impl Fn(&R) -> String,
        item: impl Fn(R) -> T,
    ) -> Self {
        let limit = limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_more).map(cursor);
        Self { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

/// What everyone polls: a whole frame, or with `since` a delta, which has the sections that
/// changed after it, whole.
#[derive(Serialize, ToSchema)]
pub struct StateFrame {
    /// Grows with every change that this view sees; never repeats and never goes back.
    #[schema(example = 268435468)]
    pub version: u64,
    /// Only in a delta: apply it only if `since` ≤ the version you have < `version`.
    #[schema(nullable = false)]
    pub since: Option<u64>,
    /// Moves when everybody's `/me` may have changed.
    #[schema(nullable = false, example = 268435460)]
    pub me_version: Option<u64>,
    #[schema(nullable = false)]
    pub session: Option<FrameSession>,
    /// The active activity, else the last expired one until another is activated, else `null`.
    pub activity: Option<FrameActivity>,
    /// Published activities that have not run.
    #[schema(nullable = false)]
    pub upcoming: Option<Vec<FrameActivityBrief>>,
    /// By type and phase; `null` while this view may not see them.
    #[schema(value_type = Option<Results>)]
    pub results: Option<serde_json::Value>,
    #[schema(nullable = false)]
    pub participants: Option<FrameParticipants>,
    /// A text for everybody, `null` while there is none.
    #[schema(max_length = 280)]
    pub announcement: Option<String>,
    /// Runner frame only: all activities in order.
    #[schema(nullable = false)]
    pub activities: Option<Vec<FrameActivityEntry>>,
    /// Runner frame only.
    #[schema(nullable = false)]
    pub screen: Option<Screen>,
    /// Runner frame only: texts that wait for a moderator.
    #[schema(nullable = false)]
    pub pending_moderation: Option<u32>,
    /// Runner frame only: the stories of the activity where it has some, else `null`.
    #[schema(value_type = Option<Vec<StoryInFrame>>)]
    pub stories: Option<serde_json::Value>,
}

/// A participant's frame, for the document.
#[must_use]
pub fn frame_example() -> serde_json::Value {
    json!({
        "version": 268_435_468, "me_version": 268_435_460,
        "session": {
            "id": "0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17", "name": "All hands", "code": "493817",
            "status": "active", "join_url": "https://caja.example/j/493817",
            "settings": {
                "max_participants": 5000, "late_join": true, "profanity": "mask",
                "show_names": true, "locale": null,
            },
        },
        "activity": {
            "id": "0199e5a4-7d2f-7c63-8e54-6b301d9f5c28", "type": "poll",
            "title": "Where do we go?", "status": "active", "round": 1,
            "config": {
                "kind": "choice", "question": "Where do we go?",
                "options": [{"id": "a", "label": "By the sea"}, {"id": "b", "label": "Up a hill"}],
                "max_choices": 1, "scale": null, "max_length": 280, "results": "always",
                "allow_change": true, "anonymous": true, "duration_s": null,
            },
            "phase": "open", "revealed": false, "locked": false,
        },
        "upcoming": [],
        "results": {"responses": 3, "counts": {"a": 2, "b": 1}},
        "participants": {"total": 312},
        "announcement": null,
    })
}

/// A delta, for the document.
#[must_use]
pub fn delta_example() -> serde_json::Value {
    json!({
        "version": 268_435_470, "since": 268_435_468,
        "results": {"responses": 4, "counts": {"a": 3, "b": 1}},
    })
}

/// The session, as every frame shows it.
#[derive(Serialize, ToSchema)]
pub struct FrameSession {
    pub id: SessionId,
    /// What it is called.
    #[schema(example = "All hands")]
    pub name: String,
    /// What people type to join: 6 to 8 digits.
    #[schema(example = "493817")]
    pub code: String,
    pub status: SessionStatus,
    /// What the QR code holds.
    #[schema(example = "https://caja.example/j/493817")]
    pub join_url: String,
    pub settings: Settings,
}

/// The activity that everybody looks at.
#[derive(Serialize, ToSchema)]
pub struct FrameActivity {
    pub id: ActivityId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: String,
    /// What people read.
    #[schema(example = "Where do we go?")]
    pub title: String,
    pub status: ActivityStatus,
    pub round: Round,
    /// Without questions and stories.
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
    /// What is going on. Clients go countdown → open → closed by the server's clock.
    pub phase: String,
    /// Whether the present results were revealed to everybody.
    pub revealed: bool,
    /// Whether the facilitator keeps answers out.
    pub locked: bool,
    /// When the present question opens, by the server's clock.
    #[schema(nullable = false)]
    pub opens_at_ms: Option<u64>,
    /// When the present question or the activity ends by itself, by the server's clock.
    #[schema(nullable = false)]
    pub ends_at_ms: Option<u64>,
    /// What is asked now: a question or a story.
    #[schema(value_type = Object, required = false)]
    pub current: Option<serde_json::Value>,
}

/// An activity that comes.
#[derive(Serialize, ToSchema)]
pub struct FrameActivityBrief {
    pub id: ActivityId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: String,
    /// What people read.
    #[schema(example = "Where do we go?")]
    pub title: String,
}

/// An activity in the runner's list.
#[derive(Serialize, ToSchema)]
pub struct FrameActivityEntry {
    pub id: ActivityId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: String,
    /// What people read.
    #[schema(example = "Where do we go?")]
    pub title: String,
    pub status: ActivityStatus,
}

/// How many are in the session; the runner also sees who is online and who came last.
#[derive(Serialize, ToSchema)]
pub struct FrameParticipants {
    /// How many are in the session.
    #[schema(example = 312)]
    pub total: u32,
    /// Runner frame only: seen within the last 30 seconds.
    #[schema(nullable = false)]
    pub online: Option<u32>,
    /// Runner frame only: the newest twelve.
    #[schema(nullable = false, max_items = 12)]
    pub latest: Option<Vec<FrameName>>,
}

/// Somebody's name.
#[derive(Serialize, ToSchema)]
pub struct FrameName {
    pub participant_id: ParticipantId,
    /// As it is shown.
    #[schema(example = "Marisol")]
    pub nickname: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        assert_eq!(rfc3339(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(Timestamp(951_782_399_999)), "2000-02-28T23:59:59.999Z");
        assert_eq!(rfc3339(Timestamp(951_782_400_000)), "2000-02-29T00:00:00.000Z");
        assert_eq!(rfc3339(Timestamp(1_795_426_245_678)), "2026-11-23T09:30:45.678Z");
    }
}
