//! What a provisioned cluster lets people do is what the console lets them do: the two locks are compared, right by right.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::permissions::{ANY, CUSTOM, Lock, PERMISSIONS};
use access::rights::Rights;
use access::{Access, Action, Caller, Granted, Need, Place, Resource, Verb};
use bytes::Bytes;
use database::Database;
use database::accounts::NewAccount;
use database::limits::{Amounts, LimitChange, ProjectLimits};
use database::members::{NewMember, Place as Held};
use database::workspaces::WorkspaceFacts;
use http::Method;
use kubernetes::{As, Call, Connection};
use model::{ENFORCE_LABEL, Namespace, PodSecurity, PodSecurityLevel, Tier, WorkspaceName};
use playground_kubernetes::{Cluster, DeleteOptions, Running};
use provisioner::{CreateProject, DeleteProject, ProvisionError, Provisioner};
use serde_json::{Value, json};
use test_stage::{config, harbour, simulated};
use uuid::Uuid;

mod identities;

struct Stage {
    cluster: Cluster,
    database: Database,
    access: Access,
    connection: Connection,
    provisioner: Provisioner,
    running: Running,
}

fn namespace(name: &str) -> Namespace {
    Namespace::parse(name).unwrap()
}

impl Stage {
    async fn new() -> Self {
        let (cluster, running) = simulated("harbour", &["shop", "bank"]).await;
        let config = config(&running.kubeconfig(), "harbour").await;
        let connection = Connection::new("harbour", config).unwrap();
        let known = kubernetes::Cluster::new(harbour(), connection.clone());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let provisioner = Provisioner::start(database.clone(), &access, [(known, connection.clone())]);
        Self { cluster, database, access, connection, provisioner, running }
    }

    /// How a service account reaches the cluster, which may do nothing there but see who it is, and which namespaces there are.
    async fn account(&self, name: &str) -> Connection {
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "bank"},
        });
        self.cluster.apply(account).unwrap();
        let group = "rbac.authorization.k8s.io";
        let role = json!({
            "apiVersion": format!("{group}/v1"), "kind": "ClusterRole", "metadata": {"name": "reader"},
            "rules": [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list"]}],
        });
        let binding = json!({
            "apiVersion": format!("{group}/v1"), "kind": "ClusterRoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "reader"},
            "subjects": [{"kind": "ServiceAccount", "namespace": "bank", "name": name}],
        });
        self.cluster.apply(role).unwrap();
        self.cluster.apply(binding).unwrap();
        let path = format!("/api/v1/namespaces/bank/serviceaccounts/{name}/token");
        let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
        let call = Call::write(Method::POST, path, "application/json", Bytes::from(request.to_string()));
        let answer = self.connection.call(As::Console, &call).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        let mut config = config(&self.running.kubeconfig(), "harbour").await;
        config.auth_info.token = Some(answer["status"]["token"].as_str().unwrap().to_owned().into());
        Connection::new("harbour", config).unwrap()
    }

    async fn person(&self, name: &str) -> Uuid {
        let new = NewAccount { name: name.into(), role: "regular".into(), ..NewAccount::default() };
        self.database.add_account(&new).await.unwrap()
    }

    async fn hold(&self, account: Uuid, place: Held, role: &str) {
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    async fn project(&self, name: &str) -> Uuid {
        self.database.ensure_project(&harbour(), &namespace(name)).await.unwrap()
    }

    async fn caller(&self, account: Uuid) -> Caller {
        let account = self.database.account(account).await.unwrap().unwrap();
        self.access.caller(account, None, "test".into(), None).await.unwrap()
    }

    async fn up_to_date(&self) {
        let state = self.provisioner.caught_up(&harbour()).await;
        assert_eq!(state.problem, None);
    }

    /// Whether the cluster itself would do it for this person.
    async fn cluster_lets(&self, caller: &Caller, need: Need) -> bool {
        let attributes = json!({
            "verb": need.verb.word(), "group": need.resource.group, "resource": need.resource.plural,
            "subresource": need.resource.subresource.clone().unwrap_or_default(),
            "namespace": match &need.place { Place::Namespace(namespace) => namespace.to_string(), _ => String::new() },
        });
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        });
        let granted = self.access.grant(caller, Ask(need)).await;
        // Whom the console refuses it does not speak for; the cluster is asked as if it did.
        let identity =
            granted.map_or_else(|_| everything(caller), |granted: Granted<Ask>| granted.identity());
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews".into();
        let call = Call::write(Method::POST, path, "application/json", Bytes::from(review.to_string()));
        let answer = self.connection.call(As::Caller(&identity), &call).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        answer["status"]["allowed"] == true
    }
}

struct Ask(Need);

impl Action for Ask {
    const NAME: &'static str = "ask";

    fn need(&self) -> Need {
        self.0.clone()
    }
}

/// All groups of a person at once, which no request ever carries.
fn everything(caller: &Caller) -> access::Identity {
    let Rights { clusters, projects, .. } = &*caller.rights;
    let held = clusters.values().chain(projects.values()).flatten();
    let groups = held.map(|held| held.group.clone()).chain(["orrery:members".into()]).collect();
    access::Identity { user: access::user_name(caller.account_id), groups, request_id: String::new() }
}

/// Every right that any permission speaks of, in a namespace.
fn rights_in(place: &Place) -> Vec<Need> {
    let mut needs = Vec::new();
    let namespaced = PERMISSIONS.iter().filter(|permission| permission.tiers.contains(&Tier::Project));
    for rule in namespaced.flat_map(|permission| permission.rules) {
        if rule.is_for_the_console() || rule.lock != Lock::Both {
            continue;
        }
        let group = match rule.group {
            CUSTOM | ANY => "example.org",
            group => group,
        };
        for (verb, named) in
            rule.verbs.iter().flat_map(|verb| rule.resources.iter().map(move |named| (*verb, *named)))
        {
            let (plural, part) =
                named.split_once('/').map_or((named, None), |(plural, part)| (plural, Some(part)));
            // Names of secrets are told by the console, which asks the cluster for no values.
            if plural == "secrets" && part.is_none() && verb != Verb::Get {
                continue;
            }
            let resource = Resource::new(group, if plural == ANY { "things" } else { plural });
            let resource = part.map_or(resource.clone(), |part| resource.part(part));
            needs.push(Need { verb, resource, cluster: Some(harbour()), place: place.clone(), name: None });
        }
    }
    needs
}

/// Whether a permission opens more in the cluster than in the console, for want of a narrower word there.
fn is_opened_wider(need: &Need) -> bool {
    PERMISSIONS.iter().flat_map(|permission| permission.rules).any(|rule| {
        rule.lock == Lock::Cluster
            && rule.group == need.resource.group
            && rule.verbs.contains(&need.verb)
            && rule.resources.contains(&need.resource.plural.as_str())
    })
}

#[tokio::test]
async fn both_locks_open_for_the_same_rights() {
    let stage = Stage::new().await;
    // What rights name by itself is served too: whoever may read custom resources reads those as well.
    for (group, plural, kind) in
        [("example.org", "things", "Thing"), ("monitoring.coreos.com", "prometheusrules", "PrometheusRule")]
    {
        let definition = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}")},
            "spec": {
                "group": group, "scope": "Namespaced",
                "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "listKind": format!("{kind}List")},
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema":
                    {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}],
            },
        });
        stage.cluster.create(definition).unwrap();
    }
    let (shop, _) = (stage.project("shop").await, stage.project("bank").await);
    let mut roles: Vec<(Tier, String)> = access::roles::PRESETS
        .iter()
        .filter(|preset| preset.tier != Tier::Platform)
        .map(|preset| (preset.tier, preset.word.to_owned()))
        .collect();
    for permission in PERMISSIONS.iter().filter(|permission| permission.tiers.contains(&Tier::Project)) {
        let role =
            stage.database.add_role(Tier::Project, None, permission.word, "", permission.word).await.unwrap();
        roles.push((Tier::Project, role.to_string()));
    }
    let garden = WorkspaceName::parse("garden").unwrap();
    let founder = stage.person("founder").await;
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = stage.database.add_workspace(&garden, &facts, founder).await.unwrap();
    stage.database.move_project(shop, Some(garden)).await.unwrap();
    let mut people = Vec::new();
    for (index, (tier, role)) in roles.iter().enumerate() {
        let person = stage.person(&format!("person-{index}")).await;
        let place = match tier {
            Tier::Cluster => Held::Cluster(harbour()),
            Tier::Workspace => Held::Workspace(garden),
            _ => Held::Project(shop),
        };
        stage.hold(person, place, role).await;
        people.push(person);
    }

    stage.up_to_date().await;

    let mut compared = 0;
    for (person, role) in people.iter().zip(&roles) {
        let caller = stage.caller(*person).await;
        for place in [Place::Namespace(namespace("shop")), Place::Namespace(namespace("bank"))] {
            for need in rights_in(&place) {
                let ours = access::decide(&caller, &need).is_ok();
                let theirs = stage.cluster_lets(&caller, need.clone()).await;
                // The console may be the narrower one: for `restart` the cluster has no word but `patch`.
                let is_narrower = !ours && theirs && is_opened_wider(&need);
                assert!(ours == theirs || is_narrower, "{role:?}: {need:?}: ours {ours}, theirs {theirs}");
                compared += 1;
            }
        }
    }
    assert!(compared > 5_000, "only {compared} rights were compared");
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_taken_from_the_cluster_too() {
    let stage = Stage::new().await;
    let shop = stage.project("shop").await;
    let ada = stage.person("ada").await;
    stage.hold(ada, Held::Project(shop), "project-editor").await;
    stage.up_to_date().await;
    let before = stage.caller(ada).await;
    let need = || Need {
        verb: Verb::Delete,
        resource: Resource::new("", "pods"),
        cluster: Some(harbour()),
        place: Place::Namespace(namespace("shop")),
        name: None,
    };
    assert!(stage.cluster_lets(&before, need()).await);

    stage.database.remove_member(ada, &Held::Project(shop)).await.unwrap();
    stage.up_to_date().await;

    assert!(!stage.cluster_lets(&before, need()).await, "the binding outlived the right");
}

#[tokio::test]
async fn an_account_of_its_own_writes_as_whom_the_console_may_act_and_the_console_writes_nothing() {
    let mut stage = Stage::new().await;
    let ada = stage.person("ada").await;
    stage.hold(ada, Held::Project(stage.project("shop").await), "project-editor").await;
    stage.up_to_date().await;
    let console = stage.account("console").await;
    let known = kubernetes::Cluster::new(harbour(), console.clone());
    let writer = stage.connection.clone();
    stage.provisioner = Provisioner::start(stage.database.clone(), &stage.access, [(known, writer)]);

    stage.up_to_date().await;

    let asked = async |speaker: As<'_>, method: Method, path: &str, body: Value| {
        let call = Call::write(method, path.into(), "application/json", Bytes::from(body.to_string()));
        console.call(speaker, &call).await.map_err(|error| error.code())
    };
    let group = "rbac.authorization.k8s.io";
    let list = "orrery:impersonate:users:0";
    let binding = stage.cluster.get(&format!("clusterrolebindings.{group}"), None, list).unwrap().parse();
    assert_eq!(
        binding["subjects"],
        json!([{"kind": "ServiceAccount", "namespace": "bank", "name": "console"}])
    );
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let as_ada = everything(&stage.caller(ada).await);
    assert!(asked(As::Caller(&as_ada), Method::POST, reviews, review.clone()).await.is_ok());
    let as_other = access::Identity { user: access::user_name(Uuid::new_v4()), ..as_ada };
    let refused = asked(As::Caller(&as_other), Method::POST, reviews, review).await;
    assert_eq!(refused.err(), Some(Some(403)), "it acts as people who hold nothing there");
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "mine"},
        "rules": [],
    });
    let roles = format!("/apis/{group}/v1/clusterroles");
    let refused = asked(As::Console, Method::POST, &roles, role).await;
    assert_eq!(refused.err(), Some(Some(403)), "it writes roles itself");
}

#[tokio::test]
async fn what_others_wrote_is_left_alone_and_what_somebody_broke_is_mended() {
    let stage = Stage::new().await;
    let foreign = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "foreign", "labels": {"orrery.dev/console": Uuid::new_v4().to_string()}},
        "rules": [],
    });
    stage.cluster.apply(foreign).unwrap();
    stage.up_to_date().await;
    let group = "rbac.authorization.k8s.io";
    let resource = format!("clusterrolebindings.{group}");
    stage.cluster.delete(&resource, None, "orrery:members", DeleteOptions::default()).unwrap();

    stage.up_to_date().await;

    let roles = stage.cluster.list(&format!("clusterroles.{group}"), None);
    assert!(roles.iter().any(|role| role.parse()["metadata"]["name"] == "foreign"));
    let bindings = stage.cluster.list(&format!("clusterrolebindings.{group}"), None);
    assert!(bindings.iter().any(|binding| binding.parse()["metadata"]["name"] == "orrery:members"));
}

#[tokio::test]
async fn a_namespace_is_made_for_a_project_and_a_taken_name_is_refused() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = WorkspaceName::parse("garden").unwrap();
    let workspace = stage.database.add_workspace(&garden, &facts, ada).await.unwrap();
    let caller = stage.caller(ada).await;
    let pod_security = PodSecurity { enforce: Some(PodSecurityLevel::Restricted), warn: None };
    let create = |name: &str| CreateProject {
        workspace,
        cluster: harbour(),
        namespace: namespace(name),
        pod_security,
    };

    let granted = stage.access.grant(&caller, create("tools")).await.unwrap();
    stage.provisioner.create_namespace(&granted).await.unwrap();
    let level = || {
        let found = stage.cluster.get("namespaces", None, "tools").unwrap().parse();
        found["metadata"]["labels"][ENFORCE_LABEL].clone()
    };
    assert_eq!(level(), "restricted", "before anybody can make pods there");
    let (database, name) = (&stage.database, namespace("tools"));
    let tools =
        database.add_secured_project(&harbour(), &name, Some(workspace), "", "", pod_security).await.unwrap();
    stage.up_to_date().await;

    let found = stage.cluster.get("namespaces", None, "tools").unwrap().parse();
    assert_eq!(found["metadata"]["labels"]["orrery.dev/workspace"], "garden");
    assert_eq!(level(), "restricted");
    stage.database.set_pod_security(tools, PodSecurity::default()).await.unwrap();
    stage.up_to_date().await;
    assert_eq!(level(), Value::Null, "the cluster's own holds again");
    let granted = stage.access.grant(&caller, create("shop")).await.unwrap();
    let taken = stage.provisioner.create_namespace(&granted).await.unwrap_err().to_string();
    assert!(taken.contains("already exists"), "{taken}");

    let delete = DeleteProject { workspace, cluster: harbour(), namespace: namespace("tools") };
    let granted = stage.access.grant(&caller, delete).await.unwrap();
    stage.provisioner.delete_namespace(&granted).await.unwrap();
    stage.provisioner.delete_namespace(&granted).await.unwrap();
}

#[tokio::test]
async fn limits_and_isolation_stand_in_the_cluster_as_long_as_they_hold() {
    let stage = Stage::new().await;
    let shop = stage.project("shop").await;
    let amounts = |pairs: &[(&str, &str)]| -> Amounts {
        pairs.iter().map(|(name, amount)| ((*name).to_owned(), (*amount).to_owned())).collect()
    };
    let limits = ProjectLimits {
        quota: amounts(&[("configmaps", "3"), ("limits.memory", "2048Mi")]),
        defaults: amounts(&[("limits.memory", "64Mi")]),
    };
    stage.database.change_limits(&LimitChange::Project(shop, limits)).await.unwrap();
    stage.database.isolate_project(shop, true).await.unwrap();
    stage.up_to_date().await;
    let read = async |path: &str| {
        let call = Call::get(path.to_owned());
        let answer = stage.connection.call(As::Console, &call).await;
        answer.ok().map(|answer| serde_json::from_slice::<Value>(&answer.body).unwrap())
    };
    let quota = "/api/v1/namespaces/shop/resourcequotas/orrery";
    let range = "/api/v1/namespaces/shop/limitranges/orrery";
    let policy = "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/orrery-isolation";

    assert_eq!(read(quota).await.unwrap()["spec"]["hard"]["configmaps"], "3");
    assert_eq!(read(range).await.unwrap()["spec"]["limits"][0]["default"]["memory"], "64Mi");
    assert_eq!(read(policy).await.unwrap()["spec"]["policyTypes"], json!(["Ingress"]));

    stage.database.change_limits(&LimitChange::Project(shop, ProjectLimits::default())).await.unwrap();
    stage.database.isolate_project(shop, false).await.unwrap();
    stage.up_to_date().await;
    for gone in [quota, range, policy] {
        assert_eq!(read(gone).await, None, "{gone}");
    }
}

#[tokio::test]
async fn claims_of_a_storage_class_that_is_closed_to_a_workspace_are_refused() {
    let stage = Stage::new().await;
    let (ada, garden) = (stage.person("ada").await, WorkspaceName::parse("garden").unwrap());
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = stage.database.add_workspace(&garden, &facts, ada).await.unwrap();
    stage.database.add_project(&harbour(), &namespace("shop"), Some(garden), "", "").await.unwrap();
    stage.project("bank").await;
    for class in ["gold", "slow"] {
        let class = json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": class},
            "provisioner": "disks.example.org",
        });
        stage.cluster.create(class).unwrap();
    }
    let claim = |namespace: &str, class: &str| {
        stage.cluster.create(json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"generateName": "data-", "namespace": namespace},
            "spec": {
                "accessModes": ["ReadWriteOnce"], "storageClassName": class,
                "resources": {"requests": {"storage": "1Gi"}},
            },
        }))
    };

    stage.database.close_storage_classes(garden, &harbour(), &["gold".to_owned()].into()).await.unwrap();
    stage.up_to_date().await;

    let refused = claim("shop", "gold").unwrap_err();
    assert!(refused.to_string().contains("exceeded quota: orrery"), "{refused}");
    claim("shop", "slow").unwrap();
    claim("bank", "gold").unwrap();
    stage.database.close_storage_classes(garden, &harbour(), &Default::default()).await.unwrap();
    stage.up_to_date().await;
    claim("shop", "gold").unwrap();
}
