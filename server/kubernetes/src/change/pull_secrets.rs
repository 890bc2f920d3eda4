//! The secrets that a project's pods pull their images with unless they say otherwise: those of the account that pods run as
//! which name none.

use crate::change::act::{MERGE_PATCH, Planned};
use crate::change::live;
use crate::slug::built_in;
use crate::{Cluster, KubernetesError};
use access::Identity;
use http::Method;
use model::{ObjectName, ResourceRef};
use resources_contract::Target;
use serde_json::{Value, json};

/// The account in the namespace of a secret that every namespace has.
pub(crate) fn account(secret: &ResourceRef) -> ResourceRef {
    let name = ObjectName::parse("default").expect("it is a name");
    ResourceRef { kind: built_in("serviceaccounts"), name, ..secret.clone() }
}

/// Whether an account's pods pull with a secret.
pub(crate) fn names(account: &Value, secret: &str) -> bool {
    account["imagePullSecrets"].as_array().into_iter().flatten().any(|entry| entry["name"] == secret)
}

/// Reads the account and plans to write its secrets anew. Whoever changed it meanwhile makes that fail.
pub(crate) async fn plan(
    cluster: &Cluster,
    identity: &Identity,
    secret: &Target,
    is_wished: bool,
) -> Result<Planned, KubernetesError> {
    let account = account(&secret.resource);
    let served = cluster.served(&account.kind).await?;
    let now = live::read(cluster, identity, &served, &account).await?;
    let body = json!({
        "metadata": {"uid": now.uid(), "resourceVersion": now.version()},
        "imagePullSecrets": changed(&now.value, secret.resource.name.as_str(), is_wished),
    });
    Ok(Planned::new(Method::PATCH, &live::path(&served, &account)?, MERGE_PATCH, body))
}

/// The account's secrets as they would be; the others stay as they are.
fn changed(account: &Value, secret: &str, is_wished: bool) -> Vec<Value> {
    let mut entries = account["imagePullSecrets"].as_array().cloned().unwrap_or_default();
    if !is_wished {
        entries.retain(|entry| entry["name"] != secret);
    } else if !names(account, secret) {
        entries.push(json!({"name": secret}));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_to_the_others_once_and_goes_without_them() {
        let account = json!({"imagePullSecrets": [{"name": "mirror"}, {"name": "registry"}]});

        assert_eq!(changed(&account, "own", true).len(), 3);
        assert_eq!(changed(&account, "registry", true).len(), 2, "it is there already");
        assert_eq!(changed(&account, "registry", false), [json!({"name": "mirror"})]);
        assert_eq!(changed(&json!({}), "registry", true), [json!({"name": "registry"})]);
        assert!(changed(&json!({}), "registry", false).is_empty());
        assert!(names(&account, "mirror") && !names(&account, "own") && !names(&json!({}), "own"));
    }
}
