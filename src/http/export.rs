//! All answers of a session as a file.

use std::{error::Error, time::Duration};

use actix_web::{HttpResponse, get, http::header, web::Data};
use caja_actors::session::{Session, SessionId};
use serde::Deserialize;
use tracing::error;
use utoipa::{IntoParams, ToSchema};

use super::{auth::Owner, problem::Problem, query::Query};
use crate::{
    app::App,
    export::{ExportRow, FileName, Format, write},
};

/// Hundreds of thousands of answers are written in far less.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(120);

/// A file of a spreadsheet program.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Workbook(#[allow(dead_code, reason = "only its schema is used")] Vec<u8>);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Export {
    /// `csv` where it is left out.
    #[serde(default)]
    #[param(inline, required = false)]
    format: Format,
}

/// Download all answers, a row for each, also while the session runs
///
/// Columns: `activity, type, item, round, participant, answer, correct, points, answered_at,
/// response_ms`. CSV is UTF-8 with a byte order mark and CRLF; text that a spreadsheet would take
/// for a formula gets an apostrophe in front. XLSX has numbers, booleans and dates (UTC) as such,
/// and text that is never a formula. JSON is a list of rows that also have ids and the answer as
/// it was sent.
///
/// Answers to a quiz question or in a poker round are there once it was revealed. Where a session
/// or activity does not name people, `participant` is empty and rows are ordered by time; other
/// rows by item, round, then time.
#[utoipa::path(
    tag = "results",
    operation_id = "results_export",
    security(("admin" = [])),
    params(Export),
    responses((
        status = 200,
        description = "A file to save",
        content(
            (String = "text/csv"),
            (Vec<ExportRow<'static>> = "application/json"),
            (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("content-disposition" = String, description = "The file's name")),
    )),
)]
#[get("/sessions/{id}/export")]
pub async fn download(
    app: Data<App>,
    owner: Owner,
    Query(Export { format }): Query<Export>,
) -> Result<HttpResponse, Problem> {
    let work = study(&app, owner.session, move |session| {
        let name = FileName::of(&session, format);
        (name, write(&session, format))
    });
    let (name, written) = work.await?;
    let body = written.map_err(|error| {
        let error = &error as &dyn Error;
        error!(session.id = %owner.session, error, "an export can't be written");
        Problem::internal()
    })?;
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header((header::CONTENT_DISPOSITION, name.disposition()))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body))
}

/// Looks at all that was acknowledged, beside the running session; not for ever.
pub(super) async fn study<T: Send + 'static>(
    app: &App,
    session: SessionId,
    look: impl FnOnce(Session) -> T + Send + 'static,
) -> Result<T, Problem> {
    match tokio::time::timeout(EXPORT_TIMEOUT, app.registry.study(session, look)).await {
        Ok(seen) => Ok(seen?),
        Err(_) => Err(Problem::busy()),
    }
}
