//! Who uses the objects of a state, for kinds with a column that says so. Nothing of an object says this: whoever follows
//! its users tells the state.

use super::State;
use crate::row::RowData;
use hashbrown::HashMap;
use kinds::{Field, Users};
use model::Untold;
use std::sync::Arc;

/// Who uses an object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// The namespace of the object and of its users.
    pub namespace: Arc<str>,
    /// The name of the object, which need not be there.
    pub name: Arc<str>,
    /// The names of its users, in order.
    pub users: Box<[Box<str>]>,
}

/// Who uses the objects, by namespace and name. Of an object that is not in here it is known that nobody does.
pub(super) struct Usage {
    kind: &'static str,
    users: HashMap<Arc<str>, HashMap<Arc<str>, Arc<Users>>>,
}

impl Usage {
    fn take(&mut self, used: Used) {
        let Used { namespace, name, users } = used;
        let in_namespace = self.users.entry(Arc::clone(&namespace)).or_default();
        if users.is_empty() {
            in_namespace.remove(&name);
        } else {
            in_namespace.insert(
                name,
                Arc::new(Users { names: users, kind: self.kind, namespace: Arc::clone(&namespace) }),
            );
        }
        if in_namespace.is_empty() {
            self.users.remove(&namespace);
        }
    }

    fn field(&self, namespace: &str, name: &str) -> Field {
        let known = self.users.get(namespace).and_then(|named| named.get(name));
        let nobody = || Users { names: Box::default(), kind: self.kind, namespace: namespace.into() };
        Field::Users(known.map_or_else(|| Arc::new(nobody()), Arc::clone))
    }
}

impl State {
    /// From now on it is known who uses the objects: objects of this kind. All that are used are among these.
    pub fn set_all_users(&mut self, kind: &'static str, all: Vec<Used>) {
        let mut usage = Usage { kind, users: HashMap::new() };
        all.into_iter().for_each(|used| usage.take(used));
        self.usage = Some(usage);
        for index in self.order.clone() {
            self.renew_users(index);
        }
    }

    /// Others than before use these objects.
    pub fn set_users(&mut self, changed: Vec<Used>) {
        for used in changed {
            let (namespace, name) = (Arc::clone(&used.namespace), Arc::clone(&used.name));
            if let Some(usage) = &mut self.usage {
                usage.take(used);
            }
            if let Some(index) = self.index_of_name(Some(&namespace), &name) {
                self.renew_users(index);
            }
        }
    }

    /// What the column of users says of an object, for kinds that have one.
    pub(super) fn users_of(&self, namespace: Option<&str>, name: &str) -> Option<(usize, Field)> {
        let column = self.users_column?;
        let field = match (&self.usage, namespace) {
            (Some(usage), Some(namespace)) => usage.field(namespace, name),
            _ => Field::Untold(Untold::NotYet),
        };
        Some((column, field))
    }

    fn renew_users(&mut self, index: u32) {
        let known = &self.entry(index).row;
        let Some((column, field)) = self.users_of(known.namespace.as_deref(), &known.name) else { return };
        if known.fields[column] == field {
            return;
        }
        let mut row = RowData::clone(known);
        row.fields[column] = field;
        let row = Arc::new(row);
        let entry = self.entries[index as usize].as_mut().expect("indexes name entries that are there");
        let old = std::mem::replace(&mut entry.row, Arc::clone(&row));
        self.remember(index, Some(old), Some(row));
    }
}
