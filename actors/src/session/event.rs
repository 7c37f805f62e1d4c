//! What happened, in the past tense. The journal stores these and nothing else.

use bincode::{Decode, Encode};

use super::{
    ActivityId, AdminId, ClientId, ItemId, Nickname, ParticipantId, Screen, Seat, SessionId,
    Settings, Timestamp, Verdict,
};
use crate::activity::{ActivityNo, Change, Config, Given, Step};

/// An event and when it happened. Times never run backwards within a session.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[bincode(decode_context = "()")]
pub struct Entry {
    pub at: Timestamp,
    pub event: Event,
}

/// A fact. Variants are part of the stored format: append new ones at the end.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[bincode(decode_context = "()")]
pub enum Event {
    Created {
        id: SessionId,
        owner: AdminId,
        code: String,
        name: String,
        description: Option<String>,
        settings: Settings,
    },
    Edited {
        name: Option<String>,
        description: Option<Option<String>>,
        settings: Option<Settings>,
    },
    Opened,
    Completed,
    Announced {
        text: Option<String>,
    },
    ScreenSet {
        screen: Screen,
    },
    ActivityAdded {
        id: ActivityId,
        title: String,
        config: Config,
    },
    ActivityEdited {
        id: ActivityId,
        title: Option<String>,
        config: Option<Config>,
    },
    ActivityDeleted {
        id: ActivityId,
    },
    ActivitiesOrdered {
        ids: Vec<ActivityId>,
    },
    StepTaken {
        activity: ActivityNo,
        step: Step,
    },
    Controlled {
        activity: ActivityNo,
        change: Change,
    },
    Joined {
        id: ParticipantId,
        nickname: Nickname,
        /// Whether the nickname waits for a moderator.
        is_held: bool,
        client: Option<ClientId>,
        spectator: bool,
    },
    ParticipantEdited {
        seat: Seat,
        nickname: Option<Nickname>,
        /// Whether the new nickname waits for a moderator.
        is_held: bool,
        spectator: Option<bool>,
    },
    Left {
        seat: Seat,
    },
    Removed {
        seat: Seat,
        ban: bool,
        erase: bool,
    },
    Answered {
        activity: ActivityNo,
        seat: Seat,
        given: Given,
        arrived_at: Timestamp,
    },
    Withdrawn {
        activity: ActivityNo,
        seat: Seat,
    },
    Moderated {
        item: ItemId,
        verdict: Verdict,
        /// Who was removed along with their text.
        removed: Option<Seat>,
    },
    /// A point of the timeline.
    Observed {
        online: u32,
    },
}
