//! What the palette offers for what was typed.

use super::*;
use async_trait::async_trait;
use clusters_contract::{MenuGroup, MenuKind};
use model::{ConsoleError, KindSlug, Namespace, Timestamp, Window};
use records_contract::{
    RemoveSearchFields, RenameSearchFields, SaveSearchFields, SavedSearch, SavedSearches,
};
use std::sync::Arc;

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn serving(kinds: &[(&str, &str)], namespaces: &[&str]) -> Navigation {
    let kind = |(slug, title): &(&str, &str)| MenuKind {
        slug: KindSlug::parse(slug).unwrap(),
        title: (*title).into(),
        rare: false,
        aliases: vec![],
        namespaced: true,
        creatable: true,
        alertable: true,
    };
    Navigation {
        clusters: vec![harbour()],
        namespaces: namespaces.iter().map(|name| Namespace::parse(name).unwrap()).collect(),
        groups: vec![MenuGroup {
            id: "all".into(),
            title: "All".into(),
            kinds: kinds.iter().map(kind).collect(),
        }],
        problem: None,
        sees_members: true,
        sees_recordings: true,
    }
}

#[test]
fn the_name_itself_comes_before_what_begins_with_it() {
    assert_eq!(rank("po", "po"), Some(0));
    assert_eq!(rank("Pods", "po"), Some(1));
    assert_eq!(rank("ReplicaSets endpoints", "po"), Some(2));
    assert_eq!(rank("Nodes", "po"), None);
}

#[test]
fn without_a_cluster_there_are_still_pages() {
    assert_eq!(pages("clu", None).len(), 1);
}

#[test]
fn things_to_do_are_found_by_their_words() {
    let restart = PageAction { title: "web: Restart".into(), href: "/clusters/harbour/x?do=restart".into() };

    assert_eq!(of_page("", std::slice::from_ref(&restart)).len(), 1, "offered before anything is typed");
    assert_eq!(of_page("resta", &[restart]).len(), 1);
    let does = |words| doing(words, None).into_iter().map(|entry| entry.does).collect::<Vec<_>>();
    assert_eq!(does("dark"), [Choice::Theme(Theme::Dark)]);
    assert_eq!(does("sign"), [Choice::SignOut]);
}

#[test]
fn create_leads_to_the_form_of_a_kind_as_the_button_of_its_list_does() {
    let kinds = [
        ("deployments", "Deployments"),
        ("replicasets", "ReplicaSets"),
        ("kilns.pots.example", "Kilns"),
        ("events", "Events"),
    ];
    let does = |words: &str, namespaces: &[&str]| {
        let entries = doing(words, Some((&harbour(), &serving(&kinds, namespaces))));
        entries.into_iter().map(|entry| entry.does).collect::<Vec<_>>()
    };
    let leads = |href: &str| vec![Choice::Go(href.to_owned())];

    let all = ["blog", "shop"];
    assert_eq!(does("create deployments", &all), leads("/clusters/harbour/new/deployments"));
    assert_eq!(does("create dep", &["shop"]), leads("/clusters/harbour/new/deployments?namespace=shop"));
    assert_eq!(
        does("create kilns", &all),
        leads("/clusters/harbour/new/kilns.pots.example"),
        "its page asks"
    );
    assert_eq!(does("create replicasets", &all), leads("/clusters/harbour/create?kind=replicasets"));
    assert!(does("create events", &all).is_empty(), "nobody makes one by hand");
}

/// A port that knows these searches and is asked for what was typed.
#[derive(Clone)]
struct Kept(Vec<FoundSearch>);

#[async_trait]
impl SavedSearches for Kept {
    async fn find_by_name(&self, words: String) -> Result<Vec<FoundSearch>, ConsoleError> {
        let named = |found: &&FoundSearch| found.search.name.contains(&words);
        Ok(self.0.iter().filter(named).cloned().collect())
    }

    async fn saved_searches(&self, _: ClusterName) -> Result<Vec<SavedSearch>, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
    }

    async fn audiences(&self, _: ClusterName) -> Result<Vec<Audience>, ConsoleError> {
        Err(ConsoleError::NotSignedIn)
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

fn found(name: &str, of: Of, audience: Audience) -> FoundSearch {
    FoundSearch {
        cluster: harbour(),
        search: SavedSearch {
            id: format!("id of {name}"),
            name: name.into(),
            of,
            query: "reason:Killing".into(),
            window: Window::Last(21_600),
            audience,
            made_by: "mara".into(),
            made: Timestamp(1_795_680_000),
            is_own: true,
            may_change: true,
        },
    }
}

/// The palette when this was typed and the server has answered.
async fn typed(words: &'static str, kept: Vec<FoundSearch>) -> String {
    rendering::render("/", || {
        provide_context::<Arc<dyn SavedSearches>>(Arc::new(Kept(kept)));
        let named = Resource::new(|| (), move |()| find_saved_searches(words.to_owned()));
        let content = move || {
            Suspend::new(async move {
                let saved = saved_searches(named.await.unwrap());
                let entries = Signal::stored(offered(words, None, &[], saved, Vec::new()));
                let (open, query) = (RwSignal::new(true), RwSignal::new(words.to_owned()));
                view! { <Palette open query entries/> }.into_any()
            })
        };
        view! { <Suspense>{ui::awaited(content)}</Suspense> }
    })
    .await
}

/// An entry of the palette, by its number.
fn entry_at(html: &str, number: usize) -> &str {
    let id = format!("id=\"palette-{number}\"");
    html.split("<a ").find(|entry| entry.contains(&id)).unwrap()
}

#[tokio::test]
async fn a_saved_search_is_offered_for_part_of_its_name_and_enter_opens_it() {
    let shop = Audience::Project(Namespace::parse("shop").unwrap());
    let kept = vec![
        found("Pods that were killed", Of::Events, shop),
        found("killed by whom", Of::Audit, Audience::Own),
        found("Timeouts", Of::Logs, Audience::Own),
    ];

    let html = typed("killed", kept.clone()).await;

    let first = entry_at(&html, 0);
    assert!(first.contains("aria-selected=\"true\""), "Enter follows the first: {html}");
    let href = "href=\"/clusters/harbour/logs/events?query=reason%3AKilling&amp;from=6h\"";
    assert!(first.contains(href) && first.contains("Pods that were killed"), "{first}");
    assert!(first.contains("Events · harbour · shop"), "{first}");
    let second = entry_at(&html, 1);
    assert!(second.contains("killed by whom") && second.contains("Audit log · harbour<"), "{second}");
    assert!(html.contains("Saved searches") && !html.contains("Timeouts"), "{html}");

    let none = typed("birds", kept).await;
    assert!(!none.contains("Saved searches"), "{none}");
}
