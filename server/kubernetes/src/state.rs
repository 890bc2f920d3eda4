//! What a store knows: every object of one kind as a row of shared values and a packed whole, in order, with indexes.
//! Pure: events go in, changes come out.

use crate::packed::{Dictionary, Packed};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use kinds::{Field, Interner, Kind, Object, Printed, Source};
use model::Level;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::sync::Arc;

/// How many changes are remembered for feeds; one that falls further behind is computed afresh.
const REMEMBERED_CHANGES: usize = 8_192;
/// Values that no row shares any more are dropped after this many changes.
const CHANGES_BETWEEN_TIDYING: u64 = 50_000;

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
    /// Other texts that bare search words look at, joined by line breaks.
    pub search: Option<Arc<str>>,
    /// The uid of its controlling owner, or of what an event is about.
    pub owner: Option<Arc<str>>,
}

/// One object: its row, which is replaced only when it differs, and the whole.
#[derive(Clone, Debug)]
struct Entry {
    row: Arc<RowData>,
    packed: Packed,
    /// The walk over the list that saw it last.
    seen: u32,
    /// Which of all puts it is of.
    version: u32,
}

/// What happened to one object.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The revision that it made.
    pub revision: u64,
    /// The row before; `None` for a new object.
    pub old: Option<Arc<RowData>>,
    /// The row after; `None` for one that is gone.
    pub new: Option<Arc<RowData>>,
}

/// What a store knows about the objects of one kind.
pub(crate) struct State {
    kind: Arc<Kind>,
    status_column: Option<usize>,
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    hasher: DefaultHashBuilder,
    by_uid: HashTable<u32>,
    by_name: HashTable<u32>,
    owned: HashMap<Arc<str>, Vec<u32>>,
    /// Indexes of entries by namespace, then name.
    order: Vec<u32>,
    interner: Interner,
    label_sets: hashbrown::HashSet<Labels>,
    dictionary: Option<Arc<Dictionary>>,
    revision: u64,
    changes: VecDeque<Change>,
    walk: u32,
    is_walking: bool,
    /// Objects that were deleted while the walk goes on; pages that were written before may still hold them.
    gone_in_walk: hashbrown::HashSet<Box<str>>,
    puts: u32,
    /// Names of the server's own columns, for kinds whose table the server prints.
    printed_names: Arc<[Box<str>]>,
}

impl State {
    /// Knows nothing yet.
    pub fn new(kind: Arc<Kind>) -> Self {
        Self {
            status_column: kind.status_column(),
            kind,
            entries: Vec::new(),
            free: Vec::new(),
            hasher: DefaultHashBuilder::default(),
            by_uid: HashTable::new(),
            by_name: HashTable::new(),
            owned: HashMap::new(),
            order: Vec::new(),
            interner: Interner::default(),
            label_sets: hashbrown::HashSet::new(),
            dictionary: None,
            revision: 0,
            changes: VecDeque::new(),
            walk: 0,
            is_walking: false,
            gone_in_walk: hashbrown::HashSet::new(),
            puts: 0,
            printed_names: Arc::new([]),
        }
    }

    /// The kind of its objects.
    pub fn kind(&self) -> &Arc<Kind> {
        &self.kind
    }

    /// Counts changes that anybody could see.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether objects are packed with a dictionary already.
    pub fn has_dictionary(&self) -> bool {
        self.dictionary.is_some()
    }

    /// From now on packs with this dictionary, and what is there already too.
    pub fn use_dictionary(&mut self, dictionary: Arc<Dictionary>) {
        for entry in self.entries.iter_mut().flatten() {
            entry.packed =
                entry.packed.unpack(self.dictionary.as_deref(), |json| Packed::new(json, Some(&dictionary)));
        }
        self.dictionary = Some(dictionary);
    }

    /// Names of the server's own columns, when it prints the table.
    pub fn set_printed_names(&mut self, names: Vec<Box<str>>) {
        self.printed_names = names.into();
    }

    /// Begins a walk over the whole list. Whatever it does not see is gone at its end.
    pub fn begin_walk(&mut self) {
        self.walk = self.walk.wrapping_add(1);
        self.is_walking = true;
        self.gone_in_walk = hashbrown::HashSet::new();
    }

    /// Ends the walk: objects that it did not see are gone.
    pub fn end_walk(&mut self) {
        self.is_walking = false;
        self.gone_in_walk = hashbrown::HashSet::new();
        let unseen: Vec<u32> = (0..self.entries.len() as u32)
            .filter(|index| {
                self.entries[*index as usize].as_ref().is_some_and(|entry| entry.seen != self.walk)
            })
            .collect();
        for index in unseen {
            self.remove_at(index);
        }
        // A list comes in the order of the API server, which is ours but for the odd name.
        self.tidy();
    }

    /// Counts objects that came, also those that look the same in every column.
    pub fn puts(&self) -> u32 {
        self.puts
    }

    /// Tells one state of an object from another, also where they look the same in every column.
    pub fn version(&self, uid: &str) -> Option<u32> {
        Some(self.entry(self.index_of_uid(uid)?).version)
    }

    /// Takes an object out of a list. What a watch from the list's version has said of it meanwhile is newer.
    pub fn put_listed(&mut self, object: &Object<'_>, cells: Option<&[Object<'_>]>) {
        let uid = object.uid();
        let is_known = |index| self.entry(index).seen == self.walk;
        let is_overtaken = self.is_walking
            && (self.gone_in_walk.contains(uid) || self.index_of_uid(uid).is_some_and(is_known));
        if !is_overtaken {
            self.put(object, cells);
        }
    }

    /// Takes an object that is new or different. Its JSON is written from `object`, so without managed fields.
    pub fn put(&mut self, object: &Object<'_>, cells: Option<&[Object<'_>]>) {
        let names = Arc::clone(&self.printed_names);
        let printed = cells.map(|cells| Printed { names: &names, cells });
        let row = self.row(object, printed);
        let mut json = Vec::with_capacity(4096);
        if self.kind.source == Source::PrintedMetadata {
            without_annotations(object).to_json(&mut json);
        } else {
            object.to_json(&mut json);
        }
        let packed = Packed::new(&json, self.dictionary.as_deref());
        self.puts = self.puts.wrapping_add(1);
        match self.index_of_uid(&row.uid) {
            Some(index) => self.replace(index, row, packed),
            None => self.insert(row, packed),
        }
    }

    /// Forgets an object.
    pub fn remove(&mut self, uid: &str) {
        if self.is_walking {
            self.gone_in_walk.insert(uid.into());
        }
        if let Some(index) = self.index_of_uid(uid) {
            self.remove_at(index);
        }
    }

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
        let before = |index: &u32| self.entry(*index).row.namespace.as_deref();
        let start = self.order.partition_point(|index| before(index) < Some(namespace));
        let end = self.order.partition_point(|index| before(index) <= Some(namespace));
        self.order[start..end].iter().map(|index| &self.entry(*index).row)
    }

    /// The row of an object by name.
    pub fn find(&self, namespace: Option<&str>, name: &str) -> Option<&Arc<RowData>> {
        self.index_of_name(namespace, name).map(|index| &self.entry(index).row)
    }

    /// The row of an object by uid.
    #[cfg(test)]
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

    /// How well a row's object is.
    pub fn level(&self, row: &RowData) -> Option<Level> {
        match row.fields.get(self.status_column?)? {
            Field::Status(status) => Some(status.level),
            _ => None,
        }
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
            + self.entries.capacity() * size_of::<Option<Entry>>()
            + self.order.capacity() * size_of::<u32>()
            + (self.by_uid.capacity() + self.by_name.capacity()) * (size_of::<u32>() + 1)
            + self.owned.values().map(|owned| owned.capacity() * size_of::<u32>() + 48).sum::<usize>()
    }

    fn row(&mut self, object: &Object<'_>, printed: Option<Printed<'_>>) -> RowData {
        let fields = self.kind.row(object, printed, &mut self.interner);
        let labels = self.labels(object);
        let mut search = String::new();
        self.kind.search_texts(object, |text| {
            search.push_str(text);
            search.push('\n');
        });
        let owner = owner_uid(object);
        RowData {
            uid: object.uid().into(),
            namespace: object.namespace().map(|namespace| self.interner.text(namespace)),
            name: object.name().into(),
            fields,
            labels,
            search: (!search.is_empty()).then(|| self.interner.text(search.trim_end())),
            owner: owner.map(|owner| self.interner.text(owner)),
        }
    }

    fn labels(&mut self, object: &Object<'_>) -> Labels {
        let mut labels: Vec<(Arc<str>, Arc<str>)> = object
            .entries_at("/metadata/labels")
            .iter()
            .map(|(key, value)| {
                (self.interner.text(key), self.interner.text(value.text().unwrap_or_default()))
            })
            .collect();
        labels.sort_unstable();
        Arc::clone(self.label_sets.get_or_insert_with(labels.as_slice(), |labels| labels.into()))
    }

    fn insert(&mut self, row: RowData, packed: Packed) {
        // A namesake with another uid was deleted, and this was made, while nobody watched.
        if let Some(namesake) = self.index_of_name(row.namespace.as_deref(), &row.name) {
            self.remove_at(namesake);
        }
        let row = Arc::new(row);
        let index = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            (self.entries.len() - 1) as u32
        });
        let place = self.place(&row);
        self.entries[index as usize] =
            Some(Entry { row: Arc::clone(&row), packed, seen: self.walk, version: self.puts });
        self.order.insert(place, index);
        let (uid_hash, name_hash) =
            (self.hash(&row.uid), self.name_hash(row.namespace.as_deref(), &row.name));
        let entries = &self.entries;
        let hasher = &self.hasher;
        self.by_uid.insert_unique(uid_hash, index, |index| hasher.hash_one(&*at(entries, *index).row.uid));
        self.by_name.insert_unique(name_hash, index, |index| {
            let row = &at(entries, *index).row;
            hasher.hash_one((row.namespace.as_deref(), &*row.name))
        });
        if let Some(owner) = &row.owner {
            self.owned.entry(Arc::clone(owner)).or_default().push(index);
        }
        self.remember(None, Some(row));
    }

    fn replace(&mut self, index: u32, row: RowData, packed: Packed) {
        let (walk, version) = (self.walk, self.puts);
        let entry = self.entries[index as usize].as_mut().expect("indexes name entries that are there");
        entry.packed = packed;
        (entry.seen, entry.version) = (walk, version);
        if *entry.row == row {
            return;
        }
        let row = Arc::new(row);
        let old = std::mem::replace(&mut entry.row, Arc::clone(&row));
        if old.owner != row.owner {
            self.disown(old.owner.as_ref(), index);
            if let Some(owner) = &row.owner {
                self.owned.entry(Arc::clone(owner)).or_default().push(index);
            }
        }
        self.remember(Some(old), Some(row));
    }

    fn remove_at(&mut self, index: u32) {
        let row = Arc::clone(&self.entry(index).row);
        if let Ok(place) = self.order.binary_search_by(|other| by_name(&self.entry(*other).row, &row)) {
            self.order.remove(place);
        }
        let (uid_hash, name_hash) =
            (self.hash(&row.uid), self.name_hash(row.namespace.as_deref(), &row.name));
        if let Ok(found) = self.by_uid.find_entry(uid_hash, |other| *other == index) {
            found.remove();
        }
        if let Ok(found) = self.by_name.find_entry(name_hash, |other| *other == index) {
            found.remove();
        }
        self.disown(row.owner.as_ref(), index);
        self.entries[index as usize] = None;
        self.free.push(index);
        self.remember(Some(row), None);
    }

    fn disown(&mut self, owner: Option<&Arc<str>>, index: u32) {
        let Some(owner) = owner else { return };
        if let Some(owned) = self.owned.get_mut(owner) {
            owned.retain(|other| *other != index);
            if owned.is_empty() {
                self.owned.remove(owner);
            }
        }
    }

    fn remember(&mut self, old: Option<Arc<RowData>>, new: Option<Arc<RowData>>) {
        self.revision += 1;
        if self.changes.len() == REMEMBERED_CHANGES {
            self.changes.pop_front();
        }
        self.changes.push_back(Change { revision: self.revision, old, new });
        if self.revision.is_multiple_of(CHANGES_BETWEEN_TIDYING) {
            self.tidy();
        }
    }

    fn tidy(&mut self) {
        self.label_sets.retain(|labels| Arc::strong_count(labels) > 1);
        self.interner.drop_unused();
        self.owned.shrink_to_fit();
    }

    fn place(&self, row: &RowData) -> usize {
        // Lists arrive in order, so the end is the likely place.
        match self.order.last() {
            Some(last) if by_name(&self.entry(*last).row, row) == Ordering::Less => self.order.len(),
            None => 0,
            _ => self.order.partition_point(|index| by_name(&self.entry(*index).row, row) == Ordering::Less),
        }
    }

    fn entry(&self, index: u32) -> &Entry {
        at(&self.entries, index)
    }

    fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }

    fn name_hash(&self, namespace: Option<&str>, name: &str) -> u64 {
        self.hasher.hash_one((namespace, name))
    }

    fn index_of_uid(&self, uid: &str) -> Option<u32> {
        self.by_uid.find(self.hash(uid), |index| &*self.entry(*index).row.uid == uid).copied()
    }

    fn index_of_name(&self, namespace: Option<&str>, name: &str) -> Option<u32> {
        let is = |index: &u32| {
            let row = &self.entry(*index).row;
            &*row.name == name && row.namespace.as_deref() == namespace
        };
        self.by_name.find(self.name_hash(namespace, name), is).copied()
    }
}

fn at(entries: &[Option<Entry>], index: u32) -> &Entry {
    entries[index as usize].as_ref().expect("indexes name entries that are there")
}

/// The order of every table: namespace, then name.
pub(crate) fn by_name(a: &RowData, b: &RowData) -> Ordering {
    a.namespace.cmp(&b.namespace).then_with(|| a.name.cmp(&b.name))
}

/// The controlling owner, else the first; for events what they are about.
fn owner_uid<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    let owners = object.items_at("/metadata/ownerReferences");
    let owner = owners.iter().find(|owner| owner.is_true("/controller")).or_else(|| owners.first());
    let uid = match owner {
        Some(owner) => owner.text_at("/uid"),
        None => object.text_at("/involvedObject/uid"),
    };
    (!uid.is_empty()).then_some(uid)
}

/// `kubectl apply` leaves the whole object in an annotation: the values of a secret are there too.
fn without_annotations<'o>(object: &Object<'o>) -> Object<'o> {
    let mut object = object.clone();
    if let Object::Map(parts) = &mut object {
        for (key, part) in parts {
            if let ("metadata", Object::Map(metadata)) = (&**key, part) {
                metadata.retain(|(key, _)| key != "annotations");
            }
        }
    }
    object
}

impl RowData {
    fn heap_bytes(&self) -> usize {
        size_of::<Self>()
            + 2 * size_of::<usize>()
            + self.uid.len()
            + self.name.len()
            + self.fields.len() * size_of::<Field>()
            + self.fields.iter().map(Field::heap_bytes).sum::<usize>()
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
