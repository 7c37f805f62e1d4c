//! A session on which a script is played, without actor or journal.

use caja_actors::{
    activity::{Audience, View, Wire},
    codec::{RowBuilder, decode_events},
    session::{
        AdminId, Command, Decision, Entry, Event, FrameContext, Profanity, Rejection, Reply, Seat,
        Section, Session, SessionId, Settings, Timestamp, Version,
    },
};
use serde_json::Value;
use uuid::Uuid;

use super::{acts::Act, resolve::Cast};

/// When every script begins.
pub(crate) const BEGINNING: Timestamp = Timestamp(1_800_000_000_000);
pub(crate) const SESSION: SessionId = SessionId(Uuid::from_u128(0x5E55));

/// The first event of every session.
pub(crate) fn created() -> Entry {
    let event = Event::Created {
        id: SESSION,
        owner: AdminId(Uuid::from_u128(0xAD)),
        code: "123456".into(),
        name: "Retro".into(),
        description: None,
        settings: Settings { profanity: Profanity::Review, ..Settings::default() },
    };
    Entry { at: BEGINNING, event }
}

/// A command that was granted.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    pub(crate) command: Command,
    pub(crate) at: Timestamp,
    pub(crate) reply: Reply,
    /// Whether it changed anything.
    pub(crate) happened: bool,
    /// The text that was judged, as moderators read it before.
    pub(crate) judged: Option<String>,
}

pub(crate) struct Stage {
    pub(crate) session: Session,
    /// Everything that happened, the creation first.
    pub(crate) entries: Vec<Entry>,
    pub(crate) cast: Cast,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let first = created();
        let session = Session::create(&first).expect("it is a creation");
        Self { session, entries: vec![first], cast: Cast::new(BEGINNING) }
    }

    pub(crate) fn after(acts: &[Act]) -> Self {
        let mut stage = Self::new();
        for act in acts {
            // Scripts contain what is refused.
            let _ = stage.play(act);
        }
        stage
    }

    /// Plays an act. `None`: nothing was asked of the session.
    pub(crate) fn play(&mut self, act: &Act) -> Option<Result<Granted, Rejection>> {
        let (command, at) = self.cast.command(&self.session, act)?;
        let judged = match &command {
            Command::Moderate { item, .. } => self.session.item(*item).map(|item| item.text),
            _ => None,
        };
        let decision = self.perform(&command, at);
        if let Ok(Decision { reply, .. }) = &decision {
            self.cast.heard(reply);
        }
        Some(decision.map(|Decision { event, reply }| Granted {
            command,
            at,
            reply,
            happened: event.is_some(),
            judged,
        }))
    }

    pub(crate) fn perform(
        &mut self,
        command: &Command,
        at: Timestamp,
    ) -> Result<Decision, Rejection> {
        let decision = self.session.decide(command, at)?;
        if let Some(event) = &decision.event {
            let entry = Entry { at: at.max(self.session.last_at()), event: event.clone() };
            self.session.apply(&entry);
            self.entries.push(entry);
        }
        Ok(decision)
    }

    /// What happened, as it comes back from rows of so many events each.
    pub(crate) fn stored_entries(&self, events_per_row: usize) -> Vec<Entry> {
        let rows = self.entries.chunks(events_per_row.max(1)).map(|entries| {
            let mut row = RowBuilder::default();
            entries.iter().for_each(|entry| row.push(entry));
            row.cut()
        });
        rows.flat_map(|(count, row)| {
            let entries = decode_events(&row).expect("it was just encoded");
            assert_eq!(entries.len(), count as usize);
            entries
        })
        .collect()
    }

    /// Everybody who is present and sits on a seat with this property is online.
    pub(crate) fn audience(&self, is_there: impl Fn(Seat) -> bool) -> Audience {
        audience(&self.session, is_there)
    }

    pub(crate) fn show(&self, section: Section, audience: &Audience) -> Value {
        show(&self.session, section, audience, self.cast.now)
    }
}

pub(crate) fn audience(session: &Session, is_there: impl Fn(Seat) -> bool) -> Audience {
    let running = session.current().filter(|activity| activity.is_active());
    let mut audience = Audience::default();
    for (seat, person) in (0..).map(Seat).zip(session.people().seats()) {
        let is_online = person.is_present() && is_there(seat);
        let is_awaited = is_online
            && !person.spectator
            && running.is_some_and(|activity| !activity.state.has_answered(seat));
        audience.is_online.push(is_online);
        audience.online += u32::from(is_online);
        audience.awaited += u32::from(is_awaited);
    }
    audience
}

pub(crate) fn show(
    session: &Session,
    section: Section,
    audience: &Audience,
    at: Timestamp,
) -> Value {
    let context = FrameContext {
        join_url: "https://a.example/j/123456",
        me_version: Version(1),
        audience,
        at,
    };
    to_value(&session.section(section, &context))
}

pub(crate) fn to_value(wire: &Wire<'_>) -> Value {
    serde_json::to_value(wire).expect("it can be written as JSON")
}

pub(crate) fn results_of(view: View) -> Section {
    match view {
        View::Participant => Section::Results,
        View::Runner => Section::RunnerResults,
    }
}
