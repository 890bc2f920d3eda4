//! What metering asks: how much each hour came to.
//!
//! Counters are asked for their increase over the hour, each series by itself, and added up afterwards: a sum of counters
//! jumps whenever a pod goes. Gauges are looked at every five minutes, which is as far as PromQL looks back: what was there
//! for ten minutes of an hour counts for two of its twelve points, however often it was scraped. The range is a second short
//! of the hour, so that whoever counts both its ends and whoever counts one find twelve points. Everything is measured pod by
//! pod and then added up, so parts make their whole whatever the rows are.

use crate::Measure;

/// By what the amounts of pods are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SharedOut {
    /// By their namespaces.
    Projects,
    /// By the nodes on which they ran. Storage is on none of them.
    Nodes,
    /// By what owns them; claims stand by themselves.
    Owners,
    /// Not at all: each with what owns it. Claims are used by no pod alone.
    Pods,
}

impl SharedOut {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Projects, Self::Nodes, Self::Owners, Self::Pods];
}

/// How many points of an hour are looked at.
pub const POINTS_PER_HOUR: u32 = 12;

const CPU_USED: &str = r#"sum by (namespace, pod) (increase(container_cpu_usage_seconds_total{container!="",container!="POD"}[1h])) / 3600"#;
const MEMORY_USED: &str = r#"sum by (namespace, pod) (sum_over_time(container_memory_working_set_bytes{container!="",container!="POD"}[59m59s:5m])) / 12"#;
const CPU_REQUESTED: &str = r#"sum by (namespace, pod) (sum_over_time((max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1))[59m59s:5m])) / 12"#;
const MEMORY_REQUESTED: &str = r#"sum by (namespace, pod) (sum_over_time((max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="memory"}) * on (namespace, pod) group_left () max by (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1))[59m59s:5m])) / 12"#;
const STORAGE: &str = "max by (namespace, persistentvolumeclaim) (sum_over_time(kube_persistentvolumeclaim_resource_requests_storage_bytes[59m59s:5m])) / 12";
const RECEIVED: &str =
    r#"sum by (namespace, pod) (increase(container_network_receive_bytes_total{pod!=""}[1h]))"#;
const SENT: &str =
    r#"sum by (namespace, pod) (increase(container_network_transmit_bytes_total{pod!=""}[1h]))"#;
/// Pods that share their machine's network, whose traffic is the machine's.
const ON_HOST_NETWORK: &str =
    r#"max by (namespace, pod) (max_over_time(kube_pod_info{host_network="true"}[1h]))"#;
/// Pods that were measured; whatever nothing is known of beyond that is not lost by what follows.
const MEASURED: &str = r#"group by (namespace, pod) (max_over_time(container_cpu_usage_seconds_total{container!="",container!="POD"}[1h]))"#;
/// A pod's machine. Where a name moved to another one within the hour, it counts for the one where it was seen more often.
/// One that had none all the hour is on none, and still counts.
const NODE: &str = r#"topk by (namespace, pod) (1, sum by (namespace, pod, node) (count_over_time(kube_pod_info{node!=""}[1h]))) > bool 0 or on (namespace, pod) group by (namespace, pod) (max_over_time(kube_pod_info[1h]))"#;
const OWNER: &str = r#"topk by (namespace, pod) (1, sum by (namespace, pod, owner_kind, owner_name) (count_over_time(kube_pod_owner{owner_is_controller!="false"}[1h]))) > bool 0"#;

/// Who owns replica sets and jobs, of a day.
pub const SET_OWNERS: &str = r#"group by (namespace, replicaset, owner_name) (max_over_time(kube_replicaset_owner{owner_kind="Deployment"}[1d]))"#;
/// Who owns jobs, of a day.
pub const JOB_OWNERS: &str =
    r#"group by (namespace, job_name, owner_name) (max_over_time(kube_job_owner{owner_kind="CronJob"}[1d]))"#;

/// At how many points of the hour usage was measured: by series that no namespace has, then by all.
pub const COVERED_USAGE: &[&str] = &[
    "count_over_time(group(machine_cpu_cores)[59m59s:5m])",
    "count_over_time(group(container_cpu_usage_seconds_total)[59m59s:5m])",
];
/// At how many points of the hour objects were known.
pub const COVERED_OBJECTS: &[&str] = &["count_over_time(group(kube_node_info)[59m59s:5m])"];

/// The expressions that give how much there was in the hour before each point, the best first: cores or bytes for an hour,
/// or bytes. None, where nothing of the kind is shared out so.
pub fn metered(measure: Measure, by: SharedOut) -> Vec<String> {
    if measure == Measure::Storage {
        let expression = match by {
            SharedOut::Projects => format!("sum by (namespace) ({STORAGE})"),
            SharedOut::Nodes => format!("sum({STORAGE})"),
            SharedOut::Owners => format!("sum by (persistentvolumeclaim) ({STORAGE})"),
            SharedOut::Pods => return Vec::new(),
        };
        return vec![expression];
    }
    of_pods(measure).into_iter().map(|expression| shared_out(&expression, by)).collect()
}

/// Amounts of each pod.
fn of_pods(measure: Measure) -> Vec<String> {
    let without_host_network = |traffic: &str| {
        vec![format!("{traffic} unless on (namespace, pod) {ON_HOST_NETWORK}"), traffic.to_owned()]
    };
    match measure {
        Measure::CpuUsed => vec![CPU_USED.to_owned()],
        Measure::CpuRequested => vec![CPU_REQUESTED.to_owned()],
        Measure::CpuBilled => larger(CPU_USED, CPU_REQUESTED),
        Measure::MemoryUsed => vec![MEMORY_USED.to_owned()],
        Measure::MemoryRequested => vec![MEMORY_REQUESTED.to_owned()],
        Measure::MemoryBilled => larger(MEMORY_USED, MEMORY_REQUESTED),
        Measure::Storage => vec![STORAGE.to_owned()],
        Measure::Received => without_host_network(RECEIVED),
        Measure::Sent => without_host_network(SENT),
    }
}

/// The larger of what a pod used and what it had asked for; where only one of them is measured, that one. The label keeps
/// them apart until the larger is taken, so that each is asked for once.
fn larger(used: &str, requested: &str) -> Vec<String> {
    let both = format!(
        r#"max by (namespace, pod) (label_replace({used}, "of", "used", "", "") or label_replace({requested}, "of", "requested", "", ""))"#
    );
    vec![both, used.to_owned(), requested.to_owned()]
}

fn shared_out(expression: &str, by: SharedOut) -> String {
    let (kept, labels, holder) = match by {
        SharedOut::Projects => return format!("sum by (namespace) ({expression})"),
        SharedOut::Nodes => ("node", "node", NODE),
        SharedOut::Owners => ("owner_kind, owner_name", "owner_kind, owner_name", OWNER),
        SharedOut::Pods => ("owner_kind, owner_name, pod", "owner_kind, owner_name", OWNER),
    };
    format!(
        "sum by ({kept}) (({expression}) * on (namespace, pod) group_left ({labels}) (({holder}) or on (namespace, pod) {MEASURED}))"
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn every_expression_can_be_read() {
        for by in SharedOut::ALL {
            for measure in Measure::ALL {
                for expression in metered(measure, by) {
                    let read = promql_parser::parser::parse(&expression);
                    assert!(read.is_ok(), "{expression}: {read:?}");
                }
            }
        }
        for expression in [SET_OWNERS, JOB_OWNERS].iter().chain(COVERED_USAGE).chain(COVERED_OBJECTS) {
            promql_parser::parser::parse(expression).unwrap();
        }
    }

    #[test]
    fn no_counter_is_added_up_before_its_increase() {
        for by in SharedOut::ALL {
            for measure in [Measure::CpuUsed, Measure::Received, Measure::Sent] {
                for expression in metered(measure, by) {
                    assert!(
                        !expression.contains("increase(sum") && !expression.contains("irate"),
                        "{expression}"
                    );
                }
            }
        }
    }
}
