//! Where Fluent Operator sends the logs that it collects: `Output` of a namespace and `ClusterOutput` of the cluster
//! (`fluentbit.fluent.io/v1alpha2`).

use super::{METADATA, METADATA_OF_CLUSTER, basics, section};
use crate::field::{Control, Field, Form, Section, Variant};
use crate::rule::Rule;

const HOST: Field = Field::new("host", "host", Control::Line).rule(Rule::Host).required();
const PORT: Field = Field::new("port", "port", Control::Number).rule(Rule::Port);
const INDEX: Field = Field::new("index", "index", Control::Line);
const DAILY: Field = Field::new("logstashFormat", "index-daily", Control::Toggle);
const PREFIX: Field = Field::new("logstashPrefix", "index-prefix", Control::Line);
const WITHOUT_TYPE: Field = Field::new("suppressTypeName", "without-type", Control::ToggleText);

/// A name or a password, which a secret of the operator's namespace holds.
const fn login(path: &'static str, id: &'static str) -> Field {
    const REFERENCE: &[Field] = &[
        Field::new("valueFrom/secretKeyRef/name", "secret", Control::Names("secrets")).rule(Rule::Subdomain),
        Field::new("valueFrom/secretKeyRef/key", "key", Control::Line).rule(Rule::Key),
    ];
    Field::new(path, id, Control::Group(REFERENCE))
}

const USER: Field = login("httpUser", "login-user");
const PASSWORD: Field = login("httpPassword", "login-password");

const TLS: Field = Field::new(
    "tls",
    "transport-security",
    Control::Group(&[
        Field::new("verify", "tls-verify", Control::Truth),
        Field::new("caFile", "tls-authority", Control::Line).rule(Rule::Path),
        Field::new("vhost", "tls-name", Control::Line).rule(Rule::Host),
    ]),
);

/// Elasticsearch and OpenSearch are asked for alike.
const SEARCH: &[Field] = &[HOST, PORT, INDEX, DAILY, PREFIX, WITHOUT_TYPE, USER, PASSWORD, TLS];

const KAFKA: &[Field] = &[
    Field::new("brokers", "brokers", Control::Line).required(),
    Field::new("topics", "topics", Control::Line).required(),
    Field::new("format", "message-format", Control::Choice(&["", "json", "msgpack", "gelf"])),
    Field::new("timestampKey", "time-key", Control::Line),
    Field::new("rdkafka", "kafka-settings", Control::Pairs),
];

const FLUENTD: &[Field] = &[
    HOST,
    PORT,
    Field::new("requireAckResponse", "acknowledged", Control::Truth),
    Field::new("sharedKey", "shared-key", Control::Line),
    login("username", "login-user"),
    login("password", "login-password"),
    TLS,
];

const LOKI: &[Field] = &[
    HOST,
    PORT,
    Field::new("labels", "stream-labels", Control::Lines),
    Field::new("autoKubernetesLabels", "kubernetes-labels", Control::Choice(&["", "on", "off"])),
    login("tenantID", "loki-tenant"),
    USER,
    PASSWORD,
    TLS,
];

const HTTP: &[Field] = &[
    HOST,
    PORT,
    Field::new("uri", "path", Control::Line).rule(Rule::Path),
    Field::new(
        "format",
        "message-format",
        Control::Choice(&["", "json", "json_lines", "json_stream", "msgpack", "gelf"]),
    ),
    USER,
    PASSWORD,
    TLS,
];

const RECEIVERS: &[Variant] = &[
    Variant { key: "es", id: "elasticsearch", begin: r#"{"host": "", "port": 9200}"#, fields: SEARCH },
    Variant { key: "opensearch", id: "opensearch", begin: r#"{"host": "", "port": 9200}"#, fields: SEARCH },
    Variant { key: "kafka", id: "kafka", begin: r#"{"brokers": "", "topics": ""}"#, fields: KAFKA },
    Variant { key: "forward", id: "fluentd", begin: r#"{"host": "", "port": 24224}"#, fields: FLUENTD },
    Variant { key: "loki", id: "loki", begin: r#"{"host": "", "port": 3100}"#, fields: LOKI },
    Variant { key: "http", id: "http", begin: r#"{"host": "", "port": 443}"#, fields: HTTP },
    Variant { key: "", id: "other-receiver", begin: "", fields: &[] },
];

const WHERE_TO: Section =
    section("log-receiver", "spec", &[Field::new("", "log-receiver", Control::OneOf(RECEIVERS))]);

const WHICH: Section = section(
    "which-logs",
    "",
    &[
        Field::new("spec/match", "log-tags", Control::Line),
        Field::new("spec/matchRegex", "log-tags-pattern", Control::Line),
        Field::new("metadata/labels/fluentbit.fluent.io~1enabled", "output-enabled", Control::ToggleText),
        Field::new("spec/retry_limit", "retry-limit", Control::Line),
    ],
);

/// Where logs of the whole cluster go.
pub static CLUSTER_OUTPUT: Form = Form {
    slug: "clusteroutputs.fluentbit.fluent.io",
    begin: r#"{
        "apiVersion": "fluentbit.fluent.io/v1alpha2", "kind": "ClusterOutput",
        "metadata": {"name": "NAME", "labels": {"fluentbit.fluent.io/enabled": "true"}},
        "spec": {"match": "kube.*", "es": {"host": "", "port": 9200, "logstashFormat": true}}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA_OF_CLUSTER), WHERE_TO, WHICH],
};

/// Where logs of one project go.
pub static OUTPUT: Form = Form {
    slug: "outputs.fluentbit.fluent.io",
    begin: r#"{
        "apiVersion": "fluentbit.fluent.io/v1alpha2", "kind": "Output",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"fluentbit.fluent.io/enabled": "true"}},
        "spec": {"match": "*", "es": {"host": "", "port": 9200, "logstashFormat": true}}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA), WHERE_TO, WHICH],
};
