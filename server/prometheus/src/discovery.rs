//! Finding what measures a cluster.

use crate::client::Client;
use crate::transport::ThroughCluster;
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
}
