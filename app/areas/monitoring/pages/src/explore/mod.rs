//! Queries of one's own.

mod answer;
mod asked;
mod form;
mod history;
mod offers;

use crate::address::TimeAddress;
use crate::board::look_again;
use crate::cluster::{head, use_cluster};
use crate::missing::missing;
use crate::time_bar::time_bar;
use answer::answered;
use form::form;
use history::history;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{Timestamp, link};
use monitoring_contract::{ExploreRequest, Measured, Window, run_query};
use ui::{Problem, SkeletonCards, awaited, provide_chart_pointer};

/// Queries, one chart of them all, and what is wrong with one where it is.
#[component]
pub fn ExplorePage() -> impl IntoView {
    provide_chart_pointer();
    let cluster = use_cluster();
    let query = use_query_map();
    let typed = Memo::new(move |_| asked::parse(&query.read()));
    let address = Memo::new(move |_| {
        let path = cluster.read().as_ref().map(link::explore).unwrap_or_default();
        TimeAddress::parse(path, asked::pairs(&typed.read()), &query.read())
    });
    let request = Memo::new(move |_| {
        cluster.get().map(|cluster| ExploreRequest {
            cluster,
            queries: typed.get(),
            window: address.read().window,
        })
    });
    let answer = Resource::new(move || request.get(), |request| async move { run_query(request?).await });
    look_again(address.into(), move || answer.refetch());
    let go = use_navigate();
    let on_zoom = Callback::new(move |(from, to): (Timestamp, Timestamp)| {
        let to = Timestamp(to.0.max(from.0 + 60));
        let href = address.read_untracked().with(|address| address.window = Window::Between(from, to));
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let content = move || {
        Suspend::new(async move {
            let (answer_now, request) = (answer.await, request.get_untracked());
            match (answer_now, request) {
                (Ok(Measured::Answered(explored)), Ok(request)) => answered(*explored, &request, on_zoom),
                (Ok(Measured::Missing(found)), Ok(request)) => missing(&request.cluster, found),
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("explore".to_owned()))}
        {form(cluster, address, typed)}
        {history(address, typed)}
        {time_bar(address.into(), false)}
        <Transition fallback=|| view! { <SkeletonCards count=1/> }>{awaited(content)}</Transition>
    }
}
