//! What config maps and secrets hold, key by key.

use crate::caller::ForCaller;
use crate::change::{ReadManifest, read_value};
use model::{ConsoleError, ResourceRef, base64};
use resources_contract::{DataEntry, DataValue};
use serde_json::Value;

impl ForCaller {
    /// What a config map or a secret holds now, read as the caller.
    pub(crate) async fn read_data(
        &self,
        resource: ResourceRef,
        reveal: bool,
    ) -> Result<Vec<DataEntry>, ConsoleError> {
        let is_secret = match resource.kind.as_str() {
            "configmaps" => false,
            "secrets" => true,
            _ => return Err(ConsoleError::invalid("resource", "is neither a config map nor a secret")),
        };
        let (cluster, served) = self.served(&resource.cluster, &resource.kind).await?;
        // Of a config map nothing is hidden, so that nothing is revealed.
        let action = ReadManifest { served, resource, reveal: reveal && is_secret };
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        let (value, _) = read_value(&cluster, &granted).await?;
        Ok(if is_secret { of_secret(&value, reveal) } else { of_config_map(&value) })
    }

    /// The bytes that a key of a config map holds, read as the caller.
    pub async fn config_value(&self, map: ResourceRef, key: &str) -> Result<Vec<u8>, ConsoleError> {
        if map.kind.as_str() != "configmaps" {
            return Err(ConsoleError::not_found(&map));
        }
        let missing = ConsoleError::missing(format!("{map}: {key}"));
        let (cluster, served) = self.served(&map.cluster, &map.kind).await?;
        let action = ReadManifest { served, resource: map, reveal: false };
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        let (value, _) = read_value(&cluster, &granted).await?;
        bytes_of(&value, key).ok_or(missing)
    }
}

fn of_config_map(object: &Value) -> Vec<DataEntry> {
    let texts = pairs(object, "data").map(|(key, text)| DataEntry {
        key: key.clone(),
        size_bytes: text.len() as u64,
        value: shown(text.as_bytes().to_vec()),
    });
    let bytes = pairs(object, "binaryData").map(|(key, text)| DataEntry {
        key: key.clone(),
        size_bytes: base64::decode(text).unwrap_or_default().len() as u64,
        value: DataValue::Bytes,
    });
    let mut entries: Vec<DataEntry> = texts.chain(bytes).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

/// What a key of a config map holds, which is a text or bytes.
fn bytes_of(map: &Value, key: &str) -> Option<Vec<u8>> {
    let text = map["data"][key].as_str().map(|text| text.as_bytes().to_vec());
    text.or_else(|| base64::decode(map["binaryData"][key].as_str()?))
}

fn of_secret(object: &Value, reveal: bool) -> Vec<DataEntry> {
    let entry = |(key, text): (&String, &str)| {
        let bytes = base64::decode(text).unwrap_or_default();
        let size_bytes = bytes.len() as u64;
        let value = match reveal {
            true => shown(bytes),
            false => DataValue::Hidden,
        };
        DataEntry { key: key.clone(), size_bytes, value }
    };
    let mut entries: Vec<DataEntry> = pairs(object, "data").map(entry).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

/// Bytes as a text, where a page can show them as one: browsers drop this letter, and with it a text that is nothing else.
fn shown(bytes: Vec<u8>) -> DataValue {
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => DataValue::Text(text),
        _ => DataValue::Bytes,
    }
}

fn pairs<'o>(object: &'o Value, part: &str) -> impl Iterator<Item = (&'o String, &'o str)> + use<'o> {
    let all = object[part].as_object().into_iter().flatten();
    all.map(|(key, value)| (key, value.as_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(entries: Vec<DataEntry>) -> Vec<(String, u64, DataValue)> {
        entries.into_iter().map(|entry| (entry.key, entry.size_bytes, entry.value)).collect()
    }

    #[test]
    fn values_of_a_secret_are_told_as_texts_to_who_asks_for_them() {
        let secret = json!({"data": {"password": "aHVudGVyMg==", "picture": "/9j/"}});
        let text = DataValue::Text("hunter2".to_owned());

        let shown = told(of_secret(&secret, true));
        let hidden = told(of_secret(&secret, false));

        assert_eq!(shown, [("password".to_owned(), 7, text), ("picture".to_owned(), 3, DataValue::Bytes)]);
        let expected = [("password", 7), ("picture", 3)];
        assert_eq!(hidden, expected.map(|(key, size)| (key.to_owned(), size, DataValue::Hidden)));
        assert_eq!(of_secret(&json!({}), true), []);
        let key = json!({"data": {"key": "AAECAw=="}});
        assert_eq!(told(of_secret(&key, true)), [("key".to_owned(), 4, DataValue::Bytes)]);
    }

    #[test]
    fn a_config_map_holds_texts_and_bytes() {
        let map = json!({"data": {"b": "two"}, "binaryData": {"a": "/9j/"}});

        let text = DataValue::Text("two".to_owned());
        assert_eq!(
            told(of_config_map(&map)),
            [("a".to_owned(), 3, DataValue::Bytes), ("b".to_owned(), 3, text)]
        );
        assert_eq!(bytes_of(&map, "a"), Some(vec![0xff, 0xd8, 0xff]));
        assert_eq!(bytes_of(&map, "b"), Some(b"two".to_vec()));
        assert_eq!(bytes_of(&map, "c"), None);
    }
}
