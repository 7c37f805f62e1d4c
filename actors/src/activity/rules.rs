//! What a type of activity must say about itself.

use std::{fmt::Debug, sync::Arc};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{ActivityNo, ActivityStatus, AnswerRow, Shapes};
use crate::session::{
    FieldError, People, Profanity, Rejection, Round, Seat, TextItem, Timestamp, Verdict,
};

/// Something that will be written out for clients.
pub type Wire<'a> = Box<dyn erased_serde::Serialize + 'a>;

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// A participant's phone: sees only what everybody may see.
    Participant,
    /// The big screen and the presenter: sees what is needed to run the event.
    Runner,
}

impl View {
    /// What its frames' tags begin with.
    #[must_use]
    pub fn initial(self) -> char {
        match self {
            Self::Participant => 'p',
            Self::Runner => 'r',
        }
    }
}

/// The circumstances in which an activity judges or shows something.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// When it happens; for an answer, when it arrived at the first node.
    pub at: Timestamp,
    pub no: ActivityNo,
    pub status: ActivityStatus,
    pub round: Round,
    pub people: &'a People,
    /// Whether the session shows nicknames beside answers.
    pub show_names: bool,
    /// What happens to profane text.
    pub profanity: Profanity,
    /// How long after the last poll a phone polls again, in milliseconds.
    pub pacing_ms: u32,
}

/// Who is there, as far as polling shows. Not part of the durable state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// By seat.
    pub is_online: Vec<bool>,
    /// How many are online, spectators included.
    pub online: u32,
    /// Online, not a spectator, and without an answer to what is asked now.
    pub awaited: u32,
}

impl Audience {
    #[must_use]
    pub fn is_online(&self, seat: Seat) -> bool {
        self.is_online.get(seat.index()).copied().unwrap_or_default()
    }
}

/// When participants see the results of a poll or a word cloud.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum ResultsPolicy {
    Always,
    /// A courtesy of the device, and no secret: the frame carries them.
    AfterAnswer,
    #[default]
    OnReveal,
    Never,
}

impl ResultsPolicy {
    #[must_use]
    pub fn shows(self, view: View, revealed: bool) -> bool {
        match (view, self) {
            (View::Runner, _) | (View::Participant, Self::Always | Self::AfterAnswer) => true,
            (View::Participant, Self::OnReveal) => revealed,
            (View::Participant, Self::Never) => false,
        }
    }
}

/// A configuration as the administrator writes it and the store keeps it.
pub trait ActivityConfig:
    Debug + Clone + PartialEq + Serialize + DeserializeOwned + Encode + Decode<()> + ToSchema
{
    /// Fills in what may be left out, and says what is wrong.
    fn complete(&mut self) -> Vec<FieldError>;

    /// Seconds after which the activity expires by itself.
    fn duration_s(&self) -> Option<u32>;

    /// Whether this may replace `old` while the activity runs: only appending is harmless.
    fn appends_to(&self, old: &Self) -> bool;
}

/// A body that was made for one round.
pub trait ForRound {
    fn round(&self) -> Option<Round>;
}

/// The rules of one type of activity: its own state, pure and deterministic.
///
/// `read` and `decide_control` judge; `put` and `apply` change and cannot fail. The framework has
/// already checked that the activity runs, the round, and who asks.
pub trait ActivityRules: Running + Debug + Clone + PartialEq + Encode + Decode<()> {
    /// The word for this type in the API.
    const NAME: &'static str;
    /// What a facilitator reads when choosing.
    const TITLE: &'static str;
    const DESCRIPTION: &'static str;
    /// The words that a control's `action` may be.
    const ACTIONS: &'static [&'static str];

    type Config: ActivityConfig;
    /// An answer as clients write it.
    type Answer: Debug + Clone + DeserializeOwned + ToSchema + ForRound;
    /// An answer as it is kept: compact.
    type Given: Debug + Clone + PartialEq + Encode + Decode<()>;
    /// A control as clients write it.
    type Control: Debug + Clone + DeserializeOwned + ToSchema + ForRound;
    /// What a control did.
    type Change: Debug + Clone + PartialEq + Encode + Decode<()>;

    /// What clients read of this type.
    fn shapes() -> Shapes;

    fn new(config: Arc<Self::Config>) -> Self;
    fn config(&self) -> &Arc<Self::Config>;
    /// Takes over a configuration that only appends to the present one.
    fn extend(&mut self, config: Arc<Self::Config>);

    /// Understands an answer to what is asked now, or says what is wrong with it.
    fn read(&self, answer: &Self::Answer, scene: &Scene<'_>) -> Result<Self::Given, Rejection>;
    /// The answer that somebody gave in the present round.
    fn given(&self, seat: Seat) -> Option<&Self::Given>;
    /// Counts an answer, in place of an earlier one of the same person if there is one.
    fn put(&mut self, seat: Seat, given: &Self::Given, arrived_at: Timestamp);
    /// An answer as its author wrote it.
    fn answer_body<'a>(config: &'a Self::Config, given: &'a Self::Given) -> Wire<'a>;

    fn decide_control(
        &self,
        control: &Self::Control,
        scene: &Scene<'_>,
    ) -> Result<Self::Change, Rejection>;
    /// Whether the control also works on an expired activity.
    fn works_when_expired(control: &Self::Control) -> bool;
    /// Whether the change begins a new round; the framework counts.
    fn starts_round(change: &Self::Change) -> bool;
    /// Whether everybody's `/me` changes: their scores, or the answers of the present round.
    fn changes_everyone(change: &Self::Change) -> bool;
    fn apply(&mut self, change: &Self::Change, people: &People, at: Timestamp);
    /// What is due by itself once nobody is awaited any more.
    fn when_all_answered(&self) -> Option<Self::Change> {
        None
    }
}

/// What can be asked of an activity of any type.
pub trait Running {
    /// Whether answers are taken at `scene.at`.
    fn accepts(&self, scene: &Scene<'_>) -> Result<(), Rejection>;
    /// Whether an answer may be replaced or withdrawn.
    fn allows_change(&self) -> bool;
    /// Withdraws somebody's answer of the present round, if there is one.
    fn take_back(&mut self, seat: Seat);
    /// How many gave an answer in the present round.
    fn answered(&self) -> u32;
    /// The place of somebody's answer in the order of arrival, where it matters (buzzers);
    /// for who has none yet, the place they would get.
    fn position(&self, _seat: Seat) -> Option<u32> {
        None
    }

    /// The next instant after `at` at which the phase changes by the clock alone.
    fn next_phase_at(&self, _at: Timestamp) -> Option<Timestamp> {
        None
    }
    fn phase(&self, scene: &Scene<'_>) -> &'static str;
    fn is_revealed(&self) -> bool;
    fn is_locked(&self) -> bool {
        false
    }
    /// When the present question opens and closes, where there is one.
    fn window(&self) -> Option<(Timestamp, Timestamp)> {
        None
    }
    /// Whether an answer changes the results that this view sees.
    fn shows_answers(&self, view: View) -> bool;
    /// Whether the results say how many are awaited.
    fn counts_audience(&self) -> bool {
        false
    }
    /// The configuration without anything that must not be seen yet.
    fn public_config(&self) -> Wire<'_>;
    /// What is asked now, where the configuration does not say it.
    fn current(&self) -> Option<Wire<'_>> {
        None
    }
    fn results(&self, view: View, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>>;
    /// The list of stories, for the runner.
    fn stories(&self) -> Option<Wire<'_>> {
        None
    }
    /// What a report says of all that happened, as far as the runner may see it.
    fn report(&self, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        self.results(View::Runner, audience, scene)
    }
    /// How many answers were given and not thrown away, those of earlier rounds included.
    fn responses(&self) -> u32 {
        self.answered()
    }
    /// Shows every answer that may leave, item by item and round by round, never one to what is
    /// not revealed yet.
    fn each_answer<'a>(&'a self, scene: &Scene<'_>, visit: &mut dyn FnMut(AnswerRow<'a>));
    /// Whether answers may leave with their authors' names.
    fn names_authors(&self) -> bool;
    /// The scores of everybody, where the type keeps score; the ranks are among those who are
    /// still there.
    fn standings(&self, _people: &People) -> Option<Standings> {
        None
    }
    /// Whether somebody has points, so that others rank below them.
    fn has_score(&self, _seat: Seat) -> bool {
        false
    }
    /// Whether the facilitator asked for the leaderboard, where the type has one.
    fn shows_leaderboard(&self) -> Option<bool> {
        None
    }

    /// What people typed here that moderators may judge, from this number on, by number.
    fn texts(&self, _first: u32) -> Box<dyn Iterator<Item = TextItem<'_>> + '_> {
        Box::new(std::iter::empty())
    }
    fn text(&self, _number: u32) -> Option<TextItem<'_>> {
        None
    }
    /// How many texts wait for a moderator.
    fn pending(&self) -> u32 {
        0
    }
    /// Whether one more text may be judged so.
    fn may_judge(&self, _number: u32, _verdict: Verdict) -> Result<(), Rejection> {
        Ok(())
    }
    fn judge(&mut self, _number: u32, _verdict: Verdict) {}
    /// Hides what somebody wrote who was removed; it still counts as answered.
    fn hide_texts_of(&mut self, _seat: Seat) {}
    /// Throws away what somebody wrote; it still counts as answered.
    fn erase_texts_of(&mut self, _seat: Seat) {}
}

/// Everybody's score after the last reveal, for `/me`.
///
/// Shared with the state until somebody with a score goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standings {
    /// By seat; `None` for those who are not ranked.
    pub by_seat: Arc<[Option<Standing>]>,
    /// One for each revealed question, in the order asked.
    pub questions: Vec<QuestionLog>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Standing {
    pub score: u32,
    pub rank: u32,
}

/// How everybody did in one question.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct QuestionLog {
    /// The question's id.
    pub question: Arc<str>,
    /// By seat; `None`, or nothing at the end, for those who gave no answer.
    pub by_seat: Arc<[Option<Outcome>]>,
}

/// How one answer was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Outcome {
    pub correct: bool,
    pub points: u32,
    /// From the opening of the question to the answer's arrival.
    pub ms: u32,
    /// Right answers in a row, this one included.
    pub streak: u32,
}
