//! What the end of a container means.

use crate::Object;

/// How a container ended, as the rest of a sentence: `was killed because it used more memory than its limit`.
pub fn how_it_ended(end: &Object<'_>) -> String {
    let code = end.number_at("/exitCode").unwrap_or_default();
    let reason = end.text_at("/reason");
    match (reason, meaning(code)) {
        ("OOMKilled", _) => {
            format!("was killed because it used more memory than its limit (exit code {code})")
        }
        ("DeadlineExceeded", _) => format!("was stopped at its deadline (exit code {code})"),
        ("ContainerCannotRun" | "StartError", _) => format!("could not be started (exit code {code})"),
        (_, Some(meaning)) => format!("ended with exit code {code}: {meaning}"),
        (_, None) => format!("ended with exit code {code}"),
    }
}

/// What an exit code usually means; nothing for codes that each program gives its own meaning.
pub fn meaning(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "it finished by itself without an error",
        1 => "the program reported an error",
        2 => "the program was called wrongly or crashed in Go",
        125 => "the container runtime failed before the program started",
        126 => "the command was found but is not executable",
        127 => "the command was not found in the image",
        128 => "the program ended with an invalid exit code",
        129 => "it received SIGHUP",
        130 => "it was interrupted (SIGINT)",
        132 => "it ran an illegal instruction (SIGILL), often an image for another processor",
        134 => "it aborted itself (SIGABRT), often a failed assertion",
        135 => "it accessed memory wrongly (SIGBUS)",
        136 => "it divided by zero or the like (SIGFPE)",
        137 => {
            "it was killed (SIGKILL), by the memory limit, a failed liveness probe or the end of its grace period"
        }
        139 => "it accessed memory that is not its own (SIGSEGV)",
        141 => "it wrote to a closed pipe (SIGPIPE)",
        143 => "it was asked to stop (SIGTERM)",
        255 => "the program failed with an exit code out of range",
        _ => return None,
    })
}
