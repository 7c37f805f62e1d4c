//! Reading a session back from the store, and keeping that short by snapshots.
//!
//! A snapshot is made from what the store holds, not from the live actor: the actor never pauses
//! for it, and whatever a snapshot says has been replayed once already.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};
use tracing::{debug, error};

use crate::{
    clock::Clock,
    codec,
    journal::{Journal, JournalError, JournalRow, SnapshotRow},
    session::{Seq, Session, SessionId},
};

/// A journal shorter than this is read faster than a snapshot of it is worth.
const WORTH_A_SNAPSHOT: usize = 1 << 20;
/// Sessions that are snapshotted at the same time: it costs their state once more in memory.
const AT_ONCE: usize = 2;

/// Takes snapshots, a few at a time.
pub(crate) struct Snapshots {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    turns: Semaphore,
}

impl Snapshots {
    pub(crate) fn new(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        Self { journal, clock, turns: Semaphore::new(AT_ONCE) }
    }

    /// Journal bytes after which a session whose snapshot has this length wants a new one.
    pub(crate) fn due_after(snapshot_len: usize) -> usize {
        WORTH_A_SNAPSHOT.max(snapshot_len / 2)
    }

    /// Snapshots what the store holds of a session; gives the snapshot's length in bytes.
    pub(crate) async fn take(&self, id: SessionId) -> Result<usize, JournalError> {
        let _turn = self.turns.acquire().await.expect("the semaphore is never closed");
        let Recovered { session, base, snapshot_len, .. } = recover(&*self.journal, id).await?;
        if base == Some(session.seq()) {
            return Ok(snapshot_len);
        }
        let row = self.row(session).await;
        let (seq, len) = (row.seq, row.state.len());
        self.journal.save_snapshot(id, row, base).await?;
        debug!(session.id = %id, seq = seq.0, len, "snapshot taken");
        Ok(len)
    }

    /// Has the store keep nothing of a session but its present state.
    pub(crate) async fn scrub(&self, id: SessionId) -> Result<(), JournalError> {
        let _turn = self.turns.acquire().await.expect("the semaphore is never closed");
        let session = recover(&*self.journal, id).await?.session;
        let row = self.row(session).await;
        self.journal.forget_before(id, row).await
    }

    async fn row(&self, session: Session) -> SnapshotRow {
        let seq = session.seq();
        let state = run_blocking(move || codec::encode_snapshot(&session)).await;
        SnapshotRow { seq, taken_at: self.clock.now(), state }
    }
}

/// A session as the store holds it.
pub(crate) struct Recovered {
    pub(crate) session: Session,
    /// Bytes of journal that were replayed on top of the snapshot.
    pub(crate) journaled: usize,
    pub(crate) snapshot_len: usize,
    /// The snapshot that it was read from.
    pub(crate) base: Option<Seq>,
}

/// Reads a session: the newest readable snapshot, then the journal after it.
pub(crate) async fn recover(
    journal: &dyn Journal,
    id: SessionId,
) -> Result<Recovered, JournalError> {
    match recover_once(journal, id).await {
        // A snapshot that was saved meanwhile may have truncated the journal under the reader.
        Err(JournalError::Damaged { .. }) => recover_once(journal, id).await,
        outcome => outcome,
    }
}

async fn recover_once(journal: &dyn Journal, id: SessionId) -> Result<Recovered, JournalError> {
    let (mut session, snapshot_len) = match newest_readable_snapshot(journal, id).await? {
        Some((session, len)) => (Some(session), len),
        None => (None, 0),
    };
    let base = session.as_ref().map(Session::seq);
    let mut journaled = 0;
    loop {
        let after = session.as_ref().map_or(Seq::ZERO, Session::seq);
        let rows = journal.rows(id, after).await?;
        if rows.is_empty() {
            break;
        }
        journaled += rows.iter().map(|row| row.events.len()).sum::<usize>();
        let replayed = run_blocking(move || replay(session, &rows)).await;
        session = Some(replayed.map_err(|what| JournalError::Damaged { session: id, what })?);
    }
    // A session is created with its first event: without any, what is stored is no session.
    let what = || "there is no event and no readable snapshot".to_owned();
    let session = session.ok_or_else(|| JournalError::Damaged { session: id, what: what() })?;
    if session.id() != id {
        let what = format!("it holds the state of session {}", session.id());
        return Err(JournalError::Damaged { session: id, what });
    }
    Ok(Recovered { session, journaled, snapshot_len, base })
}

/// The newest snapshot that can be read. A damaged one is reported and the one before it tried;
/// the journal reaches back to the older of the two that are kept.
async fn newest_readable_snapshot(
    journal: &dyn Journal,
    id: SessionId,
) -> Result<Option<(Session, usize)>, JournalError> {
    let mut up_to = None;
    while let Some(SnapshotRow { seq, state, .. }) = journal.snapshot(id, up_to).await? {
        let len = state.len();
        match run_blocking(move || codec::decode_snapshot(&state)).await {
            Ok(session) if session.seq() == seq => return Ok(Some((session, len))),
            Ok(session) => {
                error!(session.id = %id, seq = seq.0, found = session.seq().0, "misfiled snapshot");
            }
            Err(error) => {
                error!(session.id = %id, seq = seq.0, %error, "damaged snapshot");
            }
        }
        match seq.0.checked_sub(1) {
            Some(before) => up_to = Some(Seq(before)),
            None => break,
        }
    }
    Ok(None)
}

/// Applies journal rows, in order and without a gap, on top of a session.
fn replay(mut session: Option<Session>, rows: &[JournalRow]) -> Result<Session, String> {
    for row in rows {
        let entries = codec::decode_events(&row.events)
            .map_err(|error| format!("journal row {} is unreadable: {error}", row.last.0))?;
        if entries.len() != row.count as usize {
            return Err(format!("journal row {} has lost events", row.last.0));
        }
        let first = row.last.0 + 1 - u64::from(row.count);
        for (seq, entry) in (first..).zip(&entries) {
            let next = session.as_ref().map_or(1, |session| session.seq().0 + 1);
            if seq < next {
                continue;
            }
            if seq > next {
                return Err(format!("events {next} to {} are missing", seq - 1));
            }
            match &mut session {
                Some(session) => {
                    session.apply(entry);
                }
                None => {
                    let created = Session::create(entry);
                    session = Some(created.ok_or("the first event is not a creation")?);
                }
            }
        }
    }
    session.ok_or_else(|| "there is no event".to_owned())
}

/// Runs what keeps a processor busy where it blocks no other session.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
    }
}
