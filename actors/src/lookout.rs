//! Who is there and whom the running activity waits for, by when people were last seen.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{
    activity::Audience,
    seats::Seats,
    session::{Seat, Session, Timestamp},
};

/// How often the session looks who is there.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a seat is kept for somebody who joined and was never seen again.
const ABANDONED_MS: u64 = 120_000;

/// Keeps an [`Audience`]: exact after each look, followed step by step between two looks.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    audience: Audience,
    /// Who is waited for, by seat: the people behind `audience.awaited`.
    is_awaited: Vec<bool>,
    looked_at: Option<Instant>,
    /// Who joined lately, and when. Those of before a recovery are not here: they may have been
    /// seen by then.
    newcomers: VecDeque<(Timestamp, Seat)>,
}

impl Lookout {
    pub(crate) fn audience(&self) -> &Audience {
        &self.audience
    }

    pub(crate) fn is_due(&self) -> bool {
        self.looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY)
    }

    /// What is known is wrong: the next tick looks.
    pub(crate) fn expire(&mut self) {
        self.looked_at = None;
    }

    /// Looks at everybody. Gives back the audience before.
    pub(crate) fn look(&mut self, session: &Session, seats: &Seats, now: Timestamp) -> Audience {
        self.is_awaited.clear();
        let audience = seats.audience(session, now, |is_awaited| self.is_awaited.push(is_awaited));
        self.looked_at = Some(Instant::now());
        std::mem::replace(&mut self.audience, audience)
    }

    /// Who joins is there at once.
    pub(crate) fn joined(&mut self, session: &Session, seat: Seat, at: Timestamp) {
        self.newcomers.push_back((at, seat));
        let is_running = session.current().is_some_and(|activity| activity.is_active());
        let is_awaited = is_running && !session.people().at(seat).spectator;
        self.audience.is_online.resize(seat.index(), false);
        self.audience.is_online.push(true);
        self.audience.online += 1;
        self.audience.awaited += u32::from(is_awaited);
        self.is_awaited.resize(seat.index(), false);
        self.is_awaited.push(is_awaited);
    }

    /// Who has gone is neither online nor waited for.
    pub(crate) fn gone(&mut self, seat: Seat) {
        if let Some(is_online) = self.audience.is_online.get_mut(seat.index()).filter(|it| **it) {
            *is_online = false;
            self.audience.online = self.audience.online.saturating_sub(1);
        }
        self.answered(seat);
    }

    /// The next of those who joined long enough ago and were never seen since.
    pub(crate) fn next_abandoned(&mut self, seats: &Seats, now: Timestamp) -> Option<Seat> {
        loop {
            let (joined_at, seat) = *self.newcomers.front()?;
            if now.ms_since(joined_at) < ABANDONED_MS {
                return None;
            }
            self.newcomers.pop_front();
            if seats.last_seen(seat) <= joined_at {
                return Some(seat);
            }
        }
    }

    /// Who has answered is not waited for any more.
    pub(crate) fn answered(&mut self, seat: Seat) {
        if let Some(is_awaited) = self.is_awaited.get_mut(seat.index()).filter(|it| **it) {
            *is_awaited = false;
            self.audience.awaited = self.audience.awaited.saturating_sub(1);
        }
    }
}
