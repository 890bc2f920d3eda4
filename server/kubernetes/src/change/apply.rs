//! Applying a document, and finding out beforehand what the cluster would make of it.
//!
//! A document is applied with server-side apply. That never removes a field which somebody else still owns; so when an
//! object is edited as a whole, its replacement is tried out too, and if that comes out differently - a line was deleted
//! that others own - the object is replaced instead. Either way the same is previewed as is done.

use crate::change::document::Edit;
use crate::change::echo::Echo;
use crate::change::grants::ApplyChange;
use crate::change::live::{self, State};
use crate::change::owners::{self, MANAGER};
use crate::change::{manifest, text};
use crate::{ApiStatus, As, Call, Cluster, KubernetesError};
use access::{Granted, Identity};
use http::Method;
use model::fault::EditFault;
use model::{FieldProblem, PreviewRemark};
use resources_contract::{FieldConflict, PreviewOutcome};
use serde_json::Value;

/// An edit that meets a newer version of an object whose text is still the same is made again on that version.
const TRIES: u32 = 3;

/// How a document gets into the cluster.
#[derive(Clone, Debug)]
enum Way {
    Create { body: Value },
    Apply { body: Value },
    Replace { body: Value },
}

/// What a dry run came to.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub live: Option<State>,
    pub result: State,
    pub conflicts: Vec<FieldConflict>,
    pub warnings: Vec<String>,
    pub remarks: Vec<PreviewRemark>,
    way: Way,
}

impl Trial {
    /// What would happen to the object.
    pub fn outcome(&self) -> PreviewOutcome {
        match &self.live {
            None => PreviewOutcome::Created,
            Some(live) if text::editable(live.object()) == text::editable(self.result.object()) => {
                PreviewOutcome::Unchanged
            }
            Some(_) => PreviewOutcome::Changed,
        }
    }

    /// Refuses to take over what others own, unless that is wished.
    pub fn check_conflicts(&self, edit: &Edit) -> Result<(), KubernetesError> {
        if edit.force || self.conflicts.is_empty() {
            return Ok(());
        }
        let owned = |conflict: &FieldConflict| {
            FieldProblem::of(&conflict.field, EditFault::Owned(conflict.manager.clone()))
        };
        Err(KubernetesError::Conflict { problems: self.conflicts.iter().map(owned).collect() })
    }
}

/// Applies one document, as the caller, and says what a store will know of it. What is already so is not sent.
pub(crate) async fn apply(
    cluster: &Cluster,
    granted: &Granted<ApplyChange>,
) -> Result<(PreviewOutcome, Option<Echo>), KubernetesError> {
    let ApplyChange { edit, trial } = granted.action();
    let identity = granted.identity();
    let mut trial = match trial {
        Some(trial) => trial.clone(),
        None => try_out(cluster, &identity, edit).await?,
    };
    for tries_left in (0..TRIES).rev() {
        trial.check_conflicts(edit)?;
        let outcome = trial.outcome();
        if outcome == PreviewOutcome::Unchanged {
            return Ok((outcome, None));
        }
        match send(cluster, &identity, edit, &trial.way, Run::Real { force: edit.force }).await {
            Ok(sent) => {
                return Ok((outcome, Echo::of_change(&edit.served.kind.slug, &sent.state.value)));
            }
            // The API server says that nothing was done because the version has moved on.
            Err(error) if tries_left > 0 && is_modified(&error) => {
                trial = try_out(cluster, &identity, edit).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Err(KubernetesError::Conflict { problems: vec![FieldProblem::of("", EditFault::Restless)] })
}

/// Finds out what the cluster would make of a document. Changes nothing. The status of an object in trouble changes all
/// the time, also between reading it and trying.
pub(crate) async fn try_out(
    cluster: &Cluster,
    identity: &Identity,
    edit: &Edit,
) -> Result<Trial, KubernetesError> {
    for _ in 1..TRIES {
        match try_once(cluster, identity, edit).await {
            Err(error) if is_modified(&error) => {}
            other => return other,
        }
    }
    try_once(cluster, identity, edit).await
}

async fn try_once(cluster: &Cluster, identity: &Identity, edit: &Edit) -> Result<Trial, KubernetesError> {
    if edit.is_new {
        let way = Way::Create { body: edit.object.clone() };
        let Sent { state, warnings } = send(cluster, identity, edit, &way, Run::Dry { force: false }).await?;
        let (conflicts, remarks) = (Vec::new(), Vec::new());
        return Ok(Trial { live: None, result: state, conflicts, warnings, remarks, way });
    }
    let live = live::find(cluster, identity, &edit.served, &edit.resource).await?;
    if let Some(base) = &edit.base {
        manifest::check_base(base, live.as_ref())?;
    }
    let trial = try_apply(cluster, identity, edit, live).await?;
    let mut trial = match (&edit.base, &trial.live) {
        (Some(_), Some(live)) => {
            let body = replacement(&edit.object, live);
            try_replace(cluster, identity, edit, body, trial).await?
        }
        _ => trial,
    };
    if let Some(live) = trial.live.as_ref().filter(|live| !text::is_secret(&live.object())) {
        for conflict in &mut trial.conflicts {
            conflict.theirs = owners::value_at(&live.value, &conflict.field);
            conflict.yours = owners::value_at(&edit.object, &conflict.field);
        }
    }
    Ok(trial)
}

async fn try_apply(
    cluster: &Cluster,
    identity: &Identity,
    edit: &Edit,
    live: Option<State>,
) -> Result<Trial, KubernetesError> {
    let mut body = edit.object.clone();
    if let Some(live) = &live {
        body["metadata"]["uid"] = live.uid().into();
        if edit.base.is_some() {
            body["metadata"]["resourceVersion"] = live.version().into();
        }
    }
    let way = Way::Apply { body };
    let (sent, conflicts) = match send(cluster, identity, edit, &way, Run::Dry { force: false }).await {
        Err(KubernetesError::Answered { status, .. }) if !conflicts(&status).is_empty() => {
            (send(cluster, identity, edit, &way, Run::Dry { force: true }).await?, conflicts(&status))
        }
        other => (other?, Vec::new()),
    };
    let Sent { state, warnings } = sent;
    Ok(Trial { live, result: state, conflicts, warnings, remarks: Vec::new(), way })
}

/// Whether replacing the object would come out differently, and if so that.
async fn try_replace(
    cluster: &Cluster,
    identity: &Identity,
    edit: &Edit,
    body: Value,
    applied: Trial,
) -> Result<Trial, KubernetesError> {
    let way = Way::Replace { body };
    let replaced = match send(cluster, identity, edit, &way, Run::Dry { force: false }).await {
        Ok(sent) => sent,
        Err(error) if error.code() == Some(403) => {
            let mut applied = applied;
            applied.remarks.push(PreviewRemark::LinesStay);
            return Ok(applied);
        }
        Err(error) => return Err(error),
    };
    if comparable(&replaced.state.value) == comparable(&applied.result.value) {
        return Ok(applied);
    }
    let mut conflicts = applied.conflicts;
    if let Some(live) = &applied.live {
        conflicts.extend(owners::taken_over(&live.value, &replaced.state.value));
    }
    conflicts.sort_by(|a, b| (&a.field, &a.manager).cmp(&(&b.field, &b.manager)));
    conflicts.dedup();
    let Sent { state, warnings } = replaced;
    Ok(Trial { live: applied.live, result: state, conflicts, warnings, remarks: Vec::new(), way })
}

/// The object as it should be: as written, with what the text does not show as it is.
fn replacement(written: &Value, live: &State) -> Value {
    let mut body = written.clone();
    for key in ["uid", "resourceVersion", "creationTimestamp"] {
        body["metadata"][key] = live.value["metadata"][key].clone();
    }
    if let Some(status) = live.value.get("status") {
        body["status"] = status.clone();
    }
    let copy = &live.value["metadata"]["annotations"][text::LAST_APPLIED];
    if text::is_secret(&live.object()) && copy.is_string() {
        body["metadata"]["annotations"][text::LAST_APPLIED] = copy.clone();
    }
    body
}

/// What counts when two results are compared.
fn comparable(object: &Value) -> Value {
    let mut object = object.clone();
    text::drop_server_fields(&mut object);
    object
}

/// Whether it counts.
#[derive(Clone, Copy)]
enum Run {
    Dry { force: bool },
    Real { force: bool },
}

struct Sent {
    state: State,
    warnings: Vec<String>,
}

async fn send(
    cluster: &Cluster,
    identity: &Identity,
    edit: &Edit,
    way: &Way,
    run: Run,
) -> Result<Sent, KubernetesError> {
    let (dry, force) = match run {
        Run::Dry { force } => ("&dryRun=All", force),
        Run::Real { force } => ("", force),
    };
    let path = match way {
        // An API server that has an object of this name already refuses.
        Way::Create { .. } => live::collection(&edit.served, &edit.resource)?,
        Way::Apply { .. } | Way::Replace { .. } => live::path(&edit.served, &edit.resource)?,
    };
    let (method, content_type, body, force) = match way {
        Way::Create { body } => (Method::POST, "application/json", body, false),
        Way::Apply { body } => (Method::PATCH, "application/apply-patch+yaml", body, force),
        Way::Replace { body } => (Method::PUT, "application/json", body, false),
    };
    let force = if force { "&force=true" } else { "" };
    let path = format!("{path}?fieldManager={MANAGER}&fieldValidation=Strict{force}{dry}");
    let call = Call::write(method, path, content_type, body.to_string().into());
    let answer = cluster.connection().call(As::Caller(identity), &call).await.map_err(explain)?;
    let state = State::parse(cluster.connection(), answer.body);
    let state = match run {
        Run::Real { .. } => state.map_err(KubernetesError::after_a_change)?,
        Run::Dry { .. } => state?,
    };
    Ok(Sent { state, warnings: answer.warnings })
}

/// The refusals that do not say what to do.
fn explain(error: KubernetesError) -> KubernetesError {
    let KubernetesError::Answered { status, .. } = &error else { return error };
    if status.message.contains("does not support dry run") {
        return KubernetesError::refused(EditFault::NotTried(status.message.clone()));
    }
    match misfits(&status.message) {
        Some(problems) => KubernetesError::Invalid { problems },
        None => error,
    }
}

/// What does not fit the schema of its kind. An API server answers that with 500 where it is applied, as if something had
/// happened to it: `failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replica: field not
/// declared in schema`, or `errors:` and a line for each.
fn misfits(message: &str) -> Option<Vec<FieldProblem>> {
    let (_, said) = message.strip_prefix("failed to create typed patch object (")?.split_once("): ")?;
    let problem = |line: &str| {
        let line = line.trim();
        let (field, words) = line.split_once(": ").unwrap_or(("", line));
        // What follows is how Go prints what was sent.
        let words = words.split_once(", got &").map_or(words, |(words, _)| words);
        FieldProblem::new(field.trim_start_matches('.'), words)
    };
    Some(said.strip_prefix("errors:\n").unwrap_or(said).lines().map(problem).collect())
}

/// The fields of a server-side apply that others own.
fn conflicts(status: &ApiStatus) -> Vec<FieldConflict> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| FieldConflict::new(manager(&cause.message), cause.field.clone()))
        .collect()
}

/// `conflict with "kubectl" using apps/v1` names kubectl.
fn manager(message: &str) -> String {
    let after = message.strip_prefix("conflict with ").unwrap_or(message);
    let quoted = after.strip_prefix('"').and_then(|rest| rest.split('"').next());
    quoted.or_else(|| after.split(" using ").next()).unwrap_or(after).to_owned()
}

fn is_modified(error: &KubernetesError) -> bool {
    match error {
        KubernetesError::Answered { status, .. } => {
            status.code == 409 && status.message.contains("the object has been modified")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ApiStatusCause, ApiStatusDetails};

    #[test]
    fn the_manager_is_read_from_the_sentence() {
        for (message, expected) in [
            (r#"conflict with "kubectl" using apps/v1"#, "kubectl"),
            (r#"conflict with "hpa" with subresource "scale" using apps/v1"#, "hpa"),
            ("conflict with helm using v1", "helm"),
        ] {
            assert_eq!(manager(message), expected);
        }
    }

    #[test]
    fn what_does_not_fit_a_schema_is_told_field_by_field() {
        let told = |message: &str| misfits(&format!("failed to create typed patch object {message}"));

        assert_eq!(
            told(
                "(/web; v1, Kind=Service): .spec.ports[port=80,protocol=\"TCP\"].typo: field not declared in schema"
            ),
            Some(vec![FieldProblem::new(
                "spec.ports[port=80,protocol=\"TCP\"].typo",
                "field not declared in schema"
            )])
        );
        assert_eq!(
            told(
                "(shop/a; /v1, Kind=ConfigMap): errors:\n  .data.b: expected string, got &value.valueUnstructured{Value:true}\n  \
                 .data.c: expected numeric (int or float), got string"
            ),
            Some(vec![
                FieldProblem::new("data.b", "expected string"),
                FieldProblem::new("data.c", "expected numeric (int or float), got string"),
            ])
        );
        assert_eq!(misfits("etcdserver: request timed out"), None);
    }

    #[test]
    fn only_conflicts_about_owners_are_shown_as_such() {
        let cause = |reason: &str| ApiStatusCause {
            reason: reason.into(),
            message: "conflict with \"kubectl\"".into(),
            field: ".spec.replicas".into(),
        };
        let details = ApiStatusDetails {
            causes: vec![cause("FieldManagerConflict"), cause("Other")],
            ..ApiStatusDetails::default()
        };
        let status = ApiStatus { code: 409, details: Some(details), ..ApiStatus::default() };

        assert_eq!(conflicts(&status), [FieldConflict::new("kubectl", ".spec.replicas")]);
    }
}
