//! What extends and steers the API server itself, and the metrics API.

use super::Subresource::Status;
use super::cells;
use super::{AGE, BuiltIn, NAME, Source, at, number, with};
use crate::{defaults, validation};

/// Custom resources, aggregated APIs, admission, flow control and measurements.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions",
        short: &["crd", "crds"],
        categories: &["api-extensions"],
        namespaced: false,
        subresources: &[Status],
        generation: true,
        columns: &[NAME, at("Created At", "/metadata/creationTimestamp")],
        default: defaults::custom_resource_definition,
        validate: validation::custom_resource_definition,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "apiregistration.k8s.io",
        kind: "APIService",
        plural: "apiservices",
        categories: &["api-extensions"],
        namespaced: false,
        subresources: &[Status],
        columns: &[
            NAME,
            with("Service", cells::api_service),
            with("Available", cells::api_service_available),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "admissionregistration.k8s.io",
        kind: "ValidatingWebhookConfiguration",
        plural: "validatingwebhookconfigurations",
        categories: &["api-extensions"],
        namespaced: false,
        generation: true,
        columns: &[NAME, with("Webhooks", |object| cells::count(object, "/webhooks")), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "admissionregistration.k8s.io",
        kind: "MutatingWebhookConfiguration",
        plural: "mutatingwebhookconfigurations",
        categories: &["api-extensions"],
        namespaced: false,
        generation: true,
        columns: &[NAME, with("Webhooks", |object| cells::count(object, "/webhooks")), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "admissionregistration.k8s.io",
        kind: "ValidatingAdmissionPolicy",
        plural: "validatingadmissionpolicies",
        categories: &["api-extensions"],
        namespaced: false,
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            with("Validations", |object| cells::count(object, "/spec/validations")),
            with("ParamKind", |object| cells::or_unset(object, "/spec/paramKind/kind")),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "admissionregistration.k8s.io",
        kind: "ValidatingAdmissionPolicyBinding",
        plural: "validatingadmissionpolicybindings",
        categories: &["api-extensions"],
        namespaced: false,
        generation: true,
        columns: &[
            NAME,
            at("PolicyName", "/spec/policyName"),
            with("ParamRef", |object| cells::or_unset(object, "/spec/paramRef/name")),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "flowcontrol.apiserver.k8s.io",
        kind: "FlowSchema",
        plural: "flowschemas",
        namespaced: false,
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            at("PriorityLevel", "/spec/priorityLevelConfiguration/name"),
            number("MatchingPrecedence", "/spec/matchingPrecedence"),
            at("DistinguisherMethod", "/spec/distinguisherMethod/type"),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "flowcontrol.apiserver.k8s.io",
        kind: "PriorityLevelConfiguration",
        plural: "prioritylevelconfigurations",
        namespaced: false,
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            at("Type", "/spec/type"),
            number("NominalConcurrencyShares", "/spec/limited/nominalConcurrencyShares"),
            AGE,
        ],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "metrics.k8s.io",
        versions: &["v1beta1"],
        kind: "NodeMetrics",
        plural: "nodes",
        namespaced: false,
        source: Source::Measured,
        columns: &[NAME, at("cpu", "/usage/cpu"), at("memory", "/usage/memory"), at("Window", "/window")],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "metrics.k8s.io",
        versions: &["v1beta1"],
        kind: "PodMetrics",
        plural: "pods",
        source: Source::Measured,
        columns: &[
            NAME,
            with("cpu", cells::measured_cpu),
            with("memory", cells::measured_memory),
            at("Window", "/window"),
        ],
        ..BuiltIn::PLAIN
    },
];
