//! What is published about each seat: when it was last seen, and what its owner reads at `/me`.
//!
//! Belongs to the registry entry and outlives the actor. Readers never wait for a writer's work:
//! the times are atomics, and the lock around a seat's own facts is held for a few instructions.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering},
};

use crate::{
    activity::{Activity, ActivityNo, Audience},
    copies::Copy,
    my_answers::{GivenAnswer, MyAnswers},
    rate::{Rate, Spent},
    session::{Membership, ParticipantId, Seat, Session, TextStatus, Timestamp},
};

/// Seats in the first bucket; every further bucket has twice as many.
const FIRST_BUCKET: usize = 64;
/// 64 · (2¹⁵ − 1) seats: more than a session may ever give out.
const BUCKETS: usize = 15;
/// Seen less than this ago: online.
pub const ONLINE_MS: u64 = 30_000;
/// Seen less than this ago: idle; longer: disconnected.
pub const IDLE_MS: u64 = 120_000;

/// What a participant may write: ten times a second, twenty at once.
const WRITES: Rate = Rate::new(20, 10, 1_000);

/// A growing table of seats that readers and the one writer share without a lock.
#[derive(Debug, Default)]
pub struct Seats {
    buckets: [OnceLock<Box<[Slot]>>; BUCKETS],
    /// When everybody was last taken for seen, without having been.
    filled_ms: AtomicU64,
    /// How many seats were ever given.
    given: AtomicU32,
    /// Whose seats stopped being theirs, in order.
    departures: Mutex<Vec<(Seat, Departure)>>,
}

const LEFT: u8 = 1;
const REMOVED: u8 = 2;

/// How somebody's seat stopped being theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// They left, or never came.
    Left,
    /// A moderator sent them away.
    Removed,
}

#[derive(Debug, Default)]
struct Slot {
    /// When the owner was last seen, in milliseconds since the epoch.
    seen_ms: AtomicU64,
    /// When the owner's last poll began.
    polled_ms: AtomicU64,
    /// How far the owner has used up what they may write: [`Spent`].
    written: AtomicU64,
    /// Whether the owner left ([`LEFT`]) or was removed ([`REMOVED`]): their token is dead.
    departure: AtomicU8,
    me: Mutex<Option<Me>>,
}

/// What a participant may read about themselves.
#[derive(Debug, Clone)]
pub struct Me {
    pub id: ParticipantId,
    pub nickname: Arc<str>,
    /// Whether others see the nickname.
    pub name_status: TextStatus,
    pub spectator: bool,
    pub answers: MyAnswers,
}

/// A durable change to what is published about a seat.
#[derive(Debug, Clone)]
pub enum SeatUpdate {
    Joined(Me),
    Edited { nickname: Arc<str>, name_status: TextStatus, spectator: bool },
    Gone(Departure),
    Answered(GivenAnswer),
    Withdrawn(ActivityNo),
}

impl Seats {
    pub(crate) fn apply(&self, seat: Seat, update: SeatUpdate) {
        let Some(slot) = self.slot_or_grow(seat) else { return };
        self.given.fetch_max(seat.0 + 1, Ordering::Relaxed);
        let mut me = slot.me.lock().unwrap_or_else(PoisonError::into_inner);
        match (update, me.as_mut()) {
            (SeatUpdate::Joined(joined), _) => *me = Some(joined),
            (SeatUpdate::Edited { nickname, name_status, spectator }, Some(me)) => {
                me.nickname = nickname;
                me.name_status = name_status;
                me.spectator = spectator;
            }
            (SeatUpdate::Gone(how), _) => {
                let byte = match how {
                    Departure::Left => LEFT,
                    Departure::Removed => REMOVED,
                };
                if slot.departure.swap(byte, Ordering::Relaxed) != byte {
                    self.departed().push((seat, how));
                }
                *me = None;
            }
            (SeatUpdate::Answered(answer), Some(me)) => me.answers.put(&answer),
            (SeatUpdate::Withdrawn(activity), Some(me)) => me.answers.remove(activity),
            (_, None) => debug_assert!(false, "only somebody who joined has a seat"),
        }
    }

    /// Publishes the seats of a session that was just read from the store, the deny-list included.
    ///
    /// Nobody could poll while the session was away, so everybody counts as seen now.
    pub(crate) fn fill(&self, session: &Session, now: Timestamp) {
        self.filled_ms.store(now.0, Ordering::Relaxed);
        for (seat, person) in (0u32..).map(Seat).zip(session.people().seats()) {
            let update = match person.presence {
                Membership::Present => SeatUpdate::Joined(Me::of(session, seat)),
                Membership::Left => SeatUpdate::Gone(Departure::Left),
                Membership::Removed => SeatUpdate::Gone(Departure::Removed),
            };
            self.apply(seat, update);
            self.saw(seat, now);
        }
    }

    fn departed(&self) -> MutexGuard<'_, Vec<(Seat, Departure)>> {
        self.departures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose seats stopped being theirs, after the first `known`.
    pub(crate) fn departures(&self, known: usize) -> Vec<(Seat, Departure)> {
        self.departed().get(known..).unwrap_or_default().to_vec()
    }

    /// How many seats were ever given.
    pub(crate) fn given(&self) -> u32 {
        self.given.load(Ordering::Relaxed)
    }

    /// Takes in what another node, the owner, says of its seats.
    pub(crate) fn follow(&self, copy: &Copy) {
        if let Some(last) = copy.seats().checked_sub(1) {
            // So that polls are noted of each of them.
            (0..BUCKETS)
                .take_while(|bucket| FIRST_BUCKET * ((1 << bucket) - 1) <= last as usize)
                .for_each(|bucket| {
                    self.slot_or_grow(Seat((FIRST_BUCKET * ((1 << bucket) - 1)) as u32));
                });
        }
        for (seat, how) in copy.departures() {
            self.apply(seat, SeatUpdate::Gone(how));
        }
    }

    /// Who was seen after `since`, each with when.
    pub fn seen_after(&self, since: Timestamp) -> Vec<(Seat, Timestamp)> {
        let slots = self.buckets.iter().filter_map(OnceLock::get).flat_map(|slots| slots.iter());
        let seen = (0u32..).map(Seat).zip(slots);
        let seen = seen.map(|(seat, slot)| (seat, Timestamp(slot.seen_ms.load(Ordering::Relaxed))));
        seen.filter(|(_, at)| since < *at).collect()
    }

    /// Notes that another node saw the seat's owner.
    pub fn was_seen(&self, seat: Seat, at: Timestamp) {
        if let Some(slot) = self.slot(seat) {
            slot.seen_ms.fetch_max(at.0, Ordering::Relaxed);
        }
    }

    /// Notes that the seat's owner was seen; also of a seat that was just given away, before
    /// anything else is published about it.
    pub fn saw(&self, seat: Seat, at: Timestamp) {
        if let Some(slot) = self.slot_or_grow(seat) {
            slot.seen_ms.store(at.0, Ordering::Relaxed);
        }
    }

    /// Notes the beginning of a poll, and gives back when the one before began.
    pub fn polls(&self, seat: Seat, at: Timestamp) -> Timestamp {
        self.slot(seat).map_or(Timestamp(0), |slot| {
            slot.seen_ms.store(at.0, Ordering::Relaxed);
            Timestamp(slot.polled_ms.swap(at.0, Ordering::Relaxed))
        })
    }

    /// Takes one of the writes that the seat's owner may do, or says after how many milliseconds
    /// there is one again.
    pub fn may_write(&self, seat: Seat, at: Timestamp) -> Result<(), u64> {
        let Some(slot) = self.slot(seat) else { return Ok(()) };
        let mut wait_ms = 0;
        let take = |spent| match WRITES.take(Spent(spent), at) {
            Ok(after) => Some(after.0),
            Err(ms) => {
                wait_ms = ms;
                None
            }
        };
        match slot.written.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(wait_ms),
        }
    }

    #[must_use]
    pub fn last_seen(&self, seat: Seat) -> Timestamp {
        Timestamp(self.slot(seat).map_or(0, |slot| slot.seen_ms.load(Ordering::Relaxed)))
    }

    /// Who is online at the moment and whom the running activity waits for: tells `each`, seat by
    /// seat, whether it waits for its owner.
    pub fn audience(
        &self,
        session: &Session,
        now: Timestamp,
        mut each: impl FnMut(bool),
    ) -> Audience {
        let running = session.current().filter(|it| it.is_active()).map(|it| &it.state);
        let mut audience = Audience::default();
        for (seat, person) in (0u32..).map(Seat).zip(session.people().seats()) {
            let is_online = person.is_present() && now.ms_since(self.last_seen(seat)) < ONLINE_MS;
            let is_awaited = is_online
                && !person.spectator
                && running.is_some_and(|state| !state.has_answered(seat));
            audience.is_online.push(is_online);
            audience.online += u32::from(is_online);
            audience.awaited += u32::from(is_awaited);
            each(is_awaited);
        }
        audience
    }

    /// How many are online and were really seen since the session was read from the store.
    #[must_use]
    pub fn online(&self, now: Timestamp) -> u32 {
        let filled_ms = self.filled_ms.load(Ordering::Relaxed);
        let slots = self.buckets.iter().filter_map(OnceLock::get).flat_map(|slots| slots.iter());
        let online = slots.filter(|slot| {
            let seen = Timestamp(slot.seen_ms.load(Ordering::Relaxed));
            let is_there = slot.departure.load(Ordering::Relaxed) == 0;
            is_there && seen.0 > filled_ms && now.ms_since(seen) < ONLINE_MS
        });
        u32::try_from(online.count()).unwrap_or(u32::MAX)
    }

    /// What the owner of the seat may read, if `id` is theirs.
    #[must_use]
    pub fn me(&self, seat: Seat, id: ParticipantId) -> Option<Me> {
        let me = self.slot(seat)?.me.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        (me.id == id).then_some(me)
    }

    /// Whether the seat's owner left or was removed: the deny-list of tokens.
    #[must_use]
    pub fn departure(&self, seat: Seat) -> Option<Departure> {
        match self.slot(seat)?.departure.load(Ordering::Relaxed) {
            LEFT => Some(Departure::Left),
            REMOVED => Some(Departure::Removed),
            _ => None,
        }
    }

    fn slot(&self, seat: Seat) -> Option<&Slot> {
        let (bucket, offset) = place(seat);
        self.buckets.get(bucket)?.get()?.get(offset)
    }

    fn slot_or_grow(&self, seat: Seat) -> Option<&Slot> {
        let (bucket, offset) = place(seat);
        let size = FIRST_BUCKET << bucket;
        let fresh = || (0..size).map(|_| Slot::default()).collect();
        self.buckets.get(bucket)?.get_or_init(fresh).get(offset)
    }
}

impl Me {
    pub(crate) fn of(session: &Session, seat: Seat) -> Self {
        let person = session.people().at(seat);
        let given = |activity: &Activity| {
            let given = activity.state.given(seat)?;
            Some(GivenAnswer { activity: activity.no, round: activity.round, given })
        };
        Self {
            id: person.id,
            nickname: person.nickname.clone(),
            name_status: session.people().name_status(seat),
            spectator: person.spectator,
            answers: session.activities().iter().filter_map(given).collect(),
        }
    }
}

/// The bucket of a seat and the place in it.
fn place(seat: Seat) -> (usize, usize) {
    let shifted = seat.index() + FIRST_BUCKET;
    let bucket = (shifted.ilog2() - FIRST_BUCKET.ilog2()) as usize;
    (bucket, shifted - (FIRST_BUCKET << bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seat_has_a_place_of_its_own() {
        let places: std::collections::BTreeSet<_> = (0..10_000).map(|n| place(Seat(n))).collect();
        assert_eq!(places.len(), 10_000);
        assert!(places.iter().all(|(bucket, offset)| *offset < FIRST_BUCKET << bucket));
        assert_eq!(place(Seat(0)), (0, 0));
        assert_eq!(place(Seat(64)), (1, 0));
        assert!(place(Seat(1_000_000)).0 < BUCKETS);
    }
}
