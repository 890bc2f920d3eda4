//! Empties a namespace that is being deleted, then lets it go.

use std::time::Duration;

use serde_json::json;

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
        let mut left = 0;
        for kind in NAMESPACED.iter().map(|kind| (*kind).to_owned()).chain(custom_kinds(site)) {
            for object in site.list(&kind, &key.name) {
                if !is_deleting(&object) {
                    site.delete(&kind, &Key::of(&object))?;
                }
            }
            left += site.list(&kind, &key.name).len();
        }
        if left > 0 {
            let now = site.clock.now();
            let message = format!("Some content in the namespace remains: {left} objects");
            let mut status = namespace["status"].clone();
            status["phase"] = "Terminating".into();
            set_condition(
                &mut status,
                "NamespaceContentRemaining",
                "True",
                "SomeResourcesRemain",
                &message,
                now,
            );
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

fn custom_kinds(site: &Site) -> Vec<String> {
    site.list_all("customresourcedefinitions.apiextensions.k8s.io")
        .iter()
        .filter(|definition| text(definition, "/spec/scope") == "Namespaced")
        .map(|definition| name(definition).to_owned())
        .collect()
}
