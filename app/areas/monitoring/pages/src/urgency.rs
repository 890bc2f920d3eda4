//! How bad an alert is, and how long it must last: two fields that rules and alerts on lists ask for alike.

use crate::words::{text, text_of};
use leptos::prelude::*;
use monitoring_contract::Severity;
use ui::{FormProblems, Select};

/// What stands in the fields.
pub struct Urgency {
    pub severity: String,
    /// What is said of the severity; empty for nothing.
    pub hint: String,
    pub hold: String,
    /// What is asked for with the length of time.
    pub lasts: &'static str,
    /// The lengths of time to choose from. Another one that stands there is kept.
    pub holds: &'static [&'static str],
}

/// The fields `severity` and `hold`, in a row.
pub fn urgency(urgency: Urgency, problems: FormProblems) -> AnyView {
    let Urgency { severity, hint, hold, lasts, holds } = urgency;
    let severities = Severity::ALL.map(|one| (one.word().to_owned(), text_of("rule.severity", one.word())));
    let own = (!holds.contains(&hold.as_str())).then(|| hold.clone());
    let holds = holds.iter().map(|hold| (*hold).to_owned()).chain(own);
    let holds: Vec<_> = holds
        .map(|hold| {
            let words = if hold == "0s" { text("rule.hold.none").to_owned() } else { hold.clone() };
            (hold, words)
        })
        .collect();
    view! {
        <div class="field-row">
            <Select
                name="fields[severity]"
                label=text("rule.severity")
                hint
                options=Signal::stored(severities.to_vec())
                value=Signal::stored(severity)
                problem=problems.at("severity")
            />
            <Select
                name="fields[hold]"
                label=lasts
                options=Signal::stored(holds)
                value=Signal::stored(hold)
                problem=problems.at("hold")
            />
        </div>
    }
    .into_any()
}
