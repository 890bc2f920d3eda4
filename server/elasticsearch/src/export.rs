//! Everything that is found, as a file. It is read from a point in time, so that nothing is missed or told twice while the
//! log store goes on being written to.

use crate::client::KEEP_ALIVE;
use crate::dsl::{Order, Pit, Search, Sort, one};
use crate::error::ElasticsearchError;
use crate::fence::{Fence, Fenced};
use crate::layout::Known;
use crate::reads::ReadRecords;
use crate::rows::Origin;
use crate::search::{Span, fenced};
use crate::store::Store;
use access::{Access, Granted};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use kubernetes::csv;
use model::{ClusterName, ConsoleError};
use records_contract::{AuditRecord, EventRecord, LogRecord, Piece, Query, Rows, SearchRequest};
use serde_json::Value;
use std::fmt::Write;
use std::sync::Arc;

/// How many are read at a time.
const AT_A_TIME: u32 = 2_000;

/// A search that is read to its end.
struct Reading {
    store: Arc<Store>,
    known: Arc<Known>,
    fence: Fence,
    cluster: ClusterName,
    access: Access,
    granted: Granted<ReadRecords>,
    search: Search,
    point: String,
    is_begun: bool,
    is_over: bool,
}

/// What is exported, for whom.
pub struct Wanted {
    pub store: Arc<Store>,
    pub known: Arc<Known>,
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
) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ElasticsearchError> {
    let Wanted { store, known, fence, access, granted } = wanted;
    let query = fenced(query, Span::of(request.window, now_ms), &known, &fence)?;
    let point = store.client.open_point(&known.index, store.is_opensearch).await?;
    let search = whole(query, &known, store.is_opensearch, point.clone(), AT_A_TIME);
    let cluster = request.cluster.clone();
    let reading = Reading {
        store,
        known,
        fence,
        cluster,
        access,
        granted,
        search,
        point,
        is_begun: false,
        is_over: false,
    };
    let pieces = futures::stream::unfold(reading, |mut reading| async move {
        if reading.is_over {
            return None;
        }
        let piece = reading.piece().await;
        reading.is_over |= piece.is_err();
        Some((piece, reading))
    });
    // Servers ask once more after the end.
    Ok(pieces.fuse())
}

/// A search for everything, the oldest first, so many at a time.
pub fn whole(query: Fenced, known: &Known, is_opensearch: bool, point: String, size: u32) -> Search {
    let mut search = Search::new(query, &known.time, Order::Asc, size);
    search.source = known.sources();
    // Elasticsearch tells documents of one moment apart by itself.
    if is_opensearch {
        search.sort.push(one("_id", Sort::plain(Order::Asc)));
    }
    search.pit = Some(Pit { id: point, keep_alive: KEEP_ALIVE });
    search
}

impl Reading {
    async fn piece(&mut self) -> Result<Bytes, ConsoleError> {
        let mut piece = String::new();
        if !self.is_begun {
            self.is_begun = true;
            heading(&mut piece, self.known.layout.of);
        } else {
            // It may take long, and rights may end meanwhile.
            self.access.still(&self.granted).await?;
        }
        let answer = self.store.client.search_point(&self.search).await;
        let answer = answer.map_err(|error| error.about(self.cluster.as_str()))?;
        if let Some(point) = answer.pit_id {
            self.point.clone_from(&point);
            self.search.pit = Some(Pit { id: point, keep_alive: KEEP_ALIVE });
        }
        let origin = Origin { cluster: &self.cluster, known: &self.known, fence: &self.fence };
        write_rows(&mut piece, &origin.rows(&answer.hits.hits).0);
        if answer.timed_out || answer.shards.failed > 0 {
            // A file that is not whole must not look as if it were.
            let cause =
                "the log store did not look at everything: ask for a shorter stretch of time".to_owned();
            return Err(ElasticsearchError::unreachable(cause).about(self.cluster.as_str()));
        }
        let last: Option<Vec<Value>> = answer.hits.hits.last().map(|hit| hit.sort.clone());
        self.is_over = last.is_none() || answer.hits.hits.len() < AT_A_TIME as usize;
        self.search.search_after = last;
        Ok(piece.into())
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let (store, point) = (Arc::clone(&self.store), std::mem::take(&mut self.point));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = store.client.close_point(&point, store.is_opensearch).await {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "A point in time will end by itself"
                    );
                }
            });
        }
    }
}

fn heading(piece: &mut String, of: records_contract::Of) {
    use records_contract::Of;
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
