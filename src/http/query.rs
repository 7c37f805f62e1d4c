//! Reading query strings, with a clear word on what does not fit.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::{problem::Problem, wording};

/// Parameters that have the shape of `T`. Others are left alone: proxies and campaigns add them.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let shaped = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
        ready(shaped.map(Self).map_err(|error| {
            Problem::invalid_field(
                &error.path().to_string(),
                wording::detail(&error.inner().to_string()),
            )
        }))
    }
}
