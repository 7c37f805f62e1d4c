//! The administrator under load: begins new rounds, announces, creates sessions and activities.

use std::{sync::Mutex, time::Duration};

use rand::{RngExt, rngs::StdRng};
use serde_json::{Value, json};
use tokio::{sync::MutexGuard, time::sleep};
use uuid::Uuid;

use crate::{
    api::Outcome,
    crowd::Crowd,
    process::ADMIN_TOKEN,
    stage::{Kind, PerKind, text},
};

/// What the administrator was promised.
pub(crate) struct Host {
    promises: Mutex<Promises>,
    announcing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
pub(crate) struct Promises {
    /// The last acknowledged round of each kind.
    pub(crate) rounds: PerKind<u64>,
    /// Announcements that may be shown: the last acknowledged one, and those sent after it.
    pub(crate) announcements: Vec<Option<String>>,
    pub(crate) sessions: Vec<SideSession>,
}

/// A session that nobody joins.
#[derive(Default, Clone)]
pub(crate) struct SideSession {
    pub(crate) name: String,
    /// Known once its creation was acknowledged.
    pub(crate) id: Option<String>,
    /// Titles of activities, and whether they were acknowledged.
    pub(crate) activities: Vec<(String, bool)>,
}

impl Host {
    pub(crate) fn new() -> Self {
        // At first nothing is announced.
        let promises =
            Promises { rounds: PerKind::default(), announcements: vec![None], sessions: vec![] };
        Self { promises: Mutex::new(promises), announcing: tokio::sync::Mutex::default() }
    }

    pub(crate) fn promises(&self) -> Promises {
        self.promises.lock().unwrap().clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Promises) -> T) -> T {
        change(&mut self.promises.lock().unwrap())
    }

    pub(crate) async fn live(&self, crowd: &Crowd, mut rng: StdRng) {
        loop {
            crowd.gate_opens().await;
            // To the end of what it is about to begin: nobody must take it for idle in between.
            let busy = crowd.busy("the host looks at the round".into());
            self.learn_round(crowd).await;
            match rng.random_range(0..4) {
                0 | 1 => {
                    busy.says("the host begins a round".into());
                    self.begin_round(crowd).await;
                }
                2 => {
                    busy.says("the host announces".into());
                    let (turn, notice) = (self.turn().await, format!("Notice {}", Uuid::now_v7()));
                    self.announce(&turn, crowd, &notice).await;
                }
                _ => {
                    busy.says("the host creates a session".into());
                    self.create_session(crowd).await;
                }
            }
            drop(busy);
            sleep(Duration::from_millis(rng.random_range(50..250))).await;
        }
    }

    /// Has everybody answer another activity. Only while nothing else goes on.
    pub(crate) async fn switch(&self, crowd: &Crowd, kind: Kind) {
        let activity = self.read(crowd, kind).await.done();
        let step = match activity["status"].as_str() {
            Some("active") => None,
            Some("expired") => Some("/reopen"),
            _ => Some("/activate"),
        };
        if let Some(step) = step {
            self.press(crowd, kind, step, &json!({})).await.done();
        }
        if kind == Kind::Quiz && activity["status"] == "draft" {
            self.press(crowd, kind, "/control", &json!({"action": "next"})).await.done();
        }
        let activity = self.read(crowd, kind).await.done();
        self.saw_round(crowd, kind, &activity);
    }

    /// After a lost reply, the round that is on may not be the one that was on.
    async fn learn_round(&self, crowd: &Crowd) {
        let (kind, _) = crowd.scene();
        if let Outcome::Done(activity) = self.read(crowd, kind).await {
            self.saw_round(crowd, kind, &activity);
        }
    }

    async fn begin_round(&self, crowd: &Crowd) {
        let (kind, round) = crowd.scene();
        let body = json!({"action": kind.again(), "round": round});
        if let Outcome::Done(activity) = self.press(crowd, kind, "/control", &body).await {
            self.saw_round(crowd, kind, &activity);
        }
    }

    /// Announcements are made one at a time: which of two that are under way was the last, nobody
    /// could say.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.announcing.lock().await
    }

    pub(crate) async fn announce(
        &self,
        _: &MutexGuard<'_, ()>,
        crowd: &Crowd,
        text: &str,
    ) -> Outcome {
        let text = Some(text.to_owned());
        self.change(|promises| promises.announcements.push(text.clone()));
        let path = crowd.stage.at("/announcement");
        let told = crowd.stage.api.put(&path, ADMIN_TOKEN, &json!({"text": text})).await;
        if let Outcome::Done(_) = told {
            self.change(|promises| promises.announcements = vec![text]);
        }
        told
    }

    async fn create_session(&self, crowd: &Crowd) {
        let api = &crowd.stage.api;
        let name = format!("Aside {}", Uuid::now_v7());
        let number = self.change(|promises| {
            promises.sessions.push(SideSession { name: name.clone(), ..SideSession::default() });
            promises.sessions.len() - 1
        });
        let made = api.post("/sessions", ADMIN_TOKEN, &json!({"name": name})).await;
        let Outcome::Done(session) = made else { return };
        let id = text(&session["id"]);
        self.change(|promises| promises.sessions[number].id = Some(id.clone()));
        for title in ["First", "Second"] {
            let body = json!({"type": "wordcloud", "title": title, "config": {"prompt": "Why?"}});
            let note = |acknowledged| {
                let activity = (title.to_owned(), acknowledged);
                self.change(|promises| promises.sessions[number].activities.push(activity));
            };
            match api.post(&format!("/sessions/{id}/activities"), ADMIN_TOKEN, &body).await {
                Outcome::Done(_) => note(true),
                Outcome::Unknown(_) => note(false),
                refused @ Outcome::Refused(..) => api.watch.note(format!("{refused:?}")),
            }
        }
    }

    pub(crate) async fn read(&self, crowd: &Crowd, kind: Kind) -> Outcome {
        crowd.stage.api.get(&crowd.stage.at_activity(kind, ""), ADMIN_TOKEN).await
    }

    async fn press(&self, crowd: &Crowd, kind: Kind, path: &str, body: &Value) -> Outcome {
        crowd.stage.api.post(&crowd.stage.at_activity(kind, path), ADMIN_TOKEN, body).await
    }

    fn saw_round(&self, crowd: &Crowd, kind: Kind, activity: &Value) {
        let round = activity["round"].as_u64().expect("an activity has a round");
        let before = self.change(|it| std::mem::replace(&mut it.rounds[kind as usize], round));
        crowd.stage.api.watch.claim(before <= round, || {
            format!("round {before} of {kind:?} was acknowledged, and now it is {round}")
        });
        crowd.set_scene((kind, round));
    }
}
