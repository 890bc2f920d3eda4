//! What the cluster would make of a document, as people see it.

use crate::change::apply::Trial;
use crate::change::diff::diff;
use crate::change::document::Edit;
use crate::change::live::State;
use kinds::Object;
use model::{ConsoleError, FieldProblem};
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
        },
        None => {
            let json = edit.object.to_string();
            DocumentPreview {
                resource,
                outcome: PreviewOutcome::Created,
                diff: diff(None, Object::parse(json.as_bytes()).unwrap_or_default()),
                conflicts: Vec::new(),
                warnings: vec!["This cannot be checked before its namespace exists.".into()],
            }
        }
    }
}

/// The same error, saying which document is meant.
pub(crate) fn about(edit: &Edit, error: ConsoleError) -> ConsoleError {
    let named = |problems: Vec<FieldProblem>| {
        let name = |problem: FieldProblem| FieldProblem {
            message: format!("{} ({})", problem.message, edit.resource),
            ..problem
        };
        problems.into_iter().map(name).collect()
    };
    match error {
        ConsoleError::Invalid { problems } => ConsoleError::Invalid { problems: named(problems) },
        ConsoleError::Conflict { problems } => ConsoleError::Conflict { problems: named(problems) },
        other => other,
    }
}
