//! What the end of a container means.

use crate::Object;
use crate::said::{Text, say};

/// How a container ended, as the rest of a sentence: `was killed because it used more memory than its limit`.
pub fn how_it_ended(end: &Object<'_>) -> Text {
    let code = end.number_at("/exitCode").unwrap_or_default();
    let reason = end.text_at("/reason");
    match (reason, meaning(code)) {
        ("OOMKilled", _) => say("finding.ended.memory").with("code", code),
        ("DeadlineExceeded", _) => say("finding.ended.deadline").with("code", code),
        ("ContainerCannotRun" | "StartError", _) => say("finding.ended.not-started").with("code", code),
        (_, Some(meaning)) => say("finding.ended.known").with("code", code).with("meaning", meaning),
        (_, None) => say("finding.ended.unknown").with("code", code),
    }
}

/// What an exit code usually means; nothing for codes that each program gives its own meaning.
fn meaning(code: i64) -> Option<Text> {
    Some(match code {
        0 => say("finding.exit.0"),
        1 => say("finding.exit.1"),
        2 => say("finding.exit.2"),
        124 => say("finding.exit.124"),
        125 => say("finding.exit.125"),
        126 => say("finding.exit.126"),
        127 => say("finding.exit.127"),
        128 => say("finding.exit.128"),
        129 => say("finding.exit.129"),
        130 => say("finding.exit.130"),
        131 => say("finding.exit.131"),
        132 => say("finding.exit.132"),
        133 => say("finding.exit.133"),
        134 => say("finding.exit.134"),
        135 => say("finding.exit.135"),
        136 => say("finding.exit.136"),
        137 => say("finding.exit.137"),
        139 => say("finding.exit.139"),
        141 => say("finding.exit.141"),
        143 => say("finding.exit.143"),
        159 => say("finding.exit.159"),
        255 => say("finding.exit.255"),
        _ => return None,
    })
}
