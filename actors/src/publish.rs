//! Frames: the bytes that pollers get.
//!
//! The only file of the engine that knows JSON. Sections are rendered here, when a frame is
//! captured and only if they changed, so that a poll copies nothing and serializes nothing.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::{ArcSwap, Guard};
use bytes::Bytes;
use tokio::sync::watch;

use crate::{
    activity::{ActivityNo, Audience, Config, Standings, View},
    copies::{Copy, Known},
    gzip::{Gzip, Piece},
    journal::Term,
    seats::Seats,
    session::{
        ActivityId, AdminId, FrameContext, Round, Section, Sections, Session, SessionId,
        SessionStatus, Timestamp, Version,
    },
};

/// What is published about a session: everything a poller needs. Outlives the actor.
#[derive(Debug)]
pub struct Published {
    pub id: SessionId,
    pub owner: AdminId,
    pub seats: Seats,
    frames: ArcSwap<Frames>,
    publishing: Mutex<()>,
    wake_participants: watch::Sender<Version>,
    wake_runners: watch::Sender<Version>,
    used_ms: AtomicU64,
    /// A [`Standing`] as a number, for pollers to read without a lock.
    standing: AtomicU64,
}

/// Whose the session is, as far as this node knows, and so what the published state is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// This node's, for as long as the term lasts.
    Owned(Term),
    /// Another node's, which tells this one of every change.
    Followed,
    /// Another node's or nobody's: who has it can't be asked at the moment.
    Lost,
}

impl Standing {
    const FOLLOWED: u64 = u64::MAX - 1;
    const LOST: u64 = u64::MAX;

    fn number(self) -> u64 {
        match self {
            Self::Owned(Term(term)) => term,
            Self::Followed => Self::FOLLOWED,
            Self::Lost => Self::LOST,
        }
    }

    fn of(number: u64) -> Self {
        match number {
            Self::FOLLOWED => Self::Followed,
            Self::LOST => Self::Lost,
            term => Self::Owned(Term(term)),
        }
    }
}

impl Published {
    #[must_use]
    pub(crate) fn new(id: SessionId, owner: AdminId, frames: Arc<Frames>, now: Timestamp) -> Self {
        Self {
            id,
            owner,
            seats: Seats::default(),
            wake_participants: watch::Sender::new(frames.participant.wakes),
            wake_runners: watch::Sender::new(frames.runner.wakes),
            frames: ArcSwap::new(frames),
            publishing: Mutex::new(()),
            used_ms: AtomicU64::new(now.0),
            standing: AtomicU64::new(Standing::Lost.number()),
        }
    }

    /// The latest durable frames.
    pub fn frames(&self) -> Guard<Arc<Frames>> {
        self.frames.load()
    }

    /// Publishes what another node does. `false`: something before it is missing here.
    pub(crate) fn take_in(&self, copy: &Copy) -> bool {
        let Some(frames) = copy.frames(Some(&**self.frames())) else { return false };
        self.seats.follow(copy);
        self.publish(Arc::new(frames));
        true
    }

    /// Nothing goes back: an owner that is none any more may still say something.
    pub(crate) fn publish(&self, frames: Arc<Frames>) {
        let _turn = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        if frames.version() < self.frames().version() {
            return;
        }
        let (participants, runners) = (frames.participant.wakes, frames.runner.wakes);
        self.frames.store(frames);
        wake(&self.wake_participants, participants);
        wake(&self.wake_runners, runners);
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing::of(self.standing.load(Ordering::Relaxed))
    }

    /// Gives what it was before.
    pub(crate) fn stands(&self, standing: Standing) -> Standing {
        Standing::of(self.standing.swap(standing.number(), Ordering::Relaxed))
    }

    /// Whether there is anything that another node does not know.
    #[must_use]
    pub fn has_news_for(&self, known: Known) -> bool {
        let version = self.frames().version();
        version != known.version || !self.seats.departures(known.departures).is_empty()
    }

    /// Tells the version that is worth waking a held poll for.
    #[must_use]
    pub fn wakes(&self, view: View) -> watch::Receiver<Version> {
        match view {
            View::Participant => self.wake_participants.subscribe(),
            View::Runner => self.wake_runners.subscribe(),
        }
    }

    /// Notes that somebody asked for the session.
    pub fn used(&self, at: Timestamp) {
        // Most polls only read this, so that cores do not fight for the line.
        if at.0 > self.used_ms.load(Ordering::Relaxed) + 500 {
            self.used_ms.store(at.0, Ordering::Relaxed);
        }
    }

    #[must_use]
    pub fn last_used(&self) -> Timestamp {
        Timestamp(self.used_ms.load(Ordering::Relaxed))
    }
}

fn wake(sender: &watch::Sender<Version>, version: Version) {
    sender.send_if_modified(|known| {
        let is_newer = *known < version;
        *known = version.max(*known);
        is_newer
    });
}

/// One published state of a session, in both views.
#[derive(Debug, Clone)]
pub struct Frames {
    pub participant: Frame,
    pub runner: Frame,
    pub status: SessionStatus,
    pub participant_count: u32,
    pub me_version: Version,
    pub standings: Arc<Standings>,
    pub activities: Arc<[PublishedActivity]>,
    pub(crate) sections: [Rendered; Section::COUNT],
}

/// What it takes to show somebody their own answer to an activity.
#[derive(Debug, Clone)]
pub struct PublishedActivity {
    pub id: ActivityId,
    pub no: ActivityNo,
    pub round: Round,
    pub config: Config,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Rendered {
    pub(crate) version: Version,
    pub(crate) json: Piece,
}

/// A section, the version at which it last changed, and its JSON.
type VersionedSection = (Section, Version, Piece);

/// One view of a published state.
#[derive(Debug, Clone)]
pub struct Frame {
    pub version: Version,
    /// The last version that a held poll must be woken for.
    pub wakes: Version,
    /// The first version of this owner's epoch: a `since` below it can't be related.
    since_min: Version,
    /// Names view and version, quotes included.
    pub etag: Bytes,
    /// The whole frame.
    pub body: Bytes,
    sections: Arc<[VersionedSection]>,
    /// The whole frame as a gzip stream, once somebody asked for it.
    gzipped: Arc<OnceLock<Bytes>>,
}

impl Frames {
    /// The frames of a session that was just read from the store: everybody counts as there.
    #[must_use]
    pub fn first(session: &Session, version: Version, join_url: &str, at: Timestamp) -> Self {
        let audience = Audience { online: session.people().present(), ..Audience::default() };
        let context = FrameContext { join_url, me_version: version, audience: &audience, at };
        Self::capture(session, &context, Sections::ALL, version, None)
    }

    /// Renders the `dirty` sections at `version` and takes the others over from `before`.
    #[must_use]
    pub fn capture(
        session: &Session,
        context: &FrameContext<'_>,
        dirty: Sections,
        version: Version,
        before: Option<&Self>,
    ) -> Self {
        let mut sections = before.map(|it| it.sections.clone()).unwrap_or_default();
        let dirty = if before.is_some() { dirty } else { Sections::ALL };
        for section in Section::of(View::Participant).iter().chain(Section::of(View::Runner)) {
            if dirty.contains(*section) && sections[section.index()].version < version {
                let json = Piece::new(json(&*session.section(*section, context)));
                sections[section.index()] = Rendered { version, json };
            }
        }
        let frame = |view, before: Option<&Frame>| match before {
            Some(before) if !dirty.intersects(Sections::seen_by(view)) => before.clone(),
            Some(_) | None => Frame::assemble(view, version, &sections),
        };
        let has_new_activities = dirty.contains(Section::Activities);
        let has_new_scores = dirty.contains(Section::MeVersion);
        Self {
            participant: frame(View::Participant, before.map(|it| &it.participant)),
            runner: frame(View::Runner, before.map(|it| &it.runner)),
            status: session.status(),
            participant_count: session.people().present(),
            me_version: context.me_version,
            standings: match before {
                Some(before) if !has_new_scores => before.standings.clone(),
                Some(_) | None => Arc::new(session.standings()),
            },
            activities: match before {
                Some(before) if !has_new_activities => before.activities.clone(),
                Some(_) | None => published_activities(session),
            },
            sections,
        }
    }

    /// The version of the newest of the two views.
    #[must_use]
    pub fn version(&self) -> Version {
        self.participant.version.max(self.runner.version)
    }

    /// The sections that changed after `since`: which, when, and their JSON.
    pub(crate) fn changed_since(&self, since: Version) -> Vec<(u8, u64, Vec<u8>)> {
        let numbered = (0u8..).zip(&self.sections);
        let changed = numbered.filter(|(_, rendered)| since < rendered.version);
        changed.map(|(no, it)| (no, it.version.0, it.json.plain().to_vec())).collect()
    }

    #[must_use]
    pub fn view(&self, view: View) -> &Frame {
        match view {
            View::Participant => &self.participant,
            View::Runner => &self.runner,
        }
    }
}

fn published_activities(session: &Session) -> Arc<[PublishedActivity]> {
    let publish = |activity: &crate::activity::Activity| PublishedActivity {
        id: activity.id,
        no: activity.no,
        round: activity.round,
        config: activity.state.config(),
    };
    session.activities().iter().map(publish).collect()
}

impl Frame {
    pub(crate) fn assemble(
        view: View,
        version: Version,
        rendered: &[Rendered; Section::COUNT],
    ) -> Self {
        let sections: Arc<[_]> = Section::of(view)
            .iter()
            .map(|section| {
                let Rendered { version, json } = &rendered[section.index()];
                (*section, *version, json.clone())
            })
            .collect();
        let waking = sections.iter().filter(|(section, ..)| *section != Section::Participants);
        let wakes = waking.map(|(_, version, _)| *version).max().unwrap_or(version);
        let mut body = vec![];
        write_sections(&mut body, &head(version), sections.iter());
        Self {
            version,
            wakes,
            since_min: Version::first_of(version.epoch()),
            etag: format!("\"{}-{}\"", view.initial(), version.0).into(),
            body: body.into(),
            sections,
            gzipped: Arc::default(),
        }
    }

    /// Whether a frame at `since` can be told apart from this one by its sections.
    #[must_use]
    pub fn relates_to(&self, since: Version) -> bool {
        (self.since_min..=self.version).contains(&since)
    }

    /// The sections that changed after `since`; the whole frame if it can't be related.
    #[must_use]
    pub fn since(&self, since: Version) -> Bytes {
        if !self.relates_to(since) {
            return self.body.clone();
        }
        let len: usize = self.changed(since).map(|(_, _, json)| json.plain().len()).sum();
        let mut delta = Vec::with_capacity(len + HEADS);
        write_sections(&mut delta, &self.delta_head(since), self.changed(since));
        delta.into()
    }

    /// The same as [`Frame::since`], or as the whole frame, as a gzip stream.
    #[must_use]
    pub fn gzipped(&self, since: Option<Version>) -> Bytes {
        match since.filter(|since| self.relates_to(*since)) {
            Some(since) => gzip(&self.delta_head(since), self.changed(since)),
            None => {
                let whole = || gzip(&head(self.version), self.sections.iter());
                self.gzipped.get_or_init(whole).clone()
            }
        }
    }

    fn delta_head(&self, since: Version) -> String {
        format!("{},\"since\":{}", head(self.version), since.0)
    }

    fn changed(&self, since: Version) -> impl Iterator<Item = &VersionedSection> {
        self.sections.iter().filter(move |(_, changed, _)| since < *changed)
    }
}

/// Room for a body's own fields and the names of all sections.
const HEADS: usize = 256;

fn gzip<'a>(head: &str, sections: impl Iterator<Item = &'a VersionedSection>) -> Bytes {
    let mut gzip = Gzip::default();
    write_sections(&mut gzip, head, sections);
    gzip.end()
}

fn head(version: Version) -> String {
    format!("{{\"version\":{}", version.0)
}

/// Where a body is written to.
trait Body {
    fn text(&mut self, text: &[u8]);
    fn piece(&mut self, piece: &Piece);
}

impl Body for Vec<u8> {
    fn text(&mut self, text: &[u8]) {
        self.extend_from_slice(text);
    }

    fn piece(&mut self, piece: &Piece) {
        self.extend_from_slice(piece.plain());
    }
}

impl Body for Gzip {
    fn text(&mut self, text: &[u8]) {
        self.text(text);
    }

    fn piece(&mut self, piece: &Piece) {
        self.piece(piece);
    }
}

fn write_sections<'a>(
    body: &mut impl Body,
    head: &str,
    sections: impl Iterator<Item = &'a VersionedSection>,
) {
    body.text(head.as_bytes());
    for (section, _, json) in sections {
        body.text(b",\"");
        body.text(section.name().as_bytes());
        body.text(b"\":");
        body.piece(json);
    }
    body.text(b"}");
}

fn json(value: &dyn erased_serde::Serialize) -> Bytes {
    serde_json::to_vec(value).expect("frames have string keys and no failing serializer").into()
}
