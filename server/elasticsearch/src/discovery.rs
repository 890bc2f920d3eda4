//! Finding a cluster's log store.

use crate::client::Client;
use crate::error::ElasticsearchError;
use crate::transport::{ServiceAddress, ThroughCluster};
use futures::future::join_all;
use kubernetes::{As, Call, Connection, KubernetesError};
use model::Namespace;
use model::link::escape;
use records_contract::Missing;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Labels by which installations can be told.
const SELECTORS: [&str; 4] = [
    "app.kubernetes.io/name in (elasticsearch,opensearch)",
    "common.k8s.elastic.co/type=elasticsearch",
    "app in (elasticsearch,opensearch,elasticsearch-master,opensearch-cluster-master)",
    "opster.io/opensearch-cluster",
];
/// Names of ports behind which the API is, and the number where ports have no name.
const PORT_NAMES: [&str; 6] = ["http", "https", "rest", "rest-api", "api", "http-rest"];
const PORT_NUMBER: u16 = 9200;
/// How many candidates are tried.
const MOST_TRIED: usize = 6;

#[derive(Deserialize)]
struct List {
    items: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    namespace: String,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Deserialize)]
struct Port {
    #[serde(default)]
    name: String,
    port: u16,
}

/// Looks for it among the cluster's Services; the first that answers is taken. The inner error says what was looked for.
///
/// What lies in a namespace of `workspaces` is passed over: its members could make a Service with the same labels and
/// answer for the whole cluster.
pub async fn discover(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
) -> Result<Result<Client, Missing>, KubernetesError> {
    let mut missing = Missing { looked_for: SELECTORS.map(str::to_owned).into(), ..Missing::default() };
    let (theirs, ours): (Vec<_>, Vec<_>) =
        candidates(connection).await?.into_iter().partition(|service| lies_in(service, workspaces));
    let why = "it lies in a project of a workspace, whose members could answer for the whole cluster";
    missing.silent.extend(theirs.iter().map(|service| (service.to_string(), why.to_owned())));
    for service in ours.into_iter().take(MOST_TRIED) {
        let name = service.to_string();
        let client = Client::new(Arc::new(ThroughCluster { connection: connection.clone(), service }));
        match client.root().await {
            Ok(_) => return Ok(Ok(client)),
            Err(error) => missing.silent.push((name, sentence(&error))),
        }
    }
    Ok(Err(missing))
}

fn sentence(error: &ElasticsearchError) -> String {
    match error.wants_proof() {
        true => "it wants to know who asks; the settings can name it with a name and a password".into(),
        false => error.to_string(),
    }
}

async fn candidates(connection: &Connection) -> Result<Vec<ServiceAddress>, KubernetesError> {
    let lists = SELECTORS.map(|selector| async move {
        let path = format!("/api/v1/services?limit=20&labelSelector={}", escape(selector));
        let answer = connection.call(As::Console, &Call::get(path)).await?;
        connection.read_json::<List>(&answer.body)
    });
    let mut found: Vec<ServiceAddress> = Vec::new();
    for list in join_all(lists).await {
        for service in list?.items.iter().filter_map(address) {
            let is_known =
                |known: &ServiceAddress| known.namespace == service.namespace && known.name == service.name;
            if !found.iter().any(is_known) {
                found.push(service);
            }
        }
    }
    Ok(found)
}

fn lies_in(service: &ServiceAddress, namespaces: &BTreeSet<Namespace>) -> bool {
    namespaces.iter().any(|namespace| namespace.as_str() == service.namespace)
}

fn address(service: &Service) -> Option<ServiceAddress> {
    let ports = &service.spec.ports;
    let by_number = ports.iter().find(|port| port.port == PORT_NUMBER);
    let by_name = || PORT_NAMES.iter().find_map(|name| ports.iter().find(|port| port.name == *name));
    let port = by_number.or_else(by_name)?;
    Some(ServiceAddress {
        namespace: service.metadata.namespace.clone(),
        name: service.metadata.name.clone(),
        port: if port.name.is_empty() { port.port.to_string() } else { port.name.clone() },
        is_tls: port.name.starts_with("https"),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn service(ports: &str) -> Service {
        let text = format!(r#"{{"metadata":{{"name":"e","namespace":"m"}},"spec":{{"ports":{ports}}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_service_of_a_workspace_never_answers_for_the_cluster() {
        let service = address(&service(r#"[{"port":9200}]"#)).unwrap();
        let of = |name: &str| BTreeSet::from([Namespace::parse(name).unwrap()]);

        assert!(lies_in(&service, &of("m")) && !lies_in(&service, &of("shop")));
    }

    #[test]
    fn the_port_of_the_api_is_told_from_others() {
        let of_port = |ports: &str| address(&service(ports)).map(|address| (address.port, address.is_tls));

        assert_eq!(
            of_port(r#"[{"name":"transport","port":9300},{"name":"https","port":9200}]"#),
            Some(("https".into(), true))
        );
        assert_eq!(of_port(r#"[{"port":9200}]"#), Some(("9200".into(), false)));
        assert_eq!(of_port(r#"[{"name":"http","port":80}]"#), Some(("http".into(), false)));
        assert_eq!(of_port(r#"[{"name":"transport","port":9300}]"#), None);
    }
}
