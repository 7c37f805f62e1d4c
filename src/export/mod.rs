//! Answers that leave: every answer that may, a row for each, as CSV, JSON or XLSX.
//!
//! [`rows`] says which rows there are and in which order; the formats only write them.

mod csv;
mod formula;
mod json;
mod name;
mod rows;
mod xlsx;

use caja_actors::session::Session;
use clap::ValueEnum;
use serde::Deserialize;
use utoipa::ToSchema;

pub use self::{json::ExportRow, name::FileName};

/// What every format has, in this order.
const COLUMNS: [&str; 10] = [
    "activity",
    "type",
    "item",
    "round",
    "participant",
    "answer",
    "correct",
    "points",
    "answered_at",
    "response_ms",
];

/// Joins several words, labels or ranks in one cell.
const SEPARATOR: &str = "; ";

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Csv,
    Json,
    Xlsx,
}

/// Why an export could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("rows can't be written as CSV")]
    Csv(#[from] ::csv::Error),
    #[error("rows can't be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("rows can't be written as a workbook")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl Format {
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }
}

/// All answers of a session that may leave. Takes as long as there are answers.
pub fn write(session: &Session, format: Format) -> Result<Vec<u8>, ExportError> {
    match format {
        Format::Csv => csv::write(session),
        Format::Json => json::write(session),
        Format::Xlsx => xlsx::write(session),
    }
}
