//! One object and what belongs to it, from the stores.

use crate::caller::ForCaller;
use crate::change::need_of;
use crate::cluster::Cluster;
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::overview::about;
use crate::parts::{conditions, containers, template_images};
use crate::reads::ReadObject;
use crate::state::RowData;
use crate::store::{Store, now};
use crate::tree::Gathered;
use access::{Need, Resource, Verb};
use kinds::{Field, Object, Related};
use model::live::ContainerChoice;
use model::{ConsoleError, KindSlug, Level, Namespace, ObjectName, ResourceRef, Timestamp};
use resources_contract::{
    ActionKind, EventView, Fact, Finding, LogRequest, ObjectView, OfferedAction, Owner, Revision,
    TerminalOffer,
};
use std::sync::Arc;

/// Events that a page shows.
const EVENTS: usize = 60;
/// Log lines under an explanation.
const LOG_LINES: u32 = 12;
/// Annotations that hold whole manifests.
const WHOLE_MANIFESTS: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Kinds whose pods run for some time.
const WITH_PODS: [&str; 5] = ["daemonsets", "deployments", "jobs", "replicasets", "statefulsets"];
/// Owners of owners that are followed.
const LONGEST_CHAIN: usize = 5;

impl ForCaller {
    /// One object with what belongs to it. Log lines that `shown` has already are not read again.
    pub(crate) async fn read_object(
        &self,
        resource: ResourceRef,
        shown: Option<&ObjectView>,
    ) -> Result<ObjectView, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        let action = ReadObject::new(&served, &resource);
        self.kubernetes.access().grant(&self.caller, action).await?;
        let store = cluster.loaded(&resource.kind).await?;
        let row = {
            let state = store.read();
            state.find(resource.namespace.as_ref().map(Namespace::as_str), resource.name.as_str()).cloned()
        };
        let row = row.ok_or_else(|| ConsoleError::not_found(&resource))?;
        let missing = || KubernetesError::Missing { what: resource.to_string() };
        let json = store.read().read(&row.uid, <[u8]>::to_vec).ok_or_else(missing)?;
        let object = Object::parse(&json).map_err(|error| KubernetesError::Unreadable {
            cluster: cluster.name().to_string(),
            cause: error.to_string(),
        })?;

        let gathered = self.gather(&cluster, &store, &row, &object).await;
        let events = self.events(&cluster, &gathered);
        let mut view = self.describe(&cluster, &store, &resource, &row, &object).await;
        view.findings = self.findings(&cluster, &store, &object, &gathered, shown).await;
        view.revisions = revisions(&resource, &object, &gathered);
        view.tree_more = gathered.tree_more;
        view.tree = gathered.tree;
        view.events = events;
        Ok(view)
    }

    async fn describe(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        resource: &ResourceRef,
        row: &RowData,
        object: &Object<'_>,
    ) -> ObjectView {
        let served = store.served();
        let kind = &served.kind;
        let moment = |path: &str| kinds::seconds(object.text_at(path)).map(Timestamp);
        let pairs = |path: &str| {
            let pairs = object.entries_at(path).iter().filter(|(key, _)| key != WHOLE_MANIFESTS);
            pairs.map(|(key, value)| (key.to_string(), value.text().unwrap_or_default().to_owned())).collect()
        };
        let facts =
            kind.columns.iter().zip(&row.fields).filter(|(spec, _)| !matches!(&*spec.id, "status" | "age"));
        ObjectView {
            kind_title: self.kind_title(served),
            uid: row.uid.to_string(),
            resource_version: object.text_at("/metadata/resourceVersion").into(),
            created: moment("/metadata/creationTimestamp"),
            deleting_since: moment("/metadata/deletionTimestamp"),
            finalizers: texts(object, "/metadata/finalizers"),
            status: kind.status_column().and_then(|column| match &row.fields[column] {
                Field::Status(status) => Some((**status).clone()),
                _ => None,
            }),
            owners: self.owners(cluster, object).await,
            labels: pairs("/metadata/labels"),
            annotations: pairs("/metadata/annotations"),
            findings: Vec::new(),
            facts: facts
                .filter(|(_, field)| **field != Field::None)
                .map(|(spec, field)| Fact {
                    title: spec.title(self.language).into_owned(),
                    value: field.to_cell(),
                })
                .collect(),
            conditions: conditions(object),
            containers: containers(object),
            tree: Vec::new(),
            tree_more: 0,
            events: Vec::new(),
            revisions: Vec::new(),
            actions: self.actions(served, resource, object),
            has_log: has_log(resource.kind.as_str(), object),
            terminal: self.terminal_offer(resource, object),
            secret: kind.slug == "secrets",
            described: served.described,
            resource: resource.clone(),
        }
    }

    /// The chain of owners, nearest first.
    async fn owners(&self, cluster: &Arc<Cluster>, object: &Object<'_>) -> Vec<Owner> {
        let mut owners = Vec::new();
        let Ok(discovery) = cluster.discovery().await else { return owners };
        let mut next = owner_of(object);
        while let Some((group, kind, name, uid)) = next.take() {
            let (Some(served), Ok(name)) = (discovery.of_manifest(&group, &kind), ObjectName::parse(&name))
            else {
                break;
            };
            let Ok(slug) = KindSlug::parse(&served.kind.slug) else { break };
            let namespace =
                served.kind.namespaced.then(|| object.namespace().and_then(|n| Namespace::parse(n).ok()));
            owners.push(Owner {
                resource: ResourceRef {
                    cluster: cluster.name().clone(),
                    kind: slug,
                    namespace: namespace.flatten(),
                    name,
                },
                kind_title: self.kind_title(served),
            });
            if owners.len() == LONGEST_CHAIN {
                break;
            }
            let Some(store) = cluster.running(&served.kind.slug) else { break };
            next = store.read().read(&uid, |json| owner_of(&Object::parse(json).ok()?)).flatten();
        }
        owners
    }

    fn events(&self, cluster: &Cluster, gathered: &Gathered) -> Vec<EventView> {
        let Some(store) = cluster.running("events") else { return Vec::new() };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let state = store.read();
        let mut found = Vec::new();
        for (index, uid) in gathered.uids.iter().enumerate() {
            let rows = state.owned_by(uid).filter(|row| scope.admits(row.namespace.as_deref(), &row.name));
            for row in rows {
                let level = state.level(row).unwrap_or(Level::Unknown);
                let event = state.read(&row.uid, |json| {
                    let event = Object::parse(json).ok()?;
                    Some((event_view(&event, level), (index > 0).then(|| about(&event))))
                });
                found.extend(event.flatten());
            }
        }
        drop(state);
        found.sort_by_key(|(event, _)| std::cmp::Reverse(event.last_seen));
        found.truncate(EVENTS);
        let resolved = found.into_iter().map(|(event, about)| EventView {
            about: about.and_then(|about| cluster.resolve(about)),
            ..event
        });
        resolved.collect()
    }

    async fn findings(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        object: &Object<'_>,
        gathered: &Gathered,
        shown: Option<&ObjectView>,
    ) -> Vec<Finding> {
        let found = {
            let parsed: Vec<(&str, Object<'_>)> = gathered
                .objects
                .iter()
                .filter_map(|(slug, json)| Some((slug.as_str(), Object::parse(json).ok()?)))
                .collect();
            let events: Vec<Object<'_>> =
                gathered.events.iter().filter_map(|json| Object::parse(json).ok()).collect();
            let related = Related {
                events: events.iter().collect(),
                objects: parsed.iter().map(|(slug, object)| (*slug, object)).collect(),
                looked_at: gathered.looked_at.iter().map(String::as_str).collect(),
                now: now(),
            };
            kinds::explain(&store.served().kind, object, &related)
        };
        let mut findings = Vec::new();
        for finding in found {
            let at = finding.at.and_then(|at| cluster.reference(&at));
            let known = shown.and_then(|view| {
                let same = view.findings.iter().find(|known| known.title == finding.title && known.at == at);
                same.filter(|known| known.detail == finding.detail).map(|known| known.log.clone())
            });
            let log = match (known, finding.log) {
                (Some(log), _) => log,
                (None, Some(log)) => self.last_lines(cluster, log).await,
                (None, None) => Vec::new(),
            };
            findings.push(Finding {
                level: finding.level,
                title: finding.title,
                detail: finding.detail,
                next_step: finding.next_step,
                at,
                log,
            });
        }
        findings
    }

    /// The last lines of a log, if the caller may read it and there is one.
    async fn last_lines(&self, cluster: &Arc<Cluster>, log: kinds::LogOf) -> Vec<String> {
        let (Ok(namespace), Ok(name)) = (Namespace::parse(&log.namespace), ObjectName::parse(&log.pod))
        else {
            return Vec::new();
        };
        let pod = ResourceRef {
            cluster: cluster.name().clone(),
            kind: KindSlug::parse("pods").expect("a good name"),
            namespace: Some(namespace),
            name,
        };
        let request = LogRequest {
            of: pod,
            pod: None,
            containers: ContainerChoice::Named(log.container),
            previous: log.previous,
            tail: LOG_LINES,
            since_seconds: None,
            around_nanoseconds: None,
        };
        // An explanation stands without its log; the log's own tab says why it cannot be read.
        let lines = self.read_log(request).await.map(|page| page.lines.lines).unwrap_or_default();
        lines.into_iter().map(|line| line.text).collect()
    }

    /// Whether a shell could run in it or in one of its pods, and whether the caller may ask for one.
    fn terminal_offer(&self, resource: &ResourceRef, object: &Object<'_>) -> Option<TerminalOffer> {
        let exec = Resource::new("", "pods").part("exec");
        let need = match resource.kind.as_str() {
            "nodes" => Need::on(Verb::Create, Resource::new("", "nodes").part("shell"), resource),
            "pods" => containers(object)
                .iter()
                .any(|container| container.runs)
                .then(|| Need::on(Verb::Create, exec, resource))?,
            kind if WITH_PODS.contains(&kind) => {
                let place = access::Place::Namespace(resource.namespace.clone()?);
                Need::to_all(Verb::Create, exec, resource.cluster.clone(), place)
            }
            _ => return None,
        };
        Some(TerminalOffer { missing: self.missing(&need) })
    }

    /// The right, if the caller lacks it.
    fn missing(&self, need: &Need) -> Option<model::Need> {
        let refusal = access::decide(&self.caller, need).err()?;
        match access::Refused::NotAllowed(refusal).into() {
            ConsoleError::Forbidden { need, .. } => Some(need),
            _ => unreachable!("what is not allowed is forbidden"),
        }
    }

    /// The kind's actions that make sense for this object as it is, and which the caller lacks the right for.
    fn actions(&self, served: &Served, resource: &ResourceRef, object: &Object<'_>) -> Vec<OfferedAction> {
        let mut offered = Vec::new();
        for action in &served.kind.actions {
            let Some((kind, need, current)) = offer(*action, served, resource, object) else { continue };
            offered.push(OfferedAction { action: kind, missing: self.missing(&need), current });
        }
        offered
    }
}

/// Whether there is a log to read: of a pod that has begun, or of the pods of a workload.
fn has_log(kind: &str, object: &Object<'_>) -> bool {
    match kind {
        "pods" => containers(object).iter().any(|container| container.has_log),
        kind => WITH_PODS.contains(&kind),
    }
}

/// How an action is offered: what it is called, what it needs, what is in force. `None` when it makes no sense now.
fn offer(
    action: kinds::Action,
    served: &Served,
    resource: &ResourceRef,
    object: &Object<'_>,
) -> Option<(ActionKind, Need, Option<i64>)> {
    use kinds::Action;
    let is = |path: &str| object.is_true(path);
    let (kind, makes_sense, current) = match action {
        Action::Edit => (ActionKind::Edit, true, None),
        Action::Scale => (ActionKind::Scale, true, object.number_at("/spec/replicas")),
        Action::Restart => (ActionKind::Restart, true, None),
        Action::Pause => (ActionKind::Pause, !is("/spec/paused"), None),
        Action::Resume => (ActionKind::Resume, is("/spec/paused"), None),
        Action::RollBack => (ActionKind::RollBack, true, None),
        Action::Cordon => (ActionKind::Cordon, !is("/spec/unschedulable"), None),
        Action::Uncordon => (ActionKind::Uncordon, is("/spec/unschedulable"), None),
        Action::Drain => (ActionKind::Drain, true, None),
        Action::Suspend => (ActionKind::Suspend, !is("/spec/suspend"), None),
        Action::Unsuspend => (ActionKind::Unsuspend, is("/spec/suspend"), None),
        Action::Trigger => (ActionKind::Trigger, true, None),
        Action::SetMetadata => (ActionKind::SetMetadata, true, None),
        Action::Delete => (ActionKind::Delete, true, None),
    };
    let need = need_of(action, served, resource);
    let verb = match kind {
        ActionKind::Delete => "delete",
        ActionKind::Trigger => "get",
        _ => "patch",
    };
    (makes_sense && served.can(verb)).then_some((kind, need, current))
}

/// The address of a row's object, if its names obey the rules.
pub(crate) fn reference(cluster: &Cluster, store: &Store, row: &RowData) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: cluster.name().clone(),
        kind: KindSlug::parse(&store.served().kind.slug).ok()?,
        namespace: row.namespace.as_deref().map(Namespace::parse).transpose().ok()?,
        name: ObjectName::parse(&row.name).ok()?,
    })
}

/// API group, kind, name and uid of the controlling owner, else of the first.
fn owner_of(object: &Object<'_>) -> Option<(String, String, String, String)> {
    let owners = object.items_at("/metadata/ownerReferences");
    let owner = owners.iter().find(|owner| owner.is_true("/controller")).or_else(|| owners.first())?;
    let group = owner.text_at("/apiVersion").split_once('/').map_or("", |(group, _)| group);
    let text = |path: &str| owner.text_at(path).to_owned();
    Some((group.into(), text("/kind"), text("/name"), text("/uid")))
}

fn event_view(event: &Object<'_>, level: Level) -> EventView {
    let first_of = |paths: &[&str]| {
        paths
            .iter()
            .map(|path| event.text_at(path))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let last = first_of(&[
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/firstTimestamp",
        "/eventTime",
        "/metadata/creationTimestamp",
    ]);
    EventView {
        level,
        reason: event.text_at("/reason").into(),
        message: event.text_at("/message").into(),
        count: event.number_at("/series/count").or(event.number_at("/count")).unwrap_or(1),
        last_seen: Timestamp(kinds::seconds(&last).unwrap_or_default()),
        source: first_of(&["/reportingComponent", "/source/component"]),
        about: None,
    }
}

/// Earlier versions of a workload, newest first: `ReplicaSet`s of a Deployment, `ControllerRevision`s of others.
fn revisions(resource: &ResourceRef, object: &Object<'_>, gathered: &Gathered) -> Vec<Revision> {
    let of = |slug: &'static str| {
        let owned = gathered.objects.iter().filter(move |(kind, _)| kind == slug);
        owned.filter_map(|(_, json)| Object::parse(json).ok().map(Object::into_owned))
    };
    let is_owned = |owned: &Object<'_>| owner_of(owned).is_some_and(|(.., uid)| uid == object.uid());
    let created =
        |owned: &Object<'_>| kinds::seconds(owned.text_at("/metadata/creationTimestamp")).map(Timestamp);
    let cause =
        |owned: &Object<'_>| owned.text_at("/metadata/annotations/kubernetes.io~1change-cause").to_owned();
    let mut revisions: Vec<Revision> = match resource.kind.as_str() {
        "deployments" => {
            const NUMBER: &str = "/metadata/annotations/deployment.kubernetes.io~1revision";
            let current: Option<i64> = object.text_at(NUMBER).parse().ok();
            let sets = of("replicasets").filter(is_owned);
            sets.filter_map(|set| {
                let number = set.text_at(NUMBER).parse().ok()?;
                Some(Revision {
                    number,
                    current: Some(number) == current,
                    created: created(&set),
                    images: template_images(&set, "/spec/template"),
                    cause: cause(&set),
                    pods: (
                        set.number_at("/status/readyReplicas").unwrap_or(0),
                        set.number_at("/spec/replicas").unwrap_or(0),
                    ),
                })
            })
            .collect()
        }
        "statefulsets" | "daemonsets" => {
            let update = object.text_at("/status/updateRevision").to_owned();
            let mut found: Vec<_> = of("controllerrevisions")
                .filter(is_owned)
                .filter_map(|owned| {
                    Some(Revision {
                        number: owned.number_at("/revision")?,
                        current: !update.is_empty() && owned.name() == update,
                        created: created(&owned),
                        images: template_images(&owned, "/data/spec/template"),
                        cause: cause(&owned),
                        pods: (0, 0),
                    })
                })
                .collect();
            if update.is_empty()
                && let Some(newest) = found.iter_mut().max_by_key(|revision| revision.number)
            {
                newest.current = true;
            }
            found
        }
        _ => Vec::new(),
    };
    revisions.sort_by_key(|revision| std::cmp::Reverse(revision.number));
    revisions
}

fn texts(object: &Object<'_>, path: &str) -> Vec<String> {
    object.items_at(path).iter().filter_map(Object::text).map(str::to_owned).collect()
}
