//! Another cluster under the name, and namespaces that were made anew: who they are is their uid.

use super::*;

impl Stage {
    /// What answers under the name is another cluster from now on.
    fn become_another(&self, uid: &str) {
        let changed = self.cluster.change_bulk("namespaces", None, "kube-system", |home| {
            home["metadata"]["uid"] = uid.into();
        });
        assert!(changed.is_some());
    }

    async fn bindings(&self) -> usize {
        let path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings".into();
        let answer = self.connection.call(As::Console, &Call::get(path)).await.unwrap();
        let list: Value = serde_json::from_slice(&answer.body).unwrap();
        list["items"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn another_cluster_under_the_name_learns_nobodys_rights_until_it_is_accepted() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    stage.hold(ada, Held::Cluster(harbour()), "cluster-admin").await;
    stage.project("shop").await;
    stage.up_to_date().await;
    assert!(stage.caller(ada).await.rights.is_in(&harbour()));
    let before = stage.bindings().await;

    stage.become_another("two");
    let bea = stage.person("bea").await;
    stage.hold(bea, Held::Cluster(harbour()), "cluster-viewer").await;
    let state = stage.provisioner.caught_up(&harbour()).await;

    assert_eq!(state.problem.as_deref(), Some("another cluster answers under this name"));
    assert_eq!(stage.bindings().await, before);
    assert!(!stage.caller(ada).await.rights.is_in(&harbour()));
    let trail = stage.database.audit_trail(1).await.unwrap();
    assert_eq!(trail[0].decision.action, "another_cluster_answers");
    let another = stage.access.identities().another(&harbour()).unwrap();
    assert_eq!(another.found, "two");

    let accept = async |keep| {
        let another = stage.access.identities().another(&harbour()).unwrap();
        let accepted = stage.database.accept_cluster(&harbour(), &another.known, &another.found, keep).await;
        assert!(accepted.unwrap());
        stage.up_to_date().await;
    };
    accept(true).await;
    assert!(stage.caller(ada).await.rights.is_in(&harbour()) && stage.bindings().await > before);

    stage.become_another("three");
    stage.provisioner.caught_up(&harbour()).await;
    accept(false).await;
    assert!(!stage.caller(ada).await.rights.is_in(&harbour()));
    assert!(stage.database.projects().await.unwrap().is_empty());
}

#[tokio::test]
async fn who_manages_a_workspace_touches_no_namespace_of_another_cluster_under_the_name() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = WorkspaceName::parse("garden").unwrap();
    let workspace = stage.database.add_workspace(&garden, &facts, ada).await.unwrap();
    stage.database.add_project(&harbour(), &namespace("shop"), Some(workspace), "", "").await.unwrap();
    stage.up_to_date().await;
    let caller = stage.caller(ada).await;

    // Nobody has looked since.
    stage.become_another("two");
    let delete = DeleteProject { workspace, cluster: harbour(), namespace: namespace("shop") };
    let granted = stage.access.grant(&caller, delete).await.unwrap();
    let refused = stage.provisioner.delete_namespace(&granted).await;
    assert!(matches!(refused, Err(ProvisionError::Another)), "{refused:?}");
    let create = CreateProject {
        workspace,
        cluster: harbour(),
        namespace: namespace("tools"),
        pod_security: PodSecurity::default(),
    };
    let granted = stage.access.grant(&caller, create).await.unwrap();
    let refused = stage.provisioner.create_namespace(&granted).await;
    assert!(matches!(refused, Err(ProvisionError::Another)), "{refused:?}");

    let shop = stage.cluster.get("namespaces", None, "shop").unwrap().parse();
    assert!(shop["metadata"]["deletionTimestamp"].is_null());
    assert!(stage.cluster.get("namespaces", None, "tools").is_none());
}

impl Stage {
    /// Somebody deletes a namespace and makes another one of its name, without the console.
    fn make_anew(&self, name: &str) {
        let emptied = self.cluster.change_bulk("namespaces", None, name, |namespace| {
            namespace["spec"]["finalizers"] = json!([]);
        });
        assert!(emptied.is_some());
        self.cluster.delete("namespaces", None, name, DeleteOptions::default()).unwrap();
        let manifest = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        self.cluster.create(manifest).unwrap();
    }

    fn bindings_in(&self, namespace: &str) -> usize {
        self.cluster.list("rolebindings.rbac.authorization.k8s.io", Some(namespace)).len()
    }
}

#[tokio::test]
async fn a_namespace_that_is_made_anew_under_a_name_is_nobodys() {
    let stage = Stage::new().await;
    let (ada, bea) = (stage.person("ada").await, stage.person("bea").await);
    let (shop, bank) = (stage.project("shop").await, stage.project("bank").await);
    stage.hold(ada, Held::Project(shop), "project-admin").await;
    stage.hold(bea, Held::Project(bank), "project-admin").await;
    stage.up_to_date().await;
    assert_eq!((stage.bindings_in("shop"), stage.bindings_in("bank")), (1, 1));

    stage.make_anew("shop");
    stage.up_to_date().await;

    let is_in = async |account, name| {
        let rights = stage.caller(account).await.rights;
        !rights.in_namespace(&harbour(), &namespace(name)).is_empty()
    };
    assert!(!is_in(ada, "shop").await && is_in(bea, "bank").await);
    assert_eq!((stage.bindings_in("shop"), stage.bindings_in("bank")), (0, 1));
    let trail = stage.database.audit_trail(1).await.unwrap();
    assert_eq!(
        (trail[0].decision.action.as_str(), trail[0].decision.namespace.as_deref()),
        ("namespace_made_anew", Some("shop"))
    );

    // Whoever it is given to has it, also after the next look.
    let shop = stage.project("shop").await;
    stage.hold(bea, Held::Project(shop), "project-admin").await;
    stage.up_to_date().await;
    stage.up_to_date().await;
    assert!(is_in(bea, "shop").await && stage.bindings_in("shop") == 1);
}

#[tokio::test]
async fn who_ends_a_project_deletes_no_namespace_that_was_made_anew() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let facts = WorkspaceFacts { clusters: [harbour()].into(), ..WorkspaceFacts::default() };
    let garden = WorkspaceName::parse("garden").unwrap();
    let workspace = stage.database.add_workspace(&garden, &facts, ada).await.unwrap();
    stage.database.add_project(&harbour(), &namespace("shop"), Some(workspace), "", "").await.unwrap();
    stage.up_to_date().await;
    let delete = DeleteProject { workspace, cluster: harbour(), namespace: namespace("shop") };
    let granted = stage.access.grant(&stage.caller(ada).await, delete).await.unwrap();

    // Nobody has looked since.
    stage.make_anew("shop");
    let meant = stage.database.meant_namespaces(&harbour()).await.unwrap();
    let deleted = stage.provisioner.delete_namespace(&granted).await;

    let shop = stage.cluster.get("namespaces", None, "shop").map(|shop| shop.parse());
    assert!(
        shop.is_some_and(|shop| shop["metadata"]["deletionTimestamp"].is_null()),
        "{meant:?}: {deleted:?}"
    );
}

#[tokio::test]
async fn that_a_namespace_was_made_anew_is_found_out_although_nobody_asks() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let shop = stage.project("shop").await;
    stage.hold(ada, Held::Project(shop), "project-admin").await;
    stage.up_to_date().await;

    stage.make_anew("shop");

    for _ in 0..100 {
        // The next look would come by itself; nothing in the tables has changed.
        stage.access.announce_change();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if stage.database.projects().await.unwrap().is_empty() {
            return;
        }
    }
    panic!("what was held in the namespace before is still held in this one");
}

#[tokio::test]
async fn a_namespace_that_is_made_anew_is_nobodys_although_nothing_else_of_the_cluster_can_be_read() {
    let mut stage = Stage::new().await;
    let ada = stage.person("ada").await;
    let shop = stage.project("shop").await;
    stage.hold(ada, Held::Project(shop), "project-admin").await;
    stage.up_to_date().await;
    let writer = stage.account("writer").await;
    let known = kubernetes::Cluster::new(harbour(), stage.connection.clone());
    stage.provisioner = Provisioner::start(stage.database.clone(), &stage.access, [(known, writer)]);

    stage.make_anew("shop");
    let state = stage.provisioner.caught_up(&harbour()).await;

    assert!(state.problem.is_some(), "it may read no roles");
    assert!(stage.database.projects().await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_gives_something_to_a_project_learns_that_its_namespace_is_another_one() {
    let stage = Stage::new().await;
    let of = async |id: Uuid| {
        stage.database.projects().await.unwrap().into_iter().find(|project| project.id == id).unwrap()
    };
    let (shop, bank) = (of(stage.project("shop").await).await, of(stage.project("bank").await).await);
    stage.up_to_date().await;
    let is_replaced =
        async |project: &database::projects::Project| stage.provisioner.is_replaced(project).await.unwrap();
    assert!(!is_replaced(&shop).await && !is_replaced(&bank).await);

    // Nobody has looked since.
    stage.make_anew("shop");
    assert!(is_replaced(&shop).await && !is_replaced(&bank).await);
    assert!(is_replaced(&shop).await, "it has ended by now");
    let left = stage.database.projects().await.unwrap();
    assert_eq!(left.iter().map(|project| project.id).collect::<Vec<_>>(), [bank.id]);

    // Which one it is, is learnt when something is given in it first.
    let shop = of(stage.project("shop").await).await;
    assert!(!is_replaced(&shop).await);
    stage.make_anew("shop");
    assert!(is_replaced(&shop).await);

    // What another cluster says is nothing.
    stage.make_anew("bank");
    stage.become_another("two");
    assert!(!is_replaced(&bank).await);
}

#[tokio::test]
async fn a_cluster_that_comes_back_is_the_one_that_was_meant() {
    let stage = Stage::new().await;
    let ada = stage.person("ada").await;
    stage.hold(ada, Held::Cluster(harbour()), "cluster-admin").await;
    stage.up_to_date().await;
    let home = stage.database.meet_cluster(&harbour(), "asked").await.unwrap();

    stage.become_another("two");
    stage.provisioner.caught_up(&harbour()).await;
    stage.become_another(&home);
    stage.up_to_date().await;

    assert!(stage.caller(ada).await.rights.is_in(&harbour()));
}

#[tokio::test]
async fn no_rights_are_written_where_the_account_that_writes_them_leads_elsewhere() {
    let (stage, elsewhere) = (Stage::new().await, Stage::new().await);
    let known = kubernetes::Cluster::new(harbour(), stage.connection.clone());
    let database = Database::in_memory().await.unwrap();
    let access = Access::new(database.clone());
    let ada = NewAccount { name: "ada".into(), role: "regular".into(), ..NewAccount::default() };
    let account = database.add_account(&ada).await.unwrap();
    let (place, role) = (Held::Cluster(harbour()), "cluster-admin".to_owned());
    let member = NewMember { account, place, role, source: String::new() };
    database.set_member(&member).await.unwrap();

    let provisioner = Provisioner::start(database, &access, [(known, elsewhere.connection.clone())]);

    let problem = provisioner.caught_up(&harbour()).await.problem.unwrap();
    assert!(problem.contains("leads to another cluster"), "{problem}");
}
