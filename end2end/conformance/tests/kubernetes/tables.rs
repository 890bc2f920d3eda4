//! Lists as people see them.

use crate::support::{Cluster, Value, config_map, deployment, json, pod};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

fn columns(table: &Value) -> Vec<String> {
    let columns = table["columnDefinitions"].as_array().unwrap();
    let show = |one: &Value| {
        let mark = if one["priority"] == 0 { "" } else { "+" };
        format!("{mark}{}", one["name"].as_str().unwrap())
    };
    columns.iter().map(show).collect()
}

#[tokio::test]
async fn a_table_has_cells_and_the_metadata_of_each_row() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);

    let table = cluster.with("accept", TABLE).get(&cluster.core("pods")).await.is(200);

    assert_eq!((&table["kind"], &table["apiVersion"]), (&"Table".into(), &"meta.k8s.io/v1".into()));
    assert!(table["metadata"]["resourceVersion"].is_string());
    assert_eq!(
        columns(&table),
        ["Name", "Ready", "Status", "Restarts", "Age", "+IP", "+Node", "+Nominated Node", "+Readiness Gates"]
    );
    let name = &table["columnDefinitions"][0];
    assert_eq!((&name["type"], &name["format"]), (&"string".into(), &"name".into()));
    assert!(name["description"].as_str().unwrap().starts_with("Name must be unique within a namespace."));
    let row = &table["rows"][0];
    let mut cells = row["cells"].as_array().unwrap().clone();
    let age = cells.remove(4);
    assert!(age.as_str().unwrap().ends_with('s'), "{age}");
    assert_eq!(json!(cells), json!(["a", "0/1", "Pending", "0", "<none>", "<none>", "<none>", "<none>"]));
    assert_eq!(row["object"]["kind"], "PartialObjectMetadata");
    assert_eq!(row["object"]["metadata"]["name"], "a");
    assert_eq!(row["object"].get("spec"), None);
    cluster.close().await;
}

#[tokio::test]
async fn rows_can_come_whole_or_bare() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("configmaps"), &config_map("a")).await.is(201);
    let tables = cluster.with("accept", TABLE);

    let whole = tables.get(&cluster.core("configmaps/a?includeObject=Object")).await.is(200);
    let bare = tables.get(&cluster.core("configmaps/a?includeObject=None")).await.is(200);

    assert_eq!(whole["rows"][0]["object"]["data"], json!({"a": "1"}));
    assert_eq!(bare["rows"][0].get("object").unwrap_or(&Value::Null), &Value::Null);
    assert_eq!(bare["rows"][0]["cells"][0], "a");
    cluster.close().await;
}

#[tokio::test]
async fn every_kind_has_its_columns() {
    let cluster = Cluster::open().await;
    let tables = cluster.with("accept", TABLE);
    let cases: [(String, &[&str]); 23] = [
        (cluster.core("configmaps"), &["Name", "Data", "Age"]),
        (cluster.core("secrets"), &["Name", "Type", "Data", "Age"]),
        (
            cluster.core("services"),
            &["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "+Selector"],
        ),
        (cluster.core("endpoints"), &["Name", "Endpoints", "Age"]),
        (
            cluster.core("events"),
            &[
                "Last Seen",
                "Type",
                "Reason",
                "Object",
                "+Subobject",
                "+Source",
                "Message",
                "+First Seen",
                "+Count",
                "+Name",
            ],
        ),
        (
            cluster.core("persistentvolumeclaims"),
            &[
                "Name",
                "Status",
                "Volume",
                "Capacity",
                "Access Modes",
                "StorageClass",
                "VolumeAttributesClass",
                "Age",
                "+VolumeMode",
            ],
        ),
        (
            "/api/v1/persistentvolumes".to_owned(),
            &[
                "Name",
                "Capacity",
                "Access Modes",
                "Reclaim Policy",
                "Status",
                "Claim",
                "StorageClass",
                "VolumeAttributesClass",
                "Reason",
                "Age",
                "+VolumeMode",
            ],
        ),
        (cluster.core("resourcequotas"), &["Name", "Request", "Limit", "Age"]),
        (cluster.core("limitranges"), &["Name", "Created At"]),
        ("/api/v1/namespaces".to_owned(), &["Name", "Status", "Age"]),
        (
            "/api/v1/nodes".to_owned(),
            &[
                "Name",
                "Status",
                "Roles",
                "Age",
                "Version",
                "+Internal-IP",
                "+External-IP",
                "+OS-Image",
                "+Kernel-Version",
                "+Container-Runtime",
            ],
        ),
        (
            cluster.group("apps/v1", "deployments"),
            &["Name", "Ready", "Up-to-date", "Available", "Age", "+Containers", "+Images", "+Selector"],
        ),
        (
            cluster.group("apps/v1", "replicasets"),
            &["Name", "Desired", "Current", "Ready", "Age", "+Containers", "+Images", "+Selector"],
        ),
        (cluster.group("apps/v1", "statefulsets"), &["Name", "Ready", "Age", "+Containers", "+Images"]),
        (
            cluster.group("apps/v1", "daemonsets"),
            &[
                "Name",
                "Desired",
                "Current",
                "Ready",
                "Up-to-date",
                "Available",
                "Node Selector",
                "Age",
                "+Containers",
                "+Images",
                "+Selector",
            ],
        ),
        (
            cluster.group("batch/v1", "jobs"),
            &["Name", "Status", "Completions", "Duration", "Age", "+Containers", "+Images", "+Selector"],
        ),
        (
            cluster.group("batch/v1", "cronjobs"),
            &[
                "Name",
                "Schedule",
                "Timezone",
                "Suspend",
                "Active",
                "Last Schedule",
                "Age",
                "+Containers",
                "+Images",
                "+Selector",
            ],
        ),
        (
            cluster.group("autoscaling/v2", "horizontalpodautoscalers"),
            &["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"],
        ),
        (
            cluster.group("networking.k8s.io/v1", "ingresses"),
            &["Name", "Class", "Hosts", "Address", "Ports", "Age"],
        ),
        (cluster.group("networking.k8s.io/v1", "networkpolicies"), &["Name", "Pod-Selector", "Age"]),
        (
            cluster.group("policy/v1", "poddisruptionbudgets"),
            &["Name", "Min Available", "Max Unavailable", "Allowed Disruptions", "Age"],
        ),
        (
            cluster.group("rbac.authorization.k8s.io/v1", "rolebindings"),
            &["Name", "Role", "Age", "+Users", "+Groups", "+ServiceAccounts"],
        ),
        (
            "/apis/storage.k8s.io/v1/storageclasses".to_owned(),
            &["Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"],
        ),
    ];

    for (path, expected) in cases {
        let table = tables.get(&format!("{path}?limit=1")).await.is(200);
        assert_eq!(columns(&table), expected, "{path}");
    }
    cluster.close().await;
}

#[tokio::test]
async fn a_deployment_is_summed_up() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.group("apps/v1", "deployments"), &deployment("web")).await.is(201);

    let table = cluster.with("accept", TABLE).get(&cluster.group("apps/v1", "deployments/web")).await.is(200);

    let mut cells = table["rows"][0]["cells"].as_array().unwrap().clone();
    cells.remove(4);
    assert_eq!(json!(cells), json!(["web", "0/0", 0, 0, "main", "nginx:1.27", "app=web"]));
    cluster.close().await;
}
