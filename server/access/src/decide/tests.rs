//! The rules as a table: who asks for what, and what they get.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::need::{Resource, Verb};
use crate::roles::ADMINISTRATOR;
use database::projects::Project;
use database::rights::{StoredHold, StoredRights};
use model::{ClusterName, ObjectName};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Somebody who holds this role in these projects of harbour.
fn caller(role: &str, places: &[&str]) -> Caller {
    let project = |place: &&str| {
        let (cluster, namespace) = place.split_once('/').unwrap();
        Project {
            id: Uuid::new_v4(),
            cluster: ClusterName::parse(cluster).unwrap(),
            namespace: Namespace::parse(namespace).unwrap(),
            workspace: None,
            title: String::new(),
            description: String::new(),
            created_at: 0,
        }
    };
    let projects: Vec<Project> = places.iter().map(project).collect();
    let hold = |project: &Project| StoredHold { place: project.id, role: role.into(), own: None };
    let stored = StoredRights {
        role: if places.is_empty() { role.into() } else { "regular".into() },
        project_roles: projects.iter().map(hold).collect(),
        projects,
        ..StoredRights::default()
    };
    holding(&stored)
}

fn holding(stored: &StoredRights) -> Caller {
    Caller {
        account_id: Uuid::nil(),
        name: "Ada".into(),
        rights: Arc::new(Rights::from_stored(stored)),
        session_hash: None,
        request_id: "1".into(),
        address: None,
        acting: None,
        known_at: Instant::now(),
    }
}

fn verb(word: &str) -> Verb {
    use Verb::{Create, Delete, Get, List, Patch, Update, Watch};
    [Get, List, Watch, Create, Update, Patch, Delete].into_iter().find(|verb| verb.word() == word).unwrap()
}

/// `patch deployments.apps/scale harbour/shop web`; the place is `*` for all that may be seen and `-` for the cluster.
fn need(text: &str) -> Need {
    let mut words = text.split(' ');
    let verb = verb(words.next().unwrap());
    let (resource, part) =
        words.next().map(|word| word.split_once('/').map_or((word, None), |(a, b)| (a, Some(b)))).unwrap();
    let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
    let (cluster, place) = words.next().unwrap().split_once('/').unwrap();
    let resource = Resource::new(group, plural);
    Need {
        verb,
        resource: match part {
            Some(part) => resource.part(part),
            None => resource,
        },
        cluster: Some(ClusterName::parse(cluster).unwrap()),
        place: match place {
            "-" => Place::Cluster,
            "*" => Place::Namespaces(BTreeSet::new()),
            list if list.contains('+') => {
                Place::Namespaces(list.split('+').map(|name| Namespace::parse(name).unwrap()).collect())
            }
            one => Place::Namespace(Namespace::parse(one).unwrap()),
        },
        name: words.next().map(|name| ObjectName::parse(name).unwrap()),
    }
}

fn shown(scope: &Scope) -> String {
    let join =
        |names: &BTreeSet<Namespace>| names.iter().map(Namespace::as_str).collect::<Vec<_>>().join("+");
    match scope {
        Scope::All => "all".into(),
        Scope::Namespaces(names) => join(names),
        Scope::NamespaceObjects(names) => format!("named {}", join(names)),
    }
}

#[test]
fn the_table_of_rights() {
    // What is asked for: what an administrator, an editor and a viewer of harbour/shop and harbour/web get; `-` is no.
    const TABLE: &[(&str, &str, &str, &str)] = &[
        ("list pods harbour/*", "all", "shop+web", "shop+web"),
        ("list pods harbour/shop", "shop", "shop", "shop"),
        ("list pods harbour/shop+web", "shop+web", "shop+web", "shop+web"),
        ("list pods harbour/kube-system", "kube-system", "-", "-"),
        ("list pods harbour/shop+kube-system", "kube-system+shop", "-", "-"),
        ("list pods meadow/*", "all", "-", "-"),
        ("list pods harbour/-", "all", "-", "-"),
        ("list namespaces harbour/-", "all", "named shop+web", "named shop+web"),
        ("get namespaces harbour/- shop", "all", "named shop+web", "named shop+web"),
        ("get namespaces harbour/- kube-system", "all", "-", "-"),
        ("patch namespaces harbour/- shop", "all", "-", "-"),
        ("list nodes harbour/-", "all", "all", "all"),
        ("list nodes.metrics.k8s.io harbour/-", "all", "all", "all"),
        ("patch nodes harbour/- one", "all", "-", "-"),
        ("get nodes/proxy harbour/- one", "all", "-", "-"),
        ("list storageclasses.storage.k8s.io harbour/-", "all", "all", "all"),
        ("list persistentvolumes harbour/-", "all", "-", "-"),
        ("list clusterroles.rbac.authorization.k8s.io harbour/-", "all", "-", "-"),
        ("get clusters.console.orrery harbour/-", "all", "all", "all"),
        ("get clusters.console.orrery meadow/-", "all", "-", "-"),
        ("patch deployments.apps harbour/shop web", "shop", "shop", "-"),
        ("patch deployments.apps/scale harbour/shop web", "shop", "shop", "-"),
        ("patch deployments.apps harbour/kube-system dns", "kube-system", "-", "-"),
        ("delete pods harbour/shop web-0", "shop", "shop", "-"),
        ("create pods/eviction harbour/shop web-0", "shop", "shop", "-"),
        ("get pods/log harbour/shop web-0", "shop", "shop", "shop"),
        ("create pods/exec harbour/shop web-0", "shop", "shop", "-"),
        ("get pods/exec harbour/shop web-0", "shop", "shop", "-"),
        ("get pods/attach harbour/shop web-0", "shop", "shop", "-"),
        ("get pods/proxy harbour/shop web-0", "shop", "-", "-"),
        ("get services/proxy harbour/shop web", "shop", "-", "-"),
        ("create serviceaccounts/token harbour/shop default", "shop", "-", "-"),
        ("get secrets harbour/shop key", "shop", "shop", "-"),
        ("list secrets harbour/*", "all", "shop+web", "-"),
        ("get configmaps harbour/shop settings", "shop", "shop", "shop"),
        ("list roles.rbac.authorization.k8s.io harbour/shop", "shop", "shop", "shop"),
        ("create roles.rbac.authorization.k8s.io harbour/shop", "shop", "-", "-"),
        ("patch rolebindings.rbac.authorization.k8s.io harbour/shop x", "shop", "-", "-"),
        ("delete resourcequotas harbour/shop x", "shop", "-", "-"),
        ("patch limitranges harbour/shop x", "shop", "-", "-"),
        ("list widgets.example.org harbour/*", "all", "shop+web", "shop+web"),
        ("patch widgets.example.org harbour/shop one", "shop", "shop", "-"),
        ("list widgets.example.org harbour/-", "all", "-", "-"),
    ];
    let places = ["harbour/shop", "harbour/web"];
    let callers =
        [caller(ADMINISTRATOR, &[]), caller("project-editor", &places), caller("project-viewer", &places)];

    for (asked, administrator, editor, viewer) in TABLE {
        for (caller, expected) in callers.iter().zip([administrator, editor, viewer]) {
            let got = decide(caller, &need(asked)).map_or("-".to_owned(), |scope| shown(&scope));
            assert_eq!(got, **expected, "{:?} ask for: {asked}", caller.rights.role);
        }
    }
}

#[test]
fn who_acts_as_somebody_may_no_more_than_they_and_less_where_it_matters() {
    // What is asked for: whether Ada may who edits harbour/shop, who looks as her, and who acts as her.
    const TABLE: &[(&str, bool, bool, bool)] = &[
        ("list pods harbour/*", true, true, true),
        ("get pods/log harbour/shop web-0", true, true, true),
        ("patch deployments.apps harbour/shop web", true, false, true),
        ("create pods/exec harbour/shop web-0", true, false, true),
        ("get pods/exec harbour/shop web-0", true, false, true),
        ("list secrets harbour/shop", true, true, true),
        ("get secrets harbour/shop key", true, false, true),
        ("get secrets harbour/shop", true, false, true),
        ("list pods harbour/kube-system", false, false, false),
        ("patch deployments.apps harbour/kube-system dns", false, false, false),
    ];
    let ada = caller("project-editor", &["harbour/shop"]);
    let acting = |may_change| Caller { acting: Some(acting(may_change)), ..ada.clone() };

    for (asked, own, looks, acts) in TABLE {
        let may = |caller: &Caller| decide(caller, &need(asked)).is_ok();
        assert_eq!((may(&ada), may(&acting(false)), may(&acting(true))), (*own, *looks, *acts), "{asked}");
    }
    let refusal = decide(&acting(false), &need("delete pods harbour/shop web-0")).unwrap_err();
    assert_eq!(refusal.reason, "whoever acts as Ada may only look, and not at secrets");
    assert_eq!(refusal.acting_as.as_deref(), Some("Ada"));
}

#[test]
fn nobody_changes_who_may_do_what_as_somebody_else() {
    let change = Need::platform(Verb::Update, "accounts");
    let read = Need::platform(Verb::Get, "accounts");
    let grace = holding(&of_platform("accounts.manage"));
    let acting = Caller { acting: Some(acting(true)), ..grace.clone() };

    assert!(decide(&grace, &change).is_ok() && decide(&acting, &read).is_ok());
    let refusal = decide(&acting, &change).unwrap_err();
    assert_eq!(refusal.reason, "whoever acts as Ada may change only what is in clusters");
}

#[test]
fn nobody_acts_as_who_is_more_than_they_are() {
    let rights = |words| Rights::from_stored(&of_platform(words));
    let administrator = Rights::clone(&caller(ADMINISTRATOR, &[]).rights);
    let support = rights("accounts.act");

    assert!(administrator.may_act_as(&support) && administrator.may_act_as(&rights("accounts.manage")));
    assert!(!administrator.may_act_as(&administrator), "an administrator is never somebody else's mask");
    assert!(support.may_act_as(&rights("")) && support.may_act_as(&rights("accounts.view")));
    assert!(!support.may_act_as(&rights("platform.audit")) && !support.may_act_as(&administrator));
    assert!(!rights("accounts.manage").may_act_as(&rights("")));
}

fn of_platform(words: &str) -> StoredRights {
    StoredRights {
        role: "own".into(),
        own_role: Some(("Own".into(), words.into())),
        ..StoredRights::default()
    }
}

fn acting(may_change: bool) -> Acting {
    Acting { account_id: Uuid::from_u128(1), name: "Sue".into(), may_change, until: i64::MAX }
}

#[test]
fn a_member_of_nothing_gets_nothing() {
    for asked in ["list pods harbour/*", "list nodes harbour/-", "get clusters.console.orrery harbour/-"] {
        let refusal = decide(&caller("regular", &[]), &need(asked)).unwrap_err();

        assert!(refusal.reason.contains("Ada holds no role in cluster harbour"), "{}", refusal.reason);
    }
}

#[test]
fn restarting_scaling_and_reading_logs_are_rights_of_their_own() {
    let held = |words: &str| {
        let mut stored = StoredRights { role: "regular".into(), ..StoredRights::default() };
        let own = caller("project-viewer", &["harbour/shop"]);
        let Some(((cluster, namespace), _)) = own.rights.projects.first_key_value() else {
            panic!("no project")
        };
        let id = Uuid::new_v4();
        stored.projects.push(Project {
            id,
            cluster: cluster.clone(),
            namespace: namespace.clone(),
            workspace: None,
            title: String::new(),
            description: String::new(),
            created_at: 0,
        });
        stored.project_roles.push(StoredHold { place: id, role: "own".into(), own: Some(words.into()) });
        holding(&stored)
    };
    let may = |words: &str, asked: &str| decide(&held(words), &need(asked)).is_ok();

    let restart = "patch deployments.apps/operate harbour/shop web";
    assert!(may("workloads.operate", restart));
    assert!(may("workloads.operate", "patch deployments.apps/scale harbour/shop web"));
    assert!(!may("workloads.operate", "patch deployments.apps harbour/shop web"));
    assert!(!may("workloads.operate", "delete deployments.apps harbour/shop web"));
    assert!(!may("workloads.view", restart));
    assert!(!may("workloads.view", "get pods/log harbour/shop web-0"));
    assert!(may("workloads.logs", "get pods/log harbour/shop web-0"));
    assert!(!may("workloads.logs", "create pods/exec harbour/shop web-0"));
    assert!(may("workloads.edit", restart) && !may("workloads.edit", "delete pods harbour/shop web-0"));
    assert!(may("secrets.view", "list secrets harbour/shop"));
    assert!(!may("secrets.view", "get secrets harbour/shop key"));
}

#[test]
fn a_role_in_a_workspace_extends_to_its_projects_and_no_further() {
    let (garden, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let project = |namespace: &str, workspace| Project {
        id: Uuid::new_v4(),
        cluster: ClusterName::parse("harbour").unwrap(),
        namespace: Namespace::parse(namespace).unwrap(),
        workspace,
        title: String::new(),
        description: String::new(),
        created_at: 0,
    };
    let ada = holding(&StoredRights {
        role: "regular".into(),
        workspaces: vec![StoredHold { place: garden, role: "workspace-viewer".into(), own: None }],
        // Rows of another workspace would have no business here, and change nothing.
        projects: vec![project("shop", Some(garden)), project("bank", Some(other)), project("alone", None)],
        ..StoredRights::default()
    });

    assert_eq!(shown(&decide(&ada, &need("list pods harbour/*")).unwrap()), "shop");
    assert!(decide(&ada, &need("list pods harbour/bank")).is_err());
    assert!(decide(&ada, &Need::in_workspace(Verb::Get, "workspaces", garden)).is_ok());
    assert!(decide(&ada, &Need::in_workspace(Verb::Get, "workspaces", other)).is_err());
    assert!(decide(&ada, &Need::in_workspace(Verb::Create, "members", garden)).is_err());
    assert!(decide(&ada, &Need::platform(Verb::List, "accounts")).is_err());
}

#[test]
fn a_role_in_a_cluster_counts_in_all_its_namespaces_and_in_no_other_cluster() {
    let harbour = ClusterName::parse("harbour").unwrap();
    let ada = |role: &str| {
        holding(&StoredRights {
            role: "regular".into(),
            clusters: vec![StoredHold { place: harbour.clone(), role: role.into(), own: None }],
            ..StoredRights::default()
        })
    };
    let get = |role: &str, asked: &str| {
        decide(&ada(role), &need(asked)).map_or("-".to_owned(), |scope| shown(&scope))
    };

    assert_eq!(get("cluster-viewer", "list pods harbour/*"), "all");
    assert_eq!(get("cluster-viewer", "list persistentvolumes harbour/-"), "all");
    assert_eq!(get("cluster-viewer", "patch nodes/cordon harbour/- one"), "-");
    assert_eq!(get("cluster-viewer", "get secrets harbour/shop key"), "-");
    assert_eq!(get("cluster-admin", "patch nodes/cordon harbour/- one"), "all");
    assert_eq!(get("cluster-admin", "create pods/exec harbour/shop web-0"), "shop");
    assert_eq!(get("cluster-admin", "list pods meadow/*"), "-");
    assert!(decide(&ada("cluster-admin"), &Need::platform(Verb::Create, "accounts")).is_err());
}

#[test]
fn dashboards_are_changed_by_who_may_edit_where_they_are() {
    let harbour = ClusterName::parse("harbour").unwrap();
    let admin = holding(&StoredRights {
        role: "regular".into(),
        clusters: vec![StoredHold { place: harbour, role: "cluster-admin".into(), own: None }],
        ..StoredRights::default()
    });
    let editor = caller("project-editor", &["harbour/shop"]);
    let viewer = caller("project-viewer", &["harbour/shop"]);
    for word in ["create", "update", "delete"] {
        let of = |place: &str| need(&format!("{word} dashboards.console.orrery {place}"));
        assert!(decide(&editor, &of("harbour/shop")).is_ok(), "{word}");
        assert!(decide(&editor, &of("harbour/web")).is_err(), "{word}");
        assert!(decide(&editor, &of("harbour/-")).is_err(), "{word}");
        assert!(decide(&viewer, &of("harbour/shop")).is_err(), "{word}");
        assert!(decide(&admin, &of("harbour/-")).is_ok() && decide(&admin, &of("harbour/shop")).is_ok());
    }
}

#[test]
fn budgets_are_set_by_who_sets_prices_and_those_of_projects_by_who_manages_their_workspace() {
    let garden = Uuid::from_u128(1);
    let shop = Project {
        id: Uuid::new_v4(),
        cluster: ClusterName::parse("harbour").unwrap(),
        namespace: Namespace::parse("shop").unwrap(),
        workspace: Some(garden),
        title: String::new(),
        description: String::new(),
        created_at: 0,
    };
    let in_workspace = |role: &str| {
        holding(&StoredRights {
            role: "regular".into(),
            workspaces: vec![StoredHold { place: garden, role: role.into(), own: None }],
            projects: vec![shop.clone()],
            ..StoredRights::default()
        })
    };
    let in_cluster = |role: &str| {
        let place = ClusterName::parse("harbour").unwrap();
        let clusters = vec![StoredHold { place, role: role.into(), own: None }];
        holding(&StoredRights { role: "regular".into(), clusters, ..StoredRights::default() })
    };
    // Who; whether they set that of a project of the workspace, of another project, and of a workspace or the cluster.
    let table = [
        ("cluster-admin", in_cluster("cluster-admin"), [true, true, true]),
        ("cluster-viewer", in_cluster("cluster-viewer"), [false, false, false]),
        ("workspace-admin", in_workspace("workspace-admin"), [true, false, false]),
        ("workspace-creator", in_workspace("workspace-creator"), [false, false, false]),
        ("workspace-viewer", in_workspace("workspace-viewer"), [false, false, false]),
        ("project-admin", caller("project-admin", &["harbour/shop"]), [false, false, false]),
    ];

    for (role, who, expected) in table {
        for word in ["update", "delete"] {
            let may = |place: &str| {
                decide(&who, &need(&format!("{word} budgets.console.orrery harbour/{place}"))).is_ok()
            };
            assert_eq!([may("shop"), may("bank"), may("-")], expected, "{role} {word}");
        }
    }
}

#[test]
fn a_cluster_hears_the_groups_of_the_place_that_is_asked_about_and_no_name() {
    let places = ["harbour/shop", "harbour/web"];
    let ada = caller("project-editor", &places);
    let held =
        &ada.rights.projects[&(ClusterName::parse("harbour").unwrap(), Namespace::parse("shop").unwrap())][0];

    let identity = ada.identity(&need("patch deployments.apps harbour/shop web"));

    assert_eq!(identity.user, "orrery:u:00000000-0000-0000-0000-000000000000");
    assert_eq!(identity.groups, [held.group.as_str(), "orrery:members", "system:authenticated"]);
    assert_eq!(ada.identity(&need("get namespaces harbour/- shop")).groups, identity.groups);
    assert_eq!(
        caller(ADMINISTRATOR, &[]).identity(&need("list nodes harbour/-")).groups,
        ["orrery:administrators", "system:authenticated"]
    );
}

#[test]
fn a_token_that_may_only_read_changes_nothing_and_opens_no_way_in() {
    let handle = format!("token read {}", Uuid::from_u128(1));
    let reader = Caller { session_hash: Some(handle.clone()), ..caller(ADMINISTRATOR, &[]) };
    let full = Caller { session_hash: Some(handle.replace("read", "full")), ..reader.clone() };
    let place = Place::Namespace(Namespace::parse("shop").unwrap());
    let need =
        |verb, resource| Need::to_all(verb, resource, ClusterName::parse("harbour").unwrap(), place.clone());

    assert!(decide(&reader, &need(Verb::List, Resource::new("", "pods"))).is_ok());
    assert!(decide(&reader, &need(Verb::Get, Resource::new("", "pods").part("log"))).is_ok());
    for (verb, resource) in [
        (Verb::Delete, Resource::new("", "pods")),
        (Verb::Patch, Resource::new("apps", "deployments").part("scale")),
        (Verb::Get, Resource::new("", "pods").part("exec")),
        (Verb::Get, Resource::new("", "services").part("proxy")),
        (Verb::Create, Resource::new("", "pods").part("exec")),
    ] {
        let need = need(verb, resource);
        assert!(decide(&reader, &need).is_err(), "{need:?}");
        assert!(decide(&full, &need).is_ok(), "{need:?}");
    }
    let accounts = Need::platform(Verb::Create, "accounts");
    assert!(decide(&reader, &accounts).is_err() && decide(&full, &accounts).is_ok());
}

#[test]
fn everybody_may_ask_for_a_role_and_that_is_all_they_may() {
    let nobody = caller("regular", &[]);
    let request = |verb| Need::platform(verb, "requests");

    assert_eq!(decide(&nobody, &request(Verb::Create)), Ok(Scope::All));
    assert_eq!(decide(&nobody, &request(Verb::Delete)), Ok(Scope::All));
    for verb in [Verb::Get, Verb::List, Verb::Update, Verb::Patch] {
        assert!(decide(&nobody, &request(verb)).is_err(), "{verb:?}");
    }
    assert!(decide(&nobody, &need("create requests.console.orrery harbour/shop")).is_err());
    let reading = Caller { session_hash: Some(format!("token read {}", Uuid::nil())), ..nobody };
    assert!(decide(&reading, &request(Verb::Create)).is_err(), "a token that may only read has asked");
}

#[test]
fn everybody_may_keep_searches_of_their_own_and_no_others() {
    let nobody = caller("regular", &[]);
    let own = |verb| {
        let resource = Resource::console("searches").part("own");
        Need { resource, ..Need::platform(verb, "searches") }
    };

    for verb in [Verb::Create, Verb::Update, Verb::Delete] {
        assert_eq!(decide(&nobody, &own(verb)), Ok(Scope::All), "{verb:?}");
        assert!(decide(&nobody, &Need::platform(verb, "searches")).is_err(), "{verb:?}");
    }
    let reading = Caller { session_hash: Some(format!("token read {}", Uuid::nil())), ..nobody };
    assert!(decide(&reading, &own(Verb::Create)).is_err(), "a token that may only read has kept a search");
}

mod places;
