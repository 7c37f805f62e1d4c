//! The plain page that says that the server runs, and what is answered where nothing is.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError, get,
    http::{StatusCode, header},
    web::Data,
};

use super::problem::Problem;

/// Nothing from elsewhere, and no script at all.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

const HOME: &str = r##"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caja</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 1rem }
</style>
<h1>Caja is running</h1>
<p>Live polls, planning poker, quizzes and word clouds over plain HTTP.</p>
<p><a href="/docs/">API documentation</a> · <a href="/api/v1/openapi.json">OpenAPI document</a> ·
<a href="/health/ready">Health</a></p>
</html>
"##;

/// A page that says that the server runs
#[utoipa::path(tag = "operations", operation_id = "page_home", responses((status = 200, content_type = "text/html", body = String)))]
#[get("/")]
pub async fn home() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .body(HOME)
}

/// Which methods each path of the API has.
pub struct Methods(Vec<(String, Vec<&'static str>)>);

impl Methods {
    #[must_use]
    pub fn of(api: &utoipa::openapi::OpenApi) -> Self {
        let methods = api.paths.paths.iter().map(|(path, item)| {
            let has = [
                ("GET", item.get.is_some()),
                ("HEAD", item.get.is_some()),
                ("PUT", item.put.is_some()),
                ("POST", item.post.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let has = has.into_iter().filter_map(|(method, has)| has.then_some(method));
            let mut has: Vec<_> = has.collect();
            has.sort_unstable();
            (path.clone(), has)
        });
        Self(methods.collect())
    }

    fn at(&self, path: &str) -> Vec<&'static str> {
        let matching = self.0.iter().filter(|(pattern, _)| matches(pattern, path));
        // The one with the fewest braces: `…/activities/order` is no `…/activities/{aid}`.
        let closest = matching.min_by_key(|(pattern, _)| pattern.matches('{').count());
        closest.map(|(_, methods)| methods.clone()).unwrap_or_default()
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given => {}
            (Some(part), Some(given)) if part.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

/// 405 where another method would do, else 404.
pub async fn nothing_here(request: HttpRequest, methods: Data<Methods>) -> HttpResponse {
    let allowed = methods.at(request.path());
    if allowed.is_empty() {
        return Problem::not_found("resource").error_response();
    }
    let detail = format!("here only {} can be done", allowed.join(", "));
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    let mut response = problem.error_response();
    if let Ok(allow) = allowed.join(", ").parse() {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_path_has_its_own_methods_only() {
        let methods =
            Methods(vec![("/a/{id}".into(), vec!["GET"]), ("/a/order".into(), vec!["PUT"])]);
        assert_eq!(methods.at("/a/order"), ["PUT"]);
        assert_eq!(methods.at("/a/7"), ["GET"]);
        assert_eq!(methods.at("/b"), [""; 0]);
    }

    #[test]
    fn paths_match_their_patterns_part_by_part() {
        assert!(matches("/a/{id}/b", "/a/7/b"));
        assert!(!matches("/a/{id}/b", "/a/7"));
        assert!(!matches("/a/{id}", "/a/7/b"));
        assert!(!matches("/a/{id}", "/x/7"));
        assert!(!matches("/a/{id}", "/a/"));
    }
}
