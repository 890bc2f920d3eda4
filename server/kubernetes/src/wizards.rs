//! What forms ask: a text as objects, what limits a namespace, what something begins with, whether a certificate fits its
//! key.

mod claims;
mod limits;
mod pod_security;

use crate::caller::ForCaller;
use crate::change::read_yaml;
use crate::connection::{As, Call};
use crate::cron;
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::reads::ReadTable;
use access::{Action, Need, Place, Resource, Verb, decide};
use async_trait::async_trait;
use model::fault::CertificateFault;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, PodSecurityLevel, ResourceRef};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use serde_json::Value;
use std::sync::Arc;
use workloads_contract::{
    ClaimSource, KindSchema, LimitLine, NextRuns, Quota, QuotaLine, QuotaScope, Scalable, Wizards,
};
use x509_parser::parse_x509_certificate;

/// The fields of a TLS secret.
const CERTIFICATE: &str = "stringData/tls.crt";
const KEY: &str = "stringData/tls.key";

/// Read what limits a namespace.
#[derive(Clone, Debug)]
struct ReadQuota {
    cluster: ClusterName,
    namespace: Namespace,
}

impl Action for ReadQuota {
    const NAME: &'static str = "read quota";

    fn need(&self) -> Need {
        let quotas = Resource::new("", "resourcequotas");
        Need::to_all(Verb::List, quotas, self.cluster.clone(), Place::Namespace(self.namespace.clone()))
    }
}

#[async_trait]
impl Wizards for ForCaller {
    async fn yaml(&self, text: String) -> Result<Vec<Value>, ConsoleError> {
        read_yaml(&text).map_err(|problems| ConsoleError::Invalid { problems })
    }

    async fn kind_schema(&self, cluster: ClusterName, kind: KindSlug) -> Result<KindSchema, ConsoleError> {
        let (cluster, served) = self.served(&cluster, &kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadTable::new(cluster.name(), &served, &[])).await?;
        let schema = match self.kubernetes.schemas().read(&cluster, &kind).await {
            Ok(text) => asked(serde_json::from_str(&text).unwrap_or_default()),
            // It is served all the same, and written as YAML.
            Err(KubernetesError::Unknown { .. }) => Value::Null,
            Err(error) => return Err(error.into()),
        };
        Ok(KindSchema {
            api_version: served.api_version(),
            kind: served.kind.kind.to_string(),
            namespaced: served.kind.namespaced,
            schema,
        })
    }

    async fn quota(&self, cluster: ClusterName, namespace: Namespace) -> Result<Quota, ConsoleError> {
        let connected = self.cluster(&cluster).await?;
        let path = format!("/api/v1/namespaces/{namespace}/resourcequotas?limit=100");
        let granted = self.kubernetes.access().grant(&self.caller, ReadQuota { cluster, namespace }).await?;
        let identity = granted.identity();
        let answer = connected.connection().call(As::Caller(&identity), &Call::get(path)).await;
        let list: Value = connected.connection().read_json(&answer.map_err(ConsoleError::from)?.body)?;
        Ok(Quota { lines: lines(&list) })
    }

    async fn limits(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
    ) -> Result<Vec<LimitLine>, ConsoleError> {
        self.read_limits(cluster, namespace).await
    }

    async fn pod_security(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
    ) -> Result<Option<PodSecurityLevel>, ConsoleError> {
        self.read_pod_security(&cluster, &namespace).await
    }

    async fn claim_source(&self, source: ResourceRef) -> Result<ClaimSource, ConsoleError> {
        self.read_claim_source(&source).await
    }

    async fn scalable(&self, cluster: ClusterName) -> Result<Vec<Scalable>, ConsoleError> {
        let cluster = self.cluster(&cluster).await?;
        let discovery = cluster.discovery().await?;
        let scaled = discovery.kinds.values().filter(|served| {
            let need = ReadTable::new(cluster.name(), served, &[]).need();
            let is_scaled = served.kind.namespaced && served.subresources.contains("scale");
            is_scaled && decide(&self.caller, &need).is_ok()
        });
        let kind = |served: &Arc<Served>| {
            Some(Scalable {
                slug: KindSlug::parse(&served.kind.slug).ok()?,
                api_version: served.api_version(),
                kind: served.kind.kind.to_string(),
            })
        };
        Ok(scaled.filter_map(kind).collect())
    }

    async fn pair(&self, certificate: String, key: String) -> Result<Vec<FieldProblem>, ConsoleError> {
        Ok(pair(&certificate, &key, jiff::Timestamp::now().as_second()))
    }

    async fn next_runs(&self, schedule: String, time_zone: String) -> Result<NextRuns, ConsoleError> {
        Ok(cron::next_runs(&schedule, &time_zone, jiff::Timestamp::now()))
    }
}

/// What a form asks of a schema: not what all objects have, nor what only controllers write.
fn asked(mut schema: Value) -> Value {
    if let Some(properties) = schema["properties"].as_object_mut() {
        for known in ["apiVersion", "kind", "metadata", "status"] {
            properties.remove(known);
        }
    }
    let definitions = schema.as_object_mut().and_then(|schema| schema.remove("$defs"));
    if let Some(definitions) = definitions.filter(|_| schema.to_string().contains("\"#/$defs/")) {
        schema["$defs"] = definitions;
    }
    schema
}

fn lines(list: &Value) -> Vec<QuotaLine> {
    let mut lines = Vec::new();
    for quota in list["items"].as_array().into_iter().flatten() {
        let scopes = scopes(&quota["spec"]);
        for (resource, hard) in quota["status"]["hard"].as_object().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or("0").to_owned();
            lines.push(QuotaLine {
                quota: text(&quota["metadata"]["name"]),
                used: text(&quota["status"]["used"][resource]),
                hard: text(hard),
                resource: resource.clone(),
                scopes: scopes.clone(),
            });
        }
    }
    lines
}

/// Of which pods a quota is: named in a list, or chosen by a selector, or both.
fn scopes(spec: &Value) -> Vec<QuotaScope> {
    let list = |value: &Value| -> Vec<String> {
        let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let named = list(&spec["scopes"]).into_iter();
    let named = named.map(|name| QuotaScope { name, operator: "Exists".into(), values: Vec::new() });
    let chosen = spec["scopeSelector"]["matchExpressions"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let chosen = chosen.map(|expression| QuotaScope {
        name: text(&expression["scopeName"]),
        operator: text(&expression["operator"]),
        values: list(&expression["values"]),
    });
    named.chain(chosen).collect()
}

/// What is wrong with a certificate and its key at a moment. The key is looked at and forgotten.
fn pair(certificate: &str, key: &str, now: i64) -> Vec<FieldProblem> {
    let problem = |field: &str, fault: CertificateFault| vec![FieldProblem::of(field, fault)];
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect();
    let chain = match chain {
        Ok(chain) if !chain.is_empty() => chain,
        _ => return problem(CERTIFICATE, CertificateFault::Missing),
    };
    let Ok((_, first)) = parse_x509_certificate(&chain[0]) else {
        return problem(CERTIFICATE, CertificateFault::Unreadable);
    };
    let ends = first.validity().not_after.timestamp();
    if ends < now {
        let day = jiff::Timestamp::from_second(ends).unwrap_or_default().strftime("%Y-%m-%d").to_string();
        return problem(CERTIFICATE, CertificateFault::Expired(day));
    }
    let Ok(key) = PrivateKeyDer::from_pem_slice(key.as_bytes()) else {
        return problem(KEY, CertificateFault::NoKey);
    };
    match CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()) {
        Ok(_) => Vec::new(),
        Err(rustls::Error::InconsistentKeys(_)) => problem(KEY, CertificateFault::OtherKey),
        Err(error) => problem(KEY, CertificateFault::Unusable(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn every_line_of_every_quota_is_told() {
        let status = json!({"hard": {"pods": "10", "requests.cpu": "2"}, "used": {"pods": "3"}});
        let list = json!({"items": [{"metadata": {"name": "team"}, "status": status}]});

        let found: Vec<String> = lines(&list)
            .into_iter()
            .map(|line| format!("{} {} {}/{}", line.quota, line.resource, line.used, line.hard))
            .collect();
        assert_eq!(found, ["team pods 3/10", "team requests.cpu 0/2"]);
    }

    #[test]
    fn a_quota_says_of_which_pods_it_is() {
        let spec = json!({"scopes": ["BestEffort"], "scopeSelector": {"matchExpressions": [
            {"scopeName": "PriorityClass", "operator": "In", "values": ["urgent"]},
        ]}});
        let list =
            json!({"items": [{"metadata": {"name": "q"}, "spec": spec, "status": {"hard": {"pods": "1"}}}]});

        let scopes = lines(&list).remove(0).scopes;

        let found: Vec<_> =
            scopes.iter().map(|scope| (&*scope.name, &*scope.operator, &*scope.values)).collect();
        let urgent: &[String] = &["urgent".to_owned()];
        assert_eq!(found, [("BestEffort", "Exists", &[][..]), ("PriorityClass", "In", urgent)]);
    }

    #[test]
    fn a_form_is_asked_for_no_metadata_and_no_status() {
        let of = |spec: &Value| {
            asked(json!({
                "properties": {"metadata": {"allOf": [{"$ref": "#/$defs/Meta"}]}, "status": {}, "spec": spec},
                "$defs": {"Meta": {}},
            }))
        };

        assert_eq!(of(&json!({"type": "object"})), json!({"properties": {"spec": {"type": "object"}}}));
        assert!(of(&json!({"$ref": "#/$defs/Meta"}))["$defs"].is_object(), "it is needed elsewhere");
    }

    #[test]
    fn what_is_no_certificate_is_told_at_its_field() {
        let problems = pair("hello", "key", 0);

        assert_eq!(problems[0].field, CERTIFICATE);
    }

    /// Anything that a manifest can hold, with texts that YAML readers stumble over.
    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[ -~\\n\\té店]{0,12}".prop_map(Value::from),
            "(yes|no|on|null|~|0x1F|1e3|1_000|12:30|2026-01-01|- a|a: b|#x|\\[x|!x|&x|\\*x|'x|\"x| x|x |x:)"
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-z./0-9]{1,8}|yes|1|- a|a: b", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn what_a_form_writes_as_yaml_reads_back_as_the_same(value in anything()) {
            let document = json!({"spec": value});

            let text = workloads_contract::to_yaml(std::slice::from_ref(&document));

            prop_assert_eq!(read_yaml(&text), Ok(vec![document]), "{}", text);
        }
    }
}
