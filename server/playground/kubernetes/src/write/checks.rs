//! Whether the object that is written is the one that was meant.

use serde_json::Value;

use crate::Status;
use crate::cluster::DeleteOptions;
use crate::object::Object;
use crate::registry::Kind;

/// A key with one slash in front: those of objects of the whole cluster have one already.
pub(crate) fn slashed(key: &str) -> String {
    if key.starts_with('/') { key.to_owned() } else { format!("/{key}") }
}

pub(super) fn check_identity(kind: &Kind, stored: &Object, new: &Value) -> Result<(), Status> {
    let metadata = &new["metadata"];
    let resource = kind.resource();
    if let Some(version) =
        metadata["resourceVersion"].as_str().filter(|version| !version.is_empty() && *version != "0")
        && version != stored.resource_version().to_string()
    {
        return Err(Status::modified(&resource, stored.name()));
    }
    if let Some(uid) = metadata["uid"].as_str().filter(|uid| !uid.is_empty())
        && uid != stored.uid()
    {
        let group = if kind.custom { format!("{}/", kind.group) } else { String::new() };
        let key = format!("/registry/{group}{}{}", kind.plural, slashed(&stored.key()));
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition \
             failed: UID in precondition: {uid}, UID in object meta: {}",
            stored.uid()
        );
        return Err(Status::conflict(&resource, stored.name(), &why));
    }
    if metadata["name"].as_str() != Some(stored.name()) {
        let sent = metadata["name"].as_str().unwrap_or_default();
        return Err(Status::other_name(sent, stored.name()));
    }
    Ok(())
}

pub(super) fn check_preconditions(
    kind: &Kind,
    stored: &Object,
    options: &DeleteOptions,
) -> Result<(), Status> {
    let qualified =
        if kind.group.is_empty() { kind.kind.clone() } else { format!("{}.{}", kind.kind, kind.group) };
    // The real server names the kind where one expects the resource.
    let conflict = |what: &str, wanted: &str, found: &str| {
        let why = format!(
            "the {what} in the precondition ({wanted}) does not match the {what} in record ({found}). The object might \
             have been "
        );
        let what_else = if what == "UID" { "deleted and then recreated" } else { "modified" };
        Err(Status::conflict(&qualified, stored.name(), &(why + what_else)))
    };
    if let Some(uid) = options.uid.as_deref().filter(|uid| *uid != stored.uid()) {
        return conflict("UID", uid, stored.uid());
    }
    let version = stored.resource_version().to_string();
    if let Some(wanted) = options.resource_version.as_deref().filter(|wanted| *wanted != version) {
        return conflict("ResourceVersion", wanted, &version);
    }
    Ok(())
}
