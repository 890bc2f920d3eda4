//! What stands in the projects of two tenants, each with a word by which it shows that it was seen.

use super::super::*;
use super::world::lantern;
use ::kubernetes::{Bin, Deleted, DeletedObject, RecordedTerminal, Recorder};
use database::dashboards::NewDashboard;
use database::kept_events::KeptEvent;
use database::list_alerts::{KeptListAlert, ListAlertTerms, ListFound, ListLook, Listed, NewListAlert};
use database::mail_servers::NewMailServer;
use database::members::Place;
use database::receivers::NewReceiver;
use database::saved_searches::{Kept, NewSavedSearch, Readers};
use model::terminal::{TerminalEnd, TerminalPlace, TerminalRequest, TerminalSize};
use model::{KindSlug, Namespace, ObjectName, ResourceRef};
use serde_json::{Value, json};
use uuid::Uuid;

/// The kind of alert rules, which this cluster does not have by itself.
pub fn rules_kind() -> Value {
    let anything = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "prometheusrules.monitoring.coreos.com"},
        "spec": {
            "group": "monitoring.coreos.com", "scope": "Namespaced",
            "names": {"kind": "PrometheusRule", "plural": "prometheusrules", "singular": "prometheusrule"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": anything}}],
        },
    })
}

pub fn contents(namespace: &str, plain: &str, secret: &str) -> Vec<Value> {
    let about = |name: &str| json!({"name": name, "namespace": namespace, "annotations": {"note": plain}});
    let command = ["sh", "-c", &format!("echo {plain}; sleep 3000")].map(str::to_owned);
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": about("thing"),
            "spec": {
                "replicas": 1, "selector": {"matchLabels": {"app": "thing"}},
                "template": {
                    "metadata": {"labels": {"app": "thing"}},
                    "spec": {"containers": [{"name": "main", "image": format!("example/{plain}:1"), "command": command}]},
                },
            },
        }),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about("thing"), "data": {"key": plain}}),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": about("thing"), "stringData": {"key": secret}}),
        json!({
            "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": about("thing"),
            "spec": {"groups": [{"name": "all", "rules": [
                {"alert": "Planted", "expr": "up", "annotations": {"summary": plain}},
            ]}]},
        }),
    ]
}

/// Somebody who is told of what happens in a project, somewhere where nobody listens.
pub fn receiver(place: Place, name: &str) -> NewReceiver {
    let settings = json!({
        "least": "warning", "matchers": "", "tells_resolved": true, "repeat_hours": 4, "language": "en",
        "fields": {"url": "https://127.0.0.1:9/"}, "target": name,
    });
    NewReceiver {
        place: Some(place),
        name: name.into(),
        channel: "webhook".into(),
        settings: settings.to_string(),
        sealed_secrets: None,
    }
}

/// A mail server that nobody runs, with a word in its name.
pub fn mail_server(word: &str) -> NewMailServer {
    let settings = json!({
        "host": format!("{word}.invalid"), "port": 465, "security": "tls", "user": "", "from": "a@example.org",
    });
    NewMailServer { settings: settings.to_string(), sealed_password: None }
}

/// Something that was deleted in a project, with a word in its name.
pub async fn delete(console: &Console, namespace: &str, word: &str) -> Uuid {
    let name = format!("{word}-gone");
    let resource = ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse("configmaps").unwrap(),
        namespace: Some(Namespace::parse(namespace).unwrap()),
        name: ObjectName::parse(&name).unwrap(),
    };
    let metadata = json!({"name": name, "namespace": namespace});
    let object = DeletedObject {
        resource,
        group: String::new(),
        plural: "configmaps".into(),
        kind: "ConfigMap".into(),
        manifest: json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": word}}),
    };
    let (cluster, by) = (lantern(), "administrator".to_owned());
    let deleted = Deleted { cluster, by, objects: vec![object], left_out: 0 };
    console.recycle_bin().keep(deleted).await.unwrap();
    let kept = console.database().deleted_objects(&lantern()).await.unwrap();
    kept.into_iter().find(|kept| kept.name == name).unwrap().id
}

/// What a terminal in a project showed: a word that only who may replay it reads.
pub async fn record(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    database.record_project(project, Some(30)).await.unwrap();
    let pod = ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse("pods").unwrap(),
        namespace: Some(namespace),
        name: ObjectName::parse("thing").unwrap(),
    };
    let request = format!("terminal in {project}");
    let terminal = RecordedTerminal {
        place: TerminalPlace::Container(TerminalRequest { pod, container: None, shell: None, debug: None }),
        action: "terminal",
        size: TerminalSize::USUAL,
        account: Uuid::nil(),
        person: "somebody".into(),
        request: request.clone(),
    };
    let recording = console.recordings().begin(terminal).await.unwrap().unwrap().recording;
    recording.output(word.as_bytes()).await.unwrap();
    recording.end(&TerminalEnd::Stopping).await;
    database.recordings_of_requests(&[request]).await.unwrap().remove(0).begun.id
}

/// A search that is shared in a project, with a word in its name and in what it looks for.
pub async fn keep_search(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let owner = database.account_named("zed").await.unwrap().unwrap().id;
    let new = NewSavedSearch {
        cluster: lantern(),
        owner,
        readers: Readers::Project(project),
        records: "logs".into(),
        name: word.into(),
        query: word.into(),
        window: ("1h".into(), String::new()),
    };
    match database.add_saved_search(&new, "zed").await.unwrap() {
        Kept::Done(id) => id,
        other => panic!("{word} was not kept: {other:?}"),
    }
}

/// An event of a project that the console keeps itself, with a word in everything that it says.
pub async fn keep_event(console: &Console, namespace: &str, word: &str) {
    let now = database::now_milliseconds();
    let event = KeptEvent {
        uid: word.into(),
        times: 1,
        at_milliseconds: now,
        namespace: namespace.into(),
        kind: "Pod".into(),
        name: format!("thing-{word}"),
        reason: word.into(),
        sort: "Warning".into(),
        source: word.into(),
        message: format!("thing {word}"),
    };
    console.database().keep_events(&lantern(), &[event], now).await.unwrap();
}

/// An alert on a list of a project, with a word in its name, in what is looked for and in what was found.
pub async fn keep_list_alert(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let writer = database.account_named("administrator").await.unwrap().unwrap().id;
    let query = json!({
        "cluster": "lantern", "kind": "configmaps", "namespaces": [namespace.as_str()], "search": format!("-name:{word}"), "size": 50,
    });
    let terms = ListAlertTerms { name: word.into(), severity: "critical".into(), hold_seconds: 0, least: 1 };
    let new = NewListAlert { cluster: lantern(), project: Some(project), terms, query: query.to_string() };
    let KeptListAlert::Done(id) = database.add_list_alert(&new, writer, "administrator").await.unwrap()
    else {
        panic!("{word} was not kept");
    };
    let now = database::now_seconds();
    let found =
        ListFound { standing: "known".into(), looked_at: Some(now), matched: 1, ..ListFound::default() };
    let listed = Listed { since: now, fired_at: Some(now) };
    let put = vec![((namespace.to_string(), word.to_owned()), listed)];
    database.keep_list_look(id, 1, &ListLook { found, put, gone: Vec::new() }).await.unwrap();
    id
}

/// A dashboard of a project, with a word in its text and in its query.
pub async fn keep_dashboard(console: &Console, namespace: &str, word: &str) -> Uuid {
    let database = console.database();
    let namespace = Namespace::parse(namespace).unwrap();
    let project = database.project(&lantern(), &namespace).await.unwrap().unwrap().id;
    let panel = |kind: &str, text: &str, queries: Value| {
        json!({
            "title": word, "kind": kind, "width": 6, "unit": "Count", "queries": queries, "thresholds": {}, "text": text,
        })
    };
    let query = json!([{"query": format!("up{{job=\"{word}\"}}"), "legend": ""}]);
    let panels = [panel("Text", word, json!([])), panel("Lines", "", query)];
    let new = NewDashboard {
        cluster: lantern(),
        project: Some(project),
        name: word.into(),
        document: json!({"form": 1, "variables": [], "panels": panels}).to_string(),
    };
    database.add_dashboard(&new, "administrator").await.unwrap().unwrap()
}
