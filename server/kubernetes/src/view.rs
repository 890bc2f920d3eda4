//! A window on a state: the rows of one page, in order, and how many there are. Pure, and fast enough to be asked anew
//! whenever something changed.

use crate::KubernetesError;
use crate::filter::{Filter, Matcher};
use crate::state::{RowData, State, by_name};
use access::Scope;
use kinds::Kind;
use model::{Cell, Level, MAX_PAGE_SIZE, Namespace, ObjectName, Row, Sort, TableQuery, Timestamp};
use std::cmp::Ordering;
use std::sync::Arc;

/// A query, checked against its kind, with the scope of the caller's grant.
#[derive(Clone, Debug)]
pub(crate) struct View {
    namespaces: Vec<Namespace>,
    scope: Scope,
    filter: Filter,
    order: Order,
    first: usize,
    size: usize,
}

#[derive(Clone, Copy, Debug)]
struct Order {
    by: By,
    is_descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    /// Namespace, then name: the order that states keep.
    Place,
    Name,
    Column(usize),
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
        scope: Scope,
        kind: &Kind,
        now: Timestamp,
    ) -> Result<Self, KubernetesError> {
        if query.size == 0 || query.size > MAX_PAGE_SIZE {
            return Err(KubernetesError::invalid("size", format!("a page has 1 to {MAX_PAGE_SIZE} rows")));
        }
        Ok(Self {
            namespaces: query.namespaces.clone(),
            scope,
            filter: Filter::parse(&query.search, kind, now)?,
            order: Order::new(query.sort.as_ref(), kind)?,
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
        let matcher = self.filter.on(state);
        let mut page = Page::default();
        if self.order.is_kept() {
            let mut place = 0;
            self.each(state, |row| {
                if self.matches(&matcher, row) {
                    page.total += 1;
                    page.levels.add(state.level(row));
                    if place >= self.first && page.rows.len() < self.size {
                        page.rows.push(Arc::clone(row));
                    }
                    place += 1;
                }
            });
            return page;
        }
        let mut matching = Vec::new();
        self.each(state, |row| {
            if self.matches(&matcher, row) {
                page.levels.add(state.level(row));
                matching.push((matching.len() as u32, row));
            }
        });
        page.total = matching.len() as u64;
        page.rows = self.window(matching);
        page
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
        let namespace = row.namespace.as_deref();
        let wanted = self.namespaces.is_empty()
            || namespace
                .is_none_or(|namespace| self.namespaces.iter().any(|wanted| wanted.as_str() == namespace));
        wanted && self.scope.admits(namespace, &row.name)
    }

    fn matches(&self, matcher: &Matcher<'_>, row: &RowData) -> bool {
        self.filter.is_empty() || matcher.matches(row)
    }

    /// Calls back with each row that the scope and the chosen namespaces cover, in the state's order.
    fn each<'s>(&self, state: &'s State, mut found: impl FnMut(&'s Arc<RowData>)) {
        let narrow: Option<Vec<&Namespace>> = match (&self.scope, self.namespaces.is_empty()) {
            (Scope::Namespaces(admitted), true) => Some(admitted.iter().collect()),
            (_, false) if state.kind().namespaced => {
                let mut wanted: Vec<_> = self.namespaces.iter().collect();
                wanted.sort();
                wanted.dedup();
                Some(wanted)
            }
            _ => None,
        };
        match narrow {
            Some(namespaces) => {
                for namespace in namespaces {
                    state.rows_in(namespace.as_str()).filter(|row| self.covers(row)).for_each(&mut found);
                }
            }
            None if self.scope == Scope::All => state.rows().for_each(found),
            None => state.rows().filter(|row| self.covers(row)).for_each(found),
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

impl Order {
    fn new(sort: Option<&Sort>, kind: &Kind) -> Result<Self, KubernetesError> {
        let Some(sort) = sort else { return Ok(Self { by: By::Place, is_descending: false }) };
        let by = match sort.column.as_str() {
            "name" => By::Name,
            "namespace" => By::Place,
            id => By::Column(kind.columns.iter().position(|column| column.id == id).ok_or_else(|| {
                KubernetesError::invalid("sort", format!("there is no column \"{id}\" to sort by"))
            })?),
        };
        Ok(Self { by, is_descending: sort.descending })
    }

    /// Whether states keep their rows in this order.
    fn is_kept(self) -> bool {
        self.by == By::Place && !self.is_descending
    }

    /// By the chosen key; equal keys are equal.
    fn compare_key(self, a: &RowData, b: &RowData) -> Ordering {
        let ascending = match self.by {
            By::Place => a.namespace.cmp(&b.namespace).then_with(|| a.name.cmp(&b.name)),
            By::Name => a.name.cmp(&b.name),
            By::Column(column) => {
                let (a, b) = (&a.fields[column], &b.fields[column]);
                // What is not known stands last in both directions.
                return match (a, b) {
                    (kinds::Field::None, _) | (_, kinds::Field::None) => a.compare(b),
                    _ if self.is_descending => b.compare(a),
                    _ => a.compare(b),
                };
            }
        };
        if self.is_descending { ascending.reverse() } else { ascending }
    }

    fn compare(self, a: &RowData, b: &RowData) -> Ordering {
        self.compare_key(a, b).then_with(|| by_name(a, b))
    }
}

/// A row as the wire carries it, or `None` when its name breaks the rules of names.
pub(crate) fn to_row(row: &RowData) -> Option<Row> {
    let namespace = match row.namespace.as_deref() {
        Some(namespace) => Some(Namespace::parse(namespace).ok()?),
        None => None,
    };
    Some(Row {
        uid: row.uid.to_string(),
        namespace,
        name: ObjectName::parse(&row.name).ok()?,
        cells: row.fields.iter().map(kinds::Field::to_cell).collect::<Vec<Cell>>(),
    })
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
