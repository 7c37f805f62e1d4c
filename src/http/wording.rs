//! Says in the words of JSON what does not fit. The libraries say it in those of the code, and
//! repeat what they were given, however long it is.

/// Characters of a message, or of a name in a pointer, that come from outside.
const LONGEST: usize = 200;

/// The message about a value that does not fit.
#[must_use]
pub fn detail(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or_default();
    let expected = || message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let kind = message.split([':', ' ', ',']).next().unwrap_or_default();
    match (kind, expected()) {
        ("invalid", Some(expected)) => format!("must be {}", shape(expected)),
        ("unknown", Some(expected)) if message.starts_with("unknown variant") => {
            format!("must be {expected}")
        }
        ("unknown", _) if message.starts_with("unknown field") => unknown_field(message),
        ("data", _) if message.contains("untagged") => "has none of the forms it may have".into(),
        ("UUID", _) => "must be a UUID".into(),
        ("invalid", None) if message.contains("digit found in string") => {
            "must be a whole number".into()
        }
        ("provided", _) if message.contains("`true` or `false`") => "must be true or false".into(),
        ("number" | "cannot", _) if message.contains("integer") || message.contains("number") => {
            "must be a whole number in its range".into()
        }
        _ => shortened(message),
    }
}

/// What a value should have been.
fn shape(expected: &str) -> String {
    let kind = expected.split(' ').next().unwrap_or_default();
    let word = match kind {
        "struct" | "map" | "internally" | "adjacently" => "an object",
        "tuple" if expected.contains("elements") => "an array of the right length",
        "tuple" | "unit" | "enum" | "variant" | "newtype" | "string" => "of another type",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more, in its range",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number in its range",
        "f32" | "f64" => "a number",
        "array" | "sequence" => "an array",
        "option" => "a value or null",
        _ if expected == "a map" => "an object",
        _ if expected == "a sequence" => "an array",
        _ if expected == "any valid JSON value" => "a JSON value",
        _ => return shortened(expected),
    };
    word.to_owned()
}

/// Which field is unknown, and which are known.
fn unknown_field(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((unknown, known)) => {
            format!("{}, there is {}", shortened(unknown), known.trim_start_matches("one of "))
        }
        None => shortened(message),
    }
}

/// As much of a text as anybody reads.
#[must_use]
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_is_wanted_and_not_how_it_is_made() {
        for (message, said) in [
            ("invalid type: null, expected struct LogIn at line 1 column 4", "must be an object"),
            ("invalid type: string \"7, expected x\", expected u32", WHOLE),
            ("invalid value: integer `-1`, expected u32", WHOLE),
            ("invalid type: floating point `1.5`, expected a string", "must be a string"),
            ("invalid type: map, expected a sequence", "must be an array"),
            ("invalid length 3, expected tuple struct X with 2 elements", ARRAY),
            ("unknown variant `x`, expected one of `a`, `b`", "must be one of `a`, `b`"),
            ("unknown variant `x`, expected `a` or `b`", "must be `a` or `b`"),
            ("unknown field `x`, expected `a`", "unknown field `x`, there is `a`"),
            ("unknown field `x`, there are no fields", "unknown field `x`, there are no fields"),
            ("missing field `name` at line 1 column 2", "missing field `name`"),
            (
                "data did not match any variant of untagged enum Deck",
                "has none of the forms it may have",
            ),
            ("UUID parsing failed: invalid length: 1", "must be a UUID"),
            ("invalid digit found in string", "must be a whole number"),
        ] {
            assert_eq!(detail(message), said, "{message}");
        }
        let long = format!("unknown field `{}`, expected `a`", "x".repeat(10_000));
        assert!(detail(&long).len() < 300);
        assert!(shortened(&"é".repeat(10_000)).chars().count() == LONGEST + 1);
    }

    const WHOLE: &str = "must be a whole number, zero or more, in its range";
    const ARRAY: &str = "must be an array of the right length";
}
