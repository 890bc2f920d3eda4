//! Searches that are kept by name.

use crate::address::{Address, address_of_saved};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::{ClusterName, ConsoleError, Thing, Window, link};
use records_contract::{
    Audience, RemoveSearch, RenameSearch, SaveSearch, SavedSearch, read_audiences, read_saved_searches,
};
use ui::{
    ButtonKind, Card, Command, Empty, Field, Glyph, KeyValue, KeyValueItem, LinkButton, PageHeader,
    PageTitle, Problem, Select, Since, SkeletonTable, awaited, command_form, plain_table,
};

/// The searches that the reader finds, with the form for the one that the address brings along.
#[component]
pub fn SavedSearchesPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let cluster = Memo::new(move |_| cluster_of(&params.read()));
    let keeps = Memo::new(move |_| query.read().get("of").is_some());
    let found = Resource::new_blocking(
        move || (cluster.get(), keeps.get()),
        |(cluster, keeps)| async move {
            let cluster = cluster?;
            let searches = read_saved_searches(cluster.clone()).await?;
            let audiences = if keeps { read_audiences(cluster.clone()).await? } else { Vec::new() };
            Ok::<_, ConsoleError>((searches, audiences, cluster))
        },
    );
    let on_change = Callback::new(move |_: String| found.refetch());
    let content = move || {
        let asked = query.get();
        Suspend::new(async move {
            match found.await {
                Ok((searches, audiences, cluster)) => draw(searches, &audiences, &cluster, &asked, on_change),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("saved")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn cluster_of(params: &ParamsMap) -> Result<ClusterName, ConsoleError> {
    let cluster = params.get("cluster").unwrap_or_default();
    ClusterName::parse(&cluster).map_err(|_| ConsoleError::unknown(Thing::Cluster(cluster)))
}

fn draw(
    searches: Vec<SavedSearch>,
    audiences: &[Audience],
    cluster: &ClusterName,
    asked: &ParamsMap,
    on_change: Callback<String>,
) -> AnyView {
    let back = link::records(cluster, "");
    let actions =
        move || view! { <LinkButton href=back glyph=Glyph::Search>{text("saved.search")}</LinkButton> };
    let keep = kept_from(cluster, asked).map(|address| keep_form(&address, audiences, on_change));
    let edited = asked.get("edit").and_then(|id| searches.iter().find(|search| search.id == id));
    let edit = edited.filter(|search| search.may_change).map(|search| edit_forms(search, cluster, on_change));
    let table = if searches.is_empty() && keep.is_some() {
        ().into_any()
    } else if searches.is_empty() {
        view! { <Empty glyph=Glyph::Search title=text("saved.none") explanation=text("saved.none.text")/> }
            .into_any()
    } else {
        table(searches, cluster)
    };
    view! {
        <PageHeader title=text("saved") kind=cluster.to_string() actions/>
        {keep}
        {edit}
        {table}
    }
    .into_any()
}

/// The search that an address brings along to be kept.
fn kept_from(cluster: &ClusterName, asked: &ParamsMap) -> Option<Address> {
    let of = asked.get("of")?;
    let mut params = ParamsMap::new();
    params.insert("cluster".to_owned(), cluster.to_string());
    params.insert("of".to_owned(), of);
    Address::parse(&params, asked).ok()
}

fn keep_form(address: &Address, audiences: &[Audience], on_change: Callback<String>) -> AnyView {
    let (from, to) = address.window.to_texts();
    let hidden = [
        ("fields[cluster]", address.cluster.to_string()),
        ("fields[of]", address.of.word().to_owned()),
        ("fields[query]", address.query.clone()),
        ("fields[from]", from),
        ("fields[to]", to),
    ];
    let command = Command {
        hidden: hidden.into(),
        fields: &["name", "audience"],
        cancel: Some((text("saved.cancel").to_owned(), address.href())),
        on_done: Some(on_change),
        ..Command::new(SaveSearch::PATH, text("saved.keep"))
    };
    let audiences: Vec<_> =
        audiences.iter().map(|audience| (audience.word(), audience_words(audience))).collect();
    let form = command_form(command, |problems| {
        view! {
            <Field
                name="fields[name]"
                label=text("saved.name")
                hint=text("saved.name.hint")
                problem=problems.at("name")
                autocomplete="off"
                required=true
            />
            <Select
                name="fields[audience]"
                label=text("saved.audience")
                hint=text("saved.audience.hint")
                options=Signal::stored(audiences)
                problem=problems.at("audience")
            />
        }
        .into_any()
    });
    let (of, what, when) =
        (text_of("of", address.of.word()), what(&address.query), window_words(address.window));
    view! {
        <div class="wide-form">
            <Card title=text("saved.new")>
                <KeyValue>
                    <KeyValueItem name=text("saved.of")>{of}</KeyValueItem>
                    <KeyValueItem name=text("query")>{what}</KeyValueItem>
                    <KeyValueItem name=text("time")>{when}</KeyValueItem>
                </KeyValue>
                {form}
            </Card>
        </div>
    }
    .into_any()
}

/// Another name for a search, or its end.
fn edit_forms(search: &SavedSearch, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let hidden = vec![("fields[cluster]", cluster.to_string()), ("fields[id]", search.id.clone())];
    let rename = Command {
        hidden: hidden.clone(),
        fields: &["name"],
        cancel: Some((text("saved.cancel").to_owned(), link::saved_searches(cluster))),
        on_done: Some(on_change),
        ..Command::new(RenameSearch::PATH, text("saved.rename"))
    };
    let remove = Command {
        kind: ButtonKind::Danger,
        hidden,
        on_done: Some(on_change),
        ..Command::new(RemoveSearch::PATH, text("saved.remove"))
    };
    let name = search.name.clone();
    let rename = command_form(rename, |problems| {
        view! {
            <Field
                name="fields[name]"
                label=text("saved.name")
                value=Signal::stored(name)
                problem=problems.at("name")
                autocomplete="off"
                required=true
            />
        }
        .into_any()
    });
    let gone = match search.audience {
        Audience::Own => text("saved.remove.own"),
        Audience::Project(_) | Audience::Cluster => text("saved.remove.shared"),
    };
    let remove = command_form(remove, |_| view! { <p class="field-hint">{gone}</p> }.into_any());
    let title = text_with("saved.change.of", &[("name", &search.name)]);
    view! { <div class="wide-form"><Card title>{rename}{remove}</Card></div> }.into_any()
}

fn table(searches: Vec<SavedSearch>, cluster: &ClusterName) -> AnyView {
    let headings = [
        text("saved.name"),
        text("query"),
        text("time"),
        text("saved.audience"),
        text("saved.by"),
        text("saved.change"),
    ];
    let rows = searches.into_iter().map(|search| row(search, cluster)).collect_view().into_any();
    let table = plain_table(text("saved"), &headings, rows);
    view! { <Card title=text("saved.all") flush=true>{table}</Card> }.into_any()
}

fn row(search: SavedSearch, cluster: &ClusterName) -> AnyView {
    let href = address_of_saved(cluster, &search);
    let edit = search.may_change.then(|| {
        let href = format!("{}?edit={}", link::saved_searches(cluster), link::escape(&search.id));
        let spoken = text_with("saved.change.of", &[("name", &search.name)]);
        view! { <a href=href aria-label=spoken>{text("saved.change.link")}</a> }
    });
    let SavedSearch { name, of, query, window, audience, made_by, made, .. } = search;
    view! {
        <tr>
            <th scope="row"><a href=href>{name}</a><span class="about">{text_of("of", of.word())}</span></th>
            <td data-heading=text("query")>{what(&query)}</td>
            <td data-heading=text("time")>{window_words(window)}</td>
            <td data-heading=text("saved.audience")>{audience_words(&audience)}</td>
            <td data-heading=text("saved.by")>{made_by}" "<span class="about"><Since at=made in_words=true/></span></td>
            <td data-heading=text("saved.change")>{edit}</td>
        </tr>
    }
    .into_any()
}

fn what(query: &str) -> AnyView {
    match query {
        "" => text("saved.everything").into_any(),
        query => view! { <code class="saved-query">{query.to_owned()}</code> }.into_any(),
    }
}

fn window_words(window: Window) -> String {
    match window {
        Window::Last(_) => text_with("saved.last", &[("stretch", &window.to_texts().0)]),
        Window::Between(from, to) => {
            let written = |moment: model::Timestamp| {
                moment.to_rfc3339().chars().take(16).collect::<String>().replace('T', " ")
            };
            text_with("saved.between", &[("from", &written(from)), ("to", &written(to))])
        }
    }
}

/// Who finds a search, in words.
pub fn audience_words(audience: &Audience) -> String {
    match audience {
        Audience::Own => text("saved.own").to_owned(),
        Audience::Cluster => text("saved.cluster").to_owned(),
        Audience::Project(namespace) => text_with("saved.project", &[("project", namespace)]),
    }
}
