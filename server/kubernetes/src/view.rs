//! A window on a state: the rows of one page, in order, and how many there are. Pure, and fast enough to be asked anew
//! whenever something changed.

use crate::KubernetesError;
use crate::bits::Bits;
use crate::filter::{Filter, Matcher};
use crate::order::Order;
use crate::sight::Sight;
use crate::state::{RowData, State};
use access::Scope;
use kinds::{Field, Kind, UsedBy};
use model::fault::TableFault;
use model::{
    Cell, Language, Level, MAX_PAGE_SIZE, Namespace, ObjectName, Row, TableQuery, Timestamp, Untold,
};
use std::cmp::Ordering;
use std::sync::Arc;

/// So many rows are put in order by themselves; of more, the order of all rows is kept for the next question.
const FEW: usize = if cfg!(test) { 3 } else { 2_000 };

/// A query, checked against its kind, with what the caller may see.
#[derive(Clone, Debug)]
pub(crate) struct View {
    question: Question,
    filter: Filter,
    order: Order,
    /// A column of which whoever asks may know nothing.
    withheld: Option<usize>,
    first: usize,
    size: usize,
}

/// What decides which rows a view selects. Equal questions select the same, under rights that are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// In order, each once.
    namespaces: Vec<Namespace>,
    scope: Scope,
    search: String,
}

/// The answer to a view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The page's rows, in order.
    pub rows: Vec<Arc<RowData>>,
    /// How many rows match, on all pages.
    pub total: u64,
    /// How many of them are at each level.
    pub levels: Levels,
}

/// How many objects are at each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels([u64; Level::ALL.len()]);

impl Levels {
    /// One more at this level.
    pub fn add(&mut self, level: Option<Level>) {
        if let Some(level) = level {
            self.0[level as usize] += 1;
        }
    }

    /// Levels that any object is at, worst first.
    pub fn list(&self) -> Vec<(Level, u64)> {
        Level::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0).collect()
    }
}

impl View {
    /// Checks a query. What it names must be there, and the page must be of a sensible size.
    pub fn new(
        query: &TableQuery,
        sight: Sight,
        kind: &Kind,
        now: Timestamp,
    ) -> Result<Self, KubernetesError> {
        if query.size == 0 || query.size > MAX_PAGE_SIZE {
            return Err(KubernetesError::refused_at("size", TableFault::Size(usize::from(MAX_PAGE_SIZE))));
        }
        let mut namespaces = query.namespaces.clone();
        namespaces.sort();
        namespaces.dedup();
        let filter = Filter::parse(&query.search, kind, now)?;
        let order = Order::new(query.sort.as_ref(), kind)?;
        let used_by = kind.used_by().filter(|_| !sight.users);
        if let Some((column, UsedBy { slug, .. })) = used_by
            && (filter.tests(column) || order.is_by(column))
        {
            let field = if order.is_by(column) { "sort" } else { "search" };
            let (column, kind) = (kind.columns[column].id.to_string(), slug.to_string());
            return Err(KubernetesError::refused_at(field, TableFault::Untold { column, kind }));
        }
        Ok(Self {
            question: Question { namespaces, scope: sight.scope, search: query.search.clone() },
            filter,
            order,
            withheld: used_by.map(|(column, _)| column),
            first: query.page as usize * usize::from(query.size),
            size: query.size.into(),
        })
    }

    /// The same, with what an earlier form of it has found inside objects.
    #[must_use]
    pub fn knowing(mut self, earlier: &Self) -> Self {
        self.filter.learn_from(&earlier.filter);
        self
    }

    /// Whether it depends on what shows in no row.
    pub fn looks_inside(&self) -> bool {
        self.filter.looks_inside()
    }

    /// The view's rows in this state.
    pub fn page(&self, state: &State) -> Page {
        let selected = self.selected(state);
        let selected = selected.as_deref();
        let total = selected.map_or_else(|| state.len(), Bits::count);
        let mut levels = Levels::default();
        for level in Level::ALL {
            levels.0[level as usize] = state.count_at(level, selected) as u64;
        }
        let rows = if self.first >= total { Vec::new() } else { self.rows(state, selected, total) };
        let rows = rows.into_iter().map(|row| self.told(row)).collect();
        Page { rows, total: total as u64, levels }
    }

    /// A row without what is withheld.
    fn told(&self, row: Arc<RowData>) -> Arc<RowData> {
        let Some(column) = self.withheld else { return row };
        let mut told = RowData::clone(&row);
        told.fields[column] = Field::Untold(Untold::Rights);
        Arc::new(told)
    }

    fn rows(&self, state: &State, selected: Option<&Bits>, total: usize) -> Vec<Arc<RowData>> {
        if !self.order.is_kept() && total <= FEW {
            let places = state.places().iter().filter(|place| selected.is_none_or(|bits| bits.has(**place)));
            let rows = places.filter_map(|place| state.row_at(*place));
            return self.window(rows.enumerate().map(|(rank, row)| (rank as u32, row)).collect());
        }
        let kept;
        let places = if self.order.is_kept() {
            state.places()
        } else {
            kept = self.order.all(state);
            kept.as_slice()
        };
        let row = |place: &u32| state.row_at(*place).cloned();
        match selected {
            None => places.iter().skip(self.first).take(self.size).filter_map(row).collect(),
            Some(bits) => {
                let selected = places.iter().filter(|place| bits.has(**place));
                selected.skip(self.first).take(self.size.min(total)).filter_map(row).collect()
            }
        }
    }

    /// Which rows of the state the view selects; `None` for all.
    fn selected(&self, state: &State) -> Option<Arc<Bits>> {
        let Question { namespaces, scope, .. } = &self.question;
        if self.filter.is_empty() && namespaces.is_empty() && *scope == Scope::All {
            return None;
        }
        if !self.filter.is_lasting() {
            return Some(Arc::new(self.select(state)));
        }
        Some(state.answers().selection(&self.question, state.revision(), |known| {
            known
                .and_then(|(revision, bits)| self.renewed(state, revision, bits))
                .unwrap_or_else(|| Arc::new(self.select(state)))
        }))
    }

    /// The selection of an earlier revision after what changed since.
    fn renewed(&self, state: &State, revision: u64, bits: &Arc<Bits>) -> Option<Arc<Bits>> {
        let matcher = self.filter.on(state);
        let mut bits = Arc::clone(bits);
        for change in state.changes_after(revision)? {
            let is_in =
                change.new.as_deref().is_some_and(|row| self.covers(row) && self.matches(&matcher, row));
            if bits.has(change.place) != is_in {
                Arc::make_mut(&mut bits).set(change.place, is_in);
            }
        }
        Some(bits)
    }

    fn select(&self, state: &State) -> Bits {
        let matcher = self.filter.on(state);
        let mut bits = Bits::default();
        self.each(state, |place, row| {
            if self.matches(&matcher, row) {
                bits.set(place, true);
            }
        });
        bits
    }

    /// All matching rows in the view's order, for exports.
    pub fn all(&self, state: &State) -> Vec<Arc<RowData>> {
        let everything = Self { first: 0, size: usize::MAX, ..self.clone() };
        everything.page(state).rows
    }

    /// Whether a change of one row can alter the page or its counts. A row that matches neither before nor after
    /// cannot, nor can one that stays before or behind the page and at its level.
    pub fn concerns(&self, state: &State, page: &Page, old: Option<&RowData>, new: Option<&RowData>) -> bool {
        let (before, after) = (self.filter.before(state), self.filter.on(state));
        let admitted = |matcher: &Matcher<'_>, row: Option<&RowData>| {
            row.is_some_and(|row| self.covers(row) && self.matches(matcher, row))
        };
        match (admitted(&before, old), admitted(&after, new)) {
            (false, false) => false,
            (true, true) => match (old, new) {
                (Some(old), Some(new)) => {
                    state.level(old) != state.level(new) || !self.is_elsewhere(page, old, new)
                }
                _ => true,
            },
            _ => true,
        }
    }

    /// Whether a row stands on the same side of the page before and after.
    fn is_elsewhere(&self, page: &Page, old: &RowData, new: &RowData) -> bool {
        let (Some(first), Some(last)) = (page.rows.first(), page.rows.last()) else { return false };
        let both = |edge: &RowData, side| {
            self.order.compare(old, edge) == side && self.order.compare(new, edge) == side
        };
        both(last, Ordering::Greater) && page.rows.len() == self.size || both(first, Ordering::Less)
    }

    fn covers(&self, row: &RowData) -> bool {
        let Question { namespaces, scope, .. } = &self.question;
        let namespace = row.namespace.as_deref();
        let is_wanted =
            |namespace: &str| namespaces.binary_search_by(|own| own.as_str().cmp(namespace)).is_ok();
        let wanted = namespaces.is_empty() || namespace.is_none_or(is_wanted);
        wanted && scope.admits(namespace, &row.name)
    }

    fn matches(&self, matcher: &Matcher<'_>, row: &RowData) -> bool {
        self.filter.is_empty() || matcher.matches(row)
    }

    /// Calls back with each row that the scope and the chosen namespaces cover, and where it is kept.
    fn each<'s>(&self, state: &'s State, mut found: impl FnMut(u32, &'s RowData)) {
        let Question { namespaces, scope, .. } = &self.question;
        let narrow: Option<Vec<&Namespace>> = match (scope, namespaces.is_empty()) {
            (Scope::Namespaces(admitted), true) => Some(admitted.iter().collect()),
            (_, false) if state.kind().namespaced => Some(namespaces.iter().collect()),
            _ => None,
        };
        let mut look = |places: &[u32]| {
            for place in places {
                if let Some(row) = state.row_at(*place)
                    && self.covers(row)
                {
                    found(*place, row);
                }
            }
        };
        match narrow {
            Some(namespaces) => {
                namespaces.into_iter().for_each(|namespace| look(state.places_in(namespace.as_str())));
            }
            None => look(state.places()),
        }
    }

    /// The page out of all matching rows, without sorting those before and behind it.
    fn window(&self, mut matching: Vec<(u32, &Arc<RowData>)>) -> Vec<Arc<RowData>> {
        let compare = |a: &(u32, &Arc<RowData>), b: &(u32, &Arc<RowData>)| {
            self.order.compare_key(a.1, b.1).then(a.0.cmp(&b.0))
        };
        if self.first >= matching.len() {
            return Vec::new();
        }
        let end = self.first.saturating_add(self.size).min(matching.len());
        if self.first > 0 {
            matching.select_nth_unstable_by(self.first, compare);
        }
        let behind = &mut matching[self.first..];
        let length = end - self.first;
        if length < behind.len() {
            behind.select_nth_unstable_by(length - 1, compare);
        }
        let window = &mut behind[..length];
        window.sort_unstable_by(compare);
        window.iter().map(|(_, row)| Arc::clone(row)).collect()
    }
}

/// A row as the wire carries it to readers of a language, or `None` when its name breaks the rules of names.
pub(crate) fn to_row(row: &RowData, language: Language) -> Option<Row> {
    let namespace = match row.namespace.as_deref() {
        Some(namespace) => Some(Namespace::parse(namespace).ok()?),
        None => None,
    };
    Some(Row {
        uid: row.uid.to_string(),
        namespace,
        name: ObjectName::parse(&row.name).ok()?,
        cells: row.fields.iter().map(|field| field.to_cell(language)).collect::<Vec<Cell>>(),
    })
}

#[cfg(test)]
mod tests;
