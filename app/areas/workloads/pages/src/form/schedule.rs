//! When a cron job runs: a line that takes any time table, a button for each of the usual ones, and when that would be.

use super::controls::Part;
use super::next_runs::next_runs;
use crate::words::{text, text_of};
use leptos::prelude::*;
use serde_json::Value;
use workloads_contract::written::to_text;

/// The usual time tables, by their ids in text keys.
const USUAL: [(&str, &str); 4] =
    [("hourly", "0 * * * *"), ("daily", "0 0 * * *"), ("weekly", "0 0 * * 0"), ("monthly", "0 0 1 * *")];

/// The line, the buttons, and when it runs next.
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
            {next_runs(part)}
        </div>
    }
    .into_any()
}

/// The time zone by whose clocks it runs. There are some hundred: they are there once somebody comes to the field.
pub fn time_zone(part: &Part) -> AnyView {
    let is_asked = RwSignal::new(false);
    let id = format!("{}-zones", part.spot.place());
    let options = move || {
        let all = is_asked.get().then(model::time_zones);
        all.into_iter().flatten().map(|zone| view! { <option value=zone></option> }).collect_view()
    };
    view! {
        <div on:focusin=move |_| is_asked.set(true)>
            <ui::Field
                name=part.spot.place()
                label=part.label.clone()
                value=part.text()
                hint=part.hint.clone()
                problem=part.problem
                code=true
                list=id.clone()
                on_input=part.on_text(to_text)
            />
            <datalist id=id>{options}</datalist>
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
