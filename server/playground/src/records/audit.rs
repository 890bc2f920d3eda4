//! The audit log of the API server: what was asked of it over HTTP, and what controllers did to pods. Metadata only: what
//! was sent and answered is not in it.

use std::sync::Arc;

use jiff::Timestamp;
use playground_elasticsearch::{Document, Family, Kind, Wanted};
use playground_kubernetes::Asked;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lives::Life;
use crate::objects::hash;
use crate::site::Site;

pub const FAMILY: Family = Family {
    name: "kube-audit",
    time: "@timestamp",
    fields: &[
        ("@timestamp", Kind::Date),
        ("requestReceivedTimestamp", Kind::Date),
        ("auditID", Kind::Text),
        ("level", Kind::Text),
        ("stage", Kind::Text),
        ("verb", Kind::Text),
        ("requestURI", Kind::Text),
        ("userAgent", Kind::Text),
        ("sourceIPs", Kind::Text),
        ("user.username", Kind::Text),
        ("impersonatedUser.username", Kind::Text),
        ("objectRef.apiGroup", Kind::Text),
        ("objectRef.apiVersion", Kind::Text),
        ("objectRef.resource", Kind::Text),
        ("objectRef.subresource", Kind::Text),
        ("objectRef.namespace", Kind::Text),
        ("objectRef.name", Kind::Text),
        ("responseStatus.code", Kind::Long),
        ("responseStatus.message", Kind::Text),
    ],
};

/// The requests of a span.
pub fn documents(site: &Site, lives: &[Arc<Life>], wanted: &Wanted) -> Vec<Document> {
    let moment = |at: i64| Timestamp::from_millisecond(at).unwrap_or_default();
    // The last millisecond goes on until the next one begins.
    let asked = site.cluster.asked_between(moment(wanted.from), moment(wanted.to + 1));
    let mut documents: Vec<Document> = asked.iter().map(of_request).collect();
    for life in lives {
        of_controllers(life, wanted, &mut documents);
    }
    documents
}

fn of_request(asked: &Asked) -> Document {
    let (user, impersonated) = match &asked.speaker {
        Some(speaker) => (speaker.as_str(), Some(asked.user.as_str())),
        None => (asked.user.as_str(), None),
    };
    let reference = json!({
        "apiGroup": asked.group, "apiVersion": asked.version, "resource": asked.resource,
        "subresource": asked.subresource, "namespace": asked.namespace, "name": asked.name,
    });
    let number = hash(format!("{}{}{}{}", asked.at, asked.path, asked.verb, asked.user).as_bytes());
    let mut source = record(asked.at.as_millisecond(), &asked.id, &asked.verb, &asked.path, user, reference);
    source["userAgent"] = asked.agent.as_str().into();
    source["responseStatus"]["code"] = asked.code.into();
    if !asked.message.is_empty() {
        source["responseStatus"]["message"] = asked.message.as_str().into();
    }
    if let Some(impersonated) = impersonated {
        source["impersonatedUser"] = json!({ "username": impersonated });
    }
    Document::new(asked.at.as_millisecond(), number, source)
}

/// What controllers and the scheduler did for a pod.
fn of_controllers(life: &Life, wanted: &Wanted, documents: &mut Vec<Document>) {
    let pod = &life.pod;
    if !wanted.admits("objectRef.namespace", &pod.namespace) {
        return;
    }
    let controller = match pod.owner_kind.as_str() {
        "ReplicaSet" => "replicaset-controller",
        "StatefulSet" => "statefulset-controller",
        "DaemonSet" => "daemon-set-controller",
        "Job" => "job-controller",
        _ => return,
    };
    let controller = format!("system:serviceaccount:kube-system:{controller}");
    let mut done = vec![(pod.created, "create", "", controller.as_str(), 201)];
    if pod.is_scheduled {
        done.push((pod.created + 40, "create", "binding", "system:kube-scheduler", 201));
    }
    done.extend(pod.gone.map(|gone| (gone, "delete", "", controller.as_str(), 200)));
    for (at, verb, part, user, code) in done {
        if !(wanted.from..=wanted.to).contains(&at) {
            continue;
        }
        let (namespace, name) = (&pod.namespace, &pod.name);
        let path = match (verb, part) {
            ("create", "") => format!("/api/v1/namespaces/{namespace}/pods"),
            (_, "") => format!("/api/v1/namespaces/{namespace}/pods/{name}"),
            (_, part) => format!("/api/v1/namespaces/{namespace}/pods/{name}/{part}"),
        };
        let reference = json!({
            "apiGroup": "", "apiVersion": "v1", "resource": "pods", "subresource": part,
            "namespace": namespace, "name": name,
        });
        let number = hash(format!("{}{verb}{part}", pod.uid).as_bytes());
        let mut source = record(at, &uuid(number), verb, &path, user, reference);
        source["responseStatus"]["code"] = code.into();
        documents.push(Document::new(at, number, source));
    }
}

/// A number as API servers write the ids that they make up.
fn uuid(number: u64) -> String {
    Uuid::from_u64_pair(number, number.rotate_left(32)).to_string()
}

fn record(at: i64, id: &str, verb: &str, path: &str, user: &str, mut reference: Value) -> Value {
    let moment = format!("{:.3}", Timestamp::from_millisecond(at).unwrap_or_default());
    if let Some(parts) = reference.as_object_mut() {
        parts.retain(|_, part| part.as_str() != Some(""));
    }
    json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "stage": "ResponseComplete",
        "auditID": id, "@timestamp": moment, "requestReceivedTimestamp": moment,
        "requestURI": path, "verb": verb, "user": { "username": user }, "sourceIPs": ["127.0.0.1"],
        "objectRef": reference, "responseStatus": { "metadata": {} },
    })
}
