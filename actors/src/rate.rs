//! How often something may be done: a rate with a burst, pure and without a clock.
//!
//! The generic cell rate algorithm (ITU-T I.371): one number remembers all that is needed.

use crate::session::Timestamp;

/// So many at once, and then one for each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval_us: u64,
    burst: u64,
}

/// When a rate that was used is as good as new, in microseconds since the epoch.
///
/// Zero is a rate that was never used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent(pub u64);

impl Rate {
    /// `burst` at once, refilled evenly with `count` in each `window_ms`.
    #[must_use]
    pub const fn new(burst: u32, count: u32, window_ms: u64) -> Self {
        let count = if count == 0 { 1 } else { count };
        Self { interval_us: window_ms * 1_000 / count as u64, burst: burst as u64 }
    }

    /// Takes one, or says after how many milliseconds there is one again.
    pub fn take(self, spent: Spent, at: Timestamp) -> Result<Spent, u64> {
        let now_us = at.0.saturating_mul(1_000);
        let after = spent.0.max(now_us).saturating_add(self.interval_us);
        let most = now_us.saturating_add(self.interval_us * self.burst);
        match after.checked_sub(most) {
            None | Some(0) => Ok(Spent(after)),
            Some(early_us) => Err(early_us.div_ceil(1_000)),
        }
    }

    /// Undoes a [`Self::take`].
    #[must_use]
    pub fn give_back(self, spent: Spent) -> Spent {
        Spent(spent.0.saturating_sub(self.interval_us))
    }
}

impl Spent {
    /// Whether all of the burst is there again.
    #[must_use]
    pub fn is_over(self, at: Timestamp) -> bool {
        self.0 <= at.0.saturating_mul(1_000)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Takes as many as there are at `at`.
    fn drain(rate: Rate, spent: &mut Spent, at: Timestamp) -> usize {
        let mut taken = 0;
        while let Ok(after) = rate.take(*spent, at) {
            *spent = after;
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_burst_passes_at_once_and_then_one_for_each_interval() {
        let (rate, mut spent, at) = (Rate::new(20, 10, 1_000), Spent::default(), Timestamp(5_000));
        assert_eq!(drain(rate, &mut spent, at), 20);
        assert_eq!(rate.take(spent, at), Err(100));
        assert_eq!(rate.take(spent, at.plus_ms(99)), Err(1));
        assert_eq!(drain(rate, &mut spent, at.plus_ms(100)), 1);
        assert_eq!(drain(rate, &mut spent, at.plus_ms(1_100)), 10);
        assert!(!spent.is_over(at.plus_ms(3_099)));
        assert!(spent.is_over(at.plus_ms(3_100)));
        assert_eq!(drain(rate, &mut spent, at.plus_ms(3_600_000)), 20, "never more than a burst");
    }

    proptest! {
        /// An oracle that remembers every grant.
        #[test]
        fn in_no_window_is_more_granted_than_the_burst_and_the_refill(
            burst in 1u32..50,
            count in 1u32..50,
            pauses in proptest::collection::vec(0u64..400, 1..200),
        ) {
            let (rate, window_ms) = (Rate::new(burst, count, 1_000), 1_000);
            let (mut at, mut spent, mut granted) = (Timestamp(1_000_000), Spent::default(), vec![]);
            for pause in pauses {
                at = at.plus_ms(pause);
                if let Ok(after) = rate.take(spent, at) {
                    spent = after;
                    granted.push(at.0);
                }
            }
            for (first, from) in granted.iter().enumerate() {
                for (last, to) in granted.iter().enumerate().skip(first) {
                    let refill = (to - from) * u64::from(count) / window_ms;
                    prop_assert!((last - first) as u64 <= u64::from(burst) + refill);
                }
            }
        }
    }
}
