//! What an export's file is called.

use std::fmt::Write as _;

use caja_actors::session::Session;
use unicode_normalization::UnicodeNormalization;

use super::Format;

/// Keeps names shorter than any file system's limit.
const STEM_MAX: usize = 60;

/// A file's name: the session's name and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// Lower-case letters, digits and hyphens.
    pub plain: String,
    /// The name as it was given, but for what no file may be called.
    full: String,
}

impl FileName {
    #[must_use]
    pub fn of(session: &Session, format: Format) -> Self {
        Self::build(&session.header().name, session.code(), format)
    }

    fn build(name: &str, code: &str, format: Format) -> Self {
        let end = format!("-{code}.{}", format.extension());
        let full: String = name.chars().map(|c| if is_special(c) { '-' } else { c }).collect();
        let full: String = full.trim_matches(['.', ' ']).chars().take(STEM_MAX).collect();
        Self { plain: slug(name) + &end, full: full + &end }
    }

    /// The value of `Content-Disposition` (RFC 6266) for a file to be saved.
    #[must_use]
    pub fn disposition(&self) -> String {
        let mut value = format!("attachment; filename=\"{}\"; filename*=UTF-8''", self.plain);
        for byte in self.full.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                value.push(char::from(byte));
            } else {
                write!(value, "%{byte:02X}").expect("memory takes it");
            }
        }
        value
    }
}

/// Letters without their accents and digits; a hyphen for anything between them.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(STEM_MAX);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "session".to_owned() } else { slug.to_owned() }
}

/// What some file system refuses, or a header can't hold.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_in_headers_and_on_disks() {
        let long = "x".repeat(200);
        for (name, plain, full) in [
            ("All hands", "all-hands", "All%20hands"),
            ("Café № 5!", "cafe-no-5", "Caf%C3%A9%20%E2%84%96%205%21"),
            ("渚", "session", "%E6%B8%9A"),
            ("../../etc/passwd", "etc-passwd", "-..-etc-passwd"),
            ("a\"; b=\r\nc", "a-b-c", "a-%3B%20b%3D--c"),
            ("-- =1 --", "1", "--%20%3D1%20--"),
            (&long, &long[..60], &long[..60]),
        ] {
            let value = FileName::build(name, "123456", Format::Csv).disposition();
            let expected = format!(
                "attachment; filename=\"{plain}-123456.csv\"; filename*=UTF-8''{full}-123456.csv"
            );
            assert_eq!(value, expected);
        }
    }
}
