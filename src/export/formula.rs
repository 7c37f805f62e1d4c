//! Text that a spreadsheet would take for a formula.
//!
//! The characters are those of OWASP's page on CSV injection, also behind space, and in the
//! full-width and small forms that some spreadsheets fold.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Whether a cell with this text may be taken for a formula.
pub(super) fn is_formula(text: &str) -> bool {
    let first = text.nfkc().find(|c| !c.is_whitespace() && !is_invisible(*c));
    text.starts_with(['\t', '\r', '\n']) || matches!(first, Some('=' | '+' | '-' | '@'))
}

/// The same text behind an apostrophe, which says that it is text, where it needs one.
pub(super) fn neutral(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_in_any_disguise_get_an_apostrophe() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\r=1",
            "\n1",
            "\ttext",
            " =1",
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
            "﹦1",
            "﹣1",
            "﹢1",
            "\u{200b}=1",
            "\u{a0}=1",
            "\u{3000}=1",
        ] {
            assert_eq!(neutral(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["", "1+1=2", "a=b", "'=1", "c++", "#1", "😀", "مرحبا", "½", "\"=1\"", "; =1"]
        {
            assert_eq!(neutral(text), text);
        }
    }
}
