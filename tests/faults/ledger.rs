//! What one participant was promised: the oracle, which knows nothing of how servers keep things.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stage::Kind;

/// An answer, or that there is none (any more).
pub(crate) type Answer = Option<Value>;

/// Kind of activity, and its round.
pub(crate) type Place = (Kind, u64);

#[derive(Default)]
pub(crate) struct Ledger {
    entries: BTreeMap<(usize, u64), Entry>,
    /// How many answers and withdrawals were acknowledged.
    pub(crate) acknowledged: u64,
}

#[derive(Default, Clone)]
struct Entry {
    /// What was acknowledged last.
    last: Answer,
    /// What was sent after it, with no word back yet.
    unknown: Option<Answer>,
}

impl Ledger {
    /// Notes an answer before it leaves.
    pub(crate) fn sends(&mut self, place: Place, answer: &Answer) {
        self.entry(place).unknown = Some(answer.clone());
    }

    pub(crate) fn is_acknowledged(&mut self, place: Place, answer: &Answer) {
        *self.entry(place) = Entry { last: answer.clone(), unknown: None };
        self.acknowledged += 1;
    }

    pub(crate) fn last(&mut self, place: Place) -> Answer {
        self.entry(place).last.clone()
    }

    /// What nobody answered for yet.
    pub(crate) fn unknown(&mut self, place: Place) -> Option<Answer> {
        self.entry(place).unknown.clone()
    }

    /// All that a server that keeps its promises may show.
    pub(crate) fn allowed(&mut self, place: Place) -> Vec<Answer> {
        let Entry { last, unknown } = self.entry(place).clone();
        [Some(last), unknown].into_iter().flatten().collect()
    }

    fn entry(&mut self, (kind, round): Place) -> &mut Entry {
        self.entries.entry((kind as usize, round)).or_default()
    }
}
