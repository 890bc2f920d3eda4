//! What stands around a line.

use crate::dsl::{Ids, Order, Query, Search, Until};
use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::layout::Known;
use crate::rows::Origin;
use crate::store::Store;
use records_contract::{Around, AroundRequest, Field, LogRecord};

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
        let found = self.lines(known, &origin, 0, itself, Order::Desc, 1).await?;
        let Some(line) = found.into_iter().next() else { return Ok(None) };

        let beside = |from: Option<i64>, until: Option<Until>| {
            let values = [
                (Field::Namespace, &line.namespace),
                (Field::Pod, &line.pod),
                (Field::Container, &line.container),
            ];
            let same = values
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .filter_map(|(field, value)| Some(Query::term(known.exact(*field).next()?, value)));
            let during = Query::moments(&known.time, from, until);
            Query::all(same.chain([during]).collect())
        };
        let (before, after) =
            (beside(None, Some(Until::Including(line.at_ms))), beside(Some(line.at_ms), None));
        let (before, after) = futures::join!(
            self.lines(known, &origin, 0, before, Order::Desc, lines + 2),
            self.lines(known, &origin, line.at_ms, after, Order::Asc, lines + 2),
        );
        let mut before = others(before?, &line, &[]);
        let mut after = others(after?, &line, &before);
        let more = (before.len() > lines as usize, after.len() > lines as usize);
        before.truncate(lines as usize);
        after.truncate(lines as usize);
        before.reverse();
        let at = u32::try_from(before.len()).unwrap_or_default();
        let lines = before.into_iter().chain([line]).chain(after).collect();
        Ok(Some(Around { lines, at, more, source: self.client.name() }))
    }

    async fn lines(
        &self,
        known: &Known,
        origin: &Origin<'_>,
        from_ms: i64,
        query: Query,
        order: Order,
        size: u32,
    ) -> Result<Vec<LogRecord>, ElasticsearchError> {
        let mut search = Search::new(origin.fence.around(known, from_ms, query), &known.time, order, size);
        search.source = known.sources();
        let answer = self.client.search(&known.index, &search).await?;
        Ok(origin.lines(&answer.hits.hits))
    }
}

/// Lines of the same moment come from both sides.
fn others(lines: Vec<LogRecord>, itself: &LogRecord, known: &[LogRecord]) -> Vec<LogRecord> {
    let is_new = |line: &LogRecord| line.id != itself.id && known.iter().all(|known| known.id != line.id);
    lines.into_iter().filter(is_new).collect()
}
