//! Labels that pick pods: typed, or taken from a workload, with how many pods have them.

use super::controls::Part;
use super::pairs::pairs;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{KindSlug, ObjectName, ResourceRef, TableQuery};
use resources_contract::{read_manifest, read_table};
use serde_json::{Value, json};
use std::time::Duration;
use ui::error_words;
use workloads_contract::read_yaml;

/// How long nothing may have been typed before pods are counted.
const PAUSE: Duration = Duration::from_millis(400);
/// Kinds whose pods can be picked, and how many of each are suggested.
const WORKLOADS: [&str; 3] = ["daemonsets", "deployments", "statefulsets"];
const MOST: u16 = 100;
/// With which port the form of a service begins.
const FIRST_PORT: (i64, i64) = (80, 80);

/// The labels, what takes them from a workload, and how many pods have them.
pub fn pod_labels(part: &Part) -> AnyView {
    view! { <div class="form-picked">{pairs(part)}{from_workload(part)}{counted(part)}</div> }.into_any()
}

fn from_workload(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let names = RwSignal::new(Vec::<String>::new());
    let is_asked = StoredValue::new(false);
    let ask = move |_| {
        let Some(namespace) = untrack(|| editing.namespace()) else { return };
        if is_asked.get_value() {
            return;
        }
        is_asked.set_value(true);
        for kind in WORKLOADS {
            let Ok(kind) = KindSlug::parse(kind) else { continue };
            let query = TableQuery {
                namespaces: vec![namespace.clone()],
                size: MOST,
                ..TableQuery::of(editing.cluster(), kind.clone())
            };
            leptos::task::spawn_local(async move {
                // Without an answer there are no suggestions, and labels can be typed all the same.
                let rows = read_table(query).await.map(|table| table.rows).unwrap_or_default();
                let found = rows.iter().map(|row| format!("{kind}/{}", row.name));
                let _ = names.try_update(|names| names.extend(found));
            });
        }
    };
    let typed = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<String>);
    let on_input = Callback::new(move |text: String| {
        typed.set(text.clone());
        trouble.set(None);
        if !names.read_untracked().contains(&text) {
            return;
        }
        let (Some(workload), spot) = (workload(&text, editing), spot.clone()) else { return };
        leptos::task::spawn_local(async move {
            let read = async {
                let manifest = read_manifest(workload, false).await?;
                read_yaml(manifest.text).await
            };
            let answer = read.await;
            // The form may have been left, or a name typed that only begins like this one.
            let is_past = typed.try_get_untracked().is_some_and(|typed| typed != text);
            if is_past || editing.draft.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(objects) => {
                    let object = objects.first().unwrap_or(&Value::Null);
                    // What selects by expressions alone has none, and what was typed stays.
                    if let Some(labels) = object.pointer("/spec/selector/matchLabels") {
                        editing.set(spot.object, &spot.path, Some(labels.clone()));
                    }
                    take_ports(editing, object);
                }
                Err(error) => trouble.set(Some(error_words(&error))),
            }
        });
    });
    let place = part.spot.place();
    let id = format!("{place}-workloads");
    let option = |name: String| view! { <option value=name></option> };
    view! {
        <div class="needs-scripts" on:focusin=ask>
            <ui::Field
                name=format!("{place}?workload")
                label=text("picked.from")
                value=typed
                hint=text("picked.from.hint")
                problem=trouble
                code=true
                list=id.clone()
                on_input
            />
            <datalist id=id>{move || names.get().into_iter().map(option).collect_view()}</datalist>
        </div>
    }
    .into_any()
}

/// A workload of the draft's namespace, written `deployments/web`.
fn workload(text: &str, editing: super::editing::Editing) -> Option<ResourceRef> {
    let (kind, name) = text.split_once('/')?;
    Some(ResourceRef {
        cluster: editing.cluster(),
        kind: KindSlug::parse(kind).ok()?,
        namespace: Some(untrack(|| editing.namespace())?),
        name: ObjectName::parse(name).ok()?,
    })
}

/// A new service whose ports nobody has typed has those of the workload.
fn take_ports(editing: super::editing::Editing, workload: &Value) {
    let (port, target) = FIRST_PORT;
    let is_first =
        untrack(|| editing.at(0, "spec/ports")) == Some(json!([{"port": port, "targetPort": target}]));
    let ports = ports(workload);
    if editing.form.slug == "services" && editing.is_new() && is_first && !ports.is_empty() {
        editing.set(0, "spec/ports", Some(Value::Array(ports)));
    }
}

/// Ports of a service that leads to those of a workload's containers.
fn ports(workload: &Value) -> Vec<Value> {
    let containers = workload.pointer("/spec/template/spec/containers").and_then(Value::as_array);
    let declared = containers.into_iter().flatten().flat_map(|container| container["ports"].as_array());
    let port = |declared: &Value| {
        let number = declared["containerPort"].as_i64()?;
        let name = declared["name"].as_str();
        let mut port = json!({"port": number, "targetPort": name.map_or(Value::from(number), Value::from)});
        if let Some(name) = name {
            port["name"] = name.into();
        }
        if let Some(protocol) = declared["protocol"].as_str().filter(|protocol| *protocol != "TCP") {
            port["protocol"] = protocol.into();
        }
        Some(port)
    };
    let mut ports: Vec<Value> = declared.flatten().filter_map(port).collect();
    if ports.len() > 1 {
        // Of several each has to have a name.
        for port in ports.iter_mut().filter(|port| port["name"].is_null()) {
            let name = format!("port-{}", port["port"]);
            port["name"] = name.into();
        }
    }
    ports
}

/// How many pods have the labels, as far as the reader may see them.
fn counted(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let query = Memo::new(move |_| {
        let draft = editing.draft.read();
        let search = search(
            draft.at(spot.object, &spot.path),
            draft.at(spot.object, &spot.path.replace("matchLabels", "matchExpressions")),
        )?;
        let namespaces = vec![editing.namespace()?];
        let pods = KindSlug::parse("pods").ok()?;
        Some(TableQuery { namespaces, search, size: 1, ..TableQuery::of(editing.cluster(), pods) })
    });
    let count = RwSignal::new(None::<u64>);
    let ask = move || {
        let Some(asked) = query.try_get_untracked().flatten() else { return };
        leptos::task::spawn_local(async move {
            // Who may not see pods is told nothing of them.
            let answer = read_table(asked.clone()).await.ok().map(|table| table.total);
            if query.try_get_untracked().flatten() == Some(asked) {
                let _ = count.try_set(answer);
            }
        });
    };
    Effect::new(move |_| {
        query.track();
        count.set(None);
        if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
    let words = move || {
        count.get().map(|count| match count {
            0 => text("picked.none").to_owned(),
            count => text_with("picked.count", &[("count", &count)]),
        })
    };
    view! { <p class="field-hint" role="status">{words}</p> }.into_any()
}

/// What finds the pods that have these labels, where nothing but labels picks them.
fn search(labels: Option<&Value>, expressions: Option<&Value>) -> Option<String> {
    let expressions = expressions.filter(|_| labels != expressions).and_then(Value::as_array);
    if expressions.is_some_and(|expressions| !expressions.is_empty()) {
        return None;
    }
    let labels = labels?.as_object().filter(|labels| !labels.is_empty())?;
    let terms = labels.iter().map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    Some(terms.collect::<Option<Vec<_>>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_the_ports_of_the_workload_that_it_leads_to() {
        let of = |declared: Value| {
            ports(&json!({"spec": {"template": {"spec": {"containers": [{"ports": declared}, {}]}}}}))
        };

        assert_eq!(of(json!([{"containerPort": 8080}])), [json!({"port": 8080, "targetPort": 8080})]);
        let several = of(json!([
            {"containerPort": 8080, "name": "http", "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"},
        ]));
        let expected = [
            json!({"port": 8080, "targetPort": "http", "name": "http"}),
            json!({"port": 53, "targetPort": 53, "protocol": "UDP", "name": "port-53"}),
        ];
        assert_eq!(several, expected);
        assert_eq!(of(json!([])), Vec::<Value>::new());
    }

    #[test]
    fn pods_are_counted_only_where_labels_alone_pick_them() {
        let labels = json!({"app": "till", "tier": "front"});

        assert_eq!(search(Some(&labels), None).as_deref(), Some("app=till tier=front"));
        assert_eq!(search(Some(&labels), Some(&labels)).as_deref(), Some("app=till tier=front"));
        assert_eq!(search(Some(&labels), Some(&json!([{"key": "x"}]))), None);
        assert_eq!(search(Some(&json!({})), None), None);
        assert_eq!(search(None, None), None);
    }
}
