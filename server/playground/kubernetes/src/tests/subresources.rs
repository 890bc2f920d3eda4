use serde_json::{Value, json};

use super::Client;

const POD: &str = "/api/v1/namespaces/default/pods/p";

fn add_pod(client: &Client) {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"nodeName": "n", "containers": [{"name": "c", "image": "i"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    });
    client.cluster.create(pod).unwrap();
}

#[tokio::test]
async fn a_part_takes_only_the_verbs_it_lists() {
    let client = Client::administrator();
    add_pod(&client);
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "i"}]},
            },
        },
    });
    client.cluster.create(deployment).unwrap();
    let scale = "/apis/apps/v1/namespaces/default/deployments/web/scale";

    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert_eq!(client.call(method, &format!("{POD}/eviction"), json!({})).await.0, 405, "{method}");
    }
    assert_eq!(client.call("POST", scale, json!({"spec": {"replicas": 7}})).await.0, 405);
    assert_eq!(client.call("DELETE", scale, Value::Null).await.0, 405);

    assert_eq!(client.get(POD).await.1["metadata"]["deletionTimestamp"], Value::Null);
    assert_eq!(client.get(scale).await.1["spec"]["replicas"], 2);
}
