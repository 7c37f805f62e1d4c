//! Answers as they leave, row by row: what a plain recount of them gives is what was published,
//! for every type; and what was not revealed or was thrown away is in no row.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(clippy::cmp_owned, reason = "JSON writes numbers as the results name them")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use caja_actors::{
    activity::{Activity, AnswerRow, Audience, Plain},
    session::{Entry, Event, Round},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{
    acts::{Act, quiz_script, script, script_of},
    configs::{CONFIGS, SECRET_NUMBER},
    recount::Recount,
    recount_sheet::key,
    stage::{Stage, to_value},
};

/// A row, out of the engine's hands.
#[derive(Debug, Clone)]
struct Row {
    item: Option<String>,
    round: Round,
    seat: u32,
    body: Value,
    plain: Value,
    correct: Option<bool>,
    points: Option<u32>,
    response_ms: Option<u64>,
}

impl Row {
    fn of(row: &AnswerRow<'_>) -> Self {
        let plain = row.answer.as_ref().map_or(Value::Null, |answer| match &answer.plain {
            Plain::Number(number) => json!(number),
            Plain::Texts(texts) => json!(texts),
        });
        Self {
            item: row.item.and_then(|item| item.id).map(str::to_owned),
            round: row.round,
            seat: row.seat.0,
            body: row.answer.as_ref().map_or(Value::Null, |answer| to_value(&answer.body)),
            plain,
            correct: row.correct,
            points: row.points,
            response_ms: row.response_ms,
        }
    }

    fn chose(&self, id: &str) -> bool {
        self.body["choices"].as_array().is_some_and(|ids| ids.iter().any(|it| it == id))
    }
}

fn rows(stage: &Stage, activity: &Activity) -> Vec<Row> {
    let mut rows = vec![];
    stage.session.each_answer(activity, &mut |row| rows.push(Row::of(&row)));
    rows
}

fn tally<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text.to_owned()).or_default() += 1);
    counts
}

/// Checks the rows of one activity against the results that its report publishes.
fn check_activity(stage: &Stage, recount: &Recount, activity: &Activity) {
    let rows = rows(stage, activity);
    let config = to_value(&activity.state.config().wire());
    let report = stage.session.report(activity, &Audience::default(), stage.cast.now);
    let report = report.map_or(Value::Null, |report| to_value(&report));
    if report.is_null() {
        assert!(rows.is_empty(), "what never ran has no answers");
        return;
    }
    let people = rows.iter().map(|row| (&row.item, row.round, row.seat)).collect::<BTreeSet<_>>();
    assert_eq!(people.len(), rows.len(), "one row for each answer: {rows:?}");
    assert!(rows.iter().all(|row| row.response_ms.is_some_and(|ms| ms < 10_000_000)), "{rows:?}");
    match activity.state.kind().name() {
        "poll" => check_poll(&rows, &config, &report),
        "poker" => check_poker(&rows, activity, &report),
        "quiz" => check_quiz(stage, &rows, &config, &report),
        "wordcloud" => check_cloud(&rows, recount, activity, &report),
        other => panic!("nobody checks {other}"),
    }
}

fn check_poll(rows: &[Row], config: &Value, report: &Value) {
    assert_eq!(report["responses"], rows.len());
    let ids: Vec<&str> = config["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| option["id"].as_str().unwrap())
        .collect();
    for id in &ids {
        let label = json!(format!("Option {id}"));
        let labels = |row: &&Row| row.plain.as_array().unwrap().contains(&label);
        match config["kind"].as_str().unwrap() {
            "choice" => {
                let chosen = rows.iter().filter(|row| row.chose(id)).count();
                assert_eq!(report["counts"][id], chosen);
                assert_eq!(rows.iter().filter(labels).count(), chosen);
            }
            _ => {
                let place = |row: &Row| {
                    row.body["ranking"].as_array().unwrap().iter().position(|it| it == id)
                };
                let first = rows.iter().filter(|row| place(row) == Some(0)).count();
                assert_eq!(report["first"][id], first);
                let points = |row| place(row).map_or(0, |place| ids.len() - 1 - place);
                assert_eq!(report["scores"][id], rows.iter().map(points).sum::<usize>());
                assert!(rows.iter().all(|row| (place(row).is_some()) == labels(&row)));
            }
        }
    }
    match config["kind"].as_str().unwrap() {
        "rating" => {
            let counts = report["counts"].as_object().unwrap();
            for (value, count) in counts {
                let rated = |row: &&Row| row.body["rating"].to_string() == *value;
                assert_eq!(*count, rows.iter().filter(rated).count());
            }
            assert!(rows.iter().all(|row| row.plain.as_f64() == row.body["rating"].as_f64()));
        }
        "text" => {
            let texts = |values: Vec<&Value>| tally(values.into_iter().filter_map(Value::as_str));
            let latest = report["latest"].as_array().unwrap().iter();
            assert!(latest.len() < 50, "scripts have few people");
            let shown = texts(latest.map(|item| &item["text"]).collect());
            assert_eq!(texts(rows.iter().map(|row| &row.body["text"]).collect()), shown);
            assert_eq!(texts(rows.iter().map(|row| &row.plain[0]).collect()), shown);
        }
        _ => {}
    }
}

fn check_poker(rows: &[Row], activity: &Activity, report: &Value) {
    let votes = |round: &Value| {
        let of_round = rows.iter().filter(|row| json!(row.round) == *round);
        let cards: Vec<&str> =
            of_round.clone().map(|row| row.body["card"].as_str().unwrap()).collect();
        assert!(of_round.zip(&cards).all(|(row, card)| row.plain == json!([card])));
        tally(cards.into_iter())
    };
    let mut expected = BTreeSet::new();
    for story in report["stories"].as_array().unwrap() {
        for round in story["rounds"].as_array().unwrap() {
            assert_eq!(json!(votes(&round["round"])), round["votes"]);
            let of_story = rows.iter().filter(|row| json!(row.round) == round["round"]);
            assert!(of_story.clone().all(|row| json!(row.item) == story["id"]));
            assert_eq!(json!(of_story.count()), round["voted"]);
            expected.insert(round["round"].as_u64().unwrap());
        }
    }
    let is_revealed = activity.state.running().is_revealed();
    assert_eq!(expected.contains(&activity.round.0.into()), is_revealed);
    let found: BTreeSet<u64> = rows.iter().map(|row| row.round.0.into()).collect();
    assert_eq!(found, expected, "the rounds that were revealed and no others");
    if is_revealed {
        assert_eq!(json!(votes(&json!(activity.round))), report["votes"]);
        for earlier in report["rounds"].as_array().unwrap() {
            assert_eq!(json!(votes(&earlier["round"])), earlier["votes"]);
        }
    }
}

fn check_quiz(stage: &Stage, rows: &[Row], config: &Value, report: &Value) {
    let questions = report["questions"].as_array().unwrap();
    let revealed: BTreeSet<&str> = questions.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(rows.iter().all(|row| revealed.contains(row.item.as_deref().unwrap())));
    for question in questions {
        let mine = || rows.iter().filter(|row| json!(row.item) == question["id"]);
        assert_eq!(json!(mine().count()), question["answered"]);
        assert!(mine().all(|row| row.body["question"] == question["id"]));
        assert!(mine().all(|row| json!(row.round) == question["round"]));
        let right = mine().filter(|row| row.correct == Some(true));
        assert_eq!(json!(right.count()), question["right"]);
        assert!(mine().all(|row| row.points == Some(0) || row.correct == Some(true)));
        for (option, count) in question["counts"].as_object().into_iter().flatten() {
            let fits = |row: &&Row| {
                row.chose(option)
                    || row.body["value"].to_string() == *option
                    || row.body["value"].as_f64().is_some_and(|it| it.to_string() == *option)
            };
            assert_eq!(json!(mine().filter(fits).count()), *count, "{option}");
        }
        if report["question"] == question["id"] && report["counts"].is_object() {
            assert_eq!(report["counts"], question["counts"]);
            assert_eq!(report["correct"], question["correct"]);
        }
    }
    let mut scores = BTreeMap::<String, u64>::new();
    for row in rows {
        let id = stage.session.people().seats()[row.seat as usize].id.to_string();
        *scores.entry(id).or_default() += u64::from(row.points.unwrap());
    }
    for line in report["leaderboard"].as_array().into_iter().flatten() {
        let id = line["participant_id"].as_str().unwrap();
        assert_eq!(line["score"], scores.get(id).copied().unwrap_or_default());
    }
    let is_asked = config["questions"].as_array().unwrap().len() > questions.len();
    let secret = config["questions"][1]["id"] == "q1" && !revealed.contains("q1") && is_asked;
    assert!(!secret || !report.to_string().contains(SECRET_NUMBER));
}

fn check_cloud(rows: &[Row], recount: &Recount, activity: &Activity, report: &Value) {
    assert_eq!(report["responses"], rows.len());
    let mut people = BTreeMap::<String, BTreeSet<u32>>::new();
    for row in rows {
        let words = row.body["words"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(row.body.is_null() || row.plain == json!(words));
        for word in words {
            let root = recount.root_in(activity.id, &key(word.as_str().unwrap()));
            people.entry(root).or_default().insert(row.seat);
        }
    }
    // Who was removed still counts, as does a hidden word for the one it is merged into; but what
    // they wrote is in no row.
    let hides = recount.hides_words(activity.id);
    let is_all_shown = !hides && !recount.people.iter().any(|person| person.was_removed);
    for word in report["words"].as_array().unwrap() {
        let found = people.remove(&key(word["text"].as_str().unwrap())).unwrap_or_default().len();
        let count = word["count"].as_u64().unwrap() as usize;
        assert!(found == count || !is_all_shown && found < count, "{word}: {found}");
    }
    assert!(people.is_empty(), "hidden words are in no row: {people:?}");
}

fn check(script: &[Act]) {
    let (mut stage, mut recount) = (Stage::new(), Recount::default());
    for act in script {
        if let Some(Ok(granted)) = stage.play(act) {
            recount.hear(&granted);
        }
        if let Some(activity) = stage.session.current() {
            check_activity(&stage, &recount, activity);
        }
    }
    // What was shown then is still there in the end.
    for activity in stage.session.activities() {
        check_activity(&stage, &recount, activity);
        let running = activity.state.running();
        let shown = rows(&stage, activity).len();
        assert!(shown <= running.responses() as usize);
        let is_open = running.answered() > 0 && !running.is_revealed();
        let hides = matches!(activity.state.kind().name(), "quiz" | "poker") && is_open;
        assert!(hides || shown == running.responses() as usize);
    }
    let answers: u32 = stage.session.timeline().points().iter().map(|it| it.answers).sum();
    let is_answer = |it: &&Entry| matches!(it.event, Event::Answered { .. });
    let given = stage.entries.iter().filter(is_answer).count();
    assert_eq!(answers + stage.session.timeline().answers_since(), given as u32);
}

proptest! {
    #![proptest_config(support::cases(60))]

    #[test]
    fn the_rows_of_several_activities_say_what_was_published(script in script(120)) {
        check(&script);
    }

    #[test]
    fn the_rows_of_one_type_say_what_was_published(
        script in (0..CONFIGS).prop_flat_map(|sort| script_of(100, Just(sort))),
    ) {
        check(&script);
    }

    #[test]
    fn the_rows_of_a_quiz_to_its_end_say_what_was_published(script in quiz_script()) {
        check(&script);
    }
}
