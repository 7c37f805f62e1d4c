//! What a client gets when something is not done: RFC 9457 problems with stable codes.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use caja_actors::{
    handle::AskError,
    journal::JournalError,
    registry::CallError,
    seats::Departure,
    session::{FieldError, NotAccepting, Rejection},
};
use serde::Serialize;
use tracing::error;
use utoipa::ToSchema;

use crate::store::StoreError;

/// Seconds after which a client that was turned away may ask again.
const RETRY_AFTER_S: u64 = 1;

/// Errors that one problem lists: more than anybody mends at once, and an answer stays smaller
/// than what was sent.
const MOST_ERRORS: usize = 20;

/// Why something was not done.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Box<str>,
    errors: Vec<FieldProblem>,
    reason: Option<&'static str>,
    suggestions: Option<Box<[String]>>,
    /// Seconds after which to ask again, where it is not the usual.
    retry_after_s: Option<u64>,
}

/// A problem, as its body shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:caja:problem:not_accepting")]
    kind: String,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 409)]
    status: u16,
    /// What is wrong, for people.
    #[schema(example = "the activity takes no answer: Late")]
    detail: &'a str,
    /// A stable word for programs.
    #[schema(example = "not_accepting")]
    code: &'a str,
    /// What is wrong with the body, field by field.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false, nullable = false)]
    errors: &'a [FieldProblem],
    /// Why no answer is taken, for `not_accepting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    reason: Option<&'a str>,
    /// Free nicknames, for `nickname_taken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    suggestions: Option<&'a [String]>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body, or the name of a parameter.
    #[schema(example = "/options/0/label")]
    pub pointer: String,
    /// What is wrong with it, for people.
    #[schema(example = "must have 1 to 200 characters")]
    pub detail: String,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into().into();
        Self {
            status,
            code,
            detail,
            errors: vec![],
            reason: None,
            suggestions: None,
            retry_after_s: None,
        }
    }

    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "valid credentials are needed")
    }

    #[must_use]
    pub fn removed() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "removed",
            "this participant is not in the session any more",
        )
    }

    /// What somebody is told whose seat is not theirs any more.
    #[must_use]
    pub fn gone(how: Departure) -> Self {
        match how {
            Departure::Left => Self::unauthorized(),
            Departure::Removed => Self::removed(),
        }
    }

    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "these credentials are not for this")
    }

    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    #[must_use]
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let errors = errors
            .into_iter()
            .take(MOST_ERRORS)
            .map(|FieldError { pointer, detail }| FieldProblem { pointer, detail })
            .collect();
        let detail = "the request has fields that do not fit";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", detail) }
    }

    #[must_use]
    pub fn invalid_field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// The same problem with a part of a larger body.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        for error in &mut self.errors {
            error.pointer.insert_str(0, prefix);
        }
        self
    }

    #[must_use]
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too much at once, ask again shortly")
    }

    /// Too much from one address or participant.
    #[must_use]
    pub fn rate_limited(retry_after_s: u64) -> Self {
        let detail = "too many requests in a short time, ask again later";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    #[must_use]
    pub fn store_unavailable() -> Self {
        let detail = "the store can't be reached, ask again shortly";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", detail)
    }

    /// Nobody outside can do anything about it, so nobody outside learns what it is.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong here")
    }

    fn body(&self) -> ProblemBody<'_> {
        ProblemBody {
            kind: format!("urn:caja:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            errors: &self.errors,
            reason: self.reason,
            suggestions: self.suggestions.as_deref(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        match self.status {
            StatusCode::UNAUTHORIZED => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                let seconds = self.retry_after_s.unwrap_or(RETRY_AFTER_S);
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            _ => {}
        }
        response.body(serde_json::to_vec(&self.body()).expect("a problem has string keys"))
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let detail = rejection.to_string();
        let conflict = |code| Self::conflict(code, detail.clone());
        match rejection {
            Rejection::UnknownActivity => Self::not_found("activity"),
            Rejection::UnknownParticipant => Self::not_found("participant"),
            Rejection::UnknownItem => Self::not_found("text"),
            Rejection::Removed => Self::removed(),
            Rejection::Banned => Self::new(StatusCode::FORBIDDEN, "banned", detail),
            Rejection::SessionCompleted => conflict("session_completed"),
            Rejection::SessionNotOpen => conflict("session_not_open"),
            Rejection::SessionFull => conflict("session_full"),
            Rejection::JoiningClosed => conflict("joining_closed"),
            Rejection::NicknameTaken { suggestions } => {
                Self { suggestions: Some(suggestions.into()), ..conflict("nickname_taken") }
            }
            Rejection::InvalidTransition => conflict("invalid_transition"),
            Rejection::InvalidAction => conflict("invalid_action"),
            Rejection::StaleRound { .. } => conflict("stale_round"),
            Rejection::NotAccepting(reason) => {
                Self { reason: Some(reason_word(reason)), ..conflict("not_accepting") }
            }
            Rejection::ChangeNotAllowed => conflict("change_not_allowed"),
            Rejection::ConfigFrozen => conflict("config_frozen"),
            Rejection::TooManyActivities => conflict("too_many_activities"),
            Rejection::StaleRevision { .. } => conflict("stale_revision"),
            Rejection::TextRejected { pointer } => {
                let errors = vec![FieldProblem { pointer, detail: "is not allowed here".into() }];
                Self {
                    errors,
                    ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "text_rejected", detail)
                }
            }
            Rejection::Invalid(errors) => Self::invalid(errors),
        }
    }
}

fn reason_word(reason: NotAccepting) -> &'static str {
    match reason {
        NotAccepting::Early => "early",
        NotAccepting::Late => "late",
        NotAccepting::Locked => "locked",
        NotAccepting::Inactive => "inactive",
        NotAccepting::WrongQuestion => "wrong_question",
        NotAccepting::Spectator => "spectator",
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Busy | AskError::Unavailable => Self::busy(),
            AskError::Rejected(rejection) => rejection.into(),
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NotFound(_) => Self::not_found("session"),
            // Whoever asks again finds the owner.
            JournalError::Fenced(_) | JournalError::Elsewhere { .. } => Self::busy(),
            JournalError::Unavailable(_) => Self::store_unavailable(),
            // Reported where it was found, once for all who ask.
            JournalError::Damaged { .. } => Self::internal(),
        }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Journal(error) => error.into(),
            CallError::Ask(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::store_unavailable(),
            StoreError::CodeTaken | StoreError::Damaged(_) => {
                error!(error = &error as &dyn std::error::Error, "the store failed");
                Self::internal()
            }
        }
    }
}
