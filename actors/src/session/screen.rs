//! What the big screen shows, steered from the presenter's phone.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the big screen shows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode, ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// How large the joining code is shown.
    pub qr: QrSize,
    /// Whether results are drawn while they come in.
    pub results: bool,
    /// Whether the leaderboard is shown.
    pub leaderboard: bool,
}

/// How large the joining code is shown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum QrSize {
    #[default]
    Corner,
    Full,
    Off,
}
