//! What may be asked of a session.

use super::{
    ActivityId, ClientId, EditSettings, ItemId, Nickname, ParticipantId, Round, Screen, Seat,
    Verdict,
};
use crate::activity::{Answer, Config, Control, Step};

/// A well-formed request to change a session. Whether it may is the session's to decide.
#[derive(Debug, Clone)]
pub enum Command {
    // The administrator's preparations.
    Edit {
        name: Option<String>,
        description: Option<Option<String>>,
        settings: Option<EditSettings>,
    },
    AddActivity {
        id: ActivityId,
        title: String,
        config: Config,
    },
    EditActivity {
        id: ActivityId,
        title: Option<String>,
        config: Option<Config>,
    },
    DeleteActivity {
        id: ActivityId,
    },
    OrderActivities {
        ids: Vec<ActivityId>,
    },
    /// Only if the session is still at this revision.
    AtRevision(u64, Box<Command>),

    // Running the event.
    Open,
    Complete,
    TakeStep {
        activity: ActivityId,
        step: Step,
    },
    Control {
        activity: ActivityId,
        control: Control,
        pacing_ms: u32,
    },
    Announce {
        text: Option<String>,
    },
    SetScreen {
        screen: Screen,
    },

    // People.
    Join {
        id: ParticipantId,
        nickname: Nickname,
        client: Option<ClientId>,
        spectator: bool,
    },
    EditParticipant {
        id: ParticipantId,
        nickname: Option<Nickname>,
        spectator: Option<bool>,
        /// Whether a moderator chose the nickname, which then needs no screening.
        by_moderator: bool,
    },
    Leave {
        id: ParticipantId,
    },
    Remove {
        id: ParticipantId,
        /// Also refuse their device.
        ban: bool,
        /// Also forget what they wrote; works again on somebody who is gone.
        erase: bool,
    },
    /// Decides whether a text is shown.
    Moderate {
        item: ItemId,
        verdict: Verdict,
        remove_author: bool,
    },

    // Answers.
    Answer {
        who: Who,
        activity: ActivityId,
        answer: Answer,
    },
    Withdraw {
        who: Who,
        activity: ActivityId,
        round: Option<Round>,
    },

    // By itself.
    /// Whatever is overdue happens.
    Elapse,
    /// Nobody is awaited any more.
    AllAnswered,
    /// So many participants are online; noted about once a minute.
    Observe {
        online: u32,
    },
}

/// A participant as their token names them.
///
/// The seat finds them at once; the id makes sure that it is still the same person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    pub seat: Seat,
    pub id: ParticipantId,
}

/// What a granted command answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Done,
    Joined {
        seat: Seat,
        id: ParticipantId,
        nickname: String,
        /// `false`: the same device had joined before.
        is_new: bool,
    },
    Answered {
        /// `false`: the person had answered before.
        is_new: bool,
        /// Place in the order of arrival, for buzzers.
        position: Option<u32>,
    },
}
