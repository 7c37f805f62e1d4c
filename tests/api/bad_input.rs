//! Bad input for every operation of the document: each is refused with a well-formed problem that
//! shows nothing internal, or is one of the successes that the document names; never an error of
//! the server, which goes on as if nothing had been.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::TestApp,
    client::{Client, Reply},
    on_one,
    room::{Room, choice},
    surface::{Operation, World, ask, assert_problem, document, operations, sample},
};

on_one! {
    no_body_is_more_than_the_server_can_take,
    no_body_of_any_type_of_activity_is_either,
    no_parameter_is_either,
    ids_of_others_and_of_nothing_are_refused,
    no_state_of_a_session_is_an_error,
}

/// Stands where bytes are put that no JSON value can say.
const HOLE: &str = "@@hole@@";
/// Values of every type, for fields that want another.
fn values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!(" "),
        json!("\0"),
        json!("\u{202e}\u{200b}\u{fdd0}\u{10ffff}"),
        json!("'; drop table sessions; --"),
        json!("{{7*7}}${7*7}<script>%s%n../../etc/passwd"),
        json!([]),
        json!([[]]),
        json!([null]),
        json!({}),
        json!({"": null}),
        // Just over what texts may have, just over what lists may, and as much as a body holds.
        json!("x".repeat(201)),
        json!("x".repeat(2_001)),
        json!("é".repeat(30_000)),
        json!(vec!["x"; 201]),
        json!(vec![0; 20_000]),
    ]
}

/// The pointers of all values within a value, itself included.
fn pointers(value: &Value) -> Vec<String> {
    let within = |name: &str, part: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        pointers(part).into_iter().map(move |rest| format!("/{name}{rest}")).collect::<Vec<_>>()
    };
    let mut all = vec![String::new()];
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, part)| all.extend(within(name, part)));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(n, part)| all.extend(within(&n.to_string(), part)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = body.clone();
    *changed.pointer_mut(pointer).expect("it is there") = value;
    changed
}

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

/// The body with something in the hole.
fn filled(body: &Value, hole: &[u8]) -> Vec<u8> {
    let text = body.to_string();
    let (before, after) = text.split_once(&format!("\"{HOLE}\"")).expect("there is a hole");
    [before.as_bytes(), hole, after.as_bytes()].concat()
}

/// Every way in which a body can be wrong that fits in a line.
fn spoiled(body: &Value) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![];
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let deep_objects = [br#"{"a":"#.repeat(10_000), b"0".to_vec(), b"}".repeat(10_000)].concat();
    for at in pointers(body) {
        for value in values() {
            let shown = value.to_string().chars().take(30).collect::<String>();
            all.push((format!("{at} is {shown}"), bytes(&with(body, &at, value))));
        }
        let hole = with(body, &at, json!(HOLE));
        for (what, bytes) in [
            ("is 10,000 deep", &deep[..]),
            ("has objects 10,000 deep", &deep_objects),
            ("is never closed", &deep[..10_000]),
            ("is not UTF-8", b"\"\xff\xfe\""),
            ("is half a surrogate", br#""\ud800""#),
            ("is beyond all numbers", b"1e999"),
            ("is a long number", &b"9".repeat(1_000)),
            ("is nothing", b""),
            ("is not JSON", b"NaN"),
        ] {
            all.push((format!("{at} {what}"), filled(&hole, bytes)));
        }
        let Some(fields) = body.pointer(&at).and_then(Value::as_object) else { continue };
        let mut extra = fields.clone();
        extra.insert("extra".into(), json!(1));
        all.push((format!("{at} has a field more"), bytes(&with(body, &at, extra.into()))));
        for (name, value) in fields {
            let mut less = fields.clone();
            less.remove(name);
            all.push((format!("{at} lacks {name}"), bytes(&with(body, &at, less.into()))));
            let object = Value::from(fields.clone()).to_string();
            let twice = format!("{},{}:{value}}}", &object[..object.len() - 1], json!(name));
            all.push((format!("{at} has {name} twice"), filled(&hole, twice.as_bytes())));
        }
    }
    let text = body.to_string();
    all.push(("nothing".into(), vec![]));
    all.push(("half of it".into(), bytes(body)[..text.len() / 2].to_vec()));
    all.push(("two of it".into(), text.repeat(2).into_bytes()));
    all.push(("a byte order mark".into(), format!("\u{feff}{text}").into_bytes()));
    all.push(("UTF-16".into(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    all.push(("a megabyte".into(), format!("{text}{}", " ".repeat(1 << 20)).into_bytes()));
    all.push(("a NUL".into(), format!("{text}\0").into_bytes()));
    all
}

/// An operation, and how often it was answered how.
struct Trial<'a> {
    app: &'a TestApp,
    operation: &'a Operation,
    /// The activity that runs.
    kind: (&'a str, Value),
    world: World,
    answered: BTreeMap<u16, usize>,
}

impl<'a> Trial<'a> {
    async fn new(app: &'a TestApp, operation: &'a Operation, kind: (&'a str, Value)) -> Self {
        let world = Self::world(app, operation, &kind).await;
        Self { app, operation, kind, world, answered: BTreeMap::new() }
    }

    async fn world(app: &TestApp, operation: &Operation, kind: &(&str, Value)) -> World {
        let mut world = World::with(app, kind.0, kind.1.clone()).await;
        if operation.id == "activities_edit" {
            // What runs can hardly be changed.
            world.active = world.room.draft(kind.0, kind.1.clone()).await;
        }
        world
    }

    /// Somebody whom the operation takes. A participant is new each time: nobody may write often.
    async fn somebody(&self) -> Client {
        if self.operation.schemes.contains("participant") {
            // A number, because random letters may look profane.
            let name = format!("Somebody {}", Uuid::now_v7().as_u128() % 1_000_000_007);
            return self.world.room.join(&name).await.client;
        }
        self.world.entitled(self.app, self.operation)
    }

    async fn ask(&mut self, what: &str, path: &str, body: Option<Vec<u8>>) -> Reply {
        let reply = ask(&self.somebody().await, self.operation, path, body).await;
        let what = format!("{}: {what}", self.operation.id);
        let status = reply.status;
        assert!(status < 500, "{what}: {status} {}", reply.text());
        let is_documented = self.operation.statuses.contains(&status.to_string());
        assert!(is_documented, "{what}: {status} is not in the document: {}", reply.text());
        if status >= 400 {
            assert_problem(&reply, &what);
        } else if !self.operation.is_safe() && !self.still_runs().await {
            self.world = Self::world(self.app, self.operation, &self.kind).await;
        }
        *self.answered.entry(status).or_default() += 1;
        reply
    }

    /// Whether what was done has left the world as it was, as far as that matters here.
    async fn still_runs(&self) -> bool {
        let room = &self.world.room;
        let activity = room.admin.activity(&room.id, &self.world.active).await;
        let status = &activity.json()["status"];
        activity.status == 200 && (status == "active" || self.operation.id == "activities_edit")
    }

    async fn spoil(&mut self, body: &Value) {
        for (what, bytes) in spoiled(body) {
            let path = self.world.path(self.operation);
            let reply = self.ask(&what, &path, Some(bytes)).await;
            if what.ends_with(" twice") {
                assert_eq!(reply.status, 422, "{}: {what}: {}", self.operation.id, reply.text());
            }
            let is_no_json = ["UTF-8", "deep", "surrogate", "closed", "numbers", "half", "two of"];
            if is_no_json.iter().any(|word| what.contains(word)) {
                assert_eq!(reply.status, 400, "{}: {what}: {}", self.operation.id, reply.text());
            }
        }
        println!("{:24} {:?}", self.operation.id, self.answered);
    }
}

/// The server is as it was before: a whole event runs.
async fn is_right(app: &TestApp) {
    app.anyone().ready().await.expect(200);
    let room = Room::open(app).await;
    let poll = room.run_choice().await;
    let ana = room.join("Ana").await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    let frame = room.counts(1).await;
    assert_eq!(frame["results"]["counts"], json!({"a": 1, "b": 0, "c": 0}));
}

/// A server on which nobody asks too often.
async fn patient() -> TestApp {
    TestApp::with_limit(0).await
}

async fn no_body_is_more_than_the_server_can_take(_: TestApp) {
    let app = patient().await;
    let document = document(&app).await;
    for operation in operations(&document) {
        let Some(schema) = &operation.body else { continue };
        // Guessing tokens is what this would be.
        let app = if operation.id == "login_create" { &patient().await } else { &app };
        let mut trial = Trial::new(app, &operation, ("poll", choice())).await;
        trial.spoil(&sample(&document, schema)).await;
    }
    is_right(&app).await;
}

/// A running activity of each type.
fn kinds() -> [(&'static str, Value); 4] {
    let question = json!({"kind": "choice", "prompt": "P", "correct": ["a"],
        "options": [{"label": "A"}, {"label": "B"}]});
    [
        ("poll", choice()),
        ("poker", json!({"stories": [{"title": "S"}]})),
        ("quiz", json!({"questions": [question]})),
        ("wordcloud", json!({})),
    ]
}

async fn no_body_of_any_type_of_activity_is_either(_: TestApp) {
    let app = patient().await;
    let types = app.admin().activity_types().await.expect(200);
    let document = document(&app).await;
    for operation in operations(&document) {
        for (kind, config) in kinds() {
            let about = types.as_array().unwrap().iter().find(|it| it["type"] == kind).unwrap();
            let of = |part: &str| {
                let schema = about[part].clone();
                // Its references are its own.
                let own = json!({"$defs": schema["$defs"].clone()});
                sample(&own, &schema)
            };
            let body = match &*operation.id {
                "activities_create" => {
                    json!({"type": kind, "title": "T", "config": of("config_schema")})
                }
                "activities_edit" => json!({"config": of("config_schema")}),
                "answers_put" => of("response_schema"),
                _ => continue,
            };
            let mut trial = Trial::new(&app, &operation, (kind, config.clone())).await;
            trial.spoil(&body).await;
            // What it is a variation of must be worth it.
            if operation.id == "activities_create" {
                let plain = json!({"type": kind, "title": "T", "config": config});
                let path = trial.world.path(&operation);
                trial.ask("as it should be", &path, Some(bytes(&plain))).await.expect(201);
            }
        }
    }
    is_right(&app).await;
}

async fn no_parameter_is_either(_: TestApp) {
    let app = patient().await;
    let document = document(&app).await;
    let long = "x".repeat(10_000);
    let values = [
        "",
        "0",
        "-1",
        "1.5",
        "true",
        "null",
        "x",
        "%00",
        "%ff%fe",
        "%zz",
        "%",
        "&",
        "a=b",
        "[]",
        "99999999999999999999",
        "%e2%80%ae",
        "'%20or%201=1",
        "AAAA",
        &long,
    ];
    for operation in operations(&document) {
        let mut trial = Trial::new(&app, &operation, ("poll", choice())).await;
        let body = operation.body.as_ref().map(|schema| bytes(&sample(&document, schema)));
        for (name, _) in &operation.query {
            for value in values {
                let path = format!("{}?{name}={value}", trial.world.path(&operation));
                trial.ask(&format!("{name}={value:.20}"), &path, body.clone()).await;
            }
            let twice = format!("{}?{name}=1&{name}=1", trial.world.path(&operation));
            let refused = trial.ask("twice", &twice, body.clone()).await;
            assert_eq!(refused.status, 422, "{} {name}: {}", operation.id, refused.text());
        }
    }
    is_right(&app).await;
}

async fn ids_of_others_and_of_nothing_are_refused(_: TestApp) {
    let app = patient().await;
    let document = document(&app).await;
    // A page is the same for every id, and says itself what is wrong with it.
    for operation in operations(&document).iter().filter(|it| !it.id.starts_with("page_")) {
        let mut trial = Trial::new(&app, operation, ("poll", choice())).await;
        let body = operation.body.as_ref().map(|schema| bytes(&sample(&document, schema)));
        let (nil, long) = (Uuid::nil().to_string(), "7".repeat(5_000));
        let odd = [&*nil, "7", "%00", "%ff", "..", "null", "%2e%2e%2f", "' or 1=1", &long];
        for name in operation.ids() {
            let (own, others) = match name {
                "id" => (trial.world.room.id.clone(), vec![]),
                "aid" => (trial.world.active.clone(), vec![trial.world.other_active.clone()]),
                "pid" => (trial.world.ana.id.clone(), vec![trial.world.cleo.id.clone()]),
                "token_id" => (trial.world.spare.clone(), vec![trial.world.other_token.clone()]),
                // Any text may be asked for.
                _ => (String::new(), vec![]),
            };
            let strange = others.iter().map(String::as_str).chain(odd);
            for id in strange.filter(|_| !own.is_empty()) {
                let path = trial.world.path(operation).replace(&own, &id.replace(' ', "%20"));
                let reply = trial.ask(&format!("{name} is {id:.20}"), &path, body.clone()).await;
                // A body may be looked at first.
                let is_refused = matches!(reply.status, 400 | 403 | 404 | 405 | 409 | 422);
                assert!(is_refused, "{} {name} {id:.20}: {}", operation.id, reply.status);
            }
        }
        // What the others have is as it was.
        let other = &trial.world.other;
        let activities = other.admin.activities(&other.id).await.expect(200);
        assert_eq!(activities[0]["status"], "active", "{}", operation.id);
        let tokens = other.admin.runner_tokens(&other.id).await.expect(200);
        assert_eq!(tokens["items"].as_array().unwrap().len(), 2, "{}", operation.id);
        trial.world.cleo.me().await;
    }
    is_right(&app).await;
}

async fn no_state_of_a_session_is_an_error(_: TestApp) {
    let app = patient().await;
    let document = document(&app).await;
    for operation in operations(&document).iter().filter(|operation| operation.is_in_session()) {
        // Only what is about an activity can depend on its type.
        let depends = operation.ids().contains(&"aid");
        for (kind, config) in kinds().into_iter().take(if depends { 4 } else { 1 }) {
            for state in ["draft", "expired", "completed", "deleted"] {
                let mut trial = Trial::new(&app, operation, (kind, config.clone())).await;
                let body = operation.body.as_ref().map(|schema| bytes(&sample(&document, schema)));
                let somebody = trial.somebody().await;
                let room = &trial.world.room;
                match state {
                    "draft" => trial.world.active = trial.world.draft.clone(),
                    "expired" => {
                        room.step(&trial.world.active, "activate").await;
                        room.step(&trial.world.active, "expire").await;
                    }
                    "completed" => drop(room.admin.complete(&room.id).await.expect(200)),
                    _ => drop(room.admin.delete_session(&room.id).await.expect(204)),
                }
                let path = trial.world.path(operation);
                let reply = ask(&somebody, operation, &path, body).await;
                let what = format!("{} of {kind}, {state}", operation.id);
                let documented = operation.statuses.contains(&reply.status.to_string());
                assert!(
                    reply.status < 500 && documented,
                    "{what}: {} {}",
                    reply.status,
                    reply.text()
                );
                if reply.status >= 400 {
                    assert_problem(&reply, &what);
                }
                if state == "deleted" {
                    let is_gone = matches!(reply.status, 400 | 404 | 422 | 204);
                    assert!(is_gone, "{what}: {} {}", reply.status, reply.text());
                }
            }
        }
    }
    is_right(&app).await;
}
