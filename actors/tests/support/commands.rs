//! Commands as tests write them by hand.

use caja_actors::{
    activity::{
        Answer, Control, Step,
        poker::{PokerAnswer, PokerControl},
        poll::{PollAnswer, PollControl},
    },
    session::{ActivityId, ClientId, Command, ParticipantId, Round, Who},
};
use uuid::Uuid;

use super::{
    configs::{ITEMS, config},
    resolve::nickname,
};

/// The activity that the `n`-th of these tests' `add` made.
pub(crate) fn activity(n: u8) -> ActivityId {
    ActivityId(Uuid::from_u128(0xAC00 + u128::from(n)))
}

/// Adds an activity with the `sort`-th configuration.
pub(crate) fn add(n: u8, sort: u8) -> Command {
    let config = config(sort, ITEMS);
    Command::AddActivity { id: activity(n), title: format!("Activity {n}"), config }
}

pub(crate) fn step(n: u8, step: Step) -> Command {
    Command::TakeStep { activity: activity(n), step }
}

/// Every second name looks like the one before.
pub(crate) fn join(n: u8) -> Command {
    Command::Join {
        id: ParticipantId(Uuid::from_u128(0xBB00 + u128::from(n))),
        nickname: nickname(2 * n),
        client: Some(ClientId(Uuid::from_u128(0xCC00 + u128::from(n)))),
        spectator: false,
    }
}

pub(crate) fn watch(n: u8) -> Command {
    match join(n) {
        Command::Join { id, nickname, client, .. } => {
            Command::Join { id, nickname, client, spectator: true }
        }
        other => other,
    }
}

pub(crate) fn choose(who: Who, n: u8, option: &str) -> Command {
    let choices = Some(vec![option.to_owned()]);
    let answer = Answer::Poll(PollAnswer { choices, ..PollAnswer::default() });
    Command::Answer { who, activity: activity(n), answer }
}

pub(crate) fn rank(who: Who, n: u8, options: &[&str]) -> Command {
    let ranking = Some(options.iter().map(|id| (*id).to_owned()).collect());
    let answer = Answer::Poll(PollAnswer { ranking, ..PollAnswer::default() });
    Command::Answer { who, activity: activity(n), answer }
}

pub(crate) fn play(who: Who, n: u8, card: &str) -> Command {
    let answer = Answer::Poker(PokerAnswer { card: card.into(), round: None });
    Command::Answer { who, activity: activity(n), answer }
}

pub(crate) fn poll_control(n: u8, action: &str) -> Command {
    let control = Control::Poll(PollControl { action: action.into(), round: None });
    Command::Control { activity: activity(n), control, pacing_ms: 0 }
}

pub(crate) fn poker_control(n: u8, action: &str, round: Option<Round>) -> Command {
    let control = Control::Poker(PokerControl { action: action.into(), estimate: None, round });
    Command::Control { activity: activity(n), control, pacing_ms: 0 }
}

/// An event of `len` bytes and a few.
pub(crate) fn announce(len: usize, mark: char) -> Command {
    Command::Announce { text: Some(String::from(mark).repeat(len)) }
}
