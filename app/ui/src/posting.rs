//! Forms that scripts send: what the browser would send, and what comes back.

use gloo_net::http::{Request, Response};
use leptos::ev::SubmitEvent;
use model::ConsoleError;
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use server_fn::redirect::REDIRECT_HEADER;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

/// What comes of a form that was taken.
pub struct FormAnswer {
    /// Where to go next.
    pub next: Option<String>,
    /// The answer, as JSON.
    pub text: String,
}

/// The form that is submitted.
pub(crate) fn submitted(event: &SubmitEvent) -> Option<HtmlFormElement> {
    event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok())
}

/// The fields of a form as a browser would send them, but for the button.
pub(crate) fn fields_of(form: &HtmlFormElement) -> Option<String> {
    encoded(&FormData::new_with_form(form).ok()?)
}

/// The fields of the form that is submitted, with what the pressed button says.
pub fn submitted_fields(event: &SubmitEvent) -> Option<String> {
    let fields = FormData::new_with_form(&submitted(event)?).ok()?;
    if let Some(button) = event.submitter()
        && let Some(name) = button.get_attribute("name").filter(|name| !name.is_empty())
    {
        let value = button.get_attribute("value").unwrap_or_default();
        fields.append_with_str(&name, &value).ok()?;
    }
    encoded(&fields)
}

fn encoded(fields: &FormData) -> Option<String> {
    let fields = UrlSearchParams::new_with_str_sequence_sequence(fields).ok()?;
    fields.to_string().as_string()
}

/// Sends the fields of a form to a server function. Nothing is navigated: that is left to whoever knows where the reader is by
/// the time the answer comes; see [`crate::use_leading`].
pub async fn post_form(action: &str, fields: String) -> Result<FormAnswer, ConsoleError> {
    let lost = |error: gloo_net::Error| ConsoleError::Transport(error.to_string());
    let request = Request::post(action)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json");
    let response: Response = request.body(fields).map_err(lost)?.send().await.map_err(lost)?;
    let headers = response.headers();
    let next = headers.get(REDIRECT_HEADER).and_then(|_| headers.get("location"));
    let failed = !response.ok() || headers.get(SERVER_FN_ERROR_HEADER).is_some();
    let text = response.text().await.map_err(lost)?;
    if failed {
        return Err(ConsoleError::de(text.into_bytes().into()));
    }
    Ok(FormAnswer { next, text })
}
