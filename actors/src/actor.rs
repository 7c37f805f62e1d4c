//! Runs one [`Session`]: serialises commands, makes them durable, reveals them.
//!
//! Invariant: nothing leaves the actor (no reply, no frame, no seat) before the events it depends
//! on are in the journal. Replies, frames and seats are therefore held with the batch they belong
//! to, and released together.

use std::{
    error::Error,
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix::prelude::*;
use tokio::{sync::oneshot, time::Instant};
use tracing::{error, warn};

use crate::{
    activity::{ActivityNo, View},
    clock::Clock,
    codec::RowBuilder,
    counts::Counts,
    faults::{self, Place},
    handle::{AskError, MAX_WAITING, Receipt},
    journal::{Append, Journal, JournalError, Term},
    lookout::Lookout,
    my_answers::GivenAnswer,
    publish::{Frames, Published},
    seats::{Departure, Me, ONLINE_MS, SeatUpdate},
    session::{
        Command, Due, Entry, Epoch, Event, ItemKind, Rejection, Round, Seat, Section, Sections,
        Session, SessionStatus, Timestamp, Version,
    },
    showing::Showing,
    snapshot::Snapshots,
};

/// Bytes of events that may wait for an append.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// How long after a deadline it takes effect, so that answers that arrived in time still count.
const DEADLINE_GRACE_MS: u64 = 250;
/// How long after a snapshot that could not be taken the next is tried: appends come all the time.
const SNAPSHOT_RETRY: Duration = Duration::from_secs(30);

/// All that an actor needs to begin.
pub(crate) struct Start {
    pub(crate) session: Session,
    pub(crate) epoch: Epoch,
    pub(crate) term: Term,
    pub(crate) version: Version,
    pub(crate) published: Arc<Published>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) join_url: Arc<str>,
    /// Bytes in the journal that the newest snapshot does not hold.
    pub(crate) journaled: usize,
    pub(crate) snapshot_len: usize,
    pub(crate) counts: Arc<Counts>,
    /// Requests that were sent and not yet taken out.
    pub(crate) in_mailbox: Arc<AtomicUsize>,
}

pub(crate) struct SessionActor {
    session: Session,
    epoch: Epoch,
    term: Term,
    published: Arc<Published>,
    journal: Arc<dyn Journal>,
    snapshots: Arc<Snapshots>,
    clock: Arc<dyn Clock>,
    showing: Showing,
    lookout: Lookout,

    waiting: Batch,
    is_appending: bool,
    is_header_dirty: bool,
    journaled: usize,
    snapshot_len: usize,
    counts: Arc<Counts>,
    in_mailbox: Arc<AtomicUsize>,
    /// When the next snapshot may be tried, after one that could not be taken.
    snapshot_from: Option<Instant>,

    capture_timer: Option<(Instant, SpawnHandle)>,
    due_timer: Option<(Due, SpawnHandle)>,
    stopping: Option<oneshot::Sender<usize>>,
    /// From when on it is known who is online: after a recovery all count as online for a while.
    observes_from: Timestamp,
}

/// What one append makes durable, and what waits for it.
#[derive(Default)]
struct Batch {
    row: RowBuilder,
    held: Vec<Held>,
    seats: Vec<(Seat, SeatUpdate)>,
}

type ReplyTo = oneshot::Sender<Result<Receipt, AskError>>;

enum Held {
    Answer(ReplyTo, Result<Receipt, AskError>),
    Read(Release),
}

/// Gives away what was seen, once it is durable.
pub(crate) type Release = Box<dyn FnOnce() + Send>;

/// Looks at the session, or learns why it may not.
pub(crate) type Look = Box<dyn FnOnce(Result<&Session, AskError>) -> Release + Send>;

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Ask {
    pub(crate) command: Command,
    pub(crate) at: Timestamp,
    pub(crate) reply: ReplyTo,
}

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Read {
    pub(crate) look: Look,
}

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Tick;

#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Stop {
    pub(crate) done: oneshot::Sender<usize>,
}

impl SessionActor {
    pub(crate) fn new(start: Start) -> Self {
        let captured = start.published.frames().clone();
        let is_empty = start.session.people().present() == 0;
        let unsure_ms = if is_empty { 0 } else { ONLINE_MS };
        Self {
            showing: Showing::after(captured, start.version, start.join_url),
            lookout: Lookout::default(),
            session: start.session,
            epoch: start.epoch,
            term: start.term,
            published: start.published,
            journal: start.journal,
            snapshots: start.snapshots,
            waiting: Batch::default(),
            is_appending: false,
            is_header_dirty: false,
            journaled: start.journaled,
            snapshot_len: start.snapshot_len,
            counts: start.counts,
            in_mailbox: start.in_mailbox,
            snapshot_from: None,
            capture_timer: None,
            due_timer: None,
            stopping: None,
            observes_from: start.clock.now().plus_ms(unsure_ms),
            clock: start.clock,
        }
    }

    // Deciding and applying.

    fn on_ask(&mut self, ask: Ask) {
        let Ask { command, at, reply } = ask;
        if self.is_full() {
            // Nothing rests on it, so it need not wait for the append.
            drop(reply.send(Err(AskError::Busy)));
            return;
        }
        self.run_overdue();
        faults::panic_if_told(Place::Asked, self.session.id(), &command);
        let answer = self.perform(&command, at).map_err(AskError::Rejected);
        faults::panic_if_told(Place::Applied, self.session.id(), &command);
        self.waiting.held.push(Held::Answer(reply, answer));
    }

    fn perform(&mut self, command: &Command, at: Timestamp) -> Result<Receipt, Rejection> {
        let decision = self.session.decide(command, at)?;
        if let Some(event) = decision.event {
            self.apply(event, at);
        }
        Ok(Receipt { reply: decision.reply, version: self.showing.participant_version() })
    }

    fn apply(&mut self, event: Event, at: Timestamp) {
        let entry = Entry { at: at.max(self.session.last_at()), event };
        let touched = self.session.apply(&entry);
        self.waiting.row.push(&entry);
        self.showing.happened(touched);
        self.follow(&entry);
    }

    /// Notes what an event changes outside the session's own state.
    fn follow(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Joined { .. } => {
                let seat = Seat(self.session.people().next_seat().0 - 1);
                self.published.seats.saw(seat, entry.at);
                self.hold(seat, SeatUpdate::Joined(Me::of(&self.session, seat)));
                self.is_header_dirty = true;
                self.lookout.joined(&self.session, seat, entry.at);
                self.show_audience();
            }
            Event::ParticipantEdited { seat, .. } => {
                self.hold_person(*seat);
                self.lookout.expire();
            }
            Event::Left { seat } => self.hold_gone(*seat, Departure::Left),
            Event::Removed { seat, .. } => {
                self.hold_gone(*seat, Departure::Removed);
                self.showing.hurry_names();
            }
            Event::Moderated { item, removed, .. } => {
                match (item.kind, removed) {
                    (_, Some(seat)) => self.hold_gone(*seat, Departure::Removed),
                    (ItemKind::Nickname, None) => self.hold_person(Seat(item.place)),
                    (ItemKind::Text | ItemKind::Word, None) => {}
                }
                self.is_header_dirty = true;
                self.showing.hurry_names();
            }
            Event::Answered { activity, seat, given, .. } => {
                if let Some(round) = self.round_of(*activity) {
                    let answer = GivenAnswer { activity: *activity, round, given: given.clone() };
                    self.hold(*seat, SeatUpdate::Answered(answer));
                }
                self.lookout.answered(*seat);
                self.go_on_when_all_answered();
            }
            Event::Withdrawn { activity, seat } => {
                self.hold(*seat, SeatUpdate::Withdrawn(*activity));
                self.lookout.expire();
            }
            Event::Completed => {
                self.changed();
                self.observe();
            }
            Event::Observed { .. } => {}
            Event::Created { .. }
            | Event::Edited { .. }
            | Event::Opened
            | Event::Announced { .. }
            | Event::ScreenSet { .. }
            | Event::ActivityAdded { .. }
            | Event::ActivityEdited { .. }
            | Event::ActivityDeleted { .. }
            | Event::ActivitiesOrdered { .. }
            | Event::StepTaken { .. }
            | Event::Controlled { .. } => self.changed(),
        }
    }

    /// Somebody pressed a button and looks at what happens.
    fn changed(&mut self) {
        self.showing.hurry();
        self.is_header_dirty = true;
        self.look_around();
    }

    fn round_of(&self, no: ActivityNo) -> Option<Round> {
        self.session.activities().iter().find(|it| it.no == no).map(|it| it.round)
    }

    fn hold_person(&mut self, seat: Seat) {
        if self.session.people().at(seat).is_present() {
            let Me { nickname, name_status, spectator, .. } = Me::of(&self.session, seat);
            self.hold(seat, SeatUpdate::Edited { nickname, name_status, spectator });
        }
    }

    fn hold_gone(&mut self, seat: Seat, how: Departure) {
        self.hold(seat, SeatUpdate::Gone(how));
        self.is_header_dirty = true;
        // At once, so that no frame has more people online than there are.
        self.lookout.gone(seat);
        self.lookout.expire();
    }

    fn hold(&mut self, seat: Seat, update: SeatUpdate) {
        self.waiting.seats.push((seat, update));
    }

    /// Notes how many were waiting when a request was taken out of the mailbox.
    fn note_queue(&self) {
        let in_mailbox = self.in_mailbox.fetch_sub(1, Ordering::Relaxed);
        self.counts.queue.note(in_mailbox + self.waiting.held.len());
    }

    fn is_full(&self) -> bool {
        self.waiting.held.len() >= MAX_WAITING || self.waiting.row.len() >= MAX_WAITING_BYTES
    }

    // The clock and the people.

    /// Lets happen what was due before now; each at its own time.
    fn run_overdue(&mut self) {
        let now = self.clock.now();
        while let Some(Due::Event(at)) = self.session.next_due(now)
            && at.plus_ms(DEADLINE_GRACE_MS) <= now
        {
            self.perform(&Command::Elapse, at).expect("what is due is never refused");
        }
    }

    fn on_due(&mut self, due: Due) {
        match due {
            Due::Event(_) => self.run_overdue(),
            Due::Phase(_) => self.showing.touch(Sections::RESULTS | Section::Activity.into()),
        }
    }

    /// Looks who is there, and shows it if it changed.
    fn look_around(&mut self) {
        let now = self.clock.now();
        let before = self.lookout.look(&self.session, &self.published.seats, now);
        if before.online != self.lookout.audience().online {
            self.showing.touch(Section::RunnerParticipants.into());
        }
        if before != *self.lookout.audience() {
            self.show_audience();
        }
    }

    /// Moves the results where they say how many are awaited.
    fn show_audience(&mut self) {
        let running = self.session.current().map(|activity| activity.state.running());
        if let Some(running) = running.filter(|it| it.counts_audience()) {
            self.showing.touch(Section::RunnerResults.into());
            if running.shows_answers(View::Participant) {
                self.showing.touch(Section::Results.into());
            }
        }
    }

    /// When nobody is waited for any more, some activities go on by themselves.
    fn go_on_when_all_answered(&mut self) {
        let running = self.session.current().filter(|activity| activity.is_active());
        if self.lookout.audience().awaited > 0
            || running.is_none_or(|activity| activity.state.when_all_answered().is_none())
        {
            return;
        }
        // Somebody may have come since the last look.
        self.look_around();
        if self.lookout.audience().awaited == 0 {
            let now = self.clock.now();
            self.perform(&Command::AllAnswered, now).expect("going on is never refused");
        }
    }

    fn on_tick(&mut self) {
        if self.lookout.is_due() {
            self.free_abandoned_seats();
            self.look_around();
            self.go_on_when_all_answered();
            self.observe();
        }
    }

    /// Notes a point of the timeline, if it is time to.
    fn observe(&mut self) {
        self.run_overdue();
        let now = self.clock.now();
        // The last answers before the end are noted in any case.
        if self.observes_from <= now || self.session.status() == SessionStatus::Completed {
            let online = self.lookout.audience().online;
            self.perform(&Command::Observe { online }, now).expect("looking is never refused");
        }
    }

    /// Who joined and never came gives their seat back.
    fn free_abandoned_seats(&mut self) {
        let now = self.clock.now();
        while let Some(seat) = self.lookout.next_abandoned(&self.published.seats, now) {
            let person = self.session.people().at(seat);
            if person.is_present() && self.session.status() != SessionStatus::Completed {
                let leave = Command::Leave { id: person.id };
                self.perform(&leave, now).expect("who is present may leave");
            }
        }
    }

    // Making durable.

    /// Brings everything under way that can be: after every message, timer and append.
    fn settle(&mut self, ctx: &mut Context<Self>) {
        self.run_overdue();
        self.append_waiting(ctx);
        self.schedule_due(ctx);
        self.schedule_capture(ctx);
    }

    /// Starts the next append, unless one is running: its end starts the next.
    fn append_waiting(&mut self, ctx: &mut Context<Self>) {
        if self.is_appending {
            return;
        }
        if self.waiting.row.is_empty() {
            self.release_idle(ctx);
            return;
        }
        let mut batch = mem::take(&mut self.waiting);
        let (count, events) = batch.row.cut();
        let (frames, len) = (self.capture(), events.len());
        let append = Append {
            session: self.session.id(),
            epoch: self.epoch,
            last: self.session.seq(),
            count,
            at: self.session.last_at(),
            events,
            header: mem::take(&mut self.is_header_dirty).then(|| self.session.header()),
        };
        self.is_appending = true;
        self.journal
            .append(append)
            .into_actor(self)
            .map(move |outcome, actor, ctx| actor.on_appended(outcome, batch, frames, len, ctx))
            .spawn(ctx);
    }

    /// Everything is durable: live state may be shown, and refusals may go.
    fn release_idle(&mut self, ctx: &mut Context<Self>) {
        if !self.is_still_ours(ctx) {
            return;
        }
        let batch = mem::take(&mut self.waiting);
        if let Some(frames) = self.capture() {
            self.publish(frames);
        }
        self.release(batch);
        if let Some(done) = self.stopping.take() {
            // The registry may have given up waiting.
            let _ = done.send(self.journaled);
            ctx.stop();
        } else if self.showing.version() >= Version::last_safe_of(self.epoch) {
            // The next request takes the session up again, with an epoch of fresh versions.
            ctx.stop();
        }
    }

    fn on_appended(
        &mut self,
        outcome: Result<(), JournalError>,
        batch: Batch,
        frames: Option<Arc<Frames>>,
        len: usize,
        ctx: &mut Context<Self>,
    ) {
        self.is_appending = false;
        if let Err(error) = outcome {
            // Memory is ahead of the journal. The next request reads the session anew; dropped
            // replies read as `Unavailable`.
            error!(session.id = %self.session.id(), error = &error as &dyn Error, "stopping session");
            if matches!(error, JournalError::Fenced(_)) {
                self.counts.fenced.fetch_add(1, Ordering::Relaxed);
            }
            ctx.stop();
            return;
        }
        faults::panic_if_armed(self.session.id());
        if !self.is_still_ours(ctx) {
            return;
        }
        self.journaled += len;
        if let Some(frames) = frames {
            self.publish(frames);
        }
        self.release(batch);
        self.snapshot_if_due(ctx);
        self.settle(ctx);
    }

    /// Whether anything may be shown or acknowledged. Who was cut off or stopped for longer than
    /// their lease says nothing any more: another node may have said more by now.
    fn is_still_ours(&self, ctx: &mut Context<Self>) -> bool {
        let is_ours = self.journal.holds(self.term);
        if !is_ours {
            warn!(session.id = %self.session.id(), epoch = self.epoch.0, "lease over: stopping session");
            self.counts.fenced.fetch_add(1, Ordering::Relaxed);
            ctx.stop();
        }
        is_ours
    }

    fn publish(&self, frames: Arc<Frames>) {
        self.published.publish(frames);
        self.counts.frames.fetch_add(1, Ordering::Relaxed);
    }

    fn release(&self, batch: Batch) {
        for (seat, update) in batch.seats {
            self.published.seats.apply(seat, update);
        }
        for held in batch.held {
            match held {
                // The client may have gone away; its vote still counts.
                Held::Answer(reply, answer) => drop(reply.send(answer)),
                Held::Read(release) => release(),
            }
        }
    }

    fn snapshot_if_due(&mut self, ctx: &mut Context<Self>) {
        let is_due = self.journaled > Snapshots::due_after(self.snapshot_len)
            || self.session.status() == SessionStatus::Completed && self.journaled > 0;
        if !is_due || self.snapshot_from.is_some_and(|from| Instant::now() < from) {
            return;
        }
        let journaled = mem::take(&mut self.journaled);
        let (snapshots, id) = (self.snapshots.clone(), self.session.id());
        async move { snapshots.take(id).await }
            .into_actor(self)
            .map(move |outcome, actor, _| match outcome {
                Ok(len) => actor.snapshot_len = len,
                Err(error) => {
                    actor.journaled += journaled;
                    actor.snapshot_from = Some(Instant::now() + SNAPSHOT_RETRY);
                    let id = actor.session.id();
                    warn!(session.id = %id, error = &error as &dyn Error, "no snapshot taken");
                }
            })
            .spawn(ctx);
    }

    // Showing.

    fn capture(&mut self) -> Option<Arc<Frames>> {
        self.showing.capture(&self.session, self.lookout.audience(), self.clock.now())
    }

    /// Shows the last change even when nothing happens any more.
    fn schedule_capture(&mut self, ctx: &mut Context<Self>) {
        if self.is_appending {
            return;
        }
        let now = Instant::now();
        let Some(at) = self.showing.next_capture(now) else { return };
        match self.capture_timer.take() {
            // A vote need not wait for the number of people, which moves every few seconds only.
            Some((later, timer)) if at < later => {
                ctx.cancel_future(timer);
            }
            Some(set) => {
                self.capture_timer = Some(set);
                return;
            }
            None => {}
        }
        let timer = ctx.run_later(at - now, |actor, ctx| {
            actor.capture_timer = None;
            actor.settle(ctx);
        });
        self.capture_timer = Some((at, timer));
    }

    fn schedule_due(&mut self, ctx: &mut Context<Self>) {
        let now = self.clock.now();
        let due = self.session.next_due(now);
        if due == self.due_timer.map(|(due, _)| due) {
            return;
        }
        if let Some((_, timer)) = self.due_timer.take() {
            ctx.cancel_future(timer);
        }
        let Some(due) = due else { return };
        let grace_ms = match due {
            Due::Event(_) => DEADLINE_GRACE_MS,
            // The phase changes at the instant itself; a timer must not come before it.
            Due::Phase(_) => 1,
        };
        let delay_ms = due.at().plus_ms(grace_ms).ms_since(now);
        let timer = ctx.run_later(Duration::from_millis(delay_ms), move |actor, ctx| {
            actor.due_timer = None;
            actor.on_due(due);
            actor.settle(ctx);
        });
        self.due_timer = Some((due, timer));
    }
}

impl Actor for SessionActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAX_WAITING);
        self.look_around();
        self.settle(ctx);
    }
}

impl Drop for SessionActor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The panic itself says where, and not whose it was.
            error!(session.id = %self.session.id(), "session stopped by a panic; the next request restarts it");
            self.counts.panicked.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Handler<Ask> for SessionActor {
    type Result = ();

    fn handle(&mut self, ask: Ask, ctx: &mut Self::Context) {
        self.note_queue();
        if self.stopping.is_some() {
            drop(ask.reply.send(Err(AskError::Unavailable)));
            return;
        }
        self.on_ask(ask);
        self.settle(ctx);
    }
}

impl Handler<Read> for SessionActor {
    type Result = ();

    fn handle(&mut self, read: Read, ctx: &mut Self::Context) {
        self.note_queue();
        if self.is_full() {
            (read.look)(Err(AskError::Busy))();
            return;
        }
        let release = (read.look)(Ok(&self.session));
        self.waiting.held.push(Held::Read(release));
        self.settle(ctx);
    }
}

impl Handler<Tick> for SessionActor {
    type Result = ();

    fn handle(&mut self, _: Tick, ctx: &mut Self::Context) {
        self.on_tick();
        self.settle(ctx);
    }
}

impl Handler<Stop> for SessionActor {
    type Result = ();

    fn handle(&mut self, stop: Stop, ctx: &mut Self::Context) {
        self.stopping = Some(stop.done);
        self.settle(ctx);
    }
}
