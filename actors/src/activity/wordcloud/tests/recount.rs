//! Running counts against a recount from the plain list of accepted answers.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// What people write, the word that it is, and how that looks: worked out by hand.
const TEXTS: [(&str, &str, &str); 11] = [
    ("Rust", "rust", "rust"),
    ("rust", "rust", "rust"),
    ("“RUST!”", "rust", "rust"),
    ("café", "cafe", "cafe"),
    ("Cafe", "cafe", "cafe"),
    ("c++", "c++", "c++"),
    ("C", "c", "c"),
    ("с", "с", "c"), // Cyrillic
    ("🎉", "🎉", "🎉"),
    ("open source", "open source", "open source"),
    ("Open  Source?", "open source", "open source"),
];

#[derive(Debug, Clone)]
enum Move {
    Answer(u32, Vec<usize>),
    Withdraw(u32),
    Hide(usize),
    Show(usize),
    Merge(usize, usize),
    Unmerge(usize),
    Reset,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let text = || 0..TEXTS.len();
    let one = prop_oneof![
        12 => (0..6u32, prop::collection::vec(text(), 1..5)).prop_map(|(s, t)| Move::Answer(s, t)),
        2 => (0..6u32).prop_map(Move::Withdraw),
        2 => text().prop_map(Move::Hide),
        2 => text().prop_map(Move::Show),
        4 => (text(), text()).prop_map(|(from, into)| Move::Merge(from, into)),
        3 => text().prop_map(Move::Unmerge),
        1 => Just(Move::Reset),
    ];
    prop::collection::vec(one, 0..50)
}

/// The plain record of what was accepted.
#[derive(Default)]
struct Record {
    /// By person: indexes into `TEXTS`.
    answers: BTreeMap<u32, Vec<usize>>,
    hidden: BTreeSet<&'static str>,
    merges: BTreeMap<&'static str, &'static str>,
}

impl Record {
    fn root(&self, word: &'static str) -> &'static str {
        self.merges.get(word).map_or(word, |into| self.root(into))
    }

    fn write(&mut self, step: &Move) {
        match step {
            Move::Answer(seat, texts) => {
                let mut words = BTreeSet::new();
                let first = texts.iter().copied().filter(|text| words.insert(TEXTS[*text].1));
                self.answers.insert(*seat, first.collect());
            }
            Move::Withdraw(seat) => {
                self.answers.remove(seat);
            }
            Move::Hide(text) => {
                self.hidden.insert(TEXTS[*text].2);
            }
            Move::Show(text) => {
                self.hidden.remove(TEXTS[*text].2);
            }
            Move::Merge(from, into) => {
                self.merges.insert(TEXTS[*from].1, self.root(TEXTS[*into].1));
            }
            Move::Unmerge(text) => {
                self.merges.remove(TEXTS[*text].1);
            }
            Move::Reset => self.answers.clear(),
        }
    }

    /// Different people by the word that theirs count for, without hidden words.
    fn people(&self) -> BTreeMap<&'static str, usize> {
        let mut people: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (seat, texts) in &self.answers {
            for text in texts {
                people.entry(self.root(TEXTS[*text].1)).or_default().insert(*seat);
            }
        }
        let look = |word: &str| TEXTS.iter().find(|text| text.1 == word).unwrap().2;
        people.retain(|word, _| !self.hidden.contains(look(word)));
        people.into_iter().map(|(word, people)| (word, people.len())).collect()
    }

    fn times_written(&self, text: &str) -> usize {
        let written = self.answers.values().flatten().map(|text| TEXTS[*text].0);
        written.filter(|written| normal(written) == text).count()
    }
}

/// A text as it is shown.
fn normal(text: &str) -> String {
    text.replace("  ", " ")
}

fn play(wall: &mut Wall, step: &Move) -> Result<(), Rejection> {
    let text = |index: &usize| TEXTS[*index].0;
    match step {
        Move::Answer(seat, texts) => {
            wall.answer(*seat, &texts.iter().map(text).collect::<Vec<_>>())
        }
        Move::Withdraw(seat) => {
            wall.cloud.take_back(Seat(*seat));
            Ok(())
        }
        Move::Hide(word) => wall.on_word("hide_word", text(word)),
        Move::Show(word) => wall.on_word("show_word", text(word)),
        Move::Merge(from, into) => wall.merge(text(from), text(into)),
        Move::Unmerge(word) => wall.on_word("unmerge", text(word)),
        Move::Reset => wall.act("reset"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4 * ProptestConfig::default().cases))]

    #[test]
    fn counts_equal_a_recount_of_the_accepted_answers(moves in moves()) {
        let mut wall = Wall::open();
        let mut record = Record::default();
        for step in &moves {
            if play(&mut wall, step).is_ok() {
                record.write(step);
            }
        }
        let cloud = wall.cloud.cloud(View::Runner);
        prop_assert_eq!(cloud.responses as usize, record.answers.len());
        prop_assert!(cloud.words.is_sorted_by(|a, b| a.count >= b.count));
        let mut shown = BTreeMap::new();
        for word in &cloud.words {
            let known = TEXTS.iter().find(|text| normal(text.0) == word.text).unwrap();
            shown.insert(known.1, word.count as usize);
            // As most people wrote it, where somebody still does.
            let mut spellings = TEXTS.iter().filter(|text| text.1 == known.1);
            let times = record.times_written(word.text);
            prop_assert!(spellings.all(|text| record.times_written(&normal(text.0)) <= times));
        }
        prop_assert_eq!(cloud.distinct, shown.len());
        prop_assert_eq!(cloud.words.len(), shown.len(), "no word is there twice");
        prop_assert_eq!(shown, record.people());
        wall.check_snapshot();
    }
}
