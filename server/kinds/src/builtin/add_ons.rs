//! Kinds of common additions whose definitions name no columns.

use super::shared::{refers, words};
use crate::column::{age, count, function, list, pairs};
use crate::{Field, Interner, Kind, Menu, Object};

/// All of them, in the order of the navigation.
pub(super) fn kinds() -> Vec<Kind> {
    vec![
        ingress_routes(),
        middlewares(),
        network_attachments(),
        prometheus_rules(),
        service_monitors(),
        pod_monitors(),
    ]
}

fn plain(
    menu: Menu,
    (group, version): (&'static str, &'static str),
    kind: &'static str,
    plural: &'static str,
) -> Kind {
    let slug = format!("{plural}.{group}").into();
    Kind { slug, menu, rare: true, ..Kind::plain(group, version, kind, plural) }
}

const TRAEFIK: (&str, &str) = ("traefik.io", "v1alpha1");
const PROMETHEUS: (&str, &str) = ("monitoring.coreos.com", "v1");

fn ingress_routes() -> Kind {
    Kind {
        columns: vec![
            list("entry_points", "/spec/entryPoints/*"),
            list("routes", "/spec/routes/*/match"),
            list("services", "/spec/routes/*/services/*/name"),
            list("tls_secrets", "/spec/tls/secretName"),
            age(),
        ],
        relations: vec![
            refers("services", "/spec/routes/*/services/*/name"),
            refers("secrets", "/spec/tls/secretName"),
        ],
        search: words(["/spec/routes/*/match"]),
        ..plain(Menu::Networking, TRAEFIK, "IngressRoute", "ingressroutes")
    }
}

fn middlewares() -> Kind {
    Kind {
        columns: vec![function("type", middleware_types), age()],
        ..plain(Menu::Networking, TRAEFIK, "Middleware", "middlewares")
    }
}

/// What it does to requests is the only field that it has: `stripPrefix`.
fn middleware_types(middleware: &Object<'_>, interner: &mut Interner) -> Field {
    interner.list_field(middleware.entries_at("/spec").iter().map(|(key, _)| &**key))
}

fn network_attachments() -> Kind {
    Kind {
        aliases: words(["net-attach-def"]),
        columns: vec![function("plugin", network_plugin), age()],
        ..plain(
            Menu::Networking,
            ("k8s.cni.cncf.io", "v1"),
            "NetworkAttachmentDefinition",
            "network-attachment-definitions",
        )
    }
}

/// The plugin that is named in the configuration, which is JSON inside of a text; of a chain, the first.
fn network_plugin(attachment: &Object<'_>, interner: &mut Interner) -> Field {
    let Ok(configuration) = Object::parse(attachment.text_at("/spec/config").as_bytes()) else {
        return Field::None;
    };
    match configuration.text_at("/type") {
        "" => interner.text_field(configuration.text_at("/plugins/0/type")),
        plugin => interner.text_field(plugin),
    }
}

fn prometheus_rules() -> Kind {
    Kind {
        aliases: words(["promrule"]),
        columns: vec![
            list("rule_groups", "/spec/groups/*/name"),
            count("alerting_rules", "/spec/groups/*/rules/*/alert"),
            count("recording_rules", "/spec/groups/*/rules/*/record"),
            age(),
        ],
        search: words(["/spec/groups/*/rules/*/alert", "/spec/groups/*/rules/*/record"]),
        ..plain(Menu::CustomResources, PROMETHEUS, "PrometheusRule", "prometheusrules")
    }
}

fn service_monitors() -> Kind {
    Kind {
        aliases: words(["smon"]),
        columns: vec![
            pairs("selector", "/spec/selector/matchLabels"),
            list("ports", "/spec/endpoints/*/port"),
            list("scrape_intervals", "/spec/endpoints/*/interval"),
            age(),
        ],
        ..plain(Menu::CustomResources, PROMETHEUS, "ServiceMonitor", "servicemonitors")
    }
}

fn pod_monitors() -> Kind {
    Kind {
        aliases: words(["pmon"]),
        columns: vec![
            pairs("selector", "/spec/selector/matchLabels"),
            list("ports", "/spec/podMetricsEndpoints/*/port"),
            list("scrape_intervals", "/spec/podMetricsEndpoints/*/interval"),
            age(),
        ],
        ..plain(Menu::CustomResources, PROMETHEUS, "PodMonitor", "podmonitors")
    }
}
