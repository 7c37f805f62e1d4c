//! What the profanity setting does to a text that somebody typed.

use rustrict::{Censor, Type};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{Profanity, Rejection};

const MASK: &str = "*";

/// A text that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    pub text: String,
    /// Whether nobody sees it before a moderator approves it.
    pub is_held: bool,
}

/// Applies the setting to a text that is otherwise fine. `pointer` says where it stood.
///
/// What it finds is written into the event, so a later version of the word list changes nothing
/// that was accepted.
pub fn screen(text: String, profanity: Profanity, pointer: &str) -> Result<Screened, Rejection> {
    let shown = |text| Ok(Screened { text, is_held: false });
    if profanity == Profanity::Off || !is_unwanted(&text) {
        return shown(text);
    }
    match profanity {
        Profanity::Off => shown(text),
        Profanity::Mask => shown(masked(&text)),
        Profanity::Reject => Err(Rejection::TextRejected { pointer: pointer.to_owned() }),
        Profanity::Review => Ok(Screened { text, is_held: true }),
    }
}

/// Whether it is what most workplaces would not put on a screen. Mild words stay, and so does what
/// is only mean (`I hate this`): a room may say so.
fn is_unwanted(text: &str) -> bool {
    let harsh = (Type::PROFANE | Type::OFFENSIVE) & Type::MODERATE_OR_HIGHER;
    // 455 is a number, whatever its digits look like.
    let words = text.split(' ').filter(|word| !word.chars().all(is_of_numbers));
    let words = words.map(without_ana).collect::<Vec<_>>().join(" ");
    let mut censor = Censor::from_str(&words);
    // What was masked already is fine.
    censor.with_ignore_self_censoring(true).analyze().is(harsh | Type::SEXUAL & Type::SEVERE)
}

/// How words begin that the list takes for what it is not, accents aside: `análisis`, `analogue`.
const INNOCENT: [&str; 4] = ["anali", "analo", "analy", "analg"];

/// The word without what makes `Ana!`, `Ana-Lena` and `semana laboral` unwanted: the list reads any
/// sign, or the next word's first letter, as an `l`. What else stands there is left to be found.
fn without_ana(word: &str) -> String {
    let parts = word.split_inclusive(|c: char| !c.is_alphabetic()).map(|part| {
        let letters = part.trim_end_matches(|c: char| !c.is_alphabetic());
        let plain = letters.nfd().filter(char::is_ascii).collect::<String>().to_lowercase();
        let count = letters.chars().count();
        let innocent = match () {
            () if plain.len() != count => 0..0,
            () if INNOCENT.iter().any(|it| plain.starts_with(it)) => 0..4,
            () if plain.ends_with("ana") => count - 3..count,
            () => 0..0,
        };
        let kept = part.chars().enumerate().filter(|(at, _)| !innocent.contains(at));
        kept.map(|(_, c)| c).collect::<String>()
    });
    parts.collect()
}

fn is_of_numbers(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '-' | '+' | '%' | '/' | '(' | ')')
}

/// Masks the unwanted words, and everything where the words alone are harmless (`f u c k`).
fn masked(text: &str) -> String {
    let words = text.split(' ').map(|word| match is_unwanted(word) {
        true => masked_word(word),
        false => word.to_owned(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    let harmless = words.replace(MASK, "");
    if is_unwanted(&harmless) {
        let all = text.graphemes(true).enumerate();
        all.map(|(at, letter)| if at == 0 || letter == " " { letter } else { MASK }).collect()
    } else {
        words
    }
}

/// Keeps the first letter, so that a reader sees that something stood there.
fn masked_word(word: &str) -> String {
    word.graphemes(true)
        .enumerate()
        .map(|(at, letter)| if at == 0 { letter } else { MASK })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> String {
        let screened = screen(text.to_owned(), Profanity::Mask, "").unwrap();
        assert!(!screened.is_held);
        screened.text
    }

    #[test]
    fn only_the_unwanted_word_is_masked() {
        assert_eq!(mask("más fucking café 🎉"), "más f****** café 🎉");
        assert_eq!(mask("SHIT"), "S***");
        assert_eq!(mask("vaya mierda"), "vaya m*****");
        for fine in [
            "Ana María",
            "Scunthorpe",
            "assassin",
            "class",
            "push it",
            "¿qué tal?",
            "مرحبا",
            "नमस्ते",
            "TEXT-5-0.",
            "we won 6-3",
            "455 of 8,455.",
            "(455)",
            "sex education",
            "damn good",
            "gay",
            "I hate Mondays",
            "c++",
            "日本語",
            "naïve café",
            "Ana!",
            "Ana1",
            "Ana L",
            "Ana-Lena",
            "Juana la Loca",
            "<b>Ana</b>",
            "semana laboral",
            "mañana",
            "análisis",
            "Analítica",
            "analyse",
        ] {
            assert_eq!(mask(fine), fine);
        }
    }

    #[test]
    fn what_stands_beside_an_innocent_word_is_found() {
        for text in ["anal", "analfuck", "fuckana", "Ana shit", "analysisshit"] {
            assert_ne!(mask(text), text);
        }
    }

    #[test]
    fn letters_set_apart_are_masked_altogether() {
        assert_eq!(mask("f u c k"), "f * * *");
    }

    #[test]
    fn masking_what_is_masked_changes_nothing() {
        for text in ["fuck", "you fucking idiot", "f u c k", "sh1t happens", "holy shit!"] {
            assert_eq!(mask(&mask(text)), mask(text), "{text}");
        }
    }

    #[test]
    fn each_setting_does_what_it_says() {
        let of = |profanity| screen("fuck".into(), profanity, "/text");
        assert_eq!(of(Profanity::Off), Ok(Screened { text: "fuck".into(), is_held: false }));
        assert_eq!(of(Profanity::Mask), Ok(Screened { text: "f***".into(), is_held: false }));
        let refused = Rejection::TextRejected { pointer: "/text".into() };
        assert_eq!(of(Profanity::Reject), Err(refused));
        assert_eq!(of(Profanity::Review), Ok(Screened { text: "fuck".into(), is_held: true }));
    }
}
