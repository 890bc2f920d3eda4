//! What a store knows: every object of one kind as a row of shared values and a packed whole, in order, with indexes.
//! Pure: events go in, changes come out.

mod lookup;
mod usage;

use crate::answers::Answers;
use crate::bits::Bits;
use crate::packed::{Dictionary, Packed};
pub(crate) use crate::row::RowData;
use crate::row::{Labels, by_name, owner_uid, without_values};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use kinds::{Interner, Kept, Kind, Object, Printed, Source};
use model::Level;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::sync::Arc;
use usage::Usage;
pub(crate) use usage::Used;

/// How many changes are remembered for feeds; one that falls further behind is computed afresh.
const REMEMBERED_CHANGES: usize = 8_192;
/// Values that no row shares any more are dropped after this many changes.
const CHANGES_BETWEEN_TIDYING: u64 = 50_000;

/// Room for larger objects than this is given back.
const LARGE: usize = 64 << 10;

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
    /// Where the state keeps the object. Another one may be there later.
    pub place: u32,
    /// The row before; `None` for a new object.
    pub old: Option<Arc<RowData>>,
    /// The row after; `None` for one that is gone.
    pub new: Option<Arc<RowData>>,
}

/// What a store knows about the objects of one kind.
pub(crate) struct State {
    kind: Arc<Kind>,
    status_column: Option<usize>,
    /// The column that says who uses an object.
    users_column: Option<usize>,
    /// Who uses the objects, once that is known.
    usage: Option<Usage>,
    /// Columns that bare search words look at.
    searched: Box<[usize]>,
    /// Paths of other texts that they look at.
    hidden_texts: Box<[Box<str>]>,
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    hasher: DefaultHashBuilder,
    by_uid: HashTable<u32>,
    by_name: HashTable<u32>,
    owned: HashMap<Arc<str>, Vec<u32>>,
    /// Indexes of entries by namespace, then name.
    order: Vec<u32>,
    /// Places of the entries at each level.
    levels: [Bits; Level::ALL.len()],
    answers: Answers,
    interner: Interner,
    label_sets: hashbrown::HashSet<Labels>,
    dictionary: Option<Arc<Dictionary>>,
    /// Room to write an object in.
    json: Vec<u8>,
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
        let (searched, hidden_texts) = kind.searched();
        Self {
            status_column: kind.status_column(),
            users_column: kind.used_by().map(|(column, _)| column),
            usage: None,
            searched: searched.into(),
            hidden_texts: hidden_texts.into_iter().map(Into::into).collect(),
            kind,
            entries: Vec::new(),
            free: Vec::new(),
            hasher: DefaultHashBuilder::default(),
            by_uid: HashTable::new(),
            by_name: HashTable::new(),
            owned: HashMap::new(),
            order: Vec::new(),
            levels: Default::default(),
            answers: Answers::default(),
            interner: Interner::default(),
            label_sets: hashbrown::HashSet::new(),
            dictionary: None,
            json: Vec::new(),
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
    pub fn put_listed(&mut self, object: &Object<'_>, cells: Option<&[Object<'_>]>, kept: Option<Kept<'_>>) {
        let uid = object.uid();
        let is_known = |index| self.entry(index).seen == self.walk;
        let is_overtaken = self.is_walking
            && (self.gone_in_walk.contains(uid) || self.index_of_uid(uid).is_some_and(is_known));
        if !is_overtaken {
            self.put_kept(object, cells, kept);
        }
    }

    /// Takes an object that is new or different.
    #[cfg(test)]
    pub fn put(&mut self, object: &Object<'_>, cells: Option<&[Object<'_>]>) {
        self.put_kept(object, cells, None);
    }

    /// Takes an object that is new or different. Its JSON is what is kept of the text that it was read from, or else is
    /// written from `object`: in both cases without managed fields.
    pub fn put_kept(&mut self, object: &Object<'_>, cells: Option<&[Object<'_>]>, kept: Option<Kept<'_>>) {
        let names = Arc::clone(&self.printed_names);
        let printed = cells.map(|cells| Printed { names: &names, cells });
        let row = self.row(object, printed);
        let json = &mut self.json;
        json.clear();
        match kept {
            _ if self.kind.source == Source::PrintedMetadata => {
                without_values(object, self.kind.slug == "secrets").to_json(json);
            }
            Some(Kept { before, behind }) => {
                json.extend_from_slice(before.as_bytes());
                json.extend_from_slice(behind.as_bytes());
            }
            None => object.to_json(json),
        }
        let packed = Packed::new(json, self.dictionary.as_deref());
        if json.capacity() > LARGE {
            *json = Vec::new();
        }
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

    fn row(&mut self, object: &Object<'_>, printed: Option<Printed<'_>>) -> RowData {
        let mut fields = self.kind.row(object, printed, &mut self.interner);
        if let Some((column, users)) = self.users_of(object.namespace(), object.name()) {
            fields[column] = users;
        }
        let labels = self.labels(object);
        let hidden = self.hidden_texts.iter().flat_map(|path| object.each(path)).filter_map(Object::text);
        let search = hidden.collect::<Vec<_>>().join("\n");
        let owner = owner_uid(object);
        RowData {
            uid: object.uid().into(),
            namespace: object.namespace().map(|namespace| self.interner.text(namespace)),
            name: object.name().into(),
            fields,
            labels,
            search: (!search.is_empty()).then(|| self.interner.text(&search)),
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
        self.note_level(index, Some(&row));
        self.remember(index, None, Some(row));
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
        self.note_level(index, Some(&row));
        self.remember(index, Some(old), Some(row));
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
        self.note_level(index, None);
        self.remember(index, Some(row), None);
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

    fn note_level(&mut self, place: u32, row: Option<&RowData>) {
        let at = row.and_then(|row| self.level(row));
        for level in Level::ALL {
            self.levels[level as usize].set(place, at == Some(level));
        }
    }

    fn remember(&mut self, place: u32, old: Option<Arc<RowData>>, new: Option<Arc<RowData>>) {
        self.revision += 1;
        if self.changes.len() == REMEMBERED_CHANGES {
            self.changes.pop_front();
        }
        self.changes.push_back(Change { revision: self.revision, place, old, new });
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

#[cfg(test)]
mod tests;
