//! When a frame is captured, and of what.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    activity::{Audience, View},
    publish::Frames,
    session::{FrameContext, Section, Sections, Session, Timestamp, Version},
};

/// Frames are captured no more often than this, however many votes arrive.
const CAPTURE_EVERY: Duration = Duration::from_millis(50);
/// How often the number of people moves in each view.
const PEOPLE_EVERY: Duration = Duration::from_secs(10);
const PEOPLE_EVERY_FOR_RUNNER: Duration = Duration::from_secs(2);

/// Follows what changed and captures frames of it at a bounded pace.
///
/// Invariant: whatever was touched is captured sooner or later, so the last change always shows.
pub(crate) struct Showing {
    join_url: Arc<str>,
    /// Grows with every event and every capture.
    version: Version,
    /// The last version at which something changed that participants see.
    participant_version: Version,
    me_version: Version,
    /// What changed since the last capture.
    dirty: Sections,
    /// Whether somebody pressed a button and looks at the screen now.
    is_urgent: bool,
    captured: Arc<Frames>,
    captured_at: Option<Instant>,
    people_at: Option<Instant>,
    runner_people_at: Option<Instant>,
}

impl Showing {
    /// Begins after frames that were captured at `version`.
    pub(crate) fn after(captured: Arc<Frames>, version: Version, join_url: Arc<str>) -> Self {
        Self {
            join_url,
            version,
            participant_version: version,
            me_version: captured.me_version,
            dirty: Sections::NONE,
            is_urgent: false,
            captured,
            captured_at: None,
            people_at: None,
            runner_people_at: None,
        }
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The participants' frame of this version or a later one shows all that happened so far.
    pub(crate) fn participant_version(&self) -> Version {
        self.participant_version
    }

    /// Notes what an event touched.
    pub(crate) fn happened(&mut self, touched: Sections) {
        self.version = self.version.next();
        if touched.contains(Section::MeVersion) {
            self.me_version = self.version;
        }
        self.touch(touched);
    }

    /// Notes a change that is no event, such as the hour.
    pub(crate) fn touch(&mut self, touched: Sections) {
        self.dirty |= touched;
        let seen = Sections::seen_by(View::Participant).without(Sections::PEOPLE);
        if touched.intersects(seen) {
            self.participant_version = self.version;
        }
    }

    /// The next capture does not wait for its turn.
    pub(crate) fn hurry(&mut self) {
        self.is_urgent = true;
    }

    /// A name that must not be seen leaves the big screen without waiting for its turn.
    pub(crate) fn hurry_names(&mut self) {
        self.runner_people_at = None;
        self.hurry();
    }

    /// Renders what changed, if it is time to. The frames are for when the state is durable.
    pub(crate) fn capture(
        &mut self,
        session: &Session,
        audience: &Audience,
        at: Timestamp,
    ) -> Option<Arc<Frames>> {
        let now = Instant::now();
        if !self.is_urgent && self.next_capture(now)? > now {
            return None;
        }
        let due = self.dirty.without(self.too_early(now));
        if due.is_empty() {
            return None;
        }
        self.note_capture(due, now);
        let (join_url, me_version) = (&*self.join_url, self.me_version);
        let context = FrameContext { join_url, me_version, audience, at };
        let frames = Frames::capture(session, &context, due, self.version, Some(&self.captured));
        self.captured = Arc::new(frames);
        Some(self.captured.clone())
    }

    fn note_capture(&mut self, due: Sections, now: Instant) {
        self.is_urgent = false;
        self.dirty = self.dirty.without(due);
        self.captured_at = Some(now);
        if due.contains(Section::Participants) {
            self.people_at = Some(now);
        }
        if due.contains(Section::RunnerParticipants) {
            self.runner_people_at = Some(now);
        }
        // What is captured differs from what was, so it needs a version of its own.
        self.version = self.version.max(self.captured.version().next());
    }

    /// When something that changed may be shown. `None`: nothing changed.
    pub(crate) fn next_capture(&self, now: Instant) -> Option<Instant> {
        let early = self.too_early(now);
        let people = [
            (Section::Participants, self.people_at.map(|at| at + PEOPLE_EVERY)),
            (
                Section::RunnerParticipants,
                self.runner_people_at.map(|at| at + PEOPLE_EVERY_FOR_RUNNER),
            ),
        ];
        let at_once = (!self.dirty.without(early).is_empty()).then_some(now);
        let later = people
            .into_iter()
            .filter(|(section, _)| self.dirty.contains(*section) && early.contains(*section))
            .filter_map(|(_, at)| at);
        let next = at_once.into_iter().chain(later).min()?;
        Some(self.captured_at.map_or(next, |at| next.max(at + CAPTURE_EVERY)))
    }

    /// Sections that moved less long ago than they may.
    fn too_early(&self, now: Instant) -> Sections {
        let mut early = Sections::NONE;
        if self.people_at.is_some_and(|at| now < at + PEOPLE_EVERY) {
            early |= Section::Participants.into();
        }
        if self.runner_people_at.is_some_and(|at| now < at + PEOPLE_EVERY_FOR_RUNNER) {
            early |= Section::RunnerParticipants.into();
        }
        early
    }
}
