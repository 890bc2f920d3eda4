//! What trying a provider out found.

use crate::words::{text, text_of};
use leptos::prelude::*;
use model::{Level, Status};
use providers_contract::Step;
use ui::{Card, StatusMark};

/// Each step with its result and how long it took.
pub(crate) fn trial(steps: Vec<Step>) -> AnyView {
    let is_well = steps.iter().all(|step| step.result.is_ok());
    let sum = if is_well { text("trial.well") } else { text("trial.broken") };
    let rows = steps.into_iter().map(step).collect_view();
    view! {
        <Card title=text("trial")>
            <p class="card-text" role="status">{sum}</p>
            <ol class="trial">{rows}</ol>
        </Card>
    }
    .into_any()
}

fn step(step: Step) -> AnyView {
    let (level, words) = match step.result {
        Ok(words) => (Level::Healthy, words),
        Err(words) => (Level::Failed, words),
    };
    view! {
        <li>
            <StatusMark status=Status::new(level, text_of("step", step.name.word()))/>
            <span class="trial-time">{format!("{} ms", step.milliseconds)}</span>
            <p class="trial-words">{words}</p>
        </li>
    }
    .into_any()
}
