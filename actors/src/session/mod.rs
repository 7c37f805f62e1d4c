//! The rules of a session. Pure: no clock, no randomness, no I/O, no async.

mod header;
mod ids;
mod rejection;
mod settings;

pub use self::{
    header::{Header, SessionStatus},
    ids::{
        ActivityId, ClientId, Epoch, ParticipantId, Round, Seat, Seq, SessionId, Timestamp, Version,
    },
    rejection::FieldError,
    settings::{Profanity, Settings},
};
