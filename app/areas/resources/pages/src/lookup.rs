//! Search over all kinds and clusters.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{Level, TableQuery, link};
use resources_contract::{Hit, SearchGroup, SearchResults, Unsearched, search};
use ui::{
    Banner, Card, Empty, Glyph, PageHeader, PageTitle, Problem, SearchBox, SkeletonTable, StatusMark, awaited,
};

/// What was found for the words in the address, by cluster and kind.
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.read().get("q").unwrap_or_default().trim().to_owned());
    let found = Resource::new_blocking(
        move || words.get(),
        |words| async move { if words.is_empty() { Ok(SearchResults::default()) } else { search(words).await } },
    );
    let go = use_navigate();
    let on_search = Callback::new(move |words: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        go(&link::search(words.trim()), options);
    });
    let link = Callback::new(|words: String| link::search(&words));
    let content = move || {
        Suspend::new(async move {
            let answer = found.await;
            let words = words.get_untracked();
            match answer {
                Ok(found) => results(found, &words),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here=link::search(&words) on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("lookup")/>
        <PageHeader title=text("lookup")/>
        <SearchBox action="/search" name="q" value=words placeholder=text("lookup.placeholder") link on_search/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn results(found: SearchResults, words: &str) -> AnyView {
    let missing = |missing: &Unsearched| {
        let words = unsearched(missing);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    };
    let missing = found.missing.iter().map(missing).collect_view();
    if words.is_empty() {
        return view! {
            <Empty glyph=Glyph::Search title=text("lookup.start") explanation=text("lookup.start.text")/>
        }
        .into_any();
    }
    if found.groups.is_empty() {
        return view! {
            {missing}
            <Empty
                glyph=Glyph::Search
                title=text_with("lookup.nothing", &[("words", &words)])
                explanation=text("lookup.nothing.text")
            />
        }
        .into_any();
    }
    let groups = found.groups.into_iter().map(|found| group(found, words)).collect_view();
    view! { {missing}<div class="found">{groups}</div> }.into_any()
}

fn group(group: SearchGroup, words: &str) -> AnyView {
    let SearchGroup { cluster, kind, kind_title, hits, total } = group;
    let more = (total > hits.len() as u64).then(|| {
        let query = TableQuery { search: words.to_owned(), ..TableQuery::of(cluster.clone(), kind.clone()) };
        let all = text_with("lookup.all", &[("count", &ui::quantity::number(total as i64))]);
        view! { <a href=link::table(&query)>{all}</a> }
    });
    let title = format!("{kind_title} · {cluster}");
    view! {
        <Card title flush=true actions=move || more>
            <ul class="hits">{hits.into_iter().map(hit).collect_view()}</ul>
        </Card>
    }
    .into_any()
}

/// What could not be searched, and why.
fn unsearched(missing: &Unsearched) -> String {
    let Unsearched { system, kinds, more, why } = missing;
    let (system, cause) = (ui::system_words(system), ui::cause_words(why));
    if kinds.is_empty() {
        return text_with("lookup.missing", &[("system", &system), ("cause", &cause)]);
    }
    let named = ui::listed(kinds);
    let kinds = match *more {
        0 => named,
        more => text_with("lookup.missing.more", &[("kinds", &named), ("more", &more)]),
    };
    text_with("lookup.missing.kinds", &[("kinds", &kinds), ("system", &system), ("cause", &cause)])
}

fn hit(hit: Hit) -> AnyView {
    let Hit { resource, status, matched } = hit;
    let namespace = resource.namespace.as_ref().map(|namespace| {
        view! { <span class="hit-namespace">{namespace.to_string()}</span> }
    });
    view! {
        <li>
            <a href=link::object(&resource)>{resource.name.to_string()}</a>
            {namespace}
            {status.map(|status| view! { <StatusMark status/> })}
            {matched.map(|matched| view! { <code class="hit-matched">{matched}</code> })}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Language, Outage, Preferences, System};

    #[test]
    fn what_could_not_be_searched_is_said_in_the_readers_language() {
        let system = System::Cluster("quarry".into());
        let kinds = vec!["Pods".to_owned(), "Jobs".to_owned()];
        let missing = Unsearched { system, kinds, more: 3, why: Outage::FirstReading.into() };

        let words = "Pods, Jobs and 3 more kinds in cluster quarry could not be searched: still being read for the first time";
        assert_eq!(unsearched(&missing), words);
        let chinese = Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            unsearched(&missing)
        });
        assert_eq!(chinese, "无法在集群 quarry 中搜索 Pods、Jobs 以及另外 3 种：仍在首次读取中");
    }
}
