//! The cluster's objects as far as metrics need them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use playground_kubernetes::Object;
use serde_json::Value;

use super::facts::{Node, Pod};
use super::series::Rows;
use crate::site::Site;

/// More pods than the largest cluster has; beyond that the memory is dropped and filled again.
const KNOWN_PODS: usize = 250_000;

/// Kinds without a namespace.
const CLUSTER_WIDE: [&str; 3] = ["namespaces", "persistentvolumes", "storageclasses.storage.k8s.io"];

/// Pods by uid, each with the version its facts are of.
pub type KnownPods = Arc<Mutex<HashMap<String, (u64, Arc<Pod>)>>>;

/// One cluster, as metrics see it.
#[derive(Clone)]
pub struct Inventory {
    site: Site,
}

impl Inventory {
    pub fn of(site: &Site) -> Self {
        Self { site: site.clone() }
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The pods that can be asked for, as far as the labels `namespace` and `pod` tell. Others are not even parsed.
    pub fn pods(&self, rows: &Rows) -> Pods {
        let objects = match (rows.only("namespace"), rows.only("pod")) {
            (None, Some(pod)) => self.beside(pod),
            (namespace, _) => self.site.cluster.list("pods", namespace),
        };
        let in_namespace =
            objects.iter().filter(|object| rows.can_be("namespace", object.namespace().unwrap_or_default()));
        let facts: Vec<Arc<Pod>> = in_namespace.map(|object| self.facts(object)).collect();
        let mut workers: HashMap<String, f64> = HashMap::new();
        for pod in facts.iter().filter(|pod| pod.is_ready) {
            *workers.entry(pod.owner_uid.clone()).or_default() += 1.0;
        }
        Pods { facts, workers }
    }

    /// The pods of the namespaces in which there is one of this name, or all: it may be one of those that were there
    /// before, whose names are not known until they are made.
    fn beside(&self, pod: &str) -> Vec<Arc<Object>> {
        let all = self.site.cluster.list("pods", None);
        let is_there: HashSet<Option<&str>> =
            all.iter().filter(|object| object.name() == pod).map(|object| object.namespace()).collect();
        if is_there.is_empty() {
            return all;
        }
        all.iter().filter(|object| is_there.contains(&object.namespace())).cloned().collect()
    }

    /// The pods of some namespaces.
    pub fn pods_of(&self, namespaces: &[&str]) -> Vec<Arc<Pod>> {
        let lists = namespaces.iter().flat_map(|namespace| self.site.cluster.list("pods", Some(namespace)));
        lists.map(|object| self.facts(&object)).collect()
    }

    /// One pod with those that share its work.
    pub fn pod(&self, object: &Value) -> (Arc<Pod>, f64) {
        let pod = Arc::new(Pod::of(object, &self.site.images));
        let others = self.site.cluster.list("pods", Some(&pod.namespace));
        let shares = |other: &Pod| other.is_ready && other.owner_uid == pod.owner_uid;
        let workers = others.iter().filter(|other| shares(&self.facts(other))).count();
        (pod, workers.max(1) as f64)
    }

    fn facts(&self, object: &Object) -> Arc<Pod> {
        let mut known = self.site.known_pods.lock();
        if let Some((version, pod)) = known.get(object.uid())
            && *version == object.resource_version()
        {
            return pod.clone();
        }
        let pod = Arc::new(Pod::of(&object.parse(), &self.site.images));
        if known.len() >= KNOWN_PODS {
            known.clear();
        }
        known.insert(object.uid().to_owned(), (object.resource_version(), pod.clone()));
        pod
    }

    /// All nodes.
    pub fn nodes(&self) -> Vec<Arc<Node>> {
        self.site.list_all("nodes").iter().map(|node| Arc::new(Node::of(node))).collect()
    }

    /// The objects of a kind, where the label `namespace` allows them.
    pub fn objects(&self, kind: &str, rows: &Rows) -> Vec<Arc<Value>> {
        let is_namespaced = !CLUSTER_WIDE.contains(&kind);
        let objects = self.site.cluster.list(kind, rows.only("namespace").filter(|_| is_namespaced));
        let wanted = objects
            .iter()
            .filter(|object| object.namespace().is_none_or(|namespace| rows.can_be("namespace", namespace)));
        wanted.map(|object| self.site.parse(object)).collect()
    }

    /// The present, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.site.clock.now().as_millisecond()
    }
}

/// Pods, and how many share the work of each owner.
pub struct Pods {
    facts: Vec<Arc<Pod>>,
    workers: HashMap<String, f64>,
}

impl Pods {
    /// The pods of now.
    pub fn present(&self) -> &[Arc<Pod>] {
        &self.facts
    }

    /// The pods of a span, those of now and those before them, if the label `pod` allows them.
    pub fn during(&self, rows: &Rows, from: i64, to: i64) -> Vec<Arc<Pod>> {
        let mut pods = Vec::new();
        for pod in &self.facts {
            if pod.overlaps(from, to) {
                pods.push(pod.clone());
            }
            if pod.created > from {
                pods.extend(pod.predecessors(from).into_iter().filter(|before| before.overlaps(from, to)));
            }
        }
        pods.retain(|pod| rows.can_be("pod", &pod.name));
        pods
    }

    /// How many ready pods share the work of this one.
    pub fn workers(&self, pod: &Pod) -> f64 {
        self.workers.get(&pod.owner_uid).copied().unwrap_or(1.0).max(1.0)
    }
}
