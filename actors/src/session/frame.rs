//! What pollers see: the sections of the participants' and the runner's frame.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    ActivityId, Participant, ParticipantId, Round, Seat, Section, Session, SessionId,
    SessionStatus, Settings, Timestamp, Version,
};
use crate::activity::{Activity, ActivityStatus, Audience, View, Wire};

/// Names that the runner's frame lists as they arrive.
const LATEST: usize = 12;

/// What a frame shows that is not the session's own.
#[derive(Debug, Clone, Copy)]
pub struct FrameContext<'a> {
    /// Where people join.
    pub join_url: &'a str,
    /// The version at which everybody's `/me` last changed.
    pub me_version: Version,
    pub audience: &'a Audience,
    pub at: Timestamp,
}

impl Session {
    /// A section's present value.
    #[must_use]
    pub fn section<'a>(&'a self, section: Section, context: &FrameContext<'a>) -> Wire<'a> {
        match section {
            Section::MeVersion => Box::new(context.me_version),
            Section::Session => Box::new(self.session_section(context)),
            Section::Activity => {
                Box::new(self.current().map(|activity| self.activity_section(activity, context)))
            }
            Section::Upcoming => Box::new(self.upcoming_section()),
            Section::Results => Box::new(self.results_section(View::Participant, context)),
            Section::RunnerResults => Box::new(self.results_section(View::Runner, context)),
            Section::Participants => Box::new(ParticipantsFrame { total: self.people.present() }),
            Section::RunnerParticipants => Box::new(self.runner_participants_section(context)),
            Section::Announcement => Box::new(self.announcement.as_deref()),
            Section::Activities => Box::new(self.activities_section()),
            Section::Screen => Box::new(self.screen),
            Section::PendingModeration => Box::new(self.pending_moderation()),
            Section::Stories => {
                Box::new(self.current().and_then(|activity| activity.state.running().stories()))
            }
        }
    }

    fn session_section<'a>(&'a self, context: &FrameContext<'a>) -> SessionFrame<'a> {
        SessionFrame {
            id: self.id,
            name: &self.name,
            code: &self.code,
            status: self.status,
            join_url: context.join_url,
            settings: &self.settings,
        }
    }

    fn activity_section<'a>(
        &'a self,
        activity: &'a Activity,
        context: &FrameContext<'a>,
    ) -> ActivityFrame<'a> {
        let running = activity.state.running();
        let window = running.window();
        ActivityFrame {
            id: activity.id,
            kind: activity.state.kind().name(),
            title: &activity.title,
            status: activity.status,
            round: activity.round,
            config: running.public_config(),
            phase: running.phase(&self.scene(activity, context.at)),
            revealed: running.is_revealed(),
            locked: running.is_locked(),
            opens_at_ms: window.map(|(opens_at, _)| opens_at),
            ends_at_ms: window
                .map(|(_, ends_at)| ends_at)
                .or(activity.ends_at.filter(|_| activity.is_active())),
            current: running.current(),
        }
    }

    fn upcoming_section(&self) -> Vec<ActivityBrief<'_>> {
        let published = |activity: &&Activity| activity.status == ActivityStatus::Published;
        self.activities.iter().filter(published).map(ActivityBrief::of).collect()
    }

    fn activities_section(&self) -> Vec<ActivityEntry<'_>> {
        let entry = |it| ActivityEntry { brief: ActivityBrief::of(it), status: it.status };
        self.activities.iter().map(entry).collect()
    }

    fn results_section<'a>(&'a self, view: View, context: &FrameContext<'a>) -> Option<Wire<'a>> {
        let activity = self.current()?;
        let scene = self.scene(activity, context.at);
        activity.state.running().results(view, context.audience, &scene)
    }

    fn runner_participants_section(
        &self,
        context: &FrameContext<'_>,
    ) -> RunnerParticipantsFrame<'_> {
        let newest = self.people.newest().filter(|(_, person)| person.is_present());
        let named = |(seat, person): (Seat, &'_ Participant)| Named {
            participant_id: person.id,
            nickname: self.people.shown_name(seat),
        };
        RunnerParticipantsFrame {
            total: self.people.present(),
            online: context.audience.online,
            latest: newest.take(LATEST).map(named).collect(),
        }
    }
}

/// The session as every frame shows it.
#[derive(Serialize)]
pub(super) struct SessionFrame<'a> {
    pub id: SessionId,
    pub name: &'a str,
    pub code: &'a str,
    pub status: SessionStatus,
    pub join_url: &'a str,
    pub settings: &'a Settings,
}

#[derive(Serialize)]
struct ActivityFrame<'a> {
    id: ActivityId,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: ActivityStatus,
    round: Round,
    config: Wire<'a>,
    phase: &'static str,
    revealed: bool,
    locked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at_ms: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at_ms: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Wire<'a>>,
}

/// An activity in a list of what comes.
#[derive(Serialize)]
pub(super) struct ActivityBrief<'a> {
    pub id: ActivityId,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: &'a str,
}

impl<'a> ActivityBrief<'a> {
    fn of(activity: &'a Activity) -> Self {
        Self { id: activity.id, kind: activity.state.kind().name(), title: &activity.title }
    }
}

/// An activity in the runner's list.
#[derive(Serialize)]
pub(super) struct ActivityEntry<'a> {
    #[serde(flatten)]
    pub brief: ActivityBrief<'a>,
    pub status: ActivityStatus,
}

/// How many are in the session.
#[derive(Serialize)]
pub(super) struct ParticipantsFrame {
    pub total: u32,
}

/// Who is in the session, for the runner.
#[derive(Serialize)]
pub(super) struct RunnerParticipantsFrame<'a> {
    pub total: u32,
    /// Seen within the last 30 seconds.
    pub online: u32,
    /// The newest twelve.
    pub latest: Vec<Named<'a>>,
}

/// A participant's name.
#[derive(Serialize)]
pub(super) struct Named<'a> {
    pub participant_id: ParticipantId,
    pub nickname: Cow<'a, str>,
}
