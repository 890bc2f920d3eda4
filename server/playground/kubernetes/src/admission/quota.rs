//! Resource quotas: a write that would use more than a namespace may is refused.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Status;
use crate::cluster::Cluster;
use crate::quantity::Quantity;
use crate::registry::Kind;

type Usage = BTreeMap<String, Quantity>;

/// Refuses the object if a quota of its namespace has no room for it.
pub(crate) fn check(cluster: &Cluster, kind: &Kind, old: Option<&Value>, new: &Value) -> Result<(), Status> {
    let Some(namespace) = new["metadata"]["namespace"].as_str() else { return Ok(()) };
    let quotas = cluster.list("resourcequotas", Some(namespace));
    if quotas.is_empty() || kind.kind == "ResourceQuota" && kind.group.is_empty() && old.is_some() {
        return Ok(());
    }
    let name = new["metadata"]["name"].as_str().unwrap_or_default();
    let refuse = |why: String| Status::forbidden(&kind.resource(), name, &why);
    let before = old.map(|old| usage(kind, old)).unwrap_or_default();
    let after = usage(kind, new);
    for quota in quotas {
        let quota_name = quota.name();
        let quota = quota.parse();
        if !in_scope(&quota, kind, new) {
            continue;
        }
        let hard = quota["spec"]["hard"].as_object().cloned().unwrap_or_default();
        if old.is_none()
            && let Some(missing) = unspecified(kind, new, &hard)
        {
            return Err(refuse(format!("failed quota: {quota_name}: must specify {missing}")));
        }
        let grows: Vec<(&String, Quantity)> = hard
            .keys()
            .filter_map(|resource| {
                let after = after.get(canonical(resource)).copied().unwrap_or_default();
                let before = before.get(canonical(resource)).copied().unwrap_or_default();
                (after.thousandths > before.thousandths).then(|| (resource, after - before))
            })
            .collect();
        if grows.is_empty() {
            continue;
        }
        let used = namespace_usage(cluster, kind, namespace, &quota);
        let exceeded: Vec<(&String, Quantity, Quantity, Quantity)> = grows
            .into_iter()
            .filter_map(|(resource, asked)| {
                let limit = Quantity::from_json(&hard[resource])?;
                let used = used.get(canonical(resource)).copied().unwrap_or_default();
                ((used + asked).thousandths > limit.thousandths).then_some((resource, asked, used, limit))
            })
            .collect();
        if !exceeded.is_empty() {
            let list = |pick: fn(&(&String, Quantity, Quantity, Quantity)) -> Quantity| {
                let one = |all: &(&String, Quantity, Quantity, Quantity)| format!("{}={}", all.0, pick(all));
                exceeded.iter().map(one).collect::<Vec<_>>().join(",")
            };
            return Err(refuse(format!(
                "exceeded quota: {quota_name}, requested: {}, used: {}, limited: {}",
                list(|all| all.1),
                list(|all| all.2),
                list(|all| all.3)
            )));
        }
    }
    Ok(())
}

/// `cpu` means `requests.cpu`.
fn canonical(resource: &str) -> &str {
    match resource {
        "cpu" => "requests.cpu",
        "memory" => "requests.memory",
        "ephemeral-storage" => "requests.ephemeral-storage",
        other => other,
    }
}

fn is_over(pod: &Value) -> bool {
    matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
}

/// What one object uses.
pub(crate) fn usage(kind: &Kind, object: &Value) -> Usage {
    let mut usage = Usage::new();
    usage.insert(format!("count/{}", kind.resource()), Quantity::whole(1));
    if !kind.group.is_empty() {
        return usage;
    }
    match kind.kind.as_str() {
        "Pod" if is_over(object) => {}
        "Pod" => {
            usage.insert("pods".to_owned(), Quantity::whole(1));
            add_compute(&mut usage, object);
        }
        "Service" => {
            usage.insert("services".to_owned(), Quantity::whole(1));
            let ports = object["spec"]["ports"].as_array().into_iter().flatten();
            let node_ports = ports.filter(|port| port["nodePort"].as_u64().unwrap_or(0) > 0).count();
            usage.insert(
                "services.nodeports".to_owned(),
                Quantity::whole(i64::try_from(node_ports).unwrap_or(i64::MAX)),
            );
            if object["spec"]["type"] == "LoadBalancer" {
                usage.insert("services.loadbalancers".to_owned(), Quantity::whole(1));
            }
        }
        "PersistentVolumeClaim" => {
            usage.insert("persistentvolumeclaims".to_owned(), Quantity::whole(1));
            let storage =
                Quantity::from_json(&object["spec"]["resources"]["requests"]["storage"]).unwrap_or_default();
            usage.insert("requests.storage".to_owned(), storage);
            if let Some(class) = object["spec"]["storageClassName"].as_str() {
                let prefix = format!("{class}.storageclass.storage.k8s.io");
                usage.insert(format!("{prefix}/requests.storage"), storage);
                usage.insert(format!("{prefix}/persistentvolumeclaims"), Quantity::whole(1));
            }
        }
        "ConfigMap" | "Secret" | "ReplicationController" | "ResourceQuota" => {
            usage.insert(kind.plural.clone(), Quantity::whole(1));
        }
        _ => {}
    }
    usage
}

/// A pod uses the sum of its containers and of those that stay beside them, or the most of one that comes first, with those
/// that stay and have started by then, if that is more.
fn add_compute(usage: &mut Usage, pod: &Value) {
    for which in ["requests", "limits"] {
        let (mut beside, mut most) = (Usage::new(), Usage::new());
        for container in pod["spec"]["initContainers"].as_array().into_iter().flatten() {
            let stays = container["restartPolicy"] == "Always";
            for (resource, amount) in amounts(container, which) {
                let taken = amount + beside.get(&resource).copied().unwrap_or_default();
                if stays {
                    beside.insert(resource, taken);
                } else {
                    raise(&mut most, resource, taken);
                }
            }
        }
        let mut sums = beside;
        for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
            for (resource, amount) in amounts(container, which) {
                let sum = sums.entry(resource).or_default();
                *sum = *sum + amount;
            }
        }
        for (resource, amount) in most {
            raise(&mut sums, resource, amount);
        }
        usage.extend(sums);
    }
}

/// What a container says it needs or may take, under the names that quotas use.
fn amounts(container: &Value, which: &str) -> Vec<(String, Quantity)> {
    let said = container["resources"][which].as_object().into_iter().flatten();
    let amount = |(resource, amount): (&String, &Value)| {
        (format!("{which}.{resource}"), Quantity::from_json(amount).unwrap_or_default())
    };
    said.map(amount).collect()
}

fn raise(usage: &mut Usage, resource: String, amount: Quantity) {
    let most = usage.entry(resource).or_default();
    if amount.thousandths > most.thousandths {
        *most = amount;
    }
}

/// What all objects of a kind in a namespace use, as far as the quota counts them.
fn namespace_usage(cluster: &Cluster, kind: &Kind, namespace: &str, quota: &Value) -> Usage {
    let mut total = Usage::new();
    for object in cluster.list(&kind.resource(), Some(namespace)) {
        let object = object.parse();
        if in_scope(quota, kind, &object) {
            for (resource, amount) in usage(kind, &object) {
                let sum = total.entry(resource).or_default();
                *sum = *sum + amount;
            }
        }
    }
    total
}

/// The containers that do not say what a quota has to know.
fn unspecified(kind: &Kind, pod: &Value, hard: &serde_json::Map<String, Value>) -> Option<String> {
    if kind.kind != "Pod" || !kind.group.is_empty() {
        return None;
    }
    let mut missing = Vec::new();
    for resource in hard.keys() {
        let Some((which, name)) = canonical(resource).split_once('.') else { continue };
        if !matches!(which, "requests" | "limits") || !matches!(name, "cpu" | "memory") {
            continue;
        }
        let containers: Vec<&str> = pod["spec"]["containers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|container| container["resources"][which][name].is_null())
            .filter_map(|container| container["name"].as_str())
            .collect();
        if !containers.is_empty() {
            missing.push(format!("{resource} for: {}", containers.join(",")));
        }
    }
    (!missing.is_empty()).then(|| missing.join("; "))
}

fn in_scope(quota: &Value, kind: &Kind, object: &Value) -> bool {
    let spec = &quota["spec"];
    let mut scopes: Vec<(&str, &Value)> = spec["scopes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|scope| Some((scope.as_str()?, &Value::Null)))
        .collect();
    let expressions = spec["scopeSelector"]["matchExpressions"].as_array().into_iter().flatten();
    scopes.extend(expressions.filter_map(|one| Some((one["scopeName"].as_str()?, one))));
    if scopes.is_empty() {
        return true;
    }
    if kind.kind != "Pod" || !kind.group.is_empty() {
        return false;
    }
    let best_effort = object["status"]["qosClass"] == "BestEffort";
    let terminating = object["spec"]["activeDeadlineSeconds"].is_number();
    scopes.into_iter().all(|(scope, expression)| match scope {
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        "Terminating" => terminating,
        "NotTerminating" => !terminating,
        "PriorityClass" => {
            let class = &object["spec"]["priorityClassName"];
            let listed = expression["values"].as_array().is_some_and(|values| values.contains(class));
            match expression["operator"].as_str() {
                Some("In") => listed,
                Some("NotIn") => !listed,
                Some("DoesNotExist") => class.is_null(),
                _ => !class.is_null(),
            }
        }
        _ => true,
    })
}
