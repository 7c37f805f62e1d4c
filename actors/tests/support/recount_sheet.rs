//! What an activity should show, counted anew from its answers each time.

use std::collections::{BTreeMap, BTreeSet};

use caja_actors::{
    activity::{Answer, Control, View},
    session::Verdict,
};
use serde_json::{Value, json};

use super::{recount::Person, recount_moderation::Moderation, recount_quiz::QuizSheet};

/// What is known of one activity.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) kind: &'static str,
    pub(super) config: Value,
    pub(super) is_active: bool,
    pub(super) is_revealed: bool,
    round: u32,
    /// By seat, in the order in which they were given last.
    pub(super) answers: Vec<(usize, Answer)>,
    /// When each seat's answer arrived, which need not be when its turn came.
    pub(super) arrivals: BTreeMap<usize, u64>,
    story: usize,
    /// Votes by card of every revealed round, by story.
    rounds: Vec<(usize, u32, BTreeMap<String, u32>)>,
    estimates: BTreeMap<usize, String>,
    pub(super) moderation: Moderation,
    merges: BTreeMap<String, String>,
    pub(super) quiz: QuizSheet,
}

impl Sheet {
    pub(super) fn new(kind: &'static str, config: Value) -> Self {
        Self { kind, config, round: 1, ..Self::default() }
    }

    pub(super) fn answer_of(&self, seat: usize) -> Option<&Answer> {
        self.answers.iter().find(|(other, _)| *other == seat).map(|(_, answer)| answer)
    }

    pub(super) fn control(
        &mut self,
        control: &Control,
        at: u64,
        opens_in: impl Fn(u64) -> u64,
        people: &[Person],
    ) {
        match control {
            Control::Poll(control) => self.board(&control.action),
            Control::WordCloud(control) => match &*control.action {
                "hide_word" => {
                    let word = key(control.word.as_ref().expect("checked"));
                    self.moderation.judge_word(&word, Verdict::Hide);
                }
                "show_word" => {
                    let word = key(control.word.as_ref().expect("checked"));
                    self.moderation.judge_word(&word, Verdict::Approve);
                }
                "merge" => {
                    let into = self.root(&key(control.into.as_ref().expect("checked")));
                    self.merges.insert(key(control.from.as_ref().expect("checked")), into);
                }
                "unmerge" => {
                    self.merges.remove(&key(control.word.as_ref().expect("checked")));
                    self.forget_unwritten();
                }
                action => self.board(action),
            },
            Control::Poker(control) => match &*control.action {
                "reveal" => self.reveal_cards(),
                "accept" => {
                    let estimate = control.estimate.clone().expect("checked");
                    self.estimates.insert(self.story, estimate);
                }
                action => {
                    self.keep_round();
                    match action {
                        "next" => self.story += 1,
                        "previous" => self.story -= 1,
                        _ => {}
                    }
                }
            },
            Control::Quiz(control) => {
                let opens_at =
                    at + opens_in(self.config["countdown_s"].as_u64().expect("a number"));
                let is_new =
                    self.quiz.control(control, &self.config, &self.answers, opens_at, people);
                if is_new {
                    self.answers.clear();
                }
            }
        }
    }

    fn board(&mut self, action: &str) {
        match action {
            "reveal" => self.is_revealed = true,
            "hide" => self.is_revealed = false,
            "reset" => {
                self.is_revealed = false;
                self.answers.clear();
                self.forget_unwritten();
            }
            _ => {}
        }
    }

    /// A word that nobody writes or counts for has nothing to wait for.
    pub(super) fn forget_unwritten(&mut self) {
        let mut alive = BTreeSet::new();
        for (_, answer) in &self.answers {
            if let Answer::WordCloud(answer) = answer {
                for word in &answer.words {
                    alive.extend([key(word), self.root(&key(word))]);
                }
            }
        }
        self.moderation.pending.retain(|word| alive.contains(word));
    }

    pub(super) fn reveal_cards(&mut self) {
        self.is_revealed = true;
    }

    fn keep_round(&mut self) {
        if self.is_revealed {
            self.rounds.push((self.story, self.round, self.cards()));
        }
        self.is_revealed = false;
        self.answers.clear();
        self.round += 1;
    }

    fn cards(&self) -> BTreeMap<String, u32> {
        let mut cards = BTreeMap::new();
        for (_, answer) in &self.answers {
            *cards.entry(card_of(answer)).or_default() += 1;
        }
        cards
    }

    pub(super) fn poker(
        &self,
        people: &[Person],
        total: usize,
        shows_names: bool,
        is_online: impl Fn(usize) -> bool,
    ) -> Value {
        let mut results = json!({
            "round": self.round, "voted": self.answers.len(), "total": total,
            "names_omitted": !shows_names, "voters": null, "votes": null,
        });
        if shows_names {
            let seats = people.iter().enumerate().filter(|(seat, person)| {
                let voted = self.answer_of(*seat).is_some();
                let waits = person.is_there() && is_online(*seat) && !person.spectator;
                !person.was_removed && (voted || waits)
            });
            results["voters"] = seats
                .map(|(seat, person)| json!([person.id, self.answer_of(seat).is_some()]))
                .collect();
        }
        if self.is_revealed {
            results["votes"] = json!(self.cards());
            let mut numbers: Vec<f64> =
                self.answers.iter().filter_map(|(_, answer)| worth(&card_of(answer))).collect();
            numbers.sort_by(f64::total_cmp);
            results["mean"] = json!(mean(&numbers));
            results["median"] = json!(median(&numbers));
            results["estimate"] = json!(self.estimates.get(&self.story));
            let earlier = self.rounds.iter().filter(|(story, ..)| *story == self.story);
            results["rounds"] =
                earlier.map(|(_, round, votes)| json!({"round": round, "votes": votes})).collect();
            if shows_names {
                let mut cards: Vec<_> =
                    self.answers.iter().filter(|(seat, _)| !people[*seat].was_removed).collect();
                cards.sort_by_key(|(seat, _)| *seat);
                results["cards"] = cards
                    .iter()
                    .map(|(seat, answer)| json!([people[*seat].id, card_of(answer)]))
                    .collect();
            }
        }
        results
    }

    pub(super) fn poll(&self, view: View) -> Value {
        let ids = || self.config["options"].as_array().expect("a list").iter();
        let ids = || ids().map(|option| option["id"].as_str().expect("a text").to_owned());
        let mut results = json!({"responses": self.answers.len()});
        let polls = || {
            self.answers.iter().map(|(seat, answer)| match answer {
                Answer::Poll(answer) => (*seat, answer),
                other => panic!("not to a poll: {other:?}"),
            })
        };
        let count = |fits: &dyn Fn(&str, usize) -> usize| -> BTreeMap<String, usize> {
            ids()
                .map(|id| (id.clone(), (0..self.answers.len()).map(|n| fits(&id, n)).sum()))
                .collect()
        };
        let answers: Vec<_> = polls().map(|(_, answer)| answer).collect();
        match self.config["kind"].as_str().expect("a text") {
            "choice" => {
                results["counts"] = json!(count(&|id, n| {
                    usize::from(
                        answers[n].choices.as_ref().expect("choices").iter().any(|it| it == id),
                    )
                }));
            }
            "ranking" => {
                let of = ids().count();
                let place = |id: &str, n: usize| {
                    answers[n].ranking.as_ref().expect("a ranking").iter().position(|it| it == id)
                };
                results["first"] = json!(count(&|id, n| usize::from(place(id, n) == Some(0))));
                let points = |id: &str, n: usize| place(id, n).map_or(0, |place| of - 1 - place);
                results["scores"] = json!(count(&points));
            }
            "rating" => {
                let mut values: Vec<f64> =
                    answers.iter().map(|it| f64::from(it.rating.expect("a rating"))).collect();
                values.sort_by(f64::total_cmp);
                results["mean"] = json!(mean(&values));
                results["median"] = json!(median(&values));
            }
            _ => {
                let most = if view == View::Runner { 50 } else { 10 };
                let shown = polls().rev().filter(|(seat, _)| self.moderation.shows_text_of(*seat));
                results["latest"] = shown
                    .take(most)
                    .map(|(_, it)| json!(it.text.as_ref().expect("a text")))
                    .collect();
            }
        }
        results
    }

    pub(super) fn cloud(&self) -> Value {
        let mut people: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (seat, answer) in &self.answers {
            let Answer::WordCloud(answer) = answer else { panic!("words") };
            for word in &answer.words {
                people.entry(self.root(&key(word))).or_default().insert(*seat);
            }
        }
        people.retain(|word, _| self.moderation.shows_word(word));
        let words: BTreeMap<_, _> =
            people.iter().map(|(word, people)| (word.clone(), people.len())).collect();
        json!({"responses": self.answers.len(), "distinct": words.len(), "words": words})
    }

    pub(super) fn root(&self, word: &str) -> String {
        let mut root = word.to_owned();
        while let Some(into) = self.merges.get(&root) {
            root = into.clone();
        }
        root
    }
}

/// When two of the words of these tests are the same word.
pub(crate) fn key(word: &str) -> String {
    let letters = word.to_lowercase().replace(['é', 'è'], "e");
    letters.trim_matches(['“', '”', '!', '.']).to_owned()
}

fn card_of(answer: &Answer) -> String {
    match answer {
        Answer::Poker(answer) => answer.card.clone(),
        other => panic!("not a card: {other:?}"),
    }
}

fn worth(card: &str) -> Option<f64> {
    if card == "½" { Some(0.5) } else { card.parse().ok() }
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn median(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    (n > 0).then(|| (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0)
}
