//! What can keep a port of a pod from being opened in a browser.

use serde::{Deserialize, Serialize};

/// What is wrong with a port that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PortFault {
    /// No number of a port.
    #[error("must be a number from 1 to 65535")]
    NoNumber,
    /// Nobody has set a domain below which ports have their addresses.
    #[error("cannot be opened in a browser: this console has no addresses for ports")]
    NoAddresses,
    /// It would stay open when acting as somebody else is over.
    #[error("cannot be opened while you act as somebody else: it would go on after that ends")]
    Acting,
    /// The service has no such port.
    #[error("is no port of this service")]
    NotOfService,
    /// The service's port is none of its pods.
    #[error("leads to no port of the pods behind it")]
    LeadsNowhere,
    /// What listens there says something else, for this reason.
    #[error("does not speak HTTP: {0}")]
    NotHttp(String),
}
