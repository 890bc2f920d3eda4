//! What measures each cluster: found, and held on to while it does not answer.

use crate::alerts::KnownRules;
use crate::client::Client;
use crate::discovery::discover;
use crate::found::Finding;
use crate::kept::LastAnswers;
use crate::layout::Layout;
use crate::service::{Prometheus, now};
use crate::transport::Transport;
use kubernetes::Cluster;
use model::{ClusterName, Namespace};
use monitoring_contract::Missing;
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What measures one cluster, with how it does.
pub struct Source {
    /// Whom to ask.
    pub client: Client,
    /// What can be asked.
    pub layout: Layout,
    /// Its rules, as they were last told.
    pub known_rules: KnownRules,
    /// What was shown last.
    pub last: Arc<LastAnswers>,
}

/// What measured each cluster when it was last found.
#[derive(Default)]
pub struct Before(Mutex<HashMap<ClusterName, Arc<Source>>>);

impl Prometheus {
    /// What measures a cluster.
    pub(crate) async fn source(&self, cluster: &Cluster) -> Finding<Source> {
        let named = self.named.get(cluster.name()).cloned();
        self.found.get(cluster.name(), self.find(cluster, named)).await
    }

    /// Looks for it. What is still there and does not answer is what was found before: what it has shown last can be shown
    /// again, and nobody is told that nothing measures the cluster.
    async fn find(&self, cluster: &Cluster, named: Option<Arc<dyn Transport>>) -> Finding<Source> {
        let before = self.before.0.lock().get(cluster.name()).cloned();
        let found = match named {
            Some(transport) => self.source_of(cluster, Client::new(transport), before).await,
            None => self.discovered(cluster, before).await,
        };
        match &found {
            Ok(Ok(source)) => {
                self.before.0.lock().insert(cluster.name().clone(), Arc::clone(source));
            }
            Ok(Err(_)) => {
                self.before.0.lock().remove(cluster.name());
            }
            Err(_) => {}
        }
        found
    }

    async fn discovered(&self, cluster: &Cluster, before: Option<Arc<Source>>) -> Finding<Source> {
        let workspaces = self.namespaces_of_workspaces(cluster.name()).await?;
        let before = trusted(before, &workspaces);
        match discover(cluster.connection(), &workspaces, now()).await {
            Ok(Ok(client)) => self.source_of(cluster, client, before).await,
            Ok(Err(missing)) => Ok(still_there(before, &missing).ok_or(missing)),
            Err(error) => before.map(Ok).ok_or_else(|| error.into()),
        }
    }

    async fn source_of(
        &self,
        cluster: &Cluster,
        client: Client,
        before: Option<Arc<Source>>,
    ) -> Finding<Source> {
        let layout = match Layout::learn(&client, now()).await {
            Ok(layout) => layout,
            Err(error) => {
                let before = before.filter(|before| before.client.name() == client.name());
                return before.map(Ok).ok_or_else(|| error.about(cluster.name().as_str()));
            }
        };
        tracing::info!(
            cluster = %cluster.name(),
            source = client.name(),
            metrics = layout.names.len(),
            "Monitoring of {} found",
            cluster.name()
        );
        let (known_rules, last) = (KnownRules::default(), Arc::clone(&self.last));
        Ok(Ok(Arc::new(Source { client, layout, known_rules, last })))
    }
}

/// What was found before, unless it has come to lie in a project of a workspace: its members could answer for the cluster.
fn trusted(before: Option<Arc<Source>>, workspaces: &BTreeSet<Namespace>) -> Option<Arc<Source>> {
    let is_theirs = |source: &Arc<Source>| {
        let own = source.client.namespace();
        workspaces.iter().any(|namespace| own == Some(namespace.as_str()))
    };
    before.filter(|source| !is_theirs(source))
}

/// What was found before, where it was found once more and did not answer.
fn still_there(before: Option<Arc<Source>>, missing: &Missing) -> Option<Arc<Source>> {
    before.filter(|source| {
        let own = source.client.name();
        missing.silent.iter().any(|(name, _)| *name == own)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::tests::{Fake, source};

    fn before() -> Option<Arc<Source>> {
        Some(Arc::new(source(&Arc::<Fake>::default())))
    }

    #[test]
    fn what_does_not_answer_is_still_what_it_was_and_what_is_gone_is_not() {
        let silent = |name: &str| Missing {
            looked_for: Vec::new(),
            silent: vec![(name.to_owned(), "connection refused".into())],
        };

        assert!(still_there(before(), &silent("monitoring/fake")).is_some());
        assert!(still_there(before(), &silent("monitoring/other")).is_none());
        assert!(still_there(before(), &Missing::default()).is_none());
        assert!(still_there(None, &silent("monitoring/fake")).is_none());
    }

    #[test]
    fn what_has_come_to_lie_in_a_project_of_a_workspace_answers_for_nobody_any_more() {
        let of = |name: &str| BTreeSet::from([Namespace::parse(name).unwrap()]);

        assert!(trusted(before(), &of("shop")).is_some());
        assert!(trusted(before(), &of("monitoring")).is_none());
    }
}
