//! What answers are worth, and the ranking that follows from it.
//!
//! All arithmetic is on whole numbers; fractions are rounded to the nearest, halves up. The
//! formulas are those of the HTTP contract ("Activities", scoring).

use std::{cmp::Reverse, sync::Arc};

use bincode::{Decode, Encode};

use super::{
    super::{
        options::OptionSet,
        rules::{Outcome, QuestionLog, Standing},
    },
    answers::{Answer, Answers, QuizGiven},
    config::{AnswerKey, NumericKey, QuizConfig, QuizQuestion, Scoring},
};
use crate::session::{People, Seat};

/// Answers this fast get full points: nobody reads and presses faster.
const FULL_POINTS_BELOW_MS: u32 = 500;
/// By rank the n-th right answer loses (n - 1) of these parts of the points.
const RANK_PARTS: u32 = 40;
const BONUS_STEP: u32 = 100;
const BONUS_STEPS_MAX: u32 = 5;
/// Right answers that the results name.
const FASTEST: usize = 3;

/// How the answers to one question were judged.
pub(super) struct Marking {
    pub(super) log: QuestionLog,
    /// The first few with a right answer, in order of arrival.
    pub(super) fastest: Vec<Seat>,
}

/// Judges every answer; `before` is how the question before went.
pub(super) fn mark(
    config: &QuizConfig,
    question: &QuizQuestion,
    answers: &Answers,
    before: Option<&QuestionLog>,
) -> Marking {
    let key = Key::of(question);
    let seats = answers.in_order().map(|(seat, _)| seat.index() + 1).max().unwrap_or_default();
    let mut by_seat = vec![None; seats];
    let mut right = vec![];
    for (seat, answer) in answers.in_order() {
        let correct = key.fits(answer);
        let streak = if correct { 1 + streak_in(before, seat) } else { 0 };
        let points = if correct { points(config, question, answer.ms, right.len()) } else { 0 };
        let bonus = if config.streak_bonus { bonus(streak) } else { 0 };
        let outcome = Outcome { correct, points: points + bonus, ms: answer.ms, streak };
        by_seat[seat.index()] = Some(outcome);
        right.extend(correct.then_some(seat));
    }
    right.truncate(FASTEST);
    let log = QuestionLog { question: (*question.id).into(), by_seat: by_seat.into() };
    Marking { log, fastest: right }
}

/// Points of a right answer that came after `earlier` other right ones.
fn points(config: &QuizConfig, question: &QuizQuestion, ms: u32, earlier: usize) -> u32 {
    match config.scoring {
        Scoring::Speed => speed_points(question, ms),
        Scoring::Flat => question.points,
        Scoring::Rank => rank_points(question.points, earlier),
    }
}

/// `round((1 - (t/T)/2) · points)`, in whole numbers `points · (2T - t) / 2T`.
fn speed_points(question: &QuizQuestion, ms: u32) -> u32 {
    if ms < FULL_POINTS_BELOW_MS {
        return question.points;
    }
    let limit_ms = u64::from(question.time_limit_s) * 1000;
    let left = 2 * limit_ms - u64::from(ms).min(limit_ms);
    rounded(u64::from(question.points) * left, 2 * limit_ms)
}

/// Of 1000 points: 1000, 975, 950, … 0.
fn rank_points(points: u32, earlier: usize) -> u32 {
    let lost = u32::try_from(earlier).unwrap_or(u32::MAX).min(RANK_PARTS);
    rounded(u64::from(points) * u64::from(RANK_PARTS - lost), u64::from(RANK_PARTS))
}

/// 0 for the first right answer in a row, then 100, 200, … 500.
fn bonus(streak: u32) -> u32 {
    BONUS_STEP * streak.saturating_sub(1).min(BONUS_STEPS_MAX)
}

fn rounded(numerator: u64, denominator: u64) -> u32 {
    let nearest = (2 * numerator + denominator) / (2 * denominator);
    u32::try_from(nearest).expect("a share of the points is at most the points")
}

/// Right answers in a row up to that question; a missed one counts like a wrong one.
fn streak_in(log: Option<&QuestionLog>, seat: Seat) -> u32 {
    let outcome = log.and_then(|log| log.by_seat.get(seat.index()).copied().flatten());
    outcome.map_or(0, |outcome| outcome.streak)
}

/// What makes an answer right.
enum Key {
    Options(OptionSet),
    Number(NumericKey),
    Judged,
}

impl Key {
    fn of(question: &QuizQuestion) -> Self {
        match &question.correct {
            Some(AnswerKey::Options(ids)) => {
                let positions = (0..question.options.len())
                    .filter(|index| ids.contains(&question.options[*index].id));
                Self::Options(positions.fold(OptionSet::default(), OptionSet::with))
            }
            Some(AnswerKey::Number(key)) => Self::Number(*key),
            None => Self::Judged,
        }
    }

    fn fits(&self, answer: &Answer) -> bool {
        match (self, answer.given) {
            (Self::Options(key), QuizGiven::Choices { set, .. }) => *key == set,
            (Self::Number(key), QuizGiven::Value { value, .. }) => key.includes(value),
            (Self::Judged, QuizGiven::Buzz { .. }) => answer.verdict == Some(true),
            (Self::Options(_) | Self::Number(_) | Self::Judged, _) => false,
        }
    }
}

impl NumericKey {
    /// Whether the value is within the tolerance, ends included.
    ///
    /// The ends are meant as decimal numbers: 42.1 is within 42 ± 0.1, though the nearest binary
    /// fractions are not. Two units in the last place make up for that.
    fn includes(&self, value: f64) -> bool {
        let distance = (value - self.value).abs();
        if self.tolerance == 0.0 {
            return distance == 0.0;
        }
        let largest = value.abs().max(self.value.abs()).max(self.tolerance);
        distance <= self.tolerance + 2.0 * f64::EPSILON * largest
    }
}

/// The scores and ranks after a reveal. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub(super) struct Board {
    /// By seat: who scored, and every present player.
    pub(super) by_seat: Arc<[Option<Standing>]>,
    /// The same seats, best first; equals in the order of joining.
    pub(super) order: Arc<[Seat]>,
}

impl Board {
    pub(super) fn get(&self, seat: Seat) -> Option<Standing> {
        self.by_seat.get(seat.index()).copied().flatten()
    }

    /// The board after one more question.
    pub(super) fn after(&self, outcomes: &[Option<Outcome>], people: &People) -> Self {
        let mut scores: Vec<(Seat, u32)> = vec![];
        for (seat, person) in (0..).map(Seat).zip(people.seats()) {
            let won = outcomes.get(seat.index()).copied().flatten().map_or(0, |it| it.points);
            let score = self.get(seat).map_or(0, |standing| standing.score) + won;
            let is_player = person.is_present() && !person.spectator;
            scores.extend((is_player || score > 0).then_some((seat, score)));
        }
        scores.sort_by_key(|(seat, score)| (Reverse(*score), *seat));
        Self {
            by_seat: ranked(&scores, people.seats().len(), people).into(),
            order: scores.iter().map(|(seat, _)| *seat).collect(),
        }
    }

    /// The scores with the ranks among those who are still there, as the leaderboard counts them.
    /// Shared while nobody has gone, and then made anew.
    pub(super) fn among(&self, people: &People) -> Arc<[Option<Standing>]> {
        if self.order.iter().all(|seat| people.at(*seat).is_present()) {
            return self.by_seat.clone();
        }
        let score = |seat: &Seat| self.get(*seat).map_or(0, |standing| standing.score);
        let scores: Vec<_> = self.order.iter().map(|seat| (*seat, score(seat))).collect();
        ranked(&scores, self.by_seat.len(), people).into()
    }
}

/// Ranks by seat, from scores in order. Equals share a rank: 1, 1, 3; who is gone takes no place.
fn ranked(scores: &[(Seat, u32)], seats: usize, people: &People) -> Vec<Option<Standing>> {
    let mut by_seat = vec![None; seats];
    let mut rank = 1;
    for equals in scores.chunk_by(|(_, a), (_, b)| a == b) {
        for (seat, score) in equals {
            by_seat[seat.index()] = Some(Standing { score: *score, rank });
        }
        rank +=
            equals.iter().map(|(seat, _)| u32::from(people.at(*seat).is_present())).sum::<u32>();
    }
    by_seat
}

#[cfg(test)]
mod tests {
    use super::{super::config::QuestionKind, *};

    fn question(time_limit_s: u16, points: u32) -> QuizQuestion {
        QuizQuestion {
            id: "q1".into(),
            kind: QuestionKind::Buzzer,
            prompt: "?".into(),
            options: vec![],
            correct: None,
            time_limit_s,
            points,
            explanation: None,
        }
    }

    #[test]
    fn speed_falls_from_full_to_half_and_is_full_under_half_a_second() {
        let table = [
            // seconds, points, ms, worth
            (20, 1000, 0, 1000),
            (20, 1000, 499, 1000),
            (20, 1000, 500, 988),
            (20, 1000, 5_000, 875),
            (20, 1000, 10_000, 750),
            (20, 1000, 19_999, 500),
            (5, 1000, 505, 950),
            (5, 1000, 505 + 10, 949),
            (600, 10_000, 599_999, 5_000),
            (20, 0, 3_000, 0),
            (20, 1, 10_000, 1),
            (20, 1, 20_000, 1),
            (1, 3, 999, 2),
        ];
        for (seconds, points, ms, worth) in table {
            assert_eq!(speed_points(&question(seconds, points), ms), worth, "{points} {ms}");
        }
    }

    #[test]
    fn rank_loses_a_fortieth_for_each_earlier_right_answer() {
        let worth = |points, earlier| rank_points(points, earlier);
        assert_eq!(
            [0, 1, 2, 20, 39, 40, 41, 1 << 40].map(|k| worth(1000, k)),
            [1000, 975, 950, 500, 25, 0, 0, 0]
        );
        assert_eq!([0, 1, 2, 3].map(|k| worth(100, k)), [100, 98, 95, 93], "97.5 and 92.5 go up");
    }

    #[test]
    fn the_bonus_starts_at_the_second_in_a_row_and_stops_at_500() {
        assert_eq!([0, 1, 2, 3, 5, 6, 7, 200].map(bonus), [0, 0, 100, 200, 400, 500, 500, 500]);
    }

    #[test]
    fn a_tolerance_includes_its_ends_as_they_are_written() {
        let key = |value, tolerance| NumericKey { value, tolerance };
        for (value, tolerance, answer, fits) in [
            (42.0, 0.1, 42.1, true),
            (42.0, 0.1, 41.9, true),
            (0.3, 0.1, 0.4, true),
            (42.0, 0.1, 42.100_000_1, false),
            (42.0, 0.0, 42.0, true),
            (42.0, 0.0, 42.000_000_1, false),
            (-5.0, 5.0, 0.0, true),
            (1e300, 1e299, 1.1e300, true),
            (1e308, 1.0, -1e308, false),
        ] {
            assert_eq!(key(value, tolerance).includes(answer), fits, "{value} {answer}");
        }
        let beyond_f32 = 4_503_599_627_370_497.0;
        assert!(!key(beyond_f32, 0.0).includes(beyond_f32 - 1.0), "exact without a tolerance");
    }
}
