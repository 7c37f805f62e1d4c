//! The session that the tests play: a poll, a word cloud, a quiz, and long texts.

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use crate::{api::Api, process::ADMIN_TOKEN, verify::surely};

const WORDS: [&str; 8] = ["tea", "cake", "rain", "sea", "wind", "salt", "moss", "fern"];
const OPTIONS: [&str; 4] = ["a", "b", "c", "d"];
const WAVES: [&str; 4] = ["🌊", "🌬", "🌧", "🌿"];
/// Up to 4 KB in each text: a few hundred are worth a snapshot, which a kill can hit too.
const TEXT_LENGTH: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Poll,
    WordCloud,
    Quiz,
    Text,
}

pub(crate) const KINDS: [Kind; 4] = [Kind::Poll, Kind::WordCloud, Kind::Quiz, Kind::Text];

/// One of something for each kind, in the order of [`KINDS`].
pub(crate) type PerKind<T> = [T; KINDS.len()];

/// An open session with one activity of each kind.
pub(crate) struct Stage {
    pub(crate) api: Api,
    /// Path of the session.
    pub(crate) path: String,
    pub(crate) activities: PerKind<String>,
    pub(crate) runner_token: String,
}

impl Stage {
    pub(crate) async fn build(api: &Api) -> Self {
        let session = api.post("/sessions", ADMIN_TOKEN, &json!({"name": "Faults"})).await.done();
        let path = format!("/sessions/{}", text(&session["id"]));
        let mut activities = vec![];
        for kind in KINDS {
            let body = kind.activity();
            let made = api.post(&format!("{path}/activities"), ADMIN_TOKEN, &body).await.done();
            activities.push(text(&made["id"]));
        }
        api.post(&format!("{path}/open"), ADMIN_TOKEN, &json!({})).await.done();
        let runner = api.post(&format!("{path}/runner-tokens"), ADMIN_TOKEN, &json!({})).await;
        Self {
            api: api.clone(),
            path,
            activities: activities.try_into().expect("one of each kind"),
            runner_token: text(&runner.done()["runner_token"]),
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }

    pub(crate) fn activity(&self, kind: Kind) -> &str {
        &self.activities[kind as usize]
    }

    pub(crate) fn at_activity(&self, kind: Kind, path: &str) -> String {
        format!("{}/activities/{}{path}", self.path, self.activity(kind))
    }

    /// The session's participants, page by page.
    pub(crate) async fn participants(&self) -> Vec<Value> {
        let (mut all, mut cursor) = (vec![], String::new());
        loop {
            let path = self.at(&format!("/participants?limit=200{cursor}"));
            let page = surely(&self.api, &path, ADMIN_TOKEN).await;
            all.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }
}

impl Kind {
    fn activity(self) -> Value {
        match self {
            Self::Poll => json!({"type": "poll", "title": "Where to?", "config": {
                "kind": "choice", "question": "Where to?", "max_choices": 2, "results": "always",
                "options": OPTIONS.map(|id| json!({"id": id, "label": id.to_uppercase()})),
            }}),
            Self::WordCloud => json!({"type": "wordcloud", "title": "In a word", "config": {
                "prompt": "In a word", "max_words": 3, "results": "always",
            }}),
            Self::Quiz => json!({"type": "quiz", "title": "Quiz", "config": {
                "countdown_s": 0, "scoring": "speed", "questions": [{
                    "id": "q", "kind": "choice", "prompt": "Which?", "time_limit_s": 600,
                    "options": OPTIONS.map(|id| json!({"id": id, "label": id.to_uppercase()})),
                    "correct": ["b"],
                }],
            }}),
            Self::Text => json!({"type": "poll", "title": "At length", "config": {
                "kind": "text", "question": "At length", "max_length": TEXT_LENGTH, "results": "never",
            }}),
        }
    }

    /// What empties the activity and begins another round.
    pub(crate) fn again(self) -> &'static str {
        match self {
            Self::Poll | Self::WordCloud | Self::Text => "reset",
            Self::Quiz => "redo",
        }
    }

    /// Whether a given answer may be changed or withdrawn.
    pub(crate) fn is_changeable(self) -> bool {
        self != Self::Quiz
    }

    /// Any answer, as `/me` would show it.
    pub(crate) fn random_answer(self, rng: &mut StdRng) -> Value {
        match self {
            Self::Poll => {
                let count = rng.random_range(1..=2);
                let mut choices: Vec<_> = OPTIONS.sample(rng, count).copied().collect();
                choices.sort_unstable();
                json!({"choices": choices})
            }
            Self::WordCloud => {
                let count = rng.random_range(1..=3);
                json!({"words": WORDS.sample(rng, count).collect::<Vec<_>>()})
            }
            Self::Quiz => json!({"question": "q", "choices": [OPTIONS.choose(rng)]}),
            Self::Text => {
                let wave = WAVES.choose(rng).expect("there are waves");
                json!({"text": wave.repeat(rng.random_range(TEXT_LENGTH / 2..TEXT_LENGTH))})
            }
        }
    }

    /// What the runner's results would show of these answers, counted one by one.
    pub(crate) fn recount(self, answers: &[Value]) -> Value {
        let mut responses = json!({"responses": answers.len()});
        match self {
            Self::Poll => {
                let count = |id: &str| answers.iter().filter(|it| has(&it["choices"], id)).count();
                let counts = OPTIONS.map(|id| (id.to_owned(), json!(count(id))));
                responses["counts"] = Value::Object(counts.into_iter().collect());
                responses
            }
            Self::WordCloud => {
                let count =
                    |word: &str| answers.iter().filter(|it| has(&it["words"], word)).count();
                let counts = WORDS.map(|word| (word.to_owned(), count(word)));
                let shown = counts.into_iter().filter(|(_, count)| *count > 0);
                responses["words"] = shown.map(|(word, n)| (word, json!(n))).collect();
                responses
            }
            Self::Quiz => json!({"answered": answers.len()}),
            Self::Text => responses,
        }
    }

    /// What the results in a runner frame say, in the form of [`Kind::recount`].
    pub(crate) fn shown(self, results: &Value) -> Value {
        match self {
            Self::Poll => json!({"responses": results["responses"], "counts": results["counts"]}),
            Self::WordCloud => {
                let words = results["words"].as_array().into_iter().flatten();
                let counts = words.map(|word| (text(&word["text"]), word["count"].clone()));
                let counts: serde_json::Map<_, _> = counts.collect();
                json!({"responses": results["responses"], "words": counts})
            }
            Self::Quiz => json!({"answered": results["answered"]}),
            Self::Text => json!({"responses": results["responses"]}),
        }
    }
}

fn has(list: &Value, item: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|it| it == item))
}

/// The text of a value that must be one.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("should be text: {value}")).to_owned()
}
