//! Events as the console itself keeps them, where no log store does: answered as a log store answers.

mod filter;
mod keeper;
mod marks;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;

pub use keeper::{KeptLimits, keep_events};

use crate::dsl::Until;
use crate::fence::Fence;
use crate::rows::{pieces, plural, resource};
use crate::search::{BARS, PAGE, Span, VALUES, next};
use crate::tail::since;
use database::Database;
use database::kept_events::{EventFilter, KeptEvent};
use marks::marked;
use model::chart::Frame;
use model::{ClusterName, ConsoleError, Timestamp};
use records_contract::{
    Bar, EventRecord, Facet, FacetValue, Found, KeptBy, Of, Query, Rows, SearchRequest, Shortfall, Tail,
    TailRequest,
};

/// Whoever keeps says so more often than this, in milliseconds.
const SILENT_MS: i64 = 5 * 60_000;

/// The events of a cluster that the console keeps.
pub struct Kept {
    database: Database,
    cluster: ClusterName,
    /// When they were kept, the oldest stretch first: one at least.
    spans: Vec<(i64, i64)>,
}

impl Kept {
    /// Those of a cluster, if they are kept.
    pub async fn open(database: &Database, cluster: &ClusterName) -> Result<Option<Self>, ConsoleError> {
        let spans = database.event_spans(cluster).await?;
        let kept = Self { database: database.clone(), cluster: cluster.clone(), spans };
        Ok((!kept.spans.is_empty()).then_some(kept))
    }

    /// What is found of a request.
    pub async fn search(
        &self,
        request: &SearchRequest,
        query: &Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<Found, ConsoleError> {
        let span = Span::of(request.window, now_ms);
        let frame = request.window.frame(Timestamp(now_ms / 1000), BARS);
        let filter = filter::filter(&self.cluster, query, span, fence)?;
        let behind = request.before.map(|before| (before.at_ms, before.place, before.skip));
        let read = self.database.kept_events(&filter, behind, PAGE as u32 + 1).await?;
        let page = read.get(..PAGE).unwrap_or(&read);
        let there: Vec<(i64, i64)> =
            page.iter().map(|event| (event.at_milliseconds, event.place())).collect();
        let (rows, foreign) = self.rows(page, query, fence);
        let bars = self.bars(&filter, frame).await?;
        Ok(Found {
            total: bars.iter().map(|bar| bar.total).sum(),
            next: (read.len() > PAGE).then(|| next(&there, request.before)).flatten(),
            rows,
            frame,
            bars,
            facets: self.facets(&filter).await?,
            shortfall: self.shortfall(span, foreign, now_ms),
            confined_to: fence.names(),
            kept_by: self.kept_by(),
        })
    }

    /// The newest of what is found, and whether there is more.
    pub async fn newest(
        &self,
        request: &SearchRequest,
        query: &Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<(Rows, bool), ConsoleError> {
        let filter = filter::filter(&self.cluster, query, Span::of(request.window, now_ms), fence)?;
        let read = self.database.kept_events(&filter, None, PAGE as u32 + 1).await?;
        let (rows, _) = self.rows(read.get(..PAGE).unwrap_or(&read), query, fence);
        Ok((rows, read.len() > PAGE))
    }

    /// What happened since, and shortly before that.
    pub async fn tail(
        &self,
        request: &TailRequest,
        query: &Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<Tail, ConsoleError> {
        let (span, is_away) = since(request, now_ms);
        let filter = filter::filter(&self.cluster, query, span, fence)?;
        let read = self.database.kept_events(&filter, None, Tail::MOST as u32 + 1).await?;
        let (rows, foreign) = self.rows(read.get(..Tail::MOST).unwrap_or(&read), query, fence);
        Ok(Tail {
            is_cut: read.len() > Tail::MOST || is_away,
            rows,
            shortfall: self.shortfall(span, foreign, now_ms),
            confined_to: fence.names(),
            kept_by: self.kept_by(),
        })
    }

    /// All that is found, the oldest first, so many at a time.
    pub fn pages(
        self,
        query: &Query,
        span: Span,
        fence: &Fence,
        size: u32,
    ) -> Result<KeptPages, ConsoleError> {
        let filter = filter::filter(&self.cluster, query, span, fence)?;
        Ok(KeptPages { kept: self, filter, size, last: None, are_over: false })
    }

    /// Events as rows, and how many were left out because they are behind the fence.
    fn rows(&self, events: &[KeptEvent], query: &Query, fence: &Fence) -> (Rows, u32) {
        let seen = events.iter().filter(|event| fence.admits(&event.namespace, event.at_milliseconds));
        let rows: Vec<EventRecord> = seen.map(|event| record(&self.cluster, event, query)).collect();
        let foreign = u32::try_from(events.len() - rows.len()).unwrap_or(u32::MAX);
        if foreign > 0 {
            let cluster = &self.cluster;
            tracing::error!(%cluster, foreign, "The console's own events of {cluster} hold what the reader may not see");
        }
        (Rows::Events(rows), foreign)
    }

    async fn bars(&self, filter: &EventFilter, frame: Frame) -> Result<Vec<Bar>, ConsoleError> {
        let mut bars = vec![Bar::default(); frame.points()];
        let step_ms = i64::from(frame.step) * 1000;
        for counted in self.database.event_bars(filter, step_ms).await? {
            let point = frame.point(counted.from_milliseconds / 1000);
            if let Some(bar) = point.and_then(|point| bars.get_mut(point)) {
                *bar = Bar { total: count(counted.total), failed: 0, warned: count(counted.warned) };
            }
        }
        Ok(bars)
    }

    async fn facets(&self, filter: &EventFilter) -> Result<Vec<Facet>, ConsoleError> {
        let mut facets = Vec::new();
        for field in Of::Events.facets() {
            let Some(column) = filter::column(*field) else { continue };
            let values = self.database.event_values(filter, column, VALUES).await?;
            let values = values.into_iter().filter(|(value, _)| !value.is_empty());
            let values: Vec<FacetValue> =
                values.map(|(value, total)| FacetValue { value, name: None, count: count(total) }).collect();
            facets.extend((!values.is_empty()).then_some(Facet { field: *field, values }));
        }
        Ok(facets)
    }

    fn shortfall(&self, span: Span, foreign: u32, now_ms: i64) -> Vec<Shortfall> {
        let until = match span.until {
            Until::Including(at) | Until::Before(at) => at.min(now_ms),
        };
        let mut all: Vec<Shortfall> = gaps(&self.spans, now_ms)
            .into_iter()
            .filter(|(from, to)| *from < until && *to > span.from_ms)
            .map(|(from, to)| Shortfall::NotKept(Timestamp(from / 1000), Timestamp(to / 1000)))
            .collect();
        all.extend((foreign > 0).then_some(Shortfall::Foreign(foreign)));
        all
    }

    fn kept_by(&self) -> KeptBy {
        let since = self.spans.first().map_or(0, |span| span.0);
        KeptBy::Console { since: Timestamp(since / 1000) }
    }
}

/// Between which moments nothing was kept.
fn gaps(spans: &[(i64, i64)], now_ms: i64) -> Vec<(i64, i64)> {
    let between = spans.iter().zip(spans.iter().skip(1)).map(|(before, after)| (before.1, after.0));
    let end = spans.last().map(|last| (last.1, now_ms)).filter(|(until, now)| now - until > SILENT_MS);
    between.chain(end).collect()
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn record(cluster: &ClusterName, event: &KeptEvent, query: &Query) -> EventRecord {
    let KeptEvent { uid, times, at_milliseconds, namespace, kind, name, reason, sort, source, message } =
        event.clone();
    EventRecord {
        id: format!("{uid}.{times}"),
        at_ms: at_milliseconds,
        resource: plural(&kind).and_then(|plural| resource(cluster, plural, &namespace, &name)),
        is_warning: sort == "Warning",
        message: pieces(&marked(&message, query)),
        count: count(times),
        namespace,
        kind,
        name,
        reason,
        source,
    }
}

/// All that is found, part by part.
pub struct KeptPages {
    kept: Kept,
    filter: EventFilter,
    size: u32,
    last: Option<KeptEvent>,
    are_over: bool,
}

impl KeptPages {
    /// Whether everything was read.
    pub fn are_over(&self) -> bool {
        self.are_over
    }

    /// The next part.
    pub async fn next(&mut self, fence: &Fence) -> Result<Rows, ConsoleError> {
        let database = &self.kept.database;
        let mut read = database.kept_events_after(&self.filter, self.last.as_ref(), self.size).await?;
        self.are_over = read.len() < self.size as usize;
        let (rows, _) = self.kept.rows(&read, &Query::default(), fence);
        if let Some(last) = read.pop() {
            self.last = Some(last);
        }
        Ok(rows)
    }
}
