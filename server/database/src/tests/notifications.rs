//! Receivers of notifications and the messages to them.

use super::harbour;
use crate::deliveries::{Delivery, DeliveryState, Look, NewDelivery, ToldAlert};
use crate::members::Place;
use crate::receivers::NewReceiver;
use crate::workspaces::WorkspaceFacts;
use crate::{Database, now_seconds};
use model::WorkspaceName;
use std::collections::BTreeSet;
use uuid::Uuid;

fn receiver(name: &str, place: Option<Place>) -> NewReceiver {
    let sealed_secrets = Some("sealed".to_owned());
    NewReceiver { place, name: name.into(), channel: "slack".into(), settings: "{}".into(), sealed_secrets }
}

fn message(receiver: Uuid, reason: &str) -> NewDelivery {
    NewDelivery { receiver, reason: reason.into(), subject: "web-0".into(), content: "[]".into() }
}

fn told(fingerprint: &str, gone_at: Option<i64>) -> ToldAlert {
    ToldAlert { fingerprint: fingerprint.into(), alert: "{}".into(), told_at: 7, gone_at }
}

async fn last(database: &Database, receiver: Uuid) -> Delivery {
    database.deliveries_to(receiver, 1).await.unwrap().remove(0)
}

async fn execute(database: &Database, question: &'static str) {
    let mut change = database.change().await.unwrap();
    sqlx::query(question).execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database, ada: Uuid) {
    let id = kept_and_changed_once(database).await;
    a_look_is_kept_whole(database, id).await;
    a_message_is_sent_by_one_and_never_twice(database, id).await;
    nobody_waits_for_who_is_told_of_much(database, id).await;
    one_holds_a_lease(database).await;
    goes_with_its_place(database, ada).await;
    assert!(database.remove_receiver(id).await.unwrap() && !database.remove_receiver(id).await.unwrap());
    assert!(database.deliveries_to(id, 10).await.unwrap().is_empty());
}

async fn kept_and_changed_once(database: &Database) -> Uuid {
    let id = Uuid::new_v4();
    database.add_receiver(id, &receiver("on call", Some(Place::Cluster(harbour())))).await.unwrap();
    let renamed = receiver("night shift", None);

    assert!(database.change_receiver(id, 1, &renamed).await.unwrap());
    assert!(!database.change_receiver(id, 1, &receiver("too late", None)).await.unwrap());

    let kept = database.receiver(id).await.unwrap().unwrap();
    assert_eq!((kept.said.name.as_str(), kept.version, kept.is_enabled), ("night shift", 2, true));
    assert_eq!(kept.said.sealed_secrets.as_deref(), Some("sealed"));
    assert_eq!(kept.said.place, Some(Place::Cluster(harbour())), "a place stays");
    assert_eq!(database.receivers().await.unwrap(), [kept]);
    let without = NewReceiver { sealed_secrets: None, ..renamed };
    assert!(database.change_receiver(id, 2, &without).await.unwrap());
    assert_eq!(database.receiver(id).await.unwrap().unwrap().said.sealed_secrets, None);
    id
}

async fn a_look_is_kept_whole(database: &Database, id: Uuid) {
    let known = vec![told("a", None), told("b", None)];
    let look = Look { known, messages: vec![message(id, "firing")], ..Look::default() };
    database.keep_look(id, "harbour", &look).await.unwrap();
    assert_eq!(database.told_alerts(id, "harbour").await.unwrap(), look.known);
    assert!(database.told_alerts(id, "meadow").await.unwrap().is_empty());
    assert_eq!(database.told_clusters().await.unwrap(), [(id, "harbour".to_owned())].into());

    let look = Look { known: vec![told("b", Some(9))], forgotten: vec!["a".into()], messages: vec![] };
    database.keep_look(id, "harbour", &look).await.unwrap();
    assert_eq!(database.told_alerts(id, "harbour").await.unwrap(), [told("b", Some(9))]);

    database.enable_receiver(id, false).await.unwrap();
    assert!(database.told_alerts(id, "harbour").await.unwrap().is_empty());
    assert!(!database.receiver(id).await.unwrap().unwrap().is_enabled);
    assert_eq!(last(database, id).await.state, DeliveryState::Failed, "nothing waits for who is not told");

    // A look that began while it was on, or while it was there.
    let late =
        Look { known: vec![told("c", None)], messages: vec![message(id, "firing")], ..Look::default() };
    database.keep_look(id, "harbour", &late).await.unwrap();
    assert!(database.told_alerts(id, "harbour").await.unwrap().is_empty());
    assert!(database.due_deliveries(now_seconds(), (10, 10), &[]).await.unwrap().is_empty());
    database.keep_look(Uuid::new_v4(), "harbour", &late).await.unwrap();
    assert!(database.enable_receiver(id, true).await.unwrap());
}

async fn a_message_is_sent_by_one_and_never_twice(database: &Database, id: Uuid) {
    let look = Look { messages: vec![message(id, "firing")], ..Look::default() };
    database.keep_look(id, "harbour", &look).await.unwrap();
    let due = database.due_deliveries(now_seconds(), (10, 10), &[]).await.unwrap();
    let [one] = due.as_slice() else { panic!("{due:?}") };
    assert!(database.claim_delivery(one.id).await.unwrap());
    assert!(!database.claim_delivery(one.id).await.unwrap(), "somebody else has it");
    assert!(database.due_deliveries(now_seconds(), (10, 10), &[]).await.unwrap().is_empty());

    let later = now_seconds() + 60;
    database.end_delivery(one.id, DeliveryState::Waiting, later, "busy").await.unwrap();
    let all = database.deliveries_to(id, 10).await.unwrap();
    let waiting = all.into_iter().find(|delivery| delivery.id == one.id).unwrap();
    assert_eq!((waiting.state, waiting.attempts, waiting.due_at), (DeliveryState::Waiting, 1, later));
    assert_eq!(waiting.problem, "busy");
    assert!(
        database.due_deliveries(now_seconds(), (10, 10), &[]).await.unwrap().is_empty(),
        "it is not due yet"
    );

    execute(database, "UPDATE deliveries SET due_at = 0").await;
    assert!(database.claim_delivery(one.id).await.unwrap());
    assert_eq!(database.give_up_deliveries(120).await.unwrap(), 0, "it may still be sent");
    execute(database, "UPDATE deliveries SET due_at = due_at - 120").await;
    assert_eq!(database.give_up_deliveries(120).await.unwrap(), 1);
    database.end_delivery(one.id, DeliveryState::Sent, 0, "").await.unwrap();
    let all = database.deliveries_to(id, 10).await.unwrap();
    let given_up = all.into_iter().find(|delivery| delivery.id == one.id).unwrap();
    assert_eq!(given_up.state, DeliveryState::Unknown, "what was given up stays so");

    execute(database, "UPDATE deliveries SET created_at = 0").await;
    let test = database.begin_delivery(&message(id, "test")).await.unwrap();
    database.remove_expired().await.unwrap();
    let left = database.deliveries_to(id, 10).await.unwrap();
    assert_eq!(left.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [test]);
    assert_eq!((left[0].state, left[0].attempts), (DeliveryState::Sending, 1));
}

async fn nobody_waits_for_who_is_told_of_much(database: &Database, id: Uuid) {
    let other = Uuid::new_v4();
    database.add_receiver(other, &receiver("day shift", None)).await.unwrap();
    for (to, count) in [(id, 5), (other, 1)] {
        let look = Look { messages: vec![message(to, "firing"); count], ..Look::default() };
        database.keep_look(to, "harbour", &look).await.unwrap();
    }

    let due = database.due_deliveries(now_seconds(), (4, 2), &[]).await.unwrap();
    let to = |receiver: Uuid| due.iter().filter(|due| due.message.receiver == receiver).count();
    assert_eq!((to(id), to(other)), (2, 1));
    assert_eq!(database.due_deliveries(now_seconds(), (4, 5), &[]).await.unwrap().len(), 4);
    let due = database.due_deliveries(now_seconds(), (4, 5), &[id, Uuid::new_v4()]).await.unwrap();
    assert_eq!(due.iter().map(|due| due.message.receiver).collect::<Vec<_>>(), [other]);
    assert!(database.remove_receiver(other).await.unwrap());
}

async fn one_holds_a_lease(database: &Database) {
    assert!(database.hold_lease("notifier", "one", 60).await.unwrap());
    assert!(database.hold_lease("notifier", "one", 60).await.unwrap());
    assert!(!database.hold_lease("notifier", "two", 60).await.unwrap());
    assert!(database.hold_lease("other", "two", 0).await.unwrap());
    assert!(database.hold_lease("other", "one", 60).await.unwrap(), "it was over");
}

async fn goes_with_its_place(database: &Database, ada: Uuid) {
    let name = WorkspaceName::parse("short-lived").unwrap();
    let facts = WorkspaceFacts { clusters: BTreeSet::new(), ..WorkspaceFacts::default() };
    let workspace = database.add_workspace(&name, &facts, ada).await.unwrap();
    let id = Uuid::new_v4();
    database.add_receiver(id, &receiver("theirs", Some(Place::Workspace(workspace)))).await.unwrap();

    database.remove_workspace(workspace).await.unwrap();

    assert_eq!(database.receiver(id).await.unwrap(), None);
}
