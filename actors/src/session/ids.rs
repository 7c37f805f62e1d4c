//! Identifiers and small measures. Each kind is its own type, so no two can be swapped.

use std::fmt;

use bincode::{
    BorrowDecode, Decode, Encode,
    de::{BorrowDecoder, Decoder},
    enc::Encoder,
    error::{DecodeError, EncodeError},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares a UUID newtype that reads as a string on the wire and as 16 bytes in the store.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Encode for $name {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                self.0.as_bytes().encode(encoder)
            }
        }

        impl<C> Decode<C> for $name {
            fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
                Ok(Self(Uuid::from_bytes(Decode::decode(decoder)?)))
            }
        }

        impl<'de, C> BorrowDecode<'de, C> for $name {
            fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
                decoder: &mut D,
            ) -> Result<Self, DecodeError> {
                Decode::decode(decoder)
            }
        }
    };
}

uuid_id!(
    /// One live session: a lobby, its people and its activities.
    SessionId
);
uuid_id!(
    /// One poll, poker table, quiz or word cloud of a session.
    ActivityId
);
uuid_id!(
    /// One person in one session. Shown to everybody, so it proves nothing.
    ParticipantId
);
uuid_id!(
    /// Somebody who sets sessions up and owns them.
    AdminId
);
uuid_id!(
    /// A secret that a device keeps, so that joining twice is joining once.
    ClientId
);

/// A participant's place in the order of joining: their index in every per-person table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Seat(pub u32);

impl Seat {
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Milliseconds since the Unix epoch, always supplied by the caller.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to `self`; zero if `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Counts the events of a session, from its creation on, over all owners.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    #[must_use]
    pub fn plus(self, n: u64) -> Self {
        Self(self.0 + n)
    }
}

/// The fencing token of an ownership: grows with every activation of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(pub u64);

impl Epoch {
    /// Epochs a session has, so that its versions stay below 2⁵³.
    pub const COUNT: u64 = 1 << (53 - Version::BITS_PER_EPOCH);
    /// How far a restored backup jumps: further than a session gets in two months in which it is
    /// activated every ten seconds, and short enough for 63 jumps.
    pub const RESTORE_JUMP: u64 = 1 << 19;
}

/// Names a state of a session for its pollers. Never repeats and never goes back.
///
/// `epoch · 2²⁸ + n`, so that a new owner's first version is above any of the one before,
/// and below 2⁵³, so that JavaScript holds it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    const BITS_PER_EPOCH: u32 = 28;
    /// Versions an epoch has; when they are used up the session needs a new epoch.
    pub const PER_EPOCH: u64 = 1 << Self::BITS_PER_EPOCH;

    #[must_use]
    pub fn first_of(epoch: Epoch) -> Self {
        Self(epoch.0 << Self::BITS_PER_EPOCH)
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// From here on an epoch is nearly used up: a new one must be taken soon.
    #[must_use]
    pub fn last_safe_of(epoch: Epoch) -> Self {
        Self(Self::first_of(epoch).0 + Self::PER_EPOCH - Self::PER_EPOCH / 16)
    }

    #[must_use]
    pub fn epoch(self) -> Epoch {
        Epoch(self.0 >> Self::BITS_PER_EPOCH)
    }
}

/// Tells one run of an activity's question from the next; grows, never repeats.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(transparent)]
#[schema(example = 1)]
pub struct Round(pub u32);

impl Round {
    pub const FIRST: Self = Self(1);

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
