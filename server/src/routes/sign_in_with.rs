//! Signing in through a provider: to it, back, and out again.

use super::cookies::Kept;
use super::knock::Knock;
use crate::asking::Asking;
use crate::console::Console;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use identity::providers::{
    Arrived, Callback, Entrance, EntryRefused, Journey, LogoutRefused, Newcomer, PendingLink, Provider,
    ProviderError, Purpose,
};
use identity::sessions;
use serde::Deserialize;
use sign_in_contract::{SignInProblem, field, path, safe_next};
use tower_sessions::Session;

/// The query of [`path::WITH`].
#[derive(Deserialize)]
pub struct WithQuery {
    #[serde(default)]
    next: String,
    #[serde(default)]
    link: String,
}

/// The form of [`path::CHOOSE_NAME`].
#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: String,
}

/// What a provider sends to [`path::BACK_CHANNEL`], or to [`path::CALLBACK`] as CAS does that knows no other address.
#[derive(Deserialize)]
pub struct BackChannelForm {
    /// What an OpenID provider says, or CAS.
    #[serde(default, alias = "logoutRequest")]
    logout_token: String,
}

/// Sends the browser to a provider. Nothing is changed by it: what it leads to is confirmed by the person there and, to
/// link accounts, here.
pub async fn go(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    Path(id): Path<String>,
    Query(query): Query<WithQuery>,
) -> Response {
    let purpose = match (&asking, query.link.is_empty()) {
        (_, true) => Purpose::SignIn,
        (Asking::Somebody(caller), false) => Purpose::Link {
            account: caller.account_id,
            session_hash: caller.session_hash.clone().unwrap_or_default(),
        },
        (_, false) => return Redirect::to(path::SIGN_IN).into_response(),
    };
    let journey = Journey::begin(&id, purpose, safe_next(&query.next));
    let asked = async {
        let provider = console.registry().enabled(&id).await?;
        console.registry().ask(&provider, &journey).await
    };
    match asked.await {
        Ok(address) => {
            let cookie = Kept::Journey.keep(&console, &journey.to_cookie(console.registry().seal()));
            with_cookies(Redirect::to(&address), [cookie])
        }
        Err(error) => back(problem_of(&id, &error)).into_response(),
    }
}

/// Takes a browser back from a provider.
pub async fn come_back(
    State(console): State<Console>,
    Extension(asking): Extension<Asking>,
    Path(id): Path<String>,
    Query(callback): Query<Callback>,
    headers: HeaderMap,
    knock: Knock,
    session: Session,
) -> Response {
    let forget = Kept::Journey.forget(&console);
    let journey = Kept::Journey.read(&console, &headers);
    let journey = journey.and_then(|cookie| Journey::from_cookie(&cookie, console.registry().seal()));
    let Some(journey) = journey else {
        return with_cookies(back(SignInProblem::Foreign), [forget]);
    };
    let heard = async {
        let provider = console.registry().enabled(&id).await?;
        let arrived = console.registry().hear(&provider, &journey, &callback).await?;
        Ok::<_, ProviderError>((provider, arrived))
    };
    let (provider, arrived) = match heard.await {
        Ok(heard) => heard,
        Err(error) => return with_cookies(back(problem_of(&id, &error)), [forget]),
    };
    match &journey.purpose {
        Purpose::SignIn => {
            let answer = enter(&console, &provider, arrived, &journey.next, &knock, &session).await;
            with_more_cookies(answer, [forget])
        }
        Purpose::Link { account, session_hash } => {
            let is_same = matches!(&asking, Asking::Somebody(caller)
                if caller.account_id == *account && caller.session_hash.as_ref() == Some(session_hash));
            if !is_same {
                return with_cookies(back(SignInProblem::Foreign), [forget]);
            }
            let pending = PendingLink::new(&provider, &arrived, *account, session_hash);
            let cookie = Kept::Link.keep(&console, &pending.to_cookie(console.registry().seal()));
            with_cookies(Redirect::to(account_contract::path::ACCOUNT), [forget, cookie])
        }
    }
}

/// Signs somebody in who has proved who they are, or leads them to choose a name.
pub(super) async fn enter(
    console: &Console,
    provider: &Provider,
    arrived: Arrived,
    next: &str,
    knock: &Knock,
    session: &Session,
) -> Response {
    match console.registry().enter(provider, arrived.clone(), next, &knock.visitor).await {
        Ok(Entrance::Account(account)) => {
            begin(console, provider, account, &arrived, next, knock, session).await
        }
        Ok(Entrance::ChooseName(newcomer)) => {
            let cookie = Kept::Newcomer.keep(console, &newcomer.to_cookie(console.registry().seal()));
            with_cookies(Redirect::to(path::CHOOSE_NAME), [cookie])
        }
        Err(refused) => back(entry_problem(&refused)).into_response(),
    }
}

async fn begin(
    console: &Console,
    provider: &Provider,
    account: uuid::Uuid,
    arrived: &Arrived,
    next: &str,
    knock: &Knock,
    session: &Session,
) -> Response {
    // Rights may have changed with the groups, also for open pages of the same person.
    console.access().announce_change();
    let way = sessions::ThroughProvider {
        provider: provider.id.clone(),
        subject: arrived.person.subject.clone(),
        session_there: arrived.session_there.clone(),
        id_token: arrived.id_token.clone(),
    };
    let beginning = knock.beginning(provider.settings.name.clone());
    let begun = sessions::begin_through(
        session,
        account,
        &beginning,
        &way,
        console.database(),
        console.registry().seal(),
    );
    let begun = async {
        begun.await?;
        let Some(refresh) = &arrived.refresh else { return Ok(()) };
        let seal = console.registry().seal();
        sessions::keep_refresh(session, &provider.id, refresh, console.database(), seal).await
    };
    match begun.await {
        Ok(()) => Redirect::to(safe_next(next)).into_response(),
        Err(error) => {
            tracing::error!(%error, "A session could not be begun");
            back(SignInProblem::Unavailable).into_response()
        }
    }
}

/// Makes the account of somebody who came through a provider, under the name they have chosen.
pub async fn choose_name(
    State(console): State<Console>,
    headers: HeaderMap,
    knock: Knock,
    session: Session,
    Form(form): Form<NameForm>,
) -> Response {
    let newcomer = Kept::Newcomer.read(&console, &headers);
    let newcomer = newcomer.and_then(|cookie| Newcomer::from_cookie(&cookie, console.registry().seal()));
    let Some(newcomer) = newcomer else { return back(SignInProblem::Foreign).into_response() };
    let provider = match console.registry().enabled(&newcomer.provider).await {
        Ok(provider) => provider,
        Err(error) => return back(problem_of(&newcomer.provider, &error)).into_response(),
    };
    let arrived = newcomer.arrived(&provider.settings);
    match console.registry().enter_new(&provider, &arrived, &form.name, &knock.visitor).await {
        Ok(account) => {
            let forget = Kept::Newcomer.forget(&console);
            let answer =
                begin(&console, &provider, account, &arrived, &newcomer.next, &knock, &session).await;
            with_more_cookies(answer, [forget])
        }
        Err(refused @ (EntryRefused::Name | EntryRefused::NameTaken)) => {
            let problem = entry_problem(&refused).word();
            let name = model::link::escape(&form.name);
            let form = path::CHOOSE_NAME;
            Redirect::to(&format!("{form}?{}={problem}&{}={name}", field::PROBLEM, field::NAME))
                .into_response()
        }
        Err(refused) => back(entry_problem(&refused)).into_response(),
    }
}

/// Sends a browser that has signed out here on to its provider.
pub async fn way_out(State(console): State<Console>, headers: HeaderMap) -> Response {
    let address = Kept::WayOut.read(&console, &headers);
    let address =
        address.and_then(|sealed| console.registry().seal().open_value::<String>(WAY_OUT, &sealed).ok());
    let target = address.unwrap_or_else(|| path::SIGN_IN.to_owned());
    with_cookies(Redirect::to(&target), [Kept::WayOut.forget(&console)])
}

/// For what the address of the way out is sealed.
const WAY_OUT: &str = "the way out of a provider";

/// What signing out leads to: the sign-in page, which offers the way out of the provider too when there is one.
pub(super) async fn left(console: &Console, session: &Session) -> Response {
    let plain = Redirect::to(path::SIGN_IN).into_response();
    let Ok(Some(left)) = sessions::through(session, console.registry().seal()).await else { return plain };
    let Ok(provider) = console.registry().enabled(&left.provider).await else { return plain };
    let Some(address) = console.registry().way_out(&provider, left.id_token.as_deref()).await else {
        return plain;
    };
    let sealed = console.registry().seal().seal_value(WAY_OUT, &address);
    // Longer than this and browsers would not keep it.
    if sealed.len() > 3800 {
        return plain;
    }
    let target = format!("{}?{}={}", path::SIGN_IN, field::LEFT, model::link::escape(&provider.id));
    with_cookies(Redirect::to(&target), [Kept::WayOut.keep(console, &sealed)])
}

/// Hears a provider say that somebody signed out there.
pub async fn back_channel(
    State(console): State<Console>,
    Path(id): Path<String>,
    Form(form): Form<BackChannelForm>,
) -> Response {
    match console.registry().sign_out_by(&id, &form.logout_token).await {
        Ok(ended) => {
            console.access().announce_change();
            tracing::info!(provider = %id, sessions = ended, "A provider has signed somebody out");
            StatusCode::OK.into_response()
        }
        Err(LogoutRefused::Database(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "Sessions cannot be ended for a provider"
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(refused) => {
            tracing::warn!(provider = %id, error = &refused as &dyn std::error::Error, "A logout token is refused");
            let body =
                serde_json::json!({"error": "invalid_request", "error_description": refused.to_string()});
            (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
        }
    }
}

/// What to tell the person; the log has the rest.
fn problem_of(id: &str, error: &ProviderError) -> SignInProblem {
    tracing::warn!(provider = %id, error = error as &dyn std::error::Error, "Nobody gets in through a provider");
    match error {
        ProviderError::Foreign => SignInProblem::Foreign,
        ProviderError::Unavailable(_) => SignInProblem::ProviderUnavailable,
        ProviderError::Database(_) => SignInProblem::Unavailable,
        _ => SignInProblem::ProviderRefused,
    }
}

fn entry_problem(refused: &EntryRefused) -> SignInProblem {
    match refused {
        EntryRefused::Stranger => SignInProblem::Stranger,
        EntryRefused::Disabled => SignInProblem::Disabled,
        EntryRefused::NameTaken => SignInProblem::NameTaken,
        EntryRefused::Name => SignInProblem::Name,
        EntryRefused::Database(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "Nobody can enter through a provider");
            SignInProblem::Unavailable
        }
    }
}

fn back(problem: SignInProblem) -> Redirect {
    Redirect::to(&format!("{}?{}={}", path::SIGN_IN, field::PROBLEM, problem.word()))
}

fn with_cookies<const N: usize>(redirect: Redirect, cookies: [HeaderValue; N]) -> Response {
    with_more_cookies(redirect.into_response(), cookies)
}

fn with_more_cookies<const N: usize>(mut response: Response, cookies: [HeaderValue; N]) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
