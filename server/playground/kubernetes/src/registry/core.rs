//! The core group.

use super::Subresource::{
    Attach, Binding, EphemeralContainers, Eviction, Exec, Finalize, Log, PortForward, Proxy, Resize, Scale,
    Status, Token,
};
use super::cells;
use super::{AGE, BuiltIn, NAME, Source, at, number, since, with};
use crate::defaults;
use crate::validation;

/// Pods, services, nodes and their like.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        kind: "Pod",
        plural: "pods",
        short: &["po"],
        categories: &["all"],
        subresources: &[
            Status,
            Log,
            Exec,
            Attach,
            PortForward,
            Eviction,
            Binding,
            EphemeralContainers,
            Resize,
        ],
        selectable: &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        columns: &[
            NAME,
            with("Ready", cells::pod_ready),
            with("Status", cells::pod_status),
            with("Restarts", cells::pod_restarts),
            AGE,
            with("IP", |pod| cells::or_none(pod, "/status/podIP")).wide(),
            with("Node", |pod| cells::or_none(pod, "/spec/nodeName")).wide(),
            with("Nominated Node", |pod| cells::or_none(pod, "/status/nominatedNodeName")).wide(),
            with("Readiness Gates", cells::readiness_gates).wide(),
        ],
        default: defaults::pod,
        validate: validation::pod,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Service",
        plural: "services",
        short: &["svc"],
        categories: &["all"],
        subresources: &[Proxy, Status],
        selectable: &["spec.clusterIP", "spec.type"],
        columns: &[
            NAME,
            at("Type", "/spec/type"),
            with("Cluster-IP", |service| cells::or_none(service, "/spec/clusterIP")),
            with("External-IP", cells::service_external),
            with("Port(s)", cells::service_ports),
            AGE,
            with("Selector", |service| cells::labels(&service["spec"]["selector"])).wide(),
        ],
        default: defaults::service,
        validate: validation::service,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Node",
        plural: "nodes",
        short: &["no"],
        namespaced: false,
        subresources: &[Status],
        selectable: &["spec.unschedulable"],
        columns: &[
            NAME,
            with("Status", cells::node_status),
            with("Roles", cells::node_roles),
            AGE,
            at("Version", "/status/nodeInfo/kubeletVersion"),
            with("Internal-IP", |node| cells::node_address(node, "InternalIP")).wide(),
            with("External-IP", |node| cells::node_address(node, "ExternalIP")).wide(),
            at("OS-Image", "/status/nodeInfo/osImage").wide(),
            at("Kernel-Version", "/status/nodeInfo/kernelVersion").wide(),
            at("Container-Runtime", "/status/nodeInfo/containerRuntimeVersion").wide(),
        ],
        default: defaults::node,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Namespace",
        plural: "namespaces",
        short: &["ns"],
        namespaced: false,
        subresources: &[Status, Finalize],
        selectable: &["status.phase"],
        columns: &[NAME, at("Status", "/status/phase"), AGE],
        default: defaults::namespace,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "ConfigMap",
        plural: "configmaps",
        short: &["cm"],
        columns: &[NAME, with("Data", |map| cells::count_keys(map, &["data", "binaryData"])), AGE],
        validate: validation::config_map,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Secret",
        plural: "secrets",
        selectable: &["type"],
        columns: &[
            NAME,
            at("Type", "/type"),
            with("Data", |secret| cells::count_keys(secret, &["data"])),
            AGE,
        ],
        default: defaults::secret,
        validate: validation::secret,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "ServiceAccount",
        plural: "serviceaccounts",
        short: &["sa"],
        subresources: &[Token],
        columns: &[NAME, with("Secrets", |account| cells::count(account, "/secrets")), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Endpoints",
        plural: "endpoints",
        short: &["ep"],
        columns: &[NAME, with("Endpoints", cells::endpoints), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "Event",
        plural: "events",
        short: &["ev"],
        selectable: &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source.component",
            "type",
        ],
        columns: &[
            with("Last Seen", cells::event_last_seen),
            at("Type", "/type"),
            at("Reason", "/reason"),
            with("Object", cells::event_object),
            at("Subobject", "/involvedObject/fieldPath").wide(),
            with("Source", cells::event_source).wide(),
            at("Message", "/message"),
            since("First Seen", "/firstTimestamp").wide(),
            with("Count", cells::event_count).wide(),
            at("Name", "/metadata/name").wide(),
        ],
        convert: Some(crate::convert::event),
        also: &[("events.k8s.io", "v1")],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "PersistentVolume",
        plural: "persistentvolumes",
        short: &["pv"],
        namespaced: false,
        subresources: &[Status],
        columns: &[
            NAME,
            at("Capacity", "/spec/capacity/storage"),
            with("Access Modes", |volume| cells::access_modes(&volume["spec"]["accessModes"])),
            at("Reclaim Policy", "/spec/persistentVolumeReclaimPolicy"),
            with("Status", cells::phase_or_terminating),
            with("Claim", cells::volume_claim),
            at("StorageClass", "/spec/storageClassName"),
            with("VolumeAttributesClass", |v| cells::or_unset(v, "/spec/volumeAttributesClassName")),
            at("Reason", "/status/reason"),
            AGE,
            at("VolumeMode", "/spec/volumeMode").wide(),
        ],
        default: defaults::persistent_volume,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "PersistentVolumeClaim",
        plural: "persistentvolumeclaims",
        short: &["pvc"],
        subresources: &[Status],
        columns: &[
            NAME,
            with("Status", cells::phase_or_terminating),
            at("Volume", "/spec/volumeName"),
            at("Capacity", "/status/capacity/storage"),
            with("Access Modes", |claim| cells::access_modes(&claim["status"]["accessModes"])),
            at("StorageClass", "/spec/storageClassName"),
            with("VolumeAttributesClass", |v| cells::or_unset(v, "/spec/volumeAttributesClassName")),
            AGE,
            at("VolumeMode", "/spec/volumeMode").wide(),
        ],
        default: defaults::persistent_volume_claim,
        validate: validation::persistent_volume_claim,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "ReplicationController",
        plural: "replicationcontrollers",
        short: &["rc"],
        categories: &["all"],
        subresources: &[Status, Scale],
        generation: true,
        selectable: &["status.replicas"],
        columns: &[
            NAME,
            number("Desired", "/spec/replicas"),
            number("Current", "/status/replicas"),
            with("Ready", |rc| cells::or_zero(rc, "/status/readyReplicas")),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
            with("Selector", |rc| cells::labels(&rc["spec"]["selector"])).wide(),
        ],
        default: defaults::replication_controller,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "ResourceQuota",
        plural: "resourcequotas",
        short: &["quota"],
        subresources: &[Status],
        columns: &[
            NAME,
            with("Request", |quota| cells::quota(quota, false)),
            with("Limit", |quota| cells::quota(quota, true)),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "LimitRange",
        plural: "limitranges",
        short: &["limits"],
        columns: &[NAME, at("Created At", "/metadata/creationTimestamp")],
        default: defaults::limit_range,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        kind: "PodTemplate",
        plural: "podtemplates",
        columns: &[
            NAME,
            with("Containers", |template| cells::container_names(&template["template"]["spec"])),
            with("Images", |template| cells::container_images(&template["template"]["spec"])),
            with("Pod Labels", |template| cells::labels(&template["template"]["metadata"]["labels"])),
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn { kind: "Binding", plural: "bindings", source: Source::Review, ..BuiltIn::PLAIN },
    BuiltIn {
        kind: "ComponentStatus",
        plural: "componentstatuses",
        short: &["cs"],
        namespaced: false,
        source: Source::Measured,
        ..BuiltIn::PLAIN
    },
];
