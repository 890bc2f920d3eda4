//! A playground's cluster with dashboards, and people.

#![allow(dead_code, reason = "each test program uses what it needs")]

use dashboards::{Dashboards as Kept, ForCaller};
use elasticsearch::Elasticsearch;
use identity::Seal;
use model::Unit;
use monitoring_contract::{DashboardFields, Measured, Monitoring, PanelFields, PanelKind, PanelQuery};
use playground::{Options, Playground};
use prometheus::Prometheus;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use test_stage::Console;
pub use test_stage::harbour;

/// The form of a new dashboard.
pub fn new(name: &str, namespace: &str) -> DashboardFields {
    DashboardFields {
        cluster: harbour(),
        id: String::new(),
        version: 0,
        namespace: namespace.into(),
        template: String::new(),
        name: name.into(),
        variables: String::new(),
        annotations: String::new(),
    }
}

/// The form of a new panel.
pub fn panel(id: &str, version: i64, query: &str) -> PanelFields {
    PanelFields {
        cluster: harbour(),
        id: id.into(),
        version,
        index: String::new(),
        title: format!("Panel of {version}"),
        kind: PanelKind::Lines,
        unit: Unit::Count,
        width: 6,
        step: 0,
        height: Default::default(),
        figure: Default::default(),
        warning: String::new(),
        critical: String::new(),
        min: String::new(),
        max: String::new(),
        axis: Default::default(),
        mappings: String::new(),
        colors: String::new(),
        queries: vec![PanelQuery { query: query.into(), legend: String::new() }],
        text: String::new(),
    }
}

pub struct Stage {
    _playground: Playground,
    pub console: Console,
    pub kept: Kept,
}

impl Stage {
    pub async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let console = Console::new(playground.kubeconfig(), "harbour").await;
        let (kubernetes, database) = (Arc::clone(&console.kubernetes), console.database.clone());
        let kept = Kept {
            elasticsearch: Elasticsearch::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new()),
            prometheus: Prometheus::new(Arc::clone(&kubernetes), database.clone(), BTreeMap::new()),
            database,
            kubernetes,
            seal: Seal::random(),
            public_url: "https://console.example".into(),
            shown: Default::default(),
        };
        Self { _playground: playground, console, kept }
    }

    /// Somebody with a role on the platform, and one in a place.
    pub async fn caller(&self, name: &str, role: &str, place: Option<(&str, &str)>) -> ForCaller {
        self.kept.for_caller(self.console.caller(name, role, place).await)
    }

    /// As if the project of a namespace had been another one of its name, which was deleted a moment ago.
    pub async fn make_anew(&self, namespace: &str) {
        let project = self.console.project(namespace).await;
        self.console.database.learn_namespaces(&[(project, "the-one-before".into())]).await.unwrap();
    }

    /// Waits until the shop is measured: its pods come up in the seconds after, and what was not found is looked for again
    /// only after a while.
    pub async fn measured(mut self) -> Self {
        let looker = self.console.caller("looker", "administrator", None).await;
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
}
