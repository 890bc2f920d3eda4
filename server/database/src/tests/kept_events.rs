//! Events that are kept: once each, for as long as was said, and found as a log store would find them.

use crate::Database;
use crate::kept_events::{
    BRIDGED_MILLISECONDS, EventColumn, EventCondition, EventFilter, EventTest, KeptEvent,
};
use model::ClusterName;

const MINUTE: i64 = 60_000;
const NOW: i64 = 1_795_683_600_000;

fn cluster() -> ClusterName {
    ClusterName::parse("lighthouse").unwrap()
}

fn event(uid: &str, times: i64, minutes_ago: i64, namespace: &str, message: &str) -> KeptEvent {
    KeptEvent {
        uid: uid.into(),
        times,
        at_milliseconds: NOW - minutes_ago * MINUTE,
        namespace: namespace.into(),
        kind: "Pod".into(),
        name: format!("{namespace}-0"),
        reason: if times > 1 { "BackOff" } else { "Pulled" }.into(),
        sort: if times > 1 { "Warning" } else { "Normal" }.into(),
        source: "kubelet".into(),
        message: message.into(),
    }
}

fn filter(all: Vec<EventCondition>) -> EventFilter {
    EventFilter {
        cluster: cluster(),
        from_milliseconds: NOW - 60 * MINUTE,
        until_milliseconds: NOW + 1,
        all,
        within: None,
    }
}

fn only(test: EventTest) -> EventFilter {
    filter(vec![EventCondition { any: vec![test], is_not: false }])
}

fn words(text: &str, may_go_on: bool) -> EventFilter {
    only(EventTest::Words { text: text.into(), may_go_on })
}

async fn ids(database: &Database, filter: &EventFilter) -> Vec<String> {
    let found = database.kept_events(filter, None, 100).await.unwrap();
    found.into_iter().map(|event| format!("{}{}", event.uid, event.times)).collect()
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let events = [
        event("a", 1, 40, "shop", "Successfully pulled image \"web:100%\""),
        event("b", 2, 30, "shop", "Back-off restarting failed container web_1"),
        event("b", 3, 20, "shop", "Back-off restarting failed container web_1"),
        event("c", 2, 10, "bank", "Back-off restarting failed container vault"),
        event("d", 1, 5, "", "Node is ready"),
    ];
    assert_eq!(database.keep_events(&cluster(), &events, NOW).await.unwrap(), 5);
    // Whoever was killed reads everything again.
    assert_eq!(database.keep_events(&cluster(), &events[..4], NOW + MINUTE).await.unwrap(), 0);
    let elsewhere = [event("x", 1, 1, "shop", "Back-off")];
    database.keep_events(&super::harbour(), &elsewhere, NOW).await.unwrap();

    let all = filter(Vec::new());
    assert_eq!(ids(database, &all).await, ["d1", "c2", "b3", "b2", "a1"]);
    assert_eq!(database.kept_events(&all, None, 1).await.unwrap(), events[4..]);
    words_and_columns_are_found(database).await;
    what_is_not_to_be_seen_is_in_no_answer(database).await;
    pages_and_files_go_on(database, &all).await;
    figures_count_what_is_found(database, &all).await;
    a_gap_begins_anew(database).await;
    what_is_old_or_too_much_goes(database, &all).await;
}

async fn words_and_columns_are_found(database: &Database) {
    assert_eq!(ids(database, &words("BACK-OFF restart", true)).await, ["c2", "b3", "b2"]);
    assert!(ids(database, &words("back-off restart", false)).await.is_empty(), "that is no word of it");
    assert!(ids(database, &words("ack", true)).await.is_empty(), "it is inside of one");
    assert_eq!(ids(database, &words("100% of", true)).await, Vec::<String>::new());
    assert_eq!(ids(database, &words("web:100%", false)).await, ["a1"]);
    assert!(ids(database, &words("%", true)).await.is_empty(), "there is no word in it");

    let is = |column, value: &str| only(EventTest::Is(column, value.into()));
    assert_eq!(ids(database, &is(EventColumn::Sort, "Warning")).await, ["c2", "b3", "b2"]);
    assert_eq!(ids(database, &is(EventColumn::Reason, "Pulled")).await, ["d1", "a1"]);
    assert!(ids(database, &is(EventColumn::Reason, "pulled")).await.is_empty());
    let begins = |value: &str| only(EventTest::Begins(EventColumn::Name, value.into()));
    assert_eq!(ids(database, &begins("sho")).await, ["b3", "b2", "a1"]);
    assert!(ids(database, &begins("SHO")).await.is_empty() && ids(database, &begins("%")).await.is_empty());

    let any = vec![
        EventTest::Is(EventColumn::Namespace, "bank".into()),
        EventTest::Is(EventColumn::Namespace, "shop".into()),
    ];
    let without = EventTest::Words { text: "restarting".into(), may_go_on: false };
    let both = filter(vec![
        EventCondition { any: any.clone(), is_not: false },
        EventCondition { any: vec![without], is_not: true },
    ]);
    assert_eq!(ids(database, &both).await, ["a1"]);
    assert_eq!(ids(database, &filter(vec![EventCondition { any, is_not: true }])).await, ["d1"]);
}

async fn what_is_not_to_be_seen_is_in_no_answer(database: &Database) {
    let within = |names: &[(&str, i64)]| EventFilter {
        within: Some(names.iter().map(|(name, born)| ((*name).to_owned(), *born)).collect()),
        ..filter(Vec::new())
    };
    assert_eq!(ids(database, &within(&[("shop", 0)])).await, ["b3", "b2", "a1"]);
    let young = within(&[("shop", NOW - 25 * MINUTE), ("bank", 0)]);
    assert_eq!(ids(database, &young).await, ["c2", "b3"], "before that it was somebody else's");
    assert!(ids(database, &within(&[])).await.is_empty());
    let values = database.event_values(&young, EventColumn::Namespace, 8).await.unwrap();
    assert_eq!(values, [("bank".to_owned(), 1), ("shop".to_owned(), 1)]);
    let many: Vec<(String, i64)> = (0..3_000).map(|number| (format!("n{number}"), NOW - 1)).collect();
    let many: Vec<(&str, i64)> = many.iter().map(|(name, born)| (name.as_str(), *born)).collect();
    assert!(ids(database, &within(&many)).await.is_empty(), "who sees many projects asks all the same");
}

async fn pages_and_files_go_on(database: &Database, all: &EventFilter) {
    let (mut paged, mut behind) = (Vec::new(), None);
    loop {
        let page = database.kept_events(all, behind, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        behind = Some((last.at_milliseconds, last.place(), 1));
        paged.extend(page);
    }
    assert_eq!(paged, database.kept_events(all, None, 100).await.unwrap());
    let (mut read, mut last) = (Vec::new(), None);
    loop {
        let part = database.kept_events_after(all, last.as_ref(), 2).await.unwrap();
        if part.is_empty() {
            break;
        }
        last = part.last().cloned();
        read.extend(part);
    }
    paged.reverse();
    assert_eq!(read, paged);
}

async fn figures_count_what_is_found(database: &Database, all: &EventFilter) {
    let bars = database.event_bars(all, 60 * MINUTE).await.unwrap();
    let counted: Vec<(i64, i64)> = bars.iter().map(|bar| (bar.total, bar.warned)).collect();
    assert_eq!(counted, [(5, 3)]);
    assert!(bars.iter().all(|bar| bar.from_milliseconds % (60 * MINUTE) == 0));
    let reasons = database.event_values(all, EventColumn::Reason, 1).await.unwrap();
    assert_eq!(reasons, [("BackOff".to_owned(), 3)]);
}

async fn a_gap_begins_anew(database: &Database) {
    assert_eq!(database.event_spans(&cluster()).await.unwrap(), [(NOW, NOW + MINUTE)]);
    let back = NOW + MINUTE + BRIDGED_MILLISECONDS;
    database.keep_events(&cluster(), &[], back).await.unwrap();
    assert_eq!(database.event_spans(&cluster()).await.unwrap(), [(NOW, back)]);
    let late = back + BRIDGED_MILLISECONDS + 1;
    database.keep_events(&cluster(), &[], late).await.unwrap();
    database.keep_events(&cluster(), &[], late - 1).await.unwrap();
    assert_eq!(database.event_spans(&cluster()).await.unwrap(), [(NOW, back), (late, late)]);
}

async fn what_is_old_or_too_much_goes(database: &Database, all: &EventFilter) {
    let gone = database.trim_events(NOW - 35 * MINUTE, 100).await.unwrap();
    assert_eq!((gone, ids(database, all).await.len()), (1, 4), "what is older than that");
    let gone = database.trim_events(0, 2).await.unwrap();
    assert_eq!((gone, ids(database, all).await), (2, vec!["d1".to_owned(), "c2".to_owned()]), "the oldest");
    let from = database.event_spans(&cluster()).await.unwrap().first().map(|span| span.0);
    assert_eq!(from, Some(NOW), "what went was from before");
    assert_eq!(
        database
            .kept_events(&EventFilter { cluster: super::harbour(), ..all.clone() }, None, 9)
            .await
            .unwrap()
            .len(),
        1
    );

    database.trim_events(NOW + MINUTE, 100).await.unwrap();
    let spans = database.event_spans(&cluster()).await.unwrap();
    assert_eq!(spans.first().map(|span| span.0), Some(NOW + MINUTE), "nothing is kept from before that");
    database.trim_events(i64::MAX, 0).await.unwrap();
    assert!(database.event_spans(&cluster()).await.unwrap().is_empty());
    assert!(ids(database, all).await.is_empty());
}
