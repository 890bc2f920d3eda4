//! What is told of what people may do, and who can do something.

use crate::{Stage, at, harbour};
use access::Need;
use database::members::Place;
use model::{ConsoleError, Namespace, Tier};
use workspaces_contract::{Rights, RightsQuery, WhoCanQuery, Workspaces};

#[tokio::test]
async fn who_can_is_answered_by_the_roles_that_let_them() {
    let stage = Stage::new().await;
    stage.account("ada", "administrator").await;
    let (bea, cleo) = (stage.account("bea", "regular").await, stage.account("cleo", "regular").await);
    let eve = stage.account("eve", "regular").await;
    let shop = stage.database.ensure_project(&harbour(), &Namespace::parse("shop").unwrap()).await.unwrap();
    stage.hold(bea, Place::Project(shop), "project-editor").await;
    stage.hold(cleo, Place::Project(shop), "project-viewer").await;
    let ask = |verb: &str, resource: &str, namespace: &str| WhoCanQuery {
        verb: verb.into(),
        resource: resource.into(),
        namespace: namespace.into(),
        name: String::new(),
    };

    let by_cleo = stage.as_(cleo).await;
    let answer = by_cleo.who_can(harbour(), ask("delete", "pods", "shop")).await.unwrap();
    let told: Vec<(&str, &str)> =
        answer.people.iter().map(|one| (one.name.as_str(), one.by[0].role.id.as_str())).collect();
    assert_eq!(told, [("ada", "administrator"), ("bea", "project-editor")]);
    assert!(answer.problem.is_some() && answer.is_partial, "nobody listens there: {answer:?}");
    let nodes = by_cleo.who_can(harbour(), ask("delete", "nodes", "")).await;
    assert!(matches!(nodes, Err(ConsoleError::Forbidden { .. })), "{nodes:?}");
    let stranger = stage.as_(eve).await.who_can(harbour(), ask("get", "pods", "shop")).await;
    assert!(matches!(stranger, Err(ConsoleError::NotFound { .. })), "{stranger:?}");
    let nonsense = by_cleo.who_can(harbour(), ask("eat", "a cake", "Shop")).await.unwrap_err();
    let ConsoleError::Invalid { problems } = nonsense else { panic!("{nonsense}") };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["verb", "resource", "namespace"]);
}

/// What is asked about somebody in a place.
fn about(person: &str, place: &str) -> RightsQuery {
    RightsQuery { person: person.into(), place: place.into(), namespace: String::new() }
}

/// By which roles a permission is held.
fn by<'r>(rights: &'r Rights, word: &str) -> Vec<&'r str> {
    let found = rights.permissions.iter().find(|permission| permission.word == word).unwrap();
    found.by.iter().map(|row| row.role.id.as_str()).collect()
}

#[tokio::test]
async fn rights_are_told_with_every_role_that_gives_them() {
    let (stage, ada, garden) = Stage::with_garden().await;
    let Place::Workspace(workspace) = garden else { unreachable!("the garden") };
    let shop = Namespace::parse("shop").unwrap();
    let project = stage.database.ensure_project(&harbour(), &shop).await.unwrap();
    stage.database.move_project(project, Some(workspace)).await.unwrap();
    let bea = stage.account("bea", "creator").await;
    stage.hold(bea, garden.clone(), "workspace-viewer").await;
    stage.hold(bea, Place::Project(project), "project-editor").await;
    let place = "project/harbour/shop";

    let own = stage.as_(bea).await.rights(about("", place)).await.unwrap();

    assert!(own.is_self && own.people.is_empty());
    assert_eq!(by(&own, "workloads.view"), ["workspace-viewer", "project-editor"]);
    assert_eq!(by(&own, "workloads.edit"), ["project-editor"]);
    assert!(by(&own, "access.edit").is_empty());
    let on_platform = stage.as_(bea).await.rights(about("", "")).await.unwrap();
    assert_eq!(by(&on_platform, "workspaces.create"), ["creator"]);
    let of_ada = stage.as_(ada).await.rights(about("", place)).await.unwrap();
    assert!(of_ada.permissions.iter().all(|permission| permission.by[0].role.id == "administrator"));
    let by_ada = stage.as_(ada).await.rights(about("bea", place)).await.unwrap();
    assert_eq!((by_ada.permissions, by_ada.is_self), (own.permissions, false));
}

#[tokio::test]
async fn everybody_may_ask_about_themselves_however_their_name_is_written() {
    let stage = Stage::new().await;
    let emile = stage.account("Émile", "regular").await;

    for name in ["", "Émile", "émile", "ÉMILE"] {
        let own = stage.as_(emile).await.rights(about(name, "")).await.unwrap();
        assert!(own.is_self, "{name}");
    }
}

#[tokio::test]
async fn what_is_told_of_rights_is_what_is_decided() {
    let (stage, _, garden) = Stage::with_garden().await;
    let Place::Workspace(workspace) = garden else { unreachable!("the garden") };
    let shop = Namespace::parse("shop").unwrap();
    let project = stage.database.ensure_project(&harbour(), &shop).await.unwrap();
    stage.database.move_project(project, Some(workspace)).await.unwrap();
    let everything = stage.own_role(Tier::Cluster, "cluster.everything").await;
    let places = [
        (Place::Project(project), "project-viewer"),
        (Place::Project(project), "project-admin"),
        (garden.clone(), "workspace-viewer"),
        (garden, "workspace-admin"),
        (Place::Cluster(harbour()), "cluster-viewer"),
        (Place::Cluster(harbour()), "cluster-admin"),
        (Place::Cluster(harbour()), everything.as_str()),
    ];
    let mut compared = 0;
    for (index, (held, role)) in places.iter().enumerate() {
        for platform in ["regular", "auditor"] {
            let account = stage.account(&format!("somebody-{index}-{platform}"), platform).await;
            stage.hold(account, held.clone(), role).await;
            let told = stage.as_(account).await.rights(about("", "project/harbour/shop")).await.unwrap();
            let account = stage.database.account(account).await.unwrap().unwrap();
            let caller = stage.tenants.access.caller(account, None, "test".into(), None).await.unwrap();
            for permission in &told.permissions {
                let rules =
                    access::permissions::PERMISSIONS.iter().find(|one| one.word == permission.word).unwrap();
                let own = rules.rules.iter().filter(|rule| rule.lock != access::permissions::Lock::Cluster);
                let needs = own.filter(|rule| rule.group != "(custom)").flat_map(|rule| {
                    rule.verbs.iter().flat_map(move |verb| {
                        rule.resources.iter().map(move |named| (*verb, rule.group, *named))
                    })
                });
                let mut allowed = needs.map(|(verb, group, named)| {
                    let (plural, part) =
                        named.split_once('/').map_or((named, None), |(one, part)| (one, Some(part)));
                    let resource = access::Resource::new(group, plural);
                    let resource = part.into_iter().fold(resource, access::Resource::part);
                    let place = access::Place::Namespace(shop.clone());
                    access::decide(&caller, &Need::to_all(verb, resource, harbour(), place)).is_ok()
                });
                let is_allowed = allowed.all(|is_allowed| is_allowed);
                if permission.word.starts_with("custom.") {
                    continue;
                }
                assert_eq!(!permission.by.is_empty(), is_allowed, "{role} {platform} {}", permission.word);
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared}");
}

#[tokio::test]
async fn who_sees_only_the_members_of_a_place_learns_of_nobody_else() {
    let (stage, _, garden) = Stage::with_garden().await;
    let bea = stage.account("bea", "regular").await;
    let cleo = stage.account("cleo", "regular").await;
    stage.account("dan", "regular").await;
    let eve = stage.account("eve", "regular").await;
    stage.hold(bea, garden.clone(), "workspace-viewer").await;
    stage.hold(cleo, garden, "workspace-member").await;
    let place = "workspace/garden";

    let seen = stage.as_(bea).await.rights(about("cleo", place)).await.unwrap();
    assert_eq!(by(&seen, "workspace.view"), ["workspace-member"]);
    let of_dan = stage.as_(bea).await.rights(about("dan", place)).await.unwrap_err();
    let of_nobody = stage.as_(bea).await.rights(about("nobody", place)).await.unwrap_err();
    assert_eq!(of_dan, of_nobody);

    let elsewhere = stage.as_(eve).await.rights(about("", place)).await.unwrap_err();
    assert_eq!(at(elsewhere).0, "place", "a workspace that one may not see");
    let refused = stage.as_(cleo).await.rights(about("bea", place)).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused}");
    let refused = stage.as_(bea).await.rights(about("cleo", "")).await.unwrap_err();
    assert!(matches!(refused, ConsoleError::Forbidden { .. }), "{refused}");
}
