//! Ready-made rules: what the catalogue has, what is installed of it, and the form that installs, updates and removes it.

mod address;
mod change;
mod form;
mod group;

use super::list::not_served;
use super::past::told as past_told;
use crate::cluster::{head, use_cluster};
use crate::panel::none;
use crate::words::text;
use address::{asked, past_of};
use change::change;
use form::form;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, link};
use monitoring_contract::{BuiltInBook, BuiltInList, past_built_in, preview_built_in, read_built_in};
use ui::{Card, Problem, SkeletonCards, SkeletonTable, awaited};

/// The catalogue of ready-made rules beside what a cluster has of it.
#[component]
pub fn BuiltInRulesPage() -> impl IntoView {
    let cluster = use_cluster();
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
                Ok((BuiltInBook::Known(list), cluster)) => draw(list, &cluster, again),
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

fn draw(list: BuiltInList, cluster: &ClusterName, again: Callback<()>) -> AnyView {
    let rules = link::rules(cluster);
    view! {
        <div class="dashboard-head">
            <h2>{text("built-in")}</h2>
            <div class="dashboard-actions"><a href=rules>{text("built-in.all")}</a></div>
        </div>
        <p class="hint">{text("built-in.text")}</p>
        <div id="change" class="rule-past built-in-told">{previewed(cluster.clone())}</div>
        <div id="past" class="rule-past built-in-told">{past(cluster.clone())}</div>
        {form(list, cluster, again)}
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
            let title = format!("{alert}: {}", text("rule.past"));
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
