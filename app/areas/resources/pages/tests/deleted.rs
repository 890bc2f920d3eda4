//! What was deleted, and the form that makes it again, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Timestamp};
use resources_contract::{DeletedLine, DeletedList, DeletedQuery, RecycleBin, RestoreFields};
use resources_pages::DeletedPage;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Fake {
    list: DeletedList,
    asked: Arc<Mutex<Vec<DeletedQuery>>>,
}

#[async_trait]
impl RecycleBin for Fake {
    async fn deleted(&self, query: DeletedQuery) -> Result<DeletedList, ConsoleError> {
        self.asked.lock().unwrap().push(query);
        Ok(self.list.clone())
    }

    async fn restore(&self, _: RestoreFields) -> Result<ResourceRef, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }
}

async fn render(question: &str, fake: &Fake) -> String {
    rendering::render(&format!("/clusters/harbour/deleted{question}"), || {
        provide_context::<Arc<dyn RecycleBin>>(Arc::new(fake.clone()));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/deleted") view=DeletedPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn line(id: &str, kind: &str, namespace: Option<&str>) -> DeletedLine {
    DeletedLine {
        id: id.into(),
        resource: ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(&format!("{}s", kind.to_lowercase())).unwrap(),
            namespace: namespace.map(|name| Namespace::parse(name).unwrap()),
            name: ObjectName::parse("web").unwrap(),
        },
        kind: kind.into(),
        deleted_by: "mara".into(),
        deleted: Timestamp(1_795_405_680),
        until: Timestamp(1_796_010_480),
        along: 0,
        left_out: 0,
        may_restore: true,
        loses_data: false,
    }
}

#[tokio::test]
async fn each_says_what_it_was_who_deleted_it_and_the_way_back() {
    let namespace = DeletedLine { along: 12, left_out: 3, ..line("two", "Namespace", None) };
    let foreign = DeletedLine { may_restore: false, ..line("three", "Secret", Some("shop")) };
    let lines = vec![line("one", "Deployment", Some("shop")), namespace, foreign];
    let fake = Fake { list: DeletedList { lines, more: 7 }, ..Fake::default() };

    let html = render("?search=web", &fake).await;

    assert_eq!(fake.asked.lock().unwrap()[0].search, "web");
    assert!(html.contains("Deployment, shop") && html.contains("mara") && html.contains("7 more"), "{html}");
    assert!(html.contains("with 12 objects that were in it"), "{html}");
    assert!(html.contains("deleted?search=web&amp;restore=one"), "{html}");
    assert!(html.contains("Needs the right to create Secret") && !html.contains("restore=three"), "{html}");
    assert!(!html.contains("method=\"post\""), "nothing was chosen: {html}");
}

#[tokio::test]
async fn the_form_says_what_comes_back_and_what_does_not() {
    let claim = DeletedLine { loses_data: true, ..line("one", "PersistentVolumeClaim", Some("shop")) };
    let namespace = DeletedLine { along: 1, left_out: 3, ..line("two", "Namespace", None) };
    let foreign = DeletedLine { may_restore: false, ..line("three", "Secret", Some("shop")) };
    let list = DeletedList { lines: vec![claim, namespace, foreign], more: 0 };
    let fake = Fake { list, ..Fake::default() };

    let html = render("?restore=one", &fake).await;
    assert!(html.contains("name=\"fields[id]\" value=\"one\"") && html.contains("an empty volume"), "{html}");
    assert!(!html.contains("fields[along]"), "{html}");
    assert!(html.contains("kubectl create --filename FILE --namespace shop"), "{html}");
    let html = render("?restore=two", &fake).await;
    assert!(html.contains("fields[along]") && html.contains("3 more objects"), "{html}");
    for nothing in ["three", "four"] {
        assert!(!render(&format!("?restore={nothing}"), &fake).await.contains("method=\"post\""));
    }
}

#[tokio::test]
async fn where_nothing_was_deleted_the_page_says_for_how_long_things_are_kept() {
    let html = render("", &Fake::default()).await;
    assert!(html.contains("Nothing was deleted") && html.contains("kept for 7 days"), "{html}");
    let html = render("?search=x", &Fake::default()).await;
    assert!(html.contains("Nothing like that") && html.contains("value=\"x\""), "{html}");
    assert!(html.contains("Everything that was deleted") && html.contains("deleted\""), "the way on: {html}");
}
