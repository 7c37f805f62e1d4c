//! The only door to a running session.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix::{
    Actor, Addr, Arbiter, ArbiterHandle, Handler, Message,
    dev::{SendError, ToEnvelope},
};
use tokio::sync::oneshot;

use crate::{
    actor::{Ask, Read, Release, SessionActor, Start, Stop, Tick},
    session::{Command, Epoch, Rejection, Reply, Session, Timestamp, Version},
};

/// Commands that may wait in a session: enough for everybody's vote in the same instant.
pub(crate) const MAX_WAITING: usize = 4_096;

/// How soon a full queue is asked again to stop.
const STOP_RETRY: Duration = Duration::from_millis(5);

/// Share it behind an `Arc`; the address inside must not be cloned.
///
/// `Addr::send` and `do_send` ignore the mailbox bound, and every clone of an `Addr` may exceed
/// it once (actix#329, actix#515). `try_send` through one shared address is bounded.
pub struct SessionHandle {
    addr: Addr<SessionActor>,
    /// Requests in the mailbox, which does not tell how full it is.
    in_mailbox: Arc<AtomicUsize>,
    /// Under which its session was taken over.
    pub(crate) epoch: Epoch,
}

/// The threads that sessions run on, given out in turn.
pub(crate) struct Arbiters {
    handles: Vec<ArbiterHandle>,
    next: AtomicUsize,
}

impl Arbiters {
    pub(crate) fn start(count: usize) -> Self {
        let handles = (0..count.max(1)).map(|_| Arbiter::new().handle()).collect();
        Self { handles, next: AtomicUsize::new(0) }
    }

    /// Runs something on each of them.
    pub(crate) fn on_each<F: Future<Output = ()> + Send + 'static>(&self, work: impl Fn() -> F) {
        for handle in &self.handles {
            // One that has stopped runs no session either.
            handle.spawn(work());
        }
    }

    pub(crate) fn next(&self) -> &ArbiterHandle {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        &self.handles[turn % self.handles.len()]
    }
}

/// A durable answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub reply: Reply,
    /// The participants' frame of this version or a later one contains the effect.
    pub version: Version,
}

/// Why a session did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Too much waits already. Asking again in a second may help.
    #[error("session queue is full")]
    Busy,
    /// The session stopped before it answered: whether it was done is unknown, and asking again
    /// is harmless.
    #[error("session is restarting")]
    Unavailable,
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

impl SessionHandle {
    pub(crate) fn start(start: Start, arbiter: &ArbiterHandle) -> Arc<Self> {
        let (in_mailbox, epoch) = (start.in_mailbox.clone(), start.epoch);
        let addr = SessionActor::start_in_arbiter(arbiter, move |_| SessionActor::new(start));
        Arc::new(Self { addr, in_mailbox, epoch })
    }

    fn send<M>(&self, request: M) -> Result<(), AskError>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        SessionActor: Handler<M>,
        <SessionActor as Actor>::Context: ToEnvelope<SessionActor, M>,
    {
        // Before it is there: the actor may take it out at once.
        self.in_mailbox.fetch_add(1, Ordering::Relaxed);
        self.addr.try_send(request).map_err(|error| {
            self.in_mailbox.fetch_sub(1, Ordering::Relaxed);
            not_sent(error)
        })
    }

    /// Resolves once the command's effect is durable, or it is refused.
    ///
    /// Dropping the future does not cancel the command.
    pub async fn ask(&self, command: Command, at: Timestamp) -> Result<Receipt, AskError> {
        let (reply, answer) = oneshot::channel();
        self.send(Ask { command, at, reply })?;
        answer.await.unwrap_or(Err(AskError::Unavailable))
    }

    /// Looks at the session; resolves once all that `look` saw is durable.
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Session) -> T + Send + 'static,
    ) -> Result<T, AskError> {
        let (reply, answer) = oneshot::channel();
        let look = Box::new(move |session: Result<&Session, AskError>| -> Release {
            let seen = session.map(look);
            // The client may have gone away.
            Box::new(move || drop(reply.send(seen)))
        });
        self.send(Read { look })?;
        answer.await.unwrap_or(Err(AskError::Unavailable))
    }

    /// Lets the session notice who is there.
    pub(crate) fn tick(&self) {
        // A full queue has more urgent things in it; the next tick comes soon.
        let _ = self.addr.try_send(Tick);
    }

    /// Ends the actor once all it accepted is durable; says how much the journal has grown.
    pub(crate) async fn stop(&self) -> Option<usize> {
        let (done, stopped) = oneshot::channel();
        let mut stop = Stop { done };
        loop {
            match self.addr.try_send(stop) {
                Ok(()) => return stopped.await.ok(),
                Err(SendError::Closed(_)) => return None,
                // What fills the queue was accepted; it goes first.
                Err(SendError::Full(unsent)) => stop = unsent,
            }
            tokio::time::sleep(STOP_RETRY).await;
        }
    }

    #[must_use]
    pub(crate) fn is_running(&self) -> bool {
        self.addr.connected()
    }
}

fn not_sent<M>(error: SendError<M>) -> AskError {
    match error {
        SendError::Full(_) => AskError::Busy,
        SendError::Closed(_) => AskError::Unavailable,
    }
}
