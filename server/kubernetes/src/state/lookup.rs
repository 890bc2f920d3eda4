//! What a state answers.

use super::{Change, Entry, State};
use crate::answers::Answers;
use crate::bits::Bits;
use crate::row::RowData;
use kinds::{Field, Health};
use model::{Level, Namespace, ResourceRef};
use serde_json::Value;
use std::sync::Arc;

impl State {
    /// The changes after a revision, oldest first, or `None` when they are not remembered any more.
    pub fn changes_after(&self, revision: u64) -> Option<impl Iterator<Item = &Change>> {
        let first = self.changes.front().map_or(self.revision + 1, |change| change.revision);
        if revision + 1 < first || revision > self.revision {
            return None;
        }
        let start = self.changes.partition_point(|change| change.revision <= revision);
        Some(self.changes.iter().skip(start))
    }

    /// All rows by namespace, then name.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Arc<RowData>> + DoubleEndedIterator {
        self.order.iter().map(|index| &self.entry(*index).row)
    }

    /// The rows of one namespace, by name.
    pub fn rows_in<'s>(&'s self, namespace: &str) -> impl Iterator<Item = &'s Arc<RowData>> + use<'s> {
        self.places_in(namespace).iter().map(|index| &self.entry(*index).row)
    }

    /// Where all rows are kept, by namespace, then name.
    pub fn places(&self) -> &[u32] {
        &self.order
    }

    /// Where the rows of one namespace are kept, by name.
    pub fn places_in(&self, namespace: &str) -> &[u32] {
        let before = |index: &u32| self.entry(*index).row.namespace.as_deref();
        let start = self.order.partition_point(|index| before(index) < Some(namespace));
        let end = self.order.partition_point(|index| before(index) <= Some(namespace));
        &self.order[start..end]
    }

    /// The row at a place, if one is kept there.
    pub fn row_at(&self, place: u32) -> Option<&Arc<RowData>> {
        Some(&self.entries.get(place as usize)?.as_ref()?.row)
    }

    /// How many objects are at a level, among these or among all.
    pub fn count_at(&self, level: Level, among: Option<&Bits>) -> usize {
        let at_level = &self.levels[level as usize];
        among.map_or_else(|| at_level.count(), |places| places.count_with(at_level))
    }

    /// The fields of a row that bare search words look at.
    pub fn searched<'r>(&self, row: &'r RowData) -> impl Iterator<Item = &'r Field> {
        self.searched.iter().filter_map(|column| row.fields.get(*column))
    }

    /// The texts of a row that bare search words look at, besides name, namespace and labels.
    pub fn search_texts<'r>(&self, row: &'r RowData) -> impl Iterator<Item = &'r str> {
        self.searched(row).flat_map(Field::texts).chain(row.search.iter().flat_map(|texts| texts.lines()))
    }

    /// What recent questions have in common.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The row of an object by name.
    pub fn find(&self, namespace: Option<&str>, name: &str) -> Option<&Arc<RowData>> {
        self.index_of_name(namespace, name).map(|index| &self.entry(index).row)
    }

    /// The row of this object, which is of the state's kind.
    pub fn row_of(&self, object: &ResourceRef) -> Option<&Arc<RowData>> {
        self.find(object.namespace.as_ref().map(Namespace::as_str), object.name.as_str())
    }

    /// The row of an object by uid.
    pub fn find_uid(&self, uid: &str) -> Option<&Arc<RowData>> {
        self.index_of_uid(uid).map(|index| &self.entry(index).row)
    }

    /// Rows of the objects that this one controls, or that are about it.
    pub fn owned_by(&self, uid: &str) -> impl Iterator<Item = &Arc<RowData>> {
        self.owned.get(uid).into_iter().flatten().map(|index| &self.entry(*index).row)
    }

    /// Calls back with the JSON of the object with this uid.
    pub fn read<T>(&self, uid: &str, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let entry = self.entry(self.index_of_uid(uid)?);
        Some(entry.packed.unpack(self.dictionary.as_deref(), read))
    }

    /// The object with this uid, to look into.
    pub fn value(&self, uid: &str) -> Option<Value> {
        self.read(uid, |json| serde_json::from_slice(json).ok()).flatten()
    }

    /// How a row's object is, if its kind has a status.
    pub fn health<'r>(&self, row: &'r RowData) -> Option<&'r Health> {
        match row.fields.get(self.status_column?)? {
            Field::Status(health) => Some(health),
            _ => None,
        }
    }

    /// How well a row's object is.
    pub fn level(&self, row: &RowData) -> Option<Level> {
        self.health(row).map(|health| health.level)
    }

    /// Bytes on the heap, without what allocators add: whole objects, rows and indexes.
    pub fn heap_bytes(&self) -> usize {
        let entries: usize = self
            .entries
            .iter()
            .flatten()
            .map(|entry| entry.packed.heap_bytes() + entry.row.heap_bytes())
            .sum();
        entries
            + self.answers.heap_bytes()
            + self.levels.iter().map(Bits::heap_bytes).sum::<usize>()
            + self.entries.capacity() * size_of::<Option<Entry>>()
            + self.order.capacity() * size_of::<u32>()
            + (self.by_uid.capacity() + self.by_name.capacity()) * (size_of::<u32>() + 1)
            + self.owned.values().map(|owned| owned.capacity() * size_of::<u32>() + 48).sum::<usize>()
    }
}
