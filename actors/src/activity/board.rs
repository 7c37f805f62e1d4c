//! What the facilitator does to a poll and a word cloud alike: reveal, hide, lock, unlock, reset.

use bincode::{Decode, Encode};

use super::{ActivityStatus, Scene};
use crate::session::{NotAccepting, Rejection};

/// Whether results are shown and answers are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub(super) struct Board {
    pub(super) is_revealed: bool,
    pub(super) is_locked: bool,
}

/// What one of the five actions did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum BoardChange {
    Revealed,
    Hidden,
    Locked,
    Unlocked,
    /// The answers are gone; the activity throws them away itself.
    Reset,
}

impl BoardChange {
    pub(super) const ACTIONS: [&str; 5] = ["reveal", "hide", "lock", "unlock", "reset"];

    /// Understands the five actions; any may be repeated.
    pub(super) fn of(action: &str) -> Option<Self> {
        match action {
            "reveal" => Some(Self::Revealed),
            "hide" => Some(Self::Hidden),
            "lock" => Some(Self::Locked),
            "unlock" => Some(Self::Unlocked),
            "reset" => Some(Self::Reset),
            _ => None,
        }
    }

    /// Whether the action changes only what is shown.
    pub(super) fn works_when_expired(action: &str) -> bool {
        matches!(action, "reveal" | "hide")
    }
}

impl Board {
    pub(super) const PHASES: [&str; 2] = ["open", "closed"];

    pub(super) fn apply(&mut self, change: BoardChange) {
        match change {
            BoardChange::Revealed => self.is_revealed = true,
            BoardChange::Hidden => self.is_revealed = false,
            BoardChange::Locked => self.is_locked = true,
            BoardChange::Unlocked => self.is_locked = false,
            BoardChange::Reset => *self = Self::default(),
        }
    }

    pub(super) fn accepts(self) -> Result<(), Rejection> {
        if self.is_locked { Err(Rejection::NotAccepting(NotAccepting::Locked)) } else { Ok(()) }
    }

    pub(super) fn phase(self, scene: &Scene<'_>) -> &'static str {
        let is_open = scene.status == ActivityStatus::Active && !self.is_locked;
        if is_open { "open" } else { "closed" }
    }
}
