use serde_json::{Value, json};

use super::{Client, MAPS};
use crate::{Cluster, ClusterSettings};

async fn grant(client: &Client, role: &str, user: &str) {
    let binding = json!({
        "metadata": {"name": user}, "roleRef": {"kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "User", "name": user}],
    });
    let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
    let (code, answer) = client.call("POST", path, binding).await;
    assert_eq!(code, 201, "{answer}");
}

#[tokio::test]
async fn nobody_may_do_anything_unasked() {
    let administrator = Client::administrator();
    let jo = administrator.user("jo", &[]);

    let (code, status) = jo.get(MAPS).await;

    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "configmaps is forbidden: User \"jo\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\""
    );
    grant(&administrator, "view", "jo").await;
    assert_eq!(jo.get(MAPS).await.0, 200);
    assert_eq!(jo.get("/api/v1/configmaps").await.0, 403);
    assert_eq!(jo.get("/api/v1/namespaces/default/secrets").await.0, 403);
}

#[tokio::test]
async fn reading_is_a_right_to_run_commands_before_1_35() {
    for (version, refusal) in [((1, 34), "pods \"a\" not found"), ((1, 35), "pods \"a\" is forbidden: ")] {
        let settings = ClusterSettings { version, ..ClusterSettings::default() };
        let administrator = Client::of(Cluster::new(settings));
        let role = json!({
            "metadata": {"name": "reader"},
            "rules": [{"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get"]}],
        });
        let path = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        assert_eq!(administrator.call("POST", path, role).await.0, 201);
        grant(&administrator, "reader", "jo").await;

        let jo = administrator.user("jo", &[]);
        let (_, status) = jo.get("/api/v1/namespaces/default/pods/a/exec?command=true&stdout=true").await;

        assert_eq!(status["message"], refusal, "{version:?}");
    }
}

#[tokio::test]
async fn an_unknown_token_is_unauthorized_and_no_token_is_anonymous() {
    let mut client = Client::administrator();
    client.token = "wrong".to_owned();
    assert_eq!(client.get(MAPS).await.0, 401);

    let request = http::Request::get("/readyz").body(axum::body::Body::empty()).unwrap();
    let ready = tower::ServiceExt::oneshot(client.router.clone(), request).await.unwrap();
    assert_eq!(ready.status(), 200);
}

#[tokio::test]
async fn impersonation_is_a_right_for_every_part() {
    let administrator = Client::administrator();
    let proxy = administrator.user("proxy", &[]);
    let role = json!({
        "metadata": {"name": "speak"},
        "rules": [{"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]}],
    });
    administrator.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", role).await;
    let binding = json!({
        "metadata": {"name": "speak"}, "roleRef": {"kind": "ClusterRole", "name": "speak"},
        "subjects": [{"kind": "User", "name": "proxy"}],
    });
    administrator.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding).await;
    grant(&administrator, "view", "jo").await;

    let as_jo = proxy.with("impersonate-user", "jo");
    assert_eq!(as_jo.get(MAPS).await.0, 200);
    let (code, status) = as_jo.with("impersonate-group", "system:masters").get(MAPS).await;

    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "groups \"system:masters\" is forbidden: User \"proxy\" cannot impersonate resource \"groups\" in API group \"\" at the cluster scope"
    );
}

#[tokio::test]
async fn a_name_in_any_script_is_impersonated_and_never_left_out() {
    let administrator = Client::administrator();
    let reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    let wang = administrator.with("impersonate-user", "王伟").with("impersonate-group", "园丁");
    let (_, me) = wang.call("POST", reviews, json!({})).await;
    assert_eq!(me["status"]["userInfo"]["username"], "王伟");
    assert_eq!(me["status"]["userInfo"]["groups"], json!(["园丁", "system:authenticated"]));

    for name in ["impersonate-user", "impersonate-group", "impersonate-extra-scope"] {
        let broken = http::HeaderValue::from_bytes(b"\xff\xfe").unwrap();
        let request = http::Request::get(MAPS)
            .header("authorization", format!("Bearer {}", administrator.token))
            .header(name, broken)
            .body(axum::body::Body::empty())
            .unwrap();
        let answer = tower::ServiceExt::oneshot(administrator.router.clone(), request).await.unwrap();
        assert_eq!(answer.status(), 400, "{name}");
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let administrator = Client::administrator();
    grant(&administrator, "admin", "jo").await;
    let jo = administrator.user("jo", &[]);
    let roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    let role = |resource: &str| {
        json!({
            "metadata": {"name": resource},
            "rules": [{"apiGroups": [""], "resources": [resource], "verbs": ["get"]}],
        })
    };

    assert_eq!(jo.call("POST", roles, role("pods")).await.0, 201);
    let (code, status) = jo.call("POST", roles, role("nodes")).await;

    assert_eq!(code, 403);
    assert!(
        status["message"]
            .as_str()
            .unwrap()
            .contains("{APIGroups:[\"\"], Resources:[\"nodes\"], Verbs:[\"get\"]}")
    );
}

#[tokio::test]
async fn a_right_to_one_object_is_one_to_list_and_watch_it() {
    let administrator = Client::administrator();
    let role = json!({"metadata": {"name": "one"}, "rules": [{
        "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["a"], "verbs": ["list", "watch"],
    }]});
    administrator.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", role).await;
    grant(&administrator, "one", "jo").await;
    let jo = administrator.user("jo", &[]);

    assert_eq!(jo.get(MAPS).await.0, 403);
    assert_eq!(jo.get(&format!("{MAPS}?fieldSelector=metadata.name%3Da")).await.0, 200);
    jo.watch(&format!("{MAPS}?watch=1&fieldSelector=metadata.name%3Da")).await;
    let (code, status) = jo.get(&format!("{MAPS}?fieldSelector=metadata.name%3Db")).await;

    assert_eq!(code, 403);
    assert!(status["message"].as_str().unwrap().starts_with("configmaps \"b\" is forbidden"), "{status}");
}

#[tokio::test]
async fn reviews_answer_what_requests_would() {
    let administrator = Client::administrator();
    grant(&administrator, "edit", "jo").await;
    let review = |verb: &str, resource: &str| {
        json!({"spec": {"user": "jo", "resourceAttributes": {
            "namespace": "default", "verb": verb, "resource": resource,
        }}})
    };
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    let (_, may) = administrator.call("POST", path, review("delete", "pods")).await;
    let (_, may_not) = administrator.call("POST", path, review("delete", "nodes")).await;
    let jo = administrator.user("jo", &["gardeners"]);
    let (_, me) = jo.call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", json!({})).await;

    assert_eq!((&may["status"]["allowed"], &may_not["status"]["allowed"]), (&json!(true), &json!(false)));
    assert_eq!(me["status"]["userInfo"]["groups"], json!(["gardeners", "system:authenticated"]));
}

#[tokio::test]
async fn a_service_accounts_token_speaks_for_it_and_dies_with_it() {
    let administrator = Client::administrator();
    let accounts = "/api/v1/namespaces/default/serviceaccounts";
    administrator.call("POST", accounts, json!({"metadata": {"name": "robot"}})).await;

    let (_, answer) =
        administrator.call("POST", &format!("{accounts}/robot/token"), json!({"spec": {}})).await;
    let mut robot = administrator.user("unused", &[]);
    robot.token = answer["status"]["token"].as_str().unwrap().to_owned();
    let (_, me) = robot.call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", json!({})).await;

    assert_eq!(me["status"]["userInfo"]["username"], "system:serviceaccount:default:robot");
    assert_eq!(robot.call("DELETE", MAPS, Value::Null).await.0, 403);

    administrator.call("DELETE", &format!("{accounts}/robot"), Value::Null).await;
    administrator.call("POST", accounts, json!({"metadata": {"name": "robot"}})).await;
    let review = json!({"spec": {"token": robot.token}});
    let (_, review) = administrator.call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", review).await;

    assert_eq!(robot.get("/version").await.0, 401, "another account has the name now");
    assert_eq!(review["status"]["error"], "invalid bearer token");
}
