//! What extends, guards and paces the API.

use super::shared::{condition_state, from_condition, one_condition, terminating, words};
use crate::column::{age, count, function, list, number, status, text};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation, explain};
use model::Level;

pub(super) fn custom_resource_definitions() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::CustomResources,
        aliases: words(["crd", "crds"]),
        status: Some(definition_status),
        columns: vec![
            status(),
            text("group", "/spec/group"),
            text("kind", "/spec/names/kind"),
            text("scope", "/spec/scope"),
            list("versions", "/spec/versions/*/name"),
            list("short_names", "/spec/names/shortNames/*").hidden(),
            age(),
        ],
        search: words(["/spec/names/kind", "/spec/group", "/spec/names/shortNames/*"]),
        ..Kind::plain("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions")
    }
}

fn definition_status(definition: &Object<'_>) -> Health {
    if let Some(status) = terminating(definition) {
        return status;
    }
    match definition.condition("NamesAccepted") {
        Some(names) if names.text_at("/status") == "False" => from_condition(Level::Failed, names),
        _ => one_condition(definition, "Established"),
    }
}

pub(super) fn api_services() -> Kind {
    Kind {
        namespaced: false,
        menu: Menu::CustomResources,
        status: Some(|service| one_condition(service, "Available")),
        explain: Some(explain::extension::api_service),
        columns: vec![
            status(),
            text("group", "/spec/group"),
            text("version", "/spec/version"),
            function("service", served_by),
            number("group_priority", "/spec/groupPriorityMinimum").hidden(),
            age(),
        ],
        relations: vec![Relation::Refers {
            slug: "services",
            path: "/spec/service/name",
            namespace: Some("/spec/service/namespace"),
        }],
        ..Kind::plain("apiregistration.k8s.io", "v1", "APIService", "apiservices")
    }
}

/// The service behind an API, or `Local` when the API server itself serves it.
fn served_by(service: &Object<'_>, interner: &mut Interner) -> Field {
    match service.at("/spec/service") {
        Some(behind) => {
            let namespace = behind.at("/namespace").and_then(Object::text);
            interner.object_field("services", namespace, behind.text_at("/name"))
        }
        None => interner.text_field("Local"),
    }
}

/// What a webhook configuration refers to.
const WEBHOOK_SERVICES: Relation = Relation::Refers {
    slug: "services",
    path: "/webhooks/*/clientConfig/service/name",
    namespace: Some("/webhooks/*/clientConfig/service/namespace"),
};

fn webhooks(kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            count("webhooks", "/webhooks/*"),
            list("resources", "/webhooks/*/rules/*/resources/*"),
            list("operations", "/webhooks/*/rules/*/operations/*"),
            list("failure_policy", "/webhooks/*/failurePolicy"),
            list("services", "/webhooks/*/clientConfig/service/name"),
            age(),
        ],
        relations: vec![WEBHOOK_SERVICES],
        search: words(["/webhooks/*/name", "/webhooks/*/clientConfig/url"]),
        ..Kind::plain("admissionregistration.k8s.io", "v1", kind, plural)
    }
}

pub(super) fn mutating_webhooks() -> Kind {
    webhooks("MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
}

pub(super) fn validating_webhooks() -> Kind {
    webhooks("ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
}

pub(super) fn admission_policies() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        status: Some(policy_status),
        columns: vec![
            status(),
            count("validations", "/spec/validations/*"),
            list("resources", "/spec/matchConstraints/resourceRules/*/resources/*"),
            text("parameters", "/spec/paramKind/kind"),
            text("failure_policy", "/spec/failurePolicy"),
            age(),
        ],
        ..Kind::plain(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingAdmissionPolicy",
            "validatingadmissionpolicies",
        )
    }
}

fn policy_status(policy: &Object<'_>) -> Health {
    match policy.items_at("/status/typeChecking/expressionWarnings") {
        [] => Health::new(Level::Healthy, "Active"),
        [first, ..] => {
            let place = first.text_at("/fieldRef");
            let warning = first.text_at("/warning").lines().last().unwrap_or_default();
            let said = format!("{place}: {warning}");
            Health::new(Level::Warning, "Type warnings").because(said)
        }
    }
}

pub(super) fn admission_policy_bindings() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            crate::column::cluster_wide("policy", "validatingadmissionpolicies", "/spec/policyName"),
            list("validation_actions", "/spec/validationActions/*"),
            text("parameters", "/spec/paramRef/name"),
            age(),
        ],
        relations: vec![super::shared::refers("validatingadmissionpolicies", "/spec/policyName")],
        ..Kind::plain(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings",
        )
    }
}

pub(super) fn flow_schemas() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        status: Some(|schema| match condition_state(schema, "Dangling") {
            "True" => Health::new(Level::Warning, "Dangling").because(say("reason.flow.dangling")),
            _ => Health::new(Level::Healthy, "Active"),
        }),
        columns: vec![
            status(),
            crate::column::cluster_wide(
                "priority_level",
                "prioritylevelconfigurations",
                "/spec/priorityLevelConfiguration/name",
            ),
            number("precedence", "/spec/matchingPrecedence"),
            text("distinguished_by", "/spec/distinguisherMethod/type"),
            age(),
        ],
        relations: vec![super::shared::refers(
            "prioritylevelconfigurations",
            "/spec/priorityLevelConfiguration/name",
        )],
        ..Kind::plain("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema", "flowschemas")
    }
}

pub(super) fn priority_levels() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        columns: vec![
            text("type", "/spec/type"),
            number("concurrency_shares", "/spec/limited/nominalConcurrencyShares"),
            text("when_full", "/spec/limited/limitResponse/type"),
            number("queues", "/spec/limited/limitResponse/queuing/queues"),
            age(),
        ],
        ..Kind::plain(
            "flowcontrol.apiserver.k8s.io",
            "v1",
            "PriorityLevelConfiguration",
            "prioritylevelconfigurations",
        )
    }
}
