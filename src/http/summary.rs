//! What a report says of a whole session.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, web::Data};
use caja_actors::{
    activity::{
        Activity,
        poker::{PokerReport, RevealedRound},
        poll::{ChoiceResults, RankingResults, RatingResults, TextResults},
        quiz::QuizReport,
        wordcloud::WordCloudResults,
    },
    session::{ActivityId, Seat, Session, SessionStatus, Timestamp},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema, schema::AnyOfBuilder},
};

use super::{
    auth::Owner,
    export::study,
    problem::Problem,
    wire::{Time, json},
};
use crate::app::App;

/// What a report says of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    pub participants: SummaryParticipants,
    /// In the order of the session.
    pub activities: Vec<SummaryActivity>,
    /// About a point a minute while the session is used; further apart after a day.
    pub timeline: Vec<SummaryPoint>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryParticipants {
    /// Everybody who ever joined.
    pub joined: usize,
    /// Those of them with an answer to anything.
    pub answered: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryActivity {
    pub id: ActivityId,
    #[serde(rename = "type")]
    #[schema(example = "poll")]
    pub kind: &'static str,
    pub title: String,
    /// Answers that were not thrown away: of a quiz to all questions, of poker in all rounds.
    pub responses: u32,
    /// As the big screen may see them now; of a quiz also every revealed question, of poker every
    /// story with its revealed rounds. `null` for what never ran.
    #[schema(schema_with = any_results)]
    pub results: serde_json::Value,
    pub response_ms: ResponseTimes,
}

/// How long answers took, from the opening of what was asked. Only what may leave counts.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponseTimes {
    /// Half of the answers came at least this fast; `null` without any.
    pub p50: Option<u64>,
    pub p90: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SummaryPoint {
    pub at: Time,
    /// Participants who were online.
    pub online: u32,
    /// Answers, changed ones included, since the point before.
    pub answers: u32,
}

macro_rules! results_of_types {
    ($($name:ident),+ $(,)?) => {
        /// The results of an activity of any type.
        fn any_results() -> RefOr<Schema> {
            let any_of = AnyOfBuilder::new();
            $(let any_of = any_of.item(utoipa::openapi::Ref::from_schema_name($name::name()));)+
            let null = utoipa::openapi::ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::Type::Null);
            RefOr::T(Schema::AnyOf(any_of.item(null).build()))
        }

        /// The schemas that [`Summary`] refers to without saying so.
        #[must_use]
        pub fn schemas() -> Vec<(String, RefOr<Schema>)> {
            let mut schemas = vec![];
            $(
                schemas.push(($name::name().into_owned(), $name::schema()));
                $name::schemas(&mut schemas);
            )+
            // Written into the schema of poker's results by hand.
            schemas.push((RevealedRound::name().into_owned(), RevealedRound::schema()));
            RevealedRound::schemas(&mut schemas);
            schemas
        }
    };
}

results_of_types!(
    ChoiceResults,
    RatingResults,
    RankingResults,
    TextResults,
    PokerReport,
    QuizReport,
    WordCloudResults,
);

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
    let summary = study(&app, owner.session, move |session| Summary::of(&session, online, now));
    Ok(HttpResponse::Ok().json(summary.await?))
}

impl Summary {
    fn of(session: &Session, online: u32, now: Timestamp) -> Self {
        let mut answered = BTreeSet::new();
        let activities = session.activities().iter();
        let activities = activities.map(|it| SummaryActivity::of(session, it, &mut answered, now));
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
        let results = session.report(activity, now);
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
