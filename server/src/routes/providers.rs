//! The forms of identity providers. One with something to correct, or that was tried out, is answered with the page
//! itself and what was typed; the others with a redirect.

use super::knock::Signed;
use super::pages::render_with;
use super::problem;
use crate::asking::Asking;
use crate::console::Console;
use crate::providers::{Act, Managed};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http_body_util::BodyExt;
use model::{ConsoleError, FieldProblem};
use providers_contract::{Fields, Kind, Providers, Settings, Submitted, field, path};
use serde::Deserialize;

/// The form of [`path::CHANGE`].
#[derive(Deserialize)]
pub struct ChangeForm {
    #[serde(default)]
    provider: String,
    #[serde(default, rename = "do")]
    act: String,
}

/// Adds a provider of the kind in the address, or tries it out.
pub async fn add(State(console): State<Console>, Path(kind): Path<String>, request: Request) -> Response {
    let Some(kind) = Kind::parse(&kind) else {
        return problem(&ConsoleError::missing(format!("identityproviders/new/{kind}")));
    };
    submit(console, None, kind, request).await
}

/// Changes a provider, or tries the change out.
pub async fn change(State(console): State<Console>, Path(id): Path<String>, request: Request) -> Response {
    let Some(Asking::Somebody(caller)) = request.extensions().get().cloned() else {
        return problem(&ConsoleError::NotSignedIn);
    };
    match Managed::new(console.clone(), caller).read(id.clone()).await {
        Ok(view) => submit(console, Some(id), view.settings.kind(), request).await,
        Err(error) => problem(&error),
    }
}

async fn submit(console: Console, id: Option<String>, kind: Kind, request: Request) -> Response {
    let Some(Asking::Somebody(caller)) = request.extensions().get().cloned() else {
        return problem(&ConsoleError::NotSignedIn);
    };
    let managed = Managed::new(console.clone(), caller);
    if let Err(error) = managed.require(id.as_deref()).await {
        return problem(&error);
    }
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return problem(&ConsoleError::Transport("the form did not arrive whole".into()));
    };
    let mut fields: Fields = form_urlencoded::parse(&body.to_bytes()).into_owned().collect();
    let secret = fields.remove(field::SECRET).unwrap_or_default();
    let is_test = fields.get(field::DO).is_some_and(|act| act == "test");
    let version = fields.get(field::VERSION).and_then(|version| version.parse().ok()).unwrap_or_default();

    let mut submitted = Submitted { fields, ..Submitted::default() };
    match Settings::from_fields(kind, &submitted.fields) {
        Err(problems) => submitted.problems = problems,
        Ok(settings) if is_test => match managed.test(id.as_deref(), settings, &secret).await {
            Ok(steps) => submitted.trial = steps,
            Err(error) => return problem(&error),
        },
        Ok(settings) => {
            let problems = match managed.check(&settings).await {
                Ok(problems) => problems,
                Err(error) => return problem(&error),
            };
            let saved = match &id {
                _ if !problems.is_empty() => Err(ConsoleError::Invalid { problems }),
                None => {
                    let wanted = submitted.fields.get(field::PROVIDER).cloned().unwrap_or_default();
                    managed.add(wanted, settings, secret).await.map(Some)
                }
                Some(id) => {
                    let changed = managed.change(id, version, settings, secret).await;
                    changed.map(|changed| changed.then(|| id.clone()))
                }
            };
            match saved {
                Ok(Some(id)) => {
                    let here = path::provider(&id);
                    return Redirect::to(&format!("{here}?{}=saved", field::DONE)).into_response();
                }
                Ok(None) => submitted.problems = vec![FieldProblem::new("", "changed")],
                Err(ConsoleError::Invalid { problems }) => submitted.problems = problems,
                Err(ConsoleError::Unavailable { .. }) => {
                    submitted.problems = vec![FieldProblem::new("", "unavailable")];
                }
                Err(error) => return problem(&error),
            }
        }
    }
    render_with(console, Request::from_parts(head, axum::body::Body::empty()), submitted).await
}

/// Switches a provider on or off, moves or deletes it.
pub async fn act(
    State(console): State<Console>,
    Signed(caller): Signed,
    axum::Form(form): axum::Form<ChangeForm>,
) -> Response {
    let Some(act) = Act::parse(&form.act) else {
        return problem(&ConsoleError::invalid(field::DO, "is none of the things that can be done"));
    };
    match Managed::new(console, caller).act(&form.provider, act).await {
        Ok(is_done) => {
            let word = match (is_done, act) {
                (false, _) => "gone",
                (true, Act::Enable) => "enabled",
                (true, Act::Disable) => "disabled",
                (true, Act::Delete) => "deleted",
                (true, Act::Up | Act::Down) => "moved",
            };
            Redirect::to(&format!("{}?{}={word}", path::PROVIDERS, field::DONE)).into_response()
        }
        Err(error) => problem(&error),
    }
}
