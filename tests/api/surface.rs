//! What there is to ask of the server, read from the OpenAPI document that it serves, and a world
//! to ask it in. What is written over this holds for every operation, also for those to come.

use std::collections::BTreeSet;

use reqwest::{
    Method, RequestBuilder,
    header::{COOKIE, ORIGIN},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    app::{ADMIN_TOKEN, TestApp},
    client::{Client, Reply, send},
    room::{Phone, Room, choice},
};

/// One operation of the document.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Whose credentials it takes; none: anybody's.
    pub(crate) schemes: BTreeSet<String>,
    /// The names of its query parameters, and what they may be.
    pub(crate) query: Vec<(String, Value)>,
    /// The schema of its body.
    pub(crate) body: Option<Value>,
    /// The statuses it may answer with.
    pub(crate) statuses: BTreeSet<String>,
}

/// The document that the server serves.
pub(crate) async fn document(app: &TestApp) -> Value {
    app.anyone().openapi().await.expect(200)
}

pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().expect("operations").iter();
        methods.map(|(method, operation)| read(path, method, operation))
    });
    all.collect()
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let schemes = operation["security"].as_array().into_iter().flatten();
    let schemes = schemes.flat_map(|scheme| scheme.as_object().expect("a scheme").keys());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|parameter| parameter["in"] == "query");
    let name = |parameter: &Value| parameter["name"].as_str().expect("a name").to_owned();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    Operation {
        id: operation["operationId"].as_str().expect("an id").to_owned(),
        method: method.to_uppercase().parse().expect("a method"),
        path: path.to_owned(),
        schemes: schemes.cloned().collect(),
        query: query.map(|it| (name(it), it["schema"].clone())).collect(),
        body: (!body.is_null()).then(|| body.clone()),
        statuses: operation["responses"].as_object().expect("responses").keys().cloned().collect(),
    }
}

impl Operation {
    pub(crate) fn is_safe(&self) -> bool {
        self.method.is_safe()
    }

    /// Whether it is about one session.
    pub(crate) fn is_in_session(&self) -> bool {
        self.path.contains("/sessions/{id}")
    }

    /// The names in braces.
    pub(crate) fn ids(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }
}

/// A value that has everything the schema knows.
pub(crate) fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.strip_prefix('#').expect("within the document");
        return sample(document, document.pointer(pointer).expect("it exists"));
    }
    for known in ["example", "const", "default"] {
        if let Some(value) = schema.get(known).filter(|value| !value.is_null()) {
            return with_the_rest(value.clone(), document, schema);
        }
    }
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        return value.clone();
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let mut schemas = schema[several].as_array().into_iter().flatten();
        if let Some(one) = schemas.find(|schema| schema["type"] != "null") {
            return sample(document, one);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").cloned(),
        kind => Some(kind.clone()),
    };
    match kind.as_ref().and_then(Value::as_str) {
        Some("object") => with_the_rest(json!({}), document, schema),
        Some("array") => json!([sample(document, &schema["items"])]),
        Some("string") if schema["format"] == "uuid" => json!(Uuid::new_v4()),
        Some("string") => json!("Text"),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        _ => json!({}),
    }
}

/// An object with the properties that it lacks.
fn with_the_rest(value: Value, document: &Value, schema: &Value) -> Value {
    let Value::Object(mut object) = value else { return value };
    for (name, property) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        object.entry(name.clone()).or_insert_with(|| sample(document, property));
    }
    object.into()
}

/// Everybody who may ask, and what they may ask about.
pub(crate) struct World {
    pub(crate) room: Room,
    pub(crate) ana: Phone,
    /// Was removed from the session.
    pub(crate) removed: Phone,
    /// A running activity, and one in draft.
    pub(crate) active: String,
    pub(crate) draft: String,
    /// A runner token that was revoked.
    pub(crate) revoked: Client,
    /// A runner token that may be revoked.
    pub(crate) spare: String,
    /// Another session of the same administrator, with its people and an activity.
    pub(crate) other: Room,
    pub(crate) cleo: Phone,
    pub(crate) other_active: String,
    pub(crate) other_token: String,
}

impl World {
    pub(crate) async fn new(app: &TestApp) -> Self {
        Self::with(app, "poll", choice()).await
    }

    /// In which an activity of this type runs.
    pub(crate) async fn with(app: &TestApp, kind: &str, config: Value) -> Self {
        let (room, other) = (Room::open(app).await, Room::open(app).await);
        let (ana, removed) = (room.join("Ana").await, room.join("Ben").await);
        room.runner.remove_participant(&room.id, &removed.id, "").await.expect(204);
        let mint = async |room: &Room| {
            let minted = room.admin.mint_runner(&room.id).await.expect(201);
            let text = |field: &str| minted[field].as_str().unwrap().to_owned();
            (text("token_id"), room.admin.bearing(&text("runner_token")))
        };
        let (revoked_id, revoked) = mint(&room).await;
        revoked.state(&room.id, "").await.expect(200);
        room.admin.revoke_runner(&room.id, &revoked_id).await.expect(204);
        Self {
            draft: room.draft("poll", choice()).await,
            active: room.run(kind, config).await,
            spare: mint(&room).await.0,
            cleo: other.join("Cleo").await,
            other_active: other.run_choice().await,
            other_token: mint(&other).await.0,
            room,
            ana,
            removed,
            revoked,
            other,
        }
    }

    /// The address of an operation on what there is in this world.
    pub(crate) fn path(&self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        for name in operation.ids() {
            let id = match name {
                "id" => self.room.id.clone(),
                "aid" => self.active.clone(),
                "pid" => self.ana.id.clone(),
                "token_id" => self.spare.clone(),
                "code" => self.room.code.clone(),
                "nickname" => "Zoe".to_owned(),
                _ => Uuid::nil().to_string(),
            };
            path = path.replace(&format!("{{{name}}}"), &id);
        }
        path
    }

    /// Somebody whom the operation takes.
    pub(crate) fn entitled(&self, app: &TestApp, operation: &Operation) -> Client {
        let takes = |scheme: &str| operation.schemes.contains(scheme);
        match () {
            () if takes("admin") => self.room.admin.clone(),
            () if takes("runner") => self.room.runner.clone(),
            () if takes("participant") => self.ana.client.clone(),
            () => app.anyone(),
        }
    }
}

/// A request of a browser in which an administrator is signed in.
pub(crate) fn by_cookie(request: RequestBuilder, cookie: &str, origin: &str) -> RequestBuilder {
    request.header(COOKIE, cookie).header(ORIGIN, origin)
}

/// The cookie of an administrator who signs in.
pub(crate) async fn sign_in(app: &TestApp) -> String {
    let token = json!({"token": ADMIN_TOKEN});
    let signed_in = app.anyone().send(Method::POST, "/api/v1/auth/login", Some(&token)).await;
    let cookie = signed_in.header("set-cookie").expect("a cookie");
    cookie.split(';').next().expect("a name and a value").to_owned()
}

/// Nothing of what the server is made of.
const INTERNAL: [&str; 24] = [
    "sqlx",
    "sqlite",
    "postgres",
    "select ",
    "insert ",
    "constraint",
    "panicked",
    "unwrap",
    "backtrace",
    ".rs",
    "::",
    "src/",
    "/root",
    "/work",
    "/home",
    "/tmp",
    "target/",
    "serde",
    "tokio",
    "actix",
    "struct ",
    "enum ",
    " variant",
    "caja_",
];

/// What every refusal must be.
#[track_caller]
pub(crate) fn assert_problem(reply: &Reply, what: &str) {
    let at = || format!("{what}: {} {}", reply.status, reply.text());
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{}", at());
    assert!(reply.header("x-request-id").is_some_and(|id| !id.is_empty()), "{}", at());
    let body = reply.json();
    let text = |field: &str| body[field].as_str().filter(|text| !text.is_empty());
    assert_eq!(body["status"], reply.status, "{}", at());
    let code = text("code").unwrap_or_else(|| panic!("no code: {}", at()));
    assert!(code.bytes().all(|it| it.is_ascii_lowercase() || it == b'_'), "{}", at());
    assert_eq!(text("type"), Some(&*format!("urn:caja:problem:{code}")), "{}", at());
    assert!(text("title").is_some() && text("detail").is_some(), "{}", at());
    if code == "validation" {
        let errors = body["errors"].as_array().expect("errors of a body that does not fit");
        assert!(!errors.is_empty(), "{}", at());
        assert!(errors.iter().all(|it| it["pointer"].is_string()), "{}", at());
        assert!(errors.iter().all(|it| it["detail"].is_string()), "{}", at());
    }
    if matches!(reply.status, 429 | 503) {
        assert!(reply.header("retry-after").is_some(), "{}", at());
    }
    let shown = reply.text().to_lowercase();
    for word in INTERNAL {
        assert!(!shown.contains(word), "{word:?} is shown: {}", at());
    }
    assert!(reply.bytes.len() < 4_096, "it gives back what was sent: {}", at());
}

/// Sends what an operation asks for, or something else in its place.
pub(crate) async fn ask(
    client: &Client,
    operation: &Operation,
    path: &str,
    body: Option<Vec<u8>>,
) -> Reply {
    let request = client.request(operation.method.clone(), path);
    send(match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request,
    })
    .await
}
