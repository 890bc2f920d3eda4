//! What is everywhere in a cluster: namespaces, events, leases and the classes of pods.

use super::shared::{group_of, object, sentence, words};
use crate::column::{age, column, flag, function, number, pairs, since, status, text, unique_text};
use crate::said::Said;
use crate::{Field, Health, Interner, Kind, Object, Value, time};
use model::Level;

pub(super) fn namespaces() -> Kind {
    Kind {
        namespaced: false,
        aliases: words(["ns"]),
        status: Some(namespace_status),
        columns: vec![
            status(),
            text("pod_security", "/metadata/labels/pod-security.kubernetes.io~1enforce"),
            pairs("labels", "/metadata/labels").hidden(),
            age(),
        ],
        ..Kind::plain("", "v1", "Namespace", "namespaces")
    }
}

fn namespace_status(namespace: &Object<'_>) -> Health {
    if namespace.text_at("/status/phase") != "Terminating" {
        return Health::new(Level::Healthy, "Active");
    }
    let conditions = namespace.items_at("/status/conditions").iter();
    let open: Vec<Said> = conditions
        .filter(|condition| condition.text_at("/status") == "True")
        .map(|condition| sentence(condition.text_at("/message")).into())
        .collect();
    let level = if open.is_empty() { Level::Progressing } else { Level::Warning };
    Health::new(level, "Terminating").because(Said::Sentences(open))
}

pub(super) fn events() -> Kind {
    Kind {
        aliases: words(["ev"]),
        status: Some(event_status),
        columns: vec![
            status(),
            text("reason", "/reason"),
            function("object", about),
            unique_text("message", "/message"),
            function("count", |event, _| Field::Number(event_count(event))).at_end(),
            function("source", |event, interner| interner.text_field(event_source(event))),
            since("first_seen", "/firstTimestamp").hidden(),
            function("last_seen", |event, _| last_seen(event).map_or(Field::None, Field::Since)).at_end(),
        ],
        search: words(["/message", "/reason", "/involvedObject/name"]),
        ..Kind::plain("", "v1", "Event", "events")
    }
}

fn event_status(event: &Object<'_>) -> Health {
    match event.text_at("/type") {
        "Warning" => Health::new(Level::Warning, "Warning"),
        "" => Health::new(Level::Unknown, "Unknown"),
        word => Health::new(Level::Healthy, word),
    }
}

fn about(event: &Object<'_>, interner: &mut Interner) -> Field {
    let Some(about) = event.at("/involvedObject") else { return Field::None };
    let namespace = about.at("/namespace").and_then(Object::text);
    let group = group_of(about.text_at("/apiVersion"));
    object(interner, group, about.text_at("/kind"), namespace, about.text_at("/name"))
}

/// How often an event happened, in either form of event.
pub(crate) fn event_count(event: &Object<'_>) -> i64 {
    event.number_at("/series/count").or_else(|| event.number_at("/count")).unwrap_or(1).max(1)
}

/// When an event happened last, in either form of event.
pub(crate) fn last_seen(event: &Object<'_>) -> Option<i64> {
    [
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/eventTime",
        "/firstTimestamp",
        "/metadata/creationTimestamp",
    ]
    .into_iter()
    .find_map(|path| time::seconds(event.text_at(path)))
}

/// Who says so, in either form of event.
pub(crate) fn event_source<'o>(event: &'o Object<'_>) -> &'o str {
    match event.text_at("/source/component") {
        "" => event.text_at("/reportingComponent"),
        component => component,
    }
}

pub(super) fn leases() -> Kind {
    Kind {
        rare: true,
        columns: vec![
            text("holder", "/spec/holderIdentity"),
            since("renewed", "/spec/renewTime"),
            number("lease_seconds", "/spec/leaseDurationSeconds"),
            number("transitions", "/spec/leaseTransitions").hidden(),
            age(),
        ],
        search: words(["/spec/holderIdentity"]),
        ..Kind::plain("coordination.k8s.io", "v1", "Lease", "leases")
    }
}

pub(super) fn priority_classes() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        aliases: words(["pc"]),
        columns: vec![
            number("value", "/value"),
            flag("default", "/globalDefault"),
            column("preemption", Value::Text("/preemptionPolicy".into())),
            text("description", "/description"),
            age(),
        ],
        ..Kind::plain("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses")
    }
}

pub(super) fn runtime_classes() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            text("handler", "/handler"),
            pairs("node_selector", "/scheduling/nodeSelector"),
            pairs("overhead", "/overhead/podFixed"),
            age(),
        ],
        ..Kind::plain("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses")
    }
}
