//! The facilitator of the demo, and what its big screen would show.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::Venue;

const LOBBY: Duration = Duration::from_secs(12);
const ANSWERING: Duration = Duration::from_secs(14);
const LOOKING: Duration = Duration::from_secs(6);

/// Runs the activities in order, again and again.
pub(super) async fn run(venue: Venue, token: String) {
    let screen = json!({"qr": "corner", "results": true, "leaderboard": false});
    call(&venue, &token, Method::PUT, "/screen", Some(screen)).await;
    tokio::time::sleep(LOBBY).await;
    loop {
        let frame = call(&venue, &token, Method::GET, "/state", None).await;
        let activities = frame["activities"].as_array().cloned().unwrap_or_default();
        for activity in &activities {
            let path = format!("/activities/{}", activity["id"].as_str().unwrap_or_default());
            let start = if activity["status"] == "expired" { "reopen" } else { "activate" };
            call(&venue, &token, Method::POST, &format!("{path}/{start}"), None).await;
            match activity["type"].as_str() {
                Some("quiz") => quiz(&venue, &token, &path).await,
                Some("poker") => poker(&venue, &token, &path).await,
                _ => board(&venue, &token, &path).await,
            }
        }
    }
}

async fn board(venue: &Venue, token: &str, path: &str) {
    press(venue, token, path, "reset").await;
    tokio::time::sleep(ANSWERING).await;
    press(venue, token, path, "reveal").await;
    tokio::time::sleep(LOOKING).await;
}

async fn quiz(venue: &Venue, token: &str, path: &str) {
    // The countdown and the longest question, and a little more.
    let question = Duration::from_secs(20);
    while press(venue, token, path, "next").await["round"].is_number() {
        tokio::time::sleep(question).await;
        let revealed = press(venue, token, path, "reveal").await;
        if revealed["code"].is_string() {
            break;
        }
        tokio::time::sleep(LOOKING).await;
    }
}

async fn poker(venue: &Venue, token: &str, path: &str) {
    press(venue, token, path, "revote").await;
    loop {
        tokio::time::sleep(ANSWERING).await;
        press(venue, token, path, "reveal").await;
        tokio::time::sleep(LOOKING).await;
        if press(venue, token, path, "next").await["code"].is_string() {
            break;
        }
    }
}

async fn press(venue: &Venue, token: &str, path: &str, action: &str) -> Value {
    let body = json!({"action": action});
    call(venue, token, Method::POST, &format!("{path}/control"), Some(body)).await
}

/// Follows the runner's frame and says in a line what moved.
pub(super) async fn watch(venue: Venue, token: String) {
    let mut last = String::new();
    loop {
        let frame = call(&venue, &token, Method::GET, "/state", None).await;
        let line = line(&frame);
        if line != last && frame.is_object() {
            println!("  {line}");
            last = line;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn line(frame: &Value) -> String {
    let (people, activity) = (&frame["participants"], &frame["activity"]);
    let results = &frame["results"];
    let answered = ["responses", "answered", "voted"]
        .iter()
        .find_map(|name| results[name].as_u64())
        .map_or_else(String::new, |n| format!(" · {n} answered"));
    let (title, phase) = (activity["title"].as_str(), activity["phase"].as_str());
    format!(
        "{} here, {} online · {} ({}){answered}",
        people["total"],
        people["online"],
        title.unwrap_or("lobby"),
        phase.unwrap_or("waiting"),
    )
}

async fn call(
    venue: &Venue,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Value {
    let mut request = venue.client.request(method, format!("{}{path}", venue.url));
    if let Some(body) = body {
        request = request.json(&body);
    }
    match request.bearer_auth(token).send().await {
        Ok(response) => response.json().await.unwrap_or_default(),
        Err(_) => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Value::Null
        }
    }
}
