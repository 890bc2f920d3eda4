//! A container whose own program is a shell: waited for, and attached to.

use super::Shown;
use super::session::{Running, left, say};
use crate::caller::ForCaller;
use crate::connection::As;
use crate::pods;
use access::Identity;
use model::terminal::{TerminalEnd, TerminalNews, TerminalSize};
use model::{ConsoleError, ResourceRef};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::mpsc;

/// Reasons to wait that pass by themselves. Whatever else a container waits for, it waits in vain.
const PASSING: [&str; 3] = ["", "ContainerCreating", "PodInitializing"];

/// A container that was made for a terminal.
pub(super) struct Attached<'a> {
    pub caller: &'a ForCaller,
    pub identity: &'a Identity,
    pub pod: &'a ResourceRef,
    pub container: &'a str,
}

impl Attached<'_> {
    /// Its program, once that runs.
    pub async fn open(
        &self,
        size: TerminalSize,
        shown: &mpsc::Sender<Shown>,
        look: Duration,
    ) -> Result<Running, TerminalEnd> {
        tokio::select! {
            waited = self.wait(shown, look) => waited?,
            // Nobody waits for it any more.
            () = shown.closed() => return Err(left()),
        }
        self.attach(size).await.map_err(TerminalEnd::Refused)
    }

    /// Waits until it runs, and says what it waits for.
    async fn wait(&self, shown: &mpsc::Sender<Shown>, look: Duration) -> Result<(), TerminalEnd> {
        let mut said = None;
        loop {
            let pod = self.caller.pod_of(self.pod, self.identity).await.map_err(TerminalEnd::Refused)?;
            let reason = match progress(&pod, self.container) {
                Progress::Runs => return Ok(()),
                Progress::Ended(message) => return Err(TerminalEnd::Failed { message }),
                Progress::Waits(reason) => reason,
            };
            if said.as_ref() != Some(&reason) {
                let container = self.container.to_owned();
                let news = TerminalNews::Preparing { container, reason: reason.clone() };
                say(shown, news).await.map_err(|_| left())?;
                said = Some(reason);
            }
            tokio::time::sleep(look).await;
        }
    }

    async fn attach(&self, size: TerminalSize) -> Result<Running, ConsoleError> {
        let pod = pods::path(self.pod);
        let path = format!("{pod}/attach?container={}&stdin=true&stdout=true&tty=true", self.container);
        let cluster = self.caller.cluster(&self.pod.cluster).await?;
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

/// How such a container stands.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    Waits(String),
    Runs,
    /// It has ended, or waits in vain, for this reason.
    Ended(String),
}

fn progress(pod: &Value, name: &str) -> Progress {
    let lists = ["containerStatuses", "ephemeralContainerStatuses"];
    let mut all = lists.iter().flat_map(|list| pod["status"][list].as_array().into_iter().flatten());
    let state = all.find(|status| status["name"] == name).map_or(&Value::Null, |status| &status["state"]);
    let text = |pointer: &str| state.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if state.get("running").is_some() {
        return Progress::Runs;
    }
    if let Some(ended) = state.get("terminated") {
        let (reason, code) = (text("/terminated/reason"), ended["exitCode"].as_i64().unwrap_or_default());
        return Progress::Ended(format!("{name} has ended: {reason}, exit code {code}"));
    }
    if pod["status"]["phase"] == "Failed" {
        // The node did not take the pod.
        let said = |key: &str| pod["status"][key].as_str().unwrap_or_default();
        return Progress::Ended(format!("{}: {}", said("reason"), said("message")));
    }
    match text("/waiting/reason") {
        reason if PASSING.contains(&reason) => Progress::Waits(reason.to_owned()),
        reason => Progress::Ended(format!("{reason}: {}", text("/waiting/message"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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

    #[test]
    fn a_pod_that_the_node_does_not_take_is_waited_for_in_vain() {
        let pod = json!({"status": {"phase": "Failed", "reason": "OutOfpods", "message": "Node is full"}});

        assert_eq!(progress(&pod, "shell"), Progress::Ended("OutOfpods: Node is full".into()));
    }
}
