//! Every page in its four states, and what must work without scripts.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod lists;
mod objects;
mod support;
mod timeline;

use model::live::{LogLines, LogSource, LoggedLine};
use model::{ConsoleError, Need, System};
use resources_contract::{Base, LogPage, Manifest, SearchResults, Unsearched};
use std::sync::Arc;
use support::{Fake, crashing_pod, pods, reference, render};

const LIST: &str = "/clusters/harbour/pods";
const POD: &str = "/clusters/harbour/pods/shop/checkout-7f9c";

fn forbidden() -> ConsoleError {
    let need = Need {
        verb: "list".into(),
        resource: "pods".into(),
        cluster: Some("harbour".into()),
        namespace: None,
        granted_by: model::GrantedBy::Administrator,
    };
    ConsoleError::Forbidden { need, said: None }
}

fn unreachable() -> ConsoleError {
    let system = System::Cluster("harbour".into());
    ConsoleError::Unavailable { system, cause: "connection refused".into(), may_be_done: false }
}

fn base(kind: &str, name: &str) -> Base {
    Base {
        resource: reference(kind, Some("shop"), name),
        uid: "uid-checkout".into(),
        resource_version: "42".into(),
    }
}

fn log_page(container: Option<&str>, lines: &[&str]) -> LogPage {
    let pod: model::ObjectName = "checkout-1".parse().unwrap();
    let line = |text: &&str| LoggedLine { source: 0, at_nanoseconds: 1, text: (*text).to_owned() };
    LogPage {
        container: container.map(str::to_owned),
        containers: vec!["checkout".into(), "proxy".into()],
        pods: vec![pod.clone()],
        lines: LogLines {
            sources: vec![LogSource { pod, container: "checkout".into() }],
            lines: lines.iter().map(line).collect(),
            gap: false,
        },
        revision: None,
        more: true,
        unread: None,
        left_out: 0,
    }
}

/// A second answer would be another: what the rows say and what the browser knows of them would differ, and revealing a
/// secret would be written down twice.
#[tokio::test]
async fn a_page_asks_once_for_each_thing_it_shows() {
    let cases = [
        (LIST.to_owned(), vec!["table"]),
        (format!("{LIST}?peek=shop/checkout-7f9c"), vec!["object", "table"]),
        (POD.to_owned(), vec!["object"]),
        (format!("{POD}?tab=yaml"), vec!["manifest", "object"]),
        (format!("{POD}?tab=logs"), vec!["log", "object"]),
        (format!("{POD}?tab=foreign"), vec!["foreign tab", "object"]),
        (format!("{POD}?do=delete"), vec!["object", "preview_delete"]),
        ("/search?q=checkout".to_owned(), vec!["search"]),
    ];
    for (address, expected) in cases {
        let manifest =
            Manifest { text: "kind: Pod".into(), base: base("pods", "checkout-7f9c"), hidden: false };
        let fake = Arc::new(Fake {
            table: Ok(pods(&["checkout-1"])),
            object: Ok(crashing_pod()),
            manifest: Ok(manifest),
            log: Ok(log_page(Some("checkout"), &["one"])),
            ..Fake::default()
        });

        render(&address, &fake).await;

        let mut calls = fake.calls.lock().unwrap().clone();
        calls.sort_unstable();
        assert_eq!(calls, expected, "{address}");
    }
}

#[tokio::test]
async fn creating_begins_with_an_example_of_the_kind() {
    let html =
        render("/clusters/harbour/create?kind=cronjobs&namespace=shop", &Arc::new(Fake::default())).await;

    assert!(html.contains("kind: CronJob") && html.contains("namespace: shop"), "{html}");
}

#[tokio::test]
async fn a_search_says_where_it_could_not_look() {
    let found = SearchResults {
        groups: vec![],
        missing: vec![Unsearched {
            system: System::Cluster("quarry".into()),
            kinds: vec![],
            more: 0,
            why: "connection refused".into(),
        }],
    };
    let fake = Arc::new(Fake { found: Ok(found), ..Fake::default() });

    let html = render("/search?q=web", &fake).await;

    assert!(html.contains("cluster quarry could not be searched: connection refused"), "{html}");
    assert!(html.contains("Nothing matches"));
}
