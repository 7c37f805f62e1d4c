//! The recount's quiz: scores from the granted answers and the rules of the contract.

use std::collections::BTreeMap;

use caja_actors::{
    activity::{
        Answer, View,
        quiz::{QuizAnswer, QuizControl},
    },
    session::ParticipantId,
};
use serde_json::{Value, json};

use super::recount::Person;

#[derive(Default)]
pub(crate) struct QuizSheet {
    /// Index and opening of the question that was asked last; `None` when nothing is asked.
    asked: Option<(usize, u64)>,
    is_revealed: bool,
    is_finished: bool,
    arrivals: Vec<(usize, u64)>,
    verdicts: BTreeMap<ParticipantId, bool>,
    /// By seat, of every revealed question.
    outcomes: Vec<BTreeMap<usize, Outcome>>,
    /// Who was ranked after the last reveal.
    ranked: Vec<usize>,
    ranked_before: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Outcome {
    is_right: bool,
    points: u64,
    streak: u64,
}

impl QuizSheet {
    pub(crate) fn answered(&mut self, seat: usize, at: u64) {
        self.arrivals.push((seat, at));
    }

    /// Whether the answers so far are another question's now.
    pub(crate) fn control(
        &mut self,
        control: &QuizControl,
        config: &Value,
        answers: &[(usize, Answer)],
        opens_at: u64,
        people: &[Person],
    ) -> bool {
        match &*control.action {
            "next" if self.outcomes.len() < questions(config).len() => {
                self.ranked_before = self.ranked.clone();
                self.ask(self.outcomes.len(), opens_at)
            }
            "next" => {
                self.asked = None;
                self.is_finished = true;
                self.rank(people);
                true
            }
            "redo" => {
                let (index, _) = self.asked.expect("something was asked");
                self.outcomes.truncate(index);
                self.ranked = self.ranked_before.clone();
                self.ask(index, opens_at)
            }
            "reveal" => {
                self.mark(config, answers, people);
                self.rank(people);
                self.is_revealed = true;
                false
            }
            "judge" => {
                let id = control.participant_id.expect("checked");
                self.verdicts.insert(id, control.correct.expect("checked"));
                false
            }
            _ => false,
        }
    }

    fn ask(&mut self, index: usize, opens_at: u64) -> bool {
        self.asked = Some((index, opens_at));
        (self.is_revealed, self.is_finished) = (false, false);
        self.arrivals.clear();
        self.verdicts.clear();
        true
    }

    /// Seats, first come first.
    fn order(&self) -> Vec<(usize, u64)> {
        let opens_at = self.asked.map_or(0, |(_, opens_at)| opens_at);
        let mut order: Vec<_> =
            self.arrivals.iter().map(|(seat, at)| (*seat, at - opens_at)).collect();
        order.sort_by_key(|(_, ms)| *ms);
        order
    }

    fn mark(&mut self, config: &Value, answers: &[(usize, Answer)], people: &[Person]) {
        let (index, _) = self.asked.expect("something was asked");
        let question = &questions(config)[index];
        let (mut outcomes, mut right_before) = (BTreeMap::new(), 0);
        for (seat, ms) in self.order() {
            let answer = quiz_answer(answers, seat);
            let verdict = self.verdicts.get(&people[seat].id) == Some(&true);
            let is_right = is_right(question, answer, verdict);
            let before = self.outcomes.last().and_then(|outcomes| outcomes.get(&seat));
            let streak = if is_right { 1 + before.map_or(0, |it| it.streak) } else { 0 };
            let mut points = 0;
            if is_right {
                points = worth(config, question, ms, right_before);
                right_before += 1;
                if config["streak_bonus"] == true {
                    points += 100 * (streak - 1).min(5);
                }
            }
            outcomes.insert(seat, Outcome { is_right, points, streak });
        }
        self.outcomes.push(outcomes);
    }

    fn rank(&mut self, people: &[Person]) {
        self.ranked = (0..people.len())
            .filter(|seat| {
                let person = &people[*seat];
                person.is_there() && !person.spectator || self.score(*seat) > 0
            })
            .collect();
    }

    fn score(&self, seat: usize) -> u64 {
        self.outcomes.iter().filter_map(|outcomes| outcomes.get(&seat)).map(|it| it.points).sum()
    }

    pub(crate) fn results(
        &self,
        config: &Value,
        answers: &[(usize, Answer)],
        view: View,
        people: &[Person],
        awaited: usize,
    ) -> Option<Value> {
        let shows_board = config["leaderboard"] == "all"
            || config["leaderboard"] == "runner" && view == View::Runner;
        let board = || if shows_board { self.board(config, people) } else { Value::Null };
        if self.is_finished {
            return shows_board.then(|| json!({"question": null, "leaderboard": board()}));
        }
        let (index, _) = self.asked?;
        if !self.is_revealed && view == View::Participant {
            return None;
        }
        let question = &questions(config)[index];
        let mut results = json!({
            "question": question["id"], "answered": answers.len(),
            "total": answers.len() + awaited, "leaderboard": null, "fastest": null,
        });
        if question["kind"] == "buzzer" {
            let there = self.order().into_iter().filter(|(seat, _)| people[*seat].is_there());
            results["order"] =
                there.take(10).map(|(seat, ms)| json!([people[seat].id, ms])).collect();
        }
        if self.is_revealed {
            results["leaderboard"] = board();
            let outcomes = self.outcomes.last().expect("it was revealed");
            let right = self.order().into_iter().filter(|(seat, _)| outcomes[seat].is_right);
            let there = right.take(3).filter(|(seat, _)| people[*seat].is_there());
            results["fastest"] = there.map(|(seat, ms)| json!([people[seat].id, ms])).collect();
            let options = question["options"].as_array().expect("a list");
            if !options.is_empty() {
                let chosen = |id: &Value| {
                    let all = answers.iter().map(|(seat, _)| quiz_answer(answers, *seat));
                    all.filter(|it| it.choices.iter().flatten().any(|it| it == id)).count()
                };
                results["counts"] = options
                    .iter()
                    .map(|it| {
                        (it["id"].as_str().expect("a text").to_owned(), json!(chosen(&it["id"])))
                    })
                    .collect();
            }
        }
        Some(results)
    }

    fn board(&self, config: &Value, people: &[Person]) -> Value {
        let mut seats: Vec<_> =
            self.ranked.iter().copied().filter(|seat| people[*seat].is_there()).collect();
        seats.sort_by_key(|seat| (u64::MAX - self.score(*seat), *seat));
        let rank = |score| 1 + seats.iter().filter(|seat| self.score(**seat) > score).count();
        let rows =
            seats.iter().take(config["leaderboard_size"].as_u64().expect("a number") as usize);
        rows.map(|seat| json!([people[*seat].id, self.score(*seat), rank(self.score(*seat))]))
            .collect()
    }
}

fn questions(config: &Value) -> &[Value] {
    config["questions"].as_array().expect("a list")
}

fn quiz_answer(answers: &[(usize, Answer)], seat: usize) -> &QuizAnswer {
    match answers.iter().find(|(other, _)| *other == seat) {
        Some((_, Answer::Quiz(answer))) => answer,
        other => panic!("no answer to a quiz: {other:?}"),
    }
}

fn is_right(question: &Value, answer: &QuizAnswer, verdict: bool) -> bool {
    let key = &question["correct"];
    if let Some(value) = answer.value {
        let number = |field: &str| key[field].as_f64().expect("a number");
        return (value - number("value")).abs() <= number("tolerance");
    }
    match &answer.choices {
        Some(choices) => {
            let mut choices = choices.clone();
            choices.sort();
            json!(choices) == *key
        }
        None => verdict,
    }
}

/// The contract's formulas; with the points and times of these tests nothing lies half-way
/// between two whole numbers but what is a half exactly.
fn worth(config: &Value, question: &Value, ms: u64, right_before: u64) -> u64 {
    let points = question["points"].as_f64().expect("a number");
    let limit = question["time_limit_s"].as_f64().expect("a number") * 1_000.0;
    let exact = match config["scoring"].as_str() {
        Some("flat") => points,
        Some("rank") => (1_000.0 - 25.0 * right_before as f64).max(0.0) / 1_000.0 * points,
        _ if ms < 500 => points,
        _ => points - points * ms as f64 / limit / 2.0,
    };
    (exact + 1e-9).round() as u64
}
