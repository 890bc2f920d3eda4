//! Commands as HTML forms send them: flat fields, so that they work with scripts off. With scripts the same forms are
//! sent without leaving the page. A command that went well leads to its `next` page; one that did not leads back to
//! the form, with the error in the address and what was typed in its fields.

mod answer;
mod pairs;
mod target;

pub use pairs::to_lines;
pub(crate) use target::parse_targets;

use crate::{
    Action, ActionKind, Applied, Base, Deletion, DocumentPreview, ManifestChange, MetadataChange, Outcome,
    Propagation, Resources, TaintChange, TaintEffect, Target,
};
use answer::{answer, cut, destination};
use leptos::prelude::*;
use model::fault::{EntryFault, FormFault};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, go_to};
use pairs::changed;
use serde::{Deserialize, Serialize};

/// A text that a form without scripts sent to be previewed, and what came of it. The server provides it with the page that
/// the form stands on, which shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedPreview {
    /// The text, as it was typed.
    pub text: String,
    /// What it was written from, as [`Base::to_field`] writes it: not what is there by now.
    pub base: Option<String>,
    /// What the cluster would make of it.
    pub answer: Result<Vec<DocumentPreview>, ConsoleError>,
}

impl PostedPreview {
    /// Finds out what the cluster would make of a form's text; changes nothing.
    pub async fn of(fields: ApplyFields, resources: &dyn Resources) -> Self {
        let (text, base) = (fields.text.clone(), fields.base.clone());
        let answer = match fields.change() {
            Ok(change) => resources.preview(change).await,
            Err(error) => Err(error),
        };
        Self { text, base, answer }
    }
}

/// Carries out an action as its form asks.
#[server(endpoint = "resources/act-form")]
pub async fn act_by_form(
    /// The fields of the form.
    fields: ActFields,
) -> Result<Vec<Outcome>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// Deletes as a form asks. Where the plan asks to type the name, the server compares it.
#[server(endpoint = "resources/delete-form")]
pub async fn delete_by_form(
    /// The fields of the form.
    fields: DeleteFields,
) -> Result<Vec<Outcome>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// Applies a text as a form sends it.
#[server(endpoint = "resources/apply-form")]
pub async fn apply_by_form(
    /// The fields of the form.
    fields: ApplyFields,
) -> Result<Vec<Applied>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// The fields of an action's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActFields {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// The objects, one [`Target::to_line`] each.
    pub targets: String,
    /// What to do.
    pub action: ActionKind,
    /// For [`ActionKind::Scale`].
    pub replicas: Option<u32>,
    /// For [`ActionKind::RollBack`].
    pub revision: Option<i64>,
    /// For [`ActionKind::Drain`].
    pub delete_empty_dir_data: Option<bool>,
    /// For [`ActionKind::Drain`].
    pub force: Option<bool>,
    /// For [`ActionKind::Taint`].
    pub taint_key: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_value: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_effect: Option<TaintEffect>,
    /// For [`ActionKind::Taint`]: take it away.
    pub taint_remove: Option<bool>,
    /// For [`ActionKind::SetMetadata`]: the labels as they should be, as [`to_lines`] writes them.
    pub labels: Option<String>,
    /// The labels as they were when the form was drawn.
    pub labels_before: Option<String>,
    /// The annotations as they should be.
    pub annotations: Option<String>,
    /// The annotations as they were.
    pub annotations_before: Option<String>,
    /// Answer with how it went for each where it went well with some alone: the page shows that.
    pub each: Option<bool>,
    /// The page to go to when it went well.
    pub next: String,
}

impl ActFields {
    /// Carries it out, and leads to the next page when every target went well.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Outcome>, ConsoleError> {
        let targets = parse_targets(&self.cluster, &self.kind, &self.targets)?;
        let outcomes = answer(resources.act(targets, self.action()?).await?, self.each)?;
        if outcomes.iter().all(Outcome::is_well) {
            go_to(&destination(&self.next, &outcomes));
        }
        Ok(outcomes)
    }

    /// The action that the fields describe.
    pub fn action(&self) -> Result<Action, ConsoleError> {
        Ok(match self.action {
            ActionKind::Scale => {
                Action::Scale { replicas: self.replicas.ok_or_else(|| FormFault::Replicas.at("replicas"))? }
            }
            ActionKind::RollBack => Action::RollBack {
                revision: self.revision.ok_or_else(|| FormFault::Revision.at("revision"))?,
            },
            ActionKind::Drain => Action::Drain {
                delete_empty_dir_data: self.delete_empty_dir_data.unwrap_or(false),
                force: self.force.unwrap_or(false),
            },
            ActionKind::SetMetadata => Action::SetMetadata(MetadataChange {
                labels: changed(&self.labels_before, &self.labels, "labels")?,
                annotations: changed(&self.annotations_before, &self.annotations, "annotations")?,
            }),
            ActionKind::Taint => Action::Taint(TaintChange::of(
                self.taint_key.as_deref(),
                self.taint_value.as_deref(),
                self.taint_effect,
                self.taint_remove,
            )?),
            ActionKind::Restart => Action::Restart,
            ActionKind::Pause => Action::Pause,
            ActionKind::Resume => Action::Resume,
            ActionKind::Cordon => Action::Cordon,
            ActionKind::Uncordon => Action::Uncordon,
            ActionKind::Suspend => Action::Suspend,
            ActionKind::Unsuspend => Action::Unsuspend,
            ActionKind::Trigger => Action::Trigger,
            ActionKind::PullByDefault => Action::PullByDefault,
            ActionKind::NotPullByDefault => Action::NotPullByDefault,
            ActionKind::Edit | ActionKind::Delete => {
                return Err(FormFault::Foreign.at("action"));
            }
        })
    }
}

/// The fields of the form that deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteFields {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// The objects, one [`Target::to_line`] each.
    pub targets: String,
    /// What happens to the objects they own.
    #[serde(default)]
    pub propagation: Propagation,
    /// What was typed to confirm; see [`confirmation_word`].
    pub confirm: Option<String>,
    /// As that of [`ActFields`].
    pub each: Option<bool>,
    /// The page to go to when it went well.
    pub next: String,
}

impl DeleteFields {
    /// Deletes, and leads to the next page when every target went well.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Outcome>, ConsoleError> {
        let targets = parse_targets(&self.cluster, &self.kind, &self.targets)?;
        let plan = resources.preview_delete(targets.clone()).await?;
        let word = confirmation_word(&targets);
        if plan.confirm_by_name && self.confirm.as_deref().map(str::trim) != Some(word.as_str()) {
            return Err(ConsoleError::refused("confirm", EntryFault::Exactly(word)));
        }
        let deletion = Deletion { targets, propagation: self.propagation };
        let outcomes = answer(resources.delete(deletion).await?, self.each)?;
        if outcomes.iter().all(Outcome::is_well) {
            go_to(&self.next);
        }
        Ok(outcomes)
    }
}

/// The fields of the form that applies YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyFields {
    /// Where.
    pub cluster: ClusterName,
    /// Namespace for documents that name none; may be empty.
    pub namespace: Option<String>,
    /// One or more YAML documents.
    pub text: String,
    /// What is being edited, as JSON of a [`Base`].
    pub base: Option<String>,
    /// Take over fields that others own.
    pub force: Option<bool>,
    /// The page to go to when several documents went well; a single one leads to its object.
    pub next: String,
}

impl ApplyFields {
    /// Applies, and leads to the object, or to the next page when there are several.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Applied>, ConsoleError> {
        let next = self.next.clone();
        let applied = Applied::all_well(resources.apply(self.change()?).await?).map_err(cut)?;
        match applied.as_slice() {
            [only] => go_to(&model::link::object(&only.resource)),
            _ => go_to(&next),
        }
        Ok(applied)
    }

    fn change(self) -> Result<ManifestChange, ConsoleError> {
        let unreadable = |_| FormFault::Foreign.at("base");
        let namespace = self.namespace.filter(|namespace| !namespace.is_empty());
        let not_a_name = |error: model::InvalidName| ConsoleError::refused("namespace", error.rule);
        Ok(ManifestChange {
            cluster: self.cluster,
            namespace: namespace.map(|text| Namespace::parse(&text)).transpose().map_err(not_a_name)?,
            // Browsers send line breaks of forms as CR LF.
            text: self.text.replace("\r\n", "\n"),
            base: self.base.map(|text| Base::from_field(&text)).transpose().map_err(unreadable)?,
            force: self.force.unwrap_or(false),
        })
    }
}

impl Base {
    /// As a form field carries it.
    pub fn to_field(&self) -> String {
        serde_json::to_string(self).expect("a base is strings only, which always become JSON")
    }

    /// Reads [`Base::to_field`].
    pub fn from_field(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// What must be typed to confirm a deletion: the name of the only object, or how many they are.
pub fn confirmation_word(targets: &[Target]) -> String {
    match targets {
        [only] => only.resource.name.to_string(),
        many => many.len().to_string(),
    }
}
