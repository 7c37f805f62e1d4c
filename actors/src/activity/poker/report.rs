//! What is left of all rounds: for reports, and vote by vote.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Card, CardBody, PastRound, Poker, PokerResults, PokerStatistics, StoryLog, Vote,
    results::votes_by_card,
};
use crate::{
    activity::{AnswerRow, AskedItem, Audience, GivenText, Plain, Scene},
    session::{Round, Seat, Timestamp},
};

/// The present round as its players see it, and every story with its revealed rounds.
#[derive(Debug, Serialize, ToSchema)]
pub struct PokerReport<'a, P = PokerResults<'a>> {
    #[serde(flatten)]
    pub present: P,
    /// In their order; what was voted without a story comes first, if there is any.
    pub stories: Vec<StoryReport<'a>>,
}

/// A story and how it was estimated.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryReport<'a> {
    /// `null` for what was voted without a story.
    #[schema(required, example = "s1")]
    pub id: Option<&'a str>,
    /// `null` for what was voted without a story.
    #[schema(required, example = "Log in")]
    pub title: Option<&'a str>,
    /// What was accepted for it.
    #[schema(required, example = "5")]
    pub estimate: Option<&'a str>,
    /// Its revealed rounds, oldest first, the present one included.
    pub rounds: Vec<RoundReport<'a>>,
}

/// A revealed round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundReport<'a> {
    /// Which round it was.
    pub round: Round,
    /// How many voted.
    #[schema(example = 6)]
    pub voted: u32,
    /// Votes by card; only the cards that were played.
    #[schema(example = json!({"3": 2, "5": 4}))]
    pub votes: BTreeMap<&'a str, u32>,
    #[serde(flatten)]
    pub statistics: PokerStatistics<'a>,
}

impl Poker {
    pub(super) fn whole_report(&self, audience: &Audience, scene: &Scene<'_>) -> PokerReport<'_> {
        let stories = self.logs().map(|(story, log)| self.story_report(story, log, scene.round));
        let is_something = |it: &StoryReport<'_>| it.id.is_some() || !it.rounds.is_empty();
        PokerReport {
            present: self.round_results(audience, scene),
            stories: stories.filter(is_something).collect(),
        }
    }

    fn story_report(&self, at: Option<u16>, log: &StoryLog, present: Round) -> StoryReport<'_> {
        let deck = &self.config.deck;
        let story = at.map(|at| &self.config.stories[usize::from(at)]);
        let report = |round, counts: &[u32]| RoundReport {
            round,
            voted: counts.iter().sum(),
            votes: votes_by_card(counts, deck),
            statistics: PokerStatistics::of(deck, counts),
        };
        let earlier = log.rounds.iter().map(|past| report(past.round, &past.counts));
        let is_present = self.revealed && at == self.story;
        let now = is_present.then(|| report(present, &self.table.counts));
        StoryReport {
            id: story.map(|story| &*story.id),
            title: story.map(|story| &*story.title),
            estimate: log.estimate.map(|card| deck.text(card)),
            rounds: earlier.chain(now).collect(),
        }
    }

    /// Shows the votes of revealed rounds, story by story; `present` is the number of the present
    /// round.
    pub(super) fn each_vote<'a>(&'a self, present: Round, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        for (story, log) in self.logs() {
            for PastRound { round, votes, .. } in &log.rounds {
                for vote in votes {
                    visit(self.row(story, *round, vote.seat, vote.card, vote.arrived_at));
                }
            }
            if self.revealed && story == self.story {
                for (seat, Vote { card, arrived_at }) in self.table.votes.iter() {
                    visit(self.row(story, present, seat, *card, *arrived_at));
                }
            }
        }
    }

    fn row(
        &self,
        story: Option<u16>,
        round: Round,
        seat: Seat,
        card: Card,
        answered_at: Timestamp,
    ) -> AnswerRow<'_> {
        let item = |place: u16| {
            let story = &self.config.stories[usize::from(place)];
            AskedItem { place, id: Some(&story.id), title: &story.title }
        };
        let card = self.config.deck.text(card);
        AnswerRow {
            item: story.map(item),
            round,
            seat,
            answer: Some(GivenText {
                body: Box::new(CardBody { card }),
                plain: Plain::Texts(vec![card]),
            }),
            correct: None,
            points: None,
            answered_at,
            response_ms: None,
        }
    }
}
