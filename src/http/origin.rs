//! Whether a page of this server makes a request, where the browser adds the credentials itself.

use actix_web::{
    HttpMessage, HttpRequest,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};

use super::problem::Problem;
use crate::{app::App, cluster::inside::Forwarded};

/// By what scheme and under what name a proxy was asked.
pub const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
pub const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Refuses a write whose `Origin` is not this server's: its public address, or the address that
/// the request was sent to.
pub fn check(app: &App, request: &HttpRequest) -> Result<(), Problem> {
    if request.method().is_safe() {
        return Ok(());
    }
    let own = [origin_of_url(&app.public_url), Some(requested(app, request))];
    let mut named = request.headers().get_all(header::ORIGIN);
    match (named.next().and_then(|origin| origin.to_str().ok()), named.next()) {
        (Some(origin), None) if own.contains(&origin_of_url(origin)) => Ok(()),
        _ => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "bad_origin",
            "signed in by cookie, writing needs an Origin header that names this server",
        )),
    }
}

/// Whether the browser talks to this server by HTTPS.
pub fn is_secure(app: &App, request: &HttpRequest) -> bool {
    app.public_url.starts_with("https://") || forwarded(app, request, FORWARDED_PROTO) == "https"
}

/// The origin that the request was sent to.
fn requested(app: &App, request: &HttpRequest) -> String {
    let scheme = match forwarded(app, request, FORWARDED_PROTO) {
        "https" => "https",
        _ => "http",
    };
    let host = match forwarded(app, request, FORWARDED_HOST) {
        "" => request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
        host => Some(host),
    };
    origin(scheme, host.unwrap_or_default())
}

/// What a trusted proxy says; empty where none says anything.
fn forwarded<'a>(app: &App, request: &'a HttpRequest, name: HeaderName) -> &'a str {
    let said = || request.headers().get(name)?.to_str().ok()?.split(',').next();
    // Another node passes on what it believes itself, and nothing else.
    let is_believed =
        app.proxies.sent(request) || request.extensions().get::<Forwarded>().is_some();
    if is_believed { said().unwrap_or_default().trim() } else { "" }
}

/// Scheme, host and port of an address. `None`: it has none.
fn origin_of_url(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
    Some(origin(scheme, authority))
}

fn origin(scheme: &str, authority: &str) -> String {
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(usual).unwrap_or(&authority);
    format!("{scheme}://{authority}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_scheme_host_and_port() {
        let same = |one, other| origin_of_url(one) == origin_of_url(other);
        assert!(same("https://caja.example", "https://CAJA.example:443"));
        assert!(same("http://caja.example:80/path", "http://caja.example"));
        assert!(!same("http://caja.example", "https://caja.example"));
        assert!(!same("http://caja.example", "http://caja.example:8080"));
        assert!(!same("http://caja.example", "http://caja.example.evil.example"));
        assert_eq!(origin_of_url("null"), None);
        assert_eq!(origin_of_url("http://"), None);
    }
}
