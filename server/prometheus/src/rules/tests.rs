use super::expression::{Writer, is_within, labels, query, within_life};
use super::recognised::recognised;
use super::*;
use monitoring_contract::{FilledTemplate, RuleAbout, RuleFields, RuleTargets, RuleTemplate};
use proptest::prelude::*;

fn layout() -> Layout {
    let picks = RuleTemplate::all().flat_map(RuleTemplate::all_picks);
    let names = picks.flat_map(|pick| Query::parse(pick).unwrap().metrics().unwrap());
    let layout = Layout::of_names(names.collect()).with_node("10.0.0.1:9100", "worker-1");
    layout
        .with_node("10.0.0.2:9100", "worker-2")
        .with_node("[fd00::3]:9100", "worker.3")
        .with_exported_ingresses()
}

fn shop() -> Namespace {
    Namespace::parse("shop").unwrap()
}

/// The source of a template as its form begins, about objects of a kind, with spaces between their names.
fn source(word: &str, object: Option<(&str, &str)>) -> RuleSource {
    let template = RuleTemplate::find(word).unwrap();
    let targets = object.and_then(|(kind, names)| {
        let names = names.split(' ').map(|name| ObjectName::parse(name).unwrap());
        RuleTargets::new(KindSlug::parse(kind).unwrap(), names)
    });
    let threshold = template.unit.to_measured(template.threshold);
    RuleSource::Template { template, targets, threshold, comparison: template.comparison }
}

fn written(source: &RuleSource, sees_everything: bool) -> String {
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything };
    query(source, writer, &layout()).unwrap().to_text().unwrap()
}

#[test]
fn a_template_names_its_object_and_project_on_every_selector() {
    let pods = r#"pod=~"web-[b-df-hj-np-tv-xz24-9]{6,10}-[b-df-hj-np-tv-xz24-9]{5}""#;
    let web = Some(("deployments", "web"));
    for (word, object, expected) in [
        (
            "memory-of-limit",
            web,
            format!(
                r#"max by (namespace, pod, container) (container_memory_working_set_bytes{{container!="",container!="POD",namespace="shop",{pods}}}) / max by (namespace, pod, container) (kube_pod_container_resource_limits{{namespace="shop",{pods},resource="memory"}}) > 0.9"#
            ),
        ),
        (
            "replicas-unavailable",
            web,
            r#"max by (namespace, deployment) (kube_deployment_status_replicas_unavailable{deployment="web",namespace="shop"}) > 0"#.into(),
        ),
        (
            "replicas-unavailable",
            Some(("statefulsets", "db")),
            r#"max by (namespace, statefulset) (kube_statefulset_replicas{namespace="shop",statefulset="db"}) - max by (namespace, statefulset) (kube_statefulset_status_replicas_ready{namespace="shop",statefulset="db"}) > 0"#.into(),
        ),
        (
            "restarts",
            web,
            format!(
                r#"sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{{namespace="shop",{pods}}}[1h])) > 3"#
            ),
        ),
        (
            "request-errors",
            Some(("ingresses", "shop")),
            r#"sum by (ingress) (rate(nginx_ingress_controller_requests{exported_namespace="shop",ingress="shop",status=~"5.."}[5m])) / sum by (ingress) (rate(nginx_ingress_controller_requests{exported_namespace="shop",ingress="shop"}[5m])) > 0.05"#.into(),
        ),
        (
            "quota-used",
            None,
            r#"max by (namespace, resourcequota, resource) (kube_resourcequota{namespace="shop",type="used"}) / max by (namespace, resourcequota, resource) (kube_resourcequota{namespace="shop",type="hard"} > 0) > 0.9"#.into(),
        ),
        (
            "volume-filling",
            Some(("persistentvolumeclaims", "data")),
            r#"1 - max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="data"}) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data"}) > 0.85"#.into(),
        ),
        (
            "node-memory",
            Some(("nodes", "worker-1")),
            r#"1 - max by (instance) (node_memory_MemAvailable_bytes{instance="10.0.0.1:9100"}) / max by (instance) (node_memory_MemTotal_bytes{instance="10.0.0.1:9100"}) > 0.9"#.into(),
        ),
        (
            "node-memory-left",
            Some(("nodes", "worker-1")),
            r#"max by (instance) (node_memory_MemAvailable_bytes{instance="10.0.0.1:9100"}) < 1073741824"#.into(),
        ),
        (
            "received",
            web,
            format!(
                r#"sum by (namespace) (rate(container_network_receive_bytes_total{{namespace="shop",{pods}}}[5m])) > 12500000"#
            ),
        ),
        (
            "node-not-ready",
            None,
            r#"max by (node) (kube_node_status_condition{condition="Ready",status=~"false|unknown"}) > 0"#.into(),
        ),
    ] {
        assert_eq!(written(&source(word, object), true), expected, "{word}");
    }
}

#[test]
fn several_objects_are_an_alternative_of_their_exact_names() {
    for (word, object, expected) in [
        (
            "replicas-unavailable",
            ("deployments", "web a.b"),
            r#"max by (namespace, deployment) (kube_deployment_status_replicas_unavailable{deployment=~"a\\.b|web",namespace="shop"}) > 0"#,
        ),
        (
            "restarts",
            ("statefulsets", "web db"),
            r#"sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{namespace="shop",pod=~"db-[0-9]+|web-[0-9]+"}[1h])) > 3"#,
        ),
        (
            "node-memory-left",
            ("nodes", "worker-1 worker.3"),
            r#"max by (instance) (node_memory_MemAvailable_bytes{instance=~"10\\.0\\.0\\.1\\:9100|\\[fd00\\:\\:3\\]\\:9100"}) < 1073741824"#,
        ),
        (
            "node-not-ready",
            ("nodes", "worker-1 worker.3"),
            r#"max by (node) (kube_node_status_condition{condition="Ready",node=~"worker-1|worker\\.3",status=~"false|unknown"}) > 0"#,
        ),
    ] {
        assert_eq!(written(&source(word, Some(object)), true), expected, "{word}");
    }
}

#[test]
fn of_several_nodes_each_must_be_measured_and_no_label_says_which_it_is() {
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything: true };

    let refused =
        query(&source("node-cpu", Some(("nodes", "worker-1 none"))), writer, &layout()).unwrap_err();
    assert!(refused.to_string().contains("no node called none is measured here"), "{refused}");
    let several = source("restarts", Some(("deployments", "web db")));
    assert_eq!(labels(&several, writer), [("namespace", "shop".to_owned())]);
}

#[test]
fn pods_of_a_node_are_joined_with_what_says_nothing_of_nodes() {
    let text = written(&source("node-pods", Some(("nodes", "worker-1"))), true);

    assert_eq!(text.matches("node=\"worker-1\"").count(), 2, "{text}");
    assert!(text.contains(r#"kube_pod_status_phase{phase=~"Pending|Running"}"#), "{text}");
    let text = written(&source("node-pods-not-ready", Some(("nodes", "worker-1"))), true);
    assert_eq!(text.matches("node=\"worker-1\"").count(), 2, "{text}");
    assert!(text.contains(r#"kube_pod_status_ready{condition=~"false|unknown"}"#), "{text}");
}

#[test]
fn every_template_of_a_project_asks_for_nothing_else() {
    for template in RuleTemplate::all().filter(|template| template.about.is_in_project()) {
        for kind in template.about.kinds() {
            for sees_everything in [true, false] {
                let text = written(&source(template.word, Some((kind, "web"))), sees_everything);
                assert!(is_within(&text, &shop(), &layout()), "{}: {text}", template.word);
            }
        }
    }
}

#[test]
fn a_query_reads_nothing_of_who_had_the_name_before() {
    const NOW: i64 = 1_800_000_000;
    let refused = |text: &str, age: i64| {
        let source = RuleSource::Query(text.into());
        match within_life(&Query::parse(text).unwrap(), &source, NOW - age, NOW) {
            Ok(()) => None,
            Err(ConsoleError::Invalid { problems }) => Some(problems[0].message.clone()),
            Err(error) => panic!("{error}"),
        }
    };
    let says = |text: &str, age, words: &str| refused(text, age).is_some_and(|said| said.contains(words));

    assert_eq!(refused("sum(rate(up[5m])) > 0", 360), None);
    assert_eq!(refused("vector(1) > 0", 0), None);
    assert_eq!(refused("up - up offset 7d > 0", 8 * 86_400), None);
    assert!(says("sum(rate(up[5m])) > 0", 359, "keep it in 1m"));
    assert!(says("up - up offset 7d > 0", 86_400, "keep it in 8641m"));
    assert!(says("max_over_time(up[1h:1m] offset 1h) > 0", 3600, "before the project was made"));
    // A moment stays what it is, however old the project grows.
    assert!(says("up @ 1700000000 > 0", 86_400, "behind @"));
    assert_eq!(refused("up @ 1799999000 > 0", 86_400), None);
    assert_eq!(refused("rate(up[5m] @ end()) > 0", 360), None);
    assert!(says("rate(up[5m] @ end()) > 0", 359, "behind @"));
}

#[test]
fn a_template_reads_nothing_of_who_had_the_name_before_and_waits_an_hour_at_most() {
    const NOW: i64 = 1_800_000_000;
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything: true };
    for template in RuleTemplate::all().filter(|template| template.about.is_in_project()) {
        for object in template.about.kinds().iter().map(|kind| (*kind, "web")).map(Some).chain([None]) {
            if object.is_none() && (template.about.needs_name() || !template.about.kinds().is_empty()) {
                continue;
            }
            let source = source(template.word, object);
            let query = query(&source, writer, &layout()).unwrap();
            let kept = |age: i64| within_life(&query, &source, NOW - age, NOW);

            let refused = kept(0).unwrap_err();
            assert!(
                matches!(&refused, ConsoleError::Invalid { problems } if problems[0].field == "template"),
                "{}: {refused:?}",
                template.word
            );
            assert_eq!(kept(3660), Ok(()), "{}", template.word);
        }
    }
    // The restarts of an hour are those of an hour.
    let source = source("restarts", Some(("deployments", "web")));
    let query = query(&source, writer, &layout()).unwrap();
    assert!(within_life(&query, &source, NOW - 3600, NOW).is_err());
}

#[test]
fn a_query_of_who_may_not_see_everything_is_kept_with_the_fence_in_it() {
    let own = RuleSource::Query(r#"sum(up{job="a"}) / count(up) < 0.5"#.into());

    let fenced = written(&own, false);

    assert_eq!(fenced, r#"sum(up{job="a",namespace="shop"}) / count(up{namespace="shop"}) < 0.5"#);
    assert_eq!(written(&own, true), r#"sum(up{job="a"}) / count(up) < 0.5"#);
    // Saving it again changes nothing, and a foreign project in it finds nothing.
    assert_eq!(written(&RuleSource::Query(fenced), false), written(&own, false));
    assert_eq!(
        written(&RuleSource::Query("up{namespace=\"bank\"}".into()), false),
        r#"up{namespace="bank",namespace="shop"}"#
    );
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything: false };
    assert!(query(&RuleSource::Query("info(up)".into()), writer, &layout()).is_err());
}

#[test]
fn nodes_are_only_for_who_sees_everything() {
    let namespace = shop();
    let all = RuleTemplate::all().filter(|template| template.about == RuleAbout::Node);
    for template in all {
        let writer = Writer { namespace: &namespace, sees_everything: false };
        let refused = query(&source(template.word, None), writer, &layout());
        assert!(matches!(refused, Err(ConsoleError::Invalid { .. })), "{}", template.word);
        assert!(!written(&source(template.word, None), true).contains("namespace=\""), "{}", template.word);
    }
    let unknown = Writer { namespace: &namespace, sees_everything: true };
    let refused = query(&source("node-cpu", Some(("nodes", "none"))), unknown, &layout()).unwrap_err();
    assert!(matches!(refused, ConsoleError::Invalid { problems } if problems[0].field == "target"));
}

#[test]
fn what_is_not_measured_and_what_is_no_value_of_a_moment_is_told() {
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything: true };

    let refused =
        query(&source("restarts", Some(("deployments", "web"))), writer, &Layout::default()).unwrap_err();
    assert!(refused.to_string().contains("kube_pod_container_status_restarts_total"), "{refused}");
    for text in ["up[5m]", "\"up\"", "sum("] {
        assert!(query(&RuleSource::Query(text.into()), writer, &layout()).is_err(), "{text}");
    }
}

#[test]
fn alerts_belong_to_the_project_and_name_their_object() {
    let namespace = shop();
    let of = |source: &RuleSource, sees_everything| {
        labels(source, Writer { namespace: &namespace, sees_everything })
    };
    let pair = |name: &'static str, value: &str| (name, value.to_owned());

    let web = source("restarts", Some(("deployments", "web")));
    assert_eq!(of(&web, true), [pair("namespace", "shop"), pair("deployment", "web")]);
    assert_eq!(of(&source("node-cpu", None), true), []);
    let own = RuleSource::Query("up".into());
    assert_eq!((of(&own, false), of(&own, true)), (vec![pair("namespace", "shop")], Vec::new()));
}

#[test]
fn a_kept_rule_is_recognised_as_the_template_that_wrote_it() {
    let namespace = shop();
    let writer = Writer { namespace: &namespace, sees_everything: true };
    let kept = |expression: &str, labels: &[(&'static str, String)]| {
        let labels: serde_json::Map<_, _> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        serde_json::json!({"expr": expression, "labels": labels})
    };
    for template in RuleTemplate::all() {
        let name = if template.about == RuleAbout::Node { "worker-1" } else { "web" };
        let all = (!template.about.needs_name()).then_some(None);
        for object in template.about.kinds().iter().map(|kind| Some((*kind, name))).chain(all) {
            let source = source(template.word, object);
            let rule = kept(&written(&source, true), &labels(&source, writer));

            assert_eq!(recognised(&rule, writer, &layout()), Some(source), "{} {object:?}", template.word);
        }
    }
    let source = source("quota-used", None);
    let mut own = labels(&source, writer);
    own.push(("node", "worker-1".into()));
    assert_eq!(
        recognised(&kept(&written(&source, true), &own), writer, &layout()),
        Some(source.clone()),
        "a label of somebody's own says nothing about the query"
    );
    let edited = written(&source, true).replace("resourcequota, resource", "resource");
    assert_eq!(recognised(&kept(&edited, &own), writer, &layout()), None);
    assert_eq!(recognised(&kept("up == 0", &[]), writer, &layout()), None);
}

/// The form of a template about these names, filled in as it begins.
fn filled(template: &RuleTemplate, kind: &str, names: &[String]) -> RuleFields {
    RuleFields {
        namespace: "shop".into(),
        template: template.word.into(),
        kind: kind.into(),
        target: names.join(" "),
        threshold: template.threshold.to_string(),
        hold: template.hold.into(),
        ..RuleFields::new(ClusterName::parse("harbour").unwrap())
    }
}

/// A template with one of its kinds and names that it can be about.
fn form() -> impl Strategy<Value = RuleFields> {
    let all: Vec<_> = RuleTemplate::all()
        .flat_map(|template| template.about.kinds().iter().map(move |kind| (template, *kind)))
        .collect();
    proptest::sample::select(all).prop_flat_map(|(template, kind)| {
        let most = if template.adds_up { 1 } else { 6 };
        let names = match kind {
            "nodes" => proptest::sample::subsequence(vec!["worker-1", "worker-2", "worker.3"], 1..=3)
                .prop_map(|names| names.into_iter().map(str::to_owned).collect::<Vec<String>>())
                .boxed(),
            _ => proptest::collection::vec("[a-z0-9]([a-z0-9.-]{0,12}[a-z0-9])?", 1..=most).boxed(),
        };
        names.prop_map(move |names: Vec<String>| filled(template, kind, &names))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_form_becomes_a_rule_and_the_rule_the_form_again(fields in form()) {
        let namespace = shop();
        let writer = Writer { namespace: &namespace, sees_everything: true };
        let source = fields.check_measured().unwrap();
        let own: serde_json::Map<_, _> = labels(&source, writer)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let rule = serde_json::json!({"expr": written(&source, true), "labels": own});

        let again = recognised(&rule, writer, &layout());

        prop_assert_eq!(again.as_ref(), Some(&source));
        let shown = FilledTemplate::of(&source).unwrap();
        let sent = RuleFields {
            template: shown.word,
            kind: shown.kind,
            target: shown.target,
            threshold: shown.threshold,
            comparison: shown.comparison,
            ..fields
        };
        prop_assert_eq!(sent.check_measured().unwrap(), source);
    }
}
