//! Lists: in pieces, selected, at a version.

use crate::support::{Cluster, Value, config_map, json, names, pod};

/// Creates maps `a` to `e`, of which `a` and `b` are on the front tier.
async fn five_maps(cluster: &Cluster) -> String {
    let path = cluster.core("configmaps");
    for (name, tier) in [("a", "front"), ("b", "front"), ("c", "back"), ("d", "back"), ("e", "")] {
        let mut map = config_map(name);
        if !tier.is_empty() {
            map["metadata"]["labels"] = json!({"tier": tier, "of": "five"});
        } else {
            map["metadata"]["labels"] = json!({"of": "five"});
        }
        cluster.post(&path, &map).await.is(201);
    }
    path
}

#[tokio::test]
async fn a_list_comes_in_pieces_of_one_version() {
    let cluster = Cluster::open().await;
    let path = five_maps(&cluster).await;

    let first = cluster.get(&format!("{path}?limit=2")).await.is(200);
    cluster.delete(&format!("{path}/d"), &Value::Null).await.is(200);
    let next = token(&first);
    let second = cluster.get(&format!("{path}?limit=2&continue={next}")).await.is(200);
    let last = cluster.get(&format!("{path}?limit=2&continue={}", token(&second))).await.is(200);

    assert_eq!(first["kind"], "ConfigMapList");
    // Every namespace has `kube-root-ca.crt`, too.
    assert_eq!(first["metadata"]["remainingItemCount"], 4);
    assert_eq!(
        [names(&first), names(&second), names(&last)],
        [["a", "b"], ["c", "d"], ["e", "kube-root-ca.crt"]]
    );
    assert_eq!(second["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
    assert_eq!(last["metadata"].get("continue"), None);
    assert_eq!(last["metadata"].get("remainingItemCount"), None);
    cluster.close().await;
}

fn token(list: &Value) -> &str {
    list["metadata"]["continue"].as_str().expect("there is more")
}

#[tokio::test]
async fn a_selected_list_does_not_say_how_much_remains() {
    let cluster = Cluster::open().await;
    let path = five_maps(&cluster).await;

    let first = cluster.get(&format!("{path}?limit=2&labelSelector=of%3Dfive")).await.is(200);

    assert_eq!(first["metadata"].get("remainingItemCount"), None);
    assert_eq!(names(&first), ["a", "b"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_list_that_went_on_too_late_may_begin_anew_or_go_on_inconsistently() {
    let cluster = Cluster::with_own_past().await;
    let path = five_maps(&cluster).await;
    let first = cluster.get(&format!("{path}?limit=2")).await.is(200);
    cluster.merge(&format!("{path}/a"), &json!({"data": {"a": "2"}})).await.is(200);
    cluster.forget();

    let next = format!("{path}?limit=2&continue={}", token(&first));
    let expired = cluster
        .eventually("a compaction", async || {
            // Something has to happen for the past to end.
            cluster.merge(&format!("{path}/a"), &json!({"data": {"a": cluster.namespace}})).await.is(200);
            let answer = cluster.get(&next).await;
            (answer.code != 200).then_some(answer)
        })
        .await;

    let status = expired.fails(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list \
         without the continue parameter, or use the continue token in this response to retrieve the remainder of the \
         results. Continuing with the provided token results in an inconsistent list - objects that were created, \
         modified, or deleted between the time the first chunk was returned and now may show up in the list.",
    );
    let rest = cluster.get(&format!("{path}?continue={}", token(&status))).await.is(200);
    assert_eq!(names(&rest), ["c", "d", "e", "kube-root-ca.crt"]);
    cluster.close().await;
}

#[tokio::test]
async fn labels_select_by_equality_set_and_presence() {
    let cluster = Cluster::open().await;
    let path = five_maps(&cluster).await;

    for (selector, expected) in [
        ("tier=front", vec!["a", "b"]),
        ("tier==front", vec!["a", "b"]),
        ("of=five,tier!=front", vec!["c", "d", "e"]),
        ("tier in (front,back)", vec!["a", "b", "c", "d"]),
        ("of,tier notin (front)", vec!["c", "d", "e"]),
        ("tier", vec!["a", "b", "c", "d"]),
        ("of,!tier", vec!["e"]),
        ("tier=nothing", vec![]),
    ] {
        let list = cluster.get(&format!("{path}?labelSelector={}", encoded(selector))).await.is(200);
        assert_eq!(names(&list), expected, "{selector}");
    }
    cluster.get(&format!("{path}?labelSelector={}", encoded("tier=(a"))).await.fails(
        400,
        "BadRequest",
        "unable to parse requirement: found '(', expected: identifier",
    );
    cluster.close().await;
}

fn encoded(selector: &str) -> String {
    selector.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn fields_select_where_the_kind_knows_them() {
    let cluster = Cluster::open().await;
    let pods = cluster.core("pods");
    for name in ["a", "b"] {
        cluster.post(&pods, &pod(name)).await.is(201);
    }

    for (selector, expected) in [
        ("metadata.name=a", vec!["a"]),
        ("metadata.name!=a", vec!["b"]),
        ("status.phase=Pending", vec!["a", "b"]),
        ("status.phase=Running", vec![]),
        ("spec.nodeName=", vec!["a", "b"]),
        ("spec.schedulerName=nobody,metadata.name=b", vec!["b"]),
        ("spec.restartPolicy=Always", vec!["a", "b"]),
        ("spec.serviceAccountName=default", vec!["a", "b"]),
    ] {
        let list = cluster.get(&format!("{pods}?fieldSelector={}", encoded(selector))).await.is(200);
        assert_eq!(names(&list), expected, "{selector}");
    }
    let unknown = cluster.get(&format!("{pods}?fieldSelector=spec.hostname%3Da")).await;
    unknown.fails(400, "BadRequest", "field label not supported: spec.hostname");
    let deployments = cluster.group("apps/v1", "deployments?fieldSelector=spec.replicas%3D1");
    cluster.get(&deployments).await.fails(
        400,
        "BadRequest",
        "\"spec.replicas\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
    );
    cluster.get(&format!("{pods}?fieldSelector=a")).await.fails(
        400,
        "BadRequest",
        "invalid selector: 'a'; can't understand 'a'",
    );
    cluster.close().await;
}

#[tokio::test]
async fn metadata_alone_can_be_asked_for() {
    let cluster = Cluster::open().await;
    let path = five_maps(&cluster).await;
    let sparing = cluster.with("accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");

    let list = sparing.get(&format!("{path}?labelSelector=tier%3Dfront")).await.is(200);
    let one = cluster
        .with("accept", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json")
        .get(&format!("{path}/a"))
        .await
        .is(200);

    assert_eq!(
        (&list["kind"], &list["apiVersion"]),
        (&"PartialObjectMetadataList".into(), &"meta.k8s.io/v1".into())
    );
    assert_eq!(names(&list), ["a", "b"]);
    assert_eq!(list["items"][0].get("data"), None);
    assert_eq!(list["items"][0]["kind"], "PartialObjectMetadata");
    assert_eq!((&one["kind"], one.get("data")), (&"PartialObjectMetadata".into(), None));
    cluster.close().await;
}

#[tokio::test]
async fn a_list_can_be_asked_for_at_a_version() {
    let cluster = Cluster::open().await;
    let path = five_maps(&cluster).await;
    let list = cluster.get(&path).await.is(200);
    let version = list["metadata"]["resourceVersion"].as_str().unwrap();
    cluster.delete(&format!("{path}/a"), &Value::Null).await.is(200);

    let exact =
        cluster.get(&format!("{path}?resourceVersion={version}&resourceVersionMatch=Exact")).await.is(200);
    let newer = cluster
        .get(&format!("{path}?resourceVersion={version}&resourceVersionMatch=NotOlderThan"))
        .await
        .is(200);
    let any = cluster.get(&format!("{path}?resourceVersion=0")).await.is(200);
    let unversioned = cluster.get(&format!("{path}?resourceVersionMatch=Exact")).await;
    let future = cluster.get(&format!("{path}?resourceVersion=999999999999")).await;

    assert_eq!((names(&exact)[0], &exact["metadata"]["resourceVersion"]), ("a", &version.into()));
    assert!(names(&newer).len() >= 5 && names(&any).len() >= 5);
    unversioned.fails(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden \
         unless resourceVersion is provided",
    );
    assert_eq!((future.code, &future.body["reason"]), (504, &"Timeout".into()));
    cluster.close().await;
}
