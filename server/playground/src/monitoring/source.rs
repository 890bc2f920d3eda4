//! Puts Prometheus and Alertmanager behind their services.

use std::sync::Arc;

use parking_lot::Mutex;
use playground_prometheus::{DAYS_KEPT, Group, Metadata, Monitoring, Source, Target};
use playground_promql::{Labels, Matcher, Series, Storage};
use tracing::warn;

use super::families;
use super::inventory::Inventory;
use crate::objects::{label, name, namespace};
use crate::site::Site;

/// Where the rules are kept.
const RULES: &str = "prometheusrules.monitoring.coreos.com";

/// Lets what stands behind the cluster's services answer: Prometheus and Alertmanager in `monitoring`.
pub fn behind_services(site: &Site) {
    let inventory = Inventory::of(site);
    let world = Arc::new(World {
        name: site.cluster.settings().name.clone(),
        started: inventory.now(),
        inventory,
        rules: Mutex::default(),
    });
    let monitoring = Monitoring::new(world);
    site.cluster.answer_behind("monitoring", "prometheus-k8s", 9090, monitoring.prometheus);
    site.cluster.answer_behind("monitoring", "alertmanager-main", 9093, monitoring.alertmanager);
}

/// One cluster as its Prometheus sees it.
struct World {
    name: String,
    inventory: Inventory,
    started: i64,
    /// The rules, and the version of the objects they were read from.
    rules: Mutex<(Vec<u64>, Arc<Vec<Group>>)>,
}

impl Source for World {
    fn now(&self) -> i64 {
        self.inventory.now()
    }

    fn started(&self) -> i64 {
        self.started
    }

    fn oldest(&self) -> i64 {
        self.inventory.now() - 2 * 3_600_000
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(Measured(self.inventory.clone()))
    }

    fn metadata(&self) -> Vec<Metadata> {
        families::metadata()
    }

    fn targets(&self) -> Vec<Target> {
        let now = self.inventory.now();
        let target = |scraped: families::Scraped| {
            let labels = Labels::new(scraped.target.labels_of());
            let discovered = [
                ("__address__", scraped.target.instance.as_str()),
                ("__meta_kubernetes_namespace", &scraped.target.namespace),
                ("__meta_kubernetes_pod_name", &scraped.target.pod),
            ];
            Target {
                discovered: Labels::new(discovered),
                labels,
                pool: format!("serviceMonitor/monitoring/{}/0", scraped.target.job),
                error: if scraped.is_up(now) {
                    String::new()
                } else {
                    format!("Get \"{}\": context deadline exceeded", scraped.url)
                },
                url: scraped.url.clone(),
                last_scrape: scraped.last(now),
                seconds: scraped.seconds(now),
            }
        };
        families::targets(&self.inventory).into_iter().map(target).collect()
    }

    fn rules(&self) -> Vec<Group> {
        let objects = self.inventory.site().cluster.list(RULES, None);
        let versions: Vec<u64> = objects.iter().map(|object| object.resource_version()).collect();
        let mut known = self.rules.lock();
        if known.0 != versions {
            let mut groups = Vec::new();
            for object in objects.iter().map(|object| self.inventory.site().parse(object)) {
                if label(&object, "prometheus") == "ignored" {
                    continue;
                }
                match Group::of_object(&object) {
                    Ok(read) => groups.extend(read),
                    Err(problem) => {
                        let rules = format!("{}/{}", namespace(&object), name(&object));
                        warn!(%problem, "The rules {rules} cannot be used");
                    }
                }
            }
            *known = (versions, Arc::new(groups));
        }
        known.1.to_vec()
    }

    fn configuration(&self) -> String {
        format!(
            "global:\n  scrape_interval: {0}s\n  scrape_timeout: 10s\n  evaluation_interval: 30s\n  \
             external_labels:\n    cluster: {1}\n    prometheus: monitoring/k8s\nalerting:\n  alertmanagers:\n  \
             - scheme: http\n    path_prefix: /\n    api_version: v2\n    static_configs:\n    - targets:\n      \
             - alertmanager-main.monitoring.svc:9093\nrule_files:\n\
             - /etc/prometheus/rules/prometheus-k8s-rulefiles-0/*.yaml\nstorage:\n  tsdb:\n    \
             out_of_order_time_window: 0s\n# Samples are kept for {DAYS_KEPT} days.\n",
            playground_prometheus::SCRAPE_SECONDS,
            self.name,
        )
    }

    fn external_labels(&self) -> Labels {
        Labels::new([("cluster", self.name.as_str()), ("prometheus", "monitoring/k8s")])
    }
}

/// The series of a cluster.
pub(super) struct Measured(pub(super) Inventory);

impl Storage for Measured {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Vec<Arc<dyn Series>> {
        let now = self.0.now();
        // Nothing is known of the future, or of what has been forgotten.
        let oldest = now - DAYS_KEPT * 86_400_000;
        if from > now || to < oldest {
            return Vec::new();
        }
        families::select(&self.0, matchers, from.max(oldest), to.min(now))
    }
}
