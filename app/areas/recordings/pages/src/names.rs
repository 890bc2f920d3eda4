//! How recordings are told.

use crate::words::{text, text_of, text_with};
use model::{Level, Status};
use recordings_contract::RecordingLine;

/// What a terminal was opened in: the pod with its container, or the node.
pub fn place(line: &RecordingLine) -> String {
    match &line.namespace {
        Some(namespace) if line.container.is_empty() => format!("{namespace} / {}", line.name),
        Some(namespace) => format!("{namespace} / {} / {}", line.name, line.container),
        None => text_with("node", &[("name", &line.name)]),
    }
}

/// How it stands, or ended.
pub fn status(line: &RecordingLine) -> Status {
    let Some(ending) = &line.ending else {
        return Status::new(Level::Progressing, text("ending.none").to_owned());
    };
    let level = match ending.as_str() {
        "exited" | "idle" | "stopping" => Level::Inactive,
        "cut" | "full" | "lost" => Level::Warning,
        _ => Level::Failed,
    };
    let detail = &line.ending_detail;
    let reason = match ending.as_str() {
        "exited" if detail == "0" => String::new(),
        "exited" => text_with("ending.exited.code", &[("code", detail)]),
        "idle" => text_with("ending.idle.minutes", &[("minutes", detail)]),
        "full" => text_with("ending.full.size", &[("size", detail)]),
        "cut" => text("ending.cut.why").to_owned(),
        _ => detail.clone(),
    };
    Status { level, word: text_of("ending", ending), reason }
}

/// A length of time as players write it: `2:05`, `1:02:05`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn lengths_are_written_as_players_do() {
        assert_eq!([0, 9, 65, 3599, 3725].map(clock), ["0:00", "0:09", "1:05", "59:59", "1:02:05"]);
    }
}
