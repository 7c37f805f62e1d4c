//! Quizzes by the clock, and what a facilitator may do with them.

use serde_json::{Value, json};

use crate::{app::TestApp, crowd::crowd, on_one, room::Room};

on_one! {
    a_question_opens_for_all_at_once_and_closes_by_itself,
    a_question_that_is_done_again_counts_once,
    questions_may_be_appended_while_the_quiz_runs,
    a_leaderboard_for_the_runner_is_in_no_other_frame,
}

fn questions(count: usize, time_limit_s: u32) -> Value {
    let question = |n: usize| {
        json!({
            "kind": "true_false", "prompt": format!("Prompt {n}"), "correct": ["true"],
            "time_limit_s": time_limit_s,
        })
    };
    (0..count).map(question).collect()
}

fn says(choice: &str) -> Value {
    json!({"question": "q1", "choices": [choice]})
}

async fn a_question_opens_for_all_at_once_and_closes_by_itself(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let config = json!({"questions": questions(1, 1), "countdown_s": 1});
    let quiz = room.run("quiz", config).await;
    assert_eq!(ana.answer(&quiz, says("true")).await.json()["reason"], "early");

    let before = room.runner.state(&room.id, "").await;
    let asked_at: u64 = before.header("x-caja-time-ms").unwrap().parse().unwrap();
    room.act(&quiz, "next").await;
    let frame = ana.frame().await;
    assert_eq!(frame["activity"]["phase"], "countdown");
    assert_eq!(frame["activity"]["current"]["question"]["prompt"], "Prompt 0");
    let opens_at = frame["activity"]["opens_at_ms"].as_u64().unwrap();
    let ends_at = frame["activity"]["ends_at_ms"].as_u64().unwrap();
    assert!(opens_at >= asked_at + 2_900, "1.2 × 2000 + 500, so that every phone knows");
    assert_eq!(ends_at, opens_at + 1_000);
    assert_eq!(ana.answer(&quiz, says("true")).await.json()["reason"], "early");
    let reveal = room.runner.control(&room.id, &quiz, &json!({"action": "reveal"})).await;
    assert_eq!(reveal.problem(409), "invalid_action");

    ana.sees("the question opens", |it| it["activity"]["phase"] == "open").await;
    ana.answer(&quiz, says("true")).await.expect(201);
    ana.sees("the question closes", |it| it["activity"]["phase"] == "closed").await;
    let late = ben.answer(&quiz, says("true")).await;
    assert_eq!(
        (late.problem(409).as_str(), &late.json()["reason"]),
        ("not_accepting", &json!("late"))
    );
    ana.answer(&quiz, says("true")).await.expect(200);
    room.act(&quiz, "reveal").await;
    let log = ana.me().await["log"][0].clone();
    assert_eq!(log["correct"], true);
    assert!(log["ms"].as_u64().unwrap() < 1_000);
    assert_eq!(ben.me().await["log"][0]["ms"], Value::Null);
}

async fn a_question_that_is_done_again_counts_once(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let config = json!({"questions": questions(1, 600), "countdown_s": 0, "scoring": "flat"});
    let quiz = room.run("quiz", config).await;
    let first = room.act(&quiz, "next").await["round"].as_u64().unwrap();
    ana.answer(&quiz, says("true")).await.expect(201);
    room.act(&quiz, "reveal").await;
    assert_eq!(ana.me().await["score"], 1000);

    let again = room.act(&quiz, "redo").await["round"].as_u64().unwrap();
    assert!(first < again);
    let me = ana.me().await;
    assert_eq!((&me["score"], &me["log"], &me["answers"]), (&json!(0), &json!([]), &json!({})));
    ana.answer(&quiz, says("false")).await.expect(201);
    room.act(&quiz, "reveal").await;
    let me = ana.me().await;
    assert_eq!((&me["score"], &me["log"][0]["correct"]), (&json!(0), &json!(false)));
    assert_eq!(me["log"].as_array().unwrap().len(), 1);
}

async fn questions_may_be_appended_while_the_quiz_runs(app: TestApp) {
    let room = Room::open(&app).await;
    let config = |count| json!({"questions": questions(count, 600), "countdown_s": 0});
    let quiz = room.run("quiz", config(1)).await;
    let ana = room.join("Ana").await;
    room.act(&quiz, "next").await;
    room.act(&quiz, "reveal").await;

    let longer = json!({"config": config(2)});
    room.admin.edit_activity(&room.id, &quiz, &longer).await.expect(200);
    room.act(&quiz, "next").await;

    let current = ana.frame().await["activity"]["current"].clone();
    assert_eq!((&current["index"], &current["of"]), (&json!(1), &json!(2)));
    let shorter = room.admin.edit_activity(&room.id, &quiz, &json!({"config": config(1)})).await;
    assert_eq!(shorter.problem(409), "config_frozen");
}

async fn a_leaderboard_for_the_runner_is_in_no_other_frame(app: TestApp) {
    let room = Room::open(&app).await;
    let phones = crowd(&room, 3).await;
    let config = json!({
        "questions": questions(1, 600), "countdown_s": 0, "leaderboard": "runner",
        "leaderboard_size": 2,
    });
    let quiz = room.run("quiz", config).await;
    room.act(&quiz, "next").await;
    phones[2].answer(&quiz, says("true")).await.expect(201);
    room.act(&quiz, "reveal").await;

    let rows = room.frame().await["results"]["leaderboard"].clone();
    let ranks: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["rank"].clone()).collect();
    assert_eq!(ranks, [1, 2]);
    assert_eq!(rows[0]["nickname"], "Guest 2");
    assert_eq!(phones[0].frame().await["results"].get("leaderboard"), None);
    room.act(&quiz, "leaderboard").await;
    assert_eq!(room.frame().await["screen"]["leaderboard"], true);
}
