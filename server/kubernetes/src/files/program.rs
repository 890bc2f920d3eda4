//! A program in a container while it runs.

use super::{FileError, Inside};
use crate::connection::{As, Channel, FromCluster, ToCluster};
use crate::error::KubernetesError;
use crate::pods;
use crate::terminal::{Verdict, verdict};
use crate::ticks;
use bytes::Bytes;
use model::{ConsoleError, link};
use std::fmt::Write;
use std::time::Duration;
use tokio::time::timeout;
use workloads_contract::FileTrouble;

/// How long a program that only looks may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often the cluster is told that somebody is there.
const PING: Duration = Duration::from_secs(15);
/// How much is kept of what a program complains about, in bytes.
const LONGEST_COMPLAINT: usize = 4 << 10;
/// How much of it is shown, in characters.
const SHOWN_COMPLAINT: usize = 300;

/// A program that runs.
pub(super) struct Program {
    pub to: ToCluster,
    pub output: Output,
}

/// What a program says.
pub(super) struct Output {
    name: String,
    from: FromCluster,
    errors: Vec<u8>,
}

/// One thing that it says.
pub(super) enum Said {
    Bytes(Bytes),
    Ended(Verdict),
}

/// What came of a program that was to answer shortly.
pub(super) struct Ran {
    pub output: Vec<u8>,
    /// Whether it had more to say.
    pub is_cut: bool,
    pub errors: String,
    /// Why it did not do what it should.
    pub trouble: Option<FileTrouble>,
}

impl Program {
    /// Starts a program with these words. It reads what is sent to it if `reads`.
    pub async fn start(inside: &Inside, words: &[&str], reads: bool) -> Result<Self, FileError> {
        let path = path(inside, words, reads);
        let opened = inside.cluster.connection().channels(As::Caller(&inside.identity), path).await;
        let (to, from) = opened.map_err(refused)?.split();
        Ok(Self { to, output: Output { name: program_name(words), from, errors: Vec::new() } })
    }

    /// Runs a program to its end, or to so many bytes of its output.
    pub async fn run(inside: &Inside, words: &[&str], most: usize) -> Result<Ran, FileError> {
        let mut program = Self::start(inside, words, false).await?;
        let mut all = Vec::new();
        let reading = async {
            loop {
                match program.output.next().await? {
                    Said::Bytes(bytes) => all.extend_from_slice(&bytes),
                    Said::Ended(verdict) => return Ok::<_, FileError>(Some(verdict)),
                }
                if all.len() > most {
                    return Ok(None);
                }
            }
        };
        let seconds = u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX);
        let late = |_| FileTrouble::TooSlow { program: program_name(words), seconds };
        let ended = timeout(PATIENCE, reading).await.map_err(late)??;
        program.to.close().await;
        let is_cut = ended.is_none();
        all.truncate(most);
        let trouble = ended.and_then(|verdict| program.output.trouble(&verdict));
        Ok(Ran { output: all, is_cut, errors: program.output.complaint(), trouble })
    }
}

fn program_name(words: &[&str]) -> String {
    words.first().copied().unwrap_or_default().to_owned()
}

impl Output {
    /// Waits for what it says next; what it complains about is kept.
    pub async fn next(&mut self) -> Result<Said, FileError> {
        loop {
            match self.from.next().await {
                Some(Ok(Channel::Output(bytes))) => return Ok(Said::Bytes(bytes)),
                Some(Ok(Channel::Errors(bytes))) => {
                    let room = LONGEST_COMPLAINT.saturating_sub(self.errors.len()).min(bytes.len());
                    self.errors.extend_from_slice(&bytes[..room]);
                }
                Some(Ok(Channel::Status(status))) => return Ok(Said::Ended(verdict(&status))),
                Some(Ok(Channel::Nothing)) => {}
                Some(Err(error)) => return Err(ConsoleError::from(error).into()),
                None => {
                    let message = "the connection to the container broke".to_owned();
                    return Err(FileTrouble::Failed { message }.into());
                }
            }
        }
    }

    /// What is wrong, if the program did not do what it should.
    pub fn trouble(&self, verdict: &Verdict) -> Option<FileTrouble> {
        match verdict {
            Verdict::Exited(0) => None,
            Verdict::NoSuchProgram => Some(FileTrouble::NoProgram { program: self.name.clone() }),
            Verdict::Failed(message) if is_not_running(message) => Some(FileTrouble::NotRunning),
            Verdict::Failed(message) => Some(FileTrouble::Failed { message: message.clone() }),
            Verdict::Exited(code) => Some(read_complaint(&self.name, *code, &self.complaint())),
        }
    }

    /// What it complained about.
    pub fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.errors).into_owned()
    }
}

/// Keeps balancers from taking a quiet connection for a dead one. Never returns unless the connection breaks.
pub(super) async fn keep_awake(to: &mut ToCluster) -> FileError {
    let mut pings = ticks::later(PING);
    loop {
        pings.tick().await;
        if let Err(error) = to.ping().await {
            return ConsoleError::from(error).into();
        }
    }
}

fn path(inside: &Inside, words: &[&str], reads: bool) -> String {
    let mut path = pods::path(&inside.place.pod);
    path.push_str("/exec?");
    for word in words {
        let _ = write!(path, "command={}&", link::escape(word));
    }
    let _ = write!(path, "container={}&stdout=true&stderr=true", link::escape(&inside.container));
    if reads {
        path.push_str("&stdin=true");
    }
    path
}

/// Why a program was not started. That its container does not run is no fault.
fn refused(error: KubernetesError) -> FileError {
    match &error {
        KubernetesError::Answered { status, .. } if is_not_running(&status.message) => {
            FileTrouble::NotRunning.into()
        }
        _ => ConsoleError::from(error).into(),
    }
}

fn is_not_running(message: &str) -> bool {
    let words = [
        "container not found",
        "completed pod",
        "is not running",
        "not created or running",
        "does not have a host",
    ];
    words.iter().any(|words| message.contains(words))
}

/// What the words of `ls`, `cat`, `tar` and `mv` mean; those of GNU, `BusyBox` and Toybox agree in their ends.
fn read_complaint(program: &str, code: i32, complaint: &str) -> FileTrouble {
    let lower = complaint.to_lowercase();
    let has = |words: &str| lower.contains(words);
    if has("no such file or directory") {
        FileTrouble::NotFound
    } else if has("not a directory") {
        FileTrouble::NotAFolder
    } else if has("is a directory") {
        FileTrouble::IsAFolder
    } else if has("permission denied") || has("operation not permitted") {
        FileTrouble::NotPermitted
    } else if has("no space left") || has("quota exceeded") {
        FileTrouble::NoRoom
    } else if has("read-only file system") {
        FileTrouble::ReadOnly
    } else {
        let line = complaint.lines().map(str::trim).find(|line| !line.is_empty());
        let said: String = line.unwrap_or_default().chars().filter(|sign| !sign.is_control()).collect();
        let message = match said.chars().take(SHOWN_COMPLAINT).collect::<String>() {
            said if said.is_empty() => format!("{program} has failed with exit code {code}"),
            said => said,
        };
        FileTrouble::Failed { message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_complain_about_is_understood() {
        for (complaint, trouble) in [
            ("ls: /x: No such file or directory\n", FileTrouble::NotFound),
            ("ls: cannot access '/x': No such file or directory\n", FileTrouble::NotFound),
            ("ls: cannot access '/etc/hosts/': Not a directory\n", FileTrouble::NotAFolder),
            ("cat: read error: Is a directory\n", FileTrouble::IsAFolder),
            ("cat: can't open '/etc/shadow': Permission denied\n", FileTrouble::NotPermitted),
            ("tar: write error: No space left on device\n", FileTrouble::NoRoom),
            ("tar: can't open 'x': Read-only file system\n", FileTrouble::ReadOnly),
            ("\n ls: strange\x1b[31m\nmore", FileTrouble::Failed { message: "ls: strange[31m".into() }),
            ("", FileTrouble::Failed { message: "ls has failed with exit code 3".into() }),
        ] {
            assert_eq!(read_complaint("ls", 3, complaint), trouble, "{complaint:?}");
        }
    }

    #[test]
    fn a_container_that_does_not_run_is_told_from_a_fault() {
        for message in [
            "unable to upgrade connection: container not found (\"web\")",
            "cannot exec into a container in a completed pod; current phase is Succeeded",
            "container is not created or running",
        ] {
            assert!(is_not_running(message), "{message}");
        }
        assert!(!is_not_running("etcdserver: request timed out"));
    }
}
