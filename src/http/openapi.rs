//! The OpenAPI document: collected from the handlers, completed with what all of them share.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, http::StatusCode, web::Data};
use caja_actors::activity::{Kind, KindSchemas, NamedSchema};
use serde_json::{Value, json};
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, OneOfBuilder, Ref, RefOr, Required, Response, Schema,
        SchemaFormat, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::ComponentsBuilder,
        security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
        },
    },
};

use super::{login::COOKIE, problem::ProblemBody, summary};

/// The security scheme of the cookie: what an administrator's token is good for, it is too.
const LOGIN: &str = "login";

/// What the handlers do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Caja",
        description = "Live polls, planning poker, quizzes and word clouds for workplace events.\n\n\
            Everything is polled over plain HTTP. Times are RFC 3339 in resources and epoch \
            milliseconds (`*_ms`) in frames. Errors are RFC 9457 problems; `code` is stable.",
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
        (name = "runner tokens", description = "Credentials of big screens"),
        (name = "operations", description = "For operators"),
    ),
)]
struct Base;

/// The document to which the handlers add themselves.
#[must_use]
pub fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// Completes a document that was collected from the handlers.
#[must_use]
pub fn complete(mut api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = api.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    for kind in Kind::ALL {
        let KindSchemas { config, answer, control, referenced } = kind.schemas();
        components.schemas.extend(referenced);
        components.schemas.extend([config, answer, control]);
    }
    components.schemas.extend(summary::schemas());
    for (name, holder) in [
        ("admin", "An administrator's token"),
        ("runner", "A big screen's token for one session"),
        ("participant", "A participant's token, from joining"),
    ] {
        let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(holder));
        components.add_security_scheme(name, SecurityScheme::Http(scheme.build()));
    }
    let cookie = ApiKeyValue::with_description(COOKIE, "An administrator's sign-in");
    components.add_security_scheme(LOGIN, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    for (path, item) in &mut api.paths.paths {
        for operation in operations(item) {
            admit_by_cookie(operation);
            declare_path_parameters(path, operation);
            add_problems(path, operation);
            describe_responses(operation);
        }
    }
    api
}

fn admit_by_cookie(operation: &mut Operation) {
    let admin = SecurityRequirement::new("admin", [""; 0]);
    if let Some(schemes) = operation.security.as_mut().filter(|schemes| schemes.contains(&admin)) {
        schemes.push(SecurityRequirement::new(LOGIN, [""; 0]));
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete]
        .into_iter()
        .flatten()
}

/// Declares what stands in braces in the path. Most handlers read it in an extractor, where the
/// macros don't see it.
fn declare_path_parameters(path: &str, operation: &mut Operation) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.map(|name| {
        let (description, is_id) = match name {
            "id" => ("Session", true),
            "aid" => ("Activity", true),
            "pid" => ("Participant", true),
            "token_id" => ("Runner token", true),
            "item_id" => ("A text that moderators may judge", false),
            "code" => ("What people type to join: 6 to 8 digits", false),
            "nickname" => ("Nickname", false),
            _ => ("", false),
        };
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        let schema = ObjectBuilder::new().schema_type(Type::String).format(is_id.then_some(format));
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(schema));
        RefOr::T(parameter.build())
    });
    let others = operation.parameters.take().into_iter().flatten();
    let parameters: Vec<_> = in_path.chain(others.filter(|it| !is_in_path(it))).collect();
    operation.parameters = (!parameters.is_empty()).then_some(parameters);
}

fn is_in_path(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path)
}

/// OpenAPI wants a description of every response; for most the schema says it all.
fn describe_responses(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
            let reason = status.and_then(|status| status.canonical_reason());
            response.description = reason.unwrap_or("Response").to_owned();
        }
    }
}

/// Says which problems an operation can answer with.
fn add_problems(path: &str, operation: &mut Operation) {
    if !path.starts_with("/api/") {
        return;
    }
    let mut problems: Vec<(&str, &str)> = vec![
        ("404", "`not_found`"),
        ("503", "`busy`, `store_unavailable`: ask again after `Retry-After` seconds"),
    ];
    if operation.security.is_some() {
        problems.push(("401", "`unauthorized`, `removed`"));
        problems.push(("403", "`forbidden`: not yours, `bad_origin`"));
    }
    problems.push(("429", "`rate_limited`: ask again after `Retry-After` seconds"));
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    match &*operation_id {
        "people_join" => problems.push(("403", "`banned`")),
        "login_create" => problems.push(("401", "`unauthorized`: nobody has this token")),
        "login_remove" => problems.push(("403", "`bad_origin`")),
        _ => {}
    }
    let has_body = operation.request_body.is_some();
    let has_parameters = operation.parameters.iter().flatten().any(|it| !is_in_path(it));
    if has_body {
        problems.push(("400", "`malformed_json`"));
        problems.push(("408", "`body_too_slow`"));
        problems.push(("413", "`body_too_large`"));
        problems.push(("415", "`unsupported_media_type`"));
    }
    if has_body || has_parameters || operation_id == "people_check_nickname" {
        problems.push(("422", "`validation`, `text_rejected`: see `errors`"));
    }
    if let Some(codes) = conflicts(&operation_id) {
        problems.push(("409", codes));
    }
    for (status, description) in problems {
        let content = utoipa::openapi::ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let response = Response::builder()
            .description(description)
            .content("application/problem+json", content)
            .build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
}

/// The states of a session or activity that keep an operation from being done.
fn conflicts(operation_id: &str) -> Option<&'static str> {
    Some(match operation_id {
        "sessions_edit" | "activities_reorder" => "`session_completed`, `stale_revision`",
        "sessions_open" | "sessions_complete" => {
            "`invalid_transition`, `session_completed`, `stale_revision`"
        }
        "sessions_announce" | "sessions_set_screen" => "`session_completed`",
        "activities_create" => "`session_completed`, `stale_revision`, `too_many_activities`",
        "activities_edit" => "`session_completed`, `stale_revision`, `config_frozen`",
        "activities_remove" => "`session_completed`, `stale_revision`, `invalid_transition`",
        "activities_publish"
        | "activities_unpublish"
        | "activities_activate"
        | "activities_expire"
        | "activities_reopen" => "`invalid_transition`, `session_not_open`, `session_completed`",
        "activities_control" => "`invalid_action`, `stale_round`, `session_completed`",
        "people_join" => {
            "`nickname_taken` with `suggestions`, `session_full`, `joining_closed`, \
             `session_completed`"
        }
        "people_edit_me" | "people_edit" => "`nickname_taken`, `session_completed`",
        "people_leave" | "people_remove" => "`session_completed`",
        "answers_put" | "answers_withdraw" => {
            "`not_accepting` with `reason`, `stale_round`, `change_not_allowed`"
        }
        "runner_tokens_create" => "`too_many_runner_tokens`",
        _ => return None,
    })
}

/// An answer to an activity of any type.
pub struct AnyAnswer;

/// A control of an activity of any type.
pub struct AnyControl;

macro_rules! one_of_all_types {
    ($name:ident, $part:ident) => {
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let one_of = Kind::ALL.iter().fold(OneOfBuilder::new(), |one_of, kind| {
                    one_of.item(Ref::from_schema_name(kind.schemas().$part.0))
                });
                one_of.into()
            }
        }

        impl ToSchema for $name {}
    };
}

one_of_all_types!(AnyAnswer, answer);
one_of_all_types!(AnyControl, control);

/// A JSON Schema that stands by itself: what it refers to is among its `$defs`.
#[must_use]
pub fn standalone(kind: Kind, part: impl Fn(&KindSchemas) -> &NamedSchema) -> Value {
    let schemas = kind.schemas();
    let mut schema = json!(part(&schemas).1);
    let defs: BTreeMap<_, _> =
        schemas.referenced.iter().map(|(name, schema)| (name, json!(schema))).collect();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$defs"] = json!(defs);
    retarget(&mut schema);
    schema
}

fn retarget(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(target) if name == "$ref" => {
                        *target = target.replace("#/components/schemas/", "#/$defs/");
                    }
                    other => retarget(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(retarget),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The document, ready to be sent.
pub struct Document(pub String);

impl Document {
    #[must_use]
    pub fn of(api: &utoipa::openapi::OpenApi) -> Self {
        let mut json = api.to_pretty_json().expect("the document has string keys");
        json.push('\n');
        Self(json)
    }
}

/// This document
#[utoipa::path(
    tag = "operations",
    operation_id = "openapi_serve",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)),
)]
#[get("/openapi.json")]
pub async fn serve(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}
