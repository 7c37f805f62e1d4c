//! What a quiz asks, as its administrator writes it.

use std::fmt;

use bincode::{Decode, Encode};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use utoipa::ToSchema;

use super::super::{
    options::{
        ChoiceOption, OptionSet, complete_ids, complete_options, complete_text, duration_problem,
        option_indexes,
    },
    rules::ActivityConfig,
};
use crate::session::FieldError;

/// More than an evening's worth; bounds the log that everybody has.
const QUESTIONS_MAX: usize = 200;
/// What fits on a phone above the options.
const PROMPT_MAX: usize = 500;
const EXPLANATION_MAX: usize = 1_000;
const TIME_LIMIT_DEFAULT_S: u16 = 20;
const TIME_LIMIT_MAX_S: u16 = 600;
const POINTS_DEFAULT: u32 = 1_000;
/// Keeps the sum over all questions far below 2³².
const POINTS_MAX: u32 = 10_000;
const COUNTDOWN_DEFAULT_S: u16 = 3;
const COUNTDOWN_MAX_S: u16 = 60;
const LEADERBOARD_DEFAULT: u16 = 10;
/// Bounds the frame that everybody gets after a reveal.
const LEADERBOARD_MAX: u16 = 100;

/// A quiz: its questions with their keys, and how it is scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizConfig {
    /// 1 to 200, asked in this order.
    #[schema(min_items = 1, max_items = 200)]
    pub questions: Vec<QuizQuestion>,
    /// What a right answer is worth.
    #[serde(default)]
    pub scoring: Scoring,
    /// Whether right answers in a row earn more: +100 for the second, up to +500.
    #[serde(default)]
    pub streak_bonus: bool,
    /// Seconds from `next` to the opening of the question; 0 opens it at once.
    #[serde(default = "countdown_default")]
    #[schema(maximum = 60, default = 3)]
    pub countdown_s: u16,
    /// Who sees the leaderboard.
    #[serde(default)]
    pub leaderboard: LeaderboardPolicy,
    /// Rows the leaderboard has at most.
    #[serde(default = "leaderboard_default")]
    #[schema(minimum = 1, maximum = 100, default = 10)]
    pub leaderboard_size: u16,
    /// Seconds after which the quiz expires by itself.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86400)]
    pub duration_s: Option<u32>,
}

/// One question and its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizQuestion {
    /// `q1`, `q2`, … where it is left out.
    #[serde(default)]
    #[schema(required = false, max_length = 32, example = "q1")]
    pub id: String,
    /// What is asked for.
    pub kind: QuestionKind,
    /// The question.
    #[schema(max_length = 500, min_length = 1, example = "Which city hosts the all hands?")]
    pub prompt: String,
    /// For `choice`: 2 to 20. For `true_false`: `true` and `false`, filled in where left out.
    #[serde(default)]
    #[schema(max_items = 20, example = json!([{"id": "a", "label": "Lisbon"}, {"id": "b", "label": "Porto"}]))]
    pub options: Vec<ChoiceOption>,
    /// The key; a buzzer has none, its answers are judged.
    #[serde(default)]
    #[schema(example = json!(["a"]))]
    pub correct: Option<AnswerKey>,
    /// Seconds the question stays open.
    #[serde(default = "time_limit_default")]
    #[schema(minimum = 1, maximum = 600, default = 20)]
    pub time_limit_s: u16,
    /// What the best right answer is worth.
    #[serde(default = "points_default")]
    #[schema(maximum = 10000, default = 1000)]
    pub points: u32,
    /// Shown after the reveal.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub explanation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One or more of the options, exactly those of the key.
    Choice,
    TrueFalse,
    /// A number, within the key's tolerance.
    Numeric,
    /// Who is first; the facilitator judges what they say.
    Buzzer,
}

/// What is right.
#[derive(Debug, Clone, PartialEq, Serialize, Encode, Decode, ToSchema)]
#[schema(example = json!(["a"]))]
#[serde(untagged)]
pub enum AnswerKey {
    /// For `choice` the ids of all right options; for `true_false` `["true"]` or `["false"]`.
    Options(Vec<String>),
    /// For `numeric`.
    Number(NumericKey),
}

/// By hand, because an untagged derive would also take a list for a number and its tolerance.
impl<'de> Deserialize<'de> for AnswerKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyReader)
    }
}

struct KeyReader;

impl<'de> Visitor<'de> for KeyReader {
    type Value = AnswerKey;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of option ids, or {value, tolerance}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, ids: A) -> Result<AnswerKey, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(ids)).map(AnswerKey::Options)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<AnswerKey, A::Error> {
        NumericKey::deserialize(MapAccessDeserializer::new(fields)).map(AnswerKey::Number)
    }
}

/// A number and how far off an answer may be, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumericKey {
    /// The right number.
    #[schema(example = 42.0)]
    pub value: f64,
    /// How far off an answer may be.
    #[serde(default)]
    #[schema(minimum = 0, default = 0)]
    pub tolerance: f64,
}

/// What a right answer is worth.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// The points, down to half of them at the end of the time.
    #[default]
    Speed,
    /// The points, whenever the answer came.
    Flat,
    /// The points for the first, a fortieth less for each one after.
    Rank,
}

/// Who sees the leaderboard.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeaderboardPolicy {
    #[default]
    All,
    Runner,
    Off,
}

fn countdown_default() -> u16 {
    COUNTDOWN_DEFAULT_S
}
fn leaderboard_default() -> u16 {
    LEADERBOARD_DEFAULT
}
fn time_limit_default() -> u16 {
    TIME_LIMIT_DEFAULT_S
}
fn points_default() -> u32 {
    POINTS_DEFAULT
}

impl ActivityConfig for QuizConfig {
    fn complete(&mut self) -> Vec<FieldError> {
        let mut problems = vec![];
        if !(1..=QUESTIONS_MAX).contains(&self.questions.len()) {
            let detail = format!("must have 1 to {QUESTIONS_MAX} questions");
            problems.push(FieldError::new("/questions", detail));
        }
        for (index, question) in self.questions.iter_mut().enumerate() {
            let pointer = format!("/questions/{index}");
            problems.extend(question.complete().into_iter().map(|it| it.within(&pointer)));
        }
        let ids = self.questions.iter_mut().map(|question| &mut question.id).collect();
        problems.extend(complete_ids(ids, "/questions", |n| format!("q{}", n + 1)));
        problems.extend(range_problem("/countdown_s", self.countdown_s, 0, COUNTDOWN_MAX_S));
        let size = self.leaderboard_size;
        problems.extend(range_problem("/leaderboard_size", size, 1, LEADERBOARD_MAX));
        problems.extend(duration_problem(self.duration_s));
        problems
    }

    fn duration_s(&self) -> Option<u32> {
        self.duration_s
    }

    fn appends_to(&self, old: &Self) -> bool {
        let same_beginning = Self {
            questions: self.questions.iter().take(old.questions.len()).cloned().collect(),
            ..self.clone()
        };
        same_beginning == *old
    }
}

impl QuizQuestion {
    fn complete(&mut self) -> Vec<FieldError> {
        let mut problems = vec![];
        problems.extend(complete_text(&mut self.prompt, "/prompt", 1, PROMPT_MAX));
        if let Some(explanation) = &mut self.explanation {
            problems.extend(complete_text(explanation, "/explanation", 0, EXPLANATION_MAX));
        }
        self.explanation.take_if(|explanation| explanation.is_empty());
        problems.extend(range_problem("/time_limit_s", self.time_limit_s, 1, TIME_LIMIT_MAX_S));
        problems.extend(range_problem("/points", self.points, 0, POINTS_MAX));
        let about_options = self.complete_question_options();
        // A key can only be checked against options that are in order.
        if about_options.is_empty() {
            problems.extend(self.complete_key());
        }
        problems.extend(about_options);
        problems
    }

    fn complete_question_options(&mut self) -> Vec<FieldError> {
        match self.kind {
            QuestionKind::Choice => complete_options(&mut self.options, "/options"),
            QuestionKind::TrueFalse => self.complete_true_false(),
            QuestionKind::Numeric | QuestionKind::Buzzer if self.options.is_empty() => vec![],
            QuestionKind::Numeric | QuestionKind::Buzzer => {
                vec![FieldError::new("/options", "only choice and true_false have options")]
            }
        }
    }

    /// Fills in both options; labels may be given, for instance in another language.
    fn complete_true_false(&mut self) -> Vec<FieldError> {
        if self.options.is_empty() {
            let option =
                |id: &str, label: &str| ChoiceOption { id: id.into(), label: label.into() };
            self.options = vec![option("true", "True"), option("false", "False")];
        }
        self.options.sort_by(|a, b| b.id.cmp(&a.id));
        if self.options.iter().map(|option| &*option.id).eq(["true", "false"]) {
            complete_options(&mut self.options, "/options")
        } else {
            vec![FieldError::new("/options", "must be true and false")]
        }
    }

    /// Checks the key and brings it into the order of the options.
    fn complete_key(&mut self) -> Option<FieldError> {
        let wrong = |detail: &str| Some(FieldError::new("/correct", detail));
        match (self.kind, &self.correct) {
            (QuestionKind::Choice | QuestionKind::TrueFalse, Some(AnswerKey::Options(ids))) => {
                let set = match option_indexes(&self.options, ids, "/correct") {
                    Ok(indexes) => OptionSet::from_indexes(&indexes),
                    Err(problem) => return Some(problem),
                };
                self.correct = Some(AnswerKey::Options(self.ids_of(set)));
                match (self.kind, set.len()) {
                    (_, 0) => wrong("must have at least one option"),
                    (QuestionKind::TrueFalse, 2) => wrong("must be either true or false"),
                    _ => None,
                }
            }
            (QuestionKind::Numeric, Some(AnswerKey::Number(key))) => key.problem(),
            (QuestionKind::Buzzer, None) => None,
            (QuestionKind::Choice, _) => wrong("must be a list of option ids"),
            (QuestionKind::TrueFalse, _) => wrong("must be [\"true\"] or [\"false\"]"),
            (QuestionKind::Numeric, _) => wrong("must be {value, tolerance}"),
            (QuestionKind::Buzzer, Some(_)) => wrong("is not for a buzzer: its answers are judged"),
        }
    }

    fn ids_of(&self, set: OptionSet) -> Vec<String> {
        set.indexes().map(|index| self.options[index].id.clone()).collect()
    }
}

impl NumericKey {
    fn problem(&self) -> Option<FieldError> {
        if !self.value.is_finite() {
            return Some(FieldError::new("/correct/value", "must be a finite number"));
        }
        let fits = self.tolerance.is_finite() && self.tolerance >= 0.0;
        (!fits).then(|| FieldError::new("/correct/tolerance", "must be a number from 0 up"))
    }
}

fn range_problem<N: PartialOrd + std::fmt::Display>(
    pointer: &str,
    value: N,
    min: N,
    max: N,
) -> Option<FieldError> {
    let fits = min <= value && value <= max;
    (!fits).then(|| FieldError::new(pointer, format!("must be {min} to {max}")))
}
