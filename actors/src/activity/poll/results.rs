//! What the votes come to.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::Poll;
use crate::{
    activity::{Scene, View},
    session::{ItemId, TextItem, TextStatus},
};

/// Texts shown on a phone, and on the big screen.
const LATEST_FOR_PARTICIPANTS: usize = 10;
const LATEST_FOR_RUNNER: usize = 50;

/// Results of a choice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PollChoiceResults)]
pub struct ChoiceResults<'a> {
    /// People with an answer.
    #[schema(example = 3)]
    pub responses: u32,
    /// Votes by option id, zeros included.
    pub counts: BTreeMap<&'a str, u32>,
}

/// Results of a rating.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PollRatingResults)]
pub struct RatingResults {
    /// People with an answer.
    #[schema(example = 3)]
    pub responses: u32,
    /// Votes by value, zeros included.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub counts: BTreeMap<i32, u32>,
    /// `null` without any response.
    #[schema(required, example = 4.25)]
    pub mean: Option<f64>,
    /// `null` without any response.
    #[schema(required, example = 4.0)]
    pub median: Option<f64>,
}

/// Results of a ranking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PollRankingResults)]
pub struct RankingResults<'a> {
    /// People with an answer.
    #[schema(example = 3)]
    pub responses: u32,
    /// Borda points by option id: of n options the first place is worth n - 1, the last 0.
    pub scores: BTreeMap<&'a str, u32>,
    /// First places by option id.
    pub first: BTreeMap<&'a str, u32>,
}

/// Results of a text poll.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PollTextResults)]
pub struct TextResults<'a> {
    /// People with an answer.
    #[schema(example = 3)]
    pub responses: u32,
    /// Newest first.
    pub latest: Vec<ShownText<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ShownText<'a> {
    /// For moderation.
    #[schema(example = "t2-7")]
    pub item_id: String,
    /// As it is shown: profane parts may be masked.
    #[schema(example = "More coffee")]
    pub text: &'a str,
}

impl Poll {
    pub(super) fn choice_results(&self) -> ChoiceResults<'_> {
        ChoiceResults { responses: self.votes.len(), counts: self.by_option(&self.tally.counts) }
    }

    pub(super) fn rating_results(&self) -> RatingResults {
        let counts: BTreeMap<i32, u32> =
            (self.scale_min()..).zip(self.tally.counts.iter().copied()).collect();
        let responses = self.votes.len();
        let sum: i64 = counts.iter().map(|(value, n)| i64::from(*value) * i64::from(*n)).sum();
        let mean = (responses > 0).then(|| sum as f64 / f64::from(responses));
        RatingResults { responses, mean, median: median(&counts, responses), counts }
    }

    pub(super) fn ranking_results(&self) -> RankingResults<'_> {
        RankingResults {
            responses: self.votes.len(),
            scores: self.by_option(&self.tally.borda),
            first: self.by_option(&self.tally.counts),
        }
    }

    /// Texts that are not shown still count.
    pub(super) fn text_results(&self, view: View, scene: &Scene<'_>) -> TextResults<'_> {
        let limit = match view {
            View::Participant => LATEST_FOR_PARTICIPANTS,
            View::Runner => LATEST_FOR_RUNNER,
        };
        let newest = self.tally.texts.iter().rev();
        let shown = newest
            .filter_map(|(item, seat)| self.text_item(*item, *seat))
            .filter(|item| item.status == TextStatus::Visible)
            .take(limit);
        let place = u32::from(scene.no.0);
        let shown = shown.map(|TextItem { kind, number, text, .. }| ShownText {
            item_id: ItemId { kind, place, number }.to_string(),
            text,
        });
        TextResults { responses: self.votes.len(), latest: shown.collect() }
    }

    fn by_option(&self, numbers: &[u32]) -> BTreeMap<&str, u32> {
        self.config.options.iter().map(|option| &*option.id).zip(numbers.iter().copied()).collect()
    }
}

/// The middle value; of an even number of votes the mean of the two in the middle.
fn median(counts: &BTreeMap<i32, u32>, responses: u32) -> Option<f64> {
    let nth = |n: u32| {
        let mut before = 0;
        counts.iter().find(|(_, count)| {
            before += **count;
            n < before
        })
    };
    let lower = *nth(responses.checked_sub(1)? / 2)?.0;
    let upper = *nth(responses / 2)?.0;
    Some(f64::from(lower + upper) / 2.0)
}
