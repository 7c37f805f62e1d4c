//! Counts again what a session should show, from nothing but the commands that were granted.
//!
//! Shares no code with the engine: plain maps, and everything is counted anew each time.

use std::collections::BTreeMap;

use caja_actors::{
    activity::{Answer, Step, View},
    session::{ActivityId, Command, ItemId, ItemKind, ParticipantId, Profanity, Reply, Verdict},
};
use serde_json::Value;

use super::{
    recount_sheet::{Sheet, key},
    stage::Granted,
};

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
                    let (names, profanity) = (settings.show_names, settings.profanity);
                    self.hides_names = names.map_or(self.hides_names, |shown| !shown);
                    self.shows_profane =
                        profanity.map_or(self.shows_profane, |it| it == Profanity::Off);
                }
            }
            Command::AddActivity { id, config, .. } => {
                let kind = config.kind().name();
                let config = serde_json::to_value(config.wire()).expect("it can be written");
                self.sheets.insert(*id, Sheet::new(kind, config));
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
