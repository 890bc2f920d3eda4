//! What the palette offers for what was typed.

use super::*;
use clusters_contract::{MenuGroup, MenuKind};
use model::{KindSlug, Namespace};

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn serving(kinds: &[(&str, &str)], namespaces: &[&str]) -> Navigation {
    let kind = |(slug, title): &(&str, &str)| MenuKind {
        slug: KindSlug::parse(slug).unwrap(),
        title: (*title).into(),
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
