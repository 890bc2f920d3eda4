//! What a rule would have done in the last day.

use super::address::asked;
use crate::panel::none;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, FieldProblem, Level, Unit};
use monitoring_contract::{Episode, RulePast, RulePreview, Severity, preview_rule};
use ui::quantity::quantity;
use ui::{Card, Chart, Problem, Since, SkeletonCards, awaited, plain_table, problem_words};

/// The answer to what was asked about the form; before that, what can be asked.
pub fn past(cluster: ClusterName, severity: String) -> AnyView {
    let query = use_query_map();
    let fields = Memo::new(move |_| asked(&query.read(), &cluster));
    let answer = Resource::new(
        move || fields.get(),
        |fields| async move {
            match fields {
                Some(fields) => Some(preview_rule(fields).await),
                None => None,
            }
        },
    );
    let content = move || {
        let severity = severity.clone();
        Suspend::new(async move {
            match answer.await {
                None => view! { <p class="card-text">{text("rule.past.text")}</p> }.into_any(),
                Some(Ok(preview)) => told(preview, &severity),
                Some(Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <Card title=text("rule.past")>
            <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition>
        </Card>
    }
    .into_any()
}

/// What a rule of this severity would have done.
pub fn told(preview: RulePreview, severity: &str) -> AnyView {
    match preview {
        RulePreview::Shown(past) => shown(*past, severity),
        RulePreview::Wrong(problems) => wrong(problems),
        RulePreview::Unmeasured => none(text("rule.past.unmeasured").to_owned(), &[]),
    }
}

/// What is to be corrected first.
pub fn wrong(problems: Vec<FieldProblem>) -> AnyView {
    let line = |problem: FieldProblem| view! { <li>{problem_words(&problem)}</li> };
    view! {
        <div class="query-fault" role="alert">
            <strong>{text("rule.past.wrong")}</strong>
            <ul>{problems.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn shown(past: RulePast, severity: &str) -> AnyView {
    let RulePast { query, confined_to, chart, threshold, unit, step, episodes, fired, seconds, series } =
        past;
    let duration = quantity(f64::from(seconds), Unit::Seconds);
    let sentence = if fired == 0 {
        text("rule.past.quiet").to_owned()
    } else {
        let times = text_with("rule.past.fired", &[("count", &fired), ("duration", &duration)]);
        format!("{times}{}", text_with("rule.past.series", &[("count", &series)]))
    };
    let step = quantity(f64::from(step), Unit::Seconds);
    let level = if severity == Severity::Critical.word() { Level::Failed } else { Level::Warning };
    let chart = match chart {
        Some(chart) => {
            let marks = threshold.map(|threshold| (threshold, level)).into_iter().collect::<Vec<_>>();
            let name = Callback::new(|key: String| key);
            view! { <Chart title=text("rule.past.measured") chart name marks/> }.into_any()
        }
        None => none(text("panel.none").to_owned(), &[]),
    };
    let compared = threshold
        .map(|threshold| text_with("rule.past.threshold", &[("threshold", &quantity(threshold, unit))]));
    let confined = confined_to.map(|project| {
        view! { <p class="field-hint">{text_with("rule.past.confined", &[("project", &project)])}</p> }
    });
    view! {
        <p class="rule-sentence"><strong>{sentence}</strong></p>
        <p class="field-hint">{text_with("rule.past.step", &[("step", &step)])}" "{compared}</p>
        {chart}
        {stretches(episodes, fired)}
        <p class="explore-sent">{text("rule.past.query")}" "<code>{query}</code></p>
        {confined}
    }
    .into_any()
}

fn stretches(episodes: Vec<Episode>, fired: u32) -> Option<AnyView> {
    if episodes.is_empty() {
        return None;
    }
    let left_out = fired.saturating_sub(episodes.len() as u32);
    let headings = [text("rule.past.from"), text("rule.past.lasted"), text("rule.past.of")];
    let row = |Episode { series, from, seconds, is_open }: Episode| {
        let lasted = quantity(f64::from(seconds), Unit::Seconds);
        let lasted = if is_open { text_with("rule.past.open", &[("duration", &lasted)]) } else { lasted };
        view! {
            <tr>
                <th scope="row"><Since at=from with_time=true/></th>
                <td data-heading=text("rule.past.lasted")>{lasted}</td>
                <td data-heading=text("rule.past.of")><code>{series}</code></td>
            </tr>
        }
    };
    let rows = episodes.into_iter().map(row).collect_view().into_any();
    let table = plain_table(text("rule.past.stretches"), &headings, rows);
    let more = (left_out > 0)
        .then(|| view! { <p class="field-hint">{text_with("rule.past.more", &[("count", &left_out)])}</p> });
    Some(view! { {table}{more} }.into_any())
}
