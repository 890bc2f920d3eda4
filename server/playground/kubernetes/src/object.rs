//! One stored object: its JSON as it is sent, and the few facts looked up without parsing it.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::registry::Kind;

/// An object at one version. The JSON is kept as bytes which all readers share.
#[derive(Debug)]
pub struct Object {
    json: Bytes,
    /// Where `"metadata":` begins: everything before is `{"kind":"…","apiVersion":"…",`.
    head: usize,
    name: Box<str>,
    namespace: Option<Box<str>>,
    uid: Box<str>,
    resource_version: u64,
    labels: Box<[(Box<str>, Box<str>)]>,
    selectable: Box<[Box<str>]>,
    owners: Box<[Box<str>]>,
    deleting: bool,
}

impl Object {
    /// Serialises `value`, whose metadata must be complete.
    pub(crate) fn encode(kind: &Kind, value: &Value, resource_version: u64) -> Self {
        let stored = kind.api_version();
        // Where a webhook converts, objects stay in the version they were written in.
        let sent = value["apiVersion"].as_str().filter(|_| kind.webhook.is_some());
        let (json, head) = serialise(value, &kind.kind, sent.unwrap_or(&stored), Some(resource_version));
        let metadata = &value["metadata"];
        let text = |key: &str| metadata[key].as_str().unwrap_or_default();
        let selectable = kind.selectable.iter().map(|field| field.read(value).into()).collect();
        Self {
            json,
            head,
            name: text("name").into(),
            namespace: metadata["namespace"].as_str().filter(|name| !name.is_empty()).map(Into::into),
            uid: text("uid").into(),
            resource_version,
            labels: pairs(&metadata["labels"]),
            selectable,
            owners: owner_uids(metadata).map(Into::into).collect(),
            deleting: metadata["deletionTimestamp"].is_string(),
        }
    }

    /// The same object as it would be at another version.
    pub(crate) fn at_version(&self, kind: &Kind, resource_version: u64) -> Self {
        Self::encode(kind, &self.parse(), resource_version)
    }

    /// The version in which the object is written down.
    pub(crate) fn api_version(&self) -> &str {
        let head = std::str::from_utf8(&self.json[..self.head]).unwrap_or_default();
        // What precedes the metadata ends with it, a quotation mark and a comma.
        head.rsplit('"').nth(1).unwrap_or_default()
    }

    /// The whole object as JSON, in its kind's storage version.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// The JSON from `"metadata":` on, to be put behind another head.
    pub(crate) fn body(&self) -> Bytes {
        self.json.slice(self.head..)
    }

    /// The object as a tree that may be changed. This parses; keep the result when it is used twice.
    pub fn parse(&self) -> Value {
        serde_json::from_slice(&self.json).expect("the bytes were serialised from a value")
    }

    /// The object's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The namespace, or none for objects of the whole cluster.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The identity that survives changes but not deletion.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The version of the whole store at which this object was written.
    pub fn resource_version(&self) -> u64 {
        self.resource_version
    }

    /// The value of one label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| &**name == key).map(|(_, value)| &**value)
    }

    /// Whether somebody asked for its deletion, and something still holds it.
    pub fn is_deleting(&self) -> bool {
        self.deleting
    }

    /// The values of the kind's selectable fields, in the kind's order.
    pub(crate) fn selectable(&self) -> &[Box<str>] {
        &self.selectable
    }

    /// The uids of all owners.
    pub(crate) fn owners(&self) -> &[Box<str>] {
        &self.owners
    }

    /// The key under which the object is stored.
    pub(crate) fn key(&self) -> String {
        key(self.namespace(), self.name())
    }
}

/// The storage key: `namespace/name`, which sorts as etcd sorts.
pub(crate) fn key(namespace: Option<&str>, name: &str) -> String {
    format!("{}/{name}", namespace.unwrap_or_default())
}

/// The uids of the owners named in `metadata`.
pub(crate) fn owner_uids(metadata: &Value) -> impl Iterator<Item = &str> {
    metadata["ownerReferences"].as_array().into_iter().flatten().filter_map(|owner| owner["uid"].as_str())
}

fn pairs(labels: &Value) -> Box<[(Box<str>, Box<str>)]> {
    let labels = labels.as_object().into_iter().flatten();
    labels.filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into()))).collect()
}

/// Writes `kind`, `apiVersion` and `metadata` first, then the rest in its order. Answers the bytes and where
/// `"metadata":` begins.
pub(crate) fn serialise(
    value: &Value,
    kind: &str,
    api_version: &str,
    resource_version: Option<u64>,
) -> (Bytes, usize) {
    let mut json = head(kind, api_version).into_bytes();
    let start = json.len();
    let empty = Map::new();
    let fields = value.as_object().unwrap_or(&empty);
    json.extend_from_slice(b"\"metadata\":");
    write_metadata(&mut json, fields.get("metadata"), resource_version);
    for (key, field) in
        fields.iter().filter(|(key, _)| !matches!(key.as_str(), "kind" | "apiVersion" | "metadata"))
    {
        json.push(b',');
        write(&mut json, key);
        json.push(b':');
        write(&mut json, field);
    }
    json.push(b'}');
    (Bytes::from(json), start)
}

/// `{"kind":"…","apiVersion":"…",`
pub(crate) fn head(kind: &str, api_version: &str) -> String {
    format!("{{\"kind\":\"{kind}\",\"apiVersion\":\"{api_version}\",")
}

fn write_metadata(json: &mut Vec<u8>, metadata: Option<&Value>, resource_version: Option<u64>) {
    json.push(b'{');
    let mut first = true;
    for (key, field) in metadata.and_then(Value::as_object).into_iter().flatten() {
        if key == "resourceVersion" && resource_version.is_some() {
            continue;
        }
        if !first {
            json.push(b',');
        }
        first = false;
        write(json, key);
        json.push(b':');
        write(json, field);
    }
    if let Some(version) = resource_version {
        if !first {
            json.push(b',');
        }
        json.extend_from_slice(format!("\"resourceVersion\":\"{version}\"").as_bytes());
    }
    json.push(b'}');
}

fn write(json: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    serde_json::to_writer(json, value).expect("JSON values and strings can always be written to memory");
}
