//! Where a service is reached from outside its cluster.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ClusterName, KindSlug, ResourceRef, link};
use resources_contract::{ObjectView, Outside, Through, Way};
use ui::{Card, plain_table};

/// The addresses, as links where they are for browsers; nothing for what is not reached.
pub(super) fn card(object: Signal<ObjectView>) -> AnyView {
    let outside = Memo::new(move |_| object.read().outside.clone());
    let cluster = object.read_untracked().resource.cluster.clone();
    let card = move || {
        let Outside { ways, more_nodes } = outside.get();
        (!ways.is_empty()).then(|| {
            let is_internal = |way: &Way| matches!(way.through, Through::Node { is_internal: true, .. });
            let hint = ways
                .iter()
                .any(is_internal)
                .then(|| view! { <p class="hint">{text("outside.internal")}</p> });
            let more = (more_nodes > 0).then(|| {
                view! { <p class="hint">{text_with("outside.more", &[("count", &more_nodes)])}</p> }
            });
            let headings = [text("outside.port"), text("outside.address"), text("outside.through")];
            let rows = ways.into_iter().map(|way| row(way, &cluster)).collect_view().into_any();
            view! { <Card title=text("outside")>{plain_table(text("outside"), &headings, rows)}{hint}{more}</Card> }
        })
    };
    card.into_any()
}

fn row(way: Way, cluster: &ClusterName) -> AnyView {
    let link = way.link();
    let Way { port, through, address, .. } = way;
    let address = match link {
        Some(href) => {
            view! { <a href=href rel="noopener noreferrer external" target="_blank">{address}</a> }.into_any()
        }
        None => view! { <code>{address}</code> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{port}</th>
            <td data-heading=text("outside.address")>{address}</td>
            <td data-heading=text("outside.through")>{through_words(through, cluster)}</td>
        </tr>
    }
    .into_any()
}

fn through_words(through: Through, cluster: &ClusterName) -> AnyView {
    match through {
        Through::Balancer => text("outside.balancer").into_any(),
        Through::External => text("outside.external").into_any(),
        Through::Node { name, .. } => {
            let title = name.to_string();
            let href = KindSlug::parse("nodes").ok().map(|kind| {
                link::object(&ResourceRef { cluster: cluster.clone(), kind, namespace: None, name })
            });
            view! { <a href=href>{title}</a> }.into_any()
        }
    }
}
