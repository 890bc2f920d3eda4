//! What a cluster says it serves.

use crate::support::{Cluster, Value, json, pick, unique};

#[tokio::test]
async fn groups_versions_and_kinds_are_listed() {
    let cluster = Cluster::open().await;

    let core = cluster.get("/api").await.is(200);
    let groups = cluster.get("/apis").await.is(200);
    let apps = cluster.get("/apis/apps").await.is(200);
    let resources = cluster.get("/apis/apps/v1").await.is(200);

    assert_eq!(pick(&core, &["/kind", "/versions"]), [json!("APIVersions"), json!(["v1"])]);
    assert_eq!(pick(&groups, &["/kind", "/apiVersion"]), ["APIGroupList", "v1"]);
    let apps_group =
        groups["groups"].as_array().unwrap().iter().find(|group| group["name"] == "apps").unwrap();
    let version = json!({"groupVersion": "apps/v1", "version": "v1"});
    assert_eq!(apps_group, &json!({"name": "apps", "versions": [version], "preferredVersion": version}));
    assert_eq!(pick(&apps, &["/kind", "/name"]), ["APIGroup", "apps"]);
    assert_eq!(pick(&resources, &["/kind", "/groupVersion"]), ["APIResourceList", "apps/v1"]);
    let find = |name: &str| {
        resources["resources"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
    };
    let mut deployments = find("deployments").clone();
    deployments.as_object_mut().unwrap().remove("storageVersionHash");
    assert_eq!(
        deployments,
        json!({
            "name": "deployments", "singularName": "deployment", "namespaced": true, "kind": "Deployment",
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            "shortNames": ["deploy"], "categories": ["all"],
        })
    );
    assert_eq!(
        find("deployments/scale"),
        &json!({
            "name": "deployments/scale", "singularName": "", "namespaced": true, "group": "autoscaling", "version": "v1",
            "kind": "Scale", "verbs": ["get", "patch", "update"],
        })
    );
    cluster.close().await;
}

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

#[tokio::test]
async fn everything_can_be_discovered_at_once() {
    let cluster = Cluster::open().await;
    let client = cluster.with("accept", AGGREGATED);

    let core = client.get("/api").await;
    let groups = client.get("/apis").await;
    // Other groups may come and go at any time.
    let unchanged = client.with("if-none-match", core.header("etag")).get("/api").await;

    assert!(
        core.header("content-type").contains("as=APIGroupDiscoveryList"),
        "{}",
        core.header("content-type")
    );
    let core = core.is(200);
    assert_eq!(pick(&core, &["/kind", "/apiVersion"]), ["APIGroupDiscoveryList", "apidiscovery.k8s.io/v2"]);
    let pods = core.pointer("/items/0/versions/0/resources").unwrap().as_array().unwrap();
    let pods = pods.iter().find(|one| one["resource"] == "pods").unwrap();
    assert_eq!(
        pick(pods, &["/scope", "/singularResource", "/shortNames", "/responseKind"]),
        [
            json!("Namespaced"),
            json!("pod"),
            json!(["po"]),
            json!({"group": "", "version": "", "kind": "Pod"})
        ]
    );
    let below: Vec<_> =
        pods["subresources"].as_array().unwrap().iter().map(|one| one["subresource"].clone()).collect();
    assert!(below.contains(&json!("log")) && below.contains(&json!("eviction")), "{below:?}");
    let apps = groups.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["metadata"]["name"] == "apps")
        .unwrap();
    assert_eq!(pick(apps, &["/versions/0/version", "/versions/0/freshness"]), ["v1", "Current"]);
    assert_eq!(unchanged.code, 304);
    cluster.close().await;
}

#[tokio::test]
async fn an_aggregated_api_that_is_dead_is_listed_as_such() {
    let cluster = Cluster::open().await;
    let group = format!("{}.example.com", unique());
    let name = format!("v1.{group}");
    let services = "/apis/apiregistration.k8s.io/v1/apiservices";
    let service = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": name},
        "spec": {
            "group": group, "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
            "insecureSkipTLSVerify": true, "service": {"name": "nobody", "namespace": cluster.namespace},
        },
    });
    cluster.post(services, &service).await.is(201);

    let condition = cluster
        .eventually("a verdict", async || {
            let service = cluster.get(&format!("{services}/{name}")).await.is(200);
            service["status"]["conditions"].get(0).filter(|one| one["status"] == "False").cloned()
        })
        .await;
    let stale = cluster
        .eventually("a stale group", async || {
            let groups = cluster.with("accept", AGGREGATED).get("/apis").await.is(200);
            let found =
                groups["items"].as_array().unwrap().iter().find(|one| one["metadata"]["name"] == group);
            found.map(|found| found["versions"][0].clone())
        })
        .await;
    let listed = cluster.get("/apis").await.is(200);
    let resources = cluster.get(&format!("/apis/{group}/v1")).await;
    cluster.delete(&format!("{services}/{name}"), &Value::Null).await.is(200);

    assert_eq!(
        pick(&condition, &["/type", "/reason", "/message"]),
        [
            json!("Available"),
            json!("ServiceNotFound"),
            json!(format!("service/nobody in \"{}\" is not present", cluster.namespace)),
        ]
    );
    assert_eq!(
        pick(&stale, &["/version", "/freshness", "/resources"]),
        [json!("v1"), json!("Stale"), Value::Null]
    );
    assert!(listed["groups"].as_array().unwrap().iter().any(|one| one["name"] == group), "{listed}");
    assert_eq!((resources.code, resources.text.as_str()), (503, "service unavailable\n"));
    cluster.close().await;
}

#[tokio::test]
async fn schemas_are_offered_group_by_group() {
    let cluster = Cluster::open().await;

    let index = cluster.get("/openapi/v3").await.is(200);
    let address = index["paths"]["apis/apps/v1"]["serverRelativeURL"].as_str().unwrap();
    let apps = cluster.get(address).await.is(200);

    assert!(address.starts_with("/openapi/v3/apis/apps/v1?hash="), "{address}");
    let deployment = &apps["components"]["schemas"]["io.k8s.api.apps.v1.Deployment"];
    assert_eq!(
        deployment["x-kubernetes-group-version-kind"],
        json!([{"group": "apps", "kind": "Deployment", "version": "v1"}])
    );
    assert!(deployment["properties"]["spec"].is_object());
    cluster.close().await;
}

#[tokio::test]
async fn health_is_a_word() {
    let cluster = Cluster::open().await;

    for path in ["/healthz", "/livez", "/readyz"] {
        let answer = cluster.get(path).await;
        assert_eq!((answer.code, answer.text.as_str()), (200, "ok"), "{path}");
        let ping = cluster.get(&format!("{path}/ping")).await;
        assert_eq!((ping.code, ping.text.as_str()), (200, "ok"), "{path}");
        let checks = cluster.get(&format!("{path}?verbose=1")).await;
        for line in ["[+]ping ok\n", "[+]etcd ok\n", "poststarthook/start-apiextensions-controllers ok\n"] {
            assert!(checks.text.contains(line), "{path}: {}", checks.text);
        }
        let passed = format!("{} check passed\n", path.trim_start_matches('/'));
        assert!(checks.text.ends_with(&passed), "{}", checks.text);
        assert_eq!(cluster.get(&format!("{path}/of-tea")).await.code, 404);
    }
    let ready = cluster.get("/readyz?verbose=1&exclude=etcd").await;
    assert!(ready.text.contains("[+]etcd excluded: ok\n"), "{}", ready.text);
    assert!(ready.text.contains("[+]informer-sync ok\n"), "{}", ready.text);
    let version = cluster.get("/version").await.is(200);
    assert_eq!(version["major"], "1");
    assert!(version["gitVersion"].as_str().unwrap().starts_with("v1."));
    cluster.close().await;
}
