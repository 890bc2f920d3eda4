//! Deployments, jobs and quotas in a small cluster.

use std::collections::HashSet;

use playground_kubernetes::{ChangeKind, Subscription};
use serde_json::json;

use super::{Laboratory, deployment, images_of};
use crate::objects::{annotation, integer, is_condition_true, is_pod_ready, name, text};

const STOREFRONT: &str = "registry.sunfield.example/shop/storefront:5.2.0";

fn job(name: &str, image: &str, spec: &serde_json::Value) -> String {
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": name, "namespace": "shop" },
        "spec": { "template": {
            "metadata": { "labels": { "app": name } },
            "spec": { "restartPolicy": "Never", "containers": [{ "name": "main", "image": image }] },
        } },
    });
    for (key, value) in spec.as_object().unwrap() {
        job["spec"][key] = value.clone();
    }
    job.to_string()
}

/// The fewest pods that were ready at any moment, after the `first` that there were to begin with.
fn fewest_ready(changes: &mut Subscription, first: usize) -> usize {
    let mut ready = HashSet::new();
    let mut fewest = first;
    for seen in 0.. {
        let Some(change) = changes.try_next() else { break };
        let uid = change.object.uid().to_owned();
        if change.kind != ChangeKind::Deleted && is_pod_ready(&change.object.parse()) {
            ready.insert(uid);
        } else {
            ready.remove(&uid);
        }
        if seen >= first {
            fewest = fewest.min(ready.len());
        }
    }
    fewest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_never_goes_below_what_must_be_available_and_keeps_its_history() {
    let laboratory = Laboratory::new(2);
    laboratory.add(&deployment("front", STOREFRONT, 4));
    laboratory
        .until("four pods are ready", |laboratory| {
            integer(&laboratory.get("deployments.apps", "front"), "/status/availableReplicas") == Some(4)
        })
        .await;

    let mut changes = laboratory.site.cluster.subscribe("pods");
    laboratory.change("deployments.apps", "front", |deployment| {
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] =
            "registry.sunfield.example/shop/storefront:5.3.0".into();
    });
    laboratory
        .until("the rollout is complete", |laboratory| {
            let pods = laboratory.pods();
            pods.len() == 4 && pods.iter().all(|pod| images_of(pod).ends_with("5.3.0"))
        })
        .await;
    let fewest = fewest_ready(&mut changes, 4);
    assert!(fewest >= 3, "a quarter of four may be missing, {fewest} were there");

    assert_eq!(
        annotation(&laboratory.get("deployments.apps", "front"), "deployment.kubernetes.io/revision"),
        "2"
    );
    assert_eq!(laboratory.site.list("replicasets.apps", "shop").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_quota_stops_pods_and_says_so() {
    let laboratory = Laboratory::new(1);
    laboratory.add("apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: small, namespace: shop }\nspec: { hard: { pods: '2' } }\n");
    laboratory
        .until("the quota is counted", |laboratory| {
            text(&laboratory.get("resourcequotas", "small"), "/status/used/pods") == "0"
        })
        .await;

    laboratory.add(&deployment("front", STOREFRONT, 3));

    laboratory.until("the refusal is told", |laboratory| !laboratory.events("FailedCreate").is_empty()).await;
    let message = laboratory.events("FailedCreate").remove(0);
    assert!(
        message.contains("exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2"),
        "{message}"
    );
    laboratory
        .until("the deployment tells, too", |laboratory| {
            is_condition_true(&laboratory.get("deployments.apps", "front"), "ReplicaFailure")
        })
        .await;
    assert_eq!(laboratory.pods().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_finishes_or_fails_after_its_tries() {
    let laboratory = Laboratory::new(1);
    laboratory.add(&job(
        "good",
        "registry.sunfield.example/shop/report:1.7.0",
        &json!({ "completions": 3, "parallelism": 2 }),
    ));
    laboratory.add(&job("bad", "registry.sunfield.example/shop/report:2.0.0", &json!({ "backoffLimit": 2 })));
    laboratory.add(&job(
        "indexed",
        "registry.sunfield.example/shop/report:1.7.0",
        &json!({ "completions": 3, "parallelism": 3, "completionMode": "Indexed" }),
    ));

    laboratory
        .until("all jobs have ended", |laboratory| {
            is_condition_true(&laboratory.get("jobs.batch", "good"), "Complete")
                && is_condition_true(&laboratory.get("jobs.batch", "bad"), "Failed")
                && is_condition_true(&laboratory.get("jobs.batch", "indexed"), "Complete")
        })
        .await;

    assert_eq!(integer(&laboratory.get("jobs.batch", "good"), "/status/succeeded"), Some(3));
    assert_eq!(integer(&laboratory.get("jobs.batch", "bad"), "/status/failed"), Some(3));
    assert_eq!(text(&laboratory.get("jobs.batch", "indexed"), "/status/completedIndexes"), "0-2");
    assert!(!laboratory.events("BackoffLimitExceeded").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stateful_set_starts_its_pods_in_order_with_a_disk_each() {
    let laboratory = Laboratory::new(2);
    laboratory.add(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: standard, annotations: \
         { storageclass.kubernetes.io/is-default-class: 'true' } }\nprovisioner: disks.example\n\
         volumeBindingMode: WaitForFirstConsumer\n",
    );
    let set = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "name": "db", "namespace": "shop" },
        "spec": {
            "replicas": 2, "serviceName": "db", "selector": { "matchLabels": { "app": "db" } },
            "template": {
                "metadata": { "labels": { "app": "db" } },
                "spec": { "containers": [{
                    "name": "db", "image": "docker.io/library/postgres:17.5",
                    "volumeMounts": [{ "name": "data", "mountPath": "/data" }],
                }], "volumes": [{ "name": "data", "emptyDir": {} }] },
            },
            "volumeClaimTemplates": [{ "metadata": { "name": "data" }, "spec": {
                "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } },
            } }],
        },
    });
    laboratory.add(&set.to_string());

    laboratory
        .until("both pods are ready", |laboratory| {
            integer(&laboratory.get("statefulsets.apps", "db"), "/status/readyReplicas") == Some(2)
        })
        .await;

    let names: Vec<String> = laboratory.pods().iter().map(|pod| name(pod).to_owned()).collect();
    assert_eq!(names, ["db-0", "db-1"]);
    assert_eq!(text(&laboratory.get("persistentvolumeclaims", "data-db-1"), "/status/phase"), "Bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_decides_how_a_shell_image_ends() {
    let laboratory = Laboratory::new(1);
    let pod = |name: &str, script: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name, "namespace": "shop" },
            "spec": { "restartPolicy": "Never", "containers": [
                { "name": "main", "image": "busybox", "command": ["sh", "-c", script] },
            ] },
        })
        .to_string()
    };
    laboratory.add(&pod("good", "echo hello; sleep 2"));
    laboratory.add(&pod("bad", "exit 7"));

    laboratory
        .until("both have ended", |laboratory| {
            text(&laboratory.get("pods", "good"), "/status/phase") == "Succeeded"
                && text(&laboratory.get("pods", "bad"), "/status/phase") == "Failed"
        })
        .await;
    let bad = laboratory.get("pods", "bad");
    assert_eq!(integer(&bad, "/status/containerStatuses/0/state/terminated/exitCode"), Some(7));
}
