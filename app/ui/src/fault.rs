//! Why the console refuses something, in the reader's language.

mod alerts;
mod budgets;
mod dashboards;
mod edits;
mod files;
mod forms;
mod kept;
mod objects;
mod panels;
mod people;
mod places;
mod ports;
mod prices;
mod questions;
mod roles;
mod rules;
mod tables;
mod terms;
mod told;

use crate::error_words::error_words;
use crate::words::{text, text_with};
use model::fault::EntryFault;
use model::{Fault, FieldProblem, NameRule};

/// What is wrong with a field. What others than the console say is shown as they say it.
pub fn problem_words(problem: &FieldProblem) -> String {
    problem.fault.as_ref().map_or_else(|| problem.message.clone(), fault_words)
}

fn fault_words(fault: &Fault) -> String {
    match fault {
        Fault::Name(rule) => name_words(*rule),
        Fault::Entry(fault) => entry_words(fault),
        Fault::Person(fault) => people::words(fault),
        Fault::Workspace(fault) => places::workspace_words(fault),
        Fault::Project(fault) => places::project_words(fault),
        Fault::Quota(fault) => places::quota_words(fault),
        Fault::Member(fault) => roles::member_words(fault),
        Fault::Role(fault) => roles::role_words(fault),
        Fault::Department(fault) => roles::department_words(fault),
        Fault::Request(fault) => roles::request_words(fault),
        Fault::Question(fault) => questions::question_words(fault),
        Fault::Cluster(fault) => questions::cluster_words(fault),
        Fault::Receiver(fault) => told::receiver_words(fault),
        Fault::MailServer(fault) => told::mail_server_words(fault),
        Fault::Act(fault) => objects::act_words(fault),
        Fault::Condition(fault) => alerts::condition_words(fault),
        Fault::Silence(fault) => alerts::silence_words(fault),
        Fault::ListAlert(fault) => alerts::list_alert_words(fault),
        Fault::Rule(fault) => rules::rule_words(fault),
        Fault::BuiltIn(fault) => rules::built_in_words(fault),
        Fault::Price(fault) => prices::price_words(fault),
        Fault::Budget(fault) => budgets::budget_words(fault),
        Fault::Dashboard(fault) => dashboards::dashboard_words(fault),
        Fault::Embed(fault) => dashboards::embed_words(fault),
        Fault::Panel(fault) => panels::panel_words(fault),
        Fault::Label(fault) => edits::label_words(fault),
        Fault::Edit(fault) => edits::edit_words(fault),
        Fault::Certificate(fault) => edits::certificate_words(fault),
        Fault::Form(fault) => forms::form_words(fault),
        Fault::Yaml(fault) => forms::yaml_words(fault),
        Fault::Drain(fault) => objects::drain_words(fault),
        Fault::Trouble(fault) => files::trouble_words(fault),
        Fault::File(fault) => files::file_words(fault),
        Fault::Port(fault) => ports::port_words(fault),
        Fault::Recording(fault) => kept::recording_words(fault),
        Fault::Bin(fault) => kept::bin_words(fault),
        Fault::Search(fault) => kept::search_words(fault),
        Fault::Term(fault) => terms::words(fault),
        Fault::Table(fault) => tables::words(fault),
        Fault::Came(error) => error_words(error),
    }
}

/// What somebody typed, so that blanks and line breaks in it can be seen.
fn quoted(said: &str) -> String {
    format!("{said:?}")
}

fn name_words(rule: NameRule) -> String {
    let words = match rule {
        NameRule::Longest(longest) => return text_with("fault.longest", &[("longest", &longest)]),
        NameRule::Empty => text("fault.empty"),
        NameRule::Letters => text("fault.name.letters"),
        NameRule::Edges => text("fault.name.edges"),
        NameRule::Dots => text("fault.name.dots"),
        NameRule::OnePart => text("fault.name.one-part"),
        NameRule::Control => text("fault.name.control"),
    };
    words.to_owned()
}

fn entry_words(fault: &EntryFault) -> String {
    let words = match fault {
        EntryFault::Longest(longest) => return text_with("fault.longest", &[("longest", longest)]),
        EntryFault::Line(longest) => return text_with("fault.line", &[("longest", longest)]),
        EntryFault::Exactly(word) => return text_with("fault.exactly", &[("word", word)]),
        EntryFault::Empty => text("fault.empty"),
        EntryFault::NoneChosen => text("fault.none-chosen"),
        EntryFault::Role => text("fault.role"),
        EntryFault::Span => text("fault.span"),
        EntryFault::Language => text("fault.language"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    /// What is shown to who reads English is what programs and logs are told.
    pub(super) fn reads_as_it_says(faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            assert_eq!(fault_words(&fault), fault.to_string());
        }
    }

    #[test]
    fn faults_of_names_and_fields_read_as_they_say() {
        let names = [
            NameRule::Empty,
            NameRule::Longest(63),
            NameRule::Letters,
            NameRule::Edges,
            NameRule::Dots,
            NameRule::OnePart,
            NameRule::Control,
        ];
        let entries = [
            EntryFault::Empty,
            EntryFault::Longest(100),
            EntryFault::Line(300),
            EntryFault::Exactly("garden".into()),
            EntryFault::NoneChosen,
            EntryFault::Role,
            EntryFault::Span,
            EntryFault::Language,
        ];

        reads_as_it_says(names.map(Fault::from).into_iter().chain(entries.map(Fault::from)));
    }

    #[test]
    fn a_fault_is_said_in_the_readers_language_and_what_others_say_as_they_say_it() {
        let words = |problem: &FieldProblem| {
            Owner::new().with(|| {
                provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
                problem_words(problem)
            })
        };

        let confirm = FieldProblem::of("confirm", EntryFault::Exactly("garden".into()));
        assert_eq!(
            (words(&confirm).as_str(), confirm.message.as_str()),
            ("必须与 garden 完全一致", "must be exactly garden")
        );
        assert_eq!(words(&FieldProblem::new("spec.replicas", "Invalid value")), "Invalid value");
    }
}
