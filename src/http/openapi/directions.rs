//! What clients write and what they read. A client may leave out what has a default; the server
//! leaves nothing out. So a schema that goes both ways becomes two: `X` as it is read, in which
//! everything is there, and `XInput` as it is written.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{SCHEMAS, each_reference, operations, schemas};

/// Tells the two apart, and bounds the numbers that clients write.
pub(super) fn tell_apart(api: &mut Value) {
    let written = reachable(api, "requestBody");
    let read = reachable(api, "responses");
    let schemas = schemas(api);
    let both: Vec<_> = written.intersection(&read).cloned().collect();
    let mut split: BTreeSet<String> =
        both.iter().filter(|name| has_optional(&schemas[*name])).cloned().collect();
    loop {
        let refers = |name: &&String| {
            references(&schemas[*name]).iter().any(|target| split.contains(target))
        };
        let found: Vec<_> = both.iter().filter(refers).cloned().collect();
        let before = split.len();
        split.extend(found);
        if split.len() == before {
            break;
        }
    }
    for name in &split {
        let mut input = schemas[name].clone();
        to_inputs(&mut input, &split);
        require_all(&mut schemas[name]);
        schemas.insert(input_name(name), input);
    }
    for name in written.difference(&read) {
        to_inputs(&mut schemas[name], &split);
    }
    for name in written.iter().filter(|name| !split.contains(*name)) {
        bound_numbers(&mut schemas[name]);
    }
    for name in &split {
        bound_numbers(&mut schemas[&input_name(name)]);
    }
    for (.., operation) in operations(api) {
        if let Some(body) = operation.get_mut("requestBody") {
            to_inputs(body, &split);
        }
    }
}

fn input_name(name: &str) -> String {
    format!("{name}Input")
}

/// The schemas that this part of any operation refers to, directly or through others.
fn reachable(api: &mut Value, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let parts = operations(api).filter_map(|(.., operation)| operation.get(part));
    let mut open: Vec<_> = parts.flat_map(references).collect();
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(references(&schemas(api)[&name]));
        }
    }
    found
}

fn references(value: &Value) -> Vec<String> {
    let mut names = vec![];
    each_reference(&mut value.clone(), &mut |target| {
        names.extend(target.strip_prefix(SCHEMAS).map(str::to_owned));
    });
    names
}

fn has_optional(schema: &Value) -> bool {
    let required = schema["required"].as_array().map_or(0, Vec::len);
    schema["properties"].as_object().is_some_and(|properties| properties.len() > required)
}

fn require_all(schema: &mut Value) {
    if let Some(properties) = schema["properties"].as_object() {
        let names: Vec<_> = properties.keys().cloned().collect();
        schema["required"] = json!(names);
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
        // What is read may grow.
        fields.remove("additionalProperties");
    }
}

fn to_inputs(value: &mut Value, split: &BTreeSet<String>) {
    each_reference(value, &mut |target| {
        if let Some(name) = target.strip_prefix(SCHEMAS).filter(|name| split.contains(*name)) {
            *target = format!("{SCHEMAS}{}", input_name(name));
        }
    });
}

/// Says how large a number may be, where nothing else does: as large as what holds it.
fn bound_numbers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let most = match fields.get("format").and_then(Value::as_str) {
                Some("uint8") => Some(json!(u8::MAX)),
                Some("uint16") => Some(json!(u16::MAX)),
                Some("uint32") => Some(json!(u32::MAX)),
                _ => None,
            };
            if let Some(most) = most {
                fields.entry("maximum").or_insert(most);
            }
            fields.values_mut().for_each(bound_numbers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_numbers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_default_is_optional_only_on_the_way_in() {
        let mut api = json!({
            "paths": {"/a": {"put": {
                "requestBody": {"schema": {"$ref": "#/components/schemas/Outer"}},
                "responses": {"200": {"schema": {"$ref": "#/components/schemas/Outer"}}},
            }}},
            "components": {"schemas": {
                "Outer": {"required": ["in"], "properties": {
                    "in": {"$ref": "#/components/schemas/Inner"},
                    "word": {"$ref": "#/components/schemas/Word"},
                }},
                "Inner": {"properties": {"n": {"type": "integer", "format": "uint8"}}},
                "Word": {"type": "string"},
            }},
        });
        tell_apart(&mut api);
        let schemas = schemas(&mut api);
        assert_eq!(schemas["Inner"]["required"], json!(["n"]));
        assert_eq!(schemas["InnerInput"].get("required"), None);
        assert_eq!(schemas["InnerInput"]["properties"]["n"]["maximum"], 255);
        assert_eq!(
            schemas["OuterInput"]["properties"]["in"]["$ref"],
            "#/components/schemas/InnerInput"
        );
        assert_eq!(
            schemas["OuterInput"]["properties"]["word"]["$ref"],
            "#/components/schemas/Word"
        );
        assert!(!schemas.contains_key("WordInput"), "nothing is optional in it");
        let body = &api["paths"]["/a"]["put"]["requestBody"]["schema"]["$ref"];
        assert_eq!(body, "#/components/schemas/OuterInput");
    }
}
