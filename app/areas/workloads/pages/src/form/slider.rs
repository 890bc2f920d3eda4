//! An amount by a slider, beside the line that takes any.

use super::controls::Part;
use crate::words::text;
use leptos::prelude::*;
use model::quantity::thousandths;
use serde_json::Value;
use workloads_contract::written::text_of_value;
use workloads_contract::{LimitOf, Limited};

const CORES: &[&str] = &["10m", "20m", "50m", "100m", "200m", "500m", "1", "2", "4", "8", "16", "32", "64"];
const BYTES: &[&str] = &[
    "16Mi", "32Mi", "64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi", "64Gi",
    "128Gi", "256Gi",
];
const VOLUMES: &[&str] =
    &["1Gi", "2Gi", "5Gi", "10Gi", "20Gi", "50Gi", "100Gi", "200Gi", "500Gi", "1Ti", "2Ti", "5Ti", "10Ti"];

/// Where a slider can stand, for the amounts that have one.
fn stops(limited: &Limited) -> Option<&'static [&'static str]> {
    match (limited.of(), limited.resource()) {
        (LimitOf::PersistentVolumeClaim, _) => Some(VOLUMES),
        (_, "cpu") => Some(CORES),
        (_, "memory" | "ephemeral-storage") => Some(BYTES),
        _ => None,
    }
}

/// How many of the stops are not above an amount: all where it is none.
fn up_to(stops: &[&str], amount: &str) -> usize {
    let Some(most) = thousandths(amount) else { return stops.len() };
    stops.iter().filter(|stop| thousandths(stop).is_some_and(|stop| stop <= most)).count()
}

/// Where a slider stands for what is written: at the nearest stop that is not above it, at 0 where nothing is written.
fn place(stops: &[&str], written: &str) -> usize {
    if thousandths(written).is_some() { up_to(stops, written) } else { 0 }
}

/// The slider of an amount, up to what limit ranges allow; nothing for amounts that have none.
pub fn slider(part: &Part, limited: &Limited) -> AnyView {
    let Some(stops) = stops(limited) else { return ().into_any() };
    let (editing, spot) = (part.editing, part.spot.clone());
    let written = {
        let spot = spot.clone();
        Memo::new(move |_| text_of_value(editing.draft.read().at(spot.object, &spot.path)))
    };
    let now = Memo::new(move |_| place(stops, &written.read()));
    let most = {
        let limited = limited.clone();
        Memo::new(move |_| {
            let hints = limited.hints(&editing.limits.read());
            let most = hints.iter().filter_map(|hint| hint.most.as_deref());
            // What is written already stays in reach.
            most.map(|most| up_to(stops, most)).min().unwrap_or(stops.len()).max(now.get()).max(1)
        })
    };
    // A claim without a size is none.
    let least = usize::from(limited.of() == LimitOf::PersistentVolumeClaim);
    let on_input = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().unwrap_or_default();
        let amount = chosen.checked_sub(1).and_then(|index| stops.get(index));
        editing.set(spot.object, &spot.path, amount.map(|amount| Value::from(*amount)));
    };
    let told = move || match written.get() {
        written if written.is_empty() => text("slider.nothing").to_owned(),
        written => written,
    };
    view! {
        <input
            class="form-slider needs-scripts"
            type="range"
            min=least.to_string()
            max=move || most.get().to_string()
            step="1"
            value=now.get_untracked().to_string()
            prop:value=move || now.get().to_string()
            aria-label=text("slider")
            aria-description=part.label.clone()
            aria-valuetext=told
            on:input=on_input
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_go_up_and_are_quantities() {
        for stops in [CORES, BYTES, VOLUMES] {
            let amounts: Vec<i128> = stops.iter().filter_map(|stop| thousandths(stop)).collect();
            assert_eq!(amounts.len(), stops.len());
            assert!(amounts.is_sorted_by(|a, b| a < b), "{stops:?}");
        }
    }

    #[test]
    fn a_slider_stands_where_what_is_written_is() {
        assert_eq!(place(CORES, ""), 0);
        assert_eq!(place(CORES, "100m"), 4);
        assert_eq!(place(CORES, "0.1"), 4);
        assert_eq!(place(CORES, "150m"), 4);
        assert_eq!(place(CORES, "1m"), 0);
        assert_eq!(place(CORES, "100"), CORES.len());
        assert_eq!(place(BYTES, "much"), 0, "what is no amount is nowhere");
        assert_eq!(up_to(BYTES, "1Gi"), 7);
    }
}
