//! Counts again what a session should show, from nothing but the commands that were granted.
//!
//! Shares no code with the engine: plain maps, and everything is counted anew each time.

use std::collections::{BTreeMap, BTreeSet};

use caja_actors::{
    activity::{Answer, Control, Step, View},
    session::{ActivityId, Command, ItemId, ItemKind, ParticipantId, Profanity, Reply, Verdict},
};
use serde_json::{Value, json};

use super::{recount_moderation::Moderation, recount_quiz::QuizSheet, stage::Granted};

#[derive(Default)]
pub(crate) struct Recount {
    pub(crate) people: Vec<Person>,
    sheets: BTreeMap<ActivityId, Sheet>,
    current: Option<ActivityId>,
    hides_names: bool,
    /// Whether profane texts are shown at once.
    shows_profane: bool,
    /// In the order of creation: how items name their activity.
    created: Vec<ActivityId>,
}

pub(crate) struct Person {
    pub(crate) id: ParticipantId,
    pub(crate) spectator: bool,
    pub(crate) has_left: bool,
    pub(crate) was_removed: bool,
}

impl Person {
    pub(crate) fn is_there(&self) -> bool {
        !self.has_left && !self.was_removed
    }
}

/// What is known of one activity.
#[derive(Default)]
struct Sheet {
    kind: &'static str,
    config: Value,
    is_active: bool,
    is_revealed: bool,
    round: u32,
    /// By seat, in the order in which they were given last.
    answers: Vec<(usize, Answer)>,
    /// When each seat's answer arrived, which need not be when its turn came.
    arrivals: BTreeMap<usize, u64>,
    story: usize,
    /// Votes by card of every revealed round, by story.
    rounds: Vec<(usize, u32, BTreeMap<String, u32>)>,
    estimates: BTreeMap<usize, String>,
    moderation: Moderation,
    merges: BTreeMap<String, String>,
    quiz: QuizSheet,
}

impl Recount {
    pub(crate) fn hear(&mut self, granted: &Granted) {
        if granted.happened {
            self.obey(&granted.command, granted);
        }
    }

    fn obey(&mut self, command: &Command, granted: &Granted) {
        match command {
            Command::AtRevision(_, command) => self.obey(command, granted),
            Command::Edit { settings, .. } => {
                if let Some(settings) = settings {
                    self.hides_names = !settings.show_names;
                    self.shows_profane = settings.profanity == Profanity::Off;
                }
            }
            Command::AddActivity { id, config, .. } => {
                let kind = config.kind().name();
                let config = serde_json::to_value(config.wire()).expect("it can be written");
                self.sheets.insert(*id, Sheet { kind, config, round: 1, ..Sheet::default() });
                self.created.push(*id);
            }
            Command::EditActivity { id, config, .. } => {
                if let Some(config) = config {
                    let sheet = self.sheets.get_mut(id).expect("it was added");
                    sheet.config = serde_json::to_value(config.wire()).expect("it can be written");
                }
            }
            Command::DeleteActivity { id } => {
                self.sheets.remove(id);
                self.current = self.current.filter(|current| current != id);
            }
            Command::TakeStep { activity, step } => self.step(*activity, *step),
            Command::Complete | Command::Elapse => {
                self.sheets.values_mut().for_each(|sheet| sheet.is_active = false);
            }
            Command::Control { activity, control, pacing_ms } => {
                let people = &self.people;
                let sheet = self.sheets.get_mut(activity).expect("it was added");
                let opens_in = |countdown: u64| match countdown {
                    0 => 0,
                    seconds => (seconds * 1_000).max(u64::from(*pacing_ms) * 6 / 5 + 500),
                };
                sheet.control(control, granted.at.0, opens_in, people);
            }
            Command::AllAnswered => {
                let current = self.current.expect("something runs");
                self.sheets.get_mut(&current).expect("it was added").reveal_cards();
            }
            Command::Join { spectator, .. } => {
                let Reply::Joined { id, .. } = granted.reply else { panic!("they joined") };
                self.people.push(Person {
                    id,
                    spectator: *spectator,
                    has_left: false,
                    was_removed: false,
                });
            }
            Command::EditParticipant { id, spectator, .. } => {
                if let Some(spectator) = spectator {
                    self.person(*id).spectator = *spectator;
                }
            }
            Command::Leave { id } => self.person(*id).has_left = true,
            Command::Remove { id, .. } => self.remove(*id),
            Command::Moderate { item, verdict, remove_author } => {
                let judged = granted.judged.as_ref().expect("it was there");
                self.judge(*item, *verdict, judged, *remove_author);
            }
            Command::Answer { who, activity, answer } => {
                let sheet = self.sheets.get_mut(activity).expect("it was added");
                sheet.answers.retain(|(seat, _)| *seat != who.seat.index());
                sheet.answers.push((who.seat.index(), answer.clone()));
                sheet.arrivals.insert(who.seat.index(), granted.at.0);
                sheet.quiz.answered(who.seat.index(), granted.at.0);
                sheet.moderation.answered(who.seat.index(), answer, self.shows_profane);
                sheet.forget_unwritten();
            }
            Command::Withdraw { who, activity, .. } => {
                let sheet = self.sheets.get_mut(activity).expect("it was added");
                sheet.answers.retain(|(seat, _)| *seat != who.seat.index());
                sheet.forget_unwritten();
            }
            Command::OrderActivities { .. }
            | Command::Open
            | Command::Announce { .. }
            | Command::SetScreen { .. }
            | Command::Observe { .. } => {}
        }
    }

    /// The key of the word that a word of a word cloud counts for.
    pub(crate) fn root_in(&self, cloud: ActivityId, word: &str) -> String {
        self.sheets[&cloud].root(word)
    }

    pub(crate) fn hides_words(&self, cloud: ActivityId) -> bool {
        let moderation = &self.sheets[&cloud].moderation;
        !moderation.hidden.is_empty() || !moderation.pending.is_empty()
    }

    fn remove(&mut self, id: ParticipantId) {
        let seat = self.people.iter().position(|person| person.id == id).expect("they joined");
        self.people[seat].was_removed = true;
        for sheet in self.sheets.values_mut() {
            sheet.moderation.hide_texts_of(seat);
            for (_, answer) in sheet.answers.iter_mut().filter(|(other, _)| *other == seat) {
                if let Answer::WordCloud(answer) = answer {
                    answer.words.clear();
                }
            }
            sheet.forget_unwritten();
        }
    }

    fn judge(&mut self, item: ItemId, verdict: Verdict, text: &str, removes: bool) {
        let seat = match item.kind {
            ItemKind::Nickname => Some(item.place as usize),
            ItemKind::Text => {
                let sheet = self.sheets.get_mut(&self.created[item.place as usize]);
                let moderation = &mut sheet.expect("it was added").moderation;
                moderation.statuses[item.number as usize] = verdict.status();
                Some(moderation.authors[item.number as usize])
            }
            ItemKind::Word => {
                let sheet = self.sheets.get_mut(&self.created[item.place as usize]);
                let sheet = sheet.expect("it was added");
                sheet.moderation.judge_word(&key(text), verdict);
                let writers = sheet.answers.iter().filter_map(|(seat, answer)| match answer {
                    Answer::WordCloud(answer) => {
                        let wrote = answer.words.iter().any(|word| key(word) == key(text));
                        wrote.then_some(*seat)
                    }
                    _ => None,
                });
                writers.min_by_key(|seat| (sheet.arrivals[seat], *seat))
            }
        };
        let author = seat.map(|seat| &self.people[seat]).filter(|it| removes && it.is_there());
        if let Some(id) = author.map(|person| person.id) {
            self.remove(id);
        }
    }

    fn person(&mut self, id: ParticipantId) -> &mut Person {
        self.people.iter_mut().find(|person| person.id == id).expect("they joined")
    }

    fn step(&mut self, id: ActivityId, step: Step) {
        match step {
            Step::Publish | Step::Unpublish => {}
            Step::Expire => self.sheets.get_mut(&id).expect("it was added").is_active = false,
            Step::Activate | Step::Reopen => {
                for (other, sheet) in &mut self.sheets {
                    sheet.is_active = *other == id;
                }
                self.current = Some(id);
            }
        }
    }

    /// The type of what runs, and what this view should see of its results.
    pub(crate) fn results(
        &self,
        view: View,
        is_online: impl Fn(usize) -> bool,
    ) -> Option<(&'static str, Option<Value>)> {
        let sheet = &self.sheets[&self.current?];
        let awaited = (0..self.people.len()).filter(|seat| {
            let person = &self.people[*seat];
            let is_awaited = person.is_there() && !person.spectator && is_online(*seat);
            sheet.is_active && is_awaited && sheet.answer_of(*seat).is_none()
        });
        let awaited = awaited.count();
        let is_shown = match sheet.config["results"].as_str() {
            Some("on_reveal") => view == View::Runner || sheet.is_revealed,
            Some("never") => view == View::Runner,
            Some(_) | None => true,
        };
        let results = match sheet.kind {
            "poll" => is_shown.then(|| sheet.poll(view)),
            "wordcloud" => is_shown.then(|| sheet.cloud()),
            "poker" => {
                let shows_names = !self.hides_names && sheet.config["show_names"] == true;
                let total = sheet.answers.len() + awaited;
                Some(sheet.poker(&self.people, total, shows_names, is_online))
            }
            "quiz" => {
                let quiz = &sheet.quiz;
                quiz.results(&sheet.config, &sheet.answers, view, &self.people, awaited)
            }
            other => panic!("nobody counts {other}"),
        };
        Some((sheet.kind, results))
    }
}

impl Sheet {
    fn answer_of(&self, seat: usize) -> Option<&Answer> {
        self.answers.iter().find(|(other, _)| *other == seat).map(|(_, answer)| answer)
    }

    fn control(
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
    fn forget_unwritten(&mut self) {
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

    fn reveal_cards(&mut self) {
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

    fn poker(
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

    fn poll(&self, view: View) -> Value {
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
                let newest = polls().rev_list().into_iter();
                let shown = newest.filter(|(seat, _)| self.moderation.shows_text_of(*seat));
                results["latest"] = shown
                    .take(most)
                    .map(|(_, it)| json!(it.text.as_ref().expect("a text")))
                    .collect();
            }
        }
        results
    }

    fn cloud(&self) -> Value {
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

    fn root(&self, word: &str) -> String {
        let mut root = word.to_owned();
        while let Some(into) = self.merges.get(&root) {
            root = into.clone();
        }
        root
    }
}

trait Backwards: Iterator + Sized {
    fn rev_list(self) -> Vec<Self::Item> {
        let mut items: Vec<_> = self.collect();
        items.reverse();
        items
    }
}

impl<I: Iterator> Backwards for I {}

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
