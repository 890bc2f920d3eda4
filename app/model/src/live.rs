//! The live protocol: one event stream per tab carries all feeds of the page.
//!
//! `GET /live?feeds=<JSON of Vec<FeedRequest>>` answers `text/event-stream`. Every event's data is one [`FeedMessage`];
//! its event id is an opaque text from which the stream resumes (`Last-Event-ID`), on another replica too. A feed
//! begins with a [`FeedNews::Snapshot`] unless the revision named in its request is still known, in which case it
//! begins with what changed since. Loss is never silent: whatever cannot be resumed becomes a new snapshot.

use crate::{ConsoleError, Level, ObjectName, ResourceRef, Row, Stale, TableQuery};
use serde::{Deserialize, Serialize};

/// What to follow, and from where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedRequest {
    /// The tab's own number for this feed; messages carry it back.
    pub feed: u32,
    /// What to follow.
    pub topic: Topic,
    /// The revision that the page was rendered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// Something that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A page of a table.
    Table(TableQuery),
    /// One object with what belongs to it; each [`FeedNews::Value`] is what the area's server function would answer.
    Object(ResourceRef),
    /// All clusters that the reader may see, in one card each.
    Fleet,
    /// A cluster's overview, by the cluster's name.
    Cluster(crate::ClusterName),
    /// A piece of long work, such as a drain, by its id.
    Job(String),
    /// The last lines of some logs, and then every new one, each as a [`FeedNews::Lines`].
    Log(LogTopic),
}

/// Which logs to follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTopic {
    /// A pod, or an object whose pods' logs are shown together.
    pub of: ResourceRef,
    /// Only this one of its pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<ObjectName>,
    /// Which of their containers.
    pub containers: ContainerChoice,
    /// How many lines before now to begin with.
    pub tail: u32,
}

/// Which containers of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerChoice {
    /// Of a pod the first that is unwell, else the one that it names, else its first; of several pods all.
    #[default]
    Usual,
    /// All.
    All,
    /// Those of this name.
    Named(String),
}

/// Some lines of one or more logs, in the order of their times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLines {
    /// Who wrote them.
    pub sources: Vec<LogSource>,
    /// The lines.
    pub lines: Vec<LoggedLine>,
    /// Lines are missing right before these: more was written meanwhile than is told again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// Who writes a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogSource {
    /// The pod.
    pub pod: ObjectName,
    /// Its container.
    pub container: String,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedLine {
    /// Who wrote it, as a place in [`LogLines::sources`].
    #[serde(rename = "s")]
    pub source: u16,
    /// When, in nanoseconds since 1970.
    #[serde(rename = "t")]
    pub at_nanoseconds: i64,
    /// What.
    #[serde(rename = "l")]
    pub text: String,
}

/// News of one feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedMessage {
    /// The number of the [`FeedRequest`].
    pub feed: u32,
    /// What is new.
    pub news: FeedNews,
}

/// What is new in a feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedNews {
    /// Forget what you have: these are the rows, in order.
    Snapshot {
        /// The state of the store.
        revision: String,
        /// All rows of the page.
        rows: Vec<Row>,
        /// Matching objects on all pages.
        total: u64,
        /// Matching objects at each level.
        levels: Vec<(Level, u64)>,
    },
    /// Rows that are new or different, rows that left the page, and the new order if it changed.
    Change {
        /// The state of the store after this change.
        revision: String,
        /// New or different rows.
        put: Vec<Row>,
        /// Uids that left the page.
        gone: Vec<String>,
        /// Uids in their new order, if the order changed.
        order: Option<Vec<String>>,
        /// Matching objects on all pages.
        total: u64,
        /// Matching objects at each level.
        levels: Vec<(Level, u64)>,
    },
    /// A new value, whole.
    Value {
        /// Which state this is.
        revision: String,
        /// The value, in the type that the topic's area names.
        value: serde_json::Value,
    },
    /// A log begins anew, because its stream could not be resumed: forget the lines you have.
    Anew,
    /// More lines of a log.
    Lines {
        /// From where a stream resumes.
        revision: String,
        /// The lines.
        lines: LogLines,
    },
    /// The cluster cannot be followed at the moment; what is shown is what was last known.
    Stale(Stale),
    /// The cluster can be followed again.
    Fresh,
    /// The feed ends because its kind is served in another version by now, which may have other columns: ask for the page anew.
    Redefined,
    /// The feed ends for this reason, for example because the right to it was withdrawn.
    Ended(ConsoleError),
}
