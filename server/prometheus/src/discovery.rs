//! Finding what measures a cluster.

use crate::client::Client;
use crate::transport::{ServiceAddress, ThroughCluster};
use futures::future::join_all;
use kubernetes::{As, Call, Connection, KubernetesError};
use model::Namespace;
use model::link::escape;
use monitoring_contract::Missing;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How Services of a sort are told from others.
pub struct Sought {
    /// Labels by which installations can be told, the widest view first.
    selectors: &'static [&'static str],
    /// Names of ports behind which the API is.
    port_names: &'static [&'static str],
    /// Numbers where ports have no name.
    port_numbers: &'static [u16],
    /// The label of the Service that an operator keeps for itself.
    governing: &'static str,
}

/// Whatever answers questions about measurements.
pub const PROMETHEUS: Sought = Sought {
    selectors: &[
        "app.kubernetes.io/name in (thanos-query-frontend,thanos-query)",
        "app.kubernetes.io/name in (prometheus,vmsingle,victoria-metrics-single)",
        "app in (kube-prometheus-stack-prometheus,prometheus)",
        "operated-prometheus=true",
    ],
    port_names: &["web", "http-web", "http", "query", "http-query", "https", "https-web"],
    port_numbers: &[9090, 10902, 8428, 8429, 80],
    governing: "operated-prometheus",
};

/// Whoever tells people of alerts.
pub const ALERTMANAGER: Sought = Sought {
    selectors: &[
        "app.kubernetes.io/name=alertmanager",
        "app in (kube-prometheus-stack-alertmanager,alertmanager)",
        "operated-alertmanager=true",
    ],
    port_names: &["web", "http-web", "http", "https", "https-web"],
    port_numbers: &[9093, 80],
    governing: "operated-alertmanager",
};

/// How many candidates are tried.
const MOST_TRIED: usize = 6;

#[derive(Deserialize)]
struct List {
    items: Vec<Service>,
}

#[derive(Clone, Deserialize)]
struct Service {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Clone, Deserialize)]
struct Metadata {
    name: String,
    namespace: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Clone, Deserialize)]
struct Spec {
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Clone, Deserialize)]
struct Port {
    #[serde(default)]
    name: String,
    port: u16,
}

/// Looks for a Prometheus among the cluster's Services; the first that answers is taken. The inner error says what was
/// looked for.
pub async fn discover(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
    now: i64,
) -> Result<Result<Client, Missing>, KubernetesError> {
    let (services, mut missing) = candidates(connection, workspaces, &PROMETHEUS).await?;
    for service in services {
        let name = service.to_string();
        let transport = ThroughCluster { connection: connection.clone(), service };
        let client = Client::new(Arc::new(transport));
        match client.instant("vector(1)", now).await {
            Ok(_) => return Ok(Ok(client)),
            Err(error) => missing.silent.push((name, error.to_string())),
        }
    }
    Ok(Err(missing))
}

/// Services to try, in this order, and what to say if none of them answers.
///
/// What lies in a namespace of `workspaces` is passed over: its members could make a Service with the same labels and
/// answer for the whole cluster.
pub async fn candidates(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
    sought: &Sought,
) -> Result<(Vec<ServiceAddress>, Missing), KubernetesError> {
    let looked_for = sought.selectors.iter().map(|selector| (*selector).to_owned()).collect();
    let mut missing = Missing { looked_for, silent: Vec::new() };
    let (theirs, mut ours): (Vec<_>, Vec<_>) =
        labelled(connection, sought).await?.into_iter().partition(|service| lies_in(service, workspaces));
    let why = "it lies in a project of a workspace, whose members could answer for the whole cluster";
    missing.silent.extend(theirs.iter().map(|service| (service.to_string(), why.to_owned())));
    ours.truncate(MOST_TRIED);
    Ok((ours, missing))
}

async fn labelled(connection: &Connection, sought: &Sought) -> Result<Vec<ServiceAddress>, KubernetesError> {
    let lists = sought.selectors.iter().map(|selector| async move {
        let path = format!("/api/v1/services?limit=20&labelSelector={}", escape(selector));
        let answer = connection.call(As::Console, &Call::get(path)).await?;
        connection.read_json::<List>(&answer.body)
    });
    let mut found: Vec<ServiceAddress> = Vec::new();
    for list in join_all(lists).await {
        let mut services = list?.items;
        // The one made by hand before the one that the operator keeps for itself.
        services.sort_by_key(|service| {
            let is_governing =
                service.metadata.labels.get(sought.governing).is_some_and(|value| value == "true");
            (is_governing, service.metadata.namespace.clone(), service.metadata.name.clone())
        });
        found.extend(services.iter().filter_map(|service| address(service, sought)));
    }
    let mut seen = BTreeSet::new();
    found.retain(|service| seen.insert(service.to_string()));
    Ok(found)
}

fn lies_in(service: &ServiceAddress, namespaces: &BTreeSet<Namespace>) -> bool {
    namespaces.iter().any(|namespace| namespace.as_str() == service.namespace)
}

fn address(service: &Service, sought: &Sought) -> Option<ServiceAddress> {
    let ports = &service.spec.ports;
    let by_name = sought.port_names.iter().find_map(|name| ports.iter().find(|port| port.name == *name));
    let by_number =
        || sought.port_numbers.iter().find_map(|number| ports.iter().find(|port| port.port == *number));
    let port = by_name.or_else(by_number)?;
    Some(ServiceAddress {
        namespace: service.metadata.namespace.clone(),
        name: service.metadata.name.clone(),
        port: if port.name.is_empty() { port.port.to_string() } else { port.name.clone() },
        is_tls: port.name.starts_with("https"),
        prefix: "",
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn service(ports: &str) -> Service {
        let text = format!(r#"{{"metadata":{{"name":"p","namespace":"m"}},"spec":{{"ports":{ports}}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_service_of_a_workspace_never_answers_for_the_cluster() {
        let service = address(&service(r#"[{"name":"web","port":9090}]"#), &PROMETHEUS).unwrap();
        let of = |name: &str| BTreeSet::from([Namespace::parse(name).unwrap()]);

        assert!(lies_in(&service, &of("m")) && !lies_in(&service, &of("shop")));
    }

    #[test]
    fn the_port_of_the_api_is_told_from_others() {
        let of_port =
            |ports: &str| address(&service(ports), &PROMETHEUS).map(|address| (address.port, address.is_tls));

        let kube_prometheus = r#"[{"name":"reloader-web","port":8080},{"name":"web","port":9090}]"#;
        assert_eq!(of_port(kube_prometheus), Some(("web".into(), false)));
        assert_eq!(of_port(r#"[{"port":9090}]"#), Some(("9090".into(), false)));
        assert_eq!(of_port(r#"[{"name":"https","port":443}]"#), Some(("https".into(), true)));
        assert_eq!(of_port(r#"[{"name":"grpc","port":10901}]"#), None);
    }
}
