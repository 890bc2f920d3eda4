//! What can be wrong with rules, conditions, silences and alerts on lists.

use serde::{Deserialize, Serialize};

/// What is wrong with conditions on labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ConditionFault {
    /// A line that is no condition.
    #[error("{0:?} is no condition; write one like namespace=\"shop\" or pod=~\"web-.*\"")]
    NoCondition(String),
    /// There is none.
    #[error("write at least one condition")]
    Missing,
    /// More than this many.
    #[error("at most {0} conditions")]
    Many(usize),
    /// More than this many bytes.
    #[error("at most {0} bytes")]
    Long(usize),
    /// Whatever fires meets them.
    #[error("these conditions exclude nothing: at least one must ask for a label that is there")]
    ExcludesNothing,
    /// An expression that costs too much.
    #[error("{0:?} is an expression that stands for too much: write a shorter one")]
    Large(String),
    /// No regular expression.
    #[error("{0:?} is no regular expression")]
    NoExpression(String),
}

/// What is wrong with a silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SilenceFault {
    /// No moment at which it begins.
    #[error("this is no moment; write one such as 2026-11-23T04:20, or nothing for now")]
    NoMoment,
    /// It would begin at a moment that is over.
    #[error("this is over; leave it empty for a silence from now on")]
    Over,
    /// It would begin too late.
    #[error("at most a year ahead")]
    TooFar,
    /// It does not say why.
    #[error("say why: others will wonder why nobody was told")]
    NoReason,
}

/// What is wrong with an alert on a list, or keeps it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ListAlertFault {
    /// No kind of objects.
    #[error("is no kind: open the form from a list")]
    Kind,
    /// No namespaces, or too many.
    #[error("write names of namespaces with spaces between them, at most {0}")]
    Namespaces(usize),
    /// No search.
    #[error("is longer than {0} characters, or more than one line")]
    Search(usize),
    /// No number of objects.
    #[error("write a number from 1 to {0}")]
    Least(u32),
    /// A namespace that is not there.
    #[error("is no project of this cluster")]
    NoProject,
    /// There are as many as are kept.
    #[error("there are {0} alerts on lists here already: remove one first")]
    Full(i64),
    /// It is not what the form began with.
    #[error("{0} changed it since you opened it: load the page again and change it then")]
    Changed(String),
    /// The name is another one's.
    #[error("is the name of another alert on a list here: choose another one")]
    NameTaken,
}
