//! What stands on the page while what is written is followed.

use records_contract::Row;
use std::cmp::Reverse;
use std::collections::HashSet;

/// The most entries that stay.
const MOST: usize = 1_000;

/// A row, or a place where some are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly all of them are rows")]
pub enum Entry {
    /// A row.
    Row(Row),
    /// More was written than came, and was younger than what stands below and older than this moment.
    Gap(i64),
}

impl Entry {
    /// What no other entry is called.
    pub fn key(&self) -> String {
        match self {
            Self::Row(row) => row.id().to_owned(),
            Self::Gap(at_ms) => format!("gap {at_ms}"),
        }
    }

    fn at_ms(&self) -> i64 {
        match self {
            Self::Row(row) => row.at_ms(),
            Self::Gap(at_ms) => *at_ms,
        }
    }
}

/// Entries, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tailed(Vec<Entry>);

impl Tailed {
    /// What there is at the beginning; that there was more before is no gap.
    pub fn begin(rows: Vec<Row>) -> Self {
        Self(rows.into_iter().map(Entry::Row).collect())
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The newest moment that is shown.
    pub fn newest_ms(&self) -> Option<i64> {
        self.0.first().map(Entry::at_ms)
    }

    /// Takes in the next answer, the newest first: each row once, at the place of its moment. Whether there was any.
    pub fn take(&mut self, rows: Vec<Row>, is_cut: bool) -> bool {
        let known: HashSet<&str> = self.0.iter().filter_map(id).collect();
        let meets = rows.last().is_some_and(|oldest| known.contains(oldest.id()));
        let gap =
            rows.last().filter(|_| is_cut && !meets && !self.0.is_empty()).map(|row| Entry::Gap(row.at_ms()));
        let fresh: Vec<Entry> =
            rows.into_iter().filter(|row| !known.contains(row.id())).map(Entry::Row).collect();
        if fresh.is_empty() {
            return false;
        }
        let before = std::mem::take(&mut self.0);
        self.0 = fresh.into_iter().chain(gap).chain(before).collect();
        self.0.sort_by_key(|entry| Reverse(entry.at_ms()));
        self.0.truncate(MOST);
        true
    }
}

fn id(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Row(row) => Some(row.id()),
        Entry::Gap(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records_contract::LogRecord;

    fn rows(moments: &[i64]) -> Vec<Row> {
        let row = |at_ms: &i64| LogRecord {
            id: format!("id-{at_ms}"),
            at_ms: *at_ms,
            namespace: "shop".into(),
            pod: "web-0".into(),
            container: "web".into(),
            node: String::new(),
            text: Vec::new(),
            is_cut: false,
            resource: None,
        };
        moments.iter().map(row).map(Row::Log).collect()
    }

    fn keys(tailed: &Tailed) -> Vec<String> {
        tailed.entries().iter().map(Entry::key).collect()
    }

    #[test]
    fn each_row_comes_once_and_late_ones_find_their_place() {
        let mut tailed = Tailed::begin(rows(&[30, 10]));

        assert!(tailed.take(rows(&[40, 30, 20, 10]), false));
        assert!(!tailed.take(rows(&[40, 30]), false));

        assert_eq!(keys(&tailed), ["id-40", "id-30", "id-20", "id-10"]);
        assert_eq!(tailed.newest_ms(), Some(40));
    }

    #[test]
    fn what_is_missing_is_told_where_it_is_missing() {
        let mut tailed = Tailed::begin(rows(&[30, 10]));

        tailed.take(rows(&[90, 80]), true);
        tailed.take(rows(&[100, 90, 80]), true);

        assert_eq!(keys(&tailed), ["id-100", "id-90", "id-80", "gap 80", "id-30", "id-10"]);
    }

    #[test]
    fn at_the_beginning_nothing_is_missing_and_there_is_an_end_to_what_stays() {
        let mut tailed = Tailed::default();
        tailed.take(rows(&[2, 1]), true);
        assert_eq!(keys(&tailed), ["id-2", "id-1"]);

        let many: Vec<i64> = (100..2_000).rev().collect();
        tailed.take(rows(&many), false);

        assert_eq!(tailed.entries().len(), MOST);
        assert_eq!(tailed.newest_ms(), Some(1_999));
    }
}
