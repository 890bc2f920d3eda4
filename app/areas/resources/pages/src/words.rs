//! The area's texts.

use leptos::prelude::*;
use resources_contract::FormFault;

ui::texts!();

/// What is wrong with a field, in the reader's language where it is the console that says it.
pub fn fault(said: Signal<Option<String>>) -> Signal<Option<String>> {
    Signal::derive(move || said.get().map(fault_words))
}

fn fault_words(said: String) -> String {
    match FormFault::parse(&said) {
        None => said,
        Some(FormFault::Replicas) => text("fault.replicas").to_owned(),
        Some(FormFault::Revision) => text("fault.revision").to_owned(),
        Some(FormFault::TaintKey) => text("fault.taint-key").to_owned(),
        Some(FormFault::NoValue(line)) => text_with("fault.no-value", &[("line", &line)]),
        Some(FormFault::OpenQuotes(line)) => text_with("fault.open-quotes", &[("line", &line)]),
        Some(FormFault::Confirm(word)) => text_with("fault.confirm", &[("word", &word)]),
        Some(FormFault::Foreign) => text("fault.foreign").to_owned(),
    }
}
