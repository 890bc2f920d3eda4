//! The only place that gives pages and server functions their backends, bound to the caller of the request. Rendering a
//! page and answering a call get the same.

use crate::account::{self, MyAccount};
use crate::acting::Actor;
use crate::asking::Asking;
use crate::console::Console;
use crate::forwards::Opening;
use crate::guards::page_policy;
use crate::image_registries::Logins;
use crate::log_receivers::Receivers;
use crate::platform::{self, Settings};
use crate::providers::Managed;
use crate::routes::{Kept, preferences};
use access::Caller;
use account_contract::{Account, Shown};
use app::Around;
use async_trait::async_trait;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use clusters_contract::{Acceptance, Clusters};
use identity::Token;
use identity::providers::Provider;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use model::cause::KeptOutage;
use model::{ConsoleError, Language, Me, PlatformLink, Redirect, System, Timestamp};
use monitoring_contract::{BuiltInRules, Dashboards, Embedding, ListAlerts, Metering, Monitoring, Rules};
use notifications_contract::{MailServers, Notifications};
use people_contract::{Acting, People};
use platform_contract::PlatformSettings;
use providers_contract::Providers;
use recordings_contract::Recordings;
use records_contract::{Records, SavedSearches};
use resources_contract::{RecycleBin, Resources};
use sign_in_contract::{Invitation, Link, Newcomer, OtherWay, SignIn, Ways};
use std::sync::Arc;
use tower_sessions::Session;
use workloads_contract::{Files, LogReceivers, Placement, Ports, Registries, Traffic, Wizards};
use workspaces_contract::{Requests, Workspaces};

/// Provides the ports of one request.
pub fn provide(console: &Console) {
    let Some(request) = use_context::<Parts>() else { return };
    let asking = request.extensions.get::<Asking>().cloned().unwrap_or(Asking::Nobody);

    if let Some(around) = request.extensions.get::<Result<Around, ConsoleError>>() {
        provide_context(around.clone());
    }
    let preferences = preferences::from_headers(&request.headers);
    if let Asking::Somebody(caller) = &asking {
        provide_clusters(console, caller, preferences.language);
        provide_observed(console, caller);
        provide_own(console, caller, &request);
        provide_governed(console, caller);
        provide_context(Redirect::new(leptos_axum::redirect));
    }
    provide_context(preferences);
    provide_context(console.site().assets());
    provide_context::<Arc<dyn SignIn>>(Arc::new(Door {
        asking,
        console: console.clone(),
        headers: request.headers.clone(),
    }));
    set_policy(&request);
}

/// Clusters, their objects and their containers.
fn provide_clusters(console: &Console, caller: &Arc<Caller>, language: Language) {
    let clusters = Arc::new(console.kubernetes().for_caller(Caller::clone(caller), language));
    let bin = console.recycle_bin().for_caller(kubernetes::ForCaller::clone(&clusters));
    provide_context::<Arc<dyn RecycleBin>>(Arc::new(bin));
    provide_context::<Arc<dyn Clusters>>(Arc::clone(&clusters) as _);
    provide_context::<Arc<dyn Wizards>>(Arc::clone(&clusters) as _);
    provide_context::<Arc<dyn Files>>(Arc::clone(&clusters) as _);
    provide_context::<Arc<dyn Placement>>(Arc::clone(&clusters) as _);
    provide_context::<Arc<dyn Traffic>>(Arc::clone(&clusters) as _);
    provide_context::<Arc<dyn Resources>>(clusters);
    let opening = Opening::new(console, Arc::clone(caller), language);
    provide_context::<Arc<dyn Ports>>(Arc::new(opening));
    let logins = Logins::new(console.clone(), Arc::clone(caller));
    provide_context::<Arc<dyn Registries>>(Arc::new(logins));
    let receivers = Receivers::new(console.clone(), Arc::clone(caller));
    provide_context::<Arc<dyn LogReceivers>>(Arc::new(receivers));
}

/// What is measured, logged and recorded.
fn provide_observed(console: &Console, caller: &Arc<Caller>) {
    let measured = Arc::new(console.prometheus().for_caller(Arc::clone(caller)));
    provide_context::<Arc<dyn Rules>>(Arc::clone(&measured) as _);
    provide_context::<Arc<dyn BuiltInRules>>(Arc::clone(&measured) as _);
    provide_context::<Arc<dyn Monitoring>>(measured);
    let dashboards = Arc::new(console.dashboards().for_caller(Arc::clone(caller)));
    provide_context::<Arc<dyn Dashboards>>(Arc::clone(&dashboards) as _);
    provide_context::<Arc<dyn Embedding>>(dashboards);
    let lists = console.list_alerts().for_caller(Arc::clone(caller));
    provide_context::<Arc<dyn ListAlerts>>(Arc::new(lists));
    provide_context::<Arc<dyn Metering>>(Arc::new(console.metering().for_caller(Arc::clone(caller))));
    let past = Arc::new(console.elasticsearch().for_caller(Arc::clone(caller)));
    provide_context::<Arc<dyn SavedSearches>>(Arc::clone(&past) as _);
    provide_context::<Arc<dyn Records>>(past);
    let recordings = console.recordings().for_caller(Arc::clone(caller), Arc::clone(console.kubernetes()));
    provide_context::<Arc<dyn Recordings>>(Arc::new(recordings));
}

/// What the caller's own account and session are.
fn provide_own(console: &Console, caller: &Arc<Caller>, request: &Parts) {
    let session = request.extensions.get::<Session>().cloned();
    let actor = Actor { console: console.clone(), caller: Arc::clone(caller), session };
    provide_context::<Arc<dyn Acting>>(Arc::new(actor));
    let account = MyAccount::new(console.clone(), Arc::clone(caller), &request.headers);
    let account = account.showing(shown_once(console, caller, request));
    provide_context::<Arc<dyn Account>>(Arc::new(account));
}

/// People, workspaces, and the platform.
fn provide_governed(console: &Console, caller: &Arc<Caller>) {
    let settings = Settings::new(console.clone(), Arc::clone(caller));
    provide_context::<Arc<dyn PlatformSettings>>(Arc::new(settings));
    provide_context::<Arc<dyn Providers>>(Arc::new(Managed::new(console.clone(), Arc::clone(caller))));
    let tenants = Arc::new(console.tenants().for_caller(Arc::clone(caller)));
    provide_context::<Arc<dyn Workspaces>>(Arc::clone(&tenants) as _);
    provide_context::<Arc<dyn Requests>>(Arc::clone(&tenants) as _);
    provide_context::<Arc<dyn Notifications>>(Arc::clone(&tenants) as _);
    provide_context::<Arc<dyn MailServers>>(Arc::clone(&tenants) as _);
    provide_context::<Arc<dyn Acceptance>>(Arc::clone(&tenants) as _);
    provide_context::<Arc<dyn People>>(tenants);
}

/// What the account's page shows this once: the browser forgets it with the answer.
fn shown_once(console: &Console, caller: &Caller, request: &Parts) -> Option<Shown> {
    if request.uri.path() != account_contract::path::ACCOUNT {
        return None;
    }
    let shown = account::shown(console, caller, &request.headers)?;
    use_context::<ResponseOptions>()?.append_header(SET_COOKIE, Kept::Shown.forget(console));
    Some(shown)
}

/// A page's policy names the nonce of its own scripts, and the sites that an administrator shows among the pages.
fn set_policy(request: &Parts) {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        let around = request.extensions.get::<Result<Around, ConsoleError>>();
        let platform = around.and_then(|around| around.as_ref().ok()).map(|around| &around.platform);
        let framed: Vec<&str> =
            platform.into_iter().flat_map(|platform| &platform.sites).map(PlatformLink::origin).collect();
        let policy = page_policy(&nonce.to_string(), &framed);
        let policy = HeaderValue::from_str(&policy).expect("a nonce is base64, and sites were checked");
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The one port that also serves who is not signed in.
struct Door {
    asking: Asking,
    console: Console,
    headers: HeaderMap,
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
        self.console.accounts().link(&Token::presented(&token)).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "A one-time link cannot be looked up");
            unavailable(KeptOutage::Links)
        })
    }

    async fn invitation(&self, token: String) -> Result<Option<Invitation>, ConsoleError> {
        let offer = self.console.tenants().offer(&Token::presented(&token)).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "An invitation cannot be looked up");
            unavailable(KeptOutage::Invitations)
        })?;
        let reader = match &self.asking {
            // An invitation is taken as oneself, also while acting as somebody else.
            Asking::Somebody(caller) => {
                let own = caller.acting.as_ref().map(|acting| acting.name.clone());
                Some(own.unwrap_or_else(|| caller.name.clone()))
            }
            Asking::Nobody | Asking::Unknown(_) => None,
        };
        Ok(offer.map(|offer| Invitation {
            place: offer.place,
            role: offer.role,
            invited_by: offer.invited_by,
            expires: Timestamp(offer.expires_at),
            reader,
        }))
    }

    async fn ways(&self) -> Result<Ways, ConsoleError> {
        let all = self.console.registry().all().await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "The providers cannot be read");
            unavailable(KeptOutage::WaysIn)
        })?;
        let way = |provider: Provider| OtherWay {
            takes_passwords: provider.kind().takes_passwords(),
            id: provider.id,
            name: provider.settings.name,
        };
        let others = all.into_iter().filter(|provider| provider.is_enabled).map(way).collect();
        let platform = platform::shown(&self.console).await;
        Ok(Ways { others, sends_links: self.console.tenants().letters.is_some(), platform })
    }

    async fn newcomer(&self) -> Result<Option<Newcomer>, ConsoleError> {
        let registry = self.console.registry();
        let cookie = Kept::Newcomer.read(&self.console, &self.headers);
        let arrived =
            cookie.and_then(|cookie| identity::providers::Newcomer::from_cookie(&cookie, registry.seal()));
        let Some(arrived) = arrived else { return Ok(None) };
        let provider = registry.enabled(&arrived.provider).await.ok();
        Ok(provider.map(|provider| Newcomer { name: arrived.name, provider: provider.settings.name }))
    }
}

fn unavailable(outage: KeptOutage) -> ConsoleError {
    ConsoleError::Unavailable { system: System::Database, cause: outage.into(), may_be_done: false }
}
