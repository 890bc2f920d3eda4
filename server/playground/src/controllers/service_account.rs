//! Gives every namespace its default service account and the cluster's CA certificate.

use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, is_deleting, namespace};
use crate::site::Site;

const CA_CONFIG_MAP: &str = "kube-root-ca.crt";

/// The controller of default service accounts and root certificates.
pub struct ServiceAccounts {
    ca_pem: String,
}

impl ServiceAccounts {
    /// Publishes this CA certificate.
    pub fn new(ca_pem: &str) -> Self {
        Self { ca_pem: ca_pem.to_owned() }
    }
}

fn namespace_key(object: &Value) -> Vec<Key> {
    vec![Key::new("", namespace(object))]
}

impl Controller for ServiceAccounts {
    fn name(&self) -> &'static str {
        "serviceaccount-controller"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("namespaces"),
            Watch { kind: "serviceaccounts", keys: |_, account| namespace_key(account) },
            Watch { kind: "configmaps", keys: |_, map| namespace_key(map) },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(namespace) = site.at("namespaces", key) else { return Ok(None) };
        if is_deleting(&namespace) {
            return Ok(None);
        }
        if site.get("serviceaccounts", &key.name, "default").is_none() {
            site.create(json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": { "name": "default", "namespace": key.name },
            }))?;
        }
        match site.get("configmaps", &key.name, CA_CONFIG_MAP) {
            None => {
                site.create(json!({
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": {
                        "name": CA_CONFIG_MAP, "namespace": key.name,
                        "annotations": { "kubernetes.io/description": "Contains a CA bundle that can be used to verify \
                            the kube-apiserver when using internal endpoints such as the internal service IP or \
                            kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes \
                            clusters." },
                    },
                    "data": { "ca.crt": self.ca_pem },
                }))?;
            }
            Some(_) => {
                let key = Key::new(&key.name, CA_CONFIG_MAP);
                site.update("configmaps", &key, |map| map["data"]["ca.crt"] = self.ca_pem.as_str().into())?;
            }
        }
        Ok(None)
    }
}
