//! The people of a session, in the order in which they joined.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use bincode::{
    BorrowDecode, Decode, Encode,
    de::{BorrowDecoder, Decoder},
    enc::Encoder,
    error::{DecodeError, EncodeError},
};

use super::{
    ClientId, ParticipantId, Profanity, Rejection, Seat, TextStatus, Timestamp, looks::Looks,
    moderation::Withheld, screening::screen, text,
};

/// Grapheme clusters a nickname may have.
pub const NICKNAME_MAX: usize = 40;
/// Suggestions that come with a refused nickname.
const SUGGESTIONS: usize = 3;

/// Somebody who is or was in the session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Participant {
    pub id: ParticipantId,
    /// As its owner knows it; others see [`People::shown_name`].
    pub nickname: Arc<str>,
    /// How many nicknames they had before this one.
    pub renames: u32,
    /// Spectators watch and are not waited for.
    pub spectator: bool,
    pub joined_at: Timestamp,
    pub client: Option<ClientId>,
    pub presence: Membership,
}

/// Whether a participant still belongs to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Membership {
    Present,
    /// Went away by themselves; may join again.
    Left,
    /// Sent away by a moderator; their token is dead.
    Removed,
}

impl Participant {
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence == Membership::Present
    }
}

/// A nickname that may be shown, in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Nickname(String);

impl Nickname {
    pub fn parse(raw: &str) -> Result<Self, Rejection> {
        text::one_line(raw, NICKNAME_MAX)
            .map(Self)
            .map_err(|error| Rejection::invalid("/nickname", error.to_string()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nickname as the session's setting lets it be, and whether it waits for a moderator.
    pub fn screened(&self, profanity: Profanity) -> Result<(Self, bool), Rejection> {
        let screened = screen(self.0.clone(), profanity, "/nickname")?;
        Ok((Self(screened.text), screened.is_held))
    }
}

/// How somebody is called whose nickname is not shown.
#[must_use]
pub fn guest_name(seat: Seat) -> String {
    format!("Guest {}", seat.0 + 1)
}

/// Everybody who ever joined, with the indexes to find them.
///
/// Invariant: the indexes hold exactly the present participants; they are rebuilt when a
/// snapshot is read, and are no part of it.
#[derive(Debug, Clone, Default)]
pub struct People {
    seats: Vec<Participant>,
    /// The nicknames that are not shown, by seat.
    withheld: Withheld,
    present: u32,
    by_id: HashMap<ParticipantId, Seat>,
    by_client: HashMap<ClientId, Seat>,
    by_look: Looks,
    /// Those whose name looks, as it is written, like one with another look: `AIice`.
    by_shape: Looks,
}

impl PartialEq for People {
    fn eq(&self, other: &Self) -> bool {
        self.seats == other.seats && self.withheld == other.withheld
    }
}

impl People {
    /// Everybody who ever joined, in order.
    #[must_use]
    pub fn seats(&self) -> &[Participant] {
        &self.seats
    }

    /// Everybody who ever joined, the last one first.
    pub fn newest(&self) -> impl Iterator<Item = (Seat, &Participant)> {
        (0..self.next_seat().0).rev().map(|seat| (Seat(seat), self.at(Seat(seat))))
    }

    /// How many are in the session now.
    #[must_use]
    pub fn present(&self) -> u32 {
        self.present
    }

    #[must_use]
    pub fn next_seat(&self) -> Seat {
        Seat(u32::try_from(self.seats.len()).expect("seats are bounded far below 2³²"))
    }

    #[must_use]
    pub fn get(&self, seat: Seat) -> Option<&Participant> {
        self.seats.get(seat.index())
    }

    /// The participant in a seat that an event or an answer names, so that exists.
    #[must_use]
    pub fn at(&self, seat: Seat) -> &Participant {
        &self.seats[seat.index()]
    }

    /// A participant's name as everybody may see it: `Guest 7` where the nickname is not shown.
    #[must_use]
    pub fn shown_name(&self, seat: Seat) -> Cow<'_, str> {
        match self.name_status(seat) {
            TextStatus::Visible => Cow::Borrowed(&self.at(seat).nickname),
            TextStatus::Pending | TextStatus::Hidden => guest_name(seat).into(),
        }
    }

    #[must_use]
    pub fn name_status(&self, seat: Seat) -> TextStatus {
        self.withheld.status(seat.0)
    }

    pub(super) fn withheld_names(&self) -> &Withheld {
        &self.withheld
    }

    #[must_use]
    pub fn seat_of(&self, id: ParticipantId) -> Option<Seat> {
        self.by_id.get(&id).copied()
    }

    /// The seat of somebody who is gone. Looks at every seat: an administrator's act.
    pub(super) fn former_seat_of(&self, id: ParticipantId) -> Option<Seat> {
        self.newest().find(|(_, person)| person.id == id).map(|(seat, _)| seat)
    }

    /// Whether nothing is left of what they called themselves; a nickname is never empty.
    pub(super) fn is_erased(&self, seat: Seat) -> bool {
        self.at(seat).nickname.is_empty()
    }

    #[must_use]
    pub fn seat_of_client(&self, client: ClientId) -> Option<Seat> {
        self.by_client.get(&client).copied()
    }

    /// Who else looks as if they had this name.
    #[must_use]
    pub fn holder_of(&self, nickname: &Nickname) -> Option<Seat> {
        let name = nickname.as_str();
        if let Some(seat) = self.by_look.get(&text::look(name)) {
            return Some(seat);
        }
        let (shape, look) = (text::shape(name), look_of_shape(name));
        let mut like = [&self.by_look, &self.by_shape].into_iter().filter_map(|it| it.get(&look));
        like.find(|seat| text::shape(&self.at(*seat).nickname) == shape)
    }

    /// Free names close to a taken one.
    #[must_use]
    pub fn suggestions(&self, taken: &Nickname) -> Vec<String> {
        let stem: String = {
            use unicode_segmentation::UnicodeSegmentation;
            taken.as_str().graphemes(true).take(NICKNAME_MAX - 6).collect()
        };
        (2u32..)
            .map(|n| Nickname(format!("{} {n}", stem.trim_end())))
            .filter(|name| self.holder_of(name).is_none())
            .take(SUGGESTIONS)
            .map(|name| name.0)
            .collect()
    }

    pub(super) fn join(&mut self, participant: Participant) -> Seat {
        let seat = self.next_seat();
        self.seats.push(participant);
        self.index(seat);
        seat
    }

    pub(super) fn rename(&mut self, seat: Seat, nickname: &Nickname) {
        self.unindex_name(seat);
        let participant = &mut self.seats[seat.index()];
        participant.nickname = nickname.as_str().into();
        participant.renames += 1;
        self.index_name(seat);
    }

    pub(super) fn judge_name(&mut self, seat: Seat, status: TextStatus) {
        self.withheld.set(seat.0, status);
    }

    /// Takes away what somebody who is gone called themselves, and what their device is known by.
    pub(super) fn erase(&mut self, seat: Seat) {
        let participant = &mut self.seats[seat.index()];
        debug_assert!(!participant.is_present(), "only somebody who is gone is erased");
        participant.nickname = "".into();
        participant.client = None;
        self.judge_name(seat, TextStatus::Hidden);
    }

    pub(super) fn set_spectator(&mut self, seat: Seat, spectator: bool) {
        self.seats[seat.index()].spectator = spectator;
    }

    pub(super) fn send_away(&mut self, seat: Seat, how: Membership) {
        let participant = &mut self.seats[seat.index()];
        if !participant.is_present() {
            participant.presence = how;
            return;
        }
        participant.presence = how;
        let (id, client) = (participant.id, participant.client);
        self.present -= 1;
        self.by_id.remove(&id);
        self.unindex_name(seat);
        if let Some(client) = client {
            self.by_client.remove(&client);
        }
    }

    fn index(&mut self, seat: Seat) {
        let participant = &self.seats[seat.index()];
        if !participant.is_present() {
            return;
        }
        self.present += 1;
        self.by_id.insert(participant.id, seat);
        if let Some(client) = participant.client {
            self.by_client.insert(client, seat);
        }
        self.index_name(seat);
    }

    fn index_name(&mut self, seat: Seat) {
        let name = &self.at(seat).nickname;
        let (look, of_shape) = (text::look(name), look_of_shape(name));
        if of_shape != look {
            self.by_shape.insert(&of_shape, seat);
        }
        self.by_look.insert(&look, seat);
    }

    fn unindex_name(&mut self, seat: Seat) {
        let name = &self.at(seat).nickname;
        let (look, of_shape) = (text::look(name), look_of_shape(name));
        self.by_look.remove(&look, seat);
        self.by_shape.remove(&of_shape, seat);
    }
}

/// How a name looks to whoever takes it for what it resembles as it is written.
fn look_of_shape(name: &str) -> String {
    text::look(&text::shape(name))
}

impl Encode for People {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.seats.encode(encoder)?;
        self.withheld.encode(encoder)
    }
}

impl<C> Decode<C> for People {
    fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let seats = Decode::decode(decoder)?;
        let mut people = Self { seats, withheld: Decode::decode(decoder)?, ..Self::default() };
        let count = u32::try_from(people.seats.len())
            .map_err(|_| DecodeError::Other("more seats than can be counted"))?;
        (0..count).for_each(|seat| people.index(Seat(seat)));
        Ok(people)
    }
}

impl<'de, C> BorrowDecode<'de, C> for People {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeError> {
        Decode::decode(decoder)
    }
}

#[cfg(test)]
impl People {
    /// People with these names, for the tests of activities.
    pub(crate) fn named(names: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let mut people = Self::default();
        for (n, name) in (1u128..).zip(names) {
            people.join(Participant {
                id: ParticipantId(uuid::Uuid::from_u128(n)),
                nickname: name.as_ref().into(),
                renames: 0,
                spectator: false,
                joined_at: Timestamp(0),
                client: None,
                presence: Membership::Present,
            });
        }
        people
    }

    pub(crate) fn watching(mut self, seat: Seat) -> Self {
        self.set_spectator(seat, true);
        self
    }

    pub(crate) fn without(mut self, seat: Seat, how: Membership) -> Self {
        self.send_away(seat, how);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_another_is_taken_in_any_order_until_its_holder_goes() {
        let name = |text: &str| Nickname::parse(text).unwrap();
        for (first, second) in [("Alice", "AIice"), ("AIice", "Alice"), ("Ana", "ANA")] {
            let mut people = People::named([first]);
            assert_eq!(people.holder_of(&name(second)), Some(Seat(0)), "{first} {second}");
            people.rename(Seat(0), &name("Zoe"));
            assert_eq!(people.holder_of(&name(second)), None, "{first} {second}");
        }
        let people = People::named(["Ian", "Kai"]);
        assert_eq!(people.holder_of(&name("Lan")), None);
        assert_eq!(people.holder_of(&name("Kal")), None);
        assert_eq!(people.holder_of(&name("lan")), Some(Seat(0)), "as Ian is written");
    }
}
