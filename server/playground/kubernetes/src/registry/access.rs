//! Who may do what: rbac.authorization.k8s.io, the reviews, and certificates.k8s.io.

use super::Subresource::{Approval, Status};
use super::cells;
use super::{AGE, BuiltIn, NAME, PlainColumn, Source, at, with};
use crate::{defaults, validation};

const ROLE_COLUMNS: &[PlainColumn] = &[NAME, at("Created At", "/metadata/creationTimestamp")];
const BINDING_COLUMNS: &[PlainColumn] = &[
    NAME,
    with("Role", cells::role_reference),
    AGE,
    with("Users", |binding| cells::subjects(binding, "User")).wide(),
    with("Groups", |binding| cells::subjects(binding, "Group")).wide(),
    with("ServiceAccounts", |binding| cells::subjects(binding, "ServiceAccount")).wide(),
];

const fn review(group: &'static str, kind: &'static str, plural: &'static str, namespaced: bool) -> BuiltIn {
    BuiltIn { group, kind, plural, namespaced, source: Source::Review, ..BuiltIn::PLAIN }
}

/// Roles, bindings and questions about them.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        group: "rbac.authorization.k8s.io",
        kind: "Role",
        plural: "roles",
        columns: ROLE_COLUMNS,
        validate: validation::role,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        plural: "clusterroles",
        namespaced: false,
        columns: ROLE_COLUMNS,
        validate: validation::role,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "rbac.authorization.k8s.io",
        kind: "RoleBinding",
        plural: "rolebindings",
        columns: BINDING_COLUMNS,
        default: defaults::role_binding,
        validate: validation::role_binding,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRoleBinding",
        plural: "clusterrolebindings",
        namespaced: false,
        columns: BINDING_COLUMNS,
        default: defaults::role_binding,
        validate: validation::role_binding,
        ..BuiltIn::PLAIN
    },
    review("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false),
    review("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews", false),
    review("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", false),
    review("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews", true),
    review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", false),
    review("authentication.k8s.io", "TokenReview", "tokenreviews", false),
    BuiltIn {
        group: "certificates.k8s.io",
        kind: "CertificateSigningRequest",
        plural: "certificatesigningrequests",
        short: &["csr"],
        namespaced: false,
        subresources: &[Status, Approval],
        selectable: &["spec.signerName"],
        columns: &[
            NAME,
            AGE,
            at("SignerName", "/spec/signerName"),
            at("Requestor", "/spec/username"),
            with("RequestedDuration", cells::requested_duration),
            with("Condition", cells::certificate_condition),
        ],
        ..BuiltIn::PLAIN
    },
];
