//! The texts of a session as moderators find them.

use std::{cmp::Ordering, iter};

use super::{
    Item, ItemId, ItemKind, Seat, Session, TextItem, TextStatus, Wanted, moderation::Author,
};
use crate::activity::Activity;

impl Session {
    /// How many texts wait for a moderator.
    #[must_use]
    pub fn pending_moderation(&self) -> u32 {
        let texts = self.activities.iter().map(|activity| activity.state.running().pending());
        self.people.withheld_names().pending() + texts.sum::<u32>()
    }

    /// A text as moderators see it.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<Item> {
        match id.kind {
            ItemKind::Nickname => Some(self.name_item(self.named_by(id)?)),
            ItemKind::Text | ItemKind::Word => {
                let activity = self.activity_of(id)?;
                let text = activity.state.running().text(id.number)?;
                (text.kind == id.kind).then(|| self.text_item(activity, &text))
            }
        }
    }

    /// The texts behind `after` in the order of their ids: nicknames, then activity by activity.
    pub fn items(&self, wanted: Wanted) -> impl Iterator<Item = Item> + '_ {
        let names = wanted.activity.is_none().then(|| self.name_items(wanted));
        let activities = self
            .activities
            .iter()
            .filter(move |activity| wanted.activity.is_none_or(|id| id == activity.id));
        let mut activities: Vec<&Activity> = activities.collect();
        activities.sort_by_key(|activity| activity.no);
        let texts = activities.into_iter().flat_map(move |activity| {
            let first = wanted.after.map_or(Some(0), |after| after.next_in(activity));
            let texts = first.map(|first| activity.state.running().texts(first));
            let texts = texts.into_iter().flatten();
            texts
                .filter(move |text| wanted.status.is_none_or(|status| status == text.status))
                .map(move |text| self.text_item(activity, &text))
        });
        names.into_iter().flatten().chain(texts)
    }

    /// A text's status and whose it is, if it is there.
    pub(super) fn moderated(&self, id: ItemId) -> Option<(TextStatus, Option<Seat>)> {
        match id.kind {
            ItemKind::Nickname => {
                let seat = self.named_by(id)?;
                Some((self.people.name_status(seat), Some(seat)))
            }
            ItemKind::Text | ItemKind::Word => {
                let text = self.activity_of(id)?.state.running().text(id.number)?;
                (text.kind == id.kind).then_some((text.status, text.author))
            }
        }
    }

    pub(super) fn activity_of(&self, id: ItemId) -> Option<&Activity> {
        self.activities.iter().find(|activity| u32::from(activity.no.0) == id.place)
    }

    pub(super) fn activity_of_mut(&mut self, id: ItemId) -> Option<&mut Activity> {
        self.activities.iter_mut().find(|activity| u32::from(activity.no.0) == id.place)
    }

    /// The seat whose present nickname this is.
    fn named_by(&self, id: ItemId) -> Option<Seat> {
        let seat = Seat(id.place);
        let person = self.people.get(seat)?;
        (person.renames == id.number && !self.people.is_erased(seat)).then_some(seat)
    }

    fn name_items(&self, wanted: Wanted) -> Box<dyn Iterator<Item = Item> + '_> {
        let first = match wanted.after {
            None => 0,
            Some(ItemId { kind: ItemKind::Nickname, place, .. }) => place.saturating_add(1),
            Some(_) => return Box::new(iter::empty()),
        };
        let seats: Box<dyn Iterator<Item = Seat>> = match wanted.status {
            Some(status @ (TextStatus::Pending | TextStatus::Hidden)) => {
                Box::new(self.people.withheld_names().with(status, first).map(Seat))
            }
            Some(TextStatus::Visible) | None => {
                Box::new((first..self.people.next_seat().0).map(Seat))
            }
        };
        let is_wanted = move |seat: &Seat| {
            let status = self.people.name_status(*seat);
            wanted.status.is_none_or(|it| it == status) && !self.people.is_erased(*seat)
        };
        Box::new(seats.filter(is_wanted).map(|seat| self.name_item(seat)))
    }

    fn name_item(&self, seat: Seat) -> Item {
        let person = self.people.at(seat);
        Item {
            id: ItemId { kind: ItemKind::Nickname, place: seat.0, number: person.renames },
            activity: None,
            text: person.nickname.to_string(),
            status: self.people.name_status(seat),
            at: person.joined_at,
            author: Some(self.author(seat)),
        }
    }

    fn text_item(&self, activity: &Activity, text: &TextItem<'_>) -> Item {
        Item {
            id: ItemId { kind: text.kind, place: u32::from(activity.no.0), number: text.number },
            activity: Some(activity.id),
            text: text.text.to_owned(),
            status: text.status,
            at: text.at,
            author: text.author.filter(|_| !text.is_anonymous).map(|seat| self.author(seat)),
        }
    }

    fn author(&self, seat: Seat) -> Author {
        Author { id: self.people.at(seat).id, nickname: self.people.shown_name(seat).into_owned() }
    }
}

impl ItemId {
    /// The first number of this activity that comes after the id; `None` where none does.
    fn next_in(self, activity: &Activity) -> Option<u32> {
        match (self.kind, u32::from(activity.no.0).cmp(&self.place)) {
            (ItemKind::Nickname, _) | (_, Ordering::Greater) => Some(0),
            (ItemKind::Text | ItemKind::Word, Ordering::Equal) => self.number.checked_add(1),
            (ItemKind::Text | ItemKind::Word, Ordering::Less) => None,
        }
    }
}
