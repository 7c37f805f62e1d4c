//! The answers to revealed questions, as they are kept for reports and exports.

use bincode::{Decode, Encode};

use super::{
    Asked,
    answers::{Answers, QuizGiven},
};
use crate::{
    activity::options::OptionSet,
    session::{Round, Seat, Timestamp},
};

/// What everybody answered to one question: four to eight bytes for each answer.
///
/// Invariant: one for each outcome in the question's log, in the order of seats. The rest of an
/// answer, its time and how it was judged, is there.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct Kept {
    pub(super) round: Round,
    pub(super) opens_at: Timestamp,
    given: KeptGiven,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
enum KeptGiven {
    Choices(Box<[OptionSet]>),
    Values(Box<[f64]>),
    Buzzes(u32),
}

impl Kept {
    pub(super) fn of(answers: &Answers, Asked { round, opens_at, .. }: Asked) -> Self {
        let (mut sets, mut values, mut buzzes) = (vec![], vec![], 0);
        for given in answers.in_seats() {
            match given {
                QuizGiven::Choices { set, .. } => sets.push(set),
                QuizGiven::Value { value, .. } => values.push(value),
                QuizGiven::Buzz { .. } => buzzes += 1,
            }
        }
        let given = match (sets.is_empty(), values.is_empty()) {
            (false, _) => KeptGiven::Choices(sets.into()),
            (true, false) => KeptGiven::Values(values.into()),
            (true, true) => KeptGiven::Buzzes(buzzes),
        };
        Self { round, opens_at, given }
    }

    pub(super) fn len(&self) -> u32 {
        let len = match &self.given {
            KeptGiven::Choices(sets) => sets.len(),
            KeptGiven::Values(values) => values.len(),
            KeptGiven::Buzzes(buzzes) => return *buzzes,
        };
        u32::try_from(len).expect("seats are bounded below 2³²")
    }

    /// The answers in the order of seats. `question` is an index.
    pub(super) fn given(&self, question: u16) -> impl Iterator<Item = QuizGiven> {
        (0..self.len() as usize).map(move |at| match &self.given {
            KeptGiven::Choices(sets) => QuizGiven::Choices { question, set: sets[at] },
            KeptGiven::Values(values) => QuizGiven::Value { question, value: values[at] },
            KeptGiven::Buzzes(_) => QuizGiven::Buzz { question },
        })
    }
}

/// The seats and outcomes of a question's log beside what was answered.
pub(super) fn in_seats<T: Copy>(outcomes: &[Option<T>]) -> impl Iterator<Item = (Seat, T)> {
    (0..).map(Seat).zip(outcomes).filter_map(|(seat, outcome)| Some((seat, (*outcome)?)))
}
