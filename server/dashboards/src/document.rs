//! What stands in a dashboard, as the tables keep it.

use model::cause::KeptOutage;
use model::{ConsoleError, System};
use monitoring_contract::{Annotation, PanelPlan, Plan, Variable};
use serde::{Deserialize, Serialize};

/// The form in which documents are written. A change that older programs would misread gets another number, and documents
/// without what came with it keep the smaller one.
const FORM: u32 = 2;
/// The form before there were annotations, which programs of that time would lose.
const FIRST_FORM: u32 = 1;
/// Ids of panels begin here. Smaller ones are places, which panels have that were kept before there were ids.
const FIRST_ID: u32 = 1000;

#[derive(Serialize, Deserialize)]
struct Document {
    form: u32,
    variables: Vec<Variable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
    panels: Vec<PanelPlan>,
}

#[derive(Deserialize)]
struct Form {
    form: u32,
}

/// A plan as a document; its name is kept beside it. Panels without an id get one that no other will ever have: links name
/// them by it.
pub fn write(plan: &Plan) -> String {
    let mut panels = plan.panels.clone();
    for panel in panels.iter_mut().filter(|panel| panel.id == 0) {
        panel.id = rand::random_range(FIRST_ID..=u32::MAX);
    }
    let (variables, annotations) = (plan.variables.clone(), plan.annotations.clone());
    let form = if annotations.is_empty() { FIRST_FORM } else { FORM };
    let document = Document { form, variables, annotations, panels };
    serde_json::to_string(&document).expect("names of fields are texts, and numbers are finite")
}

/// Reads a document.
pub fn read(name: &str, document: &str) -> Result<Plan, ConsoleError> {
    let unreadable = |outage: KeptOutage| ConsoleError::Unavailable {
        system: System::Database,
        cause: outage.into(),
        may_be_done: false,
    };
    let named = || name.to_owned();
    let broken = |error: serde_json::Error| {
        unreadable(KeptOutage::Dashboard { name: named(), said: error.to_string() })
    };
    let Form { form } = serde_json::from_str(document).map_err(broken)?;
    if !(FIRST_FORM..=FORM).contains(&form) {
        return Err(unreadable(KeptOutage::DashboardForm { name: named(), form, known: FORM }));
    }
    let Document { variables, annotations, mut panels, .. } =
        serde_json::from_str(document).map_err(broken)?;
    for (place, panel) in (1..FIRST_ID).zip(&mut panels).filter(|(_, panel)| panel.id == 0) {
        panel.id = place;
    }
    Ok(Plan { name: name.to_owned(), variables, annotations, panels })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_another_form_is_refused_with_both_forms() {
        let error = read("Shop", r#"{"form":3,"rows":[]}"#).unwrap_err().to_string();

        assert!(error.contains("form 3") && error.contains("knows 2") && error.contains("Shop"), "{error}");
        assert!(read("Shop", "{").is_err());
    }

    #[test]
    fn a_document_is_read_as_it_was_written() {
        for plan in crate::templates::all() {
            let mut kept = read(&plan.name, &write(&plan)).unwrap();
            assert_eq!(read(&kept.name, &write(&kept)).unwrap(), kept, "ids stay");
            kept.panels.iter_mut().for_each(|panel| panel.id = 0);
            assert_eq!(kept, plan);
        }
    }

    #[test]
    fn programs_without_annotations_refuse_what_has_some_and_read_the_rest() {
        let down = Annotation { name: "Down".into(), query: "up == 0".into() };
        let marked = Plan { annotations: vec![down], ..Plan::default() };

        assert!(write(&Plan::default()).contains(r#""form":1"#));
        assert!(write(&marked).contains(r#""form":2"#));
        assert_eq!(read("", &write(&marked)).unwrap(), marked);
    }

    #[test]
    fn a_panel_never_gets_the_id_of_another_one_that_is_gone() {
        let panel = crate::templates::all().remove(0).panels.remove(0);
        let one = Plan { panels: vec![panel.clone()], ..Plan::default() };
        let first = read("", &write(&one)).unwrap();
        let second = read("", &write(&one)).unwrap();

        assert!(first.panels[0].id >= FIRST_ID && first.panels[0].id != second.panels[0].id);
        let before_ids = r#"{"form":1,"variables":[],"panels":[PANEL,PANEL]}"#
            .replace("PANEL", &serde_json::to_string(&panel).unwrap());
        let ids: Vec<u32> = read("", &before_ids).unwrap().panels.iter().map(|panel| panel.id).collect();
        assert_eq!(ids, [1, 2]);
    }
}
