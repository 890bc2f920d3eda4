//! One terminal of the dock.

use super::chooser::chooser;
use super::debugger::{debugger, node_shell};
use super::ending::{Ending, ending_words};
use crate::by_hand;
use crate::words::{text, text_with};
use leptos::prelude::*;
use live::{TerminalTarget, use_terminals};
use model::terminal::{Shell, TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest};
use model::{Level, ResourceRef};
use std::fmt::Display;
use ui::{
    Banner, Button, CopyButton, Glyph, IconButton, Problem, TerminalHandle, TerminalKey, TerminalScreen,
};

/// The box in which one says what to look for in the terminal that is shown.
const SEARCH: &str = ".dock-panel:not([hidden]) .dock-search input";

/// How a terminal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The reader chooses the pod.
    Choosing,
    Connecting,
    Open,
    Ended,
}

/// A terminal, with everything about it that changes.
#[derive(Clone, Copy)]
pub(super) struct Tab {
    pub number: u32,
    pub title: RwSignal<String>,
    pub state: RwSignal<State>,
    pub handle: TerminalHandle,
    target: StoredValue<TerminalTarget>,
    place: RwSignal<Option<TerminalPlace>>,
    /// The shell that runs, once that is known.
    shell: RwSignal<Option<Shell>>,
    /// Seconds until it ends unless something is typed.
    ends_soon: RwSignal<Option<u32>>,
    ending: RwSignal<Option<Ending>>,
    /// What a container that was added waits for.
    waiting: RwSignal<Option<String>>,
    /// Something made for it that could not be taken away again.
    left: RwSignal<Option<String>>,
    /// It is recorded, and that is kept for so many days.
    recorded: RwSignal<Option<u32>>,
    is_searching: RwSignal<bool>,
    /// The command that opens the same is shown.
    is_by_hand: RwSignal<bool>,
}

impl Tab {
    pub fn new(number: u32, target: TerminalTarget) -> Self {
        let place = match &target {
            TerminalTarget::Container(request) => Some(TerminalPlace::Container(request.clone())),
            _ => None,
        };
        let title = match &target {
            TerminalTarget::Container(request) => title(&request.pod, request.container.as_deref()),
            TerminalTarget::Node(node) => text_with("node.title", &[("node", &node.name)]),
            TerminalTarget::PodOf(object) => object.name.to_string(),
            TerminalTarget::Debug { pod, .. } => pod.name.to_string(),
        };
        let state = if place.is_some() { State::Connecting } else { State::Choosing };
        Self {
            number,
            title: RwSignal::new(title),
            state: RwSignal::new(state),
            handle: TerminalHandle::new(),
            target: StoredValue::new(target),
            place: RwSignal::new(place),
            shell: RwSignal::new(None),
            ends_soon: RwSignal::new(None),
            ending: RwSignal::new(None),
            waiting: RwSignal::new(None),
            left: RwSignal::new(None),
            recorded: RwSignal::new(None),
            is_searching: RwSignal::new(false),
            is_by_hand: RwSignal::new(false),
        }
    }

    fn hear(self, news: TerminalNews) {
        match news {
            TerminalNews::Preparing { container, reason } => {
                self.waiting.set(Some(match reason.as_str() {
                    "" => text_with("debug.waits", &[("container", &container)]),
                    reason => text_with("debug.waits-for", &[("container", &container), ("reason", &reason)]),
                }));
            }
            TerminalNews::Created { pod } => {
                let namespace = namespace_of(&pod);
                let values: [(&str, &dyn Display); 2] = [("pod", &pod.name), ("namespace", &namespace)];
                self.waiting.set(Some(text_with("node.created", &values)));
            }
            TerminalNews::Left { pod, why } => {
                let namespace = namespace_of(&pod);
                let values: [(&str, &dyn Display); 3] =
                    [("pod", &pod.name), ("namespace", &namespace), ("why", &why)];
                self.left.set(Some(text_with("node.left", &values)));
            }
            TerminalNews::Recorded { days } => self.recorded.set(Some(days)),
            TerminalNews::Opened { container, shell } => {
                self.state.set(State::Open);
                self.waiting.set(None);
                self.shell.set(shell);
                self.place.update(|place| {
                    let Some(TerminalPlace::Container(request)) = place else { return };
                    self.title.set(title(&request.pod, Some(&container)));
                    // One that was added sees the processes of another, and is not it.
                    if request.debug.is_none() {
                        request.container = Some(container);
                    }
                });
            }
            TerminalNews::EndsSoon { seconds } => self.ends_soon.set(Some(seconds)),
            TerminalNews::Ended(end) => self.end(Ending::Said(end)),
        }
    }

    fn end(self, ending: Ending) {
        self.state.set(State::Ended);
        self.waiting.set(None);
        self.ends_soon.set(None);
        self.ending.set(Some(ending));
    }

    /// Another shell in the same place; what was written stays above.
    fn connect(self) {
        let Some(address) = self.place.read_untracked().as_ref().map(TerminalPlace::address) else {
            return;
        };
        self.ending.set(None);
        self.left.set(None);
        self.recorded.set(None);
        self.ends_soon.set(None);
        self.shell.set(None);
        self.state.set(State::Connecting);
        self.handle.connect(&address);
        self.handle.focus();
    }

    /// The buttons of the dock's bar that are about this terminal.
    pub fn tools(self) -> AnyView {
        let is_chosen = move || self.place.read().is_some();
        let has_shells = move || self.container().is_some_and(|request| request.debug.is_none());
        let choose_shell = move |event: web_sys::Event| {
            let shell = Shell::parse(&event_target_value(&event));
            self.place.update(|place| {
                if let Some(TerminalPlace::Container(request)) = place {
                    request.shell = shell;
                }
            });
            self.connect();
        };
        let option = move |shell: Shell| {
            let is_chosen = move || self.shell.get() == Some(shell);
            view! { <option value=shell.word() selected=is_chosen>{shell.word()}</option> }
        };
        let unknown = move || {
            self.shell
                .get()
                .is_none()
                .then(|| view! { <option value="" selected=true>{text("terminal.shell.any")}</option> })
        };
        view! {
            <Show when=has_shells>
                <select class="input" aria-label=text("terminal.shell") on:change=choose_shell>
                    {unknown}
                    {Shell::ALL.map(option)}
                </select>
            </Show>
            <Show when=is_chosen>
                <IconButton
                    glyph=Glyph::Search
                    title=text("terminal.search")
                    pressed=self.is_searching
                    on_press=move |()| self.is_searching.update(|is_searching| *is_searching = !*is_searching)
                />
                <IconButton
                    glyph=Glyph::Terminal
                    title=text("kubectl")
                    pressed=self.is_by_hand
                    on_press=move |()| self.is_by_hand.update(|is_by_hand| *is_by_hand = !*is_by_hand)
                />
                <IconButton
                    glyph=Glyph::Refresh
                    title=text("terminal.reconnect")
                    on_press=move |()| self.connect()
                />
            </Show>
        }
        .into_any()
    }

    /// The container, when it is one.
    fn container(self) -> Option<TerminalRequest> {
        match self.place.get()? {
            TerminalPlace::Container(request) => Some(request),
            TerminalPlace::Node(_) => None,
        }
    }

    /// What stands below the dock's bar.
    pub fn view(self) -> AnyView {
        let choose = Callback::new(move |place: TerminalPlace| {
            if let TerminalPlace::Container(request) = &place {
                self.title.set(title(&request.pod, request.container.as_deref()));
            }
            self.place.set(Some(place));
            self.state.set(State::Connecting);
        });
        // Built once: connecting again keeps the screen with what was written.
        let is_chosen = Memo::new(move |_| self.place.read().is_some());
        let content = move || {
            if is_chosen.get() {
                return self.screen();
            }
            match self.target.get_value() {
                TerminalTarget::Node(node) => node_shell(node, choose),
                TerminalTarget::PodOf(object) => chooser(object, choose),
                TerminalTarget::Debug { pod, container } => debugger(pod, container, choose),
                TerminalTarget::Container(_) => ().into_any(),
            }
        };
        view! {
            <Show when=move || self.is_searching.get()>{self.search()}</Show>
            <Show when=move || self.is_by_hand.get()>{self.by_hand()}</Show>
            {move || self.recorded.get().map(recorded)}
            {move || self.notice()}
            {move || self.left.get().map(|words| view! { <Banner level=Level::Warning>{words}</Banner> })}
            {content}
        }
        .into_any()
    }

    /// What opens the same shell from elsewhere.
    fn by_hand(self) -> AnyView {
        let command = move || {
            let place = self.place.read();
            place.as_ref().map(|place| by_hand::of_terminal(place, self.shell.get())).unwrap_or_default()
        };
        by_hand::shown(Signal::derive(command))
    }

    fn screen(self) -> AnyView {
        let address = self.place.read_untracked().as_ref().map(TerminalPlace::address).unwrap_or_default();
        let label = text_with("terminal.of", &[("name", &self.title.read_untracked())]);
        view! {
            <TerminalScreen
                address
                label
                handle=self.handle
                on_news=Callback::new(move |news| self.hear(news))
                on_lost=Callback::new(move |()| self.end(Ending::Cut))
                on_key=Callback::new(move |key| self.asked(key))
            />
        }
        .into_any()
    }

    /// A key was pressed in it that is not the shell's.
    fn asked(self, key: TerminalKey) {
        match key {
            TerminalKey::Leave => ui::give_focus(".dock-tab[aria-current]"),
            TerminalKey::Search if self.is_searching.get_untracked() => ui::give_focus(SEARCH),
            TerminalKey::Search => self.is_searching.set(true),
        }
    }

    /// What the reader should know: it ends soon, or it has ended and why.
    fn notice(self) -> AnyView {
        if let Some(seconds) = self.ends_soon.get() {
            let stay = move || {
                let stay = move |()| {
                    self.ends_soon.set(None);
                    self.handle.focus();
                };
                view! { <Button on_press=stay>{text("terminal.stay")}</Button> }
            };
            let words = text_with("terminal.ends-soon", &[("minutes", &seconds.div_ceil(60))]);
            return view! { <Banner level=Level::Warning actions=stay>{words}</Banner> }.into_any();
        }
        if let Some(words) = self.waiting.get() {
            return view! { <Banner level=Level::Progressing>{words}</Banner> }.into_any();
        }
        let Some(ending) = self.ending.get() else { return ().into_any() };
        if let Ending::Said(TerminalEnd::Refused(error)) = ending {
            let on_retry = Callback::new(move |()| self.connect());
            return view! { <div class="dock-notice"><Problem error on_retry/></div> }.into_any();
        }
        let (level, words) = ending_words(&ending);
        let lacks_shell = matches!(ending, Ending::Said(TerminalEnd::NoShell { .. }));
        let again = move || {
            view! {
                {lacks_shell.then(|| self.debug())}
                <Button glyph=Glyph::Refresh on_press=move |()| self.connect()>{text("terminal.reconnect")}</Button>
            }
        };
        view! { <Banner level actions=again>{words}</Banner> }.into_any()
    }

    /// The way into a container that has no shell.
    fn debug(self) -> Option<AnyView> {
        let terminals = use_terminals()?;
        let Some(TerminalPlace::Container(request)) = self.place.get_untracked() else { return None };
        let target = TerminalTarget::Debug { pod: request.pod, container: request.container };
        let open = move |()| terminals.open(target.clone());
        Some(view! { <Button glyph=Glyph::Plus on_press=open>{text("debug.add")}</Button> }.into_any())
    }

    fn search(self) -> AnyView {
        let typed = RwSignal::new(String::new());
        let go = move |back: bool| self.handle.search(&typed.read_untracked(), back);
        let found = move || match self.handle.found().get() {
            None => String::new(),
            Some((0, _)) => text("terminal.found.none").to_owned(),
            Some((count, place)) => {
                text_with("terminal.found", &[("place", &place.max(1)), ("count", &count)])
            }
        };
        let key = move |event: web_sys::KeyboardEvent| match ui::key_in_field(&event).as_str() {
            "Enter" => {
                event.prevent_default();
                go(event.shift_key());
            }
            "Escape" => {
                event.prevent_default();
                self.is_searching.set(false);
                self.handle.focus();
            }
            _ => {}
        };
        on_cleanup(move || self.handle.search("", false));
        Effect::new(|_| request_animation_frame(|| ui::give_focus(SEARCH)));
        view! {
            <div class="dock-search" role="search" aria-label=text("terminal.search")>
                <input
                    class="input"
                    type="search"
                    aria-label=text("terminal.search")
                    placeholder=text("terminal.search")
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        go(false);
                    }
                    on:keydown=key
                />
                <span class="hint" role="status">{found}</span>
                <IconButton glyph=Glyph::ArrowUp title=text("terminal.search.back") on_press=move |()| go(true)/>
                <IconButton glyph=Glyph::ArrowDown title=text("terminal.search.next") on_press=move |()| go(false)/>
                <CopyButton value=Signal::derive(move || self.handle.text()) title=text("terminal.copy")/>
            </div>
        }
        .into_any()
    }
}

/// What stands above a terminal that is recorded, for as long as its screen does.
fn recorded(days: u32) -> AnyView {
    view! {
        <p class="dock-recorded" role="status">
            <strong>{text("terminal.recorded")}</strong>
            <span class="hint">{text_with("terminal.recorded.days", &[("days", &days)])}</span>
        </p>
    }
    .into_any()
}

fn namespace_of(pod: &ResourceRef) -> String {
    pod.namespace.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The container comes first: it is what tells the terminals of one pod apart where there is little room.
fn title(pod: &ResourceRef, container: Option<&str>) -> String {
    match container {
        Some(container) => format!("{container} · {}", pod.name),
        None => pod.name.to_string(),
    }
}
