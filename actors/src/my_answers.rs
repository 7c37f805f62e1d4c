//! What somebody answered last to each activity, as bytes.
//!
//! It is read at `/me` only, and there are many people: as values, ten answers would take four
//! times the memory.

use bincode::config::{Configuration, standard};

use crate::{
    activity::{ActivityNo, Given},
    session::Round,
};

/// Somebody's last accepted answer to an activity.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenAnswer {
    pub activity: ActivityNo,
    pub round: Round,
    pub given: Given,
}

/// Answers to different activities, in the order in which they were given.
///
/// Invariant: a sequence of records, each of them the activity's number, the length of the rest,
/// and the rest: the round and the answer.
#[derive(Clone, Default)]
pub struct MyAnswers(Box<[u8]>);

const CONFIG: Configuration = standard();
const OURS: &str = "written by this process";

impl MyAnswers {
    pub fn iter(&self) -> impl Iterator<Item = GivenAnswer> {
        self.records().map(|record| {
            let ((round, given), _) =
                bincode::decode_from_slice(record.content, CONFIG).expect(OURS);
            GivenAnswer { activity: record.activity, round, given }
        })
    }

    /// Puts an answer in the place of the one before to the same activity.
    pub(crate) fn put(&mut self, answer: &GivenAnswer) {
        let content = encode(&(answer.round, &answer.given));
        let head = encode(&(answer.activity.0, content.len()));
        let before = self.without(answer.activity);
        self.0 = [&*before, &head, &content].concat().into();
    }

    pub(crate) fn remove(&mut self, activity: ActivityNo) {
        self.0 = self.without(activity).into();
    }

    fn without(&self, activity: ActivityNo) -> Vec<u8> {
        let others = self.records().filter(|record| record.activity != activity);
        others.flat_map(|record| record.whole).copied().collect()
    }

    fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let ((no, len), head): ((u16, usize), usize) =
                bincode::decode_from_slice(rest, CONFIG).expect(OURS);
            let (whole, after) = rest.split_at(head + len);
            rest = after;
            Some(Record { activity: ActivityNo(no), content: &whole[head..], whole })
        })
    }
}

struct Record<'a> {
    activity: ActivityNo,
    content: &'a [u8],
    whole: &'a [u8],
}

fn encode(value: &impl bincode::Encode) -> Vec<u8> {
    bincode::encode_to_vec(value, CONFIG).expect("writing to memory can't fail")
}

impl FromIterator<GivenAnswer> for MyAnswers {
    fn from_iter<T: IntoIterator<Item = GivenAnswer>>(answers: T) -> Self {
        let mut ours = Self::default();
        for answer in answers {
            ours.put(&answer);
        }
        ours
    }
}

impl std::fmt::Debug for MyAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::{poll::Ballot, quiz::QuizGiven};

    fn value(which: usize) -> Given {
        match which {
            0 => Given::Poll(Ballot::Rating(-7)),
            1 => Given::Poll(Ballot::Ranking(Box::new(vec![3, 1, 2].into()))),
            2 => {
                let text = Box::new("a place by the sea ".repeat(20).into());
                Given::Poll(Ballot::Text { text, is_held: true })
            }
            _ => Given::Quiz(QuizGiven::Value { question: 9, value: 2.5 }),
        }
    }

    proptest! {
        /// Beside a plain list.
        #[test]
        fn the_last_answer_to_each_activity_is_kept(
            steps in prop::collection::vec((0u16..400, 0u32..300, prop::option::of(0usize..4)), 0..40)
        ) {
            let (mut bytes, mut list) = (MyAnswers::default(), Vec::<GivenAnswer>::new());
            for (activity, round, given) in steps {
                let activity = ActivityNo(activity % 5 * 99);
                list.retain(|answer| answer.activity != activity);
                match given {
                    None => bytes.remove(activity),
                    Some(which) => {
                        let answer = GivenAnswer { activity, round: Round(round), given: value(which) };
                        bytes.put(&answer);
                        list.push(answer);
                    }
                }
                prop_assert_eq!(bytes.iter().collect::<Vec<_>>(), list.clone());
            }
        }
    }
}
