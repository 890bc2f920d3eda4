//! What the cluster would make of a document, as people see it.

use crate::change::act::Tried;
use crate::change::apply::Trial;
use crate::change::diff::diff;
use crate::change::document::Edit;
use crate::change::live::State;
use crate::change::owners;
use crate::change::restarts::restarts;
use crate::change::text;
use kinds::Object;
use model::fault::EditFault;
use model::{ConsoleError, FieldProblem, PreviewRemark};
use resources_contract::{DocumentPreview, PreviewOutcome};

/// A document and its dry run; there is none for what belongs into a namespace that the same text creates.
pub(crate) fn shown(edit: &Edit, trial: Option<&Trial>) -> DocumentPreview {
    let resource = edit.resource.clone();
    match trial {
        Some(trial) => DocumentPreview {
            resource,
            outcome: trial.outcome(),
            diff: diff(trial.live.as_ref().map(State::object), trial.result.object()),
            conflicts: trial.conflicts.clone(),
            warnings: trial.warnings.clone(),
            remarks: trial.remarks.clone(),
            restarts: trial.live.as_ref().and_then(|live| restarts(&live.value, &trial.result.value)),
            quotas: Vec::new(),
        },
        None => {
            let json = edit.object.to_string();
            DocumentPreview {
                resource,
                outcome: PreviewOutcome::Created,
                diff: diff(None, Object::parse(json.as_bytes()).unwrap_or_default()),
                conflicts: Vec::new(),
                warnings: Vec::new(),
                remarks: vec![PreviewRemark::NamespaceFirst],
                restarts: None,
                quotas: Vec::new(),
            }
        }
    }
}

/// What became of an action that was tried out on an object.
pub(crate) fn of_action(tried: &Tried) -> DocumentPreview {
    let Tried { resource, live, result, warnings, .. } = tried;
    let outcome = match live {
        None => PreviewOutcome::Created,
        Some(live) if text::editable(live.object()) == text::editable(result.object()) => {
            PreviewOutcome::Unchanged
        }
        Some(_) => PreviewOutcome::Changed,
    };
    let owned = live.as_ref().map(|live| owners::taken_over(&live.value, &result.value));
    DocumentPreview {
        resource: resource.clone(),
        outcome,
        diff: diff(live.as_ref().map(State::object), result.object()),
        conflicts: owned.unwrap_or_default(),
        warnings: warnings.clone(),
        remarks: Vec::new(),
        restarts: live.as_ref().and_then(|live| restarts(&live.value, &result.value)),
        quotas: Vec::new(),
    }
}

/// The same error, saying which document is meant.
pub(crate) fn about(edit: &Edit, error: ConsoleError) -> ConsoleError {
    let named = |problems: Vec<FieldProblem>| {
        let name = |problem: FieldProblem| match problem.fault {
            Some(fault) => {
                let fault = EditFault::OfObject { object: edit.resource.to_string(), fault: Box::new(fault) };
                FieldProblem { line: problem.line, ..FieldProblem::of(problem.field, fault) }
            }
            None => FieldProblem { message: format!("{} ({})", problem.message, edit.resource), ..problem },
        };
        problems.into_iter().map(name).collect()
    };
    match error {
        ConsoleError::Invalid { problems } => ConsoleError::Invalid { problems: named(problems) },
        ConsoleError::Conflict { problems } => ConsoleError::Conflict { problems: named(problems) },
        other => other,
    }
}
