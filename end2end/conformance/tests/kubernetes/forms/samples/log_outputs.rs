//! Where logs are sent.

use super::{Sample, sample};
use crate::support::{Value, json};

pub fn log_outputs() -> Vec<Sample> {
    ["clusteroutputs.fluentbit.fluent.io", "outputs.fluentbit.fluent.io"].into_iter().flat_map(of).collect()
}

/// One for each receiver.
fn of(slug: &'static str) -> Vec<Sample> {
    let secret = |name: &str| json!({"valueFrom": {"secretKeyRef": {"name": "logs", "key": name}}});
    let tls = json!({"verify": true, "caFile": "/etc/ca.crt", "vhost": "logs.example.com"});
    let with = |fields: Value| {
        let mut all = json!({
            "host": "logs.example.com", "port": 443, "httpUser": secret("user"), "httpPassword": secret("password"),
            "tls": tls,
        });
        for (key, value) in fields.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        all
    };
    let search = || {
        with(json!({
            "index": "lines", "logstashFormat": true, "logstashPrefix": "lines", "suppressTypeName": "true",
        }))
    };
    let receivers = [
        ("es", search()),
        ("opensearch", search()),
        (
            "kafka",
            json!({
                "brokers": "kafka:9092", "topics": "logs", "format": "json", "timestampKey": "@timestamp",
                "rdkafka": {"request.required.acks": "1"},
            }),
        ),
        (
            "forward",
            json!({
                "host": "fluentd", "port": 24224, "requireAckResponse": true, "sharedKey": "x",
                "username": secret("user"), "password": secret("password"), "tls": tls,
            }),
        ),
        (
            "loki",
            with(json!({
                "labels": ["job=fluentbit"], "autoKubernetesLabels": "on", "tenantID": secret("tenant"),
            })),
        ),
        ("http", with(json!({"uri": "/logs", "format": "json_lines"}))),
        ("s3", json!({"Bucket": "logs", "Region": "eu-central-1"})),
    ];
    let spec = |(receiver, settings): (&str, Value)| {
        let mut spec = json!({"match": "kube.*", "matchRegex": "^kube\\.", "retry_limit": "5"});
        spec[receiver] = settings;
        sample(slug, [("spec", spec), ("metadata/labels/fluentbit.fluent.io~1enabled", json!("true"))])
    };
    receivers.into_iter().map(spec).collect()
}
