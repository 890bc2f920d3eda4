//! What was done, and refused.

use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{ClusterName, Level, Status, link};
use people_contract::{AuditLine, AuditPage as Page, AuditQuery, read_audit, read_late_changes};
use ui::{
    Button, ButtonKind, Card, Empty, Field, Glyph, LinkButton, PageHeader, PageTitle, Problem, Select, Since,
    SkeletonTable, StatusMark, awaited, deed_words, plain_table,
};

/// The audit trail with its search. The question stands in the address.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| question(&query.read()));
    let page = Resource::new_blocking(move || asked.get(), read_audit);
    let content = move || {
        Suspend::new(async move {
            match page.await {
                Ok(found) => draw(&asked.get_untracked(), &found),
                Err(error) => {
                    let on_retry = Callback::new(move |()| page.refetch());
                    view! { <Problem error here=link::AUDIT on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("audit")/>
        <PageHeader title=text("audit")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn question(query: &ParamsMap) -> AuditQuery {
    let get = |name: &str| query.get(name).unwrap_or_default();
    AuditQuery {
        person: get("person"),
        action: get("action"),
        decision: get("decision"),
        cluster: get("cluster"),
        namespace: get("namespace"),
        text: get("text"),
        from: get("from"),
        to: get("to"),
        before: get("before"),
    }
}

/// The page's address with a question.
fn address(query: &AuditQuery, before: &str) -> String {
    asking(link::AUDIT, query, before)
}

fn asking(page: &str, query: &AuditQuery, before: &str) -> String {
    let pairs = [
        ("person", query.person.as_str()),
        ("action", &query.action),
        ("decision", &query.decision),
        ("cluster", &query.cluster),
        ("namespace", &query.namespace),
        ("text", &query.text),
        ("from", &query.from),
        ("to", &query.to),
        ("before", before),
    ];
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", link::escape(value))).collect();
    if pairs.is_empty() { page.into() } else { format!("{page}?{}", pairs.join("&")) }
}

fn draw(query: &AuditQuery, page: &Page) -> AnyView {
    let table = if page.lines.is_empty() {
        view! { <Empty glyph=Glyph::Event title=text("audit.none") explanation=text("audit.none.text")/> }
            .into_any()
    } else {
        let headings =
            [text("time"), text("person"), text("action"), text("object"), text("outcome"), text("address")];
        plain_table(text("audit"), &headings, page.lines.iter().map(row).collect_view().into_any())
    };
    let next = page.next.as_ref().map(|next| {
        view! { <LinkButton href=address(query, next)>{text("older")}</LinkButton> }
    });
    // Links of files lead out of the console's own pages.
    let files = (!page.lines.is_empty()).then(|| {
        let file = |kind: &str| asking(&format!("{}/trail.{kind}", link::AUDIT), query, "");
        view! {
            <a class="button" rel="external" href=file("csv") download="">{text("audit.csv")}</a>
            <a class="button" rel="external" href=file("json") download="">{text("audit.json")}</a>
        }
    });
    view! {
        {filters(query, &page.actions)}
        {table}
        <div class="tab-actions">{next}{files}</div>
    }
    .into_any()
}

fn filters(query: &AuditQuery, actions: &[String]) -> AnyView {
    let any = |words: &str| (String::new(), words.to_owned());
    let actions = actions.iter().map(|action| (action.clone(), deed_words(action)));
    let actions: Vec<_> = std::iter::once(any(text("any"))).chain(actions).collect();
    let decisions = ["allowed", "refused"].map(|word| (word.to_owned(), text_of("decision", word)));
    let decisions: Vec<_> = std::iter::once(any(text("any"))).chain(decisions).collect();
    let value = |text: &String| Signal::stored(text.clone());
    view! {
        <form class="filters" method="get" action=link::AUDIT>
            <Field name="person" label=text("person") value=value(&query.person)/>
            <Select name="action" label=text("action") options=Signal::stored(actions) value=value(&query.action)/>
            <Select
                name="decision"
                label=text("decision")
                options=Signal::stored(decisions)
                value=value(&query.decision)
            />
            <Field name="cluster" label=text("cluster") value=value(&query.cluster)/>
            <Field name="namespace" label=text("namespace") value=value(&query.namespace)/>
            <Field name="text" label=text("text") value=value(&query.text)/>
            <Field name="from" label=text("from") value=value(&query.from) input_type="date"/>
            <Field name="to" label=text("to") value=value(&query.to) input_type="date"/>
            <div class="form-actions">
                <Button kind=ButtonKind::Primary form_type="submit">{text("search")}</Button>
                <LinkButton href=link::AUDIT>{text("clear")}</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

/// How what was asked for went.
fn outcome(line: &AuditLine) -> Status {
    let (level, word) = match (&line.refused, line.outcome.as_deref()) {
        (Some(_), _) => (Level::Warning, "refused"),
        (None, Some("failed")) => (Level::Failed, "failed"),
        (None, Some("unknown")) => (Level::Unknown, "unknown"),
        (None, Some(_)) => (Level::Healthy, "done"),
        (None, None) => (Level::Inactive, "allowed"),
    };
    Status::new(level, text_of("outcome", word))
}

fn row(line: &AuditLine) -> AnyView {
    let status = outcome(line);
    let why = line.refused.clone().filter(|why| !why.is_empty()).unwrap_or_else(|| line.detail.clone());
    let place: Vec<&str> =
        [line.cluster.as_deref(), line.namespace.as_deref()].into_iter().flatten().collect();
    let cluster = line.cluster.as_deref().and_then(|cluster| ClusterName::parse(cluster).ok());
    let replay = cluster.clone().zip(line.recording.as_ref()).map(|(cluster, id)| {
        view! { <a href=link::recording(&cluster, id)>{text("audit.replay")}</a> }
    });
    // What was refused never got there.
    let there = cluster.filter(|_| line.refused.is_none() && !line.request.is_empty()).map(|cluster| {
        let href = link::request_there(&cluster, &line.request, line.at);
        view! { <span class="about"><a href=href>{text("audit.there")}</a></span> }
    });
    let person = if line.person.is_empty() {
        text("nobody").into_any()
    } else {
        view! { <span>{line.person.clone()}</span> }.into_any()
    };
    view! {
        <tr title=line.request.clone()>
            <td data-heading=text("time")><Since at=line.at with_time=true/></td>
            <th scope="row">{person}</th>
            <td data-heading=text("action")>{deed_words(&line.action)}</td>
            <td>
                <span>{line.name.clone()}</span>" "
                <span class="also">{line.resource.clone()}</span>
                <span class="about">{place.join(" / ")}</span>
            </td>
            <td><StatusMark status/><span class="about">{why}</span>{replay}{there}</td>
            <td data-heading=text("address")><span class="address">{line.address.clone()}</span></td>
        </tr>
    }
    .into_any()
}

/// What people did last, in a card; nothing for who may see no trail.
#[component]
pub fn LateChangesCard() -> impl IntoView {
    let lines = Resource::new(|| (), |()| read_late_changes());
    let content = move || {
        Suspend::new(async move {
            match lines.await {
                Ok(lines) => lines.as_deref().map(late_changes),
                Err(error) => {
                    let on_retry = Callback::new(move |()| lines.refetch());
                    Some(view! { <Problem error on_retry/> }.into_any())
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition> }
}

fn late_changes(lines: &[AuditLine]) -> AnyView {
    let list = if lines.is_empty() {
        view! { <Empty glyph=Glyph::Event title=text("audit.none") explanation=text("changes.none.text")/> }
            .into_any()
    } else {
        view! { <ul class="changes">{lines.iter().map(change).collect_view()}</ul> }.into_any()
    };
    view! {
        <Card title=text("changes") flush=true wide=true>
            {list}
            <p class="hint"><a href=link::AUDIT>{text("changes.all")}</a></p>
        </Card>
    }
    .into_any()
}

fn change(line: &AuditLine) -> AnyView {
    let name = line.name.clone().unwrap_or_else(|| line.resource.clone());
    let place: Vec<&str> =
        [line.cluster.as_deref(), line.namespace.as_deref()].into_iter().flatten().collect();
    let about = AuditQuery {
        cluster: line.cluster.clone().unwrap_or_default(),
        namespace: line.namespace.clone().unwrap_or_default(),
        text: name.clone(),
        ..AuditQuery::default()
    };
    let place = (!place.is_empty()).then(|| view! { <span class="about">{place.join(" / ")}</span> });
    // That it went well needs no mark.
    let outcome =
        (line.outcome.as_deref() != Some("done")).then(|| view! { <StatusMark status=outcome(line)/> });
    view! {
        <li>
            <div class="change-head">
                <strong>{line.person.clone()}</strong>
                <span>{deed_words(&line.action)}</span>
                <a href=address(&about, "")>{name}</a>
                <Since at=line.at/>
            </div>
            {place}
            {outcome}
        </li>
    }
    .into_any()
}
