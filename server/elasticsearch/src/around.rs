//! What stands around a line.

use crate::answer::Hit;
use crate::dsl::{Ids, Order, Query, Search, ahead, behind};
use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::layout::Known;
use crate::rows::{Origin, place};
use crate::store::Store;
use records_contract::{Around, AroundRequest, Field, LogRecord};

/// Beside the line itself, lines of other shards that stand in the same place come from both sides.
const TWICE: u32 = 8;

impl Store {
    /// A line and its neighbours; `None` when there is no such line within the fence.
    pub async fn around(
        &self,
        known: &Known,
        request: &AroundRequest,
        fence: &Fence,
    ) -> Result<Option<Around>, ElasticsearchError> {
        let lines = request.lines.clamp(1, AroundRequest::MOST_LINES);
        let origin = Origin { cluster: &request.cluster, known, fence };
        let itself = Query::Ids(Ids { values: vec![request.id.clone()] });
        let found = self.hits(known, &origin, 0, itself, Order::Desc, 1).await?;
        let place = found.first().map_or(0, place);
        let Some(line) = origin.lines(&found).into_iter().next() else { return Ok(None) };

        let beside = |where_to: fn(&str, i64, i64) -> Query| {
            let values = [
                (Field::Namespace, &line.namespace),
                (Field::Pod, &line.pod),
                (Field::Container, &line.container),
            ];
            let same = values
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(field, value)| {
                    known.exact(*field).map(|name| Query::term(name, value)).collect::<Vec<_>>()
                })
                .filter(|names| !names.is_empty())
                .map(Query::any);
            // So much may have been written in one moment that time alone would miss its neighbours.
            let side = where_to(&known.time, line.at_ms, place);
            Query::all(same.chain([side]).collect())
        };
        let (before, after, size) = (beside(behind), beside(ahead), lines + TWICE);
        let (before, after) = futures::join!(
            self.hits(known, &origin, 0, before, Order::Desc, size),
            self.hits(known, &origin, line.at_ms, after, Order::Asc, size),
        );
        let mut before = others(origin.lines(&before?), &line, &[]);
        let mut after = others(origin.lines(&after?), &line, &before);
        let more = (before.len() > lines as usize, after.len() > lines as usize);
        before.truncate(lines as usize);
        after.truncate(lines as usize);
        before.reverse();
        let at = u32::try_from(before.len()).unwrap_or_default();
        let lines = before.into_iter().chain([line]).chain(after).collect();
        Ok(Some(Around { lines, at, more, source: self.client.name() }))
    }

    async fn hits(
        &self,
        known: &Known,
        origin: &Origin<'_>,
        from_ms: i64,
        query: Query,
        order: Order,
        size: u32,
    ) -> Result<Vec<Hit>, ElasticsearchError> {
        let mut search = Search::new(origin.fence.around(known, from_ms, query), &known.time, order, size);
        search.source = known.sources();
        Ok(self.client.search(&known.index, &search).await?.hits.hits)
    }
}

/// Lines of the same place come from both sides.
fn others(lines: Vec<LogRecord>, itself: &LogRecord, known: &[LogRecord]) -> Vec<LogRecord> {
    let is_new = |line: &LogRecord| line.id != itself.id && known.iter().all(|known| known.id != line.id);
    lines.into_iter().filter(is_new).collect()
}
