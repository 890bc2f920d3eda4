//! Requests for roles, and roles that end.

use super::{harbour, hold};
use crate::access_requests::{
    AccessRequest, Asked, MOST_OPEN, NewAccessRequest, RequestState, WAITS_SECONDS,
};
use crate::accounts::NewAccount;
use crate::invitations::{Accepted, NewInvitation};
use crate::members::{NewMember, Place};
use crate::{Database, now_seconds};
use uuid::Uuid;

fn asked(account: Uuid, role: &str, hours: Option<u32>) -> NewAccessRequest {
    let (place, role, reason) = ("cluster/harbour".into(), role.into(), "to look".into());
    NewAccessRequest { account, place, role, reason, hours }
}

async fn ask(database: &Database, new: &NewAccessRequest) -> Uuid {
    match database.add_access_request(new).await.unwrap() {
        Asked::Done(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn find(database: &Database, account: Uuid, id: Uuid) -> AccessRequest {
    let all = database.access_requests_of(account).await.unwrap();
    all.into_iter().find(|request| request.id == id).unwrap()
}

async fn execute(database: &Database, question: String) {
    let mut change = database.change().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(question)).execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
}

/// What both databases must do alike.
pub(super) async fn behaves(database: &Database, ada: Uuid) {
    let dora = NewAccount { name: "Dora".into(), role: "regular".into(), ..NewAccount::default() };
    let dora = database.add_account(&dora).await.unwrap();
    once_and_not_too_often(database, dora).await;
    decided_once(database, dora, ada).await;
    roles_end(database, dora).await;
    an_invitation_takes_nothing_away(database, dora, ada).await;
    database.remove_account(dora).await.unwrap();
    assert!(database.open_access_requests().await.unwrap().is_empty());
}

async fn once_and_not_too_often(database: &Database, dora: Uuid) {
    let twice = asked(dora, "at-once", None);
    let both = tokio::join!(database.add_access_request(&twice), database.add_access_request(&twice));
    match (both.0.unwrap(), both.1.unwrap()) {
        (Asked::Done(id), Asked::AlreadyOpen) | (Asked::AlreadyOpen, Asked::Done(id)) => {
            assert!(database.withdraw_access_request(id, dora).await.unwrap());
        }
        other => panic!("{other:?}"),
    }
    let first = ask(database, &asked(dora, "cluster-viewer", None)).await;
    let again = database.add_access_request(&asked(dora, "cluster-viewer", Some(8))).await.unwrap();
    assert_eq!(again, Asked::AlreadyOpen);
    for number in 1..MOST_OPEN {
        ask(database, &asked(dora, &format!("role-{number}"), None)).await;
    }
    let more = database.add_access_request(&asked(dora, "one-more", None)).await.unwrap();
    assert_eq!(more, Asked::TooMany);

    // What has lapsed makes room, and cannot be decided any more.
    let long_ago = now_seconds() - WAITS_SECONDS - 1;
    execute(database, format!("UPDATE access_requests SET created_at = {long_ago} WHERE id = '{first}'"))
        .await;
    assert_eq!(find(database, dora, first).await.state, RequestState::Lapsed);
    assert!(!database.refuse_access_request(first, "Ada", "late").await.unwrap());
    let open = database.open_access_requests().await.unwrap();
    assert!(open.iter().all(|request| request.id != first));
    ask(database, &asked(dora, "cluster-viewer", None)).await;
    assert_eq!(find(database, dora, first).await.state, RequestState::Lapsed);
    execute(database, "DELETE FROM access_requests".into()).await;
}

async fn an_invitation_takes_nothing_away(database: &Database, dora: Uuid, ada: Uuid) {
    let (account, place) = (dora, Place::Cluster(harbour()));
    let role = "cluster-admin".into();
    let for_a_time = NewMember { account, place: place.clone(), role, source: String::new() };
    database.set_member_until(&for_a_time, now_seconds() + 3_600).await.unwrap();
    let offer = NewInvitation {
        place: place.clone(),
        role: "cluster-viewer".into(),
        note: String::new(),
        invited_by: ada,
        expires_at: now_seconds() + 60,
    };
    database.add_invitation("the hash of a link for Dora", &offer).await.unwrap();

    let accepted = database.accept_invitation("the hash of a link for Dora", dora).await.unwrap();

    assert_eq!(accepted, Accepted::Done(dora));
    let held = database.memberships_of(dora).await.unwrap();
    let mut held: Vec<_> = held.iter().map(|held| (held.role.as_str(), held.ends_at.is_some())).collect();
    held.sort_unstable();
    assert_eq!(held, [("cluster-admin", true), ("cluster-viewer", false)]);
    assert!(database.remove_member(dora, &place).await.unwrap());
}

async fn decided_once(database: &Database, dora: Uuid, ada: Uuid) {
    let place = Place::Cluster(harbour());
    let member = |role: &str| NewMember {
        account: dora,
        place: place.clone(),
        role: role.into(),
        source: String::new(),
    };
    let id = ask(database, &asked(dora, "cluster-viewer", None)).await;
    assert!(
        !database.withdraw_access_request(id, ada).await.unwrap(),
        "somebody took back what is another\u{2019}s"
    );
    let tries = ["Ada", "Bea"].map(|by| async move {
        let member = NewMember {
            account: dora,
            place: Place::Cluster(harbour()),
            role: "cluster-viewer".into(),
            source: String::new(),
        };
        database.approve_access_request(id, by, &member, None).await.unwrap()
    });
    let given = futures::future::join_all(tries).await;
    assert_eq!(given.iter().filter(|given| **given).count(), 1, "{given:?}");
    let told = find(database, dora, id).await;
    assert_eq!((told.state, told.decided_by.len(), told.ends_at), (RequestState::Approved, 3, None));
    assert_eq!(database.members_of(&place).await.unwrap()[0].role, "cluster-viewer");

    let id = ask(database, &asked(dora, "cluster-admin", None)).await;
    assert!(database.refuse_access_request(id, "Ada", "too much").await.unwrap());
    assert!(!database.approve_access_request(id, "Ada", &member("cluster-admin"), None).await.unwrap());
    assert!(!database.withdraw_access_request(id, dora).await.unwrap());
    let told = find(database, dora, id).await;
    assert_eq!((told.state, told.answer.as_str()), (RequestState::Refused, "too much"));
    let id = ask(database, &asked(dora, "cluster-admin", None)).await;
    assert!(database.withdraw_access_request(id, dora).await.unwrap());
    assert!(!database.approve_access_request(id, "Ada", &member("cluster-admin"), None).await.unwrap());
    assert_eq!(database.members_of(&place).await.unwrap()[0].role, "cluster-viewer");
}

async fn roles_end(database: &Database, dora: Uuid) {
    let place = Place::Cluster(harbour());
    let held = async || {
        let members = database.members_of(&place).await.unwrap();
        members.into_iter().map(|member| member.role).collect::<Vec<_>>()
    };
    let member = NewMember {
        account: dora,
        place: place.clone(),
        role: "cluster-admin".into(),
        source: String::new(),
    };
    let ends_at = now_seconds() + 3600;
    let id = ask(database, &asked(dora, "cluster-admin", Some(1))).await;
    assert!(database.approve_access_request(id, "Ada", &member, Some(ends_at)).await.unwrap());
    assert_eq!(find(database, dora, id).await.ends_at, Some(ends_at));
    assert_eq!(held().await, ["cluster-viewer", "cluster-admin"], "what is held for good stays beside it");
    assert_eq!(database.members_of(&place).await.unwrap()[1].ends_at, Some(ends_at));
    assert_eq!(database.rights(dora).await.unwrap().clusters.len(), 2);

    let past = now_seconds();
    execute(database, format!("UPDATE members SET ends_at = {past} WHERE ends_at IS NOT NULL")).await;
    assert_eq!(held().await, ["cluster-viewer"]);
    assert_eq!(database.rights(dora).await.unwrap().clusters.len(), 1, "a role that is over still counts");
    assert_eq!(database.memberships_of(dora).await.unwrap().len(), 1);

    // Who says what somebody holds says all of it.
    let id = ask(database, &asked(dora, "cluster-admin", Some(1))).await;
    assert!(database.approve_access_request(id, "Ada", &member, Some(ends_at)).await.unwrap());
    hold(database, dora, place.clone(), "cluster-viewer").await;
    assert_eq!(held().await, ["cluster-viewer"]);
    let id = ask(database, &asked(dora, "cluster-admin", Some(1))).await;
    assert!(database.approve_access_request(id, "Ada", &member, Some(ends_at)).await.unwrap());
    assert!(database.remove_member(dora, &place).await.unwrap());
    assert!(held().await.is_empty());
}
