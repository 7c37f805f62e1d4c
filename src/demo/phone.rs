//! One simulated participant: joins, polls as clients do, and answers after some thought.

use std::time::Duration;

use rand::{RngExt, seq::SliceRandom};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};

use super::Venue;

/// Seconds a poll is held.
const WAIT_S: u64 = 20;
/// Somebody thinks about an answer for up to this long.
const THINKING_MS: u64 = 9_000;
/// Pace where the server does not say one, such as when it can't be reached.
const RETRY_MS: u64 = 2_000;
const NAMES: [&str; 12] =
    ["Ana", "Ben", "Chidi", "Dora", "Emil", "Fatima", "Gil", "Hana", "Ivo", "Jun", "Kaya", "Luz"];
const WORDS: [&str; 12] = [
    "growth",
    "change",
    "team",
    "coffee",
    "learning",
    "launch",
    "patience",
    "fun",
    "focus",
    "customers",
    "remote",
    "hope",
];

struct Phone {
    venue: Venue,
    token: String,
    etag: Option<String>,
    /// The frame, as the deltas left it.
    frame: Value,
    /// What was answered last: activity, round and question.
    answered: Option<(Value, Value)>,
}

/// Lives until the server goes.
pub(super) async fn live(venue: Venue, number: u32, arrives_after: Duration) {
    tokio::time::sleep(arrives_after).await;
    let Some(token) = join(&venue, number).await else { return };
    let mut phone = Phone { venue, token, etag: None, frame: json!({}), answered: None };
    loop {
        let began = tokio::time::Instant::now();
        let pace_ms = phone.poll().await.unwrap_or(RETRY_MS);
        if let Some((path, body)) = phone.next_answer() {
            let thinking = rand::rng().random_range(300..THINKING_MS);
            tokio::time::sleep(Duration::from_millis(thinking)).await;
            phone.answer(&path, &body).await;
        }
        // Twenty per cent of jitter, so that an audience never polls in step.
        let pace = Duration::from_millis(pace_ms).mul_f64(rand::rng().random_range(0.8..1.2));
        tokio::time::sleep_until(began + pace).await;
    }
}

async fn join(venue: &Venue, number: u32) -> Option<String> {
    let name = NAMES[number as usize % NAMES.len()];
    let body = json!({"nickname": format!("{name} {number}"), "client_id": uuid::Uuid::new_v4()});
    for _ in 0..10 {
        let request = venue.client.post(format!("{}/participants", venue.url)).json(&body);
        if let Ok(response) = request.send().await
            && response.status().is_success()
        {
            let joined: Value = response.json().await.ok()?;
            return Some(joined["participant_token"].as_str()?.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(RETRY_MS)).await;
    }
    None
}

impl Phone {
    /// Polls once; gives the pace that the server asks for, in milliseconds.
    async fn poll(&mut self) -> Option<u64> {
        let mut url = format!("{}/state?wait={WAIT_S}", self.venue.url);
        if let Some(version) = self.frame["version"].as_u64() {
            url.push_str(&format!("&since={version}"));
        }
        let mut request = self.venue.client.get(url).bearer_auth(&self.token);
        if let Some(etag) = &self.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let response = request.send().await.ok()?;
        let headers = response.headers().clone();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let pace_ms = text("x-caja-poll-after-ms").and_then(|ms| ms.parse().ok());
        if response.status() == StatusCode::OK {
            self.etag = text("etag").map(str::to_owned);
            self.take(response.json().await.ok()?);
        }
        pace_ms
    }

    /// Applies a frame or a delta by the contract's rule.
    fn take(&mut self, new: Value) {
        let have = self.frame["version"].as_u64().unwrap_or_default();
        let version = new["version"].as_u64().unwrap_or_default();
        let is_whole = new["since"].is_null();
        let fits = new["since"].as_u64().is_some_and(|since| since <= have && have < version);
        match (self.frame.as_object_mut(), new) {
            (Some(frame), Value::Object(sections)) if fits => frame.extend(sections),
            (_, new) if is_whole && have < version => self.frame = new,
            _ => {}
        }
    }

    /// What there is to answer, if it is not answered yet.
    fn next_answer(&mut self) -> Option<(String, Value)> {
        let activity = &self.frame["activity"];
        if activity["status"] != "active" {
            return None;
        }
        let mut body = answer_to(activity)?;
        let key = (activity["id"].clone(), activity["round"].clone());
        if self.answered.as_ref() == Some(&key) {
            return None;
        }
        body["round"] = activity["round"].clone();
        let path = format!("/activities/{}/response", key.0.as_str()?);
        self.answered = Some(key);
        Some((path, body))
    }

    async fn answer(&self, path: &str, body: &Value) {
        let url = format!("{}{path}", self.venue.url);
        for _ in 0..3 {
            let request = self.venue.client.put(&url).bearer_auth(&self.token).json(body);
            match request.send().await.map(|response| response.status()) {
                Ok(status) if !status.is_server_error() => return,
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(RETRY_MS)).await,
            }
        }
    }
}

/// A plausible answer to what an activity asks now, if it takes one.
fn answer_to(activity: &Value) -> Option<Value> {
    let (config, current) = (&activity["config"], &activity["current"]);
    match (activity["type"].as_str()?, activity["phase"].as_str()?) {
        ("poll", "open") => match config["kind"].as_str()? {
            "choice" => Some(json!({"choices": [pick(&config["options"])?]})),
            "rating" => {
                let scale = (config["scale"]["min"].as_i64()?, config["scale"]["max"].as_i64()?);
                Some(json!({"rating": rand::rng().random_range(scale.0..=scale.1)}))
            }
            "ranking" => Some(json!({"ranking": shuffled(&config["options"])?})),
            _ => Some(json!({"text": WORDS[rand::rng().random_range(0..WORDS.len())]})),
        },
        ("wordcloud", "open") => {
            // Squaring makes some words more frequent than others.
            let at = rand::rng().random_range(0.0_f64..1.0).powi(2) * WORDS.len() as f64;
            Some(json!({"words": [WORDS[at as usize]]}))
        }
        ("poker", "voting") => {
            let cards = current["cards"].as_array()?;
            let middle = cards.len() / 2;
            Some(json!({"card": cards[rand::rng().random_range(middle - 2..=middle + 1)]}))
        }
        ("quiz", "open") => {
            let question = &current["question"];
            let id = &question["id"];
            match question["kind"].as_str()? {
                "numeric" => {
                    Some(json!({"question": id, "value": rand::rng().random_range(400..600)}))
                }
                "buzzer" => Some(json!({"question": id, "buzz": true})),
                _ => Some(json!({"question": id, "choices": [pick(&question["options"])?]})),
            }
        }
        _ => None,
    }
}

fn pick(options: &Value) -> Option<&Value> {
    let options = options.as_array()?;
    // Not everybody thinks alike, but the first options are more popular.
    let at = rand::rng().random_range(0.0_f64..1.0).powf(1.4) * options.len() as f64;
    Some(&options.get(at as usize)?["id"])
}

fn shuffled(options: &Value) -> Option<Vec<&Value>> {
    let mut ids: Vec<_> = options.as_array()?.iter().map(|option| &option["id"]).collect();
    ids.shuffle(&mut rand::rng());
    Some(ids)
}
