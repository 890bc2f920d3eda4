//! How a cluster is measured: which series there are, and which machine an exporter stands on.

use crate::answer::Answer;
use crate::client::Client;
use crate::error::PrometheusError;
use crate::promql::Query;
use monitoring_contract::{BoardId, BuiltInGroup, BuiltInRule, Measure, RuleTemplate, cards};
use std::collections::{BTreeMap, BTreeSet};

/// How a cluster is measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The names of those metrics that cards and rules ask for and that there are.
    pub names: BTreeSet<String>,
    /// The node that stands behind each `instance` of the node exporter.
    nodes: BTreeMap<String, String>,
    /// Whether the ingress controller's series carry the namespace of the ingress as `exported_namespace`, because
    /// `namespace` is the controller's own.
    is_ingress_exported: bool,
}

/// The most metrics that one question is about: its address has to pass everything that stands before a cluster, some of which
/// takes no more than 8 KiB.
const ASKED_AT_ONCE: usize = 100;
/// What tells which machine an exporter stands on: its own host name, or the node's address in its `instance`.
const HOSTS: &str = "group by (instance, node, nodename) (node_uname_info)";
const ADDRESSES: &str = "group by (node, internal_ip) (kube_node_info)";

impl Layout {
    /// Learns it: a handful of questions at once, whose answers do not grow with what runs in the cluster.
    pub async fn learn(client: &Client, now: i64) -> Result<Self, PrometheusError> {
        let wanted: Vec<String> = named()?.into_iter().collect();
        let selectors: Vec<String> = wanted
            .chunks(ASKED_AT_ONCE)
            .map(|names| format!("{{__name__=~\"{}\"}}", names.join("|")))
            .collect();
        let names = selectors.iter().map(|selector| client.metric_names(selector, now));
        let (names, hosts, addresses, labels) = futures::join!(
            futures::future::try_join_all(names),
            client.instant(HOSTS, now),
            client.instant(ADDRESSES, now),
            client.labels(INGRESS_REQUESTS, now),
        );
        let (hosts, addresses) = (hosts?, addresses?);
        let nodes = nodes(&hosts, &addresses);
        let is_ingress_exported = labels?.iter().any(|label| label == EXPORTED_NAMESPACE);
        Ok(Self { names: names?.into_iter().flatten().collect(), nodes, is_ingress_exported })
    }

    /// A cluster in which these are measured.
    #[cfg(test)]
    pub fn of_names(names: BTreeSet<String>) -> Self {
        Self { names, ..Self::default() }
    }

    /// The same with exporters on nodes.
    #[cfg(test)]
    pub fn with_node(mut self, instance: &str, node: &str) -> Self {
        self.nodes.insert(instance.to_owned(), node.to_owned());
        self
    }

    /// The same with an ingress controller that has a namespace of its own.
    #[cfg(test)]
    pub fn with_exported_ingresses(self) -> Self {
        Self { is_ingress_exported: true, ..self }
    }

    /// The first of these expressions whose series all exist.
    pub fn pick(&self, picks: &[&str]) -> Result<Option<Query>, PrometheusError> {
        self.pick_by(picks, |name| name)
    }

    /// The first of these expressions whose series can all exist: for each metric it is said which one tells that.
    pub fn pick_by(
        &self,
        picks: &[&str],
        sign_of: impl Fn(&str) -> &str,
    ) -> Result<Option<Query>, PrometheusError> {
        for text in picks {
            let query = Query::parse(text)?;
            if query.metrics()?.iter().all(|name| self.names.contains(sign_of(name))) {
                return Ok(Some(query));
            }
        }
        Ok(None)
    }

    /// The node behind an `instance`.
    pub fn node<'l>(&'l self, instance: &'l str) -> &'l str {
        self.nodes.get(instance).map_or(instance, String::as_str)
    }

    /// The `instance`s of the exporters on a node.
    pub fn instances(&self, node: &str) -> Vec<String> {
        let here = self.nodes.iter().filter(|(_, known)| *known == node);
        here.map(|(instance, _)| instance.clone()).collect()
    }

    /// The label that says in which namespace the object of a metric is.
    pub fn namespace_label(&self, metric: Option<&str>) -> &'static str {
        let is_ingress = metric.is_some_and(|metric| metric.starts_with("nginx_ingress_controller_"));
        if is_ingress && self.is_ingress_exported { EXPORTED_NAMESPACE } else { "namespace" }
    }
}

/// The names of all metrics that cards, rankings, templates of rules and ready-made ones ask for.
pub(crate) fn named() -> Result<BTreeSet<String>, PrometheusError> {
    let of_boards =
        BoardId::ALL.into_iter().flat_map(cards::of).flat_map(|card| card.lines).flat_map(|line| line.picks);
    let ranked = [cards::RANKED_NODES, cards::RANKED_NAMESPACES, cards::RANKED_PODS].into_iter().flatten();
    let rules = RuleTemplate::all().flat_map(RuleTemplate::all_picks);
    let picks = of_boards.chain(ranked.flat_map(|column| column.picks)).copied().chain(rules);
    let picks = picks.chain(crate::soon::asked());
    let mut names: BTreeSet<String> = OWNERSHIP.map(str::to_owned).into();
    for pick in picks {
        names.extend(Query::parse(pick)?.metrics()?);
    }
    let built_in = BuiltInGroup::ALL.iter().flat_map(|group| group.rules);
    for pick in built_in.flat_map(|rule| rule.picks) {
        names.extend(Query::parse(pick)?.metrics()?.iter().map(|name| BuiltInRule::sign_of(name).to_owned()));
    }
    for pick in metered() {
        names.extend(Query::parse(&pick)?.metrics()?);
    }
    Ok(names)
}

/// All that metering asks.
fn metered() -> Vec<String> {
    let others = [cards::SET_OWNERS, cards::JOB_OWNERS];
    let others = others.iter().chain(cards::COVERED_USAGE).chain(cards::COVERED_OBJECTS);
    let amounts = cards::SharedOut::ALL
        .into_iter()
        .flat_map(|by| Measure::ALL.into_iter().flat_map(move |measure| cards::metered(measure, by)));
    amounts.chain(others.map(|text| (*text).to_owned())).collect()
}

/// What tells whose a pod is.
const OWNERSHIP: [&str; 2] = ["kube_pod_owner", "kube_replicaset_owner"];
const INGRESS_REQUESTS: &str = "nginx_ingress_controller_requests";
const EXPORTED_NAMESPACE: &str = "exported_namespace";

fn nodes(hosts: &Answer, addresses: &Answer) -> BTreeMap<String, String> {
    let known: BTreeSet<&str> = addresses.series.iter().map(|node| node.label("node")).collect();
    let by_address: BTreeMap<&str, &str> =
        addresses.series.iter().map(|node| (node.label("internal_ip"), node.label("node"))).collect();
    let of_host = |host: &crate::answer::Measurement| {
        let (instance, node, name) = (host.label("instance"), host.label("node"), host.label("nodename"));
        let address = instance.rsplit_once(':').map_or(instance, |(address, _)| address);
        let found = if !node.is_empty() {
            node
        } else if known.contains(name) {
            name
        } else if known.contains(address) {
            address
        } else {
            by_address.get(address.trim_matches(['[', ']'])).copied().unwrap_or(name)
        };
        (instance.to_owned(), found.to_owned())
    };
    hosts.series.iter().map(of_host).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::answer::Measurement;

    fn answer(series: &[&[(&str, &str)]]) -> Answer {
        let labels =
            |labels: &[(&str, &str)]| labels.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        let series = series.iter().map(|one| Measurement { labels: labels(one), samples: vec![(0, 1.0)] });
        Answer { series: series.collect(), warnings: vec![] }
    }

    #[test]
    fn an_exporter_is_put_on_its_node_however_the_installation_labels_it() {
        let hosts = answer(&[
            &[("instance", "10.0.0.1:9100"), ("nodename", "ip-10-0-0-1")],
            &[("instance", "[fd00::2]:9100"), ("nodename", "host-2")],
            &[("instance", "worker-3"), ("nodename", "worker-3")],
            &[("instance", "10.0.0.4:9100"), ("nodename", "x"), ("node", "worker-4")],
            &[("instance", "10.9.9.9:9100"), ("nodename", "elsewhere")],
        ]);
        let addresses = answer(&[
            &[("node", "worker-1.internal"), ("internal_ip", "10.0.0.1")],
            &[("node", "worker-2"), ("internal_ip", "fd00::2")],
            &[("node", "worker-3"), ("internal_ip", "10.0.0.3")],
        ]);

        let layout = Layout { nodes: nodes(&hosts, &addresses), ..Layout::default() };

        assert_eq!(layout.node("10.0.0.1:9100"), "worker-1.internal");
        assert_eq!(layout.node("[fd00::2]:9100"), "worker-2");
        assert_eq!(layout.node("worker-3"), "worker-3");
        assert_eq!(layout.node("10.0.0.4:9100"), "worker-4");
        assert_eq!(layout.node("10.9.9.9:9100"), "elsewhere");
        assert_eq!(layout.instances("worker-2"), ["[fd00::2]:9100"]);
    }

    #[test]
    fn the_first_expression_is_taken_whose_series_all_exist() {
        let names = ["a", "b"].map(str::to_owned).into();
        let layout = Layout { names, ..Layout::default() };

        let picked = layout.pick(&["a / c", "sum(rate(b[5m]))", "a"]).unwrap().unwrap();
        assert_eq!(picked.to_text().unwrap(), "sum(rate(b[5m]))");
        assert!(layout.pick(&["c"]).unwrap().is_none());
    }

    #[test]
    fn an_ingress_is_found_by_its_own_namespace() {
        let layout = Layout { is_ingress_exported: true, ..Layout::default() };

        assert_eq!(layout.namespace_label(Some("nginx_ingress_controller_requests")), "exported_namespace");
        assert_eq!(layout.namespace_label(Some("up")), "namespace");
        assert_eq!(layout.namespace_label(None), "namespace");
    }
}
