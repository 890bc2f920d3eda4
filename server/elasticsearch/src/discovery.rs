//! Finding a cluster's log store.

use crate::client::Client;
use crate::error::ElasticsearchError;
use crate::transport::ThroughCluster;
use kubernetes::{Connection, KubernetesError, SoughtServices, find_services};
use model::cause::WayOutage;
use model::{Cause, Namespace};
use records_contract::Missing;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Elasticsearch and OpenSearch. What their ports are called says less than their number: `http` may be anything.
const LOG_STORES: SoughtServices = SoughtServices {
    selectors: &[
        "app.kubernetes.io/name in (elasticsearch,opensearch)",
        "common.k8s.elastic.co/type=elasticsearch",
        "app in (elasticsearch,opensearch,elasticsearch-master,opensearch-cluster-master)",
        "opster.io/opensearch-cluster",
    ],
    port_names: &["http", "https", "rest", "rest-api", "api", "http-rest"],
    port_numbers: &[9200],
    numbers_first: true,
    governing: None,
};

/// Looks for it among the cluster's Services; the first that answers is taken. The inner error says what was looked for.
pub async fn discover(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
) -> Result<Result<Client, Missing>, KubernetesError> {
    let found = find_services(connection, workspaces, &LOG_STORES).await?;
    let looked_for = LOG_STORES.selectors.iter().map(|selector| (*selector).to_owned()).collect();
    let mut missing = Missing { looked_for, silent: found.passed_over, ..Missing::default() };
    for service in found.to_try {
        let name = service.to_string();
        let client = Client::new(Arc::new(ThroughCluster { connection: connection.clone(), service }));
        match client.root().await {
            Ok(_) => return Ok(Ok(client)),
            Err(error) => missing.silent.push((name, why(&error))),
        }
    }
    Ok(Err(missing))
}

fn why(error: &ElasticsearchError) -> Cause {
    match error.wants_proof() {
        true => WayOutage::WantsProof.into(),
        false => error.cause(),
    }
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
            LOG_STORES.port(&ports).map(|port| port.port)
        };

        assert_eq!(port(r#"[{"name":"transport","port":9300},{"name":"https","port":9200}]"#), Some(9200));
        assert_eq!(port(r#"[{"port":9200}]"#), Some(9200));
        assert_eq!(port(r#"[{"name":"http","port":80}]"#), Some(80));
        assert_eq!(port(r#"[{"name":"transport","port":9300}]"#), None);
    }
}
