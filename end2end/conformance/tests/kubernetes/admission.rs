//! What the rules of a cluster and of its kinds refuse or fill in.

use crate::support::{Cluster, config_map, json, pick, pod};

#[tokio::test]
async fn a_quota_counts_and_refuses() {
    let cluster = Cluster::open().await;
    let quota = json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"},
        // One map is in every namespace.
        "spec": {"hard": {"count/configmaps": "2", "requests.cpu": "1", "pods": "5"}},
    });
    cluster.post(&cluster.core("resourcequotas"), &quota).await.is(201);
    let used = async |name: &str, amount: &str| {
        cluster
            .eventually(&format!("{amount} {name}"), async || {
                let quota = cluster.get(&cluster.core("resourcequotas/small")).await.is(200);
                (quota["status"]["used"][name] == amount).then_some(())
            })
            .await;
    };
    used("count/configmaps", "1").await;

    cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let map = cluster.post(&cluster.core("configmaps"), &config_map("b")).await;
    let unsized_pod = cluster.post(&cluster.core("pods"), &pod("unsized")).await;
    let mut large = pod("large");
    large["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "1500m"}});
    let large = cluster.post(&cluster.core("pods"), &large).await;
    let mut beside = pod("beside");
    beside["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "600m"}});
    beside["spec"]["initContainers"] = json!([{
        "name": "stays", "image": "busybox:1", "restartPolicy": "Always", "resources": {"requests": {"cpu": "500m"}},
    }]);
    let beside = cluster.post(&cluster.core("pods"), &beside).await;
    let mut fitting = pod("fitting");
    fitting["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "500m"}});
    cluster.post(&cluster.core("pods"), &fitting).await.is(201);

    map.fails(
        403,
        "Forbidden",
        "configmaps \"b\" is forbidden: exceeded quota: small, requested: count/configmaps=1, used: \
         count/configmaps=2, limited: count/configmaps=2",
    );
    unsized_pod.fails(
        403,
        "Forbidden",
        "pods \"unsized\" is forbidden: failed quota: small: must specify requests.cpu for: main",
    );
    large.fails(
        403,
        "Forbidden",
        "pods \"large\" is forbidden: exceeded quota: small, requested: requests.cpu=1500m, used: requests.cpu=0, \
         limited: requests.cpu=1",
    );
    beside.fails(
        403,
        "Forbidden",
        "pods \"beside\" is forbidden: exceeded quota: small, requested: requests.cpu=1100m, used: requests.cpu=0, \
         limited: requests.cpu=1",
    );
    used("requests.cpu", "500m").await;
    used("pods", "1").await;
    cluster.close().await;
}

#[tokio::test]
async fn a_limit_range_fills_in_and_refuses() {
    let cluster = Cluster::open().await;
    let range = json!({
        "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "range"},
        "spec": {"limits": [{
            "type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m"},
            "max": {"cpu": "1"}, "min": {"cpu": "50m"},
        }]},
    });
    cluster.post(&cluster.core("limitranges"), &range).await.is(201);

    let filled = cluster
        .eventually("limits", async || {
            let made = cluster.post(&cluster.core("pods?dryRun=All"), &pod("filled")).await.is(201);
            let resources = made.pointer("/spec/containers/0/resources").unwrap().clone();
            (resources != json!({})).then_some((made["metadata"]["annotations"].clone(), resources))
        })
        .await;
    let mut large = pod("large");
    large["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "10m"}, "limits": {"cpu": "2"}});
    let large = cluster.post(&cluster.core("pods"), &large).await;

    assert_eq!(filled.1, json!({"limits": {"cpu": "500m"}, "requests": {"cpu": "100m"}}));
    assert_eq!(
        filled.0,
        json!({"kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container main; cpu limit for container main"})
    );
    large.fails(
        403,
        "Forbidden",
        "pods \"large\" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage \
         per Container is 1, but limit is 2]",
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_level_of_the_namespace_refuses_pods_that_ask_for_more() {
    let cluster = Cluster::open().await;
    let namespace = cluster.core("").trim_end_matches('/').to_owned();
    let enforce = async |level: &str| {
        let labels = json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": level}}});
        cluster.merge(&namespace, &labels).await.is(200);
    };
    let mut of_node = pod("node");
    of_node["spec"]["hostNetwork"] = true.into();
    of_node["spec"]["volumes"] = json!([{"name": "logs", "hostPath": {"path": "/var/log"}}]);
    of_node["spec"]["containers"][0]["securityContext"] = json!({"privileged": true});

    enforce("baseline").await;
    let refused = cluster.post(&cluster.core("pods"), &of_node).await;
    cluster.post(&cluster.core("pods"), &pod("plain")).await.is(201);
    enforce("restricted").await;
    let plain = cluster.post(&cluster.core("pods"), &pod("plainer")).await;

    refused.fails(
        403,
        "Forbidden",
        "pods \"node\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true), \
         hostPath volumes (volume \"logs\"), privileged (container \"main\" must not set \
         securityContext.privileged=true)",
    );
    plain.fails(
        403,
        "Forbidden",
        "pods \"plainer\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false \
         (container \"main\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities \
         (container \"main\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or \
         container \"main\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"main\" must \
         set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
    );
    cluster.close().await;
}

#[tokio::test]
async fn what_cannot_change_says_so() {
    let cluster = Cluster::open().await;
    let mut map = config_map("fixed");
    map["immutable"] = true.into();
    cluster.post(&cluster.core("configmaps"), &map).await.is(201);
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "typed"}, "type": "Opaque"});
    cluster.post(&cluster.core("secrets"), &secret).await.is(201);
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "disk"},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "none-such", "resources": {"requests": {"storage": "1Gi"}}},
    });
    cluster.post(&cluster.core("persistentvolumeclaims"), &claim).await.is(201);
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);

    let fixed = cluster.merge(&cluster.core("configmaps/fixed"), &json!({"data": {"a": "2"}})).await;
    let typed = cluster.merge(&cluster.core("secrets/typed"), &json!({"type": "example.com/other"})).await;
    let pod = cluster.merge(&cluster.core("pods/a"), &json!({"spec": {"restartPolicy": "Never"}})).await;
    let image = json!({"spec": {"containers": [{"name": "main", "image": "nginx:1.28"}]}});
    let image = cluster.strategic(&cluster.core("pods/a"), &image).await.is(200);

    fixed.fails(
        422,
        "Invalid",
        "ConfigMap \"fixed\" is invalid: data: Forbidden: field is immutable when `immutable` is set",
    );
    typed.fails(
        422,
        "Invalid",
        "Secret \"typed\" is invalid: type: Invalid value: \"example.com/other\": field is immutable",
    );
    let said = pod.body["message"].as_str().unwrap();
    let start = "Pod \"a\" is invalid: spec: Forbidden: pod updates may not change fields other than \
                 `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
                 `spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` \
                 (allow it to be set to 1 if it was previously negative)";
    assert!(said.starts_with(start), "{said}");
    assert_eq!(image.pointer("/spec/containers/0/image").unwrap(), "nginx:1.28");
    cluster.close().await;
}

#[tokio::test]
async fn pods_get_what_their_manifests_leave_out() {
    let cluster = Cluster::open().await;

    let made = cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);

    let pointers = [
        "/spec/restartPolicy",
        "/spec/dnsPolicy",
        "/spec/serviceAccountName",
        "/spec/terminationGracePeriodSeconds",
        "/spec/enableServiceLinks",
        "/spec/preemptionPolicy",
        "/spec/priority",
        "/status/phase",
        "/status/qosClass",
    ];
    assert_eq!(
        pick(&made, &pointers),
        [
            json!("Always"),
            json!("ClusterFirst"),
            json!("default"),
            json!(30),
            json!(true),
            json!("PreemptLowerPriority"),
            json!(0),
            json!("Pending"),
            json!("BestEffort"),
        ]
    );
    let container = &made["spec"]["containers"][0];
    let pointers = ["/imagePullPolicy", "/terminationMessagePath", "/terminationMessagePolicy", "/resources"];
    assert_eq!(
        pick(container, &pointers),
        [json!("IfNotPresent"), json!("/dev/termination-log"), json!("File"), json!({})]
    );
    assert_eq!(
        made["spec"]["tolerations"],
        json!([
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
        ])
    );
    cluster.close().await;
}

#[tokio::test]
async fn services_get_addresses() {
    let cluster = Cluster::open().await;
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    });

    let made = cluster.post(&cluster.core("services"), &service).await.is(201);
    let moved =
        cluster.merge(&cluster.core("services/web"), &json!({"spec": {"clusterIP": "10.96.0.77"}})).await;
    let mut two = service.clone();
    two["metadata"]["name"] = "two".into();
    two["spec"]["ports"] = json!([{"port": 80}, {"port": 81}]);
    let two = cluster.post(&cluster.core("services"), &two).await;

    assert_eq!(
        pick(
            &made,
            &["/spec/type", "/spec/sessionAffinity", "/spec/internalTrafficPolicy", "/spec/ipFamilies"]
        ),
        [json!("ClusterIP"), json!("None"), json!("Cluster"), json!(["IPv4"])]
    );
    assert_eq!(made["spec"]["ports"], json!([{"protocol": "TCP", "port": 80, "targetPort": 80}]));
    let address = made["spec"]["clusterIP"].as_str().unwrap();
    assert!(address.starts_with("10.96."), "{address}");
    assert_eq!(made["spec"]["clusterIPs"], json!([address]));
    moved.fails(
        422,
        "Invalid",
        "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.0.77\"]: may not change once set",
    );
    two.fails(
        422,
        "Invalid",
        "Service \"two\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]",
    );
    cluster.close().await;
}

#[tokio::test]
async fn a_pod_needs_an_account_that_exists() {
    let cluster = Cluster::open().await;
    let mut homeless = pod("a");
    homeless["spec"]["serviceAccountName"] = "nobody".into();
    let mut urgent = pod("b");
    urgent["spec"]["priorityClassName"] = "conformance-none".into();

    let homeless = cluster.post(&cluster.core("pods"), &homeless).await;
    let urgent = cluster.post(&cluster.core("pods"), &urgent).await;

    homeless.fails(
        403,
        "Forbidden",
        &format!(
            "pods \"a\" is forbidden: error looking up service account {}/nobody: serviceaccount \"nobody\" not found",
            cluster.namespace
        ),
    );
    urgent.fails(
        403,
        "Forbidden",
        "pods \"b\" is forbidden: no PriorityClass with name conformance-none was found",
    );
    cluster.close().await;
}
