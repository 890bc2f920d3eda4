//! What roles are made of. A permission is a handful of rules in Kubernetes' words; what is a rule of the cluster is
//! written into its roles, and what only the console knows is checked by the console alone.

use crate::need::{CONSOLE_GROUP, Resource, Verb};
use model::Tier;

const READ: &[Verb] = &[Verb::Get, Verb::List, Verb::Watch];
const CHANGE: &[Verb] = &[Verb::Create, Verb::Update, Verb::Patch];
const DELETE: &[Verb] = &[Verb::Delete];
const WRITE: &[Verb] = &[Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];
const PATCH: &[Verb] = &[Verb::Update, Verb::Patch];
const EVERYTHING: &[Verb] =
    &[Verb::Get, Verb::List, Verb::Watch, Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];

/// Stands for every API group that Kubernetes does not bring along itself.
pub const CUSTOM: &str = "(custom)";
/// Every group, every resource with every part.
pub const ANY: &str = "*";

const NAMESPACED: &[Tier] = &[Tier::Cluster, Tier::Workspace, Tier::Project];
const CLUSTER: &[Tier] = &[Tier::Cluster];
const PLATFORM: &[Tier] = &[Tier::Platform];
const WORKSPACE: &[Tier] = &[Tier::Workspace];
const ANYWHERE: &[Tier] = &[Tier::Platform, Tier::Cluster, Tier::Workspace, Tier::Project];

/// Some verbs on some resources of one API group.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What may be done.
    pub verbs: &'static [Verb],
    /// The API group, [`CUSTOM`] or [`ANY`].
    pub group: &'static str,
    /// Plurals, `plural/part`, or [`ANY`].
    pub resources: &'static [&'static str],
    /// Who asks for it.
    pub lock: Lock,
}

/// Which of the two locks a rule opens. Most open both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The console's and the cluster's.
    Both,
    /// The console's alone: the cluster has no word that is as narrow.
    Console,
    /// The cluster's alone: what it asks for where the console has let something narrower through.
    Cluster,
}

/// Something that a role lets its holders do.
#[derive(Debug)]
pub struct Permission {
    /// The stable word, such as `workloads.edit`.
    pub word: &'static str,
    /// What it concerns, for grouping.
    pub subject: &'static str,
    /// At which tiers roles may hold it.
    pub tiers: &'static [Tier],
    /// Permissions without which it makes no sense, and which a role therefore holds too.
    pub includes: &'static [&'static str],
    /// What it allows.
    pub rules: &'static [Rule],
}

const fn both(verbs: &'static [Verb], group: &'static str, resources: &'static [&'static str]) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Both }
}

const fn console(verbs: &'static [Verb], group: &'static str, resources: &'static [&'static str]) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Console }
}

const fn cluster(verbs: &'static [Verb], group: &'static str, resources: &'static [&'static str]) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Cluster }
}

macro_rules! permission {
    ($word:literal, $subject:literal, $tiers:expr, [$($includes:literal),*], [$($rule:expr),* $(,)?]) => {
        Permission { word: $word, subject: $subject, tiers: $tiers, includes: &[$($includes),*], rules: &[$($rule),*] }
    };
}

const PODS: &[&str] = &[
    "pods",
    "pods/status",
    "podtemplates",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "replicationcontrollers/status",
];
const APPS: &[&str] = &[
    "controllerrevisions",
    "daemonsets",
    "daemonsets/status",
    "deployments",
    "deployments/scale",
    "deployments/status",
    "replicasets",
    "replicasets/scale",
    "replicasets/status",
    "statefulsets",
    "statefulsets/scale",
    "statefulsets/status",
];
const BATCH: &[&str] = &["cronjobs", "cronjobs/status", "jobs", "jobs/status"];
const SCALES: &[&str] = &["deployments/scale", "replicasets/scale", "statefulsets/scale"];
/// Parts that only the console knows: a change that is narrower than `patch` on the whole.
const OPERATED: &[&str] =
    &["daemonsets/operate", "deployments/operate", "replicasets/operate", "statefulsets/operate"];
const CLAIMS: &[&str] = &["resourceclaims", "resourceclaims/status", "resourceclaimtemplates"];
const SERVICES: &[&str] = &["endpoints", "services", "services/status"];
const INGRESSES: &[&str] = &["ingresses", "ingresses/status", "networkpolicies"];
const ROUTES: &[&str] = &[ANY];
const SNAPSHOTS: &[&str] = &["volumesnapshots", "volumesnapshots/status"];
const ROLES: &[&str] = &["rolebindings", "roles"];
const SETTINGS: &[&str] = &["configmaps", "serviceaccounts"];

/// All of them. A role keeps words, so the order may change; the number may not exceed 64.
pub static PERMISSIONS: &[Permission] = &[
    // On the platform.
    permission!(
        "accounts.view",
        "people",
        PLATFORM,
        [],
        [console(READ, CONSOLE_GROUP, &["accounts", "departments"])]
    ),
    permission!(
        "accounts.manage",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(WRITE, CONSOLE_GROUP, &["accounts", "departments"])]
    ),
    // Whoever holds this sees what any person who is no more than they are on the platform sees.
    permission!(
        "accounts.act",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["accounts/act"])]
    ),
    permission!(
        "workspaces.view",
        "workspaces",
        PLATFORM,
        [],
        [console(READ, CONSOLE_GROUP, &["workspaces", "projects", "members", "departments", "roles"]),]
    ),
    permission!(
        "workspaces.create",
        "workspaces",
        PLATFORM,
        [],
        [console(&[Verb::Create], CONSOLE_GROUP, &["workspaces"])]
    ),
    permission!(
        "workspaces.manage",
        "workspaces",
        PLATFORM,
        ["workspaces.view", "workspaces.create"],
        [console(WRITE, CONSOLE_GROUP, &["workspaces", "projects", "members", "departments", "roles"]),]
    ),
    permission!(
        "platform.roles",
        "people",
        PLATFORM,
        ["accounts.view"],
        [console(WRITE, CONSOLE_GROUP, &["roles"]), console(READ, CONSOLE_GROUP, &["roles"]),]
    ),
    permission!("platform.audit", "platform", PLATFORM, [], [console(READ, CONSOLE_GROUP, &["audit"])]),
    permission!(
        "platform.settings",
        "platform",
        PLATFORM,
        [],
        [
            console(READ, CONSOLE_GROUP, &["settings", "providers"]),
            console(WRITE, CONSOLE_GROUP, &["settings", "providers"]),
        ]
    ),
    // In a workspace.
    permission!(
        "workspace.view",
        "workspace",
        WORKSPACE,
        [],
        [console(READ, CONSOLE_GROUP, &["workspaces", "projects"]),]
    ),
    permission!(
        "workspace.manage",
        "workspace",
        WORKSPACE,
        ["workspace.view"],
        [console(PATCH, CONSOLE_GROUP, &["workspaces"]),]
    ),
    permission!(
        "projects.create",
        "workspace",
        WORKSPACE,
        ["workspace.view"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["projects"]),]
    ),
    permission!(
        "projects.manage",
        "workspace",
        WORKSPACE,
        ["projects.create"],
        [console(&[Verb::Update, Verb::Patch, Verb::Delete], CONSOLE_GROUP, &["projects"]),]
    ),
    permission!(
        "roles.manage",
        "members",
        &[Tier::Workspace],
        ["members.view"],
        [console(WRITE, CONSOLE_GROUP, &["roles"]),]
    ),
    // Members, wherever there are some.
    permission!(
        "members.view",
        "members",
        NAMESPACED,
        [],
        [console(READ, CONSOLE_GROUP, &["members", "departments", "roles"]),]
    ),
    permission!(
        "members.manage",
        "members",
        NAMESPACED,
        ["members.view"],
        [console(WRITE, CONSOLE_GROUP, &["members", "departments"]),]
    ),
    permission!("audit.view", "members", NAMESPACED, [], [console(READ, CONSOLE_GROUP, &["audit"])]),
    // Who is told of alerts, wherever there are some.
    permission!(
        "notifications.view",
        "notifications",
        ANYWHERE,
        [],
        [console(READ, CONSOLE_GROUP, &["receivers"])]
    ),
    permission!(
        "notifications.manage",
        "notifications",
        ANYWHERE,
        ["notifications.view"],
        [console(WRITE, CONSOLE_GROUP, &["receivers"])]
    ),
    // Of a cluster as a whole.
    permission!(
        "cluster.view",
        "cluster",
        CLUSTER,
        [],
        [
            both(
                READ,
                "",
                &["namespaces", "nodes", "nodes/status", "persistentvolumes", "persistentvolumes/status"]
            ),
            both(READ, "admissionregistration.k8s.io", &[ANY]),
            both(READ, "apiextensions.k8s.io", &[ANY]),
            both(READ, "apiregistration.k8s.io", &[ANY]),
            both(READ, "certificates.k8s.io", &[ANY]),
            both(READ, "flowcontrol.apiserver.k8s.io", &[ANY]),
            both(READ, "gateway.networking.k8s.io", &["gatewayclasses"]),
            both(READ, "metrics.k8s.io", &["nodes"]),
            both(READ, "networking.k8s.io", &["ingressclasses", "ipaddresses", "servicecidrs"]),
            both(READ, "node.k8s.io", &[ANY]),
            both(READ, "rbac.authorization.k8s.io", &["clusterrolebindings", "clusterroles"]),
            both(READ, "resource.k8s.io", &[ANY]),
            both(READ, "scheduling.k8s.io", &[ANY]),
            both(READ, "snapshot.storage.k8s.io", &[ANY]),
            both(READ, "storage.k8s.io", &[ANY]),
        ]
    ),
    permission!(
        "nodes.operate",
        "cluster",
        CLUSTER,
        ["cluster.view", "workloads.view"],
        [
            console(&[Verb::Patch], "", &["nodes/cordon", "nodes/drain"]),
            cluster(PATCH, "", &["nodes"]),
            both(&[Verb::Create], "", &["pods/eviction"]),
        ]
    ),
    // Whoever holds this is root on every node: the pod behind it is privileged.
    permission!(
        "nodes.shell",
        "cluster",
        CLUSTER,
        ["cluster.view", "workloads.view"],
        [
            console(&[Verb::Create], "", &["nodes/shell"]),
            cluster(&[Verb::Create, Verb::Get, Verb::Delete], "", &["pods"]),
            cluster(&[Verb::Create, Verb::Get], "", &["pods/attach"]),
        ]
    ),
    permission!(
        "cluster.edit",
        "cluster",
        CLUSTER,
        ["nodes.operate"],
        [
            both(WRITE, "", &["namespaces", "nodes", "persistentvolumes"]),
            both(WRITE, "gateway.networking.k8s.io", &["gatewayclasses"]),
            both(WRITE, "networking.k8s.io", &["ingressclasses"]),
            both(WRITE, "node.k8s.io", &["runtimeclasses"]),
            both(WRITE, "resource.k8s.io", &["deviceclasses"]),
            both(WRITE, "scheduling.k8s.io", &["priorityclasses"]),
            both(WRITE, "snapshot.storage.k8s.io", &["volumesnapshotclasses", "volumesnapshotcontents"]),
            both(WRITE, "storage.k8s.io", &[ANY]),
        ]
    ),
    permission!("cluster.everything", "cluster", CLUSTER, [], [both(EVERYTHING, ANY, &[ANY])]),
    // In projects.
    permission!(
        "project.view",
        "project",
        NAMESPACED,
        [],
        [
            // `objects` are whatever of a place may be seen: overviews are made of it.
            console(READ, CONSOLE_GROUP, &["objects", "projects"]),
            both(
                READ,
                "",
                &["events", "limitranges", "namespaces", "resourcequotas", "resourcequotas/status"]
            ),
            both(READ, "events.k8s.io", &["events"]),
            both(READ, "coordination.k8s.io", &["leases"]),
        ]
    ),
    permission!(
        "quotas.edit",
        "project",
        NAMESPACED,
        ["project.view"],
        [both(WRITE, "", &["limitranges", "resourcequotas"]),]
    ),
    permission!(
        "workloads.view",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", PODS),
            both(READ, "apps", APPS),
            both(READ, "batch", BATCH),
            both(READ, "autoscaling", &["horizontalpodautoscalers", "horizontalpodautoscalers/status"]),
            both(READ, "policy", &["poddisruptionbudgets", "poddisruptionbudgets/status"]),
            both(READ, "metrics.k8s.io", &["pods"]),
            both(READ, "resource.k8s.io", CLAIMS),
        ]
    ),
    permission!(
        "workloads.logs",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [both(READ, "", &["pods/log"])]
    ),
    permission!(
        "workloads.exec",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(&[Verb::Get, Verb::Create], "", &["pods/attach", "pods/exec", "pods/portforward"]),
            both(PATCH, "", &["pods/ephemeralcontainers"]),
        ]
    ),
    // Searches that people keep. Those of one's own need no permission.
    permission!(
        "searches.share",
        "workloads",
        NAMESPACED,
        ["workloads.logs"],
        [console(&[Verb::Create], CONSOLE_GROUP, &["searches"])]
    ),
    permission!(
        "searches.manage",
        "workloads",
        NAMESPACED,
        ["searches.share"],
        [console(WRITE, CONSOLE_GROUP, &["searches"])]
    ),
    // Where terminals are recorded, and seeing what they showed.
    permission!(
        "terminals.record",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [console(WRITE, CONSOLE_GROUP, &["recordings/policy"])]
    ),
    permission!(
        "terminals.replay",
        "workloads",
        NAMESPACED,
        ["project.view"],
        [console(READ, CONSOLE_GROUP, &["recordings", "recordings/replay"])]
    ),
    permission!(
        "workloads.operate",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(PATCH, "apps", SCALES),
            both(PATCH, "", &["replicationcontrollers/scale"]),
            console(PATCH, "apps", OPERATED),
            console(PATCH, "batch", &["cronjobs/operate", "jobs/operate"]),
            console(&[Verb::Create], "batch", &["cronjobs/trigger"]),
            cluster(PATCH, "apps", &["daemonsets", "deployments", "replicasets", "statefulsets"]),
            cluster(PATCH, "batch", &["cronjobs", "jobs"]),
            cluster(&[Verb::Create], "batch", &["jobs"]),
            both(&[Verb::Create], "", &["pods/eviction"]),
        ]
    ),
    permission!(
        "workloads.edit",
        "workloads",
        NAMESPACED,
        ["workloads.operate"],
        [
            both(CHANGE, "", PODS),
            both(PATCH, "", &["pods/resize"]),
            both(CHANGE, "apps", APPS),
            both(CHANGE, "batch", BATCH),
            both(CHANGE, "autoscaling", &["horizontalpodautoscalers"]),
            both(CHANGE, "policy", &["poddisruptionbudgets"]),
            both(CHANGE, "resource.k8s.io", CLAIMS),
        ]
    ),
    permission!(
        "workloads.delete",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(DELETE, "", PODS),
            both(DELETE, "apps", APPS),
            both(DELETE, "batch", BATCH),
            both(DELETE, "autoscaling", &["horizontalpodautoscalers"]),
            both(DELETE, "policy", &["poddisruptionbudgets"]),
            both(DELETE, "resource.k8s.io", CLAIMS),
        ]
    ),
    permission!(
        "network.view",
        "network",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", SERVICES),
            both(READ, "discovery.k8s.io", &["endpointslices"]),
            both(READ, "networking.k8s.io", INGRESSES),
            both(READ, "gateway.networking.k8s.io", ROUTES),
        ]
    ),
    permission!(
        "network.edit",
        "network",
        NAMESPACED,
        ["network.view"],
        [
            both(WRITE, "", SERVICES),
            both(WRITE, "discovery.k8s.io", &["endpointslices"]),
            both(WRITE, "networking.k8s.io", INGRESSES),
            both(
                WRITE,
                "gateway.networking.k8s.io",
                &[
                    "backendtlspolicies",
                    "gateways",
                    "grpcroutes",
                    "httproutes",
                    "referencegrants",
                    "tcproutes",
                    "tlsroutes",
                    "udproutes"
                ]
            ),
        ]
    ),
    permission!(
        "configuration.view",
        "configuration",
        NAMESPACED,
        ["project.view"],
        [both(READ, "", SETTINGS)]
    ),
    permission!(
        "configuration.edit",
        "configuration",
        NAMESPACED,
        ["configuration.view"],
        [both(WRITE, "", SETTINGS)]
    ),
    // Names and types only: the console lists secrets without their values, which the cluster cannot.
    permission!(
        "secrets.view",
        "configuration",
        NAMESPACED,
        ["project.view"],
        [console(&[Verb::List, Verb::Watch], "", &["secrets"]),]
    ),
    permission!(
        "secrets.read",
        "configuration",
        NAMESPACED,
        ["secrets.view"],
        [both(READ, "", &["secrets"])]
    ),
    permission!(
        "secrets.edit",
        "configuration",
        NAMESPACED,
        ["secrets.read"],
        [both(WRITE, "", &["secrets"])]
    ),
    permission!(
        "storage.view",
        "storage",
        NAMESPACED,
        ["project.view"],
        [
            both(READ, "", &["persistentvolumeclaims", "persistentvolumeclaims/status"]),
            both(READ, "snapshot.storage.k8s.io", SNAPSHOTS),
            both(READ, "storage.k8s.io", &["csistoragecapacities"]),
        ]
    ),
    permission!(
        "storage.edit",
        "storage",
        NAMESPACED,
        ["storage.view"],
        [both(WRITE, "", &["persistentvolumeclaims"]), both(WRITE, "snapshot.storage.k8s.io", SNAPSHOTS),]
    ),
    permission!(
        "access.view",
        "members",
        NAMESPACED,
        ["project.view"],
        [both(READ, "rbac.authorization.k8s.io", ROLES),]
    ),
    // The cluster itself refuses to give away more than the giver has.
    permission!(
        "access.edit",
        "members",
        NAMESPACED,
        ["access.view"],
        [both(WRITE, "rbac.authorization.k8s.io", ROLES),]
    ),
    permission!(
        "alerts.silence",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["silences"])]
    ),
    // Rules are objects of the cluster, which asks for the same; alerts on lists are kept by the console.
    permission!(
        "alerts.rules",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [
            both(READ, "monitoring.coreos.com", &["prometheusrules"]),
            both(WRITE, "monitoring.coreos.com", &["prometheusrules"]),
            console(WRITE, CONSOLE_GROUP, &["listalerts"]),
        ]
    ),
    // Whoever sees what is measured sees what dashboards show of it.
    permission!(
        "dashboards.edit",
        "workloads",
        NAMESPACED,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["dashboards"])]
    ),
    // A link shows a dashboard to whoever has it, without signing in.
    permission!(
        "dashboards.share",
        "workloads",
        NAMESPACED,
        ["dashboards.edit"],
        [console(WRITE, CONSOLE_GROUP, &["dashboards/share"])]
    ),
    // Whoever sees what is measured sees what it costs.
    permission!(
        "metering.prices",
        "cluster",
        CLUSTER,
        ["workloads.view"],
        [console(WRITE, CONSOLE_GROUP, &["prices"])]
    ),
    permission!("custom.view", "custom", NAMESPACED, ["project.view"], [both(READ, CUSTOM, &[ANY])]),
    permission!("custom.edit", "custom", NAMESPACED, ["custom.view"], [both(WRITE, CUSTOM, &[ANY])]),
];

/// Things of the whole cluster that everybody with a role in it may read, because what is in their projects refers to
/// them. Nothing here holds a secret.
pub static FOR_MEMBERS: &[Rule] = &[
    both(READ, "", &["nodes"]),
    both(READ, "apiextensions.k8s.io", &["customresourcedefinitions"]),
    both(READ, "gateway.networking.k8s.io", &["gatewayclasses"]),
    both(READ, "metrics.k8s.io", &["nodes"]),
    both(READ, "networking.k8s.io", &["ingressclasses"]),
    both(READ, "node.k8s.io", &["runtimeclasses"]),
    both(READ, "scheduling.k8s.io", &["priorityclasses"]),
    both(READ, "storage.k8s.io", &["csidrivers", "storageclasses", "volumeattributesclasses"]),
    console(READ, CONSOLE_GROUP, &["clusters"]),
];

/// What everybody who is signed in may do on the platform: ask for a role, and take that back; keep searches of their own. It
/// gives nothing.
pub static FOR_EVERYBODY: &[Rule] = &[
    console(&[Verb::Create, Verb::Delete], CONSOLE_GROUP, &["requests"]),
    console(WRITE, CONSOLE_GROUP, &["searches/own"]),
];

impl Rule {
    /// Whether it is about what no cluster knows.
    pub fn is_for_the_console(&self) -> bool {
        self.group == CONSOLE_GROUP
    }

    /// What the rule answers, one verb on one resource at a time. One group stands for all that Kubernetes does not bring
    /// along.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (Verb, Resource)> + use<> {
        let group = if self.group == CUSTOM { "custom.example" } else { self.group };
        let (verbs, resources) = (self.verbs, self.resources);
        let resource = move |named: &str| match named.split_once('/') {
            Some((plural, part)) => Resource::new(group, plural).part(part),
            None => Resource::new(group, named),
        };
        verbs.iter().flat_map(move |verb| resources.iter().map(move |named| (*verb, resource(named))))
    }

    /// Whether the console lets this through.
    pub(crate) fn allows(&self, verb: Verb, resource: &Resource) -> bool {
        self.lock != Lock::Cluster
            && self.verbs.contains(&verb)
            && covers_group(self.group, &resource.group)
            && self.resources.iter().any(|named| covers_resource(named, resource, self.group == ANY))
    }
}

fn covers_group(named: &str, group: &str) -> bool {
    match named {
        // Not even who may do everything in a cluster may do everything in the console.
        ANY => group != CONSOLE_GROUP,
        CUSTOM => is_custom(group),
        exact => exact == group,
    }
}

/// Whether an API group is not one that Kubernetes brings along.
pub fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io") && group != CONSOLE_GROUP
}

fn covers_resource(named: &str, resource: &Resource, with_parts: bool) -> bool {
    match (&resource.subresource, named.split_once('/')) {
        (None, None) => named == ANY || named == resource.plural,
        // A part opens other doors than the whole: whoever may do everything with a kind may still not `exec`.
        (Some(part), None) => named == ANY && (with_parts || matches!(part.as_str(), "status" | "scale")),
        (Some(part), Some((plural, named))) => plural == resource.plural && named == part,
        (None, Some(_)) => false,
    }
}
