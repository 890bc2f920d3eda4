//! A container that is added to a pod to look into it: an ephemeral one, which shares the network of the pod and sees the
//! processes of one of its containers.
//!
//! Its shell is attached to, not run beside it: when the shell is left, or the browser goes, its input ends and the
//! container with it. It cannot be taken out of the pod again; Kubernetes keeps it until the pod goes.
//! <https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/>

use super::attached::Attached;
use super::session::Running;
use super::{Shown, TerminalRequest};
use crate::caller::ForCaller;
use crate::connection::{As, Call};
use crate::pods;
use access::Identity;
use http::Method;
use model::ConsoleError;
use model::terminal::{ImageName, TerminalEnd, TerminalSize};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;

/// What merges lists of containers by their names.
const STRATEGIC_MERGE: &str = "application/strategic-merge-patch+json";

/// Adds such a container and opens it.
pub(super) struct Debugger<'a> {
    pub caller: &'a ForCaller,
    pub identity: &'a Identity,
    pub request: &'a TerminalRequest,
}

impl Debugger<'_> {
    /// Its name, and its program once that runs. It sees the processes of `target` if that runs: a node starts no
    /// container beside one that it does not find.
    pub async fn start(
        &self,
        image: &ImageName,
        target: &str,
        size: TerminalSize,
        shown: &mpsc::Sender<Shown>,
        look: Duration,
    ) -> Result<(String, Running), TerminalEnd> {
        let name = format!("debugger-{}", suffix());
        let pod = self.caller.pod_of(&self.request.pod, self.identity).await.map_err(TerminalEnd::Refused)?;
        let target = Some(target).filter(|target| pods::runs(&pod, target));
        self.add(&name, image, target).await.map_err(TerminalEnd::Refused)?;
        let attached = Attached {
            caller: self.caller,
            identity: self.identity,
            pod: &self.request.pod,
            container: &name,
        };
        let running = attached.open(size, shown, look).await?;
        Ok((name, running))
    }

    async fn add(&self, name: &str, image: &ImageName, target: Option<&str>) -> Result<(), ConsoleError> {
        let pod = &self.request.pod;
        let path = format!("{}/ephemeralcontainers", pods::path(pod));
        let patch = json!({"spec": {"ephemeralContainers": [container(name, image, target)]}});
        let call = Call::write(Method::PATCH, path, STRATEGIC_MERGE, patch.to_string().into());
        let cluster = self.caller.cluster(&pod.cluster).await?;
        cluster.connection().call(As::Caller(self.identity), &call).await?;
        Ok(())
    }
}

fn container(name: &str, image: &ImageName, target: Option<&str>) -> Value {
    let mut container = json!({
        "name": name,
        "image": image.as_str(),
        "imagePullPolicy": "IfNotPresent",
        "stdin": true,
        "stdinOnce": true,
        "tty": true,
        "terminationMessagePolicy": "File",
    });
    if let Some(target) = target {
        container["targetContainerName"] = target.into();
    }
    container
}

/// Five letters, as Kubernetes' own names end: no two people who debug a pod meet.
pub(super) fn suffix() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    id.chars().take(5).collect()
}
