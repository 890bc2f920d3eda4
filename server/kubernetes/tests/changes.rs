//! What callers change in a cluster, through the real client and over the wire.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use database::audit;
use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, TableQuery};
use playground_kubernetes::{DeleteOptions, Effect, FaultRule};
use resources_contract::{
    Action, Applied, Deletion, DiffLine, Job, ManifestChange, Outcome, PreviewOutcome, Propagation,
    Resources, Target,
};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Stage, eventually, harbour, pod};
use workloads_contract::Wizards;

const WEB: &str = "deployments.apps";

/// A cluster in which the console's groups have their rights, and a deployment.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bind_roles();
    stage.cluster.as_manager("kubectl").create(deployment("web", "web:1")).unwrap();
    stage
}

fn deployment(name: &str, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": "shop", "name": name, "labels": {"app": name, "tier": "front"}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template(name, image)},
    })
}

fn template(name: &str, image: &str) -> Value {
    json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": image}]}})
}

fn named(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

fn web() -> ResourceRef {
    named("deployments", Some("shop"), "web")
}

fn target(stage: &Stage) -> Target {
    Target { resource: web(), uid: Some(live(stage)["metadata"]["uid"].as_str().unwrap().to_owned()) }
}

fn live(stage: &Stage) -> Value {
    stage.cluster.get(WEB, Some("shop"), "web").unwrap().parse()
}

fn change(text: &str) -> ManifestChange {
    ManifestChange {
        cluster: harbour(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        text: text.into(),
        base: None,
        force: false,
    }
}

fn fault(verb: &str, resource: &str, remaining: Option<u32>, effect: Effect) -> FaultRule {
    FaultRule {
        verbs: vec![verb.into()],
        resource: resource.into(),
        path_prefix: String::new(),
        remaining,
        effect,
    }
}

fn error_of(outcomes: &[Outcome]) -> Option<&ConsoleError> {
    outcomes.iter().find_map(|outcome| outcome.error.as_ref())
}

#[tokio::test]
async fn actions_change_the_object_that_was_seen() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let target = target(&stage);
    for action in [Action::Scale { replicas: 5 }, Action::Restart, Action::Pause] {
        let outcomes = ada.act(vec![target.clone()], action.clone()).await.unwrap();
        assert_eq!(error_of(&outcomes), None, "{action:?}");
    }

    let after = live(&stage);
    assert_eq!(after["spec"]["replicas"], 5);
    assert_eq!(after["spec"]["paused"], true);
    assert!(
        after["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"].is_string()
    );
}

#[tokio::test]
async fn a_namesake_made_meanwhile_is_left_alone() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let seen = Target { resource: web(), uid: Some("11111111-2222-3333-4444-555555555555".into()) };

    for action in [Action::Pause, Action::Restart, Action::RollBack { revision: 1 }] {
        let outcomes = ada.act(vec![seen.clone()], action.clone()).await.unwrap();
        assert!(error_of(&outcomes).is_some(), "{action:?} was carried out");
    }
    let deletion = Deletion { targets: vec![seen], propagation: Propagation::Background };
    let outcomes = ada.delete(deletion).await.unwrap();
    assert!(matches!(error_of(&outcomes), Some(ConsoleError::Conflict { .. })), "{outcomes:?}");
    assert_eq!(live(&stage)["metadata"]["generation"], 1);
}

#[tokio::test]
async fn a_deployment_goes_back_to_the_template_of_a_revision() {
    let stage = stage().await;
    let uid = live(&stage)["metadata"]["uid"].clone();
    let mut old = template("web", "web:0");
    old["metadata"]["labels"]["pod-template-hash"] = json!("abc");
    stage
        .cluster
        .create(json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "namespace": "shop", "name": "web-abc", "labels": {"app": "web", "pod-template-hash": "abc"},
                "annotations": {"deployment.kubernetes.io/revision": "1"},
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": uid, "controller": true,
                }],
            },
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web", "pod-template-hash": "abc"}}, "template": old},
        }))
        .unwrap();

    let outcomes = stage
        .administrator()
        .await
        .act(vec![target(&stage)], Action::RollBack { revision: 1 })
        .await
        .unwrap();

    assert_eq!(error_of(&outcomes), None);
    let template = &live(&stage)["spec"]["template"];
    assert_eq!(template["spec"]["containers"][0]["image"], "web:0");
    assert_eq!(template["metadata"]["labels"], json!({"app": "web"}));
}

#[tokio::test]
async fn a_batch_with_one_foreign_object_changes_nothing() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;
    stage.add_pod("bank", "ledger");
    stage.add_pod("shop", "cart");
    let pods = ["shop/cart", "bank/ledger"]
        .map(|line| Target::from_line(&harbour(), &KindSlug::parse("pods").unwrap(), line).unwrap());

    let deletion = Deletion { targets: pods.to_vec(), propagation: Propagation::Background };
    assert!(matches!(editor.delete(deletion).await, Err(ConsoleError::Forbidden { .. })));
    assert!(stage.cluster.get("pods", Some("shop"), "cart").is_some());
}

#[tokio::test]
async fn a_value_that_somebody_else_owns_is_a_conflict_until_it_is_forced() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let mut wish =
        change("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 9}\n");

    let preview = ada.preview(wish.clone()).await.unwrap().remove(0);
    assert_eq!(preview.outcome, PreviewOutcome::Changed);
    let conflicts: Vec<_> = preview
        .conflicts
        .iter()
        .map(|conflict| (conflict.manager.as_str(), conflict.field.as_str()))
        .collect();
    assert_eq!(conflicts, [("kubectl", ".spec.replicas")]);
    assert!(preview.diff.contains(&DiffLine::Removed("  replicas: 2".into())), "{:?}", preview.diff);
    assert!(preview.diff.contains(&DiffLine::Added("  replicas: 9".into())), "{:?}", preview.diff);
    assert!(matches!(ada.apply(wish.clone()).await, Err(ConsoleError::Conflict { .. })));
    assert_eq!(live(&stage)["spec"]["replicas"], 2);

    wish.force = true;
    let applied = ada.apply(wish).await.unwrap();
    assert_eq!(applied, [Applied { resource: web(), outcome: PreviewOutcome::Changed, error: None }]);
    assert_eq!(live(&stage)["spec"]["replicas"], 9);
}

#[tokio::test]
async fn a_line_that_is_deleted_goes_although_somebody_else_owns_it() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let manifest = ada.manifest(web(), false).await.unwrap();
    assert!(
        !manifest.text.contains("managedFields") && !manifest.text.contains("status:"),
        "{}",
        manifest.text
    );
    let text = manifest.text.replace("    tier: front\n", "");
    assert_ne!(text, manifest.text);
    let mut edit = ManifestChange { base: Some(manifest.base), ..change(&text) };

    let preview = ada.preview(edit.clone()).await.unwrap().remove(0);
    assert!(preview.diff.contains(&DiffLine::Removed("    tier: front".into())), "{:?}", preview.diff);
    assert_eq!(preview.conflicts[0].field, ".metadata.labels.tier");
    assert!(ada.apply(edit.clone()).await.is_err());

    edit.force = true;
    ada.apply(edit).await.unwrap();
    assert_eq!(live(&stage)["metadata"]["labels"], json!({"app": "web"}));
}

#[tokio::test]
async fn of_two_editors_the_second_is_told_who_was_first() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let manifest = ada.manifest(web(), false).await.unwrap();
    let edit =
        |text: String| ManifestChange { base: Some(manifest.base.clone()), force: true, ..change(&text) };
    let with_image = |image: &str| edit(manifest.text.replace("web:1", image));

    // Reports of controllers do not stand in the way.
    stage.cluster.update(WEB, Some("shop"), "web", |object| object["status"]["replicas"] = json!(2)).unwrap();
    ada.apply(with_image("web:2")).await.unwrap();
    let Err(ConsoleError::Conflict { problems }) = ada.apply(with_image("web:3")).await else {
        panic!("the first change was overwritten");
    };

    assert!(problems[0].message.contains("orrery"), "{problems:?}");
    assert_eq!(live(&stage)["spec"]["template"]["spec"]["containers"][0]["image"], "web:2");
}

#[tokio::test]
async fn what_does_not_fit_its_schema_is_said_at_its_field() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let typo = change("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replica: 9}\n");

    for refused in [ada.preview(typo.clone()).await.map(drop), ada.apply(typo.clone()).await.map(drop)] {
        let Err(ConsoleError::Invalid { problems }) = refused else { panic!("{refused:?}") };
        let said: Vec<_> =
            problems.iter().map(|problem| (problem.field.as_str(), problem.message.as_str())).collect();
        assert_eq!(said, [("spec.replica", "field not declared in schema")]);
    }
}

#[tokio::test]
async fn nothing_is_applied_when_one_document_of_several_is_refused() {
    let stage = stage().await;
    let good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\ndata: {a: b}\n";
    let bad = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicsa: 3}\n";

    let result = stage.administrator().await.apply(change(&format!("{good}---\n{bad}"))).await;

    assert!(matches!(result, Err(ConsoleError::Invalid { .. })), "{result:?}");
    assert!(stage.cluster.get("configmaps", Some("shop"), "good").is_none());
}

#[tokio::test]
async fn a_text_may_bring_the_namespace_of_its_objects() {
    let stage = stage().await;
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n\
                apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first, namespace: fresh}\ndata: {a: b}\n";

    let applied = stage.administrator().await.apply(change(text)).await.unwrap();

    let outcomes: Vec<_> = applied.iter().map(|applied| (applied.outcome, applied.error.clone())).collect();
    assert_eq!(outcomes, [(PreviewOutcome::Created, None), (PreviewOutcome::Created, None)]);
    assert!(stage.cluster.get("configmaps", Some("fresh"), "first").is_some());
}

#[tokio::test]
async fn an_object_may_follow_its_definition_at_once() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let tree = "apiVersion: fruit.example/v1\nkind: Tree\nmetadata: {name: pear}\nspec: {age: 7}\n";
    // By now the console knows what the cluster served before.
    let refused = ada.apply(change(tree)).await;
    assert!(matches!(refused, Err(ConsoleError::Invalid { .. })), "{refused:?}");
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = stage.cluster.create(json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "trees.fruit.example"},
        "spec": {
            "group": "fruit.example", "scope": "Namespaced",
            "names": {"plural": "trees", "singular": "tree", "kind": "Tree", "listKind": "TreeList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    }));
    definition.unwrap();

    ada.apply(change(tree)).await.unwrap();

    assert!(stage.cluster.get("trees.fruit.example", Some("shop"), "pear").is_some());
}

/// A kind of which its definition says what stands in it, and one of which it says nothing.
fn add_pots(cluster: &playground_kubernetes::Cluster) {
    let port =
        json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]});
    let described = json!({"type": "object", "properties": {"port": port}});
    let free = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    for (plural, kind, spec) in [("kilns", "Kiln", described), ("shards", "Shard", free)] {
        let schema = json!({"type": "object", "properties": {"spec": spec, "status": {"type": "object"}}});
        let names = json!({"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")});
        let definition = cluster.create(json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.pots.example")},
            "spec": {
                "group": "pots.example", "scope": "Cluster", "names": names,
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
            },
        }));
        definition.unwrap();
    }
}

#[tokio::test]
async fn a_form_is_offered_where_a_definition_describes_fields() {
    let stage = Stage::with(add_pots).await;
    let ada = stage.administrator().await;
    let query = |kind: &str| TableQuery::of(harbour(), KindSlug::parse(kind).unwrap());

    let kilns = ada.table(query("kilns.pots.example")).await.unwrap();
    let shards = ada.table(query("shards.pots.example")).await.unwrap();
    let pods = ada.table(query("pods")).await.unwrap();
    let schema = ada.kind_schema(harbour(), KindSlug::parse("kilns.pots.example").unwrap()).await.unwrap();

    assert_eq!([kilns.described, shards.described, pods.described], [true, false, false]);
    assert_eq!((&*schema.api_version, &*schema.kind, schema.namespaced), ("pots.example/v1", "Kiln", false));
    assert!(schema.has_form());
    assert_eq!(schema.schema["properties"]["spec"]["properties"]["port"]["x-kubernetes-int-or-string"], true);
    assert!(schema.schema["properties"]["status"].is_null() && schema.schema["$defs"].is_null());
    let stranger = stage.caller("project-viewer", &["bank"]).await;
    let refused = stranger.kind_schema(harbour(), KindSlug::parse("kilns.pots.example").unwrap()).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn secret_values_are_only_shown_when_they_are_revealed() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "shop", "name": "db"},
        "data": {"password": "aHVudGVyMg=="},
    });
    stage.cluster.create(secret).unwrap();
    let db = named("secrets", Some("shop"), "db");

    let hidden = ada.manifest(db.clone(), false).await.unwrap();
    assert!(hidden.hidden && !hidden.text.contains("aHVudGVyMg"), "{}", hidden.text);
    let refused = ada.apply(ManifestChange { base: Some(hidden.base), ..change(&hidden.text) }).await;
    assert!(matches!(refused, Err(ConsoleError::Invalid { .. })), "{refused:?}");

    let shown = ada.manifest(db, true).await.unwrap();
    let edit =
        ManifestChange { base: Some(shown.base), ..change(&shown.text.replace("aHVudGVyMg==", "bmV3")) };
    let preview = ada.preview(ManifestChange { force: true, ..edit }).await.unwrap().remove(0);
    let diff = format!("{:?}", preview.diff);
    assert_eq!(preview.outcome, PreviewOutcome::Changed);
    assert!(diff.contains("Removed") && !diff.contains("aHVudGVyMg") && !diff.contains("bmV3"), "{diff}");
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_sent_once_and_said_to_be_unclear() {
    let stage = stage().await;
    let mut template = template("report", "report:1");
    template["spec"]["restartPolicy"] = json!("Never");
    let cron_job = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"namespace": "shop", "name": "report"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}},
    });
    stage.cluster.create(cron_job).unwrap();
    stage.cluster.faults().add(fault("create", "jobs.batch", None, Effect::UnavailableAfterwards));
    let report = Target { resource: named("cronjobs", Some("shop"), "report"), uid: None };

    let outcomes = stage.administrator().await.act(vec![report.clone()], Action::Trigger).await.unwrap();
    let unclear = matches!(error_of(&outcomes), Some(ConsoleError::Unavailable { may_be_done: true, .. }));
    assert!(unclear, "{outcomes:?}");
    assert_eq!(stage.cluster.count("jobs.batch"), 1);

    stage.cluster.faults().clear();
    let outcomes = stage.administrator().await.act(vec![report], Action::Trigger).await.unwrap();
    let created = outcomes[0].created.clone().unwrap();
    assert!(created.name.as_str().starts_with("report-manual-"));
    let job = stage.cluster.get("jobs.batch", Some("shop"), created.name.as_str()).unwrap().parse();
    assert_eq!(job["metadata"]["ownerReferences"][0]["kind"], "CronJob");
}

#[tokio::test]
async fn nobody_waits_a_day_because_a_cluster_says_so() {
    let stage = stage().await;
    let day = Effect::TooManyRequests { retry_after_seconds: 86_400 };
    stage.cluster.faults().add(fault("patch", WEB, None, day.clone()));
    stage.cluster.faults().add(fault("get", WEB, None, day));
    let ada = stage.administrator().await;

    // Far above what the console waits for anything, far below a day.
    let both = tokio::time::timeout(Duration::from_secs(60), async {
        (
            ada.act(vec![target(&stage)], Action::Restart).await.unwrap(),
            ada.manifest(web(), false).await.unwrap_err(),
        )
    });
    let (outcomes, error) = both.await.expect("it waited");

    assert!(
        matches!(error_of(&outcomes), Some(ConsoleError::Unavailable { may_be_done: false, .. })),
        "{outcomes:?}"
    );
    assert!(error.to_string().contains("asks to be left alone for 86400 s"), "{error}");
}

#[tokio::test]
async fn names_that_lead_elsewhere_never_reach_the_cluster() {
    let stage = stage().await;
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '../../bank/secrets/db?x='}\n";

    let Err(ConsoleError::Invalid { problems }) = stage.administrator().await.preview(change(text)).await
    else {
        panic!("it was sent");
    };

    assert_eq!((problems[0].field.as_str(), problems[0].line), ("metadata.name", Some(1)));
}

/// Adds a running pod on the node, and the controller that owns it.
fn add_on_node(stage: &Stage, name: &str, owner: Option<&str>) {
    let mut pod = pod("shop", name);
    pod["spec"]["nodeName"] = json!("node-1");
    pod["status"] = json!({"phase": "Running"});
    if let Some(kind) = owner {
        let controller = stage.cluster.create(json!({
            "apiVersion": "apps/v1", "kind": kind, "metadata": {"namespace": "shop", "name": name},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template("web", "web:1")},
        }));
        pod["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": controller.unwrap().uid(), "controller": true,
        }]);
    }
    stage.cluster.create(pod).unwrap();
}

/// The part of a node agent that matters here: pods that are to go, go.
fn let_pods_go(stage: &Stage) -> tokio::task::JoinHandle<()> {
    let cluster = stage.cluster.clone();
    tokio::spawn(async move {
        loop {
            for pod in cluster.list("pods", None) {
                if pod.parse()["metadata"]["deletionTimestamp"].is_string() {
                    let at_once = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
                    let _ = cluster.delete("pods", pod.namespace(), pod.name(), at_once);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}

fn step<'j>(job: &'j Job, name: &str) -> &'j str {
    let step = job.steps.iter().find(|step| step.resource.name.as_str() == name);
    step.map_or("", |step| step.status.word.as_str())
}

/// What the audit trail says of the drain.
async fn outcome_of_drain(stage: &Stage) -> Option<audit::Outcome> {
    let trail = stage.database.audit_trail(100).await.unwrap();
    trail.into_iter().find(|entry| entry.decision.action == "drain").unwrap().outcome
}

#[tokio::test]
async fn a_drain_waits_for_the_budget_and_goes_on_when_it_allows() {
    let stage = stage().await;
    let agent = let_pods_go(&stage);
    stage
        .cluster
        .create(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}))
        .unwrap();
    add_on_node(&stage, "web-1", Some("ReplicaSet"));
    add_on_node(&stage, "agent-1", Some("DaemonSet"));
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, "disruptionsAllowed": 0},
    });
    stage.cluster.create(budget).unwrap();
    let ada = stage.administrator().await;
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: false };

    let id = ada.act(vec![node], drain).await.unwrap().remove(0).job.unwrap();
    let job = || ada.job(id.clone());
    eventually(job, |job| job.as_ref().is_ok_and(|job| step(job, "web-1") == "Waiting for budget"))
        .await
        .unwrap();
    assert!(stage.cluster.get("pods", Some("shop"), "web-1").is_some());
    assert_eq!(outcome_of_drain(&stage).await, None, "it has not ended");
    assert_eq!(stage.cluster.get("nodes", None, "node-1").unwrap().parse()["spec"]["unschedulable"], true);

    let allow = |budget: &mut Value| budget["status"]["disruptionsAllowed"] = json!(1);
    stage.cluster.update("poddisruptionbudgets.policy", Some("shop"), "web", allow).unwrap();
    let ended = eventually(job, |job| job.as_ref().is_ok_and(|job| job.ended.is_some())).await.unwrap();
    assert_eq!(ended.error, None);
    assert_eq!((step(&ended, "web-1"), step(&ended, "agent-1")), ("Gone", "Stays"));
    eventually(|| outcome_of_drain(&stage), |outcome| *outcome == Some(audit::Outcome::Done)).await;
    agent.abort();
}

#[tokio::test]
async fn a_drain_that_would_lose_something_does_nothing_and_names_the_pods() {
    let stage = stage().await;
    stage
        .cluster
        .create(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}))
        .unwrap();
    add_on_node(&stage, "lonely", None);
    let node = Target { resource: named("nodes", None, "node-1"), uid: None };
    let drain = Action::Drain { delete_empty_dir_data: false, force: false };

    let outcomes = stage.administrator().await.act(vec![node], drain).await.unwrap();

    let Some(ConsoleError::Invalid { problems }) = error_of(&outcomes) else { panic!("{outcomes:?}") };
    assert_eq!(problems[0].field, "pods/shop/lonely");
    assert!(stage.cluster.get("nodes", None, "node-1").unwrap().parse()["spec"]["unschedulable"].is_null());
}
