//! Text that people type: what is accepted, how it is shown, and when two texts are the same.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;
use unicode_segmentation::UnicodeSegmentation;

/// More marks than this on one letter is vandalism in every script.
const MAX_MARKS_PER_LETTER: usize = 4;
/// Code points of what a reader calls a character. The longest emoji has ten; joiners and syllables
/// of old Hangul could go on without end, and count as one.
const MAX_CLUSTER: usize = 16;
/// A look settles in two steps (a test tries every character); more is for Unicode to come.
const LOOK_STEPS: usize = 4;
const BLACK_FLAG: char = '🏴';

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
    let mut in_flag = false;
    for c in raw.nfkc() {
        if c.is_whitespace() {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            marks = 0;
            in_flag = false;
            continue;
        }
        // Tags say whose flag it is, and are hidden anywhere else.
        if is_hidden(c) || (is_tag(c) && !in_flag) {
            return Err(TextError::Control);
        }
        in_flag = c == BLACK_FLAG || (in_flag && is_tag(c));
        marks = match () {
            () if is_combining_mark(c) => marks + 1,
            // A joiner between marks does not make them fewer.
            () if is_joiner(c) => marks,
            () => 0,
        };
        if marks > MAX_MARKS_PER_LETTER {
            return Err(TextError::Marks);
        }
        text.push(c);
    }
    text.truncate(text.trim_end().len());
    if text.chars().all(|c| is_joiner(c) || is_combining_mark(c)) {
        return Err(TextError::Empty);
    }
    let is_endless = |cluster: &str| cluster.chars().nth(MAX_CLUSTER).is_some();
    if text.graphemes(true).count() > max || text.graphemes(true).any(is_endless) {
        return Err(TextError::TooLong(max));
    }
    Ok(text)
}

/// The form in which two look-alike texts are equal: case folded, then UTS 39's skeleton, and both
/// again until nothing changes. A skeleton may be a capital, whose small letter looks like something
/// else again: `ᚦ` like `Þ`, and `þ` like `p`.
#[must_use]
pub fn look(text: &str) -> String {
    let mut look = caseless::default_case_fold_str(text);
    for _ in 0..LOOK_STEPS {
        let next = caseless::default_case_fold_str(&shape(&look));
        if next == look {
            break;
        }
        look = next;
    }
    look
}

/// UTS 39's skeleton: equal for texts that look alike as they are written. Folding the case loses
/// some of that: `I` looks like `l`, and its small letter does not.
#[must_use]
pub fn shape(text: &str) -> String {
    skeleton(text).filter(|c| !is_joiner(*c)).collect()
}

/// Characters that nobody sees but that change what is around them, and what is no character.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || u32::from(c) & 0xfffe == 0xfffe
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
            | '\u{17b5}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e001f}'
            | '\u{e0080}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Needed inside emoji and some scripts, but invisible by themselves.
#[must_use]
pub fn is_joiner(c: char) -> bool {
    is_tag(c)
        || matches!(
            c,
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{180b}'
                ..='\u{180d}' | '\u{180f}'
        )
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_folded_and_compatibility_forms_are_unified() {
        assert_eq!(one_line("  Ａna \t  María ", 40), Ok("Ana María".into()));
    }

    #[test]
    fn what_looks_like_a_look_alike_looks_like_it_too() {
        assert_eq!(look("ᚦ"), look("p"));
        for c in '\u{0}'..=char::MAX {
            let look_of_c = look(c.encode_utf8(&mut [0; 4]));
            assert_eq!(look(&look_of_c), look_of_c, "{c:?}");
        }
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
    fn what_nobody_sees_is_refused_but_where_a_script_or_an_emoji_needs_it() {
        let flag = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        for fine in [flag, "می\u{200c}خواهم", "❤\u{fe0f}", "ᠠ\u{180b}"] {
            assert_eq!(one_line(fine, 40), Ok(fine.into()));
        }
        for hidden in [
            "\u{34f}",
            "\u{2800}",
            "\u{e0041}",
            "\u{e0100}",
            "\u{ffff}",
            "\u{1ffff}",
            "\u{fdd0}",
            "\u{17b4}",
            "\u{1d173}",
            "\u{e0001}",
        ] {
            assert_eq!(
                one_line(&format!("A{hidden}na"), 40),
                Err(TextError::Control),
                "{hidden:?}"
            );
        }
        let two = format!("{flag}a\u{e0067}");
        assert_eq!(one_line(&two, 40), Err(TextError::Control), "the flag is over");
    }

    #[test]
    fn no_character_goes_on_without_end() {
        let marks = format!("z{}", "\u{317}\u{317}\u{200d}".repeat(3));
        assert_eq!(one_line(&marks, 40), Err(TextError::Marks), "joiners do not hide marks");
        let kiss = "👩🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏼";
        assert_eq!(one_line(kiss, 1), Ok(kiss.into()));
        for endless in ["👩\u{200d}".repeat(9), "ᄀ".repeat(17)] {
            assert_eq!(one_line(&endless, 40), Err(TextError::TooLong(40)), "{endless}");
        }
    }

    #[test]
    fn nothing_to_see_is_empty() {
        for raw in ["", "   ", "\u{200d}", " \u{200c}\u{fe0f} ", "\u{301}", "´"] {
            assert_eq!(one_line(raw, 40), Err(TextError::Empty), "{raw:?}");
        }
    }

    #[test]
    fn look_alikes_are_the_same() {
        assert_eq!(look("Ana"), look("аnа"), "Cyrillic letters");
        assert_eq!(look("ANA"), look("ana"));
        assert_ne!(look("Ana"), look("Ann"));
        assert_eq!(shape("AIice"), shape("Alice"), "an upper-case i");
        assert_ne!(shape("Kai"), shape("Kal"));
    }
}
