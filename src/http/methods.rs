//! What is answered where nothing is: 405 where another method would do, else 404.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
    web::Data,
};

use super::problem::Problem;

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
    not_allowed(&allowed)
}

/// 405 where only these methods would do.
pub fn not_allowed(allowed: &[&str]) -> HttpResponse {
    let allowed = allowed.join(", ");
    let detail = format!("here only {allowed} can be done");
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    let mut response = problem.error_response();
    if let Ok(allow) = allowed.parse() {
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
