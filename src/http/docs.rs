//! The document of the API as a page.

use std::error::Error;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header,
    middleware::{DefaultHeaders, from_fn},
    web::{self, Data, Path, ServiceConfig},
};
use tracing::error;
use utoipa_swagger_ui::Config;

use super::{methods, problem::Problem, request_id};

/// Where the page finds the document, from where it is itself: so that both work below any path
/// of a proxy.
const DOCUMENT: &str = "../api/v1/openapi.json";

/// The page with its files.
pub fn routes(config: &mut ServiceConfig) {
    // No badge from elsewhere.
    let page = Data::new(Config::from(DOCUMENT).validator_url("none"));
    config.service(
        web::scope("/docs")
            .app_data(page)
            .wrap(from_fn(request_id::wrap))
            .wrap(DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
            .service(web::resource("").get(with_slash).default_service(web::to(read_only)))
            .service(web::resource("/{file:.*}").get(file).default_service(web::to(read_only))),
    );
}

/// The page names its files relatively, so it needs the slash.
async fn with_slash() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "docs/")).finish()
}

async fn file(name: Path<String>, page: Data<Config<'static>>) -> Result<HttpResponse, Problem> {
    let file = utoipa_swagger_ui::serve(&name, page.into_inner()).map_err(|error| {
        error!(error = &*error as &dyn Error, "a file of the document's page can't be made");
        Problem::internal()
    })?;
    let file = file.ok_or_else(|| Problem::not_found("file"))?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    Ok(response.content_type(file.content_type).body(file.bytes.to_vec()))
}

/// Nothing but reading can be done here, of what there is.
async fn read_only(request: HttpRequest, page: Data<Config<'static>>) -> HttpResponse {
    let name = request.match_info().get("file").unwrap_or_default();
    if !matches!(utoipa_swagger_ui::serve(name, page.into_inner()), Ok(Some(_))) {
        return Problem::not_found("file").error_response();
    }
    methods::not_allowed(&["GET", "HEAD"])
}
