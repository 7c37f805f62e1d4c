//! Which words were written, how, by whom, and which are shown first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    sync::Arc,
};

use bincode::{Decode, Encode};

use super::{moderation::Moderation, words};
use crate::session::{Seat, TextStatus, Timestamp, Verdict};

/// A word's number, in the order of first writing. Never used twice in one word cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub(super) struct WordNo(pub(super) u32);

/// Every word once, with running counts.
///
/// Invariants: what re-adding all answers to the same [`Tables`] would give; a word is here as
/// long as somebody writes it or counts for it, and hidden while anybody writes it like a hidden
/// one, unless it was approved itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Vocabulary {
    words: BTreeMap<WordNo, Word>,
    by_key: BTreeMap<Arc<str>, WordNo>,
    spellings: BTreeMap<Arc<str>, Spelling>,
    /// Each word's spellings, most written first, then first written.
    by_use: BTreeMap<(WordNo, Reverse<u32>, u32), Arc<str>>,
    /// The words that are shown, most people first, then first written.
    ranking: BTreeSet<(Reverse<u32>, WordNo)>,
    writers: BTreeSet<(WordNo, Seat)>,
    /// How many words wait for a moderator.
    pending: u32,
    next: u32,
}

#[derive(Debug, Clone, PartialEq)]
struct Word {
    key: Arc<str>,
    look: Box<str>,
    status: TextStatus,
    /// When it was first written.
    at: Timestamp,
    /// Different people who count for it: who wrote it or a word merged into it. None for a word
    /// that is merged itself.
    people: u32,
}

#[derive(Debug, Clone, PartialEq)]
struct Spelling {
    word: WordNo,
    first: u32,
    /// What it looks like, beside the look of its word.
    other_looks: Box<[Box<str>]>,
    /// Who wrote it just so.
    people: u32,
}

impl Spelling {
    fn looks_like(&self, look: &str) -> bool {
        self.other_looks.iter().any(|other| **other == *look)
    }

    fn is_hidden_by(&self, moderation: &Moderation) -> bool {
        self.other_looks.iter().any(|look| moderation.hides(look))
    }
}

/// Numbers are given one by one to what people write: nobody ever writes half as much.
const NUMBERS_MAX: u32 = u32::MAX / 2;

/// The part of a vocabulary that the answers don't say: who was first, how words look, and which
/// wait for a moderator.
#[derive(Debug, Encode, Decode)]
pub(super) struct Tables {
    words: Vec<StoredWord>,
    /// Text, word, order of first writing.
    spellings: Vec<(Arc<str>, WordNo, u32)>,
    next: u32,
}

#[derive(Debug, Encode, Decode)]
struct StoredWord {
    no: WordNo,
    key: Arc<str>,
    look: Box<str>,
    status: TextStatus,
    at: Timestamp,
}

impl Vocabulary {
    /// An empty one whose numbers go on.
    pub(super) fn emptied(&self) -> Self {
        Self { next: self.next, ..Self::default() }
    }

    pub(super) fn tables(&self) -> Tables {
        let words = self.words.iter().map(|(no, word)| StoredWord {
            no: *no,
            key: word.key.clone(),
            look: word.look.clone(),
            status: word.status,
            at: word.at,
        });
        let spellings = self.spellings.iter();
        Tables {
            words: words.collect(),
            spellings: spellings.map(|(text, at)| (text.clone(), at.word, at.first)).collect(),
            next: self.next,
        }
    }

    /// The words of stored tables, still without anybody who wrote them; `None` for tables that no
    /// vocabulary ever wrote.
    pub(super) fn unwritten(tables: Tables) -> Option<Self> {
        let mut it = Self { next: tables.next, ..Self::default() };
        for StoredWord { no, key, look, status, at } in tables.words {
            it.by_key.insert(key.clone(), no);
            it.pending += u32::from(status == TextStatus::Pending);
            it.words.insert(no, Word { key, look, status, at, people: 0 });
        }
        for (text, word, first) in tables.spellings {
            let other_looks = words::other_looks(&text, &it.words.get(&word)?.look);
            it.spellings.insert(text, Spelling { word, first, other_looks, people: 0 });
        }
        let is_sound = it.by_key.len() == it.words.len()
            && it.words.last_key_value().is_none_or(|(last, _)| last.0 <= it.next)
            && it.next <= NUMBERS_MAX;
        is_sound.then_some(it)
    }

    /// Hides what is written like a hidden word, where that was stored before it was looked for.
    pub(super) fn hide_disguised(&mut self, moderation: &Moderation) {
        let hidden = self.spellings.values().filter(|spelling| spelling.is_hidden_by(moderation));
        let hidden: Vec<WordNo> = hidden.map(|spelling| spelling.word).collect();
        hidden.into_iter().for_each(|no| self.hide_as_written(no, moderation));
    }

    /// How many different words are shown.
    pub(super) fn distinct(&self) -> usize {
        self.ranking.len()
    }

    /// The words that are shown, with how many people count for each; most first.
    pub(super) fn top<'a>(
        &'a self,
        n: usize,
        moderation: &'a Moderation,
    ) -> impl Iterator<Item = (&'a str, u32)> {
        let top = self.ranking.iter().take(n);
        top.map(|(Reverse(people), no)| (self.text(*no, moderation), *people))
    }

    /// How many words wait for a moderator.
    pub(super) fn pending(&self) -> u32 {
        self.pending
    }

    /// The words that somebody wrote or counts for, from this number on.
    pub(super) fn numbers(&self, first: u32) -> impl Iterator<Item = WordNo> + '_ {
        self.words.range(WordNo(first)..).map(|(no, _)| *no)
    }

    pub(super) fn writers(&self, no: WordNo) -> impl Iterator<Item = Seat> + '_ {
        self.writers.range(of_word(no)).map(|(_, seat)| *seat)
    }

    pub(super) fn look(&self, number: u32) -> Option<&str> {
        self.words.get(&WordNo(number)).map(|word| &*word.look)
    }

    pub(super) fn status(&self, no: WordNo) -> Option<TextStatus> {
        self.words.get(&no).map(|word| word.status)
    }

    pub(super) fn first_at(&self, no: WordNo) -> Option<Timestamp> {
        self.words.get(&no).map(|word| word.at)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// A word as most people wrote it.
    pub(super) fn text_of<'a>(&'a self, key: &'a str, moderation: &'a Moderation) -> &'a str {
        self.by_key.get(key).map_or(key, |no| self.text(*no, moderation))
    }

    /// Whether a text that somebody wrote is shown, and the word that it counts for too.
    pub(super) fn shows(&self, text: &str, moderation: &Moderation) -> bool {
        let Some(spelling) = self.spellings.get(text) else { return false };
        let word = &self.words[&spelling.word];
        let root = self.by_key.get(moderation.root(&word.key)).map(|no| &self.words[no]);
        [Some(word), root].into_iter().flatten().all(|word| word.status == TextStatus::Visible)
    }

    /// Who wrote a word that counts for `key`.
    pub(super) fn writers_for(&self, key: &str, moderation: &Moderation) -> BTreeSet<Seat> {
        let numbers = moderation.merged_into(key).filter_map(|key| self.by_key.get(key));
        numbers.flat_map(|no| self.writers.range(of_word(*no)).map(|(_, seat)| *seat)).collect()
    }

    /// Moves all counts from what somebody wrote before to what they write now, and gives that
    /// in the copies that are kept.
    pub(super) fn replace(
        &mut self,
        seat: Seat,
        before: &[Arc<str>],
        now: &[Arc<str>],
        at: Timestamp,
        moderation: &Moderation,
    ) -> Box<[Arc<str>]> {
        // The new first, so that a word in both keeps its place in the order of first writing.
        let now: Box<[Arc<str>]> =
            now.iter().map(|text| self.write(seat, text, at, moderation)).collect();
        self.enter(&now, moderation);
        self.leave(before, moderation);
        let kept: BTreeSet<WordNo> = now.iter().map(|text| self.spellings[text].word).collect();
        before.iter().for_each(|text| self.erase(seat, text, &kept));
        now
    }

    /// Counts a person for each word that theirs count for, once.
    pub(super) fn enter(&mut self, texts: &[Arc<str>], moderation: &Moderation) {
        let roots: BTreeSet<WordNo> =
            texts.iter().map(|text| self.root_of(text, moderation)).collect();
        roots.into_iter().for_each(|no| self.move_people(no, |people| people + 1));
    }

    /// Undoes [`Self::enter`].
    pub(super) fn leave(&mut self, texts: &[Arc<str>], moderation: &Moderation) {
        let roots: BTreeSet<WordNo> =
            texts.iter().map(|text| self.root_of(text, moderation)).collect();
        for no in roots {
            self.move_people(no, |people| people - 1);
            self.forget_unused(no);
        }
    }

    /// Hides or shows every word that looks like this, also as somebody has written it. Runs over
    /// all words: a moderator's act.
    pub(super) fn judge(&mut self, look: &str, verdict: Verdict, moderation: &Moderation) {
        let alike = self.words.iter().filter(|(_, word)| *word.look == *look);
        let alike: Vec<WordNo> = alike.map(|(no, _)| *no).collect();
        alike.into_iter().for_each(|no| self.set_status(no, verdict.status()));
        let written = self.spellings.values().filter(|spelling| spelling.looks_like(look));
        let written: BTreeSet<WordNo> = written.map(|spelling| spelling.word).collect();
        for no in written {
            match verdict {
                Verdict::Hide => self.hide_as_written(no, moderation),
                Verdict::Approve => self.show_as_written(no, moderation),
            }
        }
    }

    /// Hides a word that is written like a hidden one, unless a moderator has judged it itself.
    fn hide_as_written(&mut self, no: WordNo, moderation: &Moderation) {
        if !moderation.approves(&self.words[&no].look) {
            self.set_status(no, TextStatus::Hidden);
        }
    }

    /// Shows a word that was hidden for how it is written, if nothing else hides it.
    fn show_as_written(&mut self, no: WordNo, moderation: &Moderation) {
        let word = &self.words[&no];
        let mut spellings = self.spellings.values().filter(|spelling| spelling.word == no);
        let is_hidden =
            moderation.hides(&word.look) || spellings.any(|it| it.is_hidden_by(moderation));
        if word.status == TextStatus::Hidden && !is_hidden {
            self.set_status(no, TextStatus::Visible);
        }
    }

    /// Keeps a word that was just written from being shown, unless a moderator has judged it.
    pub(super) fn hold(&mut self, text: &str, moderation: &Moderation) {
        let no = self.spellings[text].word;
        let word = &self.words[&no];
        if word.status == TextStatus::Visible && !moderation.approves(&word.look) {
            self.set_status(no, TextStatus::Pending);
        }
    }

    fn set_status(&mut self, no: WordNo, status: TextStatus) {
        let word = self.words.get_mut(&no).expect("only known words are judged");
        let before = std::mem::replace(&mut word.status, status);
        self.pending += u32::from(status == TextStatus::Pending);
        self.pending -= u32::from(before == TextStatus::Pending);
        let place = (Reverse(word.people), no);
        if status == TextStatus::Visible && word.people > 0 {
            self.ranking.insert(place);
        } else {
            self.ranking.remove(&place);
        }
    }

    fn write(
        &mut self,
        seat: Seat,
        text: &str,
        at: Timestamp,
        moderation: &Moderation,
    ) -> Arc<str> {
        let text = self.intern(text, at, moderation);
        self.writers.insert((self.spellings[&text].word, seat));
        self.use_spelling(&text, |people| people + 1);
        text
    }

    fn erase(&mut self, seat: Seat, text: &Arc<str>, kept: &BTreeSet<WordNo>) {
        let no = self.spellings[text].word;
        self.use_spelling(text, |people| people - 1);
        if self.spellings[text].people == 0 {
            self.spellings.remove(text);
        }
        if !kept.contains(&no) {
            self.writers.remove(&(no, seat));
            self.forget_unused(no);
        }
    }

    /// A word as most people wrote it, by its number.
    pub(super) fn text<'a>(&'a self, no: WordNo, moderation: &'a Moderation) -> &'a str {
        let spellings = (no, Reverse(u32::MAX), 0)..=(no, Reverse(0), u32::MAX);
        let written = self.by_use.range(spellings).next().map(|(_, text)| &**text);
        let key = &*self.words[&no].key;
        written.or_else(|| moderation.label(key)).unwrap_or(key)
    }

    fn root_of(&mut self, text: &str, moderation: &Moderation) -> WordNo {
        let no = self.spellings[text].word;
        let key = self.words[&no].key.clone();
        let root = moderation.root(&key);
        let at = self.words[&no].at;
        if *root == *key { no } else { self.number(root, at, moderation) }
    }

    fn intern(&mut self, text: &str, at: Timestamp, moderation: &Moderation) -> Arc<str> {
        if let Some((known, _)) = self.spellings.get_key_value(text) {
            return known.clone();
        }
        let word = self.number(&words::key(text), at, moderation);
        let new: Arc<str> = text.into();
        let first = self.take_number();
        let other_looks = words::other_looks(text, &self.words[&word].look);
        let spelling = Spelling { word, first, other_looks, people: 0 };
        if spelling.is_hidden_by(moderation) {
            self.hide_as_written(word, moderation);
        }
        self.spellings.insert(new.clone(), spelling);
        new
    }

    fn number(&mut self, key: &str, at: Timestamp, moderation: &Moderation) -> WordNo {
        if let Some(no) = self.by_key.get(key) {
            return *no;
        }
        let no = WordNo(self.take_number());
        let key: Arc<str> = key.into();
        let look = words::look(&key);
        let is_hidden = moderation.hides(&look);
        let status = if is_hidden { TextStatus::Hidden } else { TextStatus::Visible };
        self.by_key.insert(key.clone(), no);
        self.words.insert(no, Word { key, look, status, at, people: 0 });
        no
    }

    fn take_number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn use_spelling(&mut self, text: &Arc<str>, change: impl Fn(u32) -> u32) {
        let spelling = self.spellings.get_mut(text).expect("written texts are interned");
        self.by_use.remove(&(spelling.word, Reverse(spelling.people), spelling.first));
        spelling.people = change(spelling.people);
        if spelling.people > 0 {
            let place = (spelling.word, Reverse(spelling.people), spelling.first);
            self.by_use.insert(place, text.clone());
        }
    }

    fn move_people(&mut self, no: WordNo, change: impl Fn(u32) -> u32) {
        let word = self.words.get_mut(&no).expect("words that people count for are kept");
        self.ranking.remove(&(Reverse(word.people), no));
        word.people = change(word.people);
        if word.people > 0 && word.status == TextStatus::Visible {
            self.ranking.insert((Reverse(word.people), no));
        }
    }

    fn forget_unused(&mut self, no: WordNo) {
        let is_written = self.writers.range(of_word(no)).next().is_some();
        let is_used = is_written || self.words.get(&no).is_some_and(|word| word.people > 0);
        if !is_used && let Some(word) = self.words.remove(&no) {
            self.by_key.remove(&word.key);
            self.pending -= u32::from(word.status == TextStatus::Pending);
        }
    }
}

fn of_word(no: WordNo) -> RangeInclusive<(WordNo, Seat)> {
    (no, Seat(0))..=(no, Seat(u32::MAX))
}
