//! Trying a mail server out, and how each step went; and all mail servers in the list of who is told.

use crate::names;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ConsoleError, Level, Status, link};
use notifications_contract::{
    MailServerList, MailServerRow, MailServerView, MailStep, MailTrial, StepState, TryMailServer,
};
use ui::{
    Badge, ButtonKind, Card, Command, Field, LinkButton, Problem, Since, StatusMark, command_form,
    plain_table, preferences,
};

/// The form that tries a mail server out, for who may, and what came of it last.
pub fn trial(view: &MailServerView, on_change: Callback<String>) -> AnyView {
    let last = match &view.trial {
        Some(trial) => steps(trial, view),
        None => view! { <p class="card-text">{text("mail.trial.none")}</p> }.into_any(),
    };
    let form = view.may_change.then(|| form(view, on_change));
    view! { <Card title=text("mail.trial")>{last}{form}</Card> }.into_any()
}

fn form(view: &MailServerView, on_change: Callback<String>) -> AnyView {
    let to = view.trial.as_ref().map(|trial| trial.to.clone()).unwrap_or_default();
    let command = Command {
        hidden: vec![
            ("fields[place]", view.fields.place.to_string()),
            ("fields[language]", preferences().language.tag().to_owned()),
        ],
        fields: &["to"],
        on_done: Some(on_change),
        ..Command::new(TryMailServer::PATH, text("mail.trial.send"))
    };
    command_form(command, move |problems| {
        view! {
            <Field
                name="fields[to]"
                label=text("mail.trial.to")
                hint=text("mail.trial.to.hint")
                value=Signal::stored(to)
                problem=problems.at("to")
                autocomplete="off"
            />
        }
        .into_any()
    })
}

/// Each step with how it went.
fn steps(trial: &MailTrial, view: &MailServerView) -> AnyView {
    let to: &[(&str, &dyn std::fmt::Display)] = &[("to", &trial.to)];
    let is_well = trial.problem.is_empty();
    let sum = if is_well { text_with("mail.trial.well", to) } else { text_with("mail.trial.broken", to) };
    let steps = trial.steps(view.fields.security, !view.fields.user.is_empty());
    let rows = steps.into_iter().map(|(step, state)| row(step, state, &trial.problem)).collect_view();
    let at = trial.at;
    view! {
        <p class="card-text" role="status">{sum}" "<Since at/></p>
        <ol class="trial">{rows}</ol>
    }
    .into_any()
}

fn row(step: MailStep, state: StepState, problem: &str) -> AnyView {
    let level = match state {
        StepState::Done => Level::Healthy,
        StepState::Failed => Level::Failed,
        StepState::Left => Level::Inactive,
    };
    let problem =
        (state == StepState::Failed).then(|| view! { <p class="trial-words">{problem.to_owned()}</p> });
    let left = (state == StepState::Left)
        .then(|| view! { <span class="trial-time">{text("mail.step.left")}</span> });
    view! { <li><StatusMark status=Status::new(level, text_of("mail.step", step.word()))/>{left}{problem}</li> }
        .into_any()
}

/// All mail servers that the reader may see, and where one can be set.
pub fn servers(answer: Result<MailServerList, ConsoleError>) -> Option<AnyView> {
    let list = match answer {
        Ok(list) => list,
        Err(error) => return Some(view! { <Problem error here=link::NOTIFICATIONS/> }.into_any()),
    };
    let may_set = !list.places.is_empty();
    if list.servers.is_empty() && !may_set {
        return None;
    }
    let set = move || {
        may_set.then(|| view! { <LinkButton href=link::MAIL_SERVER kind=ButtonKind::Plain>{text("mail.set")}</LinkButton> })
    };
    if list.servers.is_empty() {
        let words = text("mail.servers.none");
        return Some(
            view! { <Card title=text("mail.servers") actions=set><p class="card-text">{words}</p></Card> }
                .into_any(),
        );
    }
    let headings = ["mail.place", "mail.host", "mail.from", "mail.trial"];
    let rows = list.servers.iter().map(server).collect_view().into_any();
    let table = plain_table(text("mail.servers"), &headings.map(text), rows);
    Some(view! { <Card title=text("mail.servers") flush=true actions=set>{table}</Card> }.into_any())
}

fn server(server: &MailServerRow) -> AnyView {
    let sealed = (!server.is_readable).then(|| view! { " "<Badge text=text("mail.sealed.badge")/> });
    let last = match &server.trial {
        Some(trial) => {
            let is_well = trial.problem.is_empty();
            let (level, word) = if is_well { (Level::Healthy, "sent") } else { (Level::Failed, "failed") };
            let at = trial.at;
            view! { <StatusMark status=Status::new(level, text_of("state", word))/><span class="about"><Since at/></span> }
                .into_any()
        }
        None => view! { <span class="about">{text("last.none")}</span> }.into_any(),
    };
    let (address, from) = (server.address.clone(), server.from.clone());
    view! {
        <tr>
            <th scope="row">
                <a href=link::mail_server(&server.place.to_string())>{names::member_place(&server.place)}</a>{sealed}
            </th>
            <td data-heading=text("mail.host")>{address}</td>
            <td data-heading=text("mail.from")>{from}</td>
            <td data-heading=text("mail.trial")><span>{last}</span></td>
        </tr>
    }
    .into_any()
}
