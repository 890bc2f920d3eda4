//! Making pods from a template.

use playground_kubernetes::Status;
use serde_json::{Value, json};

use crate::objects::{controller_reference, name, namespace, set};
use crate::site::Site;

/// The pod a template describes, owned by `owner`, still without a name.
pub fn pod_from(template: &Value, owner: &Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "namespace": namespace(owner),
            "labels": template.pointer("/metadata/labels").cloned().unwrap_or_else(|| json!({})),
            "ownerReferences": [controller_reference(owner)],
        },
        "spec": template["spec"],
    });
    if let Some(annotations) = template.pointer("/metadata/annotations").filter(|all| !all.is_null()) {
        pod["metadata"]["annotations"] = annotations.clone();
    }
    pod
}

/// Creates a pod whose name begins with its owner's, and tells of it; a refusal becomes an event, too.
pub fn create_pod(site: &Site, mut pod: Value, owner: &Value, component: &str) -> Result<(), Status> {
    if name(&pod).is_empty() {
        set(&mut pod, "/metadata/generateName", format!("{}-", name(owner)).into());
    }
    match site.create(pod) {
        Ok(pod) => {
            site.normal(owner, "SuccessfulCreate", &format!("Created pod: {}", name(&pod)), component);
            Ok(())
        }
        Err(status) => {
            site.warning(owner, "FailedCreate", &format!("Error creating: {}", status.message), component);
            Err(status)
        }
    }
}

/// Deletes a pod and tells of it.
pub fn delete_pod(site: &Site, pod: &Value, owner: &Value, component: &str) -> Result<(), Status> {
    site.delete("pods", &crate::objects::Key::of(pod))?;
    site.normal(owner, "SuccessfulDelete", &format!("Deleted pod: {}", name(pod)), component);
    Ok(())
}
