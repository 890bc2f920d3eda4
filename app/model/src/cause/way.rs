//! What can be wrong on the way to what is asked for measurements, logs and alerts, and with how that answers.

use serde::{Deserialize, Serialize};

/// What keeps an answer from coming by its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WayOutage {
    /// The console may not use the way through the cluster, as that says.
    #[error("the console's own account may not reach it through the API server: {0}")]
    NotThroughCluster(String),
    /// This address is without encryption.
    #[error("{0} is without encryption, so nothing is sent there: write https://")]
    Insecure(String),
    /// This address is none of the internet.
    #[error(
        "{0} is not in the public internet, and no operator of this console allowed it, so nothing is sent there"
    )]
    Private(String),
    /// It took too long.
    #[error("{address} did not answer within {seconds} s")]
    Slow {
        /// Who.
        address: String,
        /// How long was waited.
        seconds: u64,
    },
    /// It is not reached, or is not who it should be.
    #[error("{address} cannot be reached: {said}")]
    Unreachable {
        /// Who.
        address: String,
        /// What the network said.
        said: String,
    },
    /// It sends to somewhere else.
    #[error("{address} answers with a redirect to {target}, which is not followed")]
    Redirect {
        /// Who.
        address: String,
        /// Where to.
        target: String,
    },
    /// It says more than is read, or breaks off.
    #[error("the answer of {address} is cut off or longer than {bytes} bytes")]
    Long {
        /// Who.
        address: String,
        /// What would have been read.
        bytes: usize,
    },
    /// The file with what it wants to be shown cannot be read.
    #[error("{path} cannot be read: {said}")]
    File {
        /// The file.
        path: String,
        /// Why.
        said: String,
    },
    /// The address is none, or what is shown to it holds what no header may.
    #[error("the address or the credential holds what may not be sent")]
    Unsendable,
    /// Something answers there, with this status and nothing that can be read.
    #[error("{name} answers {status}")]
    Answers {
        /// What is asked.
        name: String,
        /// The status, as `502 Bad Gateway`.
        status: String,
    },
    /// A service that was found is not asked: people of a workspace may have made it.
    #[error("it lies in a project of a workspace, whose members could answer for the whole cluster")]
    PassedOver,
    /// The Alertmanager refuses.
    #[error("Alertmanager {name} answers {code}: {said}")]
    Alertmanager {
        /// Which.
        name: String,
        /// The status.
        code: u16,
        /// What it said.
        said: String,
    },
    /// What the Alertmanager answers is none of its answers.
    #[error("the answer of Alertmanager {name} cannot be read: {said}")]
    AlertmanagerUnreadable {
        /// Which.
        name: String,
        /// Why.
        said: String,
    },
    /// What the Alertmanager is set to do cannot be understood.
    #[error("the configuration of Alertmanager {name} cannot be read: {said}")]
    AlertmanagerUnknown {
        /// Which.
        name: String,
        /// Why.
        said: String,
    },
    /// There is nothing in this cluster to ask.
    #[error("nothing measures {0}")]
    Unmeasured(String),
    /// The log store wants to know who asks.
    #[error("it wants a name and a password")]
    WantsLogin,
    /// The same of one that was found and is not used.
    #[error("it wants to know who asks; the settings can name it with a name and a password")]
    WantsProof,
    /// What the settings say does not open the log store.
    #[error("it does not accept the name and password or key of the settings")]
    WrongLogin,
    /// Some of what a log store keeps was not looked at.
    #[error("it did not look at everything")]
    NotAll,
    /// The same of what is read to its end.
    #[error("the log store did not look at everything: ask for a shorter stretch of time")]
    NotWhole,
    /// There is more behind what is read than can be asked for.
    #[error("more was written in one place than it tells at a time, so the rest cannot be reached")]
    OnePlace,
}
