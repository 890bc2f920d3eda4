//! Cells of workloads: jobs, autoscalers, quotas, measurements.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{NONE, condition, list, short_duration, text};

/// `used/hard` of what a quota limits: the requests, or the limits.
pub(crate) fn quota(quota: &Value, limits: bool) -> Value {
    let mut parts = Vec::new();
    for (resource, hard) in quota["status"]["hard"].as_object().into_iter().flatten() {
        if resource.starts_with("limits.") == limits {
            let used = quota["status"]["used"][resource].as_str().unwrap_or("0");
            parts.push(format!("{resource}: {used}/{}", hard.as_str().unwrap_or_default()));
        }
    }
    json!(parts.join(", "))
}

/// `Deployment/shop`.
pub(crate) fn scale_target(autoscaler: &Value) -> Value {
    let target = &autoscaler["spec"]["scaleTargetRef"];
    json!(format!("{}/{}", text(target, "/kind"), text(target, "/name")))
}

/// `cpu: 20%/80%`.
pub(crate) fn autoscaler_targets(autoscaler: &Value) -> Value {
    let current = list(autoscaler, "/status/currentMetrics");
    let parts: Vec<String> = list(autoscaler, "/spec/metrics")
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let (name, target) = match text(metric, "/type") {
                "Resource" => (text(metric, "/resource/name"), &metric["resource"]["target"]),
                "ContainerResource" => {
                    (text(metric, "/containerResource/name"), &metric["containerResource"]["target"])
                }
                other => (other, &metric[other.to_lowercase()]["target"]),
            };
            let value = |of: &Value| {
                of["averageUtilization"].as_i64().map(|percent| format!("{percent}%")).or_else(|| {
                    of["averageValue"].as_str().or_else(|| of["value"].as_str()).map(str::to_owned)
                })
            };
            let now = current.get(index).and_then(|now| value(&now["resource"]["current"]));
            let now = now.unwrap_or_else(|| "<unknown>".to_owned());
            format!("{name}: {now}/{}", value(target).unwrap_or_else(|| "<unknown>".to_owned()))
        })
        .collect();
    json!(if parts.is_empty() { NONE.to_owned() } else { parts.join(", ") })
}

/// `Complete`, `Failed`, `Suspended` or `Running`.
pub(crate) fn job_status(job: &Value) -> Value {
    let is = |name: &str| condition(job, name) == Some("True");
    json!(if is("Complete") {
        "Complete"
    } else if is("Failed") {
        "Failed"
    } else if job["metadata"]["deletionTimestamp"].is_string() {
        "Terminating"
    } else if is("Suspended") {
        "Suspended"
    } else if is("FailureTarget") {
        "FailureTarget"
    } else if is("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    })
}

/// `1/3`, or `1/1 of 3`.
pub(crate) fn job_completions(job: &Value) -> Value {
    let succeeded = job["status"]["succeeded"].as_i64().unwrap_or(0);
    json!(match (job["spec"]["completions"].as_i64(), job["spec"]["parallelism"].as_i64().unwrap_or(0)) {
        (Some(completions), _) => format!("{succeeded}/{completions}"),
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    })
}

/// How long a job ran, or runs.
pub(crate) fn job_duration(job: &Value) -> Value {
    let moment = |pointer| text(job, pointer).parse::<Timestamp>().ok();
    let Some(start) = moment("/status/startTime") else { return json!("") };
    let end = moment("/status/completionTime").unwrap_or_else(Timestamp::now);
    json!(short_duration(end.as_second() - start.as_second()))
}

/// The processor time of all containers.
pub(crate) fn measured_cpu(metrics: &Value) -> Value {
    measured(metrics, "/usage/cpu", "n")
}

/// The memory of all containers.
pub(crate) fn measured_memory(metrics: &Value) -> Value {
    measured(metrics, "/usage/memory", "Ki")
}

fn measured(metrics: &Value, pointer: &str, unit: &str) -> Value {
    let amount =
        |container: &Value| text(container, pointer).trim_end_matches(unit).parse::<u64>().unwrap_or(0);
    json!(format!("{}{unit}", list(metrics, "/containers").iter().map(amount).sum::<u64>()))
}
