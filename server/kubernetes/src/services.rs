//! Services of a cluster that are asked through the API server: by the console itself, which finds them by their labels, and as a
//! caller, who names one.

use crate::caller::ForCaller;
use crate::connection::{As, Call, Connection};
use crate::error::KubernetesError;
use access::{Action, Need, Place, Resource, Verb};
use bytes::Bytes;
use futures::future::join_all;
use model::cause::WayOutage;
use model::link::escape;
use model::{Cause, ClusterName, ConsoleError, Namespace, ObjectName, Thing};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many candidates are worth a try.
const MOST_TRIED: usize = 6;

/// How Services of a sort are told from others.
#[derive(Clone, Copy, Debug)]
pub struct SoughtServices {
    /// Labels by which installations can be told, those that come first are tried first.
    pub selectors: &'static [&'static str],
    /// Names of ports behind which the API is.
    pub port_names: &'static [&'static str],
    /// Their numbers.
    pub port_numbers: &'static [u16],
    /// Whether the number of a port says more than its name.
    pub numbers_first: bool,
    /// The label of the Service that an operator keeps for itself: it is tried after those made by hand.
    pub governing: Option<&'static str>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAddress {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The port's name, or its number when it has none.
    pub port: String,
    /// Whether the port speaks TLS.
    pub is_tls: bool,
}

/// Services of a sort in a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundServices {
    /// Those to try, in this order.
    pub to_try: Vec<ServiceAddress>,
    /// Those that must not be asked: what they are called, and why.
    pub passed_over: Vec<(String, Cause)>,
}

/// A port, as a Service names it.
#[derive(Clone, Debug, Deserialize)]
pub struct ServicePort {
    /// Its name, where it has one.
    #[serde(default)]
    pub name: String,
    /// Its number.
    pub port: u16,
}

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
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Spec {
    #[serde(default)]
    ports: Vec<ServicePort>,
}

impl fmt::Display for ServiceAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.namespace, self.name)
    }
}

impl ServiceAddress {
    /// The path of a request through the API server, for a path of the Service's own.
    pub fn path(&self, path: &str) -> String {
        let scheme = if self.is_tls { "https:" } else { "" };
        let Self { namespace, name, port, .. } = self;
        format!("/api/v1/namespaces/{namespace}/services/{scheme}{name}:{port}/proxy{path}")
    }
}

impl SoughtServices {
    /// The port behind which the API is, if it can be told.
    pub fn port<'a>(&self, ports: &'a [ServicePort]) -> Option<&'a ServicePort> {
        let by_name = || self.port_names.iter().find_map(|name| ports.iter().find(|port| port.name == *name));
        let by_number =
            || self.port_numbers.iter().find_map(|number| ports.iter().find(|port| port.port == *number));
        match self.numbers_first {
            true => by_number().or_else(by_name),
            false => by_name().or_else(by_number),
        }
    }

    fn address(&self, service: &Service) -> Option<ServiceAddress> {
        let port = self.port(&service.spec.ports)?;
        Some(ServiceAddress {
            namespace: service.metadata.namespace.clone(),
            name: service.metadata.name.clone(),
            port: if port.name.is_empty() { port.port.to_string() } else { port.name.clone() },
            is_tls: port.name.starts_with("https"),
        })
    }

    fn is_governing(&self, service: &Service) -> bool {
        let label = self.governing.and_then(|label| service.metadata.labels.get(label));
        label.is_some_and(|value| value == "true")
    }
}

/// Looks for Services of a sort, as the console itself.
///
/// What lies in a namespace of `workspaces` is passed over: its members could make a Service with the same labels and
/// answer for the whole cluster.
///
/// # Errors
/// When the cluster does not list its Services.
pub async fn find_services(
    connection: &Connection,
    workspaces: &BTreeSet<Namespace>,
    sought: &SoughtServices,
) -> Result<FoundServices, KubernetesError> {
    let (theirs, mut to_try): (Vec<_>, Vec<_>) =
        labelled(connection, sought).await?.into_iter().partition(|service| lies_in(service, workspaces));
    let passed_over =
        theirs.iter().map(|service| (service.to_string(), WayOutage::PassedOver.into())).collect();
    to_try.truncate(MOST_TRIED);
    Ok(FoundServices { to_try, passed_over })
}

async fn labelled(
    connection: &Connection,
    sought: &SoughtServices,
) -> Result<Vec<ServiceAddress>, KubernetesError> {
    let lists = sought.selectors.iter().map(|selector| async move {
        let path = format!("/api/v1/services?limit=20&labelSelector={}", escape(selector));
        let answer = connection.call(As::Console, &Call::get(path)).await?;
        connection.read_json::<List>(&answer.body)
    });
    let mut found: Vec<ServiceAddress> = Vec::new();
    for list in join_all(lists).await {
        let mut services = list?.items;
        services.sort_by_key(|service| {
            (sought.is_governing(service), service.metadata.namespace.clone(), service.metadata.name.clone())
        });
        found.extend(services.iter().filter_map(|service| sought.address(service)));
    }
    let mut seen = BTreeSet::new();
    found.retain(|service| seen.insert(service.to_string()));
    Ok(found)
}

/// Asking a Service through the API server.
#[derive(Clone, Debug)]
struct AskService {
    need: Need,
}

impl AskService {
    /// Nothing for what no Service can be called.
    fn new(cluster: &ClusterName, service: &ServiceAddress) -> Option<Self> {
        let place = Place::Namespace(Namespace::parse(&service.namespace).ok()?);
        let proxy = Resource::new("", "services").part("proxy");
        let need = Need::to_all(Verb::Get, proxy, cluster.clone(), place);
        Some(Self { need: need.named(ObjectName::parse(&service.name).ok()?) })
    }
}

impl Action for AskService {
    const NAME: &'static str = "ask service";

    fn need(&self) -> Need {
        self.need.clone()
    }
}

impl ForCaller {
    /// Whether the caller may ask a Service through the API server.
    pub fn may_ask_service(&self, cluster: &ClusterName, service: &ServiceAddress) -> bool {
        AskService::new(cluster, service).is_some_and(|action| self.caller.may(&action))
    }

    /// What a Service says at a path, asked as the caller. What the cluster or the Service itself refuses is an answer here.
    pub async fn ask_service(
        &self,
        cluster: &ClusterName,
        service: &ServiceAddress,
        path: &str,
    ) -> Result<Result<Bytes, KubernetesError>, ConsoleError> {
        let connected = self.cluster(cluster).await?;
        let action = AskService::new(cluster, service)
            .ok_or_else(|| KubernetesError::Unknown { what: Thing::Service(service.to_string()) })?;
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        let call = Call::get(service.path(path));
        let answer = connected.connection().call(As::Caller(&granted.identity()), &call).await;
        Ok(answer.map(|answer| answer.body))
    }
}

fn lies_in(service: &ServiceAddress, namespaces: &BTreeSet<Namespace>) -> bool {
    namespaces.iter().any(|namespace| namespace.as_str() == service.namespace)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    const SOUGHT: SoughtServices = SoughtServices {
        selectors: &["app=bakery"],
        port_names: &["web", "https"],
        port_numbers: &[9090, 80],
        numbers_first: false,
        governing: Some("operated"),
    };

    fn service(labels: &str, ports: &str) -> Service {
        let metadata = format!(r#"{{"name":"bakery","namespace":"shop","labels":{labels}}}"#);
        serde_json::from_str(&format!(r#"{{"metadata":{metadata},"spec":{{"ports":{ports}}}}}"#)).unwrap()
    }

    #[test]
    fn a_service_of_a_workspace_never_answers_for_the_cluster() {
        let service = SOUGHT.address(&service("{}", r#"[{"name":"web","port":9090}]"#)).unwrap();
        let of = |name: &str| BTreeSet::from([Namespace::parse(name).unwrap()]);

        assert!(lies_in(&service, &of("shop")) && !lies_in(&service, &of("monitoring")));
    }

    #[test]
    fn a_port_is_known_by_name_or_number_whichever_says_more() {
        let ports: Vec<ServicePort> =
            serde_json::from_str(r#"[{"port":80},{"name":"web","port":8080}]"#).unwrap();
        let of = |sought: SoughtServices| sought.port(&ports).map(|port| port.port);

        assert_eq!(of(SOUGHT), Some(8080));
        assert_eq!(of(SoughtServices { numbers_first: true, ..SOUGHT }), Some(80));
        assert_eq!(of(SoughtServices { port_names: &[], port_numbers: &[], ..SOUGHT }), None);
    }

    #[test]
    fn a_port_without_a_name_is_addressed_by_its_number() {
        let address = |ports: &str| {
            let address = SOUGHT.address(&service("{}", ports))?;
            Some((address.port, address.is_tls))
        };

        assert_eq!(address(r#"[{"port":9090}]"#), Some(("9090".into(), false)));
        assert_eq!(address(r#"[{"name":"https","port":443}]"#), Some(("https".into(), true)));
    }

    #[test]
    fn the_service_that_an_operator_keeps_is_told_by_its_label() {
        assert!(SOUGHT.is_governing(&service(r#"{"operated":"true"}"#, "[]")));
        assert!(!SOUGHT.is_governing(&service(r#"{"app":"bakery"}"#, "[]")));
    }

    #[test]
    fn the_port_and_its_scheme_stand_in_the_path() {
        let service = ServiceAddress {
            namespace: "monitoring".into(),
            name: "prometheus-k8s".into(),
            port: "web".into(),
            is_tls: false,
        };

        assert_eq!(
            service.path("/api/v1/query?query=up"),
            "/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy/api/v1/query?query=up"
        );
        let with_tls = ServiceAddress { is_tls: true, ..service };
        assert!(with_tls.path("/x").contains("/services/https:prometheus-k8s:web/proxy/x"));
    }
}
