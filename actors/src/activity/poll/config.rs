//! What a poll asks.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    activity::{
        options::{ChoiceOption, complete_options, complete_text, duration_problem},
        rules::{ActivityConfig, ResultsPolicy},
    },
    session::FieldError,
};

const QUESTION_MAX: usize = 500;
/// Steps a rating scale may have, ends included.
const SCALE_STEPS_MAX: i32 = 21;
/// Characters of what an end of the scale means: both stand in a line on a phone.
const SCALE_LABEL_MAX: usize = 60;
/// Characters an answer may have, unless the configuration says otherwise.
const TEXT_DEFAULT: u16 = 280;
const TEXT_MAX: u16 = 1_000;
/// What a poll asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PollConfig)]
pub struct PollConfig {
    /// What is asked for.
    pub kind: PollKind,
    /// The question; the activity's title where it is left out.
    #[serde(default)]
    #[schema(max_length = 500, example = "Where do we go?")]
    pub question: String,
    /// For `choice` and `ranking`: 2 to 20.
    #[serde(default)]
    #[schema(max_items = 20, example = json!([{"id": "a", "label": "By the sea"}, {"id": "b", "label": "Up a hill"}]))]
    pub options: Vec<ChoiceOption>,
    /// For `choice`: how many options one person may choose.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 20, default = 1)]
    pub max_choices: u8,
    /// For `rating`; 1 to 5 where it is left out.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// For `text`: characters an answer may have.
    #[serde(default = "text_default")]
    #[schema(minimum = 1, maximum = 1000, default = 280)]
    pub max_length: u16,
    /// When participants see the results.
    #[serde(default)]
    pub results: ResultsPolicy,
    /// Whether answers may be changed and withdrawn.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub allow_change: bool,
    /// Whether no body and no export names an author.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub anonymous: bool,
    /// Seconds after which the poll expires by itself.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86400)]
    pub duration_s: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PollKind {
    Choice,
    Rating,
    Ranking,
    Text,
}

/// A rating scale of whole numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The lowest step.
    #[schema(minimum = -100, maximum = 100, example = 1)]
    pub min: i32,
    /// The highest step; at most 20 above the lowest.
    #[schema(minimum = -100, maximum = 100, example = 5)]
    pub max: i32,
    /// What the lowest step means.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub min_label: Option<String>,
    /// What the highest step means.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub max_label: Option<String>,
}

fn one() -> u8 {
    1
}
fn yes() -> bool {
    true
}
fn text_default() -> u16 {
    TEXT_DEFAULT
}

impl ActivityConfig for PollConfig {
    fn complete(&mut self) -> Vec<FieldError> {
        let mut problems = vec![];
        problems.extend(complete_text(&mut self.question, "/question", 0, QUESTION_MAX));
        problems.extend(duration_problem(self.duration_s));
        match self.kind {
            PollKind::Choice | PollKind::Ranking => {
                problems.extend(complete_options(&mut self.options, "/options"));
                let most = self.options.len().max(1);
                if !(1..=most).contains(&usize::from(self.max_choices)) {
                    problems.push(FieldError::new(
                        "/max_choices",
                        "must be between 1 and the number of options",
                    ));
                }
            }
            PollKind::Rating => {
                self.scale.get_or_insert(Scale {
                    min: 1,
                    max: 5,
                    min_label: None,
                    max_label: None,
                });
            }
            PollKind::Text => {}
        }
        // Also what this kind has no use for: it is kept and shown, and must be what it says.
        problems.extend(self.scale.iter_mut().flat_map(Scale::complete));
        if !(1..=TEXT_MAX).contains(&self.max_length) {
            problems.push(FieldError::new("/max_length", "must be 1 to 1000"));
        }
        if matches!(self.kind, PollKind::Rating | PollKind::Text) && !self.options.is_empty() {
            problems.push(FieldError::new("/options", "only choice and ranking have options"));
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

impl Scale {
    fn complete(&mut self) -> Vec<FieldError> {
        let label = |label: &mut Option<String>, pointer| {
            label.as_mut().and_then(|label| complete_text(label, pointer, 0, SCALE_LABEL_MAX))
        };
        let labels = [
            label(&mut self.min_label, "/scale/min_label"),
            label(&mut self.max_label, "/scale/max_label"),
        ];
        self.problem().into_iter().chain(labels.into_iter().flatten()).collect()
    }

    fn problem(&self) -> Option<FieldError> {
        let bounds = -100..=100;
        let fits = bounds.contains(&self.min)
            && bounds.contains(&self.max)
            && self.min < self.max
            && self.max - self.min < SCALE_STEPS_MAX;
        (!fits).then(|| {
            FieldError::new(
                "/scale",
                "must run from a lower to a higher number in at most 21 steps",
            )
        })
    }

    pub(super) fn steps(&self) -> usize {
        usize::try_from(self.max - self.min + 1).unwrap_or_default()
    }
}

impl PollKind {
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Choice => "choices",
            Self::Rating => "rating",
            Self::Ranking => "ranking",
            Self::Text => "text",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pointers(fields: Value) -> Vec<String> {
        let mut body = json!({"kind": "choice", "options": [{"label": "Yes"}, {"label": "No"}]});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let mut config: PollConfig = serde_json::from_value(body).unwrap();
        config.complete().into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn every_field_has_limits_whatever_the_kind() {
        let options: Vec<_> = (0..21).map(|n| json!({"label": format!("Option {n}")})).collect();
        let scale = |fields: Value| {
            let mut scale = json!({"min": 1, "max": 5});
            scale.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            json!({"scale": scale})
        };
        for (fields, pointer) in [
            (json!({"question": "a".repeat(501)}), "/question"),
            (json!({"options": options[..1]}), "/options"),
            (json!({"options": options}), "/options"),
            (json!({"max_choices": 0}), "/max_choices"),
            (json!({"max_choices": 3}), "/max_choices"),
            (json!({"max_length": 0}), "/max_length"),
            (json!({"max_length": 1001}), "/max_length"),
            (json!({"kind": "text"}), "/options"),
            (json!({"kind": "rating"}), "/options"),
            (scale(json!({"max": 1})), "/scale"),
            (scale(json!({"max": 22})), "/scale"),
            (scale(json!({"min": -101})), "/scale"),
            (scale(json!({"min_label": "a".repeat(61)})), "/scale/min_label"),
            (scale(json!({"max_label": "a".repeat(61)})), "/scale/max_label"),
            (json!({"duration_s": 0}), "/duration_s"),
        ] {
            assert_eq!(pointers(fields.clone()), [pointer], "{fields}");
        }
        let widest = json!({
            "question": "a".repeat(500), "options": options[..20], "max_choices": 20,
            "max_length": 1000, "duration_s": 86400,
            "scale": {"min": -100, "max": -80, "min_label": "a".repeat(60),
                "max_label": "b".repeat(60)},
        });
        assert_eq!(pointers(widest), [""; 0]);
    }
}
