#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::{Acting, FRESH, Place, Resource, Verb};
use database::accounts::NewAccount;
use database::members::{NewMember, Place as Held};
use database::tokens::{StoredToken, TokenScope};
use database::workspaces::WorkspaceFacts;
use model::{ClusterName, Namespace, ObjectName, System, WorkspaceName};
use std::collections::BTreeSet;
use std::time::Instant;

#[derive(Clone, Debug)]
struct Scale;

impl Action for Scale {
    const NAME: &'static str = "scale";

    fn need(&self) -> Need {
        Need {
            verb: Verb::Patch,
            resource: Resource::new("apps", "deployments").part("scale"),
            cluster: Some(ClusterName::parse("harbour").unwrap()),
            place: Place::Namespace(Namespace::parse("shop").unwrap()),
            name: Some(ObjectName::parse("web").unwrap()),
        }
    }
}

#[derive(Debug)]
struct ListPods;

impl Action for ListPods {
    const NAME: &'static str = "list";

    fn need(&self) -> Need {
        let cluster = ClusterName::parse("harbour").unwrap();
        Need::to_all(Verb::List, Resource::new("", "pods"), cluster, Place::Namespaces(BTreeSet::new()))
    }
}

async fn shop(database: &Database) -> Held {
    let (harbour, shop) = (ClusterName::parse("harbour").unwrap(), Namespace::parse("shop").unwrap());
    Held::Project(database.ensure_project(&harbour, &shop).await.unwrap())
}

async fn give(database: &Database, account: Uuid, role: &str) {
    let place = shop(database).await;
    let member = NewMember { account, place, role: role.into(), source: String::new() };
    database.set_member(&member).await.unwrap();
}

async fn world(role: &str) -> (Database, Access, Caller) {
    let database = Database::in_memory().await.unwrap();
    let new = NewAccount { name: "Ada".into(), role: "regular".into(), ..NewAccount::default() };
    let id = database.add_account(&new).await.unwrap();
    give(&database, id, role).await;
    let access = Access::new(database.clone());
    let account = database.account(id).await.unwrap().unwrap();
    let caller = access.caller(account, None, "request-1".into(), Some([192, 0, 2, 1].into())).await.unwrap();
    (database, access, caller)
}

#[tokio::test]
async fn a_change_is_in_the_trail_before_it_is_made_and_its_outcome_after() {
    let (database, access, ada) = world("project-editor").await;
    let seen = database.clone();

    let done = access
        .perform(&ada, Scale, move |granted| async move {
            let trail = seen.audit_trail(10).await.unwrap();
            assert_eq!(granted.caller().name, "Ada");
            assert!(trail[0].decision.is_allowed && trail[0].outcome.is_none(), "{trail:?}");
            Ok::<_, ConsoleError>(7)
        })
        .await;

    assert_eq!(done, Ok(7));
    let trail = database.audit_trail(10).await.unwrap();
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].outcome, Some(Outcome::Done));
    let decision = &trail[0].decision;
    assert_eq!((decision.action.as_str(), decision.verb.as_str()), ("scale", "patch"));
    assert_eq!(decision.resource, "deployments.apps/scale");
    assert_eq!((decision.namespace.as_deref(), decision.name.as_deref()), (Some("shop"), Some("web")));
    assert_eq!((decision.request_id.as_str(), decision.address.as_deref()), ("request-1", Some("192.0.2.1")));
}

#[tokio::test]
async fn a_failure_and_an_unknown_outcome_are_told_apart() {
    let (database, access, ada) = world("project-editor").await;
    let unavailable = |may_be_done| ConsoleError::Unavailable {
        system: System::Cluster("harbour".into()),
        cause: "it hung up".into(),
        may_be_done,
    };

    for may_be_done in [false, true] {
        let error = unavailable(may_be_done);
        let result = access.perform(&ada, Scale, |_| async { Err::<(), _>(error) }).await;
        assert!(result.is_err());
    }

    let trail = database.audit_trail(10).await.unwrap();
    let unknown = trail.iter().filter(|entry| matches!(entry.outcome, Some(Outcome::Unknown(_)))).count();
    let failed = trail.iter().filter(|entry| matches!(entry.outcome, Some(Outcome::Failed(_)))).count();
    assert_eq!((unknown, failed), (1, 1));
}

#[tokio::test]
async fn a_change_that_cannot_be_recorded_is_not_made() {
    let (database, access, ada) = world("project-editor").await;
    database.close().await;

    let result =
        access.perform(&ada, Scale, |_| async { panic!("it was made") as Result<(), ConsoleError> }).await;

    assert!(matches!(result, Err(ConsoleError::Unavailable { may_be_done: false, .. })), "{result:?}");
}

#[tokio::test]
async fn a_change_is_finished_although_its_reader_goes_away_and_stopping_waits_for_it() {
    let (database, access, ada) = world("project-editor").await;
    let (began, begun) = tokio::sync::oneshot::channel();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();

    let asked = access.perform(&ada, Scale, move |_| async move {
        began.send(()).unwrap();
        wait.await.unwrap();
        Ok::<_, ConsoleError>(())
    });
    tokio::select! {
        _ = asked => panic!("it ended before it was let go"),
        begun = begun => begun.unwrap(),
    }
    // The reader is gone.
    let mut settled = std::pin::pin!(access.settle());
    assert!(futures::poll!(&mut settled).is_pending(), "stopping does not wait for what has begun");
    go.send(()).unwrap();
    settled.await;

    assert_eq!(database.audit_trail(1).await.unwrap()[0].outcome, Some(Outcome::Done));
}

#[tokio::test]
async fn a_refusal_is_recorded_and_says_who_can_help() {
    let (database, access, ada) = world("project-viewer").await;

    let refused = access.grant(&ada, Scale).await.unwrap_err();

    let ConsoleError::Forbidden { need, .. } = refused.into() else { panic!("another error") };
    assert_eq!((need.verb.as_str(), need.namespace.as_deref()), ("patch", Some("shop")));
    assert_eq!(need.granted_by, model::GrantedBy::Project("shop".into()));
    let trail = database.audit_trail(10).await.unwrap();
    assert!(!trail[0].decision.is_allowed);
    assert_eq!(
        trail[0].decision.reason,
        "no role of Ada in namespace shop allows to patch deployments.apps/scale"
    );
}

#[tokio::test]
async fn reading_leaves_no_trace_and_is_limited_to_its_scope() {
    let (database, access, ada) = world("project-viewer").await;

    let granted = access.grant(&ada, ListPods).await.unwrap();

    assert!(granted.scope().admits(Some("shop"), "web-0") && !granted.scope().admits(Some("web"), "web-0"));
    assert!(access.glance(&ada, Scale).is_none(), "what has to be recorded cannot be had in passing");
    assert!(database.audit_trail(10).await.unwrap().is_empty());
}

#[derive(Debug)]
struct ReadSecret;

impl Action for ReadSecret {
    const NAME: &'static str = "read";

    fn need(&self) -> Need {
        Need { verb: Verb::Get, resource: Resource::new("", "secrets"), ..Scale.need() }
    }
}

#[tokio::test]
async fn reading_a_secret_is_in_the_trail() {
    let (database, access, ada) = world("project-editor").await;

    access.grant(&ada, ReadSecret).await.unwrap();

    let trail = database.audit_trail(10).await.unwrap();
    assert_eq!(trail.len(), 1);
    assert!(trail[0].decision.is_allowed && trail[0].decision.resource == "secrets", "{trail:?}");
    assert!(access.glance(&ada, ReadSecret).is_none(), "it can be had in passing");
}

#[tokio::test]
async fn a_stream_ends_when_its_right_its_account_or_its_session_does() {
    let (database, access, mut ada) = world("project-viewer").await;
    let granted = access.grant(&ada, ListPods).await.unwrap();
    access.still(&granted).await.unwrap();

    let place = shop(&database).await;
    assert!(database.remove_member(ada.account_id, &place).await.unwrap());
    assert!(matches!(access.still(&granted).await, Err(Refused::NotAllowed(_))));
    give(&database, ada.account_id, "project-viewer").await;
    access.still(&granted).await.unwrap();

    database.set_enabled(ada.account_id, false).await.unwrap();
    assert!(matches!(access.still(&granted).await, Err(Refused::SignedOut)));
    database.set_enabled(ada.account_id, true).await.unwrap();

    ada.session_hash = Some("ended".into());
    let with_session = access.grant(&ada, ListPods).await.unwrap();
    assert!(matches!(access.still(&with_session).await, Err(Refused::SignedOut)));
}

#[tokio::test]
async fn a_stream_ends_when_it_shows_more_than_its_reader_may_still_see() {
    let (database, access, ada) = world("project-viewer").await;
    let (harbour, web) = (ClusterName::parse("harbour").unwrap(), Namespace::parse("web").unwrap());
    let web = Held::Project(database.ensure_project(&harbour, &web).await.unwrap());
    let role = "project-viewer".to_owned();
    let member = NewMember { account: ada.account_id, place: web.clone(), role, source: String::new() };
    database.set_member(&member).await.unwrap();
    let account = database.account(ada.account_id).await.unwrap().unwrap();
    let ada = access.caller(account, None, "request-2".into(), None).await.unwrap();
    let granted = access.grant(&ada, ListPods).await.unwrap();
    access.still(&granted).await.unwrap();

    database.remove_member(ada.account_id, &web).await.unwrap();

    assert!(matches!(access.still(&granted).await, Err(Refused::NotAllowed(_))));
}

#[tokio::test]
async fn what_is_done_as_somebody_else_is_told_of_who_did_it() {
    let (database, access, ada) = world("project-editor").await;
    let sue = Uuid::from_u128(7);
    let acting = Acting { account_id: sue, name: "Sue".into(), may_change: true, until: i64::MAX };
    let as_ada = Caller { acting: Some(acting), ..ada };

    access.perform(&as_ada, Scale, |_| async { Ok::<_, ConsoleError>(()) }).await.unwrap();

    let decision = &database.audit_trail(1).await.unwrap()[0].decision;
    assert_eq!((decision.account_id, decision.account_name.as_str()), (Some(sue), "Sue (acting as Ada)"));
}

#[tokio::test]
async fn a_stream_of_who_acts_as_somebody_ends_with_their_own_right() {
    let (database, access, ada) = world("project-viewer").await;
    let mut support = Vec::new();
    for name in ["Sue", "Tom"] {
        let new = NewAccount { name: name.into(), role: "administrator".into(), ..NewAccount::default() };
        support.push(database.add_account(&new).await.unwrap());
    }
    let until = now_seconds() + 60;
    let acting = Acting { account_id: support[0], name: "Sue".into(), may_change: false, until };
    let as_ada = Caller { acting: Some(acting.clone()), ..ada.clone() };
    let granted = access.grant(&as_ada, ListPods).await.unwrap();
    access.still(&granted).await.unwrap();

    let over = Caller { acting: Some(Acting { until: now_seconds(), ..acting }), ..ada };
    let late = access.grant(&over, ListPods).await.unwrap();
    assert!(matches!(access.still(&late).await, Err(Refused::SignedOut)), "the time is over");
    database.set_platform_role(support[0], "regular").await.unwrap();
    assert!(matches!(access.still(&granted).await, Err(Refused::SignedOut)));
}

async fn key(database: &Database, account: Uuid, scope: TokenScope) -> StoredToken {
    key_for(database, account, scope, None).await
}

async fn key_for(database: &Database, account: Uuid, scope: TokenScope, place: Option<Held>) -> StoredToken {
    let token = StoredToken {
        id: Uuid::new_v4(),
        account_id: account,
        name: "deploy".into(),
        scope,
        place,
        created_at: 0,
        expires_at: i64::MAX,
        last_used_at: None,
        last_address: None,
    };
    assert!(database.add_token(&token, &token.id.to_string()).await.unwrap());
    token
}

#[tokio::test]
async fn a_token_for_a_place_ends_with_it_and_follows_what_is_in_it() {
    let (database, access, ada) = world("project-editor").await;
    let harbour = ClusterName::parse("harbour").unwrap();
    let facts = WorkspaceFacts { clusters: [harbour].into(), ..WorkspaceFacts::default() };
    let garden = WorkspaceName::parse("garden").unwrap();
    let garden = database.add_workspace(&garden, &facts, ada.account_id).await.unwrap();
    let Held::Project(shop) = shop(&database).await else { unreachable!() };
    let of = async |place| {
        let token = key_for(&database, ada.account_id, TokenScope::Full, Some(place)).await;
        let account = database.account(ada.account_id).await.unwrap().unwrap();
        access.caller(account, Some(token.handle()), "request-2".into(), None).await.unwrap()
    };
    let (of_project, of_garden) = (of(Held::Project(shop)).await, of(Held::Workspace(garden)).await);
    let begun = Instant::now().checked_sub(2 * FRESH).unwrap();
    let later = |caller: &Caller| Caller { known_at: begun, ..caller.clone() };

    let granted = access.grant(&of_project, ListPods).await.unwrap();
    let refused = access.grant(&of_garden, Scale).await.unwrap_err();
    assert_eq!(refused.to_string(), "this API token is for workspace/garden alone");
    assert!(ConsoleError::from(refused).to_string().contains("this API token is for workspace/garden alone"));
    let trail = database.audit_trail(1).await.unwrap();
    assert_eq!(trail[0].decision.reason, "this API token is for workspace/garden alone");

    database.move_project(shop, Some(garden)).await.unwrap();
    assert!(access.grant(&later(&of_garden), Scale).await.is_ok(), "what is in the workspace now");
    access.still(&granted).await.unwrap();

    database.remove_project(shop).await.unwrap();
    assert!(matches!(access.still(&granted).await, Err(Refused::NotAllowed(_))));
    give(&database, ada.account_id, "project-editor").await;
    let refused = access.grant(&later(&of_project), Scale).await.unwrap_err();
    assert_eq!(refused.to_string(), "this API token is for a place that is gone");
}

#[tokio::test]
async fn who_sends_slowly_does_nothing_with_what_they_have_lost_meanwhile() {
    let (database, access, ada) = world("project-editor").await;
    let token = key(&database, ada.account_id, TokenScope::Full).await;
    let begun = Instant::now().checked_sub(2 * FRESH).unwrap();
    let name = "Ada (token deploy)".to_owned();
    let slow = Caller { session_hash: Some(token.handle()), known_at: begun, name: name.clone(), ..ada };
    let scale = async || access.perform(&slow, Scale, |_| async { Ok::<_, ConsoleError>(()) }).await;

    assert_eq!(scale().await, Ok(()));
    assert_eq!(database.audit_trail(1).await.unwrap()[0].decision.account_name, name);

    assert!(database.remove_member(slow.account_id, &shop(&database).await).await.unwrap());
    assert!(matches!(scale().await, Err(ConsoleError::Forbidden { .. })));
    assert!(matches!(access.require(&slow, &Scale).await, Err(Refused::NotAllowed(_))));
    assert!(matches!(access.go_on(&slow, Scale).await, Err(Refused::NotAllowed(_))));

    give(&database, slow.account_id, "project-editor").await;
    assert_eq!(scale().await, Ok(()));
    assert!(database.revoke_token(slow.account_id, token.id).await.unwrap());
    assert_eq!(scale().await, Err(ConsoleError::NotSignedIn));
    assert!(matches!(access.require(&slow, &Scale).await, Err(Refused::SignedOut)));
}

#[tokio::test]
async fn a_revoked_token_ends_what_it_began() {
    let (database, access, mut ada) = world("project-viewer").await;
    let token = key(&database, ada.account_id, TokenScope::Read).await;
    ada.session_hash = Some(token.handle());
    let granted = access.grant(&ada, ListPods).await.unwrap();
    access.still(&granted).await.unwrap();

    database.revoke_token(ada.account_id, token.id).await.unwrap();

    assert!(matches!(access.still(&granted).await, Err(Refused::SignedOut)));
}

#[tokio::test]
async fn a_stream_ends_when_the_cluster_would_know_its_reader_by_fewer_groups() {
    let (database, access, ada) = world("project-viewer").await;
    let granted = access.grant(&ada, ReadPod).await.unwrap();
    access.still(&granted).await.unwrap();

    give(&database, ada.account_id, "project-editor").await;

    assert!(matches!(access.still(&granted).await, Err(Refused::NotAllowed(_))));
}

#[derive(Debug)]
struct ReadPod;

impl Action for ReadPod {
    const NAME: &'static str = "read";

    fn need(&self) -> Need {
        Need { verb: Verb::Get, resource: Resource::new("", "pods"), ..Scale.need() }
    }
}
