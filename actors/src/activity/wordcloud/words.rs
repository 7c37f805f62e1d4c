//! When two words are the same.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

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
    let spaced = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.trim_matches(|c: char| is_edge(c) || c == ' ').to_owned()
}

/// The form in which look-alike words are the same, made from a key.
#[must_use]
pub(super) fn look(key: &str) -> Box<str> {
    text::look(key).into()
}

/// Whether the text, or a word of it, looks like a banned one: as it is written, or in whatever case.
pub(super) fn is_banned(text: &str, banned_looks: &BTreeSet<Box<str>>) -> bool {
    let is_listed = |key: &str| {
        banned_looks.contains(&look(key))
            || key.split(' ').any(|part| banned_looks.contains(&look(&self::key(part))))
    };
    !banned_looks.is_empty() && (is_listed(&key(text)) || is_listed(&key(&text::shape(text))))
}

/// Accents of Latin, Greek and Cyrillic letters. The marks of other scripts are not accents:
/// without them か and が would be one word, and most words of Hindi another one.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Quotes, brackets and what ends a sentence; not `+ # @`, symbols or emoji, which are part of a
/// word (`c++`, `c#`). `…` and full-width forms are plain ones after NFKC.
fn is_edge(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '!' | '?' | '¡' | '¿' | '-' | '\u{2010}'..='\u{2015}'
            | '"' | '\'' | '`' | '´' | '«' | '»' | '\u{2018}'..='\u{201f}' | '‹' | '›'
            | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>'
            | '、' | '。' | '\u{3008}'..='\u{3011}' | '\u{301d}'..='\u{301f}'
            | '،' | '؛' | '؟'
    )
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
}
