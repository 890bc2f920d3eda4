//! Ports on behalf of one caller.

use super::ARRIVAL;
use super::pass::Pass;
use crate::console::Console;
use access::Caller;
use async_trait::async_trait;
use model::{ConsoleError, Language, ResourceRef, link};
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

    /// Opens a port and answers its address.
    pub async fn open(&self, resource: &ResourceRef, wanted: &str) -> Result<String, ConsoleError> {
        self.check()?;
        let port = number(wanted)?;
        let forward = self.clusters().open_port(resource, port).await?;
        let pass = Pass::new(forward, &self.caller, self.language).ok_or(ConsoleError::NotSignedIn)?;
        let authority = self.console.surroundings().forward_authority(&pass.id).ok_or_else(no_addresses)?;
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
            let words = "cannot be opened while you act as somebody else: it would go on after that ends";
            return Err(ConsoleError::invalid("port", words));
        }
        Ok(())
    }
}

fn number(wanted: &str) -> Result<u16, ConsoleError> {
    let number = wanted.parse().ok().filter(|port| *port > 0);
    number.ok_or_else(|| ConsoleError::invalid("port", "must be a number from 1 to 65535"))
}

fn no_addresses() -> ConsoleError {
    ConsoleError::invalid("port", "cannot be opened in a browser: this console has no addresses for ports")
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
}
