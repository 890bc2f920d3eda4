//! What the server adds to objects, and the limits it keeps, beyond the rules of the kind itself.

mod limits;
mod pod_security;
mod quota;
mod services;

use serde_json::{Value, json};

use crate::Status;
use crate::cluster::Cluster;
use crate::registry::Kind;

pub(crate) use pod_security::check as check_pod_security;
pub(crate) use quota::check as check_quota;

/// Completes a new object from the rest of the cluster.
pub(crate) fn on_create(cluster: &Cluster, kind: &Kind, object: &mut Value) -> Result<(), Status> {
    if !kind.group.is_empty() {
        return Ok(());
    }
    match kind.kind.as_str() {
        "Pod" => {
            limits::apply(cluster, object)?;
            give_pull_secrets(cluster, object);
            give_priority(cluster, object)
        }
        "Service" => {
            services::allocate(cluster, object);
            Ok(())
        }
        "PersistentVolumeClaim" => {
            limits::check_claim(cluster, object)?;
            choose_storage_class(cluster, object);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Refuses pods that are to run as somebody who does not exist. The account that every namespace has may still be on
/// its way.
pub(crate) fn check_account(cluster: &Cluster, kind: &Kind, pod: &Value) -> Result<(), Status> {
    let account = pod["spec"]["serviceAccountName"].as_str().unwrap_or("default");
    if kind.kind != "Pod" || !kind.group.is_empty() || ["", "default"].contains(&account) {
        return Ok(());
    }
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    if cluster.get("serviceaccounts", Some(namespace), account).is_some() {
        return Ok(());
    }
    let why = format!(
        "error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found"
    );
    Err(Status::forbidden("pods", pod["metadata"]["name"].as_str().unwrap_or_default(), &why))
}

/// Completes a changed object.
pub(crate) fn on_update(cluster: &Cluster, kind: &Kind, old: &Value, new: &mut Value) {
    if kind.kind == "Service" && kind.group.is_empty() {
        services::keep_addresses(old, new);
        services::allocate(cluster, new);
    }
}

/// Pods that name no secrets of their own pull their images with those of the account that they run as.
fn give_pull_secrets(cluster: &Cluster, pod: &mut Value) {
    if pod["spec"]["imagePullSecrets"].as_array().is_some_and(|own| !own.is_empty()) {
        return;
    }
    let named = pod["spec"]["serviceAccountName"].as_str().filter(|name| !name.is_empty());
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    let Some(account) = cluster.get("serviceaccounts", Some(namespace), named.unwrap_or("default")) else {
        return;
    };
    let secrets = account.parse()["imagePullSecrets"].take();
    if secrets.is_array() {
        pod["spec"]["imagePullSecrets"] = secrets;
    }
}

fn give_priority(cluster: &Cluster, pod: &mut Value) -> Result<(), Status> {
    let class = pod["spec"]["priorityClassName"].as_str().unwrap_or_default().to_owned();
    let classes = cluster.list("priorityclasses.scheduling.k8s.io", None);
    let found = if class.is_empty() {
        classes.iter().map(|class| class.parse()).find(|class| class["globalDefault"] == true)
    } else {
        classes.iter().find(|known| known.name() == class).map(|class| class.parse())
    };
    match found {
        Some(found) => {
            pod["spec"]["priority"] = found["value"].clone();
            pod["spec"]["preemptionPolicy"] = found["preemptionPolicy"].clone();
            pod["spec"]["priorityClassName"] = found["metadata"]["name"].clone();
            Ok(())
        }
        None if class.is_empty() => Ok(()),
        None => {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            Err(Status::forbidden("pods", name, &format!("no PriorityClass with name {class} was found")))
        }
    }
}

fn choose_storage_class(cluster: &Cluster, claim: &mut Value) {
    if !claim["spec"]["storageClassName"].is_null() {
        return;
    }
    let default = cluster.list("storageclasses.storage.k8s.io", None).into_iter().find(|class| {
        class.parse()["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
    });
    if let Some(class) = default {
        claim["spec"]["storageClassName"] = json!(class.name());
    }
}
