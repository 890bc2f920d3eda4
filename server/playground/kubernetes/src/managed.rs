//! `metadata.managedFields`: who wrote which field, and server-side apply, which asks.

use serde_json::{Map, Value, json};

use crate::Status;
use crate::fields::{FieldSet, cut, find, show};
use crate::registry::{Kind, Subresource};
use crate::structure::{ListShape, Place, key_of};
use crate::write::now;

/// One writer's entry.
#[derive(Debug, Clone)]
struct Entry {
    manager: String,
    operation: String,
    api_version: String,
    subresource: Option<String>,
    time: Option<String>,
    fields: FieldSet,
}

impl Entry {
    fn is_by(&self, manager: &str, operation: &str, api_version: &str, subresource: Option<&str>) -> bool {
        self.manager == manager
            && self.operation == operation
            && (operation == "Apply" || self.api_version == api_version)
            && self.subresource.as_deref() == subresource
    }

    fn from_json(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        Self {
            manager: text("manager").unwrap_or_default(),
            operation: text("operation").unwrap_or_default(),
            api_version: text("apiVersion").unwrap_or_default(),
            subresource: text("subresource").filter(|text| !text.is_empty()),
            time: text("time"),
            fields: FieldSet::from_json(&value["fieldsV1"]),
        }
    }

    fn to_json(&self) -> Value {
        let mut entry = json!({
            "manager": self.manager, "operation": self.operation, "apiVersion": self.api_version,
            "fieldsType": "FieldsV1", "fieldsV1": self.fields.to_json(),
        });
        if let Some(time) = &self.time {
            entry["time"] = json!(time);
        }
        if let Some(subresource) = &self.subresource {
            entry["subresource"] = json!(subresource);
        }
        entry
    }

    /// How a conflict names the writer.
    fn describe(&self) -> String {
        let mut text = format!("\"{}\"", self.manager);
        if let Some(subresource) = &self.subresource {
            text.push_str(&format!(" with subresource \"{subresource}\""));
        }
        if self.operation == "Update" {
            text.push_str(&format!(" using {}", self.api_version));
        }
        text
    }
}

fn entries(object: &Value) -> Vec<Entry> {
    let list = object["metadata"]["managedFields"].as_array();
    list.into_iter().flatten().map(Entry::from_json).filter(|entry| !entry.fields.is_empty()).collect()
}

fn store(object: &mut Value, entries: &[Entry]) {
    let list: Vec<Value> =
        entries.iter().filter(|entry| !entry.fields.is_empty()).map(Entry::to_json).collect();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        if list.is_empty() {
            metadata.remove("managedFields");
        } else {
            metadata.insert("managedFields".to_owned(), Value::Array(list));
        }
    }
}

/// Enters an update: the fields that changed belong to `manager` from now on, those that went belong to nobody.
pub(crate) fn record(
    kind: &Kind,
    old: Option<&Value>,
    new: &mut Value,
    manager: &str,
    api_version: &str,
    subresource: Option<Subresource>,
) {
    let place = Place::root(kind);
    let sent = new["metadata"]["managedFields"].as_array();
    let reset = sent.is_some_and(|list| list.is_empty() || list.iter().all(|one| one == &json!({})));
    let mut entries = match old {
        _ if reset => Vec::new(),
        Some(_) if sent.is_some() => entries(new),
        Some(old) => entries(old),
        None => entries(new),
    };
    let subresource = subresource.map(Subresource::path);
    let changed = match old {
        Some(old) => FieldSet::changed(place, old, new),
        None if entries.is_empty() => FieldSet::of_object(place, new),
        None => FieldSet::default(),
    };
    // Fields have other names in versions that a webhook converts.
    let is_comparable = |entry: &Entry| kind.webhook.is_none() || entry.api_version == api_version;
    for entry in entries.iter_mut().filter(|entry| is_comparable(entry)) {
        if !entry.is_by(manager, "Update", api_version, subresource) {
            entry.fields = entry.fields.minus(&changed);
        }
        entry.fields = entry.fields.present_in(place, new);
    }
    if !changed.is_empty() && !reset {
        let mine = entries.iter_mut().find(|entry| entry.is_by(manager, "Update", api_version, subresource));
        match mine {
            Some(entry) => {
                entry.fields = entry.fields.union(&changed);
                entry.time = Some(now());
            }
            None => entries.push(Entry {
                manager: manager.to_owned(),
                operation: "Update".to_owned(),
                api_version: api_version.to_owned(),
                subresource: subresource.map(str::to_owned),
                time: Some(now()),
                fields: changed,
            }),
        }
    }
    store(new, &entries);
}

/// Takes fields from those who wrote them in the stored version, where somebody has changed them in another version.
pub(crate) fn give_up(kind: &Kind, old: &Value, new: &mut Value, written: &str) {
    let (place, stored) = (Place::root(kind), kind.api_version());
    if written == stored || old["apiVersion"] != stored.as_str() {
        return;
    }
    let changed = FieldSet::changed(place, old, new);
    let mut entries = entries(new);
    for entry in entries.iter_mut().filter(|entry| entry.api_version == stored) {
        entry.fields = entry.fields.minus(&changed).present_in(place, new);
    }
    store(new, &entries);
}

/// Whether two `managedFields` say the same, whenever it was.
pub(crate) fn same_but_for_time(one: &Value, other: &Value) -> bool {
    let timeless = |list: &Value| -> Vec<Value> {
        let list = list.as_array().into_iter().flatten().cloned();
        list.map(|mut entry| {
            if let Some(fields) = entry.as_object_mut() {
                fields.remove("time");
            }
            entry
        })
        .collect()
    };
    timeless(one) == timeless(other)
}

/// A wish for server-side apply.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Apply<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) manager: &'a str,
    pub(crate) api_version: &'a str,
    pub(crate) subresource: Option<Subresource>,
    /// Take fields that belong to others.
    pub(crate) force: bool,
}

impl Apply<'_> {
    /// Answers what `live` (none if it does not exist) becomes when `wish` is applied to it.
    pub(crate) fn to(&self, live: Option<&Value>, wish: &Value) -> Result<Value, Status> {
        if wish["metadata"]["managedFields"].as_array().is_some_and(|list| !list.is_empty()) {
            return Err(Status::bad_request("metadata.managedFields must be nil"));
        }
        let wish = &self.written_part(wish);
        let place = Place::root(self.kind);
        let subresource = self.subresource.map(Subresource::path);
        let wished = FieldSet::of_object(place, wish).without_containers();
        let mut entries = live.map(entries).unwrap_or_default();
        let mine = |entry: &Entry| entry.is_by(self.manager, "Apply", "", subresource);

        if let Some(live) = live {
            let conflicts = self.conflicts(&entries, &wished, live, wish);
            if !conflicts.is_empty() && !self.force {
                return Err(refuse(&conflicts));
            }
            for (manager, path) in conflicts {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.describe() == manager) {
                    entry.fields.remove(&path);
                }
            }
        }
        let before = entries.iter().find(|entry| mine(entry)).map(|entry| entry.fields.clone());
        let mut result = live.cloned().unwrap_or_else(|| json!({}));
        merge(place, &mut result, wish);
        if let Some(before) = before {
            let others = entries.iter().filter(|entry| !mine(entry));
            let kept = others.fold(wished.clone(), |kept, entry| kept.union(&entry.fields));
            for path in before.minus(&wished).members() {
                if !kept.touches(&path) {
                    cut(place, &mut result, &path);
                }
            }
        }
        let unchanged = entries.iter().any(|entry| mine(entry) && entry.fields == wished);
        if !unchanged {
            entries.retain(|entry| !mine(entry));
            entries.push(Entry {
                manager: self.manager.to_owned(),
                operation: "Apply".to_owned(),
                api_version: self.api_version.to_owned(),
                subresource: subresource.map(str::to_owned),
                time: Some(now()),
                fields: wished,
            });
        }
        let is_comparable =
            |entry: &Entry| self.kind.webhook.is_none() || entry.api_version == self.api_version;
        for entry in entries.iter_mut().filter(|entry| !mine(entry) && is_comparable(entry)) {
            entry.fields = entry.fields.present_in(place, &result);
        }
        store(&mut result, &entries);
        Ok(result)
    }

    /// The wish without the part this path does not write, which nobody comes to own by wishing for it here.
    fn written_part(&self, wish: &Value) -> Value {
        let mut wish = wish.clone();
        if let Some(fields) = wish.as_object_mut()
            && self.kind.has(Subresource::Status)
        {
            fields.remove(if self.subresource == Some(Subresource::Status) { "spec" } else { "status" });
        }
        wish
    }

    /// The fields somebody else owns to which the wish gives another value.
    fn conflicts(
        &self,
        entries: &[Entry],
        wished: &FieldSet,
        live: &Value,
        wish: &Value,
    ) -> Vec<(String, Vec<String>)> {
        let place = Place::root(self.kind);
        let subresource = self.subresource.map(Subresource::path);
        let mut conflicts = Vec::new();
        let is_comparable =
            |entry: &&Entry| self.kind.webhook.is_none() || entry.api_version == self.api_version;
        let others = entries.iter().filter(|entry| !entry.is_by(self.manager, "Apply", "", subresource));
        for entry in others.filter(is_comparable) {
            for path in wished.common_leaves(&entry.fields) {
                if find(place, live, &path) != find(place, wish, &path) {
                    conflicts.push((entry.describe(), path));
                }
            }
        }
        conflicts.sort();
        conflicts
    }
}

fn refuse(conflicts: &[(String, Vec<String>)]) -> Status {
    let message = if let [(manager, path)] = conflicts {
        format!("Apply failed with 1 conflict: conflict with {manager}: {}", show(path))
    } else {
        let mut lines = Vec::new();
        let mut last = None;
        for (manager, path) in conflicts {
            if last != Some(manager) {
                lines.push(format!("conflicts with {manager}:"));
                last = Some(manager);
            }
            lines.push(format!("- {}", show(path)));
        }
        format!("Apply failed with {} conflicts: {}", conflicts.len(), lines.join("\n"))
    };
    let mut status = Status::new(409, "Conflict", message);
    let causes = conflicts.iter().map(|(manager, path)| {
        json!({
            "reason": "FieldManagerConflict", "message": format!("conflict with {manager}"), "field": show(path),
        })
    });
    status.details = json!({"causes": causes.collect::<Vec<_>>()});
    status
}

/// Merges what is wished into what is there: keyed lists by key, everything else by field.
fn merge(place: Place<'_>, target: &mut Value, wish: &Value) {
    match (target, wish) {
        (Value::Object(fields), Value::Object(wishes)) if !place.is_atomic_map() => {
            for (key, wish) in wishes {
                match fields.get_mut(key) {
                    Some(current) => merge(place.field(key), current, wish),
                    None if wish.is_null() => {}
                    None => {
                        fields.insert(key.clone(), without_nulls(wish));
                    }
                }
            }
        }
        (Value::Array(list), Value::Array(wishes)) => match place.list() {
            ListShape::Atomic => *list = wishes.clone(),
            ListShape::Set => {
                for wish in wishes {
                    if !list.contains(wish) {
                        list.push(wish.clone());
                    }
                }
            }
            ListShape::Map(keys) => {
                for wish in wishes {
                    let key = key_of(wish, &keys);
                    match list.iter_mut().find(|one| key_of(one, &keys) == key) {
                        Some(current) => merge(place.item(), current, wish),
                        None => list.push(without_nulls(wish)),
                    }
                }
            }
        },
        (target, wish) => *target = without_nulls(wish),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
