//! Planning poker: everybody plays a card face down, then all are turned over at once.
//!
//! Read [`deck`] (the cards), [`config`] (the stories), this file (the rules), [`statistics`]
//! (what a round says), [`results`] (what everybody sees) and [`report`] (what is left of it all).

mod config;
mod deck;
mod report;
mod results;
mod statistics;
#[cfg(test)]
mod tests;

use std::{mem, sync::Arc};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    config::{PokerConfig, Story},
    deck::{Card, Deck, NamedDeck},
    report::{PokerReport, RoundReport, StoryReport},
    results::{EarlierRound, PlayedCard, PokerResults, PokerRevealed, PokerVoter, PokerVoting},
    statistics::{PokerStatistics, ProposalReason},
};
use super::{
    rows::AnswerRow,
    rules::{ActivityRules, Audience, ForRound, Running, Scene, View, Wire},
    shapes::Shapes,
};
use crate::session::{NotAccepting, People, Rejection, Round, Seat, SeatMap, Timestamp};

/// A vote.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PokerAnswer {
    /// A card of the deck, `?` and `☕` included.
    #[schema(max_length = 10, example = "5")]
    pub card: String,
    /// The round the vote was made for.
    pub round: Option<Round>,
}

impl ForRound for PokerAnswer {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PokerControl {
    /// `reveal`, `revote`, `accept`, `next` or `previous`.
    pub action: String,
    /// For `accept`: a card of the deck other than `?` and `☕`.
    #[schema(max_length = 10)]
    pub estimate: Option<String>,
    /// The round the control was made for.
    pub round: Option<Round>,
}

impl ForRound for PokerControl {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum PokerChange {
    Revealed,
    Accepted(Card),
    /// The same story again, after this round.
    Revoted(Round),
    /// Another story, by its place in the list, after a round.
    Moved {
        story: u16,
        after: Round,
    },
}

/// The state of a poker table.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Poker {
    config: Arc<PokerConfig>,
    /// The story that is voted on, by its place in the list; `None` while there were no stories
    /// when the round began, so that stories appended meanwhile don't inherit its votes.
    story: Option<u16>,
    revealed: bool,
    /// The present round.
    table: Table,
    /// What was voted without a story.
    free: StoryLog,
    /// Invariant: one for each story.
    stories: Vec<StoryLog>,
}

/// The cards of one round.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Table {
    votes: SeatMap<Vote>,
    /// Votes by card of the deck. Invariant: what a recount of `votes` would give.
    counts: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Vote {
    card: Card,
    arrived_at: Timestamp,
}

/// What became of a story so far.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
struct StoryLog {
    estimate: Option<Card>,
    /// Rounds that were revealed, the present one and those no longer kept included.
    reveals: u32,
    /// The revealed rounds before the present one, oldest first.
    rounds: Vec<PastRound>,
}

/// A revealed round that is over.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct PastRound {
    round: Round,
    /// Votes by card of the deck.
    counts: Vec<u32>,
    /// In the order of joining.
    votes: Box<[PastVote]>,
}

/// Sixteen bytes: every vote of every round is kept.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct PastVote {
    arrived_at: Timestamp,
    seat: Seat,
    card: Card,
}

impl ActivityRules for Poker {
    const NAME: &'static str = "poker";
    const TITLE: &'static str = "Planning poker";
    const DESCRIPTION: &'static str = "Estimate together: all cards are turned over at once.";
    const ACTIONS: &'static [&'static str] = &["reveal", "revote", "accept", "next", "previous"];

    type Config = PokerConfig;
    type Answer = PokerAnswer;
    type Given = Card;
    type Control = PokerControl;
    type Change = PokerChange;

    fn shapes() -> Shapes {
        Shapes::new::<PublicConfig<'_>, CardBody<'_>>(Self::ACTIONS, &["voting", "revealed"])
            .current::<CurrentStory<'_>>()
            .results::<PokerVoting>()
            .results::<PokerRevealed<'_>>()
            .report_as::<PokerReport<'_, PokerVoting>>("PokerVotingReport")
            .report_as::<PokerReport<'_, PokerRevealed<'_>>>("PokerRevealedReport")
            .story::<StoryItem<'_>>()
    }

    fn new(config: Arc<PokerConfig>) -> Self {
        Self {
            story: (!config.stories.is_empty()).then_some(0),
            revealed: false,
            table: Table::blank(&config.deck),
            free: StoryLog::default(),
            stories: vec![StoryLog::default(); config.stories.len()],
            config,
        }
    }

    fn config(&self) -> &Arc<PokerConfig> {
        &self.config
    }

    fn extend(&mut self, config: Arc<PokerConfig>) {
        self.stories.resize(config.stories.len(), StoryLog::default());
        self.config = config;
    }

    fn read(&self, answer: &PokerAnswer, _: &Scene<'_>) -> Result<Card, Rejection> {
        let card = self.config.deck.find(&answer.card);
        card.ok_or_else(|| Rejection::invalid("/card", "is not in the deck"))
    }

    fn given(&self, seat: Seat) -> Option<&Card> {
        self.table.votes.get(seat).map(|vote| &vote.card)
    }

    fn put(&mut self, seat: Seat, card: &Card, arrived_at: Timestamp) {
        self.take_back(seat);
        self.table.counts[card.index()] += 1;
        self.table.votes.insert(seat, Vote { card: *card, arrived_at });
    }

    fn answer_body<'a>(config: &'a PokerConfig, card: &'a Card) -> Wire<'a> {
        Box::new(CardBody { card: config.deck.text(*card) })
    }

    fn decide_control(
        &self,
        control: &PokerControl,
        scene: &Scene<'_>,
    ) -> Result<PokerChange, Rejection> {
        if control.estimate.is_some() && control.action != "accept" {
            return Err(Rejection::invalid("/estimate", "goes with accept only"));
        }
        let may_reveal = !self.revealed && !self.table.votes.is_empty();
        match control.action.as_str() {
            "reveal" if may_reveal => Ok(PokerChange::Revealed),
            "accept" if self.revealed => self.read_estimate(control.estimate.as_deref()),
            "revote" => Ok(PokerChange::Revoted(scene.round)),
            "next" => self.move_to(self.story.map_or(Some(0), |at| at.checked_add(1)), scene),
            "previous" => self.move_to(self.story.and_then(|at| at.checked_sub(1)), scene),
            _ => Err(Rejection::InvalidAction),
        }
    }

    fn works_when_expired(control: &PokerControl) -> bool {
        control.action == "reveal"
    }

    fn starts_round(change: &PokerChange) -> bool {
        match change {
            PokerChange::Revoted(_) | PokerChange::Moved { .. } => true,
            PokerChange::Revealed | PokerChange::Accepted(_) => false,
        }
    }

    fn changes_everyone(change: &PokerChange) -> bool {
        Self::starts_round(change)
    }

    fn apply(&mut self, change: &PokerChange, _: &People, _: Timestamp) {
        match *change {
            PokerChange::Revealed => {
                self.revealed = true;
                self.log_mut().reveals += 1;
            }
            PokerChange::Accepted(card) => self.log_mut().estimate = Some(card),
            PokerChange::Revoted(round) => self.clear_table(round),
            PokerChange::Moved { story, after } => {
                self.clear_table(after);
                self.story = Some(story);
            }
        }
    }

    fn when_all_answered(&self) -> Option<PokerChange> {
        let is_due = self.config.auto_reveal && !self.revealed && !self.table.votes.is_empty();
        is_due.then_some(PokerChange::Revealed)
    }
}

impl Running for Poker {
    fn accepts(&self, _: &Scene<'_>) -> Result<(), Rejection> {
        if self.revealed { Err(Rejection::NotAccepting(NotAccepting::Late)) } else { Ok(()) }
    }

    fn allows_change(&self) -> bool {
        self.config.allow_change
    }

    fn take_back(&mut self, seat: Seat) {
        if let Some(vote) = self.table.votes.remove(seat) {
            self.table.counts[vote.card.index()] -= 1;
        }
    }

    fn answered(&self) -> u32 {
        self.table.votes.len()
    }

    fn phase(&self, _: &Scene<'_>) -> &'static str {
        if self.revealed { "revealed" } else { "voting" }
    }

    fn counts_audience(&self) -> bool {
        !self.is_revealed()
    }

    fn is_revealed(&self) -> bool {
        self.revealed
    }

    fn shows_answers(&self, _: View) -> bool {
        true
    }

    fn public_config(&self) -> Wire<'_> {
        let PokerConfig { stories: _, deck, allow_change, auto_reveal, show_names, duration_s } =
            &*self.config;
        Box::new(PublicConfig {
            deck,
            allow_change: *allow_change,
            auto_reveal: *auto_reveal,
            show_names: *show_names,
            duration_s: *duration_s,
        })
    }

    fn current(&self) -> Option<Wire<'_>> {
        let deck = &self.config.deck;
        Some(Box::new(CurrentStory {
            index: self.story.unwrap_or_default(),
            of: self.config.stories.len(),
            story: self.story.map(|at| &self.config.stories[usize::from(at)]),
            cards: deck.cards().map(|card| deck.text(card)).collect(),
        }))
    }

    fn results(&self, _: View, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        Some(Box::new(self.round_results(audience, scene)))
    }

    fn stories(&self) -> Option<Wire<'_>> {
        let stories = self.config.stories.iter().zip(&self.stories);
        let items = stories.map(|(story, log)| StoryItem {
            id: &story.id,
            title: &story.title,
            estimate: log.estimate.map(|card| self.config.deck.text(card)),
            rounds: log.reveals,
        });
        Some(Box::new(items.collect::<Vec<_>>()))
    }

    fn report(&self, audience: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        Some(Box::new(self.whole_report(audience, scene)))
    }

    fn responses(&self) -> u32 {
        let rounds = self.logs().flat_map(|(_, log)| &log.rounds);
        let earlier: usize = rounds.map(|round| round.votes.len()).sum();
        u32::try_from(earlier).unwrap_or(u32::MAX).saturating_add(self.answered())
    }

    fn each_answer<'a>(&'a self, scene: &Scene<'_>, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        self.each_vote(scene.round, visit);
    }

    fn names_authors(&self) -> bool {
        self.config.show_names
    }
}

/// A vote as its author made it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PokerAnswered)]
pub struct CardBody<'a> {
    /// The card that was played.
    #[schema(example = "5")]
    card: &'a str,
}

/// The configuration without its stories.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PokerPublicConfig)]
pub struct PublicConfig<'a> {
    /// The cards.
    deck: &'a Deck,
    /// Whether votes may be changed before the reveal.
    allow_change: bool,
    /// Whether the round reveals itself once everybody online has voted.
    #[schema(example = false)]
    auto_reveal: bool,
    /// Whether results name who voted what.
    show_names: bool,
    /// Seconds after which the activity expires by itself.
    #[schema(required)]
    duration_s: Option<u32>,
}

/// The story that is voted on.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentStory<'a> {
    /// Its place in the list, from 0.
    pub index: u16,
    /// How many stories there are.
    #[schema(example = 12)]
    pub of: usize,
    /// `null` where people vote without one.
    #[schema(required)]
    pub story: Option<&'a Story>,
    /// The whole deck, `?` and `☕` included.
    #[schema(example = json!(["1", "2", "3", "5", "8", "?", "☕"]))]
    pub cards: Vec<&'a str>,
}

/// A story as the runner's list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryItem<'a> {
    /// For `link`s and logs.
    #[schema(example = "s1")]
    pub id: &'a str,
    /// What is estimated.
    #[schema(example = "Log in")]
    pub title: &'a str,
    /// What was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub estimate: Option<&'a str>,
    /// How many of its rounds were revealed.
    pub rounds: u32,
}

impl Poker {
    fn read_estimate(&self, estimate: Option<&str>) -> Result<PokerChange, Rejection> {
        let deck = &self.config.deck;
        let card = estimate.and_then(|text| deck.find(text));
        card.filter(|card| deck.is_estimate(*card))
            .map(PokerChange::Accepted)
            .ok_or_else(|| Rejection::invalid("/estimate", "must be a card other than ? and ☕"))
    }

    fn move_to(&self, story: Option<u16>, scene: &Scene<'_>) -> Result<PokerChange, Rejection> {
        story
            .filter(|story| usize::from(*story) < self.stories.len())
            .map(|story| PokerChange::Moved { story, after: scene.round })
            .ok_or(Rejection::InvalidAction)
    }

    /// Ends the round: a revealed one is kept, a hidden one was nobody's business.
    fn clear_table(&mut self, round: Round) {
        let table = mem::replace(&mut self.table, Table::blank(&self.config.deck));
        if mem::take(&mut self.revealed) {
            self.log_mut().rounds.push(PastRound::of(table, round));
        }
    }

    fn log(&self) -> &StoryLog {
        self.story.map_or(&self.free, |at| &self.stories[usize::from(at)])
    }

    /// What was voted without a story, then story by story.
    fn logs(&self) -> impl Iterator<Item = (Option<u16>, &StoryLog)> {
        let stories = (0..).map(Some).zip(&self.stories);
        std::iter::once((None, &self.free)).chain(stories)
    }

    fn log_mut(&mut self) -> &mut StoryLog {
        self.story.map_or(&mut self.free, |at| &mut self.stories[usize::from(at)])
    }
}

impl PastRound {
    fn of(table: Table, round: Round) -> Self {
        let vote = |(seat, vote): (Seat, &Vote)| PastVote {
            arrived_at: vote.arrived_at,
            seat,
            card: vote.card,
        };
        Self { round, counts: table.counts, votes: table.votes.iter().map(vote).collect() }
    }
}

impl Table {
    fn blank(deck: &Deck) -> Self {
        Self { votes: SeatMap::default(), counts: vec![0; deck.len()] }
    }
}
