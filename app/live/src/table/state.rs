//! What a table's feed has told so far. Pure: news go in, rows in their order come out.

use model::live::FeedNews;
use model::{Level, Row, Stale, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What a table's feed has told so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TableState {
    /// The state of the store.
    pub revision: String,
    /// The rows of the page, by uid.
    pub rows: BTreeMap<String, Row>,
    /// Uids in order.
    pub order: Vec<String>,
    /// Matching objects on all pages.
    pub total: u64,
    /// Matching objects at each level.
    pub levels: Vec<(Level, u64)>,
    /// Set while the cluster cannot be followed.
    pub stale: Option<Stale>,
}

impl From<Table> for TableState {
    fn from(table: Table) -> Self {
        let Table { rows, total, levels, revision, stale, .. } = table;
        let mut state = Self { revision, total, levels, stale, ..Self::default() };
        state.fill(rows);
        state
    }
}

impl TableState {
    /// Takes one piece of news. Whatever the news, every uid in `order` has its row and every row its place.
    pub fn apply(&mut self, news: FeedNews) {
        match news {
            FeedNews::Snapshot { revision, rows, total, levels } => {
                self.fill(rows);
                (self.revision, self.total, self.levels) = (revision, total, levels);
                self.stale = None;
            }
            FeedNews::Change { revision, put, gone, order, total, levels } => {
                for uid in &gone {
                    self.rows.remove(uid);
                }
                for row in put {
                    if !self.rows.contains_key(&row.uid) {
                        self.order.push(row.uid.clone());
                    }
                    self.rows.insert(row.uid.clone(), row);
                }
                if let Some(order) = order {
                    self.order = order;
                }
                (self.revision, self.total, self.levels) = (revision, total, levels);
                self.keep_whole();
            }
            FeedNews::Stale(stale) => self.stale = Some(stale),
            FeedNews::Fresh => self.stale = None,
            FeedNews::Value { .. }
            | FeedNews::Anew
            | FeedNews::Lines { .. }
            | FeedNews::Redefined
            | FeedNews::Ended(_) => {}
        }
    }

    fn fill(&mut self, rows: Vec<Row>) {
        self.order = rows.iter().map(|row| row.uid.clone()).collect();
        self.rows = rows.into_iter().map(|row| (row.uid.clone(), row)).collect();
    }

    /// Drops places without a row, second places, and rows without a place.
    fn keep_whole(&mut self) {
        let mut seen = BTreeSet::new();
        self.order.retain(|uid| self.rows.contains_key(uid) && seen.insert(uid.clone()));
        self.rows.retain(|uid, _| seen.contains(uid));
    }
}
