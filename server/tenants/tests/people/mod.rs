//! Accounts, and the trail of what people did.

use crate::{Stage, at, harbour};
use database::accounts::NewAccount;
use database::audit::Decision;
use database::members::Place;
use database::sessions::StoredSession;
use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Sort, Tier};
use people_contract::{
    AuditQuery, PEOPLE_ON_A_PAGE, People, PeopleAct, PeopleQuery, PeopleState, PersonAct, PersonAction,
    PersonFields,
};

#[tokio::test]
async fn an_administrator_is_made_and_unmade_only_by_administrators() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let by_bea = stage.as_(bea).await;
    let fields = |name: &str, role: &str| PersonFields {
        name: name.into(),
        role: role.into(),
        ..PersonFields::default()
    };

    assert_eq!(at(by_bea.create_person(fields("eve", "administrator")).await.unwrap_err()).0, "role");
    assert_eq!(at(by_bea.change_person(fields("bea", "administrator")).await.unwrap_err()).0, "role");
    assert_eq!(at(by_bea.change_person(fields("ada", "regular")).await.unwrap_err()).0, "name");
    assert_eq!(
        at(by_bea.new_link("ada".into()).await.unwrap_err()).0,
        "name",
        "a link is a way in as somebody"
    );
    by_bea.create_person(fields("eve", "regular")).await.unwrap();

    let by_ada = stage.as_(ada).await;
    let last = at(by_ada.change_person(fields("ada", "regular")).await.unwrap_err());
    assert!(last.1.contains("last administrator"), "{last:?}");
    let own = PersonAct { name: "ada".into(), act: PersonAction::Disable, confirm: String::new() };
    assert_eq!(at(by_ada.act_on_person(own).await.unwrap_err()).0, "name");
    let unconfirmed = PersonAct { name: "eve".into(), act: PersonAction::Remove, confirm: "Eve?".into() };
    assert_eq!(at(by_ada.act_on_person(unconfirmed).await.unwrap_err()).0, "confirm");
    assert!(stage.database.account_named("eve").await.unwrap().is_some());
}

#[tokio::test]
async fn people_are_found_by_what_they_are_called_their_role_and_whether_they_may_come_in() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let bea = stage.account("bea", "auditor").await;
    stage.database.describe_account(bea, "Beatrix Ball", "ball@example.org").await.unwrap();
    let cleo = stage.account("cleo", "regular").await;
    stage.database.set_enabled(cleo, false).await.unwrap();
    let by_ada = stage.as_(ada).await;
    let found = async |query: PeopleQuery| {
        let list = by_ada.people(query).await.unwrap();
        let names: Vec<String> = list.people.into_iter().map(|row| row.name).collect();
        (names, list.total)
    };
    let text = |text: &str| PeopleQuery { text: text.into(), ..PeopleQuery::default() };
    let state = |state| PeopleQuery { state, ..PeopleQuery::default() };

    for (query, names) in [
        (PeopleQuery::default(), vec!["ada", "bea", "cleo"]),
        (text(" TRIX "), vec!["bea"]),
        (text("ball@"), vec!["bea"]),
        (text("%"), vec![]),
        (PeopleQuery { role: "auditor".into(), ..PeopleQuery::default() }, vec!["bea"]),
        (state(PeopleState::Enabled), vec!["ada", "bea"]),
        (state(PeopleState::Out), vec!["cleo"]),
        (PeopleQuery { state: PeopleState::Out, ..text("bea") }, vec![]),
    ] {
        let total = names.len() as u64;
        assert_eq!(
            found(query.clone()).await,
            (names.into_iter().map(str::to_owned).collect(), total),
            "{query:?}"
        );
    }
    let roles = by_ada.people(PeopleQuery::default()).await.unwrap().known_roles;
    assert!(roles.iter().any(|role| role.id == "auditor"));

    for number in 0..PEOPLE_ON_A_PAGE {
        stage.account(&format!("worker-{number:03}"), "regular").await;
    }
    let page = async |page| found(PeopleQuery { page, ..PeopleQuery::default() }).await;
    assert_eq!((page(0).await.0.len(), page(0).await.1), (100, 103));
    assert_eq!(page(1).await.0, ["worker-097", "worker-098", "worker-099"]);
    assert_eq!(page(u32::MAX).await, (Vec::new(), 103));
}

#[tokio::test]
async fn people_stand_by_the_column_that_was_asked_for_before_they_are_cut_into_pages() {
    let stage = Stage::new().await;
    for number in 0..PEOPLE_ON_A_PAGE {
        stage.account(&format!("worker-{number:03}"), "regular").await;
    }
    let ada = stage.account("ada", "administrator").await;
    let zoe = stage.account("Zoe", "auditor").await;
    stage.database.describe_account(zoe, "", "zoe@example.org").await.unwrap();
    stage.database.describe_account(ada, "", "Ada@example.org").await.unwrap();
    let by_ada = stage.as_(ada).await;
    let first = async |text: &str| {
        let query = PeopleQuery { sort: Sort::parse(text), ..PeopleQuery::default() };
        let people = by_ada.people(query).await?.people;
        Ok::<Vec<String>, ConsoleError>(people.into_iter().take(3).map(|row| row.name).collect())
    };

    assert_eq!(first("-name").await.unwrap(), ["Zoe", "worker-099", "worker-098"]);
    assert_eq!(first("email").await.unwrap(), ["ada", "Zoe", "worker-000"], "who has none is last");
    assert_eq!(first("-email").await.unwrap(), ["Zoe", "ada", "worker-000"], "either way");
    assert_eq!(first("role").await.unwrap()[0], "ada", "as roles stand where one is chosen");
    assert_eq!(first("").await.unwrap(), ["ada", "worker-000", "worker-001"]);
    assert_eq!(at(first("shoe-size").await.unwrap_err()).0, "sort");
}

#[tokio::test]
async fn people_and_their_trail_are_for_those_whose_role_says_so() {
    let stage = Stage::new().await;
    let (regular, auditor) = (stage.account("ada", "regular").await, stage.account("bea", "auditor").await);
    let keeper = stage.account("cleo", "regular").await;
    let shop = stage.database.ensure_project(&harbour(), &Namespace::parse("shop").unwrap()).await.unwrap();
    stage.hold(keeper, Place::Project(shop), "project-admin").await;
    for namespace in ["shop", "bank"] {
        let decision = Decision {
            action: "scale".into(),
            cluster: Some("harbour".into()),
            namespace: Some(namespace.into()),
            is_allowed: true,
            ..Decision::default()
        };
        stage.database.record_decision(&decision).await.unwrap();
    }
    let query = || AuditQuery { action: "scale".into(), ..AuditQuery::default() };

    let by_regular = stage.as_(regular).await;
    assert!(matches!(by_regular.people(PeopleQuery::default()).await, Err(ConsoleError::Forbidden { .. })));
    assert!(matches!(by_regular.audit(query()).await, Err(ConsoleError::Forbidden { .. })));
    let by_auditor = stage.as_(auditor).await;
    assert_eq!(by_auditor.people(PeopleQuery::default()).await.unwrap().people.len(), 3);
    assert!(
        by_auditor.people(PeopleQuery::default()).await.unwrap().roles.is_empty(),
        "an auditor makes accounts"
    );
    assert_eq!(by_auditor.audit(query()).await.unwrap().lines.len(), 2);
    let theirs = stage.as_(keeper).await.audit(query()).await.unwrap().lines;
    let places: Vec<_> = theirs.iter().filter_map(|line| line.namespace.as_deref()).collect();
    assert_eq!(places, ["shop"], "a foreign place was told");
    let nonsense = AuditQuery { from: "yesterday".into(), ..AuditQuery::default() };
    assert_eq!(at(by_auditor.audit(nonsense).await.unwrap_err()).0, "from");

    // A file is read for as long as it takes, and its reader may not be one any more.
    assert_eq!(by_auditor.audit_for_file(query()).await.unwrap().0.len(), 2);
    stage.database.set_enabled(auditor, false).await.unwrap();
    assert_eq!(by_auditor.audit_for_file(query()).await.unwrap_err(), ConsoleError::NotSignedIn);
}

#[tokio::test]
async fn what_was_done_to_an_object_is_told_to_who_may_see_the_trail_of_its_place() {
    let stage = Stage::new().await;
    let (regular, auditor) = (stage.account("ada", "regular").await, stage.account("bea", "auditor").await);
    let (keeper, banker) = (stage.account("cleo", "regular").await, stage.account("dan", "regular").await);
    for (who, namespace) in [(keeper, "shop"), (banker, "bank")] {
        let namespace = Namespace::parse(namespace).unwrap();
        let project = stage.database.ensure_project(&harbour(), &namespace).await.unwrap();
        stage.hold(who, Place::Project(project), "project-admin").await;
    }
    for (action, resource, namespace, name) in [
        ("scale", "deployments.apps/scale", "shop", "web"),
        ("delete", "pods", "shop", "web"),
        ("restart", "deployments.apps", "shop", "web-2"),
        ("pause", "deployments.apps", "bank", "web"),
        ("set metadata", "namespaces", "", "shop"),
        ("set metadata", "namespaces", "", "bank"),
    ] {
        let decision = Decision {
            action: action.into(),
            resource: resource.into(),
            cluster: Some("harbour".into()),
            namespace: (!namespace.is_empty()).then(|| namespace.into()),
            name: Some(name.into()),
            is_allowed: true,
            ..Decision::default()
        };
        stage.database.record_decision(&decision).await.unwrap();
    }
    let web = ResourceRef {
        cluster: harbour(),
        kind: KindSlug::parse("deployments").unwrap(),
        namespace: Some(Namespace::parse("shop").unwrap()),
        name: ObjectName::parse("web").unwrap(),
    };

    let before = stage.database.audit_trail(100).await.unwrap().len();
    for (who, told) in [(auditor, Some(1)), (keeper, Some(1)), (banker, None), (regular, None)] {
        let lines = stage.as_(who).await.changes_of(web.clone()).await.unwrap();
        assert_eq!(lines.as_ref().map(Vec::len), told);
        assert!(lines.unwrap_or_default().iter().all(|line| line.action == "scale"));
    }
    assert_eq!(stage.database.audit_trail(100).await.unwrap().len(), before, "nobody asked to see the trail");

    let shop = ResourceRef {
        kind: KindSlug::parse("namespaces").unwrap(),
        namespace: None,
        name: ObjectName::parse("shop").unwrap(),
        ..web
    };
    for (who, told) in [(auditor, Some(4)), (keeper, Some(3)), (banker, None), (regular, None)] {
        let lines = stage.as_(who).await.changes_of(shop.clone()).await.unwrap();
        let lines = lines.map(|lines| lines.into_iter().map(|line| line.action).collect::<Vec<_>>());
        assert_eq!(lines.as_ref().map(Vec::len), told, "{lines:?}");
        assert!(lines.iter().flatten().all(|action| action != "pause"), "that was in another project");
    }
}

#[tokio::test]
async fn a_second_factor_is_reset_by_who_manages_accounts_and_by_nobody_for_themselves() {
    let (stage, ada, _) = Stage::with_garden().await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let cleo = stage.account("cleo", "regular").await;
    let dan = stage.account("dan", "regular").await;
    for account in [ada, bea, cleo] {
        stage.database.begin_factor(account, "sealed").await.unwrap();
        stage.database.confirm_factor(account, 1, &["code".into()]).await.unwrap();
    }
    let reset =
        |name: &str| PersonAct { name: name.into(), act: PersonAction::Forget, confirm: String::new() };

    let refused = stage.as_(dan).await.act_on_person(reset("cleo")).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused}");
    assert_eq!(at(stage.as_(bea).await.act_on_person(reset("ada")).await.unwrap_err()).0, "name", "upwards");
    assert_eq!(
        at(stage.as_(bea).await.act_on_person(reset("bea")).await.unwrap_err()).0,
        "name",
        "one's own"
    );
    for account in [ada, bea, cleo] {
        assert!(stage.database.factor(account).await.unwrap().is_some());
    }
    stage.as_(bea).await.act_on_person(reset("cleo")).await.unwrap();

    assert!(stage.database.factor(cleo).await.unwrap().is_none());
    assert_eq!(stage.database.recovery_codes_left(cleo).await.unwrap(), 0);
    let trail = stage.database.audit_trail(1).await.unwrap();
    assert_eq!(
        (trail[0].decision.action.as_str(), trail[0].decision.name.as_deref()),
        ("reset second factor", Some("cleo"))
    );
}

#[tokio::test]
async fn who_manages_accounts_signs_others_out_everywhere_but_nobody_who_is_more_than_they_are() {
    let (stage, ada, _) = Stage::with_garden().await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let cleo = stage.account("cleo", "regular").await;
    for account in [ada, bea, cleo] {
        let session = StoredSession {
            id_hash: account.to_string(),
            account_id: Some(account),
            data: r#"{"address": "192.0.2.7"}"#.into(),
            expires_at: i64::MAX,
        };
        assert!(stage.database.add_session(&session).await.unwrap());
        let scope = database::tokens::TokenScope::Full;
        identity::api_tokens::issue(&stage.database, account, "deploy", scope, 30).await.unwrap();
    }
    let out =
        |name: &str| PersonAct { name: name.into(), act: PersonAction::SignOut, confirm: String::new() };

    let by_bea = stage.as_(bea).await;
    let told = by_bea.person("cleo".into()).await.unwrap();
    assert_eq!(
        (told.sessions[0].address.as_str(), told.sessions.len(), told.tokens.len()),
        ("192.0.2.7", 1, 1)
    );
    let token = &told.tokens[0];
    assert_eq!((token.name.as_str(), &token.reach), ("deploy", &workspaces_contract::Reach::Everywhere));
    let told = by_bea.person("ada".into()).await.unwrap();
    assert_eq!((told.sessions.len(), told.tokens.len()), (0, 0), "of who is more than they are");
    assert_eq!(at(by_bea.act_on_person(out("ada")).await.unwrap_err()).0, "name");
    assert!(stage.as_(cleo).await.act_on_person(out("bea")).await.is_err());
    by_bea.act_on_person(out("cleo")).await.unwrap();

    for (account, left) in [(ada, 1), (bea, 1), (cleo, 0)] {
        assert_eq!(stage.database.sessions_of(account).await.unwrap().len(), left);
        assert_eq!(stage.database.tokens_of(account).await.unwrap().len(), left);
    }
    assert!(stage.database.account(cleo).await.unwrap().unwrap().is_enabled, "they may sign in again");
    let trail = stage.database.audit_trail(1).await.unwrap();
    assert_eq!(trail[0].decision.action, "sign out everywhere");
}

#[tokio::test]
async fn what_happened_in_a_cluster_that_had_the_name_before_is_for_who_sees_everything() {
    let stage = Stage::new().await;
    let (ada, bea) = (stage.account("ada", "administrator").await, stage.account("bea", "regular").await);
    let give = async || stage.hold(bea, Place::Cluster(harbour()), "cluster-admin").await;
    let write = async |action: &str| {
        let cluster = Some("harbour".to_owned());
        let decision = Decision { action: action.into(), cluster, is_allowed: true, ..Decision::default() };
        stage.database.record_decision(&decision).await.unwrap();
    };
    let seen = async |account| {
        let page = stage.as_(account).await.audit(AuditQuery::default()).await.unwrap();
        let actions = page.lines.into_iter().map(|line| line.action);
        actions.filter(|action| ["before", "after"].contains(&action.as_str())).collect::<Vec<_>>()
    };
    give().await;
    write("before").await;
    assert_eq!(seen(bea).await, ["before"]);

    let known = stage.database.meet_cluster(&harbour(), "one").await.unwrap();
    assert!(stage.database.accept_cluster(&harbour(), &known, &known, false).await.unwrap());
    give().await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    write("after").await;

    assert_eq!(seen(bea).await, ["after"]);
    assert_eq!(seen(ada).await, ["after", "before"]);
}

#[tokio::test]
async fn a_new_password_is_asked_for_of_who_has_one_and_is_no_more() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let new = NewAccount { name: "cleo".into(), role: "regular".into(), ..NewAccount::default() };
    let cleo = stage.database.add_account(&new).await.unwrap();
    let new = NewAccount { name: "dan".into(), password_hash: Some("hash".into()), ..new };
    let dan = stage.database.add_account(&new).await.unwrap();
    let by_bea = stage.as_(bea).await;
    let ask =
        |name: &str| PersonAct { name: name.into(), act: PersonAction::NewPassword, confirm: String::new() };

    for (name, wrong) in [("ada", "is an administrator"), ("bea", "own account"), ("cleo", "has no password")]
    {
        let refused = at(by_bea.act_on_person(ask(name)).await.unwrap_err());
        assert!(refused.0 == "name" && refused.1.contains(wrong), "{refused:?}");
    }
    by_bea.act_on_person(ask("dan")).await.unwrap();

    for (account, is_due) in [(ada, false), (bea, false), (cleo, false), (dan, true)] {
        assert_eq!(stage.database.is_password_due(account).await.unwrap(), is_due);
    }
    let told = by_bea.person("dan".into()).await.unwrap();
    assert!(told.has_password && told.is_password_due);
}

#[tokio::test]
async fn several_are_kept_out_at_once_or_none_of_them() {
    let stage = Stage::new().await;
    let ada = stage.account("ada", "administrator").await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let (cleo, dan) = (stage.account("cleo", "regular").await, stage.account("dan", "regular").await);
    let by_bea = stage.as_(bea).await;
    let act = async |names: &[&str], act: PersonAction| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        by_bea.act_on_people(PeopleAct { names, act: Some(act) }).await
    };
    let enabled = async || {
        let mut all = Vec::new();
        for account in [ada, bea, cleo, dan] {
            all.push(stage.database.account(account).await.unwrap().unwrap().is_enabled);
        }
        all
    };

    for (names, wrong) in [
        (vec!["cleo", "ada"], "ada is an administrator"),
        (vec!["cleo", "bea"], "bea is your own account"),
        (vec![], "choose at least one"),
    ] {
        let refused = at(act(&names, PersonAction::Disable).await.unwrap_err());
        assert!(refused.0 == "names" && refused.1.contains(wrong), "{refused:?}");
    }
    assert!(act(&["cleo", "nobody"], PersonAction::Disable).await.is_err());
    assert_eq!(at(act(&["cleo"], PersonAction::Remove).await.unwrap_err()).0, "act");
    let open = PeopleAct { names: vec!["cleo".into()], act: None };
    assert_eq!(at(by_bea.act_on_people(open).await.unwrap_err()).0, "act", "nothing was chosen");
    assert_eq!(enabled().await, [true; 4]);

    act(&["cleo", "dan"], PersonAction::Disable).await.unwrap();
    assert_eq!(enabled().await, [true, true, false, false]);
    act(&["dan"], PersonAction::Enable).await.unwrap();
    assert_eq!(enabled().await, [true, true, false, true]);
    let trail = stage.database.audit_trail(3).await.unwrap();
    let told: Vec<_> = trail.iter().map(|row| row.decision.name.as_deref().unwrap_or_default()).collect();
    assert_eq!(told, ["dan", "dan", "cleo"]);
}

#[tokio::test]
async fn who_manages_accounts_opens_no_way_into_the_account_of_who_may_do_more_anywhere() {
    let (stage, ada, garden) = Stage::with_garden().await;
    let role = stage.own_role(Tier::Platform, "accounts.manage").await;
    let bea = stage.account("bea", &role).await;
    let shop = stage.database.ensure_project(&harbour(), &Namespace::parse("shop").unwrap()).await.unwrap();
    let nobody = stage.account("ned", "regular").await;
    for (name, place, held) in [
        ("cleo", Place::Cluster(harbour()), "cluster-admin"),
        ("dan", garden, "workspace-admin"),
        ("eve", Place::Project(shop), "project-viewer"),
    ] {
        let account = stage.account(name, "regular").await;
        stage.hold(account, place, held).await;
    }
    let reset =
        |name: &str| PersonAct { name: name.into(), act: PersonAction::Forget, confirm: String::new() };
    let change = |name: &str, full_name: &str, email: &str| PersonFields {
        name: name.into(),
        full_name: full_name.into(),
        email: email.into(),
        role: "regular".into(),
    };

    let by_bea = stage.as_(bea).await;
    for (name, said) in [
        ("cleo", "holds the role cluster-admin in cluster harbour"),
        ("dan", "holds the role workspace-admin in workspace garden"),
        ("eve", "holds the role project-viewer in project shop in cluster harbour"),
    ] {
        let link = at(by_bea.new_link(name.into()).await.unwrap_err());
        assert!(link.0 == "name" && link.1.contains(said), "{link:?}");
        assert_eq!(at(by_bea.act_on_person(reset(name)).await.unwrap_err()).0, "name", "{name}");
        let email = change(name, "", "bea@example.org");
        assert_eq!(at(by_bea.change_person(email).await.unwrap_err()).0, "email", "{name}");
        by_bea.change_person(change(name, "Another name", "")).await.unwrap();
        assert_eq!(by_bea.person(name.into()).await.unwrap().beyond.len(), 1, "{name}");
    }
    by_bea.change_person(change("ned", "", "ned@example.org")).await.unwrap();
    by_bea.act_on_person(reset("ned")).await.unwrap();
    by_bea.new_link("ned".into()).await.unwrap();
    assert!(by_bea.person("ned".into()).await.unwrap().beyond.is_empty());

    // Who may do as much there opens one.
    stage.hold(bea, Place::Project(shop), "project-admin").await;
    let by_bea = stage.as_(bea).await;
    by_bea.new_link("eve".into()).await.unwrap();
    assert!(by_bea.new_link("dan".into()).await.is_err());
    let keep = PersonAct { name: "cleo".into(), act: PersonAction::Disable, confirm: String::new() };
    by_bea.act_on_person(keep).await.unwrap();
    stage.as_(ada).await.new_link("dan".into()).await.unwrap();

    // Nobody holds anything by having been given it and lost it again.
    stage.hold(nobody, Place::Cluster(harbour()), "cluster-viewer").await;
    assert!(by_bea.new_link("ned".into()).await.is_err());
    stage.database.remove_member(nobody, &Place::Cluster(harbour())).await.unwrap();
    by_bea.new_link("ned".into()).await.unwrap();
}
