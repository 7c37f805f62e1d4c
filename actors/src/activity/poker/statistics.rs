//! What a round of cards says: computed from the votes per card, so at the cost of the deck.

use serde::Serialize;
use utoipa::ToSchema;

use super::deck::{Card, Deck};

/// What a revealed round says.
///
/// *Numbers* are the cards with a number on them (`½` is 0.5); *estimates* are all cards but `?`
/// and `☕`. A *step* is the distance between neighbours in the deck.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PokerStatistics<'a> {
    /// Of the numbers, not rounded; `null` without any. Information, never the proposal.
    #[schema(required, example = 4.33)]
    pub mean: Option<f64>,
    /// Of the numbers; of an even count the mean of the two in the middle.
    #[schema(required, example = 5.0)]
    pub median: Option<f64>,
    /// Of the numbers.
    #[schema(required, example = 3.0)]
    pub min: Option<f64>,
    /// Of the numbers.
    #[schema(required, example = 5.0)]
    pub max: Option<f64>,
    /// The most played card of all, `?` and `☕` included; `null` where several share the top.
    #[schema(required, example = "5")]
    pub mode: Option<&'a str>,
    /// The share of the most played card among all votes, 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.67)]
    pub agreement: f64,
    /// Whether there are two or more estimates, and all are equal.
    #[schema(example = false)]
    pub consensus: bool,
    /// Steps from the lowest to the highest estimate; `null` without any.
    #[schema(required, example = 1)]
    pub spread: Option<usize>,
    /// Estimates two or more steps away from the middle one, in the order of the deck. With the
    /// two in the middle apart, the card half-way between them counts, the upper one of two.
    #[schema(example = json!([]))]
    pub outliers: Vec<&'a str>,
    /// Whether exactly two estimates that are not neighbours share the top, each with two votes
    /// or more: there are probably two understandings of the story.
    #[schema(example = false)]
    pub bimodal: bool,
    /// The most played estimate, if it is a single one; else the median of the estimates, rounded
    /// up to a card: by value where all are numbers, by place in the deck otherwise. `null` without
    /// any.
    #[schema(required, example = "5")]
    pub proposal: Option<&'a str>,
    pub proposal_reason: ProposalReason,
}

/// Where the proposal comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalReason {
    Mode,
    Median,
    NoEstimates,
}

impl<'a> PokerStatistics<'a> {
    /// `counts` has the votes of each card of the deck.
    pub(super) fn of(deck: &'a Deck, counts: &[u32]) -> Self {
        let played = Played::new(deck, counts);
        let mode = single_top(&played.all);
        let (proposal, proposal_reason) = played.proposal();
        Self {
            mean: mean(&played.numbers),
            median: median(&played.numbers),
            min: played.numbers.first().map(|(value, _)| *value),
            max: played.numbers.last().map(|(value, _)| *value),
            mode: mode.map(|card| deck.text(card)),
            agreement: agreement(&played.all),
            consensus: matches!(*played.estimates, [(_, votes)] if votes >= 2),
            spread: played.spread(),
            outliers: played.outliers().map(|card| deck.text(card)).collect(),
            bimodal: played.is_bimodal(),
            proposal: proposal.map(|card| deck.text(card)),
            proposal_reason,
        }
    }
}

/// The cards that were played, each with its votes.
struct Played<'a> {
    deck: &'a Deck,
    /// In the order of the deck.
    all: Vec<(Card, u32)>,
    /// In the order of the deck.
    estimates: Vec<(Card, u32)>,
    /// In the order of their values.
    numbers: Vec<(f64, u32)>,
}

impl<'a> Played<'a> {
    fn new(deck: &'a Deck, counts: &[u32]) -> Self {
        let all: Vec<(Card, u32)> =
            deck.cards().zip(counts.iter().copied()).filter(|(_, votes)| *votes > 0).collect();
        let estimates: Vec<(Card, u32)> =
            all.iter().copied().filter(|(card, _)| deck.is_estimate(*card)).collect();
        let mut numbers: Vec<(f64, u32)> =
            all.iter().filter_map(|(card, votes)| Some((deck.value(*card)?, *votes))).collect();
        // A custom deck need not ascend.
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { deck, all, estimates, numbers }
    }

    fn spread(&self) -> Option<usize> {
        let (lowest, _) = self.estimates.first()?;
        let (highest, _) = self.estimates.last()?;
        Some(highest.index() - lowest.index())
    }

    /// The estimate in the middle; half-way between two cards, the upper one.
    fn middle_card(&self) -> Option<Card> {
        let (lower, upper) = middle(&self.estimates)?;
        Some(Card::at((lower.index() + upper.index()).div_ceil(2)))
    }

    fn outliers(&self) -> impl Iterator<Item = Card> {
        let middle = self.middle_card();
        self.estimates.iter().map(|(card, _)| *card).filter(move |card| {
            middle.is_some_and(|middle| card.index().abs_diff(middle.index()) >= 2)
        })
    }

    fn is_bimodal(&self) -> bool {
        let top = self.estimates.iter().map(|(_, votes)| *votes).max().unwrap_or_default();
        let tops: Vec<usize> = self
            .estimates
            .iter()
            .filter(|(_, votes)| *votes == top)
            .map(|(card, _)| card.index())
            .collect();
        matches!(*tops, [low, high] if high - low >= 2) && top >= 2
    }

    /// Whoever can't say, or needs a break, has no part in what is proposed.
    fn proposal(&self) -> (Option<Card>, ProposalReason) {
        if let Some(mode) = single_top(&self.estimates) {
            return (Some(mode), ProposalReason::Mode);
        }
        match self.median_card() {
            Some(card) => (Some(card), ProposalReason::Median),
            None => (None, ProposalReason::NoEstimates),
        }
    }

    fn median_card(&self) -> Option<Card> {
        if self.numbers.len() < self.estimates.len() {
            return self.middle_card();
        }
        let median = median(&self.numbers)?;
        self.deck
            .cards()
            .filter_map(|card| Some((self.deck.value(card)?, card)))
            .filter(|(value, _)| *value >= median)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, card)| card)
    }
}

/// The card with the most votes, if no other has as many.
fn single_top(played: &[(Card, u32)]) -> Option<Card> {
    let top = most(played);
    let mut tops = played.iter().filter(|(_, votes)| *votes == top);
    let (card, _) = tops.next()?;
    tops.next().is_none().then_some(*card)
}

fn most(played: &[(Card, u32)]) -> u32 {
    played.iter().map(|(_, votes)| *votes).max().unwrap_or_default()
}

fn agreement(played: &[(Card, u32)]) -> f64 {
    let votes: u32 = played.iter().map(|(_, votes)| votes).sum();
    f64::from(most(played)) / f64::from(votes.max(1))
}

fn mean(numbers: &[(f64, u32)]) -> Option<f64> {
    let votes: u32 = numbers.iter().map(|(_, votes)| votes).sum();
    let sum: f64 = numbers.iter().map(|(value, votes)| value * f64::from(*votes)).sum();
    (votes > 0).then(|| sum / f64::from(votes))
}

fn median(numbers: &[(f64, u32)]) -> Option<f64> {
    middle(numbers).map(|(lower, upper)| f64::midpoint(lower, upper))
}

/// The two votes in the middle of sorted ones; the same one twice of an odd count.
fn middle<T: Copy>(sorted: &[(T, u32)]) -> Option<(T, T)> {
    let votes: u32 = sorted.iter().map(|(_, votes)| votes).sum();
    let nth = |n: u32| {
        let mut before = 0;
        let found = sorted.iter().find(|(_, votes)| {
            before += votes;
            n < before
        });
        found.map(|(item, _)| *item)
    };
    Some((nth(votes.checked_sub(1)? / 2)?, nth(votes / 2)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::activity::poker::NamedDeck;

    fn statistics(deck: &Deck, cards: &str) -> Value {
        let mut counts = vec![0; deck.len()];
        for card in cards.split_whitespace() {
            counts[deck.find(card).expect("a card of the deck").index()] += 1;
        }
        serde_json::to_value(PokerStatistics::of(deck, &counts)).unwrap()
    }

    /// Checks the named fields and no others.
    fn check(deck: &Deck, cases: &[(&str, Value)]) {
        for (cards, expected) in cases {
            let found = statistics(deck, cards);
            for (field, value) in expected.as_object().unwrap() {
                assert_eq!(&found[field], value, "{field} of {cards:?}");
            }
        }
    }

    fn own(cards: &str) -> Deck {
        Deck::Custom(cards.split_whitespace().map(str::to_owned).collect())
    }

    const MODIFIED: Deck = Deck::Named(NamedDeck::ModifiedFibonacci);
    const SHIRTS: Deck = Deck::Named(NamedDeck::TShirt);

    #[test]
    fn averages_are_of_numbers_only() {
        check(
            &MODIFIED,
            &[
                ("5", json!({"mean": 5.0, "median": 5.0, "min": 5.0, "max": 5.0})),
                ("½ 1", json!({"mean": 0.75, "median": 0.75, "min": 0.5, "max": 1.0})),
                ("1 2 ? ☕ ☕", json!({"mean": 1.5, "median": 1.5, "min": 1.0, "max": 2.0})),
                ("1 1 2", json!({"mean": 4.0 / 3.0, "median": 1.0})),
                ("1 2 3 100", json!({"mean": 26.5, "median": 2.5})),
                ("? ☕", json!({"mean": null, "median": null, "min": null, "max": null})),
                ("", json!({"mean": null, "median": null, "min": null, "max": null})),
            ],
        );
    }

    #[test]
    fn zero_is_a_number_and_counts() {
        check(
            &MODIFIED,
            &[
                ("0", json!({"mean": 0.0, "median": 0.0, "min": 0.0, "max": 0.0, "proposal": "0"})),
                ("0 0 3", json!({"mean": 1.0, "median": 0.0, "min": 0.0, "mode": "0"})),
                ("0 1", json!({"mean": 0.5, "median": 0.5, "proposal": "½"})),
            ],
        );
    }

    #[test]
    fn shirts_have_no_averages_but_steps_and_a_proposal() {
        check(
            &SHIRTS,
            &[
                (
                    "S XL",
                    json!({
                        "mean": null, "median": null, "min": null, "max": null, "spread": 3,
                        "proposal": "L", "proposal_reason": "median", "outliers": ["S"],
                    }),
                ),
                ("S S XL", json!({"proposal": "S", "proposal_reason": "mode", "mode": "S"})),
            ],
        );
    }

    #[test]
    fn the_mode_is_the_one_most_played_card_of_all() {
        check(
            &MODIFIED,
            &[
                ("5 5 8", json!({"mode": "5", "agreement": 2.0 / 3.0})),
                ("5 8", json!({"mode": null, "agreement": 0.5})),
                ("? ? 8", json!({"mode": "?", "agreement": 2.0 / 3.0})),
                ("☕ 8", json!({"mode": null})),
                ("", json!({"mode": null, "agreement": 0.0})),
            ],
        );
    }

    #[test]
    fn consensus_is_two_or_more_equal_estimates() {
        for (cards, consensus) in [
            ("5", false),
            ("5 5", true),
            ("5 5 ? ☕", true),
            ("5 5 8", false),
            ("5 ?", false),
            ("? ?", false),
            ("0 0", true),
            ("", false),
        ] {
            check(&MODIFIED, &[(cards, json!({"consensus": consensus}))]);
        }
        check(&SHIRTS, &[("M M", json!({"consensus": true}))]);
    }

    #[test]
    fn spread_and_outliers_are_in_steps_of_the_deck() {
        check(
            &MODIFIED,
            &[
                ("3", json!({"spread": 0, "outliers": []})),
                ("? ☕", json!({"spread": null, "outliers": []})),
                ("3 5 ☕", json!({"spread": 1, "outliers": []})),
                ("40 100", json!({"spread": 1, "outliers": []})),
                ("1 5 5 5 13", json!({"spread": 5, "outliers": ["1", "13"]})),
                ("3 5 5 8", json!({"spread": 2, "outliers": []})),
                // Half-way between 2 and 8 the upper card, 5, is the middle one.
                ("2 8", json!({"spread": 3, "outliers": ["2"]})),
            ],
        );
    }

    #[test]
    fn two_camps_with_a_card_between_them_are_bimodal() {
        for (cards, bimodal) in [
            ("2 2 8 8", true),
            ("2 2 8 8 5", true),
            ("2 2 8 8 ? ? ?", true),
            ("2 2 3 3", false),
            ("2 8", false),
            ("2 2 8", false),
            ("1 1 3 3 8 8", false),
            ("5 5 ? ?", false),
            ("", false),
        ] {
            check(&MODIFIED, &[(cards, json!({"bimodal": bimodal}))]);
        }
    }

    #[test]
    fn the_proposal_is_the_mode_or_the_median_rounded_up_to_a_card() {
        check(
            &MODIFIED,
            &[
                ("5 5 8", json!({"proposal": "5", "proposal_reason": "mode"})),
                ("5 8", json!({"proposal": "8", "proposal_reason": "median"})),
                ("3 5 8", json!({"proposal": "5", "proposal_reason": "median"})),
                // By value: the median is 5.5, and 8 is the next card; by place it would be 5.
                ("3 8", json!({"proposal": "8", "proposal_reason": "median"})),
                ("? ? 5 8", json!({"proposal": "8", "proposal_reason": "median", "mode": "?"})),
                // The most played estimate, though as many can't say, or more.
                ("3 8 8 ? ?", json!({"proposal": "8", "proposal_reason": "mode", "mode": null})),
                ("1 2 8 8 ☕ ☕ ☕", json!({"proposal": "8", "proposal_reason": "mode"})),
                ("? ?", json!({"proposal": null, "proposal_reason": "no_estimates"})),
                ("", json!({"proposal": null, "proposal_reason": "no_estimates"})),
                ("40 100", json!({"proposal": "100"})),
            ],
        );
        check(
            &own("30 10 20"),
            &[("30 10", json!({"proposal": "20", "median": 20.0, "min": 10.0, "max": 30.0}))],
        );
        check(
            &own("1 2 huge"),
            &[
                ("1 2", json!({"proposal": "2", "median": 1.5})),
                ("1 huge", json!({"proposal": "2", "median": 1.0})),
            ],
        );
    }

    proptest! {
        /// The oracle works on the plain list of cards, of a deck where place and value agree.
        #[test]
        fn statistics_equal_those_of_the_plain_list(places in prop::collection::vec(0..13usize, 0..40)) {
            let deck = Deck::default();
            let values = [0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0];
            let mut counts = vec![0; 13];
            places.iter().for_each(|place| counts[*place] += 1);
            let found = PokerStatistics::of(&deck, &counts);

            let mut numbers: Vec<f64> =
                places.iter().filter_map(|place| values.get(*place)).copied().collect();
            numbers.sort_by(f64::total_cmp);
            let n = numbers.len();
            let median = (n > 0).then(|| (numbers[(n - 1) / 2] + numbers[n / 2]) / 2.0);
            prop_assert_eq!(found.mean, (n > 0).then(|| numbers.iter().sum::<f64>() / n as f64));
            prop_assert_eq!(found.median, median);
            prop_assert_eq!(found.consensus, n > 1 && numbers.iter().all(|v| *v == numbers[0]));
            let votes_of = |place: usize| places.iter().filter(|p| **p == place).count();
            let top = (0..13).map(votes_of).max().unwrap_or_default();
            prop_assert_eq!(found.agreement, if places.is_empty() { 0.0 } else { top as f64 / places.len() as f64 });
            let tops: Vec<usize> = (0..13).filter(|p| !places.is_empty() && votes_of(*p) == top).collect();
            prop_assert_eq!(found.mode, (tops.len() == 1).then(|| deck.text(Card::at(tops[0]))));
            let next_up = median.and_then(|median| values.iter().position(|v| *v >= median));
            let most = (0..11).map(votes_of).max().unwrap_or_default();
            let most: Vec<usize> = (0..11).filter(|p| n > 0 && votes_of(*p) == most).collect();
            let proposal = if let [one] = *most { Some(one) } else { next_up };
            prop_assert_eq!(found.proposal, proposal.map(|place| deck.text(Card::at(place))));
        }
    }
}
