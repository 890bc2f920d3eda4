//! Containers, as cAdvisor in the kubelet sees them.

use std::sync::Arc;

use playground_promql::NAME;
use serde_json::Value;

use super::kubelet::Kubelets;
use super::{Ask, Family};
use crate::kubelet::usage::Used;
use crate::monitoring::facts::{Container, Pod};
use crate::monitoring::inventory::Inventory;
use crate::monitoring::load::Load;
use crate::monitoring::series::{Curve, Rows};
use crate::objects::hash;

pub static FAMILIES: &[Family] = &[
    Family::counter(
        "container_cpu_usage_seconds_total",
        "Cumulative cpu time consumed in seconds.",
        |ask, rows| {
            each(ask, rows, &[("cpu", "total")], |one| one.counter(1.0));
        },
    ),
    Family::counter(
        "container_cpu_user_seconds_total",
        "Cumulative user cpu time consumed in seconds.",
        |ask, rows| {
            each(ask, rows, &[], |one| one.counter(0.81));
        },
    ),
    Family::counter(
        "container_cpu_system_seconds_total",
        "Cumulative system cpu time consumed in seconds.",
        |ask, rows| {
            each(ask, rows, &[], |one| one.counter(0.19));
        },
    ),
    Family::counter(
        "container_cpu_cfs_periods_total",
        "Number of elapsed enforcement period intervals.",
        |ask, rows| {
            each(ask, rows, &[], Part::periods);
        },
    ),
    Family::counter(
        "container_cpu_cfs_throttled_periods_total",
        "Number of throttled period intervals.",
        |ask, rows| {
            each(ask, rows, &[], Part::throttled);
        },
    ),
    Family::gauge(
        "container_memory_working_set_bytes",
        "Current working set of the container in bytes.",
        |ask, rows| {
            each(ask, rows, &[], |one| one.memory(1.0, 0.0));
        },
    ),
    Family::gauge("container_memory_rss", "Size of RSS in bytes.", |ask, rows| {
        each(ask, rows, &[], |one| one.memory(0.88, 0.0));
    }),
    Family::gauge(
        "container_memory_usage_bytes",
        "Current memory usage in bytes, including all memory regardless of when it was accessed.",
        |ask, rows| {
            each(ask, rows, &[], |one| one.memory(1.0, 0.34));
        },
    ),
    Family::gauge("container_memory_cache", "Number of bytes of page cache memory.", |ask, rows| {
        each(ask, rows, &[], |one| one.memory(0.08, 0.34));
    }),
    Family::gauge("container_spec_memory_limit_bytes", "Memory limit for the container.", |ask, rows| {
        each(ask, rows, &[], |one| one.constant(|container| container.memory_limit));
    }),
    Family::gauge("container_spec_cpu_quota", "CPU quota of the container.", |ask, rows| {
        each(ask, rows, &[], |one| one.constant(|container| container.cpu_limit * 100_000.0));
    }),
    Family::gauge("container_spec_cpu_period", "CPU period of the container.", |ask, rows| {
        each(ask, rows, &[], |one| one.constant(|_| 100_000.0));
    }),
    Family::gauge(
        "container_start_time_seconds",
        "Start time of the container since unix epoch in seconds.",
        |ask, rows| {
            each(ask, rows, &[], Part::started);
        },
    ),
    Family::gauge("container_last_seen", "Last time a container was seen by the exporter.", |ask, rows| {
        each(ask, rows, &[], Part::seen);
    }),
    Family::gauge("container_processes", "Number of processes running inside the container.", |ask, rows| {
        each(ask, rows, &[], |one| {
            one.constant(|container| 1.0 + (hash(container.image.as_bytes()) % 4) as f64)
        });
    }),
    Family::gauge("container_threads", "Number of threads running inside the container.", |ask, rows| {
        each(ask, rows, &[], |one| {
            one.constant(|container| 6.0 + (hash(container.image.as_bytes()) % 23) as f64)
        });
    }),
    Family::counter("container_fs_reads_bytes_total", "Cumulative count of bytes read.", |ask, rows| {
        each(ask, rows, &[("device", "/dev/vda")], |one| one.counter(210_000.0));
    }),
    Family::counter("container_fs_writes_bytes_total", "Cumulative count of bytes written.", |ask, rows| {
        each(ask, rows, &[("device", "/dev/vda")], |one| one.counter(690_000.0));
    }),
    Family::counter("container_fs_reads_total", "Cumulative count of reads completed.", |ask, rows| {
        each(ask, rows, &[("device", "/dev/vda")], |one| one.counter(12.0));
    }),
    Family::counter("container_fs_writes_total", "Cumulative count of writes completed.", |ask, rows| {
        each(ask, rows, &[("device", "/dev/vda")], |one| one.counter(41.0));
    }),
    Family::gauge(
        "container_fs_usage_bytes",
        "Number of bytes that are consumed by the container on this filesystem.",
        |ask, rows| {
            each(ask, rows, &[("device", "/dev/vda")], |one| one.memory(0.3, 0.0));
        },
    ),
    Family::counter(
        "container_network_receive_bytes_total",
        "Cumulative count of bytes received.",
        |ask, rows| {
            network(ask, rows, 540_000.0);
        },
    ),
    Family::counter(
        "container_network_transmit_bytes_total",
        "Cumulative count of bytes transmitted.",
        |ask, rows| {
            network(ask, rows, 910_000.0);
        },
    ),
    Family::counter(
        "container_network_receive_packets_total",
        "Cumulative count of packets received.",
        |ask, rows| {
            network(ask, rows, 620.0);
        },
    ),
    Family::counter(
        "container_network_transmit_packets_total",
        "Cumulative count of packets transmitted.",
        |ask, rows| {
            network(ask, rows, 780.0);
        },
    ),
    Family::counter(
        "container_network_receive_packets_dropped_total",
        "Cumulative count of packets dropped while receiving.",
        |ask, rows| {
            network(ask, rows, 0.0);
        },
    ),
    Family::counter(
        "container_network_transmit_packets_dropped_total",
        "Cumulative count of packets dropped while transmitting.",
        |ask, rows| {
            network(ask, rows, 0.0);
        },
    ),
    Family::counter(
        "container_network_receive_errors_total",
        "Cumulative count of errors encountered while receiving.",
        |ask, rows| {
            network(ask, rows, 0.0);
        },
    ),
    Family::counter(
        "container_network_transmit_errors_total",
        "Cumulative count of errors encountered while transmitting.",
        |ask, rows| {
            network(ask, rows, 0.0);
        },
    ),
];

/// One container, or all of a pod's together.
struct Part {
    pod: Arc<Pod>,
    containers: Vec<(Container, Load)>,
    is_whole: bool,
}

impl Part {
    /// A curve over the run that a time lies in: none where nothing runs.
    fn running(
        self,
        value: impl Fn(&Container, &Load, i64, i64) -> f64 + Send + Sync + 'static,
    ) -> Option<Curve> {
        let pod = self.pod;
        let containers = self.containers;
        Some(Box::new(move |at| {
            if !pod.exists(at) {
                return None;
            }
            let each = containers.iter().filter_map(|(container, load)| {
                container.run_at(at).map(|started| value(container, load, at, started))
            });
            each.fold(None, |sum: Option<f64>, value| Some(sum.unwrap_or(0.0) + value))
        }))
    }

    /// So much for each second of a core. What the containers of a pod did before they were started again stays counted in
    /// the pod's control group.
    fn counter(self, factor: f64) -> Option<Curve> {
        if !self.is_whole {
            return self.running(move |_, load, at, started| factor * (load.total(at) - load.total(started)));
        }
        let Self { pod, containers, .. } = self;
        Some(Box::new(move |at| {
            let done = |(container, load): &(Container, Load)| {
                let runs = container.runs.iter().filter(|(started, _)| *started <= at);
                let done = runs.map(|(started, ended)| {
                    load.total(ended.map_or(at, |end| end.min(at))) - load.total(*started)
                });
                done.sum::<f64>()
            };
            let has_begun = containers
                .iter()
                .any(|(container, _)| container.runs.iter().any(|(started, _)| *started <= at));
            (pod.exists(at) && has_begun).then(|| factor * containers.iter().map(done).sum::<f64>())
        }))
    }

    fn memory(self, factor: f64, cache: f64) -> Option<Curve> {
        self.running(move |container, load, at, started| {
            let working = container.memory(at, started, load.alone);
            let cached = container.usual_memory() * cache * (1.0 - (-((at - started) as f64) / 3.6e6).exp());
            (working * factor + cached).floor()
        })
    }

    fn constant(self, value: fn(&Container) -> f64) -> Option<Curve> {
        self.running(move |container, _, _, _| value(container))
    }

    fn started(self) -> Option<Curve> {
        self.running(|_, _, _, started| (started / 1000) as f64)
    }

    fn seen(self) -> Option<Curve> {
        self.running(|_, _, at, _| (at / 1000) as f64)
    }

    /// A period is a tenth of a second; only containers with a limit have any.
    fn periods(self) -> Option<Curve> {
        self.limited(|_, _, at, started| ((at - started) as f64 / 100.0).floor())
    }

    /// The nearer the work is to the limit, the more periods end early.
    fn throttled(self) -> Option<Curve> {
        self.limited(|container, load, at, started| {
            let tightness = (load.average / container.cpu_limit).clamp(0.0, 1.0);
            ((load.total(at) - load.total(started)) / load.average.max(1e-9) * 10.0 * tightness.powi(3) * 0.6)
                .floor()
        })
    }

    fn limited(mut self, value: fn(&Container, &Load, i64, i64) -> f64) -> Option<Curve> {
        self.containers.retain(|(container, _)| container.cpu_limit > 0.0);
        if self.containers.is_empty() { None } else { self.running(value) }
    }
}

/// Makes the series of each container, and of each pod as a whole, which has no container and no image.
fn each(ask: &Ask, rows: &mut Rows, extra: &[(&str, &str)], curve: impl Fn(Part) -> Option<Curve>) {
    let kubelets = Kubelets::new(ask.inventory);
    let pods = ask.inventory.pods(rows);
    for pod in pods.during(rows, ask.from, ask.to) {
        let Some(via) = kubelets.of(&pod.node, "/metrics/cadvisor") else { continue };
        let workers = pods.workers(&pod);
        let slice = format!("/kubepods.slice/kubepods-pod{}.slice", pod.uid.replace('-', "_"));
        let ran = pod.containers.iter().filter(|container| !container.is_init && !container.runs.is_empty());
        let ran: Vec<&Container> = ran.collect();
        for container in &ran {
            let id = container.id.rsplit('/').next().unwrap_or_default();
            let path = format!("{slice}/cri-containerd-{id}.scope");
            let labels = [
                (NAME, ask.metric),
                ("namespace", &pod.namespace),
                ("pod", &pod.name),
                ("container", &container.name),
                ("image", &container.image),
                ("id", &path),
                ("name", id),
            ];
            let labels: Vec<(&str, &str)> = labels.iter().chain(extra).copied().collect();
            rows.add(&via.target, &labels, || {
                let load = pod.load(container, workers);
                let part = Part {
                    pod: pod.clone(),
                    containers: vec![((*container).clone(), load)],
                    is_whole: false,
                };
                via.seen(curve(part)?)
            });
        }
        if ran.is_empty() {
            continue;
        }
        let labels = [(NAME, ask.metric), ("namespace", &pod.namespace), ("pod", &pod.name), ("id", &slice)];
        let labels: Vec<(&str, &str)> = labels.iter().chain(extra).copied().collect();
        rows.add(&via.target, &labels, || {
            let containers = ran.iter().map(|container| ((*container).clone(), pod.load(container, workers)));
            let part = Part { pod: pod.clone(), containers: containers.collect(), is_whole: true };
            via.seen(curve(part)?)
        });
    }
}

/// A pod's network belongs to its sandbox. Pods in the network of their node have none of their own.
fn network(ask: &Ask, rows: &mut Rows, factor: f64) {
    let kubelets = Kubelets::new(ask.inventory);
    let pods = ask.inventory.pods(rows);
    for pod in pods.during(rows, ask.from, ask.to) {
        let Some(via) = kubelets.of(&pod.node, "/metrics/cadvisor") else { continue };
        if pod.host_network || pod.ip.is_empty() {
            continue;
        }
        let sandbox = format!("{:016x}{:016x}", hash(pod.uid.as_bytes()), hash(pod.name.as_bytes()));
        let path = format!(
            "/kubepods.slice/kubepods-pod{}.slice/cri-containerd-{sandbox}.scope",
            pod.uid.replace('-', "_")
        );
        let labels = [
            (NAME, ask.metric),
            ("namespace", &pod.namespace),
            ("pod", &pod.name),
            ("interface", "eth0"),
            ("image", "registry.k8s.io/pause:3.10"),
            ("id", &path),
            ("name", &sandbox),
        ];
        rows.add(&via.target, &labels, || {
            let workers = pods.workers(&pod);
            let loads: Vec<Load> = pod
                .containers
                .iter()
                .filter(|container| !container.is_init && !container.runs.is_empty())
                .map(|container| pod.load(container, workers))
                .collect();
            let start = pod.created;
            let pod = pod.clone();
            via.seen(Box::new(move |at| {
                let sent = |load: &Load| load.total(at) - load.total(start);
                pod.exists(at).then(|| (factor * loads.iter().map(sent).sum::<f64>()).floor())
            }))
        });
    }
}

/// What each running container of a pod uses at a time: the same as its series say.
pub fn pod_usage(inventory: &Inventory, pod: &Value, at: i64) -> Vec<Used> {
    let (pod, workers) = inventory.pod(pod);
    let running = pod.containers.iter().filter(|container| !container.is_init);
    running
        .filter_map(|container| {
            let started = container.run_at(at)?;
            let load = pod.load(container, workers);
            Some(Used::new(&container.name, load.speed(at), container.memory(at, started, load.alone)))
        })
        .collect()
}
