//! Answers as a workbook: numbers are numbers, dates are dates, and text is never a formula.

use caja_actors::{
    activity::Plain,
    session::{Round, Session, Timestamp},
};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{
    COLUMNS, ExportError, SEPARATOR,
    formula::is_formula,
    rows::{Row, each},
};

/// Rows a sheet can have, by the format; more answers go on in another sheet.
const ROWS_MAX: u32 = 1_048_576;
/// Characters a cell can have, by the format.
const CELL_MAX: usize = 32_767;
/// Of the columns, in characters: what is usually in them is read without a click.
const WIDTHS: [f64; 10] = [28.0, 11.0, 36.0, 8.0, 20.0, 40.0, 9.0, 9.0, 24.0, 13.0];
/// Days from the spreadsheets' day 0 to the Unix epoch.
const EPOCH_DAYS: f64 = 25_569.0;
const DAY_MS: f64 = 86_400_000.0;

pub(super) fn write(session: &Session) -> Result<Vec<u8>, ExportError> {
    let mut book = Workbook::new();
    let styles = Styles::new();
    let mut sheets = vec![sheet(1, &styles)?];
    let mut next = 1;
    each(session, |row| {
        if next == ROWS_MAX {
            sheets.push(sheet(sheets.len() + 1, &styles)?);
            next = 1;
        }
        let last = sheets.last_mut().expect("there is always a sheet");
        write_row(last, next, &row, &styles)?;
        next += 1;
        Ok::<(), XlsxError>(())
    })?;
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    Ok(book.save_to_buffer()?)
}

struct Styles {
    header: Format,
    date: Format,
    /// Text that stays text also when somebody edits its cell.
    quoted: Format,
}

impl Styles {
    fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            // What `answered_at` says is UTC.
            date: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            quoted: Format::new().set_quote_prefix(),
        }
    }
}

fn sheet(number: usize, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(if number == 1 { "Answers".to_owned() } else { format!("Answers {number}") })?;
    sheet.set_freeze_panes(1, 0)?;
    for ((column, name), width) in (0..).zip(COLUMNS).zip(WIDTHS) {
        sheet.write_string_with_format(0, column, name, &styles.header)?;
        sheet.set_column_width(column, width)?;
    }
    Ok(sheet)
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &Row<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let given = &row.given;
    let name = row.author.as_ref().map(|author| &*author.name);
    let Round(round) = given.round;
    write_text(sheet, at, 0, &row.activity.title, styles)?;
    sheet.write_string(at, 1, row.activity.state.kind().name())?;
    write_text(sheet, at, 2, given.item.map_or("", |item| item.title), styles)?;
    sheet.write_number(at, 3, round)?;
    write_text(sheet, at, 4, name.unwrap_or_default(), styles)?;
    match given.answer.as_ref().map(|answer| &answer.plain) {
        Some(Plain::Number(number)) => {
            sheet.write_number(at, 5, *number)?;
        }
        Some(Plain::Texts(texts)) => write_text(sheet, at, 5, &texts.join(SEPARATOR), styles)?,
        None => {}
    }
    if let Some(correct) = given.correct {
        sheet.write_boolean(at, 6, correct)?;
    }
    if let Some(points) = given.points {
        sheet.write_number(at, 7, points)?;
    }
    sheet.write_number_with_format(at, 8, date(given.answered_at), &styles.date)?;
    if let Some(ms) = given.response_ms {
        // A spreadsheet's numbers are exact up to 2⁵³: longer than any event.
        sheet.write_number(at, 9, ms as f64)?;
    }
    Ok(())
}

/// Writes text as text; nothing where there is none.
fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let end = text.char_indices().nth(CELL_MAX).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    if is_formula(text) {
        sheet.write_string_with_format(row, column, text, &styles.quoted)?;
    } else {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}

/// A time as spreadsheets count: days since the end of 1899.
fn date(at: Timestamp) -> f64 {
    EPOCH_DAYS + at.0 as f64 / DAY_MS
}
