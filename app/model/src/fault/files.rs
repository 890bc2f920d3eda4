//! What can keep files from getting into containers and out of them.

use crate::ConsoleError;
use serde::{Deserialize, Serialize};

/// Why the files of a container cannot be told. These are answers of the container, not faults of the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FileTrouble {
    /// The image has no such program.
    #[error("the container has no program {program}, which this needs")]
    NoProgram {
        /// The program: `ls`, `cat`, `tar`, `sh`.
        program: String,
    },
    /// The container does not run at the moment.
    #[error("the container does not run")]
    NotRunning,
    /// There is nothing at this path.
    #[error("there is no such file or folder")]
    NotFound,
    /// What is there is no folder.
    #[error("this is not a folder")]
    NotAFolder,
    /// What is there is a folder.
    #[error("this is a folder")]
    IsAFolder,
    /// The user of the container may not.
    #[error("the user that the container runs as may not do this")]
    NotPermitted,
    /// The disk, or what the volume allows, is full.
    #[error("there is no room left for it")]
    NoRoom,
    /// The place cannot be written to.
    #[error("the file system is read-only there")]
    ReadOnly,
    /// The program did not come to an end.
    #[error("{program} did not answer within {seconds} s")]
    TooSlow {
        /// The program.
        program: String,
        /// How long was waited.
        seconds: u32,
    },
    /// Something else, in the program's words.
    #[error("{message}")]
    Failed {
        /// What the program, or the cluster, said.
        message: String,
    },
}

impl From<FileTrouble> for ConsoleError {
    fn from(trouble: FileTrouble) -> Self {
        Self::refused("path", trouble)
    }
}

/// What is wrong with a file that is sent or fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FileFault {
    /// No path, or no name.
    #[error("write a path from the root, such as /etc/hosts, without .. and control characters in it")]
    Path,
    /// No name of a file.
    #[error("a file in a container cannot be called so")]
    Name,
    /// More than is sent, in GiB.
    #[error("is more than {0} GiB, the most that is sent")]
    Large(u64),
    /// There is another file.
    #[error("a file of this name is there already")]
    Taken,
    /// There is something that no file may replace.
    #[error("something that is no file has this name already")]
    NoFile,
    /// The API server has no way to say where a file ends.
    #[error("this cluster cannot be told where a file ends: its API server is older than Kubernetes 1.30")]
    OldCluster,
    /// It is not known how much comes.
    #[error("is not the size of what is sent")]
    Size,
    /// Another number of bytes came than this.
    #[error("is said to be {0} bytes, and another number of bytes came")]
    OtherSize(u64),
    /// This person sends and fetches as many as one may.
    #[error("you send or fetch {0} files already, which is the most at a time")]
    ManyAtOnce(u32),
    /// The browser has gone.
    #[error("it was broken off in the browser")]
    BrokenOff,
}
