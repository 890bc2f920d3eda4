//! Whether the parts of a control plane do their work, as far as a cluster tells: the API server's own checks, of which one is
//! whether etcd answers, and the leases with which one replica of the others says again and again that it leads.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::store::now;
use access::{Need, Place, Resource, Verb, decide};
use clusters_contract::{Component, ComponentState, FailedCheck, Part};
use model::{ClusterName, ConsoleError, Namespace, Timestamp};
use parking_lot::Mutex;
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was found is told again for so long, whoever asks.
const FRESH: Duration = Duration::from_secs(10);
/// A leader that has not been heard of for so long is not there, in seconds, whatever its lease says: clocks may differ.
const SILENCE: i64 = 60;
/// How long a lease holds that does not say it, in seconds.
const USUAL_LEASE: i64 = 15;
/// Whether the API server takes requests.
const READY: &str = "/readyz";
/// Whether it lives: one that does not is started anew.
const LIVE: &str = "/livez";
/// With which code a check says that it fails.
const FAILS: u16 = 500;
/// What stands for a reason that is not said.
const WITHHELD: &str = "reason withheld";
/// Checks that fail and are asked why: more have one reason.
const MOST_ASKED: usize = 5;
/// The namespace of the control plane's leases.
const HOME: &str = "kube-system";
/// Who leads says so in a lease of this name.
const LEASES: [(Part, &str); 3] = [
    (Part::Scheduler, "kube-scheduler"),
    (Part::ControllerManager, "kube-controller-manager"),
    (Part::CloudControllerManager, "cloud-controller-manager"),
];

/// The parts of a control plane, as they were a moment ago.
pub(crate) type KnownComponents = Mutex<Option<(Instant, Arc<Vec<Component>>)>>;

#[derive(Deserialize)]
struct Lease {
    #[serde(default)]
    spec: Spec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default)]
    holder_identity: Option<String>,
    #[serde(default)]
    lease_duration_seconds: Option<i64>,
    #[serde(default)]
    renew_time: Option<jiff::Timestamp>,
}

impl ForCaller {
    pub(crate) async fn read_components(&self, name: &ClusterName) -> Result<Vec<Component>, ConsoleError> {
        let cluster = self.cluster(name).await?;
        // Every member of a project may see nodes, but not what stands in the control plane's own namespace.
        let Ok(home) = Namespace::parse(HOME) else { return Ok(Vec::new()) };
        let leases = Resource::new("coordination.k8s.io", "leases");
        let need = Need::to_all(Verb::Get, leases, name.clone(), Place::Namespace(home));
        match decide(&self.caller, &need) {
            Ok(_) => Ok(cluster.components().await.to_vec()),
            Err(_) => Ok(Vec::new()),
        }
    }
}

impl Cluster {
    /// The parts of its control plane, as they were some seconds ago.
    async fn components(&self) -> Arc<Vec<Component>> {
        let known = self.known_components().lock().clone();
        if let Some((_, components)) = known.filter(|(since, _)| since.elapsed() < FRESH) {
            return components;
        }
        let components = Arc::new(self.ask_components().await);
        *self.known_components().lock() = Some((Instant::now(), Arc::clone(&components)));
        components
    }

    async fn ask_components(&self) -> Vec<Component> {
        let (ready, live) = futures::future::join(self.ask_checks(READY), self.ask_checks(LIVE)).await;
        let ready = match ready {
            Ok(checks) => checks,
            // Nobody can be asked about the others either.
            Err(error) => return vec![unknown(Part::ApiServer, &error)],
        };
        // Whoever answers one question and not the other does not know that one.
        let checked = of_server(ready, live.unwrap_or_default());
        let leases = LEASES.iter().map(|(part, lease)| self.leader(*part, lease));
        let leaders = futures::future::join_all(leases).await;
        checked.into_iter().chain(leaders.into_iter().flatten()).collect()
    }

    /// The API server's own checks: whether it is ready, or whether it lives. What fails is asked about by itself, because
    /// only then is it said why.
    async fn ask_checks(&self, question: &str) -> Result<Checks, KubernetesError> {
        let all = Call::get(format!("{question}?verbose=1")).accepting("text/plain");
        let mut checks = match self.connection().call(As::Console, &all).await {
            Ok(answer) => Checks::of(&String::from_utf8_lossy(&answer.body)),
            // It is not, and says what is not.
            Err(KubernetesError::Answered { status, .. }) if status.message.contains("[-]") => {
                Checks::of(&status.message)
            }
            Err(error) => return Err(error),
        };
        for check in checks.failing.iter_mut().filter(|check| check.reason.is_none()).take(MOST_ASKED) {
            check.reason = self.reason(question, &check.name).await;
        }
        Ok(checks)
    }

    /// Why a check fails; nothing where that is not said, or where it does not fail any more.
    async fn reason(&self, question: &str, check: &str) -> Option<String> {
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/');
        if !check.bytes().all(is_path) {
            return None;
        }
        let one = Call::get(format!("{question}/{check}")).accepting("text/plain");
        match self.connection().call(As::Console, &one).await {
            Err(KubernetesError::Answered { status, .. }) if status.code == FAILS => {
                let said = status.message.trim();
                let said = said.strip_prefix("internal server error:").unwrap_or(said).trim();
                (!said.is_empty()).then(|| said.to_owned())
            }
            _ => None,
        }
    }

    /// Who leads, of a part that has a lease.
    async fn leader(&self, part: Part, lease: &str) -> Option<Component> {
        let path = format!("/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases/{lease}");
        let asked = match self.connection().call(As::Console, &Call::get(path)).await {
            Ok(answer) => self.connection().read_json::<Lease>(&answer.body),
            Err(error) => Err(error),
        };
        match asked {
            Ok(lease) => Some(Component { part, state: of_lease(lease.spec, now().0)? }),
            Err(error) if error.code() == Some(404) => None,
            Err(error) => Some(unknown(part, &error)),
        }
    }
}

fn unknown(part: Part, error: &KubernetesError) -> Component {
    Component { part, state: ComponentState::Unknown(error.to_string()) }
}

/// What the API server says of itself: a line for each check, with a plus or a minus. Who may not see them is told that all is
/// well in a word.
#[derive(Debug, Default)]
struct Checks {
    passing: Vec<String>,
    failing: Vec<FailedCheck>,
}

impl Checks {
    fn of(text: &str) -> Self {
        let mut checks = Self::default();
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("[-]") {
                let (name, said) = rest.split_once(' ').unwrap_or((rest, ""));
                let said = said.trim().strip_prefix("failed:").map(str::trim);
                let reason = said.filter(|said| !said.is_empty() && *said != WITHHELD);
                checks.failing.push(FailedCheck { name: name.to_owned(), reason: reason.map(str::to_owned) });
            } else if let Some(name) = line.strip_prefix("[+]").and_then(|rest| rest.split(' ').next()) {
                checks.passing.push(name.to_owned());
            }
        }
        checks
    }
}

/// The API server, and etcd as it finds it, where it says that it looks at it.
fn of_server(ready: Checks, live: Checks) -> Vec<Component> {
    let is_of_etcd = |name: &str| name.starts_with("etcd");
    let passes_etcd = ready.passing.iter().chain(&live.passing).any(|name| is_of_etcd(name));
    let lives = live.failing.is_empty();
    let mut failing = live.failing;
    for check in ready.failing {
        if failing.iter().all(|known| known.name != check.name) {
            failing.push(check);
        }
    }
    let of_etcd: Vec<FailedCheck> = failing.iter().filter(|check| is_of_etcd(&check.name)).cloned().collect();
    let state = |failing: Vec<FailedCheck>| match failing.is_empty() {
        true => ComponentState::Ready,
        false => ComponentState::NotReady(failing),
    };
    let has_etcd = passes_etcd || !of_etcd.is_empty();
    let etcd = has_etcd.then(|| Component { part: Part::Etcd, state: state(of_etcd) });
    let server = if lives { state(failing) } else { ComponentState::NotAlive(failing) };
    std::iter::once(Component { part: Part::ApiServer, state: server }).chain(etcd).collect()
}

/// What a lease says; nothing as long as nobody has held it.
fn of_lease(spec: Spec, now: i64) -> Option<ComponentState> {
    let (holder, at) = (spec.holder_identity.unwrap_or_default(), Timestamp(spec.renew_time?.as_second()));
    let patience = spec.lease_duration_seconds.unwrap_or(USUAL_LEASE).saturating_mul(2).max(SILENCE);
    Some(if now.saturating_sub(at.0) > patience {
        ComponentState::Silent { holder, at }
    } else {
        ComponentState::Leads { holder, at }
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use crate::plain::{Plain, Said};

    fn lease(renewed: i64) -> String {
        let renewed = jiff::Timestamp::from_second(renewed).unwrap();
        format!(
            r#"{{"spec": {{"holderIdentity": "control-1_a", "leaseDurationSeconds": 15, "renewTime": "{renewed:.6}"}}}}"#
        )
    }

    /// What is told of a server that answers this to whether it is ready, and this to whether it lives.
    async fn told_of(ready: (u16, &'static str), live: (u16, &'static str)) -> Vec<(Part, ComponentState)> {
        let (fresh, old) = (lease(now().0 - 3), lease(now().0 - 61));
        let server = Plain::new(move |path, _| match path {
            "/readyz?verbose=1" => Said::code(ready.0, ready.1),
            "/livez?verbose=1" => Said::code(live.0, live.1),
            "/readyz/etcd" => Said::code(500, "internal server error: etcd failed: no leader\n"),
            path if path.ends_with("/kube-scheduler") => Said::code(200, &fresh),
            path if path.ends_with("/kube-controller-manager") => Said::code(200, &old),
            _ => Said::code(404, r#"{"message": "not found", "code": 404}"#),
        });
        let server = server.await;
        let connection = Connection::new("harbour", server.config()).unwrap();
        let cluster = Cluster::new(ClusterName::parse("harbour").unwrap(), connection);
        cluster.ask_components().await.into_iter().map(|one| (one.part, one.state)).collect()
    }

    async fn told(code: u16, checks: &'static str) -> Vec<(Part, ComponentState)> {
        told_of((code, checks), (200, "[+]ping ok\nlivez check passed\n")).await
    }

    fn failed(checks: &[(&str, Option<&str>)]) -> Vec<FailedCheck> {
        let check = |(name, reason): &(&str, Option<&str>)| FailedCheck {
            name: (*name).to_owned(),
            reason: reason.map(str::to_owned),
        };
        checks.iter().map(check).collect()
    }

    #[tokio::test]
    async fn each_part_is_told_as_it_says_itself() {
        let told =
            told(200, "[+]ping ok\n[+]etcd ok\n[+]poststarthook/start ok\nreadyz check passed\n").await;

        assert_eq!(
            told[..2],
            [(Part::ApiServer, ComponentState::Ready), (Part::Etcd, ComponentState::Ready)]
        );
        assert!(
            matches!(&told[2], (Part::Scheduler, ComponentState::Leads { holder, .. }) if holder == "control-1_a")
        );
        assert!(matches!(&told[3], (Part::ControllerManager, ComponentState::Silent { .. })), "{told:?}");
        assert_eq!(told.len(), 4, "what has no lease is not there");
    }

    #[tokio::test]
    async fn a_check_that_fails_is_named_with_its_reason_and_etcd_with_it() {
        let checks = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]informer-sync failed: 2 are not there yet\n\
                      [-]shutdown failed\nreadyz check failed";

        let told = told(500, checks).await;

        let etcd = ("etcd", Some("etcd failed: no leader"));
        let others = [("informer-sync", Some("2 are not there yet")), ("shutdown", None)];
        let all = failed(&[[etcd].as_slice(), &others].concat());
        assert_eq!(told[0], (Part::ApiServer, ComponentState::NotReady(all)));
        assert_eq!(told[1], (Part::Etcd, ComponentState::NotReady(failed(&[etcd]))));
    }

    #[tokio::test]
    async fn a_server_that_does_not_live_says_so_before_anything_else() {
        let live = (500, "[+]ping ok\n[-]log failed: the disk is full\nlivez check failed");
        let ready =
            (500, "[-]log failed: the disk is full\n[-]shutdown failed: it ends\nreadyz check failed");

        let told = told_of(ready, live).await;

        let failing = failed(&[("log", Some("the disk is full")), ("shutdown", Some("it ends"))]);
        assert_eq!(told[0], (Part::ApiServer, ComponentState::NotAlive(failing)));
        let unasked = told_of((200, "ok"), (403, r#"{"message": "no", "code": 403}"#)).await;
        assert_eq!(unasked[0], (Part::ApiServer, ComponentState::Ready));
    }

    #[tokio::test]
    async fn who_is_not_shown_the_checks_learns_the_word_and_who_is_refused_why() {
        assert_eq!(told(200, "ok").await[0], (Part::ApiServer, ComponentState::Ready));

        let refused = told(403, r#"{"message": "no access to /readyz", "code": 403}"#).await;
        assert_eq!(refused, [(Part::ApiServer, ComponentState::Unknown("no access to /readyz".into()))]);
    }

    #[test]
    fn a_lease_that_nobody_has_held_says_nothing() {
        assert_eq!(of_lease(Spec::default(), 0), None);
    }
}
