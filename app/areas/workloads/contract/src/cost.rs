//! What a draft takes of a quota.

use crate::place::joined;
use crate::{Draft, Form};
use model::quantity::thousandths;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Amounts in thousandths, by the names that quotas use.
pub type Cost = BTreeMap<String, i128>;

/// One line of a namespace's quotas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaLine {
    /// The quota object.
    pub quota: String,
    /// What is limited, such as `requests.cpu`.
    pub resource: String,
    /// How much is used, as a quantity.
    pub used: String,
    /// How much may be used, as a quantity.
    pub hard: String,
}

impl QuotaLine {
    /// Used, after the draft, and most, in thousandths; `None` when the line holds no quantities.
    pub fn with(&self, cost: &Cost) -> Option<(i128, i128, i128)> {
        let (used, hard) = (thousandths(&self.used)?, thousandths(&self.hard)?);
        Some((used, used + cost.get(&self.resource).copied().unwrap_or(0), hard))
    }
}

/// What a draft takes: of pods all that will run at the same time.
pub fn cost(form: &Form, draft: &Draft) -> Cost {
    let mut cost = Cost::new();
    let mut add = |name: &str, amount: i128| *cost.entry(name.to_owned()).or_default() += amount;
    if let Some(template) = form.template {
        let count = match form.slug {
            "jobs" => number(draft.at(0, "spec/parallelism"), 1),
            "cronjobs" => number(draft.at(0, "spec/jobTemplate/spec/parallelism"), 1),
            // As many as there are nodes, which the form does not know.
            "daemonsets" | "pods" => 1,
            _ => number(draft.at(0, "spec/replicas"), 1),
        };
        add("pods", count * 1_000);
        add("count/pods", count * 1_000);
        let pod = draft.at(0, &joined(template, "spec")).unwrap_or(&Value::Null);
        for (resource, plain) in [("cpu", true), ("memory", true), ("ephemeral-storage", false)] {
            let amount = |container: &Value, part: &str| {
                container["resources"][part][resource].as_str().and_then(thousandths)
            };
            let request =
                of_pod(pod, |container| amount(container, "requests").or(amount(container, "limits")));
            if let Some(request) = request {
                add(&format!("requests.{resource}"), request * count);
                if plain {
                    add(resource, request * count);
                }
            }
            if let Some(limit) = of_pod(pod, |container| amount(container, "limits")) {
                add(&format!("limits.{resource}"), limit * count);
            }
        }
    }
    if form.slug == "persistentvolumeclaims" {
        add("persistentvolumeclaims", 1_000);
        let storage =
            draft.at(0, "spec/resources/requests/storage").and_then(Value::as_str).and_then(thousandths);
        add("requests.storage", storage.unwrap_or(0));
    }
    let names = [("services", "Service"), ("configmaps", "ConfigMap"), ("secrets", "Secret")];
    for object in &draft.objects {
        for (plural, kind) in names {
            if object["kind"] == kind {
                add(plural, 1_000);
                add(&format!("count/{plural}"), 1_000);
            }
        }
        let groups = [
            ("Deployment", "count/deployments.apps"),
            ("StatefulSet", "count/statefulsets.apps"),
            ("Job", "count/jobs.batch"),
            ("CronJob", "count/cronjobs.batch"),
            ("Ingress", "count/ingresses.networking.k8s.io"),
        ];
        for (kind, name) in groups {
            if object["kind"] == kind {
                add(name, 1_000);
            }
        }
    }
    cost
}

/// What the containers of a pod take together, or one of those that come first, beside those that stay, if that is more.
/// `None` when none of them says anything.
fn of_pod(pod: &Value, amount: impl Fn(&Value) -> Option<i128>) -> Option<i128> {
    let list = |part: &str| pod[part].as_array().into_iter().flatten();
    let (mut beside, mut most) = (None::<i128>, None::<i128>);
    for container in list("initContainers") {
        let taken = sum(beside, amount(container));
        if container["restartPolicy"] == "Always" {
            beside = taken;
        } else {
            most = most.max(taken);
        }
    }
    list("containers").map(amount).fold(beside, sum).max(most)
}

fn sum(one: Option<i128>, other: Option<i128>) -> Option<i128> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one + other),
        _ => one.or(other),
    }
}

fn number(value: Option<&Value>, usual: i128) -> i128 {
    value.and_then(Value::as_i64).map_or(usual, i128::from)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::forms;
    use serde_json::json;

    #[test]
    fn a_deployment_costs_its_replicas_times_its_requests() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, "spec/replicas", Some(json!(3)));
        let resources = json!({"requests": {"cpu": "250m"}, "limits": {"memory": "1Gi"}});
        draft.set(form, 0, "spec/template/spec/containers/0/resources", Some(resources));

        let cost = cost(form, &draft);

        assert_eq!((cost["requests.cpu"], cost["cpu"], cost["pods"]), (750, 750, 3_000));
        assert_eq!(cost["limits.memory"], 3 * 1_000 * (1 << 30));
        assert_eq!(cost["requests.memory"], cost["limits.memory"], "a limit alone is a request too");
        let line = QuotaLine {
            quota: "q".into(),
            resource: "requests.cpu".into(),
            used: "1".into(),
            hard: "1500m".into(),
        };
        assert_eq!(line.with(&cost), Some((1_000, 1_750, 1_500)));
    }

    #[test]
    fn what_stays_beside_the_others_costs_as_they_do_and_what_ends_first_only_what_is_more() {
        let form = forms::find("pods").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let takes = |cpu: &str| json!({"resources": {"requests": {"cpu": cpu}}});
        let mut sidecar = takes("50m");
        sidecar["restartPolicy"] = json!("Always");
        draft.set(form, 0, "spec/containers", Some(json!([takes("200m"), {}])));

        for (first, taken) in [
            (json!([]), 200),
            (json!([&sidecar]), 250),
            (json!([takes("230m"), &sidecar]), 250),
            (json!([&sidecar, takes("230m")]), 280),
        ] {
            draft.set(form, 0, "spec/initContainers", Some(first));
            assert_eq!(cost(form, &draft)["requests.cpu"], taken, "{}", draft.to_yaml());
        }
        assert_eq!(cost(form, &draft).get("limits.cpu"), None);
    }
}
