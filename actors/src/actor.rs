//! Runs one [`Session`]: serialises commands, makes them durable, reveals them.
//!
//! Invariant: nothing leaves the actor (no reply, no frame, no seat) before the events it depends
//! on are in the journal. Replies, frames and seats are therefore held with the batch they belong
//! to, and released together.

use std::{error::Error, mem, sync::Arc, time::Duration};

use actix::prelude::*;
use tokio::{sync::oneshot, time::Instant};
use tracing::{error, warn};

use crate::{
    activity::{Activity, ActivityNo, Audience, View},
    clock::Clock,
    codec::RowBuilder,
    handle::{AskError, MAX_WAITING, Receipt},
    journal::{Append, Journal, JournalError},
    publish::{Frames, Published},
    seats::{GivenAnswer, Me, ONLINE_MS, SeatUpdate, Seats},
    session::{
        Command, Due, Entry, Epoch, Event, FrameContext, Membership, Rejection, Round, Seat,
        Section, Sections, Session, SessionStatus, Timestamp, Version,
    },
    snapshot::Snapshots,
};

/// Bytes of events that may wait for an append.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// Frames are captured no more often than this, however many votes arrive.
const CAPTURE_EVERY: Duration = Duration::from_millis(50);
/// How often the number of people moves in each view.
const PEOPLE_EVERY: Duration = Duration::from_secs(10);
const PEOPLE_EVERY_FOR_RUNNER: Duration = Duration::from_secs(2);
/// How often the session looks who is online.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long after a deadline it takes effect, so that answers that arrived in time still count.
const DEADLINE_GRACE_MS: u64 = 250;

/// All that an actor needs to begin.
pub(crate) struct Start {
    pub(crate) session: Session,
    pub(crate) epoch: Epoch,
    pub(crate) version: Version,
    pub(crate) published: Arc<Published>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) join_url: Arc<str>,
    /// Bytes in the journal that the newest snapshot does not hold.
    pub(crate) journaled: usize,
    pub(crate) snapshot_len: usize,
}

pub(crate) struct SessionActor {
    session: Session,
    epoch: Epoch,
    published: Arc<Published>,
    journal: Arc<dyn Journal>,
    snapshots: Arc<Snapshots>,
    clock: Arc<dyn Clock>,
    join_url: Arc<str>,

    /// Grows with every event and every capture.
    version: Version,
    /// The last version at which something changed that participants see.
    participant_version: Version,
    me_version: Version,
    /// What changed since the last capture.
    dirty: Sections,
    /// Whether somebody pressed a button and looks at the screen now.
    is_urgent: bool,
    captured: Arc<Frames>,
    captured_at: Option<Instant>,
    people_at: Option<Instant>,
    runner_people_at: Option<Instant>,
    audience: Audience,
    /// Who is waited for, by seat: the people behind `audience.awaited`.
    is_awaited: Vec<bool>,
    looked_at: Option<Instant>,

    waiting: Batch,
    is_appending: bool,
    is_header_dirty: bool,
    journaled: usize,
    snapshot_len: usize,

    capture_timer: Option<(Instant, SpawnHandle)>,
    due_timer: Option<(Due, SpawnHandle)>,
    stopping: Option<oneshot::Sender<usize>>,
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
        Self {
            session: start.session,
            epoch: start.epoch,
            published: start.published,
            journal: start.journal,
            snapshots: start.snapshots,
            clock: start.clock,
            join_url: start.join_url,
            version: start.version,
            participant_version: start.version,
            me_version: captured.me_version,
            dirty: Sections::NONE,
            is_urgent: false,
            captured,
            captured_at: None,
            people_at: None,
            runner_people_at: None,
            audience: Audience::default(),
            is_awaited: vec![],
            looked_at: None,
            waiting: Batch::default(),
            is_appending: false,
            is_header_dirty: false,
            journaled: start.journaled,
            snapshot_len: start.snapshot_len,
            capture_timer: None,
            due_timer: None,
            stopping: None,
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
        let answer = self.perform(&command, at).map_err(AskError::Rejected);
        self.waiting.held.push(Held::Answer(reply, answer));
    }

    fn perform(&mut self, command: &Command, at: Timestamp) -> Result<Receipt, Rejection> {
        let decision = self.session.decide(command, at)?;
        if let Some(event) = decision.event {
            self.apply(event, at);
        }
        Ok(Receipt { reply: decision.reply, version: self.participant_version })
    }

    fn apply(&mut self, event: Event, at: Timestamp) {
        let entry = Entry { at: at.max(self.session.last_at()), event };
        let touched = self.session.apply(&entry);
        self.waiting.row.push(&entry);
        self.version = self.version.next();
        if touched.contains(Section::MeVersion) {
            self.me_version = self.version;
        }
        self.touch(touched);
        self.follow(&entry);
    }

    fn touch(&mut self, touched: Sections) {
        self.dirty |= touched;
        let seen = Sections::seen_by(View::Participant).without(Sections::PEOPLE);
        if touched.intersects(seen) {
            self.participant_version = self.version;
        }
    }

    /// Notes what an event changes outside the session's own state.
    fn follow(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Joined { .. } => {
                let seat = Seat(self.session.people().next_seat().0 - 1);
                self.published.seats.saw(seat, entry.at);
                self.hold(seat, SeatUpdate::Joined(me(&self.session, seat)));
                self.is_header_dirty = true;
                self.count_in(seat);
            }
            Event::ParticipantEdited { seat, .. } => {
                let Me { nickname, spectator, .. } = me(&self.session, *seat);
                self.hold(*seat, SeatUpdate::Edited { nickname, spectator });
            }
            Event::Left { seat } | Event::Removed { seat, .. } => {
                self.hold(*seat, SeatUpdate::Gone);
                self.is_header_dirty = true;
            }
            Event::Answered { activity, seat, given, .. } => {
                if let Some(round) = self.round_of(*activity) {
                    let answer = GivenAnswer { activity: *activity, round, given: given.clone() };
                    self.hold(*seat, SeatUpdate::Answered(answer));
                }
                self.on_answered(*seat);
            }
            Event::Withdrawn { activity, seat } => {
                self.hold(*seat, SeatUpdate::Withdrawn(*activity));
                self.looked_at = None;
            }
            Event::Created { .. }
            | Event::Edited { .. }
            | Event::Opened
            | Event::Completed
            | Event::Announced { .. }
            | Event::ScreenSet { .. }
            | Event::ActivityAdded { .. }
            | Event::ActivityEdited { .. }
            | Event::ActivityDeleted { .. }
            | Event::ActivitiesOrdered { .. }
            | Event::StepTaken { .. }
            | Event::Controlled { .. } => {
                self.is_urgent = true;
                self.is_header_dirty = true;
                self.look_around();
            }
        }
    }

    fn round_of(&self, no: ActivityNo) -> Option<Round> {
        self.session.activities().iter().find(|it| it.no == no).map(|it| it.round)
    }

    fn hold(&mut self, seat: Seat, update: SeatUpdate) {
        self.waiting.seats.push((seat, update));
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
            Due::Phase(_) => self.touch(Sections::RESULTS | Section::Activity.into()),
        }
    }

    /// Looks who is online, and whom the running activity waits for.
    fn look_around(&mut self) {
        let now = self.clock.now();
        let running = self.session.current().filter(|it| it.is_active()).map(|it| &it.state);
        let seats = self.session.people().seats();
        let mut audience = Audience::default();
        self.is_awaited.clear();
        for (seat, person) in (0u32..).map(Seat).zip(seats) {
            let seen = self.published.seats.last_seen(seat);
            let is_online = person.is_present() && now.ms_since(seen) < ONLINE_MS;
            let is_awaited = is_online
                && !person.spectator
                && running.is_some_and(|state| !state.has_answered(seat));
            audience.is_online.push(is_online);
            audience.online += u32::from(is_online);
            audience.awaited += u32::from(is_awaited);
            self.is_awaited.push(is_awaited);
        }
        self.looked_at = Some(Instant::now());
        self.on_audience(audience);
    }

    fn on_audience(&mut self, audience: Audience) {
        if audience.online != self.audience.online {
            self.touch(Section::RunnerParticipants.into());
        }
        let running = self.session.current().map(|activity| activity.state.running());
        if audience != self.audience && running.is_some_and(|it| it.counts_audience()) {
            self.touch_results();
        }
        self.audience = audience;
    }

    /// The results, where the views see them move.
    fn touch_results(&mut self) {
        let Some(activity) = self.session.current() else { return };
        let running = activity.state.running();
        let mut touched = Sections::from(Section::RunnerResults);
        if running.shows_answers(View::Participant) {
            touched |= Section::Results.into();
        }
        self.touch(touched);
    }

    /// Who joins is there at once, not only when the session looks around again.
    fn count_in(&mut self, seat: Seat) {
        let running = self.session.current().filter(|activity| activity.is_active());
        let is_awaited = running.is_some() && !self.session.people().at(seat).spectator;
        self.audience.is_online.resize(seat.index(), false);
        self.audience.is_online.push(true);
        self.audience.online += 1;
        self.audience.awaited += u32::from(is_awaited);
        self.is_awaited.resize(seat.index(), false);
        self.is_awaited.push(is_awaited);
        if running.is_some_and(|activity| activity.state.running().counts_audience()) {
            self.touch_results();
        }
    }

    /// Nobody is waited for twice; and when nobody is waited for any more, some activities go on
    /// by themselves.
    fn on_answered(&mut self, seat: Seat) {
        if let Some(is_awaited) = self.is_awaited.get_mut(seat.index()).filter(|it| **it) {
            *is_awaited = false;
            self.audience.awaited = self.audience.awaited.saturating_sub(1);
        }
        self.go_on_when_all_answered();
    }

    fn go_on_when_all_answered(&mut self) {
        let running = self.session.current().filter(|activity| activity.is_active());
        if self.audience.awaited > 0
            || running.is_none_or(|activity| activity.state.when_all_answered().is_none())
        {
            return;
        }
        // Somebody may have come since the last look.
        self.look_around();
        if self.audience.awaited == 0 {
            let now = self.clock.now();
            self.perform(&Command::AllAnswered, now).expect("going on is never refused");
        }
    }

    fn on_tick(&mut self) {
        if self.looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
            self.look_around();
            self.go_on_when_all_answered();
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
        let batch = mem::take(&mut self.waiting);
        if let Some(frames) = self.capture() {
            self.published.publish(frames);
        }
        self.release(batch);
        if let Some(done) = self.stopping.take() {
            // The registry may have given up waiting.
            let _ = done.send(self.journaled);
            ctx.stop();
        } else if self.version >= Version::last_safe_of(self.epoch) {
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
            ctx.stop();
            return;
        }
        self.journaled += len;
        if let Some(frames) = frames {
            self.published.publish(frames);
        }
        self.release(batch);
        self.snapshot_if_due(ctx);
        self.settle(ctx);
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
        if !is_due {
            return;
        }
        self.journaled = 0;
        let (snapshots, id) = (self.snapshots.clone(), self.session.id());
        async move { snapshots.take(id).await }
            .into_actor(self)
            .map(|outcome, actor, _| match outcome {
                Ok(len) => actor.snapshot_len = len,
                Err(error) => {
                    let id = actor.session.id();
                    warn!(session.id = %id, error = &error as &dyn Error, "no snapshot taken");
                }
            })
            .spawn(ctx);
    }

    // Showing.

    /// Renders what changed, if it is time to. The frames are for when the state is durable.
    fn capture(&mut self) -> Option<Arc<Frames>> {
        let now = Instant::now();
        if !self.is_urgent && self.next_capture(now)? > now {
            return None;
        }
        let due = self.dirty.without(self.too_early(now));
        if due.is_empty() {
            return None;
        }
        self.is_urgent = false;
        self.dirty = self.dirty.without(due);
        self.captured_at = Some(now);
        if due.contains(Section::Participants) {
            self.people_at = Some(now);
        }
        if due.contains(Section::RunnerParticipants) {
            self.runner_people_at = Some(now);
        }
        if self.version <= self.captured.version() {
            self.version = self.captured.version().next();
        }
        let context = FrameContext {
            join_url: &self.join_url,
            me_version: self.me_version,
            audience: &self.audience,
            at: self.clock.now(),
        };
        let frames =
            Frames::capture(&self.session, &context, due, self.version, Some(&self.captured));
        self.captured = Arc::new(frames);
        Some(self.captured.clone())
    }

    /// Sections that moved less long ago than they may.
    fn too_early(&self, now: Instant) -> Sections {
        let mut early = Sections::NONE;
        if self.people_at.is_some_and(|at| now < at + PEOPLE_EVERY) {
            early |= Section::Participants.into();
        }
        if self.runner_people_at.is_some_and(|at| now < at + PEOPLE_EVERY_FOR_RUNNER) {
            early |= Section::RunnerParticipants.into();
        }
        early
    }

    /// When something that changed may be shown. `None`: nothing changed.
    fn next_capture(&self, now: Instant) -> Option<Instant> {
        let early = self.too_early(now);
        let people_at = [
            (Section::Participants, self.people_at.map(|at| at + PEOPLE_EVERY)),
            (
                Section::RunnerParticipants,
                self.runner_people_at.map(|at| at + PEOPLE_EVERY_FOR_RUNNER),
            ),
        ];
        let at_once = (!self.dirty.without(early).is_empty()).then_some(now);
        let later = people_at
            .into_iter()
            .filter(|(section, _)| self.dirty.contains(*section) && early.contains(*section))
            .filter_map(|(_, at)| at);
        let next = at_once.into_iter().chain(later).min()?;
        Some(self.captured_at.map_or(next, |at| next.max(at + CAPTURE_EVERY)))
    }

    /// Shows the last change even when nothing happens any more.
    fn schedule_capture(&mut self, ctx: &mut Context<Self>) {
        if self.is_appending {
            return;
        }
        let now = Instant::now();
        let Some(at) = self.next_capture(now) else { return };
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

impl Handler<Ask> for SessionActor {
    type Result = ();

    fn handle(&mut self, ask: Ask, ctx: &mut Self::Context) {
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

/// What a participant reads about themselves.
fn me(session: &Session, seat: Seat) -> Me {
    let person = session.people().at(seat);
    let given = |activity: &Activity| {
        let given = activity.state.given(seat)?;
        Some(GivenAnswer { activity: activity.no, round: activity.round, given })
    };
    Me {
        id: person.id,
        nickname: person.nickname.clone(),
        spectator: person.spectator,
        answers: session.activities().iter().filter_map(given).collect(),
    }
}

/// Publishes the seats of a session that was just read from the store, the deny-list included.
///
/// Nobody could poll while the session was away, so everybody counts as seen now.
pub(crate) fn publish_seats(session: &Session, seats: &Seats, now: Timestamp) {
    for (seat, person) in (0u32..).map(Seat).zip(session.people().seats()) {
        let update = match person.presence {
            Membership::Present => SeatUpdate::Joined(me(session, seat)),
            Membership::Left | Membership::Removed => SeatUpdate::Gone,
        };
        seats.apply(seat, update);
        seats.saw(seat, now);
    }
}

/// The frames of a session that was just read from the store.
pub(crate) fn first_frames(
    session: &Session,
    version: Version,
    join_url: &str,
    now: Timestamp,
) -> Frames {
    let audience = Audience { online: session.people().present(), ..Audience::default() };
    let context = FrameContext { join_url, me_version: version, audience: &audience, at: now };
    Frames::capture(session, &context, Sections::ALL, version, None)
}
