//! What `kubectl get` shows: the cells of the built-in kinds' tables.

mod governing;
mod network;
mod storage;
mod workloads;

use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use governing::*;
pub(crate) use network::*;
pub(crate) use storage::*;
pub(crate) use workloads::*;

pub(crate) use super::pod_cells::{pod_ready, pod_restarts, pod_status, readiness_gates};

const NONE: &str = "<none>";
const UNSET: &str = "<unset>";

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn or(object: &Value, pointer: &str, otherwise: &str) -> Value {
    match object.pointer(pointer) {
        None | Some(Value::Null) => json!(otherwise),
        Some(Value::String(text)) if text.is_empty() => json!(otherwise),
        Some(Value::String(text)) => json!(text),
        Some(other) => json!(other.to_string()),
    }
}

/// The value, or `<none>`.
pub(crate) fn or_none(object: &Value, pointer: &str) -> Value {
    or(object, pointer, NONE)
}

/// The value, or `<unset>`.
pub(crate) fn or_unset(object: &Value, pointer: &str) -> Value {
    or(object, pointer, UNSET)
}

/// The value, or `N/A`.
pub(crate) fn or_not_applicable(object: &Value, pointer: &str) -> Value {
    or(object, pointer, "N/A")
}

/// The number, or 0.
pub(crate) fn or_zero(object: &Value, pointer: &str) -> Value {
    json!(object.pointer(pointer).and_then(Value::as_i64).unwrap_or(0))
}

/// `true` or `false`, the latter when absent.
pub(crate) fn boolean(object: &Value, pointer: &str) -> Value {
    boolean_or(object, pointer, false)
}

/// `true` or `false`.
pub(crate) fn boolean_or(object: &Value, pointer: &str, otherwise: bool) -> Value {
    let value = object.pointer(pointer).and_then(Value::as_bool).unwrap_or(otherwise);
    json!(if value { "True" } else { "False" }.to_lowercase())
}

/// `2/3`.
pub(crate) fn ratio(object: &Value, part: &str, whole: &str) -> Value {
    let number = |pointer| object.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
    json!(format!("{}/{}", number(part), number(whole)))
}

/// How many elements a list has.
pub(crate) fn count(object: &Value, pointer: &str) -> Value {
    json!(list(object, pointer).len())
}

/// How many keys some maps have together.
pub(crate) fn count_keys(object: &Value, fields: &[&str]) -> Value {
    json!(
        fields.iter().filter_map(|field| object[*field].as_object()).map(serde_json::Map::len).sum::<usize>()
    )
}

/// The elements of a list of texts, joined by commas.
pub(crate) fn joined(object: &Value, pointer: &str) -> Value {
    let texts: Vec<&str> = list(object, pointer).iter().filter_map(Value::as_str).collect();
    json!(if texts.is_empty() { UNSET.to_owned() } else { texts.join(",") })
}

/// The time since the moment at `pointer`, or `<none>`.
pub(crate) fn since_or_none(object: &Value, pointer: &str) -> Value {
    json!(age(text(object, pointer)).unwrap_or_else(|| NONE.to_owned()))
}

/// The time since the moment, in kubectl's short form.
pub(crate) fn age(moment: &str) -> Option<String> {
    let moment: Timestamp = moment.parse().ok()?;
    Some(short_duration(Timestamp::now().as_second() - moment.as_second()))
}

/// A duration as kubectl writes it: two units while the number is small.
pub(crate) fn short_duration(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    let pair = |large: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 { format!("{large}{unit}") } else { format!("{large}{unit}{small}{small_unit}") }
    };
    match seconds {
        ..=0 => "0s".to_owned(),
        _ if seconds < 120 => format!("{seconds}s"),
        _ if minutes < 10 => pair(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => pair(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => pair(days, 'd', hours % 24, 'h'),
        _ if days < 730 => format!("{days}d"),
        _ if days < 2920 => pair(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// `a=b,c=d`, or `<none>`.
pub(crate) fn labels(labels: &Value) -> Value {
    let pairs: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    json!(if pairs.is_empty() { NONE.to_owned() } else { pairs.join(",") })
}

/// A label selector in the notation of `-l`.
pub(crate) fn label_selector(selector: &Value) -> Value {
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        parts.push(format!("{key}={}", value.as_str().unwrap_or_default()));
    }
    for expression in list(selector, "/matchExpressions") {
        let key = text(expression, "/key");
        let values: Vec<&str> = list(expression, "/values").iter().filter_map(Value::as_str).collect();
        parts.push(match text(expression, "/operator") {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        });
    }
    json!(if parts.is_empty() { NONE.to_owned() } else { parts.join(",") })
}

/// The selector of a workload.
pub(crate) fn selector(object: &Value) -> Value {
    label_selector(&object["spec"]["selector"])
}

/// The node selector of a daemon set.
pub(crate) fn node_selector(object: &Value) -> Value {
    labels(&object["spec"]["template"]["spec"]["nodeSelector"])
}

/// The names of the containers of a workload's template.
pub(crate) fn containers(object: &Value) -> Value {
    container_names(&object["spec"]["template"]["spec"])
}

/// The images of the containers of a workload's template.
pub(crate) fn images(object: &Value) -> Value {
    container_images(&object["spec"]["template"]["spec"])
}

/// The names of the containers of a pod specification.
pub(crate) fn container_names(specification: &Value) -> Value {
    each(list(specification, "/containers"), "/name")
}

/// The images of the containers of a pod specification.
pub(crate) fn container_images(specification: &Value) -> Value {
    each(list(specification, "/containers"), "/image")
}

fn each(items: &[Value], pointer: &str) -> Value {
    json!(items.iter().map(|item| text(item, pointer)).collect::<Vec<_>>().join(","))
}

/// What an object in deletion shows instead of its phase.
pub(crate) fn phase_or_terminating(object: &Value) -> Value {
    if object["metadata"]["deletionTimestamp"].is_string() {
        json!("Terminating")
    } else {
        object["status"]["phase"].clone()
    }
}

/// The controlling owner, as `kind/name`.
pub(crate) fn controller(object: &Value) -> Value {
    let owner = list(object, "/metadata/ownerReferences").iter().find(|owner| owner["controller"] == true);
    json!(owner.map_or(NONE.to_owned(), |owner| {
        let (group, _) = super::split_api_version(text(owner, "/apiVersion"));
        let kind = text(owner, "/kind").to_lowercase();
        let dot = if group.is_empty() { "" } else { "." };
        format!("{kind}{dot}{group}/{}", text(owner, "/name"))
    }))
}

/// The status of a condition.
pub(crate) fn condition<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    list(object, "/status/conditions").iter().find(|one| one["type"] == name)?["status"].as_str()
}

#[cfg(test)]
mod tests {
    use super::short_duration;

    #[test]
    fn ages_read_as_kubectl_writes_them() {
        let cases = [(-3, "0s"), (90, "90s"), (150, "2m30s"), (900, "15m"), (7200, "120m"), (4 * 3600, "4h")];
        for (seconds, text) in cases {
            assert_eq!(short_duration(seconds), text);
        }
        assert_eq!(short_duration(3 * 86400 + 7200), "3d2h");
        assert_eq!(short_duration(400 * 86400), "400d");
        assert_eq!(short_duration(900 * 86400), "2y170d");
    }
}
