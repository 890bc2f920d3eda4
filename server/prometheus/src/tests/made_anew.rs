//! A namespace that was made anew: what the one before left is not told to who holds the new one.

use super::{Fake, NOW, cluster, object, request, source};
use crate::metering::{KeptDays, Metering};
use crate::seen::Seen;
use crate::sources::Source;
use crate::{Metered, MeteredBy, Workspaces};
use model::Namespace;
use model::chart::Chart;
use monitoring_contract::{
    BoardId, BoardView, Day, ExploreRequest, LookedBack, PanelContent, RankOf, RankingRequest, Window,
};
use std::sync::Arc;

const HOUR: i64 = 3600;

fn name(text: &str) -> Namespace {
    Namespace::parse(text).unwrap()
}

/// The blog since ever, and the shop since a moment.
fn seen(shop: i64) -> Seen {
    Seen::Namespaces([(name("blog"), i64::MIN), (name("shop"), shop)].into())
}

/// What was asked of the shop begins no earlier than this.
fn assert_begins(fake: &Fake, from: i64) {
    let begins = fake.begins.lock();
    let mut of_shop = begins.iter().filter(|(query, _)| query.contains("shop")).peekable();
    assert!(of_shop.peek().is_some(), "nothing was asked: {begins:?}");
    for (query, begin) in of_shop {
        assert!(*begin >= from, "{query} is asked from {} s too early", from - begin);
    }
}

fn first_chart(view: &BoardView) -> &Chart {
    match &view.panels[0].content {
        PanelContent::Chart(chart) => chart,
        other => panic!("{other:?}"),
    }
}

/// The moments at which a line has a value, but for the last of the frame.
fn moments(chart: &Chart, label: &str) -> Vec<i64> {
    let line = chart.series.iter().find(|series| series.label == label && !series.is_earlier).unwrap();
    let values = line.values.iter().enumerate().filter(|(_, value)| value.is_some());
    values.map(|(point, _)| chart.scale.frame.at(point).0).collect()
}

#[tokio::test]
async fn a_board_shows_a_namespace_since_it_was_made_and_the_others_all_along() {
    let fake = Arc::<Fake>::default();
    let born = NOW - HOUR / 2;
    let compared =
        monitoring_contract::BoardRequest { compare: Some(86_400), ..request(BoardId::Applications) };

    let view = source(&fake).board(&compared, &seen(born), NOW).await;

    assert_begins(&fake, born + 60);
    let chart = first_chart(&view);
    let (shop, blog) = (moments(chart, "shop"), moments(chart, "blog"));
    assert!(shop[0] >= born + 60 && shop[0] <= born + 420, "{} s after", shop[0] - born);
    assert_eq!(blog[0], view.frame.start);
    let charts = view.panels.iter().filter_map(|panel| match &panel.content {
        PanelContent::Chart(chart) => Some(chart),
        _ => None,
    });
    let earlier: Vec<_> = charts
        .flat_map(|chart| &chart.series)
        .filter(|series| series.is_earlier)
        .map(|series| series.label.as_str())
        .collect();
    assert!(earlier.contains(&"blog") && !earlier.contains(&"shop"), "{earlier:?}");
}

#[tokio::test]
async fn who_may_see_the_whole_cluster_sees_what_a_namespace_was_before() {
    for seen in [Seen::All, Seen::All.only(&name("shop"))] {
        let fake = Arc::<Fake>::default();

        let view = source(&fake).board(&request(BoardId::Applications), &seen, NOW).await;

        assert_eq!(moments(first_chart(&view), "shop")[0], view.frame.start);
    }
}

async fn explored(source: &Source, query: &str, seen: &Seen) -> (String, Option<i64>) {
    let request = ExploreRequest::one(cluster(), query, Window::default());
    let explored = source.explore(&request, seen, NOW).await.unwrap();
    let chart = explored.chart.unwrap();
    let first = |values: &Vec<Option<f64>>| values.iter().position(Option::is_some);
    let begins = chart.series.iter().filter_map(|series| first(&series.values)).min();
    (explored.queries[0].sent.clone(), begins.map(|point| chart.scale.frame.at(point).0))
}

#[tokio::test]
async fn nothing_that_is_typed_reaches_back_behind_a_namespace() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let shop = Seen::Namespaces([(name("shop"), NOW - HOUR / 2)].into());
    let before = NOW - HOUR;

    for query in [
        "up offset 1d".to_owned(),
        "rate(up[1h])".to_owned(),
        "max_over_time(up[29m:1m] offset 2m)".to_owned(),
        "up @ start()".to_owned(),
        format!("up @ {before}"),
        format!("up @ {before} + up"),
    ] {
        let (sent, begins) = explored(&source, &query, &shop).await;

        assert!(fake.begins.lock().is_empty() && begins.is_none(), "{query} was asked");
        assert!(!sent.is_empty());
        let (_, begins) = explored(&source, &query, &Seen::All.only(&name("shop"))).await;
        assert!(begins.is_some(), "{query} was not asked for an administrator");
        fake.begins.lock().clear();
    }
    let (sent, begins) = explored(&source, "sum(up)", &shop).await;
    assert_eq!(sent, r#"sum(up{namespace="shop"})"#);
    assert!(begins.unwrap() >= NOW - HOUR / 2 + 60);
}

#[tokio::test]
async fn what_is_tied_to_the_end_of_a_frame_is_tied_to_it_in_every_part() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);

    explored(&source, "up - up @ end()", &seen(NOW - HOUR / 2)).await;

    let end = Window::default().frame(model::Timestamp(NOW), 300).end;
    let begins = fake.begins.lock();
    assert_eq!(begins.len(), 2, "{begins:?}");
    assert!(begins.iter().all(|(query, _)| query.contains(&format!("@ {end}.000"))), "{begins:?}");
}

#[tokio::test]
async fn a_day_that_was_kept_is_not_told_to_who_has_the_namespace_now() {
    let (fake, kept, cluster) = (Arc::<Fake>::default(), KeptDays::default(), cluster());
    let source = source_of_consumption(&fake);
    let today = Day::of(model::Timestamp(NOW));
    let yesterday = today.plus(-1);
    let metering = Metering { source: &source, kept: &kept, cluster: &cluster, now: NOW };
    let used = |metered: &Metered| {
        let mut users = metered.days[0].users.iter();
        let shop = users.find(|(user, _)| user.name == "shop");
        shop.and_then(|(_, amounts)| amounts.get(monitoring_contract::Measure::CpuUsed))
    };
    let shop = |since| Seen::Namespaces([(name("shop"), since)].into());
    let by = MeteredBy::Projects;

    let first = metering.all(&by, &shop(0), (yesterday, yesterday)).await.unwrap();
    fake.begins.lock().clear();
    let noon = yesterday.start().0 + 12 * HOUR;
    let second = metering.all(&by, &shop(noon), (yesterday, yesterday)).await.unwrap();

    // Half a core in every hour. The hour that begins with the namespace still looks at what was just before it.
    assert_eq!((used(&first), used(&second)), (Some(12_000_000), Some(5_500_000)));
    assert_begins(&fake, noon + HOUR);
    let third = metering.all(&by, &shop(today.start().0), (yesterday, yesterday)).await.unwrap();
    assert_eq!(used(&third), None);
    let again = metering.all(&by, &Seen::All.only(&name("shop")), (yesterday, yesterday)).await.unwrap();
    assert_eq!(used(&again), used(&first));
}

fn source_of_consumption(fake: &Arc<Fake>) -> Source {
    let layout = crate::layout::Layout::of_names(crate::layout::named().unwrap());
    Source { layout, ..source(fake) }
}

#[tokio::test]
async fn workloads_of_a_young_namespace_are_known_by_the_owners_of_its_own_time() {
    let (fake, kept, cluster) = (Arc::<Fake>::default(), KeptDays::default(), cluster());
    let source = source_of_consumption(&fake);
    let yesterday = Day::of(model::Timestamp(NOW)).plus(-1);
    let metering = Metering { source: &source, kept: &kept, cluster: &cluster, now: NOW };
    let shop = Seen::Namespaces([(name("shop"), yesterday.start().0 + 22 * HOUR)].into());

    metering.all(&MeteredBy::Workloads(name("shop")), &shop, (yesterday, yesterday)).await.unwrap();

    let asked = fake.asked.lock();
    let owners = asked.iter().find(|query| query.contains("kube_replicaset_owner")).unwrap();
    assert!(owners.contains("[1h59m]"), "{owners}");
}

#[tokio::test]
async fn past_alerts_of_another_namespace_are_not_told() {
    let fake = Arc::<Fake>::default();
    let object = object("namespaces", None, "shop");
    let shop = Seen::Namespaces([(name("shop"), NOW - HOUR)].into());

    let told = source(&fake).past_alerts(&object, LookedBack::Day, &shop, NOW).await.unwrap();

    assert_begins(&fake, NOW - HOUR + 360);
    assert!(told.iter().all(|alert| alert.from.0 >= NOW - HOUR + 360 && !alert.is_older), "{told:?}");
    assert!(!told.is_empty());
}

#[tokio::test]
async fn a_ranking_and_lists_to_choose_from_leave_out_what_was_just_made() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let ranking = RankingRequest {
        cluster: cluster(),
        of: RankOf::Workloads,
        search: String::new(),
        workspace: None,
        sort: None,
    };
    let shop = |since| Seen::Namespaces([(name("shop"), since)].into());

    let ranked = source.ranking(&ranking, &shop(NOW - 15), &Workspaces::default(), NOW).await.unwrap();
    let names = source.metric_names(&shop(NOW - 15), NOW).await.unwrap();
    assert!(ranked.rows.is_empty() && names.is_empty() && fake.asked.lock().is_empty());

    // An index does not forget so soon what is not there any more; a query does.
    source.metric_names(&shop(NOW - 2 * HOUR), NOW).await.unwrap();
    assert_eq!(*fake.asked.lock(), [r#"group by (__name__) ({__name__!="",namespace="shop"})"#]);
    assert!(!source.metric_names(&shop(0), NOW).await.unwrap().is_empty());
    assert_eq!(fake.asked.lock().len(), 1, "an old namespace is looked up");
}
