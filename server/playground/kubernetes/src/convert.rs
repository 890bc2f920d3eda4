//! The few kinds that look different in different versions.

use serde_json::{Map, Value, json};

/// Moves a field to another name.
fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}

/// Events: the core form is stored, the form of `events.k8s.io` has other names for the same things.
pub(crate) fn event(event: &mut Value, api_version: &str) {
    let Some(fields) = event.as_object_mut() else { return };
    let names = [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];
    for (core, new) in names {
        if api_version == "v1" { rename(fields, new, core) } else { rename(fields, core, new) }
    }
}

/// Autoscalers: the second version is stored; the first knows one metric only, the processor's.
pub(crate) fn autoscaler(autoscaler: &mut Value, api_version: &str) {
    if api_version == "autoscaling/v1" { to_first(autoscaler) } else { to_second(autoscaler) }
}

fn is_processor(metric: &Value) -> bool {
    metric["type"] == "Resource" && metric["resource"]["name"] == "cpu"
}

fn to_first(autoscaler: &mut Value) {
    let metrics = autoscaler["spec"]["metrics"].as_array().cloned().unwrap_or_default();
    if let Some(spec) = autoscaler["spec"].as_object_mut() {
        spec.remove("metrics");
        let target = metrics.iter().find(|metric| is_processor(metric));
        if let Some(target) = target.map(|metric| &metric["resource"]["target"]["averageUtilization"]) {
            spec.insert("targetCPUUtilizationPercentage".to_owned(), target.clone());
        }
    }
    let current = autoscaler["status"]["currentMetrics"].as_array().cloned().unwrap_or_default();
    if let Some(status) = autoscaler["status"].as_object_mut() {
        status.remove("currentMetrics");
        status.remove("conditions");
        let now = current.iter().find(|metric| is_processor(metric));
        if let Some(now) = now.map(|metric| &metric["resource"]["current"]["averageUtilization"]) {
            status.insert("currentCPUUtilizationPercentage".to_owned(), now.clone());
        }
    }
}

fn to_second(autoscaler: &mut Value) {
    if let Some(spec) = autoscaler["spec"].as_object_mut()
        && let Some(target) = spec.remove("targetCPUUtilizationPercentage")
        && !target.is_null()
    {
        let metric = json!({
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}},
        });
        spec.insert("metrics".to_owned(), json!([metric]));
    }
    if let Some(status) = autoscaler["status"].as_object_mut()
        && let Some(now) = status.remove("currentCPUUtilizationPercentage")
    {
        let metric = json!({
            "type": "Resource",
            "resource": {"name": "cpu", "current": {"averageUtilization": now, "averageValue": "0"}},
        });
        status.insert("currentMetrics".to_owned(), json!([metric]));
    }
}

#[cfg(test)]
mod tests {
    use super::{autoscaler, event};
    use serde_json::json;

    #[test]
    fn an_event_survives_the_way_there_and_back() {
        let original = json!({"message": "Started", "involvedObject": {"kind": "Pod"}, "count": 3});
        let mut converted = original.clone();

        event(&mut converted, "events.k8s.io/v1");
        assert_eq!(converted["note"], "Started");
        event(&mut converted, "v1");

        assert_eq!(converted, original);
    }

    #[test]
    fn the_first_version_of_an_autoscaler_shows_the_processor() {
        let mut object = json!({"spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 70}});

        autoscaler(&mut object, "autoscaling/v2");
        assert_eq!(object["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 70);
        autoscaler(&mut object, "autoscaling/v1");

        assert_eq!(object["spec"], json!({"maxReplicas": 3, "targetCPUUtilizationPercentage": 70}));
    }
}
