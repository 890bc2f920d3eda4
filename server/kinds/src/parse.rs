//! Reading JSON into an [`Object`], and writing it again.

use crate::Object;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Number;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

pub(crate) fn parse(bytes: &[u8]) -> Result<Object<'_>, serde_json::Error> {
    let text = std::str::from_utf8(bytes).map_err(Error::custom)?;
    parse_text(text).map(|(object, _)| object)
}

/// Reads an object, and finds what is left of its text without `metadata.managedFields`.
pub(crate) fn parse_text(text: &str) -> Result<(Object<'_>, Option<Kept<'_>>), serde_json::Error> {
    let skipped = Skipped::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let object = Place { at: At::Top, skipped: &skipped }.deserialize(&mut reader)?;
    reader.end()?;
    let kept = match (skipped.times.get(), skipped.value.get()) {
        (0, _) => Some(Kept { before: text, behind: "" }),
        (1, Some(value)) => cut(text, value),
        _ => None,
    };
    Ok((object, kept))
}

/// The text of an object without its managed fields: what stands before them and what behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    /// What stands before.
    pub before: &'a str,
    /// What stands behind.
    pub behind: &'a str,
}

/// Cuts a value out of a text, with its key and one comma; `None` when its key is written in an odd way.
fn cut<'a>(text: &'a str, value: &'a str) -> Option<Kept<'a>> {
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let before = text.get(..start)?.trim_end().strip_suffix(':')?.trim_end();
    let before = before.strip_suffix("\"managedFields\"")?.trim_end();
    let behind = text.get(start + value.len()..)?;
    Some(match before.strip_suffix(',') {
        Some(before) => Kept { before, behind },
        None => Kept { before, behind: behind.trim_start().strip_prefix(',').unwrap_or(behind) },
    })
}

/// What was skipped while reading.
#[derive(Default)]
struct Skipped<'de> {
    times: Cell<u32>,
    value: Cell<Option<&'de str>>,
}

/// Where in an object the reader is, as far as it matters for skipping `metadata.managedFields`.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Top,
    Metadata,
    Elsewhere,
}

#[derive(Clone, Copy)]
struct Place<'s, 'de> {
    at: At,
    skipped: &'s Skipped<'de>,
}

impl Place<'_, '_> {
    fn below(self, key: &str) -> Self {
        let at = if self.at == At::Top && key == "metadata" { At::Metadata } else { At::Elsewhere };
        Self { at, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, 'de> {
    type Value = Object<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, 'de> {
    type Value = Object<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Object<'de>, E> {
        Ok(Object::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Object<'de>, E> {
        Ok(Object::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Object<'de>, E> {
        Ok(Object::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Object<'de>, E> {
        Ok(Object::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Object<'de>, E> {
        Ok(Number::from_f64(number).map_or(Object::Null, Object::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Object<'de>, E> {
        Ok(Object::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Object<'de>, E> {
        Ok(Object::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Object<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.below(""))? {
            items.push(item);
        }
        Ok(Object::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = access.next_key_seed(Key)? {
            if self.at == At::Metadata && key == "managedFields" {
                let value: &RawValue = access.next_value()?;
                self.skipped.times.set(self.skipped.times.get() + 1);
                self.skipped.value.set(Some(value.get()));
            } else {
                let value = access.next_value_seed(self.below(&key))?;
                pairs.push((key, value));
            }
        }
        Ok(Object::Map(pairs))
    }
}

/// Reads a key without copying it; serde's own `Cow` always copies.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(pairs) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                pairs.iter().try_for_each(|(key, value)| map.serialize_entry(key.as_ref(), value))?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rewritten(text: &str) -> String {
        let mut output = Vec::new();
        Object::parse(text.as_bytes()).unwrap().to_json(&mut output);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn managed_fields_are_skipped_at_the_top_only() {
        let text = r#"{"metadata":{"name":"a","managedFields":[{"x":1}],"uid":"u"},"spec":{"metadata":{"managedFields":[1]}}}"#;

        let kept = r#"{"metadata":{"name":"a","uid":"u"},"spec":{"metadata":{"managedFields":[1]}}}"#;
        assert_eq!(rewritten(text), kept);
    }

    #[test]
    fn what_is_kept_of_the_text_says_what_was_read() {
        for text in [
            r#"{"metadata":{"name":"a","managedFields":[{"x":"]"}],"uid":"u"}}"#,
            r#"{"metadata":{"managedFields":[],"uid":"u"},"spec":{"managedFields":1}}"#,
            r#"{ "metadata" : { "managedFields" : [ 1 , 2 ] } }"#,
            "{\n  \"metadata\": {\n    \"uid\": \"u\" ,\n    \"managedFields\" : null\n  }\n}",
            r#"{"metadata":{"uid":"u"},"note":"managedFields\":"}"#,
        ] {
            let (object, kept) = parse_text(text).unwrap();
            let Kept { before, behind } = kept.unwrap();
            let kept = [before, behind].concat();

            assert_eq!(Object::parse(kept.as_bytes()).unwrap(), object, "{kept}");
            assert!(!kept.contains("managedFields\":[") && kept.len() <= text.len(), "{kept}");
        }
        for odd in [
            r#"{"metadata":{"managed\u0046ields":[1]}}"#,
            r#"{"metadata":{"managedFields":[1],"managedFields":[2]}}"#,
        ] {
            assert_eq!(parse_text(odd).unwrap().1, None, "{odd}");
        }
    }

    #[test]
    fn order_and_whole_numbers_survive() {
        let text = r#"{"z":1,"a":-9223372036854775808,"m":18446744073709551615,"f":0.5,"n":null,"b":[true,false,{}]}"#;

        assert_eq!(rewritten(text), text);
    }

    #[test]
    fn texts_borrow_unless_they_hold_escapes() {
        let object = Object::parse(br#"{"plain":"web","escaped":"a\nb"}"#).unwrap();

        assert!(matches!(object.get("plain"), Some(Object::Text(Cow::Borrowed("web")))));
        assert_eq!(object.text_at("/escaped"), "a\nb");
    }

    #[test]
    fn endless_nesting_is_refused_rather_than_overflowing_the_stack() {
        assert!(Object::parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(Object::parse(br#"{} {}"#).is_err(), "two values are not one object");
    }

    #[test]
    fn paths_find_values_and_stars_find_all_of_them() {
        let object = Object::parse(
            br#"{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"3"}},
                "spec":{"containers":[{"image":"web"},{"name":"no image"},{"image":"log"}]},"data":{"a":"1","b":"2"}}"#,
        )
        .unwrap();
        let each = |path| object.each(path).filter_map(Object::text).collect::<Vec<_>>();

        assert_eq!(object.text_at("/metadata/annotations/deployment.kubernetes.io~1revision"), "3");
        assert_eq!(object.text_at("/spec/containers/2/image"), "log");
        assert_eq!(object.at("/spec/containers/9/image"), None);
        assert_eq!(each("/spec/containers/*/image"), ["web", "log"]);
        assert_eq!(each("/data/*"), ["1", "2"]);
        assert_eq!(each("/spec/containers/0/image"), ["web"]);
        assert_eq!(each("/spec/*/*/missing"), [""; 0]);
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,12}".prop_map(serde_json::Value::String),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
                proptest::collection::btree_map("[a-z/~]{0,6}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_says_what_was_read(value in any_value()) {
            let text = value.to_string();

            let again: serde_json::Value = serde_json::from_str(&rewritten(&text)).unwrap();

            prop_assert_eq!(again, value);
        }
    }
}
