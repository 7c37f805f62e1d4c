//! The activities: what every type shares, and one file for each type.
//!
//! Read [`rules`] (what a type must say about itself), then [`poll`] as the first example, then
//! [`registry`] (the list of all types). `docs/adding-an-activity.md` walks through adding one.

mod board;
mod lifecycle;
mod options;
pub mod poker;
pub mod poll;
pub mod quiz;
mod registry;
mod rows;
mod rules;
mod shapes;
pub mod wordcloud;

pub use self::{
    board::BoardChange,
    lifecycle::{Activity, ActivityNo, ActivityStatus, Step},
    options::{ChoiceOption, OptionId},
    registry::{Answer, Change, Config, Control, Given, Kind, KindSchemas, NamedSchema, State},
    rows::{AnswerRow, AskedItem, GivenText, Plain},
    rules::{
        ActivityRules, Audience, Outcome, QuestionLog, ResultsPolicy, Running, Scene, Standing,
        Standings, View, Wire,
    },
    shapes::Shapes,
};
