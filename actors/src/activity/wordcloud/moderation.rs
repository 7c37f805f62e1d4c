//! What the facilitator did to words: hidden, or merged into another.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use bincode::{Decode, Encode};

/// More than anybody does by hand during an event.
const HIDDEN_MAX: usize = 1_000;
const APPROVED_MAX: usize = 1_000;
const MERGES_MAX: usize = 1_000;

/// Which words are hidden or merged. Outlives the answers: a reset keeps it.
///
/// Invariant: following `merges` from any key ends.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub(super) struct Moderation {
    /// How hidden words look.
    hidden: BTreeSet<Box<str>>,
    /// How words look that a moderator wants to be shown, whoever writes them.
    approved: BTreeSet<Box<str>>,
    /// By key of the word that is merged.
    merges: BTreeMap<Box<str>, Merge>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Merge {
    /// Key of the word that it counts for.
    into: Box<str>,
    /// How that word is shown when nobody writes it any more.
    label: Box<str>,
}

impl Moderation {
    pub(super) fn hides(&self, look: &str) -> bool {
        self.hidden.contains(look)
    }

    pub(super) fn may_hide(&self, look: &str) -> bool {
        self.hides(look) || self.hidden.len() < HIDDEN_MAX
    }

    pub(super) fn hide(&mut self, look: &str) {
        self.approved.remove(look);
        self.hidden.insert(look.into());
    }

    pub(super) fn approves(&self, look: &str) -> bool {
        self.approved.contains(look)
    }

    pub(super) fn may_show(&self, look: &str) -> bool {
        self.approves(look) || self.approved.len() < APPROVED_MAX
    }

    pub(super) fn show(&mut self, look: &str) {
        self.hidden.remove(look);
        self.approved.insert(look.into());
    }

    pub(super) fn may_merge(&self, from: &str) -> bool {
        self.is_merged(from) || self.merges.len() < MERGES_MAX
    }

    pub(super) fn is_merged(&self, key: &str) -> bool {
        self.merges.contains_key(key)
    }

    pub(super) fn merge(&mut self, from: &str, into: &str, label: &str) {
        self.merges.insert(from.into(), Merge { into: into.into(), label: label.into() });
    }

    pub(super) fn unmerge(&mut self, key: &str) {
        self.merges.remove(key);
    }

    /// The word that a word counts for; itself where it is not merged.
    pub(super) fn root<'a>(&'a self, key: &'a str) -> &'a str {
        self.chain(key).last().unwrap_or(key)
    }

    /// Whether `key` is `other` or counts for it, directly or through others.
    pub(super) fn leads_to(&self, key: &str, other: &str) -> bool {
        self.chain(key).any(|step| step == other)
    }

    /// The keys of all words that count for `key`, itself included; some perhaps twice.
    pub(super) fn merged_into<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let others = self.merges.keys().map(|from| &**from);
        iter::once(key).chain(others.filter(|from| self.leads_to(from, key)))
    }

    /// How a word is shown that others are merged into, and that nobody writes.
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        self.merges.values().find(|merge| *merge.into == *key).map(|merge| &*merge.label)
    }

    /// A key, what it is merged into, and so on.
    fn chain<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let steps =
            iter::successors(Some(key), |key| self.merges.get(*key).map(|merge| &*merge.into));
        // A circle, against all expectation, must not hold up the whole session.
        steps.take(MERGES_MAX + 1)
    }
}
