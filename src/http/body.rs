//! Reading request bodies: JSON, bounded, with a clear word on what does not fit.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    web::{Bytes, BytesMut, Data, Payload as PayloadStream},
};
use caja_actors::{
    activity::{Answer, Kind},
    session::FieldError,
};
use futures_util::{Stream, StreamExt, future::LocalBoxFuture};
use serde::{Deserialize, de::DeserializeOwned};
use serde_path_to_error::{Path, Segment, Track};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{duplicates, objects::Objects, problem::Problem, wording};
use crate::app::App;

/// Bytes a body may have.
pub const MAX_BODY: usize = 64 << 10;

/// A JSON body that has the shape of `T`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = RawBody::from_request(request, payload);
        Box::pin(async move { parse(&raw.await?.0, |json| T::deserialize(json)).map(Self) })
    }
}

/// What is sent where nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A body that says nothing: none at all, or an object without fields.
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request.headers());
        let body = any_body(request, payload);
        Box::pin(async move {
            let body = body.await?;
            if body.is_empty() {
                return Ok(Self);
            }
            if !is_json {
                return Err(not_json_by_name());
            }
            parse(&body, |json| Nothing::deserialize(json)).map(|Nothing {}| Self)
        })
    }
}

/// A JSON body whose shape is known only later.
pub struct RawBody(pub Bytes);

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request.headers());
        let body = any_body(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(not_json_by_name());
            }
            body.await.map(Self)
        })
    }
}

/// The whole body of a request, whatever it is.
fn any_body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let app = request.app_data::<Data<App>>().expect("set in every server");
    let limit = app.timeouts.body;
    let stream = PayloadStream::from_request(request, payload);
    async move {
        let stream = stream.await.map_err(|_| malformed("the body can't be read"))?;
        read(stream, limit).await
    }
}

fn not_json_by_name() -> Problem {
    let detail = "the body must be application/json";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
}

/// Whether a body says that it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The whole body, if it comes in time.
pub async fn read(stream: impl BodyStream, limit: Duration) -> Result<Bytes, Problem> {
    match timeout(limit, collect(stream)).await {
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            format!("the body has to be here within {} seconds", limit.as_secs()),
        )),
        Ok(body) => body,
    }
}

/// A body as it comes, piece by piece.
pub trait BodyStream: Stream<Item = Result<Bytes, PayloadError>> + Unpin {}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> BodyStream for S {}

/// The whole body. actix-web's own collector takes 32 KiB for each; these mostly come in one piece.
async fn collect(mut stream: impl BodyStream) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| malformed("the body can't be read"))?;
        if body.len() + piece.len() > MAX_BODY {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                format!("a body has at most {MAX_BODY} bytes"),
            ));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Reads JSON with `shape`; what does not fit is named by its JSON pointer.
///
/// What is no JSON at all is said first, wherever the error is, and so is a name that an object
/// has twice: readers disagree on which of the two counts.
pub fn parse<T>(
    bytes: &[u8],
    shape: impl FnOnce(
        Objects<serde_path_to_error::Deserializer<'_, '_, &mut JsonDeserializer<'_>>>,
    ) -> Result<T, serde_json::Error>,
) -> Result<T, Problem> {
    if let Some(pointer) = duplicates::find(bytes).map_err(|error| not_json(&error))? {
        return Err(Problem::invalid_field(&pointer, "is there twice"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let shaped = shape(Objects(tracked)).and_then(|shaped| json.end().map(|()| shaped));
    shaped.map_err(|error| {
        // It is JSON, as was found above. Of an enumeration the reader says so all the same.
        let detail = match error.is_data() {
            true => wording::detail(&error.to_string()),
            false => "must be of another type".to_owned(),
        };
        Problem::invalid(vec![FieldError::new(pointer(&track.path()), detail)])
    })
}

/// Reads an answer. Most are right: those are read once, and only what does not fit again, to say
/// what is wrong. A structure takes no name twice, and answers have no other objects.
pub fn parse_answer(bytes: &[u8], kind: Kind) -> Result<Answer, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match kind.answer(Objects(&mut json)) {
        Ok(answer) if json.end().is_ok() => Ok(answer),
        _ => parse(bytes, |json| kind.answer(json)),
    }
}

type JsonDeserializer<'a> = serde_json::Deserializer<serde_json::de::SliceRead<'a>>;

fn not_json(error: &serde_json::Error) -> Problem {
    // Without the position, which counts inside of what was cut out.
    let message = error.to_string();
    let why = message.split(" at line ").next().unwrap_or_default();
    malformed(format!("the body is not well-formed JSON: {why}"))
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                push_name(&mut pointer, key);
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// Appends a field's name to a JSON pointer.
pub(super) fn push_name(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&wording::shortened(name).replace('~', "~0").replace('/', "~1"));
}
