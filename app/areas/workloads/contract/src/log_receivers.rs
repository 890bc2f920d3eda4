//! Whether a receiver of logs answers.

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The kinds of Fluent Operator that say where logs go.
pub const LOG_RECEIVERS: [&str; 2] = ["clusteroutputs.fluentbit.fluent.io", "outputs.fluentbit.fluent.io"];

/// What came of asking one address of a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverTrial {
    /// Host and port, as the collectors are told.
    pub address: String,
    /// What it said.
    pub answer: ReceiverAnswer,
    /// Whether it was asked through the API server of the cluster, which is inside, and not by the console itself.
    pub is_through_cluster: bool,
    /// What became of the login that the collectors show.
    pub login: ReceiverLogin,
}

/// What an address says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiverAnswer {
    /// It keeps logs.
    LogStore {
        /// `Elasticsearch` or `OpenSearch`.
        product: String,
        /// Its version.
        version: String,
        /// What its own cluster is called.
        name: String,
    },
    /// It answers only with a login, and was shown none.
    WantsLogin,
    /// It does not take the login.
    RefusesLogin,
    /// It takes the login, and does not let it see what is asked here.
    TellsNothing,
    /// Something takes connections there. More is not asked, because nothing is to be sent.
    Listens,
    /// Only the cluster can reach it, and it was not asked through the cluster.
    OnlyCluster(OnlyCluster),
    /// It gives no answer that can be used: why, in words.
    Silent(String),
}

/// Why an address in a cluster was not asked through its API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnlyCluster {
    /// The API server passes on HTTP and nothing else.
    NoHttp,
    /// Its name does not say which service of which project it is.
    Name,
    /// Whoever asks has no right to ask services there.
    NoRight,
}

/// What became of the login that the collectors show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiverLogin {
    /// There is none, or nobody was asked.
    None,
    /// It was shown.
    Shown,
    /// API servers keep logins to themselves.
    NotThroughCluster,
    /// It cannot be read: why, in words.
    Unreadable(String),
}

/// Asks receivers of logs.
#[async_trait]
pub trait LogReceivers: Send + Sync {
    /// What the addresses of a receiver say, one by one. May be asked by whoever may change it.
    async fn try_receiver(&self, receiver: ResourceRef) -> Result<Vec<ReceiverTrial>, ConsoleError>;
}

/// What the addresses of a receiver of logs say.
#[server(endpoint = "workloads/log-receiver", input = Json)]
pub async fn try_log_receiver(
    /// The receiver.
    receiver: ResourceRef,
) -> Result<Vec<ReceiverTrial>, ConsoleError> {
    model::port::<dyn LogReceivers>()?.try_receiver(receiver).await
}
