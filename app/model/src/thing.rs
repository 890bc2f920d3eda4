//! What can be missing, told apart so that pages can call it in the reader's language.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that was looked for and not found. As text it is an English noun, for programs and logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thing {
    /// A cluster, by its name.
    Cluster(String),
    /// A kind that a cluster does not serve.
    Kind {
        /// The kind.
        kind: String,
        /// The cluster.
        cluster: String,
    },
    /// A list of this kind, where the cluster tells nobody what changes.
    FollowedList(String),
    /// What a cluster says of the fields of a kind, or of a group of its API.
    Schema {
        /// The kind or group.
        of: String,
        /// The cluster.
        cluster: String,
    },
    /// A Service of a cluster, as it is addressed.
    Service(String),
    /// A pod that is ready, behind an object of this name.
    ReadyPod(String),
    /// A piece of long work, by its id.
    Job(String),
    /// What was deleted, as it is kept for some days.
    Deleted,
    /// A recording of a terminal.
    Recording,
    /// A workspace, by its name.
    Workspace(String),
    /// A project, by its place.
    Project {
        /// The cluster.
        cluster: String,
        /// Its namespace.
        namespace: String,
    },
    /// A project, by what is said of it.
    ProjectCalled(String),
    /// A project of a workspace.
    ProjectOf {
        /// Its namespace.
        namespace: String,
        /// The workspace.
        workspace: String,
    },
    /// An account, by its name.
    Account(String),
    /// A role, by its id.
    Role(String),
    /// A department, by its id.
    Department(String),
    /// An invitation.
    Invitation,
    /// A mail to the account of this name that could not be sent.
    UnsentMail(String),
    /// A mail server of a place.
    MailServer,
    /// A receiver of alerts.
    Receiver,
    /// What measures a cluster.
    Monitoring(String),
    /// What tells of the alerts of a cluster.
    Alertmanager(String),
    /// An alert.
    Alert,
    /// A silence.
    Silence,
    /// A rule that people wrote.
    Rule,
    /// A rule that comes with the console, by its name.
    ReadyRule(String),
    /// An alert on a list.
    ListAlert,
    /// A dashboard.
    Dashboard,
    /// A link by which a dashboard is shown elsewhere.
    EmbedLink,
    /// What keeps the logs of a cluster.
    LogStore(String),
    /// What keeps the events of a cluster.
    EventStore,
    /// A line of a log, by its id.
    LogLine(String),
    /// A search of logs that people kept.
    SavedSearch,
}

impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Cluster(name) => return write!(formatter, "cluster {name}"),
            Self::Kind { kind, cluster } => return write!(formatter, "the kind {kind} in cluster {cluster}"),
            Self::FollowedList(kind) => return write!(formatter, "a list of {kind} that can be followed"),
            Self::Schema { of, cluster } => {
                return write!(formatter, "the schema of {of} in cluster {cluster}");
            }
            Self::Service(service) => return write!(formatter, "service {service}"),
            Self::ReadyPod(name) => return write!(formatter, "a pod of {name} that is ready"),
            Self::Job(id) => {
                return write!(
                    formatter,
                    "job {id} on this replica of the console (jobs are known where they began, and end when that \
                     replica restarts)"
                );
            }
            Self::Workspace(name) => return write!(formatter, "workspace {name}"),
            Self::Project { cluster, namespace } => {
                return write!(formatter, "project {namespace} in cluster {cluster}");
            }
            Self::ProjectCalled(said) => return write!(formatter, "project {said}"),
            Self::ProjectOf { namespace, workspace } => {
                return write!(formatter, "project {namespace} of {workspace}");
            }
            Self::Account(name) => return write!(formatter, "account {name}"),
            Self::Role(id) => return write!(formatter, "role {id}"),
            Self::Department(id) => return write!(formatter, "department {id}"),
            Self::UnsentMail(name) => return write!(formatter, "a mail to {name} that was not sent"),
            Self::Monitoring(cluster) => return write!(formatter, "the monitoring of cluster {cluster}"),
            Self::Alertmanager(cluster) => {
                return write!(formatter, "the Alertmanager of cluster {cluster}");
            }
            Self::ReadyRule(name) => return write!(formatter, "the rule {name}"),
            Self::LogStore(cluster) => return write!(formatter, "the log store of cluster {cluster}"),
            Self::LogLine(id) => return write!(formatter, "line {id:?}"),
            Self::Deleted => "what was deleted: its time is over, or it is there again",
            Self::Recording => "this recording: its time is over, or it never was",
            Self::Invitation => "this invitation",
            Self::MailServer => "the mail server",
            Self::Receiver => "the receiver",
            Self::Alert => "the alert",
            Self::Silence => "the silence",
            Self::Rule => "the rule",
            Self::ListAlert => "the alert on a list",
            Self::Dashboard => "the dashboard",
            Self::EmbedLink => "the link",
            Self::EventStore => "a log store that keeps the events of the cluster",
            Self::SavedSearch => "the saved search",
        };
        formatter.write_str(words)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::ConsoleError;

    #[test]
    fn programs_read_the_noun_and_pages_the_thing() {
        let error = ConsoleError::unknown(Thing::Cluster("lantern".into()));

        let sent = serde_json::to_value(&error).unwrap();
        assert_eq!(sent["NotFound"]["what"], "cluster lantern");
        assert_eq!(serde_json::from_value::<ConsoleError>(sent).unwrap(), error);

        let named = serde_json::to_value(ConsoleError::missing("pods/shop/web-0")).unwrap();
        assert!(named["NotFound"].get("thing").is_none(), "{named}");
    }
}
