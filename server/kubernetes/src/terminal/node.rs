//! A shell of a node: a privileged pod on it, from which the node's own system is entered. So does `kubectl debug node/`.
//!
//! The pod is made for one terminal and deleted with it, whichever way that ends. Should the console die first, the pod's
//! input ends and its shell with it; what is left is a pod that has ended.

use super::Shown;
use super::attached::Attached;
use super::session::{Running, left, say};
use crate::caller::ForCaller;
use crate::connection::{As, Call};
use crate::pods;
use crate::slug::built_in;
use access::Identity;
use bytes::Bytes;
use http::Method;
use model::terminal::{NodeShell, TerminalEnd, TerminalNews, TerminalSize};
use model::{ConsoleError, Namespace, ObjectName, ResourceRef};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;

/// Where privileged pods belong: a namespace that policies leave to the system.
const NAMESPACE: &str = "kube-system";
/// What the pod's only container is called.
const CONTAINER: &str = "shell";
/// The pod ends after so long even if nobody is left to end it.
const LONGEST_SECONDS: u32 = 12 * 60 * 60;
/// How long the node has to end the shell.
const GRACE_SECONDS: u32 = 1;
/// Enters the node's system through its first process. Nodes without a shell of their own (Talos, Bottlerocket) are looked
/// at from the container. Nothing that anybody typed is in this line.
const ENTER: &str =
    "if [ -x /host/bin/sh ]; then exec nsenter -t 1 -m -u -i -n -p -- sh -l; fi; cd /host; exec sh";
/// The longest name of a node that stands whole in the name of its pod.
const LONGEST_NODE: usize = 40;

/// The name of a pod that opens a node.
pub(super) fn pod_for(node: &ResourceRef) -> Result<ResourceRef, ConsoleError> {
    let short: String = node.name.as_str().chars().take(LONGEST_NODE).collect();
    let short = short.trim_end_matches(['.', '-']);
    let name = format!("node-debugger-{short}-{}", super::debugger::suffix());
    let invalid = |error: model::InvalidName| ConsoleError::invalid("node", error.to_string());
    Ok(ResourceRef {
        cluster: node.cluster.clone(),
        kind: built_in("pods"),
        namespace: Some(Namespace::parse(NAMESPACE).map_err(invalid)?),
        name: ObjectName::parse(&name).map_err(invalid)?,
    })
}

/// Makes that pod and enters the node.
pub(super) async fn enter(
    caller: &ForCaller,
    identity: &Identity,
    shell: &NodeShell,
    pod: &ResourceRef,
    size: TerminalSize,
    shown: &mpsc::Sender<Shown>,
    look: Duration,
) -> Result<(String, Running), TerminalEnd> {
    create(caller, identity, shell, pod).await.map_err(TerminalEnd::Refused)?;
    say(shown, TerminalNews::Created { pod: pod.clone() }).await.map_err(|_| left())?;
    let attached = Attached { caller, identity, pod, container: CONTAINER };
    let running = attached.open(size, shown, look).await?;
    Ok((CONTAINER.to_owned(), running))
}

async fn create(
    caller: &ForCaller,
    identity: &Identity,
    shell: &NodeShell,
    pod: &ResourceRef,
) -> Result<(), ConsoleError> {
    let cluster = caller.cluster(&shell.node.cluster).await?;
    let body = manifest(shell, pod).to_string().into();
    let path = format!("/api/v1/namespaces/{NAMESPACE}/pods");
    let call = Call::write(Method::POST, path, "application/json", body);
    cluster.connection().call(As::Caller(identity), &call).await?;
    Ok(())
}

/// Takes the pod away again.
pub(super) async fn delete(
    caller: &ForCaller,
    identity: &Identity,
    pod: &ResourceRef,
) -> Result<(), ConsoleError> {
    let cluster = caller.cluster(&pod.cluster).await?;
    let how = Bytes::from(json!({ "gracePeriodSeconds": GRACE_SECONDS }).to_string());
    let call = Call::write(Method::DELETE, pods::path(pod), "application/json", how);
    match cluster.connection().call(As::Caller(identity), &call).await {
        // It was not made, or somebody else was faster.
        Err(error) if error.code() == Some(404) => Ok(()),
        deleted => Ok(deleted.map(drop)?),
    }
}

fn manifest(shell: &NodeShell, pod: &ResourceRef) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": pod.name.as_str(), "namespace": NAMESPACE,
            "labels": {"app.kubernetes.io/managed-by": "orrery", "app.kubernetes.io/component": "node-shell"},
        },
        "spec": {
            "nodeName": shell.node.name.as_str(),
            "hostPID": true, "hostIPC": true, "hostNetwork": true,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": LONGEST_SECONDS,
            "terminationGracePeriodSeconds": GRACE_SECONDS,
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "tolerations": [{"operator": "Exists"}],
            "containers": [{
                "name": CONTAINER, "image": shell.image.as_str(), "imagePullPolicy": "IfNotPresent",
                "command": ["sh", "-c", ENTER],
                "stdin": true, "stdinOnce": true, "tty": true,
                "securityContext": {"privileged": true, "runAsUser": 0},
                "volumeMounts": [{"name": "host", "mountPath": "/host"}],
            }],
            "volumes": [{"name": "host", "hostPath": {"path": "/"}}],
        },
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn node(name: &str) -> ResourceRef {
        ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "nodes".parse().unwrap(),
            namespace: None,
            name: name.parse().unwrap(),
        }
    }

    #[test]
    fn the_pod_of_a_node_has_a_name_of_its_own_that_is_short_enough() {
        let long = node(&format!("{}.{}", "a".repeat(39), "b".repeat(80)));

        let (one, other) = (pod_for(&long).unwrap(), pod_for(&long).unwrap());
        assert_ne!(one.name, other.name);
        assert!(one.name.as_str().len() <= 63, "{}", one.name);
        assert!(one.name.as_str().starts_with(&format!("node-debugger-{}-", "a".repeat(39))));
    }

    #[test]
    fn nothing_that_was_typed_is_part_of_what_the_shell_reads() {
        let image = model::terminal::ImageName::parse("tools/x:1").unwrap();
        let shell = NodeShell { node: node("pier-1"), image };

        let pod = manifest(&shell, &pod_for(&shell.node).unwrap());

        assert_eq!(pod["spec"]["containers"][0]["command"], json!(["sh", "-c", ENTER]));
        assert_eq!(pod["spec"]["containers"][0]["image"], "tools/x:1");
        assert_eq!(pod["spec"]["nodeName"], "pier-1");
    }
}
