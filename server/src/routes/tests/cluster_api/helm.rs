//! Helm with the console's kubeconfig.

use super::Served;
use program::Helm;
use serde_json::{Value, json};
use std::fs;

#[path = "../../../../../end2end/conformance/tests/helm/program.rs"]
mod program;

/// The chart that Helm's own suite installs.
const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/conformance/samples/bakery");

impl Served {
    /// Helm as Bob has it, with the file that he downloaded.
    fn helm(&self) -> Helm {
        let file = |name: &str| fs::read_to_string(self.kubectl.folder().join(name)).unwrap();
        Helm::new(&file("config"), "shop", CHART).trusting(&file("ca.pem"))
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Helm: run by `cargo xtask test --peers`"]
async fn a_member_works_with_helm_in_their_own_project() {
    let served = Served::new().await;
    let helm = served.helm();

    let installed = helm.run("install a CHART --wait --timeout 150s").await;
    installed.succeeds().says("STATUS: deployed");
    let upgraded = helm.run("upgrade a CHART --set bread=spelt,counter=false --wait --timeout 150s").await;
    upgraded.succeeds().says("a bakes spelt.");
    let states = |history: &Value| -> Vec<Value> {
        history.as_array().unwrap().iter().map(|one| one["status"].clone()).collect()
    };
    assert_eq!(states(&helm.json("history a").await), ["superseded", "deployed"]);
    helm.run("rollback a 1 --wait --timeout 150s").await.succeeds();
    assert_eq!(helm.json("status a").await["version"], 3);
    assert_eq!(helm.json("list").await[0]["chart"], json!("bakery-0.1.0"));

    for (words, expected) in [
        ("list --namespace bank", "namespace bank"),
        ("list --all-namespaces", "You may in shop: name one with -n."),
        ("install b CHART --namespace bank", "namespace bank"),
        ("install b CHART --namespace new --create-namespace", "namespace new"),
    ] {
        helm.run(words).await.fails_with(expected);
    }
    helm.run("uninstall a --wait --timeout 150s").await.succeeds().says("uninstalled");

    let trail = served.trail().await;
    for line in [
        "Bob (token kubeconfig lantern): api create secrets shop/sh.helm.release.v1.a.v1 allowed",
        "Bob (token kubeconfig lantern): api patch jobs.batch shop/a-dough allowed",
        "Bob (token kubeconfig lantern): api patch deployments.apps shop/a-oven allowed",
        "Bob (token kubeconfig lantern): api delete services shop/a-counter allowed",
        "Bob (token kubeconfig lantern): api read secrets bank/ refused",
    ] {
        assert!(trail.iter().any(|entry| entry == line), "{line} is not in {trail:#?}");
    }
    served.close().await;
}
