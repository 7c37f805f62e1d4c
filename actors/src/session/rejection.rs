//! Why a well-formed command is refused. The caller can act on each of these.

use super::Round;

/// A refusal: one variant, one word of the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the session has no such activity")]
    UnknownActivity,
    #[error("the session has no such participant")]
    UnknownParticipant,
    #[error("the session has no such text")]
    UnknownItem,
    #[error("the participant was removed from the session")]
    Removed,
    #[error("this device may not join the session")]
    Banned,
    #[error("the session is completed")]
    SessionCompleted,
    #[error("the session is not open yet")]
    SessionNotOpen,
    #[error("the session is full")]
    SessionFull,
    #[error("the session takes no new participants any more")]
    JoiningClosed,
    #[error("the nickname is taken")]
    NicknameTaken { suggestions: Vec<String> },
    #[error("the activity can't go there from where it is")]
    InvalidTransition,
    #[error("the action is unknown or untimely")]
    InvalidAction,
    #[error("round {} is not the present one, {}", .asked.0, .current.0)]
    StaleRound { asked: Round, current: Round },
    #[error("the activity takes no answer: {0}")]
    NotAccepting(NotAccepting),
    #[error("the answer can't be changed")]
    ChangeNotAllowed,
    #[error("the configuration can't change any more")]
    ConfigFrozen,
    #[error("the session has as many activities as it can")]
    TooManyActivities,
    #[error("the resource is at revision {current}")]
    StaleRevision { current: u64 },
    #[error("the text is not allowed here")]
    TextRejected {
        /// JSON pointer into the body.
        pointer: String,
    },
    #[error("the body does not fit")]
    Invalid(Vec<FieldError>),
}

impl Rejection {
    /// A refusal of one field.
    #[must_use]
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }
}

/// Why an activity takes no answer just now, as a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepting {
    #[error("it opens later")]
    Early,
    #[error("it closed before the answer arrived")]
    Late,
    #[error("the facilitator locked it")]
    Locked,
    #[error("it is not the running activity")]
    Inactive,
    #[error("the answer is to another question than the open one")]
    WrongQuestion,
    #[error("spectators only watch")]
    Spectator,
}

/// What is wrong with one field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body.
    pub pointer: String,
    pub detail: String,
}

impl FieldError {
    #[must_use]
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }

    /// The same error seen from the enclosing body.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }
}
