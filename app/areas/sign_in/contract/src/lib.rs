#![doc = include_str!("../README.md")]

mod password;
mod problem;

pub use password::{MIN_PASSWORD_CHARACTERS, PasswordProblem, check_password};
pub use problem::{SetUpProblem, SignInProblem};

use async_trait::async_trait;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ConsoleError, Me};
use serde::{Deserialize, Serialize};

/// Addresses. The page is a GET, its form posts to the same address.
pub mod path {
    /// The sign-in form. Fields: [`super::field::NAME`], [`super::field::PASSWORD`], [`super::field::NEXT`].
    pub const SIGN_IN: &str = "/sign-in";
    /// POST only, without fields: ends the session and leads to the sign-in page.
    pub const SIGN_OUT: &str = "/sign-out";
    /// The form for choosing a password, with [`super::field::TOKEN`] in the query. Fields: `TOKEN`, `NAME` (when the
    /// link makes the first administrator), `PASSWORD`, `PASSWORD_AGAIN`.
    pub const SET_UP: &str = "/setup";
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
    /// The token of a one-time link.
    pub const TOKEN: &str = "token";
    /// Where to go afterwards; see [`super::safe_next`].
    pub const NEXT: &str = "next";
    /// In the query: what was wrong.
    pub const PROBLEM: &str = "problem";
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

/// What the server knows about the reader.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Who is signed in.
    async fn me(&self) -> Result<Me, ConsoleError>;

    /// What a one-time link is for. Does not use it up.
    async fn link(&self, token: String) -> Result<Link, ConsoleError>;
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
