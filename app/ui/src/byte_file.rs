//! A file of any bytes, read where it is chosen.

use crate::{Button, ButtonKind, Glyph};
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A file that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenFile {
    /// Its name, without folders.
    pub name: String,
    /// What it holds; nothing when that was too much to be read.
    pub bytes: Option<Vec<u8>>,
}

/// A button that chooses a file and reads it, in the browser: nothing is sent. Shown only where scripts run.
#[component]
pub fn ByteFile(
    /// What the button is called.
    #[prop(into)]
    label: String,
    /// Larger files are not read.
    most_bytes: u32,
    /// Called with the file that was chosen.
    #[prop(into)]
    on_file: Callback<ChosenFile>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let choose = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_: web_sys::Event| {
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // Choosing the same file again is a choice too.
        input.set_value("");
        let name = file.name();
        if file.size() > f64::from(most_bytes) {
            return on_file.run(ChosenFile { name, bytes: None });
        }
        // The page may be gone by the time it has been read.
        let read = Closure::once(move |buffer: JsValue| {
            let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
            let _ = on_file.try_run(ChosenFile { name, bytes: Some(bytes) });
        });
        let buffer: js_sys::Promise = file.array_buffer().unchecked_into();
        let _ = buffer.then(&read);
        // It lets go of itself once it was called.
        read.forget();
    };
    view! {
        <span class="needs-scripts">
            <input node_ref=input type="file" hidden=true on:change=chosen/>
            <Button kind=ButtonKind::Quiet glyph=Glyph::Upload on_press=choose>{label}</Button>
        </span>
    }
}
