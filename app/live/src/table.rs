//! One page of a table, followed.

use crate::Liveness;
use crate::follow::{Feed, follow};
use leptos::prelude::*;
use model::live::{FeedNews, Topic};
use model::{ConsoleError, Level, Row, Stale, Table, TableQuery};
use std::collections::BTreeMap;

/// One row: it changes in place for as long as its object is on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRow {
    /// The object's uid.
    pub uid: String,
    /// The row.
    pub row: ArcRwSignal<Row>,
}

impl LiveRow {
    /// A row that nothing changes yet.
    pub fn new(row: Row) -> Self {
        Self { uid: row.uid.clone(), row: ArcRwSignal::new(row) }
    }
}

/// What a table's feed has told so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableState {
    /// The state of the store.
    pub revision: String,
    /// The rows of the page.
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
        let order = rows.iter().map(|row| row.uid.clone()).collect();
        let rows = rows.into_iter().map(|row| (row.uid.clone(), row)).collect();
        Self { revision, rows, order, total, levels, stale }
    }
}

/// Tells a table's state one piece of news. Whatever the news, every uid in `order` has its row and every row its
/// place.
pub fn apply(state: &mut TableState, news: FeedNews) {
    match news {
        FeedNews::Snapshot { revision, rows, total, levels } => {
            state.order = rows.iter().map(|row| row.uid.clone()).collect();
            state.rows = rows.into_iter().map(|row| (row.uid.clone(), row)).collect();
            (state.revision, state.total, state.levels) = (revision, total, levels);
            state.stale = None;
        }
        FeedNews::Change { revision, put, gone, order, total, levels } => {
            for uid in &gone {
                state.rows.remove(uid);
            }
            for row in put {
                if !state.rows.contains_key(&row.uid) {
                    state.order.push(row.uid.clone());
                }
                state.rows.insert(row.uid.clone(), row);
            }
            if let Some(order) = order {
                state.order = order;
            }
            (state.revision, state.total, state.levels) = (revision, total, levels);
            keep_whole(state);
        }
        FeedNews::Stale(stale) => state.stale = Some(stale),
        FeedNews::Fresh => state.stale = None,
        FeedNews::Value { .. } | FeedNews::Anew | FeedNews::Lines { .. } | FeedNews::Ended(_) => {}
    }
}

/// Drops places without a row, second places, and rows without a place.
fn keep_whole(state: &mut TableState) {
    let mut seen = std::collections::BTreeSet::new();
    state.order.retain(|uid| state.rows.contains_key(uid) && seen.insert(uid.clone()));
    state.rows.retain(|uid, _| seen.contains(uid));
}

/// A page of a table that is followed.
#[derive(Clone, Copy)]
pub struct LiveTable {
    state: RwSignal<TableState>,
    /// What is drawn, which lags behind `state` while the pointer is over the rows.
    rows: RwSignal<Vec<LiveRow>>,
    total: RwSignal<u64>,
    levels: RwSignal<Vec<(Level, u64)>>,
    stale: RwSignal<Option<Stale>>,
    is_held: RwSignal<bool>,
    pending: RwSignal<usize>,
    topic: RwSignal<Option<(Topic, Option<String>)>>,
    feed: Feed,
}

impl LiveTable {
    /// Shows this table and follows the query from the table's revision, once the page lives.
    pub fn new(query: TableQuery, table: Table) -> Self {
        let state = TableState::from(table);
        let rows = state.order.iter().filter_map(|uid| Some(LiveRow::new(state.rows.get(uid)?.clone())));
        let rows = RwSignal::new(rows.collect());
        let topic = RwSignal::new(Some((Topic::Table(query), Some(state.revision.clone()))));
        let (total, levels) = (RwSignal::new(state.total), RwSignal::new(state.levels.clone()));
        let (stale, is_held, pending) =
            (RwSignal::new(state.stale.clone()), RwSignal::new(false), RwSignal::new(0));
        let state = RwSignal::new(state);
        let parts = Drawn { state, rows, total, levels, stale, is_held, pending };
        let feed = follow(topic.into(), move |news| parts.take(news), || ());
        Self { state, rows, total, levels, stale, is_held, pending, topic, feed }
    }

    /// Shows the answer to another query and follows that one. Objects that are in both keep their rows, so whatever
    /// hangs on a row - the focus, a tick - stays with it.
    pub fn show(self, query: TableQuery, table: Table) {
        let state = TableState::from(table);
        let topic = (Topic::Table(query), Some(state.revision.clone()));
        self.drawn().replace(state);
        self.topic.set(Some(topic));
    }

    /// The rows in order, for drawing.
    pub fn rows(self) -> Signal<Vec<LiveRow>> {
        self.rows.into()
    }

    /// Matching objects on all pages.
    pub fn total(self) -> Signal<u64> {
        self.total.into()
    }

    /// Matching objects at each level.
    pub fn levels(self) -> Signal<Vec<(Level, u64)>> {
        self.levels.into()
    }

    /// Set while the cluster cannot be followed.
    pub fn stale(self) -> Signal<Option<Stale>> {
        self.stale.into()
    }

    /// How fresh the rows are.
    pub fn liveness(self) -> Signal<Liveness> {
        self.feed.liveness()
    }

    /// Why the feed ended, once it has.
    pub fn ended(self) -> Signal<Option<ConsoleError>> {
        self.feed.ended()
    }

    /// How many rows would appear, leave or move, and wait for the pointer to leave.
    pub fn pending(self) -> Signal<usize> {
        self.pending.into()
    }

    /// Says whether the pointer is over the rows: as long as it is, a new order waits.
    pub fn hold(self, is_held: bool) {
        self.is_held.set(is_held);
        if !is_held {
            self.release();
        }
    }

    /// Draws what waits, now.
    pub fn release(self) {
        self.drawn().draw_order();
    }

    fn drawn(self) -> Drawn {
        let Self { state, rows, total, levels, stale, is_held, pending, .. } = self;
        Drawn { state, rows, total, levels, stale, is_held, pending }
    }
}

/// The signals that news are written to.
#[derive(Clone, Copy)]
struct Drawn {
    state: RwSignal<TableState>,
    rows: RwSignal<Vec<LiveRow>>,
    total: RwSignal<u64>,
    levels: RwSignal<Vec<(Level, u64)>>,
    stale: RwSignal<Option<Stale>>,
    is_held: RwSignal<bool>,
    pending: RwSignal<usize>,
}

impl Drawn {
    fn take(self, news: FeedNews) {
        self.state.update_untracked(|state| apply(state, news));
        self.draw_figures();
        self.draw_values();
        if self.is_held.get_untracked() {
            self.count_pending();
        } else {
            self.draw_order();
        }
    }

    /// Another answer altogether. The reader asked for it, so its order does not wait.
    fn replace(self, state: TableState) {
        self.state.update_untracked(|old| *old = state);
        self.draw_figures();
        self.draw_values();
        self.draw_order();
    }

    fn draw_figures(self) {
        let (total, levels, stale) = {
            let state = self.state.read_untracked();
            (state.total, state.levels.clone(), state.stale.clone())
        };
        set_if_new(self.total, total);
        set_if_new(self.levels, levels);
        set_if_new(self.stale, stale);
    }

    /// Rows that stay change in place, pointer or not.
    fn draw_values(self) {
        let state = self.state.read_untracked();
        for live in self.rows.read_untracked().iter() {
            if let Some(row) = state.rows.get(&live.uid)
                && *live.row.read_untracked() != *row
            {
                live.row.set(row.clone());
            }
        }
    }

    fn draw_order(self) {
        set_if_new(self.pending, 0);
        let state = self.state.read_untracked();
        let drawn = self.rows.get_untracked();
        if drawn.iter().map(|row| &row.uid).eq(&state.order) {
            return;
        }
        let mut known: BTreeMap<String, LiveRow> =
            drawn.into_iter().map(|row| (row.uid.clone(), row)).collect();
        let place =
            |uid: &String| known.remove(uid).or_else(|| Some(LiveRow::new(state.rows.get(uid)?.clone())));
        let rows = state.order.iter().filter_map(place).collect();
        self.rows.set(rows);
    }

    fn count_pending(self) {
        let state = self.state.read_untracked();
        let drawn = self.rows.read_untracked();
        let drawn: Vec<&str> = drawn.iter().map(|row| row.uid.as_str()).collect();
        let wanted: Vec<&str> = state.order.iter().map(String::as_str).collect();
        set_if_new(self.pending, differences(&drawn, &wanted));
    }
}

/// How many rows come, go, or stand elsewhere.
fn differences(drawn: &[&str], wanted: &[&str]) -> usize {
    let gone = drawn.iter().filter(|uid| !wanted.contains(uid)).count();
    let new = wanted.iter().filter(|uid| !drawn.contains(uid)).count();
    let kept_before = drawn.iter().filter(|uid| wanted.contains(uid));
    let kept_after = wanted.iter().filter(|uid| drawn.contains(uid));
    gone + new + kept_before.zip(kept_after).filter(|(before, after)| before != after).count()
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{Cell, ObjectName};
    use proptest::prelude::*;

    fn row(uid: u8, version: u8) -> Row {
        Row {
            uid: format!("u{uid}"),
            namespace: None,
            name: ObjectName::parse(&format!("pod-{uid}")).unwrap(),
            cells: vec![Cell::Number(version.into())],
        }
    }

    fn snapshot(revision: usize, rows: Vec<Row>) -> FeedNews {
        FeedNews::Snapshot { revision: revision.to_string(), total: rows.len() as u64, rows, levels: vec![] }
    }

    /// What a server says when the page changes from one list of rows to another.
    fn change(revision: usize, from: &[Row], to: &[Row]) -> FeedNews {
        let uids = |rows: &[Row]| rows.iter().map(|row| row.uid.clone()).collect::<Vec<_>>();
        let (before, after) = (uids(from), uids(to));
        FeedNews::Change {
            revision: revision.to_string(),
            put: to.iter().filter(|row| !from.contains(row)).cloned().collect(),
            gone: before.iter().filter(|uid| !after.contains(uid)).cloned().collect(),
            order: (before != after).then_some(after),
            total: to.len() as u64,
            levels: vec![],
        }
    }

    fn table(rows: Vec<Row>) -> Table {
        Table {
            columns: vec![],
            total: rows.len() as u64,
            rows,
            levels: vec![],
            revision: "0".into(),
            stale: None,
            described: false,
        }
    }

    /// A page of distinct rows in any order.
    fn page() -> impl Strategy<Value = Vec<Row>> {
        proptest::collection::btree_map(0..12_u8, 0..3_u8, 0..9)
            .prop_map(|rows| rows.into_iter().map(|(uid, version)| row(uid, version)).collect::<Vec<_>>())
            .prop_shuffle()
    }

    proptest! {
        #[test]
        fn replaying_changes_equals_the_last_snapshot(pages in proptest::collection::vec(page(), 1..12)) {
            let mut state = TableState::from(table(pages[0].clone()));

            for (revision, pair) in pages.windows(2).enumerate() {
                apply(&mut state, change(revision + 1, &pair[0], &pair[1]));
            }

            let mut expected = TableState::default();
            apply(&mut expected, snapshot(pages.len() - 1, pages.last().unwrap().clone()));
            prop_assert_eq!(state, expected);
        }

        #[test]
        fn no_news_whatever_leaves_a_place_without_a_row(
            put in page(),
            gone in proptest::collection::vec(0..12_u8, 0..6),
            order in proptest::option::of(proptest::collection::vec(0..14_u8, 0..14)),
        ) {
            let mut state = TableState::from(table(vec![row(1, 1), row(2, 1)]));

            apply(&mut state, FeedNews::Change {
                revision: "1".into(),
                put,
                gone: gone.into_iter().map(|uid| format!("u{uid}")).collect(),
                order: order.map(|order| order.into_iter().map(|uid| format!("u{uid}")).collect()),
                total: 0,
                levels: vec![],
            });

            let mut places = state.order.clone();
            places.sort();
            prop_assert_eq!(places, state.rows.keys().cloned().collect::<Vec<_>>());
        }
    }

    fn followed(rows: Vec<Row>) -> Drawn {
        let state = TableState::from(table(rows));
        let rows = state.order.iter().map(|uid| LiveRow::new(state.rows[uid].clone())).collect();
        Drawn {
            state: RwSignal::new(state),
            rows: RwSignal::new(rows),
            total: RwSignal::new(0),
            levels: RwSignal::new(vec![]),
            stale: RwSignal::new(None),
            is_held: RwSignal::new(false),
            pending: RwSignal::new(0),
        }
    }

    fn drawn_uids(drawn: Drawn) -> Vec<String> {
        drawn.rows.get_untracked().into_iter().map(|row| row.uid).collect()
    }

    #[test]
    fn under_the_pointer_rows_change_but_do_not_move() {
        Owner::new().with(|| {
            let before = vec![row(1, 0), row(2, 0)];
            let after = vec![row(3, 0), row(2, 7), row(1, 0)];
            let drawn = followed(before.clone());
            let second = drawn.rows.get_untracked()[1].clone();

            drawn.is_held.set(true);
            drawn.take(change(1, &before, &after));

            assert_eq!(drawn_uids(drawn), ["u1", "u2"]);
            assert_eq!(second.row.get_untracked(), row(2, 7));
            assert_eq!(drawn.pending.get_untracked(), 3);

            drawn.draw_order();

            assert_eq!(drawn_uids(drawn), ["u3", "u2", "u1"]);
            assert_eq!(drawn.pending.get_untracked(), 0);
            assert_eq!(drawn.rows.get_untracked()[1], second, "a row that stays keeps its signal");
        });
    }

    #[test]
    fn another_answer_keeps_the_rows_of_objects_that_are_in_both() {
        Owner::new().with(|| {
            let drawn = followed(vec![row(1, 0), row(2, 0)]);
            let second = drawn.rows.get_untracked()[1].clone();
            drawn.is_held.set(true);

            drawn.replace(TableState::from(table(vec![row(2, 5), row(3, 0)])));

            assert_eq!(drawn_uids(drawn), ["u2", "u3"], "it does not wait for the pointer");
            assert_eq!(drawn.rows.get_untracked()[0], second);
            assert_eq!(second.row.get_untracked(), row(2, 5));
            assert_eq!(drawn.total.get_untracked(), 2);
        });
    }

    #[test]
    fn a_cluster_that_answers_again_is_no_longer_stale() {
        let mut state = TableState::from(table(vec![row(1, 0)]));
        let stale = Stale { since: model::Timestamp(1), error: ConsoleError::NotSignedIn };

        apply(&mut state, FeedNews::Stale(stale.clone()));
        assert_eq!(state.stale, Some(stale));

        apply(&mut state, FeedNews::Fresh);
        assert_eq!(state.stale, None);
        assert_eq!(state.order, ["u1"]);
    }
}
