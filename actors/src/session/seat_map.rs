//! Something for each of many seats, in the order of joining.

use bincode::{Decode, Encode};

use super::Seat;

/// A map from seats, dense because most people of a session answer most of its questions.
///
/// Invariant: `len` is the number of `Some`s, and the last slot is one.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct SeatMap<T> {
    slots: Vec<Option<T>>,
    len: u32,
}

impl<T> Default for SeatMap<T> {
    fn default() -> Self {
        Self { slots: vec![], len: 0 }
    }
}

impl<T> SeatMap<T> {
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[must_use]
    pub fn get(&self, seat: Seat) -> Option<&T> {
        self.slots.get(seat.index())?.as_ref()
    }

    #[must_use]
    pub fn get_mut(&mut self, seat: Seat) -> Option<&mut T> {
        self.slots.get_mut(seat.index())?.as_mut()
    }

    /// Puts a value in a seat and gives back the one before.
    pub fn insert(&mut self, seat: Seat, value: T) -> Option<T> {
        if self.slots.len() <= seat.index() {
            self.slots.resize_with(seat.index() + 1, || None);
        }
        let before = self.slots[seat.index()].replace(value);
        self.len += u32::from(before.is_none());
        before
    }

    pub fn remove(&mut self, seat: Seat) -> Option<T> {
        let before = self.slots.get_mut(seat.index())?.take()?;
        self.len -= 1;
        while self.slots.last().is_some_and(Option::is_none) {
            self.slots.pop();
        }
        Some(before)
    }

    /// In the order of seats.
    pub fn iter(&self) -> impl Iterator<Item = (Seat, &T)> {
        (0u32..).zip(&self.slots).filter_map(|(seat, slot)| Some((Seat(seat), slot.as_ref()?)))
    }

    /// In the order of seats.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Seat, &mut T)> {
        (0u32..).zip(&mut self.slots).filter_map(|(seat, slot)| Some((Seat(seat), slot.as_mut()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_is_equal_whatever_came_before() {
        let mut a = SeatMap::default();
        assert_eq!(a.insert(Seat(1), 'x'), None);
        assert_eq!(a.insert(Seat(7), 'y'), None);
        assert_eq!(a.remove(Seat(7)), Some('y'));
        assert_eq!(a.remove(Seat(7)), None);
        assert_eq!(a.insert(Seat(1), 'z'), Some('x'));
        let mut b = SeatMap::default();
        b.insert(Seat(1), 'z');
        assert_eq!(a, b);
        assert_eq!(a.iter().collect::<Vec<_>>(), [(Seat(1), &'z')]);
    }
}
