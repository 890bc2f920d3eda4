//! A playground's cluster that is measured, with people who ask.

use monitoring_contract::{RuleFields, RulePreview, Rules};
use playground::{Options, Playground};
use prometheus::{ForCaller, Prometheus};
use provisioner::Provisioner;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::Console;
pub use test_stage::harbour;

/// How long a world may take to come up on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);
pub const RULES: &str = "prometheusrules.monitoring.coreos.com";

pub struct Stage {
    pub playground: Playground,
    pub console: Console,
    prometheus: Arc<Prometheus>,
    provisioner: Provisioner,
}

impl Stage {
    pub async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let console = Console::new(playground.kubeconfig(), "harbour").await;
        let cluster = Arc::clone(console.cluster());
        let connection = cluster.connection().clone();
        let provisioner =
            Provisioner::start(console.database.clone(), &console.access, [(cluster, connection)]);
        let prometheus = measuring(&console);
        let mut stage = Self { playground, console, prometheus, provisioner };
        // Pods come up in the seconds after; what was not found is looked for again only after a while.
        let looker = stage.console.caller("looker", "administrator", None).await;
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
            stage.prometheus = measuring(&stage.console);
        }
    }

    /// What somebody may do, with the cluster knowing it.
    pub async fn caller(&self, name: &str, role: &str, project: Option<(&str, &str)>) -> ForCaller {
        let caller = self.console.caller(name, role, project).await;
        assert_eq!(self.provisioner.caught_up(&harbour()).await.problem, None);
        self.prometheus.for_caller(caller)
    }
}

/// One that has found out nothing yet.
fn measuring(console: &Console) -> Arc<Prometheus> {
    Prometheus::new(Arc::clone(&console.kubernetes), console.database.clone(), BTreeMap::new())
}
