//! Following: what was written since the last time.

use crate::dsl::{Order, Search, Until};
use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::layout::Known;
use crate::rows::Origin;
use crate::search::{Span, fenced, highlight, shortfall};
use crate::store::Store;
use records_contract::{Query, Tail, TailRequest};

/// What is looked at: from shortly before the newest that was shown. And whether whoever asks was away for longer than
/// that goes back, and begins anew.
pub fn since(request: &TailRequest, now_ms: i64) -> (Span, bool) {
    let oldest = now_ms - Tail::BEGINNING_MS;
    let from_ms = request.since_ms.map_or(oldest, |since| since.saturating_sub(Tail::LATE_MS).max(oldest));
    let is_away = request.since_ms.is_some_and(|since| since < oldest);
    (Span { from_ms, until: Until::Including(now_ms) }, is_away)
}

impl Store {
    /// What was written since, and shortly before that. Nothing is counted: it is asked every few seconds.
    pub async fn tail(
        &self,
        known: &Known,
        request: &TailRequest,
        query: &Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<Tail, ElasticsearchError> {
        let (span, is_away) = since(request, now_ms);
        let mut search =
            Search::new(fenced(query, span, known, fence)?, &known.time, Order::Desc, Tail::MOST as u32 + 1);
        search.source = known.sources();
        search.highlight = highlight(query, known);
        let answer = self.client.search(&known.index, &search).await?;
        let origin = Origin { cluster: &request.cluster, known, fence };
        let page = answer.hits.hits.get(..Tail::MOST).unwrap_or(&answer.hits.hits);
        let (rows, foreign) = origin.rows(page);
        Ok(Tail {
            is_cut: answer.hits.hits.len() > Tail::MOST || is_away,
            rows,
            shortfall: shortfall(&answer, foreign),
            confined_to: fence.names(),
            kept_by: self.kept_by(known),
        })
    }
}
