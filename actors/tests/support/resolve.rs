//! From acts to commands: who and what the small numbers of a script mean.

use caja_actors::{
    activity::{
        Activity, Answer, Config, Control,
        poker::{PokerAnswer, PokerConfig, PokerControl},
        poll::{PollAnswer, PollConfig, PollControl, PollKind},
        quiz::{QuestionKind, QuizAnswer, QuizConfig, QuizControl},
        wordcloud::{WordCloudAnswer, WordCloudConfig, WordCloudControl},
    },
    session::{
        ActivityId, ClientId, Command, EditSettings, ItemId, ItemKind, Nickname, ParticipantId,
        Profanity, QrSize, Reply, Round, Screen, Seat, Session, Timestamp, Wanted, Who,
    },
};
use uuid::Uuid;

use super::{
    acts::{Act, Aim, Target},
    configs::{self, ITEMS, PROFANE, WORDS},
    stage::to_value,
};

/// Who was there so far, and what time it is.
pub(crate) struct Cast {
    pub(crate) now: Timestamp,
    /// Everybody who ever joined, also those who are gone: their tokens may still be tried.
    pub(crate) people: Vec<Who>,
    next_id: u128,
}

impl Cast {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now, people: vec![], next_id: 0xA000 }
    }

    /// The command that an act is, and when it arrived.
    pub(crate) fn command(&mut self, session: &Session, act: &Act) -> Option<(Command, Timestamp)> {
        let command = match act {
            Act::Wait { ms } => {
                self.now = self.now.plus_ms(*ms);
                return None;
            }
            Act::Answer { person, activity, pick, round, waited_ms } => {
                let at = Timestamp(self.now.0 - waited_ms);
                return Some((self.answer(session, *person, *activity, *pick, *round)?, at));
            }
            Act::Withdraw { person, activity, round } => Command::Withdraw {
                who: self.who(*person)?,
                activity: id_of(session, *activity),
                round: round_of(session, *activity, *round),
            },
            Act::Control { activity, pick, round } => Command::Control {
                activity: id_of(session, *activity),
                control: self.control(session, *activity, *pick, *round)?,
                pacing_ms: 2_000,
            },
            Act::Join { .. }
            | Act::Rename { .. }
            | Act::Spectate { .. }
            | Act::Leave { .. }
            | Act::Remove { .. } => self.person(act)?,
            Act::Moderate { pick, verdict, remove_author } => Command::Moderate {
                item: some_item(session, *pick),
                verdict: *verdict,
                remove_author: *remove_author,
            },
            Act::EditSession { .. }
            | Act::Open
            | Act::Complete
            | Act::Announce { .. }
            | Act::SetScreen { .. }
            | Act::Add { .. }
            | Act::Edit { .. }
            | Act::Append { .. }
            | Act::Delete { .. }
            | Act::Order { .. }
            | Act::Step { .. }
            | Act::Elapse
            | Act::AllAnswered
            | Act::Observe { .. } => self.direction(session, act)?,
        };
        Some((command, self.now))
    }

    /// Notes who got a seat.
    pub(crate) fn heard(&mut self, reply: &Reply) {
        if let Reply::Joined { seat, id, is_new: true, .. } = reply {
            self.people.push(Who { seat: *seat, id: *id });
        }
    }

    pub(crate) fn who(&self, person: u8) -> Option<Who> {
        // One more than there are: somebody whom the session does not know.
        match usize::from(person) % (self.people.len() + 1) {
            at if at < self.people.len() => Some(self.people[at]),
            _ if person.is_multiple_of(3) => {
                Some(Who { seat: Seat(700), id: ParticipantId(Uuid::from_u128(7)) })
            }
            _ => self.people.last().copied(),
        }
    }

    fn fresh(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    fn person(&mut self, act: &Act) -> Option<Command> {
        Some(match act {
            Act::Join { name, device, spectator } => Command::Join {
                id: ParticipantId(self.fresh()),
                nickname: nickname(*name),
                client: device.map(|n| ClientId(Uuid::from_u128(0xC000 + u128::from(n)))),
                spectator: *spectator,
            },
            Act::Rename { person, name } => Command::EditParticipant {
                id: self.who(*person)?.id,
                nickname: Some(nickname(*name)),
                spectator: None,
                by_moderator: name.is_multiple_of(3),
            },
            Act::Spectate { person, spectator } => Command::EditParticipant {
                id: self.who(*person)?.id,
                nickname: None,
                spectator: Some(*spectator),
                by_moderator: *spectator,
            },
            Act::Leave { person } => Command::Leave { id: self.who(*person)?.id },
            Act::Remove { person, ban, erase } => {
                Command::Remove { id: self.who(*person)?.id, ban: *ban, erase: *erase }
            }
            _ => return None,
        })
    }

    fn direction(&mut self, session: &Session, act: &Act) -> Option<Command> {
        Some(match act {
            Act::EditSession { show_names, late_join, is_small, is_stale, reviews } => {
                let max_participants = if *is_small { 6 } else { 5_000 };
                let profanity = if *reviews { Profanity::Review } else { Profanity::Off };
                let settings = EditSettings {
                    show_names: Some(*show_names),
                    late_join: Some(*late_join),
                    max_participants: Some(max_participants),
                    profanity: Some(profanity),
                    locale: None,
                };
                let edit = Command::Edit {
                    name: Some(format!("Retro {show_names}")),
                    description: Some(is_small.then(|| "Small".to_owned())),
                    settings: Some(settings),
                };
                let revision = session.header().revision + u64::from(*is_stale);
                Command::AtRevision(revision, Box::new(edit))
            }
            Act::Open => Command::Open,
            Act::Complete => Command::Complete,
            Act::Announce { text } => {
                Command::Announce { text: text.map(|n| format!("Announcement {n}")) }
            }
            Act::SetScreen { results } => Command::SetScreen {
                screen: Screen { qr: QrSize::Full, results: *results, leaderboard: false },
            },
            Act::Add { config } => Command::AddActivity {
                id: ActivityId(self.fresh()),
                title: format!("Activity of sort {config}"),
                config: configs::config(*config, ITEMS),
            },
            Act::Edit { activity, config } => Command::EditActivity {
                id: id_of(session, *activity),
                title: Some("Another title".into()),
                config: config.map(|n| configs::config(n, ITEMS)),
            },
            Act::Append { activity } => Command::EditActivity {
                id: id_of(session, *activity),
                title: None,
                config: Some(longer(&find(session, *activity)?.state.config())),
            },
            Act::Delete { activity } => Command::DeleteActivity { id: id_of(session, *activity) },
            Act::Order { by, is_wrong } => {
                let mut ids: Vec<_> = session.activities().iter().map(|it| it.id).collect();
                let by = usize::from(*by) % ids.len().max(1);
                ids.rotate_left(by);
                ids.extend(is_wrong.then(|| ActivityId(Uuid::from_u128(1))));
                Command::OrderActivities { ids }
            }
            Act::Step { activity, step } => {
                Command::TakeStep { activity: id_of(session, *activity), step: *step }
            }
            Act::Elapse => Command::Elapse,
            Act::AllAnswered => Command::AllAnswered,
            Act::Observe { online } => Command::Observe { online: (*online).into() },
            _ => return None,
        })
    }

    fn answer(
        &self,
        session: &Session,
        person: u8,
        target: Target,
        pick: u32,
        round: Aim,
    ) -> Option<Command> {
        let activity = find(session, target)?;
        let round = round_of(session, target, round);
        let who = self.who(person)?;
        let answer = match activity.state.config() {
            Config::Poll(config) => {
                Answer::Poll(PollAnswer { round, ..poll_answer(&config, who, pick) })
            }
            Config::Poker(config) => {
                Answer::Poker(PokerAnswer { card: card(&config, pick), round })
            }
            Config::Quiz(config) => {
                Answer::Quiz(QuizAnswer { round, ..quiz_answer(activity, &config, who, pick) })
            }
            Config::WordCloud(config) => {
                Answer::WordCloud(WordCloudAnswer { words: some_words(&config, pick), round })
            }
        };
        Some(Command::Answer { who, activity: activity.id, answer })
    }

    fn control(&self, session: &Session, target: Target, pick: u32, round: Aim) -> Option<Control> {
        let activity = find(session, target)?;
        let round = round_of(session, target, round);
        let board = match pick % 16 {
            0..5 => "reveal",
            5..9 => "hide",
            9..13 => "unlock",
            13 => "lock",
            14 => "reset",
            _ => "explode",
        };
        let board = board.to_owned();
        let word = |by: u32| Some(WORDS[(pick / by) as usize % WORDS.len()].to_owned());
        Some(match activity.state.config() {
            Config::Poll(_) => Control::Poll(PollControl { action: board, round }),
            Config::Poker(config) => {
                let actions = ["reveal", "revote", "accept", "accept", "next", "previous", "fold"];
                let action = actions[pick as usize % actions.len()].to_owned();
                let estimate = (action == "accept").then(|| card(&config, pick / 8));
                Control::Poker(PokerControl { action, estimate, round })
            }
            Config::Quiz(_) => {
                // Mostly what comes next, so that scripts reach the later questions.
                let running = activity.state.running();
                let is_asked = running.current().is_some() && !running.is_revealed();
                let next = if is_asked { "reveal" } else { "next" };
                let actions = [next, next, next, next, "next", "judge", "leaderboard", "redo"];
                let action = actions[pick as usize % actions.len()].to_owned();
                let judged = (action == "judge").then_some(pick / 8);
                Control::Quiz(QuizControl {
                    action,
                    participant_id: judged.and_then(|n| Some(self.who(n as u8)?.id)),
                    correct: judged.map(|n| n % 2 == 0),
                    round,
                })
            }
            Config::WordCloud(_) => {
                let blank = || WordCloudControl {
                    action: String::new(),
                    word: None,
                    from: None,
                    into: None,
                    round,
                };
                let action = |name: &str| WordCloudControl { action: name.into(), ..blank() };
                Control::WordCloud(match pick / 16 % 6 {
                    0 => WordCloudControl { word: word(96), ..action("hide_word") },
                    1 => WordCloudControl { word: word(96), ..action("show_word") },
                    2 | 3 => {
                        WordCloudControl { from: word(96), into: word(960), ..action("merge") }
                    }
                    4 => WordCloudControl { word: word(96), ..action("unmerge") },
                    _ => WordCloudControl { action: board, ..blank() },
                })
            }
        })
    }
}

fn find(session: &Session, target: Target) -> Option<&Activity> {
    let activities = session.activities();
    match target {
        Target::Current => session.current(),
        Target::Nth(n) => activities.get(usize::from(n) % activities.len().max(1)),
        Target::Unknown => None,
    }
}

fn id_of(session: &Session, target: Target) -> ActivityId {
    find(session, target).map_or(ActivityId(Uuid::from_u128(404)), |activity| activity.id)
}

fn round_of(session: &Session, target: Target, aim: Aim) -> Option<Round> {
    let present = find(session, target)?.round.0;
    match aim {
        Aim::Unsaid => None,
        Aim::Present => Some(Round(present)),
        Aim::Before => Some(Round(present - 1)),
        Aim::After => Some(Round(present + 1)),
    }
}

/// A configuration with one more story or question; the same where there are none.
fn longer(config: &Config) -> Config {
    match config {
        Config::Poker(old) if !old.stories.is_empty() => {
            let mut new = PokerConfig::clone(old);
            let story = configs::story(new.stories.len());
            new.stories.push(serde_json::from_value(story).expect("it is a story"));
            Config::Poker(new.into())
        }
        Config::Quiz(old) => {
            let mut body = serde_json::to_value(&**old).expect("it can be written");
            let questions = body["questions"].as_array_mut().expect("it is a list");
            questions.push(configs::question(questions.len()));
            configs::read(caja_actors::activity::Kind::Quiz, body)
        }
        Config::Poll(_) | Config::Poker(_) | Config::WordCloud(_) => config.clone(),
    }
}

/// Nicknames of which two look alike where `n` differs by one.
pub(crate) fn nickname(n: u8) -> Nickname {
    let name = match n {
        12.. => format!("{PROFANE}person {}", n / 2),
        _ => format!("Person {}", n / 2),
    };
    Nickname::parse(&if n.is_multiple_of(2) {
        name
    } else {
        name.replace('o', "о").to_uppercase() + "*"
    })
    .expect("it is a nickname")
}

fn poll_answer(config: &PollConfig, who: Who, pick: u32) -> PollAnswer {
    let ids: Vec<&str> = config.options.iter().map(|option| &*option.id).collect();
    let is_wrong = pick.is_multiple_of(17);
    let rotated = |len: usize| {
        let from = pick as usize / 8;
        (0..len).map(|n| ids[(from + n * 3) % ids.len()].to_owned()).collect::<Vec<_>>()
    };
    let blank = PollAnswer::default();
    match config.kind {
        _ if is_wrong && pick.is_multiple_of(2) => blank,
        PollKind::Choice if is_wrong => {
            PollAnswer { choices: Some(vec!["nonsense".into()]), ..blank }
        }
        PollKind::Choice => {
            let most = usize::from(config.max_choices);
            PollAnswer { choices: Some(rotated(1 + pick as usize % most)), ..blank }
        }
        PollKind::Rating => {
            let values = if is_wrong { 100 } else { 6 };
            PollAnswer { rating: Some((pick / 8 % values) as i32 - 2), ..blank }
        }
        PollKind::Ranking => {
            PollAnswer { ranking: Some(rotated(1 + pick as usize % ids.len())), ..blank }
        }
        PollKind::Text => {
            let end = if pick.is_multiple_of(4) { PROFANE } else { "" };
            let text = format!("TEXT-{}-{}. {end}", who.seat.0, pick % 5);
            PollAnswer { text: Some(text.trim_end().into()), ..blank }
        }
    }
}

fn card(config: &PokerConfig, pick: u32) -> String {
    let deck = serde_json::to_value(&config.deck).expect("it can be written");
    let named = match deck.as_str() {
        Some("fibonacci") => vec!["0", "1", "2", "3", "5", "8"],
        Some("modified_fibonacci") => vec!["0", "½", "1", "2", "100"],
        Some(_) => vec!["XXS", "M", "L", "XXL"],
        None => configs::CARDS.to_vec(),
    };
    let cards: Vec<&str> = named.into_iter().chain(["?", "☕", "Joker"]).collect();
    cards[pick as usize % cards.len()].to_owned()
}

fn quiz_answer(activity: &Activity, config: &QuizConfig, who: Who, pick: u32) -> QuizAnswer {
    let asked = activity.state.running().current().map(|current| to_value(&current));
    let asked = asked.and_then(|current| Some(current["index"].as_u64()? as usize));
    let index = if pick.is_multiple_of(13) { 0 } else { asked.unwrap_or_default() };
    let question = &config.questions[index];
    let blank = QuizAnswer { question: question.id.clone(), ..QuizAnswer::default() };
    match question.kind {
        QuestionKind::Choice => {
            let ids = question.options.iter().zip(0..).filter(|(_, bit)| pick & 1 << bit != 0);
            let mut ids: Vec<String> = ids.map(|(option, _)| option.id.clone()).collect();
            if pick.is_multiple_of(3) {
                ids = vec!["b".into(), "d".into()];
            }
            QuizAnswer { choices: Some(ids), ..blank }
        }
        QuestionKind::TrueFalse => {
            QuizAnswer { choices: Some(vec![pick.is_multiple_of(2).to_string()]), ..blank }
        }
        QuestionKind::Numeric if pick.is_multiple_of(3) => {
            QuizAnswer { value: Some(987_654.25), ..blank }
        }
        QuestionKind::Numeric => QuizAnswer { value: Some(GUESS - f64::from(who.seat.0)), ..blank },
        QuestionKind::Buzzer => QuizAnswer { buzz: Some(true), ..blank },
    }
}

/// Marked by its sign: a time may have any digits.
const GUESS: f64 = -5_550_000.0;

/// One of the texts of the session, or one that it does not have.
fn some_item(session: &Session, pick: u16) -> ItemId {
    let items: Vec<_> = session.items(Wanted::default()).map(|item| item.id).collect();
    let unknown = ItemId { kind: ItemKind::Text, place: u32::from(pick), number: 7_777 };
    items.get(usize::from(pick) % (items.len() + 1)).copied().unwrap_or(unknown)
}

fn some_words(config: &WordCloudConfig, pick: u32) -> Vec<String> {
    let most = u32::from(config.max_words) + u32::from(pick.is_multiple_of(19));
    (0..1 + pick % most)
        .map(|n| WORDS[(pick / 8 + n * 3) as usize % WORDS.len()].to_owned())
        .collect()
}
