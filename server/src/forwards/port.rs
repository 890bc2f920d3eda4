//! Ports on behalf of one caller.

use super::ARRIVAL;
use super::pass::Pass;
use crate::console::Console;
use access::Caller;
use account_contract::OpenPort;
use async_trait::async_trait;
use database::{DatabaseError, now_seconds, open_ports};
use model::fault::PortFault;
use model::{ConsoleError, Language, ResourceRef, Timestamp, link};
use std::sync::Arc;
use workloads_contract::{Ports, PortsView};

/// Opens ports.
pub struct Opening {
    console: Console,
    caller: Arc<Caller>,
    language: Language,
}

impl Opening {
    /// For this caller, who reads this language.
    pub fn new(console: &Console, caller: Arc<Caller>, language: Language) -> Self {
        Self { console: console.clone(), caller, language }
    }

    fn clusters(&self) -> kubernetes::ForCaller {
        self.console.kubernetes().for_caller(Caller::clone(&self.caller), self.language)
    }

    /// Opens a port, keeps that it is open, and answers its address.
    pub async fn open(&self, resource: &ResourceRef, wanted: &str) -> Result<String, ConsoleError> {
        self.check()?;
        let port = number(wanted)?;
        let session_hash = self.caller.session_hash.clone().ok_or(ConsoleError::NotSignedIn)?;
        let forward = self.clusters().open_port(resource, port).await?;
        let (pod, pod_port) = (forward.pod.name.clone(), forward.port);
        let pass = Pass::new(forward, self.caller.account_id, self.language);
        let authority = self.console.surroundings().forward_authority(&pass.id).ok_or_else(no_addresses)?;
        let open = open_ports::OpenPort {
            id: pass.id.clone(),
            account_id: self.caller.account_id,
            session_hash,
            resource: resource.clone(),
            port,
            pod,
            pod_port,
            opened_at: now_seconds(),
        };
        self.console.database().add_open_port(&open).await?;
        let scheme = self.console.surroundings().public_url().scheme();
        let ticket = link::escape(&pass.ticket(&self.console));
        Ok(format!("{scheme}://{authority}{ARRIVAL}?ticket={ticket}"))
    }

    /// What is wrong whatever is opened.
    fn check(&self) -> Result<(), ConsoleError> {
        if self.console.surroundings().forward_authority("x").is_none() {
            return Err(no_addresses());
        }
        if self.caller.acting.is_some() {
            return Err(ConsoleError::refused("port", PortFault::Acting));
        }
        Ok(())
    }
}

fn number(wanted: &str) -> Result<u16, ConsoleError> {
    let number = wanted.parse().ok().filter(|port| *port > 0);
    number.ok_or_else(|| ConsoleError::refused("port", PortFault::NoNumber))
}

fn no_addresses() -> ConsoleError {
    ConsoleError::refused("port", PortFault::NoAddresses)
}

#[async_trait]
impl Ports for Opening {
    async fn ports(&self, resource: ResourceRef, asked: Option<String>) -> Result<PortsView, ConsoleError> {
        let clusters = self.clusters();
        let (ports, missing) = clusters.ports_of(&resource).await?;
        let problem = match asked.as_deref().map(|wanted| self.check().and_then(|()| number(wanted))) {
            None => None,
            Some(Err(error)) => Some(error),
            Some(Ok(port)) => clusters.port_problem(&resource, port).await,
        };
        let has_addresses = self.console.surroundings().forward_authority("x").is_some();
        Ok(PortsView { ports, has_addresses, missing, problem })
    }

    async fn open_ports(&self, resource: ResourceRef) -> Result<Vec<OpenPort>, ConsoleError> {
        let mut open = open_ports_of(&self.console, &self.caller).await?;
        open.retain(|open| open.resource == resource);
        Ok(open)
    }
}

/// The ports that a caller has open in browsers, the newest first. Whoever acts as somebody else has none: that person's are
/// not theirs. Neither has a token for one place.
pub async fn open_ports_of(console: &Console, caller: &Caller) -> Result<Vec<OpenPort>, DatabaseError> {
    if caller.acting.is_some() || caller.is_for_one_place() {
        return Ok(Vec::new());
    }
    let open = console.database().open_ports_of(caller.account_id).await?;
    Ok(open.into_iter().map(|(open, until)| view(console, caller, open, until)).collect())
}

fn view(console: &Console, caller: &Caller, open: open_ports::OpenPort, until: i64) -> OpenPort {
    let is_here = caller.session_hash.as_ref() == Some(&open.session_hash);
    let authority = console.surroundings().forward_authority(&open.id).filter(|_| is_here);
    let scheme = console.surroundings().public_url().scheme();
    OpenPort {
        id: open.id,
        resource: open.resource,
        port: open.port,
        pod: open.pod,
        opened_at: Timestamp(open.opened_at),
        until: Timestamp(until),
        address: authority.map(|authority| format!("{scheme}://{authority}/")),
    }
}
