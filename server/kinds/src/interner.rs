//! Values that many rows share, kept once.

use crate::{Field, Health, Reference};
use hashbrown::HashSet;
use std::hash::Hash;
use std::sync::Arc;

/// Keeps one copy of each value that many rows share: node names, images, statuses.
#[derive(Debug, Default)]
pub struct Interner {
    texts: HashSet<Arc<str>>,
    statuses: HashSet<Arc<Health>>,
    lists: HashSet<Arc<[Arc<str>]>>,
    references: HashSet<Arc<Reference>>,
}

impl Interner {
    /// The shared copy of a text.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        Arc::clone(self.texts.get_or_insert_with(text, |text| text.into()))
    }

    /// The shared copy of a status.
    pub fn status(&mut self, status: Health) -> Arc<Health> {
        shared(&mut self.statuses, status)
    }

    /// The shared copy of a list of texts.
    pub fn list<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Arc<[Arc<str>]> {
        let texts: Vec<_> = texts.into_iter().map(|text| self.text(text)).collect();
        Arc::clone(self.lists.get_or_insert_with(texts.as_slice(), |texts| texts.into()))
    }

    /// The shared copy of a reference.
    pub fn reference(&mut self, kind: &str, namespace: Option<&str>, name: &str) -> Arc<Reference> {
        let reference = Reference {
            kind: self.text(kind),
            namespace: namespace.map(|namespace| self.text(namespace)),
            name: self.text(name),
        };
        shared(&mut self.references, reference)
    }

    /// A text as a field; an empty one is nothing.
    pub fn text_field(&mut self, text: &str) -> Field {
        if text.is_empty() { Field::None } else { Field::Text(self.text(text)) }
    }

    /// Texts as a field; none are nothing.
    pub fn list_field<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Field {
        let mut texts = texts.into_iter().peekable();
        if texts.peek().is_some() { Field::List(self.list(texts)) } else { Field::None }
    }

    /// Another object as a field; one without a name is nothing.
    pub fn object_field(&mut self, kind: &str, namespace: Option<&str>, name: &str) -> Field {
        if name.is_empty() { Field::None } else { Field::Object(self.reference(kind, namespace, name)) }
    }

    /// Forgets what no row holds any more. Costs a walk over everything, so call it now and then.
    pub fn drop_unused(&mut self) {
        self.references.retain(|value| Arc::strong_count(value) > 1);
        self.lists.retain(|value| Arc::strong_count(value) > 1);
        self.statuses.retain(|value| Arc::strong_count(value) > 1);
        // Last, because what was dropped above held texts.
        self.texts.retain(|value| Arc::strong_count(value) > 1);
    }

    /// How many values are kept.
    pub fn len(&self) -> usize {
        self.texts.len() + self.statuses.len() + self.lists.len() + self.references.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn shared<T: Hash + Eq>(set: &mut HashSet<Arc<T>>, value: T) -> Arc<T> {
    if let Some(shared) = set.get(&value) {
        return Arc::clone(shared);
    }
    let shared = Arc::new(value);
    set.insert(Arc::clone(&shared));
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Level;

    #[test]
    fn equal_values_are_kept_once_and_dropped_when_unused() {
        let mut interner = Interner::default();
        let first = interner.list(["nginx:1.27", "envoy:1.31"]);
        let second = interner.list(["nginx:1.27", "envoy:1.31"]);
        let status = interner.status(Health::new(Level::Healthy, "Running"));
        let node = interner.reference("nodes", None, "node-1");
        assert!(Arc::ptr_eq(&first, &second));
        assert!(Arc::ptr_eq(&status, &interner.status(Health::new(Level::Healthy, "Running"))));
        assert!(Arc::ptr_eq(&node, &interner.reference("nodes", None, "node-1")));

        drop((first, status, node));
        interner.drop_unused();
        assert_eq!(interner.len(), 3, "the second list and its texts are still held");

        drop(second);
        interner.drop_unused();
        assert!(interner.is_empty());
    }
}
