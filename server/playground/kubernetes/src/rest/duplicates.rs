//! Keys that occur twice in an object, which readers of JSON pass over in silence.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The paths of all keys below some value that occur more than once.
#[derive(Debug, Default)]
pub(crate) struct Duplicates(Vec<String>);

impl Duplicates {
    /// The paths, such as `spec.containers[0].image`.
    pub(crate) fn into_paths(self) -> Vec<String> {
        self.0
    }

    fn add_below(&mut self, place: &str, inner: Self) {
        self.0.extend(inner.0.into_iter().map(|path| {
            if path.starts_with('[') { format!("{place}{path}") } else { format!("{place}.{path}") }
        }));
    }
}

impl<'de> Deserialize<'de> for Duplicates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Search)
    }
}

struct Search;

impl<'de> Visitor<'de> for Search {
    type Value = Duplicates;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Duplicates, A::Error> {
        let mut found = Duplicates::default();
        let mut keys = HashSet::new();
        while let Some((key, inner)) = map.next_entry::<String, Duplicates>()? {
            found.add_below(&key, inner);
            if !keys.insert(key.clone()) {
                found.0.push(key);
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Duplicates, A::Error> {
        let mut found = Duplicates::default();
        let mut index = 0;
        while let Some(inner) = list.next_element::<Duplicates>()? {
            found.add_below(&format!("[{index}]"), inner);
            index += 1;
        }
        Ok(found)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Duplicates, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Duplicates, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Duplicates::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_unit<E>(self) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }

    fn visit_none<E>(self) -> Result<Duplicates, E> {
        Ok(Duplicates::default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Duplicates;

    #[test]
    fn every_repeated_key_is_found_with_its_path() {
        let json = r#"{"a": 1, "b": {"c": 1, "c": [{"d": null, "d": 2.5}]}, "e": ["x"], "a": true}"#;

        let found: Duplicates = serde_json::from_str(json).unwrap();

        assert_eq!(found.into_paths(), ["b.c[0].d", "b.c", "a"]);
    }
}
