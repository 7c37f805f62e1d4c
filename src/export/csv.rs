//! Answers as CSV: RFC 4180, in UTF-8 with a byte order mark, without which Excel takes it for
//! something else.

use std::{borrow::Cow, fmt::Write as _};

use caja_actors::{
    activity::Plain,
    session::{Round, Session},
};
use csv::{Terminator, WriterBuilder};

use super::{
    COLUMNS, ExportError, SEPARATOR,
    formula::neutral,
    rows::{Row, each},
};
use crate::http::wire::rfc3339;

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) fn write(session: &Session) -> Result<Vec<u8>, ExportError> {
    let mut to = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    to.write_record(COLUMNS)?;
    each(session, |row| to.write_record(cells(&row).iter().map(|cell| cell.as_bytes())))?;
    Ok(to.into_inner().expect("writing to memory can't fail"))
}

/// One row. Only what people typed may look like a formula.
fn cells<'a>(row: &'a Row<'_>) -> [Cow<'a, str>; 10] {
    let given = &row.given;
    let name = row.author.as_ref().map(|author| &*author.name);
    let Round(round) = given.round;
    [
        neutral(&row.activity.title),
        row.activity.state.kind().name().into(),
        given.item.map_or("".into(), |item| neutral(item.title)),
        number(Some(round)),
        name.map_or("".into(), neutral),
        given.answer.as_ref().map_or("".into(), |answer| text(&answer.plain)),
        number(given.correct),
        number(given.points),
        rfc3339(given.answered_at).into(),
        number(given.response_ms),
    ]
}

fn number<'a>(value: Option<impl ToString>) -> Cow<'a, str> {
    value.map_or("".into(), |value| value.to_string().into())
}

fn text<'a>(plain: &Plain<'a>) -> Cow<'a, str> {
    match plain {
        Plain::Number(number) => number.to_string().into(),
        Plain::Texts(texts) => match **texts {
            [only] => neutral(only),
            ref several => joined(several).into(),
        },
    }
}

/// Each by itself is neutral: spreadsheets that split at semicolons would begin a cell with it.
fn joined(texts: &[&str]) -> String {
    let mut cell = String::new();
    for (n, text) in texts.iter().enumerate() {
        let before = if n == 0 { "" } else { SEPARATOR };
        write!(cell, "{before}{}", neutral(text)).expect("memory takes it");
    }
    cell
}
