//! What kubectl can do and what it cannot, and how what it has open ends.

use super::served::WEB;
use super::*;

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_member_works_with_kubectl_in_their_own_project() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served
        .expect(&[
            ("get namespaces", "shop"),
            ("rollout status deployment web --timeout=150s", "successfully rolled out"),
            ("get pods", "web-"),
            ("get pods -n shop -o wide", "web-"),
            ("get deployment web -o jsonpath={.spec.replicas}", "1"),
            ("describe deployment web", "RollingUpdate"),
            ("scale deployment web --replicas=2", "scaled"),
            ("wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=150s", "met"),
            ("logs deploy/web", "begun"),
            ("exec deploy/web -- hostname", "web-"),
            ("api-resources --api-group=apps", "deployments"),
            ("explain deployment.spec.replicas", "integer"),
            ("auth can-i create deployments", "yes"),
            ("version", "Server Version: v1.31"),
        ])
        .await;
    assert_eq!(served.with_input("diff -f -", WEB).await.code, 1, "there are two replicas now");
    let piped = served.with_input("exec -i deploy/web -- cat", "through").await;
    assert_eq!(piped.succeeds(), "through");
    assert_eq!(served.run("exec deploy/web -- sh -c 'exit 7'").await.code, 7);

    for (arguments, expected) in [
        ("get pods -n bank", "bank"),
        ("get secrets -n bank -o yaml", "bank"),
        ("get pods -A", "You may in shop: name one with -n."),
        ("get nodes -o yaml --as=admin", "leave --as out"),
        ("logs -n bank deploy/vault", "bank"),
        ("exec -n bank deploy/vault -- sh", "bank"),
        ("delete namespace shop", "delete namespaces"),
        ("get --raw /kubernetes/lantern/api/v1/namespaces/shop/pods/x/proxy", "through the API server"),
        ("create clusterrolebinding x --clusterrole=cluster-admin --user=Bob", "clusterrolebindings"),
    ] {
        let said = served.run(arguments).await;
        assert_ne!(said.code, 0, "kubectl {arguments}: {}", said.text);
        assert!(said.text.contains(expected), "kubectl {arguments} should say {expected:?}: {}", said.text);
        assert!(!said.text.contains("opened") && !said.text.contains("Y2FuYXJ5"), "{}", said.text);
    }
    assert_eq!(served.run("auth can-i create deployments -n bank").await.code, 1);
    served.expect(&[("delete deployment web", "deleted")]).await;

    let trail = served.trail().await;
    for line in [
        "Bob (token kubeconfig lantern): api create deployments.apps shop/web allowed",
        "Bob (token kubeconfig lantern): api scale deployments.apps/scale shop/web allowed",
        "Bob (token kubeconfig lantern): api delete deployments.apps shop/web allowed",
        "Bob (token kubeconfig lantern): api read pods bank/ refused",
        "Bob: add_token tokens.console.orrery /kubeconfig lantern allowed",
    ] {
        assert!(trail.iter().any(|entry| entry == line), "{line} is not in {trail:#?}");
    }
    assert!(trail.iter().any(|entry| entry.contains("api exec pods/exec shop/web-")), "{trail:#?}");
    assert!(trail.iter().any(|entry| entry.contains("api log pods/log shop/web-")), "{trail:#?}");
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn what_kubectl_has_open_ends_with_the_right_and_says_why() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served.expect(&[("rollout status deployment web --timeout=150s", "successfully rolled out")]).await;
    let mut log = served.follow("logs -f deploy/web");
    log.until("begun").await;
    let mut watch = served.follow("get pods --watch");
    watch.until("web-").await;
    let mut shell = served.follow("exec deploy/web -- sh -c 'echo ready; sleep 3000'");
    shell.until("ready").await;

    let place = place(&served.console, &lantern(), "shop").await;
    assert!(served.console.database().remove_member(served.bob, &place).await.unwrap());

    log.until("This needs the right to get pods/log in namespace shop").await;
    shell.until("This needs the right to create pods/exec in namespace shop").await;
    watch.until("This needs the right to").await;
    served.run("get pods -n shop").await.fails_with("lantern");
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_revoked_token_opens_nothing_any_more() {
    let served = Served::new().await;
    served.expect(&[("get namespaces", "shop")]).await;
    let database = served.console.database();
    let token = database.tokens_of(served.bob).await.unwrap()[0].token.clone();
    assert_eq!((token.name.as_str(), token.scope), ("kubeconfig lantern", TokenScope::Full));

    assert!(database.revoke_token(served.bob, token.id).await.unwrap());

    served.run("get namespaces").await.fails_with("You are not signed in");
    served.close().await;
}
