//! A recording of a terminal, shown again.

use crate::terminal::XTERM;
use crate::vendor::Mounted;
use crate::words::text;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use model::ConsoleError;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Where a recording is, in seconds, and how it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReplayState {
    /// Where it is.
    pub position: f64,
    /// How long it is, as far as it has come.
    pub length: f64,
    /// Whether it goes on.
    pub is_playing: bool,
    /// Whether all of it has come.
    pub is_whole: bool,
}

/// What can be done with a recording from outside of it.
#[derive(Clone, Copy)]
pub struct ReplayHandle {
    screen: RwSignal<SendOption<Screen>>,
    state: RwSignal<ReplayState>,
}

impl ReplayHandle {
    /// Of a recording that is yet to be shown.
    pub fn new() -> Self {
        Self {
            screen: RwSignal::new(SendOption::new_local(None)),
            state: RwSignal::new(ReplayState::default()),
        }
    }

    /// How it stands.
    pub fn state(self) -> Signal<ReplayState> {
        self.state.into()
    }

    /// Lets it go on, or stand still.
    pub fn toggle(self) {
        self.call(if self.state.get_untracked().is_playing { "pause" } else { "play" }, &[]);
    }

    /// Goes to so many seconds from its beginning.
    pub fn seek(self, seconds: f64) {
        self.call("seek", &[seconds.into()]);
    }

    /// So many seconds forward, or back.
    pub fn jump(self, seconds: f64) {
        self.seek(self.state.get_untracked().position + seconds);
    }

    /// How many times as fast as it was.
    pub fn speed(self, times: f64) {
        self.call("speed", &[times.into()]);
    }

    /// Whether times in which nothing happens are shortened.
    pub fn skip_idle(self, skips: bool) {
        self.call("skipIdle", &[skips.into()]);
    }

    fn call(self, name: &str, arguments: &[JsValue]) {
        self.screen.try_with_untracked(|screen| {
            if let Some(screen) = screen.as_ref() {
                screen.mounted.call(name, arguments);
            }
        });
    }
}

impl Default for ReplayHandle {
    fn default() -> Self {
        Self::new()
    }
}

/// A recording that is fetched and plays as soon as it is on the page. Needs scripts.
#[component]
pub fn ReplayScreen(
    /// The address of the recording, as asciicast.
    #[prop(into)]
    address: String,
    /// Whose terminal it was, for screen readers.
    #[prop(into)]
    label: String,
    /// By which it is steered.
    handle: ReplayHandle,
    /// Called once it can be steered.
    on_ready: Callback<()>,
    /// Called when it does not come.
    on_problem: Callback<ConsoleError>,
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
            let screen = Screen::mount(&host, &address, &label, handle.state, on_problem);
            handle.screen.set(SendOption::new_local(screen));
            on_ready.run(());
        });
    });
    on_cleanup(move || {
        handle.call("destroy", &[]);
        let _ = handle.screen.try_set(SendOption::new_local(None));
    });
    view! { <div class="terminal-screen" node_ref=host></div> }
}

/// What the script made, and what it calls.
struct Screen {
    mounted: Mounted,
    _on_state: Closure<dyn FnMut(f64, f64, bool, bool)>,
    _on_problem: Closure<dyn FnMut(String)>,
}

impl Screen {
    fn mount(
        host: &JsValue,
        address: &str,
        label: &str,
        state: RwSignal<ReplayState>,
        on_problem: Callback<ConsoleError>,
    ) -> Option<Self> {
        let on_state =
            Closure::<dyn FnMut(f64, f64, bool, bool)>::new(move |position, length, is_playing, is_whole| {
                let _ = state.try_set(ReplayState { position, length, is_playing, is_whole });
            });
        let on_problem = Closure::<dyn FnMut(String)>::new(move |json: String| {
            let broken = |_| ConsoleError::Transport(text("replay.lost").to_owned());
            let error = serde_json::from_str(&json).unwrap_or_else(broken);
            let _ = on_problem.try_run(error);
        });
        let options: [(&str, &JsValue); 4] = [
            ("recording", &address.into()),
            ("label", &label.into()),
            ("onState", on_state.as_ref()),
            ("onProblem", on_problem.as_ref()),
        ];
        let mounted = XTERM.mount(host, &options)?;
        Some(Self { mounted, _on_state: on_state, _on_problem: on_problem })
    }
}
