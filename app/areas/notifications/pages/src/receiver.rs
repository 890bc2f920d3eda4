//! One receiver: what was sent to it, what it hears now, and its form.

use crate::form::form;
use crate::hearing;
use crate::names;
use crate::template::template;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use model::{Level, Status, link};
use notifications_contract::{
    DeleteReceiver, DeliveryRow, ReceiverView, SwitchReceiver, TestReceiver, read_hearing, read_receiver,
};
use ui::{
    ButtonKind, Card, Command, PageHeader, PageTitle, Problem, Since, SkeletonTable, awaited, command_form,
    plain_table,
};

/// The receiver in the address.
#[component]
pub fn ReceiverPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.read().get("id").unwrap_or_default());
    let found = Resource::new_blocking(move || id.get(), read_receiver);
    let hearing = Resource::new(move || id.get(), read_hearing);
    let on_change = Callback::new(move |_: String| {
        found.refetch();
        hearing.refetch();
    });
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok(view) => draw(&view, hearing::card(hearing, view.is_enabled), on_change),
                Err(error) => {
                    let here = link::receiver(&id.get_untracked());
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! {
                        <PageHeader title=text("receiver")/>
                        <Problem error here on_retry/>
                    }
                    .into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("receiver")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(view: &ReceiverView, heard: AnyView, on_change: Callback<String>) -> AnyView {
    let fields = &view.fields;
    let status = (!view.is_enabled).then(|| Status {
        level: Level::Inactive,
        word: text("off").to_owned(),
        reason: text("off.text").to_owned(),
    });
    let kind = format!("{} · {}", names::channel(&fields.channel), names::place(&fields.place));
    let (actions, form) = if view.may_change {
        let form = form(fields, view.kept.clone(), Some(on_change));
        let form = view! { <Card title=text("receiver.settings")>{form}</Card> };
        (Some(actions(view, on_change)), Some(form))
    } else {
        (None, None)
    };
    let (title, messages) = (fields.name.clone(), deliveries(&view.deliveries));
    let removal = view.may_change.then(|| removal(&fields.id));
    let template = template(view, on_change);
    let mail_by = view.mail_by.as_ref().map(|sender| view! { <p class="lead">{names::mail_by(sender)}</p> });
    view! {
        <PageHeader title kind status=Signal::stored(status)/>
        {mail_by}
        {actions}
        <Card title=text("deliveries") flush=true>{messages}</Card>
        {heard}
        {form}
        {template}
        {removal}
    }
    .into_any()
}

/// Trying it out, and switching it.
fn actions(view: &ReceiverView, on_change: Callback<String>) -> AnyView {
    let id = &view.fields.id;
    let test = Command {
        hidden: vec![("id", id.clone())],
        on_done: Some(on_change),
        ..Command::new(TestReceiver::PATH, text("test"))
    };
    let switch = Command {
        kind: ButtonKind::Plain,
        hidden: vec![("id", id.clone()), ("is_enabled", (!view.is_enabled).to_string())],
        on_done: Some(on_change),
        ..Command::new(
            SwitchReceiver::PATH,
            if view.is_enabled { text("switch.off") } else { text("switch.on") },
        )
    };
    view! {
        <div class="command-row">
            {command_form(test, |_| ().into_any())}
            {command_form(switch, |_| ().into_any())}
        </div>
    }
    .into_any()
}

fn removal(id: &str) -> AnyView {
    let delete = Command {
        kind: ButtonKind::Danger,
        hidden: vec![("id", id.to_owned())],
        ..Command::new(DeleteReceiver::PATH, text("delete"))
    };
    view! {
        <Card title=text("delete.title")>
            {command_form(delete, |_| view! { <p class="card-text">{text("delete.text")}</p> }.into_any())}
        </Card>
    }
    .into_any()
}

fn deliveries(deliveries: &[DeliveryRow]) -> AnyView {
    if deliveries.is_empty() {
        return view! { <p class="card-note">{text("deliveries.none")}</p> }.into_any();
    }
    let headings = ["delivery.at", "delivery.reason", "delivery.subject", "delivery.state"];
    let rows = deliveries.iter().map(row).collect_view().into_any();
    plain_table(text("deliveries"), &headings.map(text), rows)
}

fn row(delivery: &DeliveryRow) -> AnyView {
    let (subject, problem) = (delivery.subject.clone(), delivery.problem.clone());
    let problem = (!problem.is_empty()).then(|| view! { <span class="about said">{problem}</span> });
    let tries = (delivery.attempts > 1).then(|| {
        let words = text_with("delivery.attempts", &[("count", &delivery.attempts)]);
        view! { <span class="about">{words}</span> }
    });
    view! {
        <tr>
            <td data-heading=text("delivery.at")><Since at=delivery.at/></td>
            <td data-heading=text("delivery.reason")>{text_of("reason", delivery.reason.word())}</td>
            <td class="said" data-heading=text("delivery.subject")>{subject}</td>
            <td class="said" data-heading=text("delivery.state")><span>{names::state(delivery)}{tries}{problem}</span></td>
        </tr>
    }
    .into_any()
}
