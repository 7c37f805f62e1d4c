//! A node of a cluster: registry and actors on a journal in memory.

use std::sync::Arc;

use caja_actors::{
    activity::{Step, View},
    clock::Clock,
    codec::{RowBuilder, encode_snapshot},
    handle::{AskError, Receipt},
    journal::{Append, JournalError},
    publish::Published,
    registry::{CallError, Registry},
    session::{Command, Epoch, Rejection, Reply, Seq, Session, Timestamp, Version, Who},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, poll_immediate},
};
use serde_json::Value;
use tokio::{
    sync::oneshot,
    task::{JoinHandle, yield_now},
    time::Instant,
};

use super::{
    PATIENCE,
    clock::ManualClock,
    commands::{add, join, step},
    in_time,
    journal::MemoryJournal,
    stage::{SESSION, created},
};

pub(crate) struct Node {
    pub(crate) registry: Arc<Registry>,
    pub(crate) clock: ManualClock,
    pub(crate) journal: MemoryJournal,
}

pub(crate) type Answered = Result<Receipt, CallError>;

impl Node {
    /// A node that knows of one session, which nobody has touched yet.
    pub(crate) fn new() -> Self {
        let mut row = RowBuilder::default();
        row.push(&created());
        let (count, events) = row.cut();
        let journal = MemoryJournal::with(Append {
            session: SESSION,
            epoch: Epoch(0),
            last: Seq(1),
            count,
            at: created().at,
            events,
            header: None,
        });
        Self::on(journal, ManualClock::new())
    }

    /// Another node on the same journal.
    pub(crate) fn on(journal: MemoryJournal, clock: ManualClock) -> Self {
        let join_url = Box::new(|code: &str| format!("https://a.example/j/{code}"));
        let registry =
            Registry::start(Arc::new(journal.clone()), Arc::new(clock.clone()), 1, join_url);
        Self { registry, clock, journal }
    }

    /// A node with an open session, an activity of this sort that runs, and a few people.
    pub(crate) async fn running(sort: u8, people: u8) -> (Self, Vec<Who>) {
        let node = Self::new();
        let mut seated = vec![];
        for n in 0..people {
            seated.push(node.seat(join(n)).await);
        }
        for command in [Command::Open, add(0, sort), step(0, Step::Activate)] {
            node.done(command).await;
        }
        (node, seated)
    }

    pub(crate) async fn ask(&self, command: Command) -> Answered {
        self.ask_at(command, self.clock.now()).await
    }

    pub(crate) async fn ask_at(&self, command: Command, at: Timestamp) -> Answered {
        in_time(self.registry.ask(SESSION, command, at)).await
    }

    /// Asks for what can't be refused; again where a session is just stopping, as clients do.
    pub(crate) async fn done(&self, command: Command) -> Receipt {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.ask(command.clone()).await {
                answer if is_unavailable(&answer) && Instant::now() < deadline => yield_now().await,
                answer => return answer.expect("it is granted"),
            }
        }
    }

    pub(crate) async fn seat(&self, command: Command) -> Who {
        seat_of(&self.done(command).await)
    }

    /// Asks, and has the session's actor know of it before this returns.
    pub(crate) async fn asked(&self, command: Command) -> Asked {
        let (registry, at) = (self.registry.clone(), self.clock.now());
        begun(async move { registry.ask(SESSION, command, at).await }.boxed()).await
    }

    /// Looks at the session; returns when the actor has done everything asked before. Its own
    /// answer may still be held.
    pub(crate) async fn glance(&self) -> JoinHandle<Result<Session, CallError>> {
        let (seen, sight) = oneshot::channel();
        let registry = self.registry.clone();
        let look = |session: &Session| {
            let _ = seen.send(());
            session.clone()
        };
        let reading = actix::spawn(async move { registry.read(SESSION, look).await });
        in_time(sight).await.expect("the actor looks");
        // What it answered before has woken those who wait; let them run.
        for _ in 0..10 {
            yield_now().await;
        }
        reading
    }

    pub(crate) async fn session(&self) -> Session {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match in_time(self.registry.read(SESSION, Session::clone)).await {
                Err(CallError::Ask(AskError::Unavailable)) if Instant::now() < deadline => {
                    yield_now().await;
                }
                session => return session.expect("it can be read"),
            }
        }
    }

    /// The session as a snapshot has it.
    pub(crate) async fn state(&self) -> bytes::Bytes {
        encode_snapshot(&self.session().await)
    }

    pub(crate) fn published(&self) -> Arc<Published> {
        self.registry.published(SESSION).expect("it is in memory")
    }

    pub(crate) fn version(&self, view: View) -> Version {
        self.published().frames().view(view).version
    }

    pub(crate) fn frame(&self, view: View) -> Value {
        serde_json::from_slice(&self.published().frames().view(view).body).expect("it is JSON")
    }

    /// Lets time pass in which everybody keeps polling.
    pub(crate) fn pass(&self, ms: u64, people: &[Who]) {
        self.clock.advance(ms);
        people.iter().for_each(|who| self.published().seats.saw(who.seat, self.clock.now()));
    }
}

/// A request that is under way.
pub(crate) enum Asked {
    Answered(Box<Answered>),
    Waits(JoinHandle<Answered>),
}

impl Asked {
    pub(crate) fn is_answered(&self) -> bool {
        match self {
            Self::Answered(_) => true,
            Self::Waits(waiting) => waiting.is_finished(),
        }
    }

    pub(crate) async fn answer(self) -> Answered {
        match self {
            Self::Answered(answer) => *answer,
            Self::Waits(waiting) => in_time(waiting).await.expect("no caller panics"),
        }
    }
}

/// Takes the first step of a request at once, the others in the background.
async fn begun(mut request: BoxFuture<'static, Answered>) -> Asked {
    match poll_immediate(&mut request).await {
        Some(answer) => Asked::Answered(Box::new(answer)),
        None => Asked::Waits(actix::spawn(request)),
    }
}

pub(crate) fn seat_of(receipt: &Receipt) -> Who {
    match &receipt.reply {
        Reply::Joined { seat, id, .. } => Who { seat: *seat, id: *id },
        other => panic!("not a seat: {other:?}"),
    }
}

pub(crate) fn is_unavailable(answer: &Answered) -> bool {
    matches!(answer, Err(CallError::Ask(AskError::Unavailable)))
}

pub(crate) fn is_busy(answer: &Answered) -> bool {
    matches!(answer, Err(CallError::Ask(AskError::Busy)))
}

/// Why a request was refused.
pub(crate) fn refusal(answer: Answered) -> Rejection {
    match answer {
        Err(CallError::Ask(AskError::Rejected(rejection))) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn damage(error: &CallError) -> Option<&str> {
    match error {
        CallError::Journal(JournalError::Damaged { what, .. }) => Some(what),
        CallError::Journal(_) | CallError::Ask(_) => None,
    }
}
