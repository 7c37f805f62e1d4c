//! Finds a name that an object of a JSON text has twice.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::body::push_name;

/// The JSON pointer of a field that is there twice; an error if the text is not JSON.
pub fn find(json: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let mut pointer = String::new();
    let mut found = None;
    let mut text = serde_json::Deserializer::from_slice(json);
    Walk { pointer: &mut pointer, found: &mut found }.deserialize(&mut text)?;
    text.end()?;
    Ok(found)
}

/// Walks through a value of any kind.
struct Walk<'a> {
    /// Where the value is.
    pointer: &'a mut String,
    found: &'a mut Option<String>,
}

impl Walk<'_> {
    /// A part of the value, at the end of the pointer.
    fn part(&mut self) -> Walk<'_> {
        Walk { pointer: self.pointer, found: self.found }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        let own = self.pointer.len();
        while let Some(name) = map.next_key::<String>()? {
            push_name(self.pointer, &name);
            if !names.insert(name) && self.found.is_none() {
                *self.found = Some(self.pointer.clone());
            }
            map.next_value_seed(self.part())?;
            self.pointer.truncate(own);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let own = self.pointer.len();
        for index in 0u32.. {
            push_name(self.pointer, &index.to_string());
            let is_over = seq.next_element_seed(self.part())?.is_none();
            self.pointer.truncate(own);
            if is_over {
                break;
            }
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_is_there_twice_is_found_wherever_it_is() {
        let found = |json: &str| find(json.as_bytes()).unwrap();
        assert_eq!(found(r#"{"a": 1, "b": {"a": [null, true, 1.5, -2, "a"]}}"#), None);
        assert_eq!(found(r#"{"a": 1, "a": 1}"#), Some("/a".into()));
        assert_eq!(found(r#"{"a": 1, "\u0061": 2}"#), Some("/a".into()), "another spelling");
        assert_eq!(found(r#"[{"b": [{}, {"c/d": 1, "c/d": 2}]}]"#), Some("/0/b/1/c~1d".into()));
        assert_eq!(found("7"), None);
    }

    #[test]
    fn what_is_no_json_is_an_error_wherever_that_is() {
        for text in ["", "{", "{} x", r#"{"a": 1, "a": 2"#, "[1,]", "\"\u{0}\"", "nul", "1e999"] {
            assert!(find(text.as_bytes()).is_err(), "{text}");
        }
        assert!(find(b"\"\xff\"").is_err());
        assert!(find("[".repeat(10_000).as_bytes()).is_err());
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert!(find(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = find(&bytes);
        }
    }
}
