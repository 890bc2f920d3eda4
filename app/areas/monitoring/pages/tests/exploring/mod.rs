//! Rankings, and queries of somebody's own.

use crate::support::{Fake, answered, chart, pod, render};
use model::{Timestamp, Unit};
use monitoring_contract::*;

fn row(name: &str, cpu: Option<f64>) -> RankRow {
    RankRow { name: name.into(), namespace: "shop".into(), resource: Some(pod(name)), values: vec![cpu] }
}

#[tokio::test]
async fn a_ranking_leads_to_the_measurements_of_each_and_knows_no_zero_for_nothing() {
    let ranking = Ranking {
        columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
        rows: vec![row("web-0", Some(1.5)), row("web-1", None)],
        total: 700,
        sums: vec![],
        at: Timestamp(0),
    };
    let fake = Fake { ranking: answered(ranking), ..Fake::default() };

    let html = render("/ranking?of=pods&search=we&sort=-cpu", fake.clone()).await;

    assert!(html.contains("/clusters/harbour/pods/shop/web-0?tab=metrics"), "{html}");
    assert!(html.contains("1.5") && html.contains("–") && html.contains("The first 2 of 700"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/ranking.csv?of=pods"), "{html}");
    assert!(fake.asked.lock().unwrap()[0].starts_with("Pods \"we\" Some(Sort"));
}

#[tokio::test]
async fn the_projects_of_a_workspace_are_ranked_with_what_they_come_to() {
    let ranking = Ranking {
        columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
        rows: vec![row("shop", Some(1.5)), row("till", Some(2.0))],
        total: 2,
        sums: vec![Some(3.5)],
        at: Timestamp(0),
    };
    let fake = Fake { ranking: answered(ranking), ..Fake::default() };

    let html = render("/ranking?of=namespaces&workspace=garden", fake.clone()).await;

    assert!(html.contains("Workspace garden") && html.contains("href=\"/workspaces/garden\""), "{html}");
    assert!(html.contains("All together") && html.contains("3.5"), "{html}");
    assert!(html.contains("ranking.csv?of=namespaces&amp;workspace=garden"), "{html}");
    let html = render("/ranking?of=namespaces&workspace=%2F%2F", fake).await;
    assert!(!html.contains("Show all projects"), "what is no name confines nothing: {html}");
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_marked_where_it_is() {
    let fault = Some(QueryFault { message: "unclosed left parenthesis".into(), at: Some(6) });
    let explored = Explored { sent: String::new(), confined_to: None, chart: None, fault };

    let html =
        render("/explore?query=sum(up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("unclosed left parenthesis") && html.contains("<mark>"), "{html}");
}

#[tokio::test]
async fn a_member_sees_to_what_a_query_was_confined() {
    let sent = "up{namespace=\"shop\"}".to_owned();
    let confined_to = Some(vec!["shop".to_owned()]);
    let explored = Explored { sent, confined_to, chart: Some(chart()), fault: None };

    let html = render("/explore?query=up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("Confined to your projects (shop)") && html.contains("up{namespace="), "{html}");
}
