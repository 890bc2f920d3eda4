//! What a draft takes of a quota.

use crate::place::joined;
use crate::{Draft, Form};
use model::quantity::thousandths;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Of which pods only; none is everything.
    pub scopes: Vec<QuotaScope>,
}

/// A kind of pods that a quota is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaScope {
    /// Which, such as `BestEffort` or `PriorityClass`.
    pub name: String,
    /// `Exists`, `DoesNotExist`, `In` or `NotIn`.
    pub operator: String,
    /// Of which the operator speaks.
    pub values: Vec<String>,
}

impl QuotaScope {
    /// Whether a pod is one of them. Nothing is said of kinds that are not known here.
    fn holds(&self, pod: &Value) -> bool {
        let ends = pod["activeDeadlineSeconds"].is_number();
        match self.name.as_str() {
            "Terminating" => ends,
            "NotTerminating" => !ends,
            "BestEffort" => !asks_for_anything(pod),
            "NotBestEffort" => asks_for_anything(pod),
            "PriorityClass" => {
                let class = pod["priorityClassName"].as_str().filter(|class| !class.is_empty());
                let is_named = class.is_some_and(|class| self.values.iter().any(|value| value == class));
                match self.operator.as_str() {
                    "In" => is_named,
                    "NotIn" => !is_named,
                    "Exists" => class.is_some(),
                    _ => class.is_none(),
                }
            }
            _ => false,
        }
    }
}

fn asks_for_anything(pod: &Value) -> bool {
    let parts = ["containers", "initContainers"].into_iter();
    let mut containers = parts.flat_map(|part| pod[part].as_array().into_iter().flatten());
    containers.any(|container| {
        ["requests", "limits"].into_iter().any(|kind| {
            let asked = &container["resources"][kind];
            ["cpu", "memory"].into_iter().any(|resource| amount(&asked[resource]).is_some_and(|one| one > 0))
        })
    })
}

impl QuotaLine {
    /// Whether it is about what a draft makes.
    pub fn is_about(&self, form: &Form, draft: &Draft) -> bool {
        let pod = form.template.and_then(|template| draft.at(0, &joined(template, "spec")));
        self.scopes.iter().all(|scope| pod.is_some_and(|pod| scope.holds(pod)))
    }

    /// Used, after the draft, and most, in thousandths; `None` when the line holds no quantities.
    pub fn with(&self, cost: &Cost) -> Option<(i128, i128, i128)> {
        let (used, hard) = (thousandths(&self.used)?, thousandths(&self.hard)?);
        Some((used, used + cost.get(&self.resource).copied().unwrap_or(0), hard))
    }
}

/// What every container may ask for; others are told by the container.
const COMMON: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What a draft takes: of pods all that will run at the same time.
pub fn cost(form: &Form, draft: &Draft) -> Cost {
    let mut cost = Cost::new();
    if let Some(template) = form.template {
        let pod = draft.at(0, &joined(template, "spec")).unwrap_or(&Value::Null);
        add_pods(&mut cost, pod, pods_at_once(form, draft));
    }
    for object in &draft.objects {
        add_object(&mut cost, object);
    }
    cost
}

fn add(cost: &mut Cost, name: &str, amount: i128) {
    *cost.entry(name.to_owned()).or_default() += amount;
}

/// How many pods run at the same time.
fn pods_at_once(form: &Form, draft: &Draft) -> i128 {
    let of_run = |run: &str| {
        let number = |field: &str| draft.at(0, &joined(run, field)).and_then(Value::as_i64).map(i128::from);
        let parallelism = number("parallelism").unwrap_or(1);
        number("completions").map_or(parallelism, |completions| completions.min(parallelism))
    };
    match form.slug {
        "jobs" => of_run("spec"),
        "cronjobs" => of_run("spec/jobTemplate/spec"),
        // As many as there are nodes, which the form does not know.
        "daemonsets" | "pods" => 1,
        _ => replicas(draft.at(0, "spec")),
    }
}

fn replicas(spec: Option<&Value>) -> i128 {
    spec.and_then(|spec| spec["replicas"].as_i64()).map_or(1, i128::from)
}

fn add_pods(cost: &mut Cost, pod: &Value, count: i128) {
    add(cost, "pods", count * 1_000);
    add(cost, "count/pods", count * 1_000);
    for resource in resources(pod) {
        let part = |container: &Value, part: &str| amount(&container["resources"][part][resource]);
        let request = of_pod(pod, |container| part(container, "requests").or(part(container, "limits")));
        if let Some(request) = request {
            add(cost, &format!("requests.{resource}"), request * count);
            if matches!(resource, "cpu" | "memory") {
                add(cost, resource, request * count);
            }
        }
        if let Some(limit) = of_pod(pod, |container| part(container, "limits")) {
            add(cost, &format!("limits.{resource}"), limit * count);
        }
    }
    for (_, claim) in claims_of_pod(pod) {
        add_claims(cost, claim, count);
    }
}

/// The claims that are made for each pod alone, with the places of their volumes among the pod's.
pub(crate) fn claims_of_pod(pod: &Value) -> impl Iterator<Item = (usize, &Value)> {
    let volumes = pod["volumes"].as_array().into_iter().flatten().enumerate();
    volumes
        .map(|(index, volume)| (index, &volume["ephemeral"]["volumeClaimTemplate"]["spec"]))
        .filter(|(_, claim)| claim.is_object())
}

/// What the containers of a pod ask for.
fn resources(pod: &Value) -> BTreeSet<&str> {
    let mut names = BTreeSet::from(COMMON);
    for part in ["containers", "initContainers"] {
        for container in pod[part].as_array().into_iter().flatten() {
            for kind in ["requests", "limits"] {
                let asked = container["resources"][kind].as_object().into_iter().flatten();
                names.extend(asked.map(|(name, _)| name.as_str()));
            }
        }
    }
    names
}

/// An amount, which may be written as a text or as a number.
pub(crate) fn amount(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => thousandths(text),
        Value::Number(number) => thousandths(&number.to_string()),
        _ => None,
    }
}

/// Objects as such, and the claims of which there is one for each pod.
fn add_object(cost: &mut Cost, object: &Value) {
    let spec = &object["spec"];
    let counted: &[&str] = match object["kind"].as_str().unwrap_or_default() {
        "Service" => &["services", "count/services"],
        "ConfigMap" => &["configmaps", "count/configmaps"],
        "Secret" => &["secrets", "count/secrets"],
        "Deployment" => &["count/deployments.apps"],
        "StatefulSet" => &["count/statefulsets.apps"],
        "DaemonSet" => &["count/daemonsets.apps"],
        "Job" => &["count/jobs.batch"],
        "CronJob" => &["count/cronjobs.batch"],
        "Ingress" => &["count/ingresses.networking.k8s.io"],
        "PersistentVolumeClaim" => {
            add_claims(cost, spec, 1);
            &[]
        }
        _ => &[],
    };
    for name in counted {
        add(cost, name, 1_000);
    }
    if object["kind"] == "Service" {
        let kind = spec["type"].as_str().unwrap_or_default();
        if kind == "LoadBalancer" {
            add(cost, "services.loadbalancers", 1_000);
        }
        if matches!(kind, "LoadBalancer" | "NodePort") {
            let ports = spec["ports"].as_array().map_or(0, Vec::len);
            add(cost, "services.nodeports", ports as i128 * 1_000);
        }
    }
    if object["kind"] == "StatefulSet" {
        for claim in spec["volumeClaimTemplates"].as_array().into_iter().flatten() {
            add_claims(cost, &claim["spec"], replicas(Some(spec)));
        }
    }
}

/// Claims alike, and the same once more for their storage class if they name one.
fn add_claims(cost: &mut Cost, spec: &Value, count: i128) {
    let storage = amount(&spec["resources"]["requests"]["storage"]).unwrap_or(0) * count;
    add(cost, "persistentvolumeclaims", count * 1_000);
    add(cost, "count/persistentvolumeclaims", count * 1_000);
    add(cost, "requests.storage", storage);
    if let Some(class) = spec["storageClassName"].as_str().filter(|class| !class.is_empty()) {
        let of_class = |what: &str| format!("{class}.storageclass.storage.k8s.io/{what}");
        add(cost, &of_class("persistentvolumeclaims"), count * 1_000);
        add(cost, &of_class("requests.storage"), storage);
    }
}

/// What the containers of a pod take together, or one of those that come first, beside those that stay, if that is more.
/// `None` when none of them says anything.
pub(crate) fn of_pod(pod: &Value, amount: impl Fn(&Value) -> Option<i128>) -> Option<i128> {
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
            scopes: Vec::new(),
        };
        assert_eq!(line.with(&cost), Some((1_000, 1_750, 1_500)));
    }

    #[test]
    fn a_quota_of_some_pods_is_not_about_others() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let line = |name: &str, operator: &str, values: &[&str]| QuotaLine {
            quota: "q".into(),
            resource: "pods".into(),
            used: "0".into(),
            hard: "1".into(),
            scopes: vec![QuotaScope {
                name: name.into(),
                operator: operator.into(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
        };
        let urgent = line("PriorityClass", "In", &["urgent"]);
        let (poor, ends) = (line("BestEffort", "Exists", &[]), line("Terminating", "Exists", &[]));
        assert!(poor.is_about(form, &draft) && !ends.is_about(form, &draft));
        assert!(!urgent.is_about(form, &draft));

        let pod = "spec/template/spec";
        draft.set(form, 0, &format!("{pod}/priorityClassName"), Some(json!("urgent")));
        draft.set(form, 0, &format!("{pod}/containers/0/resources/requests/cpu"), Some(json!("1")));

        assert!(urgent.is_about(form, &draft) && !poor.is_about(form, &draft));
        let map = forms::find("configmaps").unwrap();
        assert!(!urgent.is_about(map, &Draft::begin(map, "web", "shop")));
    }

    #[test]
    fn amounts_count_as_numbers_too_and_devices_with_them() {
        let form = forms::find("jobs").unwrap();
        let mut draft = Draft::begin(form, "train", "shop");
        draft.set(form, 0, "spec/parallelism", Some(json!(4)));
        draft.set(form, 0, "spec/completions", Some(json!(2)));
        let resources = json!({"requests": {"cpu": 2}, "limits": {"nvidia.com/gpu": 1}});
        draft.set(form, 0, "spec/template/spec/containers/0/resources", Some(resources));

        let cost = cost(form, &draft);

        assert_eq!((cost["requests.cpu"], cost["requests.nvidia.com/gpu"]), (4_000, 2_000));
        assert_eq!((cost["pods"], cost["count/jobs.batch"]), (2_000, 1_000));
    }

    #[test]
    fn each_pod_of_a_stateful_set_has_its_claims_and_a_service_its_ports() {
        let form = forms::find("statefulsets").unwrap();
        let mut draft = Draft::begin(form, "db", "shop");
        let claim = json!({"storageClassName": "fast", "resources": {"requests": {"storage": "10Gi"}}});
        draft.set(form, 0, "spec/replicas", Some(json!(3)));
        draft.set(form, 0, "spec/volumeClaimTemplates", Some(json!([{"spec": claim}])));
        draft.set_beside(form, true);
        draft.set(form, 1, "spec/type", Some(json!("LoadBalancer")));

        let cost = cost(form, &draft);

        assert_eq!(cost["persistentvolumeclaims"], 3_000);
        assert_eq!(cost["requests.storage"], 30 * 1_000 * (1 << 30));
        assert_eq!(cost["fast.storageclass.storage.k8s.io/requests.storage"], cost["requests.storage"]);
        assert_eq!((cost["services.loadbalancers"], cost["services.nodeports"]), (1_000, 1_000));
    }

    #[test]
    fn volumes_that_go_with_their_pods_are_claims_of_each_pod() {
        let form = forms::find("deployments").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let claim = json!({"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}});
        let volume = json!({"name": "cache", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}});
        draft.set(form, 0, "spec/replicas", Some(json!(3)));
        let others = json!({"name": "scratch", "emptyDir": {}});
        draft.set(form, 0, "spec/template/spec/volumes", Some(json!([others, volume])));

        let cost = cost(form, &draft);

        assert_eq!(cost["persistentvolumeclaims"], 3_000);
        assert_eq!(cost["fast.storageclass.storage.k8s.io/requests.storage"], 3 * 1_000 * (1 << 30));
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
