//! What can go wrong between the console and a cluster, a variant per cause.

use model::{Cause, ConsoleError, Fault, FieldProblem, GrantedBy, Outage, System, Thing};
use serde::Deserialize;
use std::time::Duration;

/// Why a cluster did not do or answer what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KubernetesError {
    /// No connection came about, or it broke: nobody listens, the name is unknown, TLS failed.
    #[error("{cause}")]
    Unreachable {
        /// Which cluster.
        cluster: String,
        /// What the network said, in one sentence.
        cause: String,
        /// Whether a change may have arrived all the same.
        may_be_done: bool,
    },
    /// No answer within the time that a person waits.
    #[error("no answer within {} s", after.as_secs())]
    TimedOut {
        /// Which cluster.
        cluster: String,
        /// How long was waited.
        after: Duration,
        /// Whether a change may have arrived all the same.
        may_be_done: bool,
    },
    /// The API server answered with an error.
    #[error("{}", status.message)]
    Answered {
        /// Which cluster.
        cluster: String,
        /// Its answer.
        status: Box<ApiStatus>,
        /// Whether the request was a change.
        write: bool,
    },
    /// The answer was longer than anything sensible.
    #[error("the answer is longer than {} MiB", limit_bytes >> 20)]
    TooLarge {
        /// Which cluster.
        cluster: String,
        /// The limit.
        limit_bytes: usize,
        /// Whether the request was a change, which has been carried out then.
        may_be_done: bool,
    },
    /// The answer is not what the protocol says.
    #[error("the answer cannot be read: {cause}")]
    Unreadable {
        /// Which cluster.
        cluster: String,
        /// Why not.
        cause: String,
        /// Whether the request was a change, which has been carried out then.
        may_be_done: bool,
    },
    /// The cluster serves no such kind, or the console knows no such cluster.
    #[error("{what} is not known")]
    Unknown {
        /// What was asked for.
        what: Thing,
    },
    /// The object does not exist.
    #[error("{what} does not exist")]
    Missing {
        /// What was asked for.
        what: String,
    },
    /// What was asked for makes no sense.
    #[error("{}", problems.first().map_or("invalid", |problem| problem.message.as_str()))]
    Invalid {
        /// Field by field.
        problems: Vec<FieldProblem>,
    },
    /// The objects of this kind are still being read for the first time.
    #[error("{kind} are still being read")]
    Loading {
        /// Which cluster.
        cluster: String,
        /// Which kind.
        kind: String,
    },
    /// Somebody else changed it meanwhile.
    #[error("it was changed meanwhile")]
    Conflict {
        /// Which fields, and who owns them.
        problems: Vec<FieldProblem>,
    },
}

/// The `Status` object of an API server's error answer.
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiStatus {
    /// The HTTP status.
    pub code: u16,
    /// One word for machines, such as `AlreadyExists`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// More about some reasons.
    pub details: Option<ApiStatusDetails>,
}

/// More about an error answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiStatusDetails {
    /// What is wrong, field by field.
    pub causes: Vec<ApiStatusCause>,
    /// Seconds after which trying again makes sense.
    pub retry_after_seconds: u64,
}

/// One cause of an error answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ApiStatusCause {
    /// Such as `FieldValueInvalid` or `FieldManagerConflict`.
    pub reason: String,
    /// A sentence.
    pub message: String,
    /// The field's path.
    pub field: String,
}

impl ApiStatus {
    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.details.as_ref().map_or(0, |details| details.retry_after_seconds);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }
}

impl KubernetesError {
    /// A refusal of what was typed.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { problems: vec![FieldProblem::new(field, message)] }
    }

    /// A refusal of the whole that pages say in the reader's language.
    pub fn refused(fault: impl Into<Fault>) -> Self {
        Self::Invalid { problems: vec![FieldProblem::of("", fault)] }
    }

    /// A refusal of what was typed that pages say in the reader's language.
    pub fn refused_at(field: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self::Invalid { problems: vec![FieldProblem::of(field, fault)] }
    }

    /// An answer of a cluster that is not what the protocol says, and why not.
    pub(crate) fn unreadable(cluster: &str, cause: impl Into<String>) -> Self {
        Self::Unreadable { cluster: cluster.into(), cause: cause.into(), may_be_done: false }
    }

    /// The same of an answer to a change: whatever cannot be read of it, it was carried out.
    pub(crate) fn after_a_change(self) -> Self {
        match self {
            Self::Unreadable { cluster, cause, .. } => Self::Unreadable { cluster, cause, may_be_done: true },
            other => other,
        }
    }

    /// Why there is no answer, where the reader sees already which cluster is meant.
    pub fn cause(&self) -> Cause {
        match self {
            Self::TimedOut { after, .. } => Outage::Late(after.as_secs()).into(),
            Self::TooLarge { limit_bytes, .. } => Outage::Long(limit_bytes >> 20).into(),
            Self::Unreadable { cause, .. } => Outage::unreadable(cause.as_str()).into(),
            Self::Loading { kind, .. } => Outage::Loading(kind.clone()).into(),
            other => other.to_string().into(),
        }
    }

    /// The HTTP status of the API server's answer, if it answered.
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(status.code),
            _ => None,
        }
    }

    /// For how long the API server wishes to be left alone, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answered { status, .. } => status.retry_after(),
            _ => None,
        }
    }

    /// Whether this says that a resource version is too old to continue from.
    pub fn is_expired(&self) -> bool {
        self.code() == Some(410)
    }
}

impl From<KubernetesError> for ConsoleError {
    fn from(error: KubernetesError) -> Self {
        let cause = error.cause();
        match error {
            KubernetesError::Unreachable { cluster, may_be_done, .. }
            | KubernetesError::TimedOut { cluster, may_be_done, .. }
            | KubernetesError::TooLarge { cluster, may_be_done, .. }
            | KubernetesError::Unreadable { cluster, may_be_done, .. } => {
                Self::Unavailable { system: System::Cluster(cluster), cause, may_be_done }
            }
            KubernetesError::Loading { cluster, .. } => {
                Self::Unavailable { system: System::Cluster(cluster), cause, may_be_done: false }
            }
            KubernetesError::Unknown { what } => Self::unknown(what),
            KubernetesError::Missing { what } => Self::missing(what),
            KubernetesError::Invalid { problems } => Self::Invalid { problems },
            KubernetesError::Conflict { problems } => Self::Conflict { problems },
            KubernetesError::Answered { cluster, status, write } => answered(cluster, *status, write),
        }
    }
}

/// What the reader does next about an API server's refusal.
fn answered(cluster: String, status: ApiStatus, write: bool) -> ConsoleError {
    let system = System::Cluster(cluster.clone());
    let seconds = status.retry_after().map(|after| after.as_secs());
    match status.code {
        401 => ConsoleError::Unavailable { system, cause: Outage::Credential.into(), may_be_done: false },
        403 if status.message.contains("exceeded quota") => ConsoleError::invalid("", status.message),
        403 => {
            ConsoleError::Forbidden { need: need_of(&status.message, cluster), said: Some(status.message) }
        }
        404 => ConsoleError::missing(trimmed(&status.message)),
        409 => ConsoleError::Conflict { problems: problems(&status) },
        400 | 413 | 415 | 422 => ConsoleError::Invalid { problems: problems(&status) },
        429 => ConsoleError::Unavailable {
            system,
            cause: Outage::Throttling(status.message).left_alone_for(seconds).into(),
            may_be_done: false,
        },
        code => ConsoleError::Unavailable {
            system,
            cause: Outage::Answered { code, said: status.message }.left_alone_for(seconds).into(),
            // A gateway may have lost the answer to a change that was made.
            may_be_done: write && code >= 500,
        },
    }
}

fn problems(status: &ApiStatus) -> Vec<FieldProblem> {
    let causes = status.details.as_ref().map_or(&[][..], |details| &details.causes);
    if causes.is_empty() {
        return vec![FieldProblem::new("", trimmed(&status.message))];
    }
    causes.iter().map(|cause| FieldProblem::new(&cause.field, trimmed(&cause.message))).collect()
}

/// The right that a sentence such as `pods "web" is forbidden: User "u" cannot delete resource "pods" in API group ""
/// in the namespace "shop"` names.
fn need_of(message: &str, cluster: String) -> model::Need {
    let after = |mark: &str| message.split_once(mark).map_or("", |(_, rest)| rest);
    let quoted = |text: &str| text.split('"').next().unwrap_or_default().to_owned();
    let verb = after("cannot ").split(' ').next().unwrap_or_default().to_owned();
    let group = quoted(after("in API group \""));
    let resource = quoted(after("resource \""));
    let namespace = quoted(after("in the namespace \""));
    model::Need {
        verb: if verb.is_empty() { "do this to".into() } else { verb },
        resource: match (resource.is_empty(), group.is_empty()) {
            (true, _) => "the object".into(),
            (false, true) => resource,
            (false, false) => format!("{resource}.{group}"),
        },
        cluster: Some(cluster),
        namespace: (!namespace.is_empty()).then_some(namespace),
        granted_by: GrantedBy::ClusterItself,
    }
}

/// A webhook may answer with pages of HTML; nobody reads more than this.
fn trimmed(message: &str) -> String {
    const LONGEST: usize = 2_000;
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &message[..end]),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: u16, message: &str, write: bool) -> ConsoleError {
        let status = Box::new(ApiStatus { code, message: message.into(), ..ApiStatus::default() });
        KubernetesError::Answered { cluster: "harbour".into(), status, write }.into()
    }

    #[test]
    fn a_refusal_names_the_right_that_is_missing() {
        let error = refusal(
            403,
            r#"deployments.apps "web" is forbidden: User "orrery:u:1" cannot patch resource "deployments" in API group "apps" in the namespace "shop""#,
            true,
        );

        let ConsoleError::Forbidden { need, .. } = error else { panic!("{error:?}") };
        assert_eq!((need.verb.as_str(), need.resource.as_str()), ("patch", "deployments.apps"));
        assert_eq!(need.namespace.as_deref(), Some("shop"));
    }

    #[test]
    fn only_a_failed_change_may_have_been_carried_out() {
        let may_be_done = |error| matches!(error, ConsoleError::Unavailable { may_be_done: true, .. });

        assert!(may_be_done(refusal(503, "etcd leader changed", true)));
        assert!(!may_be_done(refusal(503, "etcd leader changed", false)));
        assert!(!may_be_done(refusal(429, "slow down", true)));
    }

    #[test]
    fn what_the_console_says_of_a_cluster_has_words_in_every_language() {
        let cluster = || "harbour".to_owned();
        let errors = [
            KubernetesError::TimedOut {
                cluster: cluster(),
                after: Duration::from_secs(10),
                may_be_done: false,
            },
            KubernetesError::TooLarge { cluster: cluster(), limit_bytes: 64 << 20, may_be_done: false },
            KubernetesError::unreadable("harbour", "EOF while parsing"),
            KubernetesError::Loading { cluster: cluster(), kind: "pods".into() },
        ];
        for error in errors {
            let cause = error.cause();
            assert!(cause.outage.is_some() && cause.words == error.to_string(), "{cause:?}");
        }
        for code in [401, 429, 503] {
            let refused = refusal(code, "slow down", true).cause();
            assert!(refused.outage.is_some(), "{refused:?}");
        }

        let cause = "connection refused".to_owned();
        let gone = KubernetesError::Unreachable { cluster: cluster(), cause, may_be_done: false };
        assert_eq!(gone.cause(), Cause::from("connection refused"));
    }

    #[test]
    fn pages_of_html_are_cut() {
        let error = refusal(422, &"<p>é".repeat(100_000), true);

        assert!(error.to_string().len() < 6_000);
    }
}
