//! The API over a handful of documents.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Archive, Document, Family, Kind, Version, Wanted, router, router_of};

const NOW: i64 = 1_795_683_600_000;

static FAMILIES: [Family; 1] = [Family {
    name: "logstash",
    time: "@timestamp",
    fields: &[
        ("@timestamp", Kind::Date),
        ("log", Kind::Text),
        ("kubernetes.namespace_name", Kind::Text),
        ("kubernetes.pod_name", Kind::Text),
        ("code", Kind::Long),
    ],
}];

/// Three days of a line a minute, in two namespaces by turns.
struct Days;

impl Archive for Days {
    fn families(&self) -> &'static [Family] {
        &FAMILIES
    }

    fn now(&self) -> i64 {
        NOW
    }

    fn oldest(&self) -> i64 {
        NOW - 3 * 86_400_000
    }

    fn documents(&self, _: &Family, wanted: &Wanted) -> Vec<Document> {
        let first = wanted.from.div_euclid(60_000) * 60_000;
        let moments = (first..=wanted.to).step_by(60_000).filter(|at| *at >= wanted.from);
        moments
            .map(|at| {
                let minute = at / 60_000;
                let namespace = if minute % 2 == 0 { "shop" } else { "blog" };
                let level = if minute % 10 == 0 { "error" } else { "info" };
                let source = json!({
                    "@timestamp": format!("{:.3}", jiff::Timestamp::from_millisecond(at).unwrap()),
                    "log": format!("level={level} msg=\"Connection reset by peer\" minute={minute}"),
                    "kubernetes": {"namespace_name": namespace, "pod_name": format!("{namespace}-0")},
                    "code": 200 + minute % 3,
                });
                Document::new(at, 7, source)
            })
            .collect()
    }
}

async fn ask(app: &Router, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder().method(method).uri(path).body(body).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn search(body: Value) -> Value {
    let (status, answer) = ask(&router(Arc::new(Days)), "GET", "/logstash-*/_search", body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn last_hour() -> Value {
    json!({"range": {"@timestamp": {"gt": NOW - 3_600_000, "lte": NOW, "format": "epoch_millis"}}})
}

#[tokio::test]
async fn the_newest_come_first_with_what_is_asked_of_them() {
    let answer = search(json!({
        "query": {"bool": {"filter": [last_hour(), {"term": {"kubernetes.namespace_name.keyword": "shop"}}]}},
        "size": 2, "sort": [{"@timestamp": {"order": "desc", "numeric_type": "date"}}], "_source": ["kubernetes.pod_name"],
        "track_total_hits": true,
    }))
    .await;

    assert_eq!(answer["hits"]["total"], json!({"value": 30, "relation": "eq"}));
    let hits = answer["hits"]["hits"].as_array().unwrap();
    assert_eq!(hits[0]["sort"], json!([NOW]));
    assert_eq!(hits[1]["sort"], json!([NOW - 120_000]));
    assert_eq!(hits[0]["_source"], json!({"kubernetes": {"pod_name": "shop-0"}}));
    assert_eq!(hits[0]["_index"], "logstash-2026.11.26");
}

#[tokio::test]
async fn documents_of_one_moment_are_told_apart_by_the_number_they_were_written_with() {
    let by = json!([{"@timestamp": {"order": "desc"}}, {"_seq_no": {"order": "desc"}}]);
    let answer = search(json!({"query": last_hour(), "size": 1, "sort": by})).await;
    let number = answer["hits"]["hits"][0]["sort"][1].as_i64().unwrap();
    let found = async |limits: Value| {
        let query = json!({"bool": {"filter": [last_hour(), {"range": {"_seq_no": limits}}]}});
        let answer = search(json!({"query": query, "size": 1, "sort": by})).await;
        answer["hits"]["hits"].as_array().unwrap().len()
    };

    assert_eq!(found(json!({"lte": number})).await, 1);
    assert_eq!(found(json!({"lt": number})).await, 0);
}

#[tokio::test]
async fn figures_are_of_all_that_is_found() {
    let answer = search(json!({
        "query": last_hour(), "size": 0, "track_total_hits": false,
        "post_filter": {"term": {"kubernetes.namespace_name.keyword": "shop"}},
        "aggs": {
            "bars": {
                "date_histogram": {"field": "@timestamp", "fixed_interval": "600s", "min_doc_count": 1},
                "aggs": {"shades": {"filters": {"filters": {"failed": {"match_phrase": {"log": "level error"}}}}}},
            },
            "who": {"terms": {"field": "kubernetes.namespace_name.keyword", "size": 1}},
        },
    }))
    .await;

    let bars = answer["aggregations"]["bars"]["buckets"].as_array().unwrap();
    assert_eq!(bars.iter().map(|bar| bar["doc_count"].as_u64().unwrap()).sum::<u64>(), 60);
    assert_eq!(bars[1]["shades"]["buckets"]["failed"]["doc_count"], 1);
    let who = &answer["aggregations"]["who"];
    assert_eq!((&who["buckets"][0]["doc_count"], &who["sum_other_doc_count"]), (&json!(30), &json!(30)));
    assert!(answer["hits"].get("total").is_none());
}

#[tokio::test]
async fn words_are_found_in_any_case_and_marked() {
    let answer = search(json!({
        "query": {"bool": {"filter": [last_hour(), {"match_phrase_prefix": {"log": "connection res"}}]}}, "size": 1,
        "sort": [{"@timestamp": "desc"}],
        "highlight": {"pre_tags": ["<"], "post_tags": [">"], "number_of_fragments": 0, "fields": {"log": {}}},
    }))
    .await;

    let marked = answer["hits"]["hits"][0]["highlight"]["log"][0].as_str().unwrap();
    assert!(marked.contains("\"<Connection> <reset> by peer\""), "{marked}");
}

#[tokio::test]
async fn a_point_in_time_is_read_to_its_end_without_missing_or_repeating() {
    let app = router(Arc::new(Days));
    let (_, opened) = ask(&app, "POST", "/logstash-*/_pit?keep_alive=1m", Value::Null).await;
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let mut body = json!({
            "query": last_hour(), "size": 7, "sort": [{"@timestamp": {"order": "asc"}}], "track_total_hits": false,
            "pit": {"id": opened["id"], "keep_alive": "1m"},
        });
        if !after.is_null() {
            body["search_after"] = after.clone();
        }
        let (status, answer) = ask(&app, "GET", "/_search", body).await;
        assert_eq!(status, 200, "{answer}");
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let Some(last) = hits.last() else { break };
        assert_eq!(last["sort"].as_array().unwrap().len(), 2);
        after = last["sort"].clone();
        seen.extend(hits.iter().map(|hit| hit["sort"][0].as_i64().unwrap()));
    }

    assert_eq!(seen, (1..=60).map(|minute| NOW - 3_600_000 + minute * 60_000).collect::<Vec<_>>());
    let (_, closed) = ask(&app, "DELETE", "/_pit", json!({"id": opened["id"]})).await;
    assert_eq!(closed["num_freed"], 1);
    let body = json!({"pit": {"id": opened["id"]}});
    let (status, refused) = ask(&app, "GET", "/_search", body).await;
    assert_eq!((status, refused["error"]["type"].as_str()), (404, Some("search_context_missing_exception")));
}

#[tokio::test]
async fn what_is_not_known_is_refused_in_its_words() {
    let app = router(Arc::new(Days));
    let refused = async |body: Value| {
        let (status, answer) = ask(&app, "POST", "/_search", body).await;
        assert_eq!((status, &answer["status"]), (400, &json!(400)), "{answer}");
        answer["error"]["reason"].as_str().unwrap().to_owned()
    };

    assert_eq!(
        refused(json!({"query": {"query_string": {"query": "*"}}})).await,
        "unknown query [query_string]"
    );
    assert_eq!(refused(json!({"query": {"script": {}}})).await, "unknown query [script]");
    assert!(refused(json!({"runtime_mappings": {}})).await.contains("runtime_mappings"));
    assert!(refused(json!({"size": 10_001})).await.contains("Result window is too large"));
    assert!(
        refused(json!({"aggs": {"a": {"terms": {"field": "log"}}}})).await.contains("Fielddata is disabled")
    );
    assert!(refused(json!({"sort": [{"log": "asc"}]})).await.contains("No mapping found"));
    let (status, missing) = ask(&app, "GET", "/nothing/_search", Value::Null).await;
    assert_eq!((status, missing["error"]["type"].as_str()), (404, Some("index_not_found_exception")));
    let (status, _) = ask(&app, "GET", "/nothing/_search?ignore_unavailable=true", Value::Null).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_old_one_keeps_no_points_in_time() {
    let app = router_of(Arc::new(Days), Version::V7_4);

    let (_, root) = ask(&app, "GET", "/", Value::Null).await;
    assert_eq!(root["version"]["number"], "7.4.2");
    let (status, _) = ask(&app, "POST", "/logstash-*/_pit?keep_alive=1m", Value::Null).await;
    assert_eq!(status, 400);
    let (status, refused) = ask(&app, "GET", "/_search", json!({"pit": {"id": "x"}})).await;
    assert!(status == 400 && refused["error"].to_string().contains("[pit]"), "{refused}");
    assert_eq!(ask(&app, "GET", "/logstash-*/_search", Value::Null).await.0, 200);
}

#[tokio::test]
async fn it_says_what_it_is_and_what_its_fields_are() {
    let app = router(Arc::new(Days));

    let (_, root) = ask(&app, "GET", "/", Value::Null).await;
    assert_eq!(root["version"]["number"], "8.17.0");
    let (_, caps) = ask(
        &app,
        "GET",
        "/logstash-*,other-*/_field_caps?fields=log*,kubernetes.pod_name*,nothing",
        Value::Null,
    )
    .await;
    let fields: Vec<&String> = caps["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["kubernetes.pod_name", "kubernetes.pod_name.keyword", "log", "log.keyword"]);
    let (_, mapping) = ask(&app, "GET", "/logstash-2026.11.26/_mapping", Value::Null).await;
    let pod =
        &mapping["logstash-2026.11.26"]["mappings"]["properties"]["kubernetes"]["properties"]["pod_name"];
    assert_eq!(pod["fields"]["keyword"]["type"], "keyword");
    let (_, indices) = ask(&app, "GET", "/_cat/indices?format=json", Value::Null).await;
    assert_eq!(indices.as_array().unwrap().len(), 4);
    let (_, count) = ask(&app, "GET", "/logstash-2026.11.25/_count", Value::Null).await;
    assert_eq!(count["count"], 1440);
}

#[tokio::test]
async fn who_has_no_time_gets_nothing_and_is_told() {
    let answer = search(json!({"size": 0, "timeout": "0ms", "track_total_hits": true})).await;

    assert_eq!((&answer["timed_out"], &answer["hits"]["total"]["value"]), (&json!(true), &json!(0)));
}

#[tokio::test]
async fn a_document_is_found_by_what_it_is_called() {
    let answer = search(json!({"query": last_hour(), "size": 1, "sort": [{"@timestamp": "desc"}]})).await;
    let id = answer["hits"]["hits"][0]["_id"].clone();

    let again = search(json!({"query": {"ids": {"values": [id]}}, "track_total_hits": true})).await;

    assert_eq!(again["hits"]["total"]["value"], 1);
    assert_eq!(again["hits"]["hits"][0]["_id"], id);
}
