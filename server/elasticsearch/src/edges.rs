//! Where what a log store keeps begins and ends: why a stretch of time may be empty.

use crate::dsl::{Order, Query, Search, Until};
use crate::error::ElasticsearchError;
use crate::fence::Fence;
use crate::layout::Known;
use crate::rows::moment;
use crate::search::Span;
use crate::store::Store;
use model::Timestamp;
use model::cause::WayOutage;
use records_contract::{Bar, SearchRequest, Shortfall};

/// So many bars at one end that are empty make one ask why.
const EMPTY_BARS: usize = 2;
/// What begins no later than this after what was asked for begins with it.
const LATE_MS: i64 = 60_000;
/// Where something is written now and then, nothing for so long is nothing to tell of.
const SILENT_MS: i64 = 15 * 60_000;
/// With more namespaces than these, each with its own beginning, the question would be too long for a log store.
const MOST_NAMESPACES: usize = 300;

/// Whether a stretch of time is empty where it begins or ends.
fn is_open(bars: &[Bar]) -> bool {
    let is_empty = |bar: &Bar| bar.total == 0;
    bars.iter().take(EMPTY_BARS).all(is_empty) || bars.iter().rev().take(EMPTY_BARS).all(is_empty)
}

impl Store {
    /// Why a stretch of time is empty where it begins or ends, if it is. What was looked for does not count: it need not have
    /// been written as long as everything else.
    pub async fn edges(
        &self,
        known: &Known,
        request: &SearchRequest,
        bars: &[Bar],
        fence: &Fence,
        now_ms: i64,
    ) -> Vec<Shortfall> {
        let is_long = fence.within().is_some_and(|names| names.len() > MOST_NAMESPACES);
        if is_long || request.before.is_some() || !is_open(bars) {
            return Vec::new();
        }
        let ends = futures::join!(
            self.end(known, fence, Order::Asc, now_ms),
            self.end(known, fence, Order::Desc, now_ms),
        );
        match ends {
            (Ok(oldest), Ok(newest)) => told(oldest.zip(newest), Span::of(request.window, now_ms), now_ms),
            (Err(error), _) | (_, Err(error)) => {
                tracing::debug!(store = self.client.name(), %error, "Where records begin and end is not known");
                Vec::new()
            }
        }
    }

    /// When the first was written of all that is within a fence, in one order or the other.
    async fn end(
        &self,
        known: &Known,
        fence: &Fence,
        order: Order,
        now_ms: i64,
    ) -> Result<Option<i64>, ElasticsearchError> {
        let until_now = Query::moments(&known.time, None, Some(Until::Including(now_ms)));
        let search = Search::new(fence.around(known, 0, until_now), &known.time, order, 1);
        let answer = self.client.search(&known.index, &search).await?;
        if answer.timed_out || answer.shards.failed > 0 {
            return Err(ElasticsearchError::unreachable(WayOutage::NotAll));
        }
        Ok(answer.hits.hits.first().map(moment))
    }
}

fn told(kept: Option<(i64, i64)>, span: Span, now_ms: i64) -> Vec<Shortfall> {
    let Some((oldest, newest)) = kept else { return vec![Shortfall::Nothing] };
    let until_ms = match span.until {
        Until::Including(at) | Until::Before(at) => at.min(now_ms),
    };
    let at = |at_ms: i64| Timestamp(at_ms.div_euclid(1000));
    let since = (oldest > span.from_ms.saturating_add(LATE_MS)).then(|| Shortfall::Since(at(oldest)));
    let silent = (newest < until_ms.saturating_sub(SILENT_MS)).then(|| Shortfall::Silent(at(newest)));
    since.into_iter().chain(silent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn span(from_ms: i64, to_ms: i64) -> Span {
        Span { from_ms, until: Until::Before(to_ms) }
    }

    #[test]
    fn a_stretch_is_open_where_it_is_empty_at_an_end() {
        let bars = |totals: &[u64]| {
            let bars: Vec<Bar> = totals.iter().map(|total| Bar { total: *total, ..Bar::default() }).collect();
            is_open(&bars)
        };

        assert!(bars(&[0, 0, 3, 1]) && bars(&[3, 1, 0, 0]) && bars(&[0, 0, 0]) && bars(&[]));
        assert!(!bars(&[1, 0, 0, 1]) && !bars(&[0, 1, 1, 0]));
    }

    #[test]
    fn what_lies_outside_of_what_is_kept_is_told_and_nothing_else() {
        let kept = Some((10 * HOUR, 20 * HOUR));
        let hour = |hour: i64| Timestamp(hour * 3600);

        assert_eq!(told(kept, span(5 * HOUR, 15 * HOUR), 30 * HOUR), [Shortfall::Since(hour(10))]);
        assert_eq!(told(kept, span(12 * HOUR, 40 * HOUR), 30 * HOUR), [Shortfall::Silent(hour(20))]);
        assert_eq!(told(kept, span(12 * HOUR, 20 * HOUR + 1), 30 * HOUR), []);
        assert_eq!(told(kept, span(10 * HOUR - 1, 20 * HOUR), 20 * HOUR), [], "a moment is no gap");
        assert_eq!(told(None, span(0, HOUR), HOUR), [Shortfall::Nothing]);
    }
}
