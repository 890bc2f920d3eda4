//! The story a new user lives through: find the crash loop, read why, change the image, watch it heal.

use futures::StreamExt;
use playground_kubernetes::{Kubelet, LogOptions};

use super::{Laboratory, deployment, images_of};
use crate::kubelet::Agents;
use crate::objects::{integer, is_condition_true, is_deleting, name, text};

const BROKEN: &str = "registry.sunfield.example/shop/checkout:2.4.0";
const REPAIRED: &str = "registry.sunfield.example/shop/checkout:2.4.1";

#[tokio::test(flavor = "multi_thread")]
async fn the_newer_image_heals_the_checkout() {
    let laboratory = Laboratory::new(2);
    laboratory.add(&deployment("checkout", BROKEN, 3));
    let crashes = |laboratory: &Laboratory| {
        laboratory
            .pods()
            .into_iter()
            .find(|pod| text(pod, "/status/containerStatuses/0/state/waiting/reason") == "CrashLoopBackOff")
    };

    let pod = laboratory.until_some("a pod crashes over and over", crashes).await;
    let agents = Agents::new(laboratory.site.clone());
    let options = LogOptions { tail_lines: Some(1), previous: true, ..LogOptions::default() };
    let log = agents.logs(&pod, "main", options).await.unwrap().collect::<Vec<_>>().await.concat();
    assert!(String::from_utf8_lossy(&log).contains("upgrade the image to 2.4.1"));

    laboratory.change("deployments.apps", "checkout", |deployment| {
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] = REPAIRED.into();
    });
    laboratory
        .until("the rollout is complete", |laboratory| {
            let deployment = laboratory.get("deployments.apps", "checkout");
            integer(&deployment, "/status/availableReplicas") == Some(3)
                && integer(&deployment, "/status/updatedReplicas") == Some(3)
                && integer(&deployment, "/status/replicas") == Some(3)
                && is_condition_true(&deployment, "Available")
        })
        .await;
    laboratory.until("the old pods are gone", |laboratory| laboratory.pods().len() == 3).await;
    assert!(laboratory.pods().iter().all(|pod| images_of(pod) == REPAIRED && !is_deleting(pod)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_is_not_there_never_completes_a_rollout_and_leaves_the_old_pods_serving() {
    let laboratory = Laboratory::new(2);
    laboratory.add(&deployment("checkout", REPAIRED, 3));
    laboratory
        .until("the first rollout is complete", |laboratory| {
            integer(&laboratory.get("deployments.apps", "checkout"), "/status/availableReplicas") == Some(3)
        })
        .await;

    laboratory.change("deployments.apps", "checkout", |deployment| {
        deployment["spec"]["progressDeadlineSeconds"] = 120.into();
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] =
            "registry.sunfield.example/shop/checkout:3.0.0".into();
    });
    laboratory
        .until("the rollout has timed out", |laboratory| {
            let deployment = laboratory.get("deployments.apps", "checkout");
            let progressing = crate::objects::condition(&deployment, "Progressing");
            progressing.is_some_and(|condition| text(condition, "/reason") == "ProgressDeadlineExceeded")
        })
        .await;

    let serving = laboratory.pods().iter().filter(|pod| images_of(pod) == REPAIRED).count();
    assert_eq!(serving, 3, "maxUnavailable is rounded down to none");
    let waiting = laboratory.pods().into_iter().find(|pod| images_of(pod) != REPAIRED).unwrap();
    let reason = text(&waiting, "/status/containerStatuses/0/state/waiting/reason").to_owned();
    assert!(matches!(reason.as_str(), "ErrImagePull" | "ImagePullBackOff"), "{} is {reason}", name(&waiting));
}
