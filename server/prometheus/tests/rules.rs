//! Rules that people write, from a request to the objects of a playground's cluster and to its Prometheus, and back.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod stage;

use database::audit::Outcome;
use model::{ConsoleError, Namespace, Unit};
use monitoring_contract::{
    KeptRule, LookedAtRule, OpenedRule, RuleBook, RuleFields, RuleList, RulePast, RulePlace, RulePreview,
    RuleState, RuleTemplate, Rules,
};
use prometheus::ForCaller;
use serde_json::{Value, json};
use stage::{LONG, RULES, Stage, harbour};
use std::time::{Duration, Instant};

impl Stage {
    /// An object as it is in the cluster.
    fn object(&self, name: &str) -> Option<Value> {
        Some(self.playground.cluster("harbour").unwrap().get(RULES, Some("shop"), name)?.parse())
    }

    fn first_rule(&self, name: &str) -> Value {
        self.object(name).unwrap()["spec"]["groups"][0]["rules"][0].clone()
    }
}

/// The form of a rule of the project `shop`.
fn fields() -> RuleFields {
    RuleFields {
        namespace: "shop".into(),
        object: "orrery-alerts".into(),
        group: "alerts".into(),
        name: "Nothing answers".into(),
        query: "sum(up) == 0".into(),
        severity: "warning".into(),
        hold: "5m".into(),
        summary: "{{ $value }} of it".into(),
        ..RuleFields::new(harbour())
    }
}

fn place(object: &str) -> RulePlace {
    RulePlace {
        cluster: harbour(),
        namespace: "shop".into(),
        object: object.into(),
        group: "alerts".into(),
        index: "0".into(),
    }
}

/// The first rule of an object, as it was looked at.
fn looked_at(object: &str, version: String) -> LookedAtRule {
    let RulePlace { cluster, namespace, object, group, index } = place(object);
    LookedAtRule { cluster, namespace, object, group, index, version }
}

/// The form of a rule that was opened.
fn edited(opened: &OpenedRule) -> RuleFields {
    let KeptRule { name, query, severity, hold, summary, .. } = opened.rule.clone();
    RuleFields {
        index: "0".into(),
        interval: opened.interval.clone(),
        version: opened.version.clone(),
        name,
        query,
        severity,
        hold,
        summary,
        ..fields()
    }
}

async fn list(caller: &ForCaller) -> RuleList {
    match Rules::rules(caller, harbour()).await.unwrap() {
        RuleBook::Known(list) => list,
        RuleBook::NotServed => panic!("there are no such objects"),
    }
}

async fn past(caller: &ForCaller, fields: RuleFields) -> RulePast {
    match caller.preview_rule(fields).await.unwrap() {
        RulePreview::Shown(past) => *past,
        other => panic!("{other:?}"),
    }
}

/// Asks again until the store has heard of it and the monitoring has told its rules anew.
async fn eventually(caller: &ForCaller, is_wished: impl Fn(&RuleList) -> bool) -> RuleList {
    let until = Instant::now() + LONG;
    loop {
        let list = list(caller).await;
        if is_wished(&list) {
            return list;
        }
        assert!(Instant::now() < until, "{list:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn forbidden<T: std::fmt::Debug>(result: &Result<T, ConsoleError>) {
    assert!(matches!(result, Err(ConsoleError::Forbidden { .. })), "{result:?}");
}

#[tokio::test]
async fn a_member_writes_a_rule_that_sees_their_project_and_the_monitoring_takes_it_up() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let dan = stage.caller("dan", "regular", Some(("payments", "project-editor"))).await;
    for who in [&cyd, &dan] {
        forbidden(&who.save_rule(fields()).await);
    }
    assert!(stage.object("orrery-alerts").is_none());

    ben.save_rule(RuleFields { query: "count(kube_pod_info) > 0".into(), hold: "0s".into(), ..fields() })
        .await
        .unwrap();

    let rule = stage.first_rule("orrery-alerts");
    assert_eq!(rule["expr"], r#"count(kube_pod_info{namespace="shop"}) > 0"#);
    assert_eq!(rule["labels"], json!({"severity": "warning", "namespace": "shop"}));
    assert_eq!(rule.get("for"), None);
    let labels = &stage.object("orrery-alerts").unwrap()["metadata"]["labels"];
    assert_eq!(labels["role"], "alert-rules", "what is taken up has this label: {labels}");
    let of = |list: &RuleList| {
        let mut own = list.objects.iter().filter(|object| object.resource.name.as_str() == "orrery-alerts");
        own.next().and_then(|object| object.groups[0].rules[0].state.clone())
    };
    let seen = eventually(&ben, |list| of(list).is_some()).await;
    assert_eq!(of(&seen), Some(RuleState::Firing(1)));
    // Members see what is of their projects, and whether they may change it.
    assert!(seen.objects.iter().all(|object| object.may_change));
    assert!(list(&cyd).await.objects.iter().all(|object| !object.may_change));
    assert!(list(&dan).await.objects.is_empty());
    forbidden(&cyd.read_rule(place("orrery-alerts")).await);
    let ada = stage.caller("ada", "administrator", None).await;
    assert!(list(&ada).await.objects.len() > seen.objects.len());

    // A second one of the same name is refused, another one is added.
    let twice = ben.save_rule(fields()).await;
    assert!(
        matches!(&twice, Err(ConsoleError::Invalid { problems }) if problems[0].field == "name"),
        "{twice:?}"
    );
    ben.save_rule(RuleFields { name: "Another".into(), ..fields() }).await.unwrap();
    assert_eq!(
        stage.object("orrery-alerts").unwrap()["spec"]["groups"][0]["rules"].as_array().unwrap().len(),
        2
    );

    // What was done is in the trail as other changes of objects are.
    let trail = stage.console.database.audit_trail(100).await.unwrap();
    let applied = trail
        .iter()
        .filter(|record| record.decision.action == "apply" && record.outcome == Some(Outcome::Done));
    assert_eq!(applied.count(), 2, "{trail:?}");
}

#[tokio::test]
async fn a_rule_is_changed_and_removed_and_everything_else_stays() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cluster = stage.playground.cluster("harbour").unwrap();
    let theirs = json!({
        "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
        "metadata": {"name": "theirs", "namespace": "shop", "annotations": {"note": "kept"}},
        "spec": {"groups": [
            {"name": "alerts", "interval": "1m", "limit": 7, "rules": [
                {"alert": "Theirs", "expr": "up == 0", "for": "1h", "keep_firing_for": "5m",
                 "labels": {"severity": "page", "team": "a"}, "annotations": {"summary": "s", "dashboard": "d"}},
                {"record": "x:y", "expr": "1"},
            ]},
        ]},
    });
    cluster.as_manager("helm").create(theirs).unwrap();
    let opened = ben.read_rule(place("theirs")).await.unwrap();
    assert!(!opened.sees_everything);

    let fields = RuleFields {
        object: "theirs".into(),
        interval: "30s".into(),
        severity: "critical".into(),
        hold: "5m".into(),
        ..edited(&opened)
    };
    ben.save_rule(fields.clone()).await.unwrap();

    let expected = json!({
        "alert": "Theirs", "expr": "up{namespace=\"shop\"} == 0", "for": "5m", "keep_firing_for": "5m",
        "labels": {"severity": "critical", "team": "a", "namespace": "shop"},
        "annotations": {"summary": "s", "dashboard": "d"},
    });
    let after = stage.object("theirs").unwrap();
    assert_eq!(stage.first_rule("theirs"), expected);
    assert_eq!(after["metadata"]["annotations"]["note"], "kept");
    assert_eq!((opened.interval.as_str(), &after["spec"]["groups"][0]["interval"]), ("1m", &json!("30s")));
    assert_eq!(
        (&after["spec"]["groups"][0]["limit"], &after["spec"]["groups"][0]["rules"][1]["record"]),
        (&json!(7), &json!("x:y"))
    );

    // What was opened is not what there is any more, whoever has changed it, and nothing is changed.
    let late = ben.save_rule(RuleFields { name: "Late".into(), ..fields }).await;
    assert!(matches!(&late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    let late = ben.remove_rule(looked_at("theirs", opened.version)).await;
    assert!(matches!(&late, Err(ConsoleError::Conflict { .. })), "{late:?}");
    assert_eq!(stage.first_rule("theirs"), expected);

    let opened = ben.read_rule(place("theirs")).await.unwrap();
    ben.remove_rule(looked_at("theirs", opened.version)).await.unwrap();
    assert_eq!(stage.first_rule("theirs"), json!({"record": "x:y", "expr": "1"}));
}

#[tokio::test]
async fn a_rule_is_switched_off_for_the_monitoring_and_comes_back_as_it_was() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    ben.save_rule(RuleFields { query: "count(kube_pod_info) > 0".into(), hold: "0s".into(), ..fields() })
        .await
        .unwrap();
    ben.save_rule(RuleFields { name: "Another".into(), ..fields() }).await.unwrap();
    let of = |list: &RuleList| {
        let mut own = list.objects.iter().filter(|object| object.resource.name.as_str() == "orrery-alerts");
        own.next().map(|object| object.groups[0].rules.clone()).unwrap_or_default()
    };
    let is_firing = |rules: &[KeptRule]| rules.iter().any(|rule| rule.state == Some(RuleState::Firing(1)));
    eventually(&ben, |list| is_firing(&of(list))).await;
    let before = stage.object("orrery-alerts").unwrap();
    let own = |version: &str| looked_at("orrery-alerts", version.to_owned());
    let version = ben.read_rule(place("orrery-alerts")).await.unwrap().version;
    forbidden(&cyd.switch_rule(own(&version), false).await);

    ben.switch_rule(own(&version), false).await.unwrap();

    assert_eq!(stage.first_rule("orrery-alerts")["alert"], "Another");
    let kept = stage.object("orrery-alerts").unwrap();
    let note = kept["metadata"]["annotations"]["orrery.dev/rules-off"].as_str().unwrap().to_owned();
    assert!(note.contains("Nothing answers"), "{note}");
    let seen = eventually(&ben, |list| of(list).first().is_some_and(|rule| rule.is_off)).await;
    assert_eq!(of(&seen).len(), 2);
    let late = ben.switch_rule(own(&version), true).await;
    assert!(matches!(&late, Err(ConsoleError::Conflict { .. })), "{late:?}");

    let opened = ben.read_rule(place("orrery-alerts")).await.unwrap();
    assert!(opened.rule.is_off && opened.rule.name == "Nothing answers");
    ben.switch_rule(own(&opened.version), true).await.unwrap();
    let after = stage.object("orrery-alerts").unwrap();
    assert_eq!(after["spec"], before["spec"]);
    assert_eq!(after["metadata"]["annotations"].get("orrery.dev/rules-off"), None);
    eventually(&ben, |list| is_firing(&of(list))).await;
}

#[tokio::test]
async fn what_the_cluster_refuses_is_told_and_changes_nothing() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let cluster = stage.playground.cluster("harbour").unwrap();
    ada.save_rule(fields()).await.unwrap();
    let before = stage.object("orrery-alerts");
    let definitions = "customresourcedefinitions.apiextensions.k8s.io";
    cluster
        .update(definitions, None, RULES, |definition| {
            let alert = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/groups/items/properties/rules/items/properties/alert";
            *definition.pointer_mut(alert).unwrap() = json!({"type": "string", "maxLength": 20});
        })
        .unwrap();

    let long = RuleFields { name: "A name that this cluster does not take".into(), ..fields() };
    for fields in [long.clone(), RuleFields { object: "another".into(), ..long }] {
        let refused = ada.save_rule(fields).await;
        assert!(matches!(&refused, Err(ConsoleError::Invalid { .. })), "{refused:?}");
    }

    assert_eq!(stage.object("orrery-alerts"), before);
    assert_eq!(stage.object("another"), None);
    for (query, field) in [("sum(up", "query"), ("up[5m]", "query"), ("", "query")] {
        let refused = ada.save_rule(RuleFields { query: query.into(), ..fields() }).await;
        assert!(
            matches!(&refused, Err(ConsoleError::Invalid { problems }) if problems[0].field == field),
            "{refused:?}"
        );
    }
}

/// What each template is tried with: kind, name, project.
fn tried(template: &RuleTemplate) -> Vec<(&'static str, &'static str, &'static str)> {
    match template.word {
        "replicas-unavailable" | "replicas-unavailable-share" => vec![
            ("deployments", "storefront", "shop"),
            ("statefulsets", "sessions", "shop"),
            ("daemonsets", "node-exporter", "monitoring"),
        ],
        "cpu-of-limit" => vec![("deployments", "gateway", "payments")],
        "request-errors" => vec![("ingresses", "shop", "shop")],
        "quota-used" => vec![("", "", "payments")],
        "pods-not-ready" | "volume-filling" | "volume-inodes" => vec![("", "", "shop")],
        word if word.starts_with("node-") => vec![("", "", "monitoring")],
        _ => vec![("deployments", "storefront", "shop")],
    }
}

#[tokio::test]
async fn every_template_measures_what_it_says_in_a_cluster() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;

    for template in RuleTemplate::all() {
        let mut measured = 0;
        for (kind, target, namespace) in tried(template) {
            let fields = RuleFields {
                namespace: namespace.into(),
                template: template.word.into(),
                kind: kind.into(),
                target: target.into(),
                threshold: "0".into(),
                comparison: "above".into(),
                ..fields()
            };
            let past = past(&ada, fields).await;

            assert!(past.query.ends_with(" > 0"), "{}: {}", template.word, past.query);
            assert_eq!(past.threshold, Some(0.0));
            let series = past.chart.iter().flat_map(|chart| &chart.series);
            let values: Vec<f64> =
                series.flat_map(|series| series.values.iter().flatten().copied()).collect();
            let highest = match past.unit {
                Unit::Ratio => 20.0,
                Unit::Bytes => 1e14,
                Unit::BytesPerSecond => 1e10,
                Unit::PerSecond => 1e6,
                _ => 10_000.0,
            };
            assert!(
                values.iter().all(|value| (0.0..=highest).contains(value)),
                "{}: {values:?}",
                template.word
            );
            measured += values.len();
        }
        assert!(measured > 0, "{} measures nothing", template.word);
    }
    // Of one node, too.
    let of_node =
        RuleFields { template: "node-cpu".into(), target: "none".into(), threshold: "0".into(), ..fields() };
    let unknown = ada.preview_rule(of_node).await.unwrap();
    assert!(matches!(&unknown, RulePreview::Wrong(problems) if problems[0].field == "target"), "{unknown:?}");
}

#[tokio::test]
async fn the_past_is_told_of_what_a_member_may_see() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let dan = stage.caller("dan", "regular", Some(("payments", "project-editor"))).await;
    let all = || RuleFields {
        query: "count by (namespace) (kube_pod_info) > 0".into(),
        hold: "10m".into(),
        ..fields()
    };

    let (theirs, own) = (past(&ada, all()).await, past(&ben, all()).await);

    assert!(theirs.series > 1 && theirs.confined_to.is_none(), "{theirs:?}");
    assert_eq!((own.series, own.fired), (1, 1));
    assert_eq!(own.confined_to, Some(Namespace::parse("shop").unwrap()));
    assert_eq!(own.query, r#"count by (namespace) (kube_pod_info{namespace="shop"}) > 0"#);
    assert!((600..=86_400).contains(&own.seconds), "{} s", own.seconds);
    assert!(own.chart.is_some() && own.threshold == Some(0.0));

    forbidden(&dan.preview_rule(all()).await);
    let nodes =
        ben.preview_rule(RuleFields { template: "node-cpu".into(), threshold: "1".into(), ..fields() }).await;
    assert!(matches!(nodes, Err(ConsoleError::Forbidden { .. }) | Ok(RulePreview::Wrong(_))), "{nodes:?}");
    forbidden(
        &dan.save_rule(RuleFields { template: "node-cpu".into(), threshold: "1".into(), ..fields() }).await,
    );
    let refused =
        ben.save_rule(RuleFields { template: "node-cpu".into(), threshold: "1".into(), ..fields() }).await;
    assert!(
        matches!(&refused, Err(ConsoleError::Invalid { problems }) if problems[0].field == "template"),
        "{refused:?}"
    );
}
