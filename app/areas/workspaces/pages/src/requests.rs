//! What people have asked for: what the reader decides, and their own.

use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{Level, link};
use ui::{
    Banner, ButtonKind, Card, Command, KeyValue, KeyValueItem, LinkButton, PageHeader, PageTitle, Problem,
    Since, SkeletonTable, TextArea, Until, awaited, command_form, plain_table,
};
use workspaces_contract::{
    ApproveRequest, OwnRequest, RefuseRequest, RequestList, RequestProgress, RequestToDecide,
    WaitingRequests, WithdrawRequest, read_requests,
};

/// Requests that wait for the reader, one of them open for deciding, and the reader's own.
#[component]
pub fn RequestsPage() -> impl IntoView {
    let query = use_query_map();
    let found = Resource::new_blocking(|| (), |()| read_requests());
    let on_change = Callback::new(move |_: String| found.refetch());
    let chosen = Memo::new(move |_| query.read().get("decide"));
    let waiting = use_context::<WaitingRequests>();
    let tell_number = move |number: usize| {
        Effect::new(move |_| {
            if let Some(WaitingRequests(waiting)) = waiting {
                waiting.set(Some(number as u64));
            }
        });
    };
    let content = move || {
        let chosen = chosen.get();
        Suspend::new(async move {
            match found.await {
                Ok(list) => {
                    tell_number(list.to_decide.len());
                    draw(&list, chosen.as_deref(), on_change)
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here=link::REQUESTS on_retry/> }.into_any()
                }
            }
        })
    };
    let actions = || view! { <LinkButton href=link::NEW_REQUEST>{text("request.new")}</LinkButton> };
    view! {
        <PageTitle text=text("requests")/>
        <PageHeader title=text("requests") actions/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: &RequestList, chosen: Option<&str>, on_change: Callback<String>) -> AnyView {
    let deciding = chosen.map(|id| match list.to_decide.iter().find(|request| request.view.id == id) {
        Some(request) => decide(request, on_change),
        None => view! { <Banner level=Level::Inactive>{text("requests.gone")}</Banner> }.into_any(),
    });
    let to_decide = if list.to_decide.is_empty() {
        view! { <p class="card-note">{text("requests.to-decide.none")}</p> }.into_any()
    } else {
        let headings =
            ["person", "role", "request.reason", "request.hours", "request.asked", "request.decide"];
        let rows = list.to_decide.iter().map(row_to_decide).collect_view().into_any();
        plain_table(text("requests.to-decide"), &headings.map(text), rows)
    };
    let mine = if list.mine.is_empty() {
        view! { <p class="card-note">{text("requests.mine.none")}</p> }.into_any()
    } else {
        let headings =
            ["role", "request.reason", "request.hours", "request.asked", "request.state", "manage"];
        let rows = list.mine.iter().map(|request| own_row(request, on_change)).collect_view().into_any();
        plain_table(text("requests.mine"), &headings.map(text), rows)
    };
    view! {
        {deciding}
        <Card title=text("requests.to-decide") flush=true>{to_decide}</Card>
        <Card title=text("requests.mine") flush=true>{mine}</Card>
    }
    .into_any()
}

fn hours(hours: u32) -> String {
    text_of("span", &hours.to_string())
}

fn row_to_decide(request: &RequestToDecide) -> AnyView {
    let view = &request.view;
    let (role, place) = (names::role(&view.role), names::place_words(&view.place));
    let decide = names::row_link(link::decide_request(&view.id), text("request.decide"), &request.name);
    view! {
        <tr>
            <th scope="row">{names::titled(&request.full_name, &request.name)}</th>
            <td data-heading=text("role")>{role}<span class="about">{place}</span></td>
            <td class="said" data-heading=text("request.reason")>{view.reason.clone()}</td>
            <td data-heading=text("request.hours")>{hours(view.hours)}</td>
            <td data-heading=text("request.asked")><Since at=view.asked/></td>
            <td>{decide}</td>
        </tr>
    }
    .into_any()
}

fn own_row(request: &OwnRequest, on_change: Callback<String>) -> AnyView {
    let view = &request.view;
    let (role, place) = (names::role(&view.role), names::place_words(&view.place));
    let withdraw = matches!(request.state, RequestProgress::Open { .. }).then(|| {
        let command = Command {
            kind: ButtonKind::Plain,
            hidden: vec![("id", view.id.clone())],
            about: Some(ui::listed(&[&role, &place])),
            done: Some(text("done.withdrawn").to_owned()),
            on_done: Some(on_change),
            ..Command::new(WithdrawRequest::PATH, text("request.withdraw"))
        };
        view! { <div class="in-row">{command_form(command, |_| ().into_any())}</div> }
    });
    view! {
        <tr>
            <th scope="row">{role}<span class="about">{place}</span></th>
            <td class="said" data-heading=text("request.reason")>{view.reason.clone()}</td>
            <td data-heading=text("request.hours")>{hours(view.hours)}</td>
            <td data-heading=text("request.asked")><Since at=view.asked/></td>
            <td class="said" data-heading=text("request.state")><span>{state(&request.state)}</span></td>
            <td>{withdraw}</td>
        </tr>
    }
    .into_any()
}

fn state(state: &RequestProgress) -> AnyView {
    match state {
        RequestProgress::Open { until } => view! { {text("request.open")}" "<Until at=*until/> }.into_any(),
        RequestProgress::Approved { by, until: None } => {
            text_with("request.approved", &[("name", by)]).into_any()
        }
        RequestProgress::Approved { by, until: Some(until) } => {
            let words = text_with("request.approved.until", &[("name", by)]);
            view! { {words}" "<Until at=*until/> }.into_any()
        }
        RequestProgress::Refused { by, reason } => {
            text_with("request.refused", &[("name", by), ("reason", reason)]).into_any()
        }
        RequestProgress::Withdrawn => text("request.withdrawn").into_any(),
        RequestProgress::Lapsed => text("request.lapsed").into_any(),
    }
}

/// What is asked for in full, with the two answers.
fn decide(request: &RequestToDecide, on_change: Callback<String>) -> AnyView {
    let view = &request.view;
    let approve = Command {
        hidden: vec![("id", view.id.clone())],
        cancel: Some((text("cancel").to_owned(), link::REQUESTS.into())),
        done: Some(text("done.approved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(ApproveRequest::PATH, text("request.approve"))
    };
    let refuse = Command {
        kind: ButtonKind::Danger,
        hidden: vec![("fields[id]", view.id.clone())],
        fields: &["reason"],
        done: Some(text("done.refused").to_owned()),
        on_done: Some(on_change),
        ..Command::new(RefuseRequest::PATH, text("request.refuse"))
    };
    let refuse = command_form(refuse, |problems| {
        view! {
            <TextArea
                name="fields[reason]"
                label=text("request.refuse.reason")
                hint=text("request.refuse.hint")
                problem=problems.at("reason")
                lines=2
            />
        }
        .into_any()
    });
    let holds: Vec<String> = request.holds.iter().map(names::role).collect();
    let holds = if holds.is_empty() { text("request.holds.nothing").to_owned() } else { ui::listed(&holds) };
    let replaces = (!request.holds.is_empty())
        .then(|| view! { <p class="hint request-replaces">{text("request.replaces")}</p> });
    let (role, place, hours) = (names::role(&view.role), names::place(&view.place), hours(view.hours));
    let reason = view.reason.clone();
    view! {
        <Card title=text_with("request.decide.title", &[("name", &request.name)])>
            <KeyValue>
                <KeyValueItem name=text("role")>{role}</KeyValueItem>
                <KeyValueItem name=text("rights.place")>{place}</KeyValueItem>
                <KeyValueItem name=text("request.hours")>{hours}</KeyValueItem>
                <KeyValueItem name=text("request.reason")><span class="said">{reason}</span></KeyValueItem>
                <KeyValueItem name=text("request.holds")>{holds}</KeyValueItem>
            </KeyValue>
            {command_form(approve, |_| replaces.into_any())}
            <hr/>
            {refuse}
        </Card>
    }
    .into_any()
}
