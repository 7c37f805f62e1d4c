//! Quizzes: timed questions with a key, scores, and a leaderboard.
//!
//! A question is asked by `next`, opens a moment later for everybody at the same instant, closes
//! by the clock, and is scored by `reveal`. The clock alone moves countdown → open → closed, so
//! these three are one stage of the state: what they are is computed from the time.

mod answers;
mod bodies;
mod config;
mod kept;
mod report;
mod results;
mod scoring;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bincode::{Decode, Encode};

use self::{
    answers::Answers,
    bodies::read_answer,
    kept::Kept,
    scoring::{Board, mark},
};
pub use self::{
    answers::QuizGiven,
    bodies::{AnswerBody, QuizAnswer, QuizControl},
    config::{
        AnswerKey, LeaderboardPolicy, NumericKey, QuestionKind, QuizConfig, QuizQuestion, Scoring,
    },
    report::{QuestionReport, QuizPresent, QuizReport},
    results::{
        Arrival, AskedQuestion, LeaderboardRow, QuizCurrent, QuizFinished, QuizOpen,
        QuizPublicConfig, QuizResults, QuizRevealed,
    },
};
use super::{
    ActivityStatus,
    rows::AnswerRow,
    rules::{ActivityRules, Audience, QuestionLog, Running, Scene, Standings, View, Wire},
    shapes::Shapes,
};
use crate::session::{NotAccepting, People, Rejection, Round, Seat, Timestamp};

/// A countdown is never shorter than this share of the pacing, and a little: so that every phone
/// has polled, and drawn the question, before it opens.
const PACING_FIFTHS: u64 = 6;
const DRAWING_MS: u64 = 500;

/// What a control did. `question` is an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum QuizChange {
    /// The next question was asked.
    Asked {
        question: u16,
        opens_at: Timestamp,
        round: Round,
    },
    /// The present question was asked again, as if for the first time.
    AskedAgain {
        question: u16,
        opens_at: Timestamp,
        round: Round,
    },
    /// The present question was closed and scored.
    Revealed,
    LeaderboardShown,
    /// The facilitator said whether somebody who buzzed was right.
    Judged {
        seat: Seat,
        correct: bool,
    },
    /// There was no question left.
    Finished,
}

/// The state of a quiz.
///
/// Invariants: `logs` and `kept` have one entry for each revealed question, in their order; while a
/// question is not revealed, `before` equals `board`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Quiz {
    config: Arc<QuizConfig>,
    stage: Stage,
    /// To the present question.
    answers: Answers,
    logs: Vec<QuestionLog>,
    kept: Vec<Kept>,
    /// After the last reveal.
    board: Board,
    /// Without the present question: what `redo` goes back to, and what changes of rank are from.
    before: Board,
    showing_leaderboard: bool,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
enum Stage {
    Waiting,
    /// Countdown, open, or closed, by the clock.
    Asked(Asked),
    Revealed(Asked, Facts),
    Finished,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Asked {
    index: u16,
    opens_at: Timestamp,
    round: Round,
}

/// What was found out at a reveal, so that publishing need not look at every answer.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Facts {
    fastest: Vec<Seat>,
    /// For numeric questions: the most frequent answers with their counts.
    values: Vec<(f64, u32)>,
}

/// Where the clock stands in a question that is not revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Countdown,
    Open,
    Closed,
}

impl ActivityRules for Quiz {
    const NAME: &'static str = "quiz";
    const TITLE: &'static str = "Quiz";
    const DESCRIPTION: &'static str = "Timed questions with points and a leaderboard.";
    const ACTIONS: &'static [&'static str] = &["next", "reveal", "leaderboard", "redo", "judge"];

    type Config = QuizConfig;
    type Answer = QuizAnswer;
    type Given = QuizGiven;
    type Control = QuizControl;
    type Change = QuizChange;

    fn shapes() -> Shapes {
        let phases = &["waiting", "countdown", "open", "closed", "revealed", "finished"];
        Shapes::new::<QuizPublicConfig, AnswerBody<'_>>(Self::ACTIONS, phases)
            .current::<QuizCurrent<'_>>()
            .results::<QuizOpen<'_>>()
            .results::<QuizRevealed<'_>>()
            .results::<QuizFinished>()
            .report::<QuizReport<'_>>()
    }

    fn new(config: Arc<QuizConfig>) -> Self {
        Self {
            config,
            stage: Stage::Waiting,
            answers: Answers::default(),
            logs: vec![],
            kept: vec![],
            board: Board::default(),
            before: Board::default(),
            showing_leaderboard: false,
        }
    }

    fn config(&self) -> &Arc<QuizConfig> {
        &self.config
    }

    fn extend(&mut self, config: Arc<QuizConfig>) {
        self.config = config;
    }

    fn read(&self, answer: &QuizAnswer, _: &Scene<'_>) -> Result<QuizGiven, Rejection> {
        let asked = match &self.stage {
            Stage::Waiting => return Err(Rejection::NotAccepting(NotAccepting::Early)),
            Stage::Asked(asked) | Stage::Revealed(asked, _) => asked,
            Stage::Finished => return Err(Rejection::NotAccepting(NotAccepting::Late)),
        };
        let question = self.question(asked);
        if question.id != answer.question {
            return Err(Rejection::NotAccepting(NotAccepting::WrongQuestion));
        }
        read_answer(asked.index, question, answer)
    }

    fn given(&self, seat: Seat) -> Option<&QuizGiven> {
        self.answers.get(seat).map(|answer| &answer.given)
    }

    fn put(&mut self, seat: Seat, given: &QuizGiven, arrived_at: Timestamp) {
        debug_assert!(matches!(self.stage, Stage::Asked(_)), "only an asked question is answered");
        if let Some(asked) = self.asked() {
            let ms = arrived_at.ms_since(asked.opens_at);
            self.answers.put(seat, *given, u32::try_from(ms).unwrap_or(u32::MAX));
        }
    }

    fn answer_body<'a>(config: &'a QuizConfig, given: &'a QuizGiven) -> Wire<'a> {
        Box::new(AnswerBody::new(config, given))
    }

    fn decide_control(
        &self,
        control: &QuizControl,
        scene: &Scene<'_>,
    ) -> Result<QuizChange, Rejection> {
        match control.action.as_str() {
            "next" => self.decide_next(scene),
            "redo" => self.decide_redo(scene),
            "reveal" => self.decide_reveal(scene),
            "leaderboard" if !self.logs.is_empty() => Ok(QuizChange::LeaderboardShown),
            "judge" => self.decide_judge(control, scene),
            _ => Err(Rejection::InvalidAction),
        }
    }

    fn works_when_expired(control: &QuizControl) -> bool {
        control.action == "reveal"
    }

    fn starts_round(change: &QuizChange) -> bool {
        match change {
            QuizChange::Asked { .. } | QuizChange::AskedAgain { .. } | QuizChange::Finished => true,
            QuizChange::Revealed | QuizChange::LeaderboardShown | QuizChange::Judged { .. } => {
                false
            }
        }
    }

    fn changes_everyone(change: &QuizChange) -> bool {
        match change {
            QuizChange::Asked { .. }
            | QuizChange::AskedAgain { .. }
            | QuizChange::Revealed
            | QuizChange::Finished => true,
            QuizChange::LeaderboardShown | QuizChange::Judged { .. } => false,
        }
    }

    fn apply(&mut self, change: &QuizChange, people: &People, _: Timestamp) {
        match *change {
            QuizChange::Asked { question, opens_at, round } => {
                self.before = self.board.clone();
                self.ask(Asked { index: question, opens_at, round });
            }
            QuizChange::AskedAgain { question, opens_at, round } => {
                self.logs.truncate(usize::from(question));
                self.kept.truncate(usize::from(question));
                self.board = self.before.clone();
                self.ask(Asked { index: question, opens_at, round });
            }
            QuizChange::Revealed => self.reveal(people),
            QuizChange::LeaderboardShown => self.showing_leaderboard = true,
            QuizChange::Judged { seat, correct } => self.answers.judge(seat, correct),
            QuizChange::Finished => {
                // Some may have gone since the last reveal: the final ranks are of who is there.
                self.board = self.board.after(&[], people);
                self.answers = Answers::default();
                self.stage = Stage::Finished;
                self.showing_leaderboard = false;
            }
        }
    }
}

impl Running for Quiz {
    fn accepts(&self, scene: &Scene<'_>) -> Result<(), Rejection> {
        let refused = |why| Err(Rejection::NotAccepting(why));
        match &self.stage {
            Stage::Waiting => refused(NotAccepting::Early),
            Stage::Asked(asked) => match self.clock(asked, scene.at) {
                Clock::Countdown => refused(NotAccepting::Early),
                Clock::Open => Ok(()),
                Clock::Closed => refused(NotAccepting::Late),
            },
            Stage::Revealed(..) | Stage::Finished => refused(NotAccepting::Late),
        }
    }

    fn allows_change(&self) -> bool {
        false
    }

    fn take_back(&mut self, seat: Seat) {
        // A scored answer stays in the log, so it stays in the counts too.
        if matches!(self.stage, Stage::Asked(_)) {
            self.answers.take_back(seat);
        }
    }

    fn answered(&self) -> u32 {
        self.answers.len()
    }

    fn position(&self, seat: Seat) -> Option<u32> {
        let asked = self.asked()?;
        (self.question(asked).kind == QuestionKind::Buzzer).then(|| self.answers.place(seat))
    }

    fn next_phase_at(&self, at: Timestamp) -> Option<Timestamp> {
        let (opens_at, ends_at) = self.window()?;
        [opens_at, ends_at].into_iter().find(|instant| at < *instant)
    }

    fn phase(&self, scene: &Scene<'_>) -> &'static str {
        match &self.stage {
            Stage::Waiting => "waiting",
            Stage::Asked(_) if scene.status != ActivityStatus::Active => "closed",
            Stage::Asked(asked) => match self.clock(asked, scene.at) {
                Clock::Countdown => "countdown",
                Clock::Open => "open",
                Clock::Closed => "closed",
            },
            Stage::Revealed(..) => "revealed",
            Stage::Finished => "finished",
        }
    }

    fn counts_audience(&self) -> bool {
        !self.is_revealed()
    }

    fn is_revealed(&self) -> bool {
        matches!(self.stage, Stage::Revealed(..))
    }

    fn window(&self) -> Option<(Timestamp, Timestamp)> {
        match &self.stage {
            Stage::Asked(asked) => Some((asked.opens_at, self.ends_at(asked))),
            Stage::Waiting | Stage::Revealed(..) | Stage::Finished => None,
        }
    }

    fn shows_answers(&self, view: View) -> bool {
        view == View::Runner && matches!(self.stage, Stage::Asked(_))
    }

    fn public_config(&self) -> Wire<'_> {
        Box::new(QuizPublicConfig::from(&*self.config))
    }

    fn current(&self) -> Option<Wire<'_>> {
        Some(Box::new(self.current_question()?))
    }

    fn results(&self, view: View, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        Some(Box::new(self.results_for(view, audience, scene)?))
    }

    fn report(&self, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        Some(Box::new(self.whole_report(audience, scene)))
    }

    fn responses(&self) -> u32 {
        let present = if self.is_revealed() { 0 } else { self.answered() };
        self.kept.iter().map(Kept::len).fold(present, u32::saturating_add)
    }

    fn each_answer<'a>(&'a self, _: &Scene<'_>, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        self.each_revealed_answer(visit);
    }

    fn names_authors(&self) -> bool {
        true
    }

    fn standings(&self, people: &People) -> Option<Standings> {
        Some(Standings { by_seat: self.board.among(people), questions: self.logs.clone() })
    }

    fn has_score(&self, seat: Seat) -> bool {
        self.board.get(seat).is_some_and(|standing| standing.score > 0)
    }

    fn shows_leaderboard(&self) -> Option<bool> {
        Some(self.showing_leaderboard)
    }
}

impl Quiz {
    fn decide_next(&self, scene: &Scene<'_>) -> Result<QuizChange, Rejection> {
        let question = self.logs.len();
        match (&self.stage, question < self.config.questions.len()) {
            (Stage::Asked(_), _) | (Stage::Finished, false) => Err(Rejection::InvalidAction),
            (Stage::Waiting | Stage::Revealed(..) | Stage::Finished, true) => {
                let question = u16::try_from(question).expect("there are at most 200 questions");
                let (opens_at, round) = (self.opens_at(scene), scene.round.next());
                Ok(QuizChange::Asked { question, opens_at, round })
            }
            (Stage::Waiting | Stage::Revealed(..), false) => Ok(QuizChange::Finished),
        }
    }

    fn decide_redo(&self, scene: &Scene<'_>) -> Result<QuizChange, Rejection> {
        let asked = self.asked().ok_or(Rejection::InvalidAction)?;
        let (opens_at, round) = (self.opens_at(scene), scene.round.next());
        Ok(QuizChange::AskedAgain { question: asked.index, opens_at, round })
    }

    fn decide_reveal(&self, scene: &Scene<'_>) -> Result<QuizChange, Rejection> {
        match &self.stage {
            Stage::Asked(asked) => match self.clock(asked, scene.at) {
                Clock::Countdown => Err(Rejection::InvalidAction),
                Clock::Open | Clock::Closed => Ok(QuizChange::Revealed),
            },
            Stage::Waiting | Stage::Revealed(..) | Stage::Finished => Err(Rejection::InvalidAction),
        }
    }

    fn decide_judge(
        &self,
        control: &QuizControl,
        scene: &Scene<'_>,
    ) -> Result<QuizChange, Rejection> {
        let Stage::Asked(asked) = &self.stage else { return Err(Rejection::InvalidAction) };
        if self.question(asked).kind != QuestionKind::Buzzer {
            return Err(Rejection::InvalidAction);
        }
        let missing = |pointer| Rejection::invalid(pointer, "is needed to judge");
        let id = control.participant_id.ok_or_else(|| missing("/participant_id"))?;
        let correct = control.correct.ok_or_else(|| missing("/correct"))?;
        let seat = scene.people.seat_of(id).ok_or(Rejection::UnknownParticipant)?;
        self.answers.get(seat).ok_or(Rejection::InvalidAction)?;
        Ok(QuizChange::Judged { seat, correct })
    }

    /// `countdown_s` after now, or later where phones would learn of the question too late.
    fn opens_at(&self, scene: &Scene<'_>) -> Timestamp {
        if self.config.countdown_s == 0 {
            return scene.at;
        }
        let countdown_ms = u64::from(self.config.countdown_s) * 1000;
        let known_ms = (u64::from(scene.pacing_ms) * PACING_FIFTHS).div_ceil(5) + DRAWING_MS;
        scene.at.plus_ms(countdown_ms.max(known_ms))
    }

    fn ends_at(&self, asked: &Asked) -> Timestamp {
        asked.opens_at.plus_ms(u64::from(self.question(asked).time_limit_s) * 1000)
    }

    fn clock(&self, asked: &Asked, at: Timestamp) -> Clock {
        if at < asked.opens_at {
            Clock::Countdown
        } else if at < self.ends_at(asked) {
            Clock::Open
        } else {
            Clock::Closed
        }
    }

    fn asked(&self) -> Option<&Asked> {
        match &self.stage {
            Stage::Asked(asked) | Stage::Revealed(asked, _) => Some(asked),
            Stage::Waiting | Stage::Finished => None,
        }
    }

    fn question(&self, asked: &Asked) -> &QuizQuestion {
        &self.config.questions[usize::from(asked.index)]
    }

    fn ask(&mut self, asked: Asked) {
        self.answers = Answers::blank(self.question(&asked).options.len());
        self.stage = Stage::Asked(asked);
        self.showing_leaderboard = false;
    }

    fn reveal(&mut self, people: &People) {
        let Stage::Asked(asked) = self.stage else {
            debug_assert!(false, "only an asked question is revealed");
            return;
        };
        let question = self.question(&asked);
        let marking = mark(&self.config, question, &self.answers, self.logs.last());
        self.board = self.board.after(&marking.log.by_seat, people);
        self.logs.push(marking.log);
        self.kept.push(Kept::of(&self.answers, asked));
        let values = self.answers.frequent_values();
        self.stage = Stage::Revealed(asked, Facts { fastest: marking.fastest, values });
        self.showing_leaderboard = false;
    }
}
