//! Events, as an exporter sends them each time that one is written.

use std::sync::Arc;

use jiff::Timestamp;
use playground_elasticsearch::{Document, Family, Kind, Wanted};
use serde_json::{Value, json};

use super::lives::Life;
use crate::objects::{hash, integer, text, time_at};
use crate::site::Site;

pub const FAMILY: Family = Family {
    name: "kube-events",
    time: "@timestamp",
    fields: &[
        ("@timestamp", Kind::Date),
        ("firstTimestamp", Kind::Date),
        ("lastTimestamp", Kind::Date),
        ("message", Kind::Text),
        ("reason", Kind::Text),
        ("type", Kind::Text),
        ("count", Kind::Long),
        ("involvedObject.kind", Kind::Text),
        ("involvedObject.name", Kind::Text),
        ("involvedObject.namespace", Kind::Text),
        ("involvedObject.uid", Kind::Text),
        ("source.component", Kind::Text),
        ("source.host", Kind::Text),
        ("metadata.name", Kind::Text),
        ("metadata.namespace", Kind::Text),
    ],
};

/// How many times of one event are told apart.
const MOST_TIMES: i64 = 200;

/// The events of a span: those that the cluster still has, and those of pods that are not there any more.
pub fn documents(site: &Site, lives: &[Arc<Life>], wanted: &Wanted) -> Vec<Document> {
    let mut documents = Vec::new();
    for object in site.cluster.list("events", None) {
        again(&site.parse(&object), wanted, &mut documents);
    }
    for life in lives.iter().filter(|life| life.pod.gone.is_some()) {
        of_the_past(life, wanted, &mut documents);
    }
    documents
}

/// An event, once for each time that it happened: it only knows the first and the last, so the others stand evenly between.
fn again(event: &Value, wanted: &Wanted, documents: &mut Vec<Document>) {
    let about = |part: &str| text(event, &format!("/involvedObject/{part}"));
    if !wanted.admits("involvedObject.namespace", about("namespace")) {
        return;
    }
    let moment = |pointer: &str| time_at(event, pointer).map(Timestamp::as_millisecond);
    let Some(last) = moment("/lastTimestamp").or_else(|| moment("/metadata/creationTimestamp")) else {
        return;
    };
    let first = moment("/firstTimestamp").unwrap_or(last).min(last);
    let count = integer(event, "/count").unwrap_or(1).max(1);
    let told = count.min(MOST_TIMES);
    for turn in 0..told {
        let at = if told == 1 { last } else { first + (last - first) * turn / (told - 1) };
        if !(wanted.from..=wanted.to).contains(&at) {
            continue;
        }
        let mut source = event.clone();
        let moment = format!("{:.0}", Timestamp::from_millisecond(at).unwrap_or_default());
        source["@timestamp"] = moment.as_str().into();
        source["lastTimestamp"] = moment.into();
        source["count"] = (if turn + 1 == told { count } else { turn + 1 }).into();
        if let Some(metadata) = source["metadata"].as_object_mut() {
            metadata.remove("managedFields");
        }
        let name = format!("{}{turn}", text(event, "/metadata/uid"));
        documents.push(Document::new(at, hash(name.as_bytes()), source));
    }
}

/// What was told of a pod that came and went.
fn of_the_past(life: &Life, wanted: &Wanted, documents: &mut Vec<Document>) {
    let pod = &life.pod;
    let may_be = wanted.admits("involvedObject.namespace", &pod.namespace)
        && wanted.admits("involvedObject.name", &pod.name)
        && wanted.admits("involvedObject.kind", "Pod");
    if !may_be {
        return;
    }
    let (name, namespace, node) = (&pod.name, &pod.namespace, &pod.node);
    let mut told = vec![(
        pod.created,
        "Scheduled",
        format!("Successfully assigned {namespace}/{name} to {node}"),
        "default-scheduler",
    )];
    for container in &pod.containers {
        let image = &container.image;
        told.push((
            pod.created + 2_000,
            "Pulled",
            format!("Container image \"{image}\" already present on machine"),
            "kubelet",
        ));
        let own = &container.name;
        told.push((pod.created + 3_000, "Created", format!("Created container: {own}"), "kubelet"));
        told.push((pod.created + 4_000, "Started", format!("Started container {own}"), "kubelet"));
        let gone = pod.gone.unwrap_or(i64::MAX);
        told.push((gone, "Killing", format!("Stopping container {own}"), "kubelet"));
    }
    for (at, reason, message, component) in told {
        if !(wanted.from..=wanted.to).contains(&at) {
            continue;
        }
        let moment = format!("{:.0}", Timestamp::from_millisecond(at).unwrap_or_default());
        let number = hash(format!("{}{reason}{message}", pod.uid).as_bytes());
        let source = json!({
            "@timestamp": moment, "firstTimestamp": moment, "lastTimestamp": moment, "count": 1,
            "type": "Normal", "reason": reason, "message": message,
            "involvedObject": {
                "apiVersion": "v1", "kind": "Pod", "name": name, "namespace": namespace, "uid": pod.uid,
            },
            "source": { "component": component, "host": node },
            "metadata": { "name": format!("{name}.{number:016x}"), "namespace": namespace },
        });
        documents.push(Document::new(at, number, source));
    }
}
