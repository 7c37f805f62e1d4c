//! Polls: a choice, a rating, a ranking, or a text.

mod ballot;
mod config;
mod results;
mod tally;

use std::sync::Arc;

use bincode::{Decode, Encode};
use serde::Deserialize;
use utoipa::ToSchema;

use self::tally::Tally;
pub use self::{
    ballot::{Ballot, BallotBody, PollAnswer},
    config::{PollConfig, PollKind, Scale},
    results::{ChoiceResults, RankingResults, RatingResults, ShownText, TextResults},
};
use super::{
    board::{Board, BoardChange},
    rows::{AnswerRow, AskedItem, GivenText, Plain},
    rules::{ActivityRules, Audience, ForRound, Running, Scene, View, Wire},
    shapes::Shapes,
};
use crate::session::{
    ItemKind, People, Rejection, Round, Seat, SeatMap, TextItem, TextStatus, Timestamp, Verdict,
    Withheld,
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PollControl {
    /// `reveal`, `hide`, `lock`, `unlock` or `reset`.
    pub action: String,
    /// The round the control was made for.
    pub round: Option<Round>,
}

impl ForRound for PollControl {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

/// The state of a poll.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Poll {
    config: Arc<PollConfig>,
    board: Board,
    votes: SeatMap<Vote>,
    /// The texts that are not shown, by item number.
    withheld: Withheld,
    /// Invariant: what a recount of `votes` would give.
    tally: Tally,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Vote {
    ballot: Ballot,
    arrived_at: Timestamp,
}

impl ActivityRules for Poll {
    const NAME: &'static str = "poll";
    const TITLE: &'static str = "Poll";
    const DESCRIPTION: &'static str = "A choice, a rating, a ranking, or a short text.";
    const ACTIONS: &'static [&'static str] = &BoardChange::ACTIONS;

    type Config = PollConfig;
    type Answer = PollAnswer;
    type Given = Ballot;
    type Control = PollControl;
    type Change = BoardChange;

    fn shapes() -> Shapes {
        Shapes::new::<PollConfig, BallotBody<'_>>(Self::ACTIONS, &Board::PHASES)
            .results::<ChoiceResults<'_>>()
            .results::<RatingResults>()
            .results::<RankingResults<'_>>()
            .results::<TextResults<'_>>()
    }

    fn new(config: Arc<PollConfig>) -> Self {
        let tally = Tally::blank(&config, 0);
        Self {
            config,
            board: Board::default(),
            votes: SeatMap::default(),
            withheld: Withheld::default(),
            tally,
        }
    }

    fn config(&self) -> &Arc<PollConfig> {
        &self.config
    }

    fn extend(&mut self, config: Arc<PollConfig>) {
        self.config = config;
    }

    fn read(&self, answer: &PollAnswer, scene: &Scene<'_>) -> Result<Ballot, Rejection> {
        self.read_ballot(answer, scene.profanity)
    }

    fn given(&self, seat: Seat) -> Option<&Ballot> {
        self.votes.get(seat).map(|vote| &vote.ballot)
    }

    fn put(&mut self, seat: Seat, ballot: &Ballot, arrived_at: Timestamp) {
        self.take_back(seat);
        self.tally.add(seat, ballot);
        if let (Ballot::Text { is_held: true, .. }, Some(item)) =
            (ballot, self.tally.items.get(seat))
        {
            self.withheld.set(*item, TextStatus::Pending);
        }
        self.votes.insert(seat, Vote { ballot: ballot.clone(), arrived_at });
    }

    fn answer_body<'a>(config: &'a PollConfig, ballot: &'a Ballot) -> Wire<'a> {
        Box::new(BallotBody::new(config, ballot))
    }

    fn decide_control(
        &self,
        control: &PollControl,
        _: &Scene<'_>,
    ) -> Result<BoardChange, Rejection> {
        BoardChange::of(&control.action).ok_or(Rejection::InvalidAction)
    }

    fn works_when_expired(control: &PollControl) -> bool {
        BoardChange::works_when_expired(&control.action)
    }

    fn starts_round(change: &BoardChange) -> bool {
        *change == BoardChange::Reset
    }

    fn changes_everyone(change: &BoardChange) -> bool {
        *change == BoardChange::Reset
    }

    fn apply(&mut self, change: &BoardChange, _: &People, _: Timestamp) {
        self.board.apply(*change);
        if *change == BoardChange::Reset {
            self.votes = SeatMap::default();
            self.withheld = Withheld::default();
            self.tally = Tally::blank(&self.config, self.tally.next_item);
        }
    }
}

impl Running for Poll {
    fn accepts(&self, _: &Scene<'_>) -> Result<(), Rejection> {
        self.board.accepts()
    }

    fn allows_change(&self) -> bool {
        self.config.allow_change
    }

    fn take_back(&mut self, seat: Seat) {
        self.forget_status_of(seat);
        if let Some(vote) = self.votes.remove(seat) {
            self.tally.subtract(seat, &vote.ballot);
        }
    }

    fn answered(&self) -> u32 {
        self.votes.len()
    }

    fn phase(&self, scene: &Scene<'_>) -> &'static str {
        self.board.phase(scene)
    }

    fn is_revealed(&self) -> bool {
        self.board.is_revealed
    }

    fn is_locked(&self) -> bool {
        self.board.is_locked
    }

    fn shows_answers(&self, view: View) -> bool {
        self.config.results.shows(view, self.board.is_revealed)
    }

    fn public_config(&self) -> Wire<'_> {
        Box::new(&*self.config)
    }

    fn results(&self, view: View, _: &Audience, scene: &Scene<'_>) -> Option<Wire<'_>> {
        self.shows_answers(view).then(|| -> Wire<'_> {
            match self.config.kind {
                PollKind::Choice => Box::new(self.choice_results()),
                PollKind::Rating => Box::new(self.rating_results()),
                PollKind::Ranking => Box::new(self.ranking_results()),
                PollKind::Text => Box::new(self.text_results(view, scene)),
            }
        })
    }

    fn each_answer<'a>(&'a self, scene: &Scene<'_>, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        for (seat, vote) in self.votes.iter() {
            let is_shown = match vote.ballot {
                Ballot::Choices(_) | Ballot::Rating(_) | Ballot::Ranking(_) => true,
                Ballot::Text { .. } => self.is_text_shown(seat),
            };
            visit(AnswerRow {
                item: AskedItem::only(&self.config.question),
                round: scene.round,
                seat,
                answer: is_shown.then(|| GivenText {
                    body: Self::answer_body(&self.config, &vote.ballot),
                    plain: self.plain(&vote.ballot),
                }),
                correct: None,
                points: None,
                answered_at: vote.arrived_at,
                response_ms: None,
            });
        }
    }

    fn names_authors(&self) -> bool {
        !self.config.anonymous
    }

    fn texts(&self, first: u32) -> Box<dyn Iterator<Item = TextItem<'_>> + '_> {
        let items = self.tally.texts.range(first..);
        Box::new(items.filter_map(|(item, seat)| self.text_item(*item, *seat)))
    }

    fn text(&self, number: u32) -> Option<TextItem<'_>> {
        self.text_item(number, *self.tally.texts.get(&number)?)
    }

    fn pending(&self) -> u32 {
        self.withheld.pending()
    }

    fn judge(&mut self, number: u32, verdict: Verdict) {
        if self.tally.texts.contains_key(&number) {
            self.withheld.set(number, verdict.status());
        }
    }

    fn hide_texts_of(&mut self, seat: Seat) {
        if let Some(item) = self.tally.items.get(seat) {
            self.withheld.set(*item, TextStatus::Hidden);
        }
    }

    fn erase_texts_of(&mut self, seat: Seat) {
        self.forget_status_of(seat);
        if let Some(Vote { ballot: ballot @ Ballot::Text { .. }, .. }) = self.votes.get_mut(seat) {
            self.tally.subtract(seat, ballot);
            *ballot = Ballot::Text { text: Box::new("".into()), is_held: false };
        }
    }
}

impl Poll {
    fn text_item(&self, item: u32, seat: Seat) -> Option<TextItem<'_>> {
        let vote = self.votes.get(seat)?;
        let Ballot::Text { text, .. } = &vote.ballot else { return None };
        Some(TextItem {
            kind: ItemKind::Text,
            number: item,
            text,
            status: self.withheld.status(item),
            at: vote.arrived_at,
            author: Some(seat),
            is_anonymous: self.config.anonymous,
        })
    }

    /// Whether others may read what somebody wrote; nothing is left to read where it was erased.
    fn is_text_shown(&self, author: Seat) -> bool {
        let item = self.tally.items.get(author);
        item.is_some_and(|item| self.withheld.status(*item) == TextStatus::Visible)
    }

    /// What was decided about a text does not outlive it.
    fn forget_status_of(&mut self, seat: Seat) {
        if let Some(item) = self.tally.items.get(seat) {
            self.withheld.set(*item, TextStatus::Visible);
        }
    }

    fn plain<'a>(&'a self, ballot: &'a Ballot) -> Plain<'a> {
        let labels = |indexes: &mut dyn Iterator<Item = usize>| {
            Plain::Texts(indexes.map(|at| &*self.config.options[at].label).collect())
        };
        match ballot {
            Ballot::Choices(set) => labels(&mut set.indexes()),
            Ballot::Rating(step) => Plain::Number(f64::from(self.scale_min() + step)),
            Ballot::Ranking(order) => labels(&mut order.iter().map(|at| usize::from(*at))),
            Ballot::Text { text, .. } => Plain::Texts(vec![text]),
        }
    }

    fn scale_min(&self) -> i32 {
        self.config.scale.as_ref().map_or(0, |scale| scale.min)
    }
}
