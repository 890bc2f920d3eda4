//! What can be wrong with what the console keeps for people: recordings, deleted objects, saved searches.

use crate::ConsoleError;
use serde::{Deserialize, Serialize};

/// What is wrong with recordings of terminals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RecordingFault {
    /// For so many days at most are they kept.
    #[error("must be a number of days from 1 to {0}")]
    Days(u32),
    /// A policy of a project, without the project.
    #[error("names no project")]
    NoProject,
    /// The cluster asks for it in all projects, and keeps them for so many days.
    #[error("the cluster records terminals of all projects, for {0} days")]
    OfAllProjects(u32),
    /// A piece of it is not there.
    #[error("piece {0} of the recording is missing")]
    Missing(i64),
    /// A piece of it cannot be opened.
    #[error(
        "piece {0} of the recording was changed, or was sealed with another key than the console has now"
    )]
    Unopened(i64),
}

/// What is wrong with objects that were deleted and are to be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BinFault {
    /// It cannot be opened.
    #[error("was sealed with another key than the console has now, and cannot be made again")]
    Unopened,
    /// What came of it with one of those that belonged to another one.
    #[error("{object}: {error}")]
    Along {
        /// Which, by kind and name.
        object: String,
        /// Why it was not made again.
        error: Box<ConsoleError>,
    },
    /// So many more failed.
    #[error("and {0} more")]
    More(usize),
}

/// What is wrong with a search that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SearchFault {
    /// It has no name.
    #[error("must not be empty: it is what people choose by")]
    Nameless,
    /// A name of more than this many letters.
    #[error("is longer than {0} letters")]
    LongName(usize),
    /// A name of several lines, or with other letters that nobody sees.
    #[error("must be one line of text")]
    Control,
    /// None of what is searched.
    #[error("choose what is searched: logs, events or audit")]
    Of,
    /// No stretch of time.
    #[error("is no stretch of time, such as 6h or two moments: open the search again and choose one")]
    Window,
    /// Nobody who finds it.
    #[error("choose who finds it")]
    Audience,
    /// No namespace of the cluster.
    #[error("is no project of this cluster")]
    NoProject,
    /// The same people find another one of this name.
    #[error("is the name of another search that the same people find: choose another one")]
    Taken,
    /// This person keeps as many as one may.
    #[error("you keep {0} searches of this cluster already: delete one first")]
    ManyOwn(i64),
    /// As many are shared as may be.
    #[error("{0} searches are shared here already: delete one first")]
    ManyShared(i64),
    /// No letter to search for, or one alone: this many are needed.
    #[error("type at least {0} letters")]
    Short(usize),
    /// More words than this are searched for.
    #[error("more than {0} words are too many")]
    ManyWords(usize),
}
