//! Asking for a role, and who decides about it.

use super::{Stage, at, garden, harbour, member};
use access::{Action, Need, Refused, Verb};
use database::access_requests::{Asked, NewAccessRequest};
use database::members::{NewMember, Place};
use database::now_seconds;
use model::{ClusterName, ConsoleError, Namespace, Tier, WorkspaceName};
use std::time::Duration;
use uuid::Uuid;
use workspaces_contract::{
    MemberPlace, RefusalFields, RequestFields, RequestProgress, RequestQuery, Requests, Workspaces,
};

fn fields(place: MemberPlace, role: &str, hours: u32) -> RequestFields {
    RequestFields { place, role: role.into(), reason: " to water the plants ".into(), hours }
}

fn for_garden(role: &str, hours: u32) -> RequestFields {
    fields(MemberPlace::Workspace(garden()), role, hours)
}

fn no(id: &str, reason: &str) -> RefusalFields {
    RefusalFields { id: id.into(), reason: reason.into() }
}

impl Stage {
    /// The ids of what somebody can decide.
    async fn waiting_for(&self, account: Uuid) -> Vec<String> {
        let list = self.as_(account).await.requests().await.unwrap();
        let counted = self.as_(account).await.requests_to_decide().await.unwrap();
        assert_eq!(counted, list.to_decide.len() as u64, "the navigation says another number");
        list.to_decide.into_iter().map(|request| request.view.id).collect()
    }

    /// How far the latest request of somebody has come.
    async fn progress(&self, account: Uuid) -> RequestProgress {
        self.as_(account).await.requests().await.unwrap().mine.remove(0).state
    }

    async fn done(&self) -> Vec<(String, bool)> {
        let trail = self.database.audit_trail(100).await.unwrap();
        trail.into_iter().map(|entry| (entry.decision.action, entry.decision.is_allowed)).collect()
    }
}

#[tokio::test]
async fn a_request_is_approved_by_who_can_give_the_role_and_gives_it() {
    let (stage, ada, place) = Stage::with_garden().await;
    let dora = stage.account("dora", "regular").await;
    stage.as_(dora).await.ask_for_role(for_garden("workspace-viewer", 0)).await.unwrap();
    assert!(matches!(stage.progress(dora).await, RequestProgress::Open { .. }));
    let list = stage.as_(ada).await.requests().await.unwrap();
    let request = &list.to_decide[0];
    assert_eq!((request.name.as_str(), request.view.reason.as_str()), ("dora", "to water the plants"));
    assert!(request.holds.is_empty() && list.mine.is_empty());

    stage.as_(ada).await.approve_request(request.view.id.clone()).await.unwrap();

    let held = stage.database.members_of(&place).await.unwrap();
    let theirs = held.iter().find(|one| one.account == dora).unwrap();
    assert_eq!((theirs.role.as_str(), theirs.ends_at), ("workspace-viewer", None));
    assert_eq!(stage.progress(dora).await, RequestProgress::Approved { by: "ada".into(), until: None });
    assert!(stage.waiting_for(ada).await.is_empty());
    let again = stage.as_(ada).await.approve_request(request.view.id.clone()).await.unwrap_err();
    assert!(at(again).1.contains("not open any more"));
    let done = stage.done().await;
    for action in ["request role", "approve request", "set member"] {
        assert!(done.contains(&(action.into(), true)), "{action} is not in the trail: {done:?}");
    }
}

#[tokio::test]
async fn who_cannot_give_the_role_neither_sees_nor_decides() {
    let (stage, ada, place) = Stage::with_garden().await;
    let [dora, eve, bea, cleo] = ["dora", "eve", "bea", "cleo"].map(|name| stage.account(name, "regular"));
    let (dora, eve, bea, cleo) = (dora.await, eve.await, bea.await, cleo.await);
    let keeper = stage.own_role(Tier::Workspace, "members.manage workspace.view").await;
    stage.hold(bea, place.clone(), &keeper).await;
    stage.hold(cleo, place.clone(), "workspace-viewer").await;
    stage.as_(dora).await.ask_for_role(for_garden("workspace-admin", 0)).await.unwrap();
    let id = stage.waiting_for(ada).await.remove(0);

    for who in [eve, bea, cleo, dora] {
        assert!(stage.waiting_for(who).await.is_empty());
        let caller = stage.as_(who).await;
        assert!(caller.approve_request(id.clone()).await.is_err());
        assert!(caller.refuse_request(no(&id, "no")).await.is_err());
    }
    // Who may give roles, but not this one, is told why; whoever may give none is refused, and that is written down.
    let (field, message) = at(stage.as_(bea).await.approve_request(id.clone()).await.unwrap_err());
    assert_eq!(field, "role");
    assert!(message.contains("holds more than you do here"), "{message}");
    let refused = stage.as_(cleo).await.refuse_request(no(&id, "no")).await;
    assert!(matches!(refused, Err(ConsoleError::Forbidden { .. })));
    assert!(stage.done().await.contains(&("approve request".into(), false)));
    assert!(matches!(stage.progress(dora).await, RequestProgress::Open { .. }));
    assert!(stage.database.memberships_of(dora).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_decides_about_their_own_request() {
    let (stage, ada, place) = Stage::with_garden().await;
    let dora = stage.account("dora", "regular").await;
    stage.as_(dora).await.ask_for_role(for_garden("workspace-viewer", 0)).await.unwrap();
    let id = stage.waiting_for(ada).await.remove(0);
    // Meanwhile they have become who could.
    stage.hold(dora, place, "workspace-admin").await;
    let by_dora = stage.as_(dora).await;

    assert!(stage.waiting_for(dora).await.is_empty());
    for refused in [by_dora.approve_request(id.clone()).await, by_dora.refuse_request(no(&id, "no")).await] {
        assert!(at(refused.unwrap_err()).1.contains("somebody else decides"));
    }
    assert_eq!(stage.waiting_for(ada).await, [id]);
}

#[tokio::test]
async fn a_refusal_has_a_reason_and_a_withdrawal_is_for_who_asked() {
    let (stage, ada, _) = Stage::with_garden().await;
    let (dora, eve) = (stage.account("dora", "regular").await, stage.account("eve", "regular").await);
    let by_dora = stage.as_(dora).await;
    by_dora.ask_for_role(for_garden("workspace-viewer", 8)).await.unwrap();
    let id = stage.waiting_for(ada).await.remove(0);

    assert_eq!(at(stage.as_(ada).await.refuse_request(no(&id, " ")).await.unwrap_err()).0, "reason");
    for who in [eve, ada] {
        let foreign = stage.as_(who).await.withdraw_request(id.clone()).await.unwrap_err();
        assert!(at(foreign).1.contains("not open any more"));
    }
    stage.as_(ada).await.refuse_request(no(&id, "ask bea first")).await.unwrap();
    let refused = RequestProgress::Refused { by: "ada".into(), reason: "ask bea first".into() };
    assert_eq!(stage.progress(dora).await, refused);
    assert!(by_dora.withdraw_request(id.clone()).await.is_err(), "what was decided was taken back");

    by_dora.ask_for_role(for_garden("workspace-member", 8)).await.unwrap();
    let id = stage.waiting_for(ada).await.remove(0);
    by_dora.withdraw_request(id.clone()).await.unwrap();
    assert!(stage.waiting_for(ada).await.is_empty());
    assert!(stage.as_(ada).await.approve_request(id).await.is_err());
    let done = stage.done().await;
    for action in ["refuse request", "withdraw request"] {
        assert!(done.contains(&(action.into(), true)), "{action} is not in the trail: {done:?}");
    }
}

#[tokio::test]
async fn asking_is_bounded_and_says_why_it_cannot_be_done() {
    let (stage, ada, place) = Stage::with_garden().await;
    let dora = stage.account("dora", "regular").await;
    let by_dora = stage.as_(dora).await;
    let wrong = async |fields| at(by_dora.ask_for_role(fields).await.unwrap_err());

    assert_eq!(wrong(for_garden("workspace-viewer", 3)).await.0, "hours");
    assert_eq!(wrong(for_garden("project-viewer", 0)).await.0, "role");
    by_dora.ask_for_role(for_garden("workspace-viewer", 0)).await.unwrap();
    assert!(wrong(for_garden("workspace-viewer", 8)).await.1.contains("asked for here already"));
    for number in 1..20 {
        let place = MemberPlace::Project(harbour(), Namespace::parse(&format!("shop-{number}")).unwrap());
        by_dora.ask_for_role(fields(place, "project-viewer", 0)).await.unwrap();
    }
    assert!(wrong(for_garden("workspace-member", 0)).await.1.contains("20 requests of yours are open"));

    let eve = stage.account("eve", "regular").await;
    stage.hold(eve, place, "workspace-admin").await;
    let useless = stage.as_(eve).await.ask_for_role(for_garden("workspace-viewer", 0)).await.unwrap_err();
    assert!(at(useless).1.contains("nothing that you do not hold"));
    assert!(stage.as_(ada).await.ask_for_role(for_garden("workspace-viewer", 0)).await.is_err());
}

#[tokio::test]
async fn asking_says_nothing_about_what_exists() {
    let (stage, ada, _) = Stage::with_garden().await;
    let workspace = stage.database.workspace(&garden()).await.unwrap().unwrap();
    let secret = stage.database.add_role(Tier::Workspace, Some(workspace.id), "Secret", "", "workspace.view");
    let secret = secret.await.unwrap().to_string();
    let dora = stage.account("dora", "regular").await;
    let by_dora = stage.as_(dora).await;
    let desert = MemberPlace::Workspace(WorkspaceName::parse("desert").unwrap());
    let nowhere = MemberPlace::Cluster(ClusterName::parse("nowhere").unwrap());
    let form = async |place: &MemberPlace| {
        let query = RequestQuery { place: place.to_string(), namespace: String::new() };
        by_dora.request_form(query).await.unwrap()
    };

    assert_eq!(form(&MemberPlace::Workspace(garden())).await.roles, form(&desert).await.roles);
    assert_eq!(form(&MemberPlace::Cluster(harbour())).await.roles, form(&nowhere).await.roles);
    assert!(form(&desert).await.places.is_empty());
    let hidden = at(by_dora.ask_for_role(for_garden(&secret, 0)).await.unwrap_err());
    let missing = at(by_dora.ask_for_role(fields(desert.clone(), &secret, 0)).await.unwrap_err());
    assert_eq!(hidden, missing);
    by_dora.ask_for_role(fields(desert, "workspace-viewer", 0)).await.unwrap();
    assert!(stage.waiting_for(ada).await.is_empty(), "somebody may decide about what does not exist");
    let query = RequestQuery { place: "moon".into(), namespace: String::new() };
    assert_eq!(at(by_dora.request_form(query).await.unwrap_err()).0, "place");
}

/// Looking at who is in the garden, for as long as one may.
struct Look(Uuid);

impl Action for Look {
    const NAME: &'static str = "look";

    fn need(&self) -> Need {
        Need::in_workspace(Verb::Get, "workspaces", self.0)
    }
}

#[tokio::test]
async fn a_role_for_a_time_ends_by_itself_and_what_flows_ends_with_it() {
    let (stage, ada, place) = Stage::with_garden().await;
    let dora = stage.account("dora", "regular").await;
    let Place::Workspace(id) = place.clone() else { unreachable!() };
    stage.as_(dora).await.ask_for_role(for_garden("workspace-member", 1)).await.unwrap();
    let request = stage.waiting_for(ada).await.remove(0);
    stage.as_(ada).await.approve_request(request).await.unwrap();
    let RequestProgress::Approved { until: Some(until), .. } = stage.progress(dora).await else { panic!() };
    assert!((3595..=3600).contains(&(until.0 - now_seconds())), "{until:?}");
    let members = stage.as_(ada).await.members(MemberPlace::Workspace(garden())).await.unwrap();
    assert_eq!(members.members.iter().find(|one| one.name == "dora").unwrap().until, Some(until));
    assert!(members.candidates.contains(&"dora".to_owned()), "they can be given a role for good");
    stage.as_(ada).await.set_member(member("dora", "workspace-viewer")).await.unwrap();
    assert_eq!(stage.database.memberships_of(dora).await.unwrap().len(), 1);

    // The same for a second.
    let eve = stage.account("eve", "regular").await;
    let new = NewAccessRequest {
        account: eve,
        place: MemberPlace::Workspace(garden()).to_string(),
        role: "workspace-viewer".into(),
        reason: "to look".into(),
        hours: Some(1),
    };
    let Asked::Done(request) = stage.database.add_access_request(&new).await.unwrap() else { panic!() };
    let member = NewMember { account: eve, place, role: new.role.clone(), source: String::new() };
    let ends_at = now_seconds() + 2;
    stage.database.approve_access_request(request, "ada", &member, Some(ends_at)).await.unwrap();
    let account = stage.database.account(eve).await.unwrap().unwrap();
    let access = &stage.tenants.access;
    let caller = access.caller(account, None, "test".into(), None).await.unwrap();
    let granted = access.grant(&caller, Look(id)).await.unwrap();
    access.still(&granted).await.unwrap();

    while now_seconds() < ends_at {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    assert!(matches!(access.still(&granted).await, Err(Refused::NotAllowed(_))));
    assert!(stage.as_(eve).await.workspace(garden()).await.is_err());
}
