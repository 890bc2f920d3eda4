//! What of a table is drawn: which rows change at once, and which wait for the pointer to leave.

use super::LiveRow;
use super::state::TableState;
use crate::signals::set_if_new;
use leptos::prelude::*;
use model::live::FeedNews;
use model::{Level, Stale};
use std::collections::{BTreeMap, HashSet};

/// The signals that news are written to.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    state: RwSignal<TableState>,
    /// What is drawn, which lags behind `state` while the pointer is over the rows.
    pub rows: RwSignal<Vec<LiveRow>>,
    pub total: RwSignal<u64>,
    pub levels: RwSignal<Vec<(Level, u64)>>,
    pub stale: RwSignal<Option<Stale>>,
    /// Whether the pointer is over the rows.
    pub is_held: RwSignal<bool>,
    /// How many rows would appear, leave or move.
    pub pending: RwSignal<usize>,
}

impl Drawn {
    /// This state, drawn.
    pub fn new(state: TableState) -> Self {
        let rows = state.order.iter().filter_map(|uid| Some(LiveRow::new(state.rows.get(uid)?.clone())));
        Self {
            rows: RwSignal::new(rows.collect()),
            total: RwSignal::new(state.total),
            levels: RwSignal::new(state.levels.clone()),
            stale: RwSignal::new(state.stale.clone()),
            is_held: RwSignal::new(false),
            pending: RwSignal::new(0),
            state: RwSignal::new(state),
        }
    }

    /// Draws a piece of news, as far as it does not wait for the pointer to leave.
    pub fn take(self, news: FeedNews) {
        self.state.update_untracked(|state| state.apply(news));
        self.draw_figures();
        self.draw_values();
        if self.is_held.get_untracked() {
            self.count_pending();
        } else {
            self.draw_order();
        }
    }

    /// Another answer altogether. The reader asked for it, so its order does not wait.
    pub fn replace(self, state: TableState) {
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

    /// Draws which rows there are, and how they stand.
    pub fn draw_order(self) {
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
    let before: HashSet<&str> = drawn.iter().copied().collect();
    let after: HashSet<&str> = wanted.iter().copied().collect();
    let gone = drawn.iter().filter(|uid| !after.contains(**uid)).count();
    let new = wanted.iter().filter(|uid| !before.contains(**uid)).count();
    let kept_before = drawn.iter().filter(|uid| after.contains(**uid));
    let kept_after = wanted.iter().filter(|uid| before.contains(**uid));
    gone + new + kept_before.zip(kept_after).filter(|(before, after)| before != after).count()
}
