//! The grid of a dashboard, in which panels are moved and resized by a pointer and by keys. It is for browsers with scripts; the
//! list below it does the same by forms.

mod held;

use crate::words::{text, text_of, text_with};
use held::{By, Held, PITCH, Point, scrolled, within};
use leptos::html::Ol;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use monitoring_contract::{
    ArrangePanelFields, Arrangement, GRID_COLUMNS, KeptDashboard, PanelHeight, PanelPlan, place_panel,
};
use std::time::Duration;
use ui::{Card, Problem, give_focus};
use web_sys::{Element, KeyboardEvent, MouseEvent, PointerEvent};

/// What a finger takes hold of; elsewhere it scrolls the page.
const GRIPS: &str = ".panel-tile-grip, .panel-tile-corner";
/// How long a step takes in which the page is scrolled under what is held.
const STEP: Duration = Duration::from_millis(16);
/// The id of what says how to do it.
const HINT: &str = "panel-grid-hint";

/// What is known of the grid, and what happens in it.
#[derive(Clone, Copy)]
struct Grid {
    panels: StoredValue<Vec<PanelPlan>>,
    /// Which dashboard, in the version that is looked at.
    which: StoredValue<ArrangePanelFields>,
    held: RwSignal<Option<Held>>,
    /// Where in the window the pointer is that drags it: from the left and from the top, in pixels.
    pointer: RwSignal<Option<(f64, f64)>>,
    /// Something was put down, and that is on its way.
    is_busy: RwSignal<bool>,
    error: RwSignal<Option<ConsoleError>>,
    list: NodeRef<Ol>,
    /// The place of what was put down last, which gets the focus where it stands then.
    moved: RwSignal<Option<usize>>,
    on_change: Callback<String>,
}

/// The panels of a dashboard, to be moved and resized; nothing where there are none.
pub fn grid(
    kept: &KeptDashboard,
    cluster: &ClusterName,
    moved: RwSignal<Option<usize>>,
    on_change: Callback<String>,
) -> Option<AnyView> {
    let panels = &kept.plan.panels;
    if panels.is_empty() {
        return None;
    }
    let grid = Grid {
        panels: StoredValue::new(panels.clone()),
        which: StoredValue::new(ArrangePanelFields {
            cluster: cluster.clone(),
            id: kept.id.clone(),
            version: kept.version,
            index: 0,
            to: 0,
            width: 0,
            height: PanelHeight::Usual,
            act: Arrangement::Place,
        }),
        held: RwSignal::new(None),
        pointer: RwSignal::new(None),
        is_busy: RwSignal::new(false),
        error: RwSignal::new(None),
        list: NodeRef::new(),
        moved,
        on_change,
    };
    grid.give_back_focus();
    grid.scroll_at_edges();
    Some(grid.draw(panels))
}

impl Grid {
    fn draw(self, panels: &[PanelPlan]) -> AnyView {
        let count = panels.len();
        let places = Memo::new(move |_| self.held.get().map(|held| held.places(count)));
        let tiles = panels.iter().enumerate().map(|(index, panel)| self.tile(index, panel, places));
        let tiles = tiles.collect_view();
        let problem = move || self.error.get().map(|error| view! { <Problem error/> });
        view! {
            <div class="needs-scripts">
                <Card title=text("panel.grid")>
                    <p class="card-text" id=HINT>{text("panel.grid.hint")}</p>
                    {problem}
                    <ol
                        class="panel-grid"
                        aria-label=text("panel.grid")
                        aria-busy=move || self.is_busy.get().to_string()
                        node_ref=self.list
                        on:pointermove=move |event| self.drag(&event)
                        on:pointerup=move |_| self.release()
                        on:pointercancel=move |_| self.let_go_of_pointer()
                        on:lostpointercapture=move |_| self.let_go_of_pointer()
                        on:keydown=move |event| self.press(&event)
                        on:focusout=move |_| self.let_go_of_keys()
                    >
                        {tiles}
                    </ol>
                    <p class="visually-hidden" aria-live="polite">{move || self.said()}</p>
                </Card>
            </div>
        }
        .into_any()
    }

    fn tile(self, index: usize, panel: &PanelPlan, places: Memo<Option<Vec<usize>>>) -> AnyView {
        let (title, kind) = (called(panel), text_of("panel.kind", panel.kind.word()));
        let is_held = move || self.held.read().is_some_and(|held| held.index == index);
        let (own_width, own_height) = (panel.width, panel.height);
        let size = Memo::new(move |_| match self.held.get() {
            Some(held) if held.index == index => (held.width, held.height),
            _ => (own_width, own_height),
        });
        // Elements stay where they are, because one that is moved in the page loses the focus.
        let order =
            move || places.read().as_ref().and_then(|places| places.get(index).map(ToString::to_string));
        view! {
            <li
                class="panel-tile"
                class:held=is_held
                data-width=move || size.get().0.to_string()
                data-height=move || size.get().1.word()
                style:order=order
            >
                <button
                    class="panel-tile-hold"
                    type="button"
                    aria-pressed=move || is_held().to_string()
                    aria-describedby=HINT
                    on:pointerdown=move |event| self.grab(index, false, &event)
                    on:click=move |event| self.toggle(index, &event)
                >
                    <span class="panel-tile-grip" aria-hidden="true"></span>
                    <span class="panel-tile-title">{title}</span>
                    " "
                    <span class="panel-tile-kind">{kind}</span>
                </button>
                <span
                    class="panel-tile-corner"
                    aria-hidden="true"
                    on:pointerdown=move |event| self.grab(index, true, &event)
                ></span>
            </li>
        }
        .into_any()
    }

    /// Where in the grid a point of the window is.
    fn point(self, (from_left, from_top): (f64, f64)) -> Option<Point> {
        let area = self.list.get_untracked()?.get_bounding_client_rect();
        let share = (from_left - area.left()) / area.width().max(1.0);
        let lines = (from_top - area.top()) / PITCH;
        Some(Point { columns: share * f64::from(GRID_COLUMNS), lines })
    }

    fn grab(self, index: usize, is_corner: bool, event: &PointerEvent) {
        if event.button() != 0 || self.is_busy.get_untracked() {
            return;
        }
        let pressed = event_target::<Element>(event);
        let is_grip = pressed.closest(GRIPS).is_ok_and(|grip| grip.is_some());
        if event.pointer_type() == "touch" && !is_grip {
            return;
        }
        let (Some(list), Some(at)) = (self.list.get_untracked(), self.point(place_of(event))) else { return };
        event.prevent_default();
        // The pointer may leave the grid; without this the drag would end there.
        let _ = list.set_pointer_capture(event.pointer_id());
        // Escape is heard where the focus is.
        give_focus(&button(index));
        self.error.set(None);
        self.pointer.set(None);
        self.held.set(self.panels.with_value(|panels| Held::pointed_at(panels, index, at, is_corner)));
    }

    /// What is held, where it may still be moved.
    fn holding(self) -> Option<Held> {
        self.held.get_untracked().filter(|_| !self.is_busy.get_untracked())
    }

    fn drag(self, event: &PointerEvent) {
        let Some(held) = self.holding().filter(|held| held.by != By::Keys) else { return };
        let pointer = place_of(event);
        self.pointer.set(Some(pointer));
        self.take_along(held, pointer);
    }

    fn take_along(self, held: Held, pointer: (f64, f64)) {
        let Some(to) = self.point(pointer) else { return };
        self.hold(held, self.panels.with_value(|panels| held.dragged(panels, to)));
    }

    /// Scrolls the page for as long as something is dragged to the upper or the lower edge of the window.
    fn scroll_at_edges(self) {
        let is_at_edge = Memo::new(move |_| {
            let is_dragged = self.held.read().is_some_and(|held| held.by != By::Keys) && !self.is_busy.get();
            let pointer = self.pointer.get().filter(|_| is_dragged);
            pointer.is_some_and(|(_, from_top)| scrolled(from_top, height_of_window()) != 0.0)
        });
        Effect::new(move |_| {
            if !is_at_edge.get() {
                return;
            }
            if let Ok(handle) = set_interval_with_handle(move || self.scroll(), STEP) {
                on_cleanup(move || handle.clear());
            }
        });
    }

    /// Scrolls the page a step, as far as there is more of the grid; what is held stays where the pointer is.
    fn scroll(self) {
        let (Some(held), Some(pointer)) = (self.holding(), self.pointer.get_untracked()) else { return };
        let Some(list) = self.list.get_untracked() else { return };
        let (area, height) = (list.get_bounding_client_rect(), height_of_window());
        let step = within(scrolled(pointer.1, height), (area.top(), area.bottom()), height);
        window().scroll_by_with_x_and_y(0.0, step);
        self.take_along(held, pointer);
    }

    fn hold(self, before: Held, after: Held) {
        if before != after {
            self.held.set(Some(after));
        }
    }

    fn release(self) {
        if self.holding().is_some_and(|held| held.by != By::Keys) {
            self.put_down();
        }
    }

    fn let_go_of_pointer(self) {
        if self.holding().is_some_and(|held| held.by != By::Keys) {
            self.held.set(None);
        }
    }

    fn let_go_of_keys(self) {
        if self.holding().is_some_and(|held| held.by == By::Keys) {
            self.held.set(None);
        }
    }

    /// Takes hold by keys, or puts down. A press of a pointer has a count, and is no key.
    fn toggle(self, index: usize, event: &MouseEvent) {
        if event.detail() != 0 || self.is_busy.get_untracked() {
            return;
        }
        match self.held.get_untracked() {
            None => {
                self.error.set(None);
                self.held.set(self.panels.with_value(|panels| Held::taken(panels, index, By::Keys)));
            }
            Some(held) if held.by == By::Keys => self.put_down(),
            Some(_) => {}
        }
    }

    fn press(self, event: &KeyboardEvent) {
        let Some(held) = self.holding() else { return };
        let key = event.key();
        if key == "Escape" {
            self.held.set(None);
        } else if held.by == By::Keys {
            let pressed = |panels: &Vec<PanelPlan>| held.pressed(panels, &key, event.shift_key());
            let Some(next) = self.panels.with_value(pressed) else { return };
            self.hold(held, next);
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Keeps where the panel is now. Signals may be gone by the time the answer comes, so they are only tried.
    fn put_down(self) {
        let Some(held) = self.holding() else { return };
        if !self.panels.with_value(|panels| held.changes(panels)) {
            self.held.set(None);
            return;
        }
        self.is_busy.set(true);
        let Held { index, place, width, height, .. } = held;
        let fields = ArrangePanelFields { index, to: place, width, height, ..self.which.get_value() };
        leptos::task::spawn_local(async move {
            match place_panel(fields).await {
                // The page is drawn again; until then it shows where the panel goes.
                Ok(()) => {
                    let _ = self.moved.try_set(Some(place));
                    let _ = self.on_change.try_run(String::new());
                }
                Err(error) => {
                    let _ = self.error.try_set(Some(error));
                    let _ = self.held.try_set(None);
                    let _ = self.is_busy.try_set(false);
                }
            }
        });
    }

    /// Once the page is drawn again: whoever works by keys goes on where they were.
    fn give_back_focus(self) {
        Effect::new(move |_| {
            if self.list.get().is_some()
                && let Some(place) = self.moved.get_untracked()
            {
                self.moved.set(None);
                give_focus(&button(place));
            }
        });
    }

    /// Where what is held would go, in words.
    fn said(self) -> Option<String> {
        let held = self.held.get()?;
        let (title, count) = self
            .panels
            .with_value(|panels| (panels.get(held.index).map(called).unwrap_or_default(), panels.len()));
        let width = text_of("panel.width", &held.width.to_string());
        let height = text_of("panel.height", held.height.word());
        let place = held.place + 1;
        Some(text_with(
            "panel.grid.held",
            &[
                ("title", &title),
                ("place", &place),
                ("panels", &count),
                ("width", &width),
                ("height", &height),
            ],
        ))
    }
}

/// Where in the window a pointer is.
fn place_of(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// How high the window is, in pixels; without an end where it does not say.
fn height_of_window() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::INFINITY)
}

/// The title of a panel, or that it has none.
fn called(panel: &PanelPlan) -> String {
    if panel.title.is_empty() { text("panel.untitled").to_owned() } else { panel.title.clone() }
}

/// The button of the panel in this place.
fn button(place: usize) -> String {
    format!(".panel-tile:nth-child({}) button", place + 1)
}
