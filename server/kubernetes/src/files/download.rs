//! Files and folders on their way out of a container, as fast as the browser takes them.

use super::archive::Passing;
use super::program::{Program, Said, keep_awake};
use super::{FileError, FileWork, Inside, UseFiles};
use crate::caller::ForCaller;
use crate::recheck::Recheck;
use crate::terminal::Verdict;
use access::Granted;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use model::ConsoleError;
use model::fault::FileFault;
use std::sync::Arc;
use tokio::sync::mpsc;
use tracing::Instrument;
use workloads_contract::{FilePlace, FileTrouble};

/// Pieces that wait for the browser; the container waits with them.
const WAITING: usize = 2;
/// Exit codes with which `tar` says that it could not read everything, and has packed the rest.
const IN_PART: [i32; 2] = [1, 2];

/// Where pieces go.
type Out = mpsc::Sender<Result<Bytes, ConsoleError>>;

impl ForCaller {
    /// A file, piece by piece. What cannot be read to its end ends with an error, so that nobody takes a part for the
    /// whole.
    pub async fn download_file(
        &self,
        place: FilePlace,
    ) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
        self.fetch(place, FileWork::Download).await
    }

    /// A folder with everything in it, as a `tar` archive. When something in it cannot be read, a file in the archive
    /// says so.
    pub async fn download_folder(
        &self,
        place: FilePlace,
    ) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
        self.fetch(place, FileWork::Pack).await
    }

    /// Waits for the first piece: what is refused is an answer of its own.
    async fn fetch(
        &self,
        place: FilePlace,
        work: FileWork,
    ) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
        self.cluster(&place.pod.cluster).await?;
        let (out, mut pieces) = mpsc::channel(WAITING);
        let taken = self.transfer()?;
        let caller = self.clone();
        let task = async move {
            let _taken = taken;
            let (access, asking, ending) =
                (caller.kubernetes.access().clone(), Arc::clone(&caller.caller), out.clone());
            let work = UseFiles { place, work };
            let carried = access.perform(&asking, work, move |granted| carry(caller, granted, out)).await;
            if let Err(error) = carried {
                // Nobody may be left to read it.
                let _ = ending.send(Err(error)).await;
            }
        };
        tokio::spawn(task.in_current_span());
        let first = match pieces.recv().await {
            Some(Err(error)) => return Err(error),
            Some(Ok(first)) => Some(Ok(first)),
            None => None,
        };
        let rest = stream::poll_fn(move |context| pieces.poll_recv(context));
        Ok(stream::iter(first).chain(rest))
    }

    /// A place among the transfers of this person.
    pub(super) fn transfer(&self) -> Result<crate::places::Place, ConsoleError> {
        let places = self.kubernetes.transfers();
        places
            .take(self.caller.account_id)
            .ok_or_else(|| ConsoleError::refused("", FileFault::ManyAtOnce(places.most_of_one())))
    }
}

/// Carries until the end, for as long as the caller may and somebody reads.
async fn carry(caller: ForCaller, granted: Granted<UseFiles>, out: Out) -> Result<(), ConsoleError> {
    let mut recheck = Recheck::new(&caller, vec![Box::new(granted.clone())]);
    let carrying = async {
        let inside = Inside::enter(&caller, &granted).await?;
        match granted.action().work {
            FileWork::Pack => pack(&inside, &out).await,
            _ => file(&inside, &out).await,
        }
    };
    tokio::select! {
        error = recheck.refused() => Err(error),
        () = out.closed() => Err(left()),
        carried = carrying => carried.map_err(ConsoleError::from),
    }
}

/// The browser has gone.
fn left() -> ConsoleError {
    ConsoleError::refused("", FileFault::BrokenOff)
}

async fn send(out: &Out, bytes: Bytes) -> Result<(), FileError> {
    out.send(Ok(bytes)).await.map_err(|_| left().into())
}

async fn file(inside: &Inside, out: &Out) -> Result<(), FileError> {
    let Program { mut to, mut output } =
        Program::start(inside, &["cat", inside.place.path.as_str()], false).await?;
    let reading = async {
        loop {
            match output.next().await? {
                Said::Bytes(bytes) => send(out, bytes).await?,
                Said::Ended(verdict) => {
                    return output.trouble(&verdict).map_or(Ok(()), |trouble| Err(trouble.into()));
                }
            }
        }
    };
    tokio::select! {
        error = keep_awake(&mut to) => Err(error),
        read = reading => read,
    }
}

/// Names in the archive begin with the folder's own: `./conf.d/default.conf`.
async fn pack(inside: &Inside, out: &Out) -> Result<(), FileError> {
    let path = &inside.place.path;
    let parent = path.parent();
    let name = path.name().map_or_else(|| ".".to_owned(), |name| format!("./{}", name.as_str()));
    let words = ["tar", "cf", "-", "-C", parent.as_str(), &name];
    let Program { mut to, mut output } = Program::start(inside, &words, false).await?;
    let mut passing = Passing::default();
    let reading = async {
        loop {
            match output.next().await? {
                Said::Bytes(bytes) => {
                    for piece in passing.push(bytes) {
                        send(out, piece).await?;
                    }
                }
                Said::Ended(verdict) => return Ok::<_, FileError>(verdict),
            }
        }
    };
    let verdict = tokio::select! {
        error = keep_awake(&mut to) => return Err(error),
        read = reading => read?,
    };
    let Some(trouble) = output.trouble(&verdict) else { return send(out, passing.finish()).await };
    end_in_part(&verdict, trouble, &output.complaint(), passing, out).await
}

/// Ends an archive in which something is missing, with a file that says what.
async fn end_in_part(
    verdict: &Verdict,
    trouble: FileTrouble,
    complaint: &str,
    passing: Passing,
    out: &Out,
) -> Result<(), FileError> {
    let is_partial =
        matches!(verdict, Verdict::Exited(code) if IN_PART.contains(code)) && passing.has_files();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    let text = format!("Not everything is in this archive. tar said:\n\n{complaint}");
    match passing.finish_with("./NOT-COMPLETE.txt", &text, now) {
        Some(note) if is_partial => {
            for piece in note {
                send(out, piece).await?;
            }
            Ok(())
        }
        _ => Err(trouble.into()),
    }
}
