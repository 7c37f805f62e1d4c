//! An event and everybody in it, and the walks between its steps.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    table::{STEERERS, Table, anywhere, at, in_the_other_session, own, queue, says},
    walk::{Credential, Got, Ids, READERS, Reader, walk},
};
use crate::{
    app::{ADMIN_TOKEN, TestApp},
    client::Client,
    room::{Phone, Room},
    surface::{Operation, document, operations, sign_in},
};

/// Frames are captured at most twenty times a second; this is for machines that do much else.
const SHOWN: Duration = Duration::from_millis(400);

pub(super) struct Event {
    app: TestApp,
    pub(super) room: Room,
    pub(super) other: Room,
    operations: Vec<Operation>,
    readers: BTreeMap<Reader, Credential>,
    pub(super) table: Table,
    pub(super) activities: BTreeMap<&'static str, String>,
    spare: String,
    announcement: String,
    /// What those who steer were answered since the last walk.
    replies: Vec<Got>,
    walks: usize,
    asked: usize,
    /// And in which phases.
    wrong: BTreeMap<String, Vec<String>>,
}

/// Everybody's nickname, by which nothing else is called.
pub(super) const NAMES: [(Reader, &str); 7] = [
    (Reader::Ana, "kestrel"),
    (Reader::Ben, "bittern"),
    (Reader::Vera, "wagtail"),
    (Reader::Pen, "shit dunnock"),
    (Reader::Mia, "lapwing"),
    (Reader::Eve, "whimbrel"),
    (Reader::Cleo, "plover"),
];

impl Event {
    pub(super) async fn prepare(app: TestApp) -> Self {
        let settings = json!({"profanity": "review"});
        let (room, other) = (
            Room::draft_with(&app, settings.clone()).await,
            Room::draft_with(&app, settings).await,
        );
        let operations = operations(&document(&app).await);
        let minted = room.admin.mint_runner(&room.id).await.expect(201);
        let spare = minted["token_id"].as_str().unwrap().to_owned();
        let mut event = Self {
            readers: BTreeMap::new(),
            table: Table::default(),
            activities: BTreeMap::new(),
            announcement: String::new(),
            replies: vec![],
            walks: 0,
            asked: 0,
            wrong: BTreeMap::new(),
            app,
            room,
            other,
            operations,
            spare,
        };
        event.admit_everybody().await;
        event.keep(&format!("spare runner's {}", Uuid::nil()), &minted["runner_token"]);
        event
    }

    async fn admit_everybody(&mut self) {
        let app = &self.app;
        let minted = self.room.admin.mint_runner(&self.room.id).await.expect(201);
        let revoked = app.anyone().bearing(minted["runner_token"].as_str().unwrap());
        let token_id = minted["token_id"].as_str().unwrap();
        self.room.admin.revoke_runner(&self.room.id, token_id).await.expect(204);
        let cookie = sign_in(app).await;
        let stranger = app.another_admin().await;
        for reader in READERS {
            let (client, cookie, phone) = match reader {
                Reader::Nobody => (app.anyone(), None, None),
                Reader::Runner => (self.room.runner.clone(), None, None),
                Reader::OtherRunner => (self.other.runner.clone(), None, None),
                Reader::Revoked => (revoked.clone(), None, None),
                Reader::Admin => (app.admin(), None, None),
                Reader::Cookie => (app.anyone(), Some((cookie.clone(), app.base.clone())), None),
                Reader::OtherAdmin => (stranger.clone(), None, None),
                Reader::Ana
                | Reader::Ben
                | Reader::Vera
                | Reader::Pen
                | Reader::Mia
                | Reader::Eve
                | Reader::Cleo => {
                    let phone = self.joins(reader).await;
                    (phone.client.clone(), None, Some(phone))
                }
            };
            let is_present = phone.is_some();
            let credential = Credential { client, cookie, phone, is_present, version: 0 };
            self.readers.insert(reader, credential);
        }
        self.keep_tokens(&cookie);
        self.name_everybody();
    }

    async fn joins(&self, reader: Reader) -> Phone {
        let room = if reader == Reader::Cleo { &self.other } else { &self.room };
        let (_, nickname) = NAMES.iter().find(|(it, _)| *it == reader).expect("a nickname");
        let is_spectator = reader == Reader::Vera;
        let body = json!({"nickname": nickname, "client_id": Uuid::new_v4(),
            "spectator": is_spectator});
        room.join_as(body).await
    }

    /// Tokens and what devices are known by are nobody's but their bearers', and only where they
    /// are given out.
    fn keep_tokens(&mut self, cookie: &str) {
        let tokens: Vec<(String, String)> = self
            .readers
            .iter()
            .filter(|(_, it)| !it.client.token().is_empty())
            .map(|(reader, it)| (format!("{reader:?}'s token"), it.client.token().to_owned()))
            .collect();
        assert!(tokens.iter().any(|(_, token)| token == ADMIN_TOKEN));
        for (name, token) in tokens {
            self.keep(&name, &json!(token));
        }
        let (_, value) = cookie.split_once('=').expect("a name and a value");
        self.keep("the cookie", &json!(value));
        for (reader, phone) in self.phones() {
            let id = phone.client_id.clone();
            self.table.add(name(&format!("{reader:?}'s device")), [says(id)]);
            // The same device gets the same token again.
            if phone.session == self.room.id {
                let place = at(&[reader], &["people_join"]);
                self.table.is(&format!("{reader:?}'s token"), &[place]);
            }
        }
    }

    /// A token, and nowhere its hash.
    fn keep(&mut self, secret: &str, token: &Value) {
        let token = token.as_str().expect("a token");
        let hash = Sha256::digest(token.as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.table.add(name(secret), [says(token)]);
        self.table
            .add(name(&format!("{secret}, hashed")), [says(hex), says(STANDARD.encode(hash))]);
    }

    fn name_everybody(&mut self) {
        for (reader, nickname) in NAMES {
            let marker = nickname.split(' ').next_back().expect("a word");
            self.table.add(nickname, [says(marker)]);
            match reader {
                Reader::Cleo => {
                    let list = at(&[Reader::OtherRunner, Reader::Admin], &["people_list"]);
                    self.table.is(nickname, &[in_the_other_session()]);
                    self.table.also(nickname, &[list]);
                }
                Reader::Pen => self.table.is(nickname, &[own(reader), queue()]),
                _ => {
                    self.table.told(nickname);
                    self.table.pass(&[nickname]);
                    let list = at(&STEERERS, &["people_list"]);
                    self.table.also(nickname, &[own(reader), list, queue()]);
                }
            }
        }
    }

    fn phones(&self) -> Vec<(Reader, Phone)> {
        let phones = self.readers.iter();
        phones.filter_map(|(reader, it)| Some((*reader, it.phone.clone()?))).collect()
    }

    pub(super) fn phone(&self, reader: Reader) -> &Phone {
        self.readers[&reader].phone.as_ref().expect("they joined")
    }

    /// Nobody may learn that somebody wrote this.
    pub(super) fn unnamed(&mut self, reader: Reader, wrote: &[&str]) {
        let phone = self.phone(reader);
        let marker = phone.nickname.split(' ').next_back().expect("a word").to_owned();
        let known_by = [phone.id.clone(), marker];
        self.table.unnamed(reader, known_by, wrote);
    }

    pub(super) async fn answer(&self, reader: Reader, activity: &str, body: Value) {
        self.phone(reader).answer(&self.activities[activity], body).await.expect(201);
    }

    pub(super) async fn draft(&mut self, activity: &'static str, kind: &str, config: Value) {
        let body = json!({"type": kind, "title": format!("Title of {activity}"), "config": config});
        let created = self.room.admin.create_activity(&self.room.id, &body).await.expect(201);
        self.activities.insert(activity, created["id"].as_str().unwrap().to_owned());
    }

    pub(super) async fn step(&mut self, activity: &str, step: &str) {
        let path = format!("/activities/{}/{step}", self.activities[activity]);
        self.steer(&format!("activities_{step}"), Method::POST, &path, None).await;
    }

    pub(super) async fn act(&mut self, activity: &str, body: Value) {
        let path = format!("/activities/{}/control", self.activities[activity]);
        self.steer("activities_control", Method::POST, &path, Some(body)).await;
    }

    pub(super) async fn announce(&mut self, text: &str) {
        text.clone_into(&mut self.announcement);
        let body = Some(json!({"text": text}));
        self.steer("sessions_announce", Method::PUT, "/announcement", body).await;
    }

    /// Approves or hides the text that has this in it.
    pub(super) async fn judge(&mut self, text: &str, decision: &str) {
        let list = self.room.runner.moderation(&self.room.id, "?limit=200").await.expect(200);
        let items = list["items"].as_array().unwrap();
        let item = items.iter().find(|it| it["text"].as_str().unwrap().contains(text)).unwrap();
        let path = format!("/moderation/{}", item["item_id"].as_str().unwrap());
        let body = Some(json!({"decision": decision}));
        self.steer("moderation_decide", Method::POST, &path, body).await;
    }

    pub(super) async fn send_away(&mut self, reader: Reader, query: &str) {
        let path = format!("/participants/{}{query}", self.phone(reader).id);
        self.steer("people_remove", Method::DELETE, &path, None).await;
        self.readers.get_mut(&reader).expect("everybody is there").is_present = false;
        self.table.sent_away(reader);
    }

    /// Does something, by the big screen's remote where that may; what both are answered counts.
    async fn steer(&mut self, operation: &str, method: Method, path: &str, body: Option<Value>) {
        let operation = self.operations.iter().find(|it| it.id == operation).expect("it is there");
        let path = format!("/api/v1/sessions/{}{path}", self.room.id);
        let may_runner = !path.ends_with("erase=true");
        let (reader, client) = match may_runner {
            true => (Reader::Runner, &self.room.runner),
            false => (Reader::Admin, &self.room.admin),
        };
        let reply = client.send(method, &path, body.as_ref()).await;
        assert!(reply.status < 300, "{path}: {}", reply.text());
        self.replies.push(Got::of(reader, operation, &reply));
    }

    pub(super) async fn open(&self) {
        self.room.admin.open(&self.room.id).await.expect(200);
    }

    pub(super) async fn complete(&self) {
        self.room.admin.complete(&self.room.id).await.expect(200);
    }

    /// Stops the server and starts another on what it stored.
    pub(super) async fn restart(&mut self) {
        self.app.restart().await;
        (self.room, self.other) = (self.room.on(&self.app), self.other.on(&self.app));
        for credential in self.readers.values_mut() {
            credential.client = credential.client.at(&self.app.base);
            if let Some((_, origin)) = &mut credential.cookie {
                origin.clone_from(&self.app.base);
            }
        }
    }

    /// Asks for everything as everybody, and compares what they find with the table.
    pub(super) async fn walk(&mut self, phase: &str) {
        tokio::time::sleep(SHOWN).await;
        let admin = &self.room.admin;
        let session = admin.session(&self.room.id).await.expect(200);
        let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
        let activities = session["activities"].as_array().unwrap().iter();
        let ids = Ids {
            session: self.room.id.clone(),
            code: self.room.code.clone(),
            other: self.other.id.clone(),
            participant: self.phone(Reader::Ana).id.clone(),
            token: self.spare.clone(),
            activities: activities.map(|it| (text(it, "id"), text(it, "status"))).collect(),
            status: text(&session, "status"),
            announcement: self.announcement.clone(),
        };
        self.walks += 1;
        let mut got = walk(&self.operations, &self.readers, &ids, self.walks).await;
        self.asked += got.len();
        got.append(&mut self.replies);
        let wrong = self.table.judge(&got);
        for it in wrong {
            let phases = self.wrong.entry(it).or_default();
            if phases.last().is_none_or(|it| it != phase) {
                phases.push(phase.to_owned());
            }
        }
        for it in got.iter().filter(|it| it.operation == "state_poll") {
            let version = it.json.as_ref().and_then(|json| json["version"].as_u64());
            let known = &mut self.readers.get_mut(&it.reader).expect("everybody is there").version;
            *known = version.unwrap_or(*known).max(*known);
        }
        self.every_operation_was_done(&got, phase);
    }

    /// A walk in which nobody is admitted would find nothing.
    fn every_operation_was_done(&self, got: &[Got], phase: &str) {
        let is_over = phase.starts_with("completed");
        for operation in self.operations.iter().filter(|it| it.is_safe()) {
            // The code is free for another session.
            if is_over && operation.id == "people_invitation" {
                continue;
            }
            let is_done = got.iter().any(|it| it.operation == operation.id && it.status == 200);
            assert!(is_done, "{phase}: nobody was answered by {}", operation.id);
        }
    }

    /// Everything was as the table says.
    pub(super) fn conclude(self) {
        println!("{} bodies in {} walks", self.asked, self.walks);
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }

    pub(super) fn to_other(&self) -> &Client {
        &self.other.runner
    }
}

/// Names of secrets live as long as the test.
fn name(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// What nobody but the administrators of a session may see.
pub(super) fn admins_only() -> super::table::Places {
    anywhere(&super::table::ADMINS)
}
