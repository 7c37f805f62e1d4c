//! Decks of cards, and what a card is worth.

use std::collections::BTreeSet;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{activity::options::complete_text, session::FieldError};

/// "I can't say": in every deck.
const UNSURE: &str = "?";
/// "I need a break": in every deck.
const BREAK: &str = "☕";
/// Estimates a custom deck may have: what fits on a phone.
const CUSTOM_CARDS: std::ops::RangeInclusive<usize> = 2..=20;
/// What fits on a card, in characters.
const CARD_MAX: usize = 10;

/// A card, by its place in the deck: the estimates, then `?`, then `☕`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Card(pub u8);

impl Card {
    pub(super) fn at(index: usize) -> Self {
        Self(u8::try_from(index).expect("a deck has at most 22 cards"))
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The name of a known deck, or the cards of one's own. `?` and `☕` are in every deck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(untagged, expecting = "must be the name of a deck, or 2 to 20 cards")]
pub enum Deck {
    Named(NamedDeck),
    /// 2 to 20 different cards of 1 to 10 characters, lowest first.
    Custom(Vec<String>),
}

/// The decks that teams know.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum NamedDeck {
    /// 0 1 2 3 5 8 13 21 34 55 89
    #[default]
    Fibonacci,
    /// 0 ½ 1 2 3 5 8 13 20 40 100
    ModifiedFibonacci,
    /// 1 2 4 8 16 32 64
    PowersOfTwo,
    /// XXS XS S M L XL XXL
    TShirt,
}

impl NamedDeck {
    fn estimates(self) -> &'static [&'static str] {
        match self {
            Self::Fibonacci => &["0", "1", "2", "3", "5", "8", "13", "21", "34", "55", "89"],
            Self::ModifiedFibonacci => {
                &["0", "½", "1", "2", "3", "5", "8", "13", "20", "40", "100"]
            }
            Self::PowersOfTwo => &["1", "2", "4", "8", "16", "32", "64"],
            Self::TShirt => &["XXS", "XS", "S", "M", "L", "XL", "XXL"],
        }
    }
}

impl Default for Deck {
    fn default() -> Self {
        Self::Named(NamedDeck::default())
    }
}

impl Deck {
    /// How many cards are estimates; they come first.
    pub(super) fn estimates(&self) -> usize {
        match self {
            Self::Named(deck) => deck.estimates().len(),
            Self::Custom(cards) => cards.len(),
        }
    }

    pub(super) fn is_estimate(&self, card: Card) -> bool {
        card.index() < self.estimates()
    }

    /// How many cards there are in all.
    pub(super) fn len(&self) -> usize {
        self.estimates() + 2
    }

    pub(super) fn text(&self, card: Card) -> &str {
        let estimate = match self {
            Self::Named(deck) => deck.estimates().get(card.index()).copied(),
            Self::Custom(cards) => cards.get(card.index()).map(String::as_str),
        };
        let is_unsure = card.index() == self.estimates();
        estimate.unwrap_or(if is_unsure { UNSURE } else { BREAK })
    }

    pub(super) fn cards(&self) -> impl Iterator<Item = Card> {
        (0..self.len()).map(Card::at)
    }

    pub(super) fn find(&self, text: &str) -> Option<Card> {
        self.cards().find(|card| self.text(*card) == text)
    }

    /// The number on a card; none on `?`, on `☕` and on words such as `XL`.
    pub(super) fn value(&self, card: Card) -> Option<f64> {
        number(self.text(card))
    }

    pub(super) fn complete(&mut self) -> Vec<FieldError> {
        let Self::Custom(cards) = self else { return vec![] };
        let mut problems = vec![];
        if !CUSTOM_CARDS.contains(&cards.len()) {
            problems.push(FieldError::new("/deck", "must have 2 to 20 cards"));
        }
        let mut seen = BTreeSet::from([UNSURE.to_owned(), BREAK.to_owned()]);
        for (index, card) in cards.iter_mut().enumerate() {
            let at = format!("/deck/{index}");
            problems.extend(complete_text(card, &at, 1, CARD_MAX));
            if !seen.insert(card.clone()) {
                problems.push(FieldError::new(at, "is there twice; ? and ☕ are always there"));
            }
        }
        problems
    }
}

/// What a card says if it says a number: `½`, or digits with at most a sign and a point.
///
/// Narrower than [`f64::from_str`], to which `inf`, `NaN` and `1e9` are numbers too.
fn number(text: &str) -> Option<f64> {
    if text == "½" {
        return Some(0.5);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction)).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(deck: &Deck) -> String {
        deck.cards().map(|card| deck.text(card)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn named_decks_are_those_of_the_contract_and_two_more_cards() {
        let decks = [
            ("fibonacci", "0 1 2 3 5 8 13 21 34 55 89 ? ☕"),
            ("modified_fibonacci", "0 ½ 1 2 3 5 8 13 20 40 100 ? ☕"),
            ("powers_of_two", "1 2 4 8 16 32 64 ? ☕"),
            ("t_shirt", "XXS XS S M L XL XXL ? ☕"),
        ];
        for (name, cards) in decks {
            let deck: Deck = serde_json::from_value(name.into()).unwrap();
            assert_eq!(texts(&deck), cards);
            assert_eq!(serde_json::to_value(&deck).unwrap(), name);
        }
    }

    #[test]
    fn a_deck_of_ones_own_is_a_list() {
        let mut deck: Deck = serde_json::from_str(r#"[" one ", "two"]"#).unwrap();
        assert_eq!(deck.complete(), []);
        assert_eq!(texts(&deck), "one two ? ☕");
        assert_eq!(serde_json::to_string(&deck).unwrap(), r#"["one","two"]"#);
    }

    #[test]
    fn a_deck_that_is_neither_says_what_it_may_be() {
        let error = serde_json::from_str::<Deck>("\"tarot\"").unwrap_err().to_string();
        assert!(error.contains("the name of a deck, or 2 to 20 cards"), "{error}");
    }

    #[test]
    fn custom_decks_have_limits() {
        let twenty: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let twenty_one = (0..21).map(|n| n.to_string()).collect();
        let own = |cards: &[&str]| cards.iter().map(|card| (*card).to_owned()).collect();
        let cases: [(Vec<String>, &[&str]); 9] = [
            (twenty, &[]),
            (twenty_one, &["/deck"]),
            (own(&["1"]), &["/deck"]),
            (own(&["1", "1 "]), &["/deck/1"]),
            (own(&["1", "?"]), &["/deck/1"]),
            (own(&["☕", "1"]), &["/deck/0"]),
            (own(&["1", " "]), &["/deck/1"]),
            (own(&["1", "ñandú ñand"]), &[]),
            (own(&["1", "ñandú ñandú"]), &["/deck/1"]),
        ];
        for (cards, pointers) in cases {
            let problems = Deck::Custom(cards.clone()).complete();
            let found: Vec<&str> = problems.iter().map(|problem| &*problem.pointer).collect();
            assert_eq!(found, pointers, "{cards:?}");
        }
    }

    #[test]
    fn only_numbers_are_worth_something_and_zero_is_one_of_them() {
        let cases = [
            ("0", Some(0.0)),
            ("½", Some(0.5)),
            ("0.5", Some(0.5)),
            ("-1", Some(-1.0)),
            ("100", Some(100.0)),
            ("XL", None),
            ("inf", None),
            ("NaN", None),
            ("1e3", None),
            ("1.", None),
            (".5", None),
            ("-", None),
            ("+1", None),
            ("?", None),
            ("☕", None),
        ];
        for (text, value) in cases {
            assert_eq!(number(text), value, "{text}");
        }
        let deck = Deck::default();
        assert_eq!(deck.cards().filter_map(|card| deck.value(card)).count(), 11);
    }
}
