//! How much there is when, as bars.

use crate::listed::listed;
use crate::log_view::Moments;
use crate::quantity::number;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::Timestamp;
use model::chart::Frame;

/// How much there is in a stretch of time, and where to look at it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistogramBar {
    /// All of it.
    pub total: u64,
    /// What is bad.
    pub failed: u64,
    /// What somebody should look at.
    pub warned: u64,
    /// The address that shows only this stretch.
    pub href: String,
}

/// Bars over time, each a link to its stretch: a list, so that it reads without seeing it.
#[component]
pub fn Histogram(
    /// What is counted.
    #[prop(into)]
    title: String,
    /// When the bars begin.
    frame: Frame,
    /// The bars, one for each point of the frame.
    bars: Vec<HistogramBar>,
    /// What bad ones are called.
    #[prop(into)]
    failed: String,
    /// What those are called that somebody should look at.
    #[prop(into)]
    warned: String,
) -> impl IntoView {
    let moments = Moments::new();
    let largest = bars.iter().map(|bar| bar.total).max().unwrap_or(0).max(1);
    let sum = |part: fn(&HistogramBar) -> u64| bars.iter().map(part).sum::<u64>();
    let counts = [sum(|bar| bar.failed), sum(|bar| bar.warned)];
    let drawn = bars.into_iter().enumerate().map(|(index, bar)| {
        let words = described(&bar, &failed, &warned);
        let (start, moments) = (frame.at(index), moments.clone());
        let when = move || format!("{} – {}", minute(&moments, start), words.clone());
        let spoken = when.clone();
        view! {
            <li>
                <a href=bar.href.clone() title=when tabindex="-1">
                    {drawing(&bar, largest)}
                    <span class="visually-hidden">{spoken}</span>
                </a>
            </li>
        }
    });
    let drawn = drawn.collect_view();
    let legend = [("failed", failed), ("warned", warned)].into_iter().zip(counts);
    let legend = legend.filter(|(_, count)| *count > 0).map(|((shade, words), count)| {
        view! { <li data-shade=shade>{words}" "<strong>{number(count as i64)}</strong></li> }
    });
    let legend = legend.collect_view();
    let ends = [frame.at(0), frame.at(frame.points().saturating_sub(1))].map(|at| {
        let moments = moments.clone();
        view! { <span>{move || minute(&moments, at)}</span> }
    });
    view! {
        <figure class="histogram">
            <figcaption class="visually-hidden">{title.clone()}</figcaption>
            <p class="histogram-scale">{text_with("histogram.most", &[("count", &number(largest as i64))])}</p>
            <ol class="histogram-bars" aria-label=title>{drawn}</ol>
            <div class="histogram-times">{ends}</div>
            <ul class="histogram-legend" aria-label=text("histogram.legend")>{legend}</ul>
        </figure>
    }
}

fn minute(moments: &Moments, at: Timestamp) -> String {
    moments.write(at.0 * 1_000_000_000).chars().take(16).collect()
}

fn described(bar: &HistogramBar, failed: &str, warned: &str) -> String {
    let mut words = vec![number(bar.total as i64)];
    for (count, name) in [(bar.failed, failed), (bar.warned, warned)] {
        if count > 0 {
            words.push(format!("{name} {}", number(count as i64)));
        }
    }
    listed(&words)
}

/// A bar in hundredths of the height; anything at all can be seen.
fn drawing(bar: &HistogramBar, largest: u64) -> AnyView {
    let height = |count: u64| match count {
        0 => 0.0,
        count => (count as f64 * 100.0 / largest as f64).max(2.0),
    };
    let rest = bar.total.saturating_sub(bar.failed + bar.warned);
    let mut top = 100.0;
    let parts = [("failed", bar.failed), ("warned", bar.warned), ("rest", rest)].map(|(shade, count)| {
        let height = height(count);
        top -= height;
        (count > 0).then(|| {
            view! { <rect data-shade=shade x="0" width="1" y=format!("{top:.1}") height=format!("{height:.1}")></rect> }
        })
    });
    view! {
        <svg viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden="true">{parts}</svg>
    }
    .into_any()
}
