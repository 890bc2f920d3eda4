//! Sets of fields, as `managedFields` writes them (`fieldsV1`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::structure::{ListShape, Place, key_of};

/// A set of fields of an object. Children are named as on the wire: `f:image`, `k:{"name":"web"}`, `v:"a"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    /// Whether the element itself is in the set, besides its children.
    this: bool,
    children: BTreeMap<String, FieldSet>,
}

/// Fields that nobody owns: the object's identity and what the server writes.
const SYSTEM_METADATA: &[&str] = &[
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "selfLink",
    "managedFields",
];

impl FieldSet {
    fn leaf() -> Self {
        Self { this: true, children: BTreeMap::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.this && self.children.is_empty()
    }

    fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// All fields of an object that can be owned.
    pub(crate) fn of_object(place: Place<'_>, object: &Value) -> Self {
        let mut set = Self::of(place, object);
        set.this = false;
        set.without_system_fields(place)
    }

    /// The fields without the maps and lists that only hold them: whoever applies owns what they name.
    pub(crate) fn without_containers(mut self) -> Self {
        self.children = self
            .children
            .into_iter()
            .map(|(name, mut set)| {
                set.this &= set.is_leaf() || !name.starts_with("f:");
                (name, set.without_containers())
            })
            .collect();
        self
    }

    fn without_system_fields(mut self, place: Place<'_>) -> Self {
        self.children.remove("f:apiVersion");
        self.children.remove("f:kind");
        if let Some(metadata) = self.children.get_mut("f:metadata") {
            metadata.this = false;
            for field in SYSTEM_METADATA {
                metadata.children.remove(&format!("f:{field}"));
            }
            if metadata.is_empty() {
                self.children.remove("f:metadata");
            }
        }
        for part in ["f:spec", "f:status"] {
            let part = self.children.get_mut(part).filter(|part| !part.children.is_empty());
            if let Some(part) = part.filter(|_| !place.is_custom()) {
                part.this = false;
            }
        }
        self
    }

    fn of(place: Place<'_>, value: &Value) -> Self {
        match value {
            Value::Object(fields) if !fields.is_empty() && !place.is_atomic_map() => Self {
                this: place.has_free_keys(),
                children: fields
                    .iter()
                    .map(|(key, value)| (format!("f:{key}"), Self::of(place.field(key), value)))
                    .collect(),
            },
            Value::Array(list) if !list.is_empty() => match place.list() {
                ListShape::Atomic => Self::leaf(),
                shape => Self {
                    this: true,
                    children: list
                        .iter()
                        .map(|element| {
                            let mut set = Self::of(place.item(), element);
                            set.this = true;
                            (element_name(&shape, element), set)
                        })
                        .collect(),
                },
            },
            _ => Self::leaf(),
        }
    }

    /// The fields of `new` that differ from `old` or are not in it.
    pub(crate) fn changed(place: Place<'_>, old: &Value, new: &Value) -> Self {
        let mut set = Self::difference(place, Some(old), new);
        set.this = false;
        set.without_system_fields(place)
    }

    fn difference(place: Place<'_>, old: Option<&Value>, new: &Value) -> Self {
        let Some(old) = old else { return Self::of(place, new) };
        if old == new {
            return Self::default();
        }
        match (old, new) {
            (Value::Object(before), Value::Object(after)) if !place.is_atomic_map() => Self {
                this: false,
                children: after
                    .iter()
                    .map(|(key, value)| {
                        (format!("f:{key}"), Self::difference(place.field(key), before.get(key), value))
                    })
                    .filter(|(_, set)| !set.is_empty())
                    .collect(),
            },
            (Value::Array(before), Value::Array(after)) => match place.list() {
                ListShape::Atomic => Self::leaf(),
                shape => Self {
                    this: false,
                    children: after
                        .iter()
                        .map(|element| {
                            let name = element_name(&shape, element);
                            let twin = before.iter().find(|one| element_name(&shape, one) == name);
                            let mut set = Self::difference(place.item(), twin, element);
                            set.this = twin.is_none();
                            (name, set)
                        })
                        .filter(|(_, set)| !set.is_empty())
                        .collect(),
                },
            },
            _ => Self::of(place, new),
        }
    }

    /// The fields of this set that the object has.
    pub(crate) fn present_in(&self, place: Place<'_>, value: &Value) -> Self {
        let mut children = BTreeMap::new();
        for (name, set) in &self.children {
            if let Some((place, child)) = descend(place, value, name) {
                let kept = set.present_in(place, child);
                if !kept.is_empty() {
                    children.insert(name.clone(), kept);
                }
            }
        }
        Self { this: self.this, children }
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut children = self.children.clone();
        for (name, set) in &other.children {
            let merged = children.get(name).map_or_else(|| set.clone(), |mine| mine.union(set));
            children.insert(name.clone(), merged);
        }
        Self { this: self.this || other.this, children }
    }

    /// The fields that are in this set and not in the other.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let mut children = BTreeMap::new();
        for (name, set) in &self.children {
            let rest = match other.children.get(name) {
                None => set.clone(),
                Some(theirs) if theirs.is_leaf() && theirs.this && set.is_leaf() => Self::default(),
                Some(theirs) => set.minus(theirs),
            };
            if !rest.is_empty() {
                children.insert(name.clone(), rest);
            }
        }
        Self { this: self.this && !other.this, children }
    }

    /// The paths of all leaves that are in both sets.
    pub(crate) fn common_leaves(&self, other: &Self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        self.walk_common(other, &mut Vec::new(), &mut found);
        found
    }

    fn walk_common(&self, other: &Self, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        for (name, set) in &self.children {
            let Some(theirs) = other.children.get(name) else { continue };
            path.push(name.clone());
            if set.is_leaf() || theirs.is_leaf() {
                if (set.is_leaf() && set.this && theirs.is_leaf() && theirs.this)
                    || set.is_leaf() != theirs.is_leaf()
                {
                    found.push(path.clone());
                }
            } else {
                set.walk_common(theirs, path, found);
            }
            path.pop();
        }
    }

    /// The paths of all members, children before their parents.
    pub(crate) fn members(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        self.walk_members(&mut Vec::new(), &mut found);
        found
    }

    fn walk_members(&self, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        for (name, set) in &self.children {
            path.push(name.clone());
            set.walk_members(path, found);
            if set.this {
                found.push(path.clone());
            }
            path.pop();
        }
    }

    /// Whether anything at or below the path is in the set.
    pub(crate) fn touches(&self, path: &[String]) -> bool {
        match path.split_first() {
            None => !self.is_empty(),
            Some((name, rest)) => self.children.get(name).is_some_and(|set| set.touches(rest)),
        }
    }

    pub(crate) fn remove(&mut self, path: &[String]) {
        match path {
            [] => {}
            [name] => {
                self.children.remove(name);
            }
            [name, rest @ ..] => {
                if let Some(set) = self.children.get_mut(name) {
                    set.remove(rest);
                    if set.is_empty() {
                        self.children.remove(name);
                    }
                }
            }
        }
    }

    /// Reads `fieldsV1`.
    pub(crate) fn from_json(value: &Value) -> Self {
        let mut set = Self::default();
        let Some(fields) = value.as_object() else { return set };
        for (name, value) in fields {
            if name == "." {
                set.this = true;
            } else {
                let mut child = Self::from_json(value);
                if value.as_object().is_none_or(Map::is_empty) {
                    child.this = true;
                }
                set.children.insert(name.clone(), child);
            }
        }
        set
    }

    /// Writes `fieldsV1`.
    pub(crate) fn to_json(&self) -> Value {
        let mut fields = Map::new();
        if self.this && !self.children.is_empty() {
            fields.insert(".".to_owned(), json!({}));
        }
        for (name, set) in &self.children {
            fields.insert(name.clone(), set.to_json());
        }
        Value::Object(fields)
    }
}

/// What a member of a list is called: by its keys, or by itself.
pub(crate) fn element_name(shape: &ListShape, element: &Value) -> String {
    match shape {
        ListShape::Map(keys) => {
            let pairs: Map<String, Value> = keys.iter().cloned().zip(key_of(element, keys)).collect();
            format!("k:{}", Value::Object(pairs))
        }
        _ => format!("v:{element}"),
    }
}

/// The place and value a member's name leads to.
pub(crate) fn descend<'a>(
    place: Place<'a>,
    value: &'a Value,
    name: &'a str,
) -> Option<(Place<'a>, &'a Value)> {
    if let Some(field) = name.strip_prefix("f:") {
        return Some((place.field(field), value.get(field)?));
    }
    let shape = if name.starts_with("k:") { place.list() } else { ListShape::Set };
    let element = value.as_array()?.iter().find(|one| element_name(&shape, one) == name)?;
    Some((place.item(), element))
}

/// The value at a member's path.
pub(crate) fn find<'a>(place: Place<'a>, value: &'a Value, path: &'a [String]) -> Option<&'a Value> {
    match path.split_first() {
        None => Some(value),
        Some((name, rest)) => {
            let (place, child) = descend(place, value, name)?;
            find(place, child, rest)
        }
    }
}

/// Takes the member at a path out of an object.
pub(crate) fn cut(place: Place<'_>, value: &mut Value, path: &[String]) {
    let Some((name, rest)) = path.split_first() else { return };
    if let Some(field) = name.strip_prefix("f:") {
        let Some(fields) = value.as_object_mut() else { return };
        if rest.is_empty() {
            fields.remove(field);
        } else if let Some(child) = fields.get_mut(field) {
            cut(place.field(field), child, rest);
        }
        return;
    }
    let shape = if name.starts_with("k:") { place.list() } else { ListShape::Set };
    let Some(list) = value.as_array_mut() else { return };
    if rest.is_empty() {
        list.retain(|one| element_name(&shape, one) != *name);
    } else if let Some(element) = list.iter_mut().find(|one| element_name(&shape, one) == *name) {
        cut(place.item(), element, rest);
    }
}

/// A path as messages write it: `.spec.containers[name="web"].image`.
pub(crate) fn show(path: &[String]) -> String {
    let mut text = String::new();
    for name in path {
        if let Some(field) = name.strip_prefix("f:") {
            text.push('.');
            text.push_str(field);
        } else if let Some(keys) = name.strip_prefix("k:") {
            let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
            let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
            text.push_str(&format!("[{}]", keys.join(",")));
        } else if let Some(value) = name.strip_prefix("v:") {
            text.push_str(&format!("[={value}]"));
        } else if let Some(index) = name.strip_prefix("i:") {
            text.push_str(&format!("[{index}]"));
        }
    }
    text
}
