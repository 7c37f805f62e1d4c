//! What the list of sessions shows, kept beside the journal so that no session must be woken.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Settings, Timestamp};

/// Where a session stands in its life.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema, Default,
)]
#[serde(rename_all = "snake_case")]
#[schema(example = "active")]
pub enum SessionStatus {
    /// Being prepared; people may already join the lobby.
    #[default]
    Draft,
    /// Running: activities can be activated.
    Active,
    /// Over. Read-only, its code is free again.
    Completed,
}

/// The facts about a session that its list entry needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub description: Option<String>,
    pub status: SessionStatus,
    pub settings: Settings,
    pub opened_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// May lag behind by a few seconds while people join.
    pub participant_count: u32,
    pub activity_count: u32,
    /// Grows with every change that an administrator makes.
    pub revision: u64,
}
