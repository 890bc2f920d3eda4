use super::drawn::Drawn;
use super::state::TableState;
use leptos::prelude::*;
use model::live::FeedNews;
use model::{Cell, ConsoleError, ObjectName, Row, Stale, Table};
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
            state.apply(change(revision + 1, &pair[0], &pair[1]));
        }

        let mut expected = TableState::default();
        expected.apply(snapshot(pages.len() - 1, pages.last().unwrap().clone()));
        prop_assert_eq!(state, expected);
    }

    #[test]
    fn no_news_whatever_leaves_a_place_without_a_row(
        put in page(),
        gone in proptest::collection::vec(0..12_u8, 0..6),
        order in proptest::option::of(proptest::collection::vec(0..14_u8, 0..14)),
    ) {
        let mut state = TableState::from(table(vec![row(1, 1), row(2, 1)]));

        state.apply(FeedNews::Change {
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
    Drawn::new(table(rows).into())
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

    state.apply(FeedNews::Stale(stale.clone()));
    assert_eq!(state.stale, Some(stale));

    state.apply(FeedNews::Fresh);
    assert_eq!(state.stale, None);
    assert_eq!(state.order, ["u1"]);
}
