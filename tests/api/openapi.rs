//! The OpenAPI document: valid, committed, and true.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{app::TestApp, on_one};

on_one! {
    the_document_is_served_as_committed,
    the_document_is_a_valid_openapi_3_1,
    every_operation_is_there,
    the_document_is_shown_as_a_page,
}

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
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
            assert!(response["description"].is_string(), "{at} {status}");
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

async fn the_document_is_shown_as_a_page(app: TestApp) {
    let page = app.anyone().get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.text().contains("swagger"));
    let script = app.anyone().get("/docs/swagger-initializer.js").await;
    assert!(script.text().contains("/api/v1/openapi.json"));
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
