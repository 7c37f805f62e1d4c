//! The life of an activity: draft, published, active, expired.

use bincode::{Decode, Encode};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Config, Scene, State};
use crate::session::{ActivityId, People, Rejection, Round, Settings, Timestamp};

/// An activity's number in its session, in order of creation; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct ActivityNo(pub u16);

/// Where an activity stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "active")]
pub enum ActivityStatus {
    /// Being prepared; nobody else sees it.
    Draft,
    /// Visible, not answerable.
    Published,
    /// Takes answers. At most one activity of a session does.
    Active,
    /// Over; may be reopened with its answers.
    Expired,
}

/// A step in the life of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Step {
    Publish,
    Unpublish,
    Activate,
    Expire,
    Reopen,
}

/// Openings that an activity remembers: far more than anybody presses; bounds the state.
const OPENINGS_KEPT: usize = 1_000;
/// An answer that arrived this shortly before the opening was carried out belongs to it.
const OPENING_SLACK_MS: u64 = 10_000;

/// When an activity began to take answers: at each activation, reopening and new round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Opening {
    round: Round,
    at: Timestamp,
}

/// One activity of a session.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[bincode(decode_context = "()")]
pub struct Activity {
    pub id: ActivityId,
    pub no: ActivityNo,
    pub title: String,
    pub status: ActivityStatus,
    pub round: Round,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
    pub activated_at: Option<Timestamp>,
    pub expired_at: Option<Timestamp>,
    /// When it expires by itself, or did.
    ///
    /// Invariant: of an expired activity it is the end of its last run, if the clock ended it;
    /// who answered before then was in time. No round begins after that.
    pub ends_at: Option<Timestamp>,
    /// In their order.
    openings: Vec<Opening>,
    pub state: State,
}

impl Activity {
    #[must_use]
    pub fn draft(
        id: ActivityId,
        no: ActivityNo,
        title: String,
        config: Config,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            no,
            title,
            status: ActivityStatus::Draft,
            round: Round::FIRST,
            created_at: at,
            published_at: None,
            activated_at: None,
            expired_at: None,
            ends_at: None,
            openings: vec![],
            state: State::new(config),
        }
    }

    /// Whether the step can be taken. `Ok(false)`: it has been taken already.
    pub fn may(&self, step: Step) -> Result<bool, Rejection> {
        use ActivityStatus::{Active, Draft, Expired, Published};
        match (step, self.status) {
            (Step::Publish, Draft)
            | (Step::Unpublish, Published)
            | (Step::Activate, Draft | Published)
            | (Step::Expire, Active)
            | (Step::Reopen, Expired) => Ok(true),
            (Step::Publish, Published)
            | (Step::Unpublish, Draft)
            | (Step::Activate | Step::Reopen, Active)
            | (Step::Expire, Expired) => Ok(false),
            (Step::Publish | Step::Unpublish, Active | Expired)
            | (Step::Activate, Expired)
            | (Step::Expire | Step::Reopen, Draft | Published) => Err(Rejection::InvalidTransition),
        }
    }

    pub(crate) fn step(&mut self, step: Step, at: Timestamp) {
        match step {
            Step::Publish => {
                self.status = ActivityStatus::Published;
                self.published_at = Some(at);
            }
            Step::Unpublish => {
                self.status = ActivityStatus::Draft;
                self.published_at = None;
            }
            Step::Activate => {
                self.published_at.get_or_insert(at);
                self.activated_at = Some(at);
                self.run(at);
            }
            Step::Reopen => {
                self.expired_at = None;
                self.run(at);
            }
            Step::Expire => {
                self.status = ActivityStatus::Expired;
                self.expired_at = Some(at);
                self.ends_at = self.ends_at.filter(|ends_at| *ends_at <= at);
            }
        }
    }

    pub(crate) fn edit(&mut self, title: Option<&String>, config: Option<&Config>) {
        if let Some(title) = title {
            self.title.clone_from(title);
        }
        match config {
            // Nobody has answered yet, so nothing is lost by starting over.
            Some(config) if self.is_editable() => self.state = State::new(config.clone()),
            Some(config) => self.state.extend(config.clone()),
            None => {}
        }
    }

    /// Begins the next round.
    pub(crate) fn next_round(&mut self, at: Timestamp) {
        self.round = self.round.next();
        self.note_opening(at);
    }

    /// When it opened for an answer that was given in this round at this time, if that is known.
    #[must_use]
    pub fn opened_for(&self, round: Round, answered_at: Timestamp) -> Option<Timestamp> {
        let of_round = self.openings.iter().filter(|opening| opening.round == round);
        let before = of_round.clone().rev().find(|opening| opening.at <= answered_at);
        let just_after =
            || of_round.clone().next().filter(|it| it.at.ms_since(answered_at) < OPENING_SLACK_MS);
        before.or_else(just_after).map(|opening| opening.at)
    }

    fn note_opening(&mut self, at: Timestamp) {
        if self.openings.len() == OPENINGS_KEPT {
            self.openings.remove(0);
        }
        self.openings.push(Opening { round: self.round, at });
    }

    fn run(&mut self, at: Timestamp) {
        self.status = ActivityStatus::Active;
        self.note_opening(at);
        self.ends_at =
            self.state.config().duration_s().map(|seconds| at.plus_ms(u64::from(seconds) * 1000));
    }

    /// Whether the configuration may be replaced, or only appended to.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        matches!(self.status, ActivityStatus::Draft | ActivityStatus::Published)
    }

    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == ActivityStatus::Active
    }

    #[must_use]
    pub fn scene<'a>(&self, people: &'a People, settings: &Settings, at: Timestamp) -> Scene<'a> {
        Scene {
            at,
            no: self.no,
            status: self.status,
            round: self.round,
            people,
            show_names: settings.show_names,
            profanity: settings.profanity,
            pacing_ms: 0,
        }
    }
}
