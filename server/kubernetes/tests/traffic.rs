//! What network policies let through, for people who see all of the cluster and for those who see a part.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use model::{ConsoleError, ResourceRef};
use serde_json::{Value, json};
use support::{Stage, eventually, pod};
use workloads_contract::{Peer, Traffic, TrafficView, Way};

fn policy(name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "shop"}, "spec": spec,
    })
}

async fn stage() -> Stage {
    let labelled = |namespace: &str, name: &str, tier: &str| {
        let mut pod = pod(namespace, name);
        pod["metadata"]["labels"] = json!({"tier": tier});
        pod
    };
    Stage::with(|cluster| {
        for pod in [
            labelled("shop", "front-1", "front"),
            labelled("shop", "front-2", "front"),
            labelled("shop", "back-1", "back"),
            labelled("bank", "till", "back"),
        ] {
            cluster.create(pod).unwrap();
        }
        let deployment = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "back", "namespace": "shop"},
            "spec": {
                "selector": {"matchLabels": {"tier": "back"}},
                "template": {"metadata": {"labels": {"tier": "back"}}, "spec": {"containers": [
                    {"name": "main", "image": "registry.example/back:1"},
                ]}},
            },
        });
        cluster.create(deployment).unwrap();
        let front = json!({
            "podSelector": {"matchLabels": {"tier": "front"}},
            "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}],
        });
        let back = json!({
            "podSelector": {"matchLabels": {"tier": "back"}}, "policyTypes": ["Ingress", "Egress"],
            "ingress": [{
                "from": [
                    {"podSelector": {"matchLabels": {"tier": "front"}}},
                    {"namespaceSelector": {}, "podSelector": {"matchLabels": {"tier": "back"}}},
                ],
                "ports": [{"port": 8080}],
            }],
        });
        cluster.create(policy("front", &front)).unwrap();
        cluster.create(policy("back", &back)).unwrap();
    })
    .await
}

fn object(kind: &str, name: &str) -> ResourceRef {
    ResourceRef {
        cluster: support::harbour(),
        kind: kind.parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: name.parse().unwrap(),
    }
}

fn names(view: &TrafficView) -> Vec<&str> {
    view.policies.iter().map(|policy| policy.name.as_str()).collect()
}

#[tokio::test]
async fn a_workload_is_reached_by_whom_the_policies_about_its_pods_let_through() {
    let stage = stage().await;
    let ada = stage.administrator().await;

    let ask = || async { ada.traffic(object("deployments", "back")).await.unwrap() };
    let view = eventually(ask, |view| view.pods == 1 && !view.policies.is_empty()).await;

    assert_eq!(names(&view), ["back"], "another policy is about other pods");
    let Way::Only(rules) = &view.incoming else { panic!("{view:?}") };
    let peers: Vec<&Peer> = rules.iter().map(|rule| &rule.peer).collect();
    let front = Peer::Pods {
        pods: "tier=front".into(),
        namespaces: None,
        found: 2,
        places: vec!["shop".into()],
        more_places: 0,
    };
    let back = Peer::Pods {
        pods: "tier=back".into(),
        namespaces: Some(String::new()),
        found: 2,
        places: vec!["bank".into(), "shop".into()],
        more_places: 0,
    };
    assert_eq!(peers, [&front, &back]);
    assert!(rules.iter().all(|rule| rule.ports == ["TCP 8080"]));
    assert_eq!(view.outgoing, Way::Only(Vec::new()), "a policy for egress without rules lets nothing out");

    let view = ada.traffic(object("pods", "front-1")).await.unwrap();
    assert_eq!((names(&view), view.pods, &view.outgoing), (vec!["front"], 1, &Way::Open));
    let view = ada.traffic(object("networkpolicies", "front")).await.unwrap();
    assert_eq!((names(&view), view.pods), (vec!["front"], 2));
    let Way::Only(rules) = view.incoming else { panic!("everything") };
    let except = vec!["10.1.0.0/16".to_owned()];
    assert_eq!(rules[0].peer, Peer::Addresses { cidr: "10.0.0.0/8".into(), except });
}

#[tokio::test]
async fn pods_of_others_are_neither_counted_nor_named() {
    let stage = stage().await;
    let editor = stage.caller("project-editor", &["shop"]).await;

    let ask = || async { editor.traffic(object("networkpolicies", "back")).await.unwrap() };
    let view = eventually(ask, |view| view.pods == 1).await;

    let Way::Only(rules) = view.incoming else { panic!("everything") };
    let Peer::Pods { found, places, .. } = &rules[1].peer else { panic!("{rules:?}") };
    assert_eq!((*found, places.as_slice()), (1, &["shop".to_owned()][..]));

    let stranger = stage.caller("project-editor", &["bank"]).await;
    let refused = stranger.traffic(object("networkpolicies", "back")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_policy_that_is_being_written_is_looked_at_as_if_there_were_one() {
    let stage = stage().await;
    let ada = stage.administrator().await;
    let spec = json!({
        "podSelector": {"matchLabels": {"tier": "front"}}, "policyTypes": ["Egress"],
        "egress": [{"to": [{"podSelector": {"matchLabels": {"tier": "back"}}}]}],
    });
    // It has no name yet.
    let draft = policy("", &spec);

    let view = eventually(
        || ada.traffic_of_draft(support::harbour(), draft.clone()),
        |view| view.as_ref().is_ok_and(|view| view.pods == 2),
    );
    let view = view.await.unwrap();

    assert_eq!(view.incoming, Way::Open);
    let Way::Only(rules) = view.outgoing else { panic!("it says what goes out") };
    assert!(matches!(&rules[0].peer, Peer::Pods { found: 1, .. }), "{rules:?}");
    let stranger = stage.caller("project-viewer", &["bank"]).await;
    let refused = stranger.traffic_of_draft(support::harbour(), draft).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })), "{refused:?}");
    let nowhere = ada.traffic_of_draft(support::harbour(), json!({"spec": {}})).await;
    assert!(matches!(nowhere, Err(ConsoleError::Invalid { .. })), "{nowhere:?}");
}
