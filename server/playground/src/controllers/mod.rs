//! What makes the cluster live: each controller looks at what is wished and what is, and does the next step.

mod autoscaler;
mod cron_job;
mod daemon_set;
mod deployment;
mod disruption;
mod election;
mod endpoints;
mod ingress;
mod job;
mod namespace;
mod node_lifecycle;
mod queue;
mod quota;
mod replica_set;
mod revision;
mod schedule;
mod service_account;
mod snapshots;
mod stateful_set;
mod template;
mod volumes;

use std::time::Duration;

use futures::future::select_all;
use playground_kubernetes::{Change, Status, Subscription};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::objects::Key;
use crate::site::Site;
use queue::Queue;

/// What a reconciliation leaves to do: look again after this span of playground time, or when something changes.
pub type Outcome = Result<Option<Duration>, Status>;

/// A kind to watch, and which keys to look at again when an object of it changes.
pub struct Watch {
    pub kind: &'static str,
    pub keys: fn(&Site, &Value) -> Vec<Key>,
}

impl Watch {
    /// Looks at the changed object itself.
    pub fn itself(kind: &'static str) -> Self {
        Self { kind, keys: |_, object| vec![Key::of(object)] }
    }
}

/// A level-triggered controller: whatever happened in between, one look at the present state is enough.
pub trait Controller: Send + 'static {
    /// The name in logs.
    fn name(&self) -> &'static str;

    /// What wakes it.
    fn watches(&self) -> Vec<Watch>;

    /// Brings one object a step nearer to what is wished.
    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome;
}

/// How long the past of a world may take on the wall clock; a slow machine gets a shorter past.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every controller of a cluster. `ca_pem` is handed to the pods of each namespace.
pub fn all(ca_pem: &str) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(service_account::ServiceAccounts::new(ca_pem)),
        Box::new(namespace::Namespaces),
        Box::new(node_lifecycle::NodeLifecycle),
        Box::new(election::Elections),
        Box::new(volumes::Volumes),
        Box::new(snapshots::Snapshots),
        Box::new(quota::Quotas),
        Box::new(cron_job::CronJobs),
        Box::new(deployment::Deployments),
        Box::new(replica_set::ReplicaSets),
        Box::new(stateful_set::StatefulSets),
        Box::new(daemon_set::DaemonSets),
        Box::new(job::Jobs),
        Box::new(crate::scheduler::Scheduler),
        Box::new(crate::kubelet::agent::Agent::default()),
        Box::new(endpoints::Endpoints),
        Box::new(ingress::Addresses),
        Box::new(disruption::Budgets),
        Box::new(autoscaler::Autoscalers),
    ]
}

/// One controller, its changes and its queue.
struct Worker {
    controller: Box<dyn Controller>,
    site: Site,
    feeds: Vec<(Watch, Subscription)>,
    queue: Queue,
}

impl Worker {
    fn new(controller: Box<dyn Controller>, site: &Site) -> Self {
        let site = site.written_by(controller.name());
        let feeds = controller.watches().into_iter().map(|watch| {
            let subscription = site.cluster.subscribe(watch.kind);
            (watch, subscription)
        });
        Self { feeds: feeds.collect(), controller, site, queue: Queue::default() }
    }

    /// Takes in what has changed.
    fn listen(&mut self) {
        for (watch, subscription) in &mut self.feeds {
            while let Some(change) = subscription.try_next() {
                note(&self.site, watch, &change, &mut self.queue);
            }
        }
        self.queue.wake(self.site.clock.now());
    }

    /// Waits for a change; for ever when the cluster is gone.
    async fn wait_for_change(&mut self) {
        let next = self.feeds.iter_mut().map(|(watch, subscription)| {
            Box::pin(async move {
                match subscription.next().await {
                    Some(change) => (watch, change),
                    None => std::future::pending().await,
                }
            })
        });
        let ((watch, change), _, _) = select_all(next).await;
        note(&self.site, watch, &change, &mut self.queue);
    }

    /// Looks at one key, if there is one to look at.
    fn work(&mut self) -> bool {
        let Some(key) = self.queue.pop() else { return false };
        match self.controller.reconcile(&self.site, &key) {
            Ok(again) => self.queue.done(key, again.map(|span| self.site.clock.later(span))),
            Err(status) => {
                let controller = self.controller.name();
                debug!(controller, ?key, %status, "Reconciliation refused, trying again later");
                self.queue.failed(key, self.site.clock.now());
            }
        }
        true
    }
}

fn note(site: &Site, watch: &Watch, change: &Change, queue: &mut Queue) {
    let object = site.parse(&change.object);
    for key in (watch.keys)(site, &object) {
        queue.add(key);
    }
}

/// Runs the controllers of a cluster, one step after the other, until they are stopped. They share one task: a step is
/// short, and "nobody has anything to do" is then a fact, which is when a world's past may jump on.
pub async fn run(controllers: Vec<Box<dyn Controller>>, site: Site, stop: CancellationToken) {
    let mut workers: Vec<Worker> =
        controllers.into_iter().map(|controller| Worker::new(controller, &site)).collect();
    let started = Instant::now();
    while !stop.is_cancelled() {
        let mut worked = false;
        for worker in &mut workers {
            worker.listen();
            worked |= worker.work();
        }
        if worked {
            if started.elapsed() > PATIENCE {
                site.clock.jump(None);
            }
            tokio::task::yield_now().await;
            continue;
        }
        let next = workers.iter().filter_map(|worker| worker.queue.next_due()).min();
        if site.clock.is_catching_up() {
            site.clock.jump(next);
            continue;
        }
        let wait = next.map_or(Duration::from_secs(3600), |due| site.clock.wait_until(due));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            _ = select_all(workers.iter_mut().map(|worker| Box::pin(worker.wait_for_change()))) => {}
        }
    }
}
