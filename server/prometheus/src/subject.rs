//! What a board is about, as labels that every selector of its queries must have.

use crate::layout::Layout;
use crate::promql::{Forced, Wanted, escape};
use crate::reads::ReadMetrics;
use model::{ConsoleError, Namespace, ResourceRef};
use monitoring_contract::{BoardId, BoardRequest, Subject};

/// The right that a board needs.
pub fn need(request: &BoardRequest) -> Result<ReadMetrics, ConsoleError> {
    let cluster = request.subject.cluster();
    match (&request.subject, request.board) {
        (Subject::Cluster(_), BoardId::Usage | BoardId::ControlPlane) => {
            Ok(ReadMetrics::of_everything(cluster))
        }
        (Subject::Cluster(_), BoardId::Machines) => Ok(ReadMetrics::of_nodes(cluster)),
        // Whoever may see nothing of a workspace is told the same as if it had nothing there.
        (Subject::Cluster(_) | Subject::Workspace(..), BoardId::Applications) => {
            Ok(ReadMetrics::of_projects(cluster))
        }
        (Subject::Object(object), board) if BoardId::of_kind(object.kind.as_str()) == Some(board) => {
            match board {
                BoardId::Node => Ok(ReadMetrics::of_nodes(cluster)),
                _ => Ok(ReadMetrics::of_project(cluster, &namespace(object)?)),
            }
        }
        (subject, _) => {
            let what = match subject {
                Subject::Cluster(cluster) => cluster.to_string(),
                Subject::Workspace(cluster, workspace) => format!("{workspace} in {cluster}"),
                Subject::Object(object) => object.to_string(),
            };
            Err(ConsoleError::missing(format!("{} of {what}", request.board.word())))
        }
    }
}

/// The namespace that an object is in, or is.
pub fn namespace(object: &ResourceRef) -> Result<Namespace, ConsoleError> {
    match (&object.namespace, object.kind.as_str()) {
        (Some(namespace), _) => Ok(namespace.clone()),
        (None, "namespaces") => {
            Namespace::parse(object.name.as_str()).map_err(|_| ConsoleError::not_found(object))
        }
        (None, _) => Err(ConsoleError::not_found(object)),
    }
}

/// What a board's subject forces on a selector that names this metric.
pub fn forced(subject: &Subject, layout: &Layout, metric: Option<&str>) -> Vec<Forced> {
    match subject {
        Subject::Object(object) => of_object(object.kind.as_str(), object.name.as_str(), layout, metric),
        // What is seen of a workspace are its projects already.
        Subject::Cluster(_) | Subject::Workspace(..) => Vec::new(),
    }
}

/// What an object of this kind and name forces.
pub fn of_object(kind: &str, name: &str, layout: &Layout, metric: Option<&str>) -> Vec<Forced> {
    let of_metric = |prefix: &str| metric.is_some_and(|metric| metric.starts_with(prefix));
    match kind {
        "nodes" if of_metric("node_") => {
            let wanted = Wanted::AnyOf(layout.instances(name));
            vec![Forced { label: "instance".into(), wanted }]
        }
        // It stands in the expression beside what names the node.
        "nodes" if matches!(metric, Some("kube_pod_status_phase" | "kube_pod_status_ready")) => Vec::new(),
        "nodes" => vec![Forced::is("node", name)],
        // What is seen of it says it already.
        "namespaces" => Vec::new(),
        "pods" => vec![Forced::is("pod", name)],
        "persistentvolumeclaims" => vec![Forced::is("persistentvolumeclaim", name)],
        "ingresses" => vec![Forced::is("ingress", name)],
        kind => match (label_of(kind, metric), pods_of(kind)) {
            (Some(label), _) => vec![Forced::is(label, name)],
            (None, Some(ending)) => {
                let wanted = Wanted::Matches(format!("{}{ending}", escape(name)));
                vec![Forced { label: "pod".into(), wanted }]
            }
            (None, None) => vec![Forced { label: "pod".into(), wanted: Wanted::AnyOf(Vec::new()) }],
        },
    }
}

/// The label that names a workload in what is measured of its kind itself, where its pods have no label.
fn label_of(kind: &str, metric: Option<&str>) -> Option<&'static str> {
    let (prefix, label) = match kind {
        "deployments" => ("kube_deployment_", "deployment"),
        "statefulsets" => ("kube_statefulset_", "statefulset"),
        "daemonsets" => ("kube_daemonset_", "daemonset"),
        "replicasets" => ("kube_replicaset_", "replicaset"),
        "jobs" => ("kube_job_", "job_name"),
        "cronjobs" => ("kube_cronjob_", "cronjob"),
        _ => return None,
    };
    metric.is_some_and(|metric| metric.starts_with(prefix)).then_some(label)
}

/// How the names of a workload's pods end: with what its controllers add. So pods of the past are found too, of whose
/// owner nobody knows any more. Generated letters are those of which no words are made (apimachinery, `SafeEncodeString`): the
/// pods of a daemon set `web-agent` are none of a deployment `web`. The hash of a pod template is a number of 32 bits, of which
/// hardly one in a hundred thousand has less than six digits.
pub fn pods_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "deployments" => "-[b-df-hj-np-tv-xz24-9]{6,10}-[b-df-hj-np-tv-xz24-9]{5}",
        "statefulsets" => "-[0-9]+",
        "replicasets" | "daemonsets" => "-[b-df-hj-np-tv-xz24-9]{5}",
        // Jobs may count their pods.
        "jobs" => "(-[0-9]+)?-[b-df-hj-np-tv-xz24-9]{5}",
        "cronjobs" => "-[0-9]{8,10}(-[0-9]+)?-[b-df-hj-np-tv-xz24-9]{5}",
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::promql::Query;
    use crate::seen::Seen;
    use crate::tests::object;
    use access::Action;
    use model::{ClusterName, WorkspaceName};
    use monitoring_contract::Window;

    fn sent(kind: &str, name: &str, query: &str) -> String {
        let subject = Subject::Object(object(kind, Some("shop"), name));
        let seen = Seen::All.only(&Namespace::parse("shop").unwrap());
        let layout = Layout::default();
        let query = Query::parse(query).unwrap().force(|metric| forced(&subject, &layout, metric)).unwrap();
        query.force(|metric| seen.forced(&layout, metric)).unwrap().to_text().unwrap()
    }

    #[test]
    fn a_pod_and_a_workload_are_forced_on_every_selector() {
        assert_eq!(
            sent("pods", "web-0", r#"sum(rate(a{container!=""}[5m])) / sum(b)"#),
            r#"sum(rate(a{container!="",namespace="shop",pod="web-0"}[5m])) / sum(b{namespace="shop",pod="web-0"})"#
        );
        assert_eq!(sent("statefulsets", "db.main", "a"), r#"a{namespace="shop",pod=~"db\\.main-[0-9]+"}"#);
    }

    #[test]
    fn pods_of_a_workload_are_those_whose_names_its_controllers_made() {
        let is_of = |kind: &str, name: &str, pod: &str| {
            let ending = pods_of(kind).unwrap();
            regex::Regex::new(&format!("^(?:{}{ending})$", escape(name))).unwrap().is_match(pod)
        };

        assert!(is_of("deployments", "web", "web-7d4b9c6f5d-x2vkz"));
        assert!(is_of("deployments", "web-agent", "web-agent-58c67d8b9-4lq9t"));
        assert!(is_of("daemonsets", "web-agent", "web-agent-kz7qp"));
        assert!(is_of("statefulsets", "web", "web-12"));
        assert!(is_of("cronjobs", "web", "web-29301120-bq4xd"));
        for (kind, name, pod) in [
            ("deployments", "web", "web-agent-kz7qp"),
            ("deployments", "web", "web-db-kz7qp"),
            ("deployments", "web", "web-agent-58c67d8b9-4lq9t"),
            ("daemonsets", "web", "web-agent"),
            ("replicasets", "web", "web-query"),
            ("jobs", "web", "web-2-agent"),
        ] {
            assert!(!is_of(kind, name, pod), "{pod} is none of {name}, one of {kind}");
        }
    }

    #[test]
    fn what_is_measured_of_a_workload_itself_names_it() {
        for (kind, metric, label) in [
            ("deployments", "kube_deployment_spec_replicas", "deployment"),
            ("statefulsets", "kube_statefulset_replicas", "statefulset"),
            ("daemonsets", "kube_daemonset_status_number_ready", "daemonset"),
            ("replicasets", "kube_replicaset_spec_replicas", "replicaset"),
            ("jobs", "kube_job_status_active", "job_name"),
            ("cronjobs", "kube_cronjob_status_active", "cronjob"),
        ] {
            assert_eq!(sent(kind, "web", metric), format!("{metric}{{{}}}", sorted(label)), "{kind}");
        }
        // Of another kind there may be one of the same name.
        assert!(sent("deployments", "web", "kube_statefulset_replicas").contains("pod=~"));
    }

    /// The matchers of a workload in the order in which they are written.
    fn sorted(label: &str) -> String {
        let mut matchers = [format!("{label}=\"web\""), "namespace=\"shop\"".to_owned()];
        matchers.sort();
        matchers.join(",")
    }

    #[test]
    fn pods_of_a_node_are_found_by_what_says_where_they_are() {
        let query = "sum(kube_pod_info * on (namespace, pod) kube_pod_status_phase{phase=\"Failed\"})";
        let subject = Subject::Object(object("nodes", None, "worker-1"));
        let layout = Layout::default();

        let query = Query::parse(query).unwrap().force(|metric| forced(&subject, &layout, metric)).unwrap();

        let text = query.to_text().unwrap();
        assert!(text.contains("kube_pod_info{node=\"worker-1\"}"), "{text}");
        assert!(text.contains("kube_pod_status_phase{phase=\"Failed\"}"), "{text}");
    }

    #[test]
    fn each_kind_of_workload_is_asked_for_its_own_replicas() {
        let [replicas, lacking, ..] = monitoring_contract::cards::of(BoardId::Workload) else {
            panic!("the board of workloads has lost its cards")
        };
        let of_pods = Subject::Object(object("pods", Some("shop"), "web-0"));
        assert!(!lacking.lines.iter().any(|line| line.is_of(&of_pods)));
        for kind in ["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"] {
            let subject = Subject::Object(object(kind, Some("shop"), "web"));
            let lines = replicas.lines.iter().filter(|line| line.is_of(&subject));
            let metrics: Vec<_> =
                lines.flat_map(|line| Query::parse(line.picks[0]).unwrap().metrics().unwrap()).collect();
            assert!(!metrics.is_empty(), "{kind}");
            for metric in metrics {
                assert!(label_of(kind, Some(&metric)).is_some(), "{kind}: {metric}");
            }
        }
    }

    #[test]
    fn a_board_needs_the_right_to_what_it_is_about_and_no_other_board_fits_it() {
        let request = |object: ResourceRef, board| BoardRequest {
            subject: Subject::Object(object),
            board,
            window: Window::default(),
            compare: None,
        };

        let of_pod = need(&request(object("pods", Some("shop"), "web-0"), BoardId::Pod)).unwrap().need();
        assert_eq!(of_pod.place, access::Place::Namespace(Namespace::parse("shop").unwrap()));
        let of_namespace =
            need(&request(object("namespaces", None, "shop"), BoardId::Namespace)).unwrap().need();
        assert_eq!(of_namespace.place, of_pod.place);
        for board in [BoardId::Usage, BoardId::ControlPlane, BoardId::Node] {
            assert!(need(&request(object("pods", Some("shop"), "web-0"), board)).is_err());
        }
        assert!(need(&request(object("configmaps", Some("shop"), "x"), BoardId::Pod)).is_err());
        let workspace = |board| BoardRequest {
            subject: Subject::Workspace(
                ClusterName::parse("harbour").unwrap(),
                WorkspaceName::parse("retail").unwrap(),
            ),
            ..request(object("pods", Some("shop"), "web-0"), board)
        };
        assert!(
            need(&workspace(BoardId::Applications)).is_ok() && need(&workspace(BoardId::Machines)).is_err()
        );
    }
}
