//! Reading a recording, piece by piece, for as long as the right to it lasts.

use crate::actions::Replay;
use crate::{ForCaller, cast, purpose};
use access::Granted;
use database::recordings::StoredRecording;
use futures::{Stream, StreamExt, stream};
use model::fault::RecordingFault;
use model::{ClusterName, ConsoleError};

/// Pieces that are read at once.
const PIECES: u32 = 16;
/// The most in one piece when it is unpacked: what may wait, and one message more.
const LONGEST_PIECE: usize = 4 << 20;

/// A recording as a file, and its name.
pub struct File<S> {
    /// What the file is called.
    pub name: String,
    /// Its parts. A failure breaks it off.
    pub parts: S,
}

impl ForCaller {
    /// A recording as asciicast. It is in the audit trail before this returns; a right that ends, ends the file.
    pub async fn file(
        &self,
        cluster: &ClusterName,
        id: &str,
    ) -> Result<File<impl Stream<Item = Result<String, ConsoleError>> + Send + 'static + use<>>, ConsoleError>
    {
        let recording = self.find(cluster, id).await?;
        let granted = self.recordings.0.access.grant(&self.caller, Replay(recording.clone())).await?;
        let begun = &recording.begun;
        let title = title(&recording);
        let header = cast::header(begun.size, recording.started_milliseconds / 1000, &title);
        // Pods are named by who asks, and this ends no header.
        let name = format!("terminal-{}.cast", begun.id);
        let rest = stream::unfold(Some(0), {
            let reader = self.clone();
            move |from| {
                let (reader, granted) = (reader.clone(), granted.clone());
                async move {
                    let from = from?;
                    Some(match reader.pieces(&granted, from).await {
                        Ok((text, next)) => (Ok(text), next),
                        Err(error) => (Err(error), None),
                    })
                }
            }
        });
        // Servers ask once more after the end.
        let parts = stream::iter([Ok(header)]).chain(rest).fuse();
        Ok(File { name, parts })
    }

    /// Some pieces as text, and where the next ones begin.
    pub(crate) async fn pieces(
        &self,
        granted: &Granted<Replay>,
        from: i64,
    ) -> Result<(String, Option<i64>), ConsoleError> {
        let inner = &self.recordings.0;
        if from > 0 {
            inner.access.still(granted).await?;
        }
        let recording = &granted.action().0;
        let id = recording.begun.id;
        let pieces = inner.database.recording_chunks(id, from, PIECES).await?;
        let mut text = String::new();
        let mut next = from;
        for (place, document) in &pieces {
            if *place != next {
                break;
            }
            let packed = inner.seal.open(&purpose(id, next), document).map_err(|_| unopened(next))?;
            let events = zstd::bulk::decompress(&packed, LONGEST_PIECE).map_err(|_| unopened(next))?;
            text.push_str(&String::from_utf8_lossy(&events));
            next += 1;
        }
        let read = next - from;
        let is_whole = read == i64::try_from(pieces.len()).unwrap_or(i64::MAX);
        if !is_whole || (read == 0 && next < recording.chunks) {
            return Err(ConsoleError::refused("", RecordingFault::Missing(next)));
        }
        let is_last = read < i64::from(PIECES);
        Ok((text, (!is_last).then_some(next)))
    }
}

fn unopened(place: i64) -> ConsoleError {
    ConsoleError::refused("", RecordingFault::Unopened(place))
}

/// What a player shows above it.
fn title(recording: &StoredRecording) -> String {
    let begun = &recording.begun;
    let place = begun.namespace.as_ref().map_or_else(
        || format!("node {}", begun.name),
        |namespace| format!("{namespace}/{} {}", begun.name, recording.container),
    );
    format!("{} in {place}, cluster {}", begun.person, begun.cluster)
}
