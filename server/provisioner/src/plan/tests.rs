#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::apply::{Actual, Step, steps};
use database::limits::ProjectLimits;
use model::WorkspaceName;

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn account(id: u128, role: &str) -> Account {
    Account {
        id: Uuid::from_u128(id),
        name: format!("person-{id}"),
        full_name: String::new(),
        email: String::new(),
        role: role.into(),
        is_enabled: true,
        is_gone: false,
        created_at: 0,
    }
}

fn project(id: u128, namespace: &str, workspace: Option<u128>) -> Project {
    Project {
        id: Uuid::from_u128(id),
        cluster: harbour(),
        namespace: Namespace::parse(namespace).unwrap(),
        workspace: workspace.map(Uuid::from_u128),
        title: String::new(),
        description: String::new(),
        created_at: 0,
    }
}

fn member(account: u128, place: Place, role: &str) -> Member {
    Member {
        account: Uuid::from_u128(account),
        name: String::new(),
        full_name: String::new(),
        is_enabled: true,
        place,
        role: role.into(),
        source: String::new(),
        ends_at: None,
        department: None,
        created_at: 0,
    }
}

/// Ada is an administrator; Bea edits the shop; Cleo administers the garden, to which shop and bank belong.
fn tables() -> Tables {
    Tables {
        console: Uuid::from_u128(9),
        accounts: vec![account(1, "administrator"), account(2, "regular"), account(3, "regular")],
        workspaces: vec![Workspace {
            id: Uuid::from_u128(30),
            name: WorkspaceName::parse("garden").unwrap(),
            title: String::new(),
            description: String::new(),
            clusters: [harbour()].into(),
            created_at: 0,
        }],
        projects: vec![
            project(20, "shop", Some(30)),
            project(21, "bank", Some(30)),
            project(22, "alone", None),
        ],
        roles: Vec::new(),
        members: vec![
            member(2, Place::Project(Uuid::from_u128(20)), "project-editor"),
            member(3, Place::Workspace(Uuid::from_u128(30)), "workspace-admin"),
        ],
        limits: Limits::default(),
    }
}

fn planned(tables: &Tables) -> Plan {
    let own = OwnAccount { user: "system:serviceaccount:orrery:console".into(), is_master: false };
    plan(tables, &harbour(), &own, &["".into(), "apps".into(), "example.org".into()].into())
}

fn names(plan: &Plan) -> Vec<String> {
    let name = |object: &Value| {
        let name = object["metadata"]["name"].as_str().unwrap();
        match object["metadata"]["namespace"].as_str() {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        }
    };
    plan.objects
        .iter()
        .filter(|object| object["kind"].as_str().unwrap().ends_with("Binding"))
        .map(name)
        .collect()
}

fn names_to_act_as<'p>(plan: &'p Plan, resource: &str) -> Vec<&'p str> {
    let lists = plan.objects.iter().filter(|object| {
        object["rules"][0]["verbs"][0] == "impersonate" && object["rules"][0]["resources"][0] == resource
    });
    lists
        .flat_map(|list| list["rules"][0]["resourceNames"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn a_cluster_is_told_of_roles_and_places_and_not_of_people() {
    let plan = planned(&tables());

    assert_eq!(
        names(&plan),
        [
            "orrery:administrators",
            "orrery:members",
            "shop/orrery:p:project-editor",
            "shop/orrery:w:workspace-admin",
            "bank/orrery:w:workspace-admin",
            "orrery:impersonate:users:0",
            "orrery:impersonate:groups:0",
        ]
    );
    let mut more = tables();
    more.accounts.push(account(4, "regular"));
    more.members.push(member(4, Place::Project(Uuid::from_u128(20)), "project-editor"));
    assert_eq!(names(&planned(&more)), names(&plan), "one more editor makes another binding");
}

#[test]
fn a_cluster_is_told_the_same_out_of_what_is_about_it_and_a_change_elsewhere_is_no_news() {
    let mut tables = tables();
    let garden = Uuid::from_u128(30);
    tables.limits.isolated_workspaces.insert(garden);
    tables.limits.closed_classes.insert((garden, harbour()), ["fast".into()].into());
    tables.limits.projects.insert(
        Uuid::from_u128(22),
        ProjectLimits { quota: [("pods".into(), "9".into())].into(), ..ProjectLimits::default() },
    );
    let about = tables.about(&harbour());
    assert_eq!(planned(&about), planned(&tables));

    let meadow = ClusterName::parse("meadow").unwrap();
    let mut elsewhere = tables.clone();
    elsewhere.accounts.push(account(4, "regular"));
    elsewhere.projects.push(Project { cluster: meadow.clone(), ..project(40, "shop", None) });
    elsewhere.members.push(member(4, Place::Project(Uuid::from_u128(40)), "project-editor"));
    elsewhere.members.push(member(4, Place::Cluster(meadow.clone()), "cluster-viewer"));
    elsewhere.limits.closed_classes.insert((garden, meadow.clone()), ["slow".into()].into());
    assert_eq!(elsewhere.about(&harbour()), about);
    assert_ne!(elsewhere.about(&meadow), tables.about(&meadow));

    elsewhere.members.push(member(4, Place::Workspace(garden), "workspace-viewer"));
    assert_ne!(elsewhere.about(&harbour()), about, "the garden has projects here");
}

#[test]
fn the_console_may_act_as_those_who_hold_something_there_and_as_nobody_else() {
    let mut tables = tables();
    tables.accounts.push(account(4, "regular"));
    let meadow = ClusterName::parse("meadow").unwrap();
    tables.members.push(member(4, Place::Cluster(meadow), "cluster-viewer"));
    let plan = planned(&tables);
    let people = [1, 2, 3].map(|id| user_name(Uuid::from_u128(id)));
    assert_eq!(names_to_act_as(&plan, "users"), people.iter().map(String::as_str).collect::<Vec<_>>());
    let groups = names_to_act_as(&plan, "groups");
    assert_eq!(groups.len(), 5, "{groups:?}");
    assert!(groups.iter().all(|group| group.starts_with("orrery:") || *group == "system:authenticated"));

    tables.accounts[0].is_enabled = false;
    tables.members[0].is_enabled = false;
    assert_eq!(names_to_act_as(&planned(&tables), "users"), [user_name(Uuid::from_u128(3))]);
}

#[test]
fn a_list_of_names_never_grows_beyond_what_an_object_may_be() {
    let mut tables = tables();
    for id in 100..1300 {
        tables.accounts.push(account(id, "regular"));
        tables.members.push(member(id, Place::Project(Uuid::from_u128(20)), "project-viewer"));
    }

    let plan = planned(&tables);

    assert_eq!(names_to_act_as(&plan, "users").len(), 1203);
    let longest = plan.objects.iter().map(|object| object.to_string().len()).max().unwrap();
    assert!(longest < 64 << 10, "{longest} bytes");
}

#[test]
fn what_only_the_console_knows_is_told_to_no_cluster_and_custom_kinds_by_their_groups() {
    let text = planned(&tables()).objects.iter().map(Value::to_string).collect::<String>();

    assert!(!text.contains("console.orrery") && !text.contains("/operate") && !text.contains("(custom)"));
    assert!(text.contains(r#""apiGroups":["example.org"]"#), "{text}");
}

#[test]
fn what_is_there_already_is_left_alone_and_what_is_no_more_goes_first() {
    let tables = tables();
    let plan = planned(&tables);
    let fresh = Actual {
        namespaces: ["shop", "bank", "alone", "other"]
            .map(|name| (Namespace::parse(name).unwrap(), BTreeMap::new()))
            .into(),
        ..Actual::default()
    };
    let first = steps(&plan, &fresh, tables.console);
    assert_eq!(first.len(), plan.objects.len() + 3, "three namespaces are labelled");

    let mut there = fresh;
    for step in first {
        match step {
            Step::Apply(path, object) => drop(there.objects.insert(path, object)),
            Step::Label(namespace, labels) => {
                let labels = labels.as_object().unwrap().iter();
                let labels =
                    labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
                there.namespaces.insert(namespace, labels.collect());
            }
            Step::Delete(path) => panic!("{path} is deleted"),
        }
    }
    assert_eq!(steps(&plan, &there, tables.console), []);

    let mut moved = tables.clone();
    moved.projects[0].workspace = None;
    let again = steps(&planned(&moved), &there, tables.console);
    let [Step::Delete(path), Step::Label(namespace, labels)] = again.as_slice() else { panic!("{again:?}") };
    assert!(path.contains("/namespaces/shop/rolebindings/orrery%3Aw%3A"), "{path}");
    assert_eq!((namespace.as_str(), &labels[WORKSPACE_LABEL]), ("shop", &Value::Null));
}

fn specs(plan: &Plan, kind: &str) -> Vec<(String, Value)> {
    let own = plan.objects.iter().filter(|object| object["kind"] == kind);
    own.map(|object| (object["metadata"]["namespace"].as_str().unwrap().to_owned(), object["spec"].clone()))
        .collect()
}

#[test]
fn a_project_with_limits_has_a_quota_and_defaults_in_its_namespace() {
    let mut tables = tables();
    let amounts = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, amount)| ((*name).to_owned(), (*amount).to_owned())).collect()
    };
    let limits = ProjectLimits {
        quota: amounts(&[("pods", "10"), ("requests.cpu", "2")]),
        defaults: amounts(&[("limits.cpu", "500m"), ("requests.memory", "64Mi")]),
    };
    tables.limits.projects.insert(Uuid::from_u128(20), limits);

    let plan = planned(&tables);

    let hard = json!({"hard": {"pods": "10", "requests.cpu": "2"}});
    assert_eq!(specs(&plan, "ResourceQuota"), [("shop".to_owned(), hard)]);
    let container = json!({
        "type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "500m", "memory": "64Mi"},
    });
    assert_eq!(specs(&plan, "LimitRange"), [("shop".to_owned(), json!({"limits": [container]}))]);
    assert_eq!(specs(&plan, "NetworkPolicy"), []);
}

#[test]
fn projects_make_no_claims_of_classes_that_are_closed_to_their_workspace() {
    let mut tables = tables();
    let project = tables.projects.iter().find(|one| one.id == Uuid::from_u128(20)).unwrap();
    let (workspace, cluster) = (project.workspace.unwrap(), project.cluster.clone());
    let elsewhere = ClusterName::parse("elsewhere").unwrap();
    tables.limits.closed_classes.insert((workspace, cluster), ["gold".to_owned()].into());
    tables.limits.closed_classes.insert((workspace, elsewhere), ["slow".to_owned()].into());

    let quotas = specs(&planned(&tables), "ResourceQuota");

    let (_, of_shop) = quotas.iter().find(|(namespace, _)| namespace == "shop").unwrap();
    assert_eq!(of_shop, &json!({"hard": {"gold.storageclass.storage.k8s.io/persistentvolumeclaims": "0"}}));
    let in_workspace = tables.projects.iter().filter(|one| one.workspace == Some(workspace)).count();
    assert_eq!(quotas.len(), in_workspace, "a project of somebody else is limited: {quotas:?}");
}

#[test]
fn isolation_lets_in_the_workspace_or_the_project_alone() {
    let mut tables = tables();
    tables.limits.isolated_workspaces.insert(Uuid::from_u128(30));
    tables.limits.isolated_projects.insert(Uuid::from_u128(21));

    let policies = specs(&planned(&tables), "NetworkPolicy");

    let from = |namespace: &str| {
        let (_, spec) = policies.iter().find(|(own, _)| own == namespace).unwrap();
        spec["ingress"][0]["from"][0].clone()
    };
    assert_eq!(policies.len(), 2, "a project of no workspace is nobody's to isolate: {policies:?}");
    assert_eq!(from("shop"), json!({"namespaceSelector": {"matchLabels": {WORKSPACE_LABEL: "garden"}}}));
    assert_eq!(from("bank"), json!({"podSelector": {}}), "the narrower one counts");
}

#[test]
fn an_amount_that_the_cluster_writes_in_another_way_is_not_written_again() {
    let mut tables = tables();
    let quota = [("limits.memory".to_owned(), "2048Mi".to_owned())].into();
    let limits = ProjectLimits { quota, ..ProjectLimits::default() };
    tables.limits.projects.insert(Uuid::from_u128(20), limits);
    let plan = planned(&tables);
    let written = |hard: &str| -> Vec<Step> {
        let mut quota = plan.objects.iter().find(|object| object["kind"] == "ResourceQuota").unwrap().clone();
        quota["spec"]["hard"]["limits.memory"] = hard.into();
        let path = "/api/v1/namespaces/shop/resourcequotas/orrery".to_owned();
        let namespaces = [(Namespace::parse("shop").unwrap(), BTreeMap::new())].into();
        let actual = Actual { objects: [(path, quota)].into(), namespaces, ..Actual::default() };
        steps(&plan, &actual, tables.console)
    };
    let is_quota = |step: &Step| matches!(step, Step::Apply(path, _) if path.contains("resourcequotas"));

    assert!(!written("2Gi").iter().any(is_quota));
    assert!(written("3Gi").iter().any(is_quota));
}
