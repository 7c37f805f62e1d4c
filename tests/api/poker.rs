//! Planning poker: cards stay face down until all are turned over.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::{MANY, all_answer, all_change, crowd},
    on_both, on_one,
    room::Room,
    secrets::{all_bodies, assert_hidden, fields},
};

on_both! {
    a_round_of_many_is_counted_exactly_and_shown_at_the_reveal_only,
}

on_one! {
    a_small_round_names_who_voted_and_later_what,
    the_last_vote_of_those_online_reveals_by_itself,
    stories_are_left_with_their_estimates_and_later_ones_stay_secret,
    an_answer_or_a_press_for_another_round_changes_nothing,
}

const NUMBERS: [(&str, f64); 4] = [("½", 0.5), ("3", 3.0), ("20", 20.0), ("100", 100.0)];

async fn a_round_of_many_is_counted_exactly_and_shown_at_the_reveal_only(app: TestApp) {
    let room = Room::open(&app).await;
    let table = room.run("poker", json!({"deck": "modified_fibonacci"})).await;
    let phones = crowd(&room, MANY).await;
    let cards = ["½", "3", "3", "20", "?", "100", "☕"];
    let body = |n: usize| json!({"card": cards[n % cards.len()]});
    let first: Vec<Value> = (0..MANY).map(body).collect();
    let last: Vec<Value> = (0..MANY).map(|n| body(n + n % 2)).collect();

    all_answer(&room, &table, &phones, &first).await;
    all_change(&table, &phones, &last).await;

    let face_down = json!({"round": 1, "voted": MANY, "total": MANY, "names_omitted": true});
    room.sees("all votes", |it| it["results"] == face_down).await;
    let seen = phones[0].sees("all votes", |it| it["results"] == face_down).await;
    assert_eq!(seen["activity"]["phase"], "voting");
    assert_eq!(seen["activity"]["current"]["story"], Value::Null);

    room.act(&table, "reveal").await;
    let expected = statistics(&last);
    for frame in [phones[0].frame().await, room.frame().await] {
        assert_eq!(frame["activity"]["phase"], "revealed");
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(frame["results"][field], *value, "{field}");
        }
    }
    let late = phones[0].answer(&table, json!({"card": "100"})).await;
    assert_eq!(
        (late.problem(409), late.json()["reason"].clone()),
        ("not_accepting".into(), json!("late"))
    );
    let again = phones[0].answer(&table, last[0].clone()).await;
    again.expect(200);
}

/// What the contract says of these votes, by the plainest means.
fn statistics(votes: &[Value]) -> Value {
    let mut counts = BTreeMap::<&str, u32>::new();
    for vote in votes {
        *counts.entry(vote["card"].as_str().unwrap()).or_default() += 1;
    }
    let mut numbers = vec![];
    for (card, value) in NUMBERS {
        numbers.extend(vec![value; counts.get(card).copied().unwrap_or_default() as usize]);
    }
    let top = *counts.values().max().unwrap();
    let modes: Vec<&str> = counts.iter().filter(|it| *it.1 == top).map(|it| *it.0).collect();
    assert_eq!(modes, ["3"], "the votes of the test have a single mode");
    let middle = numbers.len() / 2;
    let median = if numbers.len() % 2 == 1 {
        numbers[middle]
    } else {
        (numbers[middle - 1] + numbers[middle]) / 2.0
    };
    json!({
        "votes": counts,
        "mean": numbers.iter().sum::<f64>() / numbers.len() as f64,
        "median": median, "min": 0.5, "max": 100.0,
        "mode": "3", "agreement": f64::from(top) / votes.len() as f64,
        "consensus": false, "proposal": "3", "proposal_reason": "mode",
    })
}

async fn a_small_round_names_who_voted_and_later_what(app: TestApp) {
    let room = Room::open(&app).await;
    let table = room.run("poker", json!({"deck": "fibonacci"})).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let watcher = room.join_as(json!({"nickname": "Wim", "spectator": true})).await;
    ana.answer(&table, json!({"card": "34"})).await.expect(201);

    let voters = json!([
        {"participant_id": ana.id, "nickname": "Ana", "voted": true},
        {"participant_id": ben.id, "nickname": "Ben", "voted": false},
    ]);
    let one_voted = |it: &Value| it["results"]["voters"] == voters;
    let frame = watcher.sees("one of two has voted", one_voted).await;
    room.sees("one of two has voted", one_voted).await;
    assert_eq!((&frame["results"]["voted"], &frame["results"]["total"]), (&json!(1), &json!(2)));
    let face_down = ["names_omitted", "round", "total", "voted", "voters"];
    assert_eq!(fields(&frame["results"]), face_down);
    // The deck itself is in `current.cards`; nothing else may say 34.
    let bodies: Vec<String> =
        all_bodies(&room, &ben).await.iter().map(|it| it.replace(&deck(), "")).collect();
    assert_hidden(&bodies, &["\"34\""]);
    assert_eq!(ana.me().await["answers"][&table], json!({"card": "34"}));

    ben.answer(&table, json!({"card": "?"})).await.expect(201);
    room.act(&table, "reveal").await;
    let cards = json!([
        {"participant_id": ana.id, "nickname": "Ana", "card": "34"},
        {"participant_id": ben.id, "nickname": "Ben", "card": "?"},
    ]);
    assert_eq!(watcher.frame().await["results"]["cards"], cards);
    assert_eq!(watcher.frame().await["results"]["mean"], 34.0, "? is no number");
}

fn deck() -> String {
    let cards = ["0", "1", "2", "3", "5", "8", "13", "21", "34", "55", "89", "?", "☕"];
    json!(cards).to_string()
}

async fn the_last_vote_of_those_online_reveals_by_itself(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    room.join_as(json!({"nickname": "Wim", "spectator": true})).await;
    let table = room.run("poker", json!({"auto_reveal": true})).await;
    ana.answer(&table, json!({"card": "5"})).await.expect(201);
    ana.answer(&table, json!({"card": "8"})).await.expect(200);
    let frame = ben.sees("one vote", |it| it["results"]["voted"] == 1).await;
    assert_eq!(frame["activity"]["phase"], "voting", "one of two players has voted, twice");

    ben.answer(&table, json!({"card": "8"})).await.expect(201);

    let frame = ana.sees("all voted", |it| it["activity"]["phase"] == "revealed").await;
    assert_eq!(frame["results"]["votes"], json!({"8": 2}));
    assert_eq!(frame["results"]["consensus"], true);
}

async fn stories_are_left_with_their_estimates_and_later_ones_stay_secret(app: TestApp) {
    let room = Room::open(&app).await;
    let stories = json!([{"title": "Sign in"}, {"title": "Pay later"}]);
    let table = room.run("poker", json!({"stories": stories})).await;
    let ana = room.join("Ana").await;
    let first = ana.frame().await["activity"].clone();
    assert_eq!(first["current"]["story"]["title"], "Sign in");
    assert_eq!((&first["current"]["index"], &first["current"]["of"]), (&json!(0), &json!(2)));
    assert_eq!(first["config"].get("stories"), None);
    let bodies = [ana.frame().await, ana.me().await, room.act(&table, "revote").await];
    assert_hidden(&bodies.map(|it| it.to_string()), &["Pay later"]);
    // The runner sees the list, to choose from.
    assert_eq!(room.frame().await["stories"][1]["title"], "Pay later");

    ana.answer(&table, json!({"card": "5", "round": 2})).await.expect(201);
    room.act(&table, "reveal").await;
    room.control(&table, json!({"action": "accept", "estimate": "8"})).await;
    assert_eq!(ana.frame().await["results"]["estimate"], "8");
    let next = room.control(&table, json!({"action": "next", "round": 2})).await;
    assert_eq!(next["round"], 3);

    let frame = ana.frame().await;
    assert_eq!(frame["activity"]["current"]["story"]["title"], "Pay later");
    assert_eq!(frame["results"]["voted"], 0, "votes stay with their story");
    assert_eq!(ana.me().await["answers"], json!({}), "and so do answers");
    let story = room.frame().await["stories"][0].clone();
    assert_eq!(story, json!({"id": "s1", "title": "Sign in", "estimate": "8", "rounds": 1}));
    let end = room.runner.control(&room.id, &table, &json!({"action": "next"})).await;
    assert_eq!(end.problem(409), "invalid_action");
}

async fn an_answer_or_a_press_for_another_round_changes_nothing(app: TestApp) {
    let room = Room::open(&app).await;
    let stories = json!([{"title": "One"}, {"title": "Two"}, {"title": "Three"}]);
    let table = room.run("poker", json!({"stories": stories})).await;
    let ana = room.join("Ana").await;
    let press = json!({"action": "next", "round": 1});
    room.control(&table, press.clone()).await;

    let second = room.runner.control(&room.id, &table, &press).await;
    assert_eq!(second.problem(409), "stale_round", "two presses skip nothing");
    let queued = ana.answer(&table, json!({"card": "5", "round": 1})).await;
    assert_eq!(queued.problem(409), "stale_round");
    let withdrawn = ana.client.withdraw(&room.id, &table, "?round=1").await;
    assert_eq!(withdrawn.problem(409), "stale_round");

    let frame = room.frame().await;
    assert_eq!(frame["activity"]["current"]["story"]["title"], "Two");
    assert_eq!(frame["activity"]["round"], 2);
    assert_eq!(frame["results"]["voted"], 0);
}
