//! What is shown while nothing answers.

use super::{Fake, NOW, cluster, request, shop, source};
use crate::seen::Seen;
use crate::{PrometheusError, Workspaces};
use model::{Namespace, Sort, Timestamp};
use monitoring_contract::{
    BoardId, DashboardRequest, PanelContent, PanelKind, PanelPlan, PanelQuery, Plan, RankOf, RankingRequest,
    ShownContent, Window,
};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// So many seconds later nothing answers; every point is another one then.
const LATER: i64 = 600;

fn blog() -> Seen {
    Seen::All.only(&Namespace::parse("blog").unwrap())
}

#[tokio::test]
async fn a_board_shows_what_it_showed_last_with_its_age_to_who_sees_the_same() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let request = request(BoardId::Applications);
    let before = source.board(&request, &shop(), NOW).await;
    assert!(before.panels.iter().all(|panel| panel.aged.is_none()));

    fake.is_down.store(true, Ordering::Relaxed);
    let same = source.board(&request, &shop(), NOW + LATER).await;
    let other = source.board(&request, &blog(), NOW + LATER).await;
    let everything = source.board(&request, &Seen::All, NOW + LATER).await;

    for (before, after) in before.panels.iter().zip(&same.panels) {
        let aged = after.aged.as_ref().unwrap();
        assert_eq!((&before.content, aged.at), (&after.content, Timestamp(NOW)), "{}", after.card);
        assert!(aged.cause.words.contains("connection refused"), "{aged:?}");
    }
    for panel in other.panels.iter().chain(&everything.panels) {
        assert!(matches!(panel.content, PanelContent::Failed(_)), "{panel:?}");
    }

    fake.is_down.store(false, Ordering::Relaxed);
    let again = source.board(&request, &shop(), NOW + 2 * LATER).await;
    assert!(again.panels.iter().all(|panel| panel.aged.is_none()));
}

fn plan(unit: model::Unit) -> Plan {
    let panel = |kind| PanelPlan {
        kind,
        unit,
        queries: vec![PanelQuery { query: "up".into(), legend: String::new() }],
        ..PanelPlan::default()
    };
    let panels = [PanelKind::Lines, PanelKind::Value, PanelKind::Table].map(panel);
    Plan { name: "Shop".into(), panels: panels.into(), ..Plan::default() }
}

#[tokio::test]
async fn panels_of_dashboards_too_as_long_as_they_are_what_they_were() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let request = |chosen: &[(&str, &str)]| DashboardRequest {
        cluster: cluster(),
        id: "1".into(),
        window: Window::default(),
        compare: None,
        chosen: chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let cores = plan(model::Unit::Cores);
    let before = source.dashboard(&cores, &request(&[]), &shop(), &[], NOW).await;

    fake.is_down.store(true, Ordering::Relaxed);
    let same = source.dashboard(&cores, &request(&[]), &shop(), &[], NOW + LATER).await;
    let failing = [
        source.dashboard(&cores, &request(&[]), &Seen::All, &[], NOW + LATER).await,
        source.dashboard(&cores, &request(&[("namespace", "shop")]), &shop(), &[], NOW + LATER).await,
        source.dashboard(&plan(model::Unit::Bytes), &request(&[]), &shop(), &[], NOW + LATER).await,
    ];

    for (before, after) in before.panels.iter().zip(&same.panels) {
        assert_eq!(before.content, after.content);
        assert_eq!(after.aged.as_ref().map(|aged| aged.at), Some(Timestamp(NOW)));
    }
    for panel in failing.iter().flat_map(|view| &view.panels) {
        assert!(matches!(panel.content, ShownContent::Failed(_)), "{panel:?}");
    }
}

#[tokio::test]
async fn a_ranking_that_is_not_of_now_can_still_be_searched_and_sorted() {
    let fake = Arc::<Fake>::default();
    let source = source(&fake);
    let request = |search: &str, sort| RankingRequest {
        cluster: cluster(),
        of: RankOf::Pods,
        search: search.into(),
        workspace: None,
        sort,
    };
    let by_name = Some(Sort { column: "name".into(), descending: false });
    let whose = Workspaces::default();
    let before = source.ranking(&request("", None), &shop(), &whose, NOW).await.unwrap();

    fake.is_down.store(true, Ordering::Relaxed);
    let later = NOW + LATER;
    let found = source.ranking(&request("web", by_name), &shop(), &whose, later).await.unwrap();
    let none = source.ranking(&request("x", None), &shop(), &whose, later).await.unwrap();
    let other = source.ranking(&request("", None), &blog(), &whose, later).await;

    assert_eq!((found.rows, found.at), (before.rows, Timestamp(NOW)));
    assert_eq!(found.aged.map(|aged| aged.at), Some(Timestamp(NOW)));
    assert!(none.rows.is_empty() && none.aged.is_some());
    assert!(matches!(other, Err(PrometheusError::Unreachable { .. })));
}
