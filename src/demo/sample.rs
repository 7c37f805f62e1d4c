//! The sample session: one activity of every type, and of every kind of poll.

use caja_actors::activity::{Config, Kind};
use serde_json::{Value, json};

use crate::http::sessions::Draft;

/// A session that shows what Caja can do.
pub(super) fn draft() -> Result<Draft, serde_json::Error> {
    let activities = activities().into_iter().map(|(kind, title, config)| {
        let config = config_of(kind, config)?;
        Ok((title.to_owned(), config))
    });
    Ok(Draft {
        name: "Autumn all hands".into(),
        description: Some("A sample session with a simulated audience".into()),
        settings: caja_actors::session::Settings { max_participants: 50_000, ..Default::default() },
        activities: activities.collect::<Result<_, serde_json::Error>>()?,
    })
}

fn config_of(name: &str, config: Value) -> Result<Config, serde_json::Error> {
    let kind = Kind::ALL.iter().find(|kind| kind.name() == name);
    let kind = kind.expect("the sample uses types that exist");
    Ok(kind.config(config)?.expect("the sample's configurations are complete"))
}

fn activities() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("poll", "Where should the next offsite be?", offsite()),
        ("wordcloud", "This year in one word", this_year()),
        ("quiz", "How well do you know us?", quiz()),
        ("poker", "Estimate with us", poker()),
        ("poll", "How was it?", rating()),
        ("poll", "What matters most next year?", ranking()),
    ]
}

fn offsite() -> Value {
    json!({"kind": "choice", "results": "always", "question": "Where should the next offsite be?",
        "options": [{"label": "By the sea"}, {"label": "In the mountains"},
            {"label": "A city none of us knows"}, {"label": "Right here, with better coffee"}]})
}

fn this_year() -> Value {
    json!({"prompt": "This year in one word", "results": "always"})
}

fn quiz() -> Value {
    json!({"streak_bonus": true, "questions": [
        {"kind": "choice", "prompt": "In which year was the company founded?", "time_limit_s": 15,
            "options": [{"label": "2009"}, {"label": "2012"}, {"label": "2015"}],
            "correct": ["b"], "explanation": "In a garage, of course."},
        {"kind": "true_false", "prompt": "The coffee machine is older than the website.",
            "time_limit_s": 10, "correct": ["true"]},
        {"kind": "numeric", "prompt": "How many people work here?", "time_limit_s": 15,
            "correct": {"value": 512, "tolerance": 25}},
    ]})
}

fn poker() -> Value {
    json!({"auto_reveal": false, "stories": [
        {"title": "Let people rejoin after a flat battery"}, {"title": "Dark mode for the big screen"},
    ]})
}

fn rating() -> Value {
    json!({"kind": "rating", "results": "always", "question": "How was this all hands?",
        "scale": {"min": 1, "max": 10, "min_label": "Long", "max_label": "Great"}})
}

fn ranking() -> Value {
    json!({"kind": "ranking", "results": "always", "question": "What matters most next year?",
        "options": [{"label": "Customers"}, {"label": "Quality"}, {"label": "Growth"}, {"label": "Rest"}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_every_type() {
        let draft = draft().unwrap();
        for kind in Kind::ALL {
            assert!(draft.activities.iter().any(|(_, config)| config.kind() == *kind), "{kind:?}");
        }
    }
}
