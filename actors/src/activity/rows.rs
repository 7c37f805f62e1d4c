//! Answers as reports and exports have them: one row for each.

use super::rules::Wire;
use crate::session::{Round, Seat, Timestamp};

/// One answer that may leave: what it answers was revealed, or never was a secret.
pub struct AnswerRow<'a> {
    /// The question or story, where there is one.
    pub item: Option<AskedItem<'a>>,
    /// The round it was given in.
    pub round: Round,
    pub seat: Seat,
    /// `None` where nobody may read what was written; that somebody answered still counts.
    pub answer: Option<GivenText<'a>>,
    pub correct: Option<bool>,
    pub points: Option<u32>,
    pub answered_at: Timestamp,
    /// From the opening of what was asked to the answer's arrival, where it is known.
    pub response_ms: Option<u64>,
}

/// What an answer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedItem<'a> {
    /// Its place in the activity, from 0.
    pub place: u16,
    /// Where the activity has several.
    pub id: Option<&'a str>,
    pub title: &'a str,
}

impl<'a> AskedItem<'a> {
    /// The one question of an activity, unless it was left out.
    pub(super) fn only(title: &'a str) -> Option<Self> {
        (!title.is_empty()).then_some(Self { place: 0, id: None, title })
    }
}

/// An answer for programs and for people.
pub struct GivenText<'a> {
    /// As its author sent it.
    pub body: Wire<'a>,
    pub plain: Plain<'a>,
}

/// An answer as people read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain<'a> {
    Number(f64),
    /// Labels, words, a card or a text; several are a list.
    Texts(Vec<&'a str>),
}
