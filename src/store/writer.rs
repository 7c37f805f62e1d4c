//! Group commit: one task makes durable what all sessions wait for, in one commit at a time.
//!
//! There is no timer. While one batch commits the next one gathers, so batches grow with load
//! and a lone append waits for nothing.

use std::{collections::HashSet, error::Error, time::Duration};

use caja_actors::{
    journal::{Append, JournalError},
    session::SessionId,
};
use futures_util::future::BoxFuture;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, sleep_until},
};

use super::health::Health;
use crate::telemetry::JournalMetrics;

/// Rows of one commit. Enough for the cost per row to be flat; few enough for a commit to stay
/// far below the statement time-out.
const MOST_ROWS: usize = 4_096;
/// Bytes of events in one commit, give or take one row.
const MOST_BYTES: usize = 8 << 20;
/// The first pause after a failure; a restarted database is back in no less.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause: what a returning database may stay unnoticed.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often to ask for a session whose row somebody else has locked.
const LOCKED_PAUSE: Duration = Duration::from_millis(50);

/// What a database must do for the writer.
pub(super) trait Commit: Send + 'static {
    /// Appends the rows whose epoch is their session's, with their headers, in one commit.
    ///
    /// At most one row for each session. Gives the sessions whose row was not there before and
    /// is durable now. A row that is missing from it was refused, was there, or has to wait.
    fn insert(
        &mut self,
        rows: &[&Append],
    ) -> impl Future<Output = Result<HashSet<SessionId>, Failure>> + Send;

    /// What became of each row, in order. At most one row for each session.
    fn settle(
        &mut self,
        rows: &[&Append],
    ) -> impl Future<Output = Result<Vec<Verdict>, Failure>> + Send;
}

/// What became of a row that may have been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This very row is in the journal.
    Durable,
    /// It is not in the journal, and its epoch still counts: it can be written again.
    Absent,
    /// It is not in the journal and never will be.
    Fenced,
    /// Its session is gone.
    NotFound,
    /// Somebody has locked its session, maybe a lost transaction of our own: ask again.
    Locked,
}

/// Why a commit failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) outcome: Outcome,
    pub(super) source: Box<dyn Error + Send + Sync>,
}

/// What a failed commit left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing: it was rolled back, or never reached the database.
    RolledBack,
    /// The answer was lost; the rows may be durable.
    Unknown,
    /// Nothing, and never will: the database can't hold these bytes.
    Refused,
}

/// The callers' end of the writer.
///
/// The queue has no bound of its own: a session has at most one append in flight (the engine
/// holds on to the next batch until this one is durable), so it is as long as there are sessions.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Pending>,
}

/// An append and who waits for it. `done` is empty once it is answered.
struct Pending {
    append: Append,
    done: Option<oneshot::Sender<Result<(), JournalError>>>,
    state: RowState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowState {
    /// Certainly not in the journal.
    Unwritten,
    /// Was in a statement that the database refused; it goes alone, so that the culprit shows.
    Suspect,
    /// May be in the journal.
    InDoubt,
}

impl Pending {
    /// The receiver may be gone: who hung up has its vote all the same.
    fn answer(&mut self, result: Result<(), JournalError>) {
        if let Some(done) = self.done.take() {
            let _ = done.send(result);
        }
    }
}

impl Writer {
    /// Starts the writer's task on the current runtime. It ends when all senders are gone and
    /// all rows are answered.
    pub(super) fn start(commit: impl Commit, health: Health) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let now = Instant::now();
        let metrics = JournalMetrics::new();
        let task = GroupCommit { commit, health, metrics, waiting, batch: vec![], settle_at: now };
        tokio::spawn(task.run());
        Self { queue }
    }

    /// Queues the row at once; the future only waits for it.
    pub(super) fn append(&self, append: Append) -> BoxFuture<'static, Result<(), JournalError>> {
        let (done, answer) = oneshot::channel();
        let pending = Pending { append, done: Some(done), state: RowState::Unwritten };
        let queued = self.queue.send(pending);
        Box::pin(async move {
            queued.map_err(|_| stopped())?;
            answer.await.map_err(|_| stopped())?
        })
    }
}

fn stopped() -> JournalError {
    JournalError::Unavailable("the writer has stopped".into())
}

struct GroupCommit<C> {
    commit: C,
    health: Health,
    metrics: JournalMetrics,
    waiting: mpsc::UnboundedReceiver<Pending>,
    /// In order of arrival. A session's later row waits here until its earlier one is answered.
    batch: Vec<Pending>,
    /// When rows in doubt may be asked for: a locked session must not slow down the others.
    settle_at: Instant,
}

impl<C: Commit> GroupCommit<C> {
    async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        while self.gather().await {
            match self.round().await {
                Ok(()) => {
                    self.health.writer_worked();
                    pause = FIRST_PAUSE;
                }
                Err(failure) => {
                    self.health.writer_failed(failure.source.as_ref());
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
            self.batch.retain(|pending| pending.done.is_some());
        }
    }

    /// Takes what waits, up to the bounds. `false`: nobody can append any more.
    async fn gather(&mut self) -> bool {
        if self.batch.is_empty() {
            match self.waiting.recv().await {
                Some(pending) => self.batch.push(pending),
                None => return false,
            }
        } else if self.picks(RowState::Unwritten).is_empty() {
            self.wait_for_locks().await;
        }
        let mut bytes: usize = self.batch.iter().map(|p| p.append.events.len()).sum();
        while self.batch.len() < MOST_ROWS && bytes < MOST_BYTES {
            let Ok(pending) = self.waiting.try_recv() else { break };
            bytes += pending.append.events.len();
            self.batch.push(pending);
        }
        true
    }

    /// Waits until rows in doubt may be asked for again, or until there is something else to do.
    async fn wait_for_locks(&mut self) {
        let has_room = self.batch.len() < MOST_ROWS;
        tokio::select! {
            biased;
            Some(pending) = self.waiting.recv(), if has_room => self.batch.push(pending),
            () = sleep_until(self.settle_at) => {}
        }
    }

    async fn round(&mut self) -> Result<(), Failure> {
        self.settle().await?;
        self.insert().await
    }

    /// Finds out what became of rows in doubt, and answers those that are decided.
    async fn settle(&mut self) -> Result<(), Failure> {
        let picks = self.picks(RowState::InDoubt);
        if picks.is_empty() || Instant::now() < self.settle_at {
            return Ok(());
        }
        let rows: Vec<&Append> = picks.iter().map(|&i| &self.batch[i].append).collect();
        let verdicts = self.commit.settle(&rows).await?;
        for (&i, verdict) in picks.iter().zip(verdicts) {
            self.judge(i, verdict);
        }
        self.settle_at = Instant::now() + LOCKED_PAUSE;
        Ok(())
    }

    fn judge(&mut self, i: usize, verdict: Verdict) {
        let pending = &mut self.batch[i];
        let session = pending.append.session;
        match verdict {
            Verdict::Durable => pending.answer(Ok(())),
            Verdict::Fenced => pending.answer(Err(JournalError::Fenced(session))),
            Verdict::NotFound => pending.answer(Err(JournalError::NotFound(session))),
            Verdict::Absent => pending.state = RowState::Unwritten,
            Verdict::Locked => {}
        }
    }

    /// Writes the rows that are certainly not in the journal, and answers those that are now.
    async fn insert(&mut self) -> Result<(), Failure> {
        let mut picks = self.picks(RowState::Unwritten);
        if picks.is_empty() {
            picks = self.picks(RowState::Suspect);
            picks.truncate(1);
        }
        if picks.is_empty() {
            return Ok(());
        }
        let rows: Vec<&Append> = picks.iter().map(|&i| &self.batch[i].append).collect();
        let began = Instant::now();
        match self.commit.insert(&rows).await {
            Ok(accepted) => {
                let elapsed = began.elapsed();
                let rows = rows.iter().filter(|row| accepted.contains(&row.session));
                let (events, bytes) = rows.fold((0, 0), |(events, bytes), row| {
                    (events + u64::from(row.count), bytes + row.events.len() as u64)
                });
                self.metrics.committed(elapsed, events, bytes);
                self.answer_accepted(&picks, &accepted);
                Ok(())
            }
            Err(failure) => self.bear(&picks, failure),
        }
    }

    fn answer_accepted(&mut self, picks: &[usize], accepted: &HashSet<SessionId>) {
        for &i in picks {
            let pending = &mut self.batch[i];
            if accepted.contains(&pending.append.session) {
                pending.answer(Ok(()));
            } else {
                pending.state = RowState::InDoubt;
                self.settle_at = Instant::now();
            }
        }
    }

    /// Notes what a failed statement means for its rows.
    fn bear(&mut self, picks: &[usize], failure: Failure) -> Result<(), Failure> {
        match failure.outcome {
            Outcome::RolledBack => Err(failure),
            Outcome::Unknown => {
                picks.iter().for_each(|&i| self.batch[i].state = RowState::InDoubt);
                self.settle_at = Instant::now();
                Err(failure)
            }
            Outcome::Refused => {
                self.refuse(picks, failure);
                Ok(())
            }
        }
    }

    /// A row that no retry can save must not hold up the other sessions for ever.
    fn refuse(&mut self, picks: &[usize], failure: Failure) {
        if let &[i] = picks {
            let session = self.batch[i].append.session;
            let error = failure.source.as_ref() as &(dyn Error + 'static);
            tracing::error!(session.id = %session, error, "the database refuses a journal row");
            let what = "the database refuses the row".to_owned();
            self.batch[i].answer(Err(JournalError::Damaged { session, what }));
        } else {
            picks.iter().for_each(|&i| self.batch[i].state = RowState::Suspect);
        }
    }

    /// Places in the batch of the rows in `state` that are their session's first.
    fn picks(&self, state: RowState) -> Vec<usize> {
        let mut seen = HashSet::with_capacity(self.batch.len());
        let unanswered = self.batch.iter().enumerate().filter(|(_, p)| p.done.is_some());
        unanswered
            .filter(|(_, p)| seen.insert(p.append.session) && p.state == state)
            .map(|(i, _)| i)
            .collect()
    }
}

#[cfg(test)]
mod tests;
