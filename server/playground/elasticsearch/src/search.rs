//! Searches.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::aggregate::{self, Aggregations, Counted, interval};
use crate::answer::Refusal;
use crate::archive::{Archive, Wanted};
use crate::document::{Document, Look};
use crate::highlight::Highlight;
use crate::index::{Meant, meant};
use crate::points::{Point, Points};
use crate::query::{self, Query};
use crate::slices::Slices;
use crate::sort::{Key, Sort};

/// The furthest that pages reach, as in Elasticsearch.
const FURTHEST: usize = 10_000;
/// So many are counted exactly when nobody says otherwise.
const COUNTED: u64 = 10_000;

/// What is asked.
struct Search {
    query: Query,
    post_filter: Option<Query>,
    aggregations: Aggregations,
    highlight: Option<Highlight>,
    sort: Sort,
    after: Option<Vec<Key>>,
    from: usize,
    size: usize,
    /// How many are counted; all when it is none.
    counts: Counts,
    source: Value,
    patience: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Nothing,
    UpTo(u64),
    All,
}

/// A document that is a hit so far.
struct Hit {
    keys: Vec<Key>,
    document: Document,
    family: usize,
}

const KNOWN: [&str; 14] = [
    "query",
    "post_filter",
    "aggs",
    "aggregations",
    "highlight",
    "sort",
    "search_after",
    "from",
    "size",
    "track_total_hits",
    "_source",
    "timeout",
    "pit",
    "stored_fields",
];

impl Search {
    fn read(body: &Value) -> Result<Self, Refusal> {
        if let Some(other) =
            body.as_object().and_then(|body| body.keys().find(|name| !KNOWN.contains(&name.as_str())))
        {
            return Err(Refusal::parsing(format!("unknown key [{other}] in search request")));
        }
        let query = match &body["query"] {
            Value::Null => Query::All,
            value => query::read(value)?,
        };
        let post_filter = match &body["post_filter"] {
            Value::Null => None,
            value => Some(query::read(value)?),
        };
        let aggregations = if body["aggs"].is_null() { &body["aggregations"] } else { &body["aggs"] };
        let number = |name: &str, usual: usize| {
            body[name].as_u64().map_or(usual, |number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let (from, size) = (number("from", 0), number("size", 10));
        if from.saturating_add(size) > FURTHEST {
            return Err(Refusal::argument(format!(
                "Result window is too large, from + size must be less than or equal to: [{FURTHEST}] but was [{}]",
                from.saturating_add(size)
            )));
        }
        let sort = Sort::read(&body["sort"], !body["pit"].is_null())?;
        let after = sort.after(&body["search_after"])?;
        let counts = match &body["track_total_hits"] {
            Value::Bool(false) => Counts::Nothing,
            Value::Bool(true) => Counts::All,
            Value::Number(number) => Counts::UpTo(number.as_u64().unwrap_or(COUNTED)),
            _ => Counts::UpTo(COUNTED),
        };
        Ok(Self {
            highlight: Highlight::read(&body["highlight"], &query)?,
            aggregations: aggregate::read(aggregations)?,
            query,
            post_filter,
            sort,
            after,
            from,
            size,
            counts,
            source: body["_source"].clone(),
            patience: body["timeout"]
                .as_str()
                .and_then(interval)
                .and_then(|most| u64::try_from(most).ok())
                .map(Duration::from_millis),
        })
    }

    /// Whether nothing further can change the answer once so many hits are known.
    fn is_enough(&self, hits: usize) -> bool {
        self.aggregations.is_empty() && self.counts == Counts::Nothing && hits >= self.from + self.size
    }
}

/// Which indices are asked.
pub(crate) struct Where<'w> {
    pub(crate) expression: &'w str,
    pub(crate) ignores_missing: bool,
}

/// Answers a search.
pub(crate) fn search(
    archive: &dyn Archive,
    points: &Points,
    place: &Where<'_>,
    body: &Value,
) -> Result<Value, Refusal> {
    let began = Instant::now();
    let search = Search::read(body)?;
    let point = read_point(points, &body["pit"])?;
    let expression = point.as_ref().map_or(place.expression, |point| point.expression.as_str());
    let indices = meant(archive, expression, place.ignores_missing || point.is_some())?;
    let now = point.as_ref().map_or_else(|| archive.now(), |point| point.at.min(archive.now()));
    let mut run = Run {
        search: &search,
        counted: Counted::nothing(&search.aggregations),
        hits: Vec::new(),
        total: 0,
        deadline: search.patience.map(|most| began + most),
        timed_out: false,
    };
    for (family, indices) in indices.iter().enumerate() {
        search.sort.check(indices.family)?;
        Counted::check(&search.aggregations, indices.family)?;
        run.through(archive, family, indices, now);
    }
    let mut answer = run.answer(&indices)?;
    answer["took"] = json!(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    if let Some(id) = body["pit"]["id"].as_str() {
        answer["pit_id"] = id.into();
    }
    Ok(answer)
}

/// Answers how many there are.
pub(crate) fn count(archive: &dyn Archive, place: &Where<'_>, query: &Value) -> Result<Value, Refusal> {
    let body = json!({"query": query, "size": 0, "track_total_hits": true});
    let body = if query.is_null() { json!({"size": 0, "track_total_hits": true}) } else { body };
    let answer = search(archive, &Points::default(), place, &body)?;
    Ok(json!({"count": answer["hits"]["total"]["value"], "_shards": answer["_shards"]}))
}

fn read_point(points: &Points, pit: &Value) -> Result<Option<Point>, Refusal> {
    match pit["id"].as_str() {
        Some(id) => points.read(id, pit["keep_alive"].as_str()).map(Some),
        None if pit.is_null() => Ok(None),
        None => Err(Refusal::argument("Required [id]")),
    }
}

/// A search on its way through documents.
struct Run<'s> {
    search: &'s Search,
    counted: Counted<'s>,
    hits: Vec<Hit>,
    total: u64,
    deadline: Option<Instant>,
    timed_out: bool,
}

impl Run<'_> {
    fn through(&mut self, archive: &dyn Archive, family: usize, indices: &Meant, now: i64) {
        let mut wanted = Wanted { from: archive.oldest(), to: now, ..Wanted::default() };
        self.search.query.narrow(indices.family, &mut wanted);
        let newest_first = self.search.sort.by_time(indices.family);
        if self.search.aggregations.is_empty() && self.search.counts == Counts::Nothing {
            // Only hits count, so what can be none is not even made.
            if let Some(filter) = &self.search.post_filter {
                filter.narrow(indices.family, &mut wanted);
            }
            if let (Some(newest_first), Some(Key::Number(at))) =
                (newest_first, self.search.after.as_ref().and_then(|after| after.first()))
            {
                if newest_first { wanted.to = wanted.to.min(*at) } else { wanted.from = wanted.from.max(*at) }
            }
        }
        if wanted.from > wanted.to {
            return;
        }
        let mut slices = Slices::between(wanted.from, wanted.to, newest_first != Some(false));
        while let Some((from, to)) = slices.step() {
            if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                self.timed_out = true;
                return;
            }
            let part = Wanted { from, to, only: wanted.only.clone() };
            let documents = archive.documents(indices.family, &part);
            slices.heed(documents.len());
            for (index, document) in documents.into_iter().enumerate() {
                if index % 256 == 255 && self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                    self.timed_out = true;
                    break;
                }
                if (part.from..=part.to).contains(&document.at) {
                    self.look_at(document, family, indices);
                }
            }
            self.keep_the_first();
            if newest_first.is_some() && self.search.is_enough(self.hits.len()) {
                return;
            }
        }
    }

    fn look_at(&mut self, document: Document, family: usize, indices: &Meant) {
        if !indices.is_whole && !indices.names.contains(&document.index(indices.family)) {
            return;
        }
        let keys = {
            let look = Look::at(&document, indices.family);
            if !self.search.query.holds(&look) {
                return;
            }
            self.counted.add(&look);
            if self.search.post_filter.as_ref().is_some_and(|filter| !filter.holds(&look)) {
                return;
            }
            self.total += 1;
            if self.search.size == 0 {
                return;
            }
            self.search.sort.keys(&look)
        };
        let is_after =
            self.search.after.as_ref().is_none_or(|after| self.search.sort.compare(&keys, after).is_gt());
        if is_after {
            self.hits.push(Hit { keys, document, family });
        }
    }

    fn keep_the_first(&mut self) {
        let most = self.search.from + self.search.size;
        self.hits.sort_by(|one, other| self.search.sort.compare(&one.keys, &other.keys));
        self.hits.truncate(most);
    }

    fn answer(&self, indices: &[Meant]) -> Result<Value, Refusal> {
        let hits: Vec<Value> =
            self.hits.iter().skip(self.search.from).map(|hit| self.hit(hit, indices)).collect();
        let mut found = json!({"max_score": null, "hits": hits});
        match self.search.counts {
            Counts::Nothing => {}
            Counts::UpTo(most) if self.total > most => {
                found["total"] = json!({"value": most, "relation": "gte"});
            }
            Counts::UpTo(_) | Counts::All => {
                found["total"] = json!({"value": self.total, "relation": "eq"});
            }
        }
        let shards: usize = indices.iter().map(|meant| meant.names.len()).sum();
        let mut answer = json!({
            "timed_out": self.timed_out,
            "_shards": {"total": shards, "successful": shards, "skipped": 0, "failed": 0},
            "hits": found,
        });
        if !self.search.aggregations.is_empty() {
            answer["aggregations"] = self.counted.to_json()?;
        }
        Ok(answer)
    }

    fn hit(&self, hit: &Hit, indices: &[Meant]) -> Value {
        let family = indices[hit.family].family;
        let look = Look::at(&hit.document, family);
        let mut json = json!({"_index": hit.document.index(family), "_id": hit.document.id, "_score": null});
        if self.search.source != Value::Bool(false) {
            json["_source"] = chosen(&hit.document.source, &self.search.source);
        }
        if !self.search.sort.is_empty() {
            json["sort"] = hit.keys.iter().map(Key::to_json).collect();
        }
        if let Some(marked) = self.search.highlight.as_ref().and_then(|highlight| highlight.marked(&look)) {
            json["highlight"] = marked;
        }
        json
    }
}

/// The parts of a document that are asked for.
fn chosen(source: &Value, wanted: &Value) -> Value {
    let wanted = if wanted.is_object() { &wanted["includes"] } else { wanted };
    let Value::Array(paths) = wanted else { return source.clone() };
    let mut part = Value::Object(Map::new());
    for path in paths.iter().filter_map(Value::as_str) {
        let parts: Vec<&str> = path.split('.').collect();
        let found = parts.iter().try_fold(source, |value, part| value.get(part));
        if let Some(found) = found {
            let mut place = &mut part;
            for name in parts {
                place = &mut place[name];
            }
            *place = found.clone();
        }
    }
    part
}
