//! The alerts on lists of a cluster, with what each finds.

use crate::address::with_pairs;
use crate::cluster::{ask_again, head, use_cluster};
use crate::sift::{SEARCH, finds_list_alert, search_box};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Level, Status, link};
use monitoring_contract::{ListAlertBook, ListAlertRow, ListStanding, ListState, Window, read_list_alerts};
use ui::{Card, Empty, Glyph, Problem, Since, SkeletonTable, StatusMark, awaited, plain_table};

/// All alerts on lists that the reader may see.
#[component]
pub fn ListAlertsPage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let search = Memo::new(move |_| query.read().get(SEARCH).unwrap_or_default());
    let found = Resource::new(
        move || cluster.get(),
        |cluster| async move {
            Ok::<_, model::ConsoleError>((read_list_alerts(cluster.clone()?).await?, cluster?))
        },
    );
    ask_again(move || found.refetch());
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((book, cluster)) => draw(book, &cluster, search),
                Err(error) => {
                    let here = cluster.get_untracked().as_ref().map(link::list_alerts).unwrap_or_default();
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("alerts".to_owned()))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(book: ListAlertBook, cluster: &ClusterName, search: Memo<String>) -> AnyView {
    let ListAlertBook { alerts, may_make } = book;
    let alerting = view! {
        <p class="hint alert-actions"><a href=link::alerts(cluster)>{text("list-alerts.alerts")}</a></p>
    };
    if alerts.is_empty() {
        let explanation =
            if may_make { text("list-alerts.none.text") } else { text("list-alerts.none.others") };
        return view! {
            {alerting}
            <Empty glyph=Glyph::Bell title=text("list-alerts.none") explanation/>
        }
        .into_any();
    }
    let (page, kept) = (link::list_alerts(cluster), Signal::stored(Vec::new()));
    let searched = {
        let page = page.clone();
        move |search: String| with_pairs(&page, &[(SEARCH.to_owned(), search.trim().to_owned())])
    };
    let hints = ["state:firing", "state:off", "severity:critical"].map(str::to_owned).into();
    let found = search_box(page, (text("list-alerts.search"), hints), (search.into(), kept), searched);
    let table = move || {
        let search = search.read();
        table(alerts.iter().filter(|alert| finds_list_alert(&search, alert)).cloned().collect())
    };
    view! {
        {alerting}
        <div class="rank-bar">{found}</div>
        {table}
    }
    .into_any()
}

fn table(alerts: Vec<ListAlertRow>) -> AnyView {
    if alerts.is_empty() {
        let (title, explanation) = (text("list-alerts.sifted"), text("list-alerts.sifted.text"));
        return view! { <Empty glyph=Glyph::Search title explanation/> }.into_any();
    }
    let headings = [
        text("list-alert"),
        text("list-alert.list"),
        text("list-alert.state"),
        text("list-alert.written"),
        text("list-alert.change"),
    ];
    let rows = alerts.into_iter().map(row).collect_view().into_any();
    let table = plain_table(text("list-alerts"), &headings, rows);
    view! {
        <div class="list-alerts">
            <Card title=text("list-alerts") flush=true>
                <p class="card-note">{text("list-alerts.rights")}" "{text("list-alerts.silences")}</p>
                {table}
            </Card>
        </div>
    }
    .into_any()
}

fn row(row: ListAlertRow) -> AnyView {
    let line = row.line();
    let ListAlertRow {
        id,
        name,
        severity,
        hold_seconds,
        least,
        query,
        written_by,
        written,
        standing,
        may_change,
    } = row;
    let holds = match hold_seconds {
        0 => text("list-alert.at-once").to_owned(),
        seconds => text_with("list-alert.lasts", &[("duration", &Window::Last(seconds).to_texts().0)]),
    };
    let least = (least > 1).then(|| text_with("list-alert.at-least", &[("count", &least)]));
    let about = [Some(text_of("rule.severity", severity.word())), Some(holds), least];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let edit = may_change.then(|| {
        let spoken = text_with("list-alert.change.of", &[("name", &name)]);
        let href = link::list_alert(&query.cluster, &id);
        view! { <a href=href aria-label=spoken>{text("list-alert.change")}</a> }
    });
    let state = state(standing, severity.level());
    view! {
        <tr>
            <th scope="row"><div>{name}<span class="about">{about}</span></div></th>
            <td data-heading=text("list-alert.list")>
                <a class="rule-query" href=link::table(&query)><code>{line}</code></a>
            </td>
            <td data-heading=text("list-alert.state")><div>{state}</div></td>
            <td data-heading=text("list-alert.written")>
                <div>{written_by}<span class="about"><Since at=written in_words=true/></span></div>
            </td>
            <td>{edit}</td>
        </tr>
    }
    .into_any()
}

/// What is known of a list: a mark, and below it why or since when.
pub fn state(standing: ListStanding, level: Level) -> AnyView {
    let mark =
        |level: Level, words: String| view! { <StatusMark status=Status::new(level, words)/> }.into_any();
    let said = |words: String| view! { <p class="alert-words">{words}</p> }.into_any();
    match standing {
        ListStanding::New => mark(Level::Progressing, text_of("list-alert.state", "new")),
        ListStanding::Off { since } => {
            let mark = mark(Level::Inactive, text_of("list-alert.state", "off"));
            let off = text("list-alert.off");
            view! { {mark}<p class="alert-words">{off}" "<Since at=since in_words=true/></p> }.into_any()
        }
        ListStanding::Known(state) => known(&state, level),
        ListStanding::Unknown { cause, last } => {
            let mark = mark(Level::Unknown, text_of("list-alert.state", "unknown"));
            let last = last.map(|last| {
                let words = text_with("list-alert.last", &[("matched", &matched(&last))]);
                view! { <p class="alert-words">{words}" "<Since at=last.looked in_words=true/></p> }
            });
            view! { {mark}{said(cause)}{last} }.into_any()
        }
        ListStanding::Withdrawn => {
            let mark = mark(Level::Warning, text_of("list-alert.state", "withdrawn"));
            view! { {mark}{said(text("list-alert.withdrawn").to_owned())} }.into_any()
        }
        ListStanding::Hidden => {
            let mark = mark(Level::Unknown, text_of("list-alert.state", "hidden"));
            view! { {mark}{said(text("list-alert.hidden").to_owned())} }.into_any()
        }
    }
}

fn known(state: &ListState, level: Level) -> AnyView {
    let words = matched(state);
    let (level, mark) = match state {
        ListState { matched: 0, .. } => (Level::Healthy, text_of("list-alert.state", "quiet")),
        ListState { firing: 0, .. } => (Level::Progressing, text_of("list-alert.state", "pending")),
        _ => (level, text_of("list-alert.state", "firing")),
    };
    let since = state.since.map(|at| view! { " "<Since at in_words=true/> });
    let found = (state.matched > 0).then(|| view! { <p class="alert-words">{words}{since}</p> });
    view! { <StatusMark status=Status::new(level, mark)/>{found} }.into_any()
}

/// "3 objects".
pub fn matched(state: &ListState) -> String {
    text_with("list-alert.matched", &[("count", &state.matched)])
}
