//! Alerts on lists: what is kept of them, what was found out, and when they go.

use super::{ada, harbour};
use crate::accounts::NewAccount;
use crate::list_alerts::{
    ChangedListAlert, KeptListAlert, ListAlertTerms, ListFound, ListLook, Listed, ListedKey, NewListAlert,
};
use crate::{Database, now_seconds};
use model::{ClusterName, Namespace};
use uuid::Uuid;

fn terms(name: &str, hold_seconds: i64) -> ListAlertTerms {
    ListAlertTerms { name: name.into(), severity: "warning".into(), hold_seconds, least: 1 }
}

fn new(name: &str, project: Option<Uuid>) -> NewListAlert {
    NewListAlert { cluster: harbour(), project, terms: terms(name, 300), query: "{\"kind\":\"pods\"}".into() }
}

async fn keep(database: &Database, name: &str, project: Option<Uuid>, writer: Uuid) -> Uuid {
    match database.add_list_alert(&new(name, project), writer, "Lea").await.unwrap() {
        KeptListAlert::Done(id) => id,
        other => panic!("{name} was not kept: {other:?}"),
    }
}

fn key(name: &str) -> ListedKey {
    ("shop".into(), name.into())
}

fn found(looks: i64, matched: i64, now: i64) -> ListFound {
    ListFound { looks, standing: "known".into(), cause: String::new(), looked_at: Some(now), matched }
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database) {
    let account =
        async |name: &str| database.add_account(&NewAccount { name: name.into(), ..ada() }).await.unwrap();
    let (lea, max) = (account("Lea").await, account("Max").await);
    let namespace = Namespace::parse("listed").unwrap();
    let project = database.add_project(&harbour(), &namespace, None, "", "").await.unwrap();
    assert!(!database.has_list_alerts().await.unwrap());

    // A name is there once in each place.
    let wide = keep(database, "Pods that fail", None, lea).await;
    let narrow = keep(database, "pods that FAIL", Some(project), lea).await;
    let again = database.add_list_alert(&new("PODS that fail", None), max, "Max").await.unwrap();
    assert_eq!(again, KeptListAlert::Taken);
    let kept = database.list_alert(&harbour(), wide).await.unwrap().unwrap();
    assert_eq!((&kept.terms, kept.writer, kept.version), (&terms("Pods that fail", 300), Some(lea), 1));
    assert_eq!((kept.written_by.as_str(), &kept.found), ("Lea", &ListFound::default()));
    let meadow = ClusterName::parse("meadow").unwrap();
    assert_eq!(database.list_alert(&meadow, wide).await.unwrap(), None);
    assert_eq!(database.list_alerts(&harbour()).await.unwrap().len(), 2);
    assert_eq!(database.every_list_alert().await.unwrap().len(), 2);
    assert!(
        database.has_list_alerts().await.unwrap() && database.list_alerts(&meadow).await.unwrap().is_empty()
    );

    looks(database, wide).await;

    // Whoever changes one is its writer, and nobody changes what they have not seen.
    let changed = database.change_list_alert(wide, 2, &terms("Pods", 600), max, "Max").await.unwrap();
    assert_eq!(changed, ChangedListAlert::Done);
    let late = database.change_list_alert(wide, 2, &terms("Mine", 0), lea, "Lea").await.unwrap();
    assert_eq!(late, ChangedListAlert::Newer("Max".into()));
    let kept = database.list_alert(&harbour(), wide).await.unwrap().unwrap();
    assert_eq!((&kept.terms, kept.writer, kept.version), (&terms("Pods", 600), Some(max), 3));
    let other = keep(database, "Other", None, lea).await;
    let taken = database.change_list_alert(other, 1, &terms("pods", 0), lea, "Lea").await.unwrap();
    assert_eq!(taken, ChangedListAlert::Taken);

    switches(database, other, lea).await;

    // They go one by one, with their project, and stay without their writer.
    assert_eq!(database.remove_list_alert(other, 7).await.unwrap(), ChangedListAlert::Newer("Lea".into()));
    assert_eq!(database.remove_list_alert(other, 4).await.unwrap(), ChangedListAlert::Done);
    assert_eq!(database.remove_list_alert(other, 4).await.unwrap(), ChangedListAlert::Gone);
    database.remove_project(project).await.unwrap();
    assert_eq!(database.list_alert(&harbour(), narrow).await.unwrap(), None, "it outlived its project");
    database.remove_account(max).await.unwrap();
    assert_eq!(database.list_alert(&harbour(), wide).await.unwrap().unwrap().writer, None);
    assert_eq!(database.remove_list_alert(wide, 3).await.unwrap(), ChangedListAlert::Done);
    assert!(database.listed(&harbour()).await.unwrap().is_empty(), "what was found outlived its alert");
}

/// Of one that is switched off nothing is known, and it stays whose it is.
async fn switches(database: &Database, id: Uuid, writer: Uuid) {
    let put = vec![(key("web-0"), Listed { since: 1, fired_at: Some(1) })];
    let look = ListLook { found: found(0, 1, 7), put, gone: Vec::new() };
    assert!(database.keep_list_look(id, 1, &look).await.unwrap());
    let kept = async || database.list_alert(&harbour(), id).await.unwrap().unwrap();
    let before = now_seconds();

    assert_eq!(database.switch_list_alert(id, 1, false, "Max").await.unwrap(), ChangedListAlert::Done);
    let off = kept().await;
    assert!(off.off_at.is_some_and(|at| at >= before), "{off:?}");
    assert_eq!((off.found, off.version), (ListFound { looks: 2, ..ListFound::default() }, 2));
    assert_eq!((off.writer, off.written_by.as_str()), (Some(writer), "Lea"));
    assert!(!database.listed(&harbour()).await.unwrap().contains_key(&id), "what fired of it has ended");
    let late = database.switch_list_alert(id, 1, true, "Lea").await.unwrap();
    assert_eq!(late, ChangedListAlert::Newer("Max".into()), "who switched it, not who saved it");
    let behind = ListLook { found: found(1, 1, 7), ..ListLook::default() };
    assert!(!database.keep_list_look(id, 1, &behind).await.unwrap(), "a look that began while it was on");

    assert_eq!(database.switch_list_alert(id, 2, true, "Max").await.unwrap(), ChangedListAlert::Done);
    assert_eq!(kept().await.off_at, None);
    let saved = database.change_list_alert(id, 3, &terms("Other", 0), writer, "Lea").await.unwrap();
    assert_eq!(saved, ChangedListAlert::Done);
}

/// What was found out is kept as a whole, by one at a time, and about the alert as it is.
async fn looks(database: &Database, id: Uuid) {
    let now = now_seconds();
    let fresh = Listed { since: now - 10, fired_at: None };
    let old = Listed { since: now - 700, fired_at: Some(now - 400) };
    let put = vec![(key("web-0"), fresh), (key("web-1"), old)];
    let look = ListLook { found: found(0, 2, now), put, gone: Vec::new() };
    assert!(!database.keep_list_look(id, 9, &look).await.unwrap(), "of another version");
    assert!(database.keep_list_look(id, 1, &look).await.unwrap());
    assert!(!database.keep_list_look(id, 1, &look).await.unwrap(), "two found out at once");
    let listed = database.listed(&harbour()).await.unwrap();
    assert_eq!(listed[&id].iter().collect::<Vec<_>>(), [(&key("web-0"), &fresh), (&key("web-1"), &old)]);
    let kept = database.list_alert(&harbour(), id).await.unwrap().unwrap();
    assert_eq!(kept.found, found(1, 2, now));

    let fired = Listed { fired_at: Some(now), ..fresh };
    let next =
        ListLook { found: found(1, 1, now), put: vec![(key("web-0"), fired)], gone: vec![key("web-2")] };
    assert!(database.keep_list_look(id, 1, &next).await.unwrap());
    assert_eq!(database.listed(&harbour()).await.unwrap()[&id][&key("web-0")], fired);

    // By longer terms only what is old enough is told still.
    database.change_list_alert(id, 1, &terms("Pods that fail", 600), Uuid::nil(), "Lea").await.unwrap_err();
    let lea = database.account_named("Lea").await.unwrap().unwrap().id;
    database.change_list_alert(id, 1, &terms("Pods that fail", 600), lea, "Lea").await.unwrap();
    let listed = database.listed(&harbour()).await.unwrap();
    assert_eq!((listed[&id][&key("web-0")], listed[&id][&key("web-1")]), (fresh, old));
}
