//! What the server says of itself: a word, a line for each of its checks, or what one of them says.

use axum::response::Response;

use super::plain;
use super::request::Parameters;
use crate::Status;

/// What each kind of question looks at. A server that lives need not be ready.
const CHECKS: [(&str, &[&str]); 3] = [
    ("healthz", &["ping", "log", "etcd", STARTED, "autoregister-completion"]),
    ("livez", &["ping", "log", "etcd", STARTED, "autoregister-completion"]),
    (
        "readyz",
        &[
            "ping",
            "log",
            "etcd",
            "etcd-readiness",
            "informer-sync",
            STARTED,
            "autoregister-completion",
            "shutdown",
        ],
    ),
];

/// One of the steps after which the server serves everything. Its name has a slash.
const STARTED: &str = "poststarthook/start-apiextensions-controllers";

/// The answer for a path of these; `None` for any other path.
pub(crate) fn answer(path: &str, query: &Parameters) -> Option<Result<Response, Status>> {
    let rest = path.strip_prefix('/')?;
    let (kind, one) = rest.split_once('/').map_or((rest, None), |(kind, one)| (kind, Some(one)));
    let (_, checks) = CHECKS.iter().find(|(known, _)| *known == kind)?;
    Some(match one {
        Some(one) if checks.contains(&one) => Ok(plain("ok")),
        Some(_) => Err(Status::no_such_path()),
        None if query.has("verbose") => Ok(plain(lines(kind, checks, query))),
        None => Ok(plain("ok")),
    })
}

fn lines(kind: &str, checks: &[&str], query: &Parameters) -> String {
    let is_excluded = |name: &str| query.all("exclude").any(|excluded| excluded == name);
    let line = |name: &&str| {
        if is_excluded(name) { format!("[+]{name} excluded: ok\n") } else { format!("[+]{name} ok\n") }
    };
    checks.iter().map(line).chain([format!("{kind} check passed\n")]).collect()
}
