//! Ports of pods, opened in a browser.

use account_contract::OpenPort;
use async_trait::async_trait;
use leptos::prelude::*;
use model::{ConsoleError, Need, ResourceRef, link};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Questions about ports, on behalf of one caller.
#[async_trait]
pub trait Ports: Send + Sync {
    /// The ports of an object and its pods. With `asked`, also why that one cannot be opened, if it cannot.
    async fn ports(&self, resource: ResourceRef, asked: Option<String>) -> Result<PortsView, ConsoleError>;
    /// The ports of an object that the caller has open in browsers, the newest first.
    async fn open_ports(&self, resource: ResourceRef) -> Result<Vec<OpenPort>, ConsoleError>;
}

/// The ports of an object and its pods.
#[server(endpoint = "workloads/ports", input = Json)]
pub async fn read_ports(
    /// A pod, a service, or a workload.
    resource: ResourceRef,
    /// The port that was to be opened, if one was, as it was typed.
    asked: Option<String>,
) -> Result<PortsView, ConsoleError> {
    model::port::<dyn Ports>()?.ports(resource, asked).await
}

/// The ports of an object that the caller has open in browsers. The account's page has those of all objects.
#[server(endpoint = "workloads/open-ports", input = Json)]
pub async fn read_open_ports(
    /// What they were opened of.
    resource: ResourceRef,
) -> Result<Vec<OpenPort>, ConsoleError> {
    model::port::<dyn Ports>()?.open_ports(resource).await
}

/// Where a form asks for a port to be opened; its field is `port`.
pub fn forward_address(resource: &ResourceRef) -> String {
    format!("{}/forward", link::object(resource))
}

/// The ports of an object, and whether they can be opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortsView {
    /// Those that it names, or its containers do. Others may be open too.
    pub ports: Vec<PortLine>,
    /// Whether the console has addresses for them: where it has not, whoever runs it has named no domain.
    pub has_addresses: bool,
    /// The right to open any that the caller has not got, if they have not.
    pub missing: Option<Need>,
    /// Why the port that was asked for cannot be opened, if it cannot.
    pub problem: Option<ConsoleError>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortLine {
    /// The number under which it is opened.
    pub port: u16,
    /// What it is called; may be empty.
    pub name: String,
    /// Such as `TCP`. Only that can be opened.
    pub protocol: String,
    /// What is behind it: the container, or the port of the pods of a service.
    pub behind: String,
}

impl PortLine {
    /// Whether browsers can speak to it at all.
    pub fn is_tcp(&self) -> bool {
        self.protocol == "TCP"
    }
}
