//! A container that is added to a pod to look into it: an ephemeral one, which shares the network of the pod and sees the
//! processes of one of its containers.
//!
//! Its shell is attached to, not run beside it: when the shell is left, or the browser goes, its input ends and the
//! container with it. It cannot be taken out of the pod again; Kubernetes keeps it until the pod goes.
//! <https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/>

use super::session::{Running, left, say};
use super::{Shown, TerminalRequest};
use crate::caller::ForCaller;
use crate::change::core_path;
use crate::connection::{As, Call};
use access::Identity;
use http::Method;
use model::ConsoleError;
use model::terminal::{ImageName, TerminalEnd, TerminalNews, TerminalSize};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;

/// What merges lists of containers by their names.
const STRATEGIC_MERGE: &str = "application/strategic-merge-patch+json";
/// Reasons to wait that pass by themselves. Whatever else a container waits for, it waits in vain.
const PASSING: [&str; 3] = ["", "ContainerCreating", "PodInitializing"];

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
        let target = Some(target).filter(|target| runs(&pod, target));
        self.add(&name, image, target).await.map_err(TerminalEnd::Refused)?;
        tokio::select! {
            waited = self.wait(&name, shown, look) => waited?,
            // Nobody waits for it any more.
            () = shown.closed() => return Err(left()),
        }
        let running = self.attach(&name, size).await.map_err(TerminalEnd::Refused)?;
        Ok((name, running))
    }

    async fn add(&self, name: &str, image: &ImageName, target: Option<&str>) -> Result<(), ConsoleError> {
        let pod = &self.request.pod;
        let path = format!("{}/ephemeralcontainers", core_path("pods", pod.namespace.as_ref(), &pod.name));
        let patch = json!({"spec": {"ephemeralContainers": [container(name, image, target)]}});
        let call = Call::write(Method::PATCH, path, STRATEGIC_MERGE, patch.to_string().into());
        let cluster = self.caller.cluster(&pod.cluster).await?;
        cluster.connection().call(As::Caller(self.identity), &call).await?;
        Ok(())
    }

    /// Waits until it runs, and says what it waits for.
    async fn wait(&self, name: &str, shown: &mpsc::Sender<Shown>, look: Duration) -> Result<(), TerminalEnd> {
        let mut said = None;
        loop {
            let pod = self.caller.pod_of(&self.request.pod, self.identity).await.map_err(TerminalEnd::Refused)?;
            let reason = match progress(&pod, name) {
                Progress::Runs => return Ok(()),
                Progress::Ended(message) => return Err(TerminalEnd::Failed { message }),
                Progress::Waits(reason) => reason,
            };
            if said.as_ref() != Some(&reason) {
                let news = TerminalNews::Preparing { container: name.to_owned(), reason: reason.clone() };
                say(shown, news).await.map_err(|_| left())?;
                said = Some(reason);
            }
            tokio::time::sleep(look).await;
        }
    }

    async fn attach(&self, name: &str, size: TerminalSize) -> Result<Running, ConsoleError> {
        let pod = &self.request.pod;
        let path = core_path("pods", pod.namespace.as_ref(), &pod.name);
        let path = format!("{path}/attach?container={name}&stdin=true&stdout=true&tty=true");
        let cluster = self.caller.cluster(&pod.cluster).await?;
        let (mut to, from) = cluster.connection().channels(As::Caller(self.identity), path).await?.split();
        // What the shell wrote before somebody was attached is gone; another size makes it draw its prompt again.
        let narrower = TerminalSize { columns: size.columns.saturating_sub(1), ..size };
        for size in [narrower.sensible(), size] {
            // A size that cannot be set is not worth a terminal.
            let _ = to.resize(size).await;
        }
        Ok(Running { shell: None, to, from, first: None })
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

/// Whether a container of the pod runs at the moment.
fn runs(pod: &Value, container: &str) -> bool {
    let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let mut of_it = statuses.filter(|status| status["name"] == container);
    of_it.any(|status| status["state"].get("running").is_some())
}

/// Five letters, as Kubernetes' own names end: no two people who debug a pod meet.
fn suffix() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    id.chars().take(5).collect()
}

/// How a container that was added stands.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Waits(String),
    Runs,
    /// It has ended, or waits in vain, for this reason.
    Ended(String),
}

fn progress(pod: &Value, name: &str) -> Progress {
    let statuses = pod["status"]["ephemeralContainerStatuses"].as_array();
    let status = statuses.into_iter().flatten().find(|status| status["name"] == name);
    let state = status.map_or(&Value::Null, |status| &status["state"]);
    let text = |pointer: &str| state.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if state.get("running").is_some() {
        return Progress::Runs;
    }
    if let Some(ended) = state.get("terminated") {
        let (reason, code) = (text("/terminated/reason"), ended["exitCode"].as_i64().unwrap_or_default());
        return Progress::Ended(format!("{name} has ended: {reason}, exit code {code}"));
    }
    match text("/waiting/reason") {
        reason if PASSING.contains(&reason) => Progress::Waits(reason.to_owned()),
        reason => Progress::Ended(format!("{reason}: {}", text("/waiting/message"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(state: &Value) -> Value {
        json!({"status": {"ephemeralContainerStatuses": [
            {"name": "debugger-0", "state": {"running": {}}},
            {"name": "debugger-1", "state": state},
        ]}})
    }

    #[test]
    fn it_waits_for_what_passes_and_no_longer() {
        let waits = |reason: &str| Progress::Waits(reason.to_owned());
        let waiting = |reason: &str| pod(&json!({"waiting": {"reason": reason, "message": "no such tag"}}));

        assert_eq!(progress(&json!({}), "debugger-1"), waits(""), "the node has not seen it yet");
        assert_eq!(progress(&waiting("ContainerCreating"), "debugger-1"), waits("ContainerCreating"));
        assert_eq!(progress(&pod(&json!({"running": {}})), "debugger-1"), Progress::Runs);
        let vain = Progress::Ended("ImagePullBackOff: no such tag".into());
        assert_eq!(progress(&waiting("ImagePullBackOff"), "debugger-1"), vain);
        let ended = pod(&json!({"terminated": {"reason": "Error", "exitCode": 2}}));
        let expected = "debugger-1 has ended: Error, exit code 2";
        assert_eq!(progress(&ended, "debugger-1"), Progress::Ended(expected.into()));
    }
}
