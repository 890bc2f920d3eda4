//! Where a service is reached from outside its cluster.

use model::ObjectName;
use serde::{Deserialize, Serialize};

/// The addresses at which a service answers outside its cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// Each with a port.
    pub ways: Vec<Way>,
    /// How many more nodes answer than are listed.
    pub more_nodes: u32,
}

/// A port of a service, at an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The port of the service, as `80` or `80 http`.
    pub port: String,
    /// Whose address it is.
    pub through: Through,
    /// Address and port, as `203.0.113.7:30080`.
    pub address: String,
    /// How a browser speaks to it, where the port says that it is for browsers: `http` or `https`.
    pub scheme: Option<String>,
}

impl Way {
    /// What a browser opens.
    pub fn link(&self) -> Option<String> {
        self.scheme.as_ref().map(|scheme| format!("{scheme}://{}/", self.address))
    }
}

/// What leads to a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Through {
    /// A load balancer.
    Balancer,
    /// An address that somebody gave the service.
    External,
    /// A node.
    Node {
        /// Which.
        name: ObjectName,
        /// Its address is one of the network that nodes share.
        is_internal: bool,
    },
}
