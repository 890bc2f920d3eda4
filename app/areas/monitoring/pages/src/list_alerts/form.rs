//! The form of an alert on a list, beside what the list finds.

use super::list::{self, matched};
use crate::urgency::{Urgency, urgency};
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{ConsoleError, Level, Namespace, TableQuery, link};
use monitoring_contract::{LIST_HOLDS, ListAlertFields, ListStanding, ListState, OfList, SaveListAlert};
use ui::{Card, Command, Field, FormProblems, Problem, Select, command_form};

/// What a form opens with.
pub struct Opening {
    /// What stands in its fields.
    pub fields: ListAlertFields,
    /// The list.
    pub query: TableQuery,
    /// Where a new one may be kept; none for one that there is.
    pub places: Option<Vec<Vec<Namespace>>>,
    /// How many objects the list of a new one finds now.
    pub matched: Option<Result<u64, ConsoleError>>,
    /// What is known of one that there is, and how bad it is.
    pub standing: Option<(ListStanding, Level)>,
}

const FIELDS: [&str; 5] = ["name", "namespaces", "severity", "hold", "least"];

/// The form and what the list finds.
pub fn list_alert_page(opening: Opening) -> AnyView {
    let Opening { fields, query, places, matched, standing } = opening;
    let is_new = places.is_some();
    let back = if is_new { link::table(&query) } else { link::list_alerts(&query.cluster) };
    let command = Command {
        hidden: hidden(&fields, is_new),
        fields: &FIELDS,
        cancel: Some((text("cancel").to_owned(), back)),
        ..Command::new(
            SaveListAlert::PATH,
            if is_new { text("list-alert.make") } else { text("list-alert.save") },
        )
    };
    let form = command_form(command, |problems| all(fields, places, problems));
    view! {
        <div class="silence-page">
            <Card title=text("list-alert.tell")>{form}</Card>
            <Card title=text("list-alert.finds")>{finds(query, matched, standing)}</Card>
        </div>
    }
    .into_any()
}

fn hidden(fields: &ListAlertFields, is_new: bool) -> Vec<(&'static str, String)> {
    let cluster = ("fields[cluster]", fields.cluster.to_string());
    if is_new {
        return vec![
            cluster,
            ("fields[kind]", fields.kind.clone()),
            ("fields[search]", fields.search.clone()),
        ];
    }
    vec![cluster, ("fields[id]", fields.id.clone()), ("fields[version]", fields.version.to_string())]
}

fn all(fields: ListAlertFields, places: Option<Vec<Vec<Namespace>>>, problems: FormProblems) -> AnyView {
    let place = places.map(|places| place(&fields.namespaces, places, problems));
    let ListAlertFields { name, severity, hold, least, .. } = fields;
    let hint = String::new();
    let urgent = Urgency { severity, hint, hold, lasts: text("list-alert.hold"), holds: &LIST_HOLDS };
    view! {
        <Field
            name="fields[name]"
            label=text("list-alert.name")
            value=Signal::stored(name)
            problem=problems.at("name")
            autocomplete="off"
            required=true
        />
        {place}
        {urgency(urgent, problems)}
        <Field
            name="fields[least]"
            label=text("list-alert.least")
            hint=text("list-alert.least.hint")
            value=Signal::stored(least)
            problem=problems.at("least")
            autocomplete="off"
            required=true
        />
    }
    .into_any()
}

fn place(chosen: &str, places: Vec<Vec<Namespace>>, problems: FormProblems) -> AnyView {
    let option = |namespaces: Vec<Namespace>| {
        let value = namespaces.iter().map(Namespace::as_str).collect::<Vec<_>>().join(" ");
        let words =
            if namespaces.is_empty() { text("list-alert.everywhere").to_owned() } else { value.clone() };
        (value, words)
    };
    let options: Vec<_> = places.into_iter().map(option).collect();
    view! {
        <Select
            name="fields[namespaces]"
            label=text("list-alert.place")
            options=Signal::stored(options)
            value=Signal::stored(chosen.to_owned())
            problem=problems.at("namespaces")
        />
    }
    .into_any()
}

/// Which list it is, what it finds, and with whose rights.
fn finds(
    query: TableQuery,
    found: Option<Result<u64, ConsoleError>>,
    standing: Option<(ListStanding, Level)>,
) -> AnyView {
    let href = link::table(&query);
    let line = OfList { id: String::new(), query, more: None }.line();
    let found = found.map(|found| match found {
        Ok(count) => {
            let state = ListState { matched: count, firing: 0, since: None, looked: model::Timestamp(0) };
            let words = text_with("list-alert.now", &[("matched", &matched(&state))]);
            view! { <p class="card-text">{words}</p> }.into_any()
        }
        Err(error) => view! { <Problem error/> }.into_any(),
    });
    let standing = standing.map(|(standing, level)| list::state(standing, level));
    view! {
        <p class="card-text"><a class="rule-query" href=href><code>{line}</code></a></p>
        {found}
        {standing}
        <p class="field-hint">{text("list-alert.rights")}</p>
        <p class="field-hint">{text("list-alerts.silences")}</p>
    }
    .into_any()
}
