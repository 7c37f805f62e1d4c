//! Sessions of any size, and a journal that holds them in memory.

#![allow(dead_code, unreachable_pub, reason = "each benchmark uses a part of it")]

use caja_actors::{
    activity::{Kind, Step},
    clock::Clock,
    codec::RowBuilder,
    journal::{Append, Journal, JournalError, JournalRow, SnapshotRow, Taken, Term},
    session::{
        ActivityId, AdminId, ClientId, Command, Entry, Epoch, Event, Nickname, ParticipantId, Seat,
        Seq, Session, SessionId, Settings, Timestamp, Who,
    },
};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};
use uuid::Uuid;

pub const AT: Timestamp = Timestamp(1_700_000_000_000);

/// A session under test, with the events that made it.
pub struct Fixture {
    pub session: Session,
    pub events: Vec<Entry>,
}

impl Fixture {
    pub fn new() -> Self {
        let created = Event::Created {
            id: SessionId(Uuid::from_u128(1)),
            owner: AdminId(Uuid::from_u128(2)),
            code: "123456".into(),
            name: "All hands".into(),
            description: None,
            settings: Settings { max_participants: 200_000, ..Settings::default() },
        };
        let first = Entry { at: AT, event: created };
        let session = Session::create(&first).expect("a creation");
        let mut fixture = Self { session, events: vec![first] };
        fixture.perform(Command::Open);
        fixture
    }

    pub fn perform(&mut self, command: Command) {
        let decision = self.session.decide(&command, AT).expect("granted");
        let event = decision.event.expect("something new");
        let entry = Entry { at: AT, event };
        self.session.apply(&entry);
        self.events.push(entry);
    }

    pub fn join(&mut self, people: u32) {
        let from = self.session.people().next_seat().0;
        for n in from..from + people {
            self.perform(Command::Join {
                id: participant(n).id,
                nickname: Nickname::parse(&format!("Participant {n}")).expect("a nickname"),
                client: Some(ClientId(Uuid::from_u128(u128::from(n) << 32))),
                spectator: false,
            });
        }
    }

    pub fn activity(&mut self, name: &str, config: Value) -> ActivityId {
        let kind = *Kind::ALL.iter().find(|kind| kind.name() == name).expect("a type");
        let config = kind.config(config).expect("a shape").expect("complete");
        let id = ActivityId(Uuid::from_u128(100 + self.events.len() as u128));
        self.perform(Command::AddActivity { id, title: "Question".into(), config });
        self.perform(Command::TakeStep { activity: id, step: Step::Activate });
        id
    }

    pub fn everybody_answers(
        &mut self,
        activity: ActivityId,
        kind: Kind,
        body: impl Fn(u32) -> Value,
    ) {
        for n in 0..self.session.people().next_seat().0 {
            let answer = kind.answer(body(n)).expect("an answer");
            self.perform(Command::Answer { who: participant(n), activity, answer });
        }
    }

    /// `people` who answered `polls` polls.
    pub fn after_polls(people: u32, polls: u32) -> Self {
        let mut fixture = Self::new();
        fixture.join(people);
        for _ in 0..polls {
            let poll = fixture.activity("poll", choice());
            fixture.everybody_answers(poll, Kind::Poll, |n| json!({"choices": [option(n)]}));
        }
        fixture
    }
}

impl Fixture {
    fn control(&mut self, activity: ActivityId, kind: Kind, action: &str) {
        let control = kind.control(json!({"action": action})).expect("a control");
        self.perform(Command::Control { activity, control, pacing_ms: 0 });
    }

    /// `people` who answered every question of a quiz.
    pub fn after_quiz(people: u32, questions: u32) -> Self {
        let mut fixture = Self::new();
        fixture.join(people);
        let question = json!({"kind": "choice", "prompt": "Which?", "correct": ["a"],
            "options": [{"label": "One"}, {"label": "Two"}, {"label": "Three"}, {"label": "Four"}]});
        let questions: Vec<Value> = (0..questions).map(|_| question.clone()).collect();
        let ids = 1..=questions.len();
        let quiz = fixture.activity("quiz", json!({"countdown_s": 0, "questions": questions}));
        for id in ids.map(|n| format!("q{n}")) {
            fixture.control(quiz, Kind::Quiz, "next");
            let body = |n| json!({"question": id, "choices": [option(n)]});
            fixture.everybody_answers(quiz, Kind::Quiz, body);
            fixture.control(quiz, Kind::Quiz, "reveal");
        }
        fixture
    }

    /// `people` who voted in so many rounds of poker.
    pub fn after_poker(people: u32, rounds: u32) -> Self {
        let mut fixture = Self::new();
        fixture.join(people);
        let poker = fixture.activity("poker", json!({}));
        for _ in 0..rounds {
            fixture.everybody_answers(
                poker,
                Kind::Poker,
                |n| json!({"card": (1 + n % 3).to_string()}),
            );
            fixture.control(poker, Kind::Poker, "reveal");
            fixture.control(poker, Kind::Poker, "revote");
        }
        fixture
    }
}

pub fn participant(n: u32) -> Who {
    Who { seat: Seat(n), id: ParticipantId(Uuid::from_u128(u128::from(n) + 1)) }
}

pub fn choice() -> Value {
    json!({"kind": "choice", "results": "always", "options": [
        {"label": "One"}, {"label": "Two"}, {"label": "Three"}, {"label": "Four"}]})
}

pub fn option(n: u32) -> &'static str {
    ["a", "b", "c", "d"][n as usize % 4]
}

/// A journal in memory that only reads.
pub struct Shelf {
    pub snapshot: Option<SnapshotRow>,
    pub rows: Vec<JournalRow>,
}

impl Shelf {
    /// Rows of a thousand events, as a busy session leaves them.
    pub fn holding(events: &[Entry]) -> Self {
        let mut rows = vec![];
        let mut last = Seq::ZERO;
        for events in events.chunks(1_000) {
            let mut row = RowBuilder::default();
            events.iter().for_each(|entry| row.push(entry));
            let (count, bytes) = row.cut();
            last = last.plus(u64::from(count));
            rows.push(JournalRow { last, count, events: bytes });
        }
        Self { snapshot: None, rows }
    }
}

impl Journal for Shelf {
    fn take_over(&self, _: SessionId) -> BoxFuture<'_, Result<Taken, JournalError>> {
        async { Ok(Taken { epoch: Epoch(1), term: Term(0) }) }.boxed()
    }

    fn holds(&self, _: Term) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn give_back(&self, _: SessionId, _: Epoch) -> BoxFuture<'_, Result<(), JournalError>> {
        async { Ok(()) }.boxed()
    }

    fn snapshot(
        &self,
        _: SessionId,
        _: Option<Seq>,
    ) -> BoxFuture<'_, Result<Option<SnapshotRow>, JournalError>> {
        async { Ok(self.snapshot.clone()) }.boxed()
    }

    fn rows(
        &self,
        _: SessionId,
        after: Seq,
    ) -> BoxFuture<'_, Result<Vec<JournalRow>, JournalError>> {
        let rows = self.rows.iter().filter(|row| after < row.last).take(50).cloned().collect();
        async { Ok(rows) }.boxed()
    }

    fn append(&self, _: Append) -> BoxFuture<'static, Result<(), JournalError>> {
        async { Ok(()) }.boxed()
    }

    fn save_snapshot(
        &self,
        _: SessionId,
        _: SnapshotRow,
        _: Option<Seq>,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        async { Ok(()) }.boxed()
    }

    fn forget_before(
        &self,
        _: SessionId,
        _: SnapshotRow,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        async { Ok(()) }.boxed()
    }
}

pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        AT
    }

    fn catch_up_with(&self, _: Timestamp) {}

    fn as_noted(&self, at: Timestamp) -> Timestamp {
        at
    }
}
