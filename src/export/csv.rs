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
        Plain::Number(number) => decimal(*number).into(),
        Plain::Texts(texts) => match **texts {
            [only] => neutral(only),
            ref several => joined(several).into(),
        },
    }
}

/// A number as people write it: without an exponent while that is short.
fn decimal(number: f64) -> String {
    let is_short = number == 0.0 || (1e-6..1e15).contains(&number.abs());
    if is_short { number.to_string() } else { format!("{number:e}") }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_people_write_them() {
        for (number, written) in
            [(4.0, "4"), (-0.5, "-0.5"), (0.0, "0"), (1e300, "1e300"), (1e-9, "1e-9"), (0.1, "0.1")]
        {
            assert_eq!(text(&Plain::Number(number)), written);
        }
    }

    #[test]
    fn each_of_several_words_is_neutral() {
        assert_eq!(text(&Plain::Texts(vec!["=1", "tea", "@x"])), "'=1; tea; '@x");
        assert_eq!(text(&Plain::Texts(vec![])), "");
    }
}
