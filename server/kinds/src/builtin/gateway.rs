//! The Gateway API.

use super::shared::{from_condition, one_condition, refers, sentence, terminating, words};
use crate::column::{age, cluster_wide, count, function, list, status, text};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, explain};
use model::Level;

const GROUP: &str = "gateway.networking.k8s.io";

fn plain(version: &'static str, kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        slug: format!("{plural}.{GROUP}").into(),
        menu: Menu::Networking,
        ..Kind::plain(GROUP, version, kind, plural)
    }
}

pub(super) fn gateways() -> Kind {
    Kind {
        aliases: words(["gtw"]),
        status: Some(gateway_status),
        columns: vec![
            status(),
            cluster_wide("class", "gatewayclasses.gateway.networking.k8s.io", "/spec/gatewayClassName"),
            list("addresses", "/status/addresses/*/value"),
            function("listeners", listeners),
            function("routes", |gateway, _| routes(gateway)).at_end(),
            age(),
        ],
        relations: vec![
            refers("gatewayclasses.gateway.networking.k8s.io", "/spec/gatewayClassName"),
            refers("secrets", "/spec/listeners/*/tls/certificateRefs/*/name"),
        ],
        search: words(["/status/addresses/*/value", "/spec/listeners/*/hostname"]),
        ..plain("v1", "Gateway", "gateways")
    }
}

fn gateway_status(gateway: &Object<'_>) -> Health {
    match gateway.condition("Accepted") {
        Some(accepted) if accepted.text_at("/status") == "False" => from_condition(Level::Failed, accepted),
        _ => one_condition(gateway, "Programmed"),
    }
}

/// Listeners as `https 443/HTTPS`.
fn listeners(gateway: &Object<'_>, interner: &mut Interner) -> Field {
    let text = |listener: &Object<'_>| {
        let port = listener.number_at("/port").unwrap_or_default();
        format!("{} {port}/{}", listener.text_at("/name"), listener.text_at("/protocol"))
    };
    let texts: Vec<String> = gateway.items_at("/spec/listeners").iter().map(text).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

fn routes(gateway: &Object<'_>) -> Field {
    Field::Number(gateway.each("/status/listeners/*/attachedRoutes").filter_map(Object::number).sum())
}

pub(super) fn gateway_classes() -> Kind {
    Kind {
        namespaced: false,
        aliases: words(["gc"]),
        status: Some(|class| one_condition(class, "Accepted")),
        columns: vec![
            status(),
            text("controller", "/spec/controllerName"),
            text("description", "/spec/description"),
            age(),
        ],
        ..plain("v1", "GatewayClass", "gatewayclasses")
    }
}

fn route(kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        status: Some(route_status),
        explain: Some(explain::gateway::route),
        columns: vec![
            status(),
            list("hosts", "/spec/hostnames/*"),
            list("gateways", "/spec/parentRefs/*/name"),
            list("backends", "/spec/rules/*/backendRefs/*/name"),
            count("rules", "/spec/rules/*"),
            age(),
        ],
        relations: vec![
            Relation::Refers {
                slug: "gateways.gateway.networking.k8s.io",
                path: "/spec/parentRefs/*/name",
                namespace: Some("/spec/parentRefs/*/namespace"),
            },
            refers("services", "/spec/rules/*/backendRefs/*/name"),
        ],
        search: words(["/spec/hostnames/*"]),
        ..plain("v1", kind, plural)
    }
}

pub(super) fn http_routes() -> Kind {
    route("HTTPRoute", "httproutes")
}

pub(super) fn grpc_routes() -> Kind {
    route("GRPCRoute", "grpcroutes")
}

/// A route is well when every gateway it names has taken it and knows its backends.
fn route_status(route: &Object<'_>) -> Health {
    if let Some(status) = terminating(route) {
        return status;
    }
    let parents = route.items_at("/status/parents");
    if parents.is_empty() {
        return Health::new(Level::Progressing, "Pending").because(say("reason.route.not-seen"));
    }
    for parent in parents {
        let conditions = parent.items_at("/conditions");
        let bad = |condition: &&Object<'_>| {
            matches!(condition.text_at("/type"), "Accepted" | "ResolvedRefs")
                && condition.text_at("/status") == "False"
        };
        if let Some(condition) = conditions.iter().find(bad) {
            let gateway = parent.text_at("/parentRef/name");
            let said = sentence(condition.text_at("/message"));
            return Health::new(Level::Failed, condition.text_at("/reason"))
                .because(say("reason.route.refused").with("gateway", gateway).with("said", said));
        }
    }
    Health::new(Level::Healthy, "Accepted")
}

pub(super) fn reference_grants() -> Kind {
    Kind {
        rare: true,
        aliases: words(["refgrant"]),
        columns: vec![
            list("from_kinds", "/spec/from/*/kind"),
            list("from_namespaces", "/spec/from/*/namespace"),
            list("to_kinds", "/spec/to/*/kind"),
            age(),
        ],
        ..plain("v1beta1", "ReferenceGrant", "referencegrants")
    }
}
