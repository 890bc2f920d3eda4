//! Objects as YAML, as the caller may read them.

use crate::change::live::{self, State};
use crate::change::{grants::ReadManifest, owners, text};
use crate::{Cluster, KubernetesError};
use access::Granted;
use kinds::Object;
use model::fault::EditFault;
use model::{FieldProblem, ResourceRef};
use resources_contract::{Base, Manifest};
use serde_json::Value;

/// Stands between the version and the fingerprint in a base.
const MARK: char = '+';

/// The object as YAML, read now. The values of a secret are hidden unless the grant says to reveal them.
pub async fn read_manifest(
    cluster: &Cluster,
    granted: &Granted<ReadManifest>,
) -> Result<Manifest, KubernetesError> {
    let asked = granted.action();
    let state = live::read(cluster, &granted.identity(), &asked.served, &asked.resource).await?;
    let mut object = text::editable(state.object());
    let hidden = text::is_secret(&object) && !asked.reveal;
    let mut base = base_of(&asked.resource, &state, &object);
    if hidden {
        // A fingerprint of values that the reader may not see would let them be guessed.
        base.resource_version = state.version().to_owned();
        text::hide(&mut object);
    }
    Ok(Manifest { text: text::to_yaml(&object), base, hidden })
}

/// The object as it is now, without what only the server writes, and what a change of it is based on: for whoever changes
/// a part of it.
pub(crate) async fn read_value(
    cluster: &Cluster,
    granted: &Granted<ReadManifest>,
) -> Result<(Value, Base), KubernetesError> {
    let asked = granted.action();
    let state = live::read(cluster, &granted.identity(), &asked.served, &asked.resource).await?;
    let base = base_of(&asked.resource, &state, &text::editable(state.object()));
    let mut value = state.value;
    text::drop_server_fields(&mut value);
    Ok((value, base))
}

fn base_of(resource: &ResourceRef, state: &State, object: &Object<'_>) -> Base {
    let resource_version = format!("{}{MARK}{}", state.version(), text::fingerprint(object));
    Base { resource: resource.clone(), uid: state.uid().to_owned(), resource_version }
}

/// Whether the live object is still what the edit began with. Status changes do not count.
pub(crate) fn check_base(base: &Base, live: Option<&State>) -> Result<(), KubernetesError> {
    let conflict =
        |fault: EditFault| Err(KubernetesError::Conflict { problems: vec![FieldProblem::of("", fault)] });
    let Some(live) = live else {
        return conflict(EditFault::Deleted);
    };
    if live.uid() != base.uid {
        return conflict(EditFault::Replaced);
    }
    let (version, fingerprint) = match base.resource_version.split_once(MARK) {
        Some((version, fingerprint)) => (version, Some(fingerprint)),
        None => (base.resource_version.as_str(), None),
    };
    if live.version() == version
        || fingerprint
            .is_some_and(|fingerprint| fingerprint == text::fingerprint(&text::editable(live.object())))
    {
        return Ok(());
    }
    let by = owners::last_change(&live.value);
    conflict(by.map_or(EditFault::Changed, EditFault::ChangedBy))
}
