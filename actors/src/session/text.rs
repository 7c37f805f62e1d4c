//! Text that people type: what is accepted, how it is shown, and when two texts are the same.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;
use unicode_segmentation::UnicodeSegmentation;

/// More marks than this on one letter is vandalism in every script.
const MAX_MARKS_PER_LETTER: usize = 4;

/// Why a text is not accepted, as a clause that follows "the text".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {0} characters")]
    TooLong(usize),
    #[error("must not contain control or direction characters")]
    Control,
    #[error("has too many marks on one letter")]
    Marks,
}

/// One line as it will be shown: NFKC, trimmed, inner space folded, without hidden characters.
///
/// `max` counts grapheme clusters: what a reader calls a character.
pub fn one_line(raw: &str, max: usize) -> Result<String, TextError> {
    // Bounds the work before any of it is done; a cluster of accepted text stays far below.
    if raw.len() > max.saturating_mul(64) {
        return Err(TextError::TooLong(max));
    }
    let mut text = String::with_capacity(raw.len());
    let mut marks = 0;
    for c in raw.nfkc() {
        if c.is_whitespace() {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            marks = 0;
            continue;
        }
        if is_hidden(c) {
            return Err(TextError::Control);
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MAX_MARKS_PER_LETTER {
            return Err(TextError::Marks);
        }
        text.push(c);
    }
    text.truncate(text.trim_end().len());
    if !text.chars().any(|c| !is_joiner(c)) {
        return Err(TextError::Empty);
    }
    if text.graphemes(true).count() > max {
        return Err(TextError::TooLong(max));
    }
    Ok(text)
}

/// The form in which two look-alike texts are equal: case folded, then UTS 39's skeleton.
#[must_use]
pub fn look(text: &str) -> String {
    let folded: String = caseless::default_case_fold_str(text);
    let shape: String = skeleton(&folded).filter(|c| !is_joiner(*c)).collect();
    // The skeleton may turn a letter into an upper-case one; fold it once more.
    caseless::default_case_fold_str(&shape)
}

/// Characters that nobody sees but that change what is around them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{115f}' | '\u{1160}' | '\u{3164}'
            | '\u{ffa0}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Needed inside emoji and some scripts, but invisible by themselves.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_folded_and_compatibility_forms_are_unified() {
        assert_eq!(one_line("  Ａna \t  María ", 40), Ok("Ana María".into()));
    }

    #[test]
    fn length_counts_what_a_reader_calls_characters() {
        let family = "👨‍👩‍👧";
        assert_eq!(one_line(&family.repeat(3), 3), Ok(family.repeat(3)));
        assert_eq!(one_line(&family.repeat(4), 3), Err(TextError::TooLong(3)));
    }

    #[test]
    fn direction_marks_controls_and_floods_of_marks_are_refused() {
        assert_eq!(one_line("a\u{202e}b", 40), Err(TextError::Control));
        assert_eq!(one_line("a\u{0}b", 40), Err(TextError::Control));
        assert_eq!(one_line(&format!("z{}", "\u{0317}".repeat(9)), 40), Err(TextError::Marks));
    }

    #[test]
    fn nothing_to_see_is_empty() {
        for raw in ["", "   ", "\u{200d}", " \u{200c}\u{fe0f} "] {
            assert_eq!(one_line(raw, 40), Err(TextError::Empty), "{raw:?}");
        }
    }

    #[test]
    fn look_alikes_are_the_same() {
        assert_eq!(look("Ana"), look("аnа"), "Cyrillic letters");
        assert_eq!(look("ANA"), look("ana"));
        assert_ne!(look("Ana"), look("Ann"));
    }
}
