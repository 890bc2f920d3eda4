//! Limit ranges: defaults for containers, and the least and most they may ask for.

use serde_json::{Value, json};

use crate::Status;
use crate::cluster::Cluster;
use crate::quantity::Quantity;

fn ranges(cluster: &Cluster, object: &Value, kind: &str) -> Vec<Value> {
    let namespace = object["metadata"]["namespace"].as_str();
    let ranges = cluster.list("limitranges", namespace);
    let limits = ranges
        .iter()
        .flat_map(|range| range.parse()["spec"]["limits"].as_array().cloned().unwrap_or_default());
    limits.filter(|limit| limit["type"] == kind).collect()
}

/// Gives the containers of a new pod their defaults and checks what they ask for.
pub(crate) fn apply(cluster: &Cluster, pod: &mut Value) -> Result<(), Status> {
    let limits = ranges(cluster, pod, "Container");
    let mut notes = Vec::new();
    for field in ["initContainers", "containers"] {
        for container in pod["spec"][field].as_array_mut().into_iter().flatten() {
            let mut filled = Vec::new();
            for limit in &limits {
                filled.extend(fill(&mut container["resources"], "requests", &limit["defaultRequest"]));
                filled.extend(fill(&mut container["resources"], "limits", &limit["default"]));
            }
            let of = if field == "containers" { "container" } else { "init container" };
            let name = container["name"].as_str().unwrap_or_default();
            for which in ["request", "limit"] {
                let of_these = filled.iter().filter(|(word, _)| *word == which);
                let resources: Vec<&str> = of_these.map(|(_, resource)| resource.as_str()).collect();
                if !resources.is_empty() {
                    notes.push(format!("{} {which} for {of} {name}", resources.join(", ")));
                }
            }
        }
    }
    if !notes.is_empty() {
        pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"] =
            json!(format!("LimitRanger plugin set: {}", notes.join("; ")));
    }
    let mut faults = Vec::new();
    for field in ["initContainers", "containers"] {
        for container in pod["spec"][field].as_array().into_iter().flatten() {
            for limit in &limits {
                check(limit, "Container", &container["resources"], &mut faults);
            }
        }
    }
    for limit in ranges(cluster, pod, "Pod") {
        check(&limit, "Pod", &total(pod), &mut faults);
    }
    refuse("pods", pod, &faults)
}

/// Checks how much a claim asks for.
pub(crate) fn check_claim(cluster: &Cluster, claim: &Value) -> Result<(), Status> {
    let mut faults = Vec::new();
    for limit in ranges(cluster, claim, "PersistentVolumeClaim") {
        check(&limit, "PersistentVolumeClaim", &claim["spec"]["resources"], &mut faults);
    }
    refuse("persistentvolumeclaims", claim, &faults)
}

/// Fills in what is missing, and tells what that was: `request` or `limit`, and of what.
fn fill<'a>(resources: &mut Value, which: &'a str, defaults: &Value) -> Vec<(&'a str, String)> {
    let mut filled = Vec::new();
    for (resource, amount) in defaults.as_object().into_iter().flatten() {
        if resources[which][resource].is_null() {
            resources[which][resource] = amount.clone();
            filled.push((which.trim_end_matches('s'), resource.clone()));
        }
    }
    filled
}

fn total(pod: &Value) -> Value {
    let mut total = json!({});
    for which in ["requests", "limits"] {
        for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
            for (resource, amount) in container["resources"][which].as_object().into_iter().flatten() {
                let sum = Quantity::from_json(&total[which][resource]).unwrap_or(Quantity::ZERO);
                let sum = sum + Quantity::from_json(amount).unwrap_or(Quantity::ZERO);
                total[which][resource] = json!(sum.to_string());
            }
        }
    }
    total
}

fn check(limit: &Value, kind: &str, resources: &Value, faults: &mut Vec<String>) {
    for (resource, least) in limit["min"].as_object().into_iter().flatten() {
        let asked = Quantity::from_json(&resources["requests"][resource]);
        match (asked, Quantity::from_json(least)) {
            (Some(asked), Some(least)) if asked.thousandths < least.thousandths => {
                faults
                    .push(format!("minimum {resource} usage per {kind} is {least}, but request is {asked}"));
            }
            (None, Some(least)) => {
                faults.push(format!(
                    "minimum {resource} usage per {kind} is {least}.  No request is specified"
                ));
            }
            _ => {}
        }
    }
    for (resource, most) in limit["max"].as_object().into_iter().flatten() {
        let asked =
            [("limit", &resources["limits"][resource]), ("request", &resources["requests"][resource])];
        let (word, asked) =
            asked.into_iter().find(|(_, amount)| !amount.is_null()).unwrap_or(("limit", &Value::Null));
        match (Quantity::from_json(asked), Quantity::from_json(most)) {
            (Some(asked), Some(most)) if asked.thousandths > most.thousandths => {
                faults.push(format!("maximum {resource} usage per {kind} is {most}, but {word} is {asked}"));
            }
            (None, Some(most)) => {
                faults.push(format!("maximum {resource} usage per {kind} is {most}.  No limit is specified"));
            }
            _ => {}
        }
    }
    check_ratio(limit, kind, resources, faults);
}

/// Checks how far limits are above requests. Whoever says only a limit asks for as much.
fn check_ratio(limit: &Value, kind: &str, resources: &Value, faults: &mut Vec<String>) {
    for (resource, most) in limit["maxLimitRequestRatio"].as_object().into_iter().flatten() {
        let Some(most) = Quantity::from_json(most) else { continue };
        let amount = |side: &str| Quantity::from_json(&resources[side][resource]);
        let there = |amount: Option<Quantity>| amount.filter(|amount| amount.thousandths > 0);
        let (asked, bound) =
            (there(amount("requests").or_else(|| amount("limits"))), there(amount("limits")));
        let why = match (asked, bound) {
            (None, _) => "no request is specified or request is 0".to_owned(),
            (_, None) => "no limit is specified or limit is 0".to_owned(),
            (Some(asked), Some(bound))
                if bound.thousandths * 1_000 > most.thousandths * asked.thousandths =>
            {
                let ratio = bound.thousandths as f64 / asked.thousandths as f64;
                format!("provided ratio is {ratio:.6}")
            }
            (Some(_), Some(_)) => continue,
        };
        faults.push(format!("{resource} max limit to request ratio per {kind} is {most}, but {why}"));
    }
}

fn refuse(resource: &str, object: &Value, faults: &[String]) -> Result<(), Status> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    match faults {
        [] => Ok(()),
        [one] => Err(Status::forbidden(resource, name, one)),
        many => Err(Status::forbidden(resource, name, &format!("[{}]", many.join(", ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_may_be_only_so_many_times_its_request() {
        let limit = json!({"maxLimitRequestRatio": {"cpu": "2"}});
        let told = |resources: Value| {
            let mut faults = Vec::new();
            check(&limit, "Container", &resources, &mut faults);
            faults.join(", ")
        };
        let of = "cpu max limit to request ratio per Container is 2, but";

        assert_eq!(told(json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}})), "");
        assert_eq!(told(json!({"limits": {"cpu": "1"}})), "");
        let far = told(json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "250m"}}));
        assert_eq!(far, format!("{of} provided ratio is 2.500000"));
        let without = told(json!({"requests": {"cpu": "100m"}}));
        assert_eq!(without, format!("{of} no limit is specified or limit is 0"));
        assert_eq!(told(json!({})), format!("{of} no request is specified or request is 0"));
    }
}
