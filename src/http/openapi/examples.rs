//! An example of every body, put together from the examples of its fields: so that there always is
//! one, and it always fits.

use serde_json::{Map, Value, json};

use super::{SCHEMAS, operations};

/// Stands in an example where no field says better. A test sees to it that none is left.
const UNKNOWN: &str = "…";
/// Deeper than any body; the schemas are not recursive.
const DEPTH_MAX: u32 = 12;

/// Adds an example to every body of JSON that has none.
pub(super) fn add(api: &mut Value) {
    let all = api.clone();
    for (.., operation) in operations(api) {
        if let Some(body) = operation.get_mut("requestBody") {
            add_to(body, &all);
        }
        for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            add_to(response, &all);
        }
    }
}

fn add_to(body: &mut Value, api: &Value) {
    let media = body.get_mut("content").and_then(|content| content.get_mut("application/json"));
    let Some(media) = media.and_then(Value::as_object_mut) else { return };
    if media.contains_key("example") || media.contains_key("examples") {
        return;
    }
    let Some(schema) = media.get("schema") else { return };
    let branches = branches(schema, api);
    if branches.len() > 1 {
        let examples: Map<_, _> = branches
            .into_iter()
            .map(|branch| (name_of(branch), json!({ "value": example(branch, api, 0) })))
            .collect();
        media.insert("examples".into(), json!(examples));
    } else {
        let example = example(schema, api, 0);
        media.insert("example".into(), example);
    }
}

/// The schemas between which a body chooses.
fn branches<'a>(schema: &'a Value, api: &'a Value) -> Vec<&'a Value> {
    let schema = resolve(schema, api);
    let branches = ["oneOf", "anyOf"].iter().find_map(|of| schema.get(of)?.as_array());
    branches.into_iter().flatten().filter(|branch| branch["type"] != "null").collect()
}

fn name_of(schema: &Value) -> String {
    let target = schema["$ref"].as_str().unwrap_or(UNKNOWN);
    target.trim_start_matches(SCHEMAS).to_owned()
}

fn resolve<'a>(schema: &'a Value, api: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str);
    target.and_then(|target| api.pointer(target.trim_start_matches('#'))).unwrap_or(schema)
}

fn example(schema: &Value, api: &Value, depth: u32) -> Value {
    let chosen = said(schema).or_else(|| said(resolve(schema, api)));
    if let Some(chosen) = chosen {
        return chosen;
    }
    if depth > DEPTH_MAX {
        return json!(UNKNOWN);
    }
    let schema = resolve(schema, api);
    if schema["type"].as_array().is_some_and(|types| types.iter().any(|it| it == "null")) {
        return Value::Null;
    }
    if let Some(branch) = branches(schema, api).first() {
        return example(branch, api, depth + 1);
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = example(part, api, depth + 1) {
                whole.extend(fields);
            }
        }
        return json!(whole);
    }
    match type_of(schema) {
        "object" => object(schema, api, depth),
        "array" => json!([example(&schema["items"], api, depth + 1)]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "null" => Value::Null,
        "string" if schema["format"] == "uuid" => json!("0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17"),
        _ => json!(UNKNOWN),
    }
}

/// What the schema itself says of its value.
fn said(schema: &Value) -> Option<Value> {
    let first = |list: &str| schema.get(list)?.as_array()?.first();
    let said = schema.get("example").or_else(|| first("examples")).or_else(|| schema.get("const"));
    said.or_else(|| schema.get("default").filter(|it| !it.is_null()))
        .or_else(|| first("enum"))
        .cloned()
}

fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|it| *it != "null"),
        other => other.as_str(),
    }
    .unwrap_or_default()
}

/// Everything that must be there, and what else has an example of its own.
fn object(schema: &Value, api: &Value, depth: u32) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties else {
        let values = schema.get("additionalProperties").filter(|it| it.is_object());
        return values.map_or(json!({}), |it| json!({ "a": example(it, api, depth + 1) }));
    };
    let required = schema["required"].as_array();
    let is_shown = |name: &str, property: &Value| {
        required.is_some_and(|required| required.iter().any(|it| it == name))
            || property.get("example").is_some()
    };
    let shown = properties.iter().filter(|(name, property)| is_shown(name, property));
    json!(
        shown.map(|(name, it)| (name.clone(), example(it, api, depth + 1))).collect::<Map<_, _>>()
    )
}
