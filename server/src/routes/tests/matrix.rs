//! Everything that can be asked, by everybody, about what is theirs, what is others' and what does not exist. The addresses
//! are the router's own: one that is not declared here fails. What each person may see and change is written down by hand,
//! not read from the rights; in what the places hold stand words by which it is found out who was shown what.

mod addresses;
mod canaries;
mod changes;
mod contents;
mod ground;
mod people;
mod questions;
mod world;

use super::*;
use addresses::{Ask, Realm, places};
use changes::changes;
use people::Person;
use questions::{extras, functions, of_dashboard, of_list_alert, of_recording, pages};
use std::collections::BTreeSet;
use world::{Stage, WORDS};

/// Answers of pages and functions, and what of them nobody may be shown.
async fn check(stage: &Stage, person: &Person, ask: &Ask, shown: &mut BTreeSet<&'static str>) {
    let response = stage.send(person, ask).await;
    let status = response.status();
    let location =
        response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    let body = text(response).await;
    if person.is_nobody() && !ask.is_open() {
        let is_sent_away = status == StatusCode::UNAUTHORIZED || location.starts_with("/sign-in");
        assert!(is_sent_away, "{} was answered {status} at {}: {body}", person.name, ask.address);
    }
    for (realm, word) in WORDS {
        if !stage.holds(&body, word) {
            continue;
        }
        assert!(
            person.sees.contains(realm),
            "{} was shown {word} of {realm} at {}",
            person.name,
            ask.address
        );
        shown.insert(realm);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_shown_what_is_theirs_and_nothing_else() {
    let stage = Stage::new().await;
    let asks: Vec<Ask> = places()
        .iter()
        .flat_map(|place| pages(place).into_iter().chain(functions(place)).chain(extras(place)))
        .chain(stage.dashboards.into_iter().flat_map(of_dashboard))
        .chain(stage.recordings.into_iter().flat_map(of_recording))
        .chain(stage.list_alerts.into_iter().flat_map(of_list_alert))
        .collect::<BTreeSet<Ask>>()
        .into_iter()
        .collect();
    let mut asked = 0;
    for person in &stage.people {
        let mut shown = BTreeSet::new();
        for ask in asks.iter().filter(|ask| person.can_send(ask)) {
            check(&stage, person, ask, &mut shown).await;
            asked += 1;
        }
        assert_eq!(
            shown,
            person.sees.iter().copied().collect(),
            "{} was shown less than they may see",
            person.name
        );
    }
    assert!(asked > 2000, "only {asked} questions were asked");
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_what_is_not_theirs() {
    let stage = Stage::new().await;
    let before = stage.state().await;
    for person in stage.people.iter().filter(|person| person.name != "administrator") {
        for place in places() {
            for (realm, ask) in changes(&place, &stage) {
                let is_theirs = match realm {
                    Realm::OfReaders => person.sees.contains(&place.namespace),
                    Realm::OfClusterReaders => ["shop", "bank"].iter().all(|all| person.sees.contains(all)),
                    Realm::Project => person.changes.contains(&place.namespace),
                    Realm::Workspace => person.changes.contains(&place.workspace),
                    Realm::Cluster => person.changes.contains(&"cluster"),
                    Realm::Platform => person.changes.contains(&"platform"),
                };
                if !is_theirs && person.can_send(&ask) {
                    let status = stage.send(person, &ask).await.status();
                    assert!(!status.is_server_error(), "{} at {}: {status}", person.name, ask.address);
                }
            }
        }
        let now = stage.state().await;
        let changed = now.iter().zip(&before).find(|(now, before)| now != before);
        assert_eq!(changed, None, "{} has changed something", person.name);
    }

    // The same words of who may do everything do change something: they are not refused for being wrong.
    let administrator = stage.person("administrator");
    let mut done = BTreeSet::new();
    for place in places() {
        for (_, ask) in changes(&place, &stage) {
            if stage.send(administrator, &ask).await.status() == StatusCode::OK {
                done.insert(ask.address);
            }
        }
    }
    assert!(done.len() > 15, "only {done:?} would have changed anything");
    assert!(
        done.contains("/api/monitoring/switch-rule"),
        "the rule was not the one that was looked at: {done:?}"
    );
    assert_ne!(stage.state().await, before);
    stage.close().await;
}

#[tokio::test]
async fn every_address_of_the_router_is_declared() {
    let world = World::new().await;
    let debug = format!("{:?}", router(&world.console));
    let mut known: BTreeSet<String> = BTreeSet::new();
    for piece in debug
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|piece| piece.starts_with('/') && !piece.contains("axum_fallback"))
    {
        known.insert(piece.to_owned());
    }
    let functions: BTreeSet<String> =
        server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(known.len() > 50 && functions.len() > 60, "{known:?}");

    let declared = addresses::declared();
    let undeclared: Vec<_> = known.iter().filter(|path| !declared.contains(path.as_str())).collect();
    assert!(undeclared.is_empty(), "say in the matrix how these are asked: {undeclared:?}");
    let gone: Vec<_> = declared.iter().filter(|path| !known.contains(**path)).collect();
    assert!(gone.is_empty(), "these are no addresses any more: {gone:?}");

    let asked = addresses::functions_asked();
    let unasked: Vec<_> = functions.iter().filter(|path| !asked.contains(*path)).collect();
    assert!(unasked.is_empty(), "say in the matrix how these are called: {unasked:?}");
}
