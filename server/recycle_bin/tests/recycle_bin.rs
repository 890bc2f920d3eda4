//! Deleting and making again, for several people, over a playground's cluster.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use database::Database;
use identity::Seal;
use kubernetes::{Bin, Deleted, ForCaller, Keepers};
use model::{ConsoleError, KindSlug, Language, Namespace, ObjectName, ResourceRef, System};
use playground::{Options, Playground};
use recycle_bin::RecycleBin as Kept;
use resources_contract::{
    DeletedLine, DeletedQuery, Deletion, Outcome, Propagation, RecycleBin, Resources, RestoreFields, Target,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use test_stage::{Console, harbour};
use uuid::Uuid;

struct Stage {
    playground: Playground,
    console: Console,
    bin: Kept,
}

impl Stage {
    async fn new() -> Self {
        let database = Database::in_memory().await.unwrap();
        let bin = Kept::new(database.clone(), Seal::random());
        Self::with(database, bin.clone(), Arc::new(bin)).await
    }

    async fn with(database: Database, bin: Kept, keeper: Arc<dyn Bin>) -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let keepers = Keepers { bin: Some(keeper), ..Keepers::default() };
        let console = Console::keeping(playground.kubeconfig(), "harbour", database, keepers).await;
        let stage = Self { playground, console, bin };
        stage.apply(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "orrery:administrators"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "orrery:administrators"}],
        }));
        stage
    }

    /// Somebody with a role on the platform, and one in a namespace.
    async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> ForCaller {
        let caller = self.console.caller(name, role, place).await;
        if let Some((namespace, role)) = place {
            let project = self.console.project(namespace).await;
            let of_cluster = if role == "project-viewer" { "view" } else { "edit" };
            self.apply(json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": role, "namespace": namespace},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": of_cluster},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group",
                              "name": access::rights::project_group(project, role)}],
            }));
        }
        self.console.kubernetes.for_caller(Arc::unwrap_or_clone(caller), Language::English)
    }

    async fn lines(&self, who: &ForCaller, search: &str) -> Vec<DeletedLine> {
        let query = DeletedQuery { cluster: harbour(), search: search.into() };
        self.bin.for_caller(who.clone()).deleted(query).await.unwrap().lines
    }

    async fn restore(&self, who: &ForCaller, id: &str, along: bool) -> Result<ResourceRef, ConsoleError> {
        let fields = RestoreFields { cluster: harbour(), id: id.into(), along };
        self.bin.for_caller(who.clone()).restore(fields).await
    }

    fn apply(&self, object: Value) {
        self.playground.cluster("harbour").unwrap().apply(object).unwrap();
    }

    fn create(&self, object: Value) {
        self.playground.cluster("harbour").unwrap().create(object).unwrap();
    }

    /// An object as the cluster has it.
    fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<Value> {
        let object = self.playground.cluster("harbour").unwrap().get(kind, namespace, name)?;
        Some(serde_json::from_slice(object.json()).unwrap())
    }

    /// Waits until an object is there, or is not there any more.
    async fn until(&self, is_there: bool, kind: &str, namespace: Option<&str>, name: &str) {
        for _ in 0..200 {
            if self.find(kind, namespace, name).is_some() == is_there {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{kind} {name} is not as it should be");
    }
}

fn resource(kind: &str, namespace: Option<&str>, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

async fn delete(who: &ForCaller, kind: &str, namespace: Option<&str>, name: &str) -> Outcome {
    let targets = vec![Target { resource: resource(kind, namespace, name), uid: None }];
    who.delete(Deletion { targets, propagation: Propagation::Background }).await.unwrap().remove(0)
}

fn secret(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace},
        "data": {"password": "cXVpbmNl"}, "type": "Opaque",
    })
}

#[tokio::test]
async fn what_was_deleted_is_made_again_as_it_was() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    stage.create(secret("shop", "pears"));
    let before = stage.find("deployments.apps", Some("shop"), "catalogue").unwrap();

    for (kind, name) in [("deployments", "catalogue"), ("secrets", "pears")] {
        assert_eq!(delete(&ada, kind, Some("shop"), name).await.error, None);
    }
    stage.until(false, "deployments.apps", Some("shop"), "catalogue").await;

    let lines = stage.lines(&ada, "").await;
    let told: Vec<_> = lines.iter().map(|line| (line.kind.as_str(), line.resource.name.as_str())).collect();
    assert_eq!(told, [("Secret", "pears"), ("Deployment", "catalogue")], "its pods come by themselves");
    assert_eq!((lines[0].deleted_by.as_str(), lines[0].may_restore, lines[0].along), ("ada", true, 0));
    assert_eq!(stage.lines(&ada, "SHOP deploy").await.len(), 1);
    assert!(stage.lines(&ada, "shop nothing").await.is_empty());

    for line in &lines {
        assert_eq!(stage.restore(&ada, &line.id, false).await.unwrap(), line.resource);
    }
    let after = stage.find("deployments.apps", Some("shop"), "catalogue").unwrap();
    assert_eq!(
        (&after["spec"], &after["metadata"]["labels"]),
        (&before["spec"], &before["metadata"]["labels"])
    );
    assert_ne!(after["metadata"]["uid"], before["metadata"]["uid"]);
    assert_eq!(stage.find("secrets", Some("shop"), "pears").unwrap()["data"]["password"], "cXVpbmNl");
    assert!(stage.lines(&ada, "").await.is_empty(), "what is there again is still told as deleted");
    let trail = stage.console.database.audit_trail(1).await.unwrap();
    assert_eq!(trail[0].decision.action, "restore");
}

#[tokio::test]
async fn one_of_its_name_that_is_there_stays_and_what_was_deleted_is_still_kept() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    stage.create(secret("shop", "pears"));
    assert_eq!(delete(&ada, "secrets", Some("shop"), "pears").await.error, None);
    let mut other = secret("shop", "pears");
    other["data"]["password"] = "bmV3".into();
    stage.create(other);
    let id = stage.lines(&ada, "").await.remove(0).id;

    let refused = stage.restore(&ada, &id, false).await;

    assert!(matches!(refused, Err(ConsoleError::Conflict { .. })), "{refused:?}");
    assert_eq!(stage.find("secrets", Some("shop"), "pears").unwrap()["data"]["password"], "bmV3");
    assert_eq!(stage.lines(&ada, "").await.len(), 1);
    let unknown = stage.restore(&ada, &Uuid::nil().to_string(), false).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_namespace_comes_back_with_everything_that_was_in_it() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    stage.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "plum"}}));
    stage.create(secret("plum", "pears"));
    let settings = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "figs", "namespace": "plum"},
        "data": {"a": "b"},
    });
    stage.create(settings);
    let plum = Namespace::parse("plum").unwrap();
    let project = stage.console.database.ensure_project(&harbour(), &plum).await.unwrap();
    let uid = async || stage.console.database.meant_namespaces(&harbour()).await.unwrap().remove(0).uid;
    stage.console.database.learn_namespaces(&[(project, "before".into())]).await.unwrap();

    assert_eq!(delete(&ada, "namespaces", None, "plum").await.error, None);
    stage.until(false, "namespaces", None, "plum").await;
    let line = stage.lines(&ada, "").await.remove(0);
    assert_eq!((line.kind.as_str(), line.along, line.left_out), ("Namespace", 2, 0));

    // First by itself, then with what was in it: that it is there by then does not matter.
    stage.restore(&ada, &line.id, false).await.unwrap();
    assert_eq!(stage.find("secrets", Some("plum"), "pears"), None);
    assert_eq!(uid().await, None, "its project is not the one that was deleted, but this one");
    stage.console.database.learn_namespaces(&[(project, "after".into())]).await.unwrap();
    stage.restore(&ada, &line.id, true).await.unwrap();
    assert_eq!(uid().await.as_deref(), Some("after"), "it was there");
    assert!(stage.find("secrets", Some("plum"), "pears").is_some());
    assert_eq!(stage.find("configmaps", Some("plum"), "figs").unwrap()["data"]["a"], "b");
    assert!(stage.lines(&ada, "").await.is_empty());
}

#[tokio::test]
async fn a_definition_comes_back_with_its_objects() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    stage.apply(json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "trees.fruit.example"},
        "spec": {
            "group": "fruit.example", "scope": "Namespaced",
            "names": {"plural": "trees", "singular": "tree", "kind": "Tree", "listKind": "TreeList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema":
                {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}],
        },
    }));
    for name in ["pear", "plum"] {
        let metadata = json!({"name": name, "namespace": "shop"});
        stage.create(json!({"apiVersion": "fruit.example/v1", "kind": "Tree", "metadata": metadata, "spec": {"age": 7}}));
    }
    let definition = "customresourcedefinitions.apiextensions.k8s.io";
    let slug = "customresourcedefinitions";
    assert_eq!(delete(&ada, slug, None, "trees.fruit.example").await.error, None);
    stage.until(false, definition, None, "trees.fruit.example").await;
    let line = stage.lines(&ada, "").await.remove(0);
    assert_eq!((line.kind.as_str(), line.along), ("CustomResourceDefinition", 2));

    stage.restore(&ada, &line.id, true).await.unwrap();
    assert_eq!(stage.find("trees.fruit.example", Some("shop"), "pear").unwrap()["spec"]["age"], 7);
    assert!(stage.lines(&ada, "").await.is_empty());
}

#[tokio::test]
async fn everybody_sees_and_restores_what_they_could_list_and_create() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let ben = stage.caller("ben", "regular", Some(("shop", "project-editor"))).await;
    let cyd = stage.caller("cyd", "regular", Some(("shop", "project-viewer"))).await;
    let dan = stage.caller("dan", "regular", Some(("payments", "project-editor"))).await;
    let fay = stage.caller("fay", "regular", None).await;
    assert_eq!(delete(&ada, "deployments", Some("shop"), "catalogue").await.error, None);
    let id = stage.lines(&ada, "").await.remove(0).id;

    let seen = stage.lines(&cyd, "").await.remove(0);
    assert!(!seen.may_restore);
    let refused = stage.restore(&cyd, &id, false).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    assert!(stage.lines(&dan, "").await.is_empty(), "another project's was told");
    let refused = stage.restore(&dan, &id, false).await;
    assert!(matches!(refused, Err(ConsoleError::NotFound { .. })), "{refused:?}");
    let query = DeletedQuery { cluster: harbour(), search: String::new() };
    let unknown = stage.bin.for_caller(fay).deleted(query).await;
    assert!(matches!(unknown, Err(ConsoleError::NotFound { .. })), "{unknown:?}");
    assert_eq!(stage.find("deployments.apps", Some("shop"), "catalogue"), None);

    stage.restore(&ben, &id, false).await.unwrap();
    assert!(stage.find("deployments.apps", Some("shop"), "catalogue").is_some());
}

#[tokio::test]
async fn what_was_deleted_in_a_namespace_that_had_the_name_before_is_nobodys() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let plum = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "plum"}});
    stage.create(plum.clone());
    stage.create(json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "figs", "namespace": "plum"},
        "data": {"a": "b"},
    }));
    assert_eq!(delete(&ada, "configmaps", Some("plum"), "figs").await.error, None);
    assert_eq!(delete(&ada, "namespaces", None, "plum").await.error, None);
    stage.until(false, "namespaces", None, "plum").await;
    // Both moments are told in seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    stage.create(plum);
    let ben = stage.caller("ben", "regular", Some(("plum", "project-editor"))).await;

    let lines = stage.lines(&ada, "figs").await;
    assert_eq!(lines.len(), 1, "who may see the whole cluster sees it");
    assert!(stage.lines(&ben, "").await.is_empty(), "somebody else's project had the name then");
    let refused = stage.restore(&ben, &lines[0].id, false).await;
    assert!(matches!(refused, Err(ConsoleError::NotFound { .. })), "{refused:?}");
    assert_eq!(stage.find("configmaps", Some("plum"), "figs"), None);

    stage.restore(&ada, &lines[0].id, false).await.unwrap();
    assert_eq!(delete(&ada, "configmaps", Some("plum"), "figs").await.error, None);
    assert_eq!(stage.lines(&ben, "").await.len(), 1);
}

#[tokio::test]
async fn nothing_that_is_kept_can_be_read_in_the_tables() {
    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    stage.create(secret("shop", "pears"));
    assert_eq!(delete(&ada, "secrets", Some("shop"), "pears").await.error, None);

    let rows = stage.console.database.deleted_objects(&harbour()).await.unwrap();
    let kept = stage.console.database.deleted_together(rows[0].deletion).await.unwrap();

    let text = format!("{kept:?}");
    assert!(!text.contains("cXVpbmNl") && !text.contains("quince") && text.contains("pears"), "{text}");
}

/// Takes nothing.
struct Full;

#[async_trait]
impl Bin for Full {
    async fn keep(&self, _: Deleted) -> Result<Uuid, ConsoleError> {
        let cause = "the disk is full".into();
        Err(ConsoleError::Unavailable { system: System::Database, cause, may_be_done: false })
    }

    async fn forget(&self, _: Uuid) {}
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_deleted_and_what_is_not_deleted_is_not_kept() {
    let database = Database::in_memory().await.unwrap();
    let bin = Kept::new(database.clone(), Seal::random());
    let stage = Stage::with(database, bin, Arc::new(Full)).await;
    let ada = stage.caller("ada", "administrator", None).await;
    let error = delete(&ada, "deployments", Some("shop"), "catalogue").await.error.unwrap();
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert!(stage.find("deployments.apps", Some("shop"), "catalogue").is_some());

    let stage = Stage::new().await;
    let ada = stage.caller("ada", "administrator", None).await;
    let targets = vec![Target {
        resource: resource("deployments", Some("shop"), "catalogue"),
        uid: Some("other".into()),
    }];
    let outcome =
        ada.delete(Deletion { targets, propagation: Propagation::Background }).await.unwrap().remove(0);
    assert!(outcome.error.is_some());
    assert!(stage.lines(&ada, "").await.is_empty());
    // What its controller makes again is not kept.
    let pods = stage.playground.cluster("harbour").unwrap().list("pods", Some("shop"));
    let pod = pods.iter().find(|pod| pod.name().starts_with("catalogue-")).unwrap().name().to_owned();
    assert_eq!(delete(&ada, "pods", Some("shop"), &pod).await.error, None);
    assert!(stage.lines(&ada, "").await.is_empty());
}
