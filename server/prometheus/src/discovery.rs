//! Finding what measures a cluster.

use crate::alerts::Groups;
use crate::answer::read_data;
use crate::client::{ALERT_RULES, Client};
use crate::transport::{ThroughCluster, Transport};
use bytes::Bytes;
use kubernetes::{Connection, KubernetesError, ServiceAddress, SoughtServices, find_services};
use model::Namespace;
use monitoring_contract::Missing;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whatever answers questions about measurements.
pub const PROMETHEUS: SoughtServices = SoughtServices {
    selectors: &[
        "app.kubernetes.io/name in (thanos-query-frontend,thanos-query)",
        "app.kubernetes.io/name in (prometheus,vmsingle,victoria-metrics-single)",
        "app in (kube-prometheus-stack-prometheus,prometheus)",
        "operated-prometheus=true",
    ],
    port_names: &["web", "http-web", "http", "query", "http-query", "https", "https-web"],
    port_numbers: &[9090, 10902, 8428, 8429, 80],
    numbers_first: false,
    governing: Some("operated-prometheus"),
};

/// What reads of a `VictoriaMetrics` cluster, by what its operator and its chart call it.
pub const VMSELECT: SoughtServices = SoughtServices {
    selectors: &["app.kubernetes.io/name=vmselect", "app=vmselect"],
    port_names: &["http", "https"],
    port_numbers: &[8481],
    numbers_first: true,
    governing: None,
};
/// Where it answers as a Prometheus does, for the tenant whom everything belongs to that names none.
/// <https://docs.victoriametrics.com/victoriametrics/cluster-victoriametrics/#url-format>
const FIRST_TENANT: &str = "/select/0/prometheus";

/// What evaluates rules for a `VictoriaMetrics`, which tells of them only where it was told where that is.
pub const VMALERT: SoughtServices = SoughtServices {
    selectors: &["app.kubernetes.io/name in (vmalert,victoria-metrics-alert)", "app=vmalert"],
    port_names: &["http", "https"],
    port_numbers: &[8880, 8080],
    numbers_first: true,
    governing: None,
};

/// Whoever tells people of alerts.
pub const ALERTMANAGER: SoughtServices = SoughtServices {
    selectors: &[
        "app.kubernetes.io/name=alertmanager",
        "app in (kube-prometheus-stack-alertmanager,alertmanager)",
        "operated-alertmanager=true",
    ],
    port_names: &["web", "http-web", "http", "https", "https-web"],
    port_numbers: &[9093, 80],
    numbers_first: false,
    governing: Some("operated-alertmanager"),
};

/// Looks for a Prometheus among the cluster's Services; the first that answers is taken. The inner error says what was
/// looked for.
pub async fn discover(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
    now: i64,
) -> Result<Result<Client, Missing>, KubernetesError> {
    let mut missing = Missing::default();
    for (sought, below) in [(&PROMETHEUS, ""), (&VMSELECT, FIRST_TENANT)] {
        let (services, looked_for) = candidates(connection, workspaces, sought).await?;
        missing.looked_for.extend(looked_for.looked_for);
        missing.silent.extend(looked_for.silent);
        for service in services {
            let name = service.to_string();
            let transport = ThroughCluster { connection: connection.clone(), service, below };
            let client = Client::new(Arc::new(transport));
            match client.instant("vector(1)", now).await {
                Ok(_) => return Ok(Ok(with_rules(client, connection, workspaces).await?)),
                Err(error) => missing.silent.push((name, error.cause())),
            }
        }
    }
    Ok(Err(missing))
}

/// Where it knows no rules that warn, who evaluates them for it is asked for them, if there is one. What fails is asked again
/// by who wants to know of rules.
async fn with_rules(
    client: Client,
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
) -> Result<Client, KubernetesError> {
    let has_rules = |body: &Bytes| read_data::<Groups>(body).map(|told| !told.groups.is_empty());
    let told = client.alert_rules().await;
    if told.is_err() || told.is_ok_and(|body| has_rules(&body).unwrap_or(true)) {
        return Ok(client);
    }
    let (services, _) = candidates(connection, workspaces, &VMALERT).await?;
    for service in services {
        let transport = ThroughCluster { connection: connection.clone(), service, below: "" };
        if transport.get(ALERT_RULES).await.is_ok_and(|body| has_rules(&body).unwrap_or(false)) {
            return Ok(client.with_rules_of(Arc::new(transport)));
        }
    }
    Ok(client)
}

/// Services to try, in this order, and what to say if none of them answers.
pub async fn candidates(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
    sought: &SoughtServices,
) -> Result<(Vec<ServiceAddress>, Missing), KubernetesError> {
    let found = find_services(connection, workspaces, sought).await?;
    let looked_for = sought.selectors.iter().map(|selector| (*selector).to_owned()).collect();
    Ok((found.to_try, Missing { looked_for, silent: found.passed_over }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use kubernetes::ServicePort;

    #[test]
    fn the_port_of_the_api_is_told_from_others() {
        let port = |ports: &str| {
            let ports: Vec<ServicePort> = serde_json::from_str(ports).unwrap();
            PROMETHEUS.port(&ports).map(|port| port.port)
        };

        let kube_prometheus = r#"[{"name":"reloader-web","port":8080},{"name":"web","port":9090}]"#;
        assert_eq!(port(kube_prometheus), Some(9090));
        assert_eq!(port(r#"[{"port":9090}]"#), Some(9090));
        assert_eq!(port(r#"[{"name":"https","port":443}]"#), Some(443));
        assert_eq!(port(r#"[{"name":"grpc","port":10901}]"#), None);
    }

    #[test]
    fn a_cluster_of_victoria_metrics_is_read_where_it_is_not_written() {
        let port = |sought: SoughtServices, ports: &str| {
            let ports: Vec<ServicePort> = serde_json::from_str(ports).unwrap();
            sought.port(&ports).map(|port| port.port)
        };

        let select = r#"[{"name":"http","port":8481},{"name":"clusternative","port":8401}]"#;
        assert_eq!(port(VMSELECT, select), Some(8481));
        assert_eq!(port(VMALERT, r#"[{"name":"http","port":8080}]"#), Some(8080));
        assert_eq!(port(VMALERT, r#"[{"name":"web","port":9093}]"#), None, "the Alertmanager of its chart");
    }
}
