//! The pods of the last days, with what they wrote. Those that were there before the present ones are made up as metrics
//! make them up, so both tell of the same.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::kubelet::logs::Run;
use crate::monitoring::facts::{Container, Pod};
use crate::objects::{array, hash, text};
use crate::site::Site;

/// More pods than the worlds have; beyond that the memory is dropped and filled again.
const KNOWN: usize = 4_000;

/// A pod, from its beginning to its end.
pub struct Life {
    pub pod: Arc<Pod>,
    pub runs: Vec<Written>,
}

/// One run of one of its containers.
pub struct Written {
    pub container: String,
    pub run: Run,
    pub started: i64,
    pub ended: Option<i64>,
    /// By which its lines are told from those of others.
    pub seed: u64,
    /// What each of its lines says about where it comes from.
    pub place: Value,
}

type Known = HashMap<String, (u64, i64, Arc<Vec<Arc<Life>>>)>;

/// The pods of the last days.
pub struct Lives {
    site: Site,
    known: Mutex<Known>,
}

impl Lives {
    pub fn of(site: &Site) -> Self {
        Self { site: site.clone(), known: Mutex::default() }
    }

    /// The pods of a span; none is older than `oldest`.
    pub fn during(&self, from: i64, to: i64, oldest: i64) -> Vec<Arc<Life>> {
        let day = oldest.div_euclid(86_400_000);
        let mut lives = Vec::new();
        for object in self.site.cluster.list("pods", None) {
            let known = self.known.lock().get(object.uid()).cloned();
            let all = match known {
                Some((version, since, all)) if version == object.resource_version() && since == day => all,
                _ => {
                    let all = Arc::new(self.all(&self.site.parse(&object), day * 86_400_000));
                    let mut known = self.known.lock();
                    if known.len() >= KNOWN {
                        known.clear();
                    }
                    known.insert(object.uid().to_owned(), (object.resource_version(), day, Arc::clone(&all)));
                    all
                }
            };
            lives.extend(all.iter().filter(|life| life.pod.overlaps(from, to)).cloned());
        }
        lives
    }

    /// A pod and those that did the same before it.
    fn all(&self, object: &Value, oldest: i64) -> Vec<Arc<Life>> {
        let present = Arc::new(Pod::of(object, &self.site.images));
        let before = present.predecessors(oldest);
        let is_present = |pod: &Pod| pod.uid == present.uid;
        let all = std::iter::once(Arc::clone(&present)).chain(before);
        all.map(|pod| Arc::new(self.life(object, is_present(&pod), pod))).collect()
    }

    fn life(&self, object: &Value, is_present: bool, pod: Arc<Pod>) -> Life {
        let mut written = Vec::new();
        // Nothing went wrong with those before, whatever their image does now.
        let behaviour = json!({ "playground.orrery.dev/behaviour": "healthy" });
        let other = json!({
            "metadata": { "name": pod.name, "uid": pod.uid, "annotations": behaviour }, "spec": object["spec"],
        });
        let specs = array(object, "/spec/containers").iter().chain(array(object, "/spec/initContainers"));
        let specs: Vec<&Value> = specs.collect();
        for container in &pod.containers {
            let Some(spec) = specs.iter().find(|spec| text(spec, "/name") == container.name) else {
                continue;
            };
            for (started, ended) in &container.runs {
                let moment = |at: i64| Timestamp::from_millisecond(at).unwrap_or_default();
                let writer = if is_present { object } else { &other };
                written.push(Written {
                    container: container.name.clone(),
                    run: Run::new(&self.site.images, writer, spec, moment(*started), ended.map(moment)),
                    started: *started,
                    ended: *ended,
                    seed: hash(format!("{}{}{started}", pod.uid, container.name).as_bytes()),
                    place: place(&pod, container),
                });
            }
        }
        Life { pod, runs: written }
    }
}

/// As Fluent Bit's kubernetes filter writes it.
fn place(pod: &Pod, container: &Container) -> Value {
    let labels: HashMap<&str, &str> =
        pod.labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    json!({
        "pod_name": pod.name, "namespace_name": pod.namespace, "pod_id": pod.uid, "host": pod.node,
        "container_name": container.name, "container_image": container.image,
        "docker_id": container.id.trim_start_matches("containerd://"), "labels": labels,
    })
}
