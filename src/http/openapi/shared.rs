//! What all operations share: credentials, parameters in paths, headers.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::operations;
use crate::http::login::COOKIE;

/// The security scheme of the cookie: what an administrator's token is good for, it is too.
const LOGIN: &str = "login";
/// Operations whose answers do without a request id, unless they fail: they are too many.
const NAMELESS: &str = "state_poll";

/// Adds security schemes, and completes parameters and responses of every operation.
pub(super) fn add(api: &mut Value) {
    let components = &mut api["components"];
    for (name, holder) in [
        ("admin", "An administrator's token"),
        ("runner", "A big screen's token for one session"),
        ("participant", "A participant's token, from joining"),
    ] {
        let scheme = json!({ "type": "http", "scheme": "bearer", "description": holder });
        components["securitySchemes"][name] = scheme;
    }
    components["securitySchemes"][LOGIN] = json!({
        "type": "apiKey", "in": "cookie", "name": COOKIE,
        "description": "An administrator's sign-in. Writing with it needs an `Origin` header that \
                        names this server, which browsers send by themselves.",
    });
    components["parameters"]["RequestId"] = json!({
        "name": "x-request-id",
        "in": "header",
        "description": "The request's name in logs and in the answer. One that is longer than 128 \
                        characters, or not visible ASCII, is replaced.",
        "schema": { "type": "string" },
        "example": "6f0e1c5a",
    });
    components["headers"]["RequestId"] = json!({
        "description": "The request's name in logs: the one that was sent, or a new one",
        "required": true,
        "schema": { "type": "string", "minLength": 1, "maxLength": 128 },
        "example": "6f0e1c5a",
    });
    for (path, _, operation) in operations(api) {
        admit_by_cookie(operation);
        declare_parameters(path, operation);
        leave_out_body(operation);
        describe_responses(operation);
    }
}

fn admit_by_cookie(operation: &mut Map<String, Value>) {
    let schemes = operation.get_mut("security").and_then(Value::as_array_mut);
    if let Some(schemes) = schemes
        && schemes.iter().any(|scheme| scheme.get("admin").is_some())
    {
        schemes.push(json!({ LOGIN: [] }));
    }
}

/// Declares what stands in braces in the path. Most handlers read it in an extractor, where the
/// macros don't see it.
fn declare_parameters(path: &str, operation: &mut Map<String, Value>) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = names.map(in_path).collect();
    let declared = operation.remove("parameters");
    let declared = declared.iter().filter_map(Value::as_array).flatten();
    parameters.extend(declared.filter(|it| it["in"] != "path").cloned());
    if operation["operationId"] != NAMELESS {
        parameters.push(json!({ "$ref": "#/components/parameters/RequestId" }));
    }
    parameters.iter_mut().for_each(never_null);
    operation.insert("parameters".into(), json!(parameters));
}

fn in_path(name: &str) -> Value {
    let id = json!({ "type": "string", "format": "uuid" });
    let (description, schema) = match name {
        "id" => ("Session", id),
        "aid" => ("Activity", id),
        "pid" => ("Participant", id),
        "token_id" => ("Runner token", id),
        "item_id" => ("A text that moderators may judge", json!({ "type": "string" })),
        "code" => {
            ("What people type to join", json!({ "type": "string", "pattern": "^[0-9]{6,8}$" }))
        }
        "nickname" => ("Nickname", json!({ "type": "string", "minLength": 1 })),
        _ => ("", id),
    };
    json!({
        "name": name, "in": "path", "required": true, "description": description, "schema": schema,
    })
}

/// A body that says nothing is left out, but never null.
fn leave_out_body(operation: &mut Map<String, Value>) {
    let Some(body) = operation.get_mut("requestBody") else { return };
    let Some(schema) = body.pointer_mut("/content/application~1json/schema") else { return };
    let choices = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let (nulls, others): (Vec<_>, Vec<_>) =
        choices.cloned().partition(|it: &Value| it["type"] == "null");
    if let ([_], [only]) = (&*nulls, &*others) {
        *schema = only.clone();
        body["required"] = json!(false);
    }
}

/// A header or a parameter is left out, but never null.
fn never_null(parameter: &mut Value) {
    let Some(types) = parameter.pointer_mut("/schema/type") else { return };
    if let Some(word) = types.as_array().and_then(|types| types.iter().find(|it| *it != "null")) {
        *types = word.clone();
    }
}

/// OpenAPI wants a description of every response; for most the schema says it all.
fn describe_responses(operation: &mut Map<String, Value>) {
    let is_nameless = operation["operationId"] == NAMELESS;
    let responses = operation["responses"].as_object_mut().expect("an operation has responses");
    for (status, response) in responses {
        if response["description"].as_str().is_none_or(str::is_empty) {
            let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
            let reason = status.and_then(|status| status.canonical_reason());
            response["description"] = json!(reason.unwrap_or("Response"));
        }
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        for (kind, media) in content.into_iter().flatten() {
            if !kind.ends_with("json") {
                let is_text = kind.starts_with("text/") || kind.ends_with("xml");
                media["schema"] = json!({ "type": "string" });
                if !is_text {
                    media["schema"]["format"] = json!("binary");
                }
            }
        }
        if !is_nameless {
            response["headers"]["x-request-id"] =
                json!({ "$ref": "#/components/headers/RequestId" });
        }
        for (_, header) in response["headers"].as_object_mut().into_iter().flatten() {
            if header.get("$ref").is_none() {
                header["required"] = json!(true);
            }
        }
    }
}
