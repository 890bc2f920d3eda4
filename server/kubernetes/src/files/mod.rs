//! The files of containers, by the programs that are in them: `ls`, `cat`, `tar`. Each runs as the caller, with its
//! arguments as words of their own: no path is ever part of a line that a shell reads.

mod archive;
mod download;
mod listing;
mod program;
mod upload;

pub use upload::Upload;

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::logs::{container_of_pod, containers};
use crate::pods::runs;
use access::{Granted, Identity, Need, Resource, Verb};
use async_trait::async_trait;
use listing::{is_unknown_option, read_listing};
use model::ConsoleError;
use program::Program;
use serde_json::Value;
use std::sync::Arc;
use workloads_contract::{FileContent, FilePlace, FileTrouble, Files, Folder, FolderPage};

/// The longest listing that is read, in bytes: some ten thousand names.
const LONGEST_LISTING: usize = 1 << 20;
/// How much of a file is shown, in bytes.
const SHOWN: usize = 256 << 10;

/// What is done with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileWork {
    List,
    Show,
    Download,
    Pack,
    Upload,
}

/// Use the files of a container. It is done by running programs in it, so that is the right that it needs.
#[derive(Clone, Debug)]
struct UseFiles {
    place: FilePlace,
    work: FileWork,
}

impl access::Action for UseFiles {
    const NAME: &'static str = "use_files";

    fn need(&self) -> Need {
        // By HTTP it is a GET; what it does is not. Asked for as a creation, whatever version the cluster has.
        Need::on(Verb::Create, Resource::new("", "pods").part("exec"), &self.place.pod)
    }

    fn name(&self) -> &'static str {
        match self.work {
            FileWork::List => "list_files",
            FileWork::Show => "show_file",
            FileWork::Download => "download_file",
            FileWork::Pack => "download_folder",
            FileWork::Upload => "upload_file",
        }
    }

    fn detail(&self) -> Option<String> {
        let path = self.place.path.as_str();
        Some(match &self.place.container {
            Some(container) => format!("{container}:{path}"),
            None => path.to_owned(),
        })
    }
}

/// Why something with files did not come about.
#[derive(Debug)]
enum FileError {
    /// The container says why not.
    Trouble(FileTrouble),
    /// The cluster or the console says why not.
    Console(ConsoleError),
}

impl From<FileTrouble> for FileError {
    fn from(trouble: FileTrouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<ConsoleError> for FileError {
    fn from(error: ConsoleError) -> Self {
        Self::Console(error)
    }
}

impl From<FileError> for ConsoleError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Trouble(trouble) => trouble.into(),
            FileError::Console(error) => error,
        }
    }
}

/// A container whose files are used, and as whom.
struct Inside {
    cluster: Arc<Cluster>,
    identity: Identity,
    place: FilePlace,
    container: String,
    containers: Vec<String>,
}

impl Inside {
    async fn enter(caller: &ForCaller, granted: &Granted<UseFiles>) -> Result<Self, ConsoleError> {
        let (place, identity) = (granted.action().place.clone(), granted.identity());
        let cluster = caller.cluster(&place.pod.cluster).await?;
        let pod = caller.pod_of(&place.pod, &identity).await?;
        let container = match &place.container {
            None => running(&pod).map_or_else(|| container_of_pod(&pod, None), Ok)?,
            wanted => container_of_pod(&pod, wanted.as_deref())?,
        };
        Ok(Self { cluster, identity, place, container, containers: containers(&pod) })
    }

    async fn list(&self) -> Result<Folder, FileError> {
        let folder = self.place.path.as_folder();
        let mut ran = Program::run(self, &["ls", "-lAn", "--full-time", &folder], LONGEST_LISTING).await?;
        if is_unknown_option(&ran.errors) {
            ran = Program::run(self, &["ls", "-lAn", &folder], LONGEST_LISTING).await?;
        }
        let listed = read_listing(&ran.output, ran.is_cut);
        match ran.trouble {
            // Something in it could not be looked at; what could be is worth showing.
            Some(trouble) if listed.entries.is_empty() => Err(trouble.into()),
            _ => Ok(listed),
        }
    }

    async fn show(&self) -> Result<FileContent, FileError> {
        let ran = Program::run(self, &["cat", self.place.path.as_str()], SHOWN).await?;
        match ran.trouble {
            Some(trouble) => Err(trouble.into()),
            None => Ok(content(ran.output, ran.is_cut)),
        }
    }
}

/// The container that is usual among those that run: no program can be started in others.
fn running(pod: &Value) -> Option<String> {
    let usual = container_of_pod(pod, None).ok().filter(|usual| runs(pod, usual));
    usual.or_else(|| containers(pod).into_iter().find(|name| runs(pod, name)))
}

/// The beginning of a file: text, unless a byte of it is none.
fn content(mut bytes: Vec<u8>, is_cut: bool) -> FileContent {
    if is_cut {
        // The last character may have lost its end.
        let whole = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
        if bytes.len() - whole < 4 {
            bytes.truncate(whole);
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => FileContent::Text { text, is_cut },
        _ => FileContent::Binary,
    }
}

#[async_trait]
impl Files for ForCaller {
    async fn folder(&self, place: FilePlace) -> Result<FolderPage, ConsoleError> {
        self.look(place, FileWork::List, |inside| async move {
            let content = told(inside.list().await)?;
            let Inside { container, containers, .. } = inside;
            Ok(FolderPage { container, containers, content })
        })
        .await
    }

    async fn content(&self, place: FilePlace) -> Result<Result<FileContent, FileTrouble>, ConsoleError> {
        self.look(place, FileWork::Show, |inside| async move { told(inside.show().await) }).await
    }
}

impl ForCaller {
    /// Looks at files under a grant, and writes down that it was done.
    async fn look<T, F>(
        &self,
        place: FilePlace,
        work: FileWork,
        look: impl FnOnce(Inside) -> F + Send + 'static,
    ) -> Result<T, ConsoleError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, ConsoleError>> + Send + 'static,
    {
        // A cluster that one may not see is refused as one that does not exist, before the trail is written.
        self.cluster(&place.pod.cluster).await?;
        let caller = self.clone();
        let perform = move |granted| async move { look(Inside::enter(&caller, &granted).await?).await };
        self.kubernetes.access().perform(&self.caller, UseFiles { place, work }, perform).await
    }
}

/// What a container answers is an answer, whether it is the wished one or not.
fn told<T>(result: Result<T, FileError>) -> Result<Result<T, FileTrouble>, ConsoleError> {
    match result {
        Ok(found) => Ok(Ok(found)),
        Err(FileError::Trouble(trouble)) => Ok(Err(trouble)),
        Err(FileError::Console(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_container_that_runs_is_looked_into_first() {
        let status = |name: &str, state: Value| json!({"name": name, "state": state});
        let crashing = status("web", json!({"waiting": {"reason": "CrashLoopBackOff"}}));
        let pod = json!({
            "spec": {"containers": [{"name": "web"}, {"name": "proxy"}]},
            "status": {"containerStatuses": [crashing, status("proxy", json!({"running": {}}))]},
        });

        assert_eq!(running(&pod).as_deref(), Some("proxy"));
        assert_eq!(running(&json!({"spec": {"containers": [{"name": "web"}]}})), None);
    }

    #[test]
    fn what_is_cut_within_a_character_is_text_all_the_same() {
        let cut = "é".as_bytes()[..1].to_vec();

        let text = |text: &str, is_cut| FileContent::Text { text: text.into(), is_cut };
        assert_eq!(content([b"a".to_vec(), cut.clone()].concat(), true), text("a", true));
        assert_eq!(content([b"a".to_vec(), cut].concat(), false), FileContent::Binary);
        assert_eq!(content(b"a\0b".to_vec(), false), FileContent::Binary);
        assert_eq!(content(b"\xff\xfe and so on".to_vec(), true), FileContent::Binary);
        assert_eq!(content(Vec::new(), false), text("", false));
    }
}
