//! What forms want to know about who sends them.

use crate::asking::Asking;
use crate::guards::{Client, RequestId};
use crate::routes::problem;
use access::Caller;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use identity::Visitor;
use identity::sessions::Beginning;
use model::{ConsoleError, GrantedBy, Need};
use sign_in_contract::path;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Who knocks: from where, in which request, with which browser.
pub struct Knock {
    /// For counting and for the audit trail.
    pub visitor: Visitor,
    agent: String,
}

impl Knock {
    /// What a session that begins now remembers.
    pub fn beginning(&self, way: impl Into<String>) -> Beginning {
        let address = self.visitor.address.to_string();
        Beginning { address, agent: self.agent.clone(), way: way.into() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Knock {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address =
            parts.extensions.get::<Client>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0);
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(Self { visitor: Visitor { address, request_id }, agent: agent.to_owned() })
    }
}

/// Somebody who is signed in with a browser, as themselves; whoever is not is led to the sign-in page.
pub struct Signed(pub Arc<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match parts.extensions.get::<Asking>() {
            Some(Asking::Somebody(caller)) if caller.acting.is_some() => Err(problem(&not_ones_own(caller))),
            Some(Asking::Somebody(caller)) => Ok(Self(Arc::clone(caller))),
            Some(Asking::Unknown(error)) => Err(problem(error)),
            Some(Asking::Nobody) | None => Err(Redirect::to(path::SIGN_IN).into_response()),
        }
    }
}

/// Whoever calls: a person with a browser, as themselves or as somebody else, or a program with a token of theirs. Nobody is
/// answered as by server functions.
pub struct Called(pub Arc<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for Called {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match parts.extensions.get::<Asking>() {
            Some(Asking::Somebody(caller)) => Ok(Self(Arc::clone(caller))),
            Some(Asking::Unknown(error)) => Err(problem(error)),
            Some(Asking::Nobody) | None => Err(problem(&ConsoleError::NotSignedIn)),
        }
    }
}

/// Why somebody who acts as another person is not let near that person's account: its keys and codes are of its owner. Neither
/// is a token for one place, which an account is not in.
pub fn not_ones_own(caller: &Caller) -> ConsoleError {
    ConsoleError::Forbidden {
        need: Need {
            verb: "update".into(),
            resource: "account".into(),
            cluster: None,
            namespace: None,
            granted_by: match &caller.rights.only {
                Some(only) => GrantedBy::OutsideOfToken(only.place.clone().unwrap_or_default()),
                None => GrantedBy::WhileActingAs(caller.name.clone()),
            },
        },
        said: None,
    }
}
