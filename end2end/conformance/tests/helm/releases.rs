//! Releases from their installation to their end, and what stands in their way.

use std::env;
use std::fs;

use crate::program::Helm;
use crate::support::{Cluster, Simulator, Value, config_map, json, names, pick};

/// What is installed.
const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/bakery");

/// A namespace, and Helm in it.
struct Shop {
    cluster: Cluster,
    helm: Helm,
}

impl Shop {
    async fn on_the_playground() -> Self {
        Self::of(Cluster::simulated().await, Simulator::shared().kubeconfig())
    }

    async fn on_kubernetes() -> Self {
        let file = env::var_os("ORRERY_PEER_KUBECONFIG");
        let file = file.expect("ORRERY_PEER_KUBECONFIG names no cluster: cargo xtask peers up kwok");
        Self::of(Cluster::open().await, &fs::read_to_string(file).unwrap())
    }

    fn of(cluster: Cluster, kubeconfig: &str) -> Self {
        let helm = Helm::new(kubeconfig, &cluster.namespace, CHART);
        Self { cluster, helm }
    }

    async fn menu(&self) -> Value {
        self.cluster.get(&self.cluster.core("configmaps/a-menu")).await.is(200)
    }

    async fn oven(&self) -> Value {
        self.cluster.get(&self.cluster.group("apps/v1", "deployments/a-oven")).await.is(200)
    }

    async fn services(&self) -> Vec<String> {
        let list = self.cluster.get(&self.cluster.core("services")).await.is(200);
        names(&list).into_iter().map(str::to_owned).collect()
    }

    /// Every revision with its state, as `helm history` has them.
    async fn history(&self) -> Vec<String> {
        let history = self.helm.json("history a").await;
        let revisions = history.as_array().unwrap().iter();
        revisions.map(|one| format!("{} {}", one["revision"], one["status"].as_str().unwrap())).collect()
    }
}

macro_rules! on_both {
    ($($case:ident),* $(,)?) => {
        mod on_the_playground {
            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs Helm: run by `cargo xtask test --peers`"]
                async fn $case() {
                    super::$case(super::Shop::on_the_playground().await).await;
                }
            )*
        }

        mod on_kubernetes {
            $(
                #[tokio::test(flavor = "multi_thread")]
                #[ignore = "needs Helm and a cluster: run by `cargo xtask test --peers`"]
                async fn $case() {
                    super::$case(super::Shop::on_kubernetes().await).await;
                }
            )*
        }
    };
}

on_both!(
    a_release_lives_by_server_side_apply,
    a_release_lives_by_patches_of_its_own,
    what_helm_would_do_is_said_by_the_server,
    what_the_cluster_refuses_fails_the_release,
    what_others_wrote_is_not_taken,
);

async fn a_release_lives_by_server_side_apply(shop: Shop) {
    lives(shop, "--server-side=true").await;
}

async fn a_release_lives_by_patches_of_its_own(shop: Shop) {
    lives(shop, "--server-side=false").await;
}

async fn lives(shop: Shop, method: &str) {
    let helm = &shop.helm;

    let installed = helm.run(&format!("install a CHART {method} --wait --timeout 120s")).await;
    installed.succeeds().says("STATUS: deployed").says("a bakes rye.");
    let status = helm.json("status a").await;
    assert_eq!(
        pick(&status, &["/name", "/version", "/info/status"]),
        [json!("a"), json!(1), json!("deployed")]
    );
    let listed = helm.json("list").await;
    assert_eq!(
        pick(&listed, &["/0/name", "/0/chart", "/1"]),
        [json!("a"), json!("bakery-0.1.0"), Value::Null]
    );
    let menu = shop.menu().await;
    let version = shop.cluster.get("/version").await.is(200)["gitVersion"].clone();
    assert_eq!(
        menu["data"],
        json!({
            "bread": "rye", "revision": "1", "kubernetes": version, "deployments": "true", "default": "default",
        })
    );
    assert_eq!(menu["metadata"]["labels"], json!({"app.kubernetes.io/managed-by": "Helm", "bakery": "a"}));
    assert_eq!(menu["metadata"]["annotations"]["meta.helm.sh/release-namespace"], shop.cluster.namespace);
    let oven = shop.oven().await;
    assert_eq!(pick(&oven, &["/spec/replicas", "/status/readyReplicas"]), [1, 1].map(Value::from));
    assert_eq!(shop.services().await, ["a-counter"]);
    let jobs = shop.cluster.get(&shop.cluster.group("batch/v1", "jobs")).await.is(200);
    assert_eq!(names(&jobs), [""; 0], "a hook that succeeded is gone");

    let changes = "--set bread=spelt,replicas=2,counter=false";
    let upgraded = helm.run(&format!("upgrade a CHART {changes} --wait --timeout 120s")).await;
    upgraded.succeeds().says("REVISION: 2").says("a bakes spelt.");
    assert_eq!(shop.menu().await["data"]["bread"], "spelt");
    let oven = shop.oven().await;
    assert_eq!(pick(&oven, &["/spec/replicas", "/status/readyReplicas"]), [2, 2].map(Value::from));
    assert_eq!(shop.services().await, [""; 0], "what a revision does not have is gone");
    assert_eq!(helm.json("get values a").await, json!({"bread": "spelt", "replicas": 2, "counter": false}));
    assert_eq!(shop.history().await, ["1 superseded", "2 deployed"]);

    let back = helm.run("rollback a 1 --wait --timeout 120s").await;
    back.succeeds().says("Rollback was a success!");
    assert_eq!(pick(&shop.menu().await, &["/data/bread", "/data/revision"]), [json!("rye"), json!("1")]);
    assert_eq!(shop.oven().await["spec"]["replicas"], 1);
    assert_eq!(shop.services().await, ["a-counter"]);
    assert_eq!(shop.history().await, ["1 superseded", "2 superseded", "3 deployed"]);
    let records = shop.cluster.get(&shop.cluster.core("secrets?labelSelector=owner%3Dhelm")).await.is(200);
    assert_eq!(
        names(&records),
        ["sh.helm.release.v1.a.v1", "sh.helm.release.v1.a.v2", "sh.helm.release.v1.a.v3"]
    );

    let gone = helm.run("uninstall a --wait --timeout 120s --cascade foreground").await;
    gone.succeeds().says("release \"a\" uninstalled");
    for path in [
        shop.cluster.core("configmaps?labelSelector=bakery"),
        shop.cluster.core("services?labelSelector=bakery"),
        shop.cluster.core("secrets?labelSelector=owner%3Dhelm"),
        shop.cluster.group("apps/v1", "deployments"),
        shop.cluster.group("apps/v1", "replicasets"),
        shop.cluster.core("pods"),
    ] {
        // Helm takes what its watch has not told about yet for gone, and does not wait for it.
        let is_empty = async || names(&shop.cluster.get(&path).await.is(200)).is_empty().then_some(());
        shop.cluster.eventually(&format!("the end of {path}"), is_empty).await;
    }
    helm.run("status a").await.fails_with("release: not found");
    shop.cluster.close().await;
}

async fn what_helm_would_do_is_said_by_the_server(shop: Shop) {
    let helm = &shop.helm;

    let dry = helm.run("install a CHART --dry-run=server --set bread=barley").await.succeeds();
    // What is looked up is looked up in the cluster.
    dry.says("bread: \"barley\"").says("default: \"default\"").says("STATUS: pending-install");
    let template = helm.run("template a CHART --dry-run=server --set counter=false").await.succeeds();
    template.says("kind: Deployment");

    assert_eq!(names(&shop.cluster.get(&shop.cluster.core("secrets")).await.is(200)), [""; 0]);
    assert_eq!(
        names(&shop.cluster.get(&shop.cluster.core("configmaps?labelSelector=bakery")).await.is(200)),
        [""; 0]
    );
    shop.cluster.close().await;
}

async fn what_the_cluster_refuses_fails_the_release(shop: Shop) {
    let helm = &shop.helm;
    let refusal = "spec.template.spec.containers[0].image: Required value";

    helm.run("install a CHART --set image=").await.fails_with(refusal);
    assert_eq!(shop.history().await, ["1 failed"]);
    helm.run("install a CHART").await.fails_with("cannot reuse a name that is still in use");
    helm.run("upgrade a CHART --set image=nginx:1.27 --wait --timeout 120s")
        .await
        .succeeds()
        .says("STATUS: deployed");
    let taken_back =
        helm.run("upgrade a CHART --set bread=spelt,image= --rollback-on-failure --timeout 120s").await;
    taken_back.fails_with(refusal);
    assert_eq!(shop.history().await, ["1 superseded", "2 superseded", "3 failed", "4 deployed"]);
    assert_eq!(shop.menu().await["data"]["bread"], "rye");
    let typed = "failed to create typed patch object (NAMESPACE/b-oven; apps/v1, Kind=Deployment): .spec.replicas: \
                 expected numeric (int or float), got string";
    let typed = typed.replace("NAMESPACE", &shop.cluster.namespace);
    helm.run("install b CHART --set replicas=many").await.fails_with(&typed);
    helm.run("uninstall b").await.succeeds();
    let read = "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct \
                field DeploymentSpec.spec.replicas of type int32";
    helm.run("install b CHART --set replicas=many --server-side=false").await.fails_with(read);
    helm.run("uninstall b").await.succeeds();
    helm.run("rollback a 9").await.fails_with("release has no 9 version");
    helm.run("upgrade nobody CHART").await.fails_with("\"nobody\" has no deployed releases");

    helm.run("uninstall a").await.succeeds();
    shop.cluster.close().await;
}

async fn what_others_wrote_is_not_taken(shop: Shop) {
    let (helm, cluster) = (&shop.helm, &shop.cluster);
    cluster.post(&cluster.core("configmaps"), &config_map("a-menu")).await.is(201);

    let foreign = helm.run("install a CHART").await;
    foreign.fails_with(
        "invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\"",
    );
    cluster.delete(&cluster.core("configmaps/a-menu"), &Value::Null).await.is(200);
    helm.run("install a CHART").await.succeeds();
    let mut wish = config_map("a-menu");
    wish["data"] = json!({"bread": "cake"});
    let path = cluster.core("configmaps/a-menu?force=true");
    cluster.apply(&path, "marie", &wish).await.is(200);

    let conflict = helm.run("upgrade a CHART --set bread=spelt").await;
    conflict.fails_with("Apply failed with 1 conflict: conflict with \"marie\": .data.bread");
    assert_eq!(shop.menu().await["data"]["bread"], "cake");
    helm.run("upgrade a CHART --set bread=spelt --force-conflicts").await.succeeds();
    assert_eq!(shop.menu().await["data"]["bread"], "spelt");
    assert_eq!(shop.history().await, ["1 superseded", "2 failed", "3 deployed"]);

    helm.run("uninstall a").await.succeeds();
    shop.cluster.close().await;
}
