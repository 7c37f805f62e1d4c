//! For how long a node may act for the sessions it owns.
//!
//! A node's lease is granted by the store's clock, and judged here by the node's own. Both run at
//! about the same rate and show different times, so only durations are compared, and a lease
//! counts from *before* its renewal was sent: it ends here before it can end in the store.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use caja_actors::journal::Term;

/// By what part of a lease two clocks may drift apart while it runs: far more than clocks do.
const DRIFT_PARTS: u32 = 20;
/// How many times a lease is renewed while it runs, if all goes well.
const RENEWALS: u32 = 4;

/// A moment on this node's clock that counts on while the machine sleeps: milliseconds since any
/// fixed point.
pub type LocalMs = u64;

/// Whether this node may act for its sessions now. Reading it takes two atomic loads.
#[derive(Debug)]
pub struct Tenure {
    /// What the node asks the store for.
    lease: Duration,
    /// Up to when the last grant counts here.
    until_ms: AtomicU64,
    /// Which uninterrupted stretch of grants this is: what was taken over in an earlier one may
    /// have another owner by now, even though the node has a lease again.
    term: AtomicU64,
}

impl Tenure {
    /// Of a node that has no lease yet.
    #[must_use]
    pub fn new(lease: Duration) -> Self {
        Self { lease, until_ms: AtomicU64::new(0), term: AtomicU64::new(0) }
    }

    #[must_use]
    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// How long after a renewal the next one is due: several can fail before the lease ends.
    #[must_use]
    pub fn renew_every(&self) -> Duration {
        self.lease / RENEWALS
    }

    /// Notes that the store granted a lease on a request that was sent at `sent`; `ran_on` is
    /// whether the one before had not ended by the store's own clock, which matters where this
    /// node's clock stood still with it. Renewals are made one at a time. Gives `false` where the
    /// lease had ended meanwhile: all that was taken over before is somebody else's, or nobody's.
    pub fn granted(&self, sent: LocalMs, now: LocalMs, ran_on: bool) -> bool {
        let goes_on = ran_on && now < self.until_ms.load(Ordering::Relaxed);
        if !goes_on {
            // Before the lease is shown, so that nothing of the old term is valid for a moment.
            self.term.fetch_add(1, Ordering::Release);
        }
        let counts = self.lease - self.lease / DRIFT_PARTS;
        self.until_ms.store(sent.saturating_add(millis(counts)), Ordering::Release);
        goes_on
    }

    /// The term that what is taken over now belongs to; `None` while there is no lease. To be read
    /// before the store is asked for the session.
    #[must_use]
    pub fn term(&self, now: LocalMs) -> Option<Term> {
        let until = self.until_ms.load(Ordering::Acquire);
        let term = self.term.load(Ordering::Acquire);
        (now < until).then_some(Term(term))
    }

    /// Whether what was taken over in this term is still this node's: to be asked before each
    /// acknowledgment and each publish.
    #[must_use]
    pub fn holds(&self, term: Term, now: LocalMs) -> bool {
        self.term(now) == Some(term)
    }

    /// What is left of the lease.
    #[must_use]
    pub fn left_ms(&self, now: LocalMs) -> u64 {
        self.until_ms.load(Ordering::Relaxed).saturating_sub(now)
    }

    /// Gives the lease up: nothing is this node's any more.
    pub fn end(&self) {
        self.until_ms.store(0, Ordering::Release);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(10);

    #[test]
    fn a_lease_counts_from_before_its_renewal_was_sent() {
        let tenure = Tenure::new(LEASE);
        assert_eq!(tenure.term(1_000), None);
        assert!(!tenure.granted(1_000, 4_000, false));
        let term = tenure.term(4_000).expect("it was granted");
        assert!(tenure.holds(term, 10_499));
        assert!(!tenure.holds(term, 10_500));
    }

    #[test]
    fn a_renewal_in_time_goes_on_and_a_late_one_begins_anew() {
        let tenure = Tenure::new(LEASE);
        tenure.granted(0, 0, false);
        let first = tenure.term(0).expect("it was granted");
        assert!(tenure.granted(9_000, 9_400, true));
        assert!(tenure.holds(first, 18_000));
        assert!(!tenure.granted(18_400, 18_600, true));
        assert!(!tenure.holds(first, 18_700));
        assert_ne!(tenure.term(18_700), Some(first));
    }

    #[test]
    fn what_is_given_up_is_over_at_once() {
        let tenure = Tenure::new(LEASE);
        tenure.granted(0, 0, false);
        let term = tenure.term(0).expect("it was granted");
        tenure.end();
        assert!(!tenure.holds(term, 1));
        assert!(!tenure.granted(1, 2, true));
    }

    #[test]
    fn what_the_store_knows_to_have_ended_begins_anew_whatever_the_node_believes() {
        let tenure = Tenure::new(LEASE);
        tenure.granted(0, 0, false);
        let first = tenure.term(0).expect("it was granted");
        assert!(!tenure.granted(1_000, 1_001, false));
        assert!(!tenure.holds(first, 1_001));
    }
}
