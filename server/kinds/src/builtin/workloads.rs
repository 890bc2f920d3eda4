//! Kinds that keep pods running.

use super::replica_status;
use super::shared::{owner, owns, pod_relations, selects, selects_labels, words};
use crate::column::{age, counter, function, list, number, pairs, ratio, status, text};
use crate::{Kind, Menu, Relation, explain};
use model::ActionKind;
use std::borrow::Cow;

fn template_search() -> Vec<Cow<'static, str>> {
    words(["/spec/template/spec/containers/*/image", "/spec/template/spec/initContainers/*/image"])
}

/// What a kind with a pod template at the usual place belongs to, besides these.
fn template_relations<const N: usize>(own: [Relation; N]) -> Vec<Relation> {
    let mut relations = own.to_vec();
    relations.extend(pod_relations!("/spec/template/spec"));
    relations
}

pub(super) fn deployments() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["deploy"]),
        status: Some(replica_status::deployment),
        explain: Some(explain::workloads::findings),
        columns: vec![
            status(),
            ratio("ready", "/status/readyReplicas", "/spec/replicas"),
            counter("up_to_date", "/status/updatedReplicas"),
            counter("available", "/status/availableReplicas").hidden(),
            list("images", "/spec/template/spec/containers/*/image"),
            text("strategy", "/spec/strategy/type").hidden(),
            pairs("selector", "/spec/selector/matchLabels").hidden(),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Scale,
            ActionKind::Restart,
            ActionKind::Pause,
            ActionKind::Resume,
            ActionKind::RollBack,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations: template_relations([owns("replicasets"), selects("pods", "/spec/selector")]),
        search: template_search(),
        ..Kind::plain("apps", "v1", "Deployment", "deployments")
    }
}

pub(super) fn stateful_sets() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["sts"]),
        status: Some(replica_status::stateful_set),
        explain: Some(explain::workloads::findings),
        columns: vec![
            status(),
            ratio("ready", "/status/readyReplicas", "/spec/replicas"),
            counter("up_to_date", "/status/updatedReplicas"),
            list("images", "/spec/template/spec/containers/*/image"),
            text("service", "/spec/serviceName").hidden(),
            list("claims", "/spec/volumeClaimTemplates/*/metadata/name").hidden(),
            text("strategy", "/spec/updateStrategy/type").hidden(),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Scale,
            ActionKind::Restart,
            ActionKind::RollBack,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations: template_relations([
            owns("pods"),
            owns("controllerrevisions"),
            selects("pods", "/spec/selector"),
            super::shared::refers("services", "/spec/serviceName"),
        ]),
        search: template_search(),
        ..Kind::plain("apps", "v1", "StatefulSet", "statefulsets")
    }
}

pub(super) fn daemon_sets() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["ds"]),
        status: Some(replica_status::daemon_set),
        explain: Some(explain::workloads::findings),
        columns: vec![
            status(),
            ratio("ready", "/status/numberReady", "/status/desiredNumberScheduled"),
            counter("up_to_date", "/status/updatedNumberScheduled"),
            counter("available", "/status/numberAvailable").hidden(),
            list("images", "/spec/template/spec/containers/*/image"),
            pairs("node_selector", "/spec/template/spec/nodeSelector"),
            text("strategy", "/spec/updateStrategy/type").hidden(),
            age(),
        ],
        actions: vec![
            ActionKind::Edit,
            ActionKind::Restart,
            ActionKind::RollBack,
            ActionKind::SetMetadata,
            ActionKind::Delete,
        ],
        relations: template_relations([
            owns("pods"),
            owns("controllerrevisions"),
            selects("pods", "/spec/selector"),
        ]),
        search: template_search(),
        ..Kind::plain("apps", "v1", "DaemonSet", "daemonsets")
    }
}

pub(super) fn replica_sets() -> Kind {
    Kind {
        menu: Menu::Workloads,
        aliases: words(["rs"]),
        status: Some(replica_status::replica_set),
        explain: Some(explain::workloads::findings),
        columns: vec![
            status(),
            ratio("ready", "/status/readyReplicas", "/spec/replicas"),
            text("revision", "/metadata/annotations/deployment.kubernetes.io~1revision").at_end(),
            function("owner", owner),
            list("images", "/spec/template/spec/containers/*/image"),
            age(),
        ],
        actions: vec![ActionKind::Edit, ActionKind::Scale, ActionKind::SetMetadata, ActionKind::Delete],
        relations: template_relations([owns("pods"), selects("pods", "/spec/selector")]),
        search: template_search(),
        ..Kind::plain("apps", "v1", "ReplicaSet", "replicasets")
    }
}

pub(super) fn replication_controllers() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Workloads,
        aliases: words(["rc"]),
        status: Some(replica_status::replica_set),
        explain: Some(explain::workloads::findings),
        columns: vec![
            status(),
            ratio("ready", "/status/readyReplicas", "/spec/replicas"),
            list("images", "/spec/template/spec/containers/*/image"),
            pairs("selector", "/spec/selector"),
            age(),
        ],
        actions: vec![ActionKind::Edit, ActionKind::Scale, ActionKind::SetMetadata, ActionKind::Delete],
        relations: template_relations([owns("pods"), selects_labels("pods", "/spec/selector")]),
        search: template_search(),
        ..Kind::plain("", "v1", "ReplicationController", "replicationcontrollers")
    }
}

pub(super) fn controller_revisions() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Workloads,
        columns: vec![number("revision", "/revision"), function("owner", owner), age()],
        ..Kind::plain("apps", "v1", "ControllerRevision", "controllerrevisions")
    }
}

pub(super) fn pod_templates() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Workloads,
        columns: vec![
            list("containers", "/template/spec/containers/*/name"),
            list("images", "/template/spec/containers/*/image"),
            pairs("pod_labels", "/template/metadata/labels"),
            age(),
        ],
        relations: pod_relations!("/template/spec"),
        search: words(["/template/spec/containers/*/image"]),
        ..Kind::plain("", "v1", "PodTemplate", "podtemplates")
    }
}
