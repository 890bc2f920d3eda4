//! Rankings, and queries of somebody's own.

use crate::support::{Fake, answered, chart, pod, render};
use model::{KindSlug, ResourceRef, Timestamp, Unit};
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
        aged: None,
    };
    let fake = Fake { ranking: answered(ranking), ..Fake::default() };

    let html = render("/ranking?of=pods&search=we&sort=-cpu", fake.clone()).await;

    assert!(html.contains("/clusters/harbour/pods/shop/web-0?tab=metrics"), "{html}");
    assert!(html.contains("1.5") && html.contains("–") && html.contains("The first 2 of 700"), "{html}");
    assert!(html.contains("/clusters/harbour/monitoring/ranking.csv?of=pods"), "{html}");
    assert!(fake.asked.lock().unwrap()[0].starts_with("Pods \"we\" Some(Sort"));
}

#[tokio::test]
async fn a_ranking_that_is_not_of_now_says_so_also_where_a_search_finds_nothing() {
    for rows in [vec![row("web-0", Some(1.5))], vec![]] {
        let ranking = Ranking {
            columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
            total: rows.len() as u64,
            rows,
            sums: vec![],
            at: Timestamp(1_795_405_680),
            aged: Some(Aged { at: Timestamp(1_795_405_680), cause: "it is down".into() }),
        };

        let html = render("/ranking", Fake { ranking: answered(ranking), ..Fake::default() }).await;

        assert!(html.contains("Last answer") && html.contains("it is down"), "{html}");
    }
}

#[tokio::test]
async fn workspaces_lead_to_their_measurements_and_projects_in_none_are_told() {
    let of = |name: &str, cpu| RankRow {
        name: name.into(),
        namespace: String::new(),
        resource: None,
        values: vec![Some(cpu)],
    };
    let ranking = Ranking {
        columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
        rows: vec![of("retail", 2.0), of("", 1.0)],
        total: 2,
        sums: vec![],
        at: Timestamp(0),
        aged: None,
    };

    let html = render("/ranking?of=workspaces", Fake { ranking: answered(ranking), ..Fake::default() }).await;

    assert!(html.contains("href=\"/clusters/harbour/monitoring?workspace=retail\""), "{html}");
    assert!(html.contains("In no workspace"), "{html}");
}

#[tokio::test]
async fn what_will_soon_be_full_or_over_leads_to_it_and_is_no_card_where_there_is_nothing() {
    let secret = ResourceRef { kind: KindSlug::parse("secrets").unwrap(), ..pod("web-tls") };
    let claim = ResourceRef { kind: KindSlug::parse("persistentvolumeclaims").unwrap(), ..pod("data") };
    let soon = vec![
        Soon { resource: claim, host: String::new(), shortage: Shortage::Full(0.934) },
        Soon {
            resource: secret,
            host: "shop.example".into(),
            shortage: Shortage::Ends(Timestamp(1_795_405_680), true),
        },
    ];

    let soon = SoonList { soon, unread: Vec::new() };
    let html = render("/soon", Fake { soon, ..Fake::default() }).await;

    assert!(html.contains("/clusters/harbour/persistentvolumeclaims/shop/data?tab=metrics"), "{html}");
    assert!(html.contains("93 % full") && html.contains("harbour / shop"), "{html}");
    assert!(
        html.contains("/clusters/harbour/secrets/shop/web-tls") && html.contains("shop.example"),
        "{html}"
    );
    assert!(html.contains("Certificate ends") && html.contains("datetime=\"2026-"), "{html}");
    assert!(!html.contains("could not be read") && !html.contains("not read yet"), "{html}");
    assert!(!render("/soon", Fake::default()).await.contains("Soon full"));
}

#[tokio::test]
async fn certificates_that_nobody_could_read_are_told_also_where_nothing_else_is() {
    let unread = vec![
        UnreadCertificates { cluster: "harbour".parse().unwrap(), refused: 12, waiting: 0 },
        UnreadCertificates { cluster: "lantern".parse().unwrap(), refused: 0, waiting: 40 },
    ];
    let soon = SoonList { soon: Vec::new(), unread };

    let html = render("/soon", Fake { soon, ..Fake::default() }).await;

    assert!(html.contains("Soon full or over"), "{html}");
    let refused = "Certificates of harbour that could not be read, because it refused or did not answer: 12";
    assert!(html.contains(refused) && !html.contains("of harbour that are not read yet"), "{html}");
    assert!(html.contains("Certificates of lantern that are not read yet: 40"), "{html}");
}

#[tokio::test]
async fn the_projects_of_a_workspace_are_ranked_with_what_they_come_to() {
    let ranking = Ranking {
        columns: vec![RankColumn { id: "cpu".into(), unit: Unit::Cores }],
        rows: vec![row("shop", Some(1.5)), row("till", Some(2.0))],
        total: 2,
        sums: vec![Some(3.5)],
        at: Timestamp(0),
        aged: None,
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
    let query = ExploredQuery { letter: "A".into(), fault, ..ExploredQuery::default() };
    let explored = Explored { confined_to: None, queries: vec![query], chart: None };

    let html =
        render("/explore?query=sum(up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("unclosed left parenthesis") && html.contains("<mark>"), "{html}");
}

#[tokio::test]
async fn a_member_sees_to_what_a_query_was_confined() {
    let sent = "up{namespace=\"shop\"}".to_owned();
    let confined_to = Some(vec!["shop".to_owned()]);
    let series =
        Explained { how: ExplainedAs::Range, word: String::new(), text: "up[5m]".into(), parts: vec![] };
    let rate = Explained {
        how: ExplainedAs::Function,
        word: "rate".into(),
        text: "rate".into(),
        parts: vec![series],
    };
    let explained = Some(rate);
    let query = ExploredQuery { letter: "A".into(), sent, fault: None, explained };
    let explored = Explored { confined_to, queries: vec![query], chart: Some(chart()) };

    let html = render("/explore?query=up", Fake { explored: answered(explored), ..Fake::default() }).await;

    assert!(html.contains("Confined to your projects (shop)") && html.contains("up{namespace="), "{html}");
    assert!(
        html.contains("What this asks") && html.contains("how fast a counter grows per second"),
        "{html}"
    );
    assert!(html.contains("up[5m]") && html.contains("all values of each series"), "{html}");
    assert!(html.contains("rules/new?template=query&amp;query=up\""), "a rule can begin with it: {html}");
}

#[tokio::test]
async fn several_queries_are_asked_at_once_and_each_has_its_own_part_of_the_legend() {
    let query = |letter: &str| ExploredQuery { letter: letter.into(), ..ExploredQuery::default() };
    let fault = Some(QueryFault { message: "unclosed left parenthesis".into(), at: Some(6) });
    let wrong = ExploredQuery { fault, ..query("C") };
    let mut drawn = chart();
    drawn.series.iter_mut().zip(["A", "D"]).for_each(|(series, letter)| series.key = letter.into());
    let queries = vec![query("A"), wrong, query("D")];
    let explored = Explored { confined_to: None, queries, chart: Some(drawn) };
    let fake = Fake { explored: answered(explored), ..Fake::default() };

    let address = "/explore?query=up&query-c=sum(up&query-d=down&from=6h";
    let html = render(address, fake.clone()).await;

    assert!(fake.asked.lock().unwrap().starts_with(&["up", "sum(up", "down"].map(str::to_owned)));
    for name in ["query", "query-b", "query-c", "query-d"] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name}: {html}");
    }
    assert!(!html.contains("name=\"query-e\""), "one more is enough: {html}");
    assert!(html.contains("Query C cannot be run:") && html.contains("<mark>"), "{html}");
    assert!(html.contains("A: up") && html.contains("D: down") && !html.contains("C: sum(up"), "{html}");
    assert!(html.contains("explore?query=up&amp;query-d=down&amp;from=6h"), "without C: {html}");
    assert!(html.contains("warns of query D") && !html.contains("warns of query C"), "{html}");
}
