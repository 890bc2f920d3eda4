//! What programs are told.

use super::{METADATA, basics, section};
use crate::field::{Beside, Control, Field, Form, Section, Settled};
use crate::rule::Rule;

/// A config map.
pub static CONFIG_MAP: Form = Form {
    slug: "configmaps",
    begin: r#"{
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"}
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "data",
            "",
            &[
                Field::new("data", "data", Control::Files).rule(Rule::Key),
                Field::new("binaryData", "binary-data", Control::Binaries).rule(Rule::Key),
                Field::new("immutable", "immutable", Control::Toggle),
            ],
        ),
    ],
};

const TYPES: &[&str] = &[
    "Opaque",
    "kubernetes.io/tls",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/basic-auth",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/service-account-token",
];

/// Whatever has no fields of its own.
const KEYS_AND_VALUES: &str = "type!=kubernetes.io/tls|kubernetes.io/dockerconfigjson|kubernetes.io/basic-auth|\
    kubernetes.io/ssh-auth|kubernetes.io/service-account-token";

/// A secret of any type.
pub static SECRET: Form = Form {
    slug: "secrets",
    begin: r#"{
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "type": "Opaque"
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "secret",
            "",
            &[
                Field::new("type", "secret-type", Control::ChoiceOrText(TYPES)).required().fixed(),
                Field::new("stringData", "data", Control::Files).rule(Rule::Key).when(KEYS_AND_VALUES),
                Field::new("stringData/tls.crt", "certificate", Control::Area)
                    .required()
                    .when("type=kubernetes.io/tls"),
                Field::new("stringData/tls.key", "private-key", Control::Area)
                    .required()
                    .when("type=kubernetes.io/tls"),
                Field::new("stringData/.dockerconfigjson", "registry", Control::Registry)
                    .required()
                    .when("type=kubernetes.io/dockerconfigjson"),
                Field::new("stringData/username", "username", Control::Line)
                    .required()
                    .when("type=kubernetes.io/basic-auth"),
                Field::new("stringData/password", "password", Control::Line)
                    .required()
                    .when("type=kubernetes.io/basic-auth"),
                Field::new("stringData/ssh-privatekey", "private-key", Control::Area)
                    .required()
                    .when("type=kubernetes.io/ssh-auth"),
                Field::new(
                    "metadata/annotations/kubernetes.io~1service-account.name",
                    "token-account",
                    Control::Names("serviceaccounts"),
                )
                .required()
                .when("type=kubernetes.io/service-account-token"),
                Field::new("immutable", "immutable", Control::Toggle),
            ],
        ),
    ],
};

/// An account for programs, possibly with a role of its project.
pub static SERVICE_ACCOUNT: Form = Form {
    slug: "serviceaccounts",
    begin: r#"{
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"}
    }"#,
    template: None,
    beside: Some(Beside::RoleBinding),
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "account",
            "",
            &[
                Field::new("automountServiceAccountToken", "automount", Control::Truth),
                Field::new(
                    "imagePullSecrets",
                    "pull-secrets",
                    Control::Items {
                        begin: "{}",
                        title: "name",
                        fields: &[Field::new("name", "secret", Control::Names("secrets")).required()],
                    },
                ),
            ],
        ),
        Section {
            id: "role",
            object: 1,
            words: None,
            base: "roleRef",
            fields: &[
                Field::new("kind", "role-kind", Control::Choice(&["ClusterRole", "Role"])),
                Field::new("name", "role", Control::Names("clusterroles"))
                    .required()
                    .when("kind=ClusterRole"),
                Field::new("name", "role", Control::Names("roles")).required().when("kind=Role"),
            ],
            settled: Settled::No,
        },
    ],
};

#[cfg(test)]
mod tests;
