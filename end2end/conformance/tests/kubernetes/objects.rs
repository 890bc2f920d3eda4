//! Creating, reading and replacing objects, and how mistakes in requests are answered.

use http::Method;

use crate::support::{Cluster, Value, config_map, deployment, json, pick};

#[tokio::test]
async fn a_new_object_gets_what_the_server_gives() {
    let cluster = Cluster::open().await;

    let made = cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);

    assert_eq!(
        pick(&made, &["/kind", "/apiVersion", "/data"]),
        ["ConfigMap".into(), "v1".into(), json!({"a": "1"})]
    );
    assert_eq!(made["metadata"]["namespace"], cluster.namespace.as_str());
    for given in ["uid", "resourceVersion", "creationTimestamp"] {
        assert!(made["metadata"][given].as_str().is_some_and(|value| !value.is_empty()), "{given}: {made}");
    }
    assert!(made["metadata"].get("generation").is_none() && made["metadata"].get("selfLink").is_none());
    let read = cluster.get(&cluster.core("configmaps/a")).await.is(200);
    assert_eq!(read, made);
    cluster.close().await;
}

#[tokio::test]
async fn kinds_with_a_specification_count_its_generations() {
    let cluster = Cluster::open().await;
    let path = cluster.group("apps/v1", "deployments");
    let made = cluster.post(&path, &deployment("web")).await.is(201);
    assert_eq!(made["metadata"]["generation"], 1);

    let labelled = json!({"metadata": {"labels": {"a": "b"}}});
    let same = cluster.merge(&format!("{path}/web"), &labelled).await.is(200);
    let paused = cluster.merge(&format!("{path}/web"), &json!({"spec": {"paused": true}})).await.is(200);

    assert_eq!((&same["metadata"]["generation"], &paused["metadata"]["generation"]), (&json!(1), &json!(2)));
    cluster.close().await;
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    cluster.post(&path, &config_map("a")).await.is(201);

    let status = cluster.post(&path, &config_map("a")).await.fails(
        409,
        "AlreadyExists",
        r#"configmaps "a" already exists"#,
    );

    assert_eq!(status["details"], json!({"name": "a", "kind": "configmaps"}));
    cluster.close().await;
}

#[tokio::test]
async fn each_peer_of_a_network_policy_is_somebody_and_one_thing() {
    let cluster = Cluster::open().await;
    let policies = cluster.group("networking.k8s.io/v1", "networkpolicies");
    let with = |from: Value, ports: Value| {
        json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [from], "ports": ports}]},
        })
    };
    let invalid = "NetworkPolicy.networking.k8s.io \"a\" is invalid: spec.ingress[0]";
    let range = json!({"cidr": "10.0.0.0/8"});
    // 1.34 names the port there, and not its end.
    let wrong_end = if cluster.has_words_of(37).await { 79 } else { 80 };
    let too_small =
        format!(".ports[0].endPort: Invalid value: {wrong_end}: must be greater than or equal to `port`");
    for (from, ports, said) in [
        (json!({}), json!([]), ".from[0]: Required value: must specify a peer"),
        (
            json!({"podSelector": {}, "ipBlock": range}),
            json!([]),
            ".from[0]: Forbidden: may not specify both ipBlock and another peer",
        ),
        (
            json!({"ipBlock": {"cidr": "10.0.0.0"}}),
            json!([]),
            ".from[0].ipBlock.cidr: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or \
             2001:db8::/64)",
        ),
        (json!({"podSelector": {}}), json!([{"port": 80, "endPort": 79}]), too_small.as_str()),
        (
            json!({"podSelector": {}}),
            json!([{"port": "http", "endPort": 90}]),
            ".ports[0].endPort: Invalid value: 90: may not be specified when `port` is non-numeric",
        ),
    ] {
        let refused = cluster.post(&policies, &with(from, ports)).await;
        refused.fails(422, "Invalid", &format!("{invalid}{said}"));
    }
    cluster.post(&policies, &with(json!({"ipBlock": range}), json!([]))).await.is(201);
    cluster.close().await;
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_group() {
    let cluster = Cluster::open().await;

    let core = cluster.get(&cluster.core("pods/gone")).await;
    let apps = cluster.get(&cluster.group("apps/v1", "deployments/gone")).await;

    let core = core.fails(404, "NotFound", r#"pods "gone" not found"#);
    let apps = apps.fails(404, "NotFound", r#"deployments.apps "gone" not found"#);
    assert_eq!(core["details"], json!({"name": "gone", "kind": "pods"}));
    assert_eq!(apps["details"], json!({"name": "gone", "group": "apps", "kind": "deployments"}));
    cluster.close().await;
}

#[tokio::test]
async fn a_namespace_has_to_exist_and_to_be_the_same_everywhere() {
    let cluster = Cluster::open().await;

    let nowhere = cluster.post("/api/v1/namespaces/conformance-nowhere/configmaps", &config_map("a")).await;
    let mut elsewhere = config_map("a");
    elsewhere["metadata"]["namespace"] = "default".into();
    let elsewhere = cluster.post(&cluster.core("configmaps"), &elsewhere).await;
    let list = cluster.get("/api/v1/namespaces/conformance-nowhere/configmaps").await.is(200);

    nowhere.fails(404, "NotFound", r#"namespaces "conformance-nowhere" not found"#);
    elsewhere.fails(
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request",
    );
    assert_eq!(list["items"], json!([]));
    cluster.close().await;
}

#[tokio::test]
async fn names_can_be_generated() {
    let cluster = Cluster::open().await;
    let mut map = config_map("");
    map["metadata"] = json!({"generateName": "conformance-"});

    let made = cluster.post(&cluster.core("configmaps"), &map).await.is(201);
    map["metadata"] = json!({});
    let nameless = cluster.post(&cluster.core("configmaps"), &map).await;

    let name = made["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("conformance-") && name.len() == "conformance-".len() + 5, "{name}");
    nameless.fails(
        422,
        "Invalid",
        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required",
    );
    cluster.close().await;
}

#[tokio::test]
async fn an_old_version_is_not_written_over_a_new_one() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let old = cluster.post(&path, &config_map("a")).await.is(201);
    let path = format!("{path}/a");
    cluster.merge(&path, &json!({"data": {"a": "2"}})).await.is(200);

    let stale = cluster.put(&path, &old).await;
    let unconditional = cluster.put(&path, &config_map("a")).await.is(200);

    let status = stale.fails(
        409,
        "Conflict",
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes \
         to the latest version and try again",
    );
    assert_eq!(status["details"], json!({"name": "a", "kind": "configmaps"}));
    assert_eq!(unconditional["data"], json!({"a": "1"}));
    cluster.close().await;
}

#[tokio::test]
async fn writing_the_same_again_changes_nothing() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let made = cluster.post(&path, &config_map("a")).await.is(201);

    let again = cluster.put(&format!("{path}/a"), &made).await.is(200);

    assert_eq!(again["metadata"]["resourceVersion"], made["metadata"]["resourceVersion"]);
    cluster.close().await;
}

#[tokio::test]
async fn a_replacement_is_for_the_object_it_names() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let made = cluster.post(&path, &config_map("a")).await.is(201);

    let missing = cluster.put(&format!("{path}/b"), &config_map("b")).await;
    let other_name = cluster.put(&format!("{path}/a"), &config_map("b")).await;
    let mut other_uid = made.clone();
    other_uid["metadata"]["uid"] = "11111111-1111-1111-1111-111111111111".into();
    let other_uid = cluster.put(&format!("{path}/a"), &other_uid).await;

    missing.fails(404, "NotFound", r#"configmaps "b" not found"#);
    other_name.fails(400, "BadRequest", "the name of the object (b) does not match the name on the URL (a)");
    let uid = made["metadata"]["uid"].as_str().unwrap();
    other_uid.fails(
        409,
        "Conflict",
        &format!(
            "Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid object, Code: 4, Key: \
             /registry/configmaps/{}/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in \
             precondition: 11111111-1111-1111-1111-111111111111, UID in object meta: {uid}",
            cluster.namespace
        ),
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_body_has_to_be_the_kind_of_its_path() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}});

    let other_kind = cluster.post(&path, &secret).await;
    let no_json = cluster.send(Method::POST, &path, "application/json", b"{\"kind\": ".to_vec()).await;
    let other_type = cluster.send(Method::POST, &path, "text/plain", b"a".to_vec()).await;
    let mut untyped = config_map("a");
    untyped["data"]["a"] = json!(1);
    let untyped = cluster.post(&path, &untyped).await;

    other_kind.fails(
        400,
        "BadRequest",
        "Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): \
         unknown conversion",
    );
    assert_eq!((no_json.code, &no_json.body["reason"]), (400, &"BadRequest".into()));
    other_type.fails(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json, \
         application/yaml, application/vnd.kubernetes.protobuf",
    );
    untyped.fails(
        400,
        "BadRequest",
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct \
         field ConfigMap.data of type string",
    );
    cluster.close().await;
}

#[tokio::test]
async fn unknown_fields_are_dropped_warned_of_or_refused() {
    let cluster = Cluster::open().await;
    let path = cluster.group("apps/v1", "deployments");
    let with_typo = |name: &str| {
        let mut object = deployment(name);
        object["spec"]["replica"] = json!(2);
        object
    };

    let ignored = cluster.post(&format!("{path}?fieldValidation=Ignore"), &with_typo("a")).await;
    let warned = cluster.post(&format!("{path}?fieldValidation=Warn"), &with_typo("b")).await;
    let strict = cluster.post(&format!("{path}?fieldValidation=Strict"), &with_typo("c")).await;

    assert_eq!(ignored.header("warning"), "");
    assert_eq!(ignored.is(201)["spec"].get("replica"), None);
    assert_eq!(warned.header("warning"), "299 - \"unknown field \\\"spec.replica\\\"\"");
    assert_eq!(warned.is(201)["spec"].get("replica"), None);
    strict.fails(
        400,
        "BadRequest",
        "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \
         \"spec.replica\"",
    );
    cluster.close().await;
}

#[tokio::test]
async fn bad_names_and_missing_fields_are_listed_with_their_paths() {
    let cluster = Cluster::open().await;
    let mut unready = deployment("web");
    unready["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    unready["spec"]["template"]["spec"]["containers"][0]["image"] = "".into();

    let name = cluster.post(&cluster.core("configmaps"), &config_map("Bad_Name")).await;
    let unready = cluster.post(&cluster.group("apps/v1", "deployments"), &unready).await;

    let rule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
                must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
                '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    name.fails(
        422,
        "Invalid",
        &format!("ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": {rule}"),
    );
    let status = unready.fails(
        422,
        "Invalid",
        "Deployment.apps \"web\" is invalid: [spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: \
         `selector` does not match template `labels`, spec.template.spec.containers[0].image: Required value]",
    );
    let causes = status["details"]["causes"].as_array().unwrap();
    let fields: Vec<_> = causes.iter().map(|cause| (&cause["reason"], &cause["field"])).collect();
    assert_eq!(
        fields,
        [
            (&json!("FieldValueInvalid"), &json!("spec.template.metadata.labels")),
            (&json!("FieldValueRequired"), &json!("spec.template.spec.containers[0].image")),
        ]
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_dry_run_answers_as_if_it_were_done() {
    let cluster = Cluster::open().await;
    let path = cluster.core("configmaps");

    let made = cluster.post(&format!("{path}?dryRun=All"), &config_map("a")).await.is(201);
    let missing = cluster.get(&format!("{path}/a")).await;
    cluster.post(&path, &config_map("a")).await.is(201);
    let changed = cluster.merge(&format!("{path}/a?dryRun=All"), &json!({"data": {"b": "2"}})).await.is(200);
    cluster.delete(&format!("{path}/a?dryRun=All"), &json!(null)).await.is(200);
    let wrong = cluster.post(&format!("{path}?dryRun=Some"), &config_map("b")).await;

    assert!(made["metadata"]["uid"].is_string());
    assert_eq!(missing.code, 404);
    assert_eq!(changed["data"], json!({"a": "1", "b": "2"}));
    assert_eq!(cluster.get(&format!("{path}/a")).await.is(200)["data"], json!({"a": "1"}));
    wrong.fails(
        422,
        "Invalid",
        "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"",
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_told_so() {
    let cluster = Cluster::open().await;

    let no_path = cluster.get("/apis/conformance.example/v1/things").await;
    let no_kind = cluster.get(&cluster.core("things")).await;
    let no_method = cluster.post(&cluster.core("configmaps/a"), &config_map("a")).await;
    let unacceptable = cluster.with("accept", "text/csv").get(&cluster.core("configmaps")).await;

    assert_eq!((no_path.code, no_path.text.as_str()), (404, "404 page not found\n"));
    no_kind.fails(404, "NotFound", "the server could not find the requested resource");
    no_method.fails(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
    );
    unacceptable.fails(
        406,
        "NotAcceptable",
        "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
         application/vnd.kubernetes.protobuf, application/json;stream=watch, \
         application/vnd.kubernetes.protobuf;stream=watch",
    );
    cluster.close().await;
}
