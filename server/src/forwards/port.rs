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
}

impl Opening {
    /// For this caller.
    pub fn new(console: &Console, caller: Arc<Caller>) -> Self {
        Self { console: console.clone(), caller }
    }

    fn clusters(&self) -> kubernetes::ForCaller {
        self.console.kubernetes().for_caller(Caller::clone(&self.caller), Language::English)
    }

    /// Opens a port and answers its address.
    pub async fn open(&self, resource: &ResourceRef, wanted: &str) -> Result<String, ConsoleError> {
        self.check()?;
        let port = wanted.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(no_port)?;
        let forward = self.clusters().open_port(resource, port).await?;
        let pass = Pass::new(forward, &self.caller).ok_or(ConsoleError::NotSignedIn)?;
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

fn no_port() -> ConsoleError {
    ConsoleError::invalid("port", "must be a number from 1 to 65535")
}

fn no_addresses() -> ConsoleError {
    ConsoleError::invalid("port", "cannot be opened in a browser: this console has no addresses for ports")
}

#[async_trait]
impl Ports for Opening {
    async fn ports(&self, resource: ResourceRef, asked: Option<String>) -> Result<PortsView, ConsoleError> {
        let number = asked.as_deref().map(|asked| asked.parse::<u16>().ok().filter(|port| *port > 0));
        let view = self.clusters().ports_of(&resource, number.flatten()).await?;
        let has_addresses = self.console.surroundings().forward_authority("x").is_some();
        let problem = match (asked, number.flatten()) {
            (None, _) => None,
            (Some(_), None) => Some(no_port()),
            (Some(_), Some(_)) => self.check().err().or(view.problem),
        };
        Ok(PortsView { has_addresses, problem, ..view })
    }
}
