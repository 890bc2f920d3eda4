//! Who owns which field, from `metadata.managedFields`, whose form is described at
//! <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>.

use resources_contract::{FieldConflict, Writing};
use serde_json::{Map, Value};

/// The name under which the console owns fields.
pub(crate) const MANAGER: &str = Writing::CONSOLE;

/// Fields of the live object that others own and that the result lacks or has with another value.
pub(crate) fn taken_over(live: &Value, result: &Value) -> Vec<FieldConflict> {
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array).into_iter().flatten();
    let mut found = Vec::new();
    for entry in entries.filter(|entry| entry["manager"] != MANAGER && entry.get("subresource").is_none()) {
        let Some(fields) = entry["fieldsV1"].as_object() else { continue };
        let mut walk = Walk { manager: &entry["manager"], path: String::new(), found: &mut found };
        walk.descend(fields, live, Some(result));
    }
    found.sort_by(|a, b| (&a.field, &a.manager).cmp(&(&b.field, &b.manager)));
    found.dedup();
    found
}

/// Who changed the object last, and when, as `kubectl at 2026-11-23T05:00:00Z`; controllers that only report do not
/// count.
pub(crate) fn last_change(live: &Value) -> Option<String> {
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array)?;
    let writers = entries.iter().filter(|entry| entry.get("subresource").is_none_or(|part| part == "scale"));
    let newest = writers.max_by_key(|entry| entry["time"].as_str().unwrap_or_default().to_owned())?;
    Some(format!("{} at {}", newest["manager"].as_str()?, newest["time"].as_str()?))
}

struct Walk<'w> {
    manager: &'w Value,
    path: String,
    found: &'w mut Vec<FieldConflict>,
}

impl Walk<'_> {
    fn descend(&mut self, fields: &Map<String, Value>, live: &Value, result: Option<&Value>) {
        for (key, below) in fields {
            let Some((step, live)) = select(key, live) else { continue };
            if is_ignored(&self.path, &step) {
                continue;
            }
            let result = result.and_then(|result| select(key, result)).map(|(_, value)| value);
            let length = self.path.len();
            self.path.push_str(&step);
            match (below.as_object().filter(|below| !below.is_empty()), result) {
                // Owners of parts own those; a lone "." means only that it is there.
                (Some(below), Some(result)) => self.descend(below, live, Some(result)),
                (None, Some(result)) if result == live => {}
                _ => self.report(),
            }
            self.path.truncate(length);
        }
    }

    fn report(&mut self) {
        let manager = self.manager.as_str().unwrap_or("unknown");
        self.found.push(FieldConflict::new(manager, self.path.clone()));
    }
}

/// The part of a value that a key of `fieldsV1` names, and how people write that step.
fn select<'v>(key: &str, value: &'v Value) -> Option<(String, &'v Value)> {
    let (form, rest) = key.split_once(':')?;
    match form {
        "f" => Some((format!(".{rest}"), value.get(rest)?)),
        "k" => {
            let wanted: Map<String, Value> = serde_json::from_str(rest).ok()?;
            let is_it = |item: &&Value| wanted.iter().all(|(key, value)| item.get(key) == Some(value));
            let item = value.as_array()?.iter().find(is_it)?;
            let step: Vec<String> = wanted.iter().map(|(key, value)| format!("{key}={value}")).collect();
            Some((format!("[{}]", step.join(",")), item))
        }
        "v" => {
            let wanted: Value = serde_json::from_str(rest).ok()?;
            let item = value.as_array()?.iter().find(|item| **item == wanted)?;
            Some((format!("[={rest}]"), item))
        }
        "i" => Some((format!("[{rest}]"), value.get(rest.parse::<usize>().ok()?)?)),
        _ => None,
    }
}

/// The value that a path as people write it leads to, as a short text. Paths come from here and from API servers, which
/// write alike: `.spec.containers[name="web"].image`.
pub(crate) fn value_at(object: &Value, path: &str) -> Option<String> {
    let mut value = object;
    let mut rest = path;
    while !rest.is_empty() {
        let step;
        (step, rest) = if rest.starts_with('[') { item(value, rest)? } else { member(value, rest)? };
        value = step;
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let short: String = text.chars().take(VALUE_LENGTH).collect();
    Some(if short.len() < text.len() { format!("{short}…") } else { short })
}

/// Enough to compare two values by eye.
const VALUE_LENGTH: usize = 200;

/// `.name…`. Names may have dots in them, so the longest that fits is meant.
fn member<'v>(value: &'v Value, path: &'v str) -> Option<(&'v Value, &'v str)> {
    let path = path.strip_prefix('.')?;
    let fits = |name: &str| {
        let rest = path.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
    };
    let fitting = value.as_object()?.iter().filter_map(|(name, value)| Some((value, fits(name)?)));
    fitting.min_by_key(|(_, rest)| rest.len())
}

/// `[key="value",…]…`, `[="value"]…` or `[0]…`.
fn item<'v>(value: &'v Value, path: &'v str) -> Option<(&'v Value, &'v str)> {
    let mut is_quoted = false;
    let end = path.char_indices().find_map(|(index, character)| {
        is_quoted ^= character == '"';
        (character == ']' && !is_quoted).then_some(index)
    })?;
    let (inner, rest) = (&path[1..end], &path[end + 1..]);
    let items = value.as_array()?;
    // Compared as JSON: `"1"` and `1` are different values.
    let is_value =
        |item: &&Value, written: &str| serde_json::to_string(item).is_ok_and(|json| json == written);
    let found = if let Some(written) = inner.strip_prefix('=') {
        items.iter().find(|item| is_value(item, written))
    } else if let Ok(index) = inner.parse::<usize>() {
        items.get(index)
    } else {
        let keys = || inner.split(',').filter_map(|pair| pair.split_once('='));
        items.iter().find(|item| {
            keys().all(|(key, written)| item.get(key).is_some_and(|own| is_value(&own, written)))
        })
    };
    Some((found?, rest))
}

/// What no person edits.
fn is_ignored(path: &str, step: &str) -> bool {
    path.is_empty() && step == ".status"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn live() -> Value {
        json!({
            "metadata": {"managedFields": [
                {"manager": "kubectl", "operation": "Apply", "time": "2026-11-23T05:00:00Z", "fieldsV1": {
                    "f:spec": {
                        "f:replicas": {},
                        "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {
                            ".": {}, "f:name": {}, "f:image": {}, "f:args": {},
                            "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}
                        }}}}}}},
                {"manager": "kube-controller-manager", "subresource": "status", "time": "2026-11-23T05:09:00Z",
                 "fieldsV1": {"f:status": {"f:replicas": {}}}},
                {"manager": "orrery", "time": "2026-11-23T05:04:00Z", "fieldsV1": {"f:spec": {"f:paused": {}}}}
            ]},
            "spec": {"replicas": 3, "paused": true, "template": {"spec": {"containers": [
                {"name": "web", "image": "web:1", "args": ["a"], "ports": [{"containerPort": 80, "protocol": "TCP"}]}
            ]}}},
            "status": {"replicas": 3}
        })
    }

    fn fields(result: &Value) -> Vec<String> {
        taken_over(&live(), result)
            .into_iter()
            .map(|conflict| format!("{} {}", conflict.manager, conflict.field))
            .collect()
    }

    #[test]
    fn an_equal_object_takes_nothing_over() {
        assert_eq!(fields(&live()), Vec::<String>::new());
    }

    #[test]
    fn a_path_leads_to_its_value() {
        let mut object = live();
        object["metadata"]["annotations"] = json!({"a.b/c": "x", "a": "y"});
        for (path, expected) in [
            (".spec.replicas", Some("3")),
            (r#".spec.template.spec.containers[name="web"].image"#, Some("web:1")),
            (
                r#".spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].protocol"#,
                Some("TCP"),
            ),
            (r#".spec.template.spec.containers[name="web"].args[="a"]"#, Some("a")),
            (".spec.template.spec.containers[0].args", Some(r#"["a"]"#)),
            (".metadata.annotations.a.b/c", Some("x")),
            (".spec.template.spec.containers[name=\"other\"].image", None),
            (".spec.nothing", None),
            ("spec", None),
            (".spec[", None),
        ] {
            assert_eq!(value_at(&object, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn changed_and_removed_fields_are_named_with_their_owner() {
        let mut result = live();
        result["spec"]["replicas"] = json!(5);
        let container = &mut result["spec"]["template"]["spec"]["containers"][0];
        container["args"] = json!(["b"]);
        container["ports"] = json!([]);
        result["status"] = json!({});

        assert_eq!(
            fields(&result),
            [
                r#"kubectl .spec.replicas"#,
                r#"kubectl .spec.template.spec.containers[name="web"].args"#,
                r#"kubectl .spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]"#,
            ]
        );
    }

    #[test]
    fn a_removed_list_item_is_named_once() {
        let mut result = live();
        result["spec"]["template"]["spec"]["containers"] = json!([{"name": "other"}]);

        assert_eq!(fields(&result), [r#"kubectl .spec.template.spec.containers[name="web"]"#]);
    }

    #[test]
    fn the_consoles_own_fields_are_free_to_change() {
        let mut result = live();
        result["spec"]["paused"] = json!(false);

        assert_eq!(fields(&result), Vec::<String>::new());
    }

    #[test]
    fn the_last_change_is_by_somebody_who_did_more_than_report() {
        assert_eq!(last_change(&live()).as_deref(), Some("orrery at 2026-11-23T05:04:00Z"));
    }
}
