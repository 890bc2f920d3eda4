//! What is wrong with what is looked for in logs, events and audit logs.

use super::quoted;
use crate::words::{text, text_with};
use model::fault::TermFault;

pub(super) fn words(fault: &TermFault) -> String {
    match fault {
        TermFault::Unclosed => text("fault.term.unclosed").to_owned(),
        TermFault::NoValue(field) => text_with("fault.term.no-value", &[("field", field)]),
        TermFault::Inside(value) => text_with("fault.term.inside", &[("value", &quoted(value))]),
        TermFault::NoLevel(value) => text_with("fault.term.no-level", &[("value", &quoted(value))]),
        TermFault::NoCode(value) => text_with("fault.term.no-code", &[("value", &quoted(value))]),
        TermFault::TooLong { bytes, terms } => {
            text_with("fault.term.too-long", &[("bytes", bytes), ("terms", terms)])
        }
        TermFault::NotOfEvents(field) => text_with("fault.term.not-of-events", &[("field", &quoted(field))]),
        TermFault::NotKept { layout, field } => {
            text_with("fault.term.not-kept", &[("layout", layout), ("field", &quoted(field))])
        }
        TermFault::NoWorkload(name) => text_with("fault.term.no-workload", &[("name", &quoted(name))]),
        TermFault::NoVariable(name) => text_with("fault.term.no-variable", &[("name", name)]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_what_is_looked_for_read_as_they_say() {
        let faults = [
            TermFault::Unclosed,
            TermFault::NoValue("pod".into()),
            TermFault::Inside("a*b".into()),
            TermFault::NoLevel("loud".into()),
            TermFault::NoCode("9xx".into()),
            TermFault::TooLong { bytes: 2_000, terms: 40 },
            TermFault::NotOfEvents("code".into()),
            TermFault::NotKept { layout: "Fluent Bit".into(), field: "node".into() },
            TermFault::NoWorkload("A b".into()),
            TermFault::NoVariable("side".into()),
        ];

        reads_as_it_says(faults.map(Fault::from));
    }
}
