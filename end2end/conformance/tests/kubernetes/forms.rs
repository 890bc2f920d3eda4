//! What the console's forms write, as the API server takes it: every field of every form filled in.

mod samples;

use crate::support::{Cluster, Value, json};
use samples::{RUNTIME, Sample, samples};
use workloads_contract::{Control, Draft, Field, Form, LogFiles, at, forms};

/// Kinds that no cluster has by itself: their definitions are not part of Kubernetes.
const DEFINED_BY_OTHERS: [&str; 9] = [
    "clusteroutputs.fluentbit.fluent.io",
    "gateways.gateway.networking.k8s.io",
    "grpcroutes.gateway.networking.k8s.io",
    "httproutes.gateway.networking.k8s.io",
    "outputs.fluentbit.fluent.io",
    "tcproutes.gateway.networking.k8s.io",
    "tlsroutes.gateway.networking.k8s.io",
    "volumesnapshotclasses.snapshot.storage.k8s.io",
    "volumesnapshots.snapshot.storage.k8s.io",
];

const RUNTIMES: &str = "/apis/node.k8s.io/v1/runtimeclasses";

#[tokio::test]
async fn what_is_filled_in_is_taken_as_it_was_written() {
    let cluster = Cluster::open().await;
    let runtime = json!({
        "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": RUNTIME}, "handler": "runc",
    });
    let made = cluster.post(RUNTIMES, &runtime).await;
    assert!([201, 409].contains(&made.code), "one that failed may have left it: {}", made.text);
    for sample in samples() {
        let form = forms::find(sample.slug).unwrap();
        let draft = sample.filled(form, &cluster.namespace);
        assert_eq!(draft.faults(form), [], "{}", sample.slug);
        if DEFINED_BY_OTHERS.contains(&sample.slug) {
            continue;
        }
        for object in &draft.objects {
            // What the server does not know is refused, and not dropped.
            let path = format!("{}?dryRun=All&fieldValidation=Strict", all(&cluster, object));
            let taken = cluster.post(&path, object).await.is(201);
            assert_holds(&taken, object, sample.slug);
        }
    }
    cluster.delete(&format!("{RUNTIMES}/{RUNTIME}"), &Value::Null).await;
    cluster.close().await;
}

#[test]
fn every_field_of_every_form_is_filled_in() {
    let samples = samples();
    for form in forms::ALL {
        let of_form: Vec<&Sample> = samples.iter().filter(|sample| sample.slug == form.slug).collect();
        let drafts: Vec<Draft> = of_form.iter().map(|sample| sample.filled(form, "shop")).collect();
        for section in form.sections {
            let around: Vec<&Value> = drafts
                .iter()
                .filter_map(|draft| draft.objects.get(section.object))
                .filter_map(|object| at(object, section.base))
                .collect();
            assert_filled(section.fields, &around, &format!("{} {}", form.slug, section.base));
        }
    }
}

/// The list that an object is made in.
fn all(cluster: &Cluster, object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let plural = match text("/kind") {
        kind if kind.ends_with('s') => format!("{}es", kind.to_lowercase()),
        kind => match kind.to_lowercase().strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{}s", kind.to_lowercase()),
        },
    };
    match (object.pointer("/metadata/namespace"), text("/apiVersion")) {
        (Some(_), "v1") => cluster.core(&plural),
        (Some(_), version) => cluster.group(version, &plural),
        (None, version) => format!("/apis/{version}/{plural}"),
    }
}

/// Everything that was written stands in what was taken.
fn assert_holds(taken: &Value, written: &Value, place: &str) {
    match written {
        Value::Object(written) => {
            // Of what is written there as text, the server keeps only the encoded form, in `data`.
            for (key, value) in written.iter().filter(|(key, _)| *key != "stringData") {
                assert_holds(&taken[key], value, &format!("{place}/{key}"));
            }
        }
        Value::Array(written) => {
            let count = taken.as_array().map_or(0, Vec::len);
            assert!(count >= written.len(), "{place}: {taken}");
            for (index, value) in written.iter().enumerate() {
                assert_holds(&taken[index], value, &format!("{place}/{index}"));
            }
        }
        written => assert_eq!(taken, written, "{place}"),
    }
}

/// Each of the fields has a value in at least one of these.
fn assert_filled(fields: &[Field], around: &[&Value], place: &str) {
    for field in fields {
        match field.control {
            Control::LogFiles => {
                let has_some = |pod: &&Value| !LogFiles::of_pod(pod).is_empty();
                assert!(around.iter().any(has_some), "no sample has log files in {place}");
                continue;
            }
            Control::HostTime => {
                let mounts = around.iter().filter_map(|container| container["volumeMounts"].as_array());
                let has_some = mounts.flatten().any(|mount| mount["mountPath"] == "/etc/localtime");
                assert!(has_some, "no container in {place} has the time zone of its node");
                continue;
            }
            // What it writes are the affinities.
            Control::Neighbours => continue,
            _ => {}
        }
        let shown = around.iter().filter(|around| field.is_shown(around));
        let found: Vec<&Value> = shown.filter_map(|around| at(around, field.path)).collect();
        let place = format!("{place}/{}", field.path);
        assert!(!found.is_empty(), "no sample fills in {place} ({})", field.id);
        match &field.control {
            Control::Group(fields) => assert_filled(fields, &found, &place),
            Control::Items { fields, .. } => {
                let items: Vec<&Value> = found.iter().filter_map(|list| list.as_array()).flatten().collect();
                assert_filled(fields, &items, &place);
            }
            Control::OneOf(variants) => {
                for variant in variants.iter().filter(|variant| variant.id != "none") {
                    let chosen =
                        found.iter().filter(|value| !variant.key.is_empty() || !has_other(variants, value));
                    let inner: Vec<&Value> = chosen.filter_map(|value| at(value, variant.key)).collect();
                    assert!(!inner.is_empty(), "no sample chooses {place}: {}", variant.id);
                    assert_filled(variant.fields, &inner, &format!("{place}/{}", variant.key));
                }
            }
            _ => {}
        }
    }
}

fn has_other(variants: &[workloads_contract::Variant], value: &Value) -> bool {
    variants.iter().any(|variant| !variant.key.is_empty() && at(value, variant.key).is_some())
}

impl Sample {
    /// What the form would send, written field by field.
    fn filled(&self, form: &Form, namespace: &str) -> Draft {
        let mut draft = Draft::begin(form, "sample", namespace);
        draft.set_beside(form, self.has_beside);
        for (place, value) in &self.values {
            let (object, path) = place.strip_prefix('+').map_or((0, *place), |path| (1, path));
            draft.set(form, object, path, Some(value.clone()));
        }
        draft
    }
}
