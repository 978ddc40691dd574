//! Reads one JSON text strictly: no key twice, no fraction, nothing behind it, every text in NFC.
//! What the keys mean is for `crates/cli/src/asking/sent.rs`.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use tsuho_core::value::parse::Written;
use unicode_normalization::UnicodeNormalization as _;

/// Reads a text; how deep it may nest is bounded by the reader of JSON itself, at 128.
pub(crate) fn read(text: &[u8]) -> Result<Written, serde_json::Error> {
    serde_json::from_slice::<Strict>(text).map(|strict| strict.0)
}

/// Returns what is written with every text in NFC.
pub(crate) fn normalised(written: Written) -> Written {
    match written {
        Written::Nothing | Written::Boolean(_) | Written::Integer(_) => written,
        Written::Text(text) => Written::Text(text.nfc().collect()),
        Written::List(items) => Written::List(items.into_iter().map(normalised).collect()),
        Written::Map(entries) => {
            let entries = entries.into_iter();
            Written::Map(
                entries
                    .map(|(key, value)| (key.nfc().collect(), normalised(value)))
                    .collect(),
            )
        }
    }
}

/// Returns what is written as JSON with its keys in order, so that the order in which somebody wrote them means nothing.
pub(crate) fn ordered(written: &Written) -> Value {
    match written {
        Written::Nothing => Value::Null,
        Written::Boolean(value) => Value::Bool(*value),
        Written::Integer(value) => Value::from(*value),
        Written::Text(text) => Value::from(text.as_str()),
        Written::List(items) => items.iter().map(ordered).collect(),
        Written::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            let entries = entries.into_iter();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), ordered(value)))
                    .collect::<Map<_, _>>(),
            )
        }
    }
}

struct Strict(Written);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list, a text, a whole number, `true`, `false` or `null`")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Written::Nothing))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Written::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(Written::Integer(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Strict, E> {
        i64::try_from(value)
            .map(|value| Strict(Written::Integer(value)))
            .map_err(|_| E::custom(format!("`{value}` is too large")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(Written::Text(value.nfc().collect())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Strict(Written::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
        let (mut entries, mut keys) = (Vec::new(), BTreeSet::new());
        while let Some(key) = access.next_key::<String>()? {
            let key: String = key.nfc().collect();
            if !keys.insert(key.clone()) {
                return Err(A::Error::custom(format!("key `{key}` stands twice")));
            }
            let Strict(value) = access.next_value()?;
            entries.push((key, value));
        }
        Ok(Strict(Written::Map(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        let planted = [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            "{\"\u{e9}\":1,\"e\u{301}\":2}",
            r#"{"a":1.0}"#,
            r#"{"a":1e2}"#,
            r#"{"a":9223372036854775808}"#,
            r#"{"a":1} {"b":2}"#,
            r#"{"a":NaN}"#,
            r"{'a':1}",
            r#"{"a":1,}"#,
            "",
            "\u{feff}{}",
        ];
        let caught = planted
            .iter()
            .filter(|text| read(text.as_bytes()).is_err())
            .count();
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes()).is_err());
        assert!(read(b"\xff").is_err());
        println!("planted {}, caught {}", planted.len() + 2, caught + 2);
        assert_eq!(caught, planted.len());
    }

    #[test]
    fn the_order_of_keys_means_nothing_and_their_values_do() {
        let one = |text: &str| ordered(&read(text.as_bytes()).expect("JSON")).to_string();
        assert_eq!(
            one(r#"{"a":[1,null],"b":"é"}"#),
            one(r#"{ "b":"\u00e9", "a":[1, null] }"#)
        );
        assert_ne!(one(r#"{"a":1}"#), one(r#"{"a":"1"}"#));
        assert_eq!(one("\"e\u{301}\""), one("\"\u{e9}\""));
    }
}
