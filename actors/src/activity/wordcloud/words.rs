//! When two words are the same.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::session::text;

/// The form in which two words are the same word: NFKC, case and accents folded, inner space
/// folded, without punctuation at the edges. Empty where nothing else is there.
///
/// No stemming: `vote` and `votes` are two words in every language, and right in none.
#[must_use]
pub(crate) fn key(text: &str) -> String {
    let folded = caseless::default_case_fold_str(&text.nfkc().collect::<String>());
    let plain: String =
        folded.nfd().filter(|c| !is_accent(*c) && !text::is_joiner(*c)).nfc().collect();
    without_edges(&plain.split_whitespace().collect::<Vec<_>>().join(" ")).to_owned()
}

/// A text without what stands around it.
fn without_edges(text: &str) -> &str {
    let mut inner = text.trim_end_matches(is_edge);
    while let Some(first) = inner.chars().next().filter(|c| is_edge(*c)) {
        let rest = &inner[first.len_utf8()..];
        if rest.starts_with(|c: char| c.general_category_group() == GeneralCategoryGroup::Mark) {
            // It is more than punctuation: the star of a keycap.
            break;
        }
        inner = rest;
    }
    inner
}

/// The form in which look-alike words are the same, made from a key.
#[must_use]
pub(super) fn look(key: &str) -> Box<str> {
    text::look(key).into()
}

/// What a text looks like beside the look of its key: as it is written, where the case hides that
/// (`heII`), and with a capital at the beginning (`ldiot`).
#[must_use]
pub(super) fn other_looks(text: &str, own: &str) -> Box<[Box<str>]> {
    // Most texts have no capital that looks like a small letter.
    let is_plain = text.is_ascii() && !text.contains('I');
    let written = (!is_plain).then(|| look(&key(&text::shape(text))));
    let written = written.filter(|written| **written != *own);
    let capital = [Some(own), written.as_deref()].into_iter().flatten().filter_map(with_capital);
    let mut looks: Vec<Box<str>> = capital.collect();
    looks.extend(written);
    looks.into()
}

/// The look of a word whose capital I looks like the l of this one. Within a word that would be
/// too much: `mail` is not `mall`.
fn with_capital(look: &str) -> Option<Box<str>> {
    look.strip_prefix('l').map(|rest| format!("i{rest}").into())
}

/// How a word looks that is not wanted: in whatever case, and as it is written.
pub(super) fn unwanted_looks(word: &str) -> [Box<str>; 2] {
    [look(&key(word)), look(&key(&text::shape(word)))]
}

/// Whether the text, or a word of it, looks like a banned one.
pub(super) fn is_banned(text: &str, banned_looks: &BTreeSet<Box<str>>) -> bool {
    let looks_banned = |key: &str| {
        let look = look(key);
        let capital = with_capital(&look);
        banned_looks.contains(&look) || capital.is_some_and(|look| banned_looks.contains(&look))
    };
    let is_listed =
        |key: &str| looks_banned(key) || key.split(' ').any(|part| looks_banned(&self::key(part)));
    !banned_looks.is_empty() && (is_listed(&key(text)) || is_listed(&key(&text::shape(text))))
}

/// Accents of Latin, Greek and Cyrillic letters. The marks of other scripts are not accents:
/// without them か and が would be one word, and most words of Hindi another one.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Space, all that Unicode calls punctuation, and what else stands for quotes and brackets; not
/// `+ # @`, symbols or emoji, which are part of a word (`c++`, `c#`, `#tag`). `…` and full-width
/// forms are plain ones after NFKC.
fn is_edge(c: char) -> bool {
    match c {
        ' ' | '`' | '´' | '<' | '>' => true,
        '#' | '@' => false,
        // Emoji all the same.
        '\u{3030}' | '\u{303d}' => false,
        _ => c.general_category_group() == GeneralCategoryGroup::Punctuation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_the_same() {
        let groups: [&[&str]; 16] = [
            &[
                "rust",
                "Rust",
                "RUST",
                "“Rust!”",
                "(rust)",
                "rust…",
                "¡Rust!",
                "- rust -",
                "Ｒｕｓｔ",
            ],
            &["café", "cafe", "CAFE\u{301}", "Café."],
            &["c++", "C++", "c++!", "(C++)"],
            &["c#", "C#."],
            &["c"],
            &["straße", "STRASSE"],
            &["İstanbul", "istanbul"],
            &["❤\u{fe0f}", "❤", "❤!"],
            &["👍"],
            &["👍🏽"],
            &["open  source", "Open Source", " open\tsource? "],
            &["opensource"],
            &["か"],
            &["が", "か\u{3099}", "「が」"],
            &["rock'n'roll", "Rock'n'Roll"],
            &["@ana", "@Ana,"],
        ];
        let keys: Vec<Vec<String>> =
            groups.iter().map(|group| group.iter().map(|text| key(text)).collect()).collect();
        for (group, texts) in keys.iter().zip(groups) {
            assert!(group.iter().all(|key| *key == group[0]), "{texts:?}: {group:?}");
        }
        let different: BTreeSet<&String> = keys.iter().map(|group| &group[0]).collect();
        assert_eq!(different.len(), groups.len(), "{different:?}");
    }

    #[test]
    fn keys_are_the_plain_words() {
        for (text, expected) in [
            ("“Rust!”", "rust"),
            ("C++.", "c++"),
            ("Niño", "nino"),
            ("हिन्दी", "हिन्दी"),
            (".net", "net"),
            ("🎉!", "🎉"),
            ("0", "0"),
            ("*rust*", "rust"),
            ("_rust_", "rust"),
            ("/rust\\", "rust"),
            ("100%", "100"),
            ("&", ""),
            ("•rust", "rust"),
            ("†rust‡", "rust"),
            ("・ラスト・", "ラスト"),
            ("〖錆〗", "錆"),
            ("‚rust„", "rust"),
            ("।हिन्दी॥", "हिन्दी"),
            ("#tag", "#tag"),
            ("@ana!", "@ana"),
            ("r&d", "r&d"),
            ("+1", "+1"),
            ("*\u{fe0f}\u{20e3}", "*\u{20e3}"),
            ("#\u{fe0f}\u{20e3}!", "#\u{20e3}"),
            ("〰", "〰"),
            ("...", ""),
            ("?!", ""),
            ("- -", ""),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
    }

    #[test]
    fn stems_are_kept() {
        assert_ne!(key("vote"), key("votes"));
    }

    #[test]
    fn banned_words_are_found_behind_look_alikes_and_in_phrases_but_not_inside_words() {
        let banned: BTreeSet<Box<str>> =
            ["ass", "Very Bad", "hell"].map(|word| look(&key(word))).into();
        let is_banned = |text: &str| super::is_banned(text, &banned);
        for word in
            ["ass", "ASS!", "àss", "аss", "аѕѕ", "what an (ass), really", "very bad", "heII"]
        {
            assert!(is_banned(word), "{word}");
        }
        for word in ["class", "assess", "bad", "very", "a ss", "not very bad"] {
            assert!(!is_banned(word), "{word}");
        }
    }

    #[test]
    fn capitals_of_banned_words_are_found_behind_what_they_look_like() {
        let banned = |word: &str| -> BTreeSet<Box<str>> { unwanted_looks(word).into() };
        for (word, texts) in [
            ("Idiot", ["ldiot", "1diot", "|diot", "idiot", "IDIOT", "you ldiot!"]),
            ("idiot", ["ldiot", "1diot", "|diot", "idiot", "IDIOT", "you ldiot!"]),
            ("BIll", ["BIll", "bill", "blll", "b1ll", "B|ll", "Bill"]),
            ("НЕLL", ["HELL", "hell", "НЕLL", "heII", "неll", "oh hell"]),
        ] {
            for text in texts {
                assert!(is_banned(text, &banned(word)), "{text} looks like {word}");
            }
        }
        assert!(!is_banned("mall", &banned("mail")), "within a word a small i is no l");
        assert!(!is_banned("kal", &banned("kai")));
    }
}
