//! What `kubectl get` shows: the cells of the built-in kinds' tables.

use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use super::pod_cells::{pod_ready, pod_restarts, pod_status, readiness_gates};

const NONE: &str = "<none>";
const UNSET: &str = "<unset>";

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn or(object: &Value, pointer: &str, otherwise: &str) -> Value {
    match object.pointer(pointer) {
        None | Some(Value::Null) => json!(otherwise),
        Some(Value::String(text)) if text.is_empty() => json!(otherwise),
        Some(Value::String(text)) => json!(text),
        Some(other) => json!(other.to_string()),
    }
}

/// The value, or `<none>`.
pub(crate) fn or_none(object: &Value, pointer: &str) -> Value {
    or(object, pointer, NONE)
}

/// The value, or `<unset>`.
pub(crate) fn or_unset(object: &Value, pointer: &str) -> Value {
    or(object, pointer, UNSET)
}

/// The value, or `N/A`.
pub(crate) fn or_not_applicable(object: &Value, pointer: &str) -> Value {
    or(object, pointer, "N/A")
}

/// The number, or 0.
pub(crate) fn or_zero(object: &Value, pointer: &str) -> Value {
    json!(object.pointer(pointer).and_then(Value::as_i64).unwrap_or(0))
}

/// `true` or `false`, the latter when absent.
pub(crate) fn boolean(object: &Value, pointer: &str) -> Value {
    boolean_or(object, pointer, false)
}

/// `true` or `false`.
pub(crate) fn boolean_or(object: &Value, pointer: &str, otherwise: bool) -> Value {
    let value = object.pointer(pointer).and_then(Value::as_bool).unwrap_or(otherwise);
    json!(if value { "True" } else { "False" }.to_lowercase())
}

/// `2/3`.
pub(crate) fn ratio(object: &Value, part: &str, whole: &str) -> Value {
    let number = |pointer| object.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
    json!(format!("{}/{}", number(part), number(whole)))
}

/// How many elements a list has.
pub(crate) fn count(object: &Value, pointer: &str) -> Value {
    json!(list(object, pointer).len())
}

/// How many keys some maps have together.
pub(crate) fn count_keys(object: &Value, fields: &[&str]) -> Value {
    json!(
        fields.iter().filter_map(|field| object[*field].as_object()).map(serde_json::Map::len).sum::<usize>()
    )
}

/// The elements of a list of texts, joined by commas.
pub(crate) fn joined(object: &Value, pointer: &str) -> Value {
    let texts: Vec<&str> = list(object, pointer).iter().filter_map(Value::as_str).collect();
    json!(if texts.is_empty() { UNSET.to_owned() } else { texts.join(",") })
}

/// The time since the moment at `pointer`, or `<none>`.
pub(crate) fn since_or_none(object: &Value, pointer: &str) -> Value {
    json!(age(text(object, pointer)).unwrap_or_else(|| NONE.to_owned()))
}

/// The time since the moment, in kubectl's short form.
pub(crate) fn age(moment: &str) -> Option<String> {
    let moment: Timestamp = moment.parse().ok()?;
    Some(short_duration(Timestamp::now().as_second() - moment.as_second()))
}

/// A duration as kubectl writes it: two units while the number is small.
pub(crate) fn short_duration(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    let pair = |large: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 { format!("{large}{unit}") } else { format!("{large}{unit}{small}{small_unit}") }
    };
    match seconds {
        ..=0 => "0s".to_owned(),
        _ if seconds < 120 => format!("{seconds}s"),
        _ if minutes < 10 => pair(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => pair(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => pair(days, 'd', hours % 24, 'h'),
        _ if days < 730 => format!("{days}d"),
        _ if days < 2920 => pair(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

/// `a=b,c=d`, or `<none>`.
pub(crate) fn labels(labels: &Value) -> Value {
    let pairs: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    json!(if pairs.is_empty() { NONE.to_owned() } else { pairs.join(",") })
}

/// A label selector in the notation of `-l`.
pub(crate) fn label_selector(selector: &Value) -> Value {
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        parts.push(format!("{key}={}", value.as_str().unwrap_or_default()));
    }
    for expression in list(selector, "/matchExpressions") {
        let key = text(expression, "/key");
        let values: Vec<&str> = list(expression, "/values").iter().filter_map(Value::as_str).collect();
        parts.push(match text(expression, "/operator") {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        });
    }
    json!(if parts.is_empty() { NONE.to_owned() } else { parts.join(",") })
}

/// The selector of a workload.
pub(crate) fn selector(object: &Value) -> Value {
    label_selector(&object["spec"]["selector"])
}

/// The node selector of a daemon set.
pub(crate) fn node_selector(object: &Value) -> Value {
    labels(&object["spec"]["template"]["spec"]["nodeSelector"])
}

/// The names of the containers of a workload's template.
pub(crate) fn containers(object: &Value) -> Value {
    container_names(&object["spec"]["template"]["spec"])
}

/// The images of the containers of a workload's template.
pub(crate) fn images(object: &Value) -> Value {
    container_images(&object["spec"]["template"]["spec"])
}

/// The names of the containers of a pod specification.
pub(crate) fn container_names(specification: &Value) -> Value {
    each(list(specification, "/containers"), "/name")
}

/// The images of the containers of a pod specification.
pub(crate) fn container_images(specification: &Value) -> Value {
    each(list(specification, "/containers"), "/image")
}

fn each(items: &[Value], pointer: &str) -> Value {
    json!(items.iter().map(|item| text(item, pointer)).collect::<Vec<_>>().join(","))
}

/// What an object in deletion shows instead of its phase.
pub(crate) fn phase_or_terminating(object: &Value) -> Value {
    if object["metadata"]["deletionTimestamp"].is_string() {
        json!("Terminating")
    } else {
        object["status"]["phase"].clone()
    }
}

/// The controlling owner, as `kind/name`.
pub(crate) fn controller(object: &Value) -> Value {
    let owner = list(object, "/metadata/ownerReferences").iter().find(|owner| owner["controller"] == true);
    json!(owner.map_or(NONE.to_owned(), |owner| {
        let (group, _) = super::split_api_version(text(owner, "/apiVersion"));
        let kind = text(owner, "/kind").to_lowercase();
        let dot = if group.is_empty() { "" } else { "." };
        format!("{kind}{dot}{group}/{}", text(owner, "/name"))
    }))
}

/// `RWO,ROX`.
pub(crate) fn access_modes(modes: &Value) -> Value {
    let short = |mode: &str| match mode {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => "?",
    };
    let modes: Vec<&str> =
        modes.as_array().into_iter().flatten().filter_map(Value::as_str).map(short).collect();
    json!(modes.join(","))
}

/// The claim a volume is bound to.
pub(crate) fn volume_claim(volume: &Value) -> Value {
    let claim = &volume["spec"]["claimRef"];
    json!(
        claim["name"].as_str().map_or(String::new(), |name| format!("{}/{name}", text(claim, "/namespace")))
    )
}

/// The class's name, and whether it is the default.
pub(crate) fn storage_class_name(class: &Value) -> Value {
    let name = text(class, "/metadata/name");
    let default = class["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true";
    json!(if default { format!("{name} (default)") } else { name.to_owned() })
}

/// `used/hard` of what a quota limits: the requests, or the limits.
pub(crate) fn quota(quota: &Value, limits: bool) -> Value {
    let mut parts = Vec::new();
    for (resource, hard) in quota["status"]["hard"].as_object().into_iter().flatten() {
        if resource.starts_with("limits.") == limits {
            let used = quota["status"]["used"][resource].as_str().unwrap_or("0");
            parts.push(format!("{resource}: {used}/{}", hard.as_str().unwrap_or_default()));
        }
    }
    json!(parts.join(", "))
}

/// `Deployment/shop`.
pub(crate) fn scale_target(autoscaler: &Value) -> Value {
    let target = &autoscaler["spec"]["scaleTargetRef"];
    json!(format!("{}/{}", text(target, "/kind"), text(target, "/name")))
}

/// `cpu: 20%/80%`.
pub(crate) fn autoscaler_targets(autoscaler: &Value) -> Value {
    let current = list(autoscaler, "/status/currentMetrics");
    let parts: Vec<String> = list(autoscaler, "/spec/metrics")
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let (name, target) = match text(metric, "/type") {
                "Resource" => (text(metric, "/resource/name"), &metric["resource"]["target"]),
                "ContainerResource" => {
                    (text(metric, "/containerResource/name"), &metric["containerResource"]["target"])
                }
                other => (other, &metric[other.to_lowercase()]["target"]),
            };
            let value = |of: &Value| {
                of["averageUtilization"].as_i64().map(|percent| format!("{percent}%")).or_else(|| {
                    of["averageValue"].as_str().or_else(|| of["value"].as_str()).map(str::to_owned)
                })
            };
            let now = current.get(index).and_then(|now| value(&now["resource"]["current"]));
            let now = now.unwrap_or_else(|| "<unknown>".to_owned());
            format!("{name}: {now}/{}", value(target).unwrap_or_else(|| "<unknown>".to_owned()))
        })
        .collect();
    json!(if parts.is_empty() { NONE.to_owned() } else { parts.join(", ") })
}

/// `Complete`, `Failed`, `Suspended` or `Running`.
pub(crate) fn job_status(job: &Value) -> Value {
    let is = |name: &str| condition(job, name) == Some("True");
    json!(if is("Complete") {
        "Complete"
    } else if is("Failed") {
        "Failed"
    } else if job["metadata"]["deletionTimestamp"].is_string() {
        "Terminating"
    } else if is("Suspended") {
        "Suspended"
    } else if is("FailureTarget") {
        "FailureTarget"
    } else if is("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    })
}

/// The status of a condition.
pub(crate) fn condition<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    list(object, "/status/conditions").iter().find(|one| one["type"] == name)?["status"].as_str()
}

/// `1/3`, or `1/1 of 3`.
pub(crate) fn job_completions(job: &Value) -> Value {
    let succeeded = job["status"]["succeeded"].as_i64().unwrap_or(0);
    json!(match (job["spec"]["completions"].as_i64(), job["spec"]["parallelism"].as_i64().unwrap_or(0)) {
        (Some(completions), _) => format!("{succeeded}/{completions}"),
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    })
}

/// How long a job ran, or runs.
pub(crate) fn job_duration(job: &Value) -> Value {
    let moment = |pointer| text(job, pointer).parse::<Timestamp>().ok();
    let Some(start) = moment("/status/startTime") else { return json!("") };
    let end = moment("/status/completionTime").unwrap_or_else(Timestamp::now);
    json!(short_duration(end.as_second() - start.as_second()))
}

/// `Ready`, with the reasons a node takes no new pods.
pub(crate) fn node_status(node: &Value) -> Value {
    let mut words = vec![match condition(node, "Ready") {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }];
    if node["spec"]["unschedulable"] == true {
        words.push("SchedulingDisabled");
    }
    json!(words.join(","))
}

/// The roles in a node's labels.
pub(crate) fn node_roles(node: &Value) -> Value {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in node["metadata"]["labels"].as_object().into_iter().flatten() {
        if let Some(role) = key.strip_prefix("node-role.kubernetes.io/").filter(|role| !role.is_empty()) {
            roles.push(role);
        } else if key == "kubernetes.io/role" {
            roles.push(value.as_str().unwrap_or_default());
        }
    }
    json!(if roles.is_empty() { NONE.to_owned() } else { roles.join(",") })
}

/// The first address of a type.
pub(crate) fn node_address(node: &Value, address_type: &str) -> Value {
    let address = list(node, "/status/addresses").iter().find(|address| address["type"] == address_type);
    json!(address.map_or(NONE, |address| text(address, "/address")))
}

/// Where a service can be reached from outside.
pub(crate) fn service_external(service: &Value) -> Value {
    let external: Vec<&str> = list(service, "/spec/externalIPs").iter().filter_map(Value::as_str).collect();
    let balancer = addresses(service);
    json!(match text(service, "/spec/type") {
        "ExternalName" => text(service, "/spec/externalName").to_owned(),
        "LoadBalancer" if balancer.is_empty() && external.is_empty() => "<pending>".to_owned(),
        "LoadBalancer" => balancer.into_iter().chain(external).collect::<Vec<_>>().join(","),
        _ if external.is_empty() => NONE.to_owned(),
        _ => external.join(","),
    })
}

fn addresses(object: &Value) -> Vec<&str> {
    list(object, "/status/loadBalancer/ingress")
        .iter()
        .filter_map(|one| one["ip"].as_str().or_else(|| one["hostname"].as_str()))
        .collect()
}

/// The addresses of the load balancer.
pub(crate) fn load_balancer_addresses(object: &Value) -> Value {
    json!(addresses(object).join(","))
}

/// `80:30080/TCP`.
pub(crate) fn service_ports(service: &Value) -> Value {
    let ports: Vec<String> = list(service, "/spec/ports")
        .iter()
        .map(|port| {
            let node_port = port["nodePort"].as_i64().filter(|port| *port > 0);
            let node_port = node_port.map_or(String::new(), |port| format!(":{port}"));
            format!("{}{node_port}/{}", port["port"], port["protocol"].as_str().unwrap_or("TCP"))
        })
        .collect();
    json!(if ports.is_empty() { NONE.to_owned() } else { ports.join(",") })
}

fn first_three(all: &[String]) -> Value {
    json!(match all.len() {
        0 => NONE.to_owned(),
        1..=3 => all.join(","),
        more => format!("{} + {} more...", all[..3].join(","), more - 3),
    })
}

/// The first addresses behind a service.
pub(crate) fn endpoints(endpoints: &Value) -> Value {
    let mut all = Vec::new();
    for subset in list(endpoints, "/subsets") {
        for address in list(subset, "/addresses") {
            let ports = list(subset, "/ports");
            if ports.is_empty() {
                all.push(text(address, "/ip").to_owned());
            }
            all.extend(ports.iter().map(|port| format!("{}:{}", text(address, "/ip"), port["port"])));
        }
    }
    first_three(&all)
}

/// The ports of a slice.
pub(crate) fn slice_ports(slice: &Value) -> Value {
    let ports: Vec<String> = list(slice, "/ports")
        .iter()
        .map(|port| or(port, "/port", "*").as_str().unwrap_or("*").to_owned())
        .collect();
    if ports.is_empty() { json!(UNSET) } else { first_three(&ports) }
}

/// The first addresses of a slice.
pub(crate) fn slice_endpoints(slice: &Value) -> Value {
    let all: Vec<String> = list(slice, "/endpoints")
        .iter()
        .flat_map(|endpoint| list(endpoint, "/addresses"))
        .filter_map(|address| address.as_str().map(str::to_owned))
        .collect();
    if all.is_empty() { json!(UNSET) } else { first_three(&all) }
}

/// The hosts of an ingress.
pub(crate) fn ingress_hosts(ingress: &Value) -> Value {
    let hosts: Vec<String> = list(ingress, "/spec/rules")
        .iter()
        .map(|rule| text(rule, "/host"))
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    if hosts.is_empty() { json!("*") } else { first_three(&hosts) }
}

/// `80` or `80, 443`.
pub(crate) fn ingress_ports(ingress: &Value) -> Value {
    json!(if list(ingress, "/spec/tls").is_empty() { "80" } else { "80, 443" })
}

/// What an ingress class refers to.
pub(crate) fn ingress_parameters(class: &Value) -> Value {
    let parameters = &class["spec"]["parameters"];
    if parameters.is_null() {
        return json!(NONE);
    }
    let group = parameters["apiGroup"].as_str().map_or(String::new(), |group| format!(".{group}"));
    json!(format!("{}{group}/{}", text(parameters, "/kind"), text(parameters, "/name")))
}

/// What an address belongs to.
pub(crate) fn parent_reference(address: &Value) -> Value {
    let parent = &address["spec"]["parentRef"];
    json!(format!("{}/{}/{}", text(parent, "/resource"), text(parent, "/namespace"), text(parent, "/name")))
}

/// The role of a binding.
pub(crate) fn role_reference(binding: &Value) -> Value {
    let role = &binding["roleRef"];
    json!(format!("{}/{}", text(role, "/kind"), text(role, "/name")))
}

/// The subjects of one kind in a binding.
pub(crate) fn subjects(binding: &Value, kind: &str) -> Value {
    let names: Vec<String> = list(binding, "/subjects")
        .iter()
        .filter(|subject| subject["kind"] == kind)
        .map(|subject| match subject["namespace"].as_str() {
            Some(namespace) if kind == "ServiceAccount" => format!("{namespace}/{}", text(subject, "/name")),
            _ => text(subject, "/name").to_owned(),
        })
        .collect();
    json!(names.join(", "))
}

/// The lifetime a certificate request asks for.
pub(crate) fn requested_duration(request: &Value) -> Value {
    let seconds = request["spec"]["expirationSeconds"].as_i64();
    json!(seconds.map_or(NONE.to_owned(), short_duration))
}

/// `Pending`, or what happened to a certificate request.
pub(crate) fn certificate_condition(request: &Value) -> Value {
    let mut words: Vec<&str> =
        list(request, "/status/conditions").iter().map(|one| text(one, "/type")).collect();
    if words.is_empty() {
        words.push("Pending");
    }
    if request["status"]["certificate"].is_string() {
        words.push("Issued");
    }
    json!(words.join(","))
}

/// Who answers for an API group.
pub(crate) fn api_service(service: &Value) -> Value {
    let behind = &service["spec"]["service"];
    json!(if behind.is_null() {
        "Local".to_owned()
    } else {
        format!("{}/{}", text(behind, "/namespace"), text(behind, "/name"))
    })
}

/// Whether an API group answers, and why not.
pub(crate) fn api_service_available(service: &Value) -> Value {
    let available = list(service, "/status/conditions").iter().find(|one| one["type"] == "Available");
    json!(available.map_or("Unknown".to_owned(), |one| match text(one, "/status") {
        "True" => "True".to_owned(),
        other => format!("{other} ({})", text(one, "/reason")),
    }))
}

/// When an event happened last.
pub(crate) fn event_last_seen(event: &Value) -> Value {
    let moments = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    let last = moments.into_iter().map(|pointer| text(event, pointer)).find(|moment| !moment.is_empty());
    json!(last.and_then(age).unwrap_or_else(|| "<unknown>".to_owned()))
}

/// What an event is about.
pub(crate) fn event_object(event: &Value) -> Value {
    let involved = &event["involvedObject"];
    json!(format!("{}/{}", text(involved, "/kind").to_lowercase(), text(involved, "/name")))
}

/// Who says so.
pub(crate) fn event_source(event: &Value) -> Value {
    let component = Some(text(event, "/source/component")).filter(|text| !text.is_empty());
    let component = component.unwrap_or_else(|| text(event, "/reportingComponent"));
    let host = event["source"]["host"].as_str().map_or(String::new(), |host| format!(", {host}"));
    json!(format!("{component}{host}"))
}

/// How often it was said.
pub(crate) fn event_count(event: &Value) -> Value {
    json!(event["series"]["count"].as_i64().or_else(|| event["count"].as_i64()).unwrap_or(1))
}

/// The processor time of all containers.
pub(crate) fn measured_cpu(metrics: &Value) -> Value {
    measured(metrics, "/usage/cpu", "n")
}

/// The memory of all containers.
pub(crate) fn measured_memory(metrics: &Value) -> Value {
    measured(metrics, "/usage/memory", "Ki")
}

fn measured(metrics: &Value, pointer: &str, unit: &str) -> Value {
    let amount =
        |container: &Value| text(container, pointer).trim_end_matches(unit).parse::<u64>().unwrap_or(0);
    json!(format!("{}{unit}", list(metrics, "/containers").iter().map(amount).sum::<u64>()))
}

#[cfg(test)]
mod tests {
    use super::short_duration;

    #[test]
    fn ages_read_as_kubectl_writes_them() {
        let cases = [(-3, "0s"), (90, "90s"), (150, "2m30s"), (900, "15m"), (7200, "120m"), (4 * 3600, "4h")];
        for (seconds, text) in cases {
            assert_eq!(short_duration(seconds), text);
        }
        assert_eq!(short_duration(3 * 86400 + 7200), "3d2h");
        assert_eq!(short_duration(400 * 86400), "400d");
        assert_eq!(short_duration(900 * 86400), "2y170d");
    }
}
