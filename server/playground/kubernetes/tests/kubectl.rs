//! Conformance: what people type into a terminal works against a served cluster.
//!
//! Where there is no `kubectl` on the `PATH`, these tests are reported as ignored.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use playground_kubernetes::{Cluster, ClusterSettings, Running, serve};
use serde_json::json;
use support::kubectl::{Kubectl, Said};

const SHOP: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'nginx:1.27', ports: [{containerPort: 80}]}
";

/// A served cluster and a kubectl configured for it.
struct Shop {
    cluster: Cluster,
    running: Running,
    kubectl: Kubectl,
}

impl Shop {
    /// A cluster with a namespace, a deployment and a running pod.
    async fn open() -> Self {
        let cluster = Cluster::new(ClusterSettings { version: (1, 32), ..ClusterSettings::default() });
        let kubelet = Arc::new(support::SmallKubelet::default());
        let running = serve(cluster.clone(), kubelet, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let kubectl = Kubectl::new(&running.kubeconfig());
        let shop = Self { cluster, running, kubectl };
        shop.with_input("apply -f -", SHOP).await.succeeds();
        shop.run_pod("one");
        shop
    }

    fn run_pod(&self, name: &str) {
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "status": {
            "capacity": {"cpu": "4", "memory": "8Gi"}, "allocatable": {"cpu": "4", "memory": "8Gi"},
            "conditions": [{"type": "Ready", "status": "True"}],
        }});
        // The second pod finds the node there already.
        self.cluster.create(node).ok();
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "shop", "labels": {"app": "web"}},
            "spec": {"nodeName": "n1", "containers": [{"name": "web", "image": "nginx:1.27"}]},
            "status": {
                "phase": "Running", "podIP": "10.0.0.7", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{
                    "name": "web", "ready": true, "restartCount": 1, "image": "nginx:1.27", "imageID": "",
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                    "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:00:00Z"}},
                }],
            },
        });
        self.cluster.create(pod).unwrap();
    }

    async fn run(&self, arguments: &str) -> Said {
        self.kubectl.run(arguments).await
    }

    async fn with_input(&self, arguments: &str, input: &str) -> Said {
        self.kubectl.with_input(arguments, input).await
    }

    async fn expect(&self, commands: &[(&str, &str)]) {
        self.kubectl.expect(commands).await;
    }

    async fn close(self) {
        self.running.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn objects_are_listed_described_and_explained() {
    let shop = Shop::open().await;

    shop.expect(&[
        ("get pods", "one    1/1     Running   1 ("),
        ("get pods -o wide", "10.0.0.7"),
        ("get pods -A", "shop        one"),
        ("get pods -l app=web --field-selector status.phase=Running -o name", "pod/one"),
        ("get pods -l app!=web", "No resources found"),
        ("get deploy web -o yaml", "progressDeadlineSeconds: 600"),
        ("get deploy,pods -o json", "\"kind\": \"List\""),
        ("get deploy web -o jsonpath={.spec.replicas}", "2"),
        ("get ns --chunk-size=1", "kube-public"),
        ("get all", "deployment.apps/web"),
        ("describe deploy web", "25% max unavailable, 25% max surge"),
        ("describe pod one", "Container"),
        ("describe node n1", "Allocatable"),
        ("explain deployment.spec.strategy.rollingUpdate", "maxSurge"),
        ("explain pods --recursive", "terminationGracePeriodSeconds"),
        ("api-resources --api-group=apps", "deployments"),
        ("api-versions", "rbac.authorization.k8s.io/v1"),
        ("version", "Server Version: v1.32"),
        ("cluster-info", "is running at"),
    ])
    .await;
    shop.run("-n shop get pod missing").await.fails_with("pods \"missing\" not found");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn objects_are_created_by_every_kind_of_command() {
    let shop = Shop::open().await;

    shop.expect(&[
        ("create namespace other", "created"),
        ("create deployment api --image=api:1 --replicas=3", "created"),
        ("create configmap settings --from-literal=a=b", "created"),
        ("get configmap settings -o jsonpath={.data.a}", "b"),
        ("create secret generic hidden --from-literal=a=b", "created"),
        ("get secret hidden -o jsonpath={.data.a}", "Yg=="),
        ("create serviceaccount robot", "created"),
        ("create job once --image=busybox -- echo hi", "created"),
        ("create cronjob often --image=busybox '--schedule=*/5 * * * *' -- echo hi", "created"),
        ("create ingress front --rule=shop.example/*=web:80", "created"),
        ("create poddisruptionbudget web --selector=app=web --min-available=1", "created"),
        ("expose deployment web --port=80", "exposed"),
        ("get service web -o jsonpath={.spec.clusterIP}", "10.96."),
        ("autoscale deployment web --max=5 --cpu-percent=70", "autoscaled"),
        ("get hpa web", "cpu: <unknown>/70%"),
        ("run lonely --image=nginx", "created"),
        ("create quota small --hard=count/configmaps=1", "created"),
    ])
    .await;
    shop.run("-n shop create configmap more")
        .await
        .fails_with("exceeded quota: small, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1");
    shop.run("-n shop create deployment Web --image=nginx")
        .await
        .fails_with("a lowercase RFC 1123 subdomain");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn objects_are_changed_in_every_way() {
    let shop = Shop::open().await;

    shop.expect(&[
        ("scale deployment web --replicas=4", "scaled"),
        ("get deployment web -o jsonpath={.spec.replicas}", "4"),
        ("set image deployment/web web=nginx:1.28", "image updated"),
        ("label deployment web tier=front", "labeled"),
        ("annotate deployment web note=hello", "annotated"),
        ("patch deployment web -p '{\"spec\":{\"replicas\":5}}'", "patched"),
        ("patch deployment web --type=merge -p '{\"spec\":{\"paused\":true}}'", "patched"),
        ("patch deployment web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/paused\"}]'", "patched"),
        ("set image deployment/web web=nginx:1.27", "image updated"),
        ("edit deployment web", "edited"),
        ("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}", "nginx:1.29"),
        ("rollout pause deployment web", "paused"),
        ("rollout resume deployment web", "resumed"),
        ("rollout restart deployment web", "restarted"),
        ("taint node n1 special=yes:NoSchedule", "tainted"),
        ("cordon n1", "cordoned"),
        ("get node n1", "Ready,SchedulingDisabled"),
        ("uncordon n1", "uncordoned"),
        ("wait --for=jsonpath='{.status.phase}'=Running pod/one --timeout=120s", "condition met"),
    ])
    .await;
    shop.run("-n shop patch deployment web -p '{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}'")
        .await
        .fails_with("field is immutable");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn server_side_apply_names_the_other_owner() {
    let shop = Shop::open().await;
    shop.expect(&[("scale deployment web --replicas=7", "scaled")]).await;

    let conflict = shop.with_input("apply --server-side --field-manager=team -f -", SHOP).await;
    conflict.fails_with(".spec.replicas");
    let forced =
        shop.with_input("apply --server-side --field-manager=team --force-conflicts -f -", SHOP).await;
    assert!(forced.succeeds().contains("deployment.apps/web serverside-applied"));
    shop.expect(&[
        ("get deployment web -o jsonpath={.spec.replicas}", "2"),
        ("get deployment web -o yaml --show-managed-fields", "manager: team"),
    ])
    .await;

    let same = shop.with_input("diff --server-side --field-manager=team -f -", SHOP).await;
    assert_eq!(same.code, 0, "{}", same.text);
    let changed = SHOP.replace("nginx:1.27", "nginx:1.30");
    let different = shop.with_input("diff --server-side --field-manager=team -f -", &changed).await;
    different.fails_with("+      - image: nginx:1.30");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn logs_exec_copy_and_top_reach_the_kubelet() {
    let shop = Shop::open().await;
    let folder = shop.kubectl.folder().to_owned();
    std::fs::write(folder.join("up.txt"), "carried").unwrap();

    shop.expect(&[
        ("logs one", "web: line 10"),
        ("logs one --tail=1 --timestamps", "2026-01-01T00:00:00.000000000Z web: line 10"),
        ("logs one -c web --previous", "previous run 10"),
        ("exec one -- echo hello there", "hello there"),
        ("cp up.txt one:up.txt", ""),
        ("cp one:up.txt down.txt", ""),
        ("top pods", "25m"),
        ("top nodes", "1500m"),
    ])
    .await;
    let mut log = shop.kubectl.follow("-n shop logs -f one");
    log.until("followed line 12").await;
    assert!(log.end().await.is_empty());
    assert_eq!(std::fs::read_to_string(folder.join("down.txt")).unwrap(), "carried");
    assert_eq!(shop.with_input("-n shop exec -i one -- cat", "echoed").await.succeeds(), "echoed");
    let much = "x".repeat(8 << 20);
    let said = shop.with_input("-n shop exec -i one -- late", &much).await.succeeds();
    assert!(said.ends_with("read 8388608"), "{} bytes came back", said.len());
    assert_eq!(shop.run("-n shop exec one -- sh -c 'exit 42'").await.code, 42);
    shop.run("-n shop logs one -c other").await.fails_with("container other is not valid for pod one");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn rights_are_asked_granted_and_refused() {
    let shop = Shop::open().await;

    shop.expect(&[
        ("auth whoami", "kubernetes-admin"),
        ("auth can-i delete nodes", "yes"),
        ("create role reader --verb=get,list --resource=pods", "created"),
        ("create rolebinding readers --role=reader --user=jo", "created"),
        ("auth can-i list pods --as=jo", "yes"),
        ("auth can-i --list --as=jo", "pods"),
        ("get pods --as=jo", "one"),
        ("create serviceaccount robot", "created"),
        ("create token robot --duration=20m", ""),
    ])
    .await;
    shop.run("-n shop auth can-i delete pods --as=jo").await.fails_with("no");
    shop.run("-n shop delete pod one --as=jo").await.fails_with(
        "pods \"one\" is forbidden: User \"jo\" cannot delete resource \"pods\" in API group \"\" in the namespace \"shop\"",
    );
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn draining_respects_budgets_and_deleting_takes_what_is_owned() {
    let shop = Shop::open().await;
    let budget = json!({
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {
            "observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1,
            "expectedPods": 1,
        },
    });
    shop.cluster.create(budget).unwrap();

    let mut drain = shop.kubectl.follow("drain n1 --force");
    drain.until("Cannot evict pod as it would violate the pod's disruption budget.").await;
    drop(drain);
    shop.expect(&[
        ("delete pdb web", "deleted"),
        ("delete pod one --grace-period=0 --force", "force deleted"),
        ("drain n1 --force", "drained"),
        ("delete deployment web --cascade=foreground", "deleted"),
        ("delete namespace kube-public --wait=false", "deleted"),
        ("get namespace kube-public", "Terminating"),
    ])
    .await;
    assert!(shop.cluster.get("deployments.apps", Some("shop"), "web").is_none());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn custom_kinds_are_served_as_soon_as_they_are_defined() {
    let shop = Shop::open().await;
    let definition = include_str!("data/orchards.yaml");
    shop.with_input("apply -f -", definition).await.succeeds();

    let orchard = "
apiVersion: farm.example/v1
kind: Orchard
metadata: {name: north, namespace: shop}
spec: {trees: 12}
";
    shop.with_input("apply -f -", orchard).await.succeeds();
    shop.expect(&[
        ("wait --for=condition=Established crd/orchards.farm.example --timeout=120s", "condition met"),
        ("get orchards", "north   12      apple"),
        ("get oc north -o jsonpath={.spec.fruit}", "apple"),
        ("scale orchard north --replicas=20", "scaled"),
        ("get orchards.v1beta1.farm.example north -o jsonpath={.apiVersion}", "farm.example/v1beta1"),
        ("explain orchard.spec.trees", "How many trees"),
        ("patch orchard north --subresource=status --type=merge -p '{\"status\":{\"ripe\":3}}'", "patched"),
    ])
    .await;
    let wrong = orchard.replace("trees: 12", "trees: -1");
    shop.with_input("apply -f -", &wrong)
        .await
        .fails_with("spec.trees: Invalid value: -1: spec.trees in body should be greater than or equal to 1");
    let unknown = orchard.replace("trees: 12", "trees: 12, tres: 1");
    shop.with_input("apply -f -", &unknown).await.fails_with("unknown field \"spec.tres\"");

    shop.expect(&[("delete crd orchards.farm.example", "deleted")]).await;
    shop.run("-n shop get orchards").await.fails_with("the server could not find the requested resource");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_watch_shows_changes_as_they_happen() {
    let shop = Shop::open().await;
    let mut watch = shop.kubectl.follow("-n shop get pods -w --no-headers");
    watch.until("one").await;

    shop.run_pod("two");
    assert!(watch.until("two").await.contains("1/1"));
    let fall_ill = |pod: &mut serde_json::Value| {
        pod["status"]["containerStatuses"][0]["ready"] = json!(false);
    };
    shop.cluster.update("pods", Some("shop"), "two", fall_ill).unwrap();
    assert!(watch.until("two").await.contains("0/1"));
    shop.close().await;
}
