//! Figures.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::answer::Refusal;
use crate::archive::Family;
use crate::document::Look;
use crate::query::{self, Query};

/// The most buckets that an answer may have, as in Elasticsearch.
const MOST_BUCKETS: usize = 65_536;

/// What is counted.
#[derive(Clone, Debug)]
pub(crate) struct Aggregation {
    kind: Kind,
    below: Aggregations,
}

pub(crate) type Aggregations = Vec<(String, Aggregation)>;

#[derive(Clone, Debug)]
enum Kind {
    Terms { field: String, size: usize },
    DateHistogram { field: String, interval: i64, at_least: u64 },
    Filters(Vec<(String, Query)>),
}

/// Reads what is to be counted.
pub(crate) fn read(value: &Value) -> Result<Aggregations, Refusal> {
    let Value::Object(all) = value else { return Ok(Vec::new()) };
    all.iter().map(|(name, value)| Ok((name.clone(), read_one(name, value)?))).collect()
}

fn read_one(name: &str, value: &Value) -> Result<Aggregation, Refusal> {
    let Value::Object(members) = value else {
        return Err(Refusal::parsing(format!("Expected [START_OBJECT] under [{name}]")));
    };
    let (mut kind, mut below) = (None, Vec::new());
    for (word, body) in members {
        let field = || {
            let field = body["field"].as_str().map(str::to_owned);
            field.ok_or_else(|| {
                Refusal::argument("Required one of fields [field, script], but none were specified.")
            })
        };
        match word.as_str() {
            "aggs" | "aggregations" => below = read(body)?,
            "meta" => {}
            "terms" => {
                let size = usize::try_from(body["size"].as_u64().unwrap_or(10)).unwrap_or(10);
                kind = Some(Kind::Terms { field: field()?, size });
            }
            "date_histogram" => {
                let text = body["fixed_interval"].as_str().unwrap_or_default();
                let interval = interval(text).filter(|interval| *interval > 0).ok_or_else(|| {
                    Refusal::argument(format!("failed to parse setting [date_histogram.fixed_interval] with value [{text}] as a time value"))
                })?;
                kind = Some(Kind::DateHistogram {
                    field: field()?,
                    interval,
                    at_least: body["min_doc_count"].as_u64().unwrap_or(0),
                });
            }
            "filters" => {
                let Value::Object(named) = &body["filters"] else {
                    return Err(Refusal::argument("[filters] must be named"));
                };
                let read = |(name, value): (&String, &Value)| Ok((name.clone(), query::read(value)?));
                kind = Some(Kind::Filters(named.iter().map(read).collect::<Result<_, Refusal>>()?));
            }
            other => return Err(Refusal::parsing(format!("Unknown aggregation type [{other}]"))),
        }
    }
    let kind =
        kind.ok_or_else(|| Refusal::parsing(format!("Missing definition for aggregation [{name}]")))?;
    Ok(Aggregation { kind, below })
}

/// A stretch of time such as `30s`, in milliseconds.
pub(crate) fn interval(text: &str) -> Option<i64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// What has been counted so far.
#[derive(Debug)]
pub(crate) struct Counted<'a> {
    all: &'a Aggregations,
    buckets: Vec<HashMap<Key, Bucket<'a>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Moment(i64),
    Text(String),
}

#[derive(Debug)]
struct Bucket<'a> {
    count: u64,
    below: Counted<'a>,
}

impl<'a> Counted<'a> {
    pub(crate) fn nothing(all: &'a Aggregations) -> Self {
        Self { all, buckets: all.iter().map(|_| HashMap::new()).collect() }
    }

    /// Refuses what cannot be counted in a family.
    pub(crate) fn check(all: &Aggregations, family: &Family) -> Result<(), Refusal> {
        for (_, aggregation) in all {
            if let Kind::Terms { field, .. } = &aggregation.kind
                && family.kind(field).is_some()
                && family.whole(field).is_none()
            {
                return Err(Refusal::argument(format!(
                    "Fielddata is disabled on [{field}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead."
                )));
            }
            Self::check(&aggregation.below, family)?;
        }
        Ok(())
    }

    pub(crate) fn add(&mut self, look: &Look<'_>) {
        for ((_, aggregation), buckets) in self.all.iter().zip(&mut self.buckets) {
            for key in aggregation.keys(look) {
                let bucket = buckets
                    .entry(key)
                    .or_insert_with(|| Bucket { count: 0, below: Counted::nothing(&aggregation.below) });
                bucket.count += 1;
                bucket.below.add(look);
            }
        }
    }

    pub(crate) fn to_json(&self) -> Result<Value, Refusal> {
        let mut answer = Map::new();
        for ((name, aggregation), buckets) in self.all.iter().zip(&self.buckets) {
            answer.insert(name.clone(), aggregation.to_json(buckets)?);
        }
        Ok(Value::Object(answer))
    }
}

impl Bucket<'_> {
    fn to_json(&self, key: Option<Value>) -> Result<Value, Refusal> {
        let mut bucket = json!({"doc_count": self.count});
        if let Some(key) = key {
            bucket["key"] = key;
        }
        if let (Value::Object(bucket), Value::Object(below)) = (&mut bucket, self.below.to_json()?) {
            bucket.extend(below);
        }
        Ok(bucket)
    }
}

impl Aggregation {
    fn keys(&self, look: &Look<'_>) -> Vec<Key> {
        match &self.kind {
            Kind::Terms { field, .. } => {
                let values = look.family.whole(field).map(|path| look.values(path)).unwrap_or_default();
                let text = |value: &Value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let mut keys: Vec<Key> = values.into_iter().map(|value| Key::Text(text(value))).collect();
                keys.sort_unstable();
                keys.dedup();
                keys
            }
            Kind::DateHistogram { field, interval, .. } => look
                .numbers(field)
                .into_iter()
                .map(|at| Key::Moment(at.div_euclid(*interval) * interval))
                .collect(),
            Kind::Filters(named) => {
                let holding = named.iter().filter(|(_, query)| query.holds(look));
                holding.map(|(name, _)| Key::Text(name.clone())).collect()
            }
        }
    }

    fn to_json(&self, buckets: &HashMap<Key, Bucket<'_>>) -> Result<Value, Refusal> {
        if buckets.len() > MOST_BUCKETS {
            return Err(too_many());
        }
        match &self.kind {
            Kind::Terms { size, .. } => {
                let mut all: Vec<(&Key, &Bucket<'_>)> = buckets.iter().collect();
                all.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
                let others: u64 = all.iter().skip(*size).map(|(_, bucket)| bucket.count).sum();
                let shown: Result<Vec<Value>, Refusal> = all
                    .into_iter()
                    .take(*size)
                    .map(|(key, bucket)| bucket.to_json(Some(key.to_json())))
                    .collect();
                Ok(
                    json!({"doc_count_error_upper_bound": 0, "sum_other_doc_count": others, "buckets": shown?}),
                )
            }
            Kind::DateHistogram { interval, at_least, .. } => {
                let sorted: BTreeMap<&Key, &Bucket<'_>> = buckets.iter().collect();
                let moments = sorted.keys().filter_map(|key| match key {
                    Key::Moment(at) => Some(*at),
                    Key::Text(_) => None,
                });
                let (first, last) = (moments.clone().min().unwrap_or(0), moments.max().unwrap_or(-1));
                if (last - first) / interval > MOST_BUCKETS as i64 && *at_least == 0 {
                    return Err(too_many());
                }
                let empty_below = Aggregations::new();
                let empty = Bucket { count: 0, below: Counted::nothing(&empty_below) };
                let mut shown = Vec::new();
                let mut at = first;
                while at <= last {
                    let bucket = sorted.get(&Key::Moment(at)).copied();
                    if bucket.map_or(0, |bucket| bucket.count) >= *at_least {
                        let mut json = bucket.unwrap_or(&empty).to_json(Some(at.into()))?;
                        let moment = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
                        json["key_as_string"] = format!("{moment:.3}").into();
                        shown.push(json);
                    }
                    at += interval;
                }
                Ok(json!({"buckets": shown}))
            }
            Kind::Filters(named) => {
                let empty = Bucket { count: 0, below: Counted::nothing(&self.below) };
                let mut shown = Map::new();
                for (name, _) in named {
                    let bucket = buckets.get(&Key::Text(name.clone())).unwrap_or(&empty);
                    shown.insert(name.clone(), bucket.to_json(None)?);
                }
                Ok(json!({"buckets": shown}))
            }
        }
    }
}

impl Key {
    fn to_json(&self) -> Value {
        match self {
            Self::Moment(at) => (*at).into(),
            Self::Text(text) => text.clone().into(),
        }
    }
}

fn too_many() -> Refusal {
    Refusal {
        status: 400,
        kind: "too_many_buckets_exception",
        reason: format!(
            "Trying to create too many buckets. Must be less than or equal to: [{MOST_BUCKETS}]."
        ),
    }
}
