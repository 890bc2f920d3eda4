//! The labels of an alert: those that tell who is meant in the open, those of how it was measured folded.

use crate::words::text_with;
use leptos::prelude::*;
use ui::Labels;

/// The labels of an alert, with those that only tell how it was measured behind a disclosure.
#[component]
pub fn AlertLabels(
    /// Names and values, without the alert's own name.
    labels: Vec<(String, String)>,
) -> impl IntoView {
    let (mut labels, folded) = divided(labels);
    let (shown, count) = (labels.len(), folded.len());
    labels.extend(folded);
    let more = text_with("alert.labels.more", &[("count", &count)]);
    view! { <div class="alert-labels"><Labels labels shown more/></div> }
}

/// A name and its value.
type Label = (String, String);

/// Labels that name an object besides the pod that was asked.
const OBJECTS: [&str; 12] = [
    "workload",
    "deployment",
    "statefulset",
    "daemonset",
    "cronjob",
    "job_name",
    "replicaset",
    "horizontalpodautoscaler",
    "persistentvolumeclaim",
    "ingress",
    "node",
    "exported_pod",
];

/// What is said first of who is meant; what nobody here knows follows.
const FIRST: [&str; 5] = ["cluster", "exported_namespace", "namespace", "workload", "deployment"];

/// Labels that never tell who is meant: marks of the monitoring, and what the object itself tells better.
const MEASURING: [&str; 10] = [
    "endpoint",
    "prometheus",
    "prometheus_replica",
    "metrics_path",
    "uid",
    "id",
    "image",
    "image_id",
    "image_spec",
    "container_id",
];

/// Those that tell who is meant, in order, and the others. Nothing is lost.
fn divided(labels: Vec<Label>) -> (Vec<Label>, Vec<Label>) {
    let asked = Asked::of(&labels);
    let is_folded: Vec<bool> = labels.iter().map(|label| asked.is_folded(&labels, label)).collect();
    let mut is_folded = is_folded.into_iter();
    let (folded, mut shown): (Vec<Label>, Vec<Label>) =
        labels.into_iter().partition(|_| is_folded.next() == Some(true));
    shown.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    (shown, folded)
}

/// Who was asked for what is measured.
struct Asked {
    /// Whether the pod in the labels is the one that was asked.
    is_pod: bool,
    /// Whether something else says which object is meant.
    is_told: bool,
}

impl Asked {
    fn of(labels: &[Label]) -> Self {
        let pod = value(labels, "pod");
        // The pods of an exporter are called after its service.
        let is_pod = pod.zip(value(labels, "service")).is_some_and(|(pod, service)| {
            pod.strip_prefix(service).is_some_and(|rest| rest.starts_with('-'))
        });
        let is_object = OBJECTS.iter().any(|name| value(labels, name).is_some());
        Self { is_pod, is_told: is_object || pod.is_some() && !is_pod }
    }

    fn is_folded(&self, labels: &[Label], (name, own): &Label) -> bool {
        // What the exporter said of itself stands beside what it said of others.
        if value(labels, &format!("exported_{name}")).is_some() {
            return true;
        }
        match name.as_str() {
            // Of a target that is no object, they are all that is known.
            "instance" => self.is_told,
            "job" | "service" => self.is_told || self.is_pod,
            "pod" => self.is_pod && self.is_told,
            "namespace" => self.is_pod && value(labels, "node").is_some(),
            "container" => self.is_pod || is_exporter(labels, own),
            name => name.starts_with("__") || MEASURING.contains(&name),
        }
    }
}

/// Whether a container is the one that was asked: it is called after its service, or stands before it.
fn is_exporter(labels: &[Label], container: &str) -> bool {
    container.starts_with("kube-rbac-proxy")
        || ["service", "job"].iter().any(|name| value(labels, name) == Some(container))
}

fn value<'a>(labels: &'a [Label], name: &str) -> Option<&'a str> {
    labels.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of those that stand in the open.
    fn shown(labels: &[(&str, &str)]) -> Vec<String> {
        let labels: Vec<Label> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();

        let (shown, folded) = divided(labels.clone());

        let mut all = [shown.clone(), folded].concat();
        all.sort();
        let mut labels = labels;
        labels.sort();
        assert_eq!(all, labels, "nothing is lost");
        shown.into_iter().map(|(name, _)| name).collect()
    }

    const STATE: [(&str, &str); 4] = [
        ("endpoint", "http"),
        ("instance", "10.0.0.7:8080"),
        ("job", "kube-state-metrics"),
        ("service", "kube-state-metrics"),
    ];

    #[test]
    fn what_was_asked_about_an_object_is_folded() {
        let of = |more: &[(&str, &str)]| shown(&[&STATE[..], more].concat());

        assert_eq!(
            of(&[
                ("container", "web"),
                ("pod", "web-0"),
                ("namespace", "shop"),
                ("uid", "5f1c"),
                ("reason", "Error")
            ]),
            ["namespace", "container", "pod", "reason"]
        );
        assert_eq!(
            of(&[
                ("container", "kube-state-metrics"),
                ("deployment", "web"),
                ("namespace", "shop"),
                ("pod", "kube-state-metrics-6d-w")
            ]),
            ["namespace", "deployment"]
        );
        assert_eq!(
            of(&[
                ("container", "kube-rbac-proxy-main"),
                ("node", "worker-1"),
                ("namespace", "monitoring"),
                ("pod", "kube-state-metrics-6d-w")
            ]),
            ["node"]
        );
    }

    #[test]
    fn what_an_exporter_says_of_others_goes_before_what_it_says_of_itself() {
        let names = shown(&[
            ("container", "controller"),
            ("exported_namespace", "shop"),
            ("exported_service", "web"),
            ("ingress", "web"),
            ("namespace", "ingress-nginx"),
            ("service", "ingress-nginx"),
        ]);

        assert_eq!(names, ["exported_namespace", "container", "exported_service", "ingress"]);
    }

    #[test]
    fn where_nothing_else_tells_who_is_meant_the_target_does() {
        // A machine: its exporter's pod is on it.
        assert_eq!(
            shown(&[
                ("container", "node-exporter"),
                ("device", "/dev/sda1"),
                ("endpoint", "metrics"),
                ("instance", "10.0.0.7:9100"),
                ("job", "node-exporter"),
                ("namespace", "monitoring"),
                ("pod", "node-exporter-x7k2p"),
                ("service", "node-exporter"),
            ]),
            ["namespace", "device", "instance", "pod"]
        );
        assert_eq!(
            shown(&[("job", "web"), ("namespace", "shop"), ("service", "web")]),
            ["namespace", "job", "service"]
        );
        assert_eq!(shown(&[("prometheus", "monitoring/k8s")]), Vec::<String>::new());
    }
}
