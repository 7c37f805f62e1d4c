//! What is seen of a round, and what is not.

use serde_json::{Value, json};

use super::Game;
use crate::session::{Membership, People, Seat};

#[test]
fn before_reveal_no_wire_shows_a_card() {
    // Cards that look like nothing else in a body.
    let stories = json!([{"title": "one"}, {"title": "two"}]);
    let mut game = Game::new(json!({"deck": ["zebra", "tiger", "koala"], "stories": stories}));
    game.vote(0, "zebra").unwrap();
    game.vote(1, "zebra").unwrap();
    game.vote(2, "koala").unwrap();
    let seen = game.results(&[0, 1, 2]);
    let person = |n: u8, name: &str| {
        json!({
            "participant_id": format!("00000000-0000-0000-0000-00000000000{n}"),
            "nickname": name, "voted": true,
        })
    };
    let expected = json!({
        "round": 1, "voted": 3, "total": 3, "names_omitted": false,
        "voters": [person(1, "Ana"), person(2, "Bo"), person(3, "Cy")],
    });
    assert_eq!(seen, expected);
    assert!(!game.stories().to_string().contains("zebra"));
    // The deck itself is public, and the same whatever was voted.
    assert_eq!(game.current()["cards"], json!(["zebra", "tiger", "koala", "?", "☕"]));
    game.act("reveal").unwrap();
    game.act("revote").unwrap();
    game.vote(0, "tiger").unwrap();
    assert!(!game.results(&[0]).to_string().contains("zebra"), "nor one of an earlier round");
}

#[test]
fn a_revealed_round_names_every_card() {
    let mut game = Game::new(json!({}));
    game.vote(2, "8").unwrap();
    game.vote(0, "5").unwrap();
    game.act("reveal").unwrap();
    let seen = game.results(&[1]);
    assert_eq!(seen["votes"], json!({"5": 1, "8": 1}));
    let cards = seen["cards"].as_array().unwrap();
    let pairs: Vec<_> = cards.iter().map(|card| (&card["nickname"], &card["card"])).collect();
    assert_eq!(pairs, [(&json!("Ana"), &json!("5")), (&json!("Cy"), &json!("8"))]);
    assert_eq!((&seen["voted"], &seen["total"]), (&json!(2), &json!(3)));
    assert_eq!(seen["proposal"], "8");
}

#[test]
fn voters_are_those_who_voted_and_those_awaited() {
    let people = People::named(["voted", "online", "away", "watching", "watching", "left", "gone"])
        .watching(Seat(3))
        .watching(Seat(4))
        .without(Seat(5), Membership::Left)
        .without(Seat(6), Membership::Removed);
    let mut game = Game::with(people, json!({}));
    // Seat 4 voted, then became a spectator; seats 5 and 6 voted, then went.
    for seat in [0, 4, 5, 6] {
        game.vote(seat, "5").unwrap();
    }
    let seen = game.results(&[0, 1, 3, 4]);
    let voters = seen["voters"].as_array().unwrap();
    let ids: Vec<u64> = voters
        .iter()
        .map(|voter| voter["participant_id"].as_str().unwrap()[35..].parse().unwrap())
        .collect();
    assert_eq!(ids, [1, 2, 5, 6], "the removed one is not named");
    assert_eq!((&seen["voted"], &seen["total"]), (&json!(4), &json!(5)), "but counts");
    game.act("reveal").unwrap();
    assert_eq!(game.results(&[])["votes"], json!({"5": 4}));
    assert_eq!(game.results(&[])["cards"].as_array().unwrap().len(), 3);
}

#[test]
fn names_are_left_out_above_sixty_people_or_where_they_are_not_shown() {
    let crowd = |n: u32| {
        let mut game = Game::with(People::named((0..n).map(|n| n.to_string())), json!({}));
        game.vote(0, "5").unwrap();
        game.act("reveal").unwrap();
        game
    };
    let online = |n: u32| (0..n).collect::<Vec<u32>>();
    let names = |seen: &Value| {
        let both = (seen.get("voters").is_some(), seen.get("cards").is_some());
        (both, seen["names_omitted"] == true)
    };
    assert_eq!(names(&crowd(60).results(&online(60))), ((true, true), false));
    assert_eq!(names(&crowd(61).results(&online(61))), ((false, false), true));
    assert_eq!(crowd(61).results(&online(61))["votes"], json!({"5": 1}));
    assert_eq!(names(&crowd(61).results(&online(60))), ((true, true), false));
    let hidden = Game { show_names: false, ..crowd(2) };
    assert_eq!(names(&hidden.results(&[0])), ((false, false), true));
    let mut anonymous = Game::new(json!({"show_names": false}));
    anonymous.vote(0, "5").unwrap();
    assert_eq!(anonymous.results(&[0]).get("voters"), None);
}
