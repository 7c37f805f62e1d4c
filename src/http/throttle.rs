//! How much one address may ask for: joins, look-ups, wrong codes and wrong tokens.
//!
//! Everything is counted in this process's memory, in tables of bounded size: together they take
//! at most about 60 MB, and that only while [`MOST_ADDRESSES`] different addresses are active.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use caja_actors::{
    rate::{Rate, Spent},
    session::{SessionId, Timestamp},
};

use super::{address::Address, problem::Problem};

/// Addresses that each table counts one by one. Those beyond share one count: more than any event
/// has, and few enough to be kept.
const MOST_ADDRESSES: usize = 65_536;
const MINUTE_MS: u64 = 60_000;
/// How often a full table is searched for room, which takes a fraction of a millisecond.
const SWEEP_EVERY_MS: u64 = 1_000;
/// A phone that joins has looked the code up and checked a few nicknames while typing.
const LOOK_UPS_PER_JOIN: u32 = 10;
/// Unknown bearer tokens a minute from one address: every one costs two look-ups in the store.
const UNKNOWN_TOKENS: u32 = 300;
/// Wrong codes a minute after which an address learns nothing more of codes. The same for wrong
/// tokens at the sign-in.
const WRONG_TRIES: usize = 30;
/// Sessions remembered of one address: the events that one office has in a day.
const SESSIONS_PER_ADDRESS: usize = 16;
/// How long an address is remembered to have joined a session: longer than any event.
const VISIT_MS: u64 = 24 * 60 * MINUTE_MS;

/// All that is counted by address.
pub struct Throttles {
    /// `None`: there is no ceiling.
    joins: Option<Rates>,
    look_ups: Option<Rates>,
    unknown_tokens: Rates,
    /// Look-ups of codes that found nothing.
    pub wrong_codes: WrongTries,
    /// Sign-ins with a token that nobody has.
    pub wrong_logins: WrongTries,
    pub visits: Visits,
}

impl Throttles {
    /// `joins` at once from one address, and as many each minute. Zero: without a ceiling.
    #[must_use]
    pub fn new(joins: u32) -> Self {
        let a_minute = |count| Rates::new(Rate::new(count, count, MINUTE_MS));
        let look_ups = joins.saturating_mul(LOOK_UPS_PER_JOIN);
        Self {
            joins: (joins > 0).then(|| a_minute(joins)),
            look_ups: (joins > 0).then(|| a_minute(look_ups)),
            unknown_tokens: a_minute(UNKNOWN_TOKENS),
            wrong_codes: WrongTries::default(),
            wrong_logins: WrongTries::default(),
            visits: Visits::default(),
        }
    }

    /// Counts somebody who wants to join.
    pub fn join(&self, from: Address, at: Timestamp) -> Result<(), Problem> {
        self.joins.as_ref().map_or(Ok(()), |joins| joins.take(from, at)).map_err(too_many)
    }

    /// Counts a question that anybody may ask without credentials.
    pub fn look_up(&self, from: Address, at: Timestamp) -> Result<(), Problem> {
        self.look_ups.as_ref().map_or(Ok(()), |it| it.take(from, at)).map_err(too_many)
    }

    /// Counts a token that has to be looked up.
    pub fn unknown_token(&self, from: Address, at: Timestamp) -> Result<(), Problem> {
        self.unknown_tokens.take(from, at).map_err(too_many)
    }

    /// Gives back what a token was counted that proved to be good.
    pub fn was_good(&self, from: Address) {
        self.unknown_tokens.give_back(from);
    }

    /// Forgets what no longer matters: to be called now and then.
    pub fn sweep(&self, at: Timestamp) {
        for rates in [self.joins.as_ref(), self.look_ups.as_ref(), Some(&self.unknown_tokens)] {
            rates.iter().for_each(|rates| rates.sweep(at));
        }
        self.wrong_codes.sweep(at);
        self.wrong_logins.sweep(at);
        self.visits.sweep(at);
    }
}

/// An answer that says when to come again.
#[must_use]
pub fn too_many(wait_ms: u64) -> Problem {
    Problem::rate_limited(wait_ms.div_ceil(1_000).max(1))
}

/// A table by address whose size is bounded.
struct Table<T> {
    entries: HashMap<Address, T>,
    swept_at: Timestamp,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), swept_at: Timestamp(0) }
    }
}

impl<T: Default> Table<T> {
    /// The entry of an address; when there is no room for it, the one of all others.
    fn entry(&mut self, of: Address, at: Timestamp, is_needed: impl Fn(&T) -> bool) -> &mut T {
        let is_full = self.entries.len() >= MOST_ADDRESSES && !self.entries.contains_key(&of);
        if is_full && at.ms_since(self.swept_at) >= SWEEP_EVERY_MS {
            self.sweep(at, is_needed);
        }
        let has_room = !is_full || self.entries.len() < MOST_ADDRESSES;
        self.entries.entry(if has_room { of } else { Address::OTHERS }).or_default()
    }

    fn get(&self, of: Address) -> Option<&T> {
        let others = || self.entries.get(&Address::OTHERS);
        let is_full = self.entries.len() >= MOST_ADDRESSES;
        self.entries.get(&of).or_else(|| is_full.then(others).flatten())
    }

    fn sweep(&mut self, at: Timestamp, is_needed: impl Fn(&T) -> bool) {
        self.swept_at = at;
        self.entries.retain(|_, entry| is_needed(entry));
        self.entries.shrink_to(self.entries.len() * 2);
    }
}

fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    // A count is never half changed.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A rate for each address.
struct Rates {
    rate: Rate,
    spent: Mutex<Table<Spent>>,
}

impl Rates {
    fn new(rate: Rate) -> Self {
        Self { rate, spent: Mutex::default() }
    }

    /// Takes one, or says after how many milliseconds there is one again.
    fn take(&self, from: Address, at: Timestamp) -> Result<(), u64> {
        let mut table = lock(&self.spent);
        let spent = table.entry(from, at, |spent| !spent.is_over(at));
        *spent = self.rate.take(*spent, at)?;
        Ok(())
    }

    fn give_back(&self, from: Address) {
        if let Some(spent) = lock(&self.spent).entries.get_mut(&from) {
            *spent = self.rate.give_back(*spent);
        }
    }

    fn sweep(&self, at: Timestamp) {
        lock(&self.spent).sweep(at, |spent| !spent.is_over(at));
    }
}

/// Guesses: when an address was wrong lately.
#[derive(Default)]
pub struct WrongTries(Mutex<Table<VecDeque<Timestamp>>>);

impl WrongTries {
    /// Whether an address may learn if a guess is right; else after how many milliseconds.
    pub fn check(&self, from: Address, at: Timestamp) -> Result<(), u64> {
        lock(&self.0).get(from).map_or(Ok(()), |tries| may_try(tries, at))
    }

    /// Counts a wrong guess, unless the address had too many before it: then it must not even
    /// learn that it was wrong. That way no more guesses are answered of those made side by side
    /// than of those made one after the other.
    pub fn count(&self, from: Address, at: Timestamp) -> Result<(), u64> {
        let mut table = lock(&self.0);
        let tries = table.entry(from, at, |tries| is_recent(tries, at));
        may_try(tries, at)?;
        if tries.len() >= WRONG_TRIES {
            tries.pop_front();
        }
        tries.push_back(at);
        Ok(())
    }

    fn sweep(&self, at: Timestamp) {
        lock(&self.0).sweep(at, |tries| is_recent(tries, at));
    }
}

/// Whether fewer than [`WRONG_TRIES`] lie in the minute before `at`.
fn may_try(tries: &VecDeque<Timestamp>, at: Timestamp) -> Result<(), u64> {
    match tries.front().filter(|_| tries.len() >= WRONG_TRIES) {
        Some(oldest) => match oldest.plus_ms(MINUTE_MS).ms_since(at) {
            0 => Ok(()),
            wait_ms => Err(wait_ms),
        },
        None => Ok(()),
    }
}

fn is_recent(tries: &VecDeque<Timestamp>, at: Timestamp) -> bool {
    tries.back().is_some_and(|last| at.ms_since(*last) < MINUTE_MS)
}

/// Which sessions somebody at an address has joined.
#[derive(Default)]
pub struct Visits(Mutex<Table<VecDeque<(SessionId, Timestamp)>>>);

impl Visits {
    pub fn note(&self, from: Address, session: SessionId, at: Timestamp) {
        let mut table = lock(&self.0);
        let is_full = table.entries.len() >= MOST_ADDRESSES;
        let visits = table.entry(from, at, |visits| is_visited(visits, at));
        visits.retain(|(visited, _)| *visited != session);
        if visits.len() >= SESSIONS_PER_ADDRESS {
            visits.pop_front();
        }
        visits.push_back((session, at));
        if is_full {
            // A favour that strangers must not share.
            table.entries.remove(&Address::OTHERS);
        }
    }

    #[must_use]
    pub fn has(&self, from: Address, session: SessionId, at: Timestamp) -> bool {
        let table = lock(&self.0);
        let mut visits = table.entries.get(&from).into_iter().flatten();
        visits.any(|(visited, when)| *visited == session && at.ms_since(*when) < VISIT_MS)
    }

    /// Whether somebody at the address has joined any session.
    #[must_use]
    pub fn has_any(&self, from: Address) -> bool {
        lock(&self.0).entries.contains_key(&from)
    }

    fn sweep(&self, at: Timestamp) {
        lock(&self.0).sweep(at, |visits| is_visited(visits, at));
    }
}

fn is_visited(visits: &VecDeque<(SessionId, Timestamp)>, at: Timestamp) -> bool {
    visits.back().is_some_and(|(_, when)| at.ms_since(*when) < VISIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENUE: u32 = 5_000;
    const AT: Timestamp = Timestamp(1_800_000_000_000);

    fn address(n: u32) -> Address {
        Address::of(std::net::Ipv4Addr::from_bits(n).into())
    }

    fn session(n: u128) -> SessionId {
        SessionId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_venue_of_five_thousand_looks_up_checks_and_joins_at_once() {
        let throttles = Throttles::new(VENUE);
        let venue = address(1);
        for _ in 0..VENUE {
            for _look_up in 0..LOOK_UPS_PER_JOIN {
                throttles.look_up(venue, AT).unwrap();
            }
            throttles.join(venue, AT).unwrap();
        }
        assert!(throttles.join(venue, AT).is_err());
        assert!(throttles.look_up(venue, AT).is_err());
        assert!(throttles.join(address(2), AT).is_ok(), "another address is not hindered");
        assert!(throttles.join(venue, AT.plus_ms(11)).is_err());
        assert!(throttles.join(venue, AT.plus_ms(12)).is_ok());
        for _ in 0..VENUE {
            throttles.join(venue, AT.plus_ms(60_012)).unwrap();
        }
    }

    #[test]
    fn without_a_ceiling_nobody_is_counted() {
        let throttles = Throttles::new(0);
        assert!((0..100_000).all(|_| throttles.join(address(1), AT).is_ok()));
        assert!((0..100_000).all(|_| throttles.look_up(address(1), AT).is_ok()));
    }

    #[test]
    fn a_token_that_proves_good_is_not_counted() {
        let throttles = Throttles::new(VENUE);
        for _ in 0..10 * UNKNOWN_TOKENS {
            throttles.unknown_token(address(1), AT).unwrap();
            throttles.was_good(address(1));
        }
        for _ in 0..UNKNOWN_TOKENS {
            throttles.unknown_token(address(1), AT).unwrap();
        }
        assert!(throttles.unknown_token(address(1), AT).is_err());
    }

    #[test]
    fn thirty_wrong_tries_within_any_minute_are_enough() {
        let tries = WrongTries::default();
        // One every two seconds: no window of a minute holds more than thirty.
        for n in 0..29 {
            tries.count(address(1), AT.plus_ms(n * 2_000)).unwrap();
        }
        let last = AT.plus_ms(59_999);
        tries.check(address(1), last).unwrap();
        tries.count(address(1), last).unwrap();
        assert_eq!(tries.check(address(1), last), Err(1));
        assert_eq!(tries.count(address(1), last), Err(1), "what is refused is not counted");
        assert!(tries.check(address(2), last).is_ok());
        // The first try is a minute old, so there is one more, and then the second is awaited.
        let later = AT.plus_ms(60_000);
        tries.count(address(1), later).unwrap();
        assert_eq!(tries.check(address(1), later), Err(2_000));
    }

    #[test]
    fn an_address_has_its_own_sessions_and_only_the_last_of_them() {
        let visits = Visits::default();
        for n in 0..=SESSIONS_PER_ADDRESS as u128 {
            visits.note(address(1), session(n), AT);
        }
        assert!(!visits.has(address(1), session(0), AT), "there were others since");
        assert!(visits.has(address(1), session(1), AT));
        assert!(!visits.has(address(2), session(1), AT));
        assert!(!visits.has(address(1), session(1), AT.plus_ms(VISIT_MS)));
    }

    #[test]
    fn no_table_grows_beyond_its_bound_and_those_without_a_place_share_one() {
        let (throttles, most) = (Throttles::new(1), u32::try_from(MOST_ADDRESSES).unwrap());
        for n in 0..most {
            throttles.join(address(n), AT).unwrap();
            throttles.wrong_codes.count(address(n), AT).unwrap();
            throttles.visits.note(address(n), session(1), AT);
        }
        let (first, second) = (address(most), address(most + 1));
        throttles.join(first, AT).unwrap();
        assert!(throttles.join(second, AT).is_err(), "they share");
        for _ in 0..WRONG_TRIES {
            throttles.wrong_codes.count(first, AT).unwrap();
        }
        assert!(throttles.wrong_codes.check(second, AT).is_err(), "they share");
        throttles.visits.note(first, session(1), AT);
        assert!(!throttles.visits.has(second, session(1), AT), "what is a favour, they do not");
        let entries = |throttles: &Throttles| {
            let joins = lock(&throttles.joins.as_ref().unwrap().spent).entries.len();
            let tries = lock(&throttles.wrong_codes.0).entries.len();
            (joins, tries, lock(&throttles.visits.0).entries.len())
        };
        assert_eq!(entries(&throttles), (MOST_ADDRESSES + 1, MOST_ADDRESSES + 1, MOST_ADDRESSES));
        // A minute later the table makes room by itself, or when it is swept.
        throttles.join(second, AT.plus_ms(MINUTE_MS)).unwrap();
        assert_eq!(entries(&throttles).0, 1);
        throttles.sweep(AT.plus_ms(VISIT_MS));
        assert_eq!(entries(&throttles), (0, 0, 0));
    }
}
