//! A file of text, read where it is chosen.

use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

/// Chooses a file and reads it as text, in the browser: nothing is sent. Shown only where scripts run.
#[component]
pub fn TextFile(
    /// The input's id, unique on the page.
    #[prop(into)]
    id: String,
    /// What it asks.
    #[prop(into)]
    label: String,
    /// Which files are offered, such as `.json`.
    accept: &'static str,
    /// Called with the text of the file that was chosen.
    #[prop(into)]
    on_text: Callback<String>,
) -> impl IntoView {
    let chosen = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        // The page may be gone by the time it has been read.
        let read = Closure::once(move |text: JsValue| {
            let _ = text.as_string().map(|text| on_text.try_run(text));
        });
        let text: js_sys::Promise = file.text().unchecked_into();
        let _ = text.then(&read);
        // It lets go of itself once it was called.
        read.forget();
    };
    view! {
        <div class="field needs-scripts">
            <label for=id.clone()>{label}</label>
            <input class="input" type="file" id=id accept=accept on:change=chosen/>
        </div>
    }
}
