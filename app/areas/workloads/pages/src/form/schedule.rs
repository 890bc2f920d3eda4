//! When a cron job runs: a line that takes any time table, and a button for each of the usual ones.

use super::controls::Part;
use crate::words::{text, text_of};
use leptos::prelude::*;
use serde_json::Value;
use workloads_contract::written::to_text;

/// The usual time tables, by their ids in text keys.
const USUAL: [(&str, &str); 4] =
    [("hourly", "0 * * * *"), ("daily", "0 0 * * *"), ("weekly", "0 0 * * 0"), ("monthly", "0 0 1 * *")];

/// The line and the buttons.
pub fn schedule(part: &Part, required: bool) -> AnyView {
    let written = part.text();
    let button = |(id, table): (&'static str, &'static str)| {
        let (editing, spot) = (part.editing, part.spot.clone());
        let on_press = move |_| editing.set(spot.object, &spot.path, Some(Value::from(table)));
        view! {
            <button type="button" aria-pressed=move || (*written.read() == table).to_string() on:click=on_press>
                {text_of("schedule", id)}
            </button>
        }
    };
    view! {
        <div class="form-picked">
            {part.line(required, to_text)}
            <fieldset class="segments needs-scripts">
                <legend>{text("schedule.usual")}</legend>
                {USUAL.map(button).collect_view()}
            </fieldset>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use workloads_contract::Rule;

    #[test]
    fn the_usual_time_tables_are_good_and_have_names() {
        for (id, table) in USUAL {
            assert_eq!(Rule::Schedule.wrong(&json!(table)), None, "{id}");
            assert_ne!(text_of("schedule", id), format!("schedule.{id}"));
        }
    }
}
