//! Configurations of every type of activity, for scripts to draw from.
//!
//! What must stay secret for a while has a name that nothing else has, so that a search for it in
//! the bytes of a body is proof.

use caja_actors::activity::{Config, Kind};
use serde_json::{Value, json};

/// How many different configurations there are.
pub(crate) const CONFIGS: u8 = 16;

/// Questions and stories that the configurations begin with; appended ones come after.
pub(crate) const ITEMS: usize = 3;

/// Cards of the custom deck: in no other text.
pub(crate) const CARDS: [&str; 4] = ["CARD-ONE", "CARD-TWO", "CARD-SIX", "CARD-TEN"];

/// A right number that nobody guesses.
pub(crate) const SECRET_NUMBER: &str = "987654.25";

/// Words that everybody draws from: some are the same but for case, accents or punctuation.
pub(crate) const WORDS: [&str; 12] = [
    "rust",
    "Rust",
    "“RUST!”",
    "tea",
    "té",
    "tè",
    "coffee",
    "Coffee.",
    "c++",
    "🎉",
    PROFANE,
    "SHIT!",
];

/// A word that waits for a moderator, where the session says so.
pub(crate) const PROFANE: &str = "shit";

pub(crate) fn story(n: usize) -> Value {
    json!({"id": format!("s{n}"), "title": format!("STORY-TITLE-{n}."), "link": "https://a.example/"})
}

/// The `n`-th question; every fourth is of the same kind.
pub(crate) fn question(n: usize) -> Value {
    let mut question = json!({
        "id": format!("q{n}"), "prompt": format!("PROMPT-{n}."),
        "explanation": format!("EXPLANATION-{n}."), "time_limit_s": 20, "points": 1000,
    });
    let (kind, options, correct) = match n % 4 {
        0 => ("choice", options(4), json!(["b", "d"])),
        1 => ("numeric", json!([]), json!({"value": 987_654.25, "tolerance": 0.5})),
        2 => ("true_false", json!([]), json!(["true"])),
        _ => ("buzzer", json!([]), Value::Null),
    };
    question["kind"] = kind.into();
    question["options"] = options;
    question["correct"] = correct;
    question
}

fn options(n: u8) -> Value {
    let ids = (b'a'..).take(n.into()).map(char::from);
    ids.map(|id| json!({"id": id.to_string(), "label": format!("Option {id}")})).collect()
}

/// The `n`-th configuration as its administrator writes it, with so many stories or questions.
pub(crate) fn body(n: u8, items: usize) -> (Kind, Value) {
    let poll = |kind: &str, mut more: Value| {
        more["kind"] = kind.into();
        (Kind::Poll, more)
    };
    let stories: Value = (0..items).map(story).collect();
    let questions: Value = (0..items).map(question).collect();
    match n % CONFIGS {
        0 => poll("choice", json!({"options": options(4), "max_choices": 2, "results": "always"})),
        1 => poll("choice", json!({"options": options(2), "allow_change": false})),
        2 => poll("rating", json!({"scale": {"min": -2, "max": 3}, "results": "after_answer"})),
        3 => poll("ranking", json!({"options": options(4), "duration_s": 20})),
        4 => poll("text", json!({"max_length": 40, "results": "always"})),
        5 => poll("text", json!({"results": "never"})),
        6 => (Kind::Poker, json!({"stories": stories, "deck": CARDS})),
        7 => (Kind::Poker, json!({"stories": stories, "auto_reveal": true})),
        8 => (Kind::Poker, json!({"deck": "modified_fibonacci", "show_names": false})),
        9 => (Kind::Poker, json!({"stories": stories, "deck": "t_shirt", "allow_change": false})),
        10 => (Kind::Quiz, json!({"questions": questions, "countdown_s": 0, "streak_bonus": true})),
        11 => {
            let more = json!({"questions": questions, "scoring": "rank", "leaderboard": "runner"});
            (Kind::Quiz, more)
        }
        12 => {
            let more = json!({
                "questions": questions, "scoring": "flat", "leaderboard_size": 3,
                "countdown_s": 1, "duration_s": 60,
            });
            (Kind::Quiz, more)
        }
        13 => (Kind::WordCloud, json!({"max_words": 3, "results": "always"})),
        14 => (Kind::WordCloud, json!({"banned_words": ["coffee"], "duration_s": 15})),
        _ => (Kind::Quiz, json!({"questions": questions, "countdown_s": 0, "leaderboard": "off"})),
    }
}

/// The `n`-th configuration, ready for use.
pub(crate) fn config(n: u8, items: usize) -> Config {
    let (kind, body) = body(n, items);
    read(kind, body)
}

pub(crate) fn read(kind: Kind, body: Value) -> Config {
    kind.config(body).expect("it has the right fields").expect("it is valid")
}
