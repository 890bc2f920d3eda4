//! What was asked of the API server and would change something, as an audit policy would keep it that leaves out reads and
//! what was sent.

use std::collections::VecDeque;

use http::request::Parts;
use jiff::Timestamp;
use parking_lot::Mutex;

use crate::Status;
use crate::identity::Identity;
use crate::rest::request::RequestInfo;

/// How many are kept; the oldest go first.
const KEPT: usize = 20_000;

/// Something that was asked of the API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Names the request: what its `Audit-ID` says, else a number of its own.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// As whom it was asked.
    pub user: String,
    /// Who asked in their place, if somebody did.
    pub speaker: Option<String>,
    /// With which program.
    pub agent: String,
    /// What was to be done.
    pub verb: String,
    /// The path, without its parameters.
    pub path: String,
    /// The API group.
    pub group: String,
    /// Its version.
    pub version: String,
    /// The plural.
    pub resource: String,
    /// The part; empty for the whole.
    pub subresource: String,
    /// Where.
    pub namespace: String,
    /// To which object; empty for those that were not there yet.
    pub name: String,
    /// The HTTP status of the answer.
    pub code: u16,
    /// Why it was refused; empty when it was not.
    pub message: String,
}

/// All that is kept.
#[derive(Debug, Default)]
pub(crate) struct Trail(Mutex<VecDeque<Asked>>);

/// A request that is kept once it is answered.
pub(crate) struct Draft(Asked);

const READS: [&str; 3] = ["get", "list", "watch"];
/// Questions about rights change nothing, whatever their verb; leases would fill everything.
const LEFT_OUT: [&str; 3] = ["authorization.k8s.io", "authentication.k8s.io", "coordination.k8s.io"];

impl Draft {
    /// A request, if it is one to be kept. Refused reads are.
    pub(crate) fn of(
        info: &RequestInfo,
        identity: &Identity,
        speaker: Option<String>,
        parts: &Parts,
        id: &str,
    ) -> Option<Self> {
        if !info.is_resource || LEFT_OUT.contains(&info.group.as_str()) || info.resource == "events" {
            return None;
        }
        let agent = parts.headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Some(Self(Asked {
            id: id.to_owned(),
            at: Timestamp::now(),
            user: identity.user.clone(),
            speaker,
            agent: agent.to_owned(),
            verb: info.verb.clone(),
            path: info.path.clone(),
            group: info.group.clone(),
            version: info.version.clone(),
            resource: info.resource.clone(),
            subresource: info.subresource.clone(),
            namespace: info.namespace.clone().unwrap_or_default(),
            name: info.name.clone().unwrap_or_default(),
            code: 0,
            message: String::new(),
        }))
    }
}

impl Trail {
    /// Keeps an answered request: changes, and what was not allowed.
    pub(crate) fn keep(&self, draft: Option<Draft>, code: u16, refusal: Option<&Status>) {
        let Some(Draft(mut asked)) = draft else { return };
        if READS.contains(&asked.verb.as_str()) && code != 403 {
            return;
        }
        asked.code = code;
        asked.message = refusal.map(|status| status.message.clone()).unwrap_or_default();
        let mut kept = self.0.lock();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(asked);
    }

    /// What was asked between two moments.
    pub(crate) fn between(&self, from: Timestamp, to: Timestamp) -> Vec<Asked> {
        self.0.lock().iter().filter(|asked| asked.at >= from && asked.at <= to).cloned().collect()
    }
}
