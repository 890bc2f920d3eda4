//! Previewing a text without scripts: the form is posted to the address of its own page, which is rendered with what the
//! cluster would make of the text. A text is too long, and too secret, for an address.

use crate::asking::Asking;
use crate::console::Console;
use crate::guards::LARGE_BODY;
use crate::ports;
use crate::routes::{preferences, problem};
use app::shell;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;
use leptos::prelude::provide_context;
use model::{ClusterName, ConsoleError};
use resources_contract::{ApplyFields, PostedPreview};
use std::collections::HashMap;

/// `POST` to a page with an editor.
pub async fn preview(State(console): State<Console>, request: Request) -> Response {
    let caller = match request.extensions().get() {
        Some(Asking::Somebody(caller)) => (**caller).clone(),
        Some(Asking::Unknown(error)) => return problem(error),
        Some(Asking::Nobody) | None => return problem(&ConsoleError::NotSignedIn),
    };
    let language = preferences::from_headers(request.headers()).language;
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGE_BODY).await else {
        return problem(&ConsoleError::invalid("text", "is longer than the console reads at once"));
    };
    let fields = match fields(&bytes) {
        Ok(fields) => fields,
        Err(error) => return problem(&error),
    };
    let posted = PostedPreview::of(fields, &console.kubernetes().for_caller(caller, language)).await;
    // The page itself is the one that a look at its address would give.
    parts.method = Method::GET;
    let context = move || {
        ports::provide(&console);
        provide_context(posted.clone());
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
        .map_err(|error| ConsoleError::invalid("cluster", error.to_string()))?;
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
