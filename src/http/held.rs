//! Polls that are held until something newer exists.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use caja_actors::session::{SessionId, Version};
use dashmap::DashMap;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until, timeout_at},
};
use uuid::Uuid;

/// Polls held at the same time, by everybody; beyond it answers come at once.
const MOST_HELD: usize = 50_000;
/// Polls held at the same time for one token; the newest displaces the oldest.
const MOST_HELD_PER_TOKEN: usize = 2;

/// Whose poll is held: a seat, a runner's token or an admin, each within a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Holder {
    pub session: SessionId,
    pub bearer: Bearer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bearer {
    Seat(u32),
    Token(Uuid),
}

/// All polls held by this server.
#[derive(Default)]
pub struct HeldPolls {
    count: AtomicUsize,
    by_holder: DashMap<Holder, Vec<Arc<Notify>>>,
    is_closing: AtomicBool,
}

impl HeldPolls {
    /// How many are held now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Answers all held polls and holds no more: the server is going.
    pub fn close(&self) {
        self.is_closing.store(true, Ordering::SeqCst);
        for held in &self.by_holder {
            held.iter().for_each(|displaced| displaced.notify_one());
        }
    }

    /// Holds a poll until something newer than `known` is published, but not before `not_before`
    /// and not after `wait`. Returns early when displaced, when the server is full, or going.
    pub async fn hold(
        &self,
        holder: Holder,
        mut wakes: watch::Receiver<Version>,
        known: Option<Version>,
        not_before: Instant,
        wait: Duration,
    ) {
        let Some(place) = self.take_place(holder) else { return };
        let until = Instant::now() + wait;
        let newer = async {
            if let Some(known) = known {
                // An error means that the session left memory: nothing newer will come.
                let _ = timeout_at(until, wakes.wait_for(|version| known < *version)).await;
            }
            sleep_until(not_before.min(until)).await;
        };
        tokio::select! {
            () = newer => {}
            () = place.displaced.notified() => {}
        }
    }

    fn take_place(&self, holder: Holder) -> Option<Place<'_>> {
        if self.is_closing.load(Ordering::SeqCst) || self.count() >= MOST_HELD {
            return None;
        }
        let displaced = Arc::new(Notify::new());
        let mut held = self.by_holder.entry(holder).or_default();
        held.push(displaced.clone());
        if held.len() > MOST_HELD_PER_TOKEN {
            held.remove(0).notify_one();
        }
        drop(held);
        self.count.fetch_add(1, Ordering::Relaxed);
        if self.is_closing.load(Ordering::SeqCst) {
            // `close` may have looked just before the place was taken.
            displaced.notify_one();
        }
        Some(Place { polls: self, holder, displaced })
    }
}

/// A held poll's place, given back when it is answered or its client has gone.
struct Place<'a> {
    polls: &'a HeldPolls,
    holder: Holder,
    displaced: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.polls.count.fetch_sub(1, Ordering::Relaxed);
        self.polls.by_holder.remove_if_mut(&self.holder, |_, held| {
            held.retain(|it| !Arc::ptr_eq(it, &self.displaced));
            held.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;

    use futures_util::FutureExt;

    use super::*;

    fn holder(seat: u32) -> Holder {
        Holder { session: SessionId(Uuid::nil()), bearer: Bearer::Seat(seat) }
    }

    fn hold<'a>(
        polls: &'a HeldPolls,
        seat: u32,
        wakes: &watch::Sender<Version>,
    ) -> impl Future<Output = ()> + Unpin + 'a {
        let wait = Duration::from_secs(20);
        let known = Some(Version(1));
        Box::pin(polls.hold(holder(seat), wakes.subscribe(), known, Instant::now(), wait))
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_poll_ends_when_something_newer_is_there() {
        let (polls, wakes) = (HeldPolls::default(), watch::Sender::new(Version(1)));
        let mut poll = hold(&polls, 1, &wakes);
        assert!((&mut poll).now_or_never().is_none());
        assert_eq!(polls.count(), 1);
        wakes.send_replace(Version(2));
        poll.await;
        assert_eq!(polls.count(), 0);
        assert!(polls.by_holder.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_poll_of_a_token_displaces_the_oldest() {
        let (polls, wakes) = (HeldPolls::default(), watch::Sender::new(Version(1)));
        let mut first = hold(&polls, 1, &wakes);
        let mut second = hold(&polls, 1, &wakes);
        let mut other = hold(&polls, 2, &wakes);
        for poll in [&mut first, &mut second, &mut other] {
            assert!(poll.now_or_never().is_none());
        }
        let mut third = hold(&polls, 1, &wakes);
        assert!((&mut third).now_or_never().is_none());
        assert!((&mut first).now_or_never().is_some());
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut other).now_or_never().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_poll_is_not_answered_before_its_pace_and_not_after_its_wait() {
        let (polls, wakes) = (HeldPolls::default(), watch::Sender::new(Version(9)));
        let began = Instant::now();
        let pace = began + Duration::from_secs(2);
        let wait = Duration::from_secs(5);
        polls.hold(holder(1), wakes.subscribe(), Some(Version(1)), pace, wait).await;
        assert_eq!(began.elapsed().as_secs(), 2);
        polls.hold(holder(1), wakes.subscribe(), Some(Version(9)), pace, wait).await;
        assert_eq!(began.elapsed().as_secs(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_goes_answers_all_and_holds_none() {
        let (polls, wakes) = (HeldPolls::default(), watch::Sender::new(Version(1)));
        let mut held = hold(&polls, 1, &wakes);
        assert!((&mut held).now_or_never().is_none());
        polls.close();
        assert!((&mut held).now_or_never().is_some());
        assert!(hold(&polls, 2, &wakes).now_or_never().is_some());
    }
}
