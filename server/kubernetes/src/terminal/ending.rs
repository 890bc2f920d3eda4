//! Why a terminal ended.

use crate::caller::ForCaller;
use crate::error::ApiStatus;
use crate::pods;
use access::Identity;
use model::terminal::{ContainerFate, TerminalEnd};
use model::{ConsoleError, ResourceRef};
use serde_json::Value;

/// Exit codes from here on say that a signal ended the shell, as it does when its container ends.
const BY_SIGNAL: i32 = 128;
/// What shells and runtimes answer for a program that cannot be run, or is not there.
const CANNOT_RUN: [i32; 2] = [126, 127];

/// What the cluster says at the end of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Exited(i32),
    NoSuchProgram,
    Failed(String),
}

/// Reads the `Status` that ends a command. A runtime that cannot find the program says so in a sentence of its own;
/// containerd, CRI-O and Docker agree on these words.
pub(crate) fn verdict(status: &[u8]) -> Verdict {
    let plain: Value = serde_json::from_slice(status).unwrap_or_default();
    if plain["status"] == "Success" {
        return Verdict::Exited(0);
    }
    let status: ApiStatus = serde_json::from_value(plain).unwrap_or_default();
    let causes = status.details.as_ref().map_or(&[][..], |details| &details.causes);
    let code =
        causes.iter().find(|cause| cause.reason == "ExitCode").and_then(|cause| cause.message.parse().ok());
    let has = |words: &str| status.message.contains(words);
    match code {
        Some(code) if CANNOT_RUN.contains(&code) => Verdict::NoSuchProgram,
        Some(code) => Verdict::Exited(code),
        None if has("executable file not found") || has("no such file or directory") => {
            Verdict::NoSuchProgram
        }
        None => Verdict::Failed(status.message),
    }
}

/// The end that a `Status` is, of a shell that has run.
pub(crate) fn of(status: &[u8]) -> TerminalEnd {
    match verdict(status) {
        Verdict::Exited(code) => TerminalEnd::Exited { code, because: None },
        // The last command that was typed was not found, and then the shell was left.
        Verdict::NoSuchProgram => TerminalEnd::Exited { code: CANNOT_RUN[1], because: None },
        Verdict::Failed(message) => TerminalEnd::Failed { message },
    }
}

/// How the audit trail sees an end.
pub(crate) fn outcome(end: &TerminalEnd) -> Result<(), ConsoleError> {
    let failed = |why: String| Err(ConsoleError::invalid("", why));
    match end {
        TerminalEnd::Exited { .. } | TerminalEnd::Idle { .. } | TerminalEnd::Stopping => Ok(()),
        TerminalEnd::NoShell { .. } => failed("the container has no shell".into()),
        TerminalEnd::Failed { message } => failed(message.clone()),
        TerminalEnd::Lost { .. } => failed("the connection to the cluster broke".into()),
        TerminalEnd::RecordingFull { mebibytes } => {
            failed(format!("the recording has reached {mebibytes} MiB"))
        }
        TerminalEnd::Unrecorded { why } => failed(format!("the recording cannot be written: {why}")),
        TerminalEnd::TooMany { limit } => failed(format!("{limit} terminals are open already")),
        TerminalEnd::Refused(error) => Err(error.clone()),
    }
}

/// Adds what became of the container, when the end looks as if that were why.
pub(super) async fn explain(
    caller: &ForCaller,
    identity: &Identity,
    pod: &ResourceRef,
    container: &str,
    end: TerminalEnd,
) -> TerminalEnd {
    match end {
        TerminalEnd::Exited { code, .. } if code >= BY_SIGNAL => {
            TerminalEnd::Exited { code, because: fate(caller, identity, pod, container).await }
        }
        TerminalEnd::Lost { .. } => {
            TerminalEnd::Lost { because: fate(caller, identity, pod, container).await }
        }
        end => end,
    }
}

async fn fate(
    caller: &ForCaller,
    identity: &Identity,
    pod: &ResourceRef,
    container: &str,
) -> Option<ContainerFate> {
    let cluster = caller.cluster(&pod.cluster).await.ok()?;
    match pods::read(&cluster, identity, pod).await {
        Ok(pod) => fate_in(&pod, container),
        Err(error) if error.code() == Some(404) => Some(ContainerFate::PodDeleted),
        Err(_) => None,
    }
}

/// What the pod says about it.
fn fate_in(pod: &Value, container: &str) -> Option<ContainerFate> {
    if pod["metadata"]["deletionTimestamp"].is_string() {
        return Some(ContainerFate::PodDeleted);
    }
    let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
    let mut all = lists.iter().flat_map(|list| pod["status"][list].as_array().into_iter().flatten());
    let status = all.find(|status| status["name"] == container)?;
    let ended = [&status["state"]["terminated"], &status["lastState"]["terminated"]];
    let ended = ended.into_iter().find(|ended| ended.is_object())?;
    Some(ContainerFate::Ended {
        reason: ended["reason"].as_str().unwrap_or_default().to_owned(),
        code: i32::try_from(ended["exitCode"].as_i64().unwrap_or_default()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(status: &Value) -> Verdict {
        verdict(status.to_string().as_bytes())
    }

    #[test]
    fn a_program_that_is_not_there_is_told_from_one_that_failed() {
        let internal =
            |message: &str| json!({"status": "Failure", "reason": "InternalError", "message": message});
        let exit = |code: &str| {
            let causes = json!([{"reason": "ExitCode", "message": code}]);
            json!({"status": "Failure", "reason": "NonZeroExitCode", "details": {"causes": causes}})
        };

        assert_eq!(read(&json!({"metadata": {}, "status": "Success"})), Verdict::Exited(0));
        assert_eq!(read(&exit("1")), Verdict::Exited(1));
        assert_eq!(read(&exit("127")), Verdict::NoSuchProgram);
        let missing = r#"exec: "bash": executable file not found in $PATH: unknown"#;
        assert_eq!(read(&internal(missing)), Verdict::NoSuchProgram);
        assert_eq!(read(&internal("container not found")), Verdict::Failed("container not found".into()));
        assert_eq!(verdict(b"garbage"), Verdict::Failed(String::new()));
    }

    #[test]
    fn an_end_that_nobody_wanted_is_a_failure_in_the_trail() {
        assert!(outcome(&TerminalEnd::Exited { code: 1, because: None }).is_ok());
        assert!(outcome(&TerminalEnd::Lost { because: None }).is_err());
        assert_eq!(outcome(&TerminalEnd::Refused(ConsoleError::NotSignedIn)), Err(ConsoleError::NotSignedIn));
    }

    #[test]
    fn a_container_that_ended_is_named_with_its_reason() {
        let ended = json!({"terminated": {"reason": "OOMKilled", "exitCode": 137}});
        let status = json!([{"name": "web", "state": {"running": {}}, "lastState": ended}]);
        let pod = json!({"status": {"containerStatuses": status}});

        assert_eq!(
            fate_in(&pod, "web"),
            Some(ContainerFate::Ended { reason: "OOMKilled".into(), code: 137 })
        );
        assert_eq!(fate_in(&pod, "other"), None);
        let deleted = json!({"metadata": {"deletionTimestamp": "2026-11-26T09:00:00Z"}});
        assert_eq!(fate_in(&deleted, "web"), Some(ContainerFate::PodDeleted));
    }
}
