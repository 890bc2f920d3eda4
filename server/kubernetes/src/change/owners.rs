//! Who owns which field, from `metadata.managedFields`, whose form is described at
//! <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>.

use resources_contract::FieldConflict;
use serde_json::{Map, Value};

/// The name under which the console owns fields.
pub(crate) const MANAGER: &str = "orrery";

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
        self.found.push(FieldConflict {
            manager: self.manager.as_str().unwrap_or("unknown").to_owned(),
            field: self.path.clone(),
        });
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
