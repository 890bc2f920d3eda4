//! Fits the number of pods to what they use.

use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::kubelet::usage;
use crate::objects::{
    Key, array, integer, is_deleting, is_pod_active, is_pod_ready, namespace, set_condition, text, time,
    time_at,
};
use crate::quantity;
use crate::selector::selects;
use crate::site::Site;

const COMPONENT: &str = "horizontal-pod-autoscaler";

/// How often an autoscaler measures.
const ROUND: Duration = Duration::from_secs(15);

/// Ratios this near to one are left alone.
const TOLERANCE: f64 = 0.1;

/// How long fewer pods must have been enough before some are taken away.
const CALM_SECONDS: f64 = 300.0;

/// The controller of `HorizontalPodAutoscalers`.
pub struct Autoscalers;

impl Controller for Autoscalers {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![Watch::itself("horizontalpodautoscalers.autoscaling")]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(scaler) = site.at("horizontalpodautoscalers.autoscaling", key) else { return Ok(None) };
        if is_deleting(&scaler) {
            return Ok(None);
        }
        let Some((kind, target)) = target_of(site, &scaler) else {
            let message = format!(
                "the HPA controller was unable to get the target's current scale: {} \"{}\" not found",
                text(&scaler, "/spec/scaleTargetRef/kind"),
                text(&scaler, "/spec/scaleTargetRef/name"),
            );
            let mut status = scaler["status"].clone();
            set_condition(&mut status, "AbleToScale", "False", "FailedGetScale", &message, site.clock.now());
            site.warning(&scaler, "FailedGetScale", &message, COMPONENT);
            site.write_status("horizontalpodautoscalers.autoscaling", key, status)?;
            return Ok(Some(ROUND));
        };
        fit(site, &scaler, kind, &target)?;
        Ok(Some(ROUND))
    }
}

fn target_of(site: &Site, scaler: &Value) -> Option<(&'static str, Arc<Value>)> {
    let kind = match text(scaler, "/spec/scaleTargetRef/kind") {
        "Deployment" => "deployments.apps",
        "StatefulSet" => "statefulsets.apps",
        "ReplicaSet" => "replicasets.apps",
        _ => return None,
    };
    site.get(kind, namespace(scaler), text(scaler, "/spec/scaleTargetRef/name")).map(|target| (kind, target))
}

/// One metric as measured: how it is written in the status, and its ratio to the wish.
struct Measured {
    written: Value,
    ratio: Option<f64>,
}

fn fit(site: &Site, scaler: &Value, kind: &str, target: &Value) -> Result<(), Status> {
    let now = site.clock.now();
    let current = integer(target, "/spec/replicas").unwrap_or(1);
    let mut pods = site.list("pods", namespace(scaler));
    pods.retain(|pod| is_pod_active(pod) && is_pod_ready(pod) && selects(&target["spec"]["selector"], pod));
    let measured: Vec<Measured> =
        array(scaler, "/spec/metrics").iter().map(|metric| measure(site, metric, &pods)).collect();
    let ratio = measured
        .iter()
        .filter_map(|measured| measured.ratio)
        .fold(None, |most: Option<f64>, ratio| Some(most.map_or(ratio, |most| most.max(ratio))));
    let mut status = scaler["status"].clone();
    if !status.is_object() {
        status = json!({});
    }
    set_condition(
        &mut status,
        "AbleToScale",
        "True",
        "ReadyForNewScale",
        "recommended size matches current size",
        now,
    );
    match ratio {
        Some(_) => {
            let message = "the HPA was able to successfully calculate a replica count from cpu resource utilization \
                           (percentage of request)";
            set_condition(&mut status, "ScalingActive", "True", "ValidMetricFound", message, now);
        }
        None => {
            let message = "the HPA was unable to compute the replica count: failed to get cpu utilization: missing \
                           request for cpu, or no pod is ready";
            set_condition(&mut status, "ScalingActive", "False", "FailedGetResourceMetric", message, now);
            site.warning(scaler, "FailedGetResourceMetric", message, COMPONENT);
        }
    }
    let wanted = match ratio {
        Some(ratio) if (ratio - 1.0).abs() > TOLERANCE => (pods.len() as f64 * ratio).ceil() as i64,
        _ => current,
    };
    let bounded = bound(scaler, wanted, &mut status, now);
    let calm =
        time_at(scaler, "/status/lastScaleTime").is_none_or(|last| seconds_between(last, now) > CALM_SECONDS);
    let desired = if bounded < current && !calm { current } else { bounded };
    if desired != current && current > 0 {
        site.update(kind, &Key::of(target), |target| target["spec"]["replicas"] = desired.into())?;
        let direction = if desired > current { "above" } else { "below" };
        let reason = format!(
            "New size: {desired}; reason: cpu resource utilization (percentage of request) {direction} target"
        );
        site.normal(scaler, "SuccessfulRescale", &reason, COMPONENT);
        status["lastScaleTime"] = time(now).into();
        let message = format!("the HPA controller was able to update the target scale to {desired}");
        set_condition(&mut status, "AbleToScale", "True", "SucceededRescale", &message, now);
    }
    status["currentReplicas"] = current.into();
    status["desiredReplicas"] = desired.into();
    status["currentMetrics"] = measured.into_iter().map(|measured| measured.written).collect();
    site.write_status("horizontalpodautoscalers.autoscaling", &Key::of(scaler), status)
}

fn bound(scaler: &Value, wanted: i64, status: &mut Value, now: jiff::Timestamp) -> i64 {
    let least = integer(scaler, "/spec/minReplicas").unwrap_or(1);
    let most = integer(scaler, "/spec/maxReplicas").unwrap_or(least);
    let (limited, reason, message) = if wanted > most {
        ("True", "TooManyReplicas", "the desired replica count is more than the maximum replica count")
    } else if wanted < least {
        ("True", "TooFewReplicas", "the desired replica count is less than the minimum replica count")
    } else {
        ("False", "DesiredWithinRange", "the desired count is within the acceptable range")
    };
    set_condition(status, "ScalingLimited", limited, reason, message, now);
    wanted.clamp(least, most.max(least))
}

/// Measures one resource metric over the pods: average use, also as a share of the request.
fn measure(site: &Site, metric: &Value, pods: &[Arc<Value>]) -> Measured {
    let resource = text(metric, "/resource/name");
    let used = |pod: &Value| -> f64 {
        usage::of_pod(site, pod)
            .iter()
            .map(|one| if resource == "memory" { one.memory_bytes() } else { one.cores() })
            .sum()
    };
    if pods.is_empty() || text(metric, "/type") != "Resource" {
        return Measured { written: json!({ "type": text(metric, "/type") }), ratio: None };
    }
    let average = pods.iter().map(|pod| used(pod)).sum::<f64>() / pods.len() as f64;
    let asked =
        pods.iter().map(|pod| quantity::of_pod(pod, "requests", resource)).sum::<f64>() / pods.len() as f64;
    let written_average = if resource == "memory" {
        (average.round() as i64).to_string()
    } else {
        quantity::processor(average)
    };
    let mut current = json!({ "averageValue": written_average });
    let ratio = match text(metric, "/resource/target/type") {
        "Utilization" if asked > 0.0 => {
            let percent = average / asked * 100.0;
            current["averageUtilization"] = (percent.round() as i64).into();
            integer(metric, "/resource/target/averageUtilization")
                .map(|target| percent / target.max(1) as f64)
        }
        "AverageValue" => {
            let target = quantity::of(&metric["resource"]["target"]["averageValue"]);
            (target > 0.0).then(|| average / target)
        }
        _ => None,
    };
    Measured {
        written: json!({ "type": "Resource", "resource": { "name": resource, "current": current } }),
        ratio,
    }
}
