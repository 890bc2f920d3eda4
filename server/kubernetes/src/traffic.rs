//! What network policies let through, from what the stores know.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::reads::ReadObject;
use crate::row::RowData;
use crate::slug::built_in;
use crate::store::Store;
use access::Scope;
use async_trait::async_trait;
use kinds::{Object, Selector, SelectorForm};
use model::{ClusterName, ConsoleError, Namespace, ObjectName, ResourceRef};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use workloads_contract::{Peer, Traffic, TrafficRule, TrafficView, Way};

const POLICIES: &str = "networkpolicies";
/// What a policy is called that has no name yet.
const NEW: &str = "new";

#[async_trait]
impl Traffic for ForCaller {
    async fn traffic(&self, resource: ResourceRef) -> Result<TrafficView, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadObject::new(&served, &resource)).await?;
        let namespace = resource.namespace.clone().ok_or_else(|| ConsoleError::not_found(&resource))?;
        let policies = self.readable(&cluster, &built_in(POLICIES), std::slice::from_ref(&namespace)).await?;
        let json = cluster.loaded(&resource.kind).await?.json_of(&resource)?;
        let object = Object::parse(&json).unwrap_or_default();
        let pods = self.pods(&cluster).await?;
        let is_policy = resource.kind.as_str() == POLICIES;
        let chosen: Vec<(String, Vec<u8>)> = if is_policy {
            vec![(resource.name.to_string(), json.clone())]
        } else {
            let labels = labels(&object, resource.kind.as_str());
            let state = policies.store.read();
            let all = state
                .rows_in(namespace.as_str())
                .filter_map(|row| Some((row.name.to_string(), state.read(&row.uid, <[u8]>::to_vec)?)));
            all.filter(|(_, json)| is_about(json, &labels)).collect()
        };
        let read: Vec<(ResourceRef, Object<'_>)> = chosen
            .iter()
            .filter_map(|(name, json)| {
                let name = ObjectName::parse(name).ok()?;
                let policy = ResourceRef { kind: built_in(POLICIES), name, ..resource.clone() };
                Some((policy, Object::parse(json).ok()?))
            })
            .collect();
        Ok(TrafficView {
            pods: if is_policy { pods.selected(&object, &namespace) } else { pods.owned(&object, &resource) },
            incoming: way(&read, Direction::In, &namespace, &pods),
            outgoing: way(&read, Direction::Out, &namespace, &pods),
            policies: read.into_iter().map(|(policy, _)| policy).collect(),
        })
    }

    async fn traffic_of_draft(
        &self,
        cluster: ClusterName,
        policy: Value,
    ) -> Result<TrafficView, ConsoleError> {
        let written = |path: &str| policy.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let namespace = Namespace::parse(written("/metadata/namespace"))
            .map_err(|error| ConsoleError::refused("metadata.namespace", error.rule))?;
        // It may have no name yet.
        let name = ObjectName::parse(written("/metadata/name")).or_else(|_| ObjectName::parse(NEW));
        let name = name.map_err(|error| ConsoleError::refused("metadata.name", error.rule))?;
        let connected = self.cluster(&cluster).await?;
        self.readable(&connected, &built_in(POLICIES), std::slice::from_ref(&namespace)).await?;
        let pods = self.pods(&connected).await?;
        let text = policy.to_string();
        let object = Object::parse(text.as_bytes())
            .map_err(|error| ConsoleError::invalid("policy", error.to_string()))?;
        let about = pods.selected(&object, &namespace);
        let (kind, place) = (built_in(POLICIES), Some(namespace.clone()));
        let policy = ResourceRef { cluster, kind, namespace: place, name };
        let read = [(policy.clone(), object)];
        Ok(TrafficView {
            pods: about,
            incoming: way(&read, Direction::In, &namespace, &pods),
            outgoing: way(&read, Direction::Out, &namespace, &pods),
            policies: vec![policy],
        })
    }
}

impl ForCaller {
    /// The pods and namespaces that the caller may see.
    async fn pods(&self, cluster: &Cluster) -> Result<Pods, ConsoleError> {
        let pods = cluster.loaded(&built_in("pods")).await?;
        let namespaces = cluster.loaded(&built_in("namespaces")).await?;
        let scope = self.glance(cluster, &pods);
        let seen = self.glance(cluster, &namespaces);
        let state = namespaces.read();
        let rows = state.rows().filter(|row| seen.as_ref().is_some_and(|seen| row.is_within(seen)));
        let namespaces = rows.cloned().collect();
        Ok(Pods { store: Arc::clone(&pods), scope, namespaces })
    }
}

/// The labels of the pods of an object.
fn labels(object: &Object<'_>, kind: &str) -> BTreeMap<String, String> {
    let path = match kind {
        "pods" => "/metadata/labels",
        "cronjobs" => "/spec/jobTemplate/spec/template/metadata/labels",
        _ => "/spec/template/metadata/labels",
    };
    let pairs = object.entries_at(path).iter();
    pairs.map(|(key, value)| (key.to_string(), value.text().unwrap_or_default().to_owned())).collect()
}

fn selector(object: &Object<'_>, path: &str) -> Option<Selector> {
    Selector::read(object.at(path)?, SelectorForm::Expressions)
}

/// Whether a policy is about pods with these labels. One that cannot be read is heeded by nobody.
fn is_about(json: &[u8], labels: &BTreeMap<String, String>) -> bool {
    let Ok(policy) = Object::parse(json) else { return false };
    let picks = |selector: Selector| selector.picks_labels(|key| labels.get(key).map(String::as_str));
    selector(&policy, "/spec/podSelector").is_some_and(picks)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    In,
    Out,
}

impl Direction {
    /// Whether a policy says something about it. Without types a policy is about what comes in, and about what goes out where
    /// it has rules for that.
    fn is_ruled_by(self, policy: &Object<'_>) -> bool {
        let types = policy.items_at("/spec/policyTypes");
        let named = |word: &str| types.iter().any(|one| one.text() == Some(word));
        match self {
            Self::In => types.is_empty() || named("Ingress"),
            Self::Out if types.is_empty() => !policy.items_at("/spec/egress").is_empty(),
            Self::Out => named("Egress"),
        }
    }

    fn rules(self) -> (&'static str, &'static str) {
        match self {
            Self::In => ("/spec/ingress", "/from"),
            Self::Out => ("/spec/egress", "/to"),
        }
    }
}

/// What policies together let through: each adds to what the others do.
fn way(
    policies: &[(ResourceRef, Object<'_>)],
    direction: Direction,
    namespace: &Namespace,
    pods: &Pods,
) -> Way {
    let ruling: Vec<_> = policies.iter().filter(|(_, policy)| direction.is_ruled_by(policy)).collect();
    if ruling.is_empty() {
        return Way::Open;
    }
    let (rules, peers) = direction.rules();
    let mut through = Vec::new();
    for (name, policy) in ruling {
        for rule in policy.items_at(rules) {
            let ports: Vec<String> = rule.items_at("/ports").iter().map(port).collect();
            let add = |peer: Peer| TrafficRule { policy: name.clone(), peer, ports: ports.clone() };
            match rule.items_at(peers) {
                [] => through.push(add(Peer::Anybody)),
                peers => through.extend(peers.iter().map(|peer| add(pods.peer(peer, namespace)))),
            }
        }
    }
    Way::Only(through)
}

fn port(port: &Object<'_>) -> String {
    let protocol = match port.text_at("/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    let number = |path: &str| {
        port.at(path).and_then(|value| {
            value.text().map(str::to_owned).or_else(|| value.number().map(|number| number.to_string()))
        })
    };
    match (number("/port"), number("/endPort")) {
        (Some(first), Some(last)) => format!("{protocol} {first}–{last}"),
        (Some(port), None) => format!("{protocol} {port}"),
        (None, _) => protocol.to_owned(),
    }
}

/// The pods that a caller may see, and the namespaces.
struct Pods {
    store: Arc<Store>,
    scope: Option<Scope>,
    namespaces: Vec<Arc<RowData>>,
}

fn picks(selector: Option<&Selector>, row: &RowData) -> bool {
    selector.is_none_or(|selector| selector.picks_labels(|key| row.label(key)))
}

impl Pods {
    fn count(&self, namespace: &str, is_meant: impl Fn(&RowData) -> bool) -> u32 {
        let Some(scope) = &self.scope else { return 0 };
        let state = self.store.read();
        let rows = state.rows_in(namespace);
        let seen = rows.filter(|row| row.is_within(scope) && is_meant(row));
        u32::try_from(seen.count()).unwrap_or(u32::MAX)
    }

    /// The pods that a policy is about.
    fn selected(&self, policy: &Object<'_>, namespace: &Namespace) -> u32 {
        let selector = selector(policy, "/spec/podSelector");
        self.count(namespace.as_str(), |row| picks(selector.as_ref(), row))
    }

    /// The pods of a workload, by its selector or by the labels that it gives them; of a pod, itself.
    fn owned(&self, object: &Object<'_>, resource: &ResourceRef) -> u32 {
        let Some(namespace) = &resource.namespace else { return 0 };
        if resource.kind.as_str() == "pods" {
            return 1;
        }
        if let Some(own) = selector(object, "/spec/selector") {
            return self.count(namespace.as_str(), |row| picks(Some(&own), row));
        }
        let labels = labels(object, resource.kind.as_str());
        let has_all = |row: &RowData| {
            !labels.is_empty() && labels.iter().all(|(key, value)| row.label(key) == Some(value.as_str()))
        };
        self.count(namespace.as_str(), has_all)
    }

    /// Who is meant by a peer of a policy in this namespace.
    fn peer(&self, peer: &Object<'_>, namespace: &Namespace) -> Peer {
        if let Some(block) = peer.at("/ipBlock") {
            let except = block.items_at("/except").iter().filter_map(Object::text).map(str::to_owned);
            return Peer::Addresses { cidr: block.text_at("/cidr").to_owned(), except: except.collect() };
        }
        let (wanted, within) = (selector(peer, "/podSelector"), selector(peer, "/namespaceSelector"));
        let query = |selector: &Option<Selector>| selector.as_ref().map(Selector::to_query);
        let names: Vec<String> = match &within {
            None => vec![namespace.to_string()],
            Some(within) => {
                let meant = self.namespaces.iter().filter(|row| picks(Some(within), row));
                meant.map(|row| row.name.to_string()).collect()
            }
        };
        let mut found = 0;
        let mut places = Vec::new();
        for name in names {
            let here = self.count(&name, |row| picks(wanted.as_ref(), row));
            found += here;
            if here > 0 {
                places.push(name);
            }
        }
        let more_places = u32::try_from(places.len().saturating_sub(Peer::MOST_PLACES)).unwrap_or(u32::MAX);
        places.truncate(Peer::MOST_PLACES);
        Peer::Pods {
            pods: query(&wanted).unwrap_or_default(),
            namespaces: query(&within),
            found,
            places,
            more_places,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn policy(json: &str) -> Object<'_> {
        Object::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn what_a_policy_is_about_follows_from_its_types_or_its_rules() {
        for (spec, incoming, outgoing) in [
            (r#"{"spec":{}}"#, true, false),
            (r#"{"spec":{"egress":[{}]}}"#, true, true),
            (r#"{"spec":{"policyTypes":["Egress"]}}"#, false, true),
            (r#"{"spec":{"policyTypes":["Ingress"],"egress":[{}]}}"#, true, false),
        ] {
            let policy = policy(spec);
            assert_eq!(Direction::In.is_ruled_by(&policy), incoming, "{spec}");
            assert_eq!(Direction::Out.is_ruled_by(&policy), outgoing, "{spec}");
        }
    }

    #[test]
    fn a_policy_is_about_the_pods_that_it_selects_and_without_a_selector_about_none() {
        let labels = BTreeMap::from([("tier".to_owned(), "back".to_owned())]);

        assert!(is_about(br#"{"spec":{"podSelector":{}}}"#, &labels));
        assert!(is_about(br#"{"spec":{"podSelector":{"matchLabels":{"tier":"back"}}}}"#, &labels));
        assert!(!is_about(br#"{"spec":{"podSelector":{"matchLabels":{"tier":"front"}}}}"#, &labels));
        assert!(!is_about(br#"{"spec":{}}"#, &labels) && !is_about(b"{", &labels));
    }

    #[test]
    fn ports_are_numbers_ranges_names_or_a_protocol() {
        for (json, words) in [
            (r#"{"port":8080}"#, "TCP 8080"),
            (r#"{"port":"http","protocol":"TCP"}"#, "TCP http"),
            (r#"{"port":30000,"endPort":32767,"protocol":"UDP"}"#, "UDP 30000–32767"),
            (r#"{"protocol":"SCTP"}"#, "SCTP"),
        ] {
            assert_eq!(port(&policy(json)), words);
        }
    }
}
