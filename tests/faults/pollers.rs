//! Clients that poll, and hold the server to the contract: nothing ever goes back, and deltas add
//! up to the frame.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    api::{Api, is_to_come_again},
    member::Member,
    stage::Stage,
};

const PAUSE: Duration = Duration::from_millis(50);

/// How a client polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Whole frames, with their tag.
    Whole,
    /// What changed since, held until something did.
    Held,
}

pub(crate) struct Follower {
    path: String,
    pub(crate) token: String,
    manner: Manner,
    known: Mutex<Known>,
    /// When the last poll left.
    asked_at: Mutex<Instant>,
}

#[derive(Default, Clone)]
struct Known {
    frame: Value,
    etag: Option<String>,
    /// The most that was seen of each thing that only grows.
    marks: BTreeMap<String, u64>,
}

impl Follower {
    /// Two on the big screen, and `count` among the members.
    pub(crate) fn some(stage: &Stage, members: &[Arc<Member>], count: usize) -> Vec<Arc<Self>> {
        let token = |member: &Arc<Member>| Some(member.seat()?.token.clone());
        let runners = [Manner::Whole, Manner::Held].map(|it| Self::runner(stage, it));
        let manners = [Manner::Held, Manner::Whole].into_iter().cycle();
        let phones = members.iter().take(count).filter_map(token).zip(manners);
        let phones = phones.map(|(token, manner)| Self::new(stage, token, manner));
        runners.into_iter().chain(phones).map(Arc::new).collect()
    }

    /// A big screen.
    pub(crate) fn runner(stage: &Stage, manner: Manner) -> Self {
        Self::new(stage, stage.runner_token.clone(), manner)
    }

    fn new(stage: &Stage, token: String, manner: Manner) -> Self {
        let (path, asked_at) = (stage.at("/state"), Mutex::new(Instant::now()));
        Self { path, token, manner, known: Mutex::default(), asked_at }
    }

    /// Polls for ever.
    pub(crate) async fn follow(&self, api: &Api) {
        loop {
            if self.poll(api).await.is_none() || self.manner == Manner::Whole {
                sleep(PAUSE).await;
            }
        }
    }

    /// The frame as it was put together.
    pub(crate) fn frame(&self) -> Value {
        self.known.lock().unwrap().frame.clone()
    }

    /// What is wrong with the frame as it was put together, beside one that came in one piece.
    pub(crate) fn differs_from(&self, whole: &Value) -> Option<String> {
        let frame = self.frame();
        let (shown, wanted) = (settled_part(&frame), settled_part(whole));
        let asked_ago = self.asked_at.lock().unwrap().elapsed();
        (shown != wanted).then(|| {
            format!(
                "{:?}, who asked last {asked_ago:?} ago, has {shown} of version {} instead of \
                 {wanted} of version {}",
                self.manner, frame["version"], whole["version"],
            )
        })
    }

    /// Polls once; `None` when there was no answer.
    pub(crate) async fn poll(&self, api: &Api) -> Option<()> {
        let known = self.known.lock().unwrap().clone();
        let version = known.frame["version"].as_u64();
        let path = match (self.manner, version) {
            (Manner::Whole, _) | (_, None) => self.path.clone(),
            (Manner::Held, Some(version)) => format!("{}?wait=1&since={version}", self.path),
        };
        let mut request = api.request(Method::GET, &path, &self.token);
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        *self.asked_at.lock().unwrap() = Instant::now();
        let response = request.send().await.ok()?;
        api.watch.check(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        if is_to_come_again(status) {
            return None;
        }
        if status == StatusCode::OK {
            let body = response.json().await.ok()?;
            let etag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
            self.take(api, body, etag.map(str::to_owned));
        } else {
            let is_known = status == StatusCode::NOT_MODIFIED && known.etag.is_some();
            api.watch.claim(is_known, || format!("a poll was answered {status}"));
        }
        Some(())
    }

    fn take(&self, api: &Api, body: Value, etag: Option<String>) {
        let mut known = self.known.lock().unwrap();
        let (have, version) = (known.frame["version"].as_u64(), body["version"].as_u64());
        api.watch.claim(have <= version, || {
            format!("the version went back from {have:?} to {version:?}")
        });
        match body.get("since").map(Value::as_u64) {
            None => known.frame = body,
            Some(since) => {
                api.watch.claim(since <= have, || format!("a delta from {since:?} on {have:?}"));
                let (Value::Object(frame), Value::Object(sections)) = (&mut known.frame, body)
                else {
                    return api.watch.note("a delta without a frame before it");
                };
                frame.extend(sections);
                frame.remove("since");
            }
        }
        known.etag = etag;
        for (what, much) in marks(&known.frame) {
            let before = known.marks.insert(what.clone(), much).unwrap_or(0);
            api.watch.claim(before <= much, || format!("{what} fell from {before} to {much}"));
        }
    }
}

/// What only grows, as a frame shows it.
fn marks(frame: &Value) -> Vec<(String, u64)> {
    let (activity, results) = (&frame["activity"], &frame["results"]);
    let mut marks = vec![];
    marks.extend(frame["participants"]["total"].as_u64().map(|n| ("participants".into(), n)));
    if let (Some(id), Some(round)) = (activity["id"].as_str(), activity["round"].as_u64()) {
        marks.push((format!("round of {id}"), round));
        // Answers to a quiz are final.
        let answered = results["answered"].as_u64();
        marks.extend(answered.map(|n| (format!("answers to {id} in round {round}"), n)));
    }
    marks
}

/// The sections of a frame that a follower's must equal, once nothing changes any more.
pub(crate) fn settled_part(frame: &Value) -> Value {
    let section = |name: &str| frame[name].clone();
    json!([section("session"), section("activity"), section("results"), section("announcement")])
}
