//! What is wrong with how a list is asked for.

use crate::listed::listed;
use crate::words::{text, text_with};
use model::fault::TableFault;

pub(super) fn words(fault: &TableFault) -> String {
    match fault {
        TableFault::Long(most) => text_with("fault.table.long", &[("most", most)]),
        TableFault::ManyTerms(most) => text_with("fault.table.many-terms", &[("most", most)]),
        TableFault::Unclosed => text("fault.table.unclosed").to_owned(),
        TableFault::NotEqual { label, value } => {
            text_with("fault.table.not-equal", &[("label", label), ("value", value)])
        }
        TableFault::NoField { field, known, text } => {
            let known = listed(known);
            text_with("fault.table.no-field", &[("field", field), ("known", &known), ("text", text)])
        }
        TableFault::NoColumn(column) => text_with("fault.table.no-column", &[("column", column)]),
        TableFault::Size(most) => text_with("fault.table.size", &[("most", most)]),
        TableFault::Untold { column, kind } => {
            text_with("fault.table.untold", &[("column", column), ("kind", kind)])
        }
        TableFault::ManyLists(most) => text_with("fault.table.many-lists", &[("most", most)]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::Fault;

    #[test]
    fn faults_of_questions_to_lists_read_as_they_say() {
        let known = vec!["name".to_owned(), "status".to_owned()];
        let faults = [
            TableFault::Long(4),
            TableFault::ManyTerms(50),
            TableFault::Unclosed,
            TableFault::NotEqual { label: "app".into(), value: "web".into() },
            TableFault::NoField { field: "colour".into(), known, text: "colour:teal".into() },
            TableFault::NoColumn("colour".into()),
            TableFault::Size(500),
            TableFault::Untold { column: "in_use_by".into(), kind: "pods".into() },
            TableFault::ManyLists(60),
        ];

        reads_as_it_says(faults.map(Fault::from));
    }
}
