//! Whether receivers of logs answer: what Fluent Operator's outputs name. A log store is asked who it is, with the login that
//! the collectors show, if the caller may read it; elsewhere it is enough that something listens, because whatever were sent
//! would be taken for logs. The console itself dials only the public internet, and what an operator named. What is a Service
//! of a cluster is asked through its API server, as the caller; it passes on HTTP and no logins.

mod target;

use crate::console::Console;
use access::{Caller, Command, Need, Resource, Verb};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Request, StatusCode};
use kubernetes::{ForCaller, KubernetesError, ServiceAddress};
use model::{ConsoleError, KindSlug, Language, Namespace, ObjectName, ResourceRef};
use outbound::{Found, Limits, Outbound, OutboundError, Reach};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use target::{Key, Search, Target, Trouble, Whereabouts, target, told, whereabouts};
use tokio::time::timeout;
use workloads_contract::{
    LOG_RECEIVERS, LogReceivers, OnlyCluster, ReceiverAnswer, ReceiverLogin, ReceiverTrial,
};

/// A log store says who it is in some hundred bytes.
const LIMITS: Limits = Limits { patience: Duration::from_secs(10), longest_answer: 64 * 1024 };
/// What the collectors of a cluster are made of. They run where the logins of its outputs are.
const COLLECTORS: &str = "fluentbits.fluentbit.fluent.io";

/// The way to receivers of logs.
#[derive(Clone, Debug)]
pub struct Way {
    reach: Reach,
    outbound: Outbound,
}

impl Way {
    /// To the public internet, and to these hosts, in small letters, wherever they are.
    pub fn new(named: BTreeSet<String>) -> Result<Self, OutboundError> {
        let reach = Reach::Public(Arc::new(named));
        Ok(Self { outbound: Outbound::new(reach.clone(), LIMITS, "")?, reach })
    }

    /// Asks a log store who it is.
    async fn ask(&self, search: &Search, login: Option<&str>) -> ReceiverAnswer {
        let answer = match request(search, login) {
            Ok(request) => self.outbound.send(request).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => said(answer.status(), answer.body(), login.is_some()),
            Err(error) => ReceiverAnswer::Silent(error.to_string()),
        }
    }

    /// Whether something listens. Nothing is sent.
    async fn dial(&self, host: &str, port: u16) -> ReceiverAnswer {
        let dialled = async { Found::of(&self.reach, host, port, true).await?.dial().await };
        match timeout(LIMITS.patience, dialled).await {
            Ok(Ok(_)) => ReceiverAnswer::Listens,
            Ok(Err(error)) => ReceiverAnswer::Silent(error.to_string()),
            Err(_) => {
                let (address, after) = (told(host, port), LIMITS.patience);
                ReceiverAnswer::Silent(OutboundError::Slow { address, after }.to_string())
            }
        }
    }
}

fn request(search: &Search, login: Option<&str>) -> Result<Request<Bytes>, OutboundError> {
    let scheme = if search.is_tls { "https" } else { "http" };
    let address = format!("{scheme}://{}{}/", told(&search.host, search.port), search.path);
    let mut request = Request::get(address).header(ACCEPT, "application/json");
    if let Some(login) = login {
        let mut shown = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(login)))
            .map_err(|_| OutboundError::Unsendable)?;
        shown.set_sensitive(true);
        request = request.header(AUTHORIZATION, shown);
    }
    request.body(Bytes::new()).map_err(|_| OutboundError::Unsendable)
}

/// What an answer says.
fn said(status: StatusCode, body: &[u8], is_login_shown: bool) -> ReceiverAnswer {
    match (status, is_login_shown) {
        (StatusCode::OK, _) => log_store(body),
        (StatusCode::UNAUTHORIZED, true) => ReceiverAnswer::RefusesLogin,
        (StatusCode::FORBIDDEN, true) => ReceiverAnswer::TellsNothing,
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, false) => ReceiverAnswer::WantsLogin,
        (status, _) => ReceiverAnswer::Silent(format!(
            "it does not say who it is, but answers with status {}",
            status.as_u16()
        )),
    }
}

/// Who a log store says that it is.
fn log_store(body: &[u8]) -> ReceiverAnswer {
    let root: Value = serde_json::from_slice(body).unwrap_or_default();
    let (name, version) = (root["cluster_name"].as_str(), root["version"]["number"].as_str());
    let (Some(name), Some(version)) = (name, version) else {
        let words = "something answers that is neither Elasticsearch nor OpenSearch";
        return ReceiverAnswer::Silent(words.to_owned());
    };
    let is_open = root["version"]["distribution"] == "opensearch";
    let product = if is_open { "OpenSearch" } else { "Elasticsearch" };
    ReceiverAnswer::LogStore {
        product: product.to_owned(),
        version: version.to_owned(),
        name: name.to_owned(),
    }
}

/// What an answer through an API server says. What a log store itself refuses comes back with its own words in it.
fn said_through(answer: Result<Bytes, KubernetesError>) -> ReceiverAnswer {
    match answer {
        Ok(body) => log_store(&body),
        Err(KubernetesError::Answered { status, .. }) if status.message.contains("security_exception") => {
            ReceiverAnswer::WantsLogin
        }
        Err(KubernetesError::Answered { status, .. }) if status.code == 401 => ReceiverAnswer::WantsLogin,
        Err(error) => ReceiverAnswer::Silent(error.to_string()),
    }
}

/// Receivers of logs, as far as a caller may change them.
pub struct Receivers {
    console: Console,
    caller: Arc<Caller>,
}

impl Receivers {
    /// For this caller.
    pub fn new(console: Console, caller: Arc<Caller>) -> Self {
        Self { console, caller }
    }
}

#[async_trait]
impl LogReceivers for Receivers {
    async fn try_receiver(&self, receiver: ResourceRef) -> Result<Vec<ReceiverTrial>, ConsoleError> {
        let kind = LOG_RECEIVERS.into_iter().find(|kind| *kind == receiver.kind.as_str());
        let Some((plural, group)) = kind.and_then(|kind| kind.split_once('.')) else {
            return Err(ConsoleError::not_found(&receiver));
        };
        let need = Need::on(Verb::Patch, Resource::new(group, plural), &receiver);
        let action = Command::of("test log receiver", need);
        self.console.access().require(&self.caller, &action).await?;
        let clusters = self.console.kubernetes().for_caller(Caller::clone(&self.caller), Language::default());
        let found = clusters.whole_object(&receiver).await?;
        let (object, _) = found.ok_or_else(|| ConsoleError::not_found(&receiver))?;
        let target =
            target(&object["spec"]).map_err(|error: Trouble| ConsoleError::invalid("", error.to_string()))?;
        let asking = Asking { way: self.console.log_receivers().clone(), clusters, receiver };
        let action = action.saying(asking.addresses(&target).join(", "));
        let work = move |_| async move { Ok::<_, ConsoleError>(asking.ask(&target).await) };
        self.console.access().perform(&self.caller, action, work).await
    }
}

/// One receiver that is asked, as a caller.
struct Asking {
    way: Way,
    clusters: ForCaller,
    receiver: ResourceRef,
}

impl Asking {
    fn addresses(&self, target: &Target) -> Vec<String> {
        match target {
            Target::Search(search) => vec![told(&search.host, search.port)],
            Target::Lines(lines) => lines.iter().map(|(host, port)| told(host, *port)).collect(),
        }
    }

    async fn ask(&self, target: &Target) -> Vec<ReceiverTrial> {
        match target {
            Target::Search(search) => vec![self.search(search).await],
            Target::Lines(lines) => {
                futures::future::join_all(lines.iter().map(|(host, port)| self.line(host, *port))).await
            }
        }
    }

    async fn line(&self, host: &str, port: u16) -> ReceiverTrial {
        let answer = match whereabouts(host) {
            Whereabouts::Outside => self.way.dial(host, port).await,
            Whereabouts::Service { .. } => ReceiverAnswer::OnlyCluster(OnlyCluster::NoHttp),
            Whereabouts::Inside => ReceiverAnswer::OnlyCluster(OnlyCluster::Name),
        };
        let (address, login) = (told(host, port), ReceiverLogin::None);
        ReceiverTrial { address, answer, is_through_cluster: false, login }
    }

    async fn search(&self, search: &Search) -> ReceiverTrial {
        let trial = |answer, is_through_cluster, login| {
            let address = told(&search.host, search.port);
            ReceiverTrial { address, answer, is_through_cluster, login }
        };
        match whereabouts(&search.host) {
            Whereabouts::Inside => {
                trial(ReceiverAnswer::OnlyCluster(OnlyCluster::Name), false, ReceiverLogin::None)
            }
            Whereabouts::Service { namespace, name } => {
                let port = search.port.to_string();
                let service = ServiceAddress { namespace, name, port, is_tls: search.is_tls };
                let Some(answer) = self.through_cluster(&service, search).await else {
                    let answer = ReceiverAnswer::OnlyCluster(OnlyCluster::NoRight);
                    return trial(answer, false, ReceiverLogin::None);
                };
                let login = match search.login {
                    Some(_) => ReceiverLogin::NotThroughCluster,
                    None => ReceiverLogin::None,
                };
                trial(answer, true, login)
            }
            Whereabouts::Outside => {
                let (login, became) = match &search.login {
                    None => (None, ReceiverLogin::None),
                    Some(keys) => match self.login(keys).await {
                        Ok(login) => (Some(login), ReceiverLogin::Shown),
                        Err(words) => (None, ReceiverLogin::Unreadable(words)),
                    },
                };
                trial(self.way.ask(search, login.as_deref()).await, false, became)
            }
        }
    }

    /// What a Service says; nothing where the caller may not ask it.
    async fn through_cluster(&self, service: &ServiceAddress, search: &Search) -> Option<ReceiverAnswer> {
        let cluster = &self.receiver.cluster;
        if !self.clusters.may_ask_service(cluster, service) {
            return None;
        }
        let answer = self.clusters.ask_service(cluster, service, &format!("{}/", search.path)).await;
        Some(match answer {
            Ok(answer) => said_through(answer),
            Err(error) => ReceiverAnswer::Silent(error.to_string()),
        })
    }

    /// `name:password` of the secret that holds them, read as the caller; otherwise why not, in words.
    async fn login(&self, (name, password): &(Key, Key)) -> Result<String, String> {
        let namespace = match &self.receiver.namespace {
            Some(namespace) => namespace.clone(),
            None => self.collectors().await?,
        };
        Ok(format!("{}:{}", self.value(&namespace, name).await?, self.value(&namespace, password).await?))
    }

    /// Where the collectors of the cluster run.
    async fn collectors(&self) -> Result<Namespace, String> {
        let kind = KindSlug::parse(COLLECTORS).expect("plurals of Kubernetes are slugs");
        let found = self.clusters.whole_objects(&self.receiver.cluster, &kind).await;
        let found = found.map_err(|error| error.to_string())?.unwrap_or_default();
        let namespace = found.first().and_then(|one| one["metadata"]["namespace"].as_str());
        let namespace = namespace.and_then(|name| Namespace::parse(name).ok());
        namespace.ok_or_else(|| "no FluentBit of this cluster says in which project the login is".to_owned())
    }

    async fn value(&self, namespace: &Namespace, key: &Key) -> Result<String, String> {
        let Key { secret, key } = key;
        let resource = ResourceRef {
            cluster: self.receiver.cluster.clone(),
            kind: KindSlug::parse("secrets").expect("the plurals of Kubernetes are slugs"),
            namespace: Some(namespace.clone()),
            name: ObjectName::parse(secret).map_err(|error| error.to_string())?,
        };
        let found = self.clusters.whole_object(&resource).await.map_err(|error| error.to_string())?;
        let (object, _) = found.ok_or_else(|| format!("there is no secret {secret} in {namespace}"))?;
        let kept = object["data"][key].as_str().and_then(|text| STANDARD.decode(text).ok());
        let kept = kept.and_then(|bytes| String::from_utf8(bytes).ok());
        kept.ok_or_else(|| format!("secret {secret} in {namespace} has no text in {key}"))
    }
}

#[cfg(test)]
mod tests;
