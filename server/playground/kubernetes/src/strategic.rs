//! Strategic merge patches: merge patches that know which lists are maps.

use serde_json::{Map, Value};

use crate::Status;
use crate::structure::{ListShape, Place};

const ORDER: &str = "$setElementOrder/";
const DELETE: &str = "$deleteFromPrimitiveList/";

/// Merges `patch` into `target`.
pub(crate) fn merge(place: Place<'_>, target: &mut Value, patch: &Value) -> Result<(), Status> {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return Ok(());
    };
    match patch.get("$patch").and_then(Value::as_str) {
        Some("replace") => {
            *target = without_directives(&Value::Object(patch.clone()));
            return Ok(());
        }
        Some("delete") => {
            *target = Value::Object(Map::new());
            return Ok(());
        }
        None | Some("merge") => {}
        Some(other) => {
            return Err(Status::bad_request(format!("Unknown patch type found: {other}")));
        }
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let fields = target.as_object_mut().expect("made an object above");
    if let Some(keep) = patch.get("$retainKeys").and_then(Value::as_array) {
        fields.retain(|key, _| keep.iter().any(|one| one == key));
    }
    for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        merge_field(place.field(key), fields, key, value, patch)?;
    }
    for (key, values) in patch {
        if let Some(field) = key.strip_prefix(DELETE)
            && let (Some(list), Some(values)) =
                (fields.get_mut(field).and_then(Value::as_array_mut), values.as_array())
        {
            list.retain(|one| !values.contains(one));
        }
    }
    Ok(())
}

fn merge_field(
    place: Place<'_>,
    fields: &mut Map<String, Value>,
    key: &str,
    value: &Value,
    patch: &Map<String, Value>,
) -> Result<(), Status> {
    match (value, fields.get_mut(key)) {
        (Value::Null, _) => {
            fields.remove(key);
        }
        (Value::Object(_), Some(current)) => merge(place, current, value)?,
        (Value::Array(changes), current) => {
            let mut list = match current {
                Some(Value::Array(list)) => std::mem::take(list),
                _ => Vec::new(),
            };
            merge_list(place, &mut list, changes)?;
            if let Some(order) = patch.get(&format!("{ORDER}{key}")).and_then(Value::as_array) {
                sort(place, &mut list, order);
            }
            fields.insert(key.to_owned(), Value::Array(list));
        }
        (Value::Object(_), None) => {
            let mut fresh = Value::Object(Map::new());
            merge(place, &mut fresh, value)?;
            fields.insert(key.to_owned(), fresh);
        }
        _ => {
            fields.insert(key.to_owned(), value.clone());
        }
    }
    Ok(())
}

fn merge_list(place: Place<'_>, list: &mut Vec<Value>, changes: &[Value]) -> Result<(), Status> {
    if changes.iter().any(|change| change["$patch"] == "replace") {
        *list =
            changes.iter().filter(|change| change["$patch"] != "replace").map(without_directives).collect();
        return Ok(());
    }
    let keys = match place.list() {
        ListShape::Atomic => {
            *list = changes.iter().map(without_directives).collect();
            return Ok(());
        }
        ListShape::Set => {
            for change in changes {
                if !list.contains(change) {
                    list.push(change.clone());
                }
            }
            return Ok(());
        }
        ListShape::Map(keys) => keys,
    };
    let key = keys.first().map(String::as_str).unwrap_or_default();
    let before: Vec<Value> = list.iter().map(|element| element[key].clone()).collect();
    for change in changes {
        let Some(wanted) = change.get(key) else {
            return Err(Status::bad_request(format!(
                "map: {change} does not contain declared merge key: {key}"
            )));
        };
        // Ports of both protocols share a number: the protocol tells them apart where the patch names it.
        let same = |one: &Value| {
            one.get(key) == Some(wanted)
                && keys[1..]
                    .iter()
                    .all(|other| change.get(other).is_none_or(|value| one.get(other) == Some(value)))
        };
        if change["$patch"] == "delete" {
            list.retain(|one| !same(one));
        } else if let Some(current) = list.iter_mut().find(|one| same(one)) {
            merge(place.item(), current, change)?;
        } else {
            let mut fresh = Value::Object(Map::new());
            merge(place.item(), &mut fresh, change)?;
            list.push(fresh);
        }
    }
    take_order(list, changes, key, &before);
    Ok(())
}

/// Elements that a patch names come in its order, and in front of the others unless both were there the other way round.
fn take_order(list: &mut Vec<Value>, changes: &[Value], key: &str, before: &[Value]) {
    let place = |element: &Value| before.iter().position(|known| *known == element[key]);
    let named = |element: &Value| changes.iter().position(|change| change[key] == element[key]);
    let (mut patched, others): (Vec<Value>, Vec<Value>) =
        list.drain(..).partition(|element| named(element).is_some());
    patched.sort_by_key(&named);
    let mut others = others.into_iter().peekable();
    for element in patched {
        let stood_in_front = |other: &Value| place(&element).is_some_and(|own| place(other) < Some(own));
        while let Some(other) = others.next_if(|other| stood_in_front(other)) {
            list.push(other);
        }
        list.push(element);
    }
    list.extend(others);
}

/// Puts a list into the order a patch asks for; elements it does not name keep their places behind their predecessors.
fn sort(place: Place<'_>, list: &mut Vec<Value>, order: &[Value]) {
    let key = match place.list() {
        ListShape::Map(keys) => keys.into_iter().next(),
        _ => None,
    };
    let position = |element: &Value| {
        order.iter().position(|wanted| match &key {
            Some(key) => wanted.get(key) == element.get(key),
            None => wanted == element,
        })
    };
    let mut last = 0;
    let mut ranked: Vec<(usize, Value)> = Vec::with_capacity(list.len());
    for element in list.drain(..) {
        if let Some(position) = position(&element) {
            last = position;
        }
        ranked.push((last, element));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    list.extend(ranked.into_iter().map(|(_, element)| element));
}

fn without_directives(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(key, _)| !key.starts_with('$'))
                .map(|(key, value)| (key.clone(), without_directives(value)))
                .collect(),
        ),
        Value::Array(list) => list.iter().map(without_directives).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::needless_pass_by_value)]
mod tests {
    use super::merge;
    use crate::registry::Registry;
    use crate::structure::Place;
    use serde_json::{Value, json};

    fn patched(mut target: Value, patch: Value) -> Value {
        let registry = Registry::built_in(34);
        let kind = registry.find("deployments.apps").unwrap();
        merge(Place::root(kind), &mut target, &patch).unwrap();
        target
    }

    fn containers(list: Value) -> Value {
        json!({"spec": {"template": {"spec": {"containers": list}}}})
    }

    #[test]
    fn containers_are_merged_by_name() {
        let before = containers(json!([{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]));

        let after = patched(
            before,
            containers(json!([{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}])),
        );

        let expected = json!([
            {"name": "a", "image": "a:1"}, {"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"},
        ]);
        assert_eq!(after, containers(expected));
    }

    #[test]
    fn elements_are_deleted_and_ordered_by_directive() {
        let before = containers(json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]));
        let patch = json!({"spec": {"template": {"spec": {
            "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}],
            "containers": [{"name": "b", "$patch": "delete"}],
        }}}});

        assert_eq!(patched(before, patch), containers(json!([{"name": "c"}, {"name": "a"}])));
    }

    #[test]
    fn lists_without_keys_are_replaced() {
        let before = containers(json!([{"name": "a", "args": ["x", "y"]}]));

        let after = patched(before, containers(json!([{"name": "a", "args": ["z"]}])));

        assert_eq!(after, containers(json!([{"name": "a", "args": ["z"]}])));
    }

    #[test]
    fn null_removes_and_retain_keys_keeps_only_what_it_names() {
        let before =
            json!({"spec": {"paused": true, "strategy": {"type": "RollingUpdate", "rollingUpdate": {}}}});
        let patch =
            json!({"spec": {"paused": null, "strategy": {"$retainKeys": ["type"], "type": "Recreate"}}});

        assert_eq!(patched(before, patch), json!({"spec": {"strategy": {"type": "Recreate"}}}));
    }
}
