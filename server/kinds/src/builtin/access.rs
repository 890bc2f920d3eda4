//! Who may do what.

use super::shared::{refers, sentence, words};
use crate::column::{age, count, flag, function, list, number, status, text};
use crate::said::say;
use crate::{Field, Health, Interner, Kind, Menu, Object, Relation};
use model::Level;

pub(super) fn service_accounts() -> Kind {
    Kind {
        menu: Menu::Access,
        aliases: words(["sa"]),
        columns: vec![
            list("pull_secrets", "/imagePullSecrets/*/name"),
            flag("mounts_token", "/automountServiceAccountToken"),
            age(),
        ],
        relations: vec![refers("secrets", "/imagePullSecrets/*/name"), refers("secrets", "/secrets/*/name")],
        ..Kind::plain("", "v1", "ServiceAccount", "serviceaccounts")
    }
}

const RBAC: &str = "rbac.authorization.k8s.io";

fn role(kind: &'static str, plural: &'static str, namespaced: bool) -> Kind {
    Kind {
        namespaced,
        menu: Menu::Access,
        columns: vec![
            count("rules", "/rules/*"),
            list("verbs", "/rules/*/verbs/*"),
            list("resources", "/rules/*/resources/*"),
            function("api_groups", api_groups).hidden(),
            age(),
        ],
        ..Kind::plain(RBAC, "v1", kind, plural)
    }
}

/// The groups of all rules, each once; the core group has no name of its own.
fn api_groups(role: &Object<'_>, interner: &mut Interner) -> Field {
    let mut groups: Vec<&str> = Vec::new();
    for group in role.each("/rules/*/apiGroups/*").filter_map(Object::text) {
        let group = if group.is_empty() { "core" } else { group };
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    interner.list_field(groups)
}

pub(super) fn roles() -> Kind {
    role("Role", "roles", true)
}

pub(super) fn cluster_roles() -> Kind {
    role("ClusterRole", "clusterroles", false)
}

fn binding(kind: &'static str, plural: &'static str, namespaced: bool) -> Kind {
    Kind {
        namespaced,
        menu: Menu::Access,
        columns: vec![function("role", bound_role), function("subjects", subjects), age()],
        relations: vec![
            Relation::RefersToAny { path: "/roleRef" },
            Relation::RefersToAny { path: "/subjects/*" },
        ],
        search: words(["/roleRef/name", "/subjects/*/name"]),
        ..Kind::plain(RBAC, "v1", kind, plural)
    }
}

pub(super) fn role_bindings() -> Kind {
    binding("RoleBinding", "rolebindings", true)
}

pub(super) fn cluster_role_bindings() -> Kind {
    binding("ClusterRoleBinding", "clusterrolebindings", false)
}

fn bound_role(binding: &Object<'_>, interner: &mut Interner) -> Field {
    let name = binding.text_at("/roleRef/name");
    match binding.text_at("/roleRef/kind") {
        "Role" => interner.object_field("roles", binding.namespace(), name),
        _ => interner.object_field("clusterroles", None, name),
    }
}

/// Subjects as `User mira`, `Group ops`, `ServiceAccount shop/web`.
fn subjects(binding: &Object<'_>, interner: &mut Interner) -> Field {
    let text = |subject: &Object<'_>| {
        let (kind, name) = (subject.text_at("/kind"), subject.text_at("/name"));
        match subject.text_at("/namespace") {
            "" => format!("{kind} {name}"),
            namespace => format!("{kind} {namespace}/{name}"),
        }
    };
    let texts: Vec<String> = binding.items_at("/subjects").iter().map(text).collect();
    interner.list_field(texts.iter().map(String::as_str))
}

pub(super) fn certificate_requests() -> Kind {
    Kind {
        rare: true,
        namespaced: false,
        menu: Menu::Access,
        aliases: words(["csr"]),
        status: Some(request_status),
        columns: vec![
            status(),
            text("signer", "/spec/signerName"),
            text("requester", "/spec/username"),
            list("usages", "/spec/usages/*").hidden(),
            number("expiration_seconds", "/spec/expirationSeconds").hidden(),
            age(),
        ],
        search: words(["/spec/username", "/spec/signerName"]),
        ..Kind::plain("certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests")
    }
}

fn request_status(request: &Object<'_>) -> Health {
    let because = |level, word: &str, kind: &str| {
        let message = request.condition(kind).map_or("", |condition| condition.text_at("/message"));
        Health::new(level, word).because(sentence(message))
    };
    let is = |kind| request.condition(kind).is_some();
    let issued = !request.text_at("/status/certificate").is_empty();
    match () {
        () if is("Denied") => because(Level::Failed, "Denied", "Denied"),
        () if is("Failed") => because(Level::Failed, "Approved,Failed", "Failed"),
        () if issued => Health::new(Level::Finished, "Approved,Issued"),
        () if is("Approved") => {
            Health::new(Level::Progressing, "Approved").because(say("reason.request.not-issued"))
        }
        () => Health::new(Level::Warning, "Pending").because(say("reason.request.waits")),
    }
}
