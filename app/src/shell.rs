//! The HTML document around the console.

use crate::App;
use crate::words::text;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use monitoring_contract::Embedded;

/// The addresses of the files that every page needs. The server provides them when their names hold digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The module that loads the browser half.
    pub script: String,
    /// The browser half.
    pub wasm: String,
    /// All styles.
    pub style: String,
}

impl Assets {
    /// Names without digests, as in development.
    pub fn plain(options: &LeptosOptions) -> Self {
        let file = |ending: &str| format!("/{}/{}.{ending}", options.site_pkg_dir, options.output_name);
        Self { script: file("js"), wasm: file("wasm"), style: file("css") }
    }
}

/// The document, in the reader's language, theme and density from the first byte.
#[expect(clippy::needless_pass_by_value, reason = "as the server's integration calls it")]
pub fn shell(options: LeptosOptions) -> AnyView {
    let preferences = ui::preferences();
    let Assets { script, wasm, style } = use_context().unwrap_or_else(|| Assets::plain(&options));
    let (theme, density) = (ui::theme_word(preferences.theme), ui::density_word(preferences.density));
    let start = start(&script, &wasm);
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

/// Loads the browser half, both files at once and while the page still arrives, and lets it take over when the page is
/// whole. Without scripts nothing is loaded: such a page stays what it is, links and forms. What fails here, and a panic
/// later, which leaves nothing that could say so, shows [`broken`].
fn start(script: &str, wasm: &str) -> String {
    format!(
        r#"const whole = document.readyState === "loading"
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
  document.documentElement.dataset.live = "";
}} catch (error) {{
  broken();
  throw error;
}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_half_is_started_by_name() {
        let options = LeptosOptions::builder().output_name("orrery").build();
        let assets = Assets::plain(&options);

        let start = start(&assets.script, &assets.wasm);

        assert!(start.contains("import(\"/pkg/orrery.js\")"), "{start}");
        assert!(start.contains("\"/pkg/orrery.wasm\""), "{start}");
    }

    #[test]
    fn a_page_whose_scripts_fail_can_say_so() {
        let html = broken().to_html();

        assert!(html.contains("id=\"broken\"") && html.contains("hidden"), "{html}");
        assert!(html.contains("Load again"), "{html}");
        assert!(start("a.js", "a.wasm").contains("getElementById(\"broken\")"));
    }
}
