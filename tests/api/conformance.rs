//! Whatever the server answers in any test is what its OpenAPI document says: the status, the code,
//! the headers, and every field of the body. And what it accepts is what the document lets send.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};

use crate::client::Reply;

/// The document as the server sends it.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let document = caja::http::openapi::Document::of(&caja::http::document());
    serde_json::from_str(&document.0).unwrap()
});

/// The schemas, such that a body with a field that they don't name fits none of them.
static CLOSED: LazyLock<Value> = LazyLock::new(|| {
    let mut schemas = DOCUMENT["components"]["schemas"].clone();
    for schema in schemas.as_object_mut().unwrap().values_mut() {
        close_within(schema);
    }
    json!({ "schemas": schemas })
});

/// Panics where the answer to a request is not what the document says.
pub(crate) fn check(method: &Method, url: &Url, sent: Option<&[u8]>, reply: &Reply) {
    let Some((template, item)) = item_at(url.path()) else {
        if url.path().starts_with("/api/") {
            assert_eq!(reply.problem(404), "not_found", "{}", url.path());
        }
        return;
    };
    let at = format!("{method} {template}");
    let Some(operation) = item.get(method.as_str().to_lowercase()) else {
        assert!(matches!(reply.status, 404 | 405), "{at} is not documented: {}", reply.status);
        return;
    };
    let response = operation["responses"].get(reply.status.to_string());
    let response = response.unwrap_or_else(|| {
        panic!("{at} answers {}, which is not documented: {}", reply.status, reply.text())
    });
    let response = resolve(response);
    check_headers(&format!("{at} {}", reply.status), response, reply);
    check_body(&format!("{at} {}", reply.status), response, reply);
    // Where nothing has to be said, nothing may be sent.
    let may_be_empty = operation.pointer("/requestBody/required") != Some(&Value::Bool(true));
    if (200..300).contains(&reply.status)
        && let Some(sent) = sent.filter(|sent| !(sent.is_empty() && may_be_empty))
        && let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema")
    {
        let mut sent = serde_json::from_slice(sent).unwrap();
        trim(&mut sent);
        assert_fits(&format!("{at} accepts"), schema, &DOCUMENT["components"], &sent);
    }
}

/// The limits of texts hold for what is kept, without the space around them.
fn trim(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.trim().to_owned(),
        Value::Array(items) => items.iter_mut().for_each(trim),
        Value::Object(fields) => fields.values_mut().for_each(trim),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What the document has for a path, with the template that the path fits. Literal parts come
/// before those in braces.
fn item_at(path: &str) -> Option<(&str, &Value)> {
    let parts: Vec<_> = path.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<_> = template.split('/').collect();
        template.len() == parts.len()
            && template
                .iter()
                .zip(&parts)
                .all(|(part, given)| part == given || (part.starts_with('{') && !given.is_empty()))
    };
    let items = DOCUMENT["paths"].as_object().unwrap().iter();
    let fitting = items.filter(|(template, _)| fits(template));
    fitting
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, item)| (template.as_str(), item))
}

/// What a reference refers to; anything else is itself.
pub(crate) fn resolve(value: &Value) -> &Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(target) => DOCUMENT.pointer(target.trim_start_matches('#')).expect(target),
        None => value,
    }
}

fn check_headers(at: &str, response: &Value, reply: &Reply) {
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = resolve(header);
        match reply.header(name) {
            Some(value) if header["schema"]["type"] == "integer" => {
                assert!(value.parse::<u64>().is_ok(), "{at}: {name} is {value}");
            }
            Some(_) => {}
            None => assert_ne!(header["required"], true, "{at}: {name} is not there"),
        }
    }
    for name in ["retry-after", "location", "allow", "www-authenticate", "etag"] {
        let documented = response["headers"].get(name).is_some();
        assert!(documented || reply.header(name).is_none(), "{at}: {name} is not documented");
    }
}

fn check_body(at: &str, response: &Value, reply: &Reply) {
    let Some(content) = response.get("content").and_then(Value::as_object) else {
        assert!(reply.bytes.is_empty(), "{at}: has a body: {}", reply.text());
        return;
    };
    let kind = reply.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    let media = content.get(kind).unwrap_or_else(|| panic!("{at}: {kind} is not documented"));
    if kind.ends_with("json") {
        assert_fits(at, &closed(&media["schema"]), &CLOSED, &reply.json());
    }
}

/// Panics where a body does not fit a schema that refers to these components.
pub(crate) fn assert_fits(at: &str, schema: &Value, components: &Value, body: &Value) {
    let errors: Vec<_> = validator(schema, components)
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{at}: {errors:#?}\n{body:#}");
}

fn validator(schema: &Value, components: &Value) -> Arc<Validator> {
    static COMPILED: Mutex<Option<HashMap<String, Arc<Validator>>>> = Mutex::new(None);
    let is_closed = std::ptr::eq(components, &raw const *CLOSED);
    let key = format!("{is_closed} {schema}");
    let mut compiled = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let compile = || {
        let mut root = schema.clone();
        root["components"] = components.clone();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        Arc::new(options.build(&root).unwrap())
    };
    compiled.get_or_insert_default().entry(key).or_insert_with(compile).clone()
}

/// A schema for which a field that it does not name is wrong, there and below.
pub(crate) fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    close(&mut schema);
    schema
}

/// The components for closed schemas.
pub(crate) fn closed_components() -> &'static Value {
    &CLOSED
}

fn close(schema: &mut Value) {
    close_within(schema);
    let Some(fields) = schema.as_object_mut() else { return };
    if ["$ref", "properties", "allOf"].iter().any(|word| fields.contains_key(*word)) {
        fields.insert("unevaluatedProperties".into(), json!(false));
    }
}

/// Closes what a schema contains, but not itself: it may be a part of a larger one.
fn close_within(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    each(fields, &["properties", "$defs"], close);
    for word in ["oneOf", "anyOf"] {
        fields.get_mut(word).into_iter().filter_map(Value::as_array_mut).flatten().for_each(close);
    }
    for word in ["items", "additionalProperties"] {
        fields.get_mut(word).into_iter().for_each(close);
    }
    let parts = fields.get_mut("allOf").and_then(Value::as_array_mut);
    parts.into_iter().flatten().for_each(close_within);
}

fn each(fields: &mut Map<String, Value>, words: &[&str], change: fn(&mut Value)) {
    for word in words {
        let named = fields.get_mut(*word).and_then(Value::as_object_mut);
        named.into_iter().flat_map(|named| named.values_mut()).for_each(change);
    }
}
