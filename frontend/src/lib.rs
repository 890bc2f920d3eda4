#![doc = include_str!("../README.md")]

use app::App;
use leptos::mount::hydrate_from_async;
use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered, when the part of its page has come too. Called once by the page itself when
/// this module has loaded.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let path = window().location().pathname();
    app::part_comes(&path.unwrap_or_default()).await;
    let console = document().get_element_by_id("console").and_then(|element| element.dyn_into().ok());
    if let Some(console) = console {
        hydrate_from_async(console, App).await.forget();
    }
}
