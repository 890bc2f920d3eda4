#![doc = include_str!("../README.md")]

mod fields;
mod settings;
mod trial;

pub use fields::{Fields, MAX_MAPPINGS};
pub use settings::{
    Cas, Directory, Kind, Mapping, Nesting, OAuth, OpenId, Settings, System, is_secure_address,
};
pub use trial::{Step, StepName};

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ConsoleError, FieldProblem, Timestamp};
use serde::{Deserialize, Serialize};

/// Addresses.
pub mod path {
    /// The list.
    pub const PROVIDERS: &str = "/settings/providers";
    /// The form for a new one, followed by `/` and the word of its kind. The form posts to the same address.
    pub const NEW: &str = "/settings/providers/new";
    /// POST only: moves, switches or deletes one. Fields: [`super::field::PROVIDER`], [`super::field::DO`].
    pub const CHANGE: &str = "/settings/providers/change";

    /// The form of one provider. It posts to the same address.
    pub fn provider(id: &str) -> String {
        format!("{PROVIDERS}/{}", model::link::escape(id))
    }
}

/// Names of form fields that are not settings.
pub mod field {
    /// Which provider.
    pub const PROVIDER: &str = "provider";
    /// What is asked for: `save`, `test`; `enable`, `disable`, `up`, `down`, `delete`.
    pub const DO: &str = "do";
    /// The version that was read: a change of an older one is refused.
    pub const VERSION: &str = "version";
    /// The client secret or the password of the service account. Empty: as before.
    pub const SECRET: &str = "secret";
    /// In the query: what was done.
    pub const DONE: &str = "done";
}

/// A provider in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRow {
    /// Names it in addresses, also in the one that it sends browsers back to.
    pub id: String,
    /// What people see.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub address: String,
    /// Whether people may sign in through it.
    pub is_enabled: bool,
    /// How many accounts sign in through it.
    pub accounts: i64,
    /// When somebody last did.
    pub last_used: Option<Timestamp>,
}

/// A provider's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// Names it.
    pub id: String,
    /// What is set.
    pub settings: Settings,
    /// Whether a secret is kept.
    pub has_secret: bool,
    /// Changes with every change.
    pub version: i64,
    /// Where the provider sends browsers back to: to be entered there.
    pub callback: String,
    /// Where the provider may say that somebody signed out: to be entered there.
    pub back_channel: String,
}

/// What a form that was sent holds, for showing it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// What was typed, without the secret.
    pub fields: Fields,
    /// What is wrong with it.
    pub problems: Vec<FieldProblem>,
    /// What trying it out found, when that was asked for.
    pub trial: Vec<Step>,
}

/// Managing providers: for administrators.
#[async_trait]
pub trait Providers: Send + Sync {
    /// All, in the order in which people are offered them.
    async fn list(&self) -> Result<Vec<ProviderRow>, ConsoleError>;

    /// One, without its secret.
    async fn read(&self, id: String) -> Result<ProviderView, ConsoleError>;

    /// What a form for a new one needs to know: the addresses to enter at the provider.
    async fn draft(&self, kind: Kind) -> Result<ProviderView, ConsoleError>;
}

/// All providers, in the order in which people are offered them.
#[server(endpoint = "providers/list", input = Json)]
pub async fn list_providers() -> Result<Vec<ProviderRow>, ConsoleError> {
    model::port::<dyn Providers>()?.list().await
}

/// One provider, without its secret.
#[server(endpoint = "providers/read", input = Json)]
pub async fn read_provider(
    /// Which.
    id: String,
) -> Result<ProviderView, ConsoleError> {
    model::port::<dyn Providers>()?.read(id).await
}

/// A provider that is not yet there.
#[server(endpoint = "providers/draft", input = Json)]
pub async fn draft_provider(
    /// What it will be.
    kind: Kind,
) -> Result<ProviderView, ConsoleError> {
    model::port::<dyn Providers>()?.draft(kind).await
}
