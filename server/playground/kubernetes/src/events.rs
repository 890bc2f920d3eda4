//! Events as the cluster's own parts record them: the same words again count instead of piling up.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::write::now;

/// Records an event about `involved`, or counts one more of the same.
pub(crate) fn record(
    cluster: &Cluster,
    involved: &Value,
    event_type: &str,
    reason: &str,
    message: &str,
    component: &str,
) {
    let metadata = &involved["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    let name = event_name(metadata, reason, message);
    let time = now();
    let again = cluster.update("events", Some(namespace), &name, |event| {
        event["count"] = json!(event["count"].as_i64().unwrap_or(1) + 1);
        event["lastTimestamp"] = json!(time);
    });
    if again.is_ok() {
        return;
    }
    let mut reference = Cluster::reference(involved);
    if let Some(fields) = reference.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let event = json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": reference,
        "type": event_type, "reason": reason, "message": message,
        "source": {"component": component}, "reportingComponent": component, "reportingInstance": "",
        "firstTimestamp": time, "lastTimestamp": time, "eventTime": null, "count": 1,
    });
    if let Err(status) = cluster.as_manager(component).create(event) {
        tracing::debug!(%status, reason, "An event could not be recorded");
    }
}

/// The same words about the same object get the same name.
fn event_name(metadata: &Value, reason: &str, message: &str) -> String {
    let text = |key: &str| metadata[key].as_str().unwrap_or_default();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in [text("uid"), reason, message].join("\u{1}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{}.{hash:016x}", text("name"))
}
