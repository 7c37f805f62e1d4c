//! The rules of a session. Pure: no clock, no randomness, no I/O, no async.
//!
//! [`Session::decide`] judges a command and [`Session::apply`] changes the state. Replaying the
//! events gives the same state, byte for byte.

mod apply;
mod command;
mod decide;
mod event;
mod frame;
mod header;
mod ids;
mod items;
mod looks;
mod moderation;
mod people;
mod rejection;
mod report;
mod screen;
mod screening;
mod seat_map;
mod sections;
mod settings;
pub mod text;
mod timeline;

use std::collections::BTreeSet;

use bincode::{Decode, Encode};

pub(crate) use self::moderation::Withheld;
pub use self::{
    command::{Command, Reply, Who},
    decide::Decision,
    event::{Entry, Event},
    frame::FrameContext,
    header::{Header, SessionStatus},
    ids::{
        ActivityId, AdminId, ClientId, Epoch, ParticipantId, Round, Seat, Seq, SessionId,
        Timestamp, Version,
    },
    moderation::{Author, Item, ItemId, ItemKind, NoItemId, TextItem, TextStatus, Verdict, Wanted},
    people::{Membership, NICKNAME_MAX, Nickname, Participant, People, guest_name},
    rejection::{FieldError, NotAccepting, Rejection},
    screen::{QrSize, Screen},
    screening::{Screened, screen},
    seat_map::SeatMap,
    sections::{Section, Sections},
    settings::{EditSettings, Profanity, Settings},
    timeline::{Timeline, TimelinePoint},
};
use crate::activity::{Activity, ActivityNo, Scene, Standings};

/// Activities a session may have.
pub const MAX_ACTIVITIES: usize = 200;
/// Seats a session may ever give out, counting those who left.
const MAX_SEATS: usize = 1_000_000;

/// One live session: the whole state that its actor owns.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[bincode(decode_context = "()")]
pub struct Session {
    id: SessionId,
    owner: AdminId,
    code: String,
    name: String,
    description: Option<String>,
    settings: Settings,
    status: SessionStatus,
    created_at: Timestamp,
    opened_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    revision: u64,
    announcement: Option<String>,
    screen: Screen,
    people: People,
    banned: BTreeSet<ClientId>,
    /// In the order in which they are shown.
    activities: Vec<Activity>,
    next_no: ActivityNo,
    /// The active activity, or the last expired one until another is activated.
    ///
    /// Invariant: if an activity is active, it is this one.
    current: Option<ActivityNo>,
    /// Whether an activity ever ran, which may close the doors.
    has_run: bool,
    timeline: Timeline,
    seq: Seq,
    last_at: Timestamp,
}

impl Session {
    /// Starts a session from its first event.
    ///
    /// `None` when the event is not a session's first: only a damaged journal has that.
    #[must_use]
    pub fn create(first: &Entry) -> Option<Self> {
        let Event::Created { id, owner, code, name, description, settings } = &first.event else {
            return None;
        };
        Some(Self {
            id: *id,
            owner: *owner,
            code: code.clone(),
            name: name.clone(),
            description: description.clone(),
            settings: settings.clone(),
            status: SessionStatus::Draft,
            created_at: first.at,
            opened_at: None,
            completed_at: None,
            revision: 1,
            announcement: None,
            screen: Screen::default(),
            people: People::default(),
            banned: BTreeSet::new(),
            activities: vec![],
            next_no: ActivityNo(0),
            current: None,
            has_run: false,
            timeline: Timeline::default(),
            seq: Seq::ZERO.next(),
            last_at: first.at,
        })
    }

    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    #[must_use]
    pub fn owner(&self) -> AdminId {
        self.owner
    }

    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    #[must_use]
    pub fn status(&self) -> SessionStatus {
        self.status
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many events there were.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// When the last event happened; nothing later happens before it.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    #[must_use]
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    #[must_use]
    pub fn activity(&self, id: ActivityId) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.id == id)
    }

    /// The activity that everybody looks at.
    #[must_use]
    pub fn current(&self) -> Option<&Activity> {
        let no = self.current?;
        self.activities.iter().find(|activity| activity.no == no)
    }

    /// What the session list shows.
    #[must_use]
    pub fn header(&self) -> Header {
        Header {
            name: self.name.clone(),
            description: self.description.clone(),
            status: self.status,
            settings: self.settings.clone(),
            opened_at: self.opened_at,
            completed_at: self.completed_at,
            participant_count: self.people.present(),
            activity_count: u32::try_from(self.activities.len()).unwrap_or(u32::MAX),
            revision: self.revision,
        }
    }

    /// When the next thing happens by the clock, and whether it is an event.
    #[must_use]
    pub fn next_due(&self, now: Timestamp) -> Option<Due> {
        let activity = self.current().filter(|activity| activity.is_active())?;
        let expiry = activity.ends_at.map(Due::Event);
        let phase = activity.state.running().next_phase_at(now).map(Due::Phase);
        [expiry, phase].into_iter().flatten().min_by_key(|due| due.at())
    }

    /// The scores that participants read at `/me`: of the quiz that everybody looks at, else of
    /// the one that ran last.
    #[must_use]
    pub fn standings(&self) -> Standings {
        let scored = self.scored();
        scored.and_then(|it| it.state.running().standings(&self.people)).unwrap_or_default()
    }

    /// The quiz whose scores participants read.
    fn scored(&self) -> Option<&Activity> {
        let is_quiz = |it: &&Activity| it.state.running().shows_leaderboard().is_some();
        let quizzes = self.activities.iter().filter(is_quiz);
        let last = quizzes.filter(|it| it.activated_at.is_some());
        self.current().filter(is_quiz).or_else(|| last.max_by_key(|it| (it.activated_at, it.no)))
    }

    fn scene<'a>(&'a self, activity: &Activity, at: Timestamp) -> Scene<'a> {
        activity.scene(&self.people, &self.settings, at)
    }
}

/// Something that happens by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// An event: the activity expires.
    Event(Timestamp),
    /// Only what is shown changes: a question opens or closes.
    Phase(Timestamp),
}

impl Due {
    #[must_use]
    pub fn at(self) -> Timestamp {
        match self {
            Self::Event(at) | Self::Phase(at) => at,
        }
    }
}
