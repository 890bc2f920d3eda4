//! The forms of one's own account. Each changes the account of whoever sends it, and answers with a redirect.

use super::knock::{Knock, Signed};
use super::{Kept, posted};
use crate::account::pending_link;
use crate::console::Console;
use access::Caller;
use account_contract::{AccountProblem, Done, Tab, field, path};
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use database::DatabaseError;
use database::audit::Decision;
use database::identities::Person;
use database::open_ports::OpenPort;
use identity::{ChangeRefused, Owner};
use serde::Deserialize;
use sign_in_contract::safe_next;

/// See [`path::PASSWORD`].
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    old_password: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
}

/// See [`path::END_SESSION`].
#[derive(Deserialize)]
pub struct SessionForm {
    #[serde(default)]
    session: String,
}

/// Changes the password.
pub async fn change_password(
    State(console): State<Console>,
    Signed(caller): Signed,
    knock: Knock,
    Form(form): Form<PasswordForm>,
) -> Redirect {
    if form.password != form.password_again {
        return refused(Tab::Security, AccountProblem::Different);
    }
    let owner = Owner {
        account: caller.account_id,
        name: &caller.name,
        session_hash: caller.session_hash.as_deref(),
    };
    let accounts = console.accounts();
    match accounts.change_password(owner, form.old_password, form.password, &knock.visitor).await {
        Ok(()) => {
            console.access().announce_change();
            done(Tab::Security, Done::Password)
        }
        Err(error) => refused(Tab::Security, why(&error)),
    }
}

fn why(refused: &ChangeRefused) -> AccountProblem {
    match refused {
        ChangeRefused::Wrong => AccountProblem::OldPassword,
        ChangeRefused::None => AccountProblem::NoPassword,
        ChangeRefused::Weak(problem) => (*problem).into(),
        ChangeRefused::Wait(_) | ChangeRefused::Password(_) => AccountProblem::Wait,
        ChangeRefused::Database(error) => unavailable(error),
    }
}

/// Ends one session, or all but the one that asks.
pub async fn end_session(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<SessionForm>,
) -> Redirect {
    match end(&console, &caller, &form.session).await {
        Ok(true) if form.session.is_empty() => done(Tab::Sessions, Done::Sessions),
        Ok(true) => done(Tab::Sessions, Done::Session),
        Ok(false) => refused(Tab::Sessions, AccountProblem::NoSession),
        Err(error) => refused(Tab::Sessions, unavailable(&error)),
    }
}

async fn end(console: &Console, caller: &Caller, session: &str) -> Result<bool, DatabaseError> {
    let database = console.database();
    let action = if session.is_empty() { "end_other_sessions" } else { "end_session" };
    database.record_decision(&own_change(caller, action, "delete", "sessions.console.orrery")).await?;
    let ended = if session.is_empty() {
        database
            .end_other_sessions(caller.account_id, caller.session_hash.as_deref().unwrap_or_default())
            .await?;
        true
    } else {
        database.end_session_of(caller.account_id, session).await?
    };
    // Also open streams of those sessions hear of it at once.
    console.access().announce_change();
    Ok(ended)
}

/// See [`path::END_PORT`].
#[derive(Deserialize)]
pub struct PortForm {
    #[serde(default)]
    port: String,
    #[serde(default)]
    next: String,
}

/// Ends a port that is open in a browser.
pub async fn end_port(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<PortForm>,
) -> Redirect {
    match end_open_port(&console, &caller, &form.port).await {
        Ok(true) => Redirect::to(safe_next(&form.next)),
        Ok(false) => refused(Tab::Sessions, AccountProblem::NoPort),
        Err(error) => refused(Tab::Sessions, unavailable(&error)),
    }
}

async fn end_open_port(console: &Console, caller: &Caller, id: &str) -> Result<bool, DatabaseError> {
    let database = console.database();
    let open = database.open_ports_of(caller.account_id).await?;
    let Some((open, _)) = open.into_iter().find(|(open, _)| open.id == id) else { return Ok(false) };
    database.record_decision(&port_change(caller, &open)).await?;
    let ended = database.end_open_port(caller.account_id, id).await?;
    // Also what is open through it hears of it at once.
    console.access().announce_change();
    Ok(ended)
}

/// The end of a port, told as its opening is.
fn port_change(caller: &Caller, open: &OpenPort) -> Decision {
    Decision {
        cluster: Some(open.resource.cluster.to_string()),
        namespace: open.resource.namespace.as_ref().map(ToString::to_string),
        name: Some(open.pod.to_string()),
        reason: format!("port {}", open.pod_port),
        ..own_change(caller, "end port", "delete", "pods/portforward")
    }
}

/// See [`path::LINK`].
#[derive(Deserialize)]
pub struct LinkForm {
    #[serde(default, rename = "do")]
    act: String,
}

/// See [`path::UNLINK`].
#[derive(Deserialize)]
pub struct UnlinkForm {
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    subject: String,
}

/// Links whom the browser has proved to be at a provider.
pub async fn link(
    State(console): State<Console>,
    Signed(caller): Signed,
    headers: HeaderMap,
    Form(form): Form<LinkForm>,
) -> Response {
    let forget = [(SET_COOKIE, Kept::Link.forget(&console))];
    if form.act == "no" {
        return (forget, Redirect::to(path::ACCOUNT)).into_response();
    }
    let Some(pending) = pending_link(&console, &caller, &headers) else {
        return (forget, refused(Tab::Security, AccountProblem::NoLink)).into_response();
    };
    let linked = async {
        let database = console.database();
        let decision = own_change(&caller, "link_identity", "create", "identities.console.orrery");
        let decision = Decision { name: Some(pending.provider_name.clone()), ..decision };
        database.record_decision(&decision).await?;
        database.link_identity(&pending.person(), &pending.provider, caller.account_id, &pending.name).await
    };
    let answer = match linked.await {
        Ok(true) => done(Tab::Security, Done::Linked),
        Ok(false) => refused(Tab::Security, AccountProblem::LinkTaken),
        Err(error) => refused(Tab::Security, unavailable(&error)),
    };
    (forget, answer).into_response()
}

/// Unlinks somebody at a provider, unless nothing else would be left to sign in with.
pub async fn unlink(
    State(console): State<Console>,
    Signed(caller): Signed,
    Form(form): Form<UnlinkForm>,
) -> Redirect {
    let person = Person { issuer: form.issuer, subject: form.subject };
    let unlinked = async {
        let database = console.database();
        let decision = own_change(&caller, "unlink_identity", "delete", "identities.console.orrery");
        let decision = Decision { name: Some(person.issuer.clone()), ..decision };
        database.record_decision(&decision).await?;
        database.unlink_identity(caller.account_id, &person).await
    };
    match unlinked.await {
        Ok(true) => done(Tab::Security, Done::Unlinked),
        Ok(false) => refused(Tab::Security, AccountProblem::LastWay),
        Err(error) => refused(Tab::Security, unavailable(&error)),
    }
}

/// What the audit trail holds of a change that a person makes to their own account: nobody needs a right to it.
pub(super) fn own_change(caller: &Caller, action: &str, verb: &str, resource: &str) -> Decision {
    Decision {
        request_id: caller.request_id.clone(),
        account_id: Some(caller.account_id),
        account_name: caller.name.clone(),
        session_hash: caller.session_hash.clone(),
        address: caller.address.map(|address| address.to_string()),
        action: action.into(),
        verb: verb.into(),
        resource: resource.into(),
        is_allowed: true,
        ..Decision::default()
    }
}

pub(super) fn done(tab: Tab, done: Done) -> Redirect {
    back(tab, field::DONE, done.word())
}

pub(super) fn refused(tab: Tab, problem: AccountProblem) -> Redirect {
    back(tab, field::PROBLEM, problem.word())
}

/// The same for a form with something typed into it, which the page shows once more.
pub(super) fn refused_as_typed(tab: Tab, problem: AccountProblem, form: &str) -> Response {
    let page = page(tab, field::PROBLEM, problem.word());
    posted::once_more(&format!("{page}&{}", posted::of_command(form)))
}

fn back(tab: Tab, name: &str, word: &str) -> Redirect {
    Redirect::to(&page(tab, name, word))
}

fn page(tab: Tab, name: &str, word: &str) -> String {
    format!("{}?{}={}&{name}={word}", path::ACCOUNT, field::TAB, tab.word())
}

pub(super) fn unavailable(error: &DatabaseError) -> AccountProblem {
    tracing::error!(error = error as &dyn std::error::Error, "An account cannot be changed");
    AccountProblem::Unavailable
}
