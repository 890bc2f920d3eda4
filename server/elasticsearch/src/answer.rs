//! What a log store answers.

use crate::error::ElasticsearchError;
use model::Outage;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// What it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Root {
    pub version: Version,
}

/// Which version of what.
#[derive(Clone, Debug, Deserialize)]
pub struct Version {
    pub number: String,
    /// `opensearch`, if it is that.
    #[serde(default)]
    pub distribution: String,
    /// `oss`, where it was built without what came under another licence.
    #[serde(default)]
    pub build_flavor: String,
}

impl Version {
    /// Whether it is OpenSearch.
    pub fn is_opensearch(&self) -> bool {
        self.distribution == "opensearch"
    }

    /// Whether it can keep a point in time: Elasticsearch since 7.10, unless it is built without that, and OpenSearch since
    /// 2.4. One that does not say its number as others do is taken for a new one.
    pub fn keeps_points(&self) -> bool {
        let since = if self.is_opensearch() { (2, 4) } else { (7, 10) };
        let mut numbers = self.number.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        let (major, minor) = (numbers.next(), numbers.next());
        let is_new = major.zip(minor).is_none_or(|own| own >= since);
        is_new && self.build_flavor != "oss"
    }
}

/// Which fields there are, and of which types.
#[derive(Clone, Debug, Deserialize)]
pub struct FieldCaps {
    pub fields: BTreeMap<String, BTreeMap<String, Value>>,
}

impl FieldCaps {
    /// Whether a field is there and everywhere of one of these types.
    pub fn is_all(&self, name: &str, types: &[&str]) -> bool {
        let known = self.fields.get(name);
        known.is_some_and(|known| {
            let mut known = known.keys().filter(|word| *word != "unmapped").peekable();
            known.peek().is_some() && known.all(|word| types.contains(&word.as_str()))
        })
    }
}

/// The answer to a search.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    pub hits: Hits,
    #[serde(default)]
    pub timed_out: bool,
    #[serde(default, rename = "_shards")]
    pub shards: Shards,
    #[serde(default)]
    pub aggregations: BTreeMap<String, Buckets>,
    #[serde(default)]
    pub pit_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Hits {
    #[serde(default)]
    pub hits: Vec<Hit>,
}

/// A document.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(default, rename = "_source")]
    pub source: Value,
    #[serde(default)]
    pub sort: Vec<Value>,
    #[serde(default)]
    pub highlight: BTreeMap<String, Vec<String>>,
}

/// Of the parts that were asked, how many did not answer.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Shards {
    #[serde(default)]
    pub total: u32,
    #[serde(default)]
    pub failed: u32,
    #[serde(default)]
    pub failures: Vec<Failure>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Failure {
    #[serde(default)]
    pub reason: Reason,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Reason {
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub root_cause: Vec<Reason>,
}

/// Figures.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Buckets {
    #[serde(default)]
    pub buckets: Vec<Bucket>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Bucket {
    pub key: Value,
    #[serde(default)]
    pub doc_count: u64,
    #[serde(default)]
    pub shades: ShadeBuckets,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct ShadeBuckets {
    #[serde(default)]
    pub buckets: BTreeMap<String, ShadeBucket>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct ShadeBucket {
    #[serde(default)]
    pub doc_count: u64,
}

/// A point in time: what Elasticsearch and what OpenSearch call it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Opened {
    Elasticsearch { id: String },
    OpenSearch { pit_id: String },
}

/// The answer to letting a point in time go: whatever it is, it is over.
#[derive(Clone, Debug, Deserialize)]
pub struct Closed {}

#[derive(Deserialize)]
struct Refusal {
    error: Said,
    #[serde(default)]
    status: u16,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Structured(Reason),
    Plain(String),
}

/// Reads an answer, or a refusal.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ElasticsearchError> {
    if is_refusal(body)
        && let Ok(Refusal { error, status }) = serde_json::from_slice(body)
    {
        return Err(match error {
            Said::Plain(reason) => ElasticsearchError::Refused { kind: "error".into(), reason, status },
            Said::Structured(outer) => {
                // The root cause says what; around it stands only that something went wrong.
                let inner = outer.root_cause.first().cloned().unwrap_or_else(|| outer.clone());
                let reason = inner.reason.or(outer.reason).unwrap_or_else(|| "it gave no reason".into());
                let kind = if inner.kind.is_empty() { outer.kind } else { inner.kind };
                ElasticsearchError::Refused { kind, reason, status }
            }
        });
    }
    serde_json::from_slice(body).map_err(|error| {
        let start = body.trim_ascii_start();
        let cause = match start {
            [] => Outage::Empty.into(),
            [b'<', ..] => Outage::Html.into(),
            _ => error.to_string().into(),
        };
        ElasticsearchError::Unreadable { cause }
    })
}

/// Its refusals begin with their error.
fn is_refusal(body: &[u8]) -> bool {
    let text = body.trim_ascii_start();
    let text = text.strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    text.starts_with(b"\"error\"")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn said(body: &str) -> String {
        read::<Answer>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_refusal_says_its_root_cause() {
        let body = r#"{"error":{"root_cause":[{"type":"query_shard_exception","reason":"failed to create query"}],"type":"search_phase_execution_exception","reason":"all shards failed"},"status":400}"#;

        assert_eq!(said(body), "failed to create query (query_shard_exception)");
        assert_eq!(said(r#"{"error":"no handler","status":405}"#), "no handler (error)");
        assert_eq!(said(r#"{"error":{"type":"x","reason":null},"status":500}"#), "it gave no reason (x)");
    }

    #[test]
    fn what_is_no_answer_says_what_it_is_instead() {
        assert!(said("<html>").contains("HTML") && said("").contains("empty"));
        assert!(read::<Answer>(br#"{"took":1}"#).is_err());
    }

    #[test]
    fn what_keeps_points_in_time_is_known_by_its_version() {
        let keeps = |version: &str| {
            let body = format!(r#"{{"version":{{{version}}}}}"#);
            read::<Root>(body.as_bytes()).unwrap().version.keeps_points()
        };

        for version in [
            r#""number":"7.10.0""#,
            r#""number":"7.17.9","build_flavor":"default""#,
            r#""number":"8.17.0""#,
            r#""number":"10.0.0-SNAPSHOT""#,
            r#""number":"2.4.0","distribution":"opensearch""#,
            r#""number":"3.0.0","distribution":"opensearch""#,
            r#""number":"unheard-of""#,
        ] {
            assert!(keeps(version), "{version}");
        }
        for version in [
            r#""number":"7.4.2","build_flavor":"default""#,
            r#""number":"7.9.3""#,
            r#""number":"7.10.2","build_flavor":"oss""#,
            r#""number":"1.3.20","distribution":"opensearch""#,
            r#""number":"2.3.0","distribution":"opensearch""#,
        ] {
            assert!(!keeps(version), "{version}");
        }
    }

    #[test]
    fn figures_and_hits_are_read() {
        let body = r#"{"took":3,"timed_out":true,"_shards":{"total":2,"failed":1,"failures":[{"reason":{"type":"t","reason":"shard is red"}}]},
            "hits":{"hits":[{"_index":"a","_id":"1","_score":null,"_source":{"log":"x"},"sort":[1795405680123],"highlight":{"log":["y"]}}]},
            "aggregations":{"bars":{"buckets":[{"key_as_string":"…","key":1795405680000,"doc_count":3,"shades":{"buckets":{"failed":{"doc_count":2}}}}]},
            "namespace":{"doc_count_error_upper_bound":0,"buckets":[{"key":"shop","doc_count":3}]}}}"#;

        let answer = read::<Answer>(body.as_bytes()).unwrap();

        assert!(answer.timed_out && answer.shards.failed == 1);
        assert_eq!(answer.shards.failures[0].reason.reason.as_deref(), Some("shard is red"));
        assert_eq!(answer.hits.hits[0].sort[0], 1_795_405_680_123_i64);
        assert_eq!(answer.aggregations["bars"].buckets[0].shades.buckets["failed"].doc_count, 2);
        assert_eq!(answer.aggregations["namespace"].buckets[0].key, "shop");
    }
}
