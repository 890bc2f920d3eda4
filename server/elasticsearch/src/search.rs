//! Searching: a page of what is found, and how all of it is spread.

use crate::answer::{Answer, Hit};
use crate::compile::{compile, marked, shades};
use crate::dsl::{
    Aggregation, Bars, DateHistogram, Filters, Highlight, Nothing, Order, Query, Search, Shades, Until,
    behind, one,
};
use crate::error::ElasticsearchError;
use crate::fence::{Fence, Fenced};
use crate::layout::Known;
use crate::rows::{MARKS, Origin, moment, place};
use crate::store::Store;
use model::chart::Frame;
use model::{Timestamp, Window};
use records_contract::{Bar, Cursor, Facet, FacetValue, Found, KeptBy, Rows, SearchRequest, Shortfall};
use serde_json::Value;
use std::collections::BTreeMap;

/// Rows of a page.
pub const PAGE: usize = 100;
/// Bars of the histogram.
pub const BARS: u32 = 60;
/// Values shown of a field.
pub const VALUES: u32 = 8;

/// A stretch of time, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from_ms: i64,
    pub until: Until,
}

impl Span {
    /// What a window means now. Nothing is found in the future: clocks that are wrong write there.
    pub fn of(window: Window, now_ms: i64) -> Self {
        match window {
            Window::Last(seconds) => {
                Self { from_ms: now_ms - i64::from(seconds) * 1000, until: Until::Including(now_ms) }
            }
            Window::Between(from, to) => Self { from_ms: from.0 * 1000, until: Until::Before(to.0 * 1000) },
        }
    }
}

/// What is meant, within a stretch of time and a fence.
pub fn fenced(
    query: &records_contract::Query,
    span: Span,
    known: &Known,
    fence: &Fence,
) -> Result<Fenced, ElasticsearchError> {
    let during = Query::moments(&known.time, Some(span.from_ms), Some(span.until));
    Ok(fence.around(known, span.from_ms, Query::all(vec![during, compile(query, known)?])))
}

impl Store {
    /// What is found of a request.
    pub async fn search(
        &self,
        known: &Known,
        request: &SearchRequest,
        query: &records_contract::Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<Found, ElasticsearchError> {
        let span = Span::of(request.window, now_ms);
        let frame = request.window.frame(Timestamp(now_ms / 1000), BARS);
        let mut search =
            Search::new(fenced(query, span, known, fence)?, &known.time, Order::Desc, PAGE as u32 + 1);
        search.source = known.sources();
        if let Some(Cursor { at_ms, place, skip }) = request.before {
            search.post_filter = Some(behind(&known.time, at_ms, place));
            search.from = skip;
        }
        search.aggs = figures(known, request, frame);
        search.highlight = highlight(query, known);
        let answer = self.client.search(&known.index, &search).await?;
        let origin = Origin { cluster: &request.cluster, known, fence };
        let page = answer.hits.hits.get(..PAGE).unwrap_or(&answer.hits.hits);
        let (rows, foreign) = origin.rows(page);
        let there: Vec<(i64, i64)> = page.iter().map(stands).collect();
        let bars = bars(&answer, frame);
        Ok(Found {
            total: bars.iter().map(|bar| bar.total).sum(),
            next: (answer.hits.hits.len() > PAGE).then(|| next(&there, request.before)).flatten(),
            rows,
            frame,
            bars,
            facets: facets(&answer, known, request),
            shortfall: shortfall(&answer, foreign),
            confined_to: fence.names(),
            kept_by: self.kept_by(known),
        })
    }

    /// The newest of what is found, and whether there may be more. Nothing is counted and nothing marked, so the log store looks at
    /// no more than it takes to know them.
    pub async fn newest(
        &self,
        known: &Known,
        request: &SearchRequest,
        query: &records_contract::Query,
        fence: &Fence,
        now_ms: i64,
    ) -> Result<(Rows, bool), ElasticsearchError> {
        let query = fenced(query, Span::of(request.window, now_ms), known, fence)?;
        let mut search = Search::new(query, &known.time, Order::Desc, PAGE as u32 + 1);
        search.source = known.sources();
        let answer = self.client.search(&known.index, &search).await?;
        let origin = Origin { cluster: &request.cluster, known, fence };
        let page = answer.hits.hits.get(..PAGE).unwrap_or(&answer.hits.hits);
        let is_all = answer.hits.hits.len() <= PAGE && shortfall(&answer, 0).is_empty();
        Ok((origin.rows(page).0, !is_all))
    }

    /// What keeps it: a log store, as it was recognised.
    pub fn kept_by(&self, known: &Known) -> KeptBy {
        let is_of_one_moment = self.keeps_points;
        KeptBy::LogStore { name: self.client.name(), layout: known.name(), is_of_one_moment }
    }
}

/// How what was looked for is marked in what is found.
pub fn highlight(query: &records_contract::Query, known: &Known) -> Option<Highlight> {
    marked(query, known).map(|highlight_query| Highlight {
        pre_tags: [MARKS.0],
        post_tags: [MARKS.1],
        number_of_fragments: 0,
        fields: known.texts.iter().map(|text| (text.clone(), Nothing {})).collect(),
        highlight_query,
    })
}

/// What is counted. A field with several names is counted by each.
fn figures(known: &Known, request: &SearchRequest, frame: Frame) -> BTreeMap<String, Aggregation> {
    let date_histogram = DateHistogram {
        field: known.time.clone(),
        fixed_interval: format!("{}s", frame.step),
        min_doc_count: 1,
    };
    let aggs = one("shades", Shades { filters: Filters { filters: shades(known) } });
    let mut figures = one("bars", Aggregation::Bars(Bars { date_histogram, aggs }));
    for field in request.of.facets() {
        for (place, name) in known.exact(*field).enumerate() {
            let terms = Aggregation::Terms { field: name.to_owned(), size: VALUES };
            figures.insert(format!("{}-{place}", field.word()), terms);
        }
    }
    figures
}

fn bars(answer: &Answer, frame: Frame) -> Vec<Bar> {
    let mut bars = vec![Bar::default(); frame.points()];
    for bucket in answer.aggregations.get("bars").into_iter().flat_map(|bars| &bars.buckets) {
        let at = bucket.key.as_i64().unwrap_or_default() / 1000;
        let bar = frame.point(at).and_then(|point| bars.get_mut(point));
        let shade = |name: &str| bucket.shades.buckets.get(name).map_or(0, |shade| shade.doc_count);
        if let Some(bar) = bar {
            *bar = Bar { total: bucket.doc_count, failed: shade("failed"), warned: shade("warned") };
        }
    }
    bars
}

fn facets(answer: &Answer, known: &Known, request: &SearchRequest) -> Vec<Facet> {
    let facet = |field: &records_contract::Field| {
        // By each name of the field one value may stand: who asked for themselves, and who was spoken for.
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for place in 0..known.exact(*field).count() {
            let buckets = answer.aggregations.get(&format!("{}-{place}", field.word()));
            for bucket in buckets.into_iter().flat_map(|buckets| &buckets.buckets) {
                let words = match &bucket.key {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                *counts.entry(words).or_default() += bucket.doc_count;
            }
        }
        let value = |(value, count)| FacetValue { value, name: None, count };
        let mut values: Vec<FacetValue> = counts.into_iter().map(value).collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(VALUES as usize);
        Facet { field: *field, values }
    };
    request.of.facets().iter().map(facet).filter(|facet| !facet.values.is_empty()).collect()
}

/// Its moment and its place in it.
pub fn stands(hit: &Hit) -> (i64, i64) {
    (moment(hit), place(hit))
}

/// Where the page behind one begins, of which is known where its rows stand.
pub fn next(page: &[(i64, i64)], before: Option<Cursor>) -> Option<Cursor> {
    let (at_ms, place) = *page.last()?;
    // Different shards give the same numbers.
    let same = page.iter().rev().take_while(|there| **there == (at_ms, place)).count();
    let goes_on = |before: &Cursor| same == page.len() && (before.at_ms, before.place) == (at_ms, place);
    let passed = before.filter(goes_on).map_or(0, |before| before.skip);
    let skip = passed + u32::try_from(same).unwrap_or(u32::MAX);
    (skip <= Cursor::MOST_SKIPPED).then_some(Cursor { at_ms, place, skip })
}

/// Why an answer may not be all there is.
pub fn shortfall(answer: &Answer, foreign: u32) -> Vec<Shortfall> {
    let mut all = Vec::new();
    if answer.timed_out {
        all.push(Shortfall::TimedOut);
    }
    if answer.shards.failed > 0 {
        let first = answer.shards.failures.first();
        let said = first.and_then(|failure| failure.reason.reason.clone()).unwrap_or_default();
        all.push(Shortfall::Shards(answer.shards.failed, answer.shards.total, said));
    }
    if foreign > 0 {
        all.push(Shortfall::Foreign(foreign));
    }
    all
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::layout::{LAYOUTS, Pattern};
    use model::ClusterName;
    use records_contract::{Field, Of};
    use serde_json::json;

    #[test]
    fn somebody_is_counted_once_by_whichever_name_of_a_field_they_stand() {
        let keyword = json!({"keyword": {}});
        let caps = json!({"fields": {
            "@timestamp": {"date": {}}, "requestURI": {"text": {}}, "objectRef.namespace": keyword,
            "impersonatedUser.username": keyword, "user.username": keyword,
        }});
        let layout = LAYOUTS.iter().find(|layout| layout.name == "Kubernetes audit").unwrap();
        let index = Pattern::parse("kube-audit-*").unwrap();
        let known = layout.recognise(index, &serde_json::from_value(caps).unwrap()).unwrap();
        let answer = json!({"hits": {}, "aggregations": {
            "user-0": {"buckets": [{"key": "ada", "doc_count": 3}]},
            "user-1": {"buckets": [{"key": "console", "doc_count": 6}, {"key": "ada", "doc_count": 4}]},
        }});
        let request = SearchRequest {
            cluster: ClusterName::parse("harbour").unwrap(),
            of: Of::Audit,
            query: String::new(),
            window: Window::default(),
            before: None,
        };

        let facets = facets(&serde_json::from_value(answer).unwrap(), &known, &request);

        let users = facets.iter().find(|facet| facet.field == Field::User).unwrap();
        let counts: Vec<_> = users.values.iter().map(|value| (value.value.as_str(), value.count)).collect();
        assert_eq!(counts, [("ada", 7), ("console", 6)]);
    }

    #[test]
    fn the_next_page_passes_over_what_was_shown_of_its_moment_and_place() {
        let cursor = |at_ms, place, skip| Some(Cursor { at_ms, place, skip });

        assert_eq!(next(&[(9, 4), (8, 7), (8, 6)], None), cursor(8, 6, 1));
        assert_eq!(next(&[(9, 4), (8, 6), (8, 6)], None), cursor(8, 6, 2));
        assert_eq!(next(&[(8, 6), (8, 6)], cursor(8, 6, 3)), cursor(8, 6, 5));
        assert_eq!(next(&[(8, 6), (8, 5)], cursor(8, 6, 3)), cursor(8, 5, 1));
        assert_eq!(next(&[], None), None);
    }
}
