//! Projects whose namespaces somebody has made anew a moment ago, in a cluster that answers.

use crate::{Stage, at, garden, harbour};
use model::Namespace;
use playground_kubernetes::{Cluster, DeleteOptions, Running};
use serde_json::json;
use workspaces_contract::{
    Amounts, MemberFields, MemberPlace, ProjectLimitFields, WorkspaceFields, Workspaces,
};

fn shop() -> Namespace {
    Namespace::parse("shop").unwrap()
}

async fn with_shop() -> (Stage, Cluster, Running) {
    let (cluster, running) = test_stage::simulated("harbour", &["shop"]).await;
    let config = test_stage::config(&running.kubeconfig(), "harbour").await;
    (Stage::with_cluster(config).await, cluster, running)
}

fn make_shop_anew(cluster: &Cluster) {
    let emptied = cluster.change_bulk("namespaces", None, "shop", |namespace| {
        namespace["spec"]["finalizers"] = json!([]);
    });
    assert!(emptied.is_some());
    cluster.delete("namespaces", None, "shop", DeleteOptions::default()).unwrap();
    let manifest = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
    cluster.create(manifest).unwrap();
}

#[tokio::test]
async fn what_is_given_to_a_namespace_that_was_made_anew_is_not_lost_with_the_one_before() {
    let (stage, cluster, _running) = with_shop().await;
    let (ada, bea) = (stage.account("ada", "administrator").await, stage.account("bea", "regular").await);
    let fields =
        WorkspaceFields { name: "garden".into(), clusters: vec!["harbour".into()], ..Default::default() };
    stage.as_(ada).await.create_workspace(fields).await.unwrap();
    let workspace = stage.database.workspace(&garden()).await.unwrap().unwrap().id;
    stage.database.add_project(&harbour(), &shop(), Some(workspace), "", "").await.unwrap();
    let caught_up = async || stage.tenants.provisioner.caught_up(&harbour()).await.problem;
    assert_eq!((caught_up().await, caught_up().await), (None, None));
    let member = || MemberFields {
        place: MemberPlace::Project(harbour(), shop()),
        name: "bea".into(),
        role: "project-admin".into(),
        until: String::new(),
    };
    let quota = || ProjectLimitFields {
        workspace: garden(),
        cluster: harbour(),
        namespace: shop(),
        quota: [("pods".to_owned(), "5".to_owned())].into(),
        defaults: Amounts::new(),
    };

    // Nobody has looked since.
    make_shop_anew(&cluster);
    let (_, message) = at(stage.as_(ada).await.set_member(member()).await.unwrap_err());
    assert!(message.contains("namespace shop in cluster harbour is another one now"), "{message}");
    assert_eq!(stage.database.project(&harbour(), &shop()).await.unwrap(), None);

    // Whoever gives it again knows that it is another one.
    stage.database.add_project(&harbour(), &shop(), Some(workspace), "", "").await.unwrap();
    stage.as_(ada).await.set_member(member()).await.unwrap();
    stage.as_(ada).await.limit_project(quota()).await.unwrap();
    make_shop_anew(&cluster);
    let (_, message) = at(stage.as_(ada).await.limit_project(quota()).await.unwrap_err());
    assert!(message.contains("is another one now"), "{message}");
    assert!(stage.database.memberships_of(bea).await.unwrap().is_empty());
}
