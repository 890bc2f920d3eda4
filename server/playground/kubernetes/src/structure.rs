//! Which lists are maps in disguise: the knowledge behind strategic merge and field ownership.

use serde_json::Value;

use crate::registry::Kind;
use crate::schema::Schema;

/// How a list is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ListShape {
    /// As a whole.
    Atomic,
    /// Every element is its own key.
    Set,
    /// Elements are told apart by these fields, the first of which is the strategic-merge key.
    Map(Vec<String>),
}

/// Lists of built-in kinds whose elements have keys: the list's field, its parent (empty for any), the keys.
const KEYED: &[(&str, &str, &[&str])] = &[
    ("containers", "", &["name"]),
    ("initContainers", "", &["name"]),
    ("ephemeralContainers", "", &["name"]),
    ("volumes", "", &["name"]),
    ("env", "", &["name"]),
    ("volumeMounts", "", &["mountPath"]),
    ("volumeDevices", "", &["devicePath"]),
    ("imagePullSecrets", "", &["name"]),
    ("secrets", "", &["name"]),
    ("hostAliases", "", &["ip"]),
    ("topologySpreadConstraints", "", &["topologyKey", "whenUnsatisfiable"]),
    ("schedulingGates", "", &["name"]),
    ("resourceClaims", "", &["name"]),
    ("resourceClaimStatuses", "", &["name"]),
    ("claims", "resources", &["name"]),
    ("conditions", "status", &["type"]),
    ("addresses", "status", &["type"]),
    ("podIPs", "status", &["ip"]),
    ("ownerReferences", "metadata", &["uid"]),
    ("webhooks", "", &["name"]),
    ("matchConditions", "", &["name"]),
    ("ports", "containers", &["containerPort", "protocol"]),
    ("ports", "initContainers", &["containerPort", "protocol"]),
    ("ports", "ephemeralContainers", &["containerPort", "protocol"]),
    ("drivers", "spec", &["name"]),
];

/// Maps of built-in kinds whose keys are the user's.
const FREE_KEYS: &[&str] = &[
    "labels",
    "annotations",
    "matchLabels",
    "data",
    "stringData",
    "binaryData",
    "limits",
    "requests",
    "hard",
    "used",
    "capacity",
    "allocatable",
    "parameters",
];

/// Maps of built-in kinds that are replaced as a whole: the field and its parent (empty for any).
const ATOMIC_MAPS: &[(&str, &str)] = &[
    ("selector", "spec"),
    ("nodeSelector", ""),
    ("secretKeyRef", ""),
    ("configMapKeyRef", ""),
    ("fieldRef", ""),
    ("resourceFieldRef", ""),
    ("labelSelector", ""),
    ("namespaceSelector", ""),
    ("podSelector", ""),
    ("scaleTargetRef", ""),
    ("roleRef", ""),
    ("claimRef", ""),
    ("involvedObject", ""),
    ("targetRef", ""),
];

/// A place in the structure of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The schema at this place, for custom kinds.
    schema: Option<&'a Value>,
    custom: bool,
    /// The kind's name, which tells a service's ports from others.
    kind: &'a str,
    /// The field this place is the value of, and the field that one is in.
    field: &'a str,
    parent: &'a str,
}

impl<'a> Place<'a> {
    /// The whole object.
    pub(crate) fn root(kind: &'a Kind) -> Self {
        let schema = kind.schemas.get(&kind.version).map(|schema| Schema::root(schema));
        Self { schema, custom: kind.custom, kind: &kind.kind, field: "", parent: "" }
    }

    /// The value of a field.
    pub(crate) fn field(self, name: &'a str) -> Self {
        let schema = self.schema.map(|schema| match schema["properties"].get(name) {
            Some(property) => property,
            None => &schema["additionalProperties"],
        });
        Self { schema, field: name, parent: self.field, ..self }
    }

    /// An element of the list at this place.
    pub(crate) fn item(self) -> Self {
        Self { schema: self.schema.map(|schema| &schema["items"]), ..self }
    }

    /// How the list at this place is merged.
    pub(crate) fn list(self) -> ListShape {
        if self.custom && self.parent != "metadata" {
            return self.schema.map_or(ListShape::Atomic, custom_list);
        }
        if self.field == "finalizers" {
            return ListShape::Set;
        }
        if self.field == "ports" && self.parent == "spec" && self.kind == "Service" {
            return ListShape::Map(vec!["port".to_owned(), "protocol".to_owned()]);
        }
        let keyed = KEYED
            .iter()
            .find(|(field, parent, _)| *field == self.field && (parent.is_empty() || *parent == self.parent));
        keyed.map_or(ListShape::Atomic, |(_, _, keys)| {
            ListShape::Map(keys.iter().map(|&key| key.to_owned()).collect())
        })
    }

    /// Whether the map at this place has keys of the user's choice, so that an empty one means something.
    pub(crate) fn has_free_keys(self) -> bool {
        if self.is_custom() {
            // Whatever the schema says, objects of custom kinds are maps.
            return true;
        }
        FREE_KEYS.contains(&self.field)
    }

    /// Whether this is a part of a custom kind other than its metadata.
    pub(crate) fn is_custom(self) -> bool {
        self.custom && self.parent != "metadata" && self.field != "metadata"
    }

    /// Whether the map at this place has one owner only.
    pub(crate) fn is_atomic_map(self) -> bool {
        if let Some(schema) = self.schema {
            return schema["x-kubernetes-map-type"] == "atomic";
        }
        !self.custom
            && ATOMIC_MAPS
                .iter()
                .any(|(field, parent)| *field == self.field && (parent.is_empty() || *parent == self.parent))
    }
}

fn custom_list(schema: &Value) -> ListShape {
    match schema["x-kubernetes-list-type"].as_str() {
        Some("set") => ListShape::Set,
        Some("map") => {
            let keys = schema["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
            ListShape::Map(keys.filter_map(Value::as_str).map(str::to_owned).collect())
        }
        _ => ListShape::Atomic,
    }
}

/// The values of an element's keys; a protocol that is not named is TCP.
pub(crate) fn key_of(element: &Value, keys: &[String]) -> Vec<Value> {
    keys.iter()
        .map(|key| match &element[key.as_str()] {
            Value::Null if key == "protocol" => "TCP".into(),
            value => value.clone(),
        })
        .collect()
}
