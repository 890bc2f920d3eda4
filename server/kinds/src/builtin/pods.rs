//! Pods: columns.

use super::pod_status::{is_sidecar, status_of};
use super::shared::{owner, pod_relations, refers, words};
use crate::column::{age, cluster_wide, function, list, status, text, unique_text};
use crate::{Field, Interner, Kind, Menu, Object, explain, quantity, time};
use model::{ActionKind, Unit};

pub(super) fn pods() -> Kind {
    let mut relations = pod_relations!("/spec");
    relations.push(refers("nodes", "/spec/nodeName"));
    Kind {
        menu: Menu::Workloads,
        aliases: words(["po"]),
        status: Some(status_of),
        explain: Some(explain::pods::findings),
        columns: vec![
            function("ready", ready).at_end(),
            status(),
            function("restarts", restarts).at_end(),
            cluster_wide("node", "nodes", "/spec/nodeName"),
            unique_text("ip", "/status/podIP"),
            list("images", "/spec/containers/*/image").hidden(),
            function("cpu_requests", |pod, _| requests(pod, "cpu", Unit::Cores)).at_end(),
            function("cpu_limits", |pod, _| limits(pod, "cpu", Unit::Cores)).at_end().hidden(),
            function("memory_requests", |pod, _| requests(pod, "memory", Unit::Bytes)).at_end(),
            function("memory_limits", |pod, _| limits(pod, "memory", Unit::Bytes)).at_end().hidden(),
            text("qos", "/status/qosClass").hidden(),
            function("owner", owner),
            function("last_restart", |pod, _| last_restart(pod)).at_end().hidden(),
            text("service_account", "/spec/serviceAccountName").hidden(),
            text("priority_class", "/spec/priorityClassName").hidden(),
            function("volume_claims", volume_claims).hidden(),
            age(),
        ],
        relations,
        search: words([
            "/spec/containers/*/image",
            "/spec/initContainers/*/image",
            "/status/podIP",
            "/status/hostIP",
            "/spec/nodeName",
        ]),
        actions: vec![ActionKind::Edit, ActionKind::SetMetadata, ActionKind::Delete],
        ..Kind::plain("", "v1", "Pod", "pods")
    }
}

/// Containers that count: those that are meant to run as long as the pod.
fn lasting<'o, 'a>(pod: &'o Object<'a>) -> impl Iterator<Item = &'o Object<'a>> {
    let sidecars = pod.items_at("/spec/initContainers").iter().filter(|container| is_sidecar(container));
    sidecars.chain(pod.items_at("/spec/containers"))
}

/// The states of containers that are meant to run as long as the pod.
fn lasting_states<'o, 'a>(pod: &'o Object<'a>) -> impl Iterator<Item = &'o Object<'a>> {
    let sidecar = |state: &&Object<'a>| {
        let containers = pod.items_at("/spec/initContainers");
        containers
            .iter()
            .any(|container| is_sidecar(container) && container.text_at("/name") == state.text_at("/name"))
    };
    let sidecars = pod.items_at("/status/initContainerStatuses").iter().filter(sidecar);
    sidecars.chain(pod.items_at("/status/containerStatuses"))
}

fn ready(pod: &Object<'_>, _: &mut Interner) -> Field {
    let ready = lasting_states(pod).filter(|state| state.is_true("/ready")).count();
    Field::Ratio(ready as i64, lasting(pod).count() as i64)
}

fn restarts(pod: &Object<'_>, _: &mut Interner) -> Field {
    Field::Number(lasting_states(pod).filter_map(|state| state.number_at("/restartCount")).sum())
}

/// The claims that a pod mounts: those that it names, and those that are made for it and called after it.
fn volume_claims(pod: &Object<'_>, interner: &mut Interner) -> Field {
    let claim = |volume: &Object<'_>| match volume.at("/ephemeral") {
        Some(_) => format!("{}-{}", pod.name(), volume.text_at("/name")),
        None => volume.text_at("/persistentVolumeClaim/claimName").to_owned(),
    };
    let mut claims: Vec<String> = pod.items_at("/spec/volumes").iter().map(claim).collect();
    claims.retain(|claim| !claim.is_empty());
    claims.sort_unstable();
    claims.dedup();
    interner.list_field(claims.iter().map(String::as_str))
}

fn last_restart(pod: &Object<'_>) -> Field {
    lasting_states(pod)
        .filter_map(|state| time::seconds(state.text_at("/lastState/terminated/finishedAt")))
        .max()
        .map_or(Field::None, Field::Since)
}

/// What the scheduler reserves; what the pod as a whole asks for goes before what its containers do.
fn requests(pod: &Object<'_>, resource: &str, unit: Unit) -> Field {
    const REQUESTS: &str = "/resources/requests";
    if let Some(whole) = held(pod, "/spec/resources/requests", resource) {
        return Field::Quantity(whole, unit);
    }
    let mut all = pod.items_at("/spec/initContainers").iter().chain(pod.items_at("/spec/containers"));
    if !all.any(|container| held(container, REQUESTS, resource).is_some()) {
        return Field::None;
    }
    Field::Quantity(together(pod, REQUESTS, resource), unit)
}

/// What the pod cannot take more of: nothing while one of its containers may take what it likes.
fn limits(pod: &Object<'_>, resource: &str, unit: Unit) -> Field {
    const LIMITS: &str = "/resources/limits";
    if let Some(whole) = held(pod, "/spec/resources/limits", resource) {
        return Field::Quantity(whole, unit);
    }
    let is_limited = lasting(pod).all(|container| held(container, LIMITS, resource).is_some());
    if !is_limited || lasting(pod).next().is_none() {
        return Field::None;
    }
    Field::Quantity(together(pod, LIMITS, resource), unit)
}

/// How much of a resource stands at a path of a pod or of a container.
fn held(holder: &Object<'_>, path: &str, resource: &str) -> Option<f64> {
    holder.at(path).and_then(|amounts| amounts.get(resource)).and_then(crate::column::amount)
}

/// What the containers of a pod come to: the sum of all lasting ones, or what an init container takes with the sidecars that run
/// by then if that is more; and what running a pod takes by itself.
fn together(pod: &Object<'_>, path: &str, resource: &str) -> f64 {
    let (mut most, mut sidecars) = (0.0_f64, 0.0);
    for container in pod.items_at("/spec/initContainers") {
        let takes = held(container, path, resource).unwrap_or_default();
        most = most.max(sidecars + takes);
        if is_sidecar(container) {
            sidecars += takes;
        }
    }
    let others = pod.items_at("/spec/containers").iter();
    let others: f64 = others.filter_map(|container| held(container, path, resource)).sum();
    let overhead = pod.at("/spec/overhead").and_then(|overhead| overhead.get(resource));
    let overhead = overhead.and_then(Object::text).and_then(quantity).unwrap_or_default();
    most.max(sidecars + others) + overhead
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_init_containers_take_counts_with_the_sidecars_that_run_by_then() {
        let takes = |cpu: &str, policy: &str| {
            format!(r#"{{"restartPolicy":"{policy}","resources":{{"requests":{{"cpu":"{cpu}"}}}}}}"#)
        };
        let sidecar = takes("50m", "Always");
        let prepares = takes("230m", "");
        for (before, expected) in [
            (String::new(), 0.2),
            (sidecar.clone(), 0.25),
            (prepares.clone(), 0.23),
            (format!("{prepares},{sidecar}"), 0.25),
            (format!("{sidecar},{prepares}"), 0.28),
        ] {
            let own = takes("200m", "");
            let text = format!(r#"{{"spec":{{"initContainers":[{before}],"containers":[{own}]}}}}"#);
            let pod = Object::parse(text.as_bytes()).unwrap();

            let Field::Quantity(cores, Unit::Cores) = requests(&pod, "cpu", Unit::Cores) else {
                panic!("{before} takes nothing");
            };
            assert!((cores - expected).abs() < 1e-9, "{before} takes {cores} and not {expected}");
            assert_eq!(requests(&pod, "memory", Unit::Bytes), Field::None);
        }
    }

    #[test]
    fn a_pod_has_a_limit_where_all_of_its_containers_have_one() {
        let of = |spec: &str| {
            let text = format!(r#"{{"spec":{spec}}}"#);
            limits(&Object::parse(text.as_bytes()).unwrap(), "cpu", Unit::Cores)
        };
        let limited = r#"{"resources":{"limits":{"cpu":"2"}}}"#;

        assert_eq!(
            of(&format!(r#"{{"containers":[{limited},{limited}]}}"#)),
            Field::Quantity(4.0, Unit::Cores)
        );
        assert_eq!(of(&format!(r#"{{"containers":[{limited},{{}}]}}"#)), Field::None);
        let whole = format!(r#"{{"resources":{{"limits":{{"cpu":"3"}}}},"containers":[{limited},{{}}]}}"#);
        assert_eq!(of(&whole), Field::Quantity(3.0, Unit::Cores));
    }
}
