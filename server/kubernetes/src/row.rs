//! One object as a table needs it.

use access::Scope;
use kinds::{Field, Object};
use std::cmp::Ordering;
use std::sync::Arc;

/// Keys and values of an object's labels, shared by all objects that carry the same.
pub(crate) type Labels = Arc<[(Arc<str>, Arc<str>)]>;

/// One object as a table needs it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowData {
    /// `metadata.uid`.
    pub uid: Box<str>,
    /// `metadata.namespace`.
    pub namespace: Option<Arc<str>>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// One field for each column of the kind.
    pub fields: Box<[Field]>,
    /// Its labels.
    pub labels: Labels,
    /// Texts that bare search words look at and no column shows, joined by line breaks.
    pub search: Option<Arc<str>>,
    /// The uid of its controlling owner, or of what an event is about.
    pub owner: Option<Arc<str>>,
}

/// The order of every table: namespace, then name.
pub(crate) fn by_name(a: &RowData, b: &RowData) -> Ordering {
    a.namespace.cmp(&b.namespace).then_with(|| a.name.cmp(&b.name))
}

/// Where a value stands that many rows share: as long as one of them is there, no other has this address.
pub(crate) fn address<T: ?Sized>(shared: &Arc<T>) -> usize {
    Arc::as_ptr(shared).cast::<u8>() as usize
}

/// The controlling owner, else the first; for events what they are about.
pub(crate) fn owner_uid<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    let owners = object.items_at("/metadata/ownerReferences");
    let owner = owners.iter().find(|owner| owner.is_true("/controller")).or_else(|| owners.first());
    let uid = match owner {
        Some(owner) => owner.text_at("/uid"),
        None => object.text_at("/involvedObject/uid"),
    };
    (!uid.is_empty()).then_some(uid)
}

/// Annotations in which tools leave the whole object.
const WHOLE_OBJECTS: [&str; 4] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kapp.k14s.io/original",
    "objectset.rio.cattle.io/applied",
    "banzaicloud.com/last-applied",
];

/// Of an object whose values are not kept, what may hold them all the same: of secrets that is any annotation.
pub(crate) fn without_values<'o>(object: &Object<'o>, is_secret: bool) -> Object<'o> {
    let is_kept = |key: &str| !is_secret && !WHOLE_OBJECTS.contains(&key);
    let mut object = object.clone();
    if let Object::Map(parts) = &mut object {
        for (key, part) in parts {
            if let ("metadata", Object::Map(metadata)) = (&**key, part) {
                for (name, entries) in metadata {
                    if let ("annotations", Object::Map(annotations)) = (&**name, entries) {
                        annotations.retain(|(key, _)| is_kept(key));
                    }
                }
            }
        }
    }
    object
}

impl RowData {
    /// Whether whoever may see this much may see the object.
    pub fn is_within(&self, scope: &Scope) -> bool {
        scope.admits(self.namespace.as_deref(), &self.name)
    }

    /// The value of the label with this key.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| **known == *key).map(|(_, value)| &**value)
    }

    /// Bytes on the heap; what several rows share is divided among them.
    pub fn heap_bytes(&self) -> usize {
        size_of::<Self>()
            + 2 * size_of::<usize>()
            + self.uid.len()
            + self.name.len()
            + self.fields.len() * size_of::<Field>()
            + self.fields.iter().map(Field::heap_bytes).sum::<usize>()
    }
}
