#![doc = include_str!("../README.md")]

mod invitation;
mod password;
mod problem;

pub use invitation::{Invitation, read_invitation};
pub use password::{MIN_PASSWORD_CHARACTERS, PasswordProblem, check_password};
pub use problem::{SetUpProblem, SignInProblem};

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ConsoleError, Me, Platform};
use serde::{Deserialize, Serialize};

/// Addresses. The page is a GET, its form posts to the same address.
pub mod path {
    /// The sign-in form. Fields: [`super::field::NAME`], [`super::field::PASSWORD`], [`super::field::NEXT`].
    pub const SIGN_IN: &str = "/sign-in";
    /// Followed by `/` and a provider's id: sends the browser there. In the query: [`super::field::NEXT`], or
    /// [`super::field::LINK`] to link who one is there to one's account.
    pub const WITH: &str = "/sign-in/with";
    /// Followed by `/` and a provider's id: where that sends browsers back to.
    pub const CALLBACK: &str = "/sign-in/callback";
    /// Followed by `/` and a provider's id: where that says that somebody signed out there. POST only, for the provider.
    pub const BACK_CHANNEL: &str = "/sign-in/back-channel";
    /// The form on which somebody who comes through a provider chooses a name. Fields: [`super::field::NAME`].
    pub const CHOOSE_NAME: &str = "/sign-in/name";
    /// The form for the code that is asked for after the password. Fields: [`super::field::CODE`].
    pub const CODE: &str = "/sign-in/code";
    /// The form for who has forgotten their password, where links can be sent by mail. Fields: [`super::field::NAME`].
    pub const FORGOTTEN: &str = "/sign-in/forgotten";
    /// Begins to sign in with a passkey: answers the options for the browser, as JSON. POST only, without fields.
    pub const BEGIN_PASSKEY: &str = "/sign-in/passkey/begin";
    /// Signs in with a passkey. POST only. Fields: [`super::field::CREDENTIAL`], [`super::field::NEXT`].
    pub const PASSKEY: &str = "/sign-in/passkey";
    /// Sends a browser that has signed out here on to sign out at its provider.
    pub const WAY_OUT: &str = "/sign-in/way-out";
    /// POST only, without fields: ends the session and leads to the sign-in page.
    pub const SIGN_OUT: &str = "/sign-out";
    /// The form for choosing a password, with [`super::field::TOKEN`] in the query. Fields: `TOKEN`, `NAME` (when the
    /// link makes the first administrator), `PASSWORD`, `PASSWORD_AGAIN`.
    pub const SET_UP: &str = "/setup";
    /// What an invitation offers, with [`super::field::TOKEN`] in the query, and the form that accepts it. Fields: `TOKEN`;
    /// for who is not signed in also `NAME`, `PASSWORD`, `PASSWORD_AGAIN`.
    pub const INVITATION: &str = "/invitation";
    /// POST only: changes remembered choices. Fields, each of which may be missing: `theme` (`system`, `light`,
    /// `dark`), `density` (`compact`, `comfortable`), `language` (a BCP 47 tag of `model::Language`), `zone` (IANA
    /// name, empty for the browser's), `rail` (`wide`, `narrow`), and [`super::field::NEXT`].
    pub const PREFERENCES: &str = "/preferences";
}

/// Names of form fields and query parameters.
pub mod field {
    /// The name to sign in with.
    pub const NAME: &str = "name";
    /// The password.
    pub const PASSWORD: &str = "password";
    /// The password once more.
    pub const PASSWORD_AGAIN: &str = "password_again";
    /// A code of a code generator, or a recovery code.
    pub const CODE: &str = "code";
    /// What a browser answers for a passkey, as JSON.
    pub const CREDENTIAL: &str = "credential";
    /// The token of a one-time link.
    pub const TOKEN: &str = "token";
    /// Where to go afterwards; see [`super::safe_next`].
    pub const NEXT: &str = "next";
    /// The provider whose password was typed; empty for the console's own and then all directories in their order.
    pub const PROVIDER: &str = "provider";
    /// In the query of a way to a provider: to link, not to sign in.
    pub const LINK: &str = "link";
    /// In the query of the sign-in page: the provider at which one is still signed in.
    pub const LEFT: &str = "left";
    /// In the query: what was wrong.
    pub const PROBLEM: &str = "problem";
    /// In the query of the form for a forgotten password: it was sent off.
    pub const SENT: &str = "sent";
    /// In the query, with the problem `wait`: for how long.
    pub const SECONDS: &str = "seconds";
}

/// What a one-time link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// To name the first administrator and choose their password.
    FirstAdministrator,
    /// To choose the password of the account of this name.
    Password {
        /// The account's name.
        name: String,
    },
    /// It was used, has expired, or never was one.
    Invalid,
}

/// Somebody who has proved at a provider who they are, and has no name here yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// The name they have there; empty when the provider names none.
    pub name: String,
    /// What people call the provider.
    pub provider: String,
}

/// A way to sign in besides the console's own passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherWay {
    /// The provider's id.
    pub id: String,
    /// What people see.
    pub name: String,
    /// Whether it takes passwords in the console's form; otherwise the browser is sent there.
    pub takes_passwords: bool,
}

/// How people get in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// Besides the console's own passwords, in the order in which they are offered.
    pub others: Vec<OtherWay>,
    /// Whether a link can be sent by mail to who has forgotten their password.
    pub sends_links: bool,
    /// What is said of the platform.
    pub platform: Platform,
}

/// What the server knows about the reader.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Who is signed in.
    async fn me(&self) -> Result<Me, ConsoleError>;

    /// What a one-time link is for. Does not use it up.
    async fn link(&self, token: String) -> Result<Link, ConsoleError>;

    /// What an invitation offers; `None` when it does not work any more. Does not use it up.
    async fn invitation(&self, token: String) -> Result<Option<Invitation>, ConsoleError>;

    /// How people get in.
    async fn ways(&self) -> Result<Ways, ConsoleError>;

    /// The name that somebody who came through a provider has there; `None` for whoever did not.
    async fn newcomer(&self) -> Result<Option<Newcomer>, ConsoleError>;
}

/// Who is signed in; [`ConsoleError::NotSignedIn`] when nobody is.
#[server(endpoint = "sign_in/me", input = Json)]
pub async fn read_me() -> Result<Me, ConsoleError> {
    model::port::<dyn SignIn>()?.me().await
}

/// What a one-time link is for. Does not use it up, and needs nobody to be signed in.
#[server(endpoint = "sign_in/link", input = Json)]
pub async fn read_link(
    /// The token in the link.
    token: String,
) -> Result<Link, ConsoleError> {
    model::port::<dyn SignIn>()?.link(token).await
}

/// How people get in. Needs nobody to be signed in.
#[server(endpoint = "sign_in/ways", input = Json)]
pub async fn read_ways() -> Result<Ways, ConsoleError> {
    model::port::<dyn SignIn>()?.ways().await
}

/// Who came through a provider and is to choose a name. Needs nobody to be signed in.
#[server(endpoint = "sign_in/newcomer", input = Json)]
pub async fn read_newcomer() -> Result<Option<Newcomer>, ConsoleError> {
    model::port::<dyn SignIn>()?.newcomer().await
}

/// The page to go to after a form: a path of this console, or the start page for anything that could lead elsewhere.
pub fn safe_next(wanted: &str) -> &str {
    let is_path = wanted.starts_with('/') && !wanted.starts_with("//");
    let is_plain = wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_form = [path::SIGN_IN, path::SIGN_OUT, path::SET_UP].iter().any(|form| wanted.starts_with(form));
    if is_path && is_plain && !is_form && wanted.len() <= 2048 { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        for payload in [
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            " /pods",
            "javascript:alert(1)",
            "",
            "pods",
            "/sign-out",
            "/sign-in?next=/sign-in",
        ] {
            assert_eq!(safe_next(payload), "/", "{payload:?} was accepted");
        }
        assert_eq!(
            safe_next("/clusters/harbour/pods?search=a%20b#x"),
            "/clusters/harbour/pods?search=a%20b#x"
        );
    }
}
