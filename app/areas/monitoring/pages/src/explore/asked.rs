//! What an address asks.

use leptos_router::params::ParamsMap;
use monitoring_contract::QUERY_LETTERS;

/// What queries are called in addresses and forms, one for each letter. Links to a single query have the first.
pub const FIELDS: [&str; QUERY_LETTERS.len()] = ["query", "query-b", "query-c", "query-d", "query-e"];

/// A query for each letter; an empty one asks nothing.
pub type Queries = [String; QUERY_LETTERS.len()];

/// The queries of an address.
pub fn parse(query: &ParamsMap) -> Queries {
    FIELDS.map(|name| query.get(name).unwrap_or_default())
}

/// Queries as they stand in an address.
pub fn pairs(queries: &Queries) -> Vec<(String, String)> {
    let named = FIELDS.into_iter().zip(queries).filter(|(_, query)| !is_blank(query));
    named.map(|(name, query)| (name.to_owned(), query.clone())).collect()
}

/// Whether it asks nothing.
pub fn is_blank(query: &str) -> bool {
    query.trim().is_empty()
}

/// Where the next query comes, as long as there is room.
pub fn next_place(queries: &Queries) -> Option<usize> {
    queries.iter().position(|query| is_blank(query))
}

/// Which queries have a box: those that ask something, and the next one.
pub fn places(queries: &Queries) -> Vec<usize> {
    let next = next_place(queries);
    let each = queries.iter().enumerate();
    each.filter(|(place, query)| !is_blank(query) || next == Some(*place)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_keep_their_letters_and_one_more_has_a_box() {
        let of = |pairs: &[(&str, &str)]| {
            let mut map = ParamsMap::new();
            pairs.iter().for_each(|(name, value)| map.insert((*name).to_owned(), (*value).to_owned()));
            parse(&map)
        };
        let some = of(&[("query", "up"), ("query-c", "down"), ("query-z", "left")]);

        assert_eq!(some, ["up", "", "down", "", ""]);
        let written = [("query", "up"), ("query-c", "down")];
        assert_eq!(pairs(&some), written.map(|(name, query)| (name.to_owned(), query.to_owned())));
        assert_eq!((places(&some), places(&of(&[]))), (vec![0, 1, 2], vec![0]));
        assert_eq!(places(&FIELDS.map(str::to_owned)), [0, 1, 2, 3, 4]);
    }
}
