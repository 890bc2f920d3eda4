//! Searches that people keep: who finds them, and when they go.

use super::{ada, harbour};
use crate::Database;
use crate::accounts::NewAccount;
use crate::saved_searches::{Kept, MOST_OWN, NewSavedSearch, Readers, Renamed, SavedSearch};
use model::{ClusterName, Namespace};
use uuid::Uuid;

fn new(name: &str, owner: Uuid, readers: Readers) -> NewSavedSearch {
    NewSavedSearch {
        cluster: harbour(),
        owner,
        readers,
        records: "logs".into(),
        name: name.into(),
        query: "level:error".into(),
        window: ("6h".into(), String::new()),
    }
}

async fn keep(database: &Database, name: &str, owner: Uuid, readers: Readers) -> Uuid {
    match database.add_saved_search(&new(name, owner, readers), "somebody").await.unwrap() {
        Kept::Done(id) => id,
        other => panic!("{name} was not kept: {other:?}"),
    }
}

async fn names(database: &Database, reader: Uuid) -> Vec<String> {
    let all = database.saved_searches(&harbour(), reader).await.unwrap();
    all.into_iter().map(|one| one.name).collect()
}

async fn by_words(database: &Database, reader: Uuid, words: &str, most: usize) -> Vec<String> {
    database.find_saved_searches(reader, words, most, |one| Some(one.name)).await.unwrap()
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let account =
        async |name: &str| database.add_account(&NewAccount { name: name.into(), ..ada() }).await.unwrap();
    let (mara, nils) = (account("Mara").await, account("Nils").await);
    let shop = Namespace::parse("searched").unwrap();
    let project = database.add_project(&harbour(), &shop, None, "", "").await.unwrap();

    // Who finds what.
    let own = keep(database, "own", mara, Readers::Owner).await;
    keep(database, "Wide", mara, Readers::Cluster).await;
    let narrow = keep(database, "narrow", mara, Readers::Project(project)).await;
    assert_eq!(names(database, mara).await, ["narrow", "own", "Wide"]);
    assert_eq!(names(database, nils).await, ["narrow", "Wide"]);
    assert_eq!(database.saved_search(&harbour(), nils, own).await.unwrap(), None, "another's own was found");
    let meadow = ClusterName::parse("meadow").unwrap();
    assert_eq!(database.saved_search(&meadow, mara, own).await.unwrap(), None);
    let found = database.saved_search(&harbour(), nils, narrow).await.unwrap().unwrap();
    assert_eq!((found.owner, found.is_private, found.namespace), (Some(mara), false, Some(shop)));
    assert_eq!((found.query.as_str(), found.window.0.as_str()), ("level:error", "6h"));

    // By words of their names, in all clusters.
    let there = NewSavedSearch { cluster: meadow.clone(), ..new("Narrower 100%", mara, Readers::Cluster) };
    database.add_saved_search(&there, "somebody").await.unwrap();
    assert_eq!(by_words(database, mara, "W", 9).await, ["Wide", "narrow", "Narrower 100%", "own"]);
    assert_eq!(by_words(database, nils, "w", 9).await, ["Wide", "narrow", "Narrower 100%"]);
    assert_eq!(by_words(database, nils, "w", 2).await, ["Wide", "narrow"]);
    assert_eq!(by_words(database, nils, "100%", 9).await, ["Narrower 100%"]);
    for pattern in ["1%", "_ide", "\\"] {
        assert!(by_words(database, nils, pattern, 9).await.is_empty(), "{pattern} was a pattern");
    }
    let of_meadow = |one: SavedSearch| (one.cluster == meadow).then_some(one.name);
    let picked = database.find_saved_searches(nils, "w", 1, of_meadow).await.unwrap();
    assert_eq!(picked, ["Narrower 100%"], "what is not picked takes no place");

    // A name is there once for the same readers.
    let again = database.add_saved_search(&new("OWN", mara, Readers::Owner), "Mara").await.unwrap();
    assert_eq!(again, Kept::Taken);
    keep(database, "own", nils, Readers::Owner).await;
    let other = keep(database, "other", mara, Readers::Owner).await;
    assert_eq!(database.rename_saved_search(other, "Own").await.unwrap(), Renamed::Taken);
    assert_eq!(database.rename_saved_search(other, "OTHER").await.unwrap(), Renamed::Done);
    assert!(database.remove_saved_search(other).await.unwrap());
    assert!(!database.remove_saved_search(other).await.unwrap());
    assert_eq!(database.rename_saved_search(other, "x").await.unwrap(), Renamed::Gone);

    // There is an end to it, for each person alone.
    for number in 1..MOST_OWN {
        keep(database, &number.to_string(), mara, Readers::Owner).await;
    }
    let more = database.add_saved_search(&new("more", mara, Readers::Owner), "Mara").await.unwrap();
    assert_eq!(more, Kept::Full);
    keep(database, "more", mara, Readers::Cluster).await;

    // What was shared stays when its owner goes, and goes with its project.
    database.remove_account(mara).await.unwrap();
    assert_eq!(names(database, mara).await, ["more", "narrow", "Wide"]);
    assert_eq!(database.saved_search(&harbour(), nils, narrow).await.unwrap().unwrap().owner, None);
    database.remove_project(project).await.unwrap();
    assert_eq!(names(database, nils).await, ["more", "own", "Wide"]);
}
