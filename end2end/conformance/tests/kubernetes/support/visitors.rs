//! People with few rights.

use serde_json::json;

use super::{Cluster, unique};

/// Lets somebody do something with resources of the core group in the case's namespace. The first of each is tried.
pub async fn visitor(cluster: &Cluster, resources: &[&str], verbs: &[&str]) -> String {
    let user = unique();
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"},
        "rules": [{"apiGroups": [""], "resources": resources, "verbs": verbs}],
    });
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": user}],
    });
    cluster.post(&cluster.group("rbac.authorization.k8s.io/v1", "roles"), &role).await.is(201);
    cluster.post(&cluster.group("rbac.authorization.k8s.io/v1", "rolebindings"), &binding).await.is(201);
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {
            "namespace": cluster.namespace, "resource": resources[0], "verb": verbs[0],
        }},
    });
    let somebody = cluster.acting_as(&user, &[]);
    // The authorizer learns of it by a watch.
    cluster
        .eventually("the right", async || {
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            let answer = somebody.post(path, &review).await.is(201);
            (answer["status"]["allowed"] == true).then_some(())
        })
        .await;
    user
}
