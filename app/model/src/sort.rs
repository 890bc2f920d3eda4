//! The order of a list, in addresses and for lists that are there as a whole.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fmt;

/// An order by one column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The column's id.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// What a row has in the column by which a list is put in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A number or a moment.
    Number(i128),
    /// A text, in no particular case.
    Text(String),
}

impl SortKey {
    /// A text in any case; none for an empty one.
    pub fn text(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        (!text.is_empty()).then_some(Self::Text(text))
    }

    /// A number or a moment.
    pub fn number(number: impl Into<i128>) -> Option<Self> {
        Some(Self::Number(number.into()))
    }
}

impl Sort {
    /// Smallest first.
    pub fn by(column: &str) -> Self {
        Self { column: column.to_owned(), descending: false }
    }

    /// The order that an address names: `name`, or `-name` for largest first; none for no column.
    pub fn parse(text: &str) -> Option<Self> {
        let (column, descending) = text.strip_prefix('-').map_or((text, false), |column| (column, true));
        (!column.is_empty()).then(|| Self { column: column.to_owned(), descending })
    }

    /// Puts rows in order by what they have in the column. Those that have nothing there stand behind the others, up or down;
    /// those that are alike stay as they stood.
    pub fn arrange<T>(&self, rows: &mut [T], key: impl Fn(&T) -> Option<SortKey>) {
        // Told apart by having nothing first, so that turning round does not bring those to the front.
        if self.descending {
            rows.sort_by_cached_key(|row| {
                let key = key(row);
                (key.is_none(), Reverse(key))
            });
        } else {
            rows.sort_by_cached_key(|row| {
                let key = key(row);
                (key.is_none(), key)
            });
        }
    }
}

/// As addresses carry it: `name` or `-name`.
impl fmt::Display for Sort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", if self.descending { "-" } else { "" }, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_survives_an_address() {
        for text in ["name", "-signed_in"] {
            assert_eq!(Sort::parse(text).map(|sort| sort.to_string()).as_deref(), Some(text));
        }
        assert_eq!((Sort::parse(""), Sort::parse("-")), (None, None));
    }

    #[test]
    fn what_is_not_known_stands_last_either_way_and_what_is_alike_stays() {
        let rows = ["eve", "Bea", "", "ada", "bea"];
        let arranged = |sort: Sort| {
            let mut rows = rows;
            sort.arrange(&mut rows, |row| SortKey::text(row));
            rows
        };

        assert_eq!(arranged(Sort::by("name")), ["ada", "Bea", "bea", "eve", ""]);
        assert_eq!(arranged(Sort { descending: true, ..Sort::by("name") }), ["eve", "Bea", "bea", "ada", ""]);
    }

    #[test]
    fn numbers_are_no_texts() {
        let mut rows = [10_u64, 9, 100];

        Sort::by("projects").arrange(&mut rows, |row| SortKey::number(*row));

        assert_eq!(rows, [9, 10, 100]);
    }
}
