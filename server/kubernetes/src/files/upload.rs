//! A file on its way into a container: unpacked by `tar` under a name of its own, which it exchanges for the wished one
//! when it is whole. A shell of the container, where there is one, sees to both: it also hears that nothing more comes when the
//! console can say nothing any more, because a right has ended or a connection has broken, and leaves nothing behind.

use super::archive::{ending, header};
use super::listing::kind_of;
use super::program::{Program, Said};
use super::{FileError, FileWork, Inside, UseFiles};
use crate::caller::ForCaller;
use crate::connection::ToCluster;
use crate::recheck::Recheck;
use access::Granted;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use model::fault::FileFault;
use model::{ConsoleError, FieldProblem};
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;
use workloads_contract::{FileKind, FileName, FilePath, FilePlace, FileTrouble, LARGEST_UPLOAD_BYTES};

/// What the shell runs. The folder, the name of its own and the wished one are words behind it and no part of it.
const RECEIVE: &str = "tar xf - -C \"$1\" && mv -f \"$2\" \"$3\" || \
                       (code=$?; rm -f \"$2\" 2>/dev/null; exit $code)";
/// The most bytes in one message to the cluster.
const MESSAGE: usize = 32 << 10;
/// How long `tar` may take to write down what it has been sent.
const SETTLING: Duration = Duration::from_secs(60);
/// How long it may take to notice that no more comes.
const GIVING_UP: Duration = Duration::from_secs(5);
/// Answers of `ls -l` about one thing are short.
const ONE_LINE: usize = 16 << 10;

/// A file that is to stand in a container.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The folder in which it shall stand.
    pub folder: FilePlace,
    /// What it shall be called there.
    pub name: FileName,
    /// Its size, which is sent ahead.
    pub size_bytes: u64,
    /// Whether it may take the place of another file.
    pub replace: bool,
}

/// Its bytes; an error says why there are no more.
type Pieces = BoxStream<'static, Result<Bytes, String>>;

impl ForCaller {
    /// Sends a file into a container. When this has returned it is there as a whole, or nothing is.
    pub async fn upload(&self, upload: Upload, pieces: Pieces) -> Result<(), ConsoleError> {
        self.cluster(&upload.folder.pod.cluster).await?;
        if upload.size_bytes > LARGEST_UPLOAD_BYTES {
            return Err(ConsoleError::refused("size", FileFault::Large(LARGEST_UPLOAD_BYTES >> 30)));
        }
        let _taken = self.transfer()?;
        let place = upload.folder.at(upload.folder.path.join(&upload.name));
        let (caller, work) = (self.clone(), UseFiles { place, work: FileWork::Upload });
        let perform = move |granted| carry(caller, granted, upload, pieces);
        self.kubernetes.access().perform(&self.caller, work, perform).await
    }
}

/// Carries until the end, for as long as the caller may.
async fn carry(
    caller: ForCaller,
    granted: Granted<UseFiles>,
    upload: Upload,
    pieces: Pieces,
) -> Result<(), ConsoleError> {
    let mut recheck = Recheck::new(&caller, vec![Box::new(granted.clone())]);
    let carrying = async {
        let inside = Inside::enter(&caller, &granted).await?;
        write(&inside, &upload, pieces).await
    };
    tokio::select! {
        error = recheck.refused() => Err(error),
        carried = carrying => carried.map_err(ConsoleError::from),
    }
}

async fn write(inside: &Inside, upload: &Upload, pieces: Pieces) -> Result<(), FileError> {
    let target = &inside.place.path;
    is_free(inside, target, upload.replace).await?;
    let own = FileName::of_upload(Uuid::new_v4().as_u128());
    let own_path = upload.folder.path.join(&own);
    let folder = upload.folder.path.as_str();
    let received = if has_shell(inside).await? {
        let words = ["sh", "-c", RECEIVE, "sh", folder, own_path.as_str(), target.as_str()];
        receive(inside, &words, upload, own.as_str(), pieces).await
    } else {
        // Nobody in there hears that no more comes: where the console may or can say nothing any more, the part stays, and
        // is called by what it is.
        match receive(inside, &["tar", "xf", "-", "-C", folder], upload, own.as_str(), pieces).await {
            Ok(()) => run(inside, &["mv", "-f", own_path.as_str(), target.as_str()]).await,
            Err(error) => Err(error),
        }
    };
    if received.is_err() {
        // A shell does so too. One that was not waited for may still be at work, and has nothing to move after this. What
        // cannot be removed either is reported with the first reason.
        let _ = Program::run(inside, &["rm", "-f", own_path.as_str()], ONE_LINE).await;
    }
    received
}

/// Whether the container has a shell. Found out before anything is sent, because a browser sends it once.
async fn has_shell(inside: &Inside) -> Result<bool, FileError> {
    match run(inside, &["sh", "-c", ":"]).await {
        Ok(()) => Ok(true),
        Err(FileError::Trouble(FileTrouble::NoProgram { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Runs a program that has nothing to say.
async fn run(inside: &Inside, words: &[&str]) -> Result<(), FileError> {
    let ran = Program::run(inside, words, ONE_LINE).await?;
    ran.trouble.map_or(Ok(()), |trouble| Err(trouble.into()))
}

/// Whether a file may stand there.
async fn is_free(inside: &Inside, target: &FilePath, replace: bool) -> Result<(), FileError> {
    let ran = Program::run(inside, &["ls", "-ldn", target.as_str()], ONE_LINE).await?;
    match ran.trouble {
        Some(FileTrouble::NotFound) => return Ok(()),
        Some(trouble) => return Err(trouble.into()),
        None => {}
    }
    match kind_of(&String::from_utf8_lossy(&ran.output)) {
        Some(FileKind::File) if replace => Ok(()),
        Some(FileKind::File) => {
            let problems = vec![FieldProblem::of("name", FileFault::Taken)];
            Err(ConsoleError::Conflict { problems }.into())
        }
        Some(FileKind::Folder) => Err(FileTrouble::IsAFolder.into()),
        _ => Err(ConsoleError::refused("name", FileFault::NoFile).into()),
    }
}

/// Lets a program receive the one file. Its name in the archive is ours.
async fn receive(
    inside: &Inside,
    words: &[&str],
    upload: &Upload,
    own: &str,
    pieces: Pieces,
) -> Result<(), FileError> {
    let Program { mut to, mut output } = Program::start(inside, words, true).await?;
    if !to.can_end_input() {
        return Err(ConsoleError::refused("", FileFault::OldCluster).into());
    }
    let verdict = {
        let settled = async {
            loop {
                if let Said::Ended(verdict) = output.next().await? {
                    return Ok::<_, FileError>(verdict);
                }
            }
        };
        let feeding = feed(&mut to, upload, own, pieces);
        tokio::pin!(settled, feeding);
        let fed = tokio::select! {
            // It needs no more, or wants no more.
            verdict = &mut settled => Err(verdict),
            fed = &mut feeding => Ok(fed),
        };
        match fed {
            Err(verdict) => verdict?,
            Ok(Ok(())) => {
                let seconds = u32::try_from(SETTLING.as_secs()).unwrap_or(u32::MAX);
                let late = |_| FileTrouble::TooSlow { program: "tar".into(), seconds };
                timeout(SETTLING, settled).await.map_err(late)??
            }
            Ok(Err(error)) => {
                // What it has written so far is removed when it writes no more.
                let _ = timeout(GIVING_UP, settled).await;
                return Err(error);
            }
        }
    };
    match output.trouble(&verdict) {
        None => Ok(()),
        Some(FileTrouble::NoProgram { .. }) => {
            Err(FileTrouble::NoProgram { program: missing(&output.complaint()).to_owned() }.into())
        }
        Some(trouble) => Err(trouble.into()),
    }
}

/// Which program was not found, as a shell complains; nobody does where `tar` runs without one.
fn missing(complaint: &str) -> &'static str {
    if complaint.contains("mv: ") { "mv" } else { "tar" }
}

/// Sends the archive with the file, and says that it is over, whole or not.
async fn feed(to: &mut ToCluster, upload: &Upload, own: &str, pieces: Pieces) -> Result<(), FileError> {
    let sent = send_archive(to, upload, own, pieces).await;
    let ended = to.end_input().await;
    sent?;
    ended.map_err(|error| ConsoleError::from(error).into())
}

/// Sends the archive with the file, which has to be as long as was said.
async fn send_archive(
    to: &mut ToCluster,
    upload: &Upload,
    own: &str,
    mut pieces: Pieces,
) -> Result<(), FileError> {
    let size = upload.size_bytes;
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    // The last piece waits until it is known to be the last: what was not sent as a whole never looks whole over there.
    let mut last = header(own, size, now);
    let mut sent = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(ConsoleError::Transport)?;
        sent += piece.len() as u64;
        if sent > size {
            break;
        }
        if !piece.is_empty() {
            send(to, &last).await?;
            last = piece;
        }
    }
    if sent != size {
        return Err(ConsoleError::refused("size", FileFault::OtherSize(size)).into());
    }
    send(to, &last).await?;
    send(to, &ending(size)).await
}

async fn send(to: &mut ToCluster, bytes: &Bytes) -> Result<(), FileError> {
    for message in bytes.chunks(MESSAGE) {
        to.type_in(message).await.map_err(ConsoleError::from)?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};

    /// Lets the shell of this machine receive what has come of an upload; answers its exit code.
    fn receive(folder: &Path, input: &[u8]) -> Option<i32> {
        let words = [folder.to_owned(), folder.join("own"), folder.join("a & b")];
        let mut shell = Command::new("sh")
            .args(["-c", RECEIVE, "sh"])
            .args(words)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // One that has failed does not read the rest.
        let _ = shell.stdin.take().unwrap().write_all(input);
        shell.wait().unwrap().code()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_shell_whose_input_ends_early_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = Bytes::from(vec![b'x'; 30_000]);
        let archive = [header("own", 30_000, 7), bytes, ending(30_000)].concat();

        for length in [0, 100, 512, 600, 20_000, 30_000] {
            assert_ne!(receive(folder.path(), &archive[..length]), Some(0), "{length} bytes are not all");
            assert!(names(folder.path()).is_empty(), "of {length} bytes: {:?}", names(folder.path()));
        }
        assert_eq!(receive(folder.path(), &archive), Some(0));
        assert_eq!(names(folder.path()), ["a & b"]);
        assert_eq!(std::fs::read(folder.path().join("a & b")).unwrap().len(), 30_000);
    }

    #[test]
    fn what_a_shell_has_not_found_is_named() {
        for (complaint, program) in [
            ("sh: tar: not found\n", "tar"),
            ("sh: 1: mv: not found\n", "mv"),
            ("sh: line 1: tar: command not found\n", "tar"),
        ] {
            assert_eq!(missing(complaint), program);
        }
    }
}
