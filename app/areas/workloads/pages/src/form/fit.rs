//! On how many nodes the pods of the draft would fit, while it is written.

use super::editing::Editing;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ConsoleError, Level};
use serde_json::Value;
use std::time::Duration;
use ui::{LevelMark, error_words};
use workloads_contract::{Fit, Obstacle, read_fit};

/// How long nothing may have been typed before the cluster is asked.
const PAUSE: Duration = Duration::from_millis(400);
/// How often it is asked again: nodes fill up and empty.
const AGAIN: Duration = Duration::from_secs(10);
/// So many reasons are told.
const REASONS: usize = 4;

/// The panel; nothing for kinds that have no pods.
pub fn panel(editing: Editing) -> AnyView {
    let Some(template) = editing.form.template else { return ().into_any() };
    let spec = Memo::new(move |_| {
        let draft = editing.draft.read();
        draft.at(0, &format!("{template}/spec")).cloned().unwrap_or(Value::Null)
    });
    let fit = RwSignal::new(None::<Result<Fit, ConsoleError>>);
    let ask = move || {
        let Some(asked) = spec.try_get_untracked() else { return };
        let cluster = editing.cluster();
        leptos::task::spawn_local(async move {
            let answer = read_fit(cluster, asked.clone()).await;
            // Something else may have been typed meanwhile, or the form left.
            if spec.try_get_untracked().as_ref() == Some(&asked) {
                let _ = fit.try_set(Some(answer));
            }
        });
    };
    Effect::new(move |_| {
        spec.track();
        if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
            on_cleanup(move || timer.clear());
        }
        if let Ok(timer) = set_interval_with_handle(ask, AGAIN) {
            on_cleanup(move || timer.clear());
        }
    });
    let content = move || {
        fit.get().map(|fit| {
            let content = match fit {
                Ok(fit) => shown(&fit),
                Err(error) => view! { <p class="hint">{error_words(&error)}</p> }.into_any(),
            };
            view! {
                <section class="form-fit" aria-label=text("fit")>
                    <h2>{text("fit")}</h2>
                    {content}
                </section>
            }
        })
    };
    content.into_any()
}

fn shown(fit: &Fit) -> AnyView {
    let level = match fit.fitting {
        0 => Level::Failed,
        fitting if fitting == fit.nodes => Level::Healthy,
        _ => Level::Warning,
    };
    let words = text_with("fit.on", &[("fitting", &fit.fitting), ("nodes", &fit.nodes)]);
    let reason = |(obstacle, count): &(Obstacle, u32)| {
        let words = obstacle_words(obstacle);
        view! { <li><span class="form-fit-count">{*count}</span>" "{words}</li> }
    };
    let reasons = fit.obstacles.iter().take(REASONS).map(reason).collect_view();
    let is_told = !fit.obstacles.is_empty();
    view! {
        <p class="form-fit-sum" role="status"><LevelMark level=Signal::stored(level)/>" "{words}</p>
        {is_told.then(|| view! { <ul>{reasons}</ul> })}
        <p class="hint">{text("fit.hint")}</p>
    }
    .into_any()
}

fn obstacle_words(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Cordoned => text("fit.cordoned").to_owned(),
        Obstacle::Taint { taint } => text_with("fit.taint", &[("taint", taint)]),
        Obstacle::Labels => text("fit.labels").to_owned(),
        Obstacle::Short { resource } => text_with("fit.short", &[("resource", resource)]),
        Obstacle::Full => text("fit.full").to_owned(),
    }
}
