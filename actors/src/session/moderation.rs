//! What people typed, as moderators see it: shown, waiting, or hidden.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActivityId, ParticipantId, Seat, Timestamp};

/// Whether a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextStatus {
    /// Waits for a moderator; nobody else sees it.
    Pending,
    Visible,
    Hidden,
}

/// What a moderator decides about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Hide,
}

impl Verdict {
    #[must_use]
    pub fn status(self) -> TextStatus {
        match self {
            Self::Approve => TextStatus::Visible,
            Self::Hide => TextStatus::Hidden,
        }
    }
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Nickname,
    /// An answer to a text poll.
    Text,
    /// A word of a word cloud, whoever wrote it.
    Word,
}

/// Names one text for good: whatever replaces it has another id, so that a decision about one
/// can't hit the next.
///
/// Reads as `n4-0`, `t2-17`, `w0-3`: kind, seat or activity, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct ItemId {
    pub kind: ItemKind,
    /// The seat of a nickname; the number of the activity of a text or a word.
    pub place: u32,
    pub number: u32,
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ItemKind::Nickname => 'n',
            ItemKind::Text => 't',
            ItemKind::Word => 'w',
        };
        write!(f, "{kind}{}-{}", self.place, self.number)
    }
}

/// The text names no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a moderated text")]
pub struct NoItemId;

impl FromStr for ItemId {
    type Err = NoItemId;

    fn from_str(id: &str) -> Result<Self, NoItemId> {
        let kind = match id.chars().next() {
            Some('n') => ItemKind::Nickname,
            Some('t') => ItemKind::Text,
            Some('w') => ItemKind::Word,
            Some(_) | None => return Err(NoItemId),
        };
        let (place, number) = id[1..].split_once('-').ok_or(NoItemId)?;
        let number_of = |text: &str| text.parse().map_err(|_| NoItemId);
        let read = Self { kind, place: number_of(place)?, number: number_of(number)? };
        // One text, one id: no signs, no leading zeros.
        if read.to_string() == id { Ok(read) } else { Err(NoItemId) }
    }
}

/// A text of a participant's, as an activity knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextItem<'a> {
    pub kind: ItemKind,
    pub number: u32,
    pub text: &'a str,
    pub status: TextStatus,
    pub at: Timestamp,
    /// Who wrote it; of a word of many, who wrote it first.
    pub author: Option<Seat>,
    /// Whether nobody may learn who wrote it.
    pub is_anonymous: bool,
}

/// A text as moderators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub activity: Option<ActivityId>,
    pub text: String,
    pub status: TextStatus,
    pub at: Timestamp,
    pub author: Option<Author>,
}

/// Whose text it is, where that may be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub id: ParticipantId,
    pub nickname: String,
}

/// Which texts a moderator looks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    pub status: Option<TextStatus>,
    pub activity: Option<ActivityId>,
    /// The last one of the page before.
    pub after: Option<ItemId>,
}

/// The texts of a numbered list that are not shown.
///
/// Invariants: no entry is `Visible`; `pending` counts those that are `Pending`.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub(crate) struct Withheld {
    statuses: BTreeMap<u32, TextStatus>,
    pending: u32,
}

impl Withheld {
    pub(crate) fn status(&self, number: u32) -> TextStatus {
        self.statuses.get(&number).copied().unwrap_or(TextStatus::Visible)
    }

    pub(crate) fn set(&mut self, number: u32, status: TextStatus) {
        let before = match status {
            TextStatus::Visible => self.statuses.remove(&number),
            TextStatus::Pending | TextStatus::Hidden => self.statuses.insert(number, status),
        };
        self.pending += u32::from(status == TextStatus::Pending);
        self.pending -= u32::from(before == Some(TextStatus::Pending));
    }

    /// How many wait for a moderator.
    pub(crate) fn pending(&self) -> u32 {
        self.pending
    }

    /// The numbers of the texts with this status that is not `Visible`, from `first` on.
    pub(crate) fn with(&self, status: TextStatus, first: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.statuses.range(first..);
        from.filter(move |(_, it)| **it == status).map(|(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_of_items_are_read_in_their_one_form_only() {
        let id = ItemId { kind: ItemKind::Text, place: 2, number: 17 };
        assert_eq!(id.to_string(), "t2-17");
        assert_eq!("t2-17".parse(), Ok(id));
        for wrong in ["", "t", "t2", "t2-", "t-2", "x2-17", "t+2-17", "t02-17", "t2-17 ", "é2-1"] {
            assert_eq!(wrong.parse::<ItemId>(), Err(NoItemId), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_waits_is_counted_right(steps in prop::collection::vec((0u32..4, 0u8..3), 0..40)) {
            let mut withheld = Withheld::default();
            let mut plain = BTreeMap::new();
            for (number, status) in steps {
                let status = [TextStatus::Visible, TextStatus::Pending, TextStatus::Hidden]
                    [usize::from(status)];
                withheld.set(number, status);
                plain.insert(number, status);
            }
            let waiting = plain.values().filter(|it| **it == TextStatus::Pending).count();
            prop_assert_eq!(withheld.pending() as usize, waiting);
            prop_assert_eq!(withheld.with(TextStatus::Pending, 0).count(), waiting);
            prop_assert!(plain.iter().all(|(number, it)| withheld.status(*number) == *it));
        }
    }
}
