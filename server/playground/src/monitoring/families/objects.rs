//! Nodes, namespaces, services and the like, as kube-state-metrics tells of them.

use std::sync::Arc;

use serde_json::Value;

use super::state::{Show, State, label_name, or_none};
use super::{Ask, Family};
use crate::monitoring::facts::Node;
use crate::monitoring::series::Rows;
use crate::objects::{array, name, namespace, text, texts, time_at};
use crate::quantity;

/// One series per object with its labels.
macro_rules! labels {
    ($metric:literal, $kind:literal, $label:literal) => {
        Family::gauge($metric, "Kubernetes labels converted to Prometheus labels.", |ask, rows| {
            each(ask, rows, $kind, $label, |object, add| {
                let named: Vec<(String, &str)> = texts(object, "/metadata/labels")
                    .map(|(name, value)| (label_name(name), value))
                    .collect();
                let labels: Vec<(&str, &str)> =
                    named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                add(&labels, 1.0.into());
            });
        })
    };
}

/// One series per object.
macro_rules! info {
    ($metric:literal, $help:literal, $kind:literal, $label:literal) => {
        Family::gauge($metric, $help, |ask, rows| {
            each(ask, rows, $kind, $label, |_, add| add(&[], 1.0.into()));
        })
    };
}

pub static FAMILIES: &[Family] = &[
    Family::gauge("kube_node_info", "Information about a cluster node.", |ask, rows| {
        nodes(ask, rows, |node, add| {
            let info = |key: &str| node.info[key].as_str().unwrap_or_default();
            let labels = [
                ("kernel_version", info("kernelVersion")),
                ("os_image", info("osImage")),
                ("container_runtime_version", info("containerRuntimeVersion")),
                ("kubelet_version", info("kubeletVersion")),
                ("internal_ip", node.address.as_str()),
                ("system_uuid", info("systemUUID")),
            ];
            add(&labels, 1.0.into());
        });
    }),
    Family::gauge("kube_node_created", "Unix creation timestamp.", |ask, rows| {
        nodes(ask, rows, |node, add| add(&[], ((node.created / 1000) as f64).into()));
    }),
    Family::gauge("kube_node_labels", "Kubernetes labels converted to Prometheus labels.", |ask, rows| {
        nodes(ask, rows, |node, add| {
            let named: Vec<(String, &str)> =
                node.labels.iter().map(|(name, value)| (label_name(name), value.as_str())).collect();
            let labels: Vec<(&str, &str)> =
                named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            add(&labels, 1.0.into());
        });
    }),
    Family::gauge("kube_node_role", "The role of a cluster node.", |ask, rows| {
        nodes(ask, rows, |node, add| {
            let roles =
                node.labels.iter().filter_map(|(name, _)| name.strip_prefix("node-role.kubernetes.io/"));
            for role in roles.filter(|role| !role.is_empty()) {
                add(&[("role", role)], 1.0.into());
            }
        });
    }),
    Family::gauge("kube_node_spec_taint", "The taint of a cluster node.", |ask, rows| {
        nodes(ask, rows, |node, add| {
            for (key, value, effect) in &node.taints {
                let (since, is_condition) = (node.ready_since, key.starts_with("node.kubernetes.io/"));
                // Such taints follow conditions, which have not always been so.
                let show = Show::changing(move |at| (!is_condition || at >= since).then_some(1.0));
                add(&[("key", key), ("value", value), ("effect", effect)], show);
            }
        });
    }),
    Family::gauge("kube_node_spec_unschedulable", "Whether a node can schedule new pods.", |ask, rows| {
        nodes(ask, rows, |node, add| add(&[], node.is_unschedulable.into()));
    }),
    Family::gauge("kube_node_status_condition", "The condition of a cluster node.", conditions),
    Family::gauge(
        "kube_node_status_capacity",
        "The capacity for different resources of a node.",
        |ask, rows| {
            nodes(ask, rows, |node, add| amounts(add, node.cores, node.memory, node.storage, node.pods));
        },
    ),
    Family::gauge(
        "kube_node_status_allocatable",
        "The allocatable for different resources of a node that are available for scheduling.",
        |ask, rows| {
            nodes(ask, rows, |node, add| {
                amounts(
                    add,
                    node.allocatable_cores,
                    node.allocatable_memory,
                    node.allocatable_storage,
                    node.pods,
                );
            });
        },
    ),
    labels!("kube_namespace_labels", "namespaces", "namespace"),
    Family::gauge("kube_namespace_created", "Unix creation timestamp.", |ask, rows| {
        each(ask, rows, "namespaces", "namespace", |object, add| add(&[], created(object).into()));
    }),
    Family::gauge("kube_namespace_status_phase", "kubernetes namespace status phase.", |ask, rows| {
        each(ask, rows, "namespaces", "namespace", |object, add| {
            for phase in ["Active", "Terminating"] {
                add(&[("phase", phase)], (text(object, "/status/phase") == phase).into());
            }
        });
    }),
    labels!("kube_service_labels", "services", "service"),
    Family::gauge("kube_service_info", "Information about service.", |ask, rows| {
        each(ask, rows, "services", "service", |object, add| {
            add(&[("cluster_ip", text(object, "/spec/clusterIP"))], 1.0.into());
        });
    }),
    Family::gauge("kube_service_spec_type", "Type about service.", |ask, rows| {
        each(ask, rows, "services", "service", |object, add| {
            add(&[("type", text(object, "/spec/type"))], 1.0.into());
        });
    }),
    labels!("kube_endpoint_labels", "endpoints", "endpoint"),
    labels!("kube_ingress_labels", "ingresses.networking.k8s.io", "ingress"),
    info!("kube_ingress_info", "Information about ingress.", "ingresses.networking.k8s.io", "ingress"),
    info!("kube_configmap_info", "Information about configmap.", "configmaps", "configmap"),
    info!("kube_secret_info", "Information about secret.", "secrets", "secret"),
    Family::gauge("kube_resourcequota", "Information about resource quota.", |ask, rows| {
        each(ask, rows, "resourcequotas", "resourcequota", |quota, add| {
            for (kind, pointer) in [("hard", "/status/hard"), ("used", "/status/used")] {
                for (resource, amount) in
                    quota.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
                {
                    add(&[("type", kind), ("resource", resource)], quantity::of(amount).into());
                }
            }
        });
    }),
    Family::gauge(
        "kube_persistentvolumeclaim_info",
        "Information about persistent volume claim.",
        |ask, rows| {
            each(ask, rows, "persistentvolumeclaims", "persistentvolumeclaim", |claim, add| {
                let class = or_none(text(claim, "/spec/storageClassName"));
                add(&[("storageclass", class), ("volumename", text(claim, "/spec/volumeName"))], 1.0.into());
            });
        },
    ),
    Family::gauge(
        "kube_persistentvolumeclaim_status_phase",
        "The phase the persistent volume claim is currently in.",
        |ask, rows| {
            each(ask, rows, "persistentvolumeclaims", "persistentvolumeclaim", |claim, add| {
                for phase in ["Bound", "Lost", "Pending"] {
                    add(&[("phase", phase)], (text(claim, "/status/phase") == phase).into());
                }
            });
        },
    ),
    Family::gauge(
        "kube_persistentvolumeclaim_resource_requests_storage_bytes",
        "The capacity of storage requested by the persistent volume claim.",
        |ask, rows| {
            each(ask, rows, "persistentvolumeclaims", "persistentvolumeclaim", |claim, add| {
                let size = claim.pointer("/spec/resources/requests/storage").map_or(0.0, quantity::of);
                add(&[], size.into());
            });
        },
    ),
    Family::gauge(
        "kube_persistentvolumeclaim_access_mode",
        "The access mode(s) specified by the persistent volume claim.",
        |ask, rows| {
            each(ask, rows, "persistentvolumeclaims", "persistentvolumeclaim", |claim, add| {
                for mode in array(claim, "/spec/accessModes").iter().filter_map(Value::as_str) {
                    add(&[("access_mode", mode)], 1.0.into());
                }
            });
        },
    ),
    labels!("kube_persistentvolumeclaim_labels", "persistentvolumeclaims", "persistentvolumeclaim"),
    labels!("kube_persistentvolume_labels", "persistentvolumes", "persistentvolume"),
    Family::gauge(
        "kube_persistentvolume_status_phase",
        "The phase indicates if a volume is available, bound to a claim, or released by a claim.",
        |ask, rows| {
            each(ask, rows, "persistentvolumes", "persistentvolume", |volume, add| {
                for phase in ["Pending", "Available", "Bound", "Released", "Failed"] {
                    add(&[("phase", phase)], (text(volume, "/status/phase") == phase).into());
                }
            });
        },
    ),
    Family::gauge(
        "kube_persistentvolume_capacity_bytes",
        "Persistentvolume capacity in bytes.",
        |ask, rows| {
            each(ask, rows, "persistentvolumes", "persistentvolume", |volume, add| {
                add(&[], volume.pointer("/spec/capacity/storage").map_or(0.0, quantity::of).into());
            });
        },
    ),
    Family::gauge("kube_storageclass_info", "Information about storageclass.", |ask, rows| {
        each(ask, rows, "storageclasses.storage.k8s.io", "storageclass", |class, add| {
            add(&[("provisioner", text(class, "/provisioner"))], 1.0.into());
        });
    }),
];

type Add<'a> = dyn FnMut(&[(&str, &str)], Show) + 'a;

fn created(object: &Value) -> f64 {
    time_at(object, "/metadata/creationTimestamp").map_or(0.0, |time| time.as_second() as f64)
}

fn each(ask: &Ask, rows: &mut Rows, kind: &str, label: &str, tell: impl Fn(&Value, &mut Add)) {
    let objects = ask.inventory.objects(kind, rows);
    let mut state = State::new(ask, rows);
    for object in objects {
        let born = (created(&object) * 1000.0) as i64;
        // The label that names a namespace is `namespace` itself.
        let mut names = vec![(label, name(&object))];
        if label != "namespace" && !namespace(&object).is_empty() {
            names.push(("namespace", namespace(&object)));
        }
        let mut add = |labels: &[(&str, &str)], show: Show| {
            let labels: Vec<(&str, &str)> = names.iter().chain(labels).copied().collect();
            state.add(&labels, show, move |at| at >= born);
        };
        tell(&object, &mut add);
    }
}

fn nodes(ask: &Ask, rows: &mut Rows, tell: impl Fn(&Arc<Node>, &mut Add)) {
    let nodes = ask.inventory.nodes();
    let mut state = State::new(ask, rows);
    for node in nodes {
        let mut add = |labels: &[(&str, &str)], show: Show| {
            let names = [("node", node.name.as_str())];
            let labels: Vec<(&str, &str)> = names.iter().chain(labels).copied().collect();
            let created = node.created;
            state.add(&labels, show, move |at| at >= created);
        };
        tell(&node, &mut add);
    }
}

/// A node that was away is unknown from forty seconds later on.
fn conditions(ask: &Ask, rows: &mut Rows) {
    nodes(ask, rows, |node, add| {
        for (kind, actual, since) in &node.conditions {
            for status in ["true", "false", "unknown"] {
                let (node, since) = (node.clone(), *since);
                let now = f64::from(u8::from(actual == status));
                let usual = if kind == "Ready" { "true" } else { "false" };
                let before = f64::from(u8::from(status == usual));
                let silent = f64::from(u8::from(status == "unknown"));
                let show = Show::changing(move |at| {
                    Some(if at >= since {
                        now
                    } else if node.is_up(at - 40_000) {
                        before
                    } else {
                        silent
                    })
                });
                add(&[("condition", kind), ("status", status)], show);
            }
        }
    });
}

fn amounts(add: &mut Add, cores: f64, memory: f64, storage: f64, pods: f64) {
    for (resource, unit, amount) in [
        ("cpu", "core", cores),
        ("memory", "byte", memory),
        ("ephemeral_storage", "byte", storage),
        ("pods", "integer", pods),
    ] {
        add(&[("resource", resource), ("unit", unit)], amount.into());
    }
}
