//! What can be wrong with questions: what somebody may do, who can do something, and what was done.

use serde::{Deserialize, Serialize};

/// What is wrong with what is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum QuestionFault {
    /// Not how places are written.
    #[error("{0:?} is no place in which roles are held")]
    NoPlace(String),
    /// A place that the caller does not know.
    #[error("does not exist, or you may not see it")]
    UnknownPlace,
    /// A namespace without its cluster.
    #[error("is in a cluster: choose one")]
    NoCluster,
    /// Nobody, or nobody of whom the caller may learn here.
    #[error("there is nobody of that name, or they hold nothing here")]
    UnknownPerson,
    /// No verb of Kubernetes.
    #[error("choose one of the verbs")]
    Verb,
    /// No resource of Kubernetes.
    #[error("is what stands in paths, such as pods, deployments.apps or pods/exec")]
    Resource,
    /// No day.
    #[error("must be a day such as 2026-11-26")]
    Day,
    /// No place in the trail.
    #[error("is not where a page ended")]
    PageEnd,
}

/// What is wrong with saying that a cluster is another one than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ClusterFault {
    /// It is not said what becomes of what the one before had.
    #[error("say what becomes of what the old cluster had")]
    Old,
    /// The name, which is to be typed to confirm, is another one than this.
    #[error("type {0} to confirm")]
    Confirm(String),
    /// Yet another cluster answers.
    #[error("is not what answers under this name any more: reload the page")]
    Changed,
}
