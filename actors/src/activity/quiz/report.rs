//! What is left of all questions: for reports, and answer by answer.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Quiz, QuizGiven, Stage,
    answers::most_frequent,
    bodies::AnswerBody,
    config::{AnswerKey, QuestionKind, QuizQuestion},
    kept::{Kept, in_seats},
    results::{Arrival, LeaderboardRow, QuizFinished, QuizOpen, QuizResults, QuizRevealed, number},
};
use crate::{
    activity::{
        AnswerRow, AskedItem, Audience, GivenText, Plain, QuestionLog, Scene, View,
        options::ChoiceOption,
    },
    session::Round,
};

/// The present results as the big screen shows them, always with the leaderboard after the last
/// reveal, and every revealed question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuizReport<'a> {
    #[serde(flatten)]
    pub present: QuizPresent<'a>,
    /// In the order asked.
    pub questions: Vec<QuestionReport<'a>>,
}

/// The present results in any phase.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct QuizPresent<'a> {
    /// The id of the present question; `null` where there is none.
    #[schema(required, example = "q1")]
    pub question: Option<&'a str>,
    /// How many have answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answered: Option<u32>,
    /// Those who answered and those who are online and could.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<u32>,
    /// For a buzzer: who buzzed, first come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub order: Option<Vec<Arrival>>,
    /// After its reveal: answers by option id, zeros included, or by the most frequent numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub counts: Option<BTreeMap<String, u32>>,
    /// After its reveal: the key; a buzzer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub correct: Option<&'a AnswerKey>,
    /// After its reveal: the first three right answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fastest: Option<Vec<Arrival>>,
    /// After the first reveal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leaderboard: Option<Vec<LeaderboardRow>>,
}

impl<'a> From<QuizOpen<'a>> for QuizPresent<'a> {
    fn from(open: QuizOpen<'a>) -> Self {
        Self {
            question: Some(open.question),
            answered: Some(open.answered),
            total: Some(open.total),
            order: open.order,
            ..Self::default()
        }
    }
}

impl<'a> From<QuizResults<'a>> for QuizPresent<'a> {
    fn from(results: QuizResults<'a>) -> Self {
        match results {
            QuizResults::Open(open) => open.into(),
            QuizResults::Revealed(QuizRevealed {
                question,
                counts,
                correct,
                fastest,
                leaderboard,
            }) => Self { counts, correct, fastest: Some(fastest), leaderboard, ..question.into() },
            QuizResults::Finished(QuizFinished { question: _, leaderboard }) => {
                Self { leaderboard: Some(leaderboard), ..Self::default() }
            }
        }
    }
}

/// How a revealed question went.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionReport<'a> {
    /// The question's id.
    #[schema(example = "q1")]
    pub id: &'a str,
    /// What was asked for.
    pub kind: QuestionKind,
    /// The question.
    #[schema(example = "Which city hosts the all hands?")]
    pub prompt: &'a str,
    /// Empty where there was nothing to choose from.
    pub options: &'a [ChoiceOption],
    /// The round in which it was asked.
    pub round: Round,
    /// How many answered.
    #[schema(example = 212)]
    pub answered: u32,
    /// How many were right.
    #[schema(example = 140)]
    pub right: usize,
    /// Answers by option id, zeros included, or by the most frequent numbers; `null` for buzzers.
    #[schema(required, example = json!({"a": 140, "b": 72}))]
    pub counts: Option<BTreeMap<String, u32>>,
    /// The key; `null` for buzzers.
    #[schema(required)]
    pub correct: Option<&'a AnswerKey>,
}

impl Quiz {
    pub(super) fn whole_report(&self, audience: &Audience, scene: &Scene<'_>) -> QuizReport<'_> {
        let present = self.results_for(View::Runner, audience, scene);
        let mut present = present.map(QuizPresent::from).unwrap_or_default();
        if matches!(self.stage, Stage::Asked(_)) && !self.logs.is_empty() {
            present.leaderboard = self.leaderboard(View::Runner, scene);
        }
        let questions = self.revealed();
        QuizReport {
            present,
            questions: questions
                .map(|(_, question, log, kept)| report(question, log, kept))
                .collect(),
        }
    }

    /// Shows the answers to revealed questions, in the order asked.
    pub(super) fn each_revealed_answer<'a>(&'a self, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        for (place, question, log, kept) in self.revealed() {
            for (given, (seat, outcome)) in kept.given(place).zip(in_seats(&log.by_seat)) {
                visit(AnswerRow {
                    item: Some(AskedItem {
                        place,
                        id: Some(&question.id),
                        title: &question.prompt,
                    }),
                    round: kept.round,
                    seat,
                    answer: Some(GivenText {
                        body: Box::new(AnswerBody::new(&self.config, &given)),
                        plain: plain(question, given),
                    }),
                    correct: Some(outcome.correct),
                    points: Some(outcome.points),
                    answered_at: kept.opens_at.plus_ms(outcome.ms.into()),
                    response_ms: Some(outcome.ms.into()),
                });
            }
        }
    }

    fn revealed(&self) -> impl Iterator<Item = (u16, &QuizQuestion, &QuestionLog, &Kept)> {
        let questions = (0..).zip(&self.config.questions);
        let revealed = questions.zip(self.logs.iter().zip(&self.kept));
        revealed.map(|((place, question), (log, kept))| (place, question, log, kept))
    }
}

fn report<'a>(question: &'a QuizQuestion, log: &QuestionLog, kept: &Kept) -> QuestionReport<'a> {
    QuestionReport {
        id: &question.id,
        kind: question.kind,
        prompt: &question.prompt,
        options: &question.options,
        round: kept.round,
        answered: kept.len(),
        right: in_seats(&log.by_seat).filter(|(_, outcome)| outcome.correct).count(),
        counts: counts(question, kept),
        correct: question.correct.as_ref(),
    }
}

fn counts(question: &QuizQuestion, kept: &Kept) -> Option<BTreeMap<String, u32>> {
    match question.kind {
        QuestionKind::Choice | QuestionKind::TrueFalse => {
            let mut counts: BTreeMap<String, u32> =
                question.options.iter().map(|option| (option.id.clone(), 0)).collect();
            for option in kept.given(0).flat_map(|given| given.set().indexes()) {
                *counts.entry(question.options[option].id.clone()).or_default() += 1;
            }
            Some(counts)
        }
        QuestionKind::Numeric => {
            let values = most_frequent(kept.given(0).filter_map(QuizGiven::value).collect());
            Some(values.into_iter().map(|(value, count)| (number(value), count)).collect())
        }
        QuestionKind::Buzzer => None,
    }
}

fn plain(question: &QuizQuestion, given: QuizGiven) -> Plain<'_> {
    match given {
        QuizGiven::Choices { set, .. } => {
            Plain::Texts(set.indexes().map(|at| &*question.options[at].label).collect())
        }
        QuizGiven::Value { value, .. } => Plain::Number(value),
        QuizGiven::Buzz { .. } => Plain::Texts(vec!["buzz"]),
    }
}
