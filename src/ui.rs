//! The web pages: built by Vite into `frontend/dist`, part of the binary, compressed ahead.
//!
//! Where they were not built, every page is a plain one that says how to build them. A debug build
//! reads them from the folder when it starts.

#![allow(unreachable_pub, reason = "the route macros put the handlers inside of what they define")]

use std::{borrow::Cow, collections::HashMap};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{
        self, AcceptEncoding, ContentEncoding, ETag, Encoding, EntityTag, Header, HeaderValue,
        Preference,
    },
    web::{Bytes, Data, Path},
};
use rust_embed::{Embed, EmbeddedFile, Metadata};

use crate::{app::App, http::problem::Problem};

/// What the build put there. Beside `a.js` are `a.js.br` and `a.js.gz`.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/frontend/dist"]
#[allow_missing = true]
struct Built;

/// Scripts and styles come from here alone, and none stands in a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
                      worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'self'";
/// The names of these files have a hash of what is in them.
const HASHED: &str = "assets/";

const NOT_BUILT: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caja</title>
<h1>Caja is running</h1>
<p>Its web pages are not part of this build. <code>make run</code> builds them (it needs Node 20),
and then the server.</p>
<p>The API is there: <a href="/docs/">documentation</a>,
<a href="/api/v1/openapi.json">OpenAPI document</a>, <a href="/health/ready">health</a>.</p>
</html>
"#;

/// What the build made, by path.
pub struct Pages(HashMap<String, File>);

/// A file in the forms in which it can be sent.
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    kind: String,
    tag: EntityTag,
}

impl Pages {
    /// The pages that are part of this binary.
    #[must_use]
    pub fn built() -> Self {
        let names = Built::iter().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"));
        Self(names.filter_map(|name| Some((name.to_string(), File::built(&name)?))).collect())
    }

    fn page(&self, name: &str, request: &HttpRequest) -> HttpResponse {
        match self.0.get(name) {
            Some(file) => file.page(request),
            None => HttpResponse::Ok()
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
                .body(NOT_BUILT),
        }
    }
}

impl File {
    fn built(name: &str) -> Option<Self> {
        let EmbeddedFile { data, metadata } = Built::get(name)?;
        let compressed = |ending| Built::get(&format!("{name}.{ending}")).map(|it| bytes(it.data));
        let hash: String =
            metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Self {
            plain: bytes(data),
            brotli: compressed("br"),
            gzip: compressed("gz"),
            kind: kind_of(&metadata),
            tag: EntityTag::new_strong(hash),
        })
    }

    /// A page is asked for each time, and names files that are kept for ever.
    fn page(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.send(request, "no-cache");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }

    fn send(&self, request: &HttpRequest, lasts: &'static str) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::CACHE_CONTROL, lasts))
            .insert_header((header::VARY, "accept-encoding"))
            .insert_header(ETag(self.tag.clone()));
        if is_known(request, &self.tag) {
            return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
        }
        response.content_type(self.kind.as_str());
        let (encoding, body) = self.encoded(request);
        if let Some(encoding) = encoding {
            response.insert_header(encoding);
        }
        response.body(body)
    }

    /// The smallest form that the client takes.
    fn encoded(&self, request: &HttpRequest) -> (Option<ContentEncoding>, Bytes) {
        let accepted = AcceptEncoding::parse(request).ok();
        let takes = |encoding: ContentEncoding| {
            accepted.as_ref().is_some_and(|accepted| {
                accepted.iter().any(|it| {
                    it.quality != header::Quality::ZERO
                        && it.item == Preference::Specific(Encoding::Known(encoding))
                })
            })
        };
        match self {
            Self { brotli: Some(brotli), .. } if takes(ContentEncoding::Brotli) => {
                (Some(ContentEncoding::Brotli), brotli.clone())
            }
            Self { gzip: Some(gzip), .. } if takes(ContentEncoding::Gzip) => {
                (Some(ContentEncoding::Gzip), gzip.clone())
            }
            Self { plain, .. } => (None, plain.clone()),
        }
    }
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

fn kind_of(metadata: &Metadata) -> String {
    let kind = metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match header::IfNoneMatch::parse(request) {
        Ok(header::IfNoneMatch::Items(known)) => known.iter().any(|it| it.weak_eq(tag)),
        Ok(header::IfNoneMatch::Any) => true,
        Err(_) => false,
    }
}

/// The page on which people join by code
#[utoipa::path(
    tag = "pages",
    operation_id = "page_home",
    responses(
        (status = 200, content_type = "text/html", body = String,
            headers(("etag" = String, description = "For `If-None-Match`"))),
        (status = 304, description = "The page is as the browser has it",
            headers(("etag" = String, description = "For `If-None-Match`"))),
    ),
)]
#[get("/")]
pub async fn home(pages: Data<Pages>, request: HttpRequest) -> HttpResponse {
    pages.page("participant.html", &request)
}

/// The page that QR codes point to: nickname, then what there is to do
#[utoipa::path(
    tag = "pages",
    operation_id = "page_join",
    responses(
        (status = 200, content_type = "text/html", body = String,
            headers(("etag" = String, description = "For `If-None-Match`"))),
        (status = 304, description = "The page is as the browser has it",
            headers(("etag" = String, description = "For `If-None-Match`"))),
    ),
)]
#[get("/j/{code}")]
pub async fn join(pages: Data<Pages>, request: HttpRequest) -> HttpResponse {
    // The same page, for a path that is a folder down: pages refer to their files relatively, so
    // that they work below any path of a proxy.
    pages.page("join.html", &request)
}

/// The big screen; its token comes in the address's fragment, which no server sees
#[utoipa::path(
    tag = "pages",
    operation_id = "page_run",
    responses(
        (status = 200, content_type = "text/html", body = String,
            headers(("etag" = String, description = "For `If-None-Match`"))),
        (status = 304, description = "The page is as the browser has it",
            headers(("etag" = String, description = "For `If-None-Match`"))),
    ),
)]
#[get("/run/{id}")]
pub async fn run(pages: Data<Pages>, request: HttpRequest) -> HttpResponse {
    pages.page("run.html", &request)
}

/// Where administrators sign in, prepare and steer
#[utoipa::path(
    tag = "pages",
    operation_id = "page_admin",
    responses(
        (status = 200, content_type = "text/html", body = String,
            headers(("etag" = String, description = "For `If-None-Match`"))),
        (status = 304, description = "The page is as the browser has it",
            headers(("etag" = String, description = "For `If-None-Match`"))),
    ),
)]
#[get("/admin")]
pub async fn admin(pages: Data<Pages>, request: HttpRequest) -> HttpResponse {
    pages.page("admin.html", &request)
}

/// Whoever types a slash too many would find the page, but not its files.
pub async fn without_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "../admin")).finish()
}

/// A script, a style, a font: never changes under its name.
pub async fn asset(
    app: Option<Data<App>>,
    pages: Data<Pages>,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(file) = pages.0.get(&format!("{HASHED}{name}")) {
        return Ok(file.send(&request, "public, max-age=31536000, immutable"));
    }
    // While a release is replaced, a page of one names files that the other does not have.
    let elsewhere = match app.as_ref().and_then(|app| Some((app, app.node.as_ref()?))) {
        Some((app, node)) => node.file_elsewhere(app, &request).await,
        None => None,
    };
    elsewhere.ok_or_else(|| Problem::not_found("file"))
}

/// What browsers ask for at the top: icons, the manifest, `robots.txt`.
pub async fn top(
    pages: Data<Pages>,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let file = pages.0.get(&*name).filter(|_| !name.ends_with(".html"));
    let file = file.ok_or_else(|| Problem::not_found("file"))?;
    Ok(file.send(&request, "public, max-age=3600"))
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        body::to_bytes,
        http::StatusCode,
        test::{TestRequest, call_service, init_service},
        web,
    };

    use super::*;

    fn file(plain: &'static str, kind: &str) -> File {
        File {
            plain: Bytes::from_static(plain.as_bytes()),
            brotli: Some(Bytes::from_static(b"by brotli")),
            gzip: Some(Bytes::from_static(b"by gzip")),
            kind: kind.into(),
            tag: EntityTag::new_strong("7".into()),
        }
    }

    fn built() -> Pages {
        let page = |name: &'static str| (name.to_owned(), file(name, "text/html; charset=utf-8"));
        Pages(HashMap::from([
            page("participant.html"),
            page("join.html"),
            page("run.html"),
            page("admin.html"),
            ("assets/run-1a2b.js".into(), file("plain", "text/javascript; charset=utf-8")),
            ("icon.svg".into(), file("<svg/>", "image/svg+xml")),
        ]))
    }

    /// Status, headers by name, body.
    async fn ask(pages: Pages, request: TestRequest) -> (StatusCode, header::HeaderMap, String) {
        let app = App::new()
            .app_data(Data::new(pages))
            .service((home, join, run, admin))
            .route("/admin/", web::get().to(without_slash))
            .route("/assets/{name}", web::get().to(asset))
            .route("/{name}", web::get().to(top));
        let response = call_service(&init_service(app).await, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn every_page_is_asked_for_each_time_and_runs_only_what_is_here() {
        for (path, file) in [
            ("/", "participant.html"),
            ("/j/ABC", "join.html"),
            ("/run/7", "run.html"),
            ("/admin", "admin.html"),
        ] {
            let (status, headers, page) = ask(built(), TestRequest::with_uri(path)).await;
            assert_eq!((status, page), (StatusCode::OK, file.to_owned()), "{path}");
            assert_eq!(headers.get("cache-control").unwrap(), "no-cache");
            let policy = headers.get("content-security-policy").unwrap().to_str().unwrap();
            assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"));
        }
        let (status, headers, _) = ask(built(), TestRequest::with_uri("/admin/")).await;
        assert_eq!(
            (status, headers.get("location").unwrap()),
            (StatusCode::PERMANENT_REDIRECT, &HeaderValue::from_static("../admin"))
        );
    }

    #[actix_web::test]
    async fn a_file_comes_in_the_smallest_form_that_is_taken() {
        for (accepted, encoding, body) in [
            (None, None, "plain"),
            (Some("identity"), None, "plain"),
            (Some("gzip, deflate, br"), Some("br"), "by brotli"),
            (Some("gzip"), Some("gzip"), "by gzip"),
            (Some("br;q=0, gzip;q=0.5"), Some("gzip"), "by gzip"),
        ] {
            let mut request = TestRequest::with_uri("/assets/run-1a2b.js");
            if let Some(accepted) = accepted {
                request = request.insert_header(("accept-encoding", accepted));
            }
            let (status, headers, read) = ask(built(), request).await;
            assert_eq!((status, &*read), (StatusCode::OK, body), "{accepted:?}");
            let sent = headers.get("content-encoding").map(|it| it.to_str().unwrap());
            assert_eq!(sent, encoding, "{accepted:?}");
            assert_eq!(
                headers.get("cache-control").unwrap(),
                "public, max-age=31536000, immutable"
            );
            assert_eq!(headers.get("content-type").unwrap(), "text/javascript; charset=utf-8");
            assert_eq!(headers.get("vary").unwrap(), "accept-encoding");
        }
    }

    #[actix_web::test]
    async fn what_a_browser_has_is_not_sent_again() {
        let request = TestRequest::with_uri("/icon.svg").insert_header(("if-none-match", "\"7\""));
        let (status, _, body) = ask(built(), request).await;
        assert_eq!((status, &*body), (StatusCode::NOT_MODIFIED, ""));
        let request = TestRequest::with_uri("/icon.svg").insert_header(("if-none-match", "\"8\""));
        assert_eq!(ask(built(), request).await.0, 200);
    }

    #[actix_web::test]
    async fn what_is_not_there_is_not_found() {
        for path in ["/assets/none.js", "/none", "/run.html", "/assets/..%2Frun.html"] {
            assert_eq!(ask(built(), TestRequest::with_uri(path)).await.0, 404, "{path}");
        }
    }

    #[actix_web::test]
    async fn without_a_build_every_page_says_how_to_make_one() {
        for path in ["/", "/j/ABC", "/run/7", "/admin"] {
            let nothing = Pages(HashMap::new());
            let (status, _, page) = ask(nothing, TestRequest::with_uri(path)).await;
            assert_eq!(status, 200);
            assert!(page.contains("<code>make run</code>"), "{path}");
        }
    }
}
