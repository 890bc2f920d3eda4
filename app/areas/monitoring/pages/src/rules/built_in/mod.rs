//! Ready-made rules: what the catalogue has, what is installed of it, and the form that installs, updates and removes it.

mod address;
mod change;
mod find;
mod form;
mod group;

use super::list::not_served;
use super::past::told as past_told;
use crate::address::with_pairs;
use crate::cluster::{head, use_cluster};
use crate::panel::none;
use crate::sift::{SEARCH, search_box};
use crate::words::{text, text_of, text_with};
use address::{asked, past_of};
use change::change;
use find::HERE;
use form::form;
use group::{Looked, anchor, installed};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, link};
use monitoring_contract::{
    BuiltInBook, BuiltInGroupView, BuiltInList, past_built_in, preview_built_in, read_built_in,
};
use ui::{Card, Problem, SkeletonCards, SkeletonTable, awaited};

/// The catalogue of ready-made rules beside what a cluster has of it.
#[component]
pub fn BuiltInRulesPage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let search = Memo::new(move |_| query.read().get(SEARCH).unwrap_or_default().trim().to_owned());
    let found = Resource::new_blocking(
        move || cluster.get(),
        |cluster| async move { Ok::<_, ConsoleError>((read_built_in(cluster.clone()?).await?, cluster?)) },
    );
    let again = Callback::new(move |()| found.refetch());
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((BuiltInBook::NotServed, cluster)) => not_served(&cluster),
                Ok((BuiltInBook::Unmeasured, _)) => none(text("built-in.unmeasured").to_owned(), &[]),
                Ok((BuiltInBook::Known(list), cluster)) => draw(list, &cluster, search, again),
                Err(error) => {
                    let here = cluster.get_untracked().as_ref().map(link::built_in_rules).unwrap_or_default();
                    view! { <Problem error here on_retry=again/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("alerts".to_owned()))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: BuiltInList, cluster: &ClusterName, search: Memo<String>, again: Callback<()>) -> AnyView {
    let rules = link::rules(cluster);
    let looked = Looked { search, past: use_query_map().with_untracked(past_of) };
    let groups = groups(&list.groups);
    view! {
        <div class="dashboard-head">
            <h2>{text("built-in")}</h2>
            <div class="dashboard-actions"><a href=rules>{text("built-in.all")}</a></div>
        </div>
        <p class="hint">{text("built-in.text")}</p>
        <div id="change" class="rule-past built-in-told">{previewed(cluster.clone())}</div>
        <div id="past" class="rule-past built-in-told">{past(cluster.clone())}</div>
        <div class="rank-bar">{sought(cluster, search)}</div>
        {groups}
        {form(list, cluster, &looked, again)}
    }
    .into_any()
}

/// The box for searching: what else the address says of the form stays in it.
fn sought(cluster: &ClusterName, search: Memo<String>) -> AnyView {
    let (page, query) = (link::built_in_rules(cluster), use_query_map());
    let kept = Signal::derive(move || {
        let pairs = query.get().into_iter().filter(|(name, _)| name != SEARCH);
        pairs.map(|(name, value)| (name.into_owned(), value)).collect::<Vec<_>>()
    });
    let searched = {
        let page = page.clone();
        move |search: String| {
            let mut pairs = kept.get_untracked();
            pairs.push((SEARCH.to_owned(), search.trim().to_owned()));
            with_pairs(&page, &pairs)
        }
    };
    let hints = ["severity:critical"].into_iter().chain(HERE).map(str::to_owned).collect();
    search_box(page, (text("built-in.search"), hints), (search.into(), kept), searched)
}

/// The way to each group, with how many of its rules are installed. The browser itself goes there, for it unfolds what folds.
fn groups(groups: &[BuiltInGroupView]) -> AnyView {
    let way = |group: &BuiltInGroupView| {
        let (href, title) = (format!("#{}", anchor(&group.word)), text_of("built-in.group", &group.word));
        let (here, all) = (installed(&group.rules), group.rules.len());
        let count = text_with("built-in.count.of", &[("installed", &here), ("all", &all)]);
        view! {
            <li>
                <a href=href rel="external">{title}</a>
                " "
                <span class="count">{count}</span>
            </li>
        }
    };
    let ways = groups.iter().map(way).collect_view();
    view! {
        <nav class="built-in-ways" aria-label=text("built-in.groups")>
            <ul>{ways}</ul>
        </nav>
    }
    .into_any()
}

/// What the form would do, once that was asked.
fn previewed(cluster: ClusterName) -> AnyView {
    let query = use_query_map();
    let fields = Memo::new(move |_| asked(&query.read(), &cluster));
    let answer = Resource::new(
        move || fields.get(),
        |fields| async move {
            match fields {
                Some(fields) => Some(preview_built_in(fields).await),
                None => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            match answer.await {
                None => ().into_any(),
                Some(Ok(preview)) => change(preview),
                Some(Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

/// What the rule that the address names would have done, once that was asked.
fn past(cluster: ClusterName) -> AnyView {
    let query = use_query_map();
    let rule = Memo::new(move |_| past_of(&query.read()));
    let answer = Resource::new(
        move || rule.get().map(|rule| (cluster.clone(), rule)),
        |asked| async move {
            match asked {
                Some((cluster, rule)) => Some((past_built_in(cluster, rule.clone()).await, rule)),
                None => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            let Some((told, rule)) = answer.await else { return ().into_any() };
            // The catalogue itself stays on the server.
            let (alert, severity) = rule.rsplit_once('/').unwrap_or((rule.as_str(), ""));
            let title = format!("{alert}{}", ui::about_words(text("rule.past")));
            let answer = match told {
                Ok(preview) => past_told(preview, severity),
                Err(error) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            };
            view! { <Card title=title>{answer}</Card> }.into_any()
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition> }
        .into_any()
}
