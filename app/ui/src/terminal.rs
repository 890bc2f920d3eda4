//! A terminal: what a shell writes, and what is typed to it.

use crate::vendor::{Mounted, Vendored};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use model::terminal::TerminalNews;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

pub(crate) const XTERM: Vendored =
    Vendored { global: "orreryTerminal", script: "/vendor/terminal.js", style: "/vendor/terminal.css" };

/// What can be done with a terminal from outside of it.
#[derive(Clone, Copy)]
pub struct TerminalHandle {
    screen: RwSignal<SendOption<Screen>>,
    found: RwSignal<Option<(i32, i32)>>,
}

impl TerminalHandle {
    /// Of a terminal that is yet to be shown.
    pub fn new() -> Self {
        Self { screen: RwSignal::new(SendOption::new_local(None)), found: RwSignal::new(None) }
    }

    /// Opens a connection instead of the one before.
    pub fn connect(self, address: &str) {
        self.call("connect", &[address.into()]);
    }

    /// Goes to the next place with this text, or the one before; an empty text ends the search.
    pub fn search(self, text: &str, back: bool) {
        if text.is_empty() {
            self.found.set(None);
        }
        self.call("search", &[text.into(), back.into()]);
    }

    /// How many places the search found, and which of them is shown, counted from 1.
    pub fn found(self) -> Signal<Option<(i32, i32)>> {
        self.found.into()
    }

    /// What is marked, or all that is kept.
    pub fn text(self) -> String {
        self.call("text", &[]).as_string().unwrap_or_default()
    }

    /// Throws away what is above the last line.
    pub fn clear(self) {
        self.call("clear", &[]);
    }

    /// Gives it the keyboard.
    pub fn focus(self) {
        self.call("focus", &[]);
    }

    fn call(self, name: &str, arguments: &[JsValue]) -> JsValue {
        let answer =
            self.screen.try_with_untracked(|screen| Some(screen.as_ref()?.mounted.call(name, arguments)));
        answer.flatten().unwrap_or(JsValue::UNDEFINED)
    }
}

impl Default for TerminalHandle {
    fn default() -> Self {
        Self::new()
    }
}

/// What a key asks for that is not the shell's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalKey {
    /// To go on beside the terminal, which takes Tab for itself.
    Leave,
    /// To look for something in it.
    Search,
}

impl TerminalKey {
    /// As the script tells it; `None` for what a newer script asks.
    fn parse(word: &str) -> Option<Self> {
        match word {
            "leave" => Some(Self::Leave),
            "search" => Some(Self::Search),
            _ => None,
        }
    }
}

/// A terminal that connects as soon as it is on the page, and ends its connection when it leaves. Needs scripts.
#[component]
pub fn TerminalScreen(
    /// Where its WebSocket is opened.
    #[prop(into)]
    address: String,
    /// Whose terminal it is, for screen readers.
    #[prop(into)]
    label: String,
    /// By which it is steered.
    handle: TerminalHandle,
    /// Called with what the server says beside what the shell writes.
    on_news: Callback<TerminalNews>,
    /// Called when the connection is gone without a word.
    on_lost: Callback<()>,
    /// Called for the keys that are not the shell's.
    on_key: Callback<TerminalKey>,
) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        let (address, label) = (address.clone(), label.clone());
        XTERM.load(move || {
            // The component may be gone by now.
            if handle.screen.try_with_untracked(|_| ()).is_none() {
                return;
            }
            let told = Told { found: handle.found, on_news, on_lost, on_key };
            let screen = Screen::mount(&host, &address, &label, told);
            handle.screen.set(SendOption::new_local(screen));
            handle.focus();
        });
    });
    on_cleanup(move || {
        handle.call("destroy", &[]);
        let _ = handle.screen.try_set(SendOption::new_local(None));
    });
    view! { <div class="terminal-screen" node_ref=host></div> }
}

/// Who is told what a terminal does.
#[derive(Clone, Copy)]
struct Told {
    found: RwSignal<Option<(i32, i32)>>,
    on_news: Callback<TerminalNews>,
    on_lost: Callback<()>,
    on_key: Callback<TerminalKey>,
}

/// A terminal that the script made, and what it calls.
struct Screen {
    mounted: Mounted,
    _on_news: Closure<dyn FnMut(String)>,
    _on_lost: Closure<dyn FnMut()>,
    _on_found: Closure<dyn FnMut(i32, i32)>,
    _on_key: Closure<dyn FnMut(String)>,
}

impl Screen {
    fn mount(host: &JsValue, address: &str, label: &str, told: Told) -> Option<Self> {
        let Told { found, on_news, on_lost, on_key } = told;
        let on_news = Closure::<dyn FnMut(String)>::new(move |json: String| {
            // A newer server speaks differently; what it says beside the shell is not needed to go on.
            if let Ok(news) = serde_json::from_str(&json) {
                let _ = on_news.try_run(news);
            }
        });
        let on_lost = Closure::<dyn FnMut()>::new(move || {
            let _ = on_lost.try_run(());
        });
        let on_found = Closure::<dyn FnMut(i32, i32)>::new(move |count: i32, index: i32| {
            let _ = found.try_set(Some((count, index + 1)));
        });
        let on_key = Closure::<dyn FnMut(String)>::new(move |word: String| {
            if let Some(key) = TerminalKey::parse(&word) {
                let _ = on_key.try_run(key);
            }
        });
        let options: [(&str, &JsValue); 6] = [
            ("address", &address.into()),
            ("label", &label.into()),
            ("onNews", on_news.as_ref()),
            ("onLost", on_lost.as_ref()),
            ("onFound", on_found.as_ref()),
            ("onKey", on_key.as_ref()),
        ];
        let mounted = XTERM.mount(host, &options)?;
        Some(Self { mounted, _on_news: on_news, _on_lost: on_lost, _on_found: on_found, _on_key: on_key })
    }
}
