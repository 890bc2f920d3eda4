//! What the palette offers for what was typed.

use super::*;

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
