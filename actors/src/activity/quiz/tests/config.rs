//! What a configuration may say, and how it is completed.

use super::*;
use crate::activity::rules::ActivityConfig;

fn problems(config: &Value) -> Vec<String> {
    parse(config).unwrap_err().into_iter().map(|problem| problem.pointer).collect()
}

fn one(question: Value) -> Value {
    json!({ "questions": [question] })
}

fn with(mut question: Value, field: &str, value: Value) -> Value {
    question[field] = value;
    one(question)
}

#[test]
fn what_is_left_out_is_filled_in() {
    let config = parse(&one(choice("b"))).unwrap();
    let wire = serde_json::to_value(&*config).unwrap();
    let question = &wire["questions"][0];
    assert_eq!((&question["id"], &question["options"][2]["id"]), (&json!("q1"), &json!("c")));
    assert_eq!((&question["time_limit_s"], &question["points"]), (&json!(20), &json!(1000)));
    assert_eq!((&wire["scoring"], &wire["leaderboard"]), (&json!("speed"), &json!("all")));
    assert_eq!((&wire["countdown_s"], &wire["leaderboard_size"]), (&json!(3), &json!(10)));
    assert_eq!(wire["streak_bonus"], json!(false));
}

#[test]
fn true_false_gets_its_options_and_keeps_other_labels() {
    let question = json!({ "kind": "true_false", "prompt": "Is it?", "correct": ["false"] });
    let options = |config: &Value| parse(config).unwrap().questions[0].options.clone();
    let labels = |config: &Value| {
        options(config).into_iter().map(|option| (option.id, option.label)).collect::<Vec<_>>()
    };
    let pair = |a: &str, b: &str| vec![("true".into(), a.into()), ("false".into(), b.into())];
    assert_eq!(labels(&one(question.clone())), pair("True", "False"));
    let swapped = json!([{ "id": "false", "label": "Nein" }, { "id": "true", "label": "Ja" }]);
    assert_eq!(labels(&with(question.clone(), "options", swapped)), pair("Ja", "Nein"));
    let other = json!([{ "id": "yes", "label": "Yes" }, { "id": "no", "label": "No" }]);
    assert_eq!(problems(&with(question, "options", other)), ["/questions/0/options"]);
}

#[test]
fn completing_twice_is_completing_once() {
    let config = parse(&json!({ "questions": [
        choice("c"),
        { "kind": "true_false", "prompt": " Is it? ", "correct": ["true"] },
        { "kind": "numeric", "prompt": "How many?", "correct": { "value": 4 }, "explanation": " " },
        buzzer(),
    ] }))
    .unwrap();
    assert_eq!(config.questions[2].explanation, None);
    assert_eq!(parse(&serde_json::to_value(&*config).unwrap()).unwrap(), config);
}

#[test]
fn a_key_that_does_not_fit_is_named() {
    let numeric = json!({ "kind": "numeric", "prompt": "How many?" });
    let true_false = json!({ "kind": "true_false", "prompt": "Is it?" });
    for (question, correct, pointer) in [
        (choice("b"), json!(null), "/questions/0/correct"),
        (choice("b"), json!([]), "/questions/0/correct"),
        (choice("b"), json!(["x"]), "/questions/0/correct/0"),
        (choice("b"), json!(["a", "a"]), "/questions/0/correct/1"),
        (choice("b"), json!({ "value": 1 }), "/questions/0/correct"),
        (true_false.clone(), json!(["true", "false"]), "/questions/0/correct"),
        (true_false, json!(["maybe"]), "/questions/0/correct/0"),
        (numeric.clone(), json!(null), "/questions/0/correct"),
        (numeric.clone(), json!(["a"]), "/questions/0/correct"),
        (numeric, json!({ "value": 1, "tolerance": -1 }), "/questions/0/correct/tolerance"),
        (buzzer(), json!(["a"]), "/questions/0/correct"),
    ] {
        let config = with(question, "correct", correct);
        assert_eq!(problems(&config), [pointer], "{config}");
    }
}

#[test]
fn a_key_of_no_known_shape_is_refused_in_plain_words() {
    for (correct, words) in [
        (json!("b"), "a list of option ids, or {value, tolerance}"),
        (json!(true), "a list of option ids, or {value, tolerance}"),
        (json!({ "value": 1, "tolerence": 2 }), "unknown field `tolerence`"),
        (json!([1, 2]), "invalid type: integer `1`, expected a string"),
    ] {
        let error = Kind::Quiz.config(&with(choice("b"), "correct", correct)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn limits_are_kept() {
    for (field, value) in [
        ("prompt", json!(" ")),
        ("prompt", json!("x".repeat(501))),
        ("time_limit_s", json!(0)),
        ("time_limit_s", json!(601)),
        ("points", json!(10_001)),
        ("explanation", json!("x".repeat(1001))),
        ("options", json!([{ "label": "One" }])),
    ] {
        let pointer = format!("/questions/0/{field}");
        assert_eq!(problems(&with(choice("a"), field, value)), [pointer]);
    }
    for (field, value) in [
        ("countdown_s", json!(61)),
        ("leaderboard_size", json!(0)),
        ("leaderboard_size", json!(101)),
        ("duration_s", json!(0)),
        ("questions", json!([])),
        ("questions", json!(vec![choice("a"); 201])),
    ] {
        let mut config = one(choice("a"));
        config[field] = value;
        assert_eq!(problems(&config), [format!("/{field}")]);
    }
    assert!(parse(&json!({ "questions": vec![choice("a"); 200] })).is_ok());
}

#[test]
fn only_new_questions_at_the_end_append() {
    let old = parse(&two_choices()).unwrap();
    let appended = |edit: &dyn Fn(&mut Value)| {
        let mut config = serde_json::to_value(&*old).unwrap();
        edit(&mut config);
        parse(&config).unwrap().appends_to(&old)
    };
    assert!(appended(&|_| {}), "nothing new is harmless");
    assert!(appended(&|config| config["questions"].as_array_mut().unwrap().push(buzzer())));
    assert!(!appended(&|config| config["questions"].as_array_mut().unwrap().insert(0, buzzer())));
    assert!(!appended(&|config| drop(config["questions"].as_array_mut().unwrap().pop())));
    assert!(!appended(&|config| config["questions"][0]["correct"] = json!(["a"])));
    assert!(!appended(&|config| config["countdown_s"] = json!(9)));
}
