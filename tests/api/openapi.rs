//! The OpenAPI document: valid, committed, and true.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    conformance::{DOCUMENT, assert_fits, closed, closed_components, resolve},
    on_one,
    surface::assert_problem,
};

on_one! {
    the_document_is_served_as_committed,
    the_document_is_a_valid_openapi_3_1,
    every_operation_is_there,
    every_operation_and_parameter_is_described,
    every_body_has_a_schema_and_examples_that_fit,
    every_field_is_described_and_typed,
    every_format_is_registered,
    what_clients_write_is_bounded,
    what_clients_read_is_there_or_null_but_not_both,
    the_document_is_shown_as_a_page,
}

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
/// Those of <https://spec.openapis.org/registry/format/> that there is use for.
const REGISTERED_FORMATS: [&str; 10] = [
    "binary",
    "date-time",
    "double",
    "int32",
    "int64",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uuid",
];
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(&std::fs::read_to_string(COMMITTED).unwrap()).unwrap()
}

/// Path, method and operation of each.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    all.collect()
}

async fn the_document_is_served_as_committed(app: TestApp) {
    let served = app.anyone().openapi().await;
    assert_eq!(served.status, 200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    let committed = std::fs::read(COMMITTED).unwrap_or_default();
    assert!(
        served.bytes == committed,
        "openapi.json is out of date; write it anew: cargo run -- openapi > openapi.json"
    );
}

async fn the_document_is_a_valid_openapi_3_1(_: TestApp) {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(METHODS.contains(&&*method), "{at}");
        let id = operation["operationId"].as_str().expect(&at);
        assert!(ids.insert(id.to_owned()), "{at}: {id} is there twice");
        assert_eq!(parameters_in(&path), declared(&operation), "{at}");
        let responses = operation["responses"].as_object().expect(&at);
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}");
        for (status, response) in responses {
            assert!(resolve(response)["description"].is_string(), "{at} {status}");
        }
        let secured = operation.get("security").is_some();
        assert_eq!(secured || id == "login_create", responses.contains_key("401"), "{at}");
        for scheme in operation["security"].as_array().into_iter().flatten() {
            let name = scheme.as_object().unwrap().keys().next().unwrap();
            assert!(document["components"]["securitySchemes"][name].is_object(), "{at}: {name}");
        }
    }
    check_references(&document, &document);
}

fn parameters_in(path: &str) -> BTreeSet<String> {
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    parts.map(str::to_owned).collect()
}

fn declared(operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_path = parameters.filter(|parameter| parameter["in"] == "path");
    in_path
        .map(|parameter| {
            assert_eq!(parameter["required"], true, "{parameter}");
            assert!(parameter["schema"].is_object(), "{parameter}");
            parameter["name"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// Whatever is referred to exists.
fn check_references(value: &Value, document: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                let pointer = target.strip_prefix('#').expect("within the document");
                assert!(document.pointer(pointer).is_some(), "{target} is nowhere");
            }
            fields.values().for_each(|field| check_references(field, document));
        }
        Value::Array(items) => items.iter().for_each(|item| check_references(item, document)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn every_operation_is_there(app: TestApp) {
    let operations = operations(&document());
    assert!(operations.len() > 40, "{}", operations.len());
    for (path, method, operation) in operations {
        let mut concrete = path.clone();
        for name in parameters_in(&path) {
            concrete = concrete.replace(&format!("{{{name}}}"), &uuid::Uuid::nil().to_string());
        }
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let has_body = operation.get("requestBody").is_some();
        let body = json!({});
        let reply = app.admin().send(method, &concrete, has_body.then_some(&body)).await;
        assert_ne!(reply.status, 405, "{path}");
        if reply.status == 404 {
            let detail = reply.json()["detail"].as_str().unwrap().to_owned();
            assert_ne!(detail, "there is no such resource", "{path}");
        }
        let documented = operation["responses"].get(reply.status.to_string());
        assert!(documented.is_some(), "{path} answers {}, which is not documented", reply.status);
    }
}

async fn not_following(app: &TestApp, path: &str) -> reqwest::Response {
    let stay = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(stay).no_proxy().build().unwrap();
    client.get(format!("{}{path}", app.base)).send().await.expect("the server answers")
}

async fn the_document_is_shown_as_a_page(app: TestApp) {
    let page = app.anyone().get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.text().contains("swagger"));
    let script = app.anyone().get("/docs/swagger-initializer.js").await;
    assert!(script.text().contains("/api/v1/openapi.json"));
    // Offline, too: everything that the page loads is served here.
    let page = page.text();
    let loaded = ["src=\"", "href=\""].iter().flat_map(|it| page.split(it).skip(1));
    let loaded: Vec<_> = loaded.filter_map(|rest| rest.split('"').next()).collect();
    assert!(loaded.len() >= 5, "{loaded:?}");
    for asset in loaded {
        assert!(!asset.contains("//"), "{asset} is elsewhere");
        let reply = app.anyone().get(&format!("/docs/{}", asset.trim_start_matches("./"))).await;
        assert_eq!(reply.status, 200, "{asset}");
    }
    for path in ["/docs", "/docs?from=here"] {
        let redirected = not_following(&app, path).await;
        let to = redirected.headers().get("location").map(|to| to.to_str().unwrap());
        assert_eq!((redirected.status().as_u16(), to), (308, Some("docs/")), "{path}");
    }
    assert!(script.text().contains("\"../api/v1/openapi.json\""), "below any path of a proxy");
    let nothing = app.anyone().get("/docs/nope").await;
    assert_problem(&nothing, "a page that is not there");
    assert_eq!(nothing.problem(404), "not_found");
    for (method, path, status) in [
        (Method::POST, "/docs", 405),
        (Method::POST, "/docs/", 405),
        (Method::DELETE, "/docs/index.html", 405),
        (Method::POST, "/docs/nope", 404),
    ] {
        let refused = app.anyone().send(method, path, None).await;
        assert_problem(&refused, path);
        assert_eq!(refused.status, status, "{path}");
        let allowed = (status == 405).then_some("GET, HEAD");
        assert_eq!(refused.header("allow"), allowed, "{path}");
    }
    let head = app.anyone().send(Method::HEAD, "/docs/", None).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for client in [app.admin()] {
        let types = client.activity_types().await.expect(200);
        let names: Vec<_> = types.as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
        assert_eq!(names, ["poll", "poker", "quiz", "wordcloud"]);
        for kind in types.as_array().unwrap() {
            for schema in ["config_schema", "response_schema"] {
                let schema = &kind[schema];
                assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
                assert_eq!(schema["type"], "object");
                check_references(schema, schema);
            }
        }
    }
}

/// Where a value may be anything: documents in other languages, and documents of other types.
const UNTYPED: [&str; 3] =
    ["ActivityType.config_schema", "ActivityType.response_schema", "openapi_serve.body"];
/// Sections of a frame: `null` says that they ended, absence that they did not change.
const ABSENT_OR_NULL: [&str; 4] =
    ["StateFrame.activity", "StateFrame.results", "StateFrame.announcement", "StateFrame.stories"];

async fn every_operation_and_parameter_is_described(_: TestApp) {
    for (path, method, operation) in operations(&DOCUMENT) {
        let at = format!("{method} {path}");
        for field in ["summary", "operationId"] {
            assert!(operation[field].as_str().is_some_and(|it| !it.is_empty()), "{at}: {field}");
        }
        let id = operation["operationId"].as_str().unwrap();
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{at}: {id}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}");
        let tags = DOCUMENT["tags"].as_array().unwrap();
        assert!(tags.iter().any(|tag| tag["name"] == operation["tags"][0]), "{at}: its tag");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(parameter);
            let name = &parameter["name"];
            let description = parameter["description"].as_str();
            assert!(description.is_some_and(|it| !it.is_empty()), "{at}: {name} is not described");
            assert!(parameter["schema"].is_object(), "{at}: {name} has no schema");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (name, header) in resolve(response)["headers"].as_object().into_iter().flatten() {
                let header = resolve(header);
                assert!(header["description"].is_string(), "{at} {status}: {name}");
            }
        }
    }
}

/// The media types of a request or a response.
fn media(body: &Value) -> impl Iterator<Item = (&String, &Value)> {
    resolve(body).get("content").and_then(Value::as_object).into_iter().flatten()
}

async fn every_body_has_a_schema_and_examples_that_fit(_: TestApp) {
    for (path, method, operation) in operations(&DOCUMENT) {
        let id = operation["operationId"].as_str().unwrap();
        if let Some(body) = operation.get("requestBody") {
            for (kind, media) in media(body) {
                let at = format!("{method} {path} {kind}");
                check_examples(&at, media, &media["schema"], &DOCUMENT["components"]);
            }
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let at = format!("{method} {path} {status}");
            let is_bodiless = matches!(status.as_str(), "204" | "304");
            assert_eq!(media(response).count() == 0, is_bodiless, "{at}: has a body?");
            for (kind, media) in media(response) {
                assert!(media["schema"].is_object(), "{at}: no schema");
                let is_untyped = UNTYPED.contains(&&*format!("{id}.body"));
                if kind.ends_with("json") && !is_untyped {
                    check_examples(&at, media, &closed(&media["schema"]), closed_components());
                }
            }
        }
    }
}

fn check_examples(at: &str, media: &Value, schema: &Value, components: &Value) {
    let named = media.get("examples").and_then(Value::as_object).into_iter().flatten();
    let all: Vec<_> =
        named.map(|(_, example)| &example["value"]).chain(media.get("example")).collect();
    assert!(!all.is_empty(), "{at}: no example");
    for example in all {
        assert_fits(&format!("{at}: example"), schema, components, example);
        assert!(!example.to_string().contains('…'), "{at}: a text has no example: {example:#}");
    }
}

/// Every property of every named schema, under its name.
fn properties() -> Vec<(String, &'static Value, bool)> {
    let mut found = vec![];
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        for schema in parts.chain([schema]) {
            let required = schema["required"].as_array();
            for (field, property) in schema["properties"].as_object().into_iter().flatten() {
                let is_required = required.is_some_and(|it| it.iter().any(|it| it == field));
                found.push((format!("{name}.{field}"), property, is_required));
            }
        }
    }
    found
}

async fn every_field_is_described_and_typed(_: TestApp) {
    let mut wanting = vec![];
    for (name, property, _) in properties() {
        let is_described = |schema: &Value| schema["description"].is_string();
        let branches = property.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let mut said = branches.chain([property]);
        if !said.any(|schema| is_described(schema) || is_described(resolve(schema))) {
            wanting.push(format!("{name} is not described"));
        }
        if is_untyped(property) && !UNTYPED.contains(&&*name) {
            wanting.push(format!("{name} may be anything"));
        }
    }
    assert!(wanting.is_empty(), "{wanting:#?}");
}

/// Whether a schema says nothing of what is inside, there or below.
fn is_untyped(schema: &Value) -> bool {
    let says = ["$ref", "oneOf", "anyOf", "allOf", "enum", "properties", "additionalProperties"];
    let type_ = &schema["type"];
    let is_scalar = |it: &Value| matches!(it.as_str(), Some(it) if it != "object" && it != "array");
    let types = type_.as_array().map_or(std::slice::from_ref(type_), Vec::as_slice);
    let has_items = schema.get("items").is_some_and(|items| !is_untyped(items));
    let is_typed = has_items
        || says.iter().any(|word| schema.get(word).is_some())
        || types.iter().all(is_scalar);
    !is_typed
}

/// Clients that are made from the document know the registry's names, and no others.
async fn every_format_is_registered(_: TestApp) {
    fn formats<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        found.extend(value.get("format").and_then(Value::as_str));
        let fields = value.as_object().into_iter().flat_map(|fields| fields.values());
        let items = value.as_array().into_iter().flatten();
        fields.chain(items).for_each(|each| formats(each, found));
    }
    let mut found = BTreeSet::new();
    formats(&DOCUMENT, &mut found);
    let registered = BTreeSet::from(REGISTERED_FORMATS);
    assert!(found.is_subset(&registered), "{:?}", found.difference(&registered));
    assert!(found.contains("uint32"), "{found:?}");
}

async fn what_clients_write_is_bounded(_: TestApp) {
    let mut wanting = vec![];
    for (name, property, _) in properties() {
        let schema = name.split('.').next().unwrap();
        if DOCUMENT["components"]["schemas"][schema]["additionalProperties"] == false {
            wanting.extend(unbounded(&name, property));
        }
    }
    assert!(wanting.is_empty(), "{wanting:#?}");
}

fn unbounded(at: &str, schema: &Value) -> Option<String> {
    let has = |words: &[&str]| words.iter().any(|word| schema.get(word).is_some());
    let is = |kind: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|it| it == kind),
        other => other == kind,
    };
    if is("string") && !has(&["maxLength", "format", "enum", "pattern"]) {
        return Some(format!("{at}: a text without an end"));
    }
    if is("integer") && !(has(&["minimum"]) && has(&["maximum"])) {
        return Some(format!("{at}: a number without bounds"));
    }
    if is("array") && !has(&["maxItems"]) {
        return Some(format!("{at}: a list without an end"));
    }
    schema.get("items").and_then(|items| unbounded(&format!("{at}[]"), items))
}

async fn what_clients_read_is_there_or_null_but_not_both(_: TestApp) {
    let mut wanting = vec![];
    for (name, property, is_required) in properties() {
        let schema = &DOCUMENT["components"]["schemas"][name.split('.').next().unwrap()];
        let is_written = schema["additionalProperties"] == false;
        let branches = property.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let mut types = branches.chain([property]).map(|schema| &schema["type"]);
        let is_nullable = types.any(|it| it == "null" || it.as_array().is_some());
        let is_exempt = ABSENT_OR_NULL.contains(&&*name);
        if !is_written && !is_required && is_nullable && !is_exempt {
            wanting.push(name);
        }
    }
    assert!(wanting.is_empty(), "{wanting:#?}");
}
