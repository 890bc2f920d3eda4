//! The files of a container: what a folder holds, and what stands in a file.

mod address;
mod path;

pub use address::{download_address, files_address, folder_address, open_address, upload_address};
pub use model::fault::FileTrouble;
pub use path::{FileName, FilePath, InvalidPath};

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The largest file that is sent into a container: larger ones belong into images and volumes.
pub const LARGEST_UPLOAD_BYTES: u64 = 1 << 30;

/// A place among the files of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlace {
    /// The pod.
    pub pod: ResourceRef,
    /// The container; `None` takes the pod's default one.
    pub container: Option<String>,
    /// The folder or file.
    pub path: FilePath,
}

impl FilePlace {
    /// Another place in the same container.
    #[must_use]
    pub fn at(&self, path: FilePath) -> Self {
        Self { path, ..self.clone() }
    }
}

/// A folder of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderPage {
    /// The container that was looked into.
    pub container: String,
    /// All containers of the pod.
    pub containers: Vec<String>,
    /// What the folder holds, or why that cannot be told.
    pub content: Result<Folder, FileTrouble>,
}

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Folders first, then by name.
    pub entries: Vec<FileEntry>,
    /// Whether there are more than are listed.
    pub more: bool,
    /// How many lines of the listing could not be understood: names with line breaks, or bytes that are no text.
    pub unread: u32,
}

/// One thing in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: FileName,
    /// What it is.
    pub kind: FileKind,
    /// How large it is, where that says something.
    pub size_bytes: Option<u64>,
    /// Who may do what with it, as `ls` writes it: `rwxr-xr-x`.
    pub mode: String,
    /// When it was last changed; older versions of `ls` do not say it exactly.
    pub modified: Option<Timestamp>,
    /// Where a link leads, as it is written in the link.
    pub target: Option<String>,
}

/// What something in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A folder.
    Folder,
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket: nothing to read to its end.
    Other,
}

/// What stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileContent {
    /// Text.
    Text {
        /// The text, or its beginning.
        text: String,
        /// Whether there is more.
        is_cut: bool,
    },
    /// Something else.
    Binary,
}

/// Questions about the files of containers. Each is asked with the right to run programs there, and written down.
#[async_trait]
pub trait Files: Send + Sync {
    /// What a folder holds.
    async fn folder(&self, place: FilePlace) -> Result<FolderPage, ConsoleError>;
    /// The beginning of a file, if it is text.
    async fn content(&self, place: FilePlace) -> Result<Result<FileContent, FileTrouble>, ConsoleError>;
}

/// What a folder of a container holds.
#[server(endpoint = "workloads/folder", input = Json)]
pub async fn read_folder(
    /// The folder.
    place: FilePlace,
) -> Result<FolderPage, ConsoleError> {
    model::port::<dyn Files>()?.folder(place).await
}

/// The beginning of a file of a container, if it is text.
#[server(endpoint = "workloads/file", input = Json)]
pub async fn read_content(
    /// The file.
    place: FilePlace,
) -> Result<Result<FileContent, FileTrouble>, ConsoleError> {
    model::port::<dyn Files>()?.content(place).await
}
