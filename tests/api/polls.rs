//! Polls, from the first answer to the reveal: every answer counts once, and nobody sees the
//! results too early.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::{MANY, all_answer, all_change, crowd},
    on_both,
    room::{Phone, Room, choice},
};

on_both! {
    a_choice_counts_everybodys_last_answer_once,
    a_rating_has_the_mean_and_median_of_the_last_answers,
    a_ranking_gives_bordas_points_for_the_last_answers,
    a_text_poll_shows_the_newest_texts_of_each_person_once,
}

/// Everybody answers, then two thirds change their mind. Gives the final answers.
async fn all_answer_and_most_change(
    room: &Room,
    poll: &str,
    phones: &[Phone],
    body: impl Fn(usize) -> Value,
) -> Vec<Value> {
    let first: Vec<Value> = (0..phones.len()).map(&body).collect();
    all_answer(room, poll, phones, &first).await;
    let last: Vec<Value> =
        (0..phones.len()).map(|n| if n % 3 == 0 { body(n) } else { body(n + 1) }).collect();
    all_change(poll, phones, &last).await;
    last
}

/// Participants see nothing, then what the runner saw all the time, then nothing again.
async fn reveals(room: &Room, poll: &str, phone: &Phone, expected: &Value) {
    room.sees("all answers are counted", |it| it["results"] == *expected).await;
    let hidden = phone.frame().await;
    assert_eq!(hidden["results"], Value::Null, "on_reveal");
    assert_eq!(hidden["activity"]["revealed"], false);
    assert_eq!(hidden["activity"]["phase"], "open");

    room.act(poll, "reveal").await;
    let shown = phone.frame().await;
    assert_eq!(shown["activity"]["revealed"], true);
    assert_eq!(shown["results"], *expected);
    assert_eq!(room.frame().await["results"], *expected, "the reveal counts nothing anew");

    room.act(poll, "hide").await;
    let hidden = phone.frame().await;
    assert_eq!(hidden["results"], Value::Null);
    assert!(shown["version"].as_u64() < hidden["version"].as_u64());
}

async fn a_choice_counts_everybodys_last_answer_once(app: TestApp) {
    let room = Room::open(&app).await;
    let mut config = choice();
    config["max_choices"] = json!(2);
    let poll = room.run("poll", config).await;
    let phones = crowd(&room, MANY).await;
    // Nobody chooses the third option alone, and zeros must be there too.
    let sets = [json!(["a"]), json!(["b"]), json!(["a", "b"])];
    let body = |n: usize| json!({"choices": sets[n % 3]});

    let last = all_answer_and_most_change(&room, &poll, &phones, body).await;

    let mut counts = BTreeMap::from([("a", 0), ("b", 0), ("c", 0)]);
    for id in last.iter().flat_map(|body| body["choices"].as_array().unwrap()) {
        *counts.get_mut(id.as_str().unwrap()).unwrap() += 1;
    }
    let expected = json!({"responses": MANY, "counts": counts});
    reveals(&room, &poll, &phones[0], &expected).await;
}

async fn a_rating_has_the_mean_and_median_of_the_last_answers(app: TestApp) {
    let room = Room::open(&app).await;
    let config = json!({"kind": "rating", "question": "How?", "scale": {"min": -2, "max": 4}});
    let poll = room.run("poll", config).await;
    let phones = crowd(&room, MANY).await;
    let ratings = [-2, 4, 0, 3, 3];
    let body = |n: usize| json!({"rating": ratings[n % 5]});

    let last = all_answer_and_most_change(&room, &poll, &phones, body).await;

    let mut ratings: Vec<i64> = last.iter().map(|body| body["rating"].as_i64().unwrap()).collect();
    ratings.sort_unstable();
    let count = |value: i64| ratings.iter().filter(|rating| **rating == value).count();
    let counts: BTreeMap<String, usize> = (-2..=4).map(|v| (v.to_string(), count(v))).collect();
    let mean = ratings.iter().sum::<i64>() as f64 / MANY as f64;
    let median = (ratings[MANY / 2 - 1] + ratings[MANY / 2]) as f64 / 2.0;
    let expected = json!({"responses": MANY, "counts": counts, "mean": mean, "median": median});
    reveals(&room, &poll, &phones[0], &expected).await;
}

async fn a_ranking_gives_bordas_points_for_the_last_answers(app: TestApp) {
    let room = Room::open(&app).await;
    let mut config = choice();
    config["kind"] = json!("ranking");
    let poll = room.run("poll", config).await;
    let phones = crowd(&room, MANY).await;
    let orders = [json!(["a", "b", "c"]), json!(["c"]), json!(["b", "c"]), json!(["c", "a", "b"])];
    let body = |n: usize| json!({"ranking": orders[n % 4]});

    let last = all_answer_and_most_change(&room, &poll, &phones, body).await;

    let mut scores = BTreeMap::from([("a", 0), ("b", 0), ("c", 0)]);
    let mut first = scores.clone();
    for order in last.iter().map(|body| body["ranking"].as_array().unwrap()) {
        for (points, id) in [2, 1, 0].into_iter().zip(order) {
            *scores.get_mut(id.as_str().unwrap()).unwrap() += points;
        }
        *first.get_mut(order[0].as_str().unwrap()).unwrap() += 1;
    }
    let expected = json!({"responses": MANY, "scores": scores, "first": first});
    reveals(&room, &poll, &phones[0], &expected).await;
}

async fn a_text_poll_shows_the_newest_texts_of_each_person_once(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run("poll", json!({"kind": "text", "question": "Why?"})).await;
    let phones = crowd(&room, MANY).await;
    let body = |n: usize| json!({"text": format!("Because of {n}")});

    all_answer_and_most_change(&room, &poll, &phones, body).await;
    // One after the other, so that it is known which are the newest.
    for (n, phone) in phones[..12].iter().enumerate() {
        phone.answer(&poll, json!({"text": format!("Last word {n}")})).await.expect(200);
    }

    let newest: Vec<String> = (0..12).rev().map(|n| format!("Last word {n}")).collect();
    let last = |it: &Value| it["results"]["latest"][0]["text"] == "Last word 11";
    let runner = room.sees("the last word", last).await["results"].clone();
    assert_eq!(phones[0].frame().await["results"], Value::Null);
    room.act(&poll, "reveal").await;
    let participants = phones[0].frame().await["results"].clone();
    let texts = |results: &Value| -> Vec<String> {
        let latest = results["latest"].as_array().unwrap();
        latest.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(participants["responses"], MANY);
    assert_eq!(texts(&participants), newest[..10]);
    assert_eq!(runner["responses"], MANY);
    assert_eq!(texts(&runner).len(), 50);
    assert_eq!(texts(&runner)[..12], newest[..]);
    let different: std::collections::BTreeSet<String> = texts(&runner).into_iter().collect();
    assert_eq!(different.len(), 50, "a changed text replaces the one before");
    assert!(!participants.to_string().contains("Guest"), "anonymous");
    assert!(!runner.to_string().contains("Guest"), "anonymous");
}
