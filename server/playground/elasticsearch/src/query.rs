//! Conditions.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::archive::{Family, Kind, Wanted};
use crate::document::{Document, Look, moment};
use crate::text::Phrase;

/// How deep conditions may lie in each other, as in Elasticsearch.
const DEEPEST: usize = 30;

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    All,
    Nothing,
    Bool {
        all: Vec<Query>,
        any: Vec<Query>,
        none: Vec<Query>,
        at_least: usize,
    },
    /// A field is one of these values.
    Is {
        field: String,
        values: BTreeSet<String>,
    },
    Prefix {
        field: String,
        value: String,
    },
    Pattern {
        field: String,
        pattern: Regex,
    },
    Between {
        field: String,
        low: i64,
        high: i64,
    },
    /// A text has one of these words, or all.
    Words {
        field: String,
        words: Vec<String>,
        all: bool,
    },
    Phrase {
        field: String,
        phrase: Phrase,
    },
    Ids(BTreeSet<String>),
    Exists {
        field: String,
    },
}

/// Reads a condition.
pub(crate) fn read(value: &Value) -> Result<Query, Refusal> {
    at_depth(value, 0)
}

fn at_depth(value: &Value, depth: usize) -> Result<Query, Refusal> {
    if depth > DEEPEST {
        return Err(Refusal::argument(format!(
            "The nested depth of the query exceeds the maximum nested depth for queries set in [indices.query.bool.max_nested_depth]: {DEEPEST}"
        )));
    }
    let (word, body) = only(value, "query")?;
    match word {
        "match_all" => Ok(Query::All),
        "match_none" => Ok(Query::Nothing),
        "bool" => read_bool(body, depth),
        "term" => {
            let (field, value) = field_and(body, "value", word)?;
            Ok(Query::Is { field, values: [plain(value)?].into() })
        }
        "terms" => {
            let (field, values) = only(body, word)?;
            let Value::Array(values) = values else {
                return Err(Refusal::parsing("[terms] query requires an array of values"));
            };
            Ok(Query::Is {
                field: field.to_owned(),
                values: values.iter().map(plain).collect::<Result<_, _>>()?,
            })
        }
        "prefix" => {
            let (field, value) = field_and(body, "value", word)?;
            Ok(Query::Prefix { field, value: plain(value)? })
        }
        "regexp" => {
            let (field, value) = field_and(body, "value", word)?;
            let pattern = Regex::new(&format!("^(?:{})$", plain(value)?))
                .map_err(|error| Refusal::argument(error.to_string()))?;
            Ok(Query::Pattern { field, pattern })
        }
        "range" => read_range(body),
        "match" => {
            let (field, value) = field_and(body, "query", word)?;
            let all = body[&field]["operator"].as_str().is_some_and(|word| word.eq_ignore_ascii_case("and"));
            Ok(Query::Words { words: Phrase::of(&plain(value)?, false).words, field, all })
        }
        "match_phrase" | "match_phrase_prefix" => {
            let (field, value) = field_and(body, "query", word)?;
            Ok(Query::Phrase { field, phrase: Phrase::of(&plain(value)?, word == "match_phrase_prefix") })
        }
        "ids" => {
            let values = body["values"].as_array().map(Vec::as_slice).unwrap_or_default();
            Ok(Query::Ids(values.iter().map(plain).collect::<Result<_, _>>()?))
        }
        "exists" => Ok(Query::Exists { field: plain(&body["field"])? }),
        other => Err(Refusal::parsing(format!("unknown query [{other}]"))),
    }
}

fn read_bool(body: &Value, depth: usize) -> Result<Query, Refusal> {
    let Value::Object(body) = body else {
        return Err(Refusal::parsing("[bool] query malformed, no start_object after query name"));
    };
    let (mut all, mut any, mut none, mut at_least) = (Vec::new(), Vec::new(), Vec::new(), None);
    for (word, value) in body {
        let read = |value: &Value| -> Result<Vec<Query>, Refusal> {
            match value {
                Value::Array(values) => values.iter().map(|value| at_depth(value, depth + 1)).collect(),
                one => Ok(vec![at_depth(one, depth + 1)?]),
            }
        };
        match word.as_str() {
            "must" | "filter" => all.extend(read(value)?),
            "should" => any.extend(read(value)?),
            "must_not" => none.extend(read(value)?),
            "minimum_should_match" => at_least = value.as_u64(),
            "boost" => {}
            other => return Err(Refusal::parsing(format!("[bool] query does not support [{other}]"))),
        }
    }
    // Without others that must hold, one of these must.
    let usual = u64::from(all.is_empty() && !any.is_empty());
    let at_least = usize::try_from(at_least.unwrap_or(usual)).unwrap_or(usize::MAX);
    Ok(Query::Bool { all, any, none, at_least })
}

fn read_range(body: &Value) -> Result<Query, Refusal> {
    let (field, limits) = only(body, "range")?;
    let Value::Object(limits) = limits else {
        return Err(Refusal::parsing("[range] query malformed, no start_object after field name"));
    };
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    for (word, value) in limits {
        if matches!(word.as_str(), "format" | "time_zone" | "boost" | "relation") {
            continue;
        }
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok().or_else(|| moment(text)),
            Value::Null => continue,
            _ => None,
        };
        let number = number.ok_or_else(|| Refusal {
            status: 400,
            kind: "parse_exception",
            reason: format!(
                "failed to parse date field [{value}] with format [strict_date_optional_time||epoch_millis]"
            ),
        })?;
        match word.as_str() {
            "gte" => low = low.max(number),
            "gt" => low = low.max(number.saturating_add(1)),
            "lte" => high = high.min(number),
            "lt" => high = high.min(number.saturating_sub(1)),
            other => return Err(Refusal::parsing(format!("[range] query does not support [{other}]"))),
        }
    }
    Ok(Query::Between { field: field.to_owned(), low, high })
}

/// The one member of an object.
fn only<'v>(value: &'v Value, what: &str) -> Result<(&'v str, &'v Value), Refusal> {
    let Value::Object(object) = value else {
        return Err(Refusal::parsing(format!("[{what}] malformed, must start with start_object")));
    };
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        (None, _) => Err(Refusal::argument(format!("{what} malformed, empty clause found"))),
        (Some((first, _)), Some((second, _))) => Err(Refusal::parsing(format!(
            "[{what}] query doesn't support multiple fields, found [{first}] and [{second}]"
        ))),
    }
}

/// A field and what is asked of it, written short or long.
fn field_and<'v>(body: &'v Value, name: &str, what: &str) -> Result<(String, &'v Value), Refusal> {
    let (field, value) = only(body, what)?;
    let value = match value {
        Value::Object(long) => long_form(long, name, what)?,
        short => short,
    };
    Ok((field.to_owned(), value))
}

fn long_form<'v>(long: &'v Map<String, Value>, name: &str, what: &str) -> Result<&'v Value, Refusal> {
    long.get(name).ok_or_else(|| Refusal::argument(format!("{name} cannot be null in [{what}]")))
}

fn plain(value: &Value) -> Result<String, Refusal> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(Refusal::argument("value cannot be null")),
    }
}

impl Query {
    /// Whether a document fulfils it.
    pub(crate) fn holds(&self, look: &Look<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Bool { all, any, none, at_least } => {
                all.iter().all(|query| query.holds(look))
                    && !none.iter().any(|query| query.holds(look))
                    && (*at_least == 0
                        || any.iter().filter(|query| query.holds(look)).take(*at_least).count() == *at_least)
            }
            Self::Is { field, values } => whole_or_words(look, field, &|value| values.contains(value)),
            Self::Prefix { field, value } => {
                whole_or_words(look, field, &|own| own.starts_with(value.as_str()))
            }
            Self::Pattern { field, pattern } => whole_or_words(look, field, &|own| pattern.is_match(own)),
            Self::Between { field, low, high } => {
                look.numbers(field).into_iter().any(|number| (*low..=*high).contains(&number))
            }
            Self::Words { field, words, all } => {
                let texts = look.words(field);
                let has = |wanted: &String| {
                    texts.iter().any(|text| text.may_have(wanted) && text.iter().any(|word| word == wanted))
                };
                if *all { !words.is_empty() && words.iter().all(has) } else { words.iter().any(has) }
            }
            Self::Phrase { field, phrase } => {
                look.words(field).iter().any(|text| text.find(phrase).next().is_some())
            }
            Self::Ids(ids) => ids.contains(&look.document.id),
            Self::Exists { field } => {
                !look.values(field.strip_suffix(".keyword").unwrap_or(field)).is_empty()
            }
        }
    }

    /// What documents can still fulfil it, as far as that is easily told.
    pub(crate) fn narrow(&self, family: &Family, wanted: &mut Wanted) {
        match self {
            Self::Bool { all, any, at_least, .. } => {
                all.iter().for_each(|query| query.narrow(family, wanted));
                if let ([only], 1..) = (any.as_slice(), *at_least) {
                    only.narrow(family, wanted);
                }
            }
            Self::Between { field, low, high } if field == family.time => {
                wanted.from = wanted.from.max(*low);
                wanted.to = wanted.to.min(*high);
            }
            Self::Is { field, values } => {
                if let Some(path) = family.whole(field) {
                    match wanted.only.get_mut(path) {
                        Some(known) => known.retain(|value| values.contains(value)),
                        None => {
                            wanted.only.insert(path.to_owned(), values.clone());
                        }
                    }
                }
            }
            Self::Ids(ids) => {
                let moments: Vec<i64> = ids.iter().filter_map(|id| Document::moment(id)).collect();
                wanted.from = wanted.from.max(moments.iter().copied().min().unwrap_or(i64::MAX));
                wanted.to = wanted.to.min(moments.iter().copied().max().unwrap_or(i64::MIN));
            }
            Self::Nothing => wanted.to = i64::MIN,
            _ => {}
        }
    }

    /// The phrases that it looks for in a text.
    pub(crate) fn phrases(&self, wanted: &str, found: &mut Vec<Phrase>) {
        match self {
            Self::Bool { all, any, .. } => {
                all.iter().chain(any).for_each(|query| query.phrases(wanted, found));
            }
            Self::Phrase { field, phrase } if field == wanted => found.push(phrase.clone()),
            Self::Words { field, words, .. } if field == wanted => {
                found.extend(words.iter().map(|word| Phrase::of(word, false)));
            }
            _ => {}
        }
    }
}

/// Values as a whole below `.keyword` and where there are no texts; words of texts otherwise.
fn whole_or_words(look: &Look<'_>, field: &str, is: &dyn Fn(&str) -> bool) -> bool {
    if let Some(path) = look.family.whole(field) {
        return look.any_whole(path, is);
    }
    look.family.kind(field) == Some(Kind::Text) && look.words(field).iter().any(|text| text.iter().any(is))
}
