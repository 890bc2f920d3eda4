//! Who uses the objects of a store: whatever names them in the rows of another one. Kept up with the changes of that one, so
//! that it stands in rows as if the objects said it themselves, and lists are sorted and searched by it as by anything else.

use crate::row::RowData;
use crate::state::{State, Used};
use crate::store::{Standing, Store};
use crate::survive::survive;
use kinds::{Field, UsedBy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::sleep;

/// Gap between two rounds: users come and go by the hundreds in a rollout.
const GATHER: Duration = Duration::from_millis(100);
/// Pause after a fault of the console.
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// Says in a store's rows who uses its objects, for as long as the store is there.
pub(crate) async fn keep(store: Weak<Store>, users: Arc<Store>, used_by: UsedBy) {
    let what = format!("Following which {} use what in {}", used_by.slug, users.cluster());
    while survive(&what, follow(&store, &users, used_by)).await.is_none() {
        sleep(AFTER_FAULT).await;
    }
}

async fn follow(store: &Weak<Store>, users: &Arc<Store>, used_by: UsedBy) {
    let columns = &users.served().kind.columns;
    let Some(column) = columns.iter().position(|column| column.id == used_by.column) else { return };
    let (mut revisions, mut standings) = (users.revisions(), users.standings());
    let mut naming = Naming { column, named: BTreeMap::new(), reached: None };
    loop {
        let standing = standings.borrow_and_update().clone();
        revisions.mark_unchanged();
        {
            let Some(store) = store.upgrade() else { return };
            if !matches!(standing, Standing::Loading(_)) {
                let told = naming.advance(&users.read());
                store.change(|state| tell(state, used_by.slug, told));
            }
            store.set_users_standing(standing);
        }
        let changed = tokio::select! {
            changed = revisions.changed() => changed,
            changed = standings.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        sleep(GATHER).await;
    }
}

fn tell(state: &mut State, kind: &'static str, told: Told) {
    match told {
        Told::All(all) => state.set_all_users(kind, all),
        Told::Changed(changed) => state.set_users(changed),
    }
}

/// What is to be told to the store of what is used.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// Everything that is used.
    All(Vec<Used>),
    /// What is used by others than before.
    Changed(Vec<Used>),
}

/// A namespace and a name in it.
type Place = (Arc<str>, Arc<str>);

/// Who names what, at a revision of those who name.
struct Naming {
    /// The column in which they do.
    column: usize,
    named: BTreeMap<Place, BTreeSet<Box<str>>>,
    reached: Option<u64>,
}

impl Naming {
    /// What is different in this state of those who name.
    fn advance(&mut self, state: &State) -> Told {
        let reached = self.reached.replace(state.revision());
        let Some(changes) = reached.and_then(|revision| state.changes_after(revision)) else {
            self.named.clear();
            state.rows().for_each(|row| self.add(row, &mut BTreeSet::new()));
            return Told::All(self.named.keys().map(|place| self.used(place)).collect());
        };
        let mut touched = BTreeSet::new();
        for change in changes {
            let (old, new) = (change.old.as_deref(), change.new.as_deref());
            let is_same = old.map(|row| self.names(row)) == new.map(|row| self.names(row));
            if !is_same {
                old.iter().for_each(|row| self.remove(row, &mut touched));
                new.iter().for_each(|row| self.add(row, &mut touched));
            }
        }
        Told::Changed(touched.iter().map(|place| self.used(place)).collect())
    }

    fn names<'r>(&self, row: &'r RowData) -> &'r [Arc<str>] {
        match row.fields.get(self.column) {
            Some(Field::List(names)) => names,
            _ => &[],
        }
    }

    fn places(&self, row: &RowData) -> Vec<Place> {
        let Some(namespace) = &row.namespace else { return Vec::new() };
        self.names(row).iter().map(|name| (Arc::clone(namespace), Arc::clone(name))).collect()
    }

    fn add(&mut self, row: &RowData, touched: &mut BTreeSet<Place>) {
        for place in self.places(row) {
            self.named.entry(place.clone()).or_default().insert(row.name.clone());
            touched.insert(place);
        }
    }

    fn remove(&mut self, row: &RowData, touched: &mut BTreeSet<Place>) {
        for place in self.places(row) {
            if let Some(users) = self.named.get_mut(&place) {
                users.remove(&row.name);
                if users.is_empty() {
                    self.named.remove(&place);
                }
            }
            touched.insert(place);
        }
    }

    fn used(&self, place: &Place) -> Used {
        let users = self.named.get(place).into_iter().flatten().cloned().collect();
        Used { namespace: Arc::clone(&place.0), name: Arc::clone(&place.1), users }
    }
}

#[cfg(test)]
mod tests;
