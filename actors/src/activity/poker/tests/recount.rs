//! Running counts against a plain record of the accepted moves.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{Card, Poker},
    Game,
};
use crate::{
    activity::rules::Running,
    session::{People, Seat},
};

/// What somebody does at the table.
#[derive(Debug, Clone)]
enum Move {
    Vote(u32, usize),
    Withdraw(u32),
    Control(&'static str),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let actions = prop::sample::select(vec!["reveal", "revote", "next", "previous"]);
    let one = prop_oneof![
        8 => (0..6u32, 0..9usize).prop_map(|(seat, card)| Move::Vote(seat, card)),
        1 => (0..6u32).prop_map(Move::Withdraw),
        3 => actions.prop_map(Move::Control),
    ];
    prop::collection::vec(one, 0..60)
}

/// The plain record of who played what when, kept by hand.
#[derive(Default)]
struct Record {
    story: usize,
    round: u32,
    revealed: bool,
    /// Story, round, seat, card.
    votes: Vec<(usize, u32, u32, usize)>,
    /// Story and round.
    revealed_rounds: Vec<(usize, u32)>,
}

impl Record {
    fn count(&self, round: u32) -> Value {
        let names = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "?", "☕"];
        let mut votes = serde_json::Map::new();
        for (_, _, _, card) in self.votes.iter().filter(|vote| vote.1 == round) {
            let n = votes.get(names[*card]).and_then(Value::as_u64).unwrap_or_default();
            votes.insert(names[*card].to_owned(), json!(n + 1));
        }
        votes.into()
    }

    fn write(&mut self, step: &Move) {
        match step {
            Move::Vote(seat, card) => {
                self.votes.retain(|vote| (vote.1, vote.2) != (self.round, *seat));
                self.votes.push((self.story, self.round, *seat, *card));
            }
            Move::Withdraw(seat) => {
                self.votes.retain(|vote| (vote.1, vote.2) != (self.round, *seat));
            }
            Move::Control("reveal") => {
                self.revealed = true;
                self.revealed_rounds.push((self.story, self.round));
            }
            Move::Control(action) => {
                self.story = match *action {
                    "next" => self.story + 1,
                    "previous" => self.story - 1,
                    _ => self.story,
                };
                self.round += 1;
                self.revealed = false;
            }
        }
    }
}

proptest! {
    #[test]
    fn counts_equal_a_recount_of_the_accepted_moves(moves in moves()) {
        let stories = json!([{"title": "a"}, {"title": "b"}, {"title": "c"}]);
        let people = People::named(["a", "b", "c", "d", "e", "f"]);
        let mut game = Game::with(people, json!({"deck": "t_shirt", "stories": stories}));
        let mut record = Record { round: 1, ..Record::default() };
        for step in &moves {
            let accepted = match step {
                Move::Vote(seat, card) => {
                    let card = game.poker.config.deck.text(Card::at(*card)).to_owned();
                    game.vote(*seat, &card)
                }
                Move::Withdraw(seat) => game.poker.accepts(&game.scene()).map(|()| game.poker.take_back(Seat(*seat))),
                Move::Control(action) => game.act(action),
            };
            if accepted.is_ok() {
                record.write(step);
            }
        }
        let seen = game.results(&[]);
        let mine = record.votes.iter().filter(|vote| vote.1 == record.round).count();
        prop_assert_eq!(&seen["voted"], &json!(mine));
        prop_assert_eq!(game.current()["index"].clone(), json!(record.story));
        prop_assert_eq!(seen.get("votes").is_some(), record.revealed);
        if record.revealed {
            prop_assert_eq!(&seen["votes"], &record.count(record.round));
            let earlier: Vec<Value> = record.revealed_rounds.iter()
                .filter(|(story, round)| *story == record.story && *round < record.round)
                .map(|(_, round)| json!([round, record.count(*round)]))
                .collect();
            let shown = seen["rounds"].as_array().unwrap().iter();
            let shown: Vec<Value> = shown.map(|r| json!([r["round"], r["votes"]])).collect();
            prop_assert_eq!(shown, earlier);
        }
        for (story, item) in game.stories().as_array().unwrap().iter().enumerate() {
            let revealed = record.revealed_rounds.iter().filter(|(of, _)| *of == story).count();
            prop_assert_eq!(&item["rounds"], &json!(revealed));
        }
        let bytes = bincode::encode_to_vec(&game.poker, bincode::config::standard()).unwrap();
        let (read, _): (Poker, _) =
            bincode::decode_from_slice(&bytes, bincode::config::standard()).unwrap();
        prop_assert_eq!(read, game.poker);
    }
}
