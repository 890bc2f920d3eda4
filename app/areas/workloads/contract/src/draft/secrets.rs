//! What secrets hold, as forms show it.

use super::Draft;
use model::base64;
use serde_json::{Map, Value};

impl Draft {
    /// A draft of objects that exist. What secrets hold stands in it as text, where it is text that a field can show: the cluster
    /// keeps it as it was kept before.
    pub fn of_existing(mut objects: Vec<Value>) -> Self {
        let secrets =
            objects.iter_mut().filter(|object| object["kind"] == "Secret" && object["apiVersion"] == "v1");
        secrets.for_each(show);
        Self { objects }
    }
}

fn show(secret: &mut Value) {
    let Some(object) = secret.as_object_mut() else { return };
    let Some(Value::Object(data)) = object.remove("data") else { return };
    let (mut texts, mut others) = (Map::new(), Map::new());
    for (key, value) in data {
        let bytes = value.as_str().and_then(base64::decode);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        // Browsers drop this letter from what stands in a field, and from what they send.
        match text.filter(|text| !text.contains('\0')) {
            Some(text) => texts.insert(key, Value::from(text)),
            None => others.insert(key, value),
        };
    }
    for (part, values) in [("data", others), ("stringData", texts)] {
        if !values.is_empty() {
            object.insert(part.to_owned(), Value::Object(values));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_a_secret_are_texts_where_they_can_be() {
        let data = json!({"password": "aHVudGVyMg==", "picture": "/9j/", "key": "AAECAw==", "empty": ""});
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": data});
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "aHVudGVyMg=="}});

        let draft = Draft::of_existing(vec![secret, map.clone()]);

        assert_eq!(draft.at(0, "stringData"), Some(&json!({"password": "hunter2", "empty": ""})));
        assert_eq!(draft.at(0, "data"), Some(&json!({"picture": "/9j/", "key": "AAECAw=="})));
        assert_eq!(draft.objects[1], map);
        let bare = json!({"apiVersion": "v1", "kind": "Secret"});
        assert_eq!(Draft::of_existing(vec![bare.clone()]).objects, [bare]);
    }
}
