//! A harbour that has lived through its past, as its Prometheus sees it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::{Cluster, ClusterSettings};
use playground_promql::{Answer, Engine, Labels, MatchOp, Matcher, MemorySeries, NAME, Query, Range};
use tokio_util::sync::CancellationToken;

use super::families;
use super::source::Measured;
use super::{Inventory, node_usage, pod_usage};
use crate::clock::Clock;
use crate::controllers;
use crate::images::Images;
use crate::objects::{is_condition_true, name, text};
use crate::site::Site;
use crate::world::worlds;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The first world with its past behind it. It stands still: between two questions nothing happens that would make their
/// answers differ.
async fn harbour() -> Inventory {
    let cluster = Cluster::new(ClusterSettings::default());
    let clock = Clock::catching_up(1.0, Duration::from_secs(900));
    worlds()[0].fill(&cluster, clock.now()).unwrap();
    let site = Site::new(cluster, clock, Arc::new(Images::built_in()));
    let stop = CancellationToken::new();
    let living = tokio::spawn(controllers::run(controllers::all("CA"), site.clone(), stop.clone()));
    while site.clock.is_catching_up() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    living.await.unwrap();
    Inventory::of(&site)
}

fn range(inventory: &Inventory, expression: &str, range: Range) -> Vec<MemorySeries> {
    let query = Query::parse(expression).unwrap();
    Engine::default().range(&Measured(inventory.clone()), &query, range).unwrap()
}

fn now(inventory: &Inventory, expression: &str) -> BTreeMap<Labels, f64> {
    let query = Query::parse(expression).unwrap();
    match Engine::default().instant(&Measured(inventory.clone()), &query, inventory.now()).unwrap() {
        Answer::Vector(rows) => rows.into_iter().map(|(labels, sample)| (labels, sample.value)).collect(),
        other => panic!("no vector: {other:?}"),
    }
}

fn one(inventory: &Inventory, expression: &str) -> f64 {
    let rows = now(inventory, expression);
    assert_eq!(rows.len(), 1, "{expression}: {rows:?}");
    rows.into_values().next().unwrap()
}

/// Everything in one test: a harbour takes seconds to make.
#[tokio::test(flavor = "multi_thread")]
async fn a_harbour_is_measured_as_it_is() {
    let inventory = harbour().await;

    every_metric_is_shown(&inventory);
    counters_only_grow(&inventory);
    every_hour_of_the_past_has_data(&inventory);
    sums_agree(&inventory);
    what_goes_wrong_shows(&inventory);
    what_is_measured_now_is_what_series_say(&inventory);
    servers_and_quotas_are_in_proportion(&inventory);
    a_lost_node_leaves_a_gap(&inventory);
    the_future_is_not_known(&inventory);
}

fn every_metric_is_shown(inventory: &Inventory) {
    // Nothing of the kind is in the harbour at every moment.
    let rare = [
        "kube_node_role",
        "kube_pod_init_container_info",
        "kube_job_failed",
        "kube_job_complete",
        "scheduler_pending_pods",
    ];
    let end = inventory.now();
    for metadata in families::metadata() {
        let ends: &[&str] = if metadata.kind == "histogram" { &["_bucket", "_count", "_sum"] } else { &[""] };
        for end_of_name in ends {
            let metric = format!("{}{end_of_name}", metadata.metric);
            let matcher = Matcher::new(MatchOp::Equal, NAME, &metric);
            let series = families::select(inventory, &[matcher], end - HOUR, end);
            let names: HashSet<&Labels> = series.iter().map(|one| one.labels()).collect();

            assert!(!series.is_empty() || rare.contains(&metric.as_str()), "{metric}");
            assert_eq!(names.len(), series.len(), "two series of {metric} have the same labels");
        }
    }
}

fn counters_only_grow(inventory: &Inventory) {
    let end = inventory.now();
    for metadata in families::metadata().iter().filter(|one| one.kind == "counter") {
        let resets = range(
            inventory,
            &format!("sum(resets({}[10m])) / count(count_over_time({0}[10m]))", metadata.metric),
            Range { start: end - 5 * DAY, end: end - 4 * DAY, step: 6 * HOUR },
        );
        let resets: f64 = resets.iter().flat_map(|row| &row.samples).map(|sample| sample.value).sum();

        assert!(resets < 1.0, "{}: {resets}", metadata.metric);
    }
    let of_pods =
        now(inventory, "resets(container_cpu_usage_seconds_total{container=\"\",image=\"\"}[6h]) > 0");
    assert!(of_pods.is_empty(), "what a pod has used became less: {of_pods:?}");
}

fn every_hour_of_the_past_has_data(inventory: &Inventory) {
    let end = inventory.now();
    for expression in [
        "sum(rate(container_cpu_usage_seconds_total{container!=\"\"}[5m]))",
        "sum(container_memory_working_set_bytes{namespace=\"shop\",container!=\"\"})",
        "sum(rate(node_network_receive_bytes_total[5m]))",
        "sum(kube_pod_info)",
        "histogram_quantile(0.9, sum by (le) (rate(apiserver_request_duration_seconds_bucket[5m])))",
        "sum(rate(nginx_ingress_controller_requests[5m]))",
    ] {
        let rows = range(inventory, expression, Range { start: end - 7 * DAY, end, step: 6 * HOUR });
        let values: Vec<f64> = rows.iter().flat_map(|row| &row.samples).map(|sample| sample.value).collect();

        // The only control plane may have been away at one of these times.
        assert!((27..=29).contains(&values.len()), "{expression}: {values:?}");
        assert!(values.iter().all(|value| *value > 0.0), "{expression}: {values:?}");
    }
    let traffic = "sum(rate(nginx_ingress_controller_requests[10m]))";
    let day = range(inventory, traffic, Range { start: end - DAY, end, step: HOUR / 2 });
    let values: Vec<f64> = day[0].samples.iter().map(|sample| sample.value).collect();
    let (least, most) =
        values.iter().fold((f64::MAX, 0.0f64), |(least, most), value| (least.min(*value), most.max(*value)));
    assert!(most > 3.0 * least, "a day without a night: {values:?}");
}

fn sums_agree(inventory: &Inventory) {
    pods_use_what_their_containers_use(inventory);
    let containers = one(inventory, "sum(rate(container_cpu_usage_seconds_total{container!=\"\"}[10m]))");
    let nodes = one(inventory, "sum(rate(node_cpu_seconds_total{mode!=\"idle\"}[10m]))");
    let all = now(
        inventory,
        "sum by (instance, cpu) (rate(node_cpu_seconds_total[10m])) and on(instance) (up{job=\"node-exporter\"} == 1)",
    );

    assert!((0.7..1.9).contains(&(nodes / containers)), "{nodes} {containers}");
    assert!(all.values().all(|seconds| (seconds - 1.0).abs() < 1e-6), "{all:?}");
    assert!(now(inventory, "container_memory_working_set_bytes{container!=\"\"} > on(namespace, pod, container) (container_spec_memory_limit_bytes{container!=\"\"} > 0)").is_empty());
    assert!(now(inventory, "node_memory_MemAvailable_bytes > node_memory_MemTotal_bytes").is_empty());
    assert!(now(inventory, "kubelet_volume_stats_used_bytes + kubelet_volume_stats_available_bytes != kubelet_volume_stats_capacity_bytes").is_empty());
}

/// Only pods that ran through the whole window: the rate of a series that begins or ends within it is an estimate.
fn pods_use_what_their_containers_use(inventory: &Inventory) {
    let steady = "min by (namespace, pod) (time() - container_start_time_seconds{container!=\"\"}) > 900 and \
                  sum by (namespace, pod) (changes(kube_pod_container_status_restarts_total[15m])) == 0";
    let rate = |which: &str| {
        let used = format!("rate(container_cpu_usage_seconds_total{{{which}}}[10m])");
        now(inventory, &format!("sum by (namespace, pod) ({used}) and ({steady})"))
    };
    let (pods, containers) = (rate("container=\"\",image=\"\""), rate("container!=\"\""));

    assert!(pods.len() > 20, "{pods:?}");
    assert!(pods.keys().eq(containers.keys()), "{pods:?} {containers:?}");
    for (pod, used) in &pods {
        let parts = containers[pod];
        assert!((used - parts).abs() <= 1e-6 * parts, "{pod:?}: {used} is not {parts}");
    }
}

fn what_goes_wrong_shows(inventory: &Inventory) {
    assert!(
        !now(
            inventory,
            "max_over_time(kube_pod_container_status_waiting_reason{reason=\"CrashLoopBackOff\"}[5m]) > 0"
        )
        .is_empty()
    );
    assert!(!now(inventory, "changes(kube_pod_container_status_restarts_total[15m]) > 0").is_empty());
    let crowded = now(inventory, "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.8");
    assert_eq!(crowded.len(), 1, "{crowded:?}");
    let climbing = "max by (pod) (max_over_time(container_memory_working_set_bytes{container!=\"\"}[10m]) / on(namespace, pod, container) container_spec_memory_limit_bytes) > 0.9";
    assert!(!now(inventory, climbing).is_empty());
    assert!(!now(inventory, "up == 0").is_empty());
}

fn what_is_measured_now_is_what_series_say(inventory: &Inventory) {
    let at = inventory.now();
    let pods = inventory.site().list("pods", "shop");
    // The oldest: the autoscaler may have made others in this minute.
    let pod = pods
        .iter()
        .filter(|pod| name(pod).starts_with("storefront") && is_condition_true(pod, "Ready"))
        .min_by_key(|pod| text(pod, "/metadata/creationTimestamp").to_owned())
        .unwrap();
    let used: f64 = pod_usage(inventory, pod, at).iter().map(crate::kubelet::usage::Used::cores).sum();
    let series =
        format!("sum(rate(container_cpu_usage_seconds_total{{pod=\"{}\",container!=\"\"}}[1m]))", name(pod));

    assert!((0.5..2.0).contains(&(used / one(inventory, &series))), "{used}");

    let node = inventory.site().get("nodes", "", "harbour-worker-1").unwrap();
    let memory = node_usage(inventory, &node, at).memory_bytes as f64;
    let address = text(&node, "/status/addresses/0/address").to_owned();
    let series = format!(
        "sum(node_memory_MemTotal_bytes{{instance=~\"{address}:.*\"}} - node_memory_MemAvailable_bytes)"
    );
    assert!((memory / one(inventory, &series) - 1.0).abs() < 0.05, "{memory}");
}

fn servers_and_quotas_are_in_proportion(inventory: &Inventory) {
    let average = |metric: &str| {
        one(inventory, &format!("sum(rate({metric}_sum[10m])) / sum(rate({metric}_count[10m]))"))
    };
    let (log, database) = (
        average("etcd_disk_wal_fsync_duration_seconds"),
        average("etcd_disk_backend_commit_duration_seconds"),
    );
    assert!((0.0005..0.02).contains(&log) && (log..0.05).contains(&database), "{log} s, {database} s");

    let calls = one(inventory, "sum(rate(grpc_server_started_total{grpc_service=~\"etcdserverpb.+\"}[10m]))");
    let failed = one(
        inventory,
        "sum(rate(grpc_server_handled_total{grpc_code!=\"OK\",grpc_service=~\"etcdserverpb.+\"}[10m]))",
    );
    assert!(calls > 10.0 && failed < 0.01 * calls, "{failed} of {calls}");

    for minutes in ["1", "5", "15"] {
        let load = format!("sum(node_load{minutes}) / count(node_cpu_seconds_total{{mode=\"idle\"}})");
        assert!((0.01..4.0).contains(&one(inventory, &load)), "{load}");
    }
    assert!(one(inventory, "count(max by (namespace) (kube_namespace_created))") > 3.0);
    let quotas = now(
        inventory,
        "min by (namespace) (kube_resourcequota{resource=~\"count/pods|pods\",type=\"hard\"})",
    );
    assert!(!quotas.is_empty() && quotas.values().all(|pods| *pods >= 1.0), "{quotas:?}");
}

fn a_lost_node_leaves_a_gap(inventory: &Inventory) {
    let end = inventory.now();
    let up = range(
        inventory,
        "count(node_boot_time_seconds)",
        Range { start: end - 25 * DAY, end: end - DAY, step: 300_000 },
    );
    let counts: HashSet<u64> = up[0].samples.iter().map(|sample| sample.value as u64).collect();

    assert!(counts.len() > 1, "no node was ever away: {counts:?}");
    let lost = now(inventory, "kube_node_status_condition{condition=\"Ready\",status=\"unknown\"} == 1");
    let silent = now(inventory, "up{job=\"kubelet\",metrics_path=\"/metrics\"} == 0");
    assert_eq!(lost.len(), silent.len());
}

fn the_future_is_not_known(inventory: &Inventory) {
    let later = inventory.now() + HOUR;
    let rows = range(inventory, "up", Range { start: later, end: later + HOUR, step: 60_000 });

    assert!(rows.is_empty());
}
