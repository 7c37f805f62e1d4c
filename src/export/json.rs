//! Answers as JSON: the same fields, the ids behind them, and each answer as it was sent.

use caja_actors::{
    activity::{Plain, Wire},
    session::{ActivityId, ParticipantId, Round, Session},
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{
    ExportError, SEPARATOR,
    rows::{Row, each},
};
use crate::http::{
    openapi::{ActivityKind, AnsweredBody},
    wire::Time,
};

/// One answer.
#[derive(Serialize, ToSchema)]
pub struct ExportRow<'a> {
    /// The activity's title.
    #[schema(example = "Where do we go?")]
    pub activity: &'a str,
    /// The activity's type.
    #[serde(rename = "type")]
    #[schema(value_type = ActivityKind)]
    pub kind: &'static str,
    /// The question or story; `null` where there is none.
    #[schema(required, example = "Which city hosts the all hands?")]
    pub item: Option<&'a str>,
    /// The round in which it was given.
    pub round: Round,
    /// Whose it is; `Guest 7` where the nickname is not shown, `null` where authors are not named.
    #[schema(required, example = "Ana")]
    pub participant: Option<&'a str>,
    /// For people: a number, or labels, words or a card; several with `; ` between them. `null`
    /// where it is not shown.
    #[schema(required, schema_with = number_or_text)]
    pub answer: Option<Cell>,
    /// Whether it was right; `null` where nothing is right or wrong.
    #[schema(required, example = true)]
    pub correct: Option<bool>,
    /// What it brought in a quiz; `null` elsewhere.
    #[schema(required, example = 912)]
    pub points: Option<u32>,
    /// When it arrived.
    pub answered_at: Time,
    /// From the opening of what was asked to the answer's arrival; `null` where it is not known.
    #[schema(required, example = 4200)]
    pub response_ms: Option<u64>,
    /// The activity's id.
    pub activity_id: ActivityId,
    /// The id of the question or story, where the activity has several; `null` elsewhere.
    #[schema(required, example = "q1")]
    pub item_id: Option<&'a str>,
    /// `null` where authors are not named.
    #[schema(required)]
    pub participant_id: Option<ParticipantId>,
    /// As its author sent it, without the round; `null` where it is not shown.
    #[serde(serialize_with = "body")]
    #[schema(value_type = Option<AnsweredBody>, required)]
    pub response: Option<&'a Wire<'a>>,
}

/// What stands in one cell.
#[derive(Debug)]
pub enum Cell {
    Number(f64),
    Text(String),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => match whole(*number) {
                Some(whole) => to.serialize_i64(whole),
                None => to.serialize_f64(*number),
            },
            Self::Text(text) => to.serialize_str(text),
        }
    }
}

/// A number without a fraction, if JavaScript holds it exactly.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

fn number_or_text() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::{ObjectBuilder, schema::Type};
    ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::from_iter([
            Type::Number,
            Type::String,
            Type::Null,
        ]))
        .description(Some(
            "For people: a number, or labels, words or a card; several with `; ` between them. \
             Null where it is not shown.",
        ))
        .examples([serde_json::json!("By the sea")])
        .into()
}

fn body<S: Serializer>(body: &Option<&Wire<'_>>, to: S) -> Result<S::Ok, S::Error> {
    match body {
        Some(body) => erased_serde::serialize(&***body, to),
        None => to.serialize_none(),
    }
}

pub(super) fn write(session: &Session) -> Result<Vec<u8>, ExportError> {
    let mut to = b"[".to_vec();
    each(session, |row| {
        to.extend_from_slice(if to.len() == 1 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut to, &line(&row))
    })?;
    to.extend_from_slice(b"\n]\n");
    Ok(to)
}

fn line<'a>(row: &'a Row<'_>) -> ExportRow<'a> {
    let Row { activity, author, given } = row;
    ExportRow {
        activity: &activity.title,
        kind: activity.state.kind().name(),
        item: given.item.map(|item| item.title),
        round: given.round,
        participant: author.as_ref().map(|author| &*author.name),
        answer: given.answer.as_ref().map(|answer| cell(&answer.plain)),
        correct: given.correct,
        points: given.points,
        answered_at: Time(given.answered_at),
        response_ms: given.response_ms,
        activity_id: activity.id,
        item_id: given.item.and_then(|item| item.id),
        participant_id: author.as_ref().map(|author| author.id),
        response: given.answer.as_ref().map(|answer| &answer.body),
    }
}

fn cell(plain: &Plain<'_>) -> Cell {
    match plain {
        Plain::Number(number) => Cell::Number(*number),
        Plain::Texts(texts) => Cell::Text(texts.join(SEPARATOR)),
    }
}
