//! Labelled options to choose from, and the ids of items in a configuration.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::session::FieldError;

/// What fits on a button of a phone.
const LABEL_MAX: usize = 200;
const ID_MAX: usize = 40;
/// Options a question may have.
pub(super) const OPTIONS: std::ops::RangeInclusive<usize> = 2..=20;

/// One option of a poll or a quiz question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// `a`, `b`, … where it is left out.
    #[serde(default)]
    #[schema(required = false, max_length = 32, example = "a")]
    pub id: String,
    /// What people read.
    #[schema(max_length = 200, min_length = 1, example = "By the sea")]
    pub label: String,
}

/// The id of an option.
#[derive(ToSchema)]
#[schema(max_length = 32, example = "a")]
pub struct OptionId(pub String);

/// Options as a set of bits, by index. Fits because there are at most 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct OptionSet(pub u32);

impl OptionSet {
    #[must_use]
    pub fn of(index: usize) -> Self {
        Self(1 << index)
    }

    #[must_use]
    pub fn with(self, index: usize) -> Self {
        Self(self.0 | 1 << index)
    }

    #[must_use]
    pub fn contains(self, index: usize) -> bool {
        self.0 & 1 << index != 0
    }

    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The set of these indexes.
    #[must_use]
    pub fn from_indexes(indexes: &[u8]) -> Self {
        indexes.iter().fold(Self::default(), |set, index| set.with(usize::from(*index)))
    }

    pub fn indexes(self) -> impl Iterator<Item = usize> {
        (0..32).filter(move |index| self.contains(*index))
    }
}

/// Checks the options and gives ids to those without one.
pub(super) fn complete_options(options: &mut [ChoiceOption], pointer: &str) -> Vec<FieldError> {
    let mut problems = vec![];
    if !OPTIONS.contains(&options.len()) {
        problems.push(FieldError::new(
            pointer,
            format!("must have {} to {} options", OPTIONS.start(), OPTIONS.end()),
        ));
    }
    for (index, option) in options.iter_mut().enumerate() {
        let at = format!("{pointer}/{index}/label");
        problems.extend(complete_text(&mut option.label, &at, 1, LABEL_MAX));
    }
    let ids = options.iter_mut().map(|option| &mut option.id).collect();
    problems.extend(complete_ids(ids, pointer, |n| {
        char::from(b'a' + u8::try_from(n % 26).expect("below 26")).to_string()
    }));
    problems
}

/// The indexes of different options, in the order of `ids`.
pub(super) fn option_indexes(
    options: &[ChoiceOption],
    ids: &[String],
    pointer: &str,
) -> Result<Vec<u8>, FieldError> {
    let mut seen = OptionSet::default();
    let mut indexes = vec![];
    for (position, id) in ids.iter().enumerate() {
        let found = options.iter().position(|option| option.id == *id);
        let at = format!("{pointer}/{position}");
        let index = found.ok_or_else(|| FieldError::new(&*at, "is not an option"))?;
        if seen.contains(index) {
            return Err(FieldError::new(at, "is there twice"));
        }
        seen = seen.with(index);
        indexes.push(u8::try_from(index).expect("there are at most 20 options"));
    }
    Ok(indexes)
}

/// Gives an id to every item without one, and checks that all are different and well formed.
///
/// `name(n)` is the id for the n-th item; where it is taken a number is put behind it.
pub(super) fn complete_ids(
    mut ids: Vec<&mut String>,
    pointer: &str,
    name: impl Fn(usize) -> String,
) -> Vec<FieldError> {
    let mut problems = vec![];
    let mut taken = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        if !id.is_empty() && !is_id(id) {
            problems.push(FieldError::new(
                format!("{pointer}/{index}/id"),
                format!("must be 1 to {ID_MAX} letters, digits, - or _"),
            ));
        } else if !id.is_empty() && !taken.insert((*id).clone()) {
            problems.push(FieldError::new(format!("{pointer}/{index}/id"), "must be unique"));
        }
    }
    for (index, id) in ids.iter_mut().enumerate().filter(|(_, id)| id.is_empty()) {
        let stem = name(index);
        let free = std::iter::once(stem.clone())
            .chain((2u32..).map(|n| format!("{stem}{n}")))
            .find(|name| !taken.contains(name))
            .expect("there is always a next number");
        taken.insert(free.clone());
        **id = free;
    }
    problems
}

/// Trims a text of the administrator's and checks its length in characters.
pub(super) fn complete_text(
    text: &mut String,
    pointer: &str,
    min: usize,
    max: usize,
) -> Option<FieldError> {
    *text = text.trim().to_owned();
    let length = text.chars().count();
    (!(min..=max).contains(&length))
        .then(|| FieldError::new(pointer, format!("must have {min} to {max} characters")))
}

/// `duration_s` of any type: up to a day.
pub(super) fn duration_problem(duration_s: Option<u32>) -> Option<FieldError> {
    let fits = duration_s.is_none_or(|seconds| (1..=86_400).contains(&seconds));
    (!fits).then(|| FieldError::new("/duration_s", "must be 1 to 86400 seconds"))
}

fn is_id(id: &str) -> bool {
    id.len() <= ID_MAX && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
