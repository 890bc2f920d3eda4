//! The dock: the terminals of this tab, at the bottom of every page.

mod chooser;
mod debugger;
mod ending;
mod size;
mod tab;

use crate::words::{text, text_with};
use leptos::ev;
use leptos::prelude::*;
use live::{TerminalTarget, Terminals, use_terminals};
use model::Level;
use size::DockSize;
use tab::{State, Tab};
use ui::{Button, ButtonKind, Dialog, Glyph, Icon, IconButton, LevelMark};

/// All terminals of the tab of the browser. Empty, it takes no room.
#[derive(Clone, Copy)]
struct Docked {
    tabs: RwSignal<Vec<Tab>>,
    /// The number of the tab that is shown.
    shown: RwSignal<u32>,
    next: StoredValue<u32>,
    /// What a terminal holds lives as long as the dock, whichever page asked for it.
    owner: StoredValue<Owner>,
    size: DockSize,
    /// The number of the tab that is to be closed although its shell runs.
    closing: RwSignal<Option<u32>>,
}

/// Shows the terminals that pages ask for, until they are closed.
#[component]
pub fn Dock() -> impl IntoView {
    let docked = Docked {
        tabs: RwSignal::new(Vec::new()),
        shown: RwSignal::new(0),
        next: StoredValue::new(1),
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
        size: DockSize::new(),
        closing: RwSignal::new(None),
    };
    if let Some(terminals) = use_terminals() {
        docked.follow(terminals);
    }
    docked.ask_before_leaving();
    let has_any = Memo::new(move |_| !docked.tabs.read().is_empty());
    view! {
        <Show when=move || has_any.get()>{docked.dock()}</Show>
        {docked.confirmation()}
    }
}

impl Docked {
    fn follow(self, terminals: Terminals) {
        Effect::new(move |_| {
            if terminals.wanted().read().is_empty() {
                return;
            }
            for target in terminals.take() {
                self.open(target);
            }
        });
    }

    fn open(self, target: TerminalTarget) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let tab = self.owner.with_value(|owner| owner.with(|| Tab::new(number, target)));
        self.tabs.update(|tabs| tabs.push(tab));
        self.shown.set(number);
        self.size.restore();
    }

    fn close(self, number: u32) {
        let is_open = self.find(number).is_some_and(|tab| tab.state.get_untracked() == State::Open);
        if is_open && self.closing.get_untracked() != Some(number) {
            self.closing.set(Some(number));
            return;
        }
        self.closing.set(None);
        let place = self.tabs.read_untracked().iter().position(|tab| tab.number == number);
        self.tabs.update(|tabs| tabs.retain(|tab| tab.number != number));
        if self.shown.get_untracked() == number {
            let tabs = self.tabs.read_untracked();
            let next = place.and_then(|place| tabs.get(place).or_else(|| tabs.last()));
            self.shown.set(next.map_or(0, |tab| tab.number));
        }
        // Not while the question about it is still open: closing it would give the focus to a button that is gone.
        request_animation_frame(|| ui::rescue_focus(".dock-tab[aria-current]"));
    }

    fn find(self, number: u32) -> Option<Tab> {
        self.tabs.read_untracked().iter().find(|tab| tab.number == number).copied()
    }

    fn current(self) -> Option<Tab> {
        let shown = self.shown.get();
        self.tabs.read().iter().find(|tab| tab.number == shown).copied()
    }

    /// The browser asks before it throws away shells that run.
    fn ask_before_leaving(self) {
        Effect::new(move |_| {
            let listener = window_event_listener(ev::beforeunload, move |event| {
                let tabs = self.tabs.try_get_untracked().unwrap_or_default();
                if tabs.iter().any(|tab| tab.state.get_untracked() == State::Open) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    fn dock(self) -> AnyView {
        let label = move |tab: Tab| self.label(tab);
        let panel = move |tab: Tab| {
            let is_hidden = move || self.shown.get() != tab.number;
            view! { <div class="dock-panel" hidden=is_hidden>{tab.view()}</div> }
        };
        let is_minimised = self.size.is_minimised();
        let is_full = self.size.is_full();
        view! {
            <section
                class="dock"
                aria-label=text("terminals")
                data-size=move || self.size.word()
                style:block-size=move || self.size.height()
            >
                {self.size.handle()}
                <header class="dock-bar">
                    <ul class="dock-tabs" aria-label=text("terminals")>
                        <For each=move || self.tabs.get() key=|tab| tab.number children=label/>
                    </ul>
                    <div class="dock-tools">
                        {move || self.current().map(Tab::tools)}
                        <IconButton
                            glyph=Glyph::Expand
                            title=text("terminal.full")
                            pressed=is_full
                            on_press=move |()| self.size.toggle_full()
                        />
                        <IconButton
                            glyph=Glyph::Minus
                            title=text("terminal.minimise")
                            pressed=is_minimised
                            on_press=move |()| self.size.toggle_minimised()
                        />
                    </div>
                </header>
                <div class="dock-panels" hidden=is_minimised>
                    <For each=move || self.tabs.get() key=|tab| tab.number children=panel/>
                </div>
            </section>
        }
        .into_any()
    }

    /// The name of a terminal in the bar, which shows it, and the button that closes it.
    fn label(self, tab: Tab) -> AnyView {
        let number = tab.number;
        let is_shown = move || (self.shown.get() == number).then_some("true");
        let close = move || text_with("terminal.close", &[("name", &tab.title.read())]);
        view! {
            <li data-shown=is_shown>
                <button
                    class="dock-tab"
                    type="button"
                    aria-current=is_shown
                    on:click=move |_| {
                        self.shown.set(number);
                        self.size.restore();
                        tab.handle.focus();
                    }
                >
                    <LevelMark level=Signal::derive(move || tab.level())/>
                    <span class="dock-tab-name">{move || tab.title.get()}</span>
                </button>
                <button
                    class="dock-tab-close"
                    type="button"
                    aria-label=close
                    title=close
                    on:click=move |_| self.close(number)
                >
                    <Icon glyph=Glyph::Cross/>
                </button>
            </li>
        }
        .into_any()
    }

    fn confirmation(self) -> AnyView {
        let open = RwSignal::new(false);
        Effect::new(move |_| open.set(self.closing.read().is_some()));
        Effect::new(move |before: Option<bool>| {
            let is_open = open.get();
            if before == Some(true) && !is_open {
                self.closing.set(None);
            }
            is_open
        });
        let name = move || {
            let tab = self.closing.get().and_then(|number| self.find(number));
            tab.map(|tab| tab.title.get()).unwrap_or_default()
        };
        let confirm = move |()| {
            if let Some(number) = self.closing.get_untracked() {
                self.close(number);
            }
        };
        let footer = move || {
            view! {
                <Button on_press=move |()| open.set(false)>{text("terminal.keep")}</Button>
                <Button kind=ButtonKind::Danger on_press=confirm>{text("terminal.end")}</Button>
            }
        };
        view! {
            <Dialog
                open
                title=Signal::derive(move || text_with("terminal.close", &[("name", &name())]))
                footer=footer
            >
                <p>{text("terminal.runs")}</p>
            </Dialog>
        }
        .into_any()
    }
}

impl Tab {
    /// How it stands, for the shape beside its name.
    fn level(self) -> Level {
        match self.state.get() {
            State::Choosing => Level::Unknown,
            State::Connecting => Level::Progressing,
            State::Open => Level::Healthy,
            State::Ended => Level::Inactive,
        }
    }
}
