//! What everybody sees of a round.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{PastRound, Poker, PokerStatistics, StoryLog, deck::Deck};
use crate::{
    activity::{Audience, Scene},
    session::{Membership, ParticipantId, People, Round, Seat},
};

/// Earlier rounds that are shown. Teams need two or three; this bounds the frame.
const ROUNDS_SHOWN: usize = 20;
/// More names than this neither fit on a screen nor into a frame that changes with every vote.
const NAMES_MAX: u32 = 60;

/// A round: who voted, and once it is revealed what.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PokerResults<'a> {
    Voting(PokerVoting),
    Revealed(Box<PokerRevealed<'a>>),
}

/// Results of poker while people vote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PokerVotingResults)]
pub struct PokerVoting {
    /// The round of the present vote.
    pub round: Round,
    /// How many have voted.
    #[schema(example = 6)]
    pub voted: u32,
    /// Everybody who voted, and the non-spectators online who have not.
    #[schema(example = 8)]
    pub total: u32,
    /// In the order of joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub voters: Option<Vec<PokerVoter>>,
    /// Whether `voters` and `cards` are left out: above 60 people, or where names are not shown.
    #[schema(example = false)]
    pub names_omitted: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PokerVoter {
    pub participant_id: ParticipantId,
    /// As it is shown.
    #[schema(example = "Marisol")]
    pub nickname: String,
    /// Whether they have voted.
    pub voted: bool,
}

/// Results of poker after the reveal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PokerRevealedResults)]
pub struct PokerRevealed<'a> {
    #[serde(flatten)]
    pub round: PokerVoting,
    /// Votes by card; only the cards that were played.
    #[schema(example = json!({"3": 2, "5": 4}))]
    pub votes: BTreeMap<&'a str, u32>,
    /// In the order of joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cards: Option<Vec<PlayedCard<'a>>>,
    #[serde(flatten)]
    pub statistics: PokerStatistics<'a>,
    /// The story's revealed rounds before this one, oldest first; the last 20.
    pub rounds: Vec<EarlierRound<'a>>,
    /// What was accepted for the story, in this round or an earlier one.
    #[schema(required, example = "5")]
    pub estimate: Option<&'a str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlayedCard<'a> {
    pub participant_id: ParticipantId,
    /// As it is shown.
    #[schema(example = "Marisol")]
    pub nickname: String,
    /// What they played.
    #[schema(example = "5")]
    pub card: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EarlierRound<'a> {
    /// Which round it was.
    pub round: Round,
    /// Votes by card; only the cards that were played.
    #[schema(example = json!({"3": 2, "8": 3}))]
    pub votes: BTreeMap<&'a str, u32>,
    /// Of the cards with numbers; `null` without any.
    #[schema(required, example = 4.2)]
    pub mean: Option<f64>,
    /// Of the cards with numbers; `null` without any.
    #[schema(required, example = 5.0)]
    pub median: Option<f64>,
    /// The share of the most played card.
    #[schema(minimum = 0, maximum = 1, example = 0.6)]
    pub agreement: f64,
}

impl Poker {
    pub(super) fn round_results(&self, audience: &Audience, scene: &Scene<'_>) -> PokerResults<'_> {
        let voted = self.table.votes.len();
        let total = voted + audience.awaited;
        let with_names = self.config.show_names && scene.show_names && total <= NAMES_MAX;
        let round = PokerVoting {
            round: scene.round,
            voted,
            total,
            voters: with_names.then(|| self.voters(audience, scene.people)),
            names_omitted: !with_names,
        };
        if self.revealed {
            PokerResults::Revealed(Box::new(self.revealed_round(round, scene.people)))
        } else {
            PokerResults::Voting(round)
        }
    }

    /// Looks at every seat, but only where few people are there; and a seat costs a bit or two.
    fn voters(&self, audience: &Audience, people: &People) -> Vec<PokerVoter> {
        let seats = (0..).map(Seat).zip(people.seats());
        seats
            .filter_map(|(seat, person)| {
                let voted = self.table.votes.get(seat).is_some();
                let is_shown = match person.presence {
                    Membership::Present => voted || audience.is_online(seat) && !person.spectator,
                    Membership::Left => voted,
                    Membership::Removed => false,
                };
                is_shown.then(|| PokerVoter {
                    participant_id: person.id,
                    nickname: people.shown_name(seat).to_string(),
                    voted,
                })
            })
            .collect()
    }

    fn revealed_round(&self, round: PokerVoting, people: &People) -> PokerRevealed<'_> {
        let deck = &self.config.deck;
        let log = self.log();
        PokerRevealed {
            cards: (!round.names_omitted).then(|| self.played_cards(people)),
            round,
            votes: votes_by_card(&self.table.counts, deck),
            statistics: PokerStatistics::of(deck, &self.table.counts),
            rounds: log.last_rounds().iter().map(|round| round.results(deck)).collect(),
            estimate: log.estimate.map(|card| deck.text(card)),
        }
    }

    fn played_cards(&self, people: &People) -> Vec<PlayedCard<'_>> {
        let votes = self.table.votes.iter();
        votes
            .filter(|(seat, _)| people.at(*seat).presence != Membership::Removed)
            .map(|(seat, vote)| PlayedCard {
                participant_id: people.at(seat).id,
                nickname: people.shown_name(seat).to_string(),
                card: self.config.deck.text(vote.card),
            })
            .collect()
    }
}

impl StoryLog {
    fn last_rounds(&self) -> &[PastRound] {
        &self.rounds[self.rounds.len().saturating_sub(ROUNDS_SHOWN)..]
    }
}

impl PastRound {
    fn results<'a>(&self, deck: &'a Deck) -> EarlierRound<'a> {
        let PokerStatistics { mean, median, agreement, .. } =
            PokerStatistics::of(deck, &self.counts);
        let votes = votes_by_card(&self.counts, deck);
        EarlierRound { round: self.round, votes, mean, median, agreement }
    }
}

/// Votes by card; only the cards that were played.
pub(super) fn votes_by_card<'a>(counts: &[u32], deck: &'a Deck) -> BTreeMap<&'a str, u32> {
    let cards = deck.cards().zip(counts).filter(|(_, votes)| **votes > 0);
    cards.map(|(card, votes)| (deck.text(card), *votes)).collect()
}
