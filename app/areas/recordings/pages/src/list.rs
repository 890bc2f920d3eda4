//! The recordings of a cluster, or of one of its projects.

use crate::names;
use crate::policy::policy;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use model::{ClusterName, ConsoleError, Thing, link};
use recordings_contract::{RecordingLine, RecordingsPage as Page, RecordingsQuery, read_recordings};
use ui::{
    Button, ButtonKind, Card, Empty, Field, Glyph, LinkButton, PageHeader, PageTitle, Problem, Since,
    SkeletonTable, StatusMark, Until, awaited, deed_words, plain_table,
};

/// What terminals showed, with its search. The question stands in the address.
#[component]
pub fn RecordingsPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let name = params.read().get("cluster").unwrap_or_default();
        let cluster =
            ClusterName::parse(&name).map_err(|_| ConsoleError::unknown(Thing::Cluster(name.to_string())))?;
        Ok::<_, ConsoleError>(question(cluster, &query.read()))
    });
    let found =
        Resource::new_blocking(move || asked.get(), |asked| async move { read_recordings(asked?).await });
    let on_change = Callback::new(move |_: String| found.refetch());
    let content = move || {
        Suspend::new(async move {
            match (found.await, asked.get_untracked()) {
                (Ok(page), Ok(asked)) => draw(&page, &asked, on_change),
                (Err(error), asked) => {
                    let here = asked.map(|asked| address(&asked, "")).unwrap_or_default();
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
                (Ok(_), Err(error)) => view! { <Problem error/> }.into_any(),
            }
        })
    };
    let kind = asked.get_untracked().map(|asked| asked.cluster.to_string()).unwrap_or_default();
    view! {
        <PageTitle text=text("recordings")/>
        <PageHeader title=text("recordings") kind/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn question(cluster: ClusterName, query: &ParamsMap) -> RecordingsQuery {
    let get = |name: &str| query.get(name).unwrap_or_default();
    RecordingsQuery {
        cluster,
        namespace: get("namespace"),
        person: get("person"),
        from: get("from"),
        to: get("to"),
        before: get("before"),
    }
}

/// The page's address with a question.
fn address(query: &RecordingsQuery, before: &str) -> String {
    let pairs = [
        ("namespace", query.namespace.as_str()),
        ("person", &query.person),
        ("from", &query.from),
        ("to", &query.to),
        ("before", before),
    ];
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", link::escape(value))).collect();
    let page = link::recordings(&query.cluster, None);
    if pairs.is_empty() { page } else { format!("{page}?{}", pairs.join("&")) }
}

fn draw(page: &Page, query: &RecordingsQuery, on_change: Callback<String>) -> AnyView {
    let recorded = policy(&query.cluster, &page.policy, on_change);
    let Some(lines) = &page.lines else {
        return view! { {recorded}<p class="hint">{text("recordings.may-not")}</p> }.into_any();
    };
    let table = if lines.is_empty() {
        view! { <Empty glyph=Glyph::Terminal title=text("recordings.none") explanation=text("recordings.none.text")/> }
            .into_any()
    } else {
        let headings = [
            text("terminal"),
            text("person"),
            text("began"),
            text("length"),
            text("ended"),
            text("kept"),
            text("show"),
        ];
        plain_table(text("recordings"), &headings, lines.iter().map(row).collect_view().into_any())
    };
    let next = page.next.as_ref().map(|next| {
        view! { <div class="tab-actions"><LinkButton href=address(query, next)>{text("older")}</LinkButton></div> }
    });
    view! {
        {recorded}
        {filters(query)}
        <Card title=text("recordings") flush=true>{table}</Card>
        {next}
    }
    .into_any()
}

fn filters(query: &RecordingsQuery) -> AnyView {
    let value = |text: &String| Signal::stored(text.clone());
    let clear = address(
        &RecordingsQuery { person: String::new(), from: String::new(), to: String::new(), ..query.clone() },
        "",
    );
    view! {
        <form class="filters" method="get" action=link::recordings(&query.cluster, None)>
            <Field name="namespace" label=text("project") value=value(&query.namespace) autocomplete="off"/>
            <Field name="person" label=text("person") value=value(&query.person) autocomplete="off"/>
            <Field name="from" label=text("from") value=value(&query.from) input_type="date"/>
            <Field name="to" label=text("to") value=value(&query.to) input_type="date"/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("search")}</Button>
                <LinkButton href=clear>{text("clear")}</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

fn row(line: &RecordingLine) -> AnyView {
    let place = names::place(line);
    let spoken = format!("{}{}", text("replay"), ui::about_words(&ui::listed(&[&line.person, &place])));
    let until = line.kept_until.map(|at| view! { <Until at/> });
    let status = names::status(line);
    let why = status.reason.clone();
    view! {
        <tr>
            <th scope="row">
                {place}<span class="about">{deed_words(&line.action)}</span>
            </th>
            <td data-heading=text("person")>{line.person.clone()}</td>
            <td data-heading=text("began")><Since at=line.started with_time=true/></td>
            <td data-heading=text("length")>{names::clock(line.seconds)}</td>
            <td data-heading=text("ended")><StatusMark status/><span class="about">{why}</span></td>
            <td data-heading=text("kept")>{until}</td>
            <td><a href=link::recording(&line.cluster, &line.id) aria-label=spoken>{text("replay")}</a></td>
        </tr>
    }
    .into_any()
}
