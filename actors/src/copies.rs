//! What a node tells another of what it publishes about a session, so that the other can answer
//! polls from its own memory.

use std::sync::Arc;

use bincode::{Decode, Encode};
use bytes::Bytes;

use crate::{
    activity::View,
    codec::{self, CodecError, Kind},
    gzip::Piece,
    publish::{Frame, Frames, Published, Rendered},
    seats::Departure,
    session::{AdminId, Epoch, Seat, Section, SessionStatus, Version},
};

/// Far above a session with 200,000 names.
const COPY_LIMIT: usize = 256 << 20;

/// What another node has of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    pub version: Version,
    /// How many departures.
    pub departures: usize,
}

/// A published state, or what is new in it.
#[derive(Debug, Encode, Decode)]
pub struct Copy {
    owner: u128,
    participant: u64,
    runner: u64,
    me_version: u64,
    status: SessionStatus,
    participant_count: u32,
    /// How many seats were ever given.
    seats: u32,
    /// Those that changed: which, when, and their JSON.
    sections: Vec<(u8, u64, Vec<u8>)>,
    /// Whose seats stopped being theirs, in order, from the first that the other does not know of.
    departures: Vec<(u32, bool)>,
    /// How many departures came before.
    departures_known: u64,
}

impl Copy {
    /// What is published now, as far as it is not `known`. What another epoch published can't be
    /// related to this one.
    #[must_use]
    pub fn of(published: &Published, known: Known) -> Self {
        // Departures first: who is missing among them is still in the frames.
        let epoch = published.frames().version().epoch();
        let is_related = known.version.epoch() == epoch;
        let from = if is_related { known.departures } else { 0 };
        let departures = published.seats.departures(from);
        let frames = published.frames();
        let since = if is_related { known.version } else { Version(0) };
        Self {
            owner: published.owner.0.as_u128(),
            participant: frames.participant.version.0,
            runner: frames.runner.version.0,
            me_version: frames.me_version.0,
            status: frames.status,
            participant_count: frames.participant_count,
            seats: published.seats.given(),
            sections: frames.changed_since(since),
            departures: departures
                .iter()
                .map(|(seat, how)| (seat.0, *how == Departure::Removed))
                .collect(),
            departures_known: from as u64,
        }
    }

    #[must_use]
    pub fn encode(&self) -> Bytes {
        let payload = bincode::encode_to_vec(self, bincode::config::standard())
            .expect("writing to memory can't fail");
        codec::seal(Kind::Copy, &payload)
    }

    pub fn decode(sealed: &[u8]) -> Result<Self, CodecError> {
        let payload = codec::open(Kind::Copy, sealed)?;
        let config = bincode::config::standard().with_limit::<COPY_LIMIT>();
        let (copy, _) = bincode::decode_from_slice(payload, config).map_err(codec::content)?;
        Ok(copy)
    }

    #[must_use]
    pub fn owner(&self) -> AdminId {
        AdminId(uuid::Uuid::from_u128(self.owner))
    }

    #[must_use]
    pub fn epoch(&self) -> Epoch {
        Version(self.participant.max(self.runner)).epoch()
    }

    /// What the node that has taken this in knows then.
    #[must_use]
    pub fn known(&self) -> Known {
        let version = Version(self.participant.max(self.runner));
        Known { version, departures: self.departures_known as usize + self.departures.len() }
    }

    /// The seats that stopped being somebody's.
    pub(crate) fn departures(&self) -> impl Iterator<Item = (Seat, Departure)> {
        self.departures.iter().map(|(seat, was_removed)| {
            let how = if *was_removed { Departure::Removed } else { Departure::Left };
            (Seat(*seat), how)
        })
    }

    pub(crate) fn seats(&self) -> u32 {
        self.seats
    }

    /// The frames as their owner publishes them. `None`: something is missing before it.
    #[must_use]
    pub fn frames(&self, before: Option<&Frames>) -> Option<Frames> {
        let before = before.filter(|before| before.version().epoch() == self.epoch());
        let mut sections = before.map(|it| it.sections.clone()).unwrap_or_default();
        for (index, version, json) in &self.sections {
            // A newer release may have more of them.
            if let Some(section) = sections.get_mut(usize::from(*index)) {
                let json = Piece::new(Bytes::copy_from_slice(json));
                *section = Rendered { version: Version(*version), json };
            }
        }
        let frame = |view, version: u64| {
            let is_whole = Section::of(view).iter().all(|it| sections[it.index()].version.0 > 0);
            is_whole.then(|| Frame::assemble(view, Version(version), &sections))
        };
        let participant = frame(View::Participant, self.participant)?;
        let runner = frame(View::Runner, self.runner)?;
        Some(Frames {
            participant,
            runner,
            status: self.status,
            participant_count: self.participant_count,
            me_version: Version(self.me_version),
            // Who asks for their own is sent to the owner.
            standings: Arc::default(),
            activities: Arc::default(),
            sections,
        })
    }
}
