//! Gives services of type `LoadBalancer` and ingresses their outside addresses.

use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, hash, is_deleting, text};
use crate::site::Site;

/// The class of load balancers this cluster's provider serves; others wait for a provider that does.
const PROVIDED_CLASS: &str = "balancer.playground.example/public";

/// A service's key is told from an ingress's by this prefix, because both may have the same name.
const INGRESS: &str = "ingress/";

/// The controller of outside addresses.
pub struct Addresses;

impl Controller for Addresses {
    fn name(&self) -> &'static str {
        "cloud-controller-manager"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("services"),
            Watch {
                kind: "ingresses.networking.k8s.io",
                keys: |_, ingress| {
                    let key = Key::of(ingress);
                    vec![Key::new(&key.namespace, &format!("{INGRESS}{}", key.name))]
                },
            },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        match key.name.strip_prefix(INGRESS) {
            Some(name) => serve_ingress(site, &Key::new(&key.namespace, name)),
            None => serve_balancer(site, key),
        }
    }
}

/// An address of the range set aside for documentation, the same for the same seed.
fn address(seed: &str) -> Value {
    json!([{ "ip": format!("203.0.113.{}", 10 + hash(seed.as_bytes()) % 200) }])
}

fn serve_balancer(site: &Site, key: &Key) -> Outcome {
    let Some(service) = site.at("services", key) else { return Ok(None) };
    let served = matches!(text(&service, "/spec/loadBalancerClass"), "" | PROVIDED_CLASS);
    let wants = text(&service, "/spec/type") == "LoadBalancer" && !is_deleting(&service);
    if !wants || !served || service.pointer("/status/loadBalancer/ingress").is_some() {
        return Ok(None);
    }
    site.normal(&service, "EnsuringLoadBalancer", "Ensuring load balancer", "service-controller");
    let ingress = address(&format!("{}/{}", key.namespace, key.name));
    site.update("services", key, |service| {
        service["status"]["loadBalancer"] = json!({ "ingress": ingress });
    })?;
    site.normal(&service, "EnsuredLoadBalancer", "Ensured load balancer", "service-controller");
    Ok(None)
}

fn serve_ingress(site: &Site, key: &Key) -> Outcome {
    let Some(ingress) = site.at("ingresses.networking.k8s.io", key) else { return Ok(None) };
    let class_name = text(&ingress, "/spec/ingressClassName");
    if is_deleting(&ingress) || site.get("ingressclasses.networking.k8s.io", "", class_name).is_none() {
        return Ok(None);
    }
    if ingress.pointer("/status/loadBalancer/ingress").is_none() {
        let addresses = address(class_name);
        site.update("ingresses.networking.k8s.io", key, |ingress| {
            ingress["status"]["loadBalancer"] = json!({ "ingress": addresses });
        })?;
        site.normal(&ingress, "Sync", "Scheduled for sync", "nginx-ingress-controller");
    }
    Ok(None)
}
