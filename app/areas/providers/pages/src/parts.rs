//! The fields of each kind.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::FieldProblem;
use providers_contract::{Fields, Kind, Nesting};
use ui::{Checkbox, Field, Select, TextArea};

/// What stands in the form and what is wrong with it.
pub(crate) struct Filled {
    pub fields: Fields,
    pub problems: Vec<FieldProblem>,
}

impl Filled {
    fn value(&self, name: &str) -> Signal<String> {
        Signal::stored(self.fields.get(name).cloned().unwrap_or_default())
    }

    fn is_on(&self, name: &str) -> Signal<bool> {
        Signal::stored(self.fields.get(name).is_some_and(|value| !value.is_empty()))
    }

    /// What is wrong with a field.
    pub fn problem(&self, name: &str) -> Signal<Option<String>> {
        let problem = self.problems.iter().find(|problem| problem.field == name);
        Signal::stored(problem.map(|problem| {
            let words = text_of("problem", &problem.message);
            match problem.line {
                Some(line) => text_with("problem-at", &[("line", &line), ("problem", &words)]),
                None => words,
            }
        }))
    }

    /// What is wrong with the whole.
    pub fn general(&self) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field.is_empty())?;
        Some(text_of("problem", &problem.message))
    }

    fn line(&self, name: &'static str) -> AnyView {
        let hint = text_of("hint", name);
        let hint = (hint != format!("hint.{name}")).then_some(hint);
        view! {
            <Field
                name=name
                label=text_of("field", name)
                hint=hint.unwrap_or_default()
                value=self.value(name)
                problem=self.problem(name)
                code=name != "name"
                autocomplete="off"
            />
        }
        .into_any()
    }

    fn tick(&self, name: &'static str) -> AnyView {
        let (label, hint) = (text_of("field", name), text_of("hint", name));
        let problem = self.problem(name);
        view! {
            <div>
                <Checkbox name=name label=label checked=self.is_on(name) hint=hint/>
                <p class="field-problem">{move || problem.get()}</p>
            </div>
        }
        .into_any()
    }
}

/// The fields that only this kind has.
pub(crate) fn fields(kind: Kind, filled: &Filled) -> AnyView {
    let line = |name| filled.line(name);
    match kind {
        Kind::OpenId => view! {
            {line("name")}
            {line("issuer")}
            {line("client_id")}
            {line("scopes")}
            {line("name_claim")}
            {line("groups_claim")}
            {line("asks_again")}
            {line("idle_days")}
        }
        .into_any(),
        Kind::GitHub | Kind::GitLab => view! {
            {line("name")}
            {line("address")}
            {line("interface")}
            {line("client_id")}
            {filled.tick("reads_groups")}
            {line("idle_days")}
        }
        .into_any(),
        Kind::Cas => view! {
            {line("name")}
            {line("address")}
            {line("subject_attribute")}
            {line("proposed_attribute")}
            {line("groups_attribute")}
            {line("idle_days")}
        }
        .into_any(),
        Kind::Directory => directory(filled),
    }
}

fn directory(filled: &Filled) -> AnyView {
    let line = |name| filled.line(name);
    let nesting = Nesting::ALL.map(|nesting| (nesting.word().to_owned(), text_of("nesting", nesting.word())));
    view! {
        {line("name")}
        {line("address")}
        {filled.tick("starts_tls")}
        <h3 class="form-part">{text("part.people")}</h3>
        {line("people_base")}
        {line("people_filter")}
        {line("id_attribute")}
        {line("name_attribute")}
        <h3 class="form-part">{text("part.groups")}</h3>
        {line("groups_base")}
        {line("groups_filter")}
        {line("group_attribute")}
        <Select
            name="nesting"
            label=text_of("field", "nesting")
            hint=text_of("hint", "nesting")
            options=Signal::stored(nesting.to_vec())
            value=filled.value("nesting")
        />
        <h3 class="form-part">{text("part.service")}</h3>
        {line("bind_name")}
    }
    .into_any()
}

/// What every kind has.
pub(crate) fn common(filled: &Filled) -> AnyView {
    view! {
        <h3 class="form-part">{text("part.accounts")}</h3>
        {filled.tick("makes_accounts")}
        <TextArea
            name="mappings"
            label=text_of("field", "mappings")
            hint=text_of("hint", "mappings")
            value=filled.value("mappings")
            problem=filled.problem("mappings")
            lines=4
        />
        <TextArea
            name="authority"
            label=text_of("field", "authority")
            hint=text_of("hint", "authority")
            value=filled.value("authority")
            problem=filled.problem("authority")
            lines=4
        />
    }
    .into_any()
}
