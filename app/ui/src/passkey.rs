//! Passkeys, as the browser makes and unlocks them (W3C Web Authentication Level 3).

use crate::words::{text, text_with};
use crate::{Button, Glyph};
use gloo_net::http::Request;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlFormElement;

/// What the browser is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAsk {
    /// To make one.
    Make,
    /// To unlock one.
    Unlock,
}

impl PasskeyAsk {
    /// The functions of `PublicKeyCredential` and of `navigator.credentials`.
    fn functions(self) -> (&'static str, &'static str) {
        match self {
            Self::Make => ("parseCreationOptionsFromJSON", "create"),
            Self::Unlock => ("parseRequestOptionsFromJSON", "get"),
        }
    }
}

/// A form whose answer comes from a passkey. It is not there where browsers keep none: without scripts, and at addresses
/// that are numbers.
#[component]
pub fn PasskeyForm(
    /// What the browser is asked for.
    ask: PasskeyAsk,
    /// The address that answers the options, as JSON, to a POST.
    begin: &'static str,
    /// The address that takes the answer.
    action: &'static str,
    /// The field of the answer.
    answer: &'static str,
    /// The words on its button.
    #[prop(into)]
    submit: String,
    /// What stands there instead where there can be no passkeys.
    #[prop(optional, into)]
    instead: ViewFn,
    /// Other fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let is_possible = RwSignal::new(true);
    let problem = RwSignal::new(None::<String>);
    let is_busy = RwSignal::new(false);
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| is_possible.set(are_possible()));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let (false, Some(form), Some(field)) = (is_busy.get_untracked(), form, field.get_untracked()) else {
            return;
        };
        is_busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            match answered(ask, begin).await {
                // The browser takes it from here, as with any form.
                Ok(answer) => {
                    field.set_value(&answer);
                    let _ = form.submit();
                }
                Err(words) => {
                    let _ = problem.try_set(Some(words));
                    let _ = is_busy.try_set(false);
                }
            }
        });
    };
    view! {
        <form class="form needs-scripts" method="post" action=action hidden=move || !is_possible.get() on:submit=send>
            {children.map(|children| children())}
            <input type="hidden" name=answer node_ref=field/>
            <p class="field-problem" role="alert">{problem}</p>
            <div class="form-actions">
                <Button glyph=Glyph::Key form_type="submit" busy=is_busy>{submit}</Button>
            </div>
        </form>
        {move || (!is_possible.get()).then(|| instead.run())}
    }
}

/// Whether this browser keeps passkeys for this address: they belong to names, and need a connection nobody listens to.
fn are_possible() -> bool {
    let host = window().location().hostname().unwrap_or_default();
    let is_number = host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let functions = |ask: PasskeyAsk| of(&class()?, ask.functions().0);
    !is_number && functions(PasskeyAsk::Make).is_ok() && functions(PasskeyAsk::Unlock).is_ok()
}

fn class() -> Result<JsValue, JsValue> {
    Reflect::get(&window(), &"PublicKeyCredential".into())
}

fn of(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(object, &name.into())?.dyn_into()
}

/// What the browser answers, or why it does not, in words.
async fn answered(ask: PasskeyAsk, begin: &str) -> Result<String, String> {
    let lost = |error: gloo_net::Error| text_with("passkey.lost", &[("why", &error)]);
    let response = Request::post(begin).send().await.map_err(lost)?;
    if !response.ok() {
        return Err(text_with("passkey.lost", &[("why", &response.status())]));
    }
    let options = response.text().await.map_err(lost)?;
    from_browser(ask, &options).await.map_err(|error| failure_words(&error))
}

async fn from_browser(ask: PasskeyAsk, options: &str) -> Result<String, JsValue> {
    let (parse, function) = ask.functions();
    let class = class()?;
    let options = of(&class, parse)?.call1(&class, &JSON::parse(options)?)?;
    let request = Object::new();
    Reflect::set(&request, &"publicKey".into(), &options)?;
    let credentials = Reflect::get(&window().navigator(), &"credentials".into())?;
    let promise: Promise = of(&credentials, function)?.call1(&credentials, &request)?.dyn_into()?;
    let credential = JsFuture::from(promise).await?;
    let told = of(&credential, "toJSON")?.call0(&credential)?;
    JSON::stringify(&told)?.as_string().ok_or_else(|| JsValue::from_str("no answer"))
}

/// Browsers do not tell whether somebody said no, took too long, or has none: that would tell who has an account.
fn failure_words(error: &JsValue) -> String {
    let part = |name: &str| Reflect::get(error, &name.into()).ok().and_then(|part| part.as_string());
    match part("name").as_deref() {
        Some("NotAllowedError" | "AbortError") => text("passkey.not-allowed").to_owned(),
        Some("InvalidStateError") => text("passkey.known").to_owned(),
        _ => text_with("passkey.failed", &[("why", &part("message").unwrap_or_default())]),
    }
}
