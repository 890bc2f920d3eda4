//! Forms without scripts that are posted to the address of their own page: one that was refused is sent there once more and
//! shown with what was typed, and a text to preview with what the cluster would make of it. Both are too long, and too
//! secret, for an address.

use crate::asking::Asking;
use crate::console::Console;
use crate::guards::LARGE_BODY;
use crate::ports;
use crate::routes::{preferences, problem};
use app::shell;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use kubernetes::ForCaller;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::ResponseOptions;
use model::fault::FormFault;
use model::sent::{COMMAND, ERROR};
use model::{ClusterName, ConsoleError, SentForm};
use resources_contract::{ActByForm, ApplyFields, PostedPreview, PostedTrial, TRIAL};
use server_fn::ServerFn;
use server_fn::error::ServerFnUrlError;
use std::collections::HashMap;

/// Has a browser send a form that was refused to its page, as it was sent here. The page shows it with what was typed;
/// `page` says in its query what is wrong, and with [`COMMAND`] which form it was.
pub fn once_more(page: &str) -> Response {
    Redirect::temporary(page).into_response()
}

/// The query of a page which says that the form of a command was refused.
pub fn of_command(command: &str) -> String {
    format!("{COMMAND}={}", model::link::escape(command))
}

/// `POST` to a page: shows a form that was refused, with what was typed, or that of an action with what would become of it.
/// Nothing else is taken there.
pub async fn refused(State(console): State<Console>, request: Request) -> Response {
    if is_trial(request.uri()) {
        return trial(console, request).await;
    }
    let Some(refused) = Refused::of(request.uri()) else {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    };
    refused.shown(console, request).await
}

/// `POST` to a page with an editor: the same, or a text to preview.
pub async fn refused_or_preview(State(console): State<Console>, request: Request) -> Response {
    if is_trial(request.uri()) {
        return trial(console, request).await;
    }
    match Refused::of(request.uri()) {
        Some(refused) => refused.shown(console, request).await,
        None => preview(console, request).await,
    }
}

/// Whether a page is asked what would become of an action.
fn is_trial(page: &Uri) -> bool {
    let query = page.query().unwrap_or_default().as_bytes();
    let has = |wanted: &str| form_urlencoded::parse(query).any(|(name, _)| name == wanted);
    // One that was refused meanwhile is shown as that.
    has(TRIAL) && !has(ERROR)
}

/// The address of a page that shows why the form of an action is refused.
fn with_error(page: &Uri, error: ConsoleError) -> Option<String> {
    let mut base = format!("http://page{}?{}", page.path(), page.query().unwrap_or_default());
    ServerFnUrlError::<ConsoleError>::strip_error_info(&mut base);
    let url = ServerFnUrlError::new(ActByForm::PATH, error).to_url(&base).ok()?;
    Some(format!("{}?{}", url.path(), url.query().unwrap_or_default()))
}

async fn trial(console: Console, request: Request) -> Response {
    let asker = match asker(&console, &request) {
        Ok(asker) => asker,
        Err(error) => return problem(&error),
    };
    let (parts, sent) = match whole(request).await {
        Ok(whole) => whole,
        Err(answer) => return answer,
    };
    let sent = SentForm::new(ActByForm::PATH, form_urlencoded::parse(&sent).into_owned());
    let page = parts.uri.clone();
    match PostedTrial::of(&sent, &asker).await {
        Ok(trial) => {
            let given = move || {
                provide_context(sent.clone());
                provide_context(trial.clone());
            };
            render_in(console, parts, StatusCode::OK, given).await
        }
        Err(error) => match with_error(&page, error.clone()) {
            Some(page) => once_more(&page),
            None => problem(&error),
        },
    }
}

/// What the address of a page says of a form that was refused.
pub(super) struct Refused {
    command: String,
    status: StatusCode,
}

impl Refused {
    pub fn of(page: &Uri) -> Option<Self> {
        let query = page.query().unwrap_or_default().as_bytes();
        let find = |name: &str| form_urlencoded::parse(query).find(|(own, _)| own == name);
        let command = find(COMMAND)?.1.into_owned();
        // Forms that are no server functions say what is wrong in words of their own.
        let status = find(ERROR)
            .map_or(422, |(_, error)| ServerFnUrlError::<ConsoleError>::decode_err(&error).status_code());
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Some(Self { command, status })
    }

    pub async fn shown(self, console: Console, request: Request) -> Response {
        let (parts, sent) = match whole(request).await {
            Ok(whole) => whole,
            Err(answer) => return answer,
        };
        let sent = SentForm::new(self.command, form_urlencoded::parse(&sent).into_owned());
        render(console, parts, self.status, sent).await
    }
}

/// Whoever asks the clusters, as the one who sent a form.
pub(super) fn asker(console: &Console, request: &Request) -> Result<ForCaller, ConsoleError> {
    let caller = match request.extensions().get() {
        Some(Asking::Somebody(caller)) => (**caller).clone(),
        Some(Asking::Unknown(error)) => return Err(error.clone()),
        Some(Asking::Nobody) | None => return Err(ConsoleError::NotSignedIn),
    };
    let language = preferences::from_headers(request.headers()).language;
    Ok(console.kubernetes().for_caller(caller, language))
}

async fn preview(console: Console, request: Request) -> Response {
    let asker = match asker(&console, &request) {
        Ok(asker) => asker,
        Err(error) => return problem(&error),
    };
    let (parts, sent) = match whole(request).await {
        Ok(whole) => whole,
        Err(answer) => return answer,
    };
    let fields = match fields(&sent) {
        Ok(fields) => fields,
        Err(error) => return problem(&error),
    };
    let posted = PostedPreview::of(fields, &asker).await;
    render(console, parts, StatusCode::OK, posted).await
}

pub(super) async fn whole(request: Request) -> Result<(Parts, Bytes), Response> {
    let (parts, body) = request.into_parts();
    match to_bytes(body, LARGE_BODY).await {
        Ok(bytes) => Ok((parts, bytes)),
        Err(_) => Err(problem(&FormFault::LongForm.at("text"))),
    }
}

/// The page that a look at its address would give, with something for it in its context.
pub(super) async fn render<T: Clone + Send + Sync + 'static>(
    console: Console,
    parts: Parts,
    status: StatusCode,
    given: T,
) -> Response {
    render_in(console, parts, status, move || provide_context(given.clone())).await
}

async fn render_in(
    console: Console,
    mut parts: Parts,
    status: StatusCode,
    provide: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    parts.method = Method::GET;
    let context = move || {
        ports::provide(&console);
        provide();
        expect_context::<ResponseOptions>().set_status(status);
    };
    let page = leptos_axum::render_app_async_with_context(context, shell);
    page(Request::from_parts(parts, Body::empty())).await
}

/// The fields as the editor's form names them.
fn fields(bytes: &[u8]) -> Result<ApplyFields, ConsoleError> {
    let mut sent: HashMap<String, String> = form_urlencoded::parse(bytes)
        .filter_map(|(name, value)| {
            let name = name.strip_prefix("fields[")?.strip_suffix(']')?;
            Some((name.to_owned(), value.into_owned()))
        })
        .collect();
    let mut take = |name: &str| sent.remove(name).filter(|value| !value.is_empty());
    let cluster = ClusterName::parse(&take("cluster").unwrap_or_default())
        .map_err(|error| ConsoleError::refused("cluster", error.rule))?;
    Ok(ApplyFields {
        cluster,
        namespace: take("namespace"),
        // Browsers send line breaks of forms as CR LF.
        text: take("text").unwrap_or_default().replace("\r\n", "\n"),
        base: take("base"),
        force: take("force").map(|force| force == "true"),
        next: take("next").unwrap_or_default(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_those_of_the_editors_form() {
        let sent =
            "fields%5Bcluster%5D=harbour&fields%5Bnamespace%5D=&fields%5Btext%5D=a%3A+1%0D%0Ab%3A+2&other=x";

        let fields = fields(sent.as_bytes()).unwrap();

        assert_eq!((fields.text.as_str(), fields.namespace, fields.base), ("a: 1\nb: 2", None, None));
        assert!(super::fields(b"fields[text]=a").is_err(), "without a cluster it is for nowhere");
    }
}
