//! What a cluster serves, as it was last heard. Whoever asks is answered with what is known; meanwhile at most one
//! question is on its way to the cluster, whoever wants to know.

use crate::connection::Connection;
use crate::discovery::{Discovery, discover};
use crate::error::KubernetesError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// What a cluster serves is asked again after this time.
const AGE: Duration = Duration::from_secs(20);
/// A cluster that did not answer is left alone for so long.
const FAILURE_AGE: Duration = Duration::from_secs(5);
/// How long a page waits for a cluster of which nothing is known.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a cluster serves, kept up to date in the background.
pub(crate) struct Catalog {
    connection: Connection,
    heard: watch::Sender<Heard>,
}

#[derive(Default)]
struct Heard {
    discovery: Option<Arc<Discovery>>,
    /// Why the last question was not answered.
    failed: Option<KubernetesError>,
    /// When the last question came to its end.
    at: Option<Instant>,
    is_asking: bool,
}

impl Heard {
    fn is_due(&self) -> bool {
        let age = if self.failed.is_some() { FAILURE_AGE } else { AGE };
        !self.is_asking && self.at.is_none_or(|at| at.elapsed() >= age)
    }
}

impl Catalog {
    /// Knows nothing yet, and asks nothing yet.
    pub fn new(connection: Connection) -> Arc<Self> {
        Arc::new(Self { connection, heard: watch::Sender::default() })
    }

    /// What was last heard, if anything was.
    pub fn known(&self) -> Option<Arc<Discovery>> {
        self.heard.borrow().discovery.clone()
    }

    /// What the cluster serves. Waits for the cluster only while nothing is known of it, and not for long.
    pub async fn read(self: &Arc<Self>) -> Result<Arc<Discovery>, KubernetesError> {
        let mut heard = self.heard.subscribe();
        self.ask_if_due();
        let waited =
            timeout(PATIENCE, heard.wait_for(|heard| heard.discovery.is_some() || !heard.is_asking)).await;
        let late = || self.connection.late(PATIENCE, false);
        match &waited {
            Ok(Ok(heard)) => match &heard.discovery {
                Some(discovery) => Ok(Arc::clone(discovery)),
                None => Err(heard.failed.clone().unwrap_or_else(late)),
            },
            _ => Err(late()),
        }
    }

    /// What the cluster serves at this moment: for what must not miss a kind that was defined a moment ago.
    pub async fn read_anew(&self) -> Result<Arc<Discovery>, KubernetesError> {
        let discovery = Arc::new(discover(&self.connection).await?);
        self.heard.send_modify(|heard| {
            (heard.discovery, heard.failed) = (Some(Arc::clone(&discovery)), None);
            heard.at = Some(Instant::now());
        });
        Ok(discovery)
    }

    fn ask_if_due(self: &Arc<Self>) {
        let mut is_due = false;
        self.heard.send_if_modified(|heard| {
            is_due = heard.is_due();
            heard.is_asking |= is_due;
            false
        });
        if !is_due {
            return;
        }
        let asking = Asking(Arc::clone(self));
        tokio::spawn(async move {
            let answer = discover(&asking.0.connection).await;
            asking.0.heard.send_modify(|heard| match answer {
                Ok(discovery) => {
                    if heard.failed.is_some() {
                        let cluster = asking.0.connection.cluster();
                        tracing::info!(cluster, "{cluster} says again what it serves");
                    }
                    (heard.discovery, heard.failed) = (Some(Arc::new(discovery)), None);
                }
                Err(error) => {
                    // It is asked every few seconds: once for each reason is enough.
                    let is_news =
                        heard.failed.as_ref().is_none_or(|last| last.to_string() != error.to_string());
                    if is_news {
                        let cluster = asking.0.connection.cluster();
                        tracing::warn!(cluster, %error, "{cluster} does not say what it serves");
                    }
                    heard.failed = Some(error);
                }
            });
        });
    }
}

/// A question on its way. However it ends, others may ask again after it.
struct Asking(Arc<Catalog>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.heard.send_modify(|heard| (heard.at, heard.is_asking) = (Some(Instant::now()), false));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::plain::{Plain, Said};
    use parking_lot::Mutex;
    use serde_json::json;

    /// A cluster that serves nothing at all, so late as the test says.
    async fn world(late: &Arc<Mutex<Duration>>) -> (Plain, Arc<Catalog>) {
        let late = Arc::clone(late);
        let server = Plain::new(move |_, _| Said {
            late: *late.lock(),
            ..Said::json(&json!({"kind": "APIGroupDiscoveryList", "items": []}))
        });
        let server = server.await;
        let catalog = Catalog::new(Connection::new("harbour", server.config()).unwrap());
        (server, catalog)
    }

    fn let_it_grow_old(catalog: &Catalog) {
        catalog.heard.send_modify(|heard| heard.at = None);
    }

    #[tokio::test]
    async fn what_is_known_is_answered_while_one_question_is_under_way() {
        let late = Arc::new(Mutex::new(Duration::ZERO));
        let (server, catalog) = world(&late).await;
        let known = catalog.read().await.unwrap();
        let questions = server.asked().len();

        *late.lock() = Duration::from_secs(600);
        let_it_grow_old(&catalog);
        for _ in 0..20 {
            assert!(Arc::ptr_eq(&known, &catalog.read().await.unwrap()));
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(server.asked().len() <= 2 * questions, "{:?}", server.asked());
    }

    #[tokio::test]
    async fn who_must_not_miss_anything_is_told_what_is_served_now() {
        let plural = Arc::new(Mutex::new("pears"));
        let served = Arc::clone(&plural);
        let server = Plain::new(move |_, _| {
            let resource = json!({"resource": *served.lock(), "scope": "Namespaced", "verbs": ["list"],
                                  "responseKind": {"group": "fruit.example", "version": "v1", "kind": "Fruit"}});
            let version = json!({"version": "v1", "resources": [resource]});
            let group = json!({"metadata": {"name": "fruit.example"}, "versions": [version]});
            Said::json(&json!({"kind": "APIGroupDiscoveryList", "items": [group]}))
        });
        let server = server.await;
        let catalog = Catalog::new(Connection::new("harbour", server.config()).unwrap());
        let kinds = |discovery: &Discovery| discovery.kinds.keys().cloned().collect::<Vec<_>>();
        assert_eq!(kinds(&catalog.read().await.unwrap()), ["pears.fruit.example"]);

        *plural.lock() = "plums";

        assert_eq!(kinds(&catalog.read().await.unwrap()), ["pears.fruit.example"]);
        assert_eq!(kinds(&catalog.read_anew().await.unwrap()), ["plums.fruit.example"]);
        assert_eq!(kinds(&catalog.read().await.unwrap()), ["plums.fruit.example"]);
    }

    #[tokio::test]
    async fn a_cluster_that_never_answers_holds_a_page_for_five_seconds_only() {
        let (_server, catalog) = world(&Arc::new(Mutex::new(Duration::from_secs(600)))).await;

        let (one, other) = tokio::join!(catalog.read(), catalog.read());

        for answer in [one, other] {
            let message = answer.unwrap_err().to_string();
            assert_eq!(message, "no answer within 5 s");
        }
    }

    #[tokio::test]
    async fn a_failure_is_remembered_for_some_seconds() {
        let server = Plain::new(|_, _| Said::code(403, "go away")).await;
        let catalog = Catalog::new(Connection::new("harbour", server.config()).unwrap());

        assert_eq!(catalog.read().await.unwrap_err().to_string(), "go away");
        let questions = server.asked().len();
        assert_eq!(catalog.read().await.unwrap_err().to_string(), "go away");
        assert_eq!(server.asked().len(), questions);

        let_it_grow_old(&catalog);
        assert_eq!(catalog.read().await.unwrap_err().to_string(), "go away");
        assert!(server.asked().len() > questions);
    }
}
