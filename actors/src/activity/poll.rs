//! Polls: a choice, a rating, a ranking, or a text.

use std::{collections::BTreeMap, sync::Arc};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    board::{Board, BoardChange},
    options::{
        ChoiceOption, OptionId, OptionSet, complete_options, complete_text, duration_problem,
        option_indexes,
    },
    rows::{AnswerRow, AskedItem, GivenText, Plain},
    rules::{
        ActivityConfig, ActivityRules, Audience, ForRound, ResultsPolicy, Running, Scene, View,
        Wire,
    },
    shapes::Shapes,
};
use crate::session::{
    FieldError, ItemId, ItemKind, People, Profanity, Rejection, Round, Screened, Seat, SeatMap,
    TextItem, TextStatus, Timestamp, Verdict, Withheld, screen, text,
};

const QUESTION_MAX: usize = 500;
/// Steps a rating scale may have, ends included.
const SCALE_STEPS_MAX: i32 = 21;
/// Characters an answer may have, unless the configuration says otherwise.
const TEXT_DEFAULT: u16 = 280;
const TEXT_MAX: u16 = 1_000;
/// Texts shown on a phone, and on the big screen.
const LATEST_FOR_PARTICIPANTS: usize = 10;
const LATEST_FOR_RUNNER: usize = 50;

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
                let scale = self.scale.get_or_insert(Scale {
                    min: 1,
                    max: 5,
                    min_label: None,
                    max_label: None,
                });
                problems.extend(scale.problem());
            }
            PollKind::Text if !(1..=TEXT_MAX).contains(&self.max_length) => {
                problems.push(FieldError::new("/max_length", "must be 1 to 1000"));
            }
            PollKind::Text => {}
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

    fn steps(&self) -> usize {
        usize::try_from(self.max - self.min + 1).unwrap_or_default()
    }
}

/// An answer to a poll: exactly one of the four, by the poll's kind.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PollAnswer {
    /// Ids of the chosen options.
    #[schema(value_type = Option<Vec<OptionId>>, max_items = 20, example = json!(["a"]))]
    pub choices: Option<Vec<String>>,
    /// A step of the scale.
    #[schema(minimum = -100, maximum = 100)]
    pub rating: Option<i32>,
    /// Ids of the options, best first; all of them or the first few.
    #[schema(value_type = Option<Vec<OptionId>>, max_items = 20)]
    pub ranking: Option<Vec<String>>,
    /// One line, up to the `max_length` of the poll.
    #[schema(max_length = 64000)]
    pub text: Option<String>,
    /// The round the answer was made for.
    pub round: Option<Round>,
}

impl ForRound for PollAnswer {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Ballot {
    Choices(OptionSet),
    Rating(i32),
    /// Indexes of options, best first.
    Ranking(Thin<[u8]>),
    Text {
        text: Thin<str>,
        /// Whether it waits for a moderator from the start.
        is_held: bool,
    },
}

/// One word wide, so that a vote is no larger than its most common kind needs.
type Thin<T> = Box<Box<T>>;

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

/// Running counts, moved by each vote's difference with the one it replaces.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
struct Tally {
    /// Votes by option or by step of the scale; for rankings, first places.
    counts: Vec<u32>,
    /// Borda points by option.
    borda: Vec<u32>,
    /// Who wrote which text, by item number: in order of arrival.
    texts: BTreeMap<u32, Seat>,
    items: SeatMap<u32>,
    /// Invariant: grows with every text and is never used twice, so a moderator's decision
    /// about one text can't hit the next.
    next_item: u32,
}

impl Tally {
    fn blank(config: &PollConfig, next_item: u32) -> Self {
        let (counts, borda) = match config.kind {
            PollKind::Choice => (config.options.len(), 0),
            PollKind::Ranking => (config.options.len(), config.options.len()),
            PollKind::Rating => (config.scale.as_ref().map_or(0, Scale::steps), 0),
            PollKind::Text => (0, 0),
        };
        Self { counts: vec![0; counts], borda: vec![0; borda], next_item, ..Self::default() }
    }

    fn add(&mut self, seat: Seat, ballot: &Ballot) {
        match ballot {
            Ballot::Choices(set) => set.indexes().for_each(|index| self.counts[index] += 1),
            Ballot::Rating(step) => self.counts[*step as usize] += 1,
            Ballot::Ranking(order) => {
                self.counts[usize::from(order[0])] += 1;
                for (option, points) in borda_points(order, self.borda.len()) {
                    self.borda[option] += points;
                }
            }
            Ballot::Text { .. } => {
                self.texts.insert(self.next_item, seat);
                self.items.insert(seat, self.next_item);
                self.next_item += 1;
            }
        }
    }

    fn subtract(&mut self, seat: Seat, ballot: &Ballot) {
        match ballot {
            Ballot::Choices(set) => set.indexes().for_each(|index| self.counts[index] -= 1),
            Ballot::Rating(step) => self.counts[*step as usize] -= 1,
            Ballot::Ranking(order) => {
                self.counts[usize::from(order[0])] -= 1;
                for (option, points) in borda_points(order, self.borda.len()) {
                    self.borda[option] -= points;
                }
            }
            Ballot::Text { .. } => {
                if let Some(item) = self.items.remove(seat) {
                    self.texts.remove(&item);
                }
            }
        }
    }
}

/// Borda's count: of `options`, the first place is worth `options - 1`, the last 0, as is an
/// option that the voter did not rank.
fn borda_points(order: &[u8], options: usize) -> impl Iterator<Item = (usize, u32)> {
    let top = u32::try_from(options).unwrap_or_default();
    (1..=top).zip(order).map(move |(place, option)| (usize::from(*option), top - place))
}

impl ActivityRules for Poll {
    const NAME: &'static str = "poll";
    const TITLE: &'static str = "Poll";
    const DESCRIPTION: &'static str = "A choice, a rating, a ranking, or a short text.";

    type Config = PollConfig;
    type Answer = PollAnswer;
    type Given = Ballot;
    type Control = PollControl;
    type Change = BoardChange;

    fn shapes() -> Shapes {
        Shapes::new::<PollConfig, BallotBody<'_>>(&BoardChange::ACTIONS, &Board::PHASES)
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
        match (self.config.kind, answer) {
            (
                PollKind::Choice,
                PollAnswer { choices: Some(ids), rating: None, ranking: None, text: None, .. },
            ) => self.read_choices(ids),
            (
                PollKind::Rating,
                PollAnswer {
                    choices: None, rating: Some(value), ranking: None, text: None, ..
                },
            ) => self.read_rating(*value),
            (
                PollKind::Ranking,
                PollAnswer { choices: None, rating: None, ranking: Some(ids), text: None, .. },
            ) => self.read_ranking(ids),
            (
                PollKind::Text,
                PollAnswer { choices: None, rating: None, ranking: None, text: Some(raw), .. },
            ) => self.read_text(raw, scene.profanity),
            (kind, _) => {
                Err(Rejection::invalid("", format!("must have {} and nothing else", kind.field())))
            }
        }
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
        let ids =
            |indexes: Vec<usize>| indexes.into_iter().map(|at| &*config.options[at].id).collect();
        Box::new(match ballot {
            Ballot::Choices(set) => BallotBody::Choices(ids(set.indexes().collect())),
            Ballot::Rating(step) => {
                BallotBody::Rating(config.scale.as_ref().map_or(0, |scale| scale.min) + step)
            }
            Ballot::Ranking(order) => {
                BallotBody::Ranking(ids(order.iter().map(|at| usize::from(*at)).collect()))
            }
            Ballot::Text { text, .. } => BallotBody::Text(text),
        })
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

/// An answer to a poll, as its author wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PollAnswered)]
pub enum BallotBody<'a> {
    Choices(Vec<&'a str>),
    Rating(i32),
    Ranking(Vec<&'a str>),
    Text(&'a str),
}

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
    fn read_choices(&self, ids: &[String]) -> Result<Ballot, Rejection> {
        if !(1..=usize::from(self.config.max_choices)).contains(&ids.len()) {
            let detail = format!("must have 1 to {} options", self.config.max_choices);
            return Err(Rejection::invalid("/choices", detail));
        }
        Ok(Ballot::Choices(OptionSet::from_indexes(&self.indexes(ids, "/choices")?)))
    }

    fn read_rating(&self, value: i32) -> Result<Ballot, Rejection> {
        let scale = self.config.scale.as_ref().ok_or(Rejection::InvalidAction)?;
        if !(scale.min..=scale.max).contains(&value) {
            let detail = format!("must be {} to {}", scale.min, scale.max);
            return Err(Rejection::invalid("/rating", detail));
        }
        Ok(Ballot::Rating(value - scale.min))
    }

    fn read_ranking(&self, ids: &[String]) -> Result<Ballot, Rejection> {
        if ids.is_empty() {
            return Err(Rejection::invalid("/ranking", "must have at least one option"));
        }
        Ok(Ballot::Ranking(Box::new(self.indexes(ids, "/ranking")?.into())))
    }

    fn read_text(&self, raw: &str, profanity: Profanity) -> Result<Ballot, Rejection> {
        let text = text::one_line(raw, self.config.max_length.into())
            .map_err(|error| Rejection::invalid("/text", error.to_string()))?;
        let Screened { text, is_held } = screen(text, profanity, "/text")?;
        Ok(Ballot::Text { text: Box::new(text.into()), is_held })
    }

    /// The indexes of different options.
    fn indexes(&self, ids: &[String], pointer: &str) -> Result<Vec<u8>, Rejection> {
        option_indexes(&self.config.options, ids, pointer)
            .map_err(|problem| Rejection::Invalid(vec![problem]))
    }

    fn choice_results(&self) -> ChoiceResults<'_> {
        ChoiceResults { responses: self.votes.len(), counts: self.by_option(&self.tally.counts) }
    }

    fn rating_results(&self) -> RatingResults {
        let counts: BTreeMap<i32, u32> =
            (self.scale_min()..).zip(self.tally.counts.iter().copied()).collect();
        let responses = self.votes.len();
        let sum: i64 = counts.iter().map(|(value, n)| i64::from(*value) * i64::from(*n)).sum();
        let mean = (responses > 0).then(|| sum as f64 / f64::from(responses));
        RatingResults { responses, mean, median: median(&counts, responses), counts }
    }

    fn ranking_results(&self) -> RankingResults<'_> {
        RankingResults {
            responses: self.votes.len(),
            scores: self.by_option(&self.tally.borda),
            first: self.by_option(&self.tally.counts),
        }
    }

    /// Texts that are not shown still count.
    fn text_results(&self, view: View, scene: &Scene<'_>) -> TextResults<'_> {
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

    fn by_option(&self, numbers: &[u32]) -> BTreeMap<&str, u32> {
        self.config.options.iter().map(|option| &*option.id).zip(numbers.iter().copied()).collect()
    }
}

impl PollKind {
    fn field(self) -> &'static str {
        match self {
            Self::Choice => "choices",
            Self::Rating => "rating",
            Self::Ranking => "ranking",
            Self::Text => "text",
        }
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
