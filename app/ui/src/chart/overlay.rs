//! What a pointer finds over a drawing with time from left to right.

use super::axis::place;
use super::marks;
use leptos::prelude::*;
use model::Timestamp;
use model::chart::Frame;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

/// The moment that the pointer is at, shared by all charts of a page.
#[derive(Clone, Copy)]
struct Pointer(RwSignal<Option<i64>>);

/// Lets all charts below share one hover line.
pub fn provide_chart_pointer() {
    provide_context(Pointer(RwSignal::new(None)));
}

/// Less than this is a click, not a stretch of time, in pixels.
const CLICK: i32 = 5;

/// What is shown for a moment.
pub type Figures = Arc<dyn Fn(i64) -> AnyView + Send + Sync>;

/// The hover line with its figures, and the stretch that is being chosen.
pub fn overlay(frame: Frame, on_zoom: Option<Callback<(Timestamp, Timestamp)>>, figures: Figures) -> AnyView {
    let pointer = use_context::<Pointer>().unwrap_or_else(|| Pointer(RwSignal::new(None)));
    let is_here = RwSignal::new(false);
    let began = RwSignal::new(None::<(i32, i64)>);
    let moment = move |event: &PointerEvent| -> Option<i64> {
        let plot: HtmlElement = event.current_target()?.dyn_into().ok()?;
        let share = f64::from(event.offset_x()) / f64::from(plot.offset_width().max(1));
        let point = (share.clamp(0.0, 1.0) * (frame.points().saturating_sub(1)) as f64).round() as usize;
        Some(frame.at(point).0)
    };
    let on_move = move |event: PointerEvent| {
        is_here.set(true);
        pointer.0.set(moment(&event));
    };
    let on_leave = move |_| {
        is_here.set(false);
        pointer.0.set(None);
        began.set(None);
    };
    let on_down = move |event: PointerEvent| {
        if on_zoom.is_some() && event.button() == 0 && event.pointer_type() == "mouse" {
            event.prevent_default();
            began.set(moment(&event).map(|moment| (event.offset_x(), moment)));
        }
    };
    let on_up = move |event: PointerEvent| {
        let Some((x, first)) = began.get_untracked() else { return };
        began.set(None);
        if let (Some(last), Some(on_zoom)) = (moment(&event), on_zoom)
            && (event.offset_x() - x).abs() > CLICK
        {
            on_zoom.run((Timestamp(first.min(last)), Timestamp(first.max(last))));
        }
    };
    let at = Memo::new(move |_| frame.right(pointer.0.get()?).map(place));
    let line = move || {
        let x = at.get()?;
        Some(view! { <line class="chart-pointer" x1=x.clone() x2=x y1="0" y2="100%"/> })
    };
    let chosen = move || {
        let (_, first) = began.get()?;
        let (one, other) = (frame.right(first)?, frame.right(pointer.0.get()?)?);
        let (x, width) = (place(one.min(other)), place((one - other).abs()));
        Some(view! { <rect class="chart-chosen" x=x y="0" width=width height="100%"/> })
    };
    let figures = move || {
        let moment = pointer.0.get().filter(|_| is_here.get())?;
        Some(figures(moment))
    };
    view! {
        <div
            class="chart-overlay"
            class:zooms=on_zoom.is_some()
            on:pointermove=on_move
            on:pointerleave=on_leave
            on:pointerdown=on_down
            on:pointerup=on_up
        >
            <svg aria-hidden="true">{chosen}{line}</svg>
        </div>
        {figures}
    }
    .into_any()
}

/// A box with the figures of a moment, which is told in these words, on the side where the pointer is not.
pub fn figure_box(frame: Frame, moment: i64, at: String, lines: AnyView) -> AnyView {
    let side = frame.right(moment).is_some_and(|share| share < 50.0);
    view! {
        <div class="chart-figures" data-side=if side { "end" } else { "start" } aria-hidden="true">
            <p>{at}</p>
            <ul>{lines}{marks::told(frame, moment)}</ul>
        </div>
    }
    .into_any()
}
