//! When a cron job would run next, while its time table is written.

use super::controls::Part;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::ConsoleError;
use std::time::Duration;
use ui::{Until, error_words, is_own_clock};
use workloads_contract::written::text_of_value;
use workloads_contract::{NextRun, NextRuns, read_next_runs};

/// How long nothing may have been typed before it is reckoned.
const PAUSE: Duration = Duration::from_millis(400);

/// The next runs, by the clocks of the time zone beside the time table, and by those of the reader where they show something
/// else.
pub fn next_runs(part: &Part) -> AnyView {
    let (editing, object, schedule) = (part.editing, part.spot.object, part.text());
    let around = part.spot.path.rsplit_once('/').map_or("", |(around, _)| around);
    let zone_path = format!("{around}/timeZone");
    let question = Memo::new(move |_| {
        let zone = text_of_value(editing.draft.read().at(object, &zone_path));
        (schedule.get(), zone)
    });
    let answer = RwSignal::new(None::<(String, Result<NextRuns, ConsoleError>)>);
    let ask = move || {
        let Some(asked) = question.try_get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let (schedule, zone) = asked.clone();
            let is_said = !schedule.trim().is_empty();
            let found = if is_said { Some(read_next_runs(schedule, zone.clone()).await) } else { None };
            // Something else may have been typed meanwhile, or the form left.
            if question.try_get_untracked().as_ref() == Some(&asked) {
                let _ = answer.try_set(found.map(|found| (zone, found)));
            }
        });
    };
    Effect::new(move |_| {
        question.track();
        if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
    let content = move || {
        answer.get().map(|(zone, found)| match found {
            Ok(found) => shown(&zone, found),
            Err(error) => hint(error_words(&error)),
        })
    };
    view! { <div class="form-runs" aria-live="polite">{content}</div> }.into_any()
}

fn shown(zone: &str, found: NextRuns) -> AnyView {
    let runs = match found {
        NextRuns::At(runs) if runs.is_empty() => return hint(text("runs.none").to_owned()),
        NextRuns::At(runs) => runs,
        NextRuns::SinceItsStart => return hint(text("runs.since-its-start").to_owned()),
        NextRuns::NoTable => return hint(text("runs.no-table").to_owned()),
        NextRuns::NoZone => return hint(text_with("runs.no-zone", &[("zone", &zone)])),
    };
    let is_own = is_own_clock(runs.iter().map(|run| (run.at, run.offset_seconds)).collect());
    let zone = zone.to_owned();
    let words = move || match (zone.as_str(), is_own.get()) {
        ("", true) => text("runs.utc-own").to_owned(),
        ("", false) => text("runs.utc").to_owned(),
        (zone, true) => text_with("runs.zone-own", &[("zone", &zone)]),
        (zone, false) => text_with("runs.zone", &[("zone", &zone)]),
    };
    let run = |NextRun { at, there, .. }: NextRun| {
        let own = move || (!is_own.get()).then(|| view! { " "<span class="hint"><Until at/></span> });
        view! { <li><code>{there}</code>{own}</li> }
    };
    view! {
        <p class="field-hint">{words}</p>
        <ol>{runs.into_iter().map(run).collect_view()}</ol>
    }
    .into_any()
}

fn hint(words: String) -> AnyView {
    view! { <p class="field-hint">{words}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;
    use rendering::render;

    async fn html(zone: &'static str, found: NextRuns) -> String {
        render("/", move || shown(zone, found)).await
    }

    #[tokio::test]
    async fn runs_are_told_by_the_clocks_of_the_time_zone() {
        let run = NextRun {
            at: Timestamp(1_795_407_600),
            there: "2026-11-23 05:20 +01:00".to_owned(),
            offset_seconds: 3600,
        };

        let there = html("Europe/Zurich", NextRuns::At(vec![run])).await;

        assert!(there.contains("2026-11-23 05:20 +01:00") && there.contains("Europe/Zurich"), "{there}");
        assert!(there.contains("2026-11-23 04:20 UTC"), "and by the reader's: {there}");
        assert!(html("", NextRuns::At(Vec::new())).await.contains("five years"));
        assert!(html("Mars/Olympus", NextRuns::NoZone).await.contains("Mars/Olympus"));
    }

    #[tokio::test]
    async fn what_the_readers_clock_shows_as_well_is_told_once() {
        for (zone, words) in [("", "and so does your clock"), ("Etc/UTC", "which show what yours does")] {
            let run = NextRun {
                at: Timestamp(1_795_407_600),
                there: "2026-11-23 04:20 +00:00".to_owned(),
                offset_seconds: 0,
            };

            let html = html(zone, NextRuns::At(vec![run])).await;

            assert_eq!(html.matches("04:20").count(), 1, "{html}");
            assert!(html.contains(words) && !html.contains("then by your"), "{html}");
        }
    }
}
