//! One line among its neighbours.

use crate::address::Address;
use crate::answer::answer;
use crate::lines;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::Level;
use records_contract::{Around, AroundRequest, Field, Query, read_around};
use ui::{Banner, Glyph, LinkButton};

/// The line that an address names, with what the same container wrote before and after it.
pub fn around(address: Address) -> AnyView {
    let request = AroundRequest {
        cluster: address.cluster.clone(),
        id: address.line.clone().unwrap_or_default(),
        lines: address.lines,
    };
    let found = Resource::new(move || request.clone(), read_around);
    answer(found, Callback::new(move |()| found.refetch()), address, answered)
}

fn answered(around: Around, address: &Address) -> AnyView {
    let Around { lines, at, more, .. } = around;
    let line = lines.get(at as usize).cloned();
    let id = line.as_ref().map(|line| line.id.clone()).unwrap_or_default();
    let words = line.as_ref().map(|line| {
        text_with(
            "around",
            &[("container", &line.container), ("pod", &line.pod), ("namespace", &line.namespace)],
        )
    });
    let back = address.with(|_| ());
    // The container's lines alone, in the stretch of time that was looked at.
    let own = line.map(|line| {
        let query = Query::default()
            .with(Field::Namespace, &line.namespace)
            .with(Field::Pod, &line.pod)
            .with(Field::Container, &line.container);
        address.with(|address| address.query = query.to_text())
    });
    let wider = (more.0 || more.1).then(|| {
        let lines = (address.lines * 4).min(AroundRequest::MOST_LINES);
        let line = address.line.clone();
        address.with(|address| {
            address.line = line;
            address.lines = lines;
        })
    });
    let wider = wider.filter(|_| address.lines < AroundRequest::MOST_LINES);
    let wider = wider.map(|href| view! { <LinkButton href>{text("around.more")}</LinkButton> });
    let actions = move || {
        view! {
            <LinkButton href=back glyph=Glyph::ChevronLeft>{text("around.back")}</LinkButton>
            {own.map(|href| view! { <LinkButton href>{text("around.own")}</LinkButton> })}
        }
    };
    view! {
        <Banner level=Level::Inactive actions>{words}</Banner>
        {lines::list(lines, address, Some(&id))}
        <div class="tab-actions">{wider}</div>
    }
    .into_any()
}
