//! A journal in memory, with epochs, whose appends the test may hold, refuse or let panic.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use caja_actors::{
    codec::decode_events,
    journal::{Append, Journal, JournalError, JournalRow, SnapshotRow, Taken, Term},
    session::{Entry, Epoch, Seq, SessionId},
};
use futures_util::future::{BoxFuture, FutureExt, ready};
use tokio::sync::oneshot;

use super::{poll_until, stage::SESSION};

/// Rows of a page: few, so that recovery turns pages.
const PAGE: usize = 3;

/// What becomes of the next append.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mode {
    #[default]
    Commit,
    /// It waits until the test takes it with [`MemoryJournal::held`].
    Hold,
    /// It panics, as a mis-written journal would.
    Panic,
}

#[derive(Clone, Default)]
pub(crate) struct MemoryJournal(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    mode: Mode,
    term: Term,
    is_shared: bool,
    sessions: BTreeMap<SessionId, Stored>,
    held: VecDeque<Held>,
    /// Saved by somebody else between the reading of a snapshot and of the rows after it.
    coming: Option<(SnapshotRow, Option<Seq>)>,
}

#[derive(Default)]
struct Stored {
    epoch: Epoch,
    rows: Vec<JournalRow>,
    /// Oldest first.
    snapshots: Vec<SnapshotRow>,
    /// How many snapshots were ever saved.
    saved: usize,
}

/// An append that waits for the test's decision.
pub(crate) struct Held {
    pub(crate) append: Append,
    done: oneshot::Sender<Result<(), JournalError>>,
    journal: MemoryJournal,
}

impl Held {
    /// Makes it durable, unless its epoch is over, and says so.
    pub(crate) fn commit(self) {
        let outcome = self.journal.lock().store(self.append);
        self.done.send(outcome).expect("the actor waits");
    }

    /// Makes it durable, but the actor dies before it hears of it.
    pub(crate) fn commit_and_crash(self) {
        self.journal.lock().store(self.append).expect("its owner is the last one");
    }

    /// The store says that it is not and never will be durable.
    pub(crate) fn refuse(self) {
        let error = JournalError::Unavailable("disk full".into());
        self.done.send(Err(error)).expect("the actor waits");
    }
}

impl MemoryJournal {
    /// A journal that holds one session with these events in its first row.
    pub(crate) fn with(first: Append) -> Self {
        let journal = Self::default();
        journal.lock().store(first).expect("nobody owns it yet");
        journal
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.lock().mode = mode;
    }

    /// The next append that waits.
    pub(crate) async fn held(&self) -> Held {
        poll_until("an append", || self.lock().held.pop_front()).await
    }

    pub(crate) fn holds_nothing(&self) -> bool {
        self.lock().held.is_empty()
    }

    /// Commits what is held and, from now on, everything.
    pub(crate) fn let_go(&self) {
        let held: Vec<Held> = {
            let mut inner = self.lock();
            inner.mode = Mode::Commit;
            inner.held.drain(..).collect()
        };
        held.into_iter().for_each(Held::commit);
    }

    /// The node's lease ends, and it gets another one.
    pub(crate) fn lapse(&self) {
        let mut inner = self.lock();
        inner.term = Term(inner.term.0 + 1);
    }

    /// Other nodes may own sessions as well.
    pub(crate) fn share(&self) {
        self.lock().is_shared = true;
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.lock().sessions[&SESSION].epoch
    }

    /// Every event that the journal still has.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let inner = self.lock();
        let rows = &inner.sessions[&SESSION].rows;
        rows.iter().flat_map(|row| decode_events(&row.events).expect("rows are intact")).collect()
    }

    /// Numbers of the last events of all rows.
    pub(crate) fn rows_kept(&self) -> Vec<Seq> {
        self.lock().sessions[&SESSION].rows.iter().map(|row| row.last).collect()
    }

    pub(crate) fn snapshots_saved(&self) -> usize {
        self.lock().sessions[&SESSION].saved
    }

    /// Where the kept snapshots are, oldest first.
    pub(crate) fn snapshots(&self) -> Vec<Seq> {
        self.lock().sessions[&SESSION].snapshots.iter().map(|it| it.seq).collect()
    }

    /// Flips a bit in the middle of the `n`-th kept snapshot.
    pub(crate) fn damage_snapshot(&self, n: usize) {
        let mut inner = self.lock();
        let row = &mut inner.sessions.get_mut(&SESSION).expect("it is there").snapshots[n];
        let mut state = row.state.to_vec();
        let middle = state.len() / 2;
        state[middle] ^= 0x10;
        row.state = state.into();
    }

    /// Has somebody else save a snapshot just when the next reader has read an older one.
    pub(crate) fn save_under_the_next_reader(&self, snapshot: SnapshotRow, base: Seq) {
        self.lock().coming = Some((snapshot, Some(base)));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no test panics while it holds this")
    }
}

impl Inner {
    fn store(&mut self, append: Append) -> Result<(), JournalError> {
        let stored = self.sessions.entry(append.session).or_default();
        if append.epoch != stored.epoch {
            return Err(JournalError::Fenced(append.session));
        }
        let first = append.last.0 + 1 - u64::from(append.count);
        let before = stored.rows.last().map_or(0, |row| row.last.0);
        assert_eq!(first, before + 1, "rows have neither gaps nor overlaps");
        let Append { last, count, events, .. } = append;
        stored.rows.push(JournalRow { last, count, events });
        Ok(())
    }

    fn stored(&mut self, session: SessionId) -> Result<&mut Stored, JournalError> {
        self.sessions.get_mut(&session).ok_or(JournalError::NotFound(session))
    }
}

impl Stored {
    fn save(&mut self, snapshot: SnapshotRow, base: Option<Seq>) {
        let seq = snapshot.seq;
        let has_base = base.is_none_or(|base| self.snapshots.iter().any(|row| row.seq == base));
        if !has_base || self.snapshots.iter().any(|row| seq < row.seq) {
            return;
        }
        self.saved += 1;
        self.snapshots.retain(|row| Some(row.seq) == base);
        self.snapshots.push(snapshot);
        self.rows.retain(|row| base.is_none_or(|base| base < row.last));
    }

    fn forget_before(&mut self, snapshot: SnapshotRow) {
        self.rows.retain(|row| snapshot.seq < row.last);
        self.snapshots.retain(|row| snapshot.seq < row.seq);
        self.snapshots.insert(0, snapshot);
    }
}

impl Journal for MemoryJournal {
    fn take_over(&self, session: SessionId) -> BoxFuture<'_, Result<Taken, JournalError>> {
        let mut inner = self.lock();
        let term = inner.term;
        let taken = inner.stored(session).map(|stored| {
            stored.epoch = Epoch(stored.epoch.0 + 1);
            Taken { epoch: stored.epoch, term }
        });
        ready(taken).boxed()
    }

    fn holds(&self, term: Term) -> bool {
        self.lock().term == term
    }

    fn is_shared(&self) -> bool {
        self.lock().is_shared
    }

    fn give_back(&self, _: SessionId, _: Epoch) -> BoxFuture<'_, Result<(), JournalError>> {
        ready(Ok(())).boxed()
    }

    fn snapshot(
        &self,
        session: SessionId,
        up_to: Option<Seq>,
    ) -> BoxFuture<'_, Result<Option<SnapshotRow>, JournalError>> {
        let mut inner = self.lock();
        let found = inner.stored(session).map(|stored| {
            let fits = |row: &&SnapshotRow| up_to.is_none_or(|up_to| row.seq <= up_to);
            stored.snapshots.iter().rev().find(fits).cloned()
        });
        ready(found).boxed()
    }

    fn rows(
        &self,
        session: SessionId,
        after: Seq,
    ) -> BoxFuture<'_, Result<Vec<JournalRow>, JournalError>> {
        let mut inner = self.lock();
        if let Some((snapshot, base)) = inner.coming.take() {
            inner.stored(session).expect("it is there").save(snapshot, base);
        }
        let page = inner.stored(session).map(|stored| {
            stored.rows.iter().filter(|row| after < row.last).take(PAGE).cloned().collect()
        });
        ready(page).boxed()
    }

    fn append(&self, append: Append) -> BoxFuture<'static, Result<(), JournalError>> {
        let mut inner = self.lock();
        match inner.mode {
            Mode::Commit => ready(inner.store(append)).boxed(),
            Mode::Hold => {
                let (done, outcome) = oneshot::channel();
                inner.held.push_back(Held { append, done, journal: self.clone() });
                outcome.map(|outcome| outcome.expect("the test crashes the actor here")).boxed()
            }
            Mode::Panic => {
                drop(inner);
                panic!("the test has the journal panic");
            }
        }
    }

    fn save_snapshot(
        &self,
        session: SessionId,
        snapshot: SnapshotRow,
        base: Option<Seq>,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        let mut inner = self.lock();
        let saved = inner.stored(session).map(|stored| stored.save(snapshot, base));
        ready(saved).boxed()
    }

    fn forget_before(
        &self,
        session: SessionId,
        snapshot: SnapshotRow,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        let mut inner = self.lock();
        let forgotten = inner.stored(session).map(|stored| stored.forget_before(snapshot));
        ready(forgotten).boxed()
    }
}
