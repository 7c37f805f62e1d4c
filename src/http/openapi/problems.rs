//! Which problems each operation can answer with: statuses, codes and an example of each.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{operations, reference};

/// Every code with its status and what it says.
const CODES: &[(&str, u16, &str)] = &[
    ("malformed_json", 400, "the body is not well-formed JSON"),
    ("unauthorized", 401, "valid credentials are needed"),
    ("removed", 401, "this participant is not in the session any more"),
    ("forbidden", 403, "these credentials are not for this"),
    ("bad_origin", 403, "requests with the cookie must come from this server's pages"),
    ("banned", 403, "this device may not join the session"),
    ("not_found", 404, "there is no such resource"),
    ("method_not_allowed", 405, "here only other methods can be used, see `Allow`"),
    ("body_too_slow", 408, "the body has to be here within 30 seconds"),
    ("session_completed", 409, "the session is completed"),
    ("session_not_open", 409, "the session is not open yet"),
    ("session_full", 409, "the session is full"),
    ("joining_closed", 409, "the session takes no new participants any more"),
    ("nickname_taken", 409, "the nickname is taken"),
    ("invalid_transition", 409, "the activity can't go there from where it is"),
    ("invalid_action", 409, "the action is unknown or untimely"),
    ("stale_round", 409, "round 2 is not the present one, 3"),
    ("stale_revision", 409, "the resource is at revision 8"),
    ("not_accepting", 409, "the activity takes no answer"),
    ("change_not_allowed", 409, "the answer can't be changed"),
    ("config_frozen", 409, "the configuration can't change any more"),
    ("too_many_activities", 409, "the session has as many activities as it can"),
    ("too_many_runner_tokens", 409, "a session has at most 100 runner tokens"),
    ("body_too_large", 413, "a body has at most 65536 bytes"),
    ("unsupported_media_type", 415, "the body must be application/json"),
    ("validation", 422, "the request has fields that do not fit"),
    ("text_rejected", 422, "the text is not allowed here"),
    ("rate_limited", 429, "too many requests, ask again later"),
    ("internal", 500, "something went wrong here"),
    ("busy", 503, "too much at once, ask again shortly"),
    ("store_unavailable", 503, "the store can't be reached, ask again shortly"),
];

/// What keeps single operations from being done, beside what follows from their form.
fn own_codes(operation_id: &str) -> &'static [&'static str] {
    match operation_id {
        "sessions_edit" | "sessions_announce" | "sessions_set_screen" | "activities_reorder" => {
            &["session_completed", "stale_revision"]
        }
        "sessions_remove" => &["stale_revision"],
        "sessions_open" | "sessions_complete" => {
            &["invalid_transition", "session_completed", "stale_revision"]
        }
        "activities_create" => &["session_completed", "stale_revision", "too_many_activities"],
        "activities_edit" => &["session_completed", "stale_revision", "config_frozen"],
        "activities_remove" => &["session_completed", "stale_revision", "invalid_transition"],
        "activities_publish"
        | "activities_unpublish"
        | "activities_activate"
        | "activities_expire"
        | "activities_reopen" => {
            &["invalid_transition", "session_not_open", "session_completed", "stale_revision"]
        }
        "activities_control" => {
            &["invalid_action", "stale_round", "session_completed", "stale_revision"]
        }
        "people_join" => &[
            "banned",
            "nickname_taken",
            "session_full",
            "joining_closed",
            "session_completed",
            "text_rejected",
        ],
        "people_check_nickname" => &["validation", "text_rejected"],
        "people_edit_me" | "people_edit" => {
            &["nickname_taken", "session_completed", "text_rejected"]
        }
        "people_leave" | "people_remove" => &["session_completed"],
        "answers_put" => &["not_accepting", "stale_round", "change_not_allowed", "text_rejected"],
        "answers_withdraw" => &["not_accepting", "stale_round", "change_not_allowed"],
        "login_create" => &["unauthorized"],
        "login_remove" => &["bad_origin"],
        "runner_tokens_create" => &["too_many_runner_tokens"],
        _ => &[],
    }
}

/// Says which problems every operation can answer with.
pub(super) fn add(api: &mut Value) {
    let mut shared = BTreeMap::new();
    for (path, method, operation) in operations(api).filter(|(path, ..)| path.starts_with("/api/"))
    {
        for (status, codes) in by_status(codes(path, method, operation)) {
            let response = match shared_name(status, &codes) {
                Some(name) => {
                    shared.entry(name).or_insert_with(|| response(status, &codes));
                    json!({ "$ref": format!("#/components/responses/{name}") })
                }
                None => response(status, &codes),
            };
            let responses = operation["responses"].as_object_mut().expect("it has responses");
            responses.entry(status.to_string()).or_insert(response);
        }
    }
    api["components"]["responses"] = json!(shared);
}

/// The codes that follow from what an operation takes and who may use it, and its own.
fn codes(path: &str, method: &str, operation: &Map<String, Value>) -> BTreeSet<&'static str> {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let mut codes = BTreeSet::from(["method_not_allowed"]);
    if id == "openapi_serve" {
        return codes;
    }
    codes.extend(["internal", "busy", "store_unavailable", "rate_limited"]);
    let of_one_resource = path.contains('{');
    if of_one_resource {
        codes.insert("not_found");
    }
    let schemes = operation.get("security").and_then(Value::as_array).into_iter().flatten();
    let schemes: BTreeSet<_> = schemes.filter_map(|it| it.as_object()?.keys().next()).collect();
    if !schemes.is_empty() {
        codes.insert("unauthorized");
    }
    let is_for_all =
        ["admin", "runner", "participant"].iter().all(|it| schemes.contains(&(*it).to_owned()));
    if !schemes.is_empty() && (of_one_resource || !is_for_all) {
        codes.insert("forbidden");
    }
    // Also where a cookie opens nothing: it is looked at before what it may do.
    if method != "get" && !schemes.is_empty() {
        codes.insert("bad_origin");
    }
    if of_one_resource && schemes.iter().any(|scheme| *scheme == "participant") {
        codes.insert("removed");
    }
    let has_body = operation.contains_key("requestBody");
    if has_body {
        codes.extend([
            "malformed_json",
            "body_too_slow",
            "body_too_large",
            "unsupported_media_type",
        ]);
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    if has_body || parameters.clone().any(|it| it["in"] == "query" || it["name"] == "If-Match") {
        codes.insert("validation");
    }
    codes.extend(own_codes(id));
    codes
}

fn by_status(codes: BTreeSet<&'static str>) -> BTreeMap<u16, Vec<&'static str>> {
    let mut by_status = BTreeMap::<u16, Vec<_>>::new();
    for (code, status, _) in CODES.iter().filter(|(code, ..)| codes.contains(code)) {
        by_status.entry(*status).or_default().push(*code);
    }
    by_status
}

/// The name of a response that many operations have.
fn shared_name(status: u16, codes: &[&str]) -> Option<&'static str> {
    Some(match (status, codes) {
        (400, _) => "MalformedJson",
        (401, ["unauthorized"]) => "Unauthorized",
        (401, _) => "UnauthorizedOrRemoved",
        (403, ["forbidden"]) => "Forbidden",
        (403, ["forbidden", "bad_origin"]) => "ForbiddenOrBadOrigin",
        (404, _) => "NotFound",
        (405, _) => "MethodNotAllowed",
        (408, _) => "BodyTooSlow",
        (413, _) => "BodyTooLarge",
        (415, _) => "UnsupportedMediaType",
        (422, ["validation"]) => "Invalid",
        (429, _) => "RateLimited",
        (500, _) => "Internal",
        (503, _) => "Unavailable",
        _ => return None,
    })
}

fn response(status: u16, codes: &[&str]) -> Value {
    let words: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let examples: Map<_, _> = codes.iter().map(|code| (code.to_string(), example(code))).collect();
    json!({
        "description": words.join(", "),
        "headers": headers(status),
        "content": { "application/problem+json": {
            "schema": { "allOf": [reference("Problem"), {
                "type": "object",
                "required": ["code"],
                "properties": {
                    "status": { "type": "integer", "enum": [status] },
                    "code": { "type": "string", "enum": codes },
                },
            }]},
            "examples": examples,
        }},
    })
}

fn headers(status: u16) -> Value {
    let mut headers = json!({ "x-request-id": { "$ref": "#/components/headers/RequestId" } });
    let own = match status {
        401 => Some(("www-authenticate", "`Bearer`", json!("Bearer"))),
        405 => Some(("allow", "The methods that can be used here", json!("GET, PATCH"))),
        429 | 503 => Some(("retry-after", "Seconds after which to ask again", json!(1))),
        _ => None,
    };
    if let Some((name, description, example)) = own {
        let kind = if example.is_number() { "integer" } else { "string" };
        headers[name] = json!({
            "description": description, "required": true, "schema": { "type": kind },
            "example": example,
        });
    }
    headers
}

fn example(code: &str) -> Value {
    let known = CODES.iter().find(|(known, ..)| *known == code);
    let (_, status, detail) = known.expect("only known codes are collected");
    let title = StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
    let mut problem = json!({
        "type": format!("urn:caja:problem:{code}"), "title": title, "status": status,
        "detail": detail, "code": code,
    });
    match code {
        "validation" => {
            let error =
                json!({ "pointer": "/config/options", "detail": "must have 2 to 20 options" });
            problem["errors"] = json!([error]);
        }
        "not_accepting" => problem["reason"] = json!("late"),
        "nickname_taken" => problem["suggestions"] = json!(["Ana 2", "Ana 3", "Ana 4"]),
        _ => {}
    }
    json!({ "summary": detail, "value": problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_and_used_codes_are_listed() {
        let listed: BTreeSet<_> = CODES.iter().map(|(code, ..)| code).collect();
        assert_eq!(listed.len(), CODES.len());
        let api: Value =
            serde_json::from_str(&super::super::Document::of(&crate::http::document()).0).unwrap();
        for (.., operation) in operations(&mut api.clone()) {
            let id = operation["operationId"].as_str().unwrap();
            for code in own_codes(id) {
                assert!(listed.contains(code), "{id}: {code} has no status");
            }
        }
    }
}
