//! What stands above the rows: search, namespaces, help.

use super::Address;
use crate::surroundings::Surroundings;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::{Level, Namespace, link};
use ui::{Glyph, LinkButton, Menu, SearchBox};

/// Search box, namespace filter and the help on searching.
pub(super) fn tools(address: Address, surroundings: Surroundings) -> AnyView {
    let go = use_navigate();
    let on_search = Callback::new(move |search: String| {
        let address = address.read_untracked();
        if search.trim() != address.query.search {
            let href = address.asking(|query| query.search = search.trim().to_owned());
            // One entry of the history for a whole search, not one for each letter.
            go(&href, NavigateOptions { replace: true, scroll: false, ..Default::default() });
        }
    });
    let action = Signal::derive(move || {
        let address = address.read();
        link::list(&address.query.cluster, &address.query.kind)
    });
    let link = Callback::new(move |search: String| address.read().asking(|query| query.search = search));
    view! {
        <div class="list-tools">
            <SearchBox
                action
                value=Signal::derive(move || address.read().query.search.clone())
                placeholder=text("search.placeholder")
                keep=Signal::derive(move || address.read().kept())
                link
                suggestions=suggestions()
                on_search
            />
            {namespaces(address, surroundings)}
            {super::views::views(address, surroundings)}
            {alert_on_this(address, surroundings)}
            {help()}
        </div>
    }
    .into_any()
}

/// The way to an alert on what the list is narrowed to, for who may keep one.
fn alert_on_this(address: Address, surroundings: Surroundings) -> AnyView {
    let is_offered = move || {
        let address = address.read();
        let query = &address.query;
        let is_narrowed = !query.search.is_empty() || !query.namespaces.is_empty();
        is_narrowed && surroundings.find(&query.kind).is_some_and(|facts| facts.alertable)
    };
    let href = Signal::derive(move || link::new_list_alert(&address.read().query));
    view! {
        <Show when=is_offered>
            <LinkButton href glyph=Glyph::Bell>{text("alert-on-this")}</LinkButton>
        </Show>
    }
    .into_any()
}

fn suggestions() -> Signal<Vec<String>> {
    Signal::stored(Level::ALL.iter().map(|level| format!("status:{}", level.word())).collect())
}

/// A form of its own, so that it works without scripts; with scripts a choice takes effect at once.
fn namespaces(address: Address, surroundings: Surroundings) -> AnyView {
    let go = use_navigate();
    let choose = Callback::new(move |chosen: String| {
        let href = address.read_untracked().asking(|query| {
            query.namespaces = Namespace::parse(&chosen).into_iter().collect();
        });
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let option = move |namespace: Namespace| {
        let name = namespace.to_string();
        let is_chosen = address.read().query.namespaces.as_slice() == [namespace];
        view! { <option value=name.clone() selected=is_chosen>{name.clone()}</option> }
    };
    let several = move || {
        let address = address.read();
        let names: Vec<String> = address.query.namespaces.iter().map(ToString::to_string).collect();
        (names.len() > 1).then(|| view! { <option selected=true>{ui::listed(&names)}</option> })
    };
    let kept = move || {
        let address = address.read();
        let search = ("search".to_owned(), address.query.search.clone());
        let others = address.kept().into_iter().filter(|(name, _)| name != "namespace");
        let hidden = |(name, value): (String, String)| view! { <input type="hidden" name=name value=value/> };
        others.chain([search]).filter(|(_, value)| !value.is_empty()).map(hidden).collect_view()
    };
    let is_namespaced =
        move || surroundings.find(&address.read().query.kind).is_none_or(|facts| facts.namespaced);
    let action = move || link::list(&address.read().query.cluster, &address.read().query.kind);
    view! {
        <Show when=is_namespaced>
            <form class="namespace-filter" method="get" action=action>
                {kept}
                <select
                    class="input"
                    name="namespace"
                    aria-label=text("namespace")
                    on:change=move |event| choose.run(event_target_value(&event))
                >
                    <option value="">{text("namespace.all")}</option>
                    {several}
                    {move || surroundings.namespaces.get().into_iter().map(option).collect_view()}
                </select>
                <noscript>
                    <button class="button" type="submit">{text("show")}</button>
                </noscript>
            </form>
        </Show>
    }
    .into_any()
}

fn help() -> AnyView {
    let example = |(term, member): (&'static str, &'static str)| {
        view! { <div class="key-value-item"><dt><code>{term}</code></dt><dd>{text_of("search.help", member)}</dd></div> }
    };
    let examples = [
        ("web", "word"),
        ("status:failed", "status"),
        ("node:worker-2", "column"),
        ("app=web", "label"),
        ("restarts>3", "compare"),
        ("-namespace:kube-system", "not"),
        (".spec.nodeName:worker-2", "path"),
    ];
    view! {
        <Menu title=text("search.help") glyph=Glyph::Help compact=true>
            <div class="search-help">
                <p>{text("search.help.intro")}</p>
                <dl class="key-value">{examples.map(example).collect_view()}</dl>
            </div>
        </Menu>
    }
    .into_any()
}

/// "1 object", "12 objects".
pub(super) fn count(total: u64) -> String {
    text_with("objects", &[("count", &ui::quantity::number(total as i64))])
}
