//! The page of searches that are kept, and the menu with them, over a port that answers what the test says.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use async_trait::async_trait;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use model::{ClusterName, ConsoleError, GrantedBy, Namespace, Need, Timestamp, Window};
use records_contract::*;
use records_pages::{RecordsPage, SavedSearchesPage};
use std::sync::Arc;

#[derive(Clone)]
struct Fake(Result<Vec<SavedSearch>, ConsoleError>);

#[async_trait]
impl SavedSearches for Fake {
    async fn saved_searches(&self, _: ClusterName) -> Result<Vec<SavedSearch>, ConsoleError> {
        self.0.clone()
    }

    async fn find_by_name(&self, _: String) -> Result<Vec<FoundSearch>, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn audiences(&self, _: ClusterName) -> Result<Vec<Audience>, ConsoleError> {
        Ok(vec![Audience::Own, shop()])
    }

    async fn save_search(&self, _: SaveSearchFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn rename_search(&self, _: RenameSearchFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn remove_search(&self, _: RemoveSearchFields) -> Result<(), ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }
}

#[async_trait]
impl Records for Fake {
    async fn search(&self, _: SearchRequest) -> Result<Searched<Found>, ConsoleError> {
        Ok(Searched::Missing(Missing::default()))
    }

    async fn tail(&self, _: TailRequest) -> Result<Searched<Tail>, ConsoleError> {
        Ok(Searched::Missing(Missing::default()))
    }

    async fn around(&self, _: AroundRequest) -> Result<Searched<Around>, ConsoleError> {
        Ok(Searched::Missing(Missing::default()))
    }

    async fn past_events(&self, _: model::ResourceRef) -> Result<Option<PastEvents>, ConsoleError> {
        Ok(None)
    }
}

async fn render(address: &str, found: Result<Vec<SavedSearch>, ConsoleError>) -> String {
    rendering::render(&format!("/clusters/harbour/logs{address}"), || {
        provide_context::<Arc<dyn SavedSearches>>(Arc::new(Fake(found.clone())));
        provide_context::<Arc<dyn Records>>(Arc::new(Fake(found)));
        view! {
            <Router>
                <Routes fallback=|| "no such page">
                    <Route path=path!("/clusters/:cluster/logs") view=RecordsPage/>
                    <Route path=path!("/clusters/:cluster/logs/saved") view=SavedSearchesPage/>
                    <Route path=path!("/clusters/:cluster/logs/:of") view=RecordsPage/>
                </Routes>
            </Router>
        }
    })
    .await
}

fn shop() -> Audience {
    Audience::Project(Namespace::parse("shop").unwrap())
}

fn search(name: &str, audience: Audience) -> SavedSearch {
    SavedSearch {
        id: format!("id-of-{name}"),
        name: name.into(),
        of: Of::Logs,
        query: "level:error <b>".into(),
        window: Window::Last(21_600),
        is_own: audience == Audience::Own,
        may_change: audience == Audience::Own,
        audience,
        made_by: "mara".into(),
        made: Timestamp(1_795_680_000),
    }
}

fn list() -> Result<Vec<SavedSearch>, ConsoleError> {
    let events = SavedSearch { of: Of::Events, ..search("restarts", Audience::Cluster) };
    Ok(vec![search("mine", Audience::Own), search("ours", shop()), events])
}

#[tokio::test]
async fn every_search_leads_to_what_it_finds_and_says_who_else_finds_it() {
    let html = render("/saved", list()).await;

    for href in [
        "/clusters/harbour/logs?query=level%3Aerror%20%3Cb%3E&amp;from=6h",
        "/clusters/harbour/logs/events?query=",
        "/clusters/harbour/logs/saved?edit=id-of-mine",
    ] {
        assert!(html.contains(href), "{href} in {html}");
    }
    assert!(!html.contains("edit=id-of-ours"), "{html}");
    assert!(html.contains("everybody in shop") && html.contains("everybody in this cluster"), "{html}");
    assert!(html.contains("the last 6h") && !html.contains("<b>") && !html.contains("save-search"), "{html}");
}

#[tokio::test]
async fn the_form_keeps_what_the_address_brings_along() {
    let html = render("/saved?of=events&query=reason:Killing&from=6h", list()).await;

    assert!(html.contains("/api/records/save-search") && html.contains("value=\"reason:Killing\""), "{html}");
    assert!(html.contains("value=\"events\"") && html.contains("value=\"6h\""), "{html}");
    assert!(html.contains("<option value=\"project/shop\""), "{html}");
    assert!(!html.contains("<option value=\"cluster\""), "{html}");
}

#[tokio::test]
async fn a_search_is_renamed_and_deleted_where_the_reader_may() {
    let html = render("/saved?edit=id-of-mine", list()).await;
    assert!(html.contains("rename-search") && html.contains("remove-search"), "{html}");
    assert!(html.contains("value=\"mine\"") && html.contains("Nobody else has this search."), "{html}");

    let html = render("/saved?edit=id-of-ours", list()).await;
    assert!(!html.contains("rename-search") && !html.contains("remove-search"), "{html}");
}

#[tokio::test]
async fn nothing_kept_and_nothing_allowed_are_told() {
    let html = render("/saved", Ok(Vec::new())).await;
    assert!(html.contains("No saved searches"), "{html}");

    let need = Need {
        verb: "get".into(),
        resource: "pods/log".into(),
        cluster: Some("harbour".into()),
        namespace: None,
        granted_by: GrantedBy::Administrator,
    };
    let html = render("/saved", Err(ConsoleError::Forbidden { need, said: None })).await;
    assert!(html.contains("get pods/log"), "{html}");
}

#[tokio::test]
async fn the_menu_holds_searches_of_what_is_searched_and_the_way_to_keep_another() {
    let html = render("?query=timeout&from=6h", list()).await;
    assert!(html.contains(">mine<") && html.contains("ours · everybody in shop"), "{html}");
    assert!(!html.contains("restarts"), "{html}");
    assert!(html.contains("/logs/saved?of=logs&amp;query=timeout&amp;from=6h"), "{html}");

    let broken = ConsoleError::Internal { reference: "42".into() };
    let html = render("?query=%22a", Err(broken)).await;
    assert!(html.contains("href=\"/clusters/harbour/logs/saved\"") && !html.contains("saved?of="), "{html}");
}
