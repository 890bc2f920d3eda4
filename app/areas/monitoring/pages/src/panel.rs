//! One card of a board.

use crate::address::{TimeAddress, with_pairs};
use crate::aged::aged;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{ClusterName, Timestamp, link};
use monitoring_contract::{Panel, PanelContent, Window};
use ui::{Card, Chart, Problem};

/// What is done with a stretch of time that was chosen in a chart.
pub type Zoom = Callback<(Timestamp, Timestamp)>;

pub fn panel(panel: Panel, cluster: &ClusterName, address: &TimeAddress, on_zoom: Zoom) -> AnyView {
    let Panel { card, unit: _, queries, content, aged: old } = panel;
    let title = text_of("card", &card);
    let explore = explore(queries.first(), &title, cluster, address);
    let body = match content {
        PanelContent::Chart(chart) => {
            let name = Callback::new(|key: String| text_of("line", &key));
            view! { <Chart title=title.clone() chart=*chart name on_zoom/> }.into_any()
        }
        PanelContent::NoData => none(text("panel.none").to_owned(), &[]),
        PanelContent::NotMeasured(names) => none(text("panel.unmeasured").to_owned(), &names),
        PanelContent::Failed(error) => view! { <Problem error/> }.into_any(),
    };
    view! { <Card title actions=move || explore>{aged(old, true)}{body}</Card> }.into_any()
}

/// The way to a panel's query, over the same stretch of time.
pub fn explore(
    query: Option<&String>,
    title: &str,
    cluster: &ClusterName,
    address: &TimeAddress,
) -> Option<AnyView> {
    let mut pairs = vec![("query".to_owned(), query?.clone())];
    let (from, to) = address.window.to_texts();
    if address.window != Window::default() {
        pairs.extend([("from".to_owned(), from), ("to".to_owned(), to)]);
    }
    let href = with_pairs(&link::explore(cluster), &pairs);
    let spoken = text_with("panel.explore.of", &[("title", &title)]);
    Some(view! { <a href=href aria-label=spoken>{text("panel.explore")}</a> }.into_any())
}

/// What stands where nothing can be shown.
pub fn none(words: String, names: &[String]) -> AnyView {
    let names = (!names.is_empty()).then(|| view! { <p><code>{names.join(" ")}</code></p> });
    view! { <div class="panel-none"><p>{words}</p>{names}</div> }.into_any()
}
