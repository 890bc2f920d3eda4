//! What is marked in the charts of a dashboard, in words.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::chart::Mark;
use monitoring_contract::ShownAnnotation;
use ui::{Problem, Since, provide_chart_marks};

/// Marks them in all charts that are made after this.
pub fn mark(annotations: &[ShownAnnotation]) {
    provide_chart_marks(annotations.iter().flat_map(|annotation| annotation.marks.clone()).collect());
}

/// A list for each annotation, the latest first.
pub fn annotations(shown: Vec<ShownAnnotation>) -> Option<AnyView> {
    let one = |ShownAnnotation { name, marks, left_out, problem }: ShownAnnotation| {
        if let Some(error) = problem {
            let words = text_with("annotation.failed", &[("name", &name)]);
            return view! { <div class="dashboard-happened"><p>{words}</p><Problem error/></div> }.into_any();
        }
        let count = marks.len() + left_out as usize;
        if count == 0 {
            let words = text_with("annotation.none", &[("name", &name)]);
            return view! { <p class="dashboard-happened hint">{words}</p> }.into_any();
        }
        let item = |Mark { at, text, .. }: Mark| view! { <li><Since at with_time=true/>" "{text}</li> };
        let items = marks.into_iter().rev().map(item).collect_view();
        let earlier = (left_out > 0).then(
            || view! { <p class="hint">{text_with("annotation.earlier", &[("count", &left_out)])}</p> },
        );
        let title = name.clone();
        view! {
            <details class="dashboard-happened">
                <summary>{name}" "<span class="chart-figure">{ui::quantity::number(count as i64)}</span></summary>
                <ul tabindex="0" aria-label=title>{items}</ul>
                {earlier}
            </details>
        }
        .into_any()
    };
    (!shown.is_empty()).then(|| {
        let all = shown.into_iter().map(one).collect_view();
        view! { <section class="dashboard-marks" aria-label=text("annotations")>{all}</section> }.into_any()
    })
}
