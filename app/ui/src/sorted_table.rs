//! Tables of lists that a page has whole, which stand in the order that its address names.

use crate::plain_table::framed;
use crate::{Glyph, Icon};
use leptos::prelude::*;
use model::{Sort, SortKey, link};

/// The order in which a list stands, and the addresses of others: `sort=-created` behind the address of its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorting {
    sort: Sort,
    usual: Sort,
    address: String,
}

impl Sorting {
    /// What the `sort` of an address says, if it names one of the columns; otherwise upwards by the first of them. `address`
    /// is that of the page in that usual order.
    pub fn of(said: Option<&str>, columns: &[&str], address: String) -> Self {
        let usual = Sort::by(columns.first().copied().unwrap_or_default());
        let said = said.and_then(Sort::parse).filter(|sort| columns.contains(&sort.column.as_str()));
        Self { sort: said.unwrap_or_else(|| usual.clone()), usual, address }
    }

    /// The order that was asked for; none for the usual one.
    pub fn asked(&self) -> Option<&Sort> {
        (self.sort != self.usual).then_some(&self.sort)
    }

    /// The address of the page as it stands.
    pub fn here(&self) -> String {
        self.href(&self.sort)
    }

    /// Puts rows in this order by what they have in its column. Those that are alike stay as they stood.
    pub fn arrange<T>(&self, rows: &mut [T], key: impl Fn(&str, &T) -> Option<SortKey>) {
        self.sort.arrange(rows, |row| key(&self.sort.column, row));
    }

    fn href(&self, sort: &Sort) -> String {
        if *sort == self.usual {
            return self.address.clone();
        }
        let mark = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{mark}sort={}", self.address, link::escape(&sort.to_string()))
    }
}

/// A table as [`plain_table`](crate::plain_table()) makes it, whose headings put it in another order. Each heading is the
/// id of its column and its words; one without an id is plain.
pub fn sorted_table(title: &str, headings: &[(&str, &str)], sorting: &Sorting, rows: AnyView) -> AnyView {
    let heading = |(column, title): &(&str, &str)| {
        if column.is_empty() {
            return view! { <th scope="col" class="heading">{(*title).to_owned()}</th> }.into_any();
        }
        let sort = Some(&sorting.sort);
        let words = sort_link(title, column, sort, |sort| sorting.href(&sort));
        view! { <th scope="col" class="heading" aria-sort=order_word(column, sort)>{words}</th> }.into_any()
    };
    framed(title, headings.iter().map(heading).collect_view().into_any(), rows)
}

/// The words of a heading as a link: by its column upwards, and round where that is the order already.
pub fn sort_link(
    title: &str,
    column: &str,
    sort: Option<&Sort>,
    address: impl FnOnce(Sort) -> String,
) -> AnyView {
    let direction = sort.filter(|sort| sort.column == column).map(|sort| sort.descending);
    let href = address(Sort { column: column.to_owned(), descending: direction == Some(false) });
    let arrow = direction.map(|is_descending| {
        view! { <Icon glyph=if is_descending { Glyph::ArrowDown } else { Glyph::ArrowUp }/> }
    });
    view! { <a class="sort" href=href data-noscroll="">{title.to_owned()}{arrow}</a> }.into_any()
}

/// What the heading of a column says of the order, for `aria-sort`.
pub fn order_word(column: &str, sort: Option<&Sort>) -> &'static str {
    match sort.filter(|sort| sort.column == column).map(|sort| sort.descending) {
        Some(true) => "descending",
        Some(false) => "ascending",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 2] = ["name", "created"];

    fn sorting(said: &str) -> Sorting {
        Sorting::of(Some(said), &COLUMNS, "/people?role=auditor".to_owned())
    }

    #[test]
    fn the_usual_order_has_the_address_of_the_page() {
        for said in ["", "name", "-", "shoe_size"] {
            assert_eq!(sorting(said).here(), "/people?role=auditor", "{said}");
        }
        assert_eq!(sorting("-created").here(), "/people?role=auditor&sort=-created");
        assert_eq!(Sorting::of(Some("created"), &COLUMNS, "/people".into()).here(), "/people?sort=created");
    }

    #[test]
    fn rows_stand_by_the_column_of_the_address() {
        let arranged = |said: &str| {
            let mut rows = [("ada", 2_i64), ("bea", 3), ("eve", 2)];
            sorting(said).arrange(&mut rows, |column, (name, created)| match column {
                "created" => SortKey::number(*created),
                _ => SortKey::text(name),
            });
            rows.map(|(name, _)| name)
        };

        assert_eq!(arranged(""), ["ada", "bea", "eve"]);
        assert_eq!(arranged("-name"), ["eve", "bea", "ada"]);
        assert_eq!(arranged("created"), ["ada", "eve", "bea"]);
        assert_eq!(arranged("-created"), ["bea", "ada", "eve"]);
    }
}
