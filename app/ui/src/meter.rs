//! Used of limit.

use crate::quantity::{percent, quantity};
use leptos::prelude::*;
use model::Unit;

/// How much of something is used: a bar, and both amounts in words. Turns to warning at 80 % and to failing at 95 %.
#[component]
pub fn Meter(
    /// What is measured.
    #[prop(into)]
    title: String,
    /// How much is used.
    #[prop(into)]
    used: Signal<f64>,
    /// How much there is; `None` when there is no limit.
    #[prop(into)]
    of: Signal<Option<f64>>,
    /// What both amounts count.
    unit: Unit,
) -> impl IntoView {
    let share = move || of.get().map_or(0, |of| percent(used.get(), of));
    let level = move || match share() {
        95.. => "failed",
        80.. => "warning",
        _ => "plain",
    };
    let amounts = move || match of.get() {
        Some(of) => format!("{} / {}", quantity(used.get(), unit), quantity(of, unit)),
        None => quantity(used.get(), unit),
    };
    view! {
        <div class="meter" data-level=level>
            <span class="meter-title">{title}</span>
            <span class="meter-amounts">{amounts}</span>
            <span class="meter-share">{move || of.get().map(|_| format!("{} %", share()))}</span>
            // The amounts above say the same in words, so the bar is for the eye only.
            <svg class="meter-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="meter-ground" width="100" height="4"></rect>
                <rect class="meter-fill" width=move || share().to_string() height="4"></rect>
            </svg>
        </div>
    }
}
