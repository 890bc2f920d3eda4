//! What can be asked, of whom it is, and which addresses there are.

use super::super::super::pages::PAGES;
use super::changes::{changes_with, on_dashboard, on_list_alert, on_rule, on_search, restoring};
use super::questions::{functions, of_dashboard, of_list_alert, of_recording};
use super::world::lantern;
use leptos_axum::AxumRouteListing;
use model::{KindSlug, Namespace, ObjectName, ResourceRef};
use resources_contract::Target;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A question or a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    pub address: String,
    pub sending: Sending,
}

/// In which form it is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sending {
    Get,
    Json(String),
    Form(String),
}

/// What a command changes something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// What others see in a project, by whoever sees it.
    OfReaders,
    /// What others see in a cluster, by whoever sees all of it.
    OfClusterReaders,
    Project,
    Workspace,
    Cluster,
    Platform,
}

/// A project, its workspace, and which of the two tenants it is.
pub struct Place {
    pub namespace: &'static str,
    pub workspace: &'static str,
    pub index: usize,
}

impl Place {
    /// The id of what is told of its alerts; where there is nothing nobody is.
    pub fn receiver(&self) -> Uuid {
        RECEIVERS
            .into_iter()
            .find(|(namespace, _)| *namespace == self.namespace)
            .map_or(Uuid::nil(), |(_, id)| id)
    }
}

/// Who is told of alerts of which namespace.
pub const RECEIVERS: [(&str, Uuid); 2] = [("shop", Uuid::from_u128(1)), ("bank", Uuid::from_u128(2))];

/// One tenant's, the other's, and nobody's.
pub fn places() -> [Place; 3] {
    [
        Place { namespace: "shop", workspace: "garden", index: 0 },
        Place { namespace: "bank", workspace: "vault", index: 1 },
        Place { namespace: "void", workspace: "desert", index: 0 },
    ]
}

/// Pages and functions for whoever is not signed in.
const OPEN: &[&str] = &[
    "/api/sign_in/invitation",
    "/api/sign_in/link",
    "/api/sign_in/newcomer",
    "/api/sign_in/ways",
    "/invitation",
    "/setup",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/forgotten",
    "/sign-in/name",
];

impl Ask {
    pub fn get(address: impl Into<String>) -> Self {
        Self { address: address.into(), sending: Sending::Get }
    }

    pub fn json(function: &str, arguments: &Value) -> Self {
        Self { address: format!("/api/{function}"), sending: Sending::Json(arguments.to_string()) }
    }

    pub fn form(function: &str, pairs: &[(&str, &str)]) -> Self {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self { address: format!("/api/{function}"), sending: Sending::Form(form) }
    }

    pub fn is_open(&self) -> bool {
        let path = self.address.split('?').next().unwrap_or_default();
        OPEN.contains(&path)
    }

    /// Whether it is for programs.
    pub fn takes_tokens(&self) -> bool {
        self.address.starts_with("/api/") || self.is_of_a_cluster()
    }

    /// Whether it goes on to a cluster, for which no cookie counts.
    pub fn is_of_a_cluster(&self) -> bool {
        self.address.starts_with("/kubernetes/")
    }
}

pub fn object(kind: &str, place: &Place) -> ResourceRef {
    object_named("thing", kind, place)
}

pub fn object_named(name: &str, kind: &str, place: &Place) -> ResourceRef {
    ResourceRef {
        cluster: lantern(),
        kind: KindSlug::parse(kind).unwrap(),
        namespace: Some(Namespace::parse(place.namespace).unwrap()),
        name: ObjectName::parse(name).unwrap(),
    }
}

pub fn target(kind: &str, place: &Place) -> Target {
    Target { resource: object(kind, place), uid: None }
}

/// Functions that are called above.
pub fn functions_asked() -> BTreeSet<String> {
    let place = &places()[0];
    let changing = changes_with(place, Uuid::nil(), Uuid::nil(), Uuid::nil()).into_iter().map(|(_, ask)| ask);
    let dashboards = of_dashboard(Uuid::nil()).into_iter().chain(on_dashboard(Uuid::nil()));
    let others = of_recording(Uuid::nil()).into_iter().chain([restoring(Uuid::nil())]);
    let others = others.chain(on_search(Uuid::nil())).chain(on_rule(place, "none/none"));
    let others = others.chain(on_list_alert(Uuid::nil())).chain(of_list_alert(Uuid::nil()));
    let all = functions(place).into_iter().chain(changing).chain(dashboards).chain(others);
    all.map(|ask| ask.address).collect()
}

/// Routes that are neither pages nor server functions, each with where it is tested.
const OTHERS: &[&str] = &[
    // Forms of one's own account and of signing in: `tests.rs`, `tests/account.rs`, `tests/acting.rs`, `tests/forwards.rs`,
    // `tests/invitation.rs`.
    "/account/factor/begin",
    "/account/factor/confirm",
    "/account/factor/remove",
    "/account/kubeconfig",
    "/account/link",
    "/account/passkeys/add",
    "/account/passkeys/begin",
    "/account/passkeys/remove",
    "/account/password",
    "/account/ports/end",
    "/account/sessions/end",
    "/account/tokens/add",
    "/account/tokens/revoke",
    "/account/unlink",
    "/act-as/end",
    "/sign-out",
    "/sign-in/back-channel/{id}",
    "/sign-in/callback/{id}",
    "/sign-in/passkey",
    "/sign-in/passkey/begin",
    "/sign-in/way-out",
    "/sign-in/with/{id}",
    // Managing providers: `tests/account.rs`, end to end.
    "/settings/providers/change",
    // The platform's picture, which everybody sees: `tests/platform.rs`.
    "/logo",
    "/settings/platform/logo",
    // All server functions.
    "/api/{*function}",
    // Files, asked for above.
    "/audit/trail.csv",
    "/audit/trail.json",
    "/clusters/{cluster}/logs/file",
    "/clusters/{cluster}/monitoring/dashboards/{id}/file",
    "/clusters/{cluster}/recordings/{id}/file",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/file",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/folder",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/log",
    "/clusters/{cluster}/{kind}/{namespace}/{name}/value",
    "/kubernetes/{cluster}/{*path}",
    // Opening a port, and what is under its address: `tests/forwards.rs`.
    "/clusters/{cluster}/{kind}/{namespace}/{name}/forward",
    // For whoever has a link: `tests/embedded.rs`, `dashboards/tests/embeds.rs`.
    "/embed/{token}",
    // Streams: `kubernetes/src/live.rs` and `kubernetes/tests` decide what flows.
    "/live",
    "/terminal",
    // For whoever runs the console.
    "/health/live",
    "/health/ready",
];

/// Every address that is declared here.
pub fn declared() -> BTreeSet<&'static str> {
    let pages = PAGES.iter().map(AxumRouteListing::path).filter(|path| !path.contains("{*"));
    pages.chain(OTHERS.iter().copied()).collect()
}
