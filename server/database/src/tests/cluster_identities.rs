//! Which cluster, and which namespace, is meant by a name, on both databases.

use super::{hold, session};
use crate::accounts::NewAccount;
use crate::kept_events::KeptEvent;
use crate::members::Place;
use crate::workspaces::WorkspaceFacts;
use crate::{Database, now_milliseconds};
use model::{ClusterName, Namespace, WorkspaceName};

/// Everything that both databases must do alike.
pub async fn behaves(database: &Database) {
    let quarry = ClusterName::parse("quarry").unwrap();
    assert_eq!(database.meet_cluster(&quarry, "one").await.unwrap(), "one");
    assert_eq!(database.meet_cluster(&quarry, "two").await.unwrap(), "one", "the first one that was met");
    assert!(database.other_names_of(&quarry, "one").await.unwrap().is_empty());
    let before = ClusterName::parse("old-quarry").unwrap();
    database.meet_cluster(&before, "one").await.unwrap();
    assert_eq!(database.other_names_of(&quarry, "one").await.unwrap(), ["old-quarry"]);

    let new = NewAccount { name: "Quinn".into(), role: "regular".into(), ..NewAccount::default() };
    let quinn = database.add_account(&new).await.unwrap();
    let facts = WorkspaceFacts { clusters: [quarry.clone()].into(), ..WorkspaceFacts::default() };
    let name = WorkspaceName::parse("pit").unwrap();
    let pit = database.add_workspace(&name, &facts, quinn).await.unwrap();
    let stones = Namespace::parse("stones").unwrap();
    let project = database.add_project(&quarry, &stones, Some(pit), "", "").await.unwrap();
    hold(database, quinn, Place::Cluster(quarry.clone()), "cluster-admin").await;
    hold(database, quinn, Place::Project(project), "project-admin").await;

    namespaces(database, quinn).await;
    let is_another = async |uid| database.is_another_namespace(project, uid).await.unwrap();
    assert!(!is_another(Some("n1")).await, "nobody has looked");
    database.learn_namespaces(&[(project, "n1".into())]).await.unwrap();
    assert!(is_another(Some("n2")).await && !is_another(Some("n1")).await && !is_another(None).await);
    let event = KeptEvent { uid: "e1".into(), times: 1, ..KeptEvent::default() };
    database.keep_events(&quarry, &[event], now_milliseconds()).await.unwrap();

    assert!(!database.accept_cluster(&quarry, "three", "two", false).await.unwrap(), "it is known as one");
    assert!(database.accept_cluster(&quarry, "one", "two", true).await.unwrap());
    assert_eq!(database.meet_cluster(&quarry, "two").await.unwrap(), "two");
    assert_eq!(database.memberships_of(quinn).await.unwrap().len(), 3);
    let meant = database.meant_namespaces(&quarry).await.unwrap();
    assert!(database.clusters_apart().await.unwrap().is_empty());
    assert_eq!(meant[0].uid, None, "a cluster that was restored has the same namespaces by other uids");
    assert_eq!(database.event_spans(&quarry).await.unwrap().len(), 1);

    assert!(database.accept_cluster(&quarry, "two", "three", false).await.unwrap());
    assert!(database.event_spans(&quarry).await.unwrap().is_empty(), "events of the old one are left");
    let apart = database.clusters_apart().await.unwrap();
    assert!(apart["quarry"] > now_milliseconds() - 60_000 && apart.len() == 1, "{apart:?}");
    let held = database.memberships_of(quinn).await.unwrap();
    assert_eq!(held.iter().map(|member| member.place.clone()).collect::<Vec<_>>(), [Place::Workspace(pit)]);
    assert_eq!(database.project(&quarry, &stones).await.unwrap(), None);
    assert!(database.workspace(&name).await.unwrap().unwrap().clusters.is_empty());
    database.remove_workspace(pit).await.unwrap();

    refreshes(database, quinn).await;
    database.remove_account(quinn).await.unwrap();
}

async fn namespaces(database: &Database, quinn: uuid::Uuid) {
    let lode = ClusterName::parse("lode").unwrap();
    let [ore, slag] = ["ore", "slag"].map(|name| Namespace::parse(name).unwrap());
    let project = database.add_project(&lode, &ore, None, "", "").await.unwrap();
    let other = database.add_project(&lode, &slag, None, "", "").await.unwrap();
    hold(database, quinn, Place::Project(project), "project-admin").await;
    let uids = async || {
        let meant = database.meant_namespaces(&lode).await.unwrap();
        meant.into_iter().map(|one| (one.project, one.uid)).collect::<Vec<_>>()
    };
    assert_eq!(uids().await, [(project, None), (other, None)]);

    assert_eq!(database.meet_cluster(&lode, "one").await.unwrap(), "one");
    let by_another = database.learn_namespaces_of(&lode, "two", &[(project, "n0".into())]).await;
    assert!(!by_another.unwrap(), "another cluster has the name by now");
    assert_eq!(uids().await, [(project, None), (other, None)]);
    database.learn_namespaces(&[(project, "n1".into())]).await.unwrap();
    let both = [(project, "n2".into()), (other, "n3".into())];
    assert!(database.learn_namespaces_of(&lode, "one", &both).await.unwrap());
    assert_eq!(uids().await, [(project, Some("n1".into())), (other, Some("n3".into()))], "the first stays");

    assert_eq!(database.unlearn_namespace(&lode, &ore).await.unwrap(), Some((project, "n1".into())));
    assert_eq!(database.unlearn_namespace(&lode, &ore).await.unwrap(), None);
    let forget = async |cluster_uid: &'static str, project: uuid::Uuid, uid: &'static str| {
        database.forget_replaced((&lode, cluster_uid), project, uid).await.unwrap()
    };
    assert!(!forget("one", project, "n1").await, "which one it is was forgotten meanwhile");
    database.learn_namespaces(&[(project, "n4".into())]).await.unwrap();
    assert!(!forget("two", project, "n4").await, "another cluster has the name by now");
    assert!(forget("one", project, "n4").await);
    assert_eq!(uids().await, [(other, Some("n3".into()))]);
    assert!(database.members_of(&Place::Project(project)).await.unwrap().is_empty());
    assert!(forget("one", other, "n3").await);
}

async fn refreshes(database: &Database, quinn: uuid::Uuid) {
    database.add_provider("asked", "{}", None).await.unwrap();
    for hash in ["f1", "f2"] {
        assert!(database.add_session(&session(hash, quinn)).await.unwrap());
        database.note_provider_session(hash, "asked", "quinn", None).await.unwrap();
    }
    assert_eq!(database.refresh_of("f1").await.unwrap(), None);
    assert!(
        database.to_ask_again("asked", i64::MAX).await.unwrap().is_empty(),
        "there is nothing to ask with"
    );

    database.keep_refresh("f1", "sealed", 100).await.unwrap();
    assert_eq!(database.refresh_of("f1").await.unwrap(), Some(("sealed".into(), 100)));
    assert!(database.to_ask_again("asked", 99).await.unwrap().is_empty());
    assert_eq!(database.to_ask_again("asked", 100).await.unwrap(), ["quinn"]);
    let through = database.sessions_through("asked", "quinn").await.unwrap();
    let kept: Vec<_> = through.iter().map(|one| (&*one.id_hash, one.sealed_refresh.as_deref())).collect();
    assert_eq!(kept, [("f1", Some("sealed")), ("f2", None)]);
    let claim = async |hash: &'static str, sealed: &'static str, before| {
        database.claim_refresh(hash, sealed, before, 150).await.unwrap()
    };
    assert!(!claim("f1", "sealed", 99).await, "it was asked about a moment ago");
    assert!(!claim("f1", "another", 100).await && !claim("f2", "sealed", 100).await);
    assert!(claim("f1", "sealed", 100).await);
    assert!(!claim("f1", "sealed", 100).await, "two ask with one token");
    assert_eq!(database.refresh_of("f1").await.unwrap(), Some(("sealed".into(), 150)));
    assert_eq!(database.end_sessions(&["f1".into(), "none".into()]).await.unwrap(), 1);
    assert!(database.is_open("f2").await.unwrap() && !database.is_open("f1").await.unwrap());
    assert!(database.remove_provider("asked").await.unwrap());
}
