//! A playground's cluster that is measured, with people who ask.

use access::{Access, Caller};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, Namespace};
use monitoring_contract::{RuleFields, RulePreview, Rules};
use playground::{Options, Playground};
use prometheus::{ForCaller, Prometheus};
use provisioner::Provisioner;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a world may take to come up on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);
pub const RULES: &str = "prometheusrules.monitoring.coreos.com";

pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub struct Stage {
    pub playground: Playground,
    pub database: Database,
    prometheus: Arc<Prometheus>,
    provisioner: Provisioner,
    access: Access,
}

impl Stage {
    pub async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let kubeconfig = kube::config::Kubeconfig::from_yaml(playground.kubeconfig()).unwrap();
        let options =
            kube::config::KubeConfigOptions { context: Some("harbour".into()), ..Default::default() };
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
        let connection = Connection::new("harbour", config).unwrap();
        let cluster = Cluster::new(harbour(), connection.clone());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let provisioner = Provisioner::start(database.clone(), &access, [(Arc::clone(&cluster), connection)]);
        let kubernetes = Kubernetes::new(vec![cluster], access.clone());
        let prometheus = Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
        let mut stage = Self { playground, database, prometheus, provisioner, access };
        // Pods come up in the seconds after; what was not found is looked for again only after a while.
        let looker = stage.account("looker", "administrator", None).await;
        let until = Instant::now() + LONG;
        loop {
            let caller = stage.prometheus.for_caller(Arc::clone(&looker));
            // How a cluster is measured is learned once, so everything must be there that is measured.
            let memory = RuleFields {
                namespace: "shop".into(),
                template: "memory-of-limit".into(),
                target: "storefront".into(),
                threshold: "0".into(),
                hold: "5m".into(),
                ..RuleFields::new(harbour())
            };
            let of_kubelet = caller.preview_rule(memory).await;
            if matches!(of_kubelet, Ok(RulePreview::Shown(past)) if past.chart.is_some()) {
                return stage;
            }
            assert!(Instant::now() < until, "there is no monitoring");
            tokio::time::sleep(Duration::from_millis(500)).await;
            stage.prometheus =
                Prometheus::new(Arc::clone(&kubernetes), stage.database.clone(), BTreeMap::new());
        }
    }

    /// What somebody may do, with the cluster knowing it.
    pub async fn caller(&self, name: &str, role: &str, project: Option<(&str, &str)>) -> ForCaller {
        let account = self.account(name, role, project).await;
        assert_eq!(self.provisioner.caught_up(&harbour()).await.problem, None);
        self.prometheus.for_caller(account)
    }

    async fn account(&self, name: &str, role: &str, project: Option<(&str, &str)>) -> Arc<Caller> {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        let account = self.database.add_account(&new).await.unwrap();
        if let Some((namespace, role)) = project {
            let namespace = Namespace::parse(namespace).unwrap();
            let place = Place::Project(self.database.ensure_project(&harbour(), &namespace).await.unwrap());
            let member = NewMember { account, place, role: role.into(), source: String::new() };
            self.database.set_member(&member).await.unwrap();
        }
        let account = self.database.account(account).await.unwrap().unwrap();
        Arc::new(self.access.caller(account, None, "test".into(), None).await.unwrap())
    }
}
