//! The rules of a session. Pure: no clock, no randomness, no I/O, no async.

mod header;
mod ids;
mod people;
mod rejection;
mod seat_map;
mod settings;
pub mod text;

pub use self::{
    header::{Header, SessionStatus},
    ids::{
        ActivityId, ClientId, Epoch, ParticipantId, Round, Seat, Seq, SessionId, Timestamp, Version,
    },
    people::{Membership, NICKNAME_MAX, Nickname, Participant, People},
    rejection::{FieldError, NotAccepting, Rejection},
    seat_map::SeatMap,
    settings::{Profanity, Settings},
};
