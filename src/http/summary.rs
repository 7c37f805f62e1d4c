//! What a report says of a whole session.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, web::Data};
use caja_actors::{
    activity::{Activity, Audience},
    session::{ActivityId, Seat, Session, SessionStatus, Timestamp},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::Owner,
    export::study,
    openapi::{ActivityKind, Reports},
    problem::Problem,
    wire::{Time, json},
};
use crate::app::App;

/// What a report says of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    /// Who took part.
    pub participants: SummaryParticipants,
    /// In the order of the session.
    pub activities: Vec<SummaryActivity>,
    /// About a point a minute while the session is used; further apart after a day.
    pub timeline: Vec<SummaryPoint>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryParticipants {
    /// Everybody who ever joined.
    #[schema(example = 312)]
    pub joined: usize,
    /// Those of them with an answer to anything.
    #[schema(example = 287)]
    pub answered: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryActivity {
    pub id: ActivityId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: &'static str,
    /// What people read.
    #[schema(example = "Where do we go?")]
    pub title: String,
    /// Answers that were not thrown away: of a quiz to all questions, of poker in all rounds.
    #[schema(example = 287)]
    pub responses: u32,
    /// As the big screen may see them now; of a quiz also every revealed question, of poker every
    /// story with its revealed rounds. `null` for what never ran.
    #[schema(value_type = Option<Reports>, required)]
    pub results: serde_json::Value,
    /// How long answers took.
    pub response_ms: ResponseTimes,
}

/// How long answers took, from the opening of what was asked. Only what may leave counts.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponseTimes {
    /// Half of the answers came at least this fast; `null` without any.
    #[schema(required, example = 4200)]
    pub p50: Option<u64>,
    /// Nine in ten of the answers came at least this fast; `null` without any.
    #[schema(required, example = 11800)]
    pub p90: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryPoint {
    /// When it was.
    pub at: Time,
    /// Participants who were online.
    #[schema(example = 298)]
    pub online: u32,
    /// Answers, changed ones included, since the point before.
    #[schema(example = 41)]
    pub answers: u32,
}

/// What a report says of a session: who took part, what came of it, how it went over time
///
/// Works in every state of the session; while it runs it says what is known so far.
#[utoipa::path(
    tag = "results",
    operation_id = "results_summary",
    security(("admin" = [])),
    responses((status = 200, body = Summary)),
)]
#[get("/sessions/{id}/summary")]
pub async fn summary(app: Data<App>, owner: Owner) -> Result<HttpResponse, Problem> {
    let now = app.now();
    let online = app.registry.online(owner.session, now);
    let published = app.registry.published(owner.session);
    let summary = study(&app, owner.session, move |session| {
        let audience = published.map(|it| it.seats.audience(&session, now, |_| {}));
        Summary::of(&session, &audience.unwrap_or_default(), online, now)
    });
    Ok(HttpResponse::Ok().json(summary.await?))
}

impl Summary {
    fn of(session: &Session, audience: &Audience, online: u32, now: Timestamp) -> Self {
        let mut answered = BTreeSet::new();
        let activities = session.activities().iter();
        let activities =
            activities.map(|it| SummaryActivity::of(session, it, audience, &mut answered, now));
        Self {
            activities: activities.collect(),
            timeline: timeline(session, online, now),
            participants: SummaryParticipants {
                joined: session.people().seats().len(),
                answered: answered.len(),
            },
        }
    }
}

impl SummaryActivity {
    /// Notes who answered.
    fn of(
        session: &Session,
        activity: &Activity,
        audience: &Audience,
        answered: &mut BTreeSet<Seat>,
        now: Timestamp,
    ) -> Self {
        let mut times = vec![];
        session.each_answer(activity, &mut |row| {
            answered.insert(row.seat);
            times.extend(row.response_ms);
        });
        // Also those whose answers are not revealed yet: that they answered is no secret.
        let seats = (0..session.people().next_seat().0).map(Seat);
        answered.extend(seats.filter(|seat| activity.state.has_answered(*seat)));
        let results = session.report(activity, audience, now);
        Self {
            id: activity.id,
            kind: activity.state.kind().name(),
            title: activity.title.clone(),
            responses: activity.state.running().responses(),
            results: results.map_or(serde_json::Value::Null, |results| json(&*results)),
            response_ms: ResponseTimes::of(times),
        }
    }
}

impl ResponseTimes {
    /// Percentiles by the nearest rank.
    fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            times.get(rank.checked_sub(1)?).copied()
        };
        Self { p50: at(50), p90: at(90) }
    }
}

/// What was noted, and while the session runs the present moment.
fn timeline(session: &Session, online: u32, now: Timestamp) -> Vec<SummaryPoint> {
    let timeline = session.timeline();
    let points = timeline.points().iter();
    let points = points.map(|point| SummaryPoint {
        at: Time(point.at),
        online: point.online,
        answers: point.answers,
    });
    let answers = timeline.answers_since();
    let is_over = session.status() == SessionStatus::Completed;
    let is_moving = !is_over && (online > 0 || answers > 0);
    let at = Time(now.max(session.last_at()));
    points.chain(is_moving.then_some(SummaryPoint { at, online, answers })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_the_nearest_rank() {
        let of = |times: &[u64]| {
            let ResponseTimes { p50, p90 } = ResponseTimes::of(times.to_vec());
            (p50, p90)
        };
        assert_eq!(of(&[]), (None, None));
        assert_eq!(of(&[7]), (Some(7), Some(7)));
        assert_eq!(of(&[9, 1]), (Some(1), Some(9)));
        assert_eq!(of(&[5, 4, 3, 2, 1, 10, 9, 8, 7, 6]), (Some(5), Some(9)));
    }
}
