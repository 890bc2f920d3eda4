//! Adds up what a namespace uses of its quota.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, is_deleting, is_pod_finished, namespace, text};
use crate::quantity;
use crate::site::Site;

/// The controller of `ResourceQuotas`.
pub struct Quotas;

fn quotas_of(site: &Site, object: &Value) -> Vec<Key> {
    site.list("resourcequotas", namespace(object)).iter().map(|quota| Key::of(quota)).collect()
}

impl Controller for Quotas {
    fn name(&self) -> &'static str {
        "resourcequota-controller"
    }

    fn watches(&self) -> Vec<Watch> {
        let mut watches = vec![Watch::itself("resourcequotas")];
        for kind in [
            "pods",
            "services",
            "configmaps",
            "secrets",
            "persistentvolumeclaims",
            "deployments.apps",
            "jobs.batch",
            "statefulsets.apps",
            "cronjobs.batch",
        ] {
            watches.push(Watch { kind, keys: quotas_of });
        }
        watches
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(quota) = site.at("resourcequotas", key) else { return Ok(None) };
        if is_deleting(&quota) {
            return Ok(None);
        }
        let hard = quota["spec"]["hard"].as_object().cloned().unwrap_or_default();
        let used: BTreeMap<String, String> = hard
            .keys()
            .map(|resource| {
                (resource.clone(), quantity::written(resource, used(site, &key.namespace, resource)))
            })
            .collect();
        site.write_status("resourcequotas", key, json!({ "hard": hard, "used": used }))?;
        Ok(None)
    }
}

/// How much of one quota resource a namespace uses.
fn used(site: &Site, namespace: &str, resource: &str) -> f64 {
    let count = |kind: &str| site.cluster.list(kind, Some(namespace)).len() as f64;
    let pods = |part: &str, of: &str| -> f64 {
        let pods = site.list("pods", namespace);
        pods.iter().filter(|pod| !is_pod_finished(pod)).map(|pod| quantity::of_pod(pod, part, of)).sum()
    };
    match resource {
        "pods" => site.list("pods", namespace).iter().filter(|pod| !is_pod_finished(pod)).count() as f64,
        "cpu" | "requests.cpu" => pods("requests", "cpu"),
        "memory" | "requests.memory" => pods("requests", "memory"),
        "limits.cpu" => pods("limits", "cpu"),
        "limits.memory" => pods("limits", "memory"),
        "requests.storage" => site
            .list("persistentvolumeclaims", namespace)
            .iter()
            .map(|claim| quantity::parse(text(claim, "/spec/resources/requests/storage")))
            .sum(),
        "services.loadbalancers" => services_of_type(site, namespace, "LoadBalancer"),
        "services.nodeports" => services_of_type(site, namespace, "NodePort"),
        other => match other.split_once(OF_CLASS) {
            Some((class, of)) => of_class(site, namespace, class, of),
            None => count(other.strip_prefix("count/").unwrap_or(other)),
        },
    }
}

/// What stands between the name of a storage class and what is counted of it.
const OF_CLASS: &str = ".storageclass.storage.k8s.io/";

fn of_class(site: &Site, namespace: &str, class: &str, of: &str) -> f64 {
    let claims = site.list("persistentvolumeclaims", namespace);
    let own = claims.iter().filter(|claim| text(claim, "/spec/storageClassName") == class);
    let sizes = own.map(|claim| match of {
        "requests.storage" => quantity::parse(text(claim, "/spec/resources/requests/storage")),
        _ => 1.0,
    });
    sizes.sum()
}

fn services_of_type(site: &Site, namespace: &str, wanted: &str) -> f64 {
    let services = site.list("services", namespace);
    services.iter().filter(|service| text(service, "/spec/type") == wanted).count() as f64
}
