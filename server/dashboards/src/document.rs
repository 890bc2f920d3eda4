//! What stands in a dashboard, as the tables keep it.

use model::{ConsoleError, System};
use monitoring_contract::{PanelPlan, Plan, Variable};
use serde::{Deserialize, Serialize};

/// The form in which documents are written. A change that older programs would misread gets another number.
const FORM: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    form: u32,
    variables: Vec<Variable>,
    panels: Vec<PanelPlan>,
}

#[derive(Deserialize)]
struct Form {
    form: u32,
}

/// A plan as a document; its name is kept beside it.
pub fn write(plan: &Plan) -> String {
    let document = Document { form: FORM, variables: plan.variables.clone(), panels: plan.panels.clone() };
    serde_json::to_string(&document).expect("names of fields are texts, and numbers are finite")
}

/// Reads a document.
pub fn read(name: &str, document: &str) -> Result<Plan, ConsoleError> {
    let unreadable = |cause: String| ConsoleError::Unavailable {
        system: System::Database,
        cause: format!("the dashboard {name:?} cannot be read: {cause}"),
        may_be_done: false,
    };
    let Form { form } = serde_json::from_str(document).map_err(|error| unreadable(error.to_string()))?;
    if form != FORM {
        return Err(unreadable(format!("it has the form {form}, and this program knows {FORM}")));
    }
    let Document { variables, panels, .. } =
        serde_json::from_str(document).map_err(|error| unreadable(error.to_string()))?;
    Ok(Plan { name: name.to_owned(), variables, panels })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_another_form_is_refused_with_both_forms() {
        let error = read("Shop", r#"{"form":2,"rows":[]}"#).unwrap_err().to_string();

        assert!(error.contains("form 2") && error.contains("knows 1") && error.contains("Shop"), "{error}");
        assert!(read("Shop", "{").is_err());
    }

    #[test]
    fn a_document_is_read_as_it_was_written() {
        for plan in crate::templates::all() {
            assert_eq!(read(&plan.name, &write(&plan)).unwrap(), plan);
        }
    }
}
