//! What is written as text: tried out, compared, and applied.

use crate::support::{Stage, harbour};
use crate::{WEB, live, named, stage, web};
use model::{ConsoleError, KindSlug, Namespace, TableQuery};
use resources_contract::{Applied, DiffLine, ManifestChange, PreviewOutcome, Resources};
use serde_json::json;
use workloads_contract::{Draft, Wizards};

fn change(text: &str) -> ManifestChange {
    ManifestChange {
        cluster: harbour(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        text: text.into(),
        base: None,
        force: false,
    }
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
async fn a_key_of_a_config_map_is_a_file_for_who_may_read_it_and_one_of_a_secret_for_nobody() {
    let stage = stage().await;
    let about = json!({"namespace": "shop", "name": "art"});
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "binaryData": {"logo.png": "/9j/"}});
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": about, "data": {"logo.png": "aHVudGVyMg=="}});
    for object in [map, secret] {
        stage.cluster.create(object).unwrap();
    }
    let viewer = stage.caller("project-viewer", &["shop"]).await;
    let stranger = stage.caller("project-viewer", &["bank"]).await;
    let art = |kind: &str| named(kind, Some("shop"), "art");

    assert_eq!(viewer.config_value(art("configmaps"), "logo.png").await.unwrap(), [0xff_u8, 0xd8, 0xff]);
    let missing = viewer.config_value(art("configmaps"), "other").await;
    assert!(matches!(missing, Err(ConsoleError::NotFound { .. })), "{missing:?}");
    let foreign = stranger.config_value(art("configmaps"), "logo.png").await;
    assert!(matches!(foreign, Err(ConsoleError::Forbidden { .. })), "{foreign:?}");
    // Whoever may read it reveals it first, which is in the trail.
    let secret = stage.administrator().await.config_value(art("secrets"), "logo.png").await;
    assert!(matches!(secret, Err(ConsoleError::NotFound { .. })), "{secret:?}");
}

#[tokio::test]
async fn a_secret_is_edited_as_texts_and_kept_as_before() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "shop", "name": "db"},
        "data": {"password": "aHVudGVyMg==", "user": "YWRh", "picture": "/9j/"},
    });
    stage.cluster.create(secret).unwrap();
    let db = named("secrets", Some("shop"), "db");
    let shown = ada.manifest(db.clone(), true).await.unwrap();
    let mut draft = Draft::of_existing(ada.yaml(shown.text).await.unwrap());
    let edit = |draft: &Draft| ManifestChange {
        base: Some(shown.base.clone()),
        force: true,
        ..change(&draft.to_yaml())
    };

    let same = ada.preview(edit(&draft)).await.unwrap().remove(0);
    assert_eq!((same.outcome, same.conflicts), (PreviewOutcome::Unchanged, Vec::new()));

    draft.objects[0]["stringData"] = json!({"password": "new"});
    ada.apply(edit(&draft)).await.unwrap();
    let after = ada.manifest(db, true).await.unwrap().text;
    assert!(after.contains("password: bmV3") && after.contains("picture: /9j/"), "{after}");
    assert!(!after.contains("user:") && !after.contains("stringData"), "{after}");
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
