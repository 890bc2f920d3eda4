//! Whether something new has a name that is free.

use super::editing::Editing;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ConsoleError, DocumentPreview, FieldProblem, KindSlug, PreviewOutcome, TableQuery};
use resources_contract::read_table;
use serde_json::Value;
use std::time::Duration;
use workloads_contract::Form;

/// Where the name stands.
const NAME: &str = "metadata/name";
/// Where the namespace stands, in what has one.
const NAMESPACE: &str = "metadata/namespace";
/// How long nothing may have been typed before the cluster is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// Says at the name of something new that it is taken, as soon as it is typed.
pub fn follow(editing: Editing) {
    if !editing.is_new() {
        return;
    }
    let query = Memo::new(move |_| {
        let name =
            editing.at(0, NAME).as_ref().and_then(Value::as_str).filter(|name| !name.is_empty())?.to_owned();
        let kind = KindSlug::parse(editing.form.slug).ok()?;
        let namespaces: Vec<_> = editing.namespace().into_iter().collect();
        // The same name elsewhere takes nothing away.
        if namespaces.is_empty() && is_of_namespace(editing.form) {
            return None;
        }
        let search = format!("name:=\"{name}\"");
        Some(TableQuery { namespaces, search, size: 1, ..TableQuery::of(editing.cluster(), kind) })
    });
    let ask = move || {
        let Some(asked) = query.try_get_untracked().flatten() else { return };
        leptos::task::spawn_local(async move {
            // Who may not see such objects is told when the draft is tried out.
            let is_taken = read_table(asked.clone()).await.is_ok_and(|table| table.total > 0);
            if is_taken && query.try_get_untracked().flatten() == Some(asked) {
                editing.told.update(|told| tell(told, text("fault.taken")));
            }
        });
    };
    Effect::new(move |_| {
        query.track();
        if let Ok(timer) = set_timeout_with_handle(ask, PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// Whether objects of the form are in a namespace.
fn is_of_namespace(form: &Form) -> bool {
    form.sections.iter().flat_map(|section| section.fields).any(|field| field.path == NAMESPACE)
}

/// Whether nothing that exists would be changed by something new.
pub fn is_free(is_new: bool, documents: &[DocumentPreview]) -> bool {
    !is_new || documents.iter().all(|document| document.outcome == PreviewOutcome::Created)
}

/// What is said at fields once something new was tried out: what exists would be changed by it.
pub fn found(is_new: bool, answer: &Result<Vec<DocumentPreview>, ConsoleError>) -> Vec<FieldProblem> {
    let mut told = Vec::new();
    if let (true, Ok(documents)) = (is_new, answer) {
        for document in documents.iter().filter(|document| document.outcome != PreviewOutcome::Created) {
            let object = document.resource.to_string();
            tell(&mut told, &text_with("fault.taken-by", &[("object", &object)]));
        }
    }
    told
}

/// Once: of several objects with one name the first is told of.
fn tell(told: &mut Vec<FieldProblem>, words: &str) {
    if !told.iter().any(|problem| problem.field == NAME) {
        told.push(FieldProblem::new(NAME, words));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ResourceRef;
    use workloads_contract::forms;

    fn document(kind: &str, outcome: PreviewOutcome) -> DocumentPreview {
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: kind.parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "till".parse().unwrap(),
        };
        DocumentPreview {
            resource,
            outcome,
            diff: Vec::new(),
            conflicts: Vec::new(),
            warnings: Vec::new(),
            remarks: Vec::new(),
            restarts: None,
            quotas: Vec::new(),
        }
    }

    #[test]
    fn something_new_that_would_change_what_exists_is_told_at_its_name() {
        let service_exists = Ok(vec![
            document("deployments", PreviewOutcome::Created),
            document("services", PreviewOutcome::Changed),
        ]);
        let all_new = Ok(vec![document("deployments", PreviewOutcome::Created)]);

        let told = found(true, &service_exists);
        assert_eq!((told.len(), told[0].field.as_str()), (1, NAME));
        assert!(told[0].message.contains("services/shop/till"), "{}", told[0].message);
        assert_eq!(found(true, &all_new), []);
        assert_eq!(found(false, &service_exists), [], "what is edited is to be changed");
    }

    #[test]
    fn names_in_other_namespaces_are_not_asked_about() {
        let is_of_namespace = |slug: &str| is_of_namespace(forms::find(slug).unwrap());

        assert!(is_of_namespace("deployments") && is_of_namespace("secrets"));
        assert!(!is_of_namespace("storageclasses"));
    }
}
