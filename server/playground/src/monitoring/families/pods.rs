//! Pods, as kube-state-metrics tells of them.

use std::sync::Arc;

use super::state::{Show, State, label_name, or_none};
use super::{Ask, Family};
use crate::monitoring::facts::{Container, Pod};
use crate::monitoring::series::Rows;

pub static FAMILIES: &[Family] = &[
    Family::gauge("kube_pod_info", "Information about pod.", |ask, rows| {
        each(ask, rows, |pod, add| {
            let network = pod.host_network.to_string();
            let labels = [
                ("node", pod.node.as_str()),
                ("host_ip", &pod.host_ip),
                ("pod_ip", &pod.ip),
                ("created_by_kind", or_none(&pod.owner_kind)),
                ("created_by_name", or_none(&pod.owner_name)),
                ("priority_class", &pod.priority_class),
                ("host_network", &network),
            ];
            add(&labels, 1.0.into());
        });
    }),
    Family::gauge("kube_pod_owner", "Information about the Pod's owner.", |ask, rows| {
        each(ask, rows, |pod, add| {
            let is_controller = if pod.owner_kind.is_empty() { "<none>" } else { "true" };
            let (kind, name) = (or_none(&pod.owner_kind), or_none(&pod.owner_name));
            add(
                &[("owner_kind", kind), ("owner_name", name), ("owner_is_controller", is_controller)],
                1.0.into(),
            );
        });
    }),
    Family::gauge("kube_pod_labels", "Kubernetes labels converted to Prometheus labels.", |ask, rows| {
        each(ask, rows, |pod, add| {
            let named = pod.labels.iter().map(|(name, value)| (label_name(name), value.as_str()));
            let named: Vec<(String, &str)> = named.collect();
            let labels: Vec<(&str, &str)> =
                named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            add(&labels, 1.0.into());
        });
    }),
    Family::gauge("kube_pod_created", "Unix creation timestamp.", |ask, rows| {
        each(ask, rows, |pod, add| add(&[], ((pod.created / 1000) as f64).into()));
    }),
    Family::gauge("kube_pod_start_time", "Start time in unix timestamp for a pod.", |ask, rows| {
        each(ask, rows, |pod, add| {
            if pod.is_scheduled {
                add(&[], ((pod.created / 1000) as f64).into());
            }
        });
    }),
    Family::gauge("kube_pod_status_phase", "The pods current phase.", |ask, rows| {
        one_of(ask, rows, "phase", &["Pending", "Running", "Succeeded", "Failed", "Unknown"], |pod| {
            &pod.phase
        });
    }),
    Family::gauge("kube_pod_status_reason", "The pod status reasons.", |ask, rows| {
        let reasons = ["Evicted", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError"];
        one_of(ask, rows, "reason", &reasons, |pod| &pod.reason);
    }),
    Family::gauge("kube_pod_status_qos_class", "The pods current qosClass.", |ask, rows| {
        one_of(ask, rows, "qos_class", &["BestEffort", "Burstable", "Guaranteed"], |pod| &pod.qos);
    }),
    Family::gauge(
        "kube_pod_status_ready",
        "Describes whether the pod is ready to serve requests.",
        |ask, rows| {
            one_of(ask, rows, "condition", &["true", "false", "unknown"], |pod| truth(pod.is_ready));
        },
    ),
    Family::gauge(
        "kube_pod_status_scheduled",
        "Describes the status of the scheduling process for the pod.",
        |ask, rows| {
            one_of(ask, rows, "condition", &["true", "false", "unknown"], |pod| truth(pod.is_scheduled));
        },
    ),
    Family::gauge(
        "kube_pod_spec_volumes_persistentvolumeclaims_info",
        "Information about persistentvolumeclaim volumes in a pod.",
        |ask, rows| {
            each(ask, rows, |pod, add| {
                for (volume, claim) in &pod.claims {
                    add(&[("volume", volume), ("persistentvolumeclaim", claim)], 1.0.into());
                }
            });
        },
    ),
    Family::gauge("kube_pod_container_info", "Information about a container in a pod.", |ask, rows| {
        containers(ask, rows, |container, add| {
            let labels = [
                ("image", container.image.as_str()),
                ("image_id", &container.image_id),
                ("container_id", &container.id),
            ];
            add(&labels, 1.0.into());
        });
    }),
    Family::gauge(
        "kube_pod_container_resource_requests",
        "The number of requested request resource by a container.",
        |ask, rows| {
            amounts(ask, rows, |container| (container.cpu_request, container.memory_request));
        },
    ),
    Family::gauge(
        "kube_pod_container_resource_limits",
        "The number of requested limit resource by a container.",
        |ask, rows| {
            amounts(ask, rows, |container| (container.cpu_limit, container.memory_limit));
        },
    ),
    Family::gauge(
        "kube_pod_container_status_ready",
        "Describes whether the containers readiness check succeeded.",
        |ask, rows| {
            containers(ask, rows, |container, add| add(&[], container.is_ready.into()));
        },
    ),
    Family::gauge(
        "kube_pod_container_status_running",
        "Describes whether the container is currently in running state.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                let container = container.clone();
                add(&[], Show::changing(move |at| Some(f64::from(u8::from(container.run_at(at).is_some())))));
            });
        },
    ),
    Family::counter(
        "kube_pod_container_status_restarts_total",
        "The number of container restarts per container.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                let container = container.clone();
                add(&[], Show::changing(move |at| Some(container.restarts_at(at))));
            });
        },
    ),
    Family::gauge(
        "kube_pod_container_status_waiting",
        "Describes whether the container is currently in waiting state.",
        |ask, rows| {
            containers(ask, rows, |container, add| add(&[], (!container.waiting.is_empty()).into()));
        },
    ),
    Family::gauge(
        "kube_pod_container_status_waiting_reason",
        "Describes the reason the container is currently in waiting state.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                let container = container.clone();
                let Some(reason) = usual_wait(&container) else { return };
                // While it fails again and again it waits between its runs; now and then it is seen running.
                let waits = move |at: i64| container.run_at(at).is_none().then_some(1.0);
                add(&[("reason", &reason)], Show::changing(waits));
            });
        },
    ),
    Family::gauge(
        "kube_pod_container_status_terminated",
        "Describes whether the container is currently in terminated state.",
        |ask, rows| {
            containers(ask, rows, |container, add| add(&[], (!container.terminated.is_empty()).into()));
        },
    ),
    Family::gauge(
        "kube_pod_container_status_terminated_reason",
        "Describes the reason the container is currently in terminated state.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                if !container.terminated.is_empty() {
                    add(&[("reason", &container.terminated)], 1.0.into());
                }
            });
        },
    ),
    Family::gauge(
        "kube_pod_container_status_last_terminated_reason",
        "Describes the last reason the container was in terminated state.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                if !container.last_terminated.is_empty() {
                    add(&[("reason", &container.last_terminated)], 1.0.into());
                }
            });
        },
    ),
    Family::gauge(
        "kube_pod_container_status_last_terminated_exitcode",
        "Describes the exit code for the last container in terminated state.",
        |ask, rows| {
            containers(ask, rows, |container, add| {
                if let Some(code) = container.last_exit_code {
                    add(&[], (code as f64).into());
                }
            });
        },
    ),
    Family::gauge(
        "kube_pod_init_container_info",
        "Information about an init container in a pod.",
        |ask, rows| {
            of_containers(ask, rows, true, |container, add| add(&[("image", &container.image)], 1.0.into()));
        },
    ),
];

type Add<'a> = dyn FnMut(&[(&str, &str)], Show) + 'a;

/// Why a container waits between its runs, if it does.
fn usual_wait(container: &Container) -> Option<String> {
    if !container.waiting.is_empty() {
        return Some(container.waiting.clone());
    }
    (container.restarts > 1).then(|| "CrashLoopBackOff".to_owned())
}

fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

/// The pods of the span; those before the ones of now were all well.
fn each(ask: &Ask, rows: &mut Rows, tell: impl Fn(&Arc<Pod>, &mut Add)) {
    let pods = ask.inventory.pods(rows).during(rows, ask.from, ask.to);
    let mut state = State::new(ask, rows);
    for pod in pods {
        let names = [("namespace", pod.namespace.as_str()), ("pod", &pod.name), ("uid", &pod.uid)];
        let mut add = |labels: &[(&str, &str)], show: Show| {
            let labels: Vec<(&str, &str)> = names.iter().chain(labels).copied().collect();
            let of = pod.clone();
            state.add(&labels, show, move |at| of.exists(at));
        };
        tell(&pod, &mut add);
    }
}

fn one_of<'a>(
    ask: &Ask,
    rows: &mut Rows,
    label: &str,
    values: &[&str],
    actual: impl for<'p> Fn(&'p Pod) -> &'p str + 'a,
) {
    each(ask, rows, |pod, add| {
        for value in values {
            add(&[(label, value)], (actual(pod) == *value).into());
        }
    });
}

fn containers(ask: &Ask, rows: &mut Rows, tell: impl Fn(&Container, &mut Add)) {
    of_containers(ask, rows, false, tell);
}

fn of_containers(ask: &Ask, rows: &mut Rows, is_init: bool, tell: impl Fn(&Container, &mut Add)) {
    each(ask, rows, |pod, add| {
        for container in pod.containers.iter().filter(|container| container.is_init == is_init) {
            let mut add = |labels: &[(&str, &str)], show: Show| {
                let own = [("container", container.name.as_str())];
                let labels: Vec<(&str, &str)> = own.iter().chain(labels).copied().collect();
                add(&labels, show);
            };
            tell(container, &mut add);
        }
    });
}

/// A series for each resource of which there is some.
fn amounts(ask: &Ask, rows: &mut Rows, amounts: fn(&Container) -> (f64, f64)) {
    each(ask, rows, |pod, add| {
        for container in pod.containers.iter().filter(|container| !container.is_init) {
            let (cores, bytes) = amounts(container);
            for (resource, unit, amount) in [("cpu", "core", cores), ("memory", "byte", bytes)] {
                if amount > 0.0 {
                    let labels = [
                        ("container", container.name.as_str()),
                        ("node", &pod.node),
                        ("resource", resource),
                        ("unit", unit),
                    ];
                    add(&labels, amount.into());
                }
            }
        }
    });
}
