//! How pods are reached inside and from outside.

use super::shared::{object, owner, refers, selects, selects_labels, terminating, words, yes};
use crate::column::{age, column, count, function, list, pairs, status, text, unique_text};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, Value, explain};
use model::Level;

pub(super) fn services() -> Kind {
    Kind {
        menu: Menu::Networking,
        aliases: words(["svc"]),
        status: Some(service_status),
        explain: Some(explain::services::service),
        columns: vec![
            status(),
            text("type", "/spec/type"),
            unique_text("cluster_ip", "/spec/clusterIP"),
            function("external", external),
            function("ports", ports),
            pairs("selector", "/spec/selector"),
            text("session_affinity", "/spec/sessionAffinity").hidden(),
            age(),
        ],
        relations: vec![selects_labels("pods", "/spec/selector"), owns_slices()],
        search: words([
            "/spec/clusterIP",
            "/spec/externalName",
            "/spec/externalIPs/*",
            "/status/loadBalancer/ingress/*/ip",
            "/status/loadBalancer/ingress/*/hostname",
        ]),
        ..Kind::plain("", "v1", "Service", "services")
    }
}

fn owns_slices() -> Relation {
    Relation::Owns { slug: "endpointslices" }
}

fn service_status(service: &Object<'_>) -> Health {
    if let Some(status) = terminating(service) {
        return status;
    }
    let waits = service.text_at("/spec/type") == "LoadBalancer"
        && service.items_at("/status/loadBalancer/ingress").is_empty();
    if waits {
        return Health::new(Level::Progressing, "Pending").because(say("reason.service.no-address"));
    }
    Health::new(Level::Healthy, "Active")
}

/// Addresses under which something is reached from outside.
fn external(item: &Object<'_>, interner: &mut Interner) -> Field {
    let paths = ["/status/loadBalancer/ingress/*/*", "/spec/externalIPs/*", "/spec/externalName"];
    interner.list_field(
        paths.iter().flat_map(|path| item.each(path)).filter_map(Object::text).filter(|text| *text != "VIP"),
    )
}

/// Ports as `http 80→8080/TCP`, with a node port behind a colon.
fn ports(service: &Object<'_>, interner: &mut Interner) -> Field {
    let texts: Vec<String> = service.items_at("/spec/ports").iter().map(port).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

fn port(port: &Object<'_>) -> String {
    let number = port.number_at("/port").unwrap_or_default();
    let target = match port.at("/targetPort") {
        Some(Object::Text(name)) => format!("→{name}"),
        Some(Object::Number(target)) if target.as_i64() != Some(number) => format!("→{target}"),
        _ => String::new(),
    };
    let node = port.number_at("/nodePort").map_or(String::new(), |node| format!(":{node}"));
    let name = match port.text_at("/name") {
        "" => String::new(),
        name => format!("{name} "),
    };
    let protocol = match port.text_at("/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    format!("{name}{number}{node}{target}/{protocol}")
}

pub(super) fn endpoint_slices() -> Kind {
    Kind {
        menu: Menu::Networking,
        columns: vec![
            function("endpoints", endpoints).at_end(),
            text("address_type", "/addressType"),
            function("ports", slice_ports),
            function("addresses", |slice, interner| first_texts(slice, "/endpoints/*/addresses/*", interner)),
            function("owner", owner),
            age(),
        ],
        relations: vec![
            refers("services", "/metadata/labels/kubernetes.io~1service-name"),
            Relation::RefersToAny { path: "/endpoints/*/targetRef" },
            refers("nodes", "/endpoints/*/nodeName"),
        ],
        search: words(["/endpoints/*/addresses/*"]),
        ..Kind::plain("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices")
    }
}

/// Endpoints that are ready, of all. One that says nothing counts as ready.
fn endpoints(slice: &Object<'_>, _: &mut Interner) -> Field {
    let all = slice.items_at("/endpoints");
    let unready =
        |endpoint: &&Object<'_>| endpoint.at("/conditions/ready").and_then(Object::flag) == Some(false);
    let unready = all.iter().filter(unready).count();
    Field::Ratio((all.len() - unready) as i64, all.len() as i64)
}

fn slice_ports(slice: &Object<'_>, interner: &mut Interner) -> Field {
    let texts: Vec<String> = slice.items_at("/ports").iter().map(port).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

/// The first few texts at a path: lists of thousands of addresses are for the manifest.
fn first_texts(item: &Object<'_>, path: &str, interner: &mut Interner) -> Field {
    const MOST: usize = 8;
    interner.list_field(item.each(path).filter_map(Object::text).take(MOST))
}

pub(super) fn endpoints_objects() -> Kind {
    Kind {
        rare: true,
        menu: Menu::Networking,
        aliases: words(["ep"]),
        columns: vec![
            function("addresses", |item, interner| first_texts(item, "/subsets/*/addresses/*/ip", interner)),
            count("ready_addresses", "/subsets/*/addresses/*"),
            count("unready_addresses", "/subsets/*/notReadyAddresses/*"),
            age(),
        ],
        relations: vec![Relation::RefersToAny { path: "/subsets/*/addresses/*/targetRef" }],
        search: words(["/subsets/*/addresses/*/ip"]),
        ..Kind::plain("", "v1", "Endpoints", "endpoints")
    }
}

pub(super) fn ingresses() -> Kind {
    Kind {
        menu: Menu::Networking,
        aliases: words(["ing"]),
        status: Some(ingress_status),
        explain: Some(explain::services::ingress),
        columns: vec![
            status(),
            crate::column::cluster_wide("class", "ingressclasses", "/spec/ingressClassName"),
            list("hosts", "/spec/rules/*/host"),
            function("external", external),
            function("backends", backends),
            list("tls_secrets", "/spec/tls/*/secretName").hidden(),
            age(),
        ],
        relations: vec![
            refers("services", "/spec/rules/*/http/paths/*/backend/service/name"),
            refers("services", "/spec/defaultBackend/service/name"),
            refers("secrets", "/spec/tls/*/secretName"),
            refers("ingressclasses", "/spec/ingressClassName"),
        ],
        search: words([
            "/spec/rules/*/host",
            "/status/loadBalancer/ingress/*/ip",
            "/status/loadBalancer/ingress/*/hostname",
        ]),
        ..Kind::plain("networking.k8s.io", "v1", "Ingress", "ingresses")
    }
}

fn ingress_status(ingress: &Object<'_>) -> Health {
    terminating(ingress).unwrap_or_else(|| {
        if ingress.items_at("/status/loadBalancer/ingress").is_empty() {
            // Some controllers never report one, so this may be all right.
            return Health::new(Level::Unknown, "No address").because(say("reason.ingress.no-address"));
        }
        Health::new(Level::Healthy, "Active")
    })
}

/// Where traffic goes, as `/path → service:port`.
fn backends(ingress: &Object<'_>, interner: &mut Interner) -> Field {
    let mut texts: Vec<String> = Vec::new();
    let target = |backend: &Object<'_>| {
        let port = backend.number_at("/service/port/number").map(|port| port.to_string());
        let port = port.unwrap_or_else(|| backend.text_at("/service/port/name").to_owned());
        format!("{}:{port}", backend.text_at("/service/name"))
    };
    for path in ingress.each("/spec/rules/*/http/paths/*") {
        texts.push(format!(
            "{} → {}",
            path.text_at("/path"),
            path.get("backend").map_or(String::new(), target)
        ));
    }
    texts.extend(ingress.at("/spec/defaultBackend").map(target));
    interner.list_field(texts.iter().map(String::as_str))
}

/// Yes for a class that ingresses take which name none.
fn default_class(class: &Object<'_>, _: &mut Interner) -> Field {
    yes(class, "/metadata/annotations/ingressclass.kubernetes.io~1is-default-class")
}

pub(super) fn ingress_classes() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::Networking,
        columns: vec![
            text("controller", "/spec/controller"),
            column("parameters", Value::Text("/spec/parameters/name".into())),
            function("default", default_class),
            age(),
        ],
        ..Kind::plain("networking.k8s.io", "v1", "IngressClass", "ingressclasses")
    }
}

pub(super) fn network_policies() -> Kind {
    Kind {
        menu: Menu::Networking,
        aliases: words(["netpol"]),
        columns: vec![
            pairs("pods_selected", "/spec/podSelector/matchLabels"),
            list("policy_types", "/spec/policyTypes/*"),
            count("ingress_rules", "/spec/ingress/*"),
            count("egress_rules", "/spec/egress/*"),
            age(),
        ],
        relations: vec![selects("pods", "/spec/podSelector")],
        ..Kind::plain("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies")
    }
}

pub(super) fn service_cidrs() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Networking,
        status: Some(|cidr| super::shared::one_condition(cidr, "Ready")),
        columns: vec![status(), list("ranges", "/spec/cidrs/*"), age()],
        search: words(["/spec/cidrs/*"]),
        ..Kind::plain("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs")
    }
}

pub(super) fn ip_addresses() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Networking,
        aliases: words(["ip"]),
        columns: vec![function("object", allocated_to), age()],
        ..Kind::plain("networking.k8s.io", "v1", "IPAddress", "ipaddresses")
    }
}

/// The parent of an address; the API names its resource, which for services is what the console calls it too.
fn allocated_to(address: &Object<'_>, interner: &mut Interner) -> Field {
    let Some(parent) = address.at("/spec/parentRef") else { return Field::None };
    let namespace = parent.at("/namespace").and_then(Object::text);
    match crate::of_resource(parent.text_at("/group"), parent.text_at("/resource")) {
        Some(kind) => object(interner, &kind.group, &kind.kind, namespace, parent.text_at("/name")),
        None => interner.text_field(parent.text_at("/name")),
    }
}
