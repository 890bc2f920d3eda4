use super::*;
use serde_json::{Value, json};

fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"metadata": {"name": name}, "rules": rules})
}

fn binding(name: &str, namespace: Option<&str>, role: (&str, &str), subjects: &Value) -> Value {
    json!({
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"kind": role.0, "name": role.1}, "subjects": subjects,
    })
}

fn objects() -> Objects {
    let label = json!({"gathered": "yes"});
    let mut reader = cluster_role(
        "reader",
        &json!([{"verbs": ["get", "list"], "apiGroups": ["", "apps"], "resources": ["pods", "deployments", "*/scale"]}]),
    );
    reader["metadata"]["labels"] = label.clone();
    let mut all = cluster_role("all", &json!(null));
    all["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": label}]});
    Objects {
        cluster_roles: vec![
            reader,
            all,
            cluster_role(
                "metrics",
                &json!([{"verbs": ["get"], "nonResourceURLs": ["/metrics", "/healthz/*"]}]),
            ),
            cluster_role("root", &json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}])),
        ],
        roles: vec![json!({
            "metadata": {"name": "one", "namespace": "shop"},
            "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["tls"]}],
        })],
        cluster_role_bindings: vec![
            binding("metrics", None, ("ClusterRole", "metrics"), &json!([{"kind": "User", "name": "mo"}])),
            binding("lost", None, ("ClusterRole", "gone"), &json!([{"kind": "User", "name": "ada"}])),
            binding("nobody", None, ("ClusterRole", "root"), &json!(null)),
        ],
        role_bindings: vec![
            binding(
                "readers",
                Some("shop"),
                ("ClusterRole", "reader"),
                &json!([{"kind": "Group", "name": "readers"}]),
            ),
            binding(
                "one",
                Some("shop"),
                ("Role", "one"),
                &json!([{"kind": "ServiceAccount", "name": "robot"}, {"kind": "User", "name": "ada"}]),
            ),
            binding(
                "metrics",
                Some("shop"),
                ("ClusterRole", "metrics"),
                &json!([{"kind": "User", "name": "ada"}]),
            ),
        ],
    }
}

fn subject(user: &str, groups: &[&str]) -> Subject {
    Subject { user: user.into(), groups: groups.iter().map(|group| (*group).to_owned()).collect() }
}

/// `get pods/log in shop of web`, as a request.
fn ask(verb: &str, resource: &str, namespace: Option<&str>, name: &str) -> Request {
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
    Request::Resource {
        verb: verb.into(),
        group: group.into(),
        resource: resource.into(),
        subresource: subresource.into(),
        namespace: namespace.map(str::to_owned),
        name: name.into(),
    }
}

#[test]
fn a_binding_in_a_namespace_counts_there_and_nowhere_else() {
    let policy = Policy::new(&objects());
    let reader = subject("rose", &["readers"]);

    for (request, expected) in [
        (ask("get", "pods", Some("shop"), "web"), true),
        (ask("list", "deployments.apps", Some("shop"), ""), true),
        (ask("get", "pods", Some("bank"), "web"), false),
        (ask("list", "pods", None, ""), false),
        (ask("delete", "pods", Some("shop"), "web"), false),
        (ask("get", "pods/log", Some("shop"), "web"), false),
        (ask("get", "deployments.apps/scale", Some("shop"), "web"), true),
        (ask("get", "statefulsets.apps/scale", Some("shop"), "db"), true),
        (ask("get", "statefulsets.apps", Some("shop"), "db"), false),
        (ask("get", "jobs.batch", Some("shop"), "x"), false),
    ] {
        assert_eq!(policy.decide(&reader, &request).is_some(), expected, "{request:?}");
    }
}

#[test]
fn a_name_is_compared_also_where_none_is_given() {
    let policy = Policy::new(&objects());
    let robot = subject("system:serviceaccount:shop:robot", &["system:serviceaccounts"]);

    assert!(policy.decide(&robot, &ask("get", "secrets", Some("shop"), "tls")).is_some());
    assert!(policy.decide(&robot, &ask("get", "secrets", Some("shop"), "other")).is_none());
    assert!(policy.decide(&robot, &ask("get", "secrets", Some("shop"), "")).is_none());
    let namesake = subject("system:serviceaccount:bank:robot", &[]);
    assert!(policy.decide(&namesake, &ask("get", "secrets", Some("shop"), "tls")).is_none());
}

#[test]
fn paths_are_for_bindings_of_the_whole_cluster() {
    let policy = Policy::new(&objects());
    let path = |verb: &str, path: &str| Request::Path { verb: verb.into(), path: path.into() };

    for (request, expected) in [
        (path("get", "/metrics"), true),
        (path("get", "/metrics/more"), false),
        (path("get", "/healthz/ping"), true),
        (path("post", "/metrics"), false),
    ] {
        assert_eq!(policy.decide(&subject("mo", &[]), &request).is_some(), expected, "{request:?}");
        assert!(policy.decide(&subject("ada", &[]), &request).is_none(), "bound in a namespace: {request:?}");
    }
}

#[test]
fn masters_are_asked_nothing_and_a_lost_role_gives_nothing() {
    let policy = Policy::new(&objects());
    let anything = ask("delete", "nodes", None, "one");

    assert_eq!(policy.decide(&subject("x", &[MASTERS]), &anything), Some(Because::Master));
    assert_eq!(policy.decide(&subject("ada", &[]), &anything), None);
    assert_eq!(policy.decide(&subject("", &[]), &anything), None);
}

#[test]
fn who_can_names_the_binding_and_whom_it_names() {
    let policy = Policy::new(&objects());

    let who = policy.who_can(&ask("get", "secrets", Some("shop"), "tls"));

    let named = |subject| Because::Bound {
        namespace: Some("shop".into()),
        binding: "one".into(),
        role_kind: "Role".into(),
        role: "one".into(),
        subject,
    };
    let robot = Named::ServiceAccount("shop".into(), "robot".into());
    assert_eq!(who, [named(Named::User("ada".into())), named(robot)]);
    assert!(policy.who_can(&ask("get", "secrets", Some("shop"), "other")).is_empty());
}

#[test]
fn the_namespaces_are_those_in_which_each_question_would_be_answered_yes() {
    let policy = Policy::new(&objects());
    let pods = ask("list", "pods", None, "");

    let some = Namespaces::Some(["shop".to_owned()].into());
    assert_eq!(policy.namespaces(&subject("rose", &["readers"]), &pods), some);
    assert_eq!(policy.namespaces(&subject("x", &[MASTERS]), &pods), Namespaces::All);
    assert_eq!(policy.namespaces(&subject("eve", &[]), &pods), Namespaces::Some([].into()));
}

#[test]
fn a_gathered_role_knows_its_parts() {
    let policy = Policy::new(&objects());

    assert_eq!(policy.parts("all"), ["reader"]);
    assert!(policy.parts("reader").is_empty());
}
