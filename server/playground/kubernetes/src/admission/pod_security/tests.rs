use super::*;
use serde_json::json;

fn said(level: &str, spec: &Value) -> String {
    violations(level, spec).join(", ")
}

/// A pod that keeps to every level.
fn hardened() -> Value {
    let context = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
    json!({
        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "main", "image": "web:1", "securityContext": context}],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "set", "configMap": {"name": "set"}}],
    })
}

/// The same with something else at a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut spec = hardened();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    spec.pointer_mut(parent).expect("it is there")[key] = value;
    spec
}

#[test]
fn a_plain_pod_is_told_all_that_restricted_asks_for() {
    let spec = json!({"containers": [{"name": "main", "image": "web:1"}], "securityContext": {}});

    assert_eq!(
        said("restricted", &spec),
        "allowPrivilegeEscalation != false (container \"main\" must set \
         securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"main\" must set \
         securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"main\" must set \
         securityContext.runAsNonRoot=true), seccompProfile (pod or container \"main\" must set \
         securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
    );
    assert_eq!(said("baseline", &spec), "");
}

#[test]
fn a_pod_of_the_node_is_told_all_that_baseline_refuses() {
    let spec = json!({
        "hostNetwork": true, "hostPID": true,
        "volumes": [{"name": "proc", "hostPath": {"path": "/proc"}}, {"name": "sys", "hostPath": {"path": "/sys"}}],
        "initContainers": [{"name": "first", "securityContext": {"privileged": true}}],
        "containers": [
            {"name": "main", "ports": [{"hostPort": 9100, "containerPort": 9100}],
             "securityContext": {"privileged": true, "capabilities": {"add": ["SYS_ADMIN", "CHOWN"]}}},
        ],
    });

    assert_eq!(
        said("baseline", &spec),
        "non-default capabilities (container \"main\" must not include \"SYS_ADMIN\" in \
         securityContext.capabilities.add), host namespaces (hostNetwork=true, hostPID=true), hostPath volumes \
         (volumes \"proc\", \"sys\"), hostPort (container \"main\" uses hostPort 9100), privileged (containers \
         \"first\", \"main\" must not set securityContext.privileged=true)"
    );
    assert_eq!(said("privileged", &spec), "");
}

#[test]
fn what_is_hardened_keeps_to_every_level_until_one_thing_differs() {
    for level in ["privileged", "baseline", "restricted"] {
        assert_eq!(said(level, &hardened()), "", "{level}");
    }
    let container = "/containers/0/securityContext";
    for (pointer, value, expected) in [
        (
            format!("{container}/runAsNonRoot"),
            json!(false),
            "runAsNonRoot != true (container \"main\" must not set securityContext.runAsNonRoot=false)",
        ),
        (
            format!("{container}/runAsUser"),
            json!(0),
            "runAsUser=0 (container \"main\" must not set runAsUser=0)",
        ),
        (
            "/securityContext/seccompProfile".to_owned(),
            json!({"type": "Unconfined"}),
            "seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")",
        ),
        (
            format!("{container}/capabilities"),
            json!({"drop": ["ALL"], "add": ["CHOWN", "NET_BIND_SERVICE"]}),
            "unrestricted capabilities (container \"main\" must not include \"CHOWN\" in \
             securityContext.capabilities.add)",
        ),
        (
            "/volumes".to_owned(),
            json!([{"name": "logs", "hostPath": {"path": "/var/log"}}]),
            "restricted volume types (volume \"logs\" uses restricted volume type \"hostPath\")",
        ),
    ] {
        assert_eq!(said("restricted", &with(&pointer, value)), expected);
    }
}

#[test]
fn a_container_may_say_itself_what_its_pod_does_not() {
    let mut spec = hardened();
    let context = &mut spec["containers"][0]["securityContext"];
    context["runAsNonRoot"] = json!(true);
    context["seccompProfile"] = json!({"type": "Localhost", "localhostProfile": "a.json"});
    spec["securityContext"] = json!({});

    assert_eq!(said("restricted", &spec), "");
}
