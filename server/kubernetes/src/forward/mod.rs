//! Connections to ports of pods: what `kubectl port-forward` does, for browsers.

mod ports;
mod tunnel;

pub use tunnel::Tunnel;

use crate::caller::ForCaller;
use crate::reads::ReadObject;
use access::{Action, Need, Resource, Verb};
use model::{ConsoleError, ResourceRef};
use serde_json::Value;

/// Reaching a port of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardPort {
    /// Which pod.
    pub pod: ResourceRef,
    /// Which port of it.
    pub port: u16,
}

impl Action for ForwardPort {
    const NAME: &'static str = "forward port";

    /// By HTTP it is a GET; what it does is not. Asked for as a creation, whatever version the cluster has.
    fn need(&self) -> Need {
        Need::on(Verb::Create, Resource::new("", "pods").part("portforward"), &self.pod)
    }

    fn detail(&self) -> Option<String> {
        Some(format!("port {}", self.port))
    }
}

impl ForCaller {
    /// Opens a port of an object: finds the pod that answers for it, and writes into the audit trail who reaches it. What
    /// flows is carried by [`ForCaller::tunnel`].
    pub async fn open_port(&self, resource: &ResourceRef, port: u16) -> Result<ForwardPort, ConsoleError> {
        let forward = self.behind(resource, port).await?;
        self.kubernetes.access().grant(&self.caller, forward.clone()).await?;
        Ok(forward)
    }

    /// Why a port cannot be opened at the moment, if it cannot; nothing is recorded.
    pub async fn port_problem(&self, resource: &ResourceRef, port: u16) -> Option<ConsoleError> {
        match self.behind(resource, port).await {
            Ok(forward) => access::decide(&self.caller, &forward.need()).err().map(refused),
            Err(error) => Some(error),
        }
    }

    /// The pods of an object, as far as the caller may see them: of a pod, itself.
    async fn pods_behind(&self, resource: &ResourceRef) -> Result<Vec<Value>, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        let read = ReadObject::new(&served, resource);
        let granted = self.kubernetes.access().grant(&self.caller, read).await?;
        match resource.kind.as_str() {
            "pods" => Ok(vec![self.pod_of(resource, &granted.identity()).await?]),
            _ => self.pods_of(&cluster, resource).await,
        }
    }
}

fn refused(refusal: access::Refusal) -> ConsoleError {
    access::Refused::NotAllowed(refusal).into()
}
