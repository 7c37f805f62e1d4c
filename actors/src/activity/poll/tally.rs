//! Running counts of a poll.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};

use super::{Ballot, PollConfig, PollKind, Scale};
use crate::session::{Seat, SeatMap};

/// Running counts, moved by each vote's difference with the one it replaces.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub(super) struct Tally {
    /// Votes by option or by step of the scale; for rankings, first places.
    pub(super) counts: Vec<u32>,
    /// Borda points by option.
    pub(super) borda: Vec<u32>,
    /// Who wrote which text, by item number: in order of arrival.
    pub(super) texts: BTreeMap<u32, Seat>,
    pub(super) items: SeatMap<u32>,
    /// Invariant: grows with every text and is never used twice, so a moderator's decision
    /// about one text can't hit the next.
    pub(super) next_item: u32,
}

impl Tally {
    pub(super) fn blank(config: &PollConfig, next_item: u32) -> Self {
        let (counts, borda) = match config.kind {
            PollKind::Choice => (config.options.len(), 0),
            PollKind::Ranking => (config.options.len(), config.options.len()),
            PollKind::Rating => (config.scale.as_ref().map_or(0, Scale::steps), 0),
            PollKind::Text => (0, 0),
        };
        Self { counts: vec![0; counts], borda: vec![0; borda], next_item, ..Self::default() }
    }

    pub(super) fn add(&mut self, seat: Seat, ballot: &Ballot) {
        match ballot {
            Ballot::Choices(set) => set.indexes().for_each(|index| self.counts[index] += 1),
            Ballot::Rating(step) => self.counts[*step as usize] += 1,
            Ballot::Ranking(order) => {
                self.counts[usize::from(order[0])] += 1;
                for (option, points) in borda_points(order, self.borda.len()) {
                    self.borda[option] += points;
                }
            }
            Ballot::Text { .. } => {
                self.texts.insert(self.next_item, seat);
                self.items.insert(seat, self.next_item);
                self.next_item += 1;
            }
        }
    }

    pub(super) fn subtract(&mut self, seat: Seat, ballot: &Ballot) {
        match ballot {
            Ballot::Choices(set) => set.indexes().for_each(|index| self.counts[index] -= 1),
            Ballot::Rating(step) => self.counts[*step as usize] -= 1,
            Ballot::Ranking(order) => {
                self.counts[usize::from(order[0])] -= 1;
                for (option, points) in borda_points(order, self.borda.len()) {
                    self.borda[option] -= points;
                }
            }
            Ballot::Text { .. } => {
                if let Some(item) = self.items.remove(seat) {
                    self.texts.remove(&item);
                }
            }
        }
    }
}

/// Borda's count: of `options`, the first place is worth `options - 1`, the last 0, as is an
/// option that the voter did not rank.
fn borda_points(order: &[u8], options: usize) -> impl Iterator<Item = (usize, u32)> {
    let top = u32::try_from(options).unwrap_or_default();
    (1..=top).zip(order).map(move |(place, option)| (usize::from(*option), top - place))
}
