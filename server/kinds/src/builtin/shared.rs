//! What several kinds share.

use crate::registry::of_manifest;
use crate::said::{Text, say};
use crate::{Field, Health, Interner, Object, Relation, SelectorForm};
use model::Level;
use std::borrow::Cow;

/// Texts of the program as a kind keeps them.
pub(super) fn words<const N: usize>(words: [&'static str; N]) -> Vec<Cow<'static, str>> {
    words.into_iter().map(Cow::Borrowed).collect()
}

pub(super) fn owns(slug: &'static str) -> Relation {
    Relation::Owns { slug }
}

pub(super) fn selects(slug: &'static str, path: &'static str) -> Relation {
    Relation::Selects { slug, path, form: SelectorForm::Expressions }
}

pub(super) fn selects_labels(slug: &'static str, path: &'static str) -> Relation {
    Relation::Selects { slug, path, form: SelectorForm::Labels }
}

pub(super) fn refers(slug: &'static str, path: &'static str) -> Relation {
    Relation::Refers { slug, path, namespace: None }
}

/// What a pod's specification at a path refers to.
macro_rules! pod_relations {
    ($path:literal) => {{
        use $crate::builtin::shared::refers;
        vec![
            refers("configmaps", concat!($path, "/volumes/*/configMap/name")),
            refers("configmaps", concat!($path, "/volumes/*/projected/sources/*/configMap/name")),
            refers("configmaps", concat!($path, "/containers/*/env/*/valueFrom/configMapKeyRef/name")),
            refers("configmaps", concat!($path, "/containers/*/envFrom/*/configMapRef/name")),
            refers("configmaps", concat!($path, "/initContainers/*/env/*/valueFrom/configMapKeyRef/name")),
            refers("configmaps", concat!($path, "/initContainers/*/envFrom/*/configMapRef/name")),
            refers("secrets", concat!($path, "/volumes/*/secret/secretName")),
            refers("secrets", concat!($path, "/volumes/*/projected/sources/*/secret/name")),
            refers("secrets", concat!($path, "/containers/*/env/*/valueFrom/secretKeyRef/name")),
            refers("secrets", concat!($path, "/containers/*/envFrom/*/secretRef/name")),
            refers("secrets", concat!($path, "/initContainers/*/env/*/valueFrom/secretKeyRef/name")),
            refers("secrets", concat!($path, "/initContainers/*/envFrom/*/secretRef/name")),
            refers("secrets", concat!($path, "/imagePullSecrets/*/name")),
            refers("persistentvolumeclaims", concat!($path, "/volumes/*/persistentVolumeClaim/claimName")),
            refers("serviceaccounts", concat!($path, "/serviceAccountName")),
            refers("priorityclasses", concat!($path, "/priorityClassName")),
            refers("runtimeclasses", concat!($path, "/runtimeClassName")),
        ]
    }};
}
pub(super) use pod_relations;

/// Yes where the text at a path says so, as annotations do; nothing where it says anything else, because what is absent means
/// the same.
pub(super) fn yes(object: &Object<'_>, path: &str) -> Field {
    if object.text_at(path) == "true" { Field::Flag(true) } else { Field::None }
}

/// A number that names something and counts nothing, such as a port: it is written without separators.
pub(super) fn digits(object: &Object<'_>, path: &str, interner: &mut Interner) -> Field {
    object.number_at(path).map_or(Field::None, |number| interner.text_field(&number.to_string()))
}

/// The group of an `apiVersion`.
pub(super) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Another object as a field: a link for built-in kinds, `Kind/name` for others, whose plural is not known here.
pub(super) fn object(
    interner: &mut Interner,
    group: &str,
    kind: &str,
    namespace: Option<&str>,
    name: &str,
) -> Field {
    match of_manifest(group, kind) {
        Some(known) => interner.object_field(&known.slug, namespace.filter(|_| known.namespaced), name),
        None if name.is_empty() => Field::None,
        None => Field::Text(format!("{kind}/{name}").into()),
    }
}

/// The owner that controls an object.
pub(super) fn owner(item: &Object<'_>, interner: &mut Interner) -> Field {
    let owners = item.items_at("/metadata/ownerReferences");
    let Some(owner) = owners.iter().find(|owner| owner.is_true("/controller")).or(owners.first()) else {
        return Field::None;
    };
    let group = group_of(owner.text_at("/apiVersion"));
    object(interner, group, owner.text_at("/kind"), item.namespace(), owner.text_at("/name"))
}

/// The status of an object whose deletion was asked for.
pub(super) fn terminating(object: &Object<'_>) -> Option<Health> {
    object.at("/metadata/deletionTimestamp")?;
    let status = Health::new(Level::Progressing, "Terminating");
    Some(match waits_for_finalizers(object) {
        Some(reason) => status.because(reason),
        None => status,
    })
}

/// Who is waited for before an object is gone, if anybody.
pub(super) fn waits_for_finalizers(object: &Object<'_>) -> Option<Text> {
    let finalizers: Vec<&str> = object.each("/metadata/finalizers/*").filter_map(Object::text).collect();
    let waits = || say("reason.deletion").with("finalizers", finalizers.join(", "));
    (!finalizers.is_empty()).then(waits)
}

/// `True`, `False`, `Unknown`, or `""` when there is no such condition.
pub(crate) fn condition_state<'o>(object: &'o Object<'_>, kind: &str) -> &'o str {
    object.condition(kind).map_or("", |condition| condition.text_at("/status"))
}

/// A status whose word is the reason of a condition (or its type) and whose reason is the message.
pub(super) fn from_condition(level: Level, condition: &Object<'_>) -> Health {
    let word = match condition.text_at("/reason") {
        "" => condition.text_at("/type"),
        reason => reason,
    };
    Health::new(level, word).because(sentence(condition.text_at("/message")))
}

/// The status of an object with one condition that should be true.
pub(super) fn one_condition(object: &Object<'_>, kind: &str) -> Health {
    if let Some(status) = terminating(object) {
        return status;
    }
    match object.condition(kind) {
        None => Health::new(Level::Progressing, "Pending").because(say("reason.not-seen")),
        Some(condition) => match condition.text_at("/status") {
            "True" => Health::new(Level::Healthy, kind),
            "False" => from_condition(Level::Failed, condition),
            _ => from_condition(Level::Progressing, condition),
        },
    }
}

/// A message of a component as a sentence: with a full stop, on one line.
pub(crate) fn sentence(message: &str) -> String {
    let mut sentence = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
