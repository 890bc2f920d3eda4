//! What people type into a terminal, against a playground with its controllers and node agents.
//!
//! Where there is no `kubectl` on the `PATH`, these tests are reported as ignored.

#![allow(clippy::unwrap_used)]

#[path = "../kubernetes/tests/support/kubectl.rs"]
mod kubectl;

use std::time::Duration;

use kubectl::Kubectl;
use playground::{Options, Playground, start};

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'registry.sunfield.example/shop/storefront:5.2.0', ports: [{containerPort: 8080}]}
";

/// Says something, takes its time, and ends.
const TASK: &str = "
apiVersion: v1
kind: Pod
metadata: {name: task, namespace: shop}
spec:
  restartPolicy: Never
  containers:
  - {name: main, image: busybox, command: [sh, -c, 'echo begun; sleep 300; echo ended']}
";

/// The smallest world of a playground whose time runs fast, with a namespace for the tests.
async fn open() -> (Playground, Kubectl) {
    let options = Options { speed: 20.0, past: Duration::ZERO, ..Options::default() };
    let playground = start(options).await.unwrap();
    let kubectl = Kubectl::new(&playground.running("lantern").unwrap().kubeconfig());
    kubectl.run("create namespace shop").await.succeeds();
    (playground, kubectl)
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_running_pod_is_read_entered_and_measured() {
    let (playground, kubectl) = open().await;
    kubectl.with_input("apply -f -", TASK).await.succeeds();
    kubectl.with_input("apply -f -", WEB).await.succeeds();

    kubectl.expect(&[("wait --for=jsonpath={.status.phase}=Running pod/task --timeout=150s", "met")]).await;
    let mut log = kubectl.follow("-n shop logs -f task");
    log.until("begun").await;
    log.until("ended").await;
    assert!(log.end().await.is_empty(), "the log ends with the pod");

    std::fs::write(kubectl.folder().join("up.txt"), "carried").unwrap();
    kubectl
        .expect(&[
            ("rollout status deployment web --timeout=150s", "successfully rolled out"),
            ("exec deploy/web -- cat /app/storefront.yaml", "catalogue: http://catalogue.shop"),
            ("exec deploy/web -- hostname", "web-"),
            ("logs deploy/web --tail=5", "storefront"),
            ("get endpoints,pods", "web-"),
            ("top node lantern", "lantern"),
        ])
        .await;
    let pod =
        kubectl.run("-n shop get pod -l app=web -o jsonpath={.items[0].metadata.name}").await.succeeds();
    kubectl
        .expect(&[
            (&format!("cp up.txt {pod}:/tmp/up.txt"), ""),
            (&format!("exec {pod} -- cat /tmp/up.txt"), "carried"),
            (&format!("cp {pod}:/tmp/up.txt down.txt"), ""),
            (&format!("top pod {pod} --containers"), "web"),
        ])
        .await;
    assert_eq!(std::fs::read_to_string(kubectl.folder().join("down.txt")).unwrap(), "carried");
    let piped = kubectl.with_input(&format!("-n shop exec -i {pod} -- cat"), "through").await;
    assert_eq!(piped.succeeds(), "through");
    assert_eq!(kubectl.run(&format!("-n shop exec {pod} -- sh -c 'exit 7'")).await.code, 7);
    playground.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_deployment_is_rolled_out_and_back_and_scaled() {
    let (playground, kubectl) = open().await;
    let changed = WEB.replace("5.2.0", "5.3.0");
    kubectl.with_input("apply -f -", WEB).await.succeeds();
    kubectl.expect(&[("rollout status deployment web --timeout=150s", "successfully rolled out")]).await;

    assert_eq!(kubectl.with_input("diff -f -", WEB).await.code, 0);
    kubectl.with_input("diff -f -", &changed).await.fails_with("storefront:5.3.0");
    kubectl.with_input("apply -f -", &changed).await.succeeds();
    let image = "get pods -l app=web -o jsonpath={.items[*].spec.containers[0].image}";
    kubectl
        .expect(&[
            ("rollout status deployment web --timeout=150s", "successfully rolled out"),
            ("rollout history deployment web", "2 "),
            ("rollout history deployment web --revision=1", "storefront:5.2.0"),
            (image, "storefront:5.3.0"),
            ("rollout undo deployment web", "rolled back"),
            ("rollout status deployment web --timeout=150s", "successfully rolled out"),
            ("rollout history deployment web", "3 "),
            (image, "storefront:5.2.0"),
            ("scale deployment web --replicas=3", "scaled"),
            ("wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=150s", "met"),
            ("delete deployment web --cascade=orphan", "deleted"),
        ])
        .await;
    let left = "-n shop get replicasets -l app=web -o jsonpath={.items[*].status.readyReplicas}";
    assert!(kubectl.run(left).await.succeeds().contains('3'), "the pods stay without their deployment");
    let owners = "-n shop get replicasets -l app=web -o jsonpath={.items[*].metadata.ownerReferences}";
    assert_eq!(kubectl.run(owners).await.succeeds(), "");
    playground.stop().await.unwrap();
}
