//! The door for the fuzz targets in `tests/fuzz`: what they need and nothing else may use.

use caja_actors::{
    activity::Kind,
    session::{ItemId, Screen},
};
use serde::de::DeserializeOwned;

use crate::http::{
    activities::{ActivityOrder, CreateActivity, EditActivity},
    body::{Nothing, parse},
    login::LogIn,
    moderation::Decide,
    people::{self, EditParticipant, Join},
    problem::Problem,
    sessions::{self, Announcement, CreateSession, EditSession},
};

type Read = fn(&[u8]) -> Result<(), Problem>;

/// Reads the body of each operation that has one, by the operation's id.
pub const BODIES: &[(&str, Read)] = &[
    ("sessions_create", read::<CreateSession>),
    ("sessions_edit", read::<EditSession>),
    ("sessions_announce", read::<Announcement>),
    ("sessions_set_screen", read::<Screen>),
    ("activities_create", read::<CreateActivity>),
    ("activities_edit", read::<EditActivity>),
    ("activities_reorder", read::<ActivityOrder>),
    ("activities_control", read_controls),
    ("answers_put", read_answers),
    ("people_join", read::<Join>),
    ("people_edit", read::<EditParticipant>),
    ("people_edit_me", read::<EditParticipant>),
    ("moderation_decide", read::<Decide>),
    ("login_create", read::<LogIn>),
    ("sessions_open", read::<Nothing>),
    ("sessions_complete", read::<Nothing>),
    ("sessions_duplicate", read::<Nothing>),
    ("activities_publish", read::<Nothing>),
    ("activities_unpublish", read::<Nothing>),
    ("activities_activate", read::<Nothing>),
    ("activities_expire", read::<Nothing>),
    ("activities_reopen", read::<Nothing>),
    ("runner_tokens_create", read::<Nothing>),
];

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<(), Problem> {
    parse(body, |json| T::deserialize(json)).map(drop)
}

fn read_answers(body: &[u8]) -> Result<(), Problem> {
    Kind::ALL.iter().try_for_each(|kind| parse(body, |json| kind.answer(json)).map(drop))
}

fn read_controls(body: &[u8]) -> Result<(), Problem> {
    Kind::ALL.iter().try_for_each(|kind| parse(body, |json| kind.control(json)).map(drop))
}

/// Each list's reader of cursors, which gives the cursor that the list would write.
pub const CURSORS: &[fn(&str) -> Option<String>] = &[
    |text| sessions::read_cursor(text).ok().map(|(at, id)| sessions::cursor_of(at, id)),
    |text| people::read_cursor(text).ok().map(people::cursor_of),
    |text| text.parse::<ItemId>().ok().map(|id| id.to_string()),
];
