//! The rules as a table: who asks for what, and what they get.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use model::{ClusterName, ObjectName};
use uuid::Uuid;

fn caller(persona: Persona, places: &[&str]) -> Caller {
    let memberships = places.iter().map(|place| {
        let (cluster, namespace) = place.split_once('/').unwrap();
        (ClusterName::parse(cluster).unwrap(), Namespace::parse(namespace).unwrap())
    });
    Caller {
        account_id: Uuid::nil(),
        name: "Ada".into(),
        persona,
        memberships: memberships.collect(),
        session_hash: None,
        request_id: "1".into(),
        address: None,
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
        cluster: ClusterName::parse(cluster).unwrap(),
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
    let callers = [
        caller(Persona::Administrator, &[]),
        caller(Persona::Editor, &places),
        caller(Persona::Viewer, &places),
    ];

    for (asked, administrator, editor, viewer) in TABLE {
        for (caller, expected) in callers.iter().zip([administrator, editor, viewer]) {
            let got = decide(caller, &need(asked)).map_or("-".to_owned(), |scope| shown(&scope));
            assert_eq!(got, **expected, "{:?} asks for: {asked}", caller.persona);
        }
    }
}

#[test]
fn a_member_of_nothing_gets_nothing() {
    for persona in [Persona::Editor, Persona::Viewer] {
        for asked in ["list pods harbour/*", "list nodes harbour/-", "get clusters.console.orrery harbour/-"]
        {
            let refusal = decide(&caller(persona, &[]), &need(asked)).unwrap_err();
            assert!(
                refusal.reason.contains("not a member of any namespace of cluster harbour"),
                "{}",
                refusal.reason
            );
        }
    }
}

#[test]
fn the_identity_for_clusters_holds_no_name_and_one_group_of_ours() {
    let identity = caller(Persona::Editor, &["harbour/shop"]).identity();

    assert_eq!(identity.user, "orrery:u:00000000-0000-0000-0000-000000000000");
    assert_eq!(identity.groups, ["orrery:editors", "system:authenticated"]);
}
