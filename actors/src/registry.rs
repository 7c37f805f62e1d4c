//! The sessions of this node: activation on demand, passivation when idle.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use dashmap::{DashMap, mapref::multiple::RefMulti};
use futures_util::future::join_all;
use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};
use tracing::{error, info, warn};

use crate::{
    actor::Start,
    clock::Clock,
    copies::Copy,
    counts::Counts,
    entry::Entry,
    faults,
    handle::{Arbiters, AskError, Receipt, SessionHandle},
    journal::{Journal, JournalError, Peer, Taken},
    publish::{Frames, Published, Standing},
    session::{Command, Epoch, Session, SessionId, SessionStatus, Timestamp, Version},
    snapshot::{Snapshots, recover, run_blocking},
};

/// A session nobody asked for this long leaves memory.
const IDLE_MS: u64 = 15 * 60_000;
/// A completed session needs no actor to serve its last frame.
const IDLE_WHEN_COMPLETED_MS: u64 = 10_000;
/// A session used this recently is looked at every second.
const IN_USE_MS: u64 = 30_000;
/// Journal bytes beyond which a session that leaves memory leaves a snapshot.
const SNAPSHOT_ON_LEAVING: usize = 64 << 10;
/// How long a session that was given away is not taken back: enough for the other to take it.
const HANDED_OVER_MS: u64 = 2_000;
/// How long leaving waits for one session's last append.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a server that goes waits for snapshots: well below what supervisors allow.
const SNAPSHOTS_TIMEOUT: Duration = Duration::from_secs(5);

/// A session that can't be read is tried again after this time. Its phones ask all the time, and
/// the store and the log need not hear of each.
const TRIED_AGAIN_MS: u64 = 2_000;

/// Sessions that are studied at the same time: it costs their state once more in memory.
const STUDIES: usize = 2;

/// All sessions this node knows.
pub struct Registry {
    entries: DashMap<SessionId, Arc<Entry>>,
    damaged: DashMap<SessionId, Damage>,
    journal: Arc<dyn Journal>,
    snapshots: Arc<Snapshots>,
    studies: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
    arbiters: Arbiters,
    join_url: JoinUrl,
    /// No session is taken over any more: this node is going.
    is_closed: AtomicBool,
    /// Sessions that were given to another node a moment ago, and when.
    handed_over: DashMap<SessionId, (Peer, Timestamp)>,
    counts: Arc<Counts>,
}

/// How many sessions this node owns, and the people in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Population {
    pub sessions: u64,
    /// Who joined and did not leave.
    pub participants: u64,
    /// Of these, who was seen lately.
    pub online: u64,
}

/// What is wrong with a session that can't be read.
struct Damage {
    found_at: Timestamp,
    what: String,
}

/// Where people join the session with this code.
pub type JoinUrl = Box<dyn Fn(&str) -> String + Send + Sync>;

impl Registry {
    /// Starts as many arbiters as sessions may run at the same time.
    #[must_use]
    pub fn start(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        arbiters: usize,
        join_url: JoinUrl,
    ) -> Arc<Self> {
        Arc::new(Self {
            entries: DashMap::new(),
            damaged: DashMap::new(),
            snapshots: Arc::new(Snapshots::new(journal.clone(), clock.clone())),
            journal,
            studies: Arc::new(Semaphore::new(STUDIES)),
            clock,
            arbiters: Arbiters::start(arbiters),
            join_url,
            is_closed: AtomicBool::new(false),
            handed_over: DashMap::new(),
            counts: Arc::default(),
        })
    }

    /// Runs something on each thread that sessions run on.
    pub fn on_each_thread<F: Future<Output = ()> + Send + 'static>(&self, work: impl Fn() -> F) {
        self.arbiters.on_each(work);
    }

    /// What is published about a session in memory. Never waits.
    #[must_use]
    pub fn published(&self, id: SessionId) -> Option<Arc<Published>> {
        self.entries.get(&id)?.published.get().cloned()
    }

    /// What is published about a session, which is read from the store if need be.
    pub async fn activate(&self, id: SessionId) -> Result<Arc<Published>, JournalError> {
        if let Some(published) = self.published(id) {
            return Ok(published);
        }
        self.handle(id).await?;
        self.published(id).ok_or(JournalError::NotFound(id))
    }

    /// Whether a session runs here, and nobody else can have it. Never waits.
    #[must_use]
    pub fn owns(&self, id: SessionId) -> bool {
        self.entries.get(&id).is_some_and(|entry| {
            let standing = entry.published.get().map(|published| published.standing());
            entry.running().is_some()
                && matches!(standing, Some(Standing::Owned(term)) if self.journal.holds(term))
        })
    }

    /// Makes a session this node's, unless another node has it or this one has no lease.
    pub async fn own(&self, id: SessionId) -> Result<(), JournalError> {
        self.handle(id).await?;
        if self.owns(id) { Ok(()) } else { Err(JournalError::Unavailable("lease over".into())) }
    }

    /// Has a session carry a command out. Resolves once its effect is durable, or it is refused.
    pub async fn ask(
        &self,
        id: SessionId,
        command: Command,
        at: Timestamp,
    ) -> Result<Receipt, CallError> {
        let handle = self.handle(id).await?;
        Ok(handle.ask(command, self.clock.as_noted(at)).await?)
    }

    /// Looks at a session.
    pub async fn read<T: Send + 'static>(
        &self,
        id: SessionId,
        look: impl FnOnce(&Session) -> T + Send + 'static,
    ) -> Result<T, CallError> {
        let handle = self.handle(id).await?;
        Ok(handle.read(look).await?)
    }

    /// Lets `look` see a session as the store holds it: all that was acknowledged. The running
    /// session does not pause for it, however long it takes.
    pub async fn study<T: Send + 'static>(
        &self,
        id: SessionId,
        look: impl FnOnce(Session) -> T + Send + 'static,
    ) -> Result<T, JournalError> {
        let turn = self.studies.clone().acquire_owned().await;
        let turn = turn.expect("the semaphore is never closed");
        let session = load(&*self.journal, id).await.inspect_err(report)?;
        let seen = run_blocking(move || {
            let seen = look(session);
            // Not before: who asked may have gone away meanwhile, the memory is still used.
            drop(turn);
            seen
        });
        Ok(seen.await)
    }

    /// Has the store keep nothing of a session but its present state: what was erased from that
    /// is in no stored byte any more. The session must be one of this node's.
    pub async fn scrub(&self, id: SessionId) -> Result<(), JournalError> {
        self.snapshots.scrub(id).await.inspect_err(report)
    }

    /// How many participants of a session are online, as far as this node knows.
    #[must_use]
    pub fn online(&self, id: SessionId, now: Timestamp) -> u32 {
        self.published(id).map_or(0, |published| published.seats.online(now))
    }

    /// Drops a session that was deleted.
    pub async fn forget(&self, id: SessionId) {
        if let Some((_, entry)) = self.entries.remove(&id)
            && let Some(handle) = entry.handle.swap(None)
        {
            let _ = timeout(STOP_TIMEOUT, handle.stop()).await;
        }
    }

    /// How many sessions are in memory.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Looks after the sessions: to be called about every second.
    pub fn tick(self: &Arc<Self>) {
        let now = self.clock.now();
        let idle_ms = faults::idle_ms(IDLE_MS);
        self.counts.queue.turn(now);
        self.damaged.retain(|_, damage| !damage.is_old(now));
        self.handed_over.retain(|_, (_, at)| now.ms_since(*at) < HANDED_OVER_MS);
        let mut idle = vec![];
        for entry in &self.entries {
            let Some(published) = entry.published.get() else { continue };
            let unused_ms = now.ms_since(published.last_used());
            let is_completed = published.frames().status == SessionStatus::Completed;
            if unused_ms > idle_ms {
                idle.push((*entry.key(), true));
            } else if is_completed
                && unused_ms > IDLE_WHEN_COMPLETED_MS
                && !self.journal.is_shared()
            {
                // Where there are other nodes, one of them could change it, and nobody would tell.
                idle.push((*entry.key(), false));
            } else if unused_ms < IN_USE_MS
                && let Some(handle) = &*entry.handle.load()
            {
                handle.tick();
            }
        }
        for (id, entirely) in idle {
            let registry = self.clone();
            tokio::spawn(async move { registry.passivate(id, entirely).await });
        }
    }

    /// Lets go of every session: this node's lease has ended. What is published stays, and the next
    /// request finds out whose each session is now.
    pub fn lapse(&self) -> Vec<SessionId> {
        let let_go = |entry: RefMulti<'_, SessionId, Arc<Entry>>| {
            entry.lapses();
            *entry.key()
        };
        self.entries.iter().map(let_go).collect()
    }

    /// Sessions that somebody asks for and that do not run here: whoever does not follow them yet
    /// should, or take them over.
    #[must_use]
    pub fn adrift(&self) -> Vec<SessionId> {
        let now = self.clock.now();
        let is_adrift = |entry: &RefMulti<'_, SessionId, Arc<Entry>>| {
            let published = entry.published.get();
            published.is_some_and(|it| now.ms_since(it.last_used()) < IN_USE_MS)
                && entry.running().is_none()
        };
        self.entries.iter().filter(is_adrift).map(|entry| *entry.key()).collect()
    }

    /// Notes that the owner of a session can't be asked at the moment.
    pub fn lose(&self, id: SessionId) {
        if let Some(entry) = self.entries.get(&id) {
            entry.is_elsewhere(Standing::Lost);
        }
    }

    /// Publishes what the owner of a session publishes, another node. `None`: it is not all, and
    /// something before it is missing here.
    pub fn take_in(&self, id: SessionId, copy: &Copy) -> Option<Arc<Published>> {
        let entry = self.entries.entry(id).or_default().clone();
        let published = match entry.published.get() {
            // This node has taken it over meanwhile.
            Some(published) if entry.running().is_some() => return Some(published.clone()),
            Some(published) => published.take_in(copy).then(|| published.clone())?,
            None => {
                let frames = Arc::new(copy.frames(None)?);
                let now = self.clock.now();
                let new = || {
                    let published = Published::new(id, copy.owner(), frames, now);
                    published.seats.follow(copy);
                    Arc::new(published)
                };
                entry.published.get_or_init(new).clone()
            }
        };
        if entry.is_elsewhere(Standing::Followed) == Some(Standing::Lost) {
            info!(session.id = %id, "following");
        }
        Some(published)
    }

    /// Forgets a session that another node owns.
    pub fn unfollow(&self, id: SessionId) {
        self.entries.remove_if(&id, |_, entry| entry.running().is_none());
    }

    /// Gives a session to another node, which takes it over when it is next asked for it. Until it
    /// has, this node does not take it back.
    pub async fn hand_over(&self, id: SessionId, to: Peer) {
        self.handed_over.insert(id, (to, self.clock.now()));
        self.passivate(id, false).await;
        self.counts.handed_over.fetch_add(1, Ordering::Relaxed);
    }

    /// To whom a session was given a moment ago.
    fn handed_to(&self, id: SessionId) -> Option<Peer> {
        let handed = self.handed_over.get(&id)?;
        let (to, at) = &*handed;
        (self.clock.now().ms_since(*at) < HANDED_OVER_MS).then(|| to.clone())
    }

    /// The sessions of this node that run, those with few people first.
    #[must_use]
    pub fn owned(&self) -> Vec<SessionId> {
        let running = self.entries.iter().filter(|entry| entry.running().is_some());
        let people = |entry: &Entry| {
            entry.published.get().map_or(0, |published| published.frames().participant_count)
        };
        let mut owned: Vec<_> = running.map(|entry| (people(&entry), *entry.key())).collect();
        owned.sort_unstable();
        owned.into_iter().map(|(_, id)| id).collect()
    }

    /// Who is here, at the cost of a look at every seat.
    #[must_use]
    pub fn population(&self) -> Population {
        let now = self.clock.now();
        let mut population = Population::default();
        for entry in self.entries.iter().filter(|entry| entry.running().is_some()) {
            let Some(published) = entry.published.get() else { continue };
            population.sessions += 1;
            population.participants += u64::from(published.frames().participant_count);
            population.online += u64::from(published.seats.online(now));
        }
        population
    }

    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Takes no session over any more.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Stops every session once all it accepted is durable, and snapshots those worth it.
    pub async fn drain(&self) {
        let ids: Vec<SessionId> = self.entries.iter().map(|entry| *entry.key()).collect();
        let left = join_all(ids.into_iter().map(|id| self.passivate(id, true))).await;
        // Without its snapshot a session starts more slowly, and loses nothing.
        if timeout(SNAPSHOTS_TIMEOUT, join_all(left.into_iter().flatten())).await.is_err() {
            warn!("left without some snapshots: they did not end in time");
        }
    }

    /// Ends a session's actor, and forgets what is published too if it leaves `entirely`. Gives
    /// the snapshot that is then taken, for who can wait for it.
    async fn passivate(&self, id: SessionId, entirely: bool) -> Option<JoinHandle<()>> {
        let entry = self.entries.get(&id).map(|entry| entry.clone())?;
        let _activation = entry.activation.lock().await;
        let mut snapshot = None;
        if let Some(handle) = entry.handle.swap(None) {
            match timeout(STOP_TIMEOUT, handle.stop()).await {
                Ok(journaled) => {
                    snapshot = self.leave_snapshot(id, journaled.unwrap_or_default());
                    self.give_back(id, handle.epoch).await;
                }
                Err(_) => warn!(session.id = %id, "session did not stop in time"),
            }
        }
        if entirely {
            self.entries.remove_if(&id, |_, it| Arc::ptr_eq(it, &entry));
        }
        snapshot
    }

    /// Whoever is asked for the session next may have it.
    async fn give_back(&self, id: SessionId, epoch: Epoch) {
        if let Err(error) = self.journal.give_back(id, epoch).await {
            // It is free when this node's lease ends.
            warn!(session.id = %id, error = &error as &dyn Error, "session not given back");
        }
    }

    fn leave_snapshot(&self, id: SessionId, journaled: usize) -> Option<JoinHandle<()>> {
        if journaled < SNAPSHOT_ON_LEAVING {
            return None;
        }
        let snapshots = self.snapshots.clone();
        Some(tokio::spawn(async move {
            if let Err(error) = snapshots.take(id).await {
                warn!(session.id = %id, error = &error as &dyn Error, "no snapshot taken");
            }
        }))
    }

    /// The running session, which is activated if need be.
    async fn handle(&self, id: SessionId) -> Result<Arc<SessionHandle>, JournalError> {
        match self.running_handle(id) {
            Some(handle) => Ok(handle),
            // Boxed, because it is rare, and every request would carry its size.
            None => Box::pin(self.activated_handle(id)).await,
        }
    }

    fn running_handle(&self, id: SessionId) -> Option<Arc<SessionHandle>> {
        let entry = self.entries.get(&id)?.clone();
        if let Some(published) = entry.published.get() {
            published.used(self.clock.now());
        }
        entry.running()
    }

    async fn activated_handle(&self, id: SessionId) -> Result<Arc<SessionHandle>, JournalError> {
        loop {
            let entry = self.entries.entry(id).or_default().clone();
            let _activation = entry.activation.lock().await;
            if let Some(handle) = entry.running() {
                return Ok(handle);
            }
            // It may have left memory while this waited for its turn.
            if !self.entries.get(&id).is_some_and(|now| Arc::ptr_eq(&now, &entry)) {
                continue;
            }
            let started = match self.handed_to(id) {
                Some(owner) => Err(JournalError::Elsewhere { session: id, owner }),
                None if self.is_closed.load(Ordering::SeqCst) => {
                    Err(JournalError::Unavailable("this node is going".into()))
                }
                None => self.start_unless_damaged(id, &entry).await,
            };
            if started.is_err() && entry.published.get().is_none() {
                self.entries.remove_if(&id, |_, it| Arc::ptr_eq(it, &entry));
            }
            return started;
        }
    }

    /// What was damaged a moment ago is not read again, nor reported.
    async fn start_unless_damaged(
        &self,
        id: SessionId,
        entry: &Entry,
    ) -> Result<Arc<SessionHandle>, JournalError> {
        if let Some(damage) = self.damaged.get(&id).filter(|it| !it.is_old(self.clock.now())) {
            return Err(JournalError::Damaged { session: id, what: damage.what.clone() });
        }
        let started = self.start_session(id, entry).await.inspect_err(report);
        if let Err(JournalError::Damaged { what, .. }) = &started {
            let damage = Damage { found_at: self.clock.now(), what: what.clone() };
            self.damaged.insert(id, damage);
            self.counts.unreadable.fetch_add(1, Ordering::Relaxed);
        }
        started
    }

    async fn start_session(
        &self,
        id: SessionId,
        entry: &Entry,
    ) -> Result<Arc<SessionHandle>, JournalError> {
        let Taken { epoch, term } = self.journal.take_over(id).await?;
        let recovered = recover(&*self.journal, id).await?;
        if !self.journal.holds(term) {
            // Reading took long, and somebody else may have said more by now.
            return Err(JournalError::Unavailable("lease over".into()));
        }
        let session = recovered.session;
        self.clock.catch_up_with(session.last_at());
        let version = Version::first_of(epoch);
        let join_url: Arc<str> = (self.join_url)(session.code()).into();
        let now = self.clock.now();
        let frames = Arc::new(Frames::first(&session, version, &join_url, now));
        let published = entry
            .published
            .get_or_init(|| Arc::new(Published::new(id, session.owner(), frames.clone(), now)));
        published.seats.fill(&session, now);
        // Before who waits is woken: what they get is not old.
        published.stands(Standing::Owned(term));
        published.publish(frames);
        info!(session.id = %id, epoch = epoch.0, seq = session.seq().0, "session activated");
        self.counts.activated.fetch_add(1, Ordering::Relaxed);
        let start = Start {
            session,
            epoch,
            term,
            version,
            published: published.clone(),
            journal: self.journal.clone(),
            snapshots: self.snapshots.clone(),
            clock: self.clock.clone(),
            join_url,
            journaled: recovered.journaled,
            snapshot_len: recovered.snapshot_len,
            counts: self.counts.clone(),
            in_mailbox: Arc::default(),
        };
        let handle = SessionHandle::start(start, self.arbiters.next());
        entry.runs(handle.clone(), term);
        Ok(handle)
    }
}

impl Damage {
    fn is_old(&self, now: Timestamp) -> bool {
        now.ms_since(self.found_at) >= TRIED_AGAIN_MS
    }
}

/// Damage is for the operator; all else passes, or is reported by the store.
fn report(error: &JournalError) {
    match error {
        JournalError::Damaged { session, .. } => {
            error!(session.id = %session, error = error as &dyn Error, "session can't be read");
        }
        JournalError::NotFound(_)
        | JournalError::Elsewhere { .. }
        | JournalError::Fenced(_)
        | JournalError::Unavailable(_) => {}
    }
}

/// A session as the store holds it. Takes nothing over: whoever runs the session goes on.
pub async fn load(journal: &dyn Journal, id: SessionId) -> Result<Session, JournalError> {
    Ok(recover(journal, id).await?.session)
}

/// Why a session could not be reached, or refused.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Ask(#[from] AskError),
}
