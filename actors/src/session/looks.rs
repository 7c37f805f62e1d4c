//! Who has which name, by how names look.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use super::Seat;

/// Seats by look.
///
/// A keyed hash stands for the look, which takes a third of its memory. Two looks have the same
/// one in one of 2⁶⁴ cases; then a free name is refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Looks {
    seats: HashMap<u64, Seat>,
    hasher: RandomState,
}

impl Looks {
    pub(super) fn get(&self, look: &str) -> Option<Seat> {
        self.seats.get(&self.hasher.hash_one(look)).copied()
    }

    pub(super) fn insert(&mut self, look: &str, seat: Seat) {
        self.seats.insert(self.hasher.hash_one(look), seat);
    }

    /// Forgets a look if it is this seat's.
    pub(super) fn remove(&mut self, look: &str, seat: Seat) {
        if self.get(look) == Some(seat) {
            self.seats.remove(&self.hasher.hash_one(look));
        }
    }
}
