//! Who set which field of a generated pod.

use serde_json::{Value, json};

/// What the API server would have recorded about who set which field.
pub fn managed_fields(at: &str) -> Value {
    let container = |ports: bool| {
        let mut fields = json!({
            ".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {}, "f:terminationMessagePath": {},
            "f:terminationMessagePolicy": {},
            "f:resources": {
                ".": {}, "f:limits": { ".": {}, "f:cpu": {}, "f:memory": {} },
                "f:requests": { ".": {}, "f:cpu": {}, "f:memory": {} },
            },
        });
        if ports {
            fields["f:ports"] = json!({
                ".": {},
                "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":
                    { ".": {}, "f:containerPort": {}, "f:name": {}, "f:protocol": {} },
            });
        }
        fields
    };
    let conditions: serde_json::Map<String, Value> = ["ContainersReady", "Initialized", "Ready"]
        .iter()
        .map(|kind| {
            let fields = json!({ ".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {} });
            (format!("k:{{\"type\":\"{kind}\"}}"), fields)
        })
        .collect();
    json!([
        {
            "manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "time": at,
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {
                    "f:generateName": {},
                    "f:labels": { ".": {}, "f:app.kubernetes.io/name": {}, "f:pod-template-hash": {} },
                    "f:ownerReferences": { ".": {} },
                },
                "f:spec": {
                    "f:containers": {
                        "k:{\"name\":\"main\"}": container(true), "k:{\"name\":\"log-forwarder\"}": container(false),
                    },
                    "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:serviceAccountName": {},
                    "f:terminationGracePeriodSeconds": {},
                },
            },
        },
        {
            "manager": "kubelet", "operation": "Update", "apiVersion": "v1", "time": at, "subresource": "status",
            "fieldsType": "FieldsV1",
            "fieldsV1": { "f:status": {
                "f:conditions": conditions, "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {}, "f:podIP": {},
                "f:startTime": {},
            } },
        },
    ])
}
