#![doc = include_str!("../README.md")]

mod problem;

pub use problem::{AccountProblem, Done};

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ClusterName, ConsoleError, ObjectName, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use workspaces_contract::{MemberPlace, Reach};

/// Addresses. The page is a GET; all others are POST only.
pub mod path {
    /// The page, with [`super::field::TAB`] in the query.
    pub const ACCOUNT: &str = "/account";
    /// Changes the password. Fields: [`super::field::OLD_PASSWORD`], `PASSWORD`, `PASSWORD_AGAIN`.
    pub const PASSWORD: &str = "/account/password";
    /// Links the person that was proved at a provider to the account, or not: [`super::field::DO`]. Who it is
    /// is in a cookie of the browser.
    pub const LINK: &str = "/account/link";
    /// Unlinks the person of [`super::field::ISSUER`] and [`super::field::SUBJECT`].
    pub const UNLINK: &str = "/account/unlink";
    /// Makes an API token. Fields: [`super::field::NAME`], [`super::field::SCOPE`] (`read` or `full`),
    /// [`super::field::PLACE`], [`super::field::NAMESPACE`], [`super::field::DAYS`].
    pub const ADD_TOKEN: &str = "/account/tokens/add";
    /// Revokes the API token in [`super::field::TOKEN`].
    pub const REVOKE_TOKEN: &str = "/account/tokens/revoke";
    /// Makes an API token and answers a kubeconfig with it. Fields: [`super::field::CLUSTER`],
    /// [`super::field::KUBECTL_SCOPE`], [`super::field::KUBECTL_PLACE`], [`super::field::KUBECTL_NAMESPACE`],
    /// [`super::field::KUBECTL_DAYS`].
    pub const KUBECONFIG: &str = "/account/kubeconfig";
    /// Begins to set a code generator up. No fields.
    pub const BEGIN_FACTOR: &str = "/account/factor/begin";
    /// Asks for the code generator from now on. Fields: [`super::field::CODE`].
    pub const CONFIRM_FACTOR: &str = "/account/factor/confirm";
    /// Asks for no code generator any more. Fields: [`super::field::CODE`].
    pub const REMOVE_FACTOR: &str = "/account/factor/remove";
    /// Begins to add a passkey: answers the options for the browser, as JSON. No fields.
    pub const BEGIN_PASSKEY: &str = "/account/passkeys/begin";
    /// Adds a passkey. Fields: [`super::field::NAME`], [`super::field::CREDENTIAL`].
    pub const ADD_PASSKEY: &str = "/account/passkeys/add";
    /// Removes the passkey in [`super::field::PASSKEY`].
    pub const REMOVE_PASSKEY: &str = "/account/passkeys/remove";
    /// Ends the session in [`super::field::SESSION`], or all but this one when the field is empty.
    pub const END_SESSION: &str = "/account/sessions/end";
    /// Ends the open port in [`super::field::PORT`], and leads to the page in [`super::field::NEXT`].
    pub const END_PORT: &str = "/account/ports/end";
}

/// Names of form fields and query parameters.
pub mod field {
    /// The password that is to be replaced.
    pub const OLD_PASSWORD: &str = "old_password";
    /// The new password.
    pub const PASSWORD: &str = "password";
    /// The new password once more.
    pub const PASSWORD_AGAIN: &str = "password_again";
    /// The handle of a session.
    pub const SESSION: &str = "session";
    /// The id of an open port.
    pub const PORT: &str = "port";
    /// Where to go on.
    pub const NEXT: &str = "next";
    /// What an API token is called.
    pub const NAME: &str = "name";
    /// What an API token may do.
    pub const SCOPE: &str = "scope";
    /// The one place in which an API token counts, such as `cluster/harbour`; empty for wherever its owner holds something.
    pub const PLACE: &str = "place";
    /// The one project of that cluster in which it counts.
    pub const NAMESPACE: &str = "namespace";
    /// For how many days an API token lives.
    pub const DAYS: &str = "days";
    /// What the API token in a kubeconfig may do.
    pub const KUBECTL_SCOPE: &str = "kubectl_scope";
    /// The one place in which the API token in a kubeconfig counts.
    pub const KUBECTL_PLACE: &str = "kubectl_place";
    /// The one project of that cluster in which it counts.
    pub const KUBECTL_NAMESPACE: &str = "kubectl_namespace";
    /// For how many days the API token in a kubeconfig lives, or hours with an `h` behind their number.
    pub const KUBECTL_DAYS: &str = "kubectl_days";
    /// The id of an API token.
    pub const TOKEN: &str = "token";
    /// The cluster that a kubeconfig begins with; in the query of the page, the one that is chosen there.
    pub const CLUSTER: &str = "cluster";
    /// A code of a code generator, or a recovery code.
    pub const CODE: &str = "code";
    /// What a browser answers for a passkey, as JSON.
    pub const CREDENTIAL: &str = "credential";
    /// The id of a passkey.
    pub const PASSKEY: &str = "passkey";
    /// What is asked for besides: `no` not to link.
    pub const DO: &str = "do";
    /// Who vouches for a linked person.
    pub const ISSUER: &str = "issuer";
    /// What they call that person.
    pub const SUBJECT: &str = "subject";
    /// In the query: which part of the page.
    pub const TAB: &str = "tab";
    /// In the query: what was wrong.
    pub const PROBLEM: &str = "problem";
    /// In the query: what was done.
    pub const DONE: &str = "done";
}

/// Parts of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// With what one proves who one is.
    #[default]
    Security,
    /// Where one is signed in, and who tried to.
    Sessions,
    /// Keys for programs.
    Tokens,
}

impl Tab {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Security, Self::Sessions, Self::Tokens];

    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Sessions => "sessions",
            Self::Tokens => "tokens",
        }
    }

    /// The part that a query names; the first for any other word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.word() == word).unwrap_or_default()
    }
}

/// Everything that the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The account's name.
    pub name: String,
    /// Whether the account has a password of the console.
    pub has_password: bool,
    /// Who the person is at providers.
    pub identities: Vec<IdentityView>,
    /// The providers through which they could sign in too: id and name.
    pub linkable: Vec<(String, String)>,
    /// Whom they have just proved to be at a provider, and its name: to be linked on their word.
    pub pending: Option<(String, String)>,
    /// Where the person is signed in, this session first.
    pub sessions: Vec<SessionView>,
    /// The ports that the person has open in browsers, the newest first.
    pub ports: Vec<OpenPort>,
    /// Tries to sign in, the newest first.
    pub history: Vec<SignInView>,
    /// Keys for programs, the newest first.
    pub tokens: Vec<TokenView>,
    /// The clusters and workspaces for which a key can be made that counts nowhere else.
    pub places: Vec<MemberPlace>,
    /// How kubectl gets to clusters through the console.
    pub kubectl: Kubectl,
    /// The code generator.
    pub factor: FactorView,
    /// Passkeys, in the order in which they were added.
    pub passkeys: Vec<PasskeyView>,
    /// What was just made and is shown this once.
    pub shown: Option<Shown>,
}

/// A key with which programs call the console as its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// Names it in forms.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether it may only read.
    pub is_read_only: bool,
    /// Where it counts.
    pub reach: Reach,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it has ended.
    pub is_expired: bool,
    /// When it was last used, to within a minute.
    pub last_used: Option<Timestamp>,
    /// From where.
    pub last_address: String,
}

/// How kubectl gets to clusters through the console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kubectl {
    /// Nothing of any cluster concerns this person.
    #[default]
    NoCluster,
    /// The console is not served by https, and kubectl sends tokens over nothing else.
    NeedsHttps,
    /// By a kubeconfig for these clusters.
    Clusters(Vec<ClusterName>),
}

/// The code generator of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactorView {
    /// There is none.
    #[default]
    None,
    /// It is being set up.
    Begun {
        /// The secret, for typing it in.
        secret: String,
        /// The same for a camera, as SVG.
        picture: String,
    },
    /// It is asked for after the password.
    Asked {
        /// How many recovery codes are left.
        recovery_codes: i64,
    },
    /// There is one, but its secret cannot be read: an administrator must reset it.
    Unreadable,
}

/// What a device or a security key keeps to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyView {
    /// Names it in forms.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The host at which it works.
    pub host: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

/// Something that is shown once, after it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// An API token.
    Token(String),
    /// Recovery codes.
    RecoveryCodes(Vec<String>),
}

/// Somebody at a provider who uses the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityView {
    /// The provider's name.
    pub provider: String,
    /// The name there.
    pub name: String,
    /// Who vouches.
    pub issuer: String,
    /// What they call the person.
    pub subject: String,
    /// Since when.
    pub linked_at: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// Whether it can be unlinked: something else is left to sign in with.
    pub can_unlink: bool,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Names the session in forms.
    pub handle: String,
    /// The browser, such as `Firefox`; empty when it is not recognised.
    pub browser: String,
    /// Its system, such as `Linux`; empty when it is not recognised.
    pub system: String,
    /// Where it signed in from.
    pub address: String,
    /// By which way.
    pub way: Way,
    /// When it signed in.
    pub signed_in_at: Timestamp,
    /// When it was last used, to within five minutes.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// As whom one acts in it.
    pub acting_as: Option<String>,
}

/// A port of a pod that a person has open in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPort {
    /// Names it in forms.
    pub id: String,
    /// What it was opened of: a pod, a service or a workload.
    pub resource: ResourceRef,
    /// The port, as it is called there.
    pub port: u16,
    /// The pod that answers.
    pub pod: ObjectName,
    /// Since when.
    pub opened_at: Timestamp,
    /// When the session in which it was opened ends, unless that is used.
    pub until: Timestamp,
    /// Its address, if it was opened in this session: there is nothing to see for other browsers.
    pub address: Option<String>,
}

/// How somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Not known: sessions and rows from before it was written down.
    Unknown,
    /// With a password of the console.
    Password,
    /// With the code of a second factor, after the password.
    SecondFactor,
    /// With a passkey.
    Passkey,
    /// Through the provider of this name.
    Provider(String),
    /// Not they: somebody else did as they may.
    ActedAs,
}

/// One try to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// When.
    pub at: Timestamp,
    /// Where from.
    pub address: String,
    /// By which way.
    pub way: Way,
    /// Why it failed, as the audit trail has it; empty when it did not.
    pub reason: String,
}

/// A person's own account.
#[async_trait]
pub trait Account: Send + Sync {
    /// Everything that the page shows.
    async fn read(&self) -> Result<AccountView, ConsoleError>;
}

/// What a person may know about their own account.
#[server(endpoint = "account/read", input = Json)]
pub async fn read_account() -> Result<AccountView, ConsoleError> {
    model::port::<dyn Account>()?.read().await
}
