//! A session that is used: each line of the input is something that somebody asks of it. Whatever
//! they ask, it can be shown, stored, read back and replayed.

use caja::http::body::parse;
use caja_actors::{
    activity::{Kind, Step},
    codec::{RowBuilder, decode_events, decode_snapshot, encode_snapshot},
    publish::Frames,
    session::{
        ActivityId, AdminId, Command, Entry, Epoch, Event, ItemId, Nickname, ParticipantId,
        Profanity, Reply, Session, SessionId, Settings, Timestamp, Verdict, Version, Who,
    },
};
use uuid::Uuid;

const BEGINNING: Timestamp = Timestamp(1_800_000_000_000);
/// Bounds the time of one run.
const LINES_MAX: usize = 60;
const STEPS: [Step; 5] =
    [Step::Publish, Step::Unpublish, Step::Activate, Step::Expire, Step::Reopen];

pub(crate) fn property(data: &[u8]) {
    let mut play = Play::new();
    for line in data.split(|byte| *byte == b'\n').take(LINES_MAX) {
        play.act(line);
    }
    play.check();
}

struct Play {
    session: Session,
    entries: Vec<Entry>,
    people: Vec<Who>,
    activities: Vec<(ActivityId, Kind)>,
    now: Timestamp,
}

impl Play {
    fn new() -> Self {
        let event = Event::Created {
            id: SessionId(Uuid::from_u128(1)),
            owner: AdminId(Uuid::from_u128(2)),
            code: "123456".into(),
            name: "Script".into(),
            description: None,
            settings: Settings { profanity: Profanity::Review, ..Settings::default() },
        };
        let first = Entry { at: BEGINNING, event };
        let session = Session::create(&first).expect("it is a creation");
        let (people, activities) = (vec![], vec![]);
        let mut play = Self { session, entries: vec![first], people, activities, now: BEGINNING };
        play.ask(&Command::Open);
        play
    }

    /// A letter for what is asked, up to two digits for whom, and the body.
    fn act(&mut self, line: &[u8]) {
        let [what, first, second, body @ ..] = line else { return };
        let digit = |byte: u8| usize::from(byte.saturating_sub(b'0'));
        let (first, second) = (digit(*first), digit(*second));
        if let Some(command) = self.command(*what, first, second, body) {
            self.ask(&command);
        }
        let _ = self.shown();
    }

    fn command(&mut self, what: u8, first: usize, second: usize, body: &[u8]) -> Option<Command> {
        let text = || std::str::from_utf8(body).ok();
        Some(match what {
            b'a' => {
                let kind = Kind::ALL[first % Kind::ALL.len()];
                let config = parse(body, |json| kind.config(json)).ok()?.ok()?;
                let id = ActivityId(Uuid::from_u128(0xA0 + self.entries.len() as u128));
                self.activities.push((id, kind));
                Command::AddActivity { id, title: kind.name().into(), config }
            }
            b's' => Command::TakeStep {
                activity: self.activity(first)?.0,
                step: STEPS[second % STEPS.len()],
            },
            b'c' => {
                let (activity, kind) = self.activity(first)?;
                let control = parse(body, |json| kind.control(json)).ok()?;
                Command::Control { activity, control, pacing_ms: 2_000 }
            }
            b'e' => {
                let (id, kind) = self.activity(first)?;
                let config = parse(body, |json| kind.config(json)).ok()?.ok()?;
                Command::EditActivity { id, title: None, config: Some(config) }
            }
            b'd' => Command::DeleteActivity { id: self.activity(first)?.0 },
            b'j' => Command::Join {
                id: ParticipantId(Uuid::from_u128(0xB0 + self.entries.len() as u128)),
                nickname: Nickname::parse(text()?).ok()?,
                client: None,
                spectator: first == 1,
            },
            b'n' => Command::EditParticipant {
                id: self.person(first)?.id,
                nickname: Some(Nickname::parse(text()?).ok()?),
                spectator: (second < 2).then_some(second == 1),
                by_moderator: false,
            },
            b'l' => Command::Leave { id: self.person(first)?.id },
            b'k' => Command::Remove {
                id: self.person(first)?.id,
                ban: second % 2 == 1,
                erase: second > 1,
            },
            b'r' => {
                let (activity, kind) = self.activity(second)?;
                let answer = parse(body, |json| kind.answer(json)).ok()?;
                Command::Answer { who: self.person(first)?, activity, answer }
            }
            b'w' => Command::Withdraw {
                who: self.person(first)?,
                activity: self.activity(second)?.0,
                round: None,
            },
            b'm' => Command::Moderate {
                item: text()?.parse::<ItemId>().ok()?,
                verdict: if first == 1 { Verdict::Approve } else { Verdict::Hide },
                remove_author: second == 1,
            },
            b't' => {
                let ms: u64 = text()?.parse().ok()?;
                self.now = self.now.plus_ms(ms.min(86_400_000));
                Command::Elapse
            }
            b'v' => Command::AllAnswered,
            b'x' => Command::Complete,
            _ => return None,
        })
    }

    fn activity(&self, index: usize) -> Option<(ActivityId, Kind)> {
        self.activities.get(index).copied()
    }

    fn person(&self, index: usize) -> Option<Who> {
        self.people.get(index).copied()
    }

    /// What is refused changes nothing.
    fn ask(&mut self, command: &Command) {
        let Ok(decision) = self.session.decide(command, self.now) else { return };
        if let Some(event) = decision.event {
            let entry = Entry { at: self.now.max(self.session.last_at()), event };
            self.session.apply(&entry);
            self.entries.push(entry);
        }
        if let Reply::Joined { seat, id, .. } = decision.reply {
            self.people.push(Who { seat, id });
        }
    }

    fn shown(&self) -> Frames {
        let version = Version::first_of(Epoch(1));
        Frames::first(&self.session, version, "http://caja.example/j/123456", self.now)
    }

    fn check(&self) {
        let stored = encode_snapshot(&self.session);
        let read = decode_snapshot(&stored).expect("what was written can be read");
        assert_eq!(read, self.session);
        let mut row = RowBuilder::default();
        self.entries.iter().for_each(|entry| row.push(entry));
        let entries = decode_events(&row.cut().1).expect("what was written can be read");
        assert_eq!(entries, self.entries);
        let mut replayed = Session::create(&entries[0]).expect("it is a creation");
        for entry in &entries[1..] {
            replayed.apply(entry);
        }
        assert_eq!(encode_snapshot(&replayed), stored);
    }
}
