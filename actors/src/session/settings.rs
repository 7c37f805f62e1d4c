//! What a facilitator may set for a whole session.

use bincode::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::FieldError;

/// How many may join unless the facilitator says otherwise.
const DEFAULT_MAX_PARTICIPANTS: u32 = 5_000;
/// What one session is built and measured for.
const MOST_PARTICIPANTS: u32 = 200_000;
/// BCP 47 tags are short; this bounds what we store.
const LOCALE_MAX_LEN: usize = 35;

/// A session's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How many may be in the session at once, spectators included.
    #[schema(minimum = 1, maximum = 200_000, default = 5_000)]
    pub max_participants: u32,
    /// Whether people may join once an activity ran. Rejoining is always allowed.
    #[schema(default = true)]
    pub late_join: bool,
    /// What happens to profane text.
    pub profanity: Profanity,
    /// Whether nicknames are shown beside answers.
    #[schema(default = true)]
    pub show_names: bool,
    /// Language of the event, as a BCP 47 tag; `null` leaves it to each browser.
    #[schema(max_length = 35)]
    pub locale: Option<String>,
}

/// What to change about a session's settings; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditSettings {
    /// How many may be in the session at once, spectators included.
    #[serde(default, deserialize_with = "there")]
    #[schema(minimum = 1, maximum = 200_000, nullable = false)]
    pub max_participants: Option<u32>,
    /// Whether people may join once an activity ran. Rejoining is always allowed.
    #[serde(default, deserialize_with = "there")]
    #[schema(nullable = false)]
    pub late_join: Option<bool>,
    /// What happens to profane text.
    #[serde(default, deserialize_with = "there")]
    #[schema(nullable = false)]
    pub profanity: Option<Profanity>,
    /// Whether nicknames are shown beside answers.
    #[serde(default, deserialize_with = "there")]
    #[schema(nullable = false)]
    pub show_names: Option<bool>,
    /// Language of the event, as a BCP 47 tag; `null` leaves it to each browser.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<String>, max_length = 35)]
    pub locale: Option<Option<String>>,
}

/// What is there is read as it is: `null` is no absence.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

impl EditSettings {
    /// The settings with what this changes.
    #[must_use]
    pub fn onto(&self, before: &Settings) -> Settings {
        let Self { max_participants, late_join, profanity, show_names, locale } = self;
        Settings {
            max_participants: max_participants.unwrap_or(before.max_participants),
            late_join: late_join.unwrap_or(before.late_join),
            profanity: profanity.unwrap_or(before.profanity),
            show_names: show_names.unwrap_or(before.show_names),
            locale: locale.as_ref().unwrap_or(&before.locale).clone(),
        }
    }
}

/// What happens to profane text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Profanity {
    /// Shown as written.
    Off,
    /// Shown with the profane part masked.
    #[default]
    Mask,
    /// Refused.
    Reject,
    /// Held until a moderator approves it.
    Review,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_participants: DEFAULT_MAX_PARTICIPANTS,
            late_join: true,
            profanity: Profanity::Mask,
            show_names: true,
            locale: None,
        }
    }
}

impl Settings {
    /// What is wrong with these settings, if anything.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut problems = vec![];
        if !(1..=MOST_PARTICIPANTS).contains(&self.max_participants) {
            problems.push(FieldError::new(
                "/max_participants",
                format!("must be 1 to {MOST_PARTICIPANTS}"),
            ));
        }
        if self.locale.as_ref().is_some_and(|locale| !is_language_tag(locale)) {
            problems.push(FieldError::new("/locale", "must be a language tag such as en or es-MX"));
        }
        problems
    }
}

fn is_language_tag(tag: &str) -> bool {
    (2..=LOCALE_MAX_LEN).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
