//! A playground's cluster with dashboards, and people.

#![allow(dead_code, reason = "each test program uses what it needs")]

use access::{Access, Caller};
use dashboards::{Dashboards as Kept, ForCaller};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use elasticsearch::Elasticsearch;
use identity::Seal;
use kubernetes::{Connection, Kubernetes};
use model::{ClusterName, Namespace};
use monitoring_contract::{Measured, Monitoring};
use playground::{Options, Playground};
use prometheus::Prometheus;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub struct Stage {
    _playground: Playground,
    database: Database,
    access: Access,
    pub kept: Kept,
}

impl Stage {
    pub async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let kubeconfig = kube::config::Kubeconfig::from_yaml(playground.kubeconfig()).unwrap();
        let options =
            kube::config::KubeConfigOptions { context: Some("harbour".into()), ..Default::default() };
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
        let cluster = kubernetes::Cluster::new(harbour(), Connection::new("harbour", config).unwrap());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let kubernetes = Kubernetes::new(vec![cluster], access.clone());
        let prometheus = Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
        let elasticsearch = Elasticsearch::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new());
        let kept = Kept {
            elasticsearch,
            database: database.clone(),
            kubernetes,
            prometheus,
            seal: Seal::random(),
            public_url: "https://console.example".into(),
            shown: Default::default(),
        };
        Self { _playground: playground, database, access, kept }
    }

    /// Somebody with a role on the platform, and one in a place.
    pub async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> ForCaller {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        let account = self.database.add_account(&new).await.unwrap();
        if let Some((place, role)) = place {
            self.join(name, place, role).await;
        }
        self.kept.for_caller(self.again(account).await)
    }

    async fn again(&self, account: Uuid) -> Arc<Caller> {
        let account = self.database.account(account).await.unwrap().unwrap();
        Arc::new(self.access.caller(account, None, "test".into(), None).await.unwrap())
    }

    /// As if the project of a namespace had been another one of its name, which was deleted a moment ago.
    pub async fn make_anew(&self, namespace: &str) {
        let namespace = Namespace::parse(namespace).unwrap();
        let project = self.database.ensure_project(&harbour(), &namespace).await.unwrap();
        self.database.learn_namespaces(&[(project, "the-one-before".into())]).await.unwrap();
    }

    /// Waits until the shop is measured: its pods come up in the seconds after, and what was not found is looked for again
    /// only after a while.
    pub async fn measured(mut self) -> Self {
        let new = NewAccount { name: "looker".into(), role: "administrator".into(), ..NewAccount::default() };
        let looker = self.database.add_account(&new).await.unwrap();
        let looker = self.again(looker).await;
        for _ in 0..120 {
            let prometheus = self.kept.prometheus.for_caller(Arc::clone(&looker));
            if let Ok(Measured::Answered(alerts)) = Monitoring::alerts(&prometheus, harbour()).await
                && alerts
                    .alerts
                    .iter()
                    .any(|alert| alert.labels.contains(&("namespace".into(), "shop".into())))
            {
                return self;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.kept.prometheus = Prometheus::new(
                Arc::clone(&self.kept.kubernetes),
                self.kept.database.clone(),
                BTreeMap::new(),
            );
        }
        panic!("nothing measures the shop");
    }

    async fn place(&self, place: &str) -> Place {
        match place {
            "cluster" => Place::Cluster(harbour()),
            namespace => {
                let namespace = Namespace::parse(namespace).unwrap();
                Place::Project(self.database.ensure_project(&harbour(), &namespace).await.unwrap())
            }
        }
    }

    async fn account(&self, name: &str) -> Uuid {
        self.database.account_named(name).await.unwrap().unwrap().id
    }

    /// Gives somebody a role in a place: a namespace, or `cluster`.
    pub async fn join(&self, name: &str, place: &str, role: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        let member = NewMember { account, place, role: role.into(), source: String::new() };
        self.database.set_member(&member).await.unwrap();
    }

    /// Takes it from them.
    pub async fn leave(&self, name: &str, place: &str) {
        let (account, place) = (self.account(name).await, self.place(place).await);
        assert!(self.database.remove_member(account, &place).await.unwrap());
    }

    /// Lets somebody sign in no more.
    pub async fn disable(&self, name: &str) {
        self.database.set_enabled(self.account(name).await, false).await.unwrap();
    }

    /// What the audit trail says of the last things that were asked for, the newest first.
    pub async fn trail(&self, count: u32) -> Vec<(String, String, bool)> {
        let entries = self.database.audit_trail(count).await.unwrap();
        let told = entries.into_iter().map(|entry| entry.decision);
        told.map(|decision| (decision.account_name, decision.action, decision.is_allowed)).collect()
    }
}

pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}
