//! Who may do what, and what the others are told.

use crate::support::{Cluster, Value, config_map, json, pick, unique, visitor};

/// Lets somebody read maps in the case's namespace.
async fn reader(cluster: &Cluster) -> String {
    visitor(cluster, &["configmaps"], &["get", "list", "watch"]).await
}

#[tokio::test]
async fn what_is_not_granted_is_refused_by_verb_kind_and_place() {
    let cluster = Cluster::open().await;
    let user = reader(&cluster).await;
    let somebody = cluster.acting_as(&user, &[]);
    let namespace = &cluster.namespace;

    let create = somebody.post(&cluster.core("configmaps"), &config_map("a")).await;
    let read = somebody.get(&cluster.group("apps/v1", "deployments/web")).await;
    let nodes = somebody.get("/api/v1/nodes").await;
    let log = somebody.get(&cluster.core("pods/a/log")).await;
    let path = somebody.get("/metrics").await;

    let status = create.fails(
        403,
        "Forbidden",
        &format!(
            "configmaps is forbidden: User \"{user}\" cannot create resource \"configmaps\" in API group \"\" in the \
             namespace \"{namespace}\""
        ),
    );
    assert_eq!(status["details"], json!({"kind": "configmaps"}));
    let status = read.fails(
        403,
        "Forbidden",
        &format!(
            "deployments.apps \"web\" is forbidden: User \"{user}\" cannot get resource \"deployments\" in API group \
             \"apps\" in the namespace \"{namespace}\""
        ),
    );
    assert_eq!(status["details"], json!({"name": "web", "group": "apps", "kind": "deployments"}));
    nodes.fails(
        403,
        "Forbidden",
        &format!(
            "nodes is forbidden: User \"{user}\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"
        ),
    );
    log.fails(
        403,
        "Forbidden",
        &format!(
            "pods \"a\" is forbidden: User \"{user}\" cannot get resource \"pods/log\" in API group \"\" in the \
             namespace \"{namespace}\""
        ),
    );
    path.fails(403, "Forbidden", &format!("forbidden: User \"{user}\" cannot get path \"/metrics\""));
    cluster.close().await;
}

#[tokio::test]
async fn nobody_is_anonymous_and_a_wrong_token_is_nobody() {
    let cluster = Cluster::open().await;

    let anonymous = cluster.bearing(None).get(&cluster.core("configmaps")).await;
    let version = cluster.bearing(None).get("/version").await;
    let wrong = cluster.bearing(Some("wrong")).get(&cluster.core("configmaps")).await;

    anonymous.fails(
        403,
        "Forbidden",
        &format!(
            "configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in API group \"\" \
             in the namespace \"{}\"",
            cluster.namespace
        ),
    );
    assert!(version.is(200)["gitVersion"].is_string());
    wrong.fails(401, "Unauthorized", "Unauthorized");
    cluster.close().await;
}

fn attributes(verb: &str, group: &str, resource: &str, namespace: &str) -> Value {
    json!({"verb": verb, "group": group, "resource": resource, "namespace": namespace})
}

#[tokio::test]
async fn one_may_ask_what_one_may() {
    let cluster = Cluster::open().await;
    let user = reader(&cluster).await;
    let somebody = cluster.acting_as(&user, &[]);
    let ask = async |verb: &str, resource: &str| {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes(verb, "", resource, &cluster.namespace)},
        });
        somebody.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review).await.is(201)
    };

    let yes = ask("list", "configmaps").await;
    let no = ask("delete", "configmaps").await;
    let path = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"nonResourceAttributes": {"verb": "get", "path": "/healthz"}},
    });
    let path = somebody.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &path).await.is(201);

    let why = format!(
        "RBAC: allowed by RoleBinding \"reader/{}\" of Role \"reader\" to User \"{user}\"",
        cluster.namespace
    );
    assert_eq!(yes["status"], json!({"allowed": true, "reason": why}));
    assert_eq!(no["status"], json!({"allowed": false}));
    assert_eq!(path["status"]["allowed"], true);
    cluster.close().await;
}

#[tokio::test]
async fn an_administrator_may_ask_for_others() {
    let cluster = Cluster::open().await;
    let user = reader(&cluster).await;
    let ask = async |spec: Value| {
        let review =
            json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec});
        cluster.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", &review).await
    };
    let list = attributes("list", "", "configmaps", &cluster.namespace);

    let yes = ask(json!({"user": user, "resourceAttributes": list})).await.is(201);
    let no = ask(json!({"user": "nobody", "groups": ["none"], "resourceAttributes": list})).await.is(201);
    let nobody = ask(json!({"resourceAttributes": list})).await;

    assert_eq!((&yes["status"]["allowed"], &no["status"]["allowed"]), (&true.into(), &false.into()));
    nobody.fails(
        422,
        "Invalid",
        // The kind is missing in the real one's words, too.
        ".authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one of user or group must be \
         specified",
    );
    cluster.close().await;
}

#[tokio::test]
async fn ones_rules_can_be_listed() {
    let cluster = Cluster::open().await;
    let user = reader(&cluster).await;
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": cluster.namespace},
    });

    let rules = cluster
        .acting_as(&user, &[])
        .post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", &review)
        .await
        .is(201);

    let expected = json!({"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["configmaps"]});
    let resources = rules["status"]["resourceRules"].as_array().unwrap();
    assert!(resources.contains(&expected), "{rules}");
    assert_eq!(rules["status"]["incomplete"], false);
    cluster.close().await;
}

#[tokio::test]
async fn whom_one_acts_as_is_complete_and_needs_a_right() {
    let cluster = Cluster::open().await;
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    let full = cluster
        .acting_as("jane", &["devs", "ops"])
        .with("impersonate-uid", "42")
        .with("impersonate-extra-reason", "test")
        .post(path, &review)
        .await
        .is(201);
    let groupless = cluster.with("impersonate-group", "devs").post(path, &review).await;
    let user = reader(&cluster).await;
    let token = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let token = cluster.post(&cluster.core("serviceaccounts/default/token"), &token).await.is(201);
    let account = cluster.bearing(token["status"]["token"].as_str());
    let refused = account.acting_as(&user, &[]).get(&cluster.core("configmaps")).await;

    let who = &full["status"]["userInfo"];
    assert_eq!(
        pick(who, &["/username", "/uid", "/extra"]),
        [json!("jane"), json!("42"), json!({"reason": ["test"]})]
    );
    assert_eq!(who["groups"], json!(["devs", "ops", "system:authenticated"]));
    // 500 up to 1.35, 400 since.
    assert!([400, 500].contains(&groupless.code), "{}", groupless.text);
    // Since 1.36 the sentence goes on otherwise.
    let start = format!("User \"system:serviceaccount:{}:default\" cannot impersonate", cluster.namespace);
    let said = refused.body["message"].as_str().unwrap();
    assert_eq!((refused.code, said.contains(&start)), (403, true), "{said}");
    cluster.close().await;
}

#[tokio::test]
async fn nobody_grants_more_than_they_have() {
    let cluster = Cluster::open().await;
    let user = unique();
    let roles = cluster.group("rbac.authorization.k8s.io/v1", "roles");
    let role = |name: &str, resource: &str, verbs: Value| {
        let group = if resource == "roles" { "rbac.authorization.k8s.io" } else { "" };
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name},
            "rules": [{"apiGroups": [group], "resources": [resource], "verbs": verbs}],
        })
    };
    cluster.post(&roles, &role("maker", "roles", json!(["create"]))).await.is(201);
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "maker"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maker"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": user}],
    });
    cluster.post(&cluster.group("rbac.authorization.k8s.io/v1", "rolebindings"), &binding).await.is(201);
    let somebody = cluster.acting_as(&user, &[]);

    let refused = cluster
        .eventually("the right to make roles", async || {
            let answer = somebody.post(&roles, &role("secrets", "secrets", json!(["get"]))).await;
            answer.body["message"].as_str().unwrap().contains("attempting to grant").then_some(answer)
        })
        .await;

    refused.fails(
        403,
        "Forbidden",
        &format!(
            "roles.rbac.authorization.k8s.io \"secrets\" is forbidden: user \"{user}\" (groups=[\"system:authenticated\"]) \
             is attempting to grant RBAC permissions not currently held:\n{{APIGroups:[\"\"], Resources:[\"secrets\"], \
             Verbs:[\"get\"]}}"
        ),
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_request_is_called_in_the_audit_log_what_it_calls_itself() {
    let cluster = Cluster::open().await;
    let (user, id) = (unique(), unique());
    let path = cluster.core("configmaps");

    // No right is needed for it.
    let named = cluster.acting_as(&user, &[]).with("audit-id", &id).get(&path).await;
    let unnamed = cluster.get(&path).await;

    assert_eq!((named.code, named.header("audit-id")), (403, &*id));
    let made_up = unnamed.header("audit-id");
    assert!(made_up.len() == 36 && made_up.matches('-').count() == 4, "{made_up:?}");
}
