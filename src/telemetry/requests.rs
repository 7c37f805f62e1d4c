//! Requests, counted by route.

use std::{cell::RefCell, collections::HashMap, time::Duration};

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram};

thread_local! {
    /// The recorder finds a metric by its labels, which would have to be made for each request.
    static OF_ROUTES: RefCell<HashMap<String, OfRoute>> = RefCell::default();
}

/// A route's metrics, kept by each worker for itself.
struct OfRoute {
    seconds: Histogram,
    requests: Vec<(&'static str, StatusCode, Counter)>,
}

impl OfRoute {
    fn new(route: &str) -> Self {
        let seconds = histogram!("caja_request_duration_seconds", "route" => route.to_owned());
        Self { seconds, requests: vec![] }
    }

    fn counter(&mut self, route: &str, method: &Method, status: StatusCode) -> &Counter {
        let method = word(method);
        let at = self.requests.iter().position(|it| it.0 == method && it.1 == status);
        let at = at.unwrap_or_else(|| {
            let labels = [
                ("method", method.to_owned()),
                ("route", route.to_owned()),
                ("status", status.as_str().to_owned()),
            ];
            let counter = counter!("caja_requests_total", &labels);
            self.requests.push((method, status, counter));
            self.requests.len() - 1
        });
        &self.requests[at].2
    }
}

/// Counts a request. There are as many routes, methods and statuses as the API has.
pub(super) fn count(method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
    OF_ROUTES.with_borrow_mut(|routes| {
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), OfRoute::new(route));
        }
        let of_route = routes.get_mut(route).expect("it was just put there");
        of_route.seconds.record(elapsed);
        of_route.counter(route, method, status).increment(1);
    });
}

/// A method as it is counted: clients may invent any number of others.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
