//! Reading request bodies: JSON, bounded, with a clear word on what does not fit.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::{Bytes, Payload as PayloadStream},
};
use caja_actors::session::FieldError;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment, Track};

use super::{objects::Objects, problem::Problem};

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

/// A JSON body whose shape is known only later.
pub struct RawBody(pub Bytes);

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let stream = PayloadStream::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                let detail = "the body must be application/json";
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    detail,
                ));
            }
            let stream = stream.await.map_err(|_| malformed("the body can't be read"))?;
            match stream.to_bytes_limited(MAX_BODY).await {
                Ok(Ok(bytes)) => Ok(Self(bytes)),
                Ok(Err(_)) => Err(malformed("the body can't be read")),
                Err(_) => Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "body_too_large",
                    format!("a body has at most {MAX_BODY} bytes"),
                )),
            }
        })
    }
}

/// Reads JSON with `shape`; what does not fit is named by its JSON pointer.
pub fn parse<T>(
    bytes: &[u8],
    shape: impl FnOnce(
        Objects<serde_path_to_error::Deserializer<'_, '_, &mut JsonDeserializer<'_>>>,
    ) -> Result<T, serde_json::Error>,
) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let shaped = shape(Objects(tracked)).and_then(|shaped| json.end().map(|()| shaped));
    shaped.map_err(|error| {
        if error.is_data() {
            Problem::invalid(vec![FieldError::new(pointer(&track.path()), detail(&error))])
        } else {
            malformed(format!("the body is not well-formed JSON: {}", detail(&error)))
        }
    })
}

type JsonDeserializer<'a> = serde_json::Deserializer<serde_json::de::SliceRead<'a>>;

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
}

/// The message without serde_json's position, which counts inside of what was cut out.
fn detail(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}
