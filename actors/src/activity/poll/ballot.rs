//! Answers to a poll: as they are sent, as they are kept, and as their authors see them again.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Poll, PollConfig, PollKind};
use crate::{
    activity::{
        options::{OptionId, OptionSet, option_indexes},
        rules::ForRound,
    },
    session::{Profanity, Rejection, Round, Screened, screen, text},
};

/// An answer to a poll: exactly one of the four, by the poll's kind.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PollAnswer {
    /// Ids of the chosen options.
    #[schema(value_type = Option<Vec<OptionId>>, max_items = 20, example = json!(["a"]))]
    pub choices: Option<Vec<String>>,
    /// A step of the scale.
    #[schema(minimum = -100, maximum = 100)]
    pub rating: Option<i32>,
    /// Ids of the options, best first; all of them or the first few.
    #[schema(value_type = Option<Vec<OptionId>>, max_items = 20)]
    pub ranking: Option<Vec<String>>,
    /// One line, up to the `max_length` of the poll.
    #[schema(max_length = 64000)]
    pub text: Option<String>,
    /// The round the answer was made for.
    pub round: Option<Round>,
}

impl ForRound for PollAnswer {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Ballot {
    Choices(OptionSet),
    Rating(i32),
    /// Indexes of options, best first.
    Ranking(Thin<[u8]>),
    Text {
        text: Thin<str>,
        /// Whether it waits for a moderator from the start.
        is_held: bool,
    },
}

/// One word wide, so that a vote is no larger than its most common kind needs.
type Thin<T> = Box<Box<T>>;

/// An answer to a poll, as its author wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PollAnswered, example = json!({"choices": ["a"]}))]
pub enum BallotBody<'a> {
    Choices(Vec<&'a str>),
    Rating(i32),
    Ranking(Vec<&'a str>),
    Text(&'a str),
}

impl<'a> BallotBody<'a> {
    pub(super) fn new(config: &'a PollConfig, ballot: &'a Ballot) -> Self {
        let ids =
            |indexes: Vec<usize>| indexes.into_iter().map(|at| &*config.options[at].id).collect();
        match ballot {
            Ballot::Choices(set) => Self::Choices(ids(set.indexes().collect())),
            Ballot::Rating(step) => {
                Self::Rating(config.scale.as_ref().map_or(0, |scale| scale.min) + step)
            }
            Ballot::Ranking(order) => {
                Self::Ranking(ids(order.iter().map(|at| usize::from(*at)).collect()))
            }
            Ballot::Text { text, .. } => Self::Text(text),
        }
    }
}

impl Poll {
    pub(super) fn read_ballot(
        &self,
        answer: &PollAnswer,
        profanity: Profanity,
    ) -> Result<Ballot, Rejection> {
        match (self.config.kind, answer) {
            (
                PollKind::Choice,
                PollAnswer { choices: Some(ids), rating: None, ranking: None, text: None, .. },
            ) => self.read_choices(ids),
            (
                PollKind::Rating,
                PollAnswer {
                    choices: None, rating: Some(value), ranking: None, text: None, ..
                },
            ) => self.read_rating(*value),
            (
                PollKind::Ranking,
                PollAnswer { choices: None, rating: None, ranking: Some(ids), text: None, .. },
            ) => self.read_ranking(ids),
            (
                PollKind::Text,
                PollAnswer { choices: None, rating: None, ranking: None, text: Some(raw), .. },
            ) => self.read_text(raw, profanity),
            (kind, _) => {
                Err(Rejection::invalid("", format!("must have {} and nothing else", kind.field())))
            }
        }
    }

    fn read_choices(&self, ids: &[String]) -> Result<Ballot, Rejection> {
        if !(1..=usize::from(self.config.max_choices)).contains(&ids.len()) {
            let detail = format!("must have 1 to {} options", self.config.max_choices);
            return Err(Rejection::invalid("/choices", detail));
        }
        Ok(Ballot::Choices(OptionSet::from_indexes(&self.indexes(ids, "/choices")?)))
    }

    fn read_rating(&self, value: i32) -> Result<Ballot, Rejection> {
        let scale = self.config.scale.as_ref().ok_or(Rejection::InvalidAction)?;
        if !(scale.min..=scale.max).contains(&value) {
            let detail = format!("must be {} to {}", scale.min, scale.max);
            return Err(Rejection::invalid("/rating", detail));
        }
        Ok(Ballot::Rating(value - scale.min))
    }

    fn read_ranking(&self, ids: &[String]) -> Result<Ballot, Rejection> {
        if ids.is_empty() {
            return Err(Rejection::invalid("/ranking", "must have at least one option"));
        }
        Ok(Ballot::Ranking(Box::new(self.indexes(ids, "/ranking")?.into())))
    }

    fn read_text(&self, raw: &str, profanity: Profanity) -> Result<Ballot, Rejection> {
        let text = text::one_line(raw, self.config.max_length.into())
            .map_err(|error| Rejection::invalid("/text", error.to_string()))?;
        let Screened { text, is_held } = screen(text, profanity, "/text")?;
        Ok(Ballot::Text { text: Box::new(text.into()), is_held })
    }

    /// The indexes of different options.
    fn indexes(&self, ids: &[String], pointer: &str) -> Result<Vec<u8>, Rejection> {
        option_indexes(&self.config.options, ids, pointer)
            .map_err(|problem| Rejection::Invalid(vec![problem]))
    }
}
