//! Everything that is found, as a file.

use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::kept::KeptPages;
use crate::layout::Known;
use crate::pages::Pages;
use crate::reads::ReadRecords;
use crate::rows::Origin;
use crate::search::{Span, fenced};
use crate::service::Keeps;
use access::{Access, Granted};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use kubernetes::csv;
use model::{ClusterName, ConsoleError};
use records_contract::{AuditRecord, EventRecord, LogRecord, Of, Piece, Query, Rows, SearchRequest};
use std::fmt::Write;
use std::sync::Arc;

/// How many are read at a time.
const AT_A_TIME: u32 = 2_000;

/// A search that is read to its end.
struct Reading {
    pages: Parts,
    fence: Fence,
    cluster: ClusterName,
    access: Access,
    granted: Granted<ReadRecords>,
    is_begun: bool,
    is_over: bool,
}

/// From where it is read.
enum Parts {
    Store(Box<Pages>, Arc<Known>),
    Console(Box<KeptPages>),
}

impl Parts {
    fn of(&self) -> Of {
        match self {
            Self::Store(_, known) => known.layout.of,
            Self::Console(_) => Of::Events,
        }
    }

    fn are_over(&self) -> bool {
        match self {
            Self::Store(pages, _) => pages.are_over(),
            Self::Console(pages) => pages.are_over(),
        }
    }

    async fn next(&mut self, cluster: &ClusterName, fence: &Fence) -> Result<Rows, ConsoleError> {
        match self {
            Self::Store(pages, known) => {
                let hits = pages.next().await.map_err(|error| error.about(cluster.as_str()))?;
                Ok(Origin { cluster, known, fence }.rows(&hits).0)
            }
            Self::Console(pages) => pages.next(fence).await,
        }
    }
}

/// What is exported, for whom.
pub struct Wanted {
    pub keeps: Keeps,
    pub fence: Fence,
    pub access: Access,
    pub granted: Granted<ReadRecords>,
}

/// All that is found, the oldest first: lines as they are, everything else as comma-separated values.
pub async fn export(
    wanted: Wanted,
    request: &SearchRequest,
    query: &Query,
    now_ms: i64,
) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
    let Wanted { keeps, fence, access, granted } = wanted;
    let (cluster, span) = (request.cluster.clone(), Span::of(request.window, now_ms));
    let pages = match keeps {
        Keeps::Store(store, known) => {
            let about = |error: ElasticsearchError| error.about(cluster.as_str());
            let query = fenced(query, span, &known, &fence).map_err(about)?;
            let pages = Pages::open(store, Arc::clone(&known), query, AT_A_TIME).await.map_err(about)?;
            Parts::Store(Box::new(pages), known)
        }
        Keeps::Console(kept) => Parts::Console(Box::new(kept.pages(query, span, &fence, AT_A_TIME)?)),
    };
    let reading = Reading { pages, fence, cluster, access, granted, is_begun: false, is_over: false };
    let pieces = futures::stream::unfold(reading, |mut reading| async move {
        if reading.is_over {
            return None;
        }
        let piece = reading.piece().await;
        reading.is_over = piece.is_err() || reading.pages.are_over();
        Some((piece, reading))
    });
    // Servers ask once more after the end.
    Ok(pieces.fuse())
}

impl Reading {
    async fn piece(&mut self) -> Result<Bytes, ConsoleError> {
        let mut piece = String::new();
        if !self.is_begun {
            self.is_begun = true;
            heading(&mut piece, self.pages.of());
        } else {
            // It may take long, and rights may end meanwhile.
            self.access.still(&self.granted).await?;
        }
        write_rows(&mut piece, &self.pages.next(&self.cluster, &self.fence).await?);
        Ok(piece.into())
    }
}

fn heading(piece: &mut String, of: Of) {
    let names: &[&str] = match of {
        Of::Logs => return,
        Of::Events => &["time", "namespace", "kind", "name", "type", "reason", "message", "count", "source"],
        Of::Audit => &[
            "time",
            "user",
            "by",
            "verb",
            "resource",
            "namespace",
            "name",
            "code",
            "message",
            "addresses",
            "request",
        ],
    };
    csv::line(piece, names.iter().map(|name| (*name).to_owned()));
}

fn write_rows(piece: &mut String, rows: &Rows) {
    match rows {
        Rows::Logs(lines) => lines.iter().for_each(|line| write_line(piece, line)),
        Rows::Events(events) => events.iter().for_each(|event| write_event(piece, event)),
        Rows::Audit(records) => records.iter().for_each(|record| write_audit(piece, record)),
    }
}

fn write_line(piece: &mut String, line: &LogRecord) {
    let LogRecord { namespace, pod, container, .. } = line;
    let _ = writeln!(piece, "{} {namespace}/{pod}/{container} {}", time(line.at_ms), text(&line.text));
}

fn write_event(piece: &mut String, event: &EventRecord) {
    let EventRecord { namespace, kind, name, reason, source, .. } = event.clone();
    let sort = if event.is_warning { "Warning" } else { "Normal" };
    let (message, count) = (text(&event.message), event.count.to_string());
    csv::line(piece, [time(event.at_ms), namespace, kind, name, sort.into(), reason, message, count, source]);
}

fn write_audit(piece: &mut String, record: &AuditRecord) {
    let AuditRecord { user, by, verb, resource, namespace, name, message, request, .. } = record.clone();
    let code = record.code.map(|code| code.to_string()).unwrap_or_default();
    let addresses = record.addresses.join(" ");
    csv::line(
        piece,
        [time(record.at_ms), user, by, verb, resource, namespace, name, code, message, addresses, request],
    );
}

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

fn time(at_ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    format!("{moment:.3}")
}
