//! What participants and facilitators write: answers and controls.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    super::{
        options::{OptionId, OptionSet, option_indexes},
        rules::ForRound,
    },
    QuizGiven,
    config::{QuestionKind, QuizConfig, QuizQuestion},
};
use crate::session::{ParticipantId, Rejection, Round};

/// An answer to a question: exactly one of the three, by the question's kind.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizAnswer {
    /// The id of the question it answers.
    #[schema(max_length = 32, example = "q1")]
    pub question: String,
    /// Ids of the chosen options; `true` or `false` for `true_false`.
    #[schema(value_type = Option<Vec<OptionId>>, max_items = 20, example = json!(["a"]))]
    pub choices: Option<Vec<String>>,
    /// For a numeric question.
    pub value: Option<f64>,
    /// `true`.
    pub buzz: Option<bool>,
    /// The round the answer was made for.
    pub round: Option<Round>,
}

impl ForRound for QuizAnswer {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

impl QuizAnswer {
    /// Refuses the fields that belong to other kinds of questions.
    fn has_only(&self, field: &str) -> Result<(), Rejection> {
        let fields = [
            ("choices", self.choices.is_some()),
            ("value", self.value.is_some()),
            ("buzz", self.buzz.is_some()),
        ];
        match fields.into_iter().find(|(name, is_there)| *is_there && *name != field) {
            Some((name, _)) => Err(Rejection::invalid(
                format!("/{name}"),
                format!("the question asks for {field}"),
            )),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizControl {
    /// `next`, `reveal`, `leaderboard`, `redo` or `judge`.
    pub action: String,
    /// For `judge`: who buzzed.
    pub participant_id: Option<ParticipantId>,
    /// For `judge`: whether they were right.
    pub correct: Option<bool>,
    /// The round the control was made for.
    pub round: Option<Round>,
}

impl ForRound for QuizControl {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

/// An answer as its author wrote it.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = QuizAnswered)]
pub struct AnswerBody<'a> {
    /// The id of the question.
    #[schema(example = "q1")]
    question: &'a str,
    /// Ids of the chosen options.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = json!(["a"]))]
    choices: Option<Vec<&'a str>>,
    /// The number that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<f64>,
    /// Always true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buzz: Option<bool>,
}

impl<'a> AnswerBody<'a> {
    pub(super) fn new(config: &'a QuizConfig, given: &QuizGiven) -> Self {
        let (QuizGiven::Choices { question, .. }
        | QuizGiven::Value { question, .. }
        | QuizGiven::Buzz { question }) = *given;
        let question = &config.questions[usize::from(question)];
        let body = Self { question: &question.id, ..Self::default() };
        match *given {
            QuizGiven::Choices { set, .. } => {
                let ids = set.indexes().map(|index| &*question.options[index].id);
                Self { choices: Some(ids.collect()), ..body }
            }
            QuizGiven::Value { value, .. } => Self { value: Some(value), ..body },
            QuizGiven::Buzz { .. } => Self { buzz: Some(true), ..body },
        }
    }
}

/// Understands an answer to this question, or says what is wrong with it.
pub(super) fn read_answer(
    index: u16,
    question: &QuizQuestion,
    answer: &QuizAnswer,
) -> Result<QuizGiven, Rejection> {
    let missing =
        |field: &str| Rejection::invalid(format!("/{field}"), "is what the question asks for");
    match question.kind {
        QuestionKind::Choice | QuestionKind::TrueFalse => {
            answer.has_only("choices")?;
            let ids = answer.choices.as_deref().ok_or_else(|| missing("choices"))?;
            Ok(QuizGiven::Choices { question: index, set: read_choices(question, ids)? })
        }
        QuestionKind::Numeric => {
            answer.has_only("value")?;
            let value = answer.value.ok_or_else(|| missing("value"))?;
            if !value.is_finite() {
                return Err(Rejection::invalid("/value", "must be a finite number"));
            }
            // Makes 0 of -0, so that equal answers are the same.
            Ok(QuizGiven::Value { question: index, value: value + 0.0 })
        }
        QuestionKind::Buzzer => {
            answer.has_only("buzz")?;
            match answer.buzz {
                Some(true) => Ok(QuizGiven::Buzz { question: index }),
                Some(false) => Err(Rejection::invalid("/buzz", "must be true")),
                None => Err(missing("buzz")),
            }
        }
    }
}

fn read_choices(question: &QuizQuestion, ids: &[String]) -> Result<OptionSet, Rejection> {
    let most = match question.kind {
        QuestionKind::TrueFalse => 1,
        QuestionKind::Choice | QuestionKind::Numeric | QuestionKind::Buzzer => {
            question.options.len()
        }
    };
    if !(1..=most).contains(&ids.len()) {
        return Err(Rejection::invalid("/choices", format!("must have 1 to {most} options")));
    }
    option_indexes(&question.options, ids, "/choices")
        .map(|indexes| OptionSet::from_indexes(&indexes))
        .map_err(|problem| Rejection::Invalid(vec![problem]))
}
