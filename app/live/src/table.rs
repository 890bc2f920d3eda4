//! One page of a table, followed.

mod drawn;
mod state;

use crate::Liveness;
use crate::follow::{Feed, follow};
use drawn::Drawn;
use leptos::prelude::*;
use model::live::Topic;
use model::{ConsoleError, Level, Row, Stale, Table, TableQuery};

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

/// A page of a table that is followed.
#[derive(Clone, Copy)]
pub struct LiveTable {
    drawn: Drawn,
    topic: RwSignal<Option<(Topic, Option<String>)>>,
    feed: Feed,
}

impl LiveTable {
    /// Shows this table and follows the query from the table's revision, once the page lives.
    pub fn new(query: TableQuery, table: Table) -> Self {
        let topic = RwSignal::new(Some((Topic::Table(query), Some(table.revision.clone()))));
        let drawn = Drawn::new(table.into());
        let feed = follow(topic.into(), move |news| drawn.take(news), || ());
        Self { drawn, topic, feed }
    }

    /// Shows the answer to another query and follows that one. Objects that are in both keep their rows, so whatever
    /// hangs on a row - the focus, a tick - stays with it.
    pub fn show(self, query: TableQuery, table: Table) {
        let topic = (Topic::Table(query), Some(table.revision.clone()));
        self.drawn.replace(table.into());
        self.topic.set(Some(topic));
    }

    /// The rows in order, for drawing.
    pub fn rows(self) -> Signal<Vec<LiveRow>> {
        self.drawn.rows.into()
    }

    /// Matching objects on all pages.
    pub fn total(self) -> Signal<u64> {
        self.drawn.total.into()
    }

    /// Matching objects at each level.
    pub fn levels(self) -> Signal<Vec<(Level, u64)>> {
        self.drawn.levels.into()
    }

    /// Set while the cluster cannot be followed.
    pub fn stale(self) -> Signal<Option<Stale>> {
        self.drawn.stale.into()
    }

    /// How fresh the rows are.
    pub fn liveness(self) -> Signal<Liveness> {
        self.feed.liveness()
    }

    /// Why the feed ended, once it has.
    pub fn ended(self) -> Signal<Option<ConsoleError>> {
        self.feed.ended()
    }

    /// Whether the feed has ended because the kind is served in another version by now: the query is to be asked anew.
    pub fn is_redefined(self) -> Signal<bool> {
        self.feed.is_redefined()
    }

    /// How many rows would appear, leave or move, and wait for the pointer to leave.
    pub fn pending(self) -> Signal<usize> {
        self.drawn.pending.into()
    }

    /// Says whether the pointer is over the rows: as long as it is, a new order waits.
    pub fn hold(self, is_held: bool) {
        self.drawn.is_held.set(is_held);
        if !is_held {
            self.release();
        }
    }

    /// Draws what waits, now.
    pub fn release(self) {
        self.drawn.draw_order();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
