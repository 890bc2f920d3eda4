//! The HTML document around the console.

use crate::words::text;
use crate::{App, parts};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;
use monitoring_contract::Embedded;
use std::collections::BTreeMap;
use std::sync::Arc;
use ui::LIVE;

/// The addresses of the files that pages need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The module that loads the browser half.
    pub script: String,
    /// The browser half, as far as every page needs it.
    pub wasm: String,
    /// All styles.
    pub style: String,
    /// What else the pages of a part need, by the part's name.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// The document, in the reader's language, theme and density from the first byte.
pub fn shell() -> AnyView {
    let preferences = ui::preferences();
    let assets: Arc<Assets> = expect_context();
    let (theme, density) = (ui::theme_word(preferences.theme), ui::density_word(preferences.density));
    let part = use_context::<RequestUrl>().and_then(|url| parts::of(path(url.as_ref())));
    let start = start(&assets, part);
    let style = assets.style.clone();
    view! {
        <!DOCTYPE html>
        <html lang=preferences.language.tag() data-theme=theme data-density=density>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
                <MetaTags/>
                <script type="module" async=true nonce=use_nonce()>{start}</script>
            </head>
            <body>
                <div id="console"><App/></div>
                {broken()}
            </body>
        </html>
    }
    .into_any()
}

/// The document of a dashboard in a page of another site: without scripts, and with nothing that leads anywhere. The
/// server renders it by itself; no route of [`App`] leads here.
pub fn embedded(assets: &Assets, shown: Embedded) -> String {
    let preferences = ui::preferences();
    let (title, content) = monitoring_pages::embedded(shown);
    view! {
        <!DOCTYPE html>
        <html lang=preferences.language.tag() data-theme=ui::theme_word(preferences.theme) data-density="compact">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.style.clone()/>
                <title>{title}</title>
            </head>
            <body class="embedded">{content}</body>
        </html>
    }
    .to_html()
}

/// What the page says when its scripts have failed. The server renders it, because then nothing else can.
fn broken() -> AnyView {
    view! {
        <div id="broken" class="broken" role="alert" hidden=true>
            <div>
                <strong>{text("broken")}</strong>
                <p>{text("broken.text")}</p>
            </div>
            <button class="button" type="button">{text("broken.reload")}</button>
        </div>
    }
    .into_any()
}

/// The path of an address.
fn path(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// Loads the browser half, all files of the page at once and while it still arrives, and lets it take over when the page is
/// whole. Without scripts nothing is loaded: such a page stays what it is, links and forms. What fails here, and a panic
/// later, which leaves nothing that could say so, shows [`broken`].
fn start(Assets { script, wasm, parts, .. }: &Assets, part: Option<&str>) -> String {
    let part = part.and_then(|part| parts.get(part)).map(Vec::as_slice).unwrap_or_default();
    format!(
        r#"for (const href of {part:?}) {{
  const ahead = {{ rel: "preload", as: "fetch", crossOrigin: "anonymous", href }};
  document.head.append(Object.assign(document.createElement("link"), ahead));
}}
const whole = document.readyState === "loading"
  ? new Promise((whole) => document.addEventListener("DOMContentLoaded", whole, {{ once: true }}))
  : Promise.resolve();
const broken = async () => {{
  await whole;
  const words = document.getElementById("broken");
  if (!words) return;
  words.querySelector("button").onclick = () => location.reload();
  words.hidden = false;
}};
const check = (reason) => reason instanceof WebAssembly.RuntimeError && broken();
addEventListener("error", (event) => check(event.error));
addEventListener("unhandledrejection", (event) => check(event.reason));
try {{
  const wasm = fetch("{wasm}");
  wasm.catch(() => {{}});
  const {{ default: start, hydrate }} = await import("{script}");
  await start({{ module_or_path: wasm }});
  await whole;
  await hydrate();
  document.documentElement.setAttribute("{LIVE}", "");
}} catch (error) {{
  broken();
  throw error;
}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let parts = [("observe".to_owned(), vec!["/pkg/chunk_1.wasm".to_owned()])].into();
        Assets {
            script: "/pkg/orrery.js".into(),
            wasm: "/pkg/orrery.wasm".into(),
            parts,
            ..Assets::default()
        }
    }

    #[test]
    fn the_browser_half_is_started_by_name() {
        let start = start(&assets(), None);

        assert!(start.contains("import(\"/pkg/orrery.js\")"), "{start}");
        assert!(start.contains("\"/pkg/orrery.wasm\""), "{start}");
        assert!(start.contains("const href of []"), "{start}");
    }

    #[test]
    fn a_page_asks_for_its_part_before_the_first_module_runs() {
        let of_alerts = parts::of(path("/clusters/harbour/monitoring/alerts?state=firing"));

        let start = start(&assets(), of_alerts);

        assert!(start.contains("const href of [\"/pkg/chunk_1.wasm\"]"), "{start}");
    }

    #[test]
    fn a_page_whose_scripts_fail_can_say_so() {
        let html = broken().to_html();

        assert!(html.contains("id=\"broken\"") && html.contains("hidden"), "{html}");
        assert!(html.contains("Load again"), "{html}");
        assert!(start(&assets(), None).contains("getElementById(\"broken\")"));
    }
}
