//! The OpenAPI document: collected from the handlers, completed with what all of them share.
//!
//! Read in this order: [`kinds`] (what depends on the type of an activity), [`problems`] (what can
//! go wrong), [`shared`] (parameters and headers), [`directions`] (what is left out on the way in
//! is there on the way out), [`examples`].

mod directions;
mod examples;
mod kinds;
mod problems;
mod shared;

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web::Data};
use caja_actors::activity::{Kind, KindSchemas, NamedSchema};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

pub use self::kinds::{
    ActivityKind, AnsweredBody, AnyAnswer, AnyConfig, AnyControl, Reports, Results,
    SteeredActivity, StoryInFrame,
};
use super::problem::ProblemBody;

/// Where schemas are.
const SCHEMAS: &str = "#/components/schemas/";

/// What the handlers do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Caja",
        description = "Live polls, planning poker, quizzes and word clouds for workplace events.\n\n\
            Everything is polled over plain HTTP. Times are RFC 3339 in resources and epoch \
            milliseconds (`*_ms`) in frames. Errors are RFC 9457 problems: `code` is a stable word, \
            and each operation lists the codes it can answer with. More codes, fields of answers \
            and types of activity may come; a client lets pass what it does not know. Requests are \
            strict: an unknown field of a body is refused with 422, so that a typo is never \
            silently dropped. Unknown query parameters are let pass: proxies and campaigns add them.",
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "signing in", description = "A cookie instead of an administrator's token"),
        (name = "sessions", description = "Set up and run sessions"),
        (name = "activities", description = "Prepare and steer what people do"),
        (name = "joining", description = "Find a session and get in"),
        (name = "participants", description = "Who is there, and what they know of themselves"),
        (name = "state", description = "What everyone polls"),
        (name = "results", description = "What leaves a session"),
        (name = "answers", description = "Give, change and withdraw answers"),
        (name = "moderation", description = "Judge what people typed"),
        (name = "runner tokens", description = "Credentials of big screens"),
        (name = "pages", description = "The web pages"),
        (name = "operations", description = "For operators"),
    ),
)]
struct Base;

/// The document to which the handlers add themselves.
#[must_use]
pub fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// The document, ready to be sent.
pub struct Document(pub String);

impl Document {
    /// Completes a document that was collected from the handlers.
    #[must_use]
    pub fn of(collected: &utoipa::openapi::OpenApi) -> Self {
        let mut api = serde_json::to_value(collected).expect("the document has string keys");
        kinds::add(&mut api);
        shared::add(&mut api);
        problems::add(&mut api);
        name_formats(&mut api);
        directions::tell_apart(&mut api);
        examples::add(&mut api);
        let mut json = serde_json::to_string_pretty(&api).expect("the document has string keys");
        json.push('\n');
        Self(json)
    }
}

/// This document
#[utoipa::path(
    tag = "operations",
    operation_id = "openapi_serve",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, example = json!({
        "openapi": "3.1.0", "info": {"title": "Caja", "version": "0.1.0"}, "paths": {},
    }))),
)]
#[get("/openapi.json")]
pub async fn serve(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

/// A JSON Schema that stands by itself: what it refers to is among its `$defs`.
#[must_use]
pub fn standalone(kind: Kind, part: impl Fn(&KindSchemas) -> &NamedSchema) -> Value {
    let schemas = kind.schemas();
    let mut schema = json!(part(&schemas).1);
    let defs: BTreeMap<_, _> =
        schemas.referenced.iter().map(|(name, schema)| (name, json!(schema))).collect();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$defs"] = json!(defs);
    each_reference(&mut schema, &mut |target| *target = target.replace(SCHEMAS, "#/$defs/"));
    name_formats(&mut schema);
    schema
}

/// Names formats of numbers as OpenAPI's registry does: `uint32`, where utoipa writes `u-int32`.
fn name_formats(value: &mut Value) {
    each_text(value, "format", &mut |format| {
        if let Some(bits) = format.strip_prefix("u-int") {
            *format = format!("uint{bits}");
        }
    });
}

/// Every operation, with its path and method.
fn operations(
    api: &mut Value,
) -> impl Iterator<Item = (&String, &String, &mut Map<String, Value>)> {
    let paths = api["paths"].as_object_mut().expect("a document has paths");
    paths.iter_mut().flat_map(|(path, item)| {
        let item = item.as_object_mut().into_iter().flatten();
        item.filter_map(move |(method, operation)| Some((path, method, operation.as_object_mut()?)))
    })
}

fn schemas(api: &mut Value) -> &mut Map<String, Value> {
    api["components"]["schemas"].as_object_mut().expect("a document has schemas")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// Calls `change` with the target of every reference in a value.
fn each_reference(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    each_text(value, "$ref", change);
}

/// Calls `change` with every text that stands under this name in a value.
fn each_text(value: &mut Value, name: &str, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(text) if key == name => change(text),
                    other => each_text(other, name, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, name, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
