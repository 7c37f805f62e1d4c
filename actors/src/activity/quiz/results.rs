//! What clients see of a quiz.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        options::ChoiceOption,
        rules::{Audience, Scene, View},
    },
    Asked, Facts, Quiz, Stage,
    config::{AnswerKey, LeaderboardPolicy, QuestionKind, QuizConfig, QuizQuestion, Scoring},
};
use crate::session::{ParticipantId, Seat};

/// Buzzers that the results name; the fastest right answers are fewer.
const ARRIVALS_SHOWN: usize = 10;

/// The configuration without the questions, which stay secret until they are asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuizPublicConfig {
    /// What a right answer is worth.
    pub scoring: Scoring,
    /// Whether right answers in a row earn more.
    #[schema(example = false)]
    pub streak_bonus: bool,
    /// Seconds from `next` to the opening of the question, at least.
    #[schema(example = 3)]
    pub countdown_s: u16,
    /// Who sees the leaderboard.
    pub leaderboard: LeaderboardPolicy,
    /// Rows the leaderboard has at most.
    #[schema(example = 10)]
    pub leaderboard_size: u16,
    /// Seconds after which the quiz expires by itself.
    #[schema(required)]
    pub duration_s: Option<u32>,
}

impl From<&QuizConfig> for QuizPublicConfig {
    fn from(config: &QuizConfig) -> Self {
        Self {
            scoring: config.scoring,
            streak_bonus: config.streak_bonus,
            countdown_s: config.countdown_s,
            leaderboard: config.leaderboard,
            leaderboard_size: config.leaderboard_size,
            duration_s: config.duration_s,
        }
    }
}

/// The question that is asked now.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuizCurrent<'a> {
    /// Its place among the questions, from 0.
    pub index: u16,
    /// How many questions there are.
    #[schema(example = 12)]
    pub of: usize,
    /// What is asked.
    pub question: AskedQuestion<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AskedQuestion<'a> {
    /// For answers.
    #[schema(example = "q1")]
    pub id: &'a str,
    /// What is asked for.
    pub kind: QuestionKind,
    /// The question.
    #[schema(example = "Which city hosts the all hands?")]
    pub prompt: &'a str,
    /// Empty where there is nothing to choose from.
    pub options: &'a [ChoiceOption],
    /// Only where several options are right, and all of them are to be chosen: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub several: Option<bool>,
    /// Seconds it stays open.
    #[schema(example = 20)]
    pub time_limit_s: u16,
    /// What the best right answer is worth.
    #[schema(example = 1000)]
    pub points: u32,
    /// After the reveal only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub correct: Option<&'a AnswerKey>,
    /// After the reveal only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub explanation: Option<&'a str>,
}

/// Results of a quiz.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum QuizResults<'a> {
    Open(QuizOpen<'a>),
    Revealed(QuizRevealed<'a>),
    Finished(QuizFinished),
}

/// Results of a quiz while a question is asked: for the runner only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuizOpenResults)]
pub struct QuizOpen<'a> {
    /// The id of the present question.
    #[schema(example = "q1")]
    pub question: &'a str,
    /// How many have answered.
    #[schema(example = 212)]
    pub answered: u32,
    /// Those who answered and those who are online and could.
    #[schema(example = 312)]
    pub total: u32,
    /// For a buzzer: who buzzed, first come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10)]
    pub order: Option<Vec<Arrival>>,
}

/// Results of a quiz after a reveal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuizRevealedResults)]
pub struct QuizRevealed<'a> {
    #[serde(flatten)]
    pub question: QuizOpen<'a>,
    /// Answers by option id, zeros included, or by the most frequent numbers; a buzzer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = json!({"a": 140, "b": 72}))]
    pub counts: Option<BTreeMap<String, u32>>,
    /// The key; a buzzer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub correct: Option<&'a AnswerKey>,
    /// The first three right answers.
    #[schema(max_items = 3)]
    pub fastest: Vec<Arrival>,
    /// Where the configuration shows it to this view.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leaderboard: Option<Vec<LeaderboardRow>>,
}

/// Results of a quiz at its end, where the configuration shows the leaderboard to this view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuizFinishedResults)]
pub struct QuizFinished {
    /// Always null.
    #[schema(required)]
    pub question: Option<String>,
    /// The final one.
    pub leaderboard: Vec<LeaderboardRow>,
}

/// Somebody's answer, by its time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Arrival {
    pub participant_id: ParticipantId,
    /// Null where the session shows no names.
    #[schema(required, example = "Marisol")]
    pub nickname: Option<String>,
    /// From the opening of the question to the answer's arrival.
    #[schema(example = 1240)]
    pub ms: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderboardRow {
    pub participant_id: ParticipantId,
    /// Null where the session shows no names.
    #[schema(required, example = "Marisol")]
    pub nickname: Option<String>,
    /// Points so far.
    #[schema(example = 1840)]
    pub score: u32,
    /// Equals share a rank: 1, 1, 3.
    #[schema(example = 1)]
    pub rank: u32,
    /// Places gained since the reveal before; 0 for who is new.
    #[schema(example = 2)]
    pub delta: i64,
}

/// Phones have to know before the reveal: an answer is final. How many are right they don't learn.
fn has_several(key: Option<&AnswerKey>) -> bool {
    match key {
        Some(AnswerKey::Options(ids)) => ids.len() > 1,
        Some(AnswerKey::Number(_)) | None => false,
    }
}

impl Quiz {
    pub(super) fn current_question(&self) -> Option<QuizCurrent<'_>> {
        let asked = self.asked()?;
        let question = self.question(asked);
        let revealed = matches!(self.stage, Stage::Revealed(..)).then_some(question);
        Some(QuizCurrent {
            index: asked.index,
            of: self.config.questions.len(),
            question: AskedQuestion {
                id: &question.id,
                kind: question.kind,
                prompt: &question.prompt,
                options: &question.options,
                several: has_several(question.correct.as_ref()).then_some(true),
                time_limit_s: question.time_limit_s,
                points: question.points,
                correct: revealed.and_then(|question| question.correct.as_ref()),
                explanation: revealed.and_then(|question| question.explanation.as_deref()),
            },
        })
    }

    pub(super) fn results_for(
        &self,
        view: View,
        audience: &Audience,
        scene: &Scene<'_>,
    ) -> Option<QuizResults<'_>> {
        match (&self.stage, view) {
            (Stage::Waiting, _) | (Stage::Asked(_), View::Participant) => None,
            (Stage::Asked(asked), View::Runner) => {
                Some(QuizResults::Open(self.progress(asked, audience, scene)))
            }
            (Stage::Revealed(asked, facts), _) => Some(QuizResults::Revealed(QuizRevealed {
                question: self.progress(asked, audience, scene),
                counts: self.counts(self.question(asked), facts),
                correct: self.question(asked).correct.as_ref(),
                fastest: self.arrivals(facts.fastest.iter().copied(), scene),
                leaderboard: self.leaderboard(view, scene),
            })),
            (Stage::Finished, _) => {
                let leaderboard = self.leaderboard(view, scene)?;
                Some(QuizResults::Finished(QuizFinished { question: None, leaderboard }))
            }
        }
    }

    fn progress(&self, asked: &Asked, audience: &Audience, scene: &Scene<'_>) -> QuizOpen<'_> {
        let question = self.question(asked);
        let answered = self.answers.len();
        let buzzers = self.answers.in_order().map(|(seat, _)| seat);
        let order = (question.kind == QuestionKind::Buzzer).then(|| self.arrivals(buzzers, scene));
        QuizOpen { question: &question.id, answered, total: answered + audience.awaited, order }
    }

    /// Answers by option or by number; a buzzer has none.
    fn counts(&self, question: &QuizQuestion, facts: &Facts) -> Option<BTreeMap<String, u32>> {
        match question.kind {
            QuestionKind::Choice | QuestionKind::TrueFalse => {
                let ids = question.options.iter().map(|option| option.id.clone());
                Some(ids.zip(self.answers.counts().iter().copied()).collect())
            }
            QuestionKind::Numeric => {
                Some(facts.values.iter().map(|(value, count)| (number(*value), *count)).collect())
            }
            QuestionKind::Buzzer => None,
        }
    }

    /// The first few of the seats who are still there, with the times of their answers.
    fn arrivals(&self, seats: impl Iterator<Item = Seat>, scene: &Scene<'_>) -> Vec<Arrival> {
        let arrival = |seat: Seat| {
            let person = scene.people.get(seat).filter(|person| person.is_present())?;
            let nickname = name_of(seat, scene);
            Some(Arrival { participant_id: person.id, nickname, ms: self.answers.get(seat)?.ms })
        };
        seats.filter_map(arrival).take(ARRIVALS_SHOWN).collect()
    }

    /// The best of those who are still there. Ranks are counted among them, so that nobody's
    /// going leaves a hole before the next reveal.
    pub(super) fn leaderboard(&self, view: View, scene: &Scene<'_>) -> Option<Vec<LeaderboardRow>> {
        let is_shown = match self.config.leaderboard {
            LeaderboardPolicy::All => true,
            LeaderboardPolicy::Runner => view == View::Runner,
            LeaderboardPolicy::Off => false,
        };
        is_shown.then(|| {
            let present = |seat: &&Seat| scene.people.at(**seat).is_present();
            let best = self.board.order.iter().filter(present);
            let mut rows: Vec<LeaderboardRow> = vec![];
            for (place, seat) in (1..).zip(best.take(self.config.leaderboard_size.into())) {
                let score = self.board.get(*seat).map_or(0, |standing| standing.score);
                let equal = rows.last().filter(|row| row.score == score);
                rows.push(LeaderboardRow {
                    participant_id: scene.people.at(*seat).id,
                    nickname: name_of(*seat, scene),
                    score,
                    rank: equal.map_or(place, |row| row.rank),
                    delta: self.places_gained(*seat),
                });
            }
            rows
        })
    }

    fn places_gained(&self, seat: Seat) -> i64 {
        match (self.before.get(seat), self.board.get(seat)) {
            (Some(before), Some(now)) => i64::from(before.rank) - i64::from(now.rank),
            (None, _) | (_, None) => 0,
        }
    }
}

/// The nickname as everybody may see it, where names are shown.
fn name_of(seat: Seat, scene: &Scene<'_>) -> Option<String> {
    scene.show_names.then(|| scene.people.shown_name(seat).to_string())
}

/// A number as people write it: without an exponent while that is short.
pub(super) fn number(value: f64) -> String {
    let is_short = value == 0.0 || (1e-6..1e15).contains(&value.abs());
    if is_short { value.to_string() } else { format!("{value:e}") }
}
