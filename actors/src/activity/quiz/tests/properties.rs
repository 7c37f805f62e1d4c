//! Whatever happens in a quiz, its scores are what a recount from a plain list gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::activity::rules::{Outcome, Standing};

const PEOPLE: u32 = 6;
const LIMIT_S: u64 = 4;

#[derive(Debug, Clone)]
enum Op {
    Answer { seat: u32, pick: usize, lag_ms: u64 },
    Wait(u64),
    Act(&'static str),
    Judge { seat: u32, correct: bool },
    Remove(u32),
    Spectate(u32),
}

fn op() -> impl Strategy<Value = Op> {
    let seat = 0..PEOPLE;
    let answer = (seat.clone(), 0..4usize, 0..400u64);
    prop_oneof![
        12 => answer.prop_map(|(seat, pick, lag_ms)| Op::Answer { seat, pick, lag_ms }),
        4 => (0..1500u64).prop_map(Op::Wait),
        4 => Just(Op::Act("next")),
        4 => Just(Op::Act("reveal")),
        1 => Just(Op::Act("redo")),
        1 => Just(Op::Act("leaderboard")),
        3 => (seat.clone(), any::<bool>()).prop_map(|(seat, correct)| Op::Judge { seat, correct }),
        1 => seat.clone().prop_map(Op::Remove),
        1 => seat.prop_map(Op::Spectate),
    ]
}

/// The kinds in turn, each with what somebody may answer; which of them are right is below.
const KINDS: [&str; 5] = ["choice", "true_false", "numeric", "buzzer", "choice"];

fn question(kind: &str, points: u32) -> Value {
    let mut question = match kind {
        "choice" => choice("b"),
        "true_false" => json!({ "kind": kind, "prompt": "?", "correct": ["false"] }),
        "numeric" => {
            json!({ "kind": kind, "prompt": "?", "correct": { "value": 2, "tolerance": 1 } })
        }
        _ => buzzer(),
    };
    question["time_limit_s"] = json!(LIMIT_S);
    question["points"] = json!(points);
    question
}

fn body(index: usize, pick: usize) -> Value {
    let question = format!("q{}", index + 1);
    match KINDS[index] {
        "choice" => json!({ "question": question, "choices": CHOICES[pick] }),
        "true_false" => json!({ "question": question, "choices": [TRUTHS[pick % 2]] }),
        "numeric" => json!({ "question": question, "value": pick }),
        _ => json!({ "question": question, "buzz": true }),
    }
}

const CHOICES: [&[&str]; 4] = [&["a"], &["b"], &["a", "b"], &["c"]];
const TRUTHS: [&str; 2] = ["true", "false"];

fn is_right(kind: &str, pick: usize, verdict: Option<bool>) -> bool {
    match kind {
        "choice" => pick == 1,
        "true_false" => pick % 2 == 1,
        "numeric" => (1..=3).contains(&pick),
        _ => verdict == Some(true),
    }
}

/// A plain list of what was accepted.
#[derive(Debug, Default)]
struct History {
    points: Vec<u32>,
    scoring: &'static str,
    streak_bonus: bool,
    runs: Vec<Run>,
    finished: Option<Crowd>,
}

/// One question, from its asking on; a redo replaces it.
#[derive(Debug, Clone, Default)]
struct Run {
    opened_at: u64,
    /// `(ms, seat, pick)`, as they were accepted.
    answers: Vec<(u64, u32, usize)>,
    verdicts: BTreeMap<u32, bool>,
    revealed_to: Option<Crowd>,
}

/// `(is present, is a spectator)` by seat.
type Crowd = Vec<(bool, bool)>;
/// `(score, rank)` by seat.
type Ranks = Vec<Option<(u32, u32)>>;

impl History {
    fn revealed(&self) -> &[Run] {
        let count = self.runs.iter().take_while(|run| run.revealed_to.is_some()).count();
        &self.runs[..count]
    }

    fn right(&self, n: usize) -> Vec<(u64, u32)> {
        let run = &self.runs[n];
        let mut answers: Vec<_> = run.answers.iter().enumerate().collect();
        answers.sort_by_key(|(turn, (ms, ..))| (*ms, *turn));
        answers
            .into_iter()
            .filter(|(_, (_, seat, pick))| {
                is_right(KINDS[n], *pick, run.verdicts.get(seat).copied())
            })
            .map(|(_, (ms, seat, _))| (*ms, *seat))
            .collect()
    }

    /// The contract's formulas in floating point; the nudge decides halves as on paper.
    fn outcome(&self, n: usize, seat: u32) -> Option<Outcome> {
        let (ms, ..) = *self.runs[n].answers.iter().find(|(_, who, _)| *who == seat)?;
        let place = self.right(n).iter().position(|(_, who)| *who == seat);
        let streak = (0..=n).rev().take_while(|n| self.right(*n).iter().any(|it| it.1 == seat));
        let streak = streak.count();
        let share = match self.scoring {
            "speed" if ms < 500 => 1.0,
            "speed" => 1.0 - ms as f64 / (LIMIT_S * 1000) as f64 / 2.0,
            "flat" => 1.0,
            _ => 1.0 - 0.025 * place.unwrap_or_default() as f64,
        };
        let worth = (share * f64::from(self.points[n]) + 0.5 + 1e-6).floor() as u32;
        let bonus = if self.streak_bonus { [0, 0, 100, 200, 300, 400][streak] } else { 0 };
        Some(Outcome {
            correct: place.is_some(),
            points: place.map_or(0, |_| worth + bonus),
            ms: ms as u32,
            streak: streak as u32,
        })
    }

    fn score(&self, questions: usize, seat: u32) -> u32 {
        (0..questions).filter_map(|n| self.outcome(n, seat)).map(|outcome| outcome.points).sum()
    }

    fn ranks(&self, questions: usize, crowd: &Crowd) -> Ranks {
        let score = |seat: u32| self.score(questions, seat);
        let rank = |seat: u32| {
            let ahead = (0..PEOPLE).filter(|it| crowd[*it as usize].0 && score(*it) > score(seat));
            1 + ahead.count() as u32
        };
        let is_ranked = |seat: u32| {
            let (present, spectator) = crowd[seat as usize];
            score(seat) > 0 || present && !spectator
        };
        (0..PEOPLE).map(|seat| is_ranked(seat).then(|| (score(seat), rank(seat)))).collect()
    }

    fn ranks_after_reveal(&self, questions: usize) -> Ranks {
        match questions.checked_sub(1) {
            Some(last) => self.ranks(questions, self.runs[last].revealed_to.as_ref().unwrap()),
            None => vec![],
        }
    }

    fn present_ranks(&self) -> Ranks {
        let questions = self.revealed().len();
        match &self.finished {
            Some(crowd) => self.ranks(questions, crowd),
            None => self.ranks_after_reveal(questions),
        }
    }

    /// The same scores, ranked among those who are there now.
    fn ranks_among(&self, crowd: &Crowd) -> Ranks {
        let standings = self.present_ranks();
        let scores = || standings.iter().map(|standing| standing.map(|(score, _)| score));
        let ahead = |score: u32| {
            let there = scores().zip(crowd).filter(|(_, (is_present, _))| *is_present);
            there.filter(|(other, _)| other.is_some_and(|other| other > score)).count() as u32
        };
        scores().map(|score| score.map(|score| (score, 1 + ahead(score)))).collect()
    }

    /// `[seat, score, rank, delta]` of those who are there now, best first.
    fn rows(&self, crowd: &Crowd) -> Vec<[i64; 4]> {
        let ranks = self.present_ranks();
        let before = self.ranks_after_reveal(self.revealed().len() - 1);
        let mut there: Vec<(u32, u32, u32)> = (0..PEOPLE)
            .filter(|seat| crowd[*seat as usize].0)
            .filter_map(|seat| ranks[seat as usize].map(|(score, rank)| (seat, score, rank)))
            .collect();
        there.sort_by_key(|(seat, score, _)| (std::cmp::Reverse(*score), *seat));
        let all = there.clone();
        let row = |(seat, score, rank): (u32, u32, u32)| {
            let ahead = all.iter().filter(|other| other.1 > score).count();
            let delta = match before.get(seat as usize).copied().flatten() {
                Some((_, earlier)) => i64::from(earlier) - i64::from(rank),
                None => 0,
            };
            [i64::from(seat), i64::from(score), 1 + ahead as i64, delta]
        };
        there.into_iter().map(row).collect()
    }

    fn counts(&self) -> Option<BTreeMap<String, u32>> {
        let n = self.runs.len() - 1;
        let mut counts: BTreeMap<String, u32> = match KINDS[n] {
            "choice" => ["a", "b", "c"].map(|id| (id.into(), 0)).into(),
            "true_false" => TRUTHS.map(|id| (id.into(), 0)).into(),
            "numeric" => BTreeMap::new(),
            _ => return None,
        };
        for (_, _, pick) in &self.runs[n].answers {
            let chosen: Vec<String> = match KINDS[n] {
                "choice" => CHOICES[*pick].iter().map(|id| (*id).to_owned()).collect(),
                "true_false" => vec![TRUTHS[pick % 2].to_owned()],
                _ => vec![pick.to_string()],
            };
            chosen.into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
        }
        Some(counts)
    }
}

/// The subject, the list, and all that was done to the subject for a replay.
struct Game {
    table: Table,
    history: History,
    changes: Vec<Done>,
}

enum Done {
    Put(Seat, super::super::QuizGiven, Timestamp),
    Apply(QuizChange, Box<People>),
}

impl Game {
    fn new(points: Vec<u32>, scoring: &'static str, streak_bonus: bool) -> Self {
        let questions: Vec<Value> =
            KINDS.iter().zip(&points).map(|(kind, points)| question(kind, *points)).collect();
        let config = json!({
            "questions": questions, "scoring": scoring, "streak_bonus": streak_bonus,
        });
        let history = History { points, scoring, streak_bonus, ..History::default() };
        Self { table: Table::new(PEOPLE, config), history, changes: vec![] }
    }

    fn crowd(&self) -> Crowd {
        let seats = self.table.people.seats().iter();
        seats.map(|person| (person.is_present(), person.spectator)).collect()
    }

    fn run(&mut self, op: Op) {
        match op {
            Op::Wait(ms) => self.table.now += ms,
            Op::Remove(seat) => self.table.remove(seat),
            Op::Spectate(seat) => self.table.set_person(seat, |it| it.spectator = !it.spectator),
            Op::Answer { seat, pick, lag_ms } => self.answer(seat, pick, lag_ms),
            Op::Judge { seat, correct } => {
                if let Ok(change) = self.table.judge(seat, correct) {
                    self.history.runs.last_mut().unwrap().verdicts.insert(seat, correct);
                    self.done(change);
                }
            }
            Op::Act(action) => {
                if let Ok(change) = self.table.act(action) {
                    self.acted(action);
                    self.done(change);
                }
            }
        }
    }

    fn done(&mut self, change: QuizChange) {
        self.changes.push(Done::Apply(change, Box::new(self.table.people.clone())));
    }

    fn acted(&mut self, action: &str) {
        let run = Run { opened_at: self.table.now, ..Run::default() };
        let crowd = self.crowd();
        match action {
            "next" if self.history.runs.len() == KINDS.len() => self.history.finished = Some(crowd),
            "next" => self.history.runs.push(run),
            "redo" => *self.history.runs.last_mut().unwrap() = run,
            "reveal" => self.history.runs.last_mut().unwrap().revealed_to = Some(crowd),
            _ => {}
        }
    }

    /// Checks too that exactly the first answer in time is taken.
    fn answer(&mut self, seat: u32, pick: usize, lag_ms: u64) {
        self.table.now += 40;
        let at = self.table.now - lag_ms;
        let Some(n) = self.history.runs.len().checked_sub(1) else { return };
        let run = self.history.runs[n].clone();
        let is_open = run.revealed_to.is_none()
            && self.history.finished.is_none()
            && (run.opened_at..run.opened_at + LIMIT_S * 1000).contains(&at);
        let is_first = run.answers.iter().all(|(_, who, _)| *who != seat);
        let before = self.table.quiz.answered();
        let result = self.table.answer_at(at, seat, body(n, pick));
        let is_counted = self.table.quiz.answered() > before;
        assert_eq!(is_counted, is_open && is_first, "{result:?}");
        if is_counted {
            self.history.runs[n].answers.push((at - run.opened_at, seat, pick));
            let given = *self.table.quiz.given(Seat(seat)).unwrap();
            self.changes.push(Done::Put(Seat(seat), given, Timestamp(at)));
        }
    }

    fn check(&self) {
        self.check_standings();
        let Some(run) = self.history.runs.last() else { return };
        let is_finished = self.history.finished.is_some();
        if !is_finished {
            let who: BTreeSet<u32> = run.answers.iter().map(|(_, seat, _)| *seat).collect();
            for seat in 0..PEOPLE {
                assert_eq!(self.table.quiz.given(Seat(seat)).is_some(), who.contains(&seat));
            }
        }
        if is_finished || run.revealed_to.is_some() {
            assert_eq!(self.table.rows(View::Runner), self.history.rows(&self.crowd()));
        }
        if run.revealed_to.is_some() && !is_finished {
            self.check_reveal();
        }
    }

    fn check_standings(&self) {
        let standings = self.table.quiz.standings(&self.table.people).unwrap();
        let pair = |it: &Option<Standing>| it.map(|standing| (standing.score, standing.rank));
        let ranks: Ranks = standings.by_seat.iter().map(pair).collect();
        assert_eq!(ranks, self.history.ranks_among(&self.crowd()));
        assert_eq!(standings.questions.len(), self.history.revealed().len());
        for (n, log) in standings.questions.iter().enumerate() {
            assert_eq!(&*log.question, format!("q{}", n + 1));
            for seat in 0..PEOPLE {
                let outcome = log.by_seat.get(seat as usize).copied().flatten();
                assert_eq!(outcome, self.history.outcome(n, seat), "question {n}, seat {seat}");
            }
        }
    }

    fn check_reveal(&self) {
        let seen = self.table.results(View::Participant);
        let counts = seen.get("counts").map(|it| serde_json::from_value(it.clone()).unwrap());
        assert_eq!(counts, self.history.counts());
        let right = self.history.right(self.history.runs.len() - 1);
        let crowd = self.crowd();
        let fastest: Vec<i64> = right
            .iter()
            .take(3)
            .filter(|(_, seat)| crowd[*seat as usize].0)
            .map(|(_, seat)| i64::from(*seat))
            .collect();
        assert_eq!(seats_in(&seen["fastest"]), fastest);
    }

    /// The same changes give the same state, byte for byte, and a snapshot reads back as it was.
    fn check_replay(&self) {
        let mut replayed = Quiz::new(self.table.quiz.config().clone());
        for done in &self.changes {
            match done {
                Done::Put(seat, given, at) => replayed.put(*seat, given, *at),
                Done::Apply(change, people) => replayed.apply(change, people, Timestamp(0)),
            }
        }
        let config = bincode::config::standard();
        let bytes = |quiz: &Quiz| bincode::encode_to_vec(quiz, config).unwrap();
        assert_eq!(bytes(&replayed), bytes(&self.table.quiz));
        let (read, _): (Quiz, _) = bincode::decode_from_slice(&bytes(&replayed), config).unwrap();
        assert_eq!(read, self.table.quiz);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn scores_are_what_a_recount_gives(
        ops in proptest::collection::vec(op(), 0..120),
        points in proptest::collection::vec(0..1200u32, KINDS.len()),
        scoring in prop_oneof![Just("speed"), Just("flat"), Just("rank")],
        streak_bonus in any::<bool>(),
    ) {
        let mut game = Game::new(points, scoring, streak_bonus);
        for op in ops {
            game.run(op);
            game.check();
        }
        game.check_replay();
    }
}
