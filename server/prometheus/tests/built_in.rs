//! Ready-made rules, from the catalogue to the objects of a playground's cluster and to its Prometheus, and back.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod stage;

use database::accounts::NewAccount;
use database::audit::Outcome;
use database::workspaces::WorkspaceFacts;
use model::{ConsoleError, Namespace, WorkspaceName};
use monitoring_contract::{
    BuiltInBook, BuiltInFields, BuiltInGroup, BuiltInGroupView, BuiltInKept, BuiltInList, BuiltInPreview,
    BuiltInRule, BuiltInRules, BuiltInStanding, ExploreRequest, Explored, Measured, Monitoring, RuleBook,
    RulePreview, Rules, Window,
};
use prometheus::ForCaller;
use resources_contract::PreviewOutcome;
use serde_json::{Value, json};
use stage::{LONG, RULES, Stage, harbour};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

async fn list(caller: &ForCaller) -> BuiltInList {
    match caller.built_in(harbour()).await.unwrap() {
        BuiltInBook::Known(list) => list,
        other => panic!("{other:?}"),
    }
}

fn group<'l>(list: &'l BuiltInList, word: &str) -> &'l BuiltInGroupView {
    list.groups.iter().find(|group| group.word == word).unwrap()
}

/// The form of these groups, as it is opened now.
async fn fields(caller: &ForCaller, groups: &[&str], act: &str) -> BuiltInFields {
    BuiltInFields {
        namespace: "monitoring".into(),
        groups: groups.iter().map(|word| (*word).to_owned()).collect(),
        act: act.into(),
        seen: list(caller).await.seen,
        ..BuiltInFields::new(harbour())
    }
}

async fn explored(caller: &ForCaller, query: &str) -> Explored {
    let request = ExploreRequest::one(harbour(), query, Window::Last(120));
    match caller.explore(request).await.unwrap() {
        Measured::Answered(explored) => *explored,
        Measured::Missing(missing) => panic!("{missing:?}"),
    }
}

/// A project whose only pod fits nowhere, and whose quota it uses up.
fn plant(stage: &Stage) {
    let cluster = stage.playground.cluster("harbour").unwrap();
    let labels = json!({"app": "planted"});
    let pod = json!({
        "metadata": {"labels": labels},
        "spec": {
            "nodeSelector": {"no.such/label": "anywhere"},
            "containers": [{"name": "planted", "image": "nginx:1.27"}],
        },
    });
    for object in [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "planted"}}),
        json!({
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "planted", "namespace": "planted"},
            "spec": {"hard": {"pods": "1"}},
        }),
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "planted", "namespace": "planted"},
            "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod},
        }),
    ] {
        cluster.as_manager("test").create(object).unwrap();
    }
}

#[tokio::test]
async fn every_rule_is_answered_and_tells_of_what_was_planted() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    plant(&stage);

    let mut fires = BTreeSet::new();
    for rule in BuiltInGroup::ALL.iter().flat_map(|group| group.rules) {
        for pick in rule.picks {
            let explored = explored(&ada, pick).await;
            assert_eq!(explored.queries[0].fault, None, "{}: {pick}", rule.alert);
            if explored.chart.is_some_and(|chart| !chart.series.is_empty()) {
                fires.insert(rule.alert);
            }
        }
    }
    // A node of this world is lost, and a program ends again and again.
    for alert in ["KubeNodeNotReady", "KubeletDown", "TargetDown", "KubePodCrashLooping"] {
        assert!(fires.contains(alert), "{alert} does not fire: {fires:?}");
    }
    // What is there does not miss itself.
    for alert in [
        "KubeAPIDown",
        "KubeSchedulerDown",
        "KubeControllerManagerDown",
        "etcdDown",
        "CoreDNSDown",
        "KubeStateMetricsDown",
    ] {
        assert!(!fires.contains(alert), "{alert} fires: {fires:?}");
    }
    for key in ["KubePodNotReady/warning", "KubeQuotaFullyUsed/warning"] {
        let rule = BuiltInRule::find(key).unwrap();
        let planted = "kube_namespace_created{namespace=\"planted\"}";
        let of_planted = format!("({}) and on (namespace) {planted}", rule.picks[0]);
        let until = Instant::now() + LONG;
        while explored(&ada, &of_planted).await.chart.is_none_or(|chart| chart.series.is_empty()) {
            assert!(Instant::now() < until, "{key} does not tell of what was planted");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

#[tokio::test]
async fn groups_are_installed_known_again_brought_up_to_date_and_removed() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let cluster = stage.playground.cluster("harbour").unwrap();
    let object =
        |name: &str| -> Option<Value> { Some(cluster.get(RULES, Some("monitoring"), name)?.parse()) };
    let standing = |list: &BuiltInList, word: &str| group(list, word).standing;
    let before = list(&ada).await;
    assert!(before.groups.iter().all(|group| group.standing == BuiltInStanding::Absent), "{before:?}");
    let not_ready =
        group(&before, "nodes").rules.iter().find(|rule| rule.alert == "KubeNodeNotReady").unwrap();
    assert!(!not_ready.elsewhere.is_empty(), "the world's own rules have it");

    let wish = fields(&ada, &["nodes", "etcd"], "").await;
    let BuiltInPreview::Written(previews) = ada.preview_built_in(wish.clone()).await.unwrap() else {
        panic!()
    };
    assert!(previews.iter().all(|preview| preview.outcome == PreviewOutcome::Created) && previews.len() == 2);
    assert_eq!(object("orrery-built-in-nodes"), None, "a preview changes nothing");
    ada.save_built_in(wish.clone()).await.unwrap();

    let made = object("orrery-built-in-nodes").unwrap();
    assert_eq!(made["metadata"]["labels"]["role"], "alert-rules", "what is taken up has this label");
    let alerts: Vec<&str> = made["spec"]["groups"][0]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|rule| rule["alert"].as_str())
        .collect();
    assert!(alerts.contains(&"KubeletDown") && !alerts.contains(&"KubeNodeNotReady"), "{alerts:?}");
    let after = list(&ada).await;
    for word in ["nodes", "etcd"] {
        assert_eq!(standing(&after, word), BuiltInStanding::Current, "{:?}", group(&after, word));
    }
    taken_up(&ada).await;

    // Late: it was made since the form was opened.
    let late = ada.save_built_in(wish).await;
    assert!(matches!(late, Err(ConsoleError::Conflict { .. })), "{late:?}");

    // Somebody changes it by hand; then it is put back, and what else they wrote there stays.
    cluster
        .update(RULES, Some("monitoring"), "orrery-built-in-nodes", |object| {
            object["spec"]["groups"][0]["rules"][0]["for"] = "3h".into();
            object["metadata"]["labels"]["team"] = "a".into();
        })
        .unwrap();
    let until = Instant::now() + LONG;
    while standing(&list(&ada).await, "nodes") != BuiltInStanding::Changed {
        assert!(Instant::now() < until, "nobody notices the change");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ada.save_built_in(fields(&ada, &["nodes"], "install").await).await.unwrap();
    let again = object("orrery-built-in-nodes").unwrap();
    assert_eq!(again["spec"], made["spec"]);
    assert_eq!(again["metadata"]["labels"]["team"], "a");
    assert_eq!(standing(&list(&ada).await, "nodes"), BuiltInStanding::Current);

    // What others have is installed as well when that is wished.
    let wish = BuiltInFields { twice: "true".into(), ..fields(&ada, &["nodes"], "install").await };
    ada.save_built_in(wish).await.unwrap();
    let twice = list(&ada).await;
    assert_eq!(standing(&twice, "nodes"), BuiltInStanding::Current);
    let not_ready =
        group(&twice, "nodes").rules.iter().find(|rule| rule.alert == "KubeNodeNotReady").unwrap();
    assert_eq!(not_ready.kept, BuiltInKept::Same);

    let wish = fields(&ada, &["nodes", "etcd"], "remove").await;
    let BuiltInPreview::Removed(objects) = ada.preview_built_in(wish.clone()).await.unwrap() else {
        panic!()
    };
    assert_eq!(objects.len(), 2);
    ada.save_built_in(wish).await.unwrap();
    assert_eq!((object("orrery-built-in-nodes"), object("orrery-built-in-etcd")), (None, None));

    let trail = stage.console.database.audit_trail(100).await.unwrap();
    let applied = trail
        .iter()
        .filter(|record| record.decision.action == "apply" && record.outcome == Some(Outcome::Done));
    assert!(applied.count() > 2, "{trail:?}");
}

/// Waits until what evaluates rules tells of ours.
async fn taken_up(caller: &ForCaller) {
    let until = Instant::now() + LONG;
    loop {
        let RuleBook::Known(list) = Rules::rules(caller, harbour()).await.unwrap() else { panic!() };
        let own = list.objects.iter().find(|object| object.resource.name.as_str() == "orrery-built-in-nodes");
        if own.is_some_and(|own| own.groups[0].rules.iter().all(|rule| rule.state.is_some())) {
            return;
        }
        assert!(Instant::now() < until, "nobody evaluates them: {own:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn only_who_sees_the_whole_cluster_asks_for_them() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-admin"))).await;
    let wish = BuiltInFields {
        namespace: "shop".into(),
        groups: vec!["workloads".into()],
        ..BuiltInFields::new(harbour())
    };

    let refused = |error: ConsoleError| matches!(error, ConsoleError::Forbidden { .. });
    assert!(refused(ben.built_in(harbour()).await.unwrap_err()));
    assert!(refused(ben.past_built_in(harbour(), "TargetDown/warning".into()).await.unwrap_err()));
    assert!(refused(ben.preview_built_in(wish.clone()).await.unwrap_err()));
    assert!(refused(ben.save_built_in(wish).await.unwrap_err()));

    let ada = stage.caller("ada", "administrator", None).await;
    let past = ada.past_built_in(harbour(), "KubePodCrashLooping/warning".into()).await.unwrap();
    let RulePreview::Shown(past) = past else { panic!("{past:?}") };
    assert!(past.query.contains("CrashLoopBackOff") && !past.chart.unwrap().series.is_empty());
    assert_eq!(past.confined_to, None);
    assert!(ada.past_built_in(harbour(), "None/warning".into()).await.is_err());
}

#[tokio::test]
async fn what_is_in_a_project_of_a_workspace_poses_as_nothing_that_is_installed() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let new = NewAccount { name: "gardener".into(), role: "regular".into(), ..NewAccount::default() };
    let gardener = stage.console.database.add_account(&new).await.unwrap();
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = WorkspaceName::parse("garden").unwrap();
    let garden = stage.console.database.add_workspace(&garden, &facts, gardener).await.unwrap();
    let shop = Namespace::parse("shop").unwrap();
    stage.console.database.add_project(&harbour(), &shop, Some(garden), "", "").await.unwrap();
    let wish = |namespace: &str| BuiltInFields {
        namespace: namespace.into(),
        groups: vec!["nodes".into()],
        ..BuiltInFields::new(harbour())
    };
    let object = json!({
        "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
        "metadata": {"name": "theirs", "namespace": "shop", "labels": {"orrery.dev/built-in-rules": "nodes"}},
        "spec": {"groups": []},
    });
    stage.playground.cluster("harbour").unwrap().apply(object).unwrap();

    assert_eq!(group(&list(&ada).await, "nodes").standing, BuiltInStanding::Absent);
    assert!(!list(&ada).await.may_make_in.contains(&shop));
    let BuiltInPreview::Written(previews) = ada.preview_built_in(wish("monitoring")).await.unwrap() else {
        panic!()
    };
    assert_eq!(previews[0].outcome, PreviewOutcome::Created, "it would be written over theirs");
    let refused = ada.preview_built_in(wish("shop")).await.unwrap();
    assert!(matches!(refused, BuiltInPreview::Wrong(_)), "{refused:?}");
}
