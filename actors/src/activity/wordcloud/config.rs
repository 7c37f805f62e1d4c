//! What a facilitator asks for, and which words are not wanted.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Word, words};
use crate::{
    activity::{
        ResultsPolicy,
        options::{complete_text, duration_problem},
        rules::ActivityConfig,
    },
    session::FieldError,
};

const PROMPT_MAX: usize = 500;
const WORDS: std::ops::RangeInclusive<u8> = 1..=10;
const LENGTHS: std::ops::RangeInclusive<u8> = 3..=50;
/// Length of the longest word that any cloud takes.
pub(super) const WORD_MAX: usize = 50;
const BANNED_MAX: usize = 500;

/// What a word cloud asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordCloudConfig {
    /// The question; the activity's title where it is left out.
    #[serde(default)]
    #[schema(max_length = 500, example = "In a word?")]
    pub prompt: String,
    /// How many words one person may give.
    #[serde(default = "three")]
    #[schema(minimum = 1, maximum = 10, default = 3)]
    pub max_words: u8,
    /// Characters a word or phrase may have.
    #[serde(default = "twenty_five")]
    #[schema(minimum = 3, maximum = 50, default = 25)]
    pub max_length: u8,
    /// Whether a word may have space in it.
    #[serde(default)]
    pub allow_phrases: bool,
    /// Up to 500 words that are refused, also inside a phrase and spelled with look-alike
    /// letters. No participant ever sees the list.
    #[serde(default)]
    #[schema(value_type = Vec<Word>, max_items = 500, example = json!([]))]
    pub banned_words: Vec<String>,
    /// When participants see the cloud.
    #[serde(default)]
    pub results: ResultsPolicy,
    /// Seconds after which the word cloud expires by itself.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86400)]
    pub duration_s: Option<u32>,
}

fn three() -> u8 {
    3
}
fn twenty_five() -> u8 {
    25
}

impl ActivityConfig for WordCloudConfig {
    fn complete(&mut self) -> Vec<FieldError> {
        let mut problems = vec![];
        problems.extend(complete_text(&mut self.prompt, "/prompt", 0, PROMPT_MAX));
        problems.extend(duration_problem(self.duration_s));
        if !WORDS.contains(&self.max_words) {
            problems.push(FieldError::new("/max_words", "must be 1 to 10"));
        }
        if !LENGTHS.contains(&self.max_length) {
            problems.push(FieldError::new("/max_length", "must be 3 to 50"));
        }
        if self.banned_words.len() > BANNED_MAX {
            problems.push(FieldError::new("/banned_words", "must have at most 500 words"));
        }
        for (index, word) in self.banned_words.iter_mut().enumerate() {
            let at = format!("/banned_words/{index}");
            problems.extend(complete_text(word, &at, 1, WORD_MAX));
            if words::key(word).is_empty() {
                problems.push(FieldError::new(at, "must have more than punctuation"));
            }
        }
        problems
    }

    fn duration_s(&self) -> Option<u32> {
        self.duration_s
    }

    fn appends_to(&self, _old: &Self) -> bool {
        false
    }
}

impl WordCloudConfig {
    /// How the banned words look.
    pub(super) fn banned_looks(&self) -> BTreeSet<Box<str>> {
        self.banned_words.iter().flat_map(|word| words::unwanted_looks(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pointers(body: Value) -> Vec<String> {
        let mut config: WordCloudConfig = serde_json::from_value(body).unwrap();
        config.complete().into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn everything_may_be_left_out() {
        let config: WordCloudConfig = serde_json::from_value(json!({})).unwrap();
        let expected = json!({
            "prompt": "", "max_words": 3, "max_length": 25, "allow_phrases": false,
            "banned_words": [], "results": "on_reveal", "duration_s": null,
        });
        assert_eq!(serde_json::to_value(config).unwrap(), expected);
        assert_eq!(pointers(json!({})), [""; 0]);
    }

    #[test]
    fn every_field_has_limits() {
        for (body, pointer) in [
            (json!({"prompt": "a".repeat(501)}), "/prompt"),
            (json!({"max_words": 0}), "/max_words"),
            (json!({"max_words": 11}), "/max_words"),
            (json!({"max_length": 2}), "/max_length"),
            (json!({"max_length": 51}), "/max_length"),
            (json!({"banned_words": vec!["a"; 501]}), "/banned_words"),
            (json!({"banned_words": ["a", "b".repeat(51)]}), "/banned_words/1"),
            (json!({"banned_words": ["?!"]}), "/banned_words/0"),
            (json!({"duration_s": 86401}), "/duration_s"),
        ] {
            assert_eq!(pointers(body.clone()), [pointer], "{body}");
        }
        let widest = json!({
            "prompt": "a".repeat(500), "max_words": 10, "max_length": 50,
            "banned_words": vec!["b".repeat(50); 500],
        });
        assert_eq!(pointers(widest), [""; 0]);
    }
}
