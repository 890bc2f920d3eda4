//! Whether a pod would fit the nodes of a cluster, from what the stores know. The scheduler has the last word: here is
//! what it would say about cordons, taints, labels and room, and nothing about other pods.

use crate::caller::ForCaller;
use crate::node_labels;
use crate::slug::built_in;
use crate::store::Store;
use async_trait::async_trait;
use kinds::Field;
use model::fault::ActFault;
use model::quantity::thousandths;
use model::{ClusterName, ConsoleError, Level};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use workloads_contract::{Fit, Obstacle, Placement};

/// The longest text of what counts in a pod: each node is compared with all of it.
const LONGEST: usize = 64 << 10;

/// The kinds that Calico's pools have: what its API server serves is what its resources hold.
const POOLS: [&str; 2] = ["ippools.projectcalico.org", "ippools.crd.projectcalico.org"];
/// So many pools are told; whoever has more types.
const MOST_POOLS: usize = 100;

/// What is left of a resource, in thousandths.
type Room = i128;

/// What the pods of a node ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    pub cores: f64,
    pub bytes: f64,
    pub pods: u32,
}

#[async_trait]
impl Placement for ForCaller {
    async fn fit(&self, cluster: ClusterName, spec: Value) -> Result<Fit, ConsoleError> {
        let connected = self.cluster(&cluster).await?;
        let spec = what_counts(&spec)?;
        let nodes = self.readable(&connected, &built_in("nodes"), &[]).await?;
        // Only sums leave this function: whoever sees the nodes may know how full they are.
        let pods = connected.loaded(&built_in("pods")).await?;
        let taken = taken(&pods);
        let state = nodes.store.read();
        let mut fit = Fit::default();
        let mut counts: BTreeMap<Obstacle, u32> = BTreeMap::new();
        for row in state.rows() {
            let Some(node) = state.value(&row.uid) else { continue };
            fit.nodes += 1;
            match obstacle(&spec, &node, taken.get(&*row.name).copied().unwrap_or_default()) {
                None => fit.fitting += 1,
                Some(obstacle) => *counts.entry(obstacle).or_default() += 1,
            }
        }
        fit.obstacles = counts.into_iter().collect();
        fit.obstacles.sort_by_key(|(_, count)| Reverse(*count));
        Ok(fit)
    }

    async fn node_labels(&self, cluster: ClusterName) -> Result<BTreeMap<String, Vec<String>>, ConsoleError> {
        let connected = self.cluster(&cluster).await?;
        let nodes = self.readable(&connected, &built_in("nodes"), &[]).await?;
        let state = nodes.store.read();
        Ok(node_labels::told(state.rows().map(|row| &row.labels)))
    }

    async fn address_pools(&self, cluster: ClusterName) -> Result<Vec<String>, ConsoleError> {
        let connected = self.cluster(&cluster).await?;
        let discovery = connected.discovery().await?;
        let is_seen = |slug: &&str| {
            discovery.find(slug).is_some_and(|served| self.glance_at(&connected, served).is_some())
        };
        let Some(slug) = POOLS.into_iter().find(is_seen) else { return Ok(Vec::new()) };
        let pools = self.readable(&connected, &built_in(slug), &[]).await?;
        let state = pools.store.read();
        Ok(state.rows().take(MOST_POOLS).map(|row| row.name.to_string()).collect())
    }
}

/// What the pods of each node ask for, by the node's name. Pods that have ended ask for nothing.
fn taken(pods: &Store) -> HashMap<String, Taken> {
    let mut taken: HashMap<String, Taken> = HashMap::new();
    each_pod(pods, |node, cores, bytes| taken.entry(node.to_owned()).or_default().add(cores, bytes));
    taken
}

/// What the pods of one node ask for.
pub(crate) fn taken_on(pods: &Store, name: &str) -> Taken {
    let mut taken = Taken::default();
    each_pod(pods, |node, cores, bytes| {
        if node == name {
            taken.add(cores, bytes);
        }
    });
    taken
}

impl Taken {
    fn add(&mut self, cores: f64, bytes: f64) {
        self.cores += cores;
        self.bytes += bytes;
        self.pods += 1;
    }
}

/// Calls back with the node of each pod that has one and has not ended, and with the cores and bytes that it asks for.
fn each_pod(pods: &Store, mut call: impl FnMut(&str, f64, f64)) {
    let columns = &pods.served().kind.columns;
    let place = |id: &str| columns.iter().position(|column| column.id == id);
    let (node, cpu, memory) = (place("node"), place("cpu_requests"), place("memory_requests"));
    let state = pods.read();
    for row in state.rows().filter(|row| state.level(row) != Some(Level::Finished)) {
        let field = |at: Option<usize>| row.fields.get(at?);
        let amount = |at: Option<usize>| match field(at) {
            Some(Field::Quantity(amount, _)) => *amount,
            _ => 0.0,
        };
        if let Some(node) = field(node).and_then(name_in) {
            call(node, amount(cpu), amount(memory));
        }
    }
}

fn name_in(field: &Field) -> Option<&str> {
    match field {
        Field::Object(reference) => Some(&reference.name),
        Field::Text(name) => Some(name),
        _ => None,
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Of a pod, what a node is chosen by.
fn what_counts(spec: &Value) -> Result<Value, ConsoleError> {
    let containers = |part: &str| -> Value {
        let of =
            |each: &Value| json!({"resources": each["resources"], "restartPolicy": each["restartPolicy"]});
        list(&spec[part]).map(of).collect()
    };
    let counts = json!({
        "affinity": {"nodeAffinity": spec["affinity"]["nodeAffinity"]},
        "nodeSelector": spec["nodeSelector"], "tolerations": spec["tolerations"],
        "containers": containers("containers"), "initContainers": containers("initContainers"),
    });
    if counts.to_string().len() > LONGEST {
        return Err(ConsoleError::refused("spec", ActFault::ManyConditions(LONGEST >> 10)));
    }
    Ok(counts)
}

/// What keeps a pod from a node, if anything does.
fn obstacle(spec: &Value, node: &Value, taken: Taken) -> Option<Obstacle> {
    let cordon = json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"});
    if node["spec"]["unschedulable"] == true && !tolerates(spec, &cordon) {
        return Some(Obstacle::Cordoned);
    }
    let keeps_away = |taint: &&Value| text(taint, "effect") != "PreferNoSchedule" && !tolerates(spec, taint);
    if let Some(taint) = list(&node["spec"]["taints"]).find(keeps_away) {
        let (key, value, effect) = (text(taint, "key"), text(taint, "value"), text(taint, "effect"));
        let equals = if value.is_empty() { "" } else { "=" };
        return Some(Obstacle::Taint { taint: format!("{key}{equals}{value}:{effect}") });
    }
    if !is_wanted(spec, node) {
        return Some(Obstacle::Labels);
    }
    short(spec, node, taken)
}

/// Whether a pod may stay where a taint is.
pub(crate) fn tolerates(spec: &Value, taint: &Value) -> bool {
    list(&spec["tolerations"]).any(|toleration| {
        let is_same = |key: &str| text(toleration, key) == text(taint, key);
        let names_key = text(toleration, "key").is_empty() && text(toleration, "operator") == "Exists";
        let fits_effect = text(toleration, "effect").is_empty() || is_same("effect");
        let fits_value = text(toleration, "operator") == "Exists" || is_same("value");
        (names_key || is_same("key")) && fits_effect && fits_value
    })
}

/// Whether the node's labels are those that the pod requires.
fn is_wanted(spec: &Value, node: &Value) -> bool {
    let label = |key: &str| node["metadata"]["labels"][key].as_str();
    let mut selector = spec["nodeSelector"].as_object().into_iter().flatten();
    if !selector.all(|(key, value)| label(key) == value.as_str()) {
        return false;
    }
    let required = &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let terms = &required["nodeSelectorTerms"];
    if required.is_null() {
        return true;
    }
    let name = |key: &str| if key == "metadata.name" { node["metadata"]["name"].as_str() } else { None };
    list(terms).any(|term| {
        let (labels, fields) = (&term["matchExpressions"], &term["matchFields"]);
        // A term that says nothing selects nothing.
        (list(labels).count() + list(fields).count() > 0)
            && list(labels).all(|expression| holds(expression, label(text(expression, "key"))))
            && list(fields).all(|expression| holds(expression, name(text(expression, "key"))))
    })
}

fn holds(expression: &Value, value: Option<&str>) -> bool {
    let is_named = || list(&expression["values"]).any(|wanted| wanted.as_str() == value);
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let bound = number(list(&expression["values"]).next().and_then(Value::as_str));
    match text(expression, "operator") {
        "In" => value.is_some() && is_named(),
        "NotIn" => value.is_none() || !is_named(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => number(value).zip(bound).is_some_and(|(value, bound)| value > bound),
        "Lt" => number(value).zip(bound).is_some_and(|(value, bound)| value < bound),
        _ => false,
    }
}

fn short(spec: &Value, node: &Value, taken: Taken) -> Option<Obstacle> {
    let allocatable = |resource: &str| -> Room {
        node["status"]["allocatable"][resource].as_str().and_then(thousandths).unwrap_or_default()
    };
    if allocatable("pods") < (Room::from(taken.pods) + 1) * 1_000 {
        return Some(Obstacle::Full);
    }
    let mut wanted: Vec<String> = Vec::new();
    for part in ["containers", "initContainers"] {
        for container in list(&spec[part]) {
            let named = ["requests", "limits"].into_iter();
            let all = named.filter_map(|kind| container["resources"][kind].as_object()).flatten();
            wanted.extend(all.map(|(name, _)| name.clone()));
        }
    }
    wanted.sort();
    wanted.dedup();
    let is_short = |resource: &String| {
        let taken = match resource.as_str() {
            "cpu" => taken.cores,
            "memory" => taken.bytes,
            // What others take of it is not known here; what the node has is.
            _ => 0.0,
        };
        requested(spec, resource) > allocatable(resource) - (taken * 1_000.0) as Room
    };
    wanted.into_iter().find(is_short).map(|resource| Obstacle::Short { resource })
}

/// A quantity, which may be written as a text or as a number.
fn amount(value: &Value) -> Option<Room> {
    match value {
        Value::String(text) => thousandths(text),
        Value::Number(number) => thousandths(&number.to_string()),
        _ => None,
    }
}

/// What a pod asks for: its containers together with those that stay beside them, or one that runs before them, beside those
/// that stay, if that asks for more.
fn requested(spec: &Value, resource: &str) -> Room {
    let of = |container: &Value| {
        let amount = |kind: &str| amount(&container["resources"][kind][resource]);
        amount("requests").or_else(|| amount("limits")).unwrap_or_default()
    };
    let (mut beside, mut most): (Room, Room) = (0, 0);
    for container in list(&spec["initContainers"]) {
        let with = beside + of(container);
        if text(container, "restartPolicy") == "Always" {
            beside = with;
        } else {
            most = with.max(most);
        }
    }
    list(&spec["containers"]).map(of).sum::<Room>().saturating_add(beside).max(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> Value {
        json!({
            "metadata": {"name": "pier-1", "labels": {"zone": "a", "cores": "8"}},
            "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "3"}},
        })
    }

    fn asking(cpu: &str) -> Value {
        json!({"containers": [{"resources": {"requests": {"cpu": cpu}}}]})
    }

    fn against(spec: &Value, node: &Value) -> Option<Obstacle> {
        obstacle(spec, node, Taken { cores: 1.0, bytes: 0.0, pods: 1 })
    }

    #[test]
    fn there_must_be_room() {
        let short = |resource: &str| Some(Obstacle::Short { resource: resource.into() });

        assert_eq!(against(&asking("3"), &node()), None);
        assert_eq!(against(&asking("3001m"), &node()), short("cpu"));
        let number = json!({"containers": [{"resources": {"requests": {"cpu": 4}}}]});
        assert_eq!(against(&number, &node()), short("cpu"), "a number is a quantity too");
        let mut first = asking("1");
        first["initContainers"] = json!([{"resources": {"limits": {"memory": "9Gi"}}}]);
        assert_eq!(
            against(&first, &node()),
            short("memory"),
            "what runs first counts, and limits are requests too"
        );
        let mut beside = asking("2900m");
        beside["initContainers"] =
            json!([{"restartPolicy": "Always", "resources": {"requests": {"cpu": "101m"}}}]);
        assert_eq!(against(&beside, &node()), short("cpu"), "what stays counts with the others");
        let devices = json!({"containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}]});
        assert_eq!(against(&devices, &node()), short("nvidia.com/gpu"));
        assert_eq!(
            obstacle(&json!({}), &node(), Taken { pods: 3, ..Taken::default() }),
            Some(Obstacle::Full)
        );
    }

    #[test]
    fn no_node_is_compared_with_more_than_a_pod_may_ask_for() {
        let long = "x".repeat(LONGEST);
        let with = |part: &str, value: Value| {
            let mut spec = asking("1");
            spec[part] = value;
            what_counts(&spec)
        };

        assert!(with("tolerations", json!([{"key": long}])).is_err());
        let kept = with("volumes", json!([{"name": long}])).expect("volumes do not count here");
        assert_eq!(against(&kept, &node()), None, "what does not matter here may be as long as it is");
        assert_eq!(requested(&kept, "cpu"), 1_000);
    }

    #[test]
    fn cordons_and_taints_are_tolerated_or_keep_away() {
        let mut node = node();
        node["spec"] = json!({"taints": [
            {"key": "soft", "effect": "PreferNoSchedule"},
            {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
        ]});
        let with = |tolerations: Value| json!({"tolerations": tolerations});

        assert_eq!(against(&json!({}), &node), Some(Obstacle::Taint { taint: "gpu=yes:NoSchedule".into() }));
        for tolerated in [
            json!([{"operator": "Exists"}]),
            json!([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]),
            json!([{"key": "gpu", "value": "yes"}]),
        ] {
            assert_eq!(against(&with(tolerated.clone()), &node), None, "{tolerated}");
        }
        for other in [
            json!([{"key": "gpu", "value": "no"}]),
            json!([{"key": "gpu", "operator": "Exists", "effect": "NoExecute"}]),
        ] {
            assert!(against(&with(other), &node).is_some());
        }
        node["spec"] = json!({"unschedulable": true});
        assert_eq!(against(&json!({}), &node), Some(Obstacle::Cordoned));
        assert_eq!(against(&with(json!([{"operator": "Exists"}])), &node), None);
    }

    #[test]
    fn labels_are_required_by_selector_and_by_affinity() {
        let requiring = |terms: Value| {
            let required = json!({"nodeSelectorTerms": terms});
            json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}})
        };
        let term = |key: &str, operator: &str, values: &[&str]| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});

        assert_eq!(against(&json!({"nodeSelector": {"zone": "a"}}), &node()), None);
        assert_eq!(against(&json!({"nodeSelector": {"zone": "b"}}), &node()), Some(Obstacle::Labels));
        for (holds, expression) in [
            (true, term("zone", "In", &["b", "a"])),
            (false, term("zone", "NotIn", &["a"])),
            (true, term("other", "NotIn", &["a"])),
            (true, term("zone", "Exists", &[])),
            (false, term("zone", "DoesNotExist", &[])),
            (true, term("cores", "Gt", &["7"])),
            (false, term("cores", "Lt", &["8"])),
            (false, json!({})),
            (
                true,
                json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["pier-1"]}]}),
            ),
        ] {
            assert_eq!(against(&requiring(json!([expression])), &node()).is_none(), holds, "{expression}");
        }
        let either = requiring(json!([term("zone", "In", &["b"]), term("cores", "Exists", &[])]));
        assert_eq!(against(&either, &node()), None, "one of several terms is enough");
        assert_eq!(against(&requiring(json!([])), &node()), Some(Obstacle::Labels));
    }
}
