//! Empties a namespace that is being deleted, then lets it go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, is_deleting, name, set_condition, text};
use crate::site::Site;

/// The built-in kinds that live in namespaces. Owners come before what they own, so that nothing is made anew.
const NAMESPACED: &[&str] = &[
    "cronjobs.batch",
    "jobs.batch",
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "replicationcontrollers",
    "controllerrevisions.apps",
    "horizontalpodautoscalers.autoscaling",
    "poddisruptionbudgets.policy",
    "pods",
    "services",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "ingresses.networking.k8s.io",
    "networkpolicies.networking.k8s.io",
    "persistentvolumeclaims",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "rolebindings.rbac.authorization.k8s.io",
    "roles.rbac.authorization.k8s.io",
    "resourcequotas",
    "limitranges",
    "podtemplates",
    "leases.coordination.k8s.io",
    "events.events.k8s.io",
    "events",
];

/// The controller of Namespaces.
pub struct Namespaces;

impl Controller for Namespaces {
    fn name(&self) -> &'static str {
        "namespace-controller"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![Watch::itself("namespaces")]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(namespace) = site.at("namespaces", key) else { return Ok(None) };
        if !is_deleting(&namespace) {
            return Ok(None);
        }
        let mut left = Remaining::default();
        for kind in NAMESPACED.iter().map(|kind| (*kind).to_owned()).chain(custom_kinds(site)) {
            for object in site.list(&kind, &key.name) {
                if !is_deleting(&object) {
                    site.delete(&kind, &Key::of(&object))?;
                }
            }
            left.count(&kind, &site.list(&kind, &key.name));
        }
        if !left.kinds.is_empty() {
            let now = site.clock.now();
            let mut status = namespace["status"].clone();
            status["phase"] = "Terminating".into();
            for (condition, reason, message) in left.conditions() {
                set_condition(&mut status, condition, "True", reason, &message, now);
            }
            site.write_status("namespaces", key, status)?;
            return Ok(Some(Duration::from_secs(1)));
        }
        site.cluster
            .update("namespaces", None, &key.name, |namespace| namespace["spec"]["finalizers"] = json!([]))
            .map(drop)
            .or_else(|status| if status.code == 404 { Ok(()) } else { Err(status) })?;
        Ok(None)
    }
}

/// What keeps a namespace from ending.
#[derive(Default)]
struct Remaining {
    kinds: BTreeMap<String, usize>,
    finalizers: BTreeMap<String, usize>,
}

impl Remaining {
    fn count(&mut self, kind: &str, objects: &[Arc<Value>]) {
        if objects.is_empty() {
            return;
        }
        // The core group has no name, but its dot is there.
        let kind = if kind.contains('.') { kind.to_owned() } else { format!("{kind}.") };
        *self.kinds.entry(kind).or_default() += objects.len();
        let finalizers = objects.iter().filter_map(|object| object["metadata"]["finalizers"].as_array());
        for finalizer in finalizers.flatten().filter_map(Value::as_str) {
            *self.finalizers.entry(finalizer.to_owned()).or_default() += 1;
        }
    }

    fn conditions(&self) -> Vec<(&'static str, &'static str, String)> {
        let listed = |counts: &BTreeMap<String, usize>, joint: &str| -> String {
            let each =
                counts.iter().map(|(name, count)| format!("{name} {joint} {count} resource instances"));
            each.collect::<Vec<_>>().join(", ")
        };
        let kinds = format!("Some resources are remaining: {}", listed(&self.kinds, "has"));
        let mut conditions = vec![("NamespaceContentRemaining", "SomeResourcesRemain", kinds)];
        if !self.finalizers.is_empty() {
            let finalizers = listed(&self.finalizers, "in");
            let message = format!("Some content in the namespace has finalizers remaining: {finalizers}");
            conditions.push(("NamespaceFinalizersRemaining", "SomeFinalizersRemain", message));
        }
        conditions
    }
}

fn custom_kinds(site: &Site) -> Vec<String> {
    site.list_all("customresourcedefinitions.apiextensions.k8s.io")
        .iter()
        .filter(|definition| text(definition, "/spec/scope") == "Namespaced")
        .map(|definition| name(definition).to_owned())
        .collect()
}
