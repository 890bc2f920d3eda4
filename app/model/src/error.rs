//! One error for every page: a variant per thing the reader does next.

use crate::{Cause, Fault, Outage, ResourceRef, Thing};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::fmt;

/// What a server function or a page's data can fail with. Each variant is something the reader does next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub enum ConsoleError {
    /// Sign in again.
    NotSignedIn,
    /// Ask for this right.
    Forbidden {
        /// What would be needed.
        need: Need,
        /// The sentence of the system that refused, when it was not the console itself.
        said: Option<String>,
    },
    /// It does not exist, or may not be known to exist.
    NotFound {
        /// What was looked for, as words: `pods/shop/web-0`.
        what: String,
        /// What pages call in the reader's language instead of these words.
        #[serde(default, deserialize_with = "as_far_as_known", skip_serializing_if = "Option::is_none")]
        thing: Option<Thing>,
    },
    /// Correct these fields; nothing was changed.
    Invalid {
        /// What is wrong, field by field.
        problems: Vec<FieldProblem>,
    },
    /// Somebody else changed it: compare and decide.
    Conflict {
        /// Which fields are owned by whom, or which version is newer.
        problems: Vec<FieldProblem>,
    },
    /// Try again later; only what needs this system is affected.
    Unavailable {
        /// Which system.
        system: System,
        /// What happened.
        #[serde(flatten)]
        cause: Cause,
        /// Whether the request may have been carried out although no good answer came back.
        may_be_done: bool,
    },
    /// The request did not arrive, or its answer could not be read.
    Transport(String),
    /// A fault of the console: quote this reference.
    Internal {
        /// The request id under which the cause was logged.
        reference: String,
    },
}

/// A right that is missing, in Kubernetes' words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The verb, such as `patch`.
    pub verb: String,
    /// The resource, such as `deployments.apps/scale`.
    pub resource: String,
    /// The cluster, when the right belongs to one.
    pub cluster: Option<String>,
    /// The namespace, when the right belongs to one.
    pub namespace: Option<String>,
    /// Who can give it.
    pub granted_by: GrantedBy,
}

/// Who can give a right. In English as a sentence's subject; pages say it in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantedBy {
    /// An administrator of the console, and nobody else.
    Administrator,
    /// Who manages the members of this cluster.
    Cluster(String),
    /// Who manages the members of the workspace that it is about.
    Workspace,
    /// Who manages the members of this project, or of its workspace.
    Project(String),
    /// Who manages the roles that the cluster itself keeps.
    ClusterItself,
    /// Nobody: it may not be done while acting as the person of this name.
    WhileActingAs(String),
    /// Nobody: it is outside of the place, such as `project/harbour/shop`, for which the API token was made. Empty when that is
    /// gone.
    OutsideOfToken(String),
}

impl fmt::Display for GrantedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let administrator = "an administrator of this console";
        match self {
            Self::Administrator => formatter.write_str("An administrator of this console"),
            Self::Cluster(name) => {
                write!(formatter, "Whoever manages the members of cluster {name}, or {administrator}")
            }
            Self::Workspace => {
                write!(formatter, "Whoever manages the members of this workspace, or {administrator}")
            }
            Self::Project(name) => write!(
                formatter,
                "Whoever manages the members of project {name} or of its workspace, or {administrator}"
            ),
            Self::ClusterItself => formatter.write_str("Whoever manages the roles of this cluster"),
            Self::WhileActingAs(name) => write!(formatter, "Nobody, as long as you act as {name},"),
            Self::OutsideOfToken(place) if place.is_empty() => {
                formatter.write_str("Nobody, because the place of this API token is gone,")
            }
            Self::OutsideOfToken(place) => {
                write!(formatter, "Nobody, because this API token is for {place} alone,")
            }
        }
    }
}

/// Something wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field: a form field's name or a path such as `spec.replicas`. Empty for the whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Line of a text, counted from 1, when the problem is in a text.
    pub line: Option<u32>,
    /// What pages say in the reader's language instead of the message.
    #[serde(default, deserialize_with = "as_far_as_known", skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// A page that is open may be older than the console that answers it. What it does not know it tells by the words beside it.
pub(crate) fn as_far_as_known<'de, D: Deserializer<'de>, T: Told>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let told = Option::<Value>::deserialize(deserializer)?;
    Ok(told.and_then(|told| T::read(told).ok()))
}

/// What nearly every answer may hold and is long to tell apart. It is read in one way, which is compiled once: read straight out
/// of each answer, it would be in the browser half many times.
pub(crate) trait Told: Sized {
    /// Reads it.
    fn read(told: Value) -> serde_json::Result<Self>;
}

impl Told for Fault {
    fn read(told: Value) -> serde_json::Result<Self> {
        serde_json::from_value(told)
    }
}

impl Told for Outage {
    fn read(told: Value) -> serde_json::Result<Self> {
        serde_json::from_value(told)
    }
}

impl Told for Thing {
    fn read(told: Value) -> serde_json::Result<Self> {
        serde_json::from_value(told)
    }
}

impl Told for ConsoleError {
    fn read(told: Value) -> serde_json::Result<Self> {
        Self::deserialize(told)
    }
}

impl<'de> Deserialize<'de> for ConsoleError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for ConsoleError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl FieldProblem {
    /// A problem of one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), line: None, fault: None }
    }

    /// A problem of one field that pages say in the reader's language.
    pub fn of(field: impl Into<String>, fault: impl Into<Fault>) -> Self {
        let fault = fault.into();
        Self { field: field.into(), message: fault.to_string(), line: None, fault: Some(fault) }
    }
}

/// A system that the console depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum System {
    /// A cluster's API server, by the cluster's name.
    Cluster(String),
    /// One API group of a cluster that is served by an extension: cluster, group.
    ApiGroup(String, String),
    /// What measures a cluster, by the cluster's name.
    Monitoring(String),
    /// What keeps a cluster's logs, by the cluster's name.
    Records(String),
    /// What carries mail.
    Mail,
    /// The console's own database.
    Database,
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(name) => write!(formatter, "cluster {name}"),
            Self::ApiGroup(cluster, group) => write!(formatter, "API group {group} of cluster {cluster}"),
            Self::Monitoring(cluster) => write!(formatter, "the monitoring of cluster {cluster}"),
            Self::Records(cluster) => write!(formatter, "the log store of cluster {cluster}"),
            Self::Mail => formatter.write_str("the mail server"),
            Self::Database => formatter.write_str("the console's database"),
        }
    }
}

impl ConsoleError {
    /// Whether what was asked for may have been done all the same.
    pub fn may_be_done(&self) -> bool {
        matches!(self, Self::Unavailable { may_be_done: true, .. } | Self::Transport(_))
    }

    /// Whether the same may go well in a while, without anybody doing anything about it.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Transport(_))
    }

    /// A refusal of one field's value.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { problems: vec![FieldProblem::new(field, message)] }
    }

    /// A refusal of one field's value that pages say in the reader's language.
    pub fn refused(field: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self::Invalid { problems: vec![FieldProblem::of(field, fault)] }
    }

    /// The object does not exist, or the caller may not know.
    pub fn not_found(what: &ResourceRef) -> Self {
        Self::missing(what.to_string())
    }

    /// What is called so in every language, or is named in the reader's already, does not exist, or the caller may not know.
    pub fn missing(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into(), thing: None }
    }

    /// What pages call in the reader's language does not exist, or the caller may not know.
    pub fn unknown(thing: Thing) -> Self {
        Self::NotFound { what: thing.to_string(), thing: Some(thing) }
    }

    /// Why it is so, where the reader sees already which system is meant.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Unavailable { cause, .. } => cause.clone(),
            other => other.to_string().into(),
        }
    }

    /// The HTTP status that says the same.
    pub fn status_code(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound { .. } => 404,
            Self::Invalid { .. } => 422,
            Self::Conflict { .. } => 409,
            Self::Unavailable { .. } => 503,
            Self::Transport(_) => 400,
            Self::Internal { .. } => 500,
        }
    }
}

impl fmt::Display for ConsoleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSignedIn => formatter.write_str("You are not signed in."),
            Self::Forbidden { need, said } => {
                write!(formatter, "This needs the right to {} {}", need.verb, need.resource)?;
                if let Some(namespace) = &need.namespace {
                    write!(formatter, " in namespace {namespace}")?;
                }
                if let Some(cluster) = &need.cluster {
                    write!(formatter, " of cluster {cluster}")?;
                }
                write!(formatter, ". {} can grant it.", need.granted_by)?;
                said.iter().try_for_each(|said| write!(formatter, " The cluster said: {said}"))
            }
            Self::NotFound { what, .. } => write!(formatter, "{what} does not exist, or you may not see it."),
            Self::Invalid { problems } | Self::Conflict { problems } => {
                for (index, problem) in problems.iter().enumerate() {
                    let gap = if index == 0 { "" } else { "; " };
                    let colon = if problem.field.is_empty() { "" } else { ": " };
                    write!(formatter, "{gap}{}{colon}{}", problem.field, problem.message)?;
                }
                Ok(())
            }
            Self::Unavailable { system, cause, may_be_done } => {
                write!(formatter, "{system} did not answer as it should: {cause}")?;
                if *may_be_done {
                    formatter
                        .write_str(" The change may have been carried out: look before you repeat it.")?;
                }
                Ok(())
            }
            Self::Transport(cause) => write!(formatter, "The request did not get through: {cause}"),
            Self::Internal { reference } => {
                write!(formatter, "The console failed. Quote {reference} when you report it.")
            }
        }
    }
}

impl std::error::Error for ConsoleError {}

impl FromServerFnError for ConsoleError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Transport(error.to_string())
    }
}
