//! The parts of a frame, and which of them an event touches.

use std::ops::{BitOr, BitOrAssign};

use crate::activity::View;

/// A part of a frame that is sent whole when it changed.
///
/// Results and participants differ between the views, so each view has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    MeVersion,
    Session,
    Activity,
    Upcoming,
    Results,
    Participants,
    Announcement,
    RunnerResults,
    RunnerParticipants,
    Activities,
    Screen,
    PendingModeration,
    Stories,
}

impl Section {
    pub const COUNT: usize = 13;

    /// The sections of a view's frame, in the order in which they are written.
    #[must_use]
    pub fn of(view: View) -> &'static [Self] {
        match view {
            View::Participant => &[
                Self::MeVersion,
                Self::Session,
                Self::Activity,
                Self::Upcoming,
                Self::Results,
                Self::Participants,
                Self::Announcement,
            ],
            View::Runner => &[
                Self::MeVersion,
                Self::Session,
                Self::Activity,
                Self::Upcoming,
                Self::RunnerResults,
                Self::RunnerParticipants,
                Self::Announcement,
                Self::Activities,
                Self::Screen,
                Self::PendingModeration,
                Self::Stories,
            ],
        }
    }

    /// The section's name in the frame.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MeVersion => "me_version",
            Self::Session => "session",
            Self::Activity => "activity",
            Self::Upcoming => "upcoming",
            Self::Results | Self::RunnerResults => "results",
            Self::Participants | Self::RunnerParticipants => "participants",
            Self::Announcement => "announcement",
            Self::Activities => "activities",
            Self::Screen => "screen",
            Self::PendingModeration => "pending_moderation",
            Self::Stories => "stories",
        }
    }

    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A set of sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sections(u16);

impl Sections {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self((1 << Section::COUNT) - 1);
    /// Everything that may show something of the running activity.
    pub const RUNNING: Self = Self::of(&[
        Section::Activity,
        Section::Upcoming,
        Section::Results,
        Section::RunnerResults,
        Section::Activities,
        Section::Stories,
    ]);
    pub const RESULTS: Self = Self::of(&[Section::Results, Section::RunnerResults]);
    /// How many are there and who.
    pub const PEOPLE: Self = Self::of(&[Section::Participants, Section::RunnerParticipants]);

    #[must_use]
    pub const fn of(sections: &[Section]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < sections.len() {
            set |= 1 << sections[at] as u16;
            at += 1;
        }
        Self(set)
    }

    #[must_use]
    pub fn contains(self, section: Section) -> bool {
        self.0 & 1 << section as u16 != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// All sections of a view.
    #[must_use]
    pub fn seen_by(view: View) -> Self {
        Self::of(Section::of(view))
    }
}

impl From<Section> for Sections {
    fn from(section: Section) -> Self {
        Self::of(&[section])
    }
}

impl BitOr for Sections {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Sections {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
