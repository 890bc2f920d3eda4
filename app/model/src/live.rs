//! The live protocol: one event stream per tab carries all feeds of the page.
//!
//! `GET /live?feeds=<JSON of Vec<FeedRequest>>` answers `text/event-stream`. Every event's data is one [`FeedMessage`];
//! its event id is an opaque text from which the stream resumes (`Last-Event-ID`), on another replica too. A feed
//! begins with a [`FeedNews::Snapshot`] unless the revision named in its request is still known, in which case it
//! begins with what changed since. Loss is never silent: whatever cannot be resumed becomes a new snapshot.

use crate::{ConsoleError, Level, ResourceRef, Row, Stale, TableQuery};
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
    /// A cluster's overview, by the cluster's name.
    Cluster(crate::ClusterName),
    /// A piece of long work, such as a drain, by its id.
    Job(String),
    /// The last lines of a container's log, and then every new one, each as a [`FeedNews::Lines`].
    Log(LogTopic),
}

/// Which container's log to follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogTopic {
    /// The pod.
    pub pod: ResourceRef,
    /// The container; must be one of the pod's.
    pub container: String,
    /// How many lines before now to begin with.
    pub tail: u32,
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
    Lines(Vec<String>),
    /// The cluster cannot be followed at the moment; what is shown is what was last known.
    Stale(Stale),
    /// The cluster can be followed again.
    Fresh,
    /// The feed ends for this reason, for example because the right to it was withdrawn.
    Ended(ConsoleError),
}
