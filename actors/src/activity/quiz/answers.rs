//! The answers to the question that is asked now.

use std::cmp::Reverse;

use bincode::{Decode, Encode};

use super::super::options::OptionSet;
use crate::session::{Seat, SeatMap};

/// Different numbers that the results count; the rarer ones are left out.
const VALUES_SHOWN: usize = 20;

/// An answer as it is kept. `question` is an index: an answer names what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Encode, Decode)]
pub enum QuizGiven {
    /// To a choice, or to true or false.
    Choices {
        question: u16,
        set: OptionSet,
    },
    /// Finite, and never -0.
    Value {
        question: u16,
        value: f64,
    },
    Buzz {
        question: u16,
    },
}

/// One answer and its time: 24 bytes, the seat's place in the order of arrival 4 more.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct Answer {
    pub(super) given: QuizGiven,
    /// From the opening of the question to the answer's arrival.
    pub(super) ms: u32,
    /// What the facilitator said about a buzzer's answer.
    pub(super) verdict: Option<bool>,
}

/// Invariants: `arrivals` holds exactly the seats of `by_seat`, in the order of `ms` and, among
/// equals, in which they were put; `counts` is what a recount of `by_seat` would give.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub(super) struct Answers {
    by_seat: SeatMap<Answer>,
    arrivals: Vec<Seat>,
    /// Answers by option.
    counts: Vec<u32>,
}

impl Answers {
    /// No answers yet, to a question with so many options.
    pub(super) fn blank(options: usize) -> Self {
        Self { counts: vec![0; options], ..Self::default() }
    }

    pub(super) fn len(&self) -> u32 {
        self.by_seat.len()
    }

    pub(super) fn get(&self, seat: Seat) -> Option<&Answer> {
        self.by_seat.get(seat)
    }

    pub(super) fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The answers, first come first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (Seat, &Answer)> {
        self.arrivals.iter().filter_map(|seat| Some((*seat, self.by_seat.get(*seat)?)))
    }

    /// The place of somebody's answer, from 1; for who has none, the next place.
    pub(super) fn place(&self, seat: Seat) -> u32 {
        let Some(answer) = self.get(seat) else { return self.len() + 1 };
        let earlier = self.arrivals.partition_point(|other| self.ms_of(*other) < answer.ms);
        let among_equals = self.arrivals[earlier..].iter().take_while(|other| **other != seat);
        u32::try_from(earlier + among_equals.count() + 1).expect("seats are bounded below 2³²")
    }

    pub(super) fn put(&mut self, seat: Seat, given: QuizGiven, ms: u32) {
        self.take_back(seat);
        // Answers arrive nearly in order, so this is nearly always a push.
        let place = match self.arrivals.last() {
            Some(last) if ms < self.ms_of(*last) => {
                self.arrivals.partition_point(|other| self.ms_of(*other) <= ms)
            }
            Some(_) | None => self.arrivals.len(),
        };
        self.arrivals.insert(place, seat);
        given.set().indexes().for_each(|option| self.counts[option] += 1);
        self.by_seat.insert(seat, Answer { given, ms, verdict: None });
    }

    pub(super) fn take_back(&mut self, seat: Seat) {
        if let Some(answer) = self.by_seat.remove(seat) {
            self.arrivals.retain(|other| *other != seat);
            answer.given.set().indexes().for_each(|option| self.counts[option] -= 1);
        }
    }

    pub(super) fn judge(&mut self, seat: Seat, correct: bool) {
        if let Some(answer) = self.by_seat.get_mut(seat) {
            answer.verdict = Some(correct);
        }
    }

    /// The numbers given most often, each with its count; among equals the lower one first.
    ///
    /// Looks at every answer, so it is for the reveal and not for publishing.
    pub(super) fn frequent_values(&self) -> Vec<(f64, u32)> {
        most_frequent(self.in_seats().filter_map(QuizGiven::value).collect())
    }

    /// What was answered, in the order of seats.
    pub(super) fn in_seats(&self) -> impl Iterator<Item = QuizGiven> {
        self.by_seat.iter().map(|(_, answer)| answer.given)
    }

    fn ms_of(&self, seat: Seat) -> u32 {
        self.by_seat.get(seat).map_or(0, |answer| answer.ms)
    }
}

impl QuizGiven {
    /// The chosen options; none of an answer of another kind.
    pub(super) fn set(self) -> OptionSet {
        match self {
            Self::Choices { set, .. } => set,
            Self::Value { .. } | Self::Buzz { .. } => OptionSet::default(),
        }
    }

    pub(super) fn value(self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(value),
            Self::Choices { .. } | Self::Buzz { .. } => None,
        }
    }
}

/// The most frequent of these numbers, each with its count; among equals the lower one first.
pub(super) fn most_frequent(mut values: Vec<f64>) -> Vec<(f64, u32)> {
    values.sort_by(f64::total_cmp);
    let mut counted: Vec<(f64, u32)> = values
        .chunk_by(|a, b| a == b)
        .map(|equal| (equal[0], u32::try_from(equal.len()).unwrap_or(u32::MAX)))
        .collect();
    counted.sort_by_key(|(_, count)| Reverse(*count));
    counted.truncate(VALUES_SHOWN);
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUZZ: QuizGiven = QuizGiven::Buzz { question: 0 };

    fn seats(answers: &Answers) -> Vec<u32> {
        answers.in_order().map(|(seat, _)| seat.0).collect()
    }

    #[test]
    fn an_answer_is_24_bytes() {
        assert_eq!(size_of::<Option<Answer>>(), 24);
    }

    #[test]
    fn the_order_is_by_arrival_and_then_by_turn() {
        let mut answers = Answers::blank(0);
        for (seat, ms) in [(5, 100), (2, 300), (9, 100), (1, 200), (3, 100)] {
            answers.put(Seat(seat), BUZZ, ms);
        }
        assert_eq!(seats(&answers), [5, 9, 3, 1, 2]);
        let places = [5, 9, 3, 1, 2, 7].map(|seat| answers.place(Seat(seat)));
        assert_eq!(places, [1, 2, 3, 4, 5, 6], "the last has not buzzed");
    }

    #[test]
    fn a_withdrawn_answer_leaves_no_trace() {
        let mut answers = Answers::blank(3);
        let given = |index| QuizGiven::Choices { question: 0, set: OptionSet::of(index) };
        answers.put(Seat(0), given(1), 10);
        let before = answers.clone();
        answers.put(Seat(4), given(2), 20);
        answers.put(Seat(4), given(1), 5);
        assert_eq!((answers.counts(), seats(&answers)), (&[0, 2, 0][..], vec![4, 0]));
        answers.take_back(Seat(4));
        answers.take_back(Seat(4));
        assert_eq!(answers, before);
    }

    #[test]
    fn the_most_frequent_values_come_first_and_are_at_most_twenty() {
        let mut answers = Answers::blank(0);
        let values = (0..30).map(f64::from).chain([7.0, 7.0, 3.0, -1.5, -1.5]);
        for (seat, value) in (0..).zip(values) {
            answers.put(Seat(seat), QuizGiven::Value { question: 0, value }, 10);
        }
        let frequent = answers.frequent_values();
        assert_eq!(frequent[..4], [(7.0, 3), (-1.5, 2), (3.0, 2), (0.0, 1)]);
        assert_eq!(frequent.len(), 20);
    }
}
