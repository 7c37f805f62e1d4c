//! A session with people in it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{app::TestApp, client::Client};

/// Results are shown within a fraction of a second; this is for machines that do much else.
const SHOWN_WITHIN: Duration = Duration::from_secs(20);

/// An open session, its owner and its big screen.
pub(crate) struct Room {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) admin: Client,
    pub(crate) runner: Client,
    anyone: Client,
}

/// Somebody in a session, on their phone.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) client: Client,
    pub(crate) session: String,
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) nickname: String,
    pub(crate) client_id: String,
}

impl Room {
    pub(crate) async fn open(app: &TestApp) -> Self {
        Self::open_with(app, json!({})).await
    }

    pub(crate) async fn open_with(app: &TestApp, settings: Value) -> Self {
        let room = Self::draft_with(app, settings).await;
        room.admin.open(&room.id).await.expect(200);
        room
    }

    pub(crate) async fn draft_with(app: &TestApp, settings: Value) -> Self {
        let admin = app.admin();
        let body = json!({"name": "All hands", "settings": settings});
        let session = admin.create_session(&body).await.expect(201);
        let id = session["id"].as_str().unwrap().to_owned();
        let minted = admin.mint_runner(&id).await.expect(201);
        Self {
            code: session["code"].as_str().unwrap().to_owned(),
            runner: admin.bearing(minted["runner_token"].as_str().unwrap()),
            anyone: app.anyone(),
            admin,
            id,
        }
    }

    /// The same room on a server that was started again.
    pub(crate) fn on(&self, app: &TestApp) -> Self {
        Self {
            id: self.id.clone(),
            code: self.code.clone(),
            admin: self.admin.at(&app.base),
            runner: self.runner.at(&app.base),
            anyone: self.anyone.at(&app.base),
        }
    }

    /// Prepares an activity and gives its id.
    pub(crate) async fn draft(&self, kind: &str, config: Value) -> String {
        let body = json!({"type": kind, "title": "Now", "config": config});
        let activity = self.admin.create_activity(&self.id, &body).await.expect(201);
        activity["id"].as_str().unwrap().to_owned()
    }

    /// Prepares an activity and activates it.
    pub(crate) async fn run(&self, kind: &str, config: Value) -> String {
        let activity = self.draft(kind, config).await;
        self.step(&activity, "activate").await;
        activity
    }

    /// Runs a poll between `a`, `b` and `c`.
    pub(crate) async fn run_choice(&self) -> String {
        self.run("poll", choice()).await
    }

    pub(crate) async fn step(&self, activity: &str, step: &str) -> Value {
        self.runner.step(&self.id, activity, step).await.expect(200)
    }

    pub(crate) async fn control(&self, activity: &str, body: Value) -> Value {
        self.runner.control(&self.id, activity, &body).await.expect(200)
    }

    pub(crate) async fn act(&self, activity: &str, action: &str) -> Value {
        self.control(activity, json!({"action": action})).await
    }

    pub(crate) async fn join(&self, nickname: &str) -> Phone {
        self.join_as(json!({"nickname": nickname, "client_id": Uuid::new_v4()})).await
    }

    pub(crate) async fn join_as(&self, body: Value) -> Phone {
        let joined = self.anyone.join(&self.id, &body).await;
        assert!(matches!(joined.status, 200 | 201), "{}", joined.text());
        let joined = joined.json();
        let text = |field: &str| joined[field].as_str().unwrap().to_owned();
        Phone {
            client: self.anyone.bearing(&text("participant_token")),
            session: self.id.clone(),
            id: text("participant_id"),
            token: text("participant_token"),
            nickname: text("nickname"),
            client_id: body["client_id"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// The runner's frame once it is as the test waits for.
    pub(crate) async fn sees(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_for(&self.runner, &self.id, what, is_so).await
    }

    /// The runner's frame once it counts so many answers.
    pub(crate) async fn counts(&self, responses: usize) -> Value {
        self.sees("all answers are counted", |it| it["results"]["responses"] == responses).await
    }

    /// The runner's frame now.
    pub(crate) async fn frame(&self) -> Value {
        self.runner.state(&self.id, "").await.expect(200)
    }
}

impl Phone {
    pub(crate) async fn sees(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_for(&self.client, &self.session, what, is_so).await
    }

    pub(crate) async fn frame(&self) -> Value {
        self.client.state(&self.session, "").await.expect(200)
    }

    pub(crate) async fn me(&self) -> Value {
        self.client.me(&self.session).await.expect(200)
    }

    pub(crate) async fn answer(&self, activity: &str, body: Value) -> crate::client::Reply {
        self.client.answer(&self.session, activity, &body).await
    }
}

/// Polls until the frame is as the test waits for.
async fn wait_for(
    client: &Client,
    session: &str,
    what: &str,
    is_so: impl Fn(&Value) -> bool,
) -> Value {
    let deadline = Instant::now() + SHOWN_WITHIN;
    loop {
        let frame = client.state(session, "").await.expect(200);
        if is_so(&frame) {
            return frame;
        }
        assert!(Instant::now() < deadline, "never: {what}; last seen: {frame:#}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A poll between `a`, `b` and `c`.
pub(crate) fn choice() -> Value {
    json!({
        "kind": "choice", "question": "Which?",
        "options": [{"label": "Ananas"}, {"label": "Banana"}, {"label": "Cherry"}],
    })
}
