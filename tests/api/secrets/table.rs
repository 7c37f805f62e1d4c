//! Which secrets there are, by which signs they are known, and who may see each of them where.
//!
//! Every row says both: where a secret may be found, and where it must be. So no search is for
//! something that is never there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::walk::{Got, Reader};
use Reader::{Admin, Ana, Ben, Cleo, Cookie, Eve, Mia, OtherRunner, Pen, Runner, Vera};

/// How a secret is known.
#[derive(Debug, Clone)]
pub(super) enum Sign {
    Says(String),
    /// Something is said more or less often than another of its kind, which nobody chose.
    Uneven(String, String),
}

pub(super) fn says(text: impl Into<String>) -> Sign {
    Sign::Says(text.into())
}

pub(super) fn uneven(text: &str, unchosen: &str) -> Sign {
    Sign::Uneven(text.to_owned(), unchosen.to_owned())
}

impl Sign {
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Says(needle) => text.contains(needle),
            Self::Uneven(chosen, unchosen) => {
                text.matches(chosen).count() != text.matches(unchosen).count()
            }
        }
    }
}

/// Some readers and what they ask for.
#[derive(Debug, Clone)]
pub(super) struct Places {
    readers: Vec<Reader>,
    /// None: anything.
    operations: Vec<&'static str>,
}

impl Places {
    fn has(&self, reader: Reader, operation: &str) -> bool {
        let is_there = self.operations.is_empty() || self.operations.contains(&operation);
        is_there && self.readers.contains(&reader)
    }
}

pub(super) const ADMINS: [Reader; 2] = [Admin, Cookie];
pub(super) const STEERERS: [Reader; 3] = [Runner, Admin, Cookie];
/// Everybody who joined the session.
const PEOPLE: [Reader; 6] = [Ana, Ben, Vera, Pen, Mia, Eve];
/// Who belongs to the other session.
const OTHERS: [Reader; 4] = [Cleo, OtherRunner, Admin, Cookie];

pub(super) fn anywhere(readers: &[Reader]) -> Places {
    at(readers, &[])
}

pub(super) fn at(readers: &[Reader], operations: &[&'static str]) -> Places {
    Places { readers: readers.to_vec(), operations: operations.to_vec() }
}

/// Where an administrator edits.
pub(super) fn editing() -> Places {
    at(&ADMINS, &["sessions_show", "activities_list", "activities_show"])
}

/// What those who steer are answered: the activity, without what only editing shows.
pub(super) fn steps() -> Places {
    let steps = [
        "activities_publish",
        "activities_unpublish",
        "activities_activate",
        "activities_expire",
        "activities_reopen",
        "activities_control",
    ];
    at(&STEERERS, &steps)
}

pub(super) fn queue() -> Places {
    at(&STEERERS, &["moderation_list"])
}

pub(super) fn own(reader: Reader) -> Places {
    at(&[reader], &["people_show_me"])
}

pub(super) fn screens() -> Places {
    at(&STEERERS, &["state_poll"])
}

pub(super) fn reports() -> Places {
    at(&ADMINS, &["results_summary", "results_export"])
}

pub(super) fn in_the_other_session() -> Places {
    anywhere(&OTHERS)
}

/// Names of secrets.
type Found<'a> = BTreeSet<&'a str>;

struct Row {
    signs: Vec<Sign>,
    may: Vec<Places>,
    must: Vec<Places>,
}

/// All secrets at one moment of the event.
#[derive(Default)]
pub(super) struct Table {
    rows: BTreeMap<&'static str, Row>,
    /// Who was sent away, and sees nothing.
    gone: Vec<Reader>,
    /// Of those whose answers nobody may know: who, what they are known by, what they wrote.
    anonymous: Vec<(Reader, [String; 2], Vec<String>)>,
}

impl Table {
    /// A new secret, which nobody sees.
    pub(super) fn add(&mut self, name: &'static str, signs: impl IntoIterator<Item = Sign>) {
        let row = Row { signs: signs.into_iter().collect(), may: vec![], must: vec![] };
        assert!(self.rows.insert(name, row).is_none(), "{name} is there already");
    }

    /// From now on it is exactly here.
    pub(super) fn is(&mut self, name: &str, places: &[Places]) {
        let row = self.row(name);
        (row.may, row.must) = (places.to_vec(), places.to_vec());
    }

    /// From now on it may be here too.
    pub(super) fn may(&mut self, name: &str, places: &[Places]) {
        self.row(name).may.extend_from_slice(places);
    }

    /// From now on these need not be anywhere; they may be where they could be.
    pub(super) fn pass(&mut self, names: &[&str]) {
        names.iter().for_each(|name| self.row(name).must.clear());
    }

    /// It is said to everybody in the session, for example by their frames.
    pub(super) fn told(&mut self, name: &str) {
        let must = [at(&PEOPLE, &["state_poll"]), screens()];
        let row = self.row(name);
        row.may = vec![anywhere(&PEOPLE), anywhere(&STEERERS)];
        row.must = must.to_vec();
    }

    /// It must be here as well.
    pub(super) fn also(&mut self, name: &str, places: &[Places]) {
        self.row(name).must.extend_from_slice(places);
        self.may(name, places);
    }

    pub(super) fn nobody(&mut self, name: &str) {
        self.is(name, &[]);
    }

    pub(super) fn sent_away(&mut self, reader: Reader) {
        self.gone.push(reader);
    }

    /// Nobody may learn that this is theirs.
    pub(super) fn unnamed(&mut self, who: Reader, known_by: [String; 2], wrote: &[&str]) {
        let wrote = wrote.iter().map(|it| (*it).to_owned()).collect();
        self.anonymous.push((who, known_by, wrote));
    }

    fn row(&mut self, name: &str) -> &mut Row {
        self.rows.get_mut(name).unwrap_or_else(|| panic!("no secret is called {name}"))
    }

    /// What is wrong with what everybody got.
    pub(super) fn judge(&self, got: &[Got]) -> Vec<String> {
        // Most bodies are alike: each is searched once.
        let mut bodies = HashMap::new();
        let found: Vec<Found<'_>> = got
            .iter()
            .map(|it| {
                let in_body = bodies.entry(&*it.body).or_insert_with(|| self.found(&it.body));
                in_body.union(&self.found(&it.headers)).copied().collect()
            })
            .collect();
        let got = || got.iter().zip(&found);
        let mut wrong: Vec<String> =
            got().flat_map(|(it, found)| self.told_too_much(it, found)).collect();
        for (name, row) in &self.rows {
            for places in &row.must {
                for reader in places.readers.iter().filter(|it| !self.gone.contains(it)) {
                    for operation in &places.operations {
                        let mut answers = got()
                            .filter(|(it, _)| it.reader == *reader && it.operation == *operation);
                        if !answers.any(|(_, found)| found.contains(name)) {
                            wrong.push(format!("{reader:?} does not find {name} at {operation}"));
                        }
                    }
                }
            }
        }
        wrong
    }

    /// The secrets that a text tells.
    fn found(&self, text: &str) -> Found<'_> {
        let rows = self.rows.iter();
        let told = rows.filter(|(_, row)| row.signs.iter().any(|sign| sign.is_in(text)));
        told.map(|(name, _)| *name).collect()
    }

    fn told_too_much(&self, got: &Got, found: &Found<'_>) -> Vec<String> {
        let at = || format!("{:?} at {}", got.reader, got.operation);
        let seen = found.iter().filter(|name| !self.may_see(&self.rows[*name], got));
        let seen = seen.map(|name| format!("{} finds {name}", at()));
        let tied = self.anonymous.iter().filter(|(who, ..)| *who != got.reader);
        let tied = tied.filter(|(_, known_by, wrote)| got.ties(known_by, wrote));
        seen.chain(tied.map(|(who, ..)| format!("{} learns what {who:?} wrote", at()))).collect()
    }

    fn may_see(&self, row: &Row, got: &Got) -> bool {
        let is_gone = self.gone.contains(&got.reader);
        let has = |operation: &str| row.may.iter().any(|it| it.has(got.reader, operation));
        !is_gone
            && match got.is_read {
                true => has(&got.operation),
                // What is done answers with what it is done to, and no more than may be read.
                false => has(&got.operation) || has(mirror(&got.operation, got.reader)),
            }
    }
}

/// Where the same may be read that this answers with.
fn mirror(operation: &str, reader: Reader) -> &'static str {
    let is_owner = ADMINS.contains(&reader);
    match operation.split('_').next().unwrap_or_default() {
        "activities" if is_owner && is_editing(operation) => "activities_show",
        "sessions" if is_owner => "sessions_show",
        "moderation" => "moderation_list",
        "answers" => "people_show_me",
        "people" if matches!(operation, "people_edit_me" | "people_join") => "people_show_me",
        "people" => "people_list",
        _ => "state_poll",
    }
}

fn is_editing(operation: &str) -> bool {
    matches!(operation, "activities_create" | "activities_edit" | "activities_reorder")
}

impl Got {
    /// Whether one row of a list says both who somebody is and what they wrote.
    fn ties(&self, known_by: &[String], wrote: &[String]) -> bool {
        let says = |text: &str, any: &[String]| any.iter().any(|it| text.contains(it));
        let is_tied = |text: &str| says(text, known_by) && says(text, wrote);
        self.lines.iter().any(|line| is_tied(line))
            || self.json.as_ref().is_some_and(|json| items(json).iter().any(|it| is_tied(it)))
    }
}

/// The smallest objects of lists, and whole bodies that are one object without lists.
fn items(json: &Value) -> Vec<String> {
    fn collect(value: &Value, to: &mut Vec<String>) {
        match value {
            Value::Array(values) => {
                to.extend(values.iter().filter(|it| it.is_object()).map(Value::to_string));
                values.iter().for_each(|it| collect(it, to));
            }
            Value::Object(fields) => fields.values().for_each(|it| collect(it, to)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut items = vec![];
    collect(json, &mut items);
    if items.is_empty() {
        items.push(json.to_string());
    }
    items
}
