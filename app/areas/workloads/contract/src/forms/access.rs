//! Roles and who holds them, as Kubernetes' own RBAC keeps them (`rbac.authorization.k8s.io/v1`).

use super::{METADATA, METADATA_OF_CLUSTER, basics, section};
use crate::field::{Control, Field, Form, Section};
use crate::rule::Rule;

/// What a new permission begins with: looking at objects of the core group.
const PERMISSION: &str = r#"{"apiGroups": [""], "resources": [], "verbs": ["get", "list", "watch"]}"#;

const VERBS: Field = Field::new(
    "verbs",
    "verbs",
    Control::Ticks(&["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"]),
)
.required();

/// What may be done with which objects.
const OF_OBJECTS: [Field; 4] = [
    Field::new("apiGroups", "api-groups", Control::Groups),
    Field::new("resources", "permitted-resources", Control::Lines),
    VERBS,
    Field::new("resourceNames", "resource-names", Control::Lines),
];

const PERMISSIONS: &[Field] = &[Field::new(
    "rules",
    "permissions",
    Control::Items { begin: PERMISSION, title: "resources/0", fields: &OF_OBJECTS },
)
.rule(Rule::Repeats)];

const PERMISSIONS_OF_CLUSTER: &[Field] = &[Field::new(
    "rules",
    "permissions",
    Control::Items {
        begin: PERMISSION,
        title: "resources/0",
        fields: &[
            OF_OBJECTS[0],
            OF_OBJECTS[1],
            OF_OBJECTS[2],
            OF_OBJECTS[3],
            Field::new("nonResourceURLs", "other-addresses", Control::Lines),
        ],
    },
)
.rule(Rule::Repeats)];

const fn permissions(fields: &'static [Field]) -> Section {
    section("permissions", "", fields)
}

/// A role of one namespace.
pub static ROLE: Form = Form {
    slug: "roles",
    begin: r#"{
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA), permissions(PERMISSIONS)],
};

/// A role of the cluster, which bindings give in the whole of it or in one namespace.
pub static CLUSTER_ROLE: Form = Form {
    slug: "clusterroles",
    begin: r#"{
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "NAME"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}]
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[basics(METADATA_OF_CLUSTER), permissions(PERMISSIONS_OF_CLUSTER)],
};

const SUBJECTS: Section = section(
    "subjects",
    "",
    &[Field::new(
        "subjects",
        "subjects",
        Control::Items {
            begin: r#"{"kind": "ServiceAccount", "name": "", "namespace": "default"}"#,
            title: "name",
            fields: &[
                Field::new("kind", "subject-kind", Control::Choice(&["ServiceAccount", "User", "Group"])),
                Field::new("name", "account", Control::Names("serviceaccounts"))
                    .required()
                    .when("kind=ServiceAccount"),
                Field::new("namespace", "account-namespace", Control::Names("namespaces"))
                    .rule(Rule::Label)
                    .required()
                    .when("kind=ServiceAccount"),
                Field::new("name", "subject-user", Control::Line).required().when("kind=User"),
                Field::new("name", "subject-group", Control::Line).required().when("kind=Group"),
            ],
        },
    )
    .rule(Rule::Repeats)],
);

/// Gives a role in one namespace.
pub static ROLE_BINDING: Form = Form {
    slug: "rolebindings",
    begin: r#"{
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ""},
        "subjects": [{"kind": "ServiceAccount", "name": "", "namespace": "NAMESPACE"}]
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA),
        section(
            "role",
            "roleRef",
            &[
                Field::new("kind", "role-kind", Control::Choice(&["ClusterRole", "Role"])).fixed(),
                Field::new("name", "role", Control::Names("clusterroles"))
                    .required()
                    .when("kind=ClusterRole")
                    .fixed(),
                Field::new("name", "role", Control::Names("roles")).required().when("kind=Role").fixed(),
            ],
        ),
        SUBJECTS,
    ],
};

/// Gives a role in the whole cluster.
pub static CLUSTER_ROLE_BINDING: Form = Form {
    slug: "clusterrolebindings",
    begin: r#"{
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "NAME"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ""},
        "subjects": [{"kind": "ServiceAccount", "name": "", "namespace": "default"}]
    }"#,
    template: None,
    beside: None,
    follow_name: &[],
    sections: &[
        basics(METADATA_OF_CLUSTER),
        section(
            "role",
            "roleRef",
            &[Field::new("name", "role", Control::Names("clusterroles")).required().fixed()],
        ),
        SUBJECTS,
    ],
};
