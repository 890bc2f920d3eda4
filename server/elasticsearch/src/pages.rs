//! All that a search finds, part by part. It is read from a point in time, so that nothing is missed or told twice while the log
//! store goes on being written to.
//!
//! Where a log store keeps no points in time, each part begins in the place in which the one before ended: what stands there
//! is told once, and what is written or deleted meanwhile may be in it or not.

use crate::answer::{Answer, Hit};
use crate::client::{KEEP_ALIVE, jittered};
use crate::dsl::{Order, Pit, Search, Sort, ahead, one};
use crate::error::ElasticsearchError;
use crate::fence::Fenced;
use crate::layout::Known;
use crate::search::stands;
use crate::store::Store;
use model::cause::WayOutage;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often in a row a part is asked for again.
const AGAIN: usize = 5;
/// How long is waited before that, where there was no room for the question.
const PAUSE: Duration = Duration::from_secs(10);
/// What a log store calls a point in time that it does not know any more.
const GONE: &str = "search_context_missing_exception";

/// A search that is read to its end, the oldest first.
pub struct Pages {
    store: Arc<Store>,
    known: Arc<Known>,
    search: Search,
    /// What is read, where that is kept.
    point: Option<String>,
    read: Read,
    are_over: bool,
}

/// Up to where it was read.
#[derive(Default)]
struct Read {
    /// The moment of the last document, and its place in that.
    until: Option<(i64, i64)>,
    /// The documents that stand there: other shards count for themselves.
    there: BTreeSet<String>,
}

impl Read {
    /// Those of some documents that were not read before. From now on they were.
    fn take(&mut self, hits: Vec<Hit>) -> Vec<Hit> {
        let is_known = |hit: &Hit| self.until == Some(stands(hit)) && self.there.contains(&hit.id);
        let new: Vec<Hit> = hits.into_iter().filter(|hit| !is_known(hit)).collect();
        if let Some(last) = new.last().map(stands) {
            if self.until != Some(last) {
                self.until = Some(last);
                self.there.clear();
            }
            let there = new.iter().rev().take_while(|hit| stands(hit) == last);
            self.there.extend(there.map(|hit| hit.id.clone()));
        }
        new
    }
}

impl Pages {
    /// Begins to read, so many at a time.
    pub async fn open(
        store: Arc<Store>,
        known: Arc<Known>,
        query: Fenced,
        size: u32,
    ) -> Result<Self, ElasticsearchError> {
        let point = match store.keeps_points {
            true => Some(store.client.open_point(&known.index, store.is_opensearch).await?),
            false => None,
        };
        let search = whole(query, &known, store.is_opensearch, point.clone(), size);
        Ok(Self { store, known, search, point, read: Read::default(), are_over: false })
    }

    /// Whether everything was read.
    pub fn are_over(&self) -> bool {
        self.are_over
    }

    /// The next part.
    pub async fn next(&mut self) -> Result<Vec<Hit>, ElasticsearchError> {
        let answer = self.ask().await?;
        if let Some(point) = answer.pit_id {
            self.goes_on_from(point);
        }
        if answer.timed_out || answer.shards.failed > 0 {
            // A file that is not whole must not look as if it were.
            return Err(ElasticsearchError::unreachable(WayOutage::NotWhole));
        }
        let hits = answer.hits.hits;
        self.are_over = hits.len() < self.search.size as usize;
        self.search.search_after = match self.point {
            Some(_) => hits.last().map(|hit| hit.sort.clone()),
            // Other shards may have something in the same place, and nothing there is in an order that stays.
            None => hits
                .last()
                .map(stands)
                .map(|(at_ms, place)| vec![at_ms.into(), place.saturating_sub(1).into()]),
        };
        let new = self.read.take(hits);
        if new.is_empty() && !self.are_over && self.point.is_none() {
            return Err(ElasticsearchError::unreachable(WayOutage::OnePlace));
        }
        Ok(new)
    }

    async fn ask(&mut self) -> Result<Answer, ElasticsearchError> {
        for _ in 0..AGAIN {
            let answer = self.ask_once().await;
            if answer.as_ref().is_err_and(ElasticsearchError::is_for_want_of_room) {
                sleep(jittered(PAUSE)).await;
            } else if self.point.is_some() && is_gone(&answer) {
                self.take_up().await?;
            } else {
                return answer;
            }
        }
        self.ask_once().await
    }

    async fn ask_once(&self) -> Result<Answer, ElasticsearchError> {
        let Store { client, .. } = &*self.store;
        match self.point {
            Some(_) => client.search_point(&self.search).await,
            None => client.search(&self.known.index, &self.search).await,
        }
    }

    /// Goes on behind what was read. A point in time ends when it is not read for long, or where its log store is started anew.
    async fn take_up(&mut self) -> Result<(), ElasticsearchError> {
        let point = self.store.client.open_point(&self.known.index, self.store.is_opensearch).await?;
        self.goes_on_from(point);
        // What tells documents of one place apart means nothing at another point.
        self.search.search_after = None;
        self.search.post_filter = self.read.until.map(|(at_ms, place)| ahead(&self.known.time, at_ms, place));
        Ok(())
    }

    fn goes_on_from(&mut self, point: String) {
        self.search.pit = Some(Pit { id: point.clone(), keep_alive: KEEP_ALIVE });
        self.point = Some(point);
    }
}

fn is_gone(answer: &Result<Answer, ElasticsearchError>) -> bool {
    match answer {
        Err(ElasticsearchError::Refused { status, .. }) => *status == 404,
        Err(_) => false,
        Ok(answer) => answer.shards.failures.iter().any(|failure| failure.reason.kind == GONE),
    }
}

/// A search for everything, the oldest first, so many at a time, at a point in time if there is one.
pub fn whole(query: Fenced, known: &Known, is_opensearch: bool, point: Option<String>, size: u32) -> Search {
    let mut search = Search::new(query, &known.time, Order::Asc, size);
    search.source = known.sources();
    // Elasticsearch tells documents of one moment apart by itself.
    if is_opensearch && point.is_some() {
        search.sort.push(one("_id", Sort::plain(Order::Asc)));
    }
    search.pit = point.map(|id| Pit { id, keep_alive: KEEP_ALIVE });
    search
}

impl Drop for Pages {
    fn drop(&mut self) {
        let Some(point) = self.point.take() else { return };
        let store = Arc::clone(&self.store);
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn hit(id: &str, (at, place): (i64, i64)) -> Hit {
        let sort = vec![at.into(), place.into()];
        Hit { id: id.into(), source: Value::Null, sort, highlight: [].into() }
    }

    #[test]
    fn what_stands_in_the_place_up_to_which_was_read_is_told_once() {
        let mut read = Read::default();
        let mut take = |hits: &[(&str, (i64, i64))]| {
            let taken = read.take(hits.iter().map(|(id, at)| hit(id, *at)).collect());
            taken.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
        };

        assert_eq!(take(&[("a", (1, 1)), ("b", (2, 5))]), ["a", "b"]);
        // Another shard has one there, too.
        assert_eq!(take(&[("b", (2, 5)), ("c", (2, 5))]), ["c"]);
        assert_eq!(take(&[("b", (2, 5)), ("c", (2, 5)), ("d", (2, 6))]), ["d"]);
        assert_eq!(take(&[("d", (2, 6)), ("b", (3, 1))]), ["b"], "another index, the same name");
        assert!(take(&[("b", (3, 1))]).is_empty() && take(&[]).is_empty());
    }
}
