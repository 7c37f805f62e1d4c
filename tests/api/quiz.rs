//! Quizzes of many: every answer is judged once, scored as the contract says, and ranked.

use std::{collections::BTreeMap, iter::zip};

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::{MANY, all_answer, at_once, crowd},
    on_both, on_one,
    room::{Phone, Room},
    secrets::{all_bodies, assert_hidden, fields},
};

on_both! {
    choices_and_true_or_false_are_scored_by_speed_with_streaks,
    numbers_are_scored_flat_within_their_tolerance,
    right_choices_are_scored_by_rank,
    buzzers_are_ordered_by_arrival_and_judged,
}

on_one! {
    who_goes_leaves_no_hole_in_anybodys_rank,
}

/// Long enough for everybody, and short enough for speed to be worth something.
const LIMIT_S: u64 = 40;

fn question(kind: &str, prompt: &str, correct: Value) -> Value {
    json!({
        "kind": kind, "prompt": prompt, "correct": correct, "time_limit_s": LIMIT_S,
        "explanation": format!("The reason of {prompt}"),
    })
}

fn of_four(prompt: &str, correct: Value) -> Value {
    let mut question = question("choice", prompt, correct);
    question["options"] = ["North", "East", "South", "West"].map(|it| json!({"label": it})).into();
    question
}

/// What everybody knows of themselves.
async fn all_me(phones: &[Phone]) -> Vec<Value> {
    at_once(phones, |phone| phone.me()).await
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn name(row: &Value) -> String {
    row["nickname"].as_str().unwrap().to_owned()
}

/// Half the points are for being right, half for being fast.
#[track_caller]
fn check_speed_points(points: u64, ms: u64) {
    let exact = (1.0 - ms as f64 / (LIMIT_S * 1000) as f64 / 2.0) * 1000.0;
    let exact = if ms < 500 { 1000.0 } else { exact };
    assert!((points as f64 - exact).abs() <= 0.5, "{points} points for {ms} ms");
}

/// Nobody sees a key, a reason, others' answers or a later question.
async fn check_secrets(room: &Room, phone: &Phone, later: &[&str]) {
    let mut bodies = all_bodies(room, phone).await;
    bodies.retain(|body| !body.contains("config_schema"));
    assert_hidden(&bodies, later);
    assert_hidden(&bodies, &["correct", "explanation", "The reason", "counts", "leaderboard\":["]);
    let runner = room.frame().await["results"].clone();
    assert_eq!(fields(&runner), ["answered", "question", "total"]);
    assert_eq!(phone.frame().await["results"], Value::Null);
}

/// Checks both views' leaderboards and everybody's own rank against the scores.
async fn check_ranking(room: &Room, phones: &[Phone], everybody: &[Value], scores: &[u64]) {
    let mut best = scores.to_vec();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let rank = |score: u64| 1 + scores.iter().filter(|other| **other > score).count();
    for frame in [room.frame().await, phones[0].frame().await] {
        let rows = frame["results"]["leaderboard"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 10);
        for (row, score) in zip(rows, &best) {
            let place = phones.iter().position(|phone| row["participant_id"] == phone.id).unwrap();
            assert_eq!((scores[place], &phones[place].nickname), (*score, &name(&row)));
            assert_eq!(
                (number(&row["score"]), number(&row["rank"])),
                (*score, rank(*score) as u64)
            );
        }
    }
    for (me, score) in zip(everybody, scores) {
        assert_eq!((number(&me["score"]), number(&me["rank"])), (*score, rank(*score) as u64));
    }
}

async fn choices_and_true_or_false_are_scored_by_speed_with_streaks(app: TestApp) {
    let room = Room::open(&app).await;
    let questions =
        [of_four("First?", json!(["a", "c"])), question("true_false", "Second?", json!(["false"]))];
    let config = json!({"questions": questions, "countdown_s": 0, "streak_bonus": true});
    let quiz = room.run("quiz", config).await;
    let phones = crowd(&room, MANY).await;
    assert_eq!(phones[0].frame().await["activity"]["phase"], "waiting");
    check_nothing_of(&room, &phones[0], &["First?", "Second?"]).await;

    let round = room.act(&quiz, "next").await["round"].clone();
    assert_eq!(phones[0].frame().await["activity"]["phase"], "open");
    let sets = [json!(["a", "c"]), json!(["a"]), json!(["a", "b", "c"]), json!(["b", "d"])];
    let body = |n: usize| json!({"question": "q1", "choices": sets[n % 4]});
    let bodies: Vec<Value> = (0..MANY).map(body).collect();
    all_answer(&room, &quiz, &phones, &bodies).await;
    let second_thought = json!({"question": "q1", "choices": ["d"], "round": round});
    assert_eq!(phones[1].answer(&quiz, second_thought).await.problem(409), "change_not_allowed");
    let all = json!({"question": "q1", "answered": MANY, "total": MANY});
    room.sees("all answers", |it| it["results"] == all).await;
    check_secrets(&room, &phones[1], &["Second?"]).await;

    room.act(&quiz, "reveal").await;
    let frame = phones[1].frame().await;
    let counts = json!({"a": 375, "b": 250, "c": 250, "d": 125});
    assert_eq!(frame["results"]["counts"], counts, "3, 2, 2 and 1 of every 4");
    assert_eq!(frame["results"]["correct"], json!(["a", "c"]));
    assert_eq!(frame["results"]["fastest"].as_array().unwrap().len(), 3);
    assert_eq!(frame["activity"]["current"]["question"]["explanation"], "The reason of First?");
    check_nothing_of(&room, &phones[1], &["Second?"]).await;
    let mut scores = vec![];
    let everybody = all_me(&phones).await;
    for (n, entry) in everybody.iter().map(|me| &me["log"][0]).enumerate() {
        let points = number(&entry["points"]);
        assert_eq!((&entry["question"], &entry["correct"]), (&json!("q1"), &json!(n % 4 == 0)));
        match n % 4 {
            0 => check_speed_points(points, number(&entry["ms"])),
            _ => assert_eq!(points, 0, "{entry}"),
        }
        scores.push(points);
    }
    check_ranking(&room, &phones, &everybody, &scores).await;

    room.act(&quiz, "next").await;
    assert_eq!(phones[0].me().await["answers"], json!({}), "another question");
    let says = |n: usize| if n.is_multiple_of(2) { "false" } else { "true" };
    let body = |n: usize| json!({"question": "q2", "choices": [says(n)]});
    let bodies: Vec<Value> = (0..MANY - 1).map(body).collect();
    all_answer(&room, &quiz, &phones[..MANY - 1], &bodies).await;
    room.act(&quiz, "reveal").await;
    let everybody = all_me(&phones).await;
    for (n, entry) in everybody.iter().map(|me| &me["log"][1]).enumerate() {
        let right = n % 2 == 0;
        let streak = u64::from(right) + u64::from(right && n % 4 == 0);
        let bonus = if streak == 2 { 100 } else { 0 };
        let points = number(&entry["points"]);
        match right {
            true => check_speed_points(points - bonus, number(&entry["ms"])),
            false => assert_eq!(points, 0, "{n}: {entry}"),
        }
        assert_eq!(number(&entry["streak"]), streak, "{n}: {entry}");
        scores[n] += points;
    }
    assert_eq!(room.frame().await["results"]["counts"], json!({"true": 249, "false": 250}));
    check_ranking(&room, &phones, &everybody, &scores).await;
    room.act(&quiz, "next").await;
    assert_eq!(phones[0].frame().await["activity"]["phase"], "finished");
    let first = phones[0].frame().await["results"]["leaderboard"][0]["score"].clone();
    assert_eq!(number(&first), *scores.iter().max().unwrap());
}

async fn check_nothing_of(room: &Room, phone: &Phone, secrets: &[&str]) {
    assert_hidden(&all_bodies(room, phone).await, secrets);
}

async fn numbers_are_scored_flat_within_their_tolerance(app: TestApp) {
    let room = Room::open(&app).await;
    let key = json!({"value": 42, "tolerance": 0.5});
    let questions = [question("numeric", "How many?", key)];
    let config = json!({"questions": questions, "countdown_s": 0, "scoring": "flat"});
    let quiz = room.run("quiz", config).await;
    let phones = crowd(&room, MANY).await;
    room.act(&quiz, "next").await;
    let values = [42.0, 42.5, 41.5, 42.75, -7.0];
    let body = |n: usize| json!({"question": "q1", "value": values[n % 5]});
    let bodies: Vec<Value> = (0..MANY).map(body).collect();
    all_answer(&room, &quiz, &phones, &bodies).await;
    check_secrets(&room, &phones[0], &["tolerance"]).await;

    room.act(&quiz, "reveal").await;

    let counts: BTreeMap<String, usize> = values.iter().map(|it| (it.to_string(), 100)).collect();
    let frame = phones[3].frame().await;
    assert_eq!(frame["results"]["counts"], json!(counts));
    assert_eq!(frame["results"]["correct"], json!({"value": 42.0, "tolerance": 0.5}));
    let scores: Vec<u64> = (0..MANY).map(|n| if n % 5 < 3 { 1000 } else { 0 }).collect();
    check_ranking(&room, &phones, &all_me(&phones).await, &scores).await;
}

async fn right_choices_are_scored_by_rank(app: TestApp) {
    let room = Room::open(&app).await;
    let questions = [of_four("Where?", json!(["b"]))];
    let config = json!({"questions": questions, "countdown_s": 0, "scoring": "rank"});
    let quiz = room.run("quiz", config).await;
    let phones = crowd(&room, MANY).await;
    room.act(&quiz, "next").await;
    let body = |n: usize| json!({"question": "q1", "choices": [if n.is_multiple_of(5) { "b" } else { "c" }]});
    let bodies: Vec<Value> = (0..MANY).map(body).collect();
    all_answer(&room, &quiz, &phones, &bodies).await;
    room.act(&quiz, "reveal").await;

    let everybody = all_me(&phones).await;
    let log: Vec<&Value> = everybody.iter().map(|me| &me["log"][0]).collect();
    let mut right: Vec<(u64, u64)> = vec![];
    for (n, entry) in log.iter().enumerate() {
        assert_eq!(entry["correct"], n % 5 == 0);
        match n % 5 {
            0 => right.push((number(&entry["ms"]), 1000 - number(&entry["points"]))),
            _ => assert_eq!(entry["points"], 0),
        }
    }
    // By time; of those of the same millisecond it can't be seen from here who was first.
    right.sort_unstable();
    let lost: Vec<u64> = right.iter().map(|(_, lost)| *lost).collect();
    let expected: Vec<u64> = (0..100).map(|place| (25 * place).min(1000)).collect();
    assert_eq!(lost, expected, "1000, 975, 950, …");
    let scores: Vec<u64> = log.iter().map(|entry| number(&entry["points"])).collect();
    check_ranking(&room, &phones, &everybody, &scores).await;
}

async fn buzzers_are_ordered_by_arrival_and_judged(app: TestApp) {
    let room = Room::open(&app).await;
    let questions = [json!({"kind": "buzzer", "prompt": "Who?", "time_limit_s": LIMIT_S})];
    let config = json!({"questions": questions, "countdown_s": 0, "scoring": "flat"});
    let quiz = room.run("quiz", config).await;
    let phones = crowd(&room, MANY).await;
    room.act(&quiz, "next").await;
    let buzz = json!({"question": "q1", "buzz": true});
    // Two that are certainly first and second.
    for (place, phone) in [(1, &phones[7]), (2, &phones[3])] {
        assert_eq!(phone.answer(&quiz, buzz.clone()).await.expect(201)["position"], place);
        assert_eq!(phone.answer(&quiz, buzz.clone()).await.expect(200)["position"], place);
    }
    let rest: Vec<Phone> =
        (0..MANY).filter(|n| ![3, 7].contains(n)).map(|n| phones[n].clone()).collect();
    all_answer(&room, &quiz, &rest, &vec![buzz.clone(); MANY - 2]).await;
    let places = at_once(&phones, |phone| {
        let (buzz, quiz) = (buzz.clone(), &quiz);
        async move { number(&phone.answer(quiz, buzz).await.expect(200)["position"]) }
    })
    .await;

    let mut sorted = places.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=MANY as u64).collect::<Vec<_>>(), "every place once");
    let all_buzzed = |it: &Value| it["results"]["answered"] == MANY;
    let order = room.sees("all buzzed", all_buzzed).await["results"]["order"].clone();
    for (place, row) in order.as_array().unwrap().iter().enumerate() {
        let n = phones.iter().position(|phone| row["participant_id"] == phone.id).unwrap();
        assert_eq!(places[n] as usize, place + 1);
    }
    assert_eq!(order.as_array().unwrap().len(), 10);
    assert_eq!(phones[0].frame().await["results"], Value::Null);
    for (n, correct) in [(7, false), (3, true)] {
        let judge = json!({"action": "judge", "participant_id": phones[n].id, "correct": correct});
        room.control(&quiz, judge).await;
    }
    assert_eq!(phones[3].me().await["log"], json!([]), "not before the reveal");
    room.act(&quiz, "reveal").await;
    let mut scores = vec![0; MANY];
    scores[3] = 1000;
    check_ranking(&room, &phones, &all_me(&phones).await, &scores).await;
    assert_eq!(phones[0].frame().await["results"]["fastest"][0]["nickname"], "Guest 3");
}

async fn who_goes_leaves_no_hole_in_anybodys_rank(app: TestApp) {
    let room = Room::open(&app).await;
    let phones = crowd(&room, 4).await;
    let questions = [
        of_four("First", json!(["a"])),
        of_four("Second", json!(["a"])),
        of_four("Third", json!(["a"])),
    ];
    let quiz = json!({"questions": questions, "scoring": "flat", "countdown_s": 0});
    let quiz = room.run("quiz", quiz).await;
    // The first is right three times, the last never.
    for n in 1..=3 {
        room.act(&quiz, "next").await;
        for phone in phones.iter().take(4 - n) {
            let body = json!({"question": format!("q{n}"), "choices": ["a"]});
            phone.answer(&quiz, body).await.expect(201);
        }
        room.act(&quiz, "reveal").await;
    }
    let last = phones.last().expect("somebody");
    let (mut rank, mut moved) = (4, number(&last.me().await["me_version"]));
    for (phone, is_sent_away) in zip(&phones, [true, false, true]) {
        if is_sent_away {
            room.runner.remove_participant(&room.id, &phone.id, "").await.expect(204);
        } else {
            phone.client.leave(&room.id).await.expect(204);
        }
        rank -= 1;
        let rows = |it: &Value| it["results"]["leaderboard"].as_array().map_or(0, Vec::len);
        let frame = last.sees("the leaderboard without them", |it| rows(it) == rank).await;
        let (row, me) = (&frame["results"]["leaderboard"][rank - 1], last.me().await);
        assert_eq!(row["participant_id"], *last.id);
        assert_eq!((&row["rank"], &me["rank"]), (&json!(rank), &json!(rank)));
        assert_eq!(frame["me_version"], me["me_version"]);
        assert!(number(&me["me_version"]) > moved, "phones are told to look");
        moved = number(&me["me_version"]);
    }
}
