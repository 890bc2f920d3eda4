//! API tokens that were made for one place.

use super::*;
use crate::Only;
use database::tokens::TokenReach;
use model::WorkspaceName;

const GARDEN: Uuid = Uuid::from_u128(1);

fn project(namespace: &str, workspace: Option<Uuid>) -> Project {
    Project {
        id: Uuid::new_v4(),
        cluster: ClusterName::parse("harbour").unwrap(),
        namespace: Namespace::parse(namespace).unwrap(),
        workspace,
        title: String::new(),
        description: String::new(),
        created_at: 0,
    }
}

/// Every sort of place, with what it is called.
fn reaches() -> Vec<(&'static str, TokenReach)> {
    let name = WorkspaceName::parse("garden").unwrap();
    let cluster = |name| TokenReach::Cluster(ClusterName::parse(name).unwrap());
    vec![
        ("cluster/harbour", cluster("harbour")),
        ("cluster/meadow", cluster("meadow")),
        (
            "workspace/garden",
            TokenReach::Workspace { id: GARDEN, name, projects: vec![project("shop", Some(GARDEN))] },
        ),
        ("project/harbour/shop", TokenReach::Project(project("shop", Some(GARDEN)))),
        ("project/harbour/web", TokenReach::Project(project("web", None))),
        ("a place that is gone", TokenReach::Nowhere),
    ]
}

fn within(caller: &Caller, reach: TokenReach) -> Caller {
    let rights = Rights::clone(&caller.rights).within(Only::of(reach).unwrap());
    Caller { rights: Arc::new(rights), ..caller.clone() }
}

fn in_place(caller: &Caller, place: &str) -> Caller {
    let found = reaches().into_iter().find(|(name, _)| *name == place).unwrap();
    within(caller, found.1)
}

/// Somebody who holds this in these places: `*` is the platform, `harbour` a cluster, `garden` the workspace.
fn person(held: &[(&str, &str)]) -> Caller {
    let projects = vec![project("shop", Some(GARDEN)), project("web", None)];
    let mut stored = StoredRights { role: "regular".into(), projects, ..StoredRights::default() };
    for (place, role) in held {
        let role = (*role).to_owned();
        match *place {
            "*" if role == ADMINISTRATOR => stored.role = role,
            "*" => {
                stored = StoredRights { own_role: Some(("Own".into(), role)), role: "own".into(), ..stored }
            }
            "garden" => stored.workspaces.push(StoredHold { place: GARDEN, role, own: None }),
            "shop" | "web" => {
                let id = stored.projects.iter().find(|one| one.namespace.as_str() == *place).unwrap().id;
                stored.project_roles.push(StoredHold { place: id, role, own: None });
            }
            cluster => {
                let place = ClusterName::parse(cluster).unwrap();
                stored.clusters.push(StoredHold { place, role, own: None });
            }
        }
    }
    holding(&stored)
}

fn people() -> Vec<Caller> {
    vec![
        person(&[]),
        person(&[("*", ADMINISTRATOR)]),
        person(&[("*", "workspaces.manage accounts.manage platform.audit platform.settings")]),
        person(&[("harbour", "cluster-viewer")]),
        person(&[("harbour", "cluster-admin"), ("meadow", "cluster-viewer")]),
        person(&[("garden", "workspace-admin")]),
        person(&[("garden", "workspace-viewer"), ("web", "project-editor"), ("*", "workspaces.view")]),
        person(&[("shop", "project-admin"), ("web", "project-viewer")]),
    ]
}

/// Everything that can be asked for, of a few of each sort.
fn needs() -> Vec<Need> {
    use Verb::{Create, Delete, Get, List, Patch};
    let resources = [
        Resource::new("", "pods"),
        Resource::new("", "pods").part("exec"),
        Resource::new("", "pods").part("log"),
        Resource::new("", "secrets"),
        Resource::new("", "namespaces"),
        Resource::new("", "nodes"),
        Resource::new("", "nodes").part("shell"),
        Resource::new("", "persistentvolumes"),
        Resource::new("apps", "deployments").part("scale"),
        Resource::new("storage.k8s.io", "storageclasses"),
        Resource::new("rbac.authorization.k8s.io", "clusterroles"),
        Resource::new("example.org", "widgets"),
        Resource::console("clusters"),
        Resource::console("dashboards"),
        Resource::console("dashboards").part("share"),
        Resource::console("members"),
        Resource::console("projects"),
        Resource::console("workspaces"),
        Resource::console("accounts"),
        Resource::console("audit"),
        Resource::console("requests"),
        Resource::console("searches").part("own"),
        Resource::console("settings"),
    ];
    let namespace = |name: &str| Namespace::parse(name).unwrap();
    let some = |names: &[&str]| Place::Namespaces(names.iter().map(|name| namespace(name)).collect());
    let everywhere = some(&[]);
    let within_harbour = [
        Place::Cluster,
        Place::Namespace(namespace("shop")),
        Place::Namespace(namespace("web")),
        Place::Namespace(namespace("kube-system")),
        everywhere.clone(),
        some(&["shop"]),
        some(&["shop", "web"]),
    ];
    let elsewhere = [
        (None, Place::Platform),
        (None, Place::Workspace(GARDEN)),
        (None, Place::Workspace(Uuid::from_u128(2))),
        (None, Place::Cluster),
        (Some("harbour"), Place::Platform),
        (Some("harbour"), Place::Workspace(GARDEN)),
        (Some("meadow"), Place::Cluster),
        (Some("meadow"), Place::Namespace(namespace("shop"))),
        (Some("meadow"), everywhere),
    ];
    let places = within_harbour.map(|place| (Some("harbour"), place)).into_iter().chain(elsewhere);
    let places: Vec<_> = places.collect();
    let mut needs = Vec::new();
    for resource in resources {
        for verb in [Get, List, Create, Patch, Delete] {
            for (cluster, place) in &places {
                for name in [None, Some("shop")] {
                    needs.push(Need {
                        verb,
                        resource: resource.clone(),
                        cluster: cluster.map(|name| ClusterName::parse(name).unwrap()),
                        place: place.clone(),
                        name: name.map(|name| ObjectName::parse(name).unwrap()),
                    });
                }
            }
        }
    }
    needs
}

#[test]
fn a_place_never_allows_more_and_what_it_refuses_names_it() {
    let needs = needs();
    for (person, caller) in people().iter().enumerate() {
        let whole: Vec<_> = needs.iter().map(|need| decide(caller, need)).collect();
        for (place, reach) in reaches() {
            let only = Only::of(reach.clone()).unwrap();
            let placed = within(caller, reach);
            for (need, whole) in needs.iter().zip(&whole) {
                let told = || format!("person {person} in {place}: {need:?}");
                match (decide(&placed, need), whole) {
                    (Ok(scope), Ok(whole)) => {
                        assert!(scope.is_within(whole), "more of it: {}", told());
                        assert!(only.covers(need), "outside: {}", told());
                    }
                    (Ok(_), Err(_)) => panic!("more: {}", told()),
                    (Err(refusal), _) if !only.covers(need) => {
                        assert!(refusal.reason.contains(place), "{}: {}", refusal.reason, told());
                        let outside = if place.contains('/') { place } else { "" };
                        assert_eq!(refusal.outside.as_deref(), Some(outside), "{}", told());
                    }
                    (Err(refusal), _) => assert_eq!(refusal.outside, None, "{}", told()),
                }
                // A cluster hears of no role that is not held.
                let known = placed.identity(need).groups;
                let all = [caller.identity(need).groups, vec![crate::rights::MEMBERS.to_owned()]].concat();
                assert!(known.iter().all(|group| all.contains(group)), "{known:?}, {}", told());
            }
        }
    }
}

#[test]
fn the_table_of_places() {
    // What is asked for: what an administrator and an admin of the cluster get by a token for the project, the workspace, and
    // the cluster.
    const TABLE: &[(&str, &str, &str, &str)] = &[
        ("list pods harbour/*", "shop", "shop", "all"),
        ("list pods harbour/shop", "shop", "shop", "shop"),
        ("list pods harbour/web", "-", "-", "web"),
        ("list pods harbour/shop+web", "-", "-", "shop+web"),
        ("list pods harbour/-", "-", "-", "all"),
        ("list pods meadow/*", "-", "-", "-"),
        ("get secrets harbour/-", "-", "-", "all"),
        ("get secrets harbour/shop key", "shop", "shop", "shop"),
        ("get secrets harbour/web key", "-", "-", "web"),
        ("create pods/exec harbour/shop web-0", "shop", "shop", "shop"),
        ("create pods/exec harbour/web web-0", "-", "-", "web"),
        ("list namespaces harbour/-", "named shop", "named shop", "all"),
        ("get namespaces harbour/- web", "-", "-", "all"),
        ("delete namespaces harbour/- shop", "-", "-", "all"),
        ("list nodes harbour/-", "all", "all", "all"),
        ("patch nodes/cordon harbour/- one", "-", "-", "all"),
        ("list persistentvolumes harbour/-", "-", "-", "all"),
        ("get clusters.console.orrery harbour/-", "all", "all", "all"),
        ("get clusters.console.orrery meadow/-", "-", "-", "-"),
        ("create dashboards.console.orrery harbour/shop", "shop", "shop", "shop"),
        ("create dashboards.console.orrery/share harbour/shop", "-", "-", "-"),
    ];
    let people = [person(&[("*", ADMINISTRATOR)]), person(&[("harbour", "cluster-admin")])];
    for (asked, project, workspace, cluster) in TABLE {
        let places = ["project/harbour/shop", "workspace/garden", "cluster/harbour"];
        for (place, expected) in places.into_iter().zip([project, workspace, cluster]) {
            for caller in &people {
                let got = decide(&in_place(caller, place), &need(asked));
                let got = got.map_or("-".to_owned(), |scope| shown(&scope));
                assert_eq!(got, **expected, "{place}: {asked}");
            }
        }
    }
}

#[test]
fn a_workspace_is_its_tokens_place_with_what_is_kept_of_it() {
    let of = |verb, plural, workspace| Need::in_workspace(verb, plural, workspace);
    for caller in [person(&[("*", ADMINISTRATOR)]), person(&[("garden", "workspace-admin")])] {
        let placed = in_place(&caller, "workspace/garden");
        assert!(decide(&placed, &of(Verb::Create, "members", GARDEN)).is_ok());
        assert!(decide(&placed, &of(Verb::Get, "workspaces", Uuid::from_u128(2))).is_err());
        assert!(decide(&placed, &Need::platform(Verb::List, "accounts")).is_err());
        assert!(
            decide(&in_place(&caller, "project/harbour/shop"), &of(Verb::Get, "workspaces", GARDEN)).is_err()
        );
    }
    // Roles on the platform reach into workspaces, and no token for one takes them along.
    let manager = person(&[("*", "workspaces.manage")]);
    assert!(decide(&manager, &of(Verb::Get, "workspaces", GARDEN)).is_ok());
    assert!(in_place(&manager, "workspace/garden").rights.are_none());
}

#[test]
fn nothing_is_seen_of_other_places() {
    let administrator = person(&[("*", ADMINISTRATOR)]);
    let placed = in_place(&administrator, "project/harbour/shop");
    let (harbour, meadow) = (ClusterName::parse("harbour").unwrap(), ClusterName::parse("meadow").unwrap());

    assert!(!placed.is_administrator() && placed.is_for_one_place());
    assert!(placed.may_see_cluster(&harbour) && !placed.may_see_cluster(&meadow));
    assert_eq!(placed.namespaces_of(&harbour), [Namespace::parse("shop").unwrap()].into());
    assert!(placed.rights.platform.is_empty() && placed.me().may.is_empty());
    let identity = placed.identity(&need("patch deployments.apps harbour/shop web"));
    assert_eq!(identity.groups, ["orrery:administrators", "orrery:members", "system:authenticated"]);
}
