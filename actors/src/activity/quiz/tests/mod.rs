//! A quiz at a table: people, a clock, and what the framework would do around the rules.

mod config;
mod properties;
mod reveal;
mod rules;

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        ActivityStatus, Config, Kind,
        rules::{ActivityRules, Audience, Running, Scene, View, Wire},
    },
    Quiz, QuizAnswer, QuizChange, QuizConfig, QuizControl,
};
use crate::session::{
    FieldError, Membership, NotAccepting, Participant, ParticipantId, People, Rejection, Round,
    Seat, Timestamp,
};

const START: u64 = 1_700_000_000_000;

struct Table {
    quiz: Quiz,
    people: People,
    now: u64,
    status: ActivityStatus,
    pacing_ms: u32,
    show_names: bool,
}

impl Table {
    /// A running quiz that opens its questions at once, with so many people.
    fn new(people: u32, mut config: Value) -> Self {
        config.as_object_mut().unwrap().entry("countdown_s").or_insert(json!(0));
        Self {
            quiz: Quiz::new(parse(&config).unwrap()),
            people: people_of((0..people).map(person).collect()),
            now: START,
            status: ActivityStatus::Active,
            pacing_ms: 2000,
            show_names: true,
        }
    }

    fn scene(&self) -> Scene<'_> {
        self.scene_at(self.now)
    }

    fn scene_at(&self, at: u64) -> Scene<'_> {
        Scene {
            no: crate::activity::ActivityNo(0),
            at: Timestamp(at),
            status: self.status,
            round: Round::FIRST,
            people: &self.people,
            show_names: self.show_names,
            profanity: crate::session::Profanity::Off,
            pacing_ms: self.pacing_ms,
        }
    }

    fn control(&mut self, control: Value) -> Result<QuizChange, Rejection> {
        let control: QuizControl = serde_json::from_value(control).unwrap();
        let change = self.quiz.decide_control(&control, &self.scene())?;
        self.quiz.apply(&change, &self.people, Timestamp(self.now));
        Ok(change)
    }

    fn act(&mut self, action: &str) -> Result<QuizChange, Rejection> {
        self.control(json!({ "action": action }))
    }

    fn judge(&mut self, seat: u32, correct: bool) -> Result<QuizChange, Rejection> {
        let id = person(seat).id;
        self.control(json!({ "action": "judge", "participant_id": id, "correct": correct }))
    }

    /// As the framework does: an equal answer is given already, another one is a change.
    fn answer(&mut self, seat: u32, body: Value) -> Result<(), Rejection> {
        self.answer_at(self.now, seat, body)
    }

    fn answer_at(&mut self, at: u64, seat: u32, body: Value) -> Result<(), Rejection> {
        let answer: QuizAnswer = serde_json::from_value(body).unwrap();
        let scene = self.scene_at(at);
        let given = self.quiz.read(&answer, &scene)?;
        match self.quiz.given(Seat(seat)) {
            Some(before) if *before == given => return Ok(()),
            Some(_) => return Err(Rejection::ChangeNotAllowed),
            None => self.quiz.accepts(&scene)?,
        }
        self.quiz.put(Seat(seat), &given, Timestamp(at));
        Ok(())
    }

    fn choose(&mut self, seat: u32, question: &str, choice: &str) -> Result<(), Rejection> {
        self.answer(seat, json!({ "question": question, "choices": [choice] }))
    }

    fn phase(&self) -> &'static str {
        self.quiz.phase(&self.scene())
    }

    fn results(&self, view: View) -> Value {
        let audience = Audience { awaited: 2, ..Audience::default() };
        shown(self.quiz.results(view, &audience, &self.scene()))
    }

    fn current(&self) -> Value {
        shown(self.quiz.current())
    }

    /// `[seat, score, rank, delta]` of each row.
    fn rows(&self, view: View) -> Vec<[i64; 4]> {
        let results = self.results(view);
        let rows = results["leaderboard"].as_array().unwrap();
        let of = |row: &Value, key: &str| row[key].as_i64().unwrap();
        rows.iter()
            .map(|row| [seat_in(row), of(row, "score"), of(row, "rank"), of(row, "delta")])
            .collect()
    }

    /// `(correct, points, streak)` of one person in every revealed question.
    fn log(&self, seat: u32) -> Vec<Option<(bool, u32, u32)>> {
        let questions = self.quiz.standings(&self.people).unwrap().questions;
        let outcome = |log: &super::QuestionLog| *log.by_seat.get(seat as usize)?;
        let brief = |it: super::super::Outcome| (it.correct, it.points, it.streak);
        questions.iter().map(|log| outcome(log).map(brief)).collect()
    }

    fn set_person(&mut self, seat: u32, change: impl FnOnce(&mut Participant)) {
        let mut seats = self.people.seats().to_vec();
        change(&mut seats[seat as usize]);
        self.people = people_of(seats);
    }

    fn remove(&mut self, seat: u32) {
        self.set_person(seat, |person| person.presence = Membership::Removed);
    }
}

fn parse(config: &Value) -> Result<Arc<QuizConfig>, Vec<FieldError>> {
    match Kind::Quiz.config(config).unwrap()? {
        Config::Quiz(config) => Ok(config),
        other => panic!("{other:?}"),
    }
}

/// Two questions of options a to c, right is b.
fn two_choices() -> Value {
    json!({ "questions": [choice("b"), choice("b")], "scoring": "flat" })
}

fn choice(correct: &str) -> Value {
    let options = json!([{ "label": "Red" }, { "label": "Green" }, { "label": "Blue" }]);
    json!({ "kind": "choice", "prompt": "Which?", "options": options, "correct": [correct] })
}

fn buzzer() -> Value {
    json!({ "kind": "buzzer", "prompt": "Who sings?" })
}

fn person(seat: u32) -> Participant {
    Participant {
        renames: 0,
        id: ParticipantId(Uuid::from_u128(u128::from(seat) + 1)),
        nickname: format!("Person {seat}").into(),
        spectator: false,
        joined_at: Timestamp(START),
        client: None,
        presence: Membership::Present,
    }
}

/// By way of a snapshot, the only door that is open here.
fn people_of(seats: Vec<Participant>) -> People {
    let config = bincode::config::standard();
    let withheld = crate::session::Withheld::default();
    let bytes = bincode::encode_to_vec((seats, withheld), config).unwrap();
    bincode::decode_from_slice(&bytes, config).unwrap().0
}

fn seat_in(row: &Value) -> i64 {
    let id: ParticipantId = serde_json::from_value(row["participant_id"].clone()).unwrap();
    i64::try_from(id.0.as_u128()).unwrap() - 1
}

fn seats_in(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(seat_in).collect()
}

fn shown(wire: Option<Wire<'_>>) -> Value {
    wire.map_or(Value::Null, |wire| serde_json::to_value(wire).unwrap())
}

fn refused(why: NotAccepting) -> Result<(), Rejection> {
    Err(Rejection::NotAccepting(why))
}
