//! The only place that gives pages and server functions their backends, bound to the caller of the request. Rendering a
//! page and answering a call get the same.

use crate::asking::Asking;
use crate::console::Console;
use crate::guards::content_security_policy;
use crate::routes::preferences;
use access::Caller;
use app::Around;
use async_trait::async_trait;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::http::request::Parts;
use clusters_contract::Clusters;
use identity::{Accounts, Token};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use model::{ConsoleError, Me, Redirect, System};
use people_contract::People;
use resources_contract::Resources;
use sign_in_contract::{Link, SignIn};
use std::sync::Arc;
use workloads_contract::Wizards;
use workspaces_contract::Workspaces;

/// Provides the ports of one request.
pub fn provide(console: &Console) {
    let Some(request) = use_context::<Parts>() else { return };
    let asking = request.extensions.get::<Asking>().cloned().unwrap_or(Asking::Nobody);

    if let Some(around) = request.extensions.get::<Result<Around, ConsoleError>>() {
        provide_context(around.clone());
    }
    let preferences = preferences::from_headers(&request.headers);
    if let Asking::Somebody(caller) = &asking {
        let clusters = Arc::new(console.kubernetes().for_caller(Caller::clone(caller), preferences.language));
        provide_context::<Arc<dyn Clusters>>(Arc::clone(&clusters) as _);
        provide_context::<Arc<dyn Wizards>>(Arc::clone(&clusters) as _);
        provide_context::<Arc<dyn Resources>>(clusters);
        let tenants = Arc::new(console.tenants().for_caller(Arc::clone(caller)));
        provide_context::<Arc<dyn Workspaces>>(Arc::clone(&tenants) as _);
        provide_context::<Arc<dyn People>>(tenants);
        provide_context(Redirect::new(leptos_axum::redirect));
    }
    provide_context(preferences);
    if let Some(assets) = console.site().assets() {
        provide_context(assets);
    }
    provide_context::<Arc<dyn SignIn>>(Arc::new(Door { asking, accounts: console.accounts().clone() }));
    set_policy();
}

/// A page's policy names the nonce of its own scripts.
fn set_policy() {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        let policy = content_security_policy(Some(&nonce.to_string()));
        let policy = HeaderValue::from_str(&policy).expect("a nonce is base64");
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The one port that also serves who is not signed in.
struct Door {
    asking: Asking,
    accounts: Accounts,
}

#[async_trait]
impl SignIn for Door {
    async fn me(&self) -> Result<Me, ConsoleError> {
        match &self.asking {
            Asking::Somebody(caller) => Ok(caller.me()),
            Asking::Nobody => Err(ConsoleError::NotSignedIn),
            Asking::Unknown(error) => Err(error.clone()),
        }
    }

    async fn link(&self, token: String) -> Result<Link, ConsoleError> {
        self.accounts.link(&Token::presented(&token)).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "A one-time link cannot be looked up");
            ConsoleError::Unavailable {
                system: System::Database,
                cause: "one-time links cannot be looked up".into(),
                may_be_done: false,
            }
        })
    }
}
